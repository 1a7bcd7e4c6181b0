"""What is proved of waiting, held against all accounts that there are: nobody may get worse when the measure expires."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.analysis.lifting import Lifting
from ruleengine.analysis.outlook import Outlook
from ruleengine.checker.index import Index
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r
from tests.analysis.small import AS_OF, opened
from tests.analysis.test_improvements_counted import FEELINGS, is_worse, others

MEASURES = """\
segment large when plan = "large"
let low_mood = mood is red
measure mood "Mood" { value feeling ; rate as given ; fresh by feeling_at, expired after 90 days }
measure seats "Seats" { value users ; rate { green when >= 50 ; yellow when >= 20 ; red otherwise } }
measure load "Load" { value issues ; rate { yellow when > 10 ; green otherwise } }
measure gain "Gain" { value feeling ; rate { points 5 when = "green" ; points 0 when = "yellow" ; na excluded otherwise }
  fresh by feeling_at, expired after 90 days }
measure loss "Loss" { value feeling ; rate { points -5 when = "green" ; points 0 otherwise }
  fresh by feeling_at, expired after 90 days }
measure drift "Drift" { value feeling ; rate { points users when = "green" ; points 0 otherwise }
  fresh by feeling_at, expired after 90 days }
measure slope "Slope" { value users ; rate { linear 0..10 when in 0..50 ; points steps above 60, 70 otherwise }
  fresh by feeling_at, expired after 90 days }
measure steady "Steady" { value users ; rate { green when >= 50 ; red otherwise } ; fresh by feeling_at, expired after 90 days }
measure guarded "Guarded" { value feeling ; rate as given ; fresh by feeling_at, expired after 90 days
  override red when users = 0 }
"""


def expiring(evaluator: Evaluator) -> bool:
    """Whether `health` gets worse for some account when what `feeling_at` dates expires."""
    for facts in others():
        for feeling in FEELINGS:
            before, after = (
                evaluator.result({**facts, "feeling": feeling, "feeling_at": day}, AS_OF)["scorecards"][
                    "health"
                ]
                for day in ("2024-02-01", "2023-10-01")
            )
            if is_worse(before, after, 1):
                return True
    return False


def effect(program: r.Program, measure: str) -> int | None:
    outlook = Outlook(program, Index(program, {}, program.path, {}))
    return Lifting(outlook, outlook.measures[measure]).effect(outlook.cards["health"])


# fmt: off
CARDS = [
    ("mood", "bands rag ; rollup minimum ; mood ; seats", 1),
    ("mood", "bands rag ; rollup maximum ; mood ; seats", -1),
    ("mood", "bands rag ; rollup worst band ; mood ; seats", None),
    ("mood", "bands rag ; mood ; seats", None),
    ("mood", "bands rag ; seats", 0),
    # sums lose what the measure gave: of a rating as given nobody looks at the points
    ("mood", "bands none ; rollup sum ; mood ; seats", None),
    ("steady", "bands none ; rollup sum ; steady ; seats", -1),
    ("gain", "bands none ; rollup sum ; gain ; seats", -1),
    ("loss", "bands none ; rollup sum ; loss ; seats", 1),
    ("drift", "bands none ; rollup sum ; drift ; seats", None),
    ("slope", "bands none ; rollup sum ; slope ; seats", None),
    ("guarded", "bands rag ; rollup minimum ; guarded ; seats", None),
    # a group, policies, weights, grace, formulas
    ("mood", "bands rag ; group one { mood ; seats } ; load", None),
    ("mood", "bands rag ; group one { rollup minimum ; mood ; seats } ; load", None),
    ("mood", "bands rag ; missing as zero ; rollup minimum ; mood ; seats", None),
    ("mood", "bands rag ; missing redistribute ; rollup minimum ; mood ; seats", 1),
    ("mood", "bands rag ; mood 1 ; seats 1 ; weights when mood is red { mood 0 ; seats 1 }", None),
    ("mood", "bands none ; score mood + seats ; mood ; seats", None),
    ("mood", "bands rag ; mood 0 ; seats 1 ; weights when large { mood 0 ; seats 2 }", 0),
    # limits
    ("mood", "bands rag ; mood 0 ; seats 1 ; cap yellow when mood is red", 1),
    ("mood", "bands rag ; mood 0 ; seats 1 ; cap score 60 when mood is red", 1),
    ("mood", "bands rag ; mood 0 ; seats 1 ; floor score 60 when mood is green", -1),
    ("mood", "bands rag ; mood 0 ; seats 1 ; override red when mood is red", 1),
    ("mood", "bands rag ; mood 0 ; seats 1 ; override green when mood is green", -1),
    ("mood", "bands rag ; mood 0 ; seats 1 ; override yellow when mood is green", None),
    ("mood", "bands rag ; mood 0 ; seats 1 ; override points 60 when mood is green", None),
    ("mood", "bands rag ; mood 0 ; seats 1 ; cap score mood.points", None),
    ("mood", "bands rag ; mood 0 ; seats 1 ; cap yellow when large", 0),
    ("mood", "bands rag ; mood 0 ; seats 1 ; cap yellow when mood is red and users < 50", 1),
    ("mood", "bands rag ; mood 0 ; seats 1 ; cap yellow when not (mood is green)", 1),
    # what is asked for may be so because nothing is there
    ("mood", "bands rag ; mood 0 ; seats 1 ; cap yellow when mood is expired", None),
    ("mood", "bands rag ; mood 0 ; seats 1 ; cap yellow when low_mood", None),
    ("mood", "bands rag ; mood 0 ; seats 1 ; cap yellow when (mood.points default 0) < 40", None),
]
#: What rests on the measure is still there without it, and may be another thing then.
BY_OTHERS = [
    ("scorecard first { bands rag ; mood ; load }\n", "bands rag ; seats 1 ; cap red when first is yellow"),
    ("scorecard first { bands rag ; mood ; load }\n", "bands rag ; seats 1 ; cap red when first < 70"),
    ("scorecard first { bands rag ; group one { mood ; load } }\n", "bands rag ; seats 1 ; cap red when first.one < 70"),
    ("", "bands rag ; mood 0 ; seats 1 ; cap red when (first x in [mood.points, load.points] where x > 0) < 80"),
]
# fmt: on


@pytest.mark.parametrize(("measure", "card", "expected"), CARDS)
def test_what_is_proved_of_expiry_is_what_all_accounts_do(
    tmp_path: Path, measure: str, card: str, expected: int | None
) -> None:
    program = opened(tmp_path, f"{MEASURES}scorecard health {{ {card} }}\n").program
    found = effect(program, measure)
    assert found == expected
    assert not (found in (0, 1) and expiring(Evaluator(program)))


@pytest.mark.parametrize(("others_first", "card"), BY_OTHERS)
def test_a_limit_that_expiry_may_bring_about_is_no_proof(
    tmp_path: Path, others_first: str, card: str
) -> None:
    program = opened(tmp_path, f"{MEASURES}{others_first}scorecard health {{ {card} }}\n").program
    assert expiring(Evaluator(program))
    assert effect(program, "mood") != 1
