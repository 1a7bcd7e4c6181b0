"""What is proved of an improvement, held against all accounts that there are: nobody may get worse by it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ruleengine.analysis.rising import rising
from ruleengine.evaluator.program import Evaluator
from tests.analysis.small import AS_OF, HEADER, opened

MEASURES = """\
segment large when plan = "large"
let low_mood = mood is red
let mood_points = mood.points
measure mood "Mood" { value feeling ; rate as given }
measure seats "Seats" { value users ; rate { green when >= 50 ; yellow when >= 20 ; red otherwise } }
measure load "Load" { value issues ; rate { yellow when > 10 ; green otherwise } }
"""
#: All that tells accounts apart here; of `feeling` a better one comes later.
VALUES: dict[str, list[Any]] = {"users": [None, 0, 30, 60], "issues": [None, 0, 20], "plan": [None, "large"]}
FEELINGS = ("red", "yellow", "green")


def others() -> Iterator[dict[str, Any]]:
    """Every account, without the feeling."""
    for values in itertools.product(*VALUES.values()):
        facts = dict(zip(VALUES, values, strict=True))
        yield {"id": "x", **{name: value for name, value in facts.items() if value is not None}}


def falls(evaluator: Evaluator, direction: int = 1) -> set[str]:
    """The scorecards of which some account has a lower score, or a worse band, for a better mood."""
    found = set()
    for facts in others():
        cards = [evaluator.result({**facts, "feeling": feeling}, AS_OF)["scorecards"] for feeling in FEELINGS]
        for before, after in itertools.pairwise(cards):
            found |= {name for name in before if is_worse(before[name], after[name], direction)}
    return found


def is_worse(before: dict[str, Any], after: dict[str, Any], direction: int) -> bool:
    """Whether a scorecard that keeps a score comes to a lower one, or to a worse band."""
    names = ("green", "yellow", "red")
    if (
        None not in (before["score"], after["score"])
        and before["score"] * direction > after["score"] * direction + 1e-9
    ):
        return True
    return None not in (before["band"], after["band"]) and names.index(after["band"]) > names.index(
        before["band"]
    )


# fmt: off
CARDS = [
    # a scorecard as a measure of another one
    ("scorecard below { bands rag ; mood ; seats }\nscorecard health { bands rag ; below 50% ; load 50% }", True),
    ("scorecard below { bands rag ; mood ; seats }\nscorecard health { bands rag ; below 50% by band ; load 50% }", True),
    ("scorecard below { bands rag ; seats }\nscorecard health { bands rag ; below 1 by band ; mood 1 }", True),
    ("scorecard below { bands rag ; mood ; seats }\nscorecard health { bands rag ; rollup worst band ; below ; load }", True),
    ("scorecard below { bands rag ; seats }\nscorecard health { bands rag ; rollup worst band ; below ; mood }", True),
    ("scorecard below { bands rag ; mood ; cap yellow when plan is missing }\n"
     "scorecard health { bands rag ; below 50% ; load 50% }", False),
    ("scorecard below { bands rag ; mood ; override red when plan is missing }\n"
     "scorecard health { bands rag ; below 50% ; load 50% }", True),
    # groups
    ("scorecard health { bands rag ; rollup worst band ; group one { mood ; seats } ; load }", True),
    ("scorecard health { bands rag ; rollup worst band ; group one { mood ; seats ; cap yellow when mood is red } ; load }", False),
    ("scorecard health { bands rag ; rollup worst band ; group one { seats } ; mood }", True),
    ("scorecard health { bands none ; rollup count of green ; group one { mood ; seats } ; load }", False),
    ("scorecard health { bands rag ; group one 50% { mood ; seats } ; load 50% ; cap score 30 when one is red }", True),
    ("scorecard health { bands rag ; group one 50% { mood ; seats } ; load 50% ; cap score 30 when one is green }", False),
    ("scorecard health { bands rag ; group one 50% { mood ; seats } ; load 50% ; cap score 30 when one is not green }", True),
    ("scorecard health { bands rag ; group one 50% { mood ; seats } ; load 50% ; cap score 30 when computed one is red }", False),
    ("scorecard health { bands rag ; mood 50% ; load 50% ; cap score 30 when mood is in (red, yellow, green) }", True),
    # names
    ("scorecard health { bands rag ; mood ; seats ; cap score 30 when low_mood }", True),
    ("scorecard health { bands rag ; mood ; seats ; floor score 80 when low_mood }", False),
    ("scorecard health { bands none ; score mood_points + load ; mood ; load }", True),
    # arithmetic
    ("scorecard health { bands none ; score -mood + 200 ; mood ; load }", False),
    ("scorecard health { bands none ; score 200 - (0 - mood) ; mood ; load }", True),
    ("scorecard health { bands none ; score mood / 2 + load ; mood ; load }", True),
    ("scorecard health { bands none ; score mood * -1 ; mood ; load }", False),
    ("scorecard health { bands none ; score mood * load / 100 ; mood ; load }", False),
    ("scorecard health { bands none ; score 100 / mood ; mood ; load }", False),
    ("scorecard health { bands none ; score min(mood, load) default load ; mood ; load }", True),
    ("scorecard health { bands none ; score round(mood) + abs(users - 200) ; mood ; load }", True),
    ("scorecard health { bands none ; score abs(mood - 60) ; mood ; load }", False),
    ("scorecard health { bands none ; score count true of (mood is green, seats is red) ; mood ; seats }", True),
    ("scorecard health { bands none ; score count true of (mood is red, seats is red) ; mood ; seats }", False),
    ("scorecard health { bands none ; score if large then mood else load ; mood ; load }", True),
    ("scorecard health { bands none ; score if large then 0 - mood else mood ; mood ; load }", False),
    ("scorecard health { bands none ; score if mood >= 60 then 9 else 5 ; mood ; load }", True),
    ("scorecard health { bands none ; score if mood < 60 then 9 else 5 ; mood ; load }", False),
    ("scorecard health { bands none ; score if mood >= 60 then load else 5 ; mood ; load }", False),
    ("scorecard health { bands none ; score if mood is yellow then 9 else 5 ; mood ; load }", False),
    # what an override or a limit says as a number
    ("scorecard health { bands rag ; mood ; load ; override points mood.points when large }", True),
    ("scorecard health { bands rag ; mood ; load ; override points 80 when mood is red }", False),
    ("scorecard health { bands rag ; mood ; load ; floor score 100 - mood.points }", False),
    # what is asked of other scorecards and of groups
    ("scorecard first { bands rag ; mood ; load }\nscorecard health { bands none ; score first + load ; load ; mood }", True),
    ("scorecard first { bands rag ; mood ; load }\n"
     "scorecard health { bands rag ; load ; mood ; cap score 9 when first.coverage < 60% }", True),
    ("scorecard first { bands rag ; mood 1 ; load 1 ; weights when mood is red { mood 2 ; load 1 } }\n"
     "scorecard health { bands rag ; load ; mood ; floor score 90 when first.mood.effective_weight > 60% }", False),
    ("scorecard first { bands rag ; mood 1 ; load 1 ; weights when mood is red { mood 2 ; load 1 } }\n"
     "scorecard health { bands none ; score if first.mood.effective_weight > 60% then 0 else mood ; load ; mood }", False),
    ("scorecard first { bands rag ; group one { mood ; load } }\n"
     "scorecard health { bands none ; score first.one + load ; load ; mood }", True),
    ("scorecard first { bands rag ; group one { mood ; load } }\n"
     "scorecard health { bands none ; score first.one.mood + load ; load ; mood }", True),
    ("scorecard first { bands rag ; mood 1 ; load 1 }\n"
     "scorecard health { bands none ; score first.mood.contribution + load ; load ; mood }", False),
    # whether something has a score is not what its rating is
    ("scorecard first { bands rag ; mood ; load }\nscorecard health { bands rag ; mood ; load ; cap score 9 when first is missing }", True),
    ("scorecard first { bands rag ; group one { mood ; load } }\n"
     "scorecard health { bands rag ; mood ; load ; cap score 9 when first.one is missing }", True),
    ("scorecard first { bands rag ; mood ; load }\n"
     "scorecard health { bands rag ; mood ; load ; cap score 9 when first.mood is missing }", True),
    ("scorecard low { bands rag ; mood }\nscorecard first { bands rag ; low ; load }\n"
     "scorecard health { bands rag ; mood ; load ; cap score 9 when first.low is missing }", True),
    ("scorecard low { bands rag ; mood ; override red when mood is green }\nscorecard first { bands rag ; low ; load }\n"
     "scorecard health { bands rag ; mood ; load ; cap score 9 when first.low is missing }", False),
    ("scorecard first { bands rag ; score mood + load - 100 ; mood ; load }\n"
     "scorecard health { bands rag ; mood ; load ; cap score 9 when first is invalid }", False),
    # a sum that grows out of its bands is not there any more
    ("scorecard first { bands rag ; rollup sum ; mood ; load }\n"
     "scorecard health { bands rag ; mood ; load ; cap score 9 when first is invalid }", False),
    ("scorecard first { bands rag ; rollup sum ; mood ; load }\nscorecard health { bands rag ; first 50% ; seats 50% }", False),
    ("scorecard first { bands rag ; rollup sum ; mood ; load }\n"
     "scorecard health { bands rag ; first 50% by band ; seats 50% }", False),
    ("scorecard first { bands rag ; rollup sum ; mood ; load }\n"
     "scorecard health { bands rag ; seats ; floor score 90 when first is green }", False),
    ("scorecard health { bands rag ; group one 50% { rollup sum ; mood ; load } ; seats 50% ; floor score 90 when one is green }", False),
    ("scorecard first { bands rag ; mood ; load ; floor score 150 when mood is green }\n"
     "scorecard health { bands rag ; first 50% ; seats 50% }", False),
    ("scorecard first { bands rag ; mood ; load ; cap score 60 when mood is red }\n"
     "scorecard health { bands rag ; first 50% ; seats 50% }", True),
    ("scorecard first { bands rag ; mood ; load ; round to 0 decimals ; missing impute 20 }\n"
     "scorecard health { bands rag ; first 50% ; seats 50% }", True),
    ("scorecard first { bands rag ; mood ; load ; missing impute -300 }\nscorecard health { bands rag ; first 50% ; seats 50% }", False),
    ("scorecard first { bands rag ; group one { rollup sum ; mood ; load } ; seats }\n"
     "scorecard health { bands rag ; first 50% ; seats 50% }", False),
    ("scorecard low { bands rag ; mood }\nscorecard first { bands rag ; low ; load }\nscorecard health { bands rag ; first ; seats }", True),
]
# fmt: on


@pytest.mark.parametrize(("cards", "expected"), CARDS)
def test_what_is_proved_is_what_all_accounts_do(tmp_path: Path, cards: str, expected: bool) -> None:
    program = opened(tmp_path, MEASURES + cards + "\n").program
    proved = "mood" in rising(program)["health"]
    assert proved is expected
    assert not (proved and "health" in falls(Evaluator(program)))


LOWER = "bands rag { green 0..<50 points 10 ; yellow 50..<75 points 60 ; red 75..100 points 90 }"
OPEN = "bands rag { green 75.. points 87.5 ; yellow 50..<75 points 62.5 ; red ..<50 points 25 }"
GAPS = "bands rag { green 75..100 points 87.5 ; yellow 50..60 points 55 ; red 0..<50 points 25 }"
BARE = "bands rag { green points 3 ; yellow points 2 ; red points 1 }"
UNEVEN = "bands rag { green points 2 ; yellow points 3 ; red points 1 }"
WORDS = "bands rag { green ; yellow ; red }"
# fmt: off
OTHER_BANDS = [
    (LOWER, "scorecard health { bands rag ; mood ; seats }", True),
    (LOWER, "scorecard health { bands rag ; mood ; seats ; cap score 55 when mood is green }", True),
    (LOWER, "scorecard health { bands rag ; mood ; seats ; cap score 55 when mood is red }", False),
    (LOWER, "scorecard below { bands rag ; mood ; seats }\nscorecard health { bands rag ; below 1 by band ; load 1 }", True),
    # where the bands have no end, no sum is beyond them
    (OPEN, "scorecard first { bands rag ; rollup sum ; mood ; load }\nscorecard health { bands rag ; first 50% ; seats 50% }", True),
    # between 60 and 75 there is no band: a mean of 87.5 and 25 is one of 56.25, and of 87.5 and 55 nothing
    (GAPS, "scorecard first { bands rag ; mood ; seats }\nscorecard health { bands rag ; first 50% ; load 50% }", False),
    (BARE, "scorecard health { bands none ; rollup sum ; mood ; seats }", True),
    (BARE, "scorecard health { bands rag ; rollup worst band ; mood ; seats }", True),
    (BARE, "scorecard low { bands rag ; rollup worst band ; mood ; seats }\n"
     "scorecard health { bands rag ; rollup minimum ; low ; load }", True),
    (UNEVEN, "scorecard health { bands none ; rollup sum ; mood ; seats }", False),
    (UNEVEN, "scorecard health { bands rag ; rollup worst band ; mood ; seats }", False),
    (WORDS, "scorecard health { bands none ; rollup count of green ; mood ; seats }", True),
    (WORDS, "scorecard health { bands none ; rollup count of yellow ; mood ; seats }", False),
    # through definitions and reasons
    (BARE, "define plus(x number) = mood + x\nscorecard health { bands none ; score plus(3) ; mood }", False),
    (BARE, "define plus(x number) = x + 1\nscorecard health { bands none ; score plus(mood) ; mood }", False),
    (BARE, "trigger call { when mood is red }\nscorecard health { bands rag ; rollup minimum ; mood }\n"
     "template note { for call ; format markdown ; subject \"{reasons of health}\" ; body \"{health.band}\" }", True),
]
# fmt: on


@pytest.mark.parametrize(("bands", "cards", "expected"), OTHER_BANDS)
def test_so_it_is_with_other_bands(tmp_path: Path, bands: str, cards: str, expected: bool) -> None:
    rules = f"{MEASURES}{cards}\n".replace("let mood_points = mood.points\n", "")
    program = opened(tmp_path, rules, header=f"{HEADER}{bands}\n").program
    proved = "mood" in rising(program)["health"]
    assert proved is expected
    assert not (proved and "health" in falls(Evaluator(program), -1 if bands == LOWER else 1))


def test_the_points_of_a_measure_with_limits_and_bare_bands_go_no_way_that_is_known(tmp_path: Path) -> None:
    """What is capped has other points; a green mood that is capped to yellow by its users is no better."""
    measures = MEASURES.replace("rate as given }", "rate as given ; cap yellow when users = 0 }")
    rules = (
        measures.replace("let mood_points = mood.points\n", "")
        + "scorecard health { bands rag ; rollup minimum ; mood }\n"
    )
    assert rising(opened(tmp_path, rules, header=f"{HEADER}{BARE}\n").program)["health"] == ()
