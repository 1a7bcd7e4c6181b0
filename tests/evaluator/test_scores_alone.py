"""Scores alone: what they leave out, and that leaving it out changes no score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ruleengine.api import Ruleset
from tests.evaluator.covered_rulesets import AS_OF, loaded


def text_of_scores(ruleset: Ruleset) -> str:
    """The Python that gives scores alone."""
    return ruleset.evaluator.generated(tracing=False).text


def score_of(ruleset: Ruleset, **facts: Any) -> tuple[float | None, str | None]:
    """Score and band of the card `health`, which both programs agree on."""
    document = {"id": "a", "certain": 1, **facts}
    found = ruleset.scores(document, AS_OF)["health"]
    card = ruleset.score_dict(document, AS_OF)["scorecards"]["health"]
    assert found == (card["score"], card["band"])
    return found


def test_what_only_a_check_uses_and_members_without_weight_are_left_out(tmp_path: Path) -> None:
    rules = """
    let odd = seats * 3
    problem "too many seats" when odd > 1000
    measure size  { value seats ; rate { red when < 5 ; yellow when < 10 ; green otherwise } }
    measure plans { rate { red when plan = "small" ; green otherwise } }
    scorecard health { size 100% ; plans 0% }
    """
    ruleset = loaded(tmp_path, rules)
    text = text_of_scores(ruleset)
    assert "odd" not in text
    assert "plans" not in text
    assert score_of(ruleset, seats=9, plan="small") == (40, "yellow")
    assert score_of(ruleset, plan="large") == (None, None)


def test_a_member_without_weight_stays_where_its_reason_can_be_told(tmp_path: Path) -> None:
    rules = """
    measure size  { value seats ; rate { red when < 5 ; green otherwise } }
    measure plans { rate { red when plan = "small" ; green otherwise } }
    scorecard part { size 100% ; plans 0% }
    measure whole { rate { yellow when part is missing ; green otherwise } }
    scorecard health { whole }
    """
    ruleset = loaded(tmp_path, rules)
    assert "plans" in text_of_scores(ruleset)
    assert score_of(ruleset, plan="large") == (40, "yellow")
    assert score_of(ruleset, seats=7, plan="large") == (80, "green")


@pytest.mark.parametrize("points", ["100", "40"])
def test_undecided_rows_of_other_bands_stay_apart_whatever_their_points(tmp_path: Path, points: str) -> None:
    rules = f"""bands level {{ high points 100 ; middle points {points} ; low points 0 }}
    measure size {{ bands level ; rate {{ high when seats > 10 ; middle otherwise }} }}
    scorecard health {{ bands rag ; size }}
    """
    assert score_of(loaded(tmp_path, rules), plan="small") == (None, None)


@pytest.mark.parametrize(
    ("seats", "score"), [(9, 10), (10, 40), (19, 40), (20, 80), (-5, 10), (10**9, 80), (10**14, 80)]
)
def test_whole_numbers_fall_on_the_right_side_of_every_edge(tmp_path: Path, seats: int, score: float) -> None:
    rules = """
    measure size { value seats ; rate { red when < 9.5 ; yellow when in 10..<20 ; green when >= 19.5 } }
    scorecard health { size }
    """
    assert score_of(loaded(tmp_path, rules), seats=seats)[0] == score


@pytest.mark.parametrize(
    ("facts", "score"),
    [
        ({"seats": 1, "plan": "small"}, 10),
        ({"seats": 1}, None),
        ({"seats": 20, "plan": "large"}, 80),
        ({"seats": 20}, None),
        ({"plan": "large"}, 80),
        ({"plan": "small"}, None),
        ({}, None),
    ],
)
def test_what_takes_statements_is_only_computed_while_it_can_decide(
    tmp_path: Path, facts: dict[str, Any], score: float | None
) -> None:
    rules = """
    measure size {
      rate { red when seats > 10 and plan = "small" ; red when seats = 1 and plan = "small" ; green otherwise }
    }
    scorecard health { size }
    """
    assert score_of(loaded(tmp_path, rules), **facts)[0] == score
