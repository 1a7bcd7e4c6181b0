"""An old and a new ruleset in one question: what is proved equal is so for every account, what differs is shown by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.analysis.equivalence_subjects import Subject, given, part_of_change, subjects
from ruleengine.analysis.findings import Verdict
from ruleengine.analysis.solver.product import Product
from ruleengine.casebook.accounts import Account
from ruleengine.evaluator.program import Evaluator
from tests.analysis.small import AS_OF, opened
from tests.analysis.solver.wide import SCHEMA

pytest.importorskip("z3", reason="proofs need the extra `prove`")

CARD = 'scorecard card "Card" { bands rag ; m 1 }\n'


def product_of(folder: Path, old: str, new: str, until: float = 1e18) -> Product:
    sides = [opened(folder / name, rules, schema=SCHEMA).side for name, rules in (("old", old), ("new", new))]
    return Product(sides[0], sides[1], AS_OF, until)


def answered(product: Product) -> dict[str, Verdict]:
    """For each subject whether it can differ; an account that is shown has been evaluated by both."""
    evaluators = [Evaluator(side.program) for side in product.sides]
    found = {}
    for subject in subjects(product.sides[0].program, product.sides[1].program, []):

        def differs(account: Account, subject: Subject = subject) -> bool:
            results = [each.result(account.facts, AS_OF) for each in evaluators]
            return bool(
                part_of_change(
                    given(results[0], subject.kind, subject.old), given(results[1], subject.kind, subject.new)
                )
            )

        found[subject.label] = product.ask(product.differs(subject), differs, 5).verdict
    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("if active then 1 else 1", "if active then true else true"),
        ("active", "if active then 1 else 0"),
        ("plan", 'if plan = "large" then 1 else 0'),
        ("begun", "days since 0001-01-01"),
        ("0", '"zero"'),
    ],
)
def test_outputs_of_different_kinds_are_never_equal(tmp_path: Path, old: str, new: str) -> None:
    for one, other in ((old, new), (new, old)):
        folder = tmp_path / str(one == old)
        product = product_of(folder, f"output o = {one}\n", f"output o = {other}\n")
        assert answered(product) == {"o": Verdict.SHOWN}


def test_a_measure_whose_value_is_of_another_kind_is_not_taken_for_the_other(tmp_path: Path) -> None:
    """All is rated alike, and the value is a flag in one and a number in the other: what reads the value is asked anew."""
    old = 'measure m "M" { value active ; rate { green when value ; red otherwise } }\n'
    new = 'measure m "M" { value if active then 1 else 0 ; rate { green when >= 1 ; red otherwise } }\n'
    product = product_of(
        tmp_path,
        old + CARD + 'trigger call "Call" { when m.value }\n',
        new + CARD + 'trigger call "Call" { when m.value >= 0.5 }\n',
    )
    assert answered(product) == {"card": Verdict.PROVED, "call": Verdict.PROVED}
    assert product.shared == ["card"]


GRID = """
matrix grid "Grid" {
  rows feeling
  columns plan: small, large
  green gives "a", "b"
  yellow gives "c", na
  red gives na, "a"
}
output worth = (contract.worth default 1 USD) * 2
output word = if active then "yes" else "no"
trigger call "Call" { when users > 7 ; when issues > 3 }
"""
#: The same in other words.
REWRITTEN = """
matrix grid "Grid" {
  rows plan
  columns feeling: green, yellow, red
  small gives "a", "c", na
  large gives "b", na, "a"
}
output worth = (contract.worth default 1 USD) + (contract.worth default 1 USD)
output word = if not active then "no" else "yes"
trigger call "Call" { when not (users <= 7 and issues <= 3) }
"""


def test_what_says_the_same_in_other_words_is_proved_equal(tmp_path: Path) -> None:
    found = answered(product_of(tmp_path, GRID, REWRITTEN))
    assert found == {
        "grid": Verdict.PROVED,
        "worth": Verdict.PROVED,
        "word": Verdict.PROVED,
        "call": Verdict.PROVED,
    }


@pytest.mark.parametrize(
    ("subject", "old", "new"),
    [
        ("grid", 'red gives na, "a"', 'red gives na, "b"'),
        ("grid", 'red gives na, "a"', 'red gives "a", "a"'),
        ("worth", "* 2", "* 2.5"),
        ("word", '"no"', "na invalid"),
        ("call", "users > 7", "users > 8"),
    ],
)
def test_what_differs_is_shown_and_the_rest_is_equal(
    tmp_path: Path, subject: str, old: str, new: str
) -> None:
    found = answered(product_of(tmp_path, GRID, GRID.replace(old, new)))
    assert {label for label, verdict in found.items() if verdict is Verdict.SHOWN} == {subject}
    assert set(found.values()) == {Verdict.SHOWN, Verdict.PROVED}


SEATS = "measure seats { bands rag ; value users ; rate { green when >= 50 ; yellow when >= 20 ; red otherwise } }\n"
HEALTH = 'scorecard health "Health" { bands rag ; seats 1 ; override red when issues > 5 }\n'


def ways(product: Product) -> dict[tuple[str, str, str], Verdict]:
    """For each way in which the only card can change whether it does, shown by nothing."""
    (subject,) = subjects(product.sides[0].program, product.sides[1].program, [])
    words = [*("green", "yellow", "red"), "na"]
    listed = [
        ("band" if one != other else "reason" if one == "na" else "score", one, other)
        for one in words for other in words
    ]  # fmt: skip
    return {way: product.ask_way(subject, way, lambda account: True, 5).verdict for way in listed}


def test_the_ways_in_which_a_card_changes(tmp_path: Path) -> None:
    """Missing seats become not applicable for small plans; from 40 users on all are green; and an override has its own number."""
    new = SEATS.replace(">= 50", ">= 40").replace("value users", 'value users ; applies when plan = "large"')
    product = product_of(tmp_path, SEATS + HEALTH, new + HEALTH.replace("red when", "score 20 when"))
    shown = {way for way, verdict in ways(product).items() if verdict is Verdict.SHOWN}
    assert shown == {
        ("band", "yellow", "green"), ("band", "green", "na"), ("band", "yellow", "na"), ("band", "red", "na"),
        ("reason", "na", "na"), ("score", "red", "red"),
    }  # fmt: skip


def test_the_way_of_a_trigger(tmp_path: Path) -> None:
    """Whoever has 8 users was called and is not: never the other way."""
    product = product_of(tmp_path, GRID, GRID.replace("users > 7", "users > 8"))
    call = next(
        each
        for each in subjects(product.sides[0].program, product.sides[1].program, [])
        if each.kind == "trigger"
    )
    fires, rests = "fires", "does not fire"

    def asked(before: str, after: str) -> Verdict:
        return product.ask_way(call, ("band", before, after), lambda account: True, 5).verdict

    assert asked(fires, rests) is Verdict.SHOWN
    assert asked(rests, fires) is Verdict.PROVED


def test_measures_that_are_equal_are_taken_for_one(tmp_path: Path) -> None:
    more = "measure plain { bands rag ; rate { green when active ; red otherwise } }\n"
    card = 'scorecard health "Health" { bands rag ; seats 1 ; plain 1 }\n'
    same = more.replace("green when active ; red otherwise", "red when not active ; green otherwise")
    assert product_of(tmp_path / "1", SEATS + more + card, SEATS + same + card).shared == [
        "seats",
        "plain",
        "health",
    ]
    other = more.replace("active", "paid")
    assert product_of(tmp_path / "2", SEATS + more + card, SEATS + other + card).shared == ["seats"]
    assert product_of(tmp_path / "3", SEATS + more + card, SEATS + other + card, until=0).shared == []


def test_bands_of_other_names_are_not_compared(tmp_path: Path) -> None:
    """One calls red what the other calls bad: the parts are not taken for one, and the cards differ for who has few users."""
    colours = "bands two { good 50..100 points 75 ; bad 0..<50 points 25 }\n"
    rules = 'measure m "M" { bands two ; value users ; rate { good when >= 50 ; bad otherwise } }\n'
    card = 'scorecard card "Card" { bands two ; m 1 }\n'
    old = colours + rules + card
    product = product_of(tmp_path, old, old.replace("bad", "poor"))
    assert product.shared == []
    assert answered(product) == {"card": Verdict.SHOWN}


def test_what_is_constant_needs_no_proof(tmp_path: Path) -> None:
    """80 points, or 70 and 10, are the same; 81 are not: seen at once, so that no time is needed."""
    rules = "measure fixed { bands rag ; points 80 }\n"
    for number, (points, shared) in enumerate((("70 + 10", ["fixed"]), ("81", []))):
        folder = tmp_path / str(number)
        assert product_of(folder, rules, rules.replace("80", points), until=0).shared == shared
