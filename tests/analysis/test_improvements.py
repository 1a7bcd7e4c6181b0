"""What an improvement does to a scorecard: proved where the tree tells, else shown by an account; truths are worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.analysis.findings import Finding, Verdict
from ruleengine.analysis.monotonicity import monotonicity
from ruleengine.analysis.rising import rising
from ruleengine.evaluator.program import Evaluator
from tests.analysis.small import AS_OF, HEADER, MEASURES, opened

BOTH = ("mood", "seats")


def proved(folder: Path, card: str) -> tuple[str, ...]:
    rules = f"{MEASURES}scorecard health {{\n{card}\n}}\n"
    return rising(opened(folder, rules).program)["health"]


def findings(folder: Path, rules: str) -> list[Finding]:
    found = opened(folder, MEASURES + rules)
    return monotonicity(found.program, found.compilation.sources, found.schema, [], AS_OF)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("bands rag ; mood 50% ; seats 50%", BOTH),
        ("bands rag ; rollup minimum ; mood ; seats", BOTH),
        ("bands rag ; rollup worst band ; mood ; seats", BOTH),
        ("bands none ; rollup count of green ; mood ; seats", BOTH),
        # fewer reds is a lower number, and without bands a lower number is worse
        ("bands none ; rollup count of red ; mood ; seats", ()),
        # a red mood may be red in both, and then the override is worth nothing to the one that improves
        ("bands rag ; mood ; seats ; override red when mood is red", BOTH),
        ("bands rag ; mood ; seats ; override yellow when mood is red", ("seats",)),
        ("bands rag ; mood ; seats ; override green when mood is green", BOTH),
        ("bands rag ; mood ; seats ; override red when mood is green", ("seats",)),
        ("bands rag ; mood ; seats ; cap score 40 when mood is not green", BOTH),
        ("bands rag ; mood ; seats ; cap score 40 when mood is green", ("seats",)),
        ("bands rag ; mood ; seats ; floor score 80 when mood is better than yellow", BOTH),
        ("bands rag ; mood ; seats ; floor score 80 when mood is red", ("seats",)),
        ("bands rag ; mood ; seats ; cap yellow when not (mood is green or seats is green)", BOTH),
        ("bands rag ; mood ; seats ; cap yellow when mood is yellow", ("seats",)),
        # whether a measure has a rating does not change when that improves
        ("bands rag ; mood 1 ; seats 1 ; weights when seats is na { mood 1 ; seats 0 }", BOTH),
        ("bands rag ; mood 1 ; seats 1 ; weights when mood is red { mood 9 ; seats 1 }", ("seats",)),
        ("bands rag ; score (2 * mood + seats) / 3 ; mood ; seats", BOTH),
        ("bands none ; score seats - mood ; mood ; seats", ("seats",)),
        ("bands none ; score if mood is red then 0 else 50 ; mood ; seats", BOTH),
        ("bands none ; score if mood is red then 50 else 0 ; mood ; seats", ("seats",)),
        ("bands none ; score max(mood, seats) ; mood ; seats", BOTH),
    ],
)
def test_what_is_proved_of_the_tree(tmp_path: Path, card: str, expected: tuple[str, ...]) -> None:
    assert proved(tmp_path, card) == expected


def test_a_limit_by_band_below_a_parent_is_not_monotone(tmp_path: Path) -> None:
    """The parent sees 70 for a yellow 70, and 62.5 for a green 80 that is capped to yellow."""
    card = "bands rag\ngroup parts { mood 1 ; seats 1 ; cap yellow when users > 0 }"
    assert proved(tmp_path, card) == ()


def test_a_measure_that_another_one_asks_for_is_not_proved(tmp_path: Path) -> None:
    rules = f"""{MEASURES}
measure odd {{ rate {{ red when mood is green ; green otherwise }} }}
scorecard health {{ bands rag ; mood 1 ; seats 1 ; odd 1 }}
"""
    assert rising(opened(tmp_path, rules).program)["health"] == ("seats", "odd")


def test_an_account_that_gets_worse_is_found_and_evaluated(tmp_path: Path) -> None:
    """A green mood caps at 40: with 50 users and more, green to red."""
    (found,) = findings(
        tmp_path, "scorecard health { bands rag ; mood 50% ; seats 50% ; cap score 40 when mood is green }\n"
    )
    assert (found.code, found.verdict, found.subject) == ("RE706", Verdict.SHOWN, "mood")
    assert found.text == (
        "`health` goes from green to red when `mood` improves from yellow to green and nothing else changes"
    )
    assert found.account is not None
    assert found.other is not None
    rules = (
        MEASURES + "scorecard health { bands rag ; mood 50% ; seats 50% ; cap score 40 when mood is green }\n"
    )
    evaluator = Evaluator(opened(tmp_path, rules).program)
    scores = [evaluator.scores(each.facts, each.as_of)["health"] for each in (found.account, found.other)]
    assert scores == [(75.0, "green"), (40.0, "red")]
    assert [each.facts["feeling"] for each in (found.account, found.other)] == ["yellow", "green"]
    assert set(found.account.facts) == {
        "id",
        "feeling",
        "feeling_at",
        "users",
    }  # and nothing that is not needed


def test_what_neither_is_proved_nor_found_is_unknown(tmp_path: Path) -> None:
    """`mood` may lower nothing here, as 3 is never below 2; the tree cannot tell that."""
    (found,) = findings(
        tmp_path,
        "scorecard health { bands none ; score if mood is yellow and 3 < 2 then 0 else 50 ; mood ; seats }\n",
    )
    assert (found.subject, found.verdict) == ("mood", Verdict.UNKNOWN)
    assert found.account is None


def test_where_lower_is_better_an_improvement_has_fewer_points(tmp_path: Path) -> None:
    bands = "bands risk {\n  low 0..<50 points 10\n  high 50..100 points 90\n}\n"
    rules = """
measure seats { value users ; rate { low when >= 50 ; high otherwise } }
measure calls { value issues ; rate { low when < 5 ; high otherwise } }
scorecard health { seats ; calls ; CAP }
"""
    capped = rules.replace("CAP", "floor score 60 when calls is high")
    assert rising(opened(tmp_path / "a", capped, header=HEADER + bands).program) == {
        "health": ("seats", "calls")
    }
    floored = rules.replace("CAP", "floor score 60 when calls is low")
    assert rising(opened(tmp_path / "b", floored, header=HEADER + bands).program) == {"health": ("seats",)}
