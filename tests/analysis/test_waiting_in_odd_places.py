"""Waiting and improvements where the measure is far from the scorecard, or never makes a difference; truths are worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ruleengine.analysis.analyze import analyze
from ruleengine.analysis.findings import Finding, Method, Verdict
from ruleengine.analysis.inspect import Opened
from ruleengine.analysis.monotonicity import monotonicity
from ruleengine.analysis.neglect import neglect
from ruleengine.analysis.options import Options
from ruleengine.casebook.accounts import Account
from ruleengine.evaluator.program import Evaluator
from tests.analysis.small import AS_OF, BANDS, HEADER, MEASURES, opened

#: A ruleset that others import: a measure that expires, and a scorecard of it.
BASE = (
    HEADER.replace("small", "base")
    + BANDS
    + MEASURES
    + "segment everybody when users >= 0 or users < 0 or users is missing\n"
    + "scorecard inner { bands rag ; mood ; cap score 40 when mood is green }\n"
)
Asked = Callable[..., list[Finding]]


def asked_of(question: Asked, found: Opened) -> list[Finding]:
    return question(found.program, found.compilation.sources, found.schema, [], AS_OF)


def neglected(folder: Path, rules: str) -> list[Finding]:
    """What waiting does; without what is said of little data."""
    return [each for each in asked_of(neglect, opened(folder, rules)) if each.code != "RE705"]


def importing(folder: Path, names: str, rules: str) -> Opened:
    base = folder / "rulesets/base/1.0.0.rules"
    base.parent.mkdir(parents=True)
    base.write_text(BASE, encoding="utf-8")
    return opened(folder, rules, header=f"{HEADER}import base 1.0.0 ({names})\n")


def text_at(found: Opened, finding: Finding) -> str:
    """The words at the place of a finding."""
    return found.compilation.sources[finding.span.path].text[finding.span.start : finding.span.end]


def bands_of(found: Opened, accounts: Sequence[Account | None], card: str) -> list[str | None]:
    evaluator = Evaluator(found.program)
    return [evaluator.scores(each.facts, each.as_of)[card][1] for each in accounts if each is not None]


def test_what_can_only_help_and_helps_nobody_is_proved_without_an_account(tmp_path: Path) -> None:
    """The measure gives 0 always: a sum without it is the same sum."""
    rules = f"""{MEASURES}
measure idle "Idle" {{ value feeling ; rate {{ points 0 otherwise }} ; fresh by feeling_at, expired after 1 day }}
scorecard total {{ bands none ; rollup sum ; idle ; seats }}
"""
    (found,) = neglected(tmp_path, rules)
    assert (found.verdict, found.method, found.account, found.other) == (
        Verdict.PROVED,
        Method.TREE,
        None,
        None,
    )
    assert found.text == "`total` can only become better when `idle` expires, after 1 day"
    assert found.details == {"names": ["total"], "only_better": True}


def test_an_override_may_ask_by_a_name(tmp_path: Path) -> None:
    rules = MEASURES + "let low = mood is red\nlet worst = low and users >= 0\n"
    rules += "scorecard health { bands rag ; mood 0 ; seats 1 ; override red when worst }\n"
    found = neglected(tmp_path, rules)
    assert [(each.code, each.account is None) for each in found] == [("RE407", False)]
    assert found[0].account is not None
    assert found[0].account.facts["feeling"] == "red"


@pytest.mark.parametrize("condition", ["mood is red or mood is expired", "mood is known or mood is expired"])
def test_an_override_that_asks_for_the_status_is_not_lifted(tmp_path: Path, condition: str) -> None:
    rules = f"scorecard health {{ bands rag ; mood 0 ; seats 1 ; override red when {condition} }}\n"
    assert "RE407" not in [each.code for each in neglected(tmp_path, MEASURES + rules)]


def test_a_trigger_that_fires_anyway_does_not_fall_silent(tmp_path: Path) -> None:
    rules = "scorecard health { bands rag ; missing require all ; mood ; seats }\n"
    rules += "trigger call { when mood is red ; when id is known }\n"
    assert neglected(tmp_path, MEASURES + rules) == []


def test_a_measure_that_outlives_the_calendar_never_expires(tmp_path: Path) -> None:
    measures = MEASURES.replace("expired after 90 days", "expired after 30000 months")
    found = neglected(tmp_path, measures + "scorecard health { bands rag ; mood ; seats }\n")
    assert [each for each in found if each.account is not None] == []


def test_the_place_is_where_the_author_put_what_was_imported(tmp_path: Path) -> None:
    found = importing(tmp_path, "mood, seats, rag", "scorecard health { bands rag ; mood 50% ; seats 50% }\n")
    (finding,) = [each for each in asked_of(neglect, found) if each.code == "RE704"]
    assert text_at(found, finding) == "mood 50%"
    assert bands_of(found, [finding.account, finding.other], "health") == ["yellow", "green"]


def test_the_place_is_the_scorecard_where_what_was_imported_is_further_below(tmp_path: Path) -> None:
    found = importing(
        tmp_path, "inner, seats, rag", "scorecard health { bands rag ; inner 50% ; seats 50% }\n"
    )
    waiting = [each for each in asked_of(neglect, found) if each.code == "RE704"]
    improving = [each for each in asked_of(monotonicity, found) if each.account is not None]
    assert [text_at(found, each) for each in waiting] == [
        "scorecard health { bands rag ; inner 50% ; seats 50% }"
    ]
    # without seats a yellow mood is all: 62.5; a green one is capped to 40
    assert [text_at(found, each) for each in improving] == [text_at(found, waiting[0])]
    assert bands_of(found, [improving[0].account, improving[0].other], "health") == ["yellow", "red"]


def test_the_place_is_the_measure_where_no_scorecard_has_it(tmp_path: Path) -> None:
    rules = MEASURES + "scorecard health { bands rag ; seats ; cap score 40 when mood is green }\n"
    found = opened(tmp_path, rules)
    (finding,) = asked_of(monotonicity, found)
    assert text_at(found, finding).startswith("measure mood")
    assert finding.verdict is Verdict.SHOWN


def test_an_improvement_that_moves_something_else_too_is_shown_at_its_outcomes_only(tmp_path: Path) -> None:
    """`mirror` reads the same fact: no account has a better mood and the same mirror."""
    rules = f"""{MEASURES}
