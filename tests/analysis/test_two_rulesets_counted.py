"""Two rulesets told apart without a solver: what is shown is what counting over all accounts gives, and what is rare is found."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from typing import Any

import pytest

from ruleengine.analysis import equivalence_witness
from ruleengine.analysis.equivalence import equivalent
from ruleengine.analysis.equivalence_facts import shared
from ruleengine.analysis.equivalence_subjects import Sayings, given, part_of_change, subjects
from ruleengine.analysis.equivalence_witness import Witnesses
from ruleengine.analysis.findings import Equivalence, Method, Verdict
from ruleengine.analysis.sides import Side
from ruleengine.casebook.accounts import Account
from ruleengine.evaluator.program import Evaluator
from ruleengine.values import Field, Kind, Type
from tests.analysis.small import AS_OF, opened

MEASURES = """
define twice(x number) = x * 2
define more(x number) = twice(x) + 1
table step(n count) { >= 50 gives 3 ; >= 20 gives 2 ; otherwise gives 1 }
measure seats "Seats" {
  let rated = step(users)
  value rated
  rate { green when = 3 ; yellow when = 2 ; red otherwise }
}
measure trouble "Trouble" { value issues ; rate { green when < 5 ; yellow when in 5..20 ; red otherwise } }
"""
CARD = 'scorecard health "Health" { bands rag ; seats 60% ; trouble 40%LIMIT }\n'
PLAIN = MEASURES + CARD.replace("LIMIT", "")
RARE = MEASURES + CARD.replace("LIMIT", " ; override red when users = 37 and issues = 2")
REST = """
scorecard count "Count" { bands none ; score more(issues) }
matrix way "Way" {
  rows health
  columns plan: large, small
  green gives expand, hold
  yellow gives hold, hold
  red gives hold, na
  cell expand "Expand"
  cell hold "Hold"
}
trigger call "Call" { when users > 90 }
output doubled = twice(users)
output said = if users > 50 then "many" else "few"
output known = users is known
"""
ALL = PLAIN + REST
#: Ends of what the rulesets ask for, and what lies beside them.
VALUES: dict[str, list[Any]] = {
    "users": [None, 0, 19, 20, 36, 37, 38, 49, 50, 51, 90, 91, 100], "issues": [None, 0, 2, 3, 4, 5, 20, 21, 50],
    "plan": [None, "small", "large"],
}  # fmt: skip


def side(folder: Path, rules: str) -> Side:
    return opened(folder, rules).side


def compare(folder: Path, old: str, new: str, accounts: list[Account] | None = None) -> Equivalence:
    sides = side(folder / "old", old), side(folder / "new", new)
    return equivalent(*sides, accounts or [], AS_OF, 30, solver=False)


def counted(old: Side, new: Side) -> set[tuple[str, str, str, str]]:
    """The ways in which results change among many accounts: what, which part, from which word to which."""
    evaluators, found = (Evaluator(old.program), Evaluator(new.program)), set()
    compared = list(subjects(old.program, new.program, []))
    for values in itertools.product(*VALUES.values()):
        facts = {name: each for name, each in zip(VALUES, values, strict=True) if each is not None}
        before, after = (each.result({"id": "x", **facts}, AS_OF) for each in evaluators)
        for subject in compared:
            one, other = given(before, subject.kind, subject.old), given(after, subject.kind, subject.new)
            if part := part_of_change(one, other):
                found.add((subject.label, part, one.word, other.word))
    return found


def shown(found: Equivalence) -> set[tuple[str, str, str, str]]:
    return {
        (each.subject, each.part, each.before, each.after)
        for each in found.changes
        if each.answer.verdict is Verdict.SHOWN
    }


# fmt: off
PAIRS = [
    (PLAIN, RARE),
    (RARE, PLAIN),
    (PLAIN, PLAIN.replace(">= 50 gives 3", ">= 51 gives 3")),
    (PLAIN, PLAIN.replace("60%", "61%").replace("40%", "39%")),
    # nothing but the reason why there is no score
    (PLAIN.replace("red otherwise", "na excluded otherwise"), PLAIN.replace("red otherwise", "na invalid otherwise")),
    (PLAIN.replace("bands rag ; seats", "bands none ; seats"), PLAIN),
    (ALL, ALL.replace("x * 2", "x * 3")),
    (ALL, ALL.replace("red gives hold, na", "red gives expand, hold")),
    (ALL, ALL.replace("yellow gives hold, hold", "yellow gives hold, na")),
    (ALL, ALL.replace("users > 90", "users >= 90")),
    (ALL, ALL.replace('"many"', '"lots"')),
    (ALL, ALL.replace("output known = users is known", "output known = na")),
]
# fmt: on


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_what_is_shown_is_what_counting_gives(tmp_path: Path, old: str, new: str) -> None:
    found = compare(tmp_path, old, new)
    true = counted(side(tmp_path / "old", old), side(tmp_path / "new", new))
    assert found.verdict is Verdict.SHOWN
    assert shown(found) == true


@pytest.mark.parametrize("kept", [PLAIN, ALL])
def test_other_words_and_another_order_are_the_same_saying(tmp_path: Path, kept: str) -> None:
    lines = kept.replace('"Seats"', '"Licences"').split("\n")
    moved = "\n".join([line for line in lines if "define" not in line] + lines[1:3])
    found = compare(tmp_path, kept, moved)
    assert (found.verdict, found.method, found.unknown) == (Verdict.PROVED, Method.TREE, 0)


def test_a_saying_changes_with_what_it_rests_on_and_nothing_else(tmp_path: Path) -> None:
    old, new = side(tmp_path / "old", ALL), side(tmp_path / "new", ALL.replace("x * 2", "x * 3"))
    sayings = Sayings()
    was, now = sayings.of(old.program), sayings.of(new.program)
    assert {name for name in was if was[name] != now[name]} == {"count", "output doubled"}


def test_what_counts_cannot_settle_is_left_open(tmp_path: Path) -> None:
    """The same in other words: nothing is found, and of an output and of a matrix the ways cannot be listed."""
    same = ALL.replace("x * 2", "2 * x").replace("users > 50", "not (users <= 50)")
    found = compare(tmp_path, ALL, same)
    assert (found.verdict, shown(found)) == (Verdict.UNKNOWN, set())
    assert found.equal == ("health", "way", "call", "known")
    assert found.unknown == 6  # the count is scored or not, before and after; and two outputs


def witnesses(folder: Path, old: str, new: str, seconds: float = 30) -> Witnesses:
    sides = side(folder / "old", old), side(folder / "new", new)
    compared = list(subjects(sides[0].program, sides[1].program, []))
    return Witnesses(*sides, compared, sides[0].schema.root, time.monotonic() + seconds)


def account(**facts: object) -> Account:
    return Account({"id": "x", **facts}, AS_OF)


def test_what_lies_one_change_away_is_found(tmp_path: Path) -> None:
    """37 users alone are yellow in both; the override of the new one turns the account with two issues red."""
    found = witnesses(tmp_path, PLAIN, RARE)
    way = (0, "band", "yellow", "red")
    assert not found.near([account(users=37)], way)  # nothing was searched yet: no moves are known
    found.search([account()], AS_OF, frozenset())
    known = dict(found.found)
    found.found.clear()
    assert found.near([account(users=37, issues=6), account(users=37, issues=1)], way)
    assert found.found[way].account.facts == {"id": "x", "users": 37, "issues": 2}
    assert found.near([account(users=1)], (0, "band", "na", "red")) is False
    assert set(known) <= {way, (0, "band", "green", "red")}


@pytest.mark.parametrize("most", [0, 3, 150, 450, 700, 1200])
def test_a_search_that_is_cut_short_shows_nothing_false(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(equivalence_witness, "MOST_EVALUATIONS", most)
    found = compare(tmp_path, PLAIN, RARE)
    true = counted(side(tmp_path / "old", PLAIN), side(tmp_path / "new", RARE))
    assert shown(found) <= true
    assert found.verdict in (Verdict.SHOWN, Verdict.UNKNOWN)


def test_an_account_of_another_day_and_one_that_is_not_valid_show_nothing(tmp_path: Path) -> None:
    found = witnesses(tmp_path, PLAIN, RARE)
    assert not found.tried(Account({"users": 37, "issues": 2}, AS_OF))  # it has no id
    assert found.tried(account(users=37, issues=2))
    assert not found.tried(account(users=37, issues=2))  # known already
    assert not found.tried(account(users=36, issues=2))


def test_what_lists_and_records_share_is_looked_for_inside() -> None:
    def record(**fields: Type) -> Type:
        return Type(Kind.RECORD, fields=tuple(Field(name, kind) for name, kind in fields.items()))

    def listed(element: Type) -> Type:
        return Type(Kind.LIST, element=element)

    number, text, words = Type(Kind.NUMBER), Type(Kind.TEXT), Type(Kind.CHOICE, choices=("a", "b"))
    old = record(inner=record(x=number, y=number), many=listed(words), odd=listed(number), free=text)
    new = record(inner=record(x=number, z=text), many=listed(text), odd=listed(text), free=words)
    apart: list[str] = []
    found = {each.name: each.type for each in shared(old, new, apart).fields}
    assert list(found) == ["inner", "many", "free"]
    assert [each.name for each in found["inner"].fields] == ["x", "y", "z"]
    assert found["many"].element == words
    assert found["free"] == words
    assert apart == [
        "only the old schema knows `inner.y`",
        "only the new schema knows `inner.z`",
        "the schemas declare `odd` in ways that no value fits both",
    ]