measure mirror "Mirror" {{ value feeling ; rate as given }}
scorecard health {{ bands rag ; mood 1 ; seats 1 ; cap score 40 when mood is green }}
scorecard other {{ bands rag ; mirror }}
"""
    (finding,) = asked_of(monotonicity, opened(tmp_path, rules))
    assert (finding.subject, finding.verdict, finding.other) == ("mood", Verdict.SHOWN, None)
    assert finding.details["by_its_facts"] is False


def test_outcomes_of_many_points_are_tried_from_end_to_end(tmp_path: Path) -> None:
    """From 50 points on the measure is yellow or green, and that caps at 10."""
    points = " ; ".join(f"points {number * 4} when = {number}" for number in range(25))
    rows = [
        points + " ; points 100 otherwise",
        "linear 0..100 when in 0..50 ; red otherwise",
        "red when < 10 ; points 60 when < 20 ; points min(100, value) otherwise",
        "points steps above 1, 2, 3 when < 10 ; points 60 otherwise",
    ]
    for number, row in enumerate(rows):
        rules = f"""
measure many "Many" {{ bands rag ; value issues ; rate {{ {row} }} }}
measure seats "Seats" {{ bands rag ; value users ; rate {{ green when >= 50 ; red otherwise }} }}
scorecard health {{ bands rag ; seats 1 ; many 0 ; cap score 10 when many is better than red }}
"""
        found = opened(tmp_path / str(number), rules)
        finding = next(each for each in asked_of(monotonicity, found) if each.subject == "many")
        assert finding.verdict is Verdict.SHOWN
        assert finding.text.startswith("`health` goes from green to red when `many` improves from")
        assert bands_of(found, [finding.account, finding.other], "health") == ["green", "red"]


@pytest.mark.parametrize(
    ("names", "own"), [("mood, seats, everybody, rag", ""), ("inner, seats, everybody, rag", "inner 40% ; ")]
)
def test_what_was_imported_is_no_finding_here(tmp_path: Path, names: str, own: str) -> None:
    """The segment is everybody, and its rows are all reached: of the base nothing is said, of the own card that nobody is red."""
    rules = f"""measure fine {{ value users ; rate {{ green when >= 50 ; yellow otherwise }} ; applies to everybody }}
scorecard health {{ bands rag ; {own}fine 60% }}
"""
    found = importing(tmp_path, names, rules.replace("60%", "60%" if own else "100%"))
    options = Options(only=frozenset({"bounds", "reach"}), solver=False)
    analysis = analyze(
        found.program, found.compilation.sources, found.schema, [Account({}, AS_OF)], AS_OF, options
    )
    assert [each.span.path for each in analysis.findings] == [found.program.path] * len(analysis.findings)
    told = [(each.code, each.subject) for each in analysis.findings]
    assert ("RE702", "everybody") not in told
    assert (("RE708", "health") in told) is not bool(own)
    assert [each.card for each in analysis.bounds if each.kind == "all"][-1] == "health"


def test_a_score_without_bands_is_told_as_a_number(tmp_path: Path) -> None:
    """30 for red, 20 for green."""
    rules = (
        MEASURES + "scorecard health { bands none ; score if mood is green then 20 else 30 ; mood ; seats }\n"
    )
    (found,) = asked_of(monotonicity, opened(tmp_path, rules))
    assert (
        found.text
        == "`health` goes from 30 to 20 when `mood` improves from yellow to green and nothing else changes"
    )


def test_little_data_is_looked_for_among_measures_with_and_without_bands(tmp_path: Path) -> None:
    """Ten points of a hundred are 10% of the weight, and green alone."""
    rules = """measure share "Share" { value issues ; rate { points 90 when < 3 ; points 10 otherwise } }
measure seats "Seats" { value users ; rate { green when >= 50 ; red otherwise } }
scorecard health { bands rag ; share 90% ; seats 10% }
"""
    (found,) = [each for each in asked_of(neglect, opened(tmp_path, rules)) if each.code == "RE705"]
    assert found.text == "an account is `green` in `health` with 10% of the data"
