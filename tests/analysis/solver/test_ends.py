"""The ends of scores: exact where a score is linear, and never nearer than they are where it is not."""

from __future__ import annotations

import copy
import math
from pathlib import Path

import pytest

from ruleengine.analysis.findings import End
from ruleengine.analysis.solver.solver import Solver
from ruleengine.evaluator.program import Evaluator
from tests.analysis.small import AS_OF, opened
from tests.analysis.solver.wide import SCHEMA

pytest.importorskip("z3", reason="proofs need the extra `prove`")

FACTS = copy.deepcopy(SCHEMA)
FACTS["properties"].update(free={"type": "number"}, half={"type": "number", "exclusiveMinimum": 0})
MEASURES = """
measure seats "Seats" { value users ; rate { green when >= 50 ; yellow when >= 20 ; red otherwise } }
measure mood "Mood" { value feeling ; rate as given }
"""
TOP = "bands top { high 10.. ; low ..<10 }\n"


def solver_of(folder: Path, card: str, more: str = "") -> Solver:
    return Solver(opened(folder, f'{more}scorecard card "Card" {{ {card} }}\n', schema=FACTS).side, AS_OF)


def replayed(solver: Solver, end: End) -> None:
    """The account of an end has its score."""
    assert end.account is not None
    result = Evaluator(solver.sides[0].program).result(end.account.facts, AS_OF)
    assert result["scorecards"]["card"]["score"] == end.score


@pytest.mark.parametrize(
    ("card", "low", "high"),
    [
        ("bands none ; score users", 0, 100),
        ("bands none ; score load", -10, 10),
        ("bands rag ; score issues", 0, 50),  # below 0 lies no band, and so no score
        ("bands none ; score if active then 1 else 0.3333", 0.3333, 1),
        ("bands none ; score 3", 3, 3),
        ("bands none ; score users - issues", -50, 150),
        ("bands none ; score (load default 12) / 4", -2.5, 3),
    ],
)
def test_ends_that_are_reached(tmp_path: Path, card: str, low: float, high: float) -> None:
    solver = solver_of(tmp_path, card)
    ends = solver.bounds("card", 5)
    assert [end.score for end in ends] == [pytest.approx(low), pytest.approx(high)]
    for end in ends:
        assert end.is_exact
        replayed(solver, end)


@pytest.mark.parametrize(
    "score", ["na missing", "if users > 200 then 1 else na missing", "(na missing) + users"]
)
def test_no_account_has_a_score(tmp_path: Path, score: str) -> None:
    for end in solver_of(tmp_path, f"bands none ; score {score}").bounds("card", 5):
        assert (end.score, end.limit, end.account, end.is_exact) == (None, None, None, True)


@pytest.mark.parametrize(
    ("card", "low", "high"),
    [
        ("bands none ; score free", -math.inf, math.inf),
        ("bands none ; score half", 0, math.inf),
        ("bands none ; score ln(half)", -math.inf, math.inf),
        ("bands none ; score users * issues", -5000, 5000),
        ("bands none ; score load * load", 0, 100),
        ("bands none ; score users / load", -math.inf, math.inf),
        ("bands none ; score round(load)", -10, 10),
        ("bands none ; score sqrt(users)", 0, 10),
        ("bands none ; score year(begun)", 1, 9999),
        ("bands none ; score if load < 2 then load else 0", -10, 2),
        ("bands none ; score if load > 2 then load else 5", 2, 10),
        ("bands top ; score free", -math.inf, math.inf),
        ("bands rag ; seats 1 ; mood 2 ; weights when active { seats 2 ; mood 1 }", 25, 87.5),
    ],
)
def test_ends_that_are_not_linear_are_not_said_nearer_than_they_are(
    tmp_path: Path, card: str, low: float, high: float
) -> None:
    """What is reached lies within the true ends; what is said to be the limit, not."""
    solver = solver_of(tmp_path, card, TOP if "top" in card else MEASURES)
    lowest, highest = solver.bounds("card", 2)
    assert lowest.limit is None or lowest.limit <= low + 1e-6
    assert highest.limit is None or highest.limit >= high - 1e-6
    for end in (lowest, highest):
        if end.score is not None:
            replayed(solver, end)
            assert low <= end.score <= high


def test_where_no_account_is_accepted_the_limits_remain(tmp_path: Path) -> None:
    """87.5 × 1/3 + 87.5 × 2/3 at best, 25 at worst: proved without an account, of which the test accepts none."""
    lowest, highest = solver_of(tmp_path, "bands rag ; seats 1 ; mood 2", MEASURES).bounds(
        "card", 10, test=lambda account: False
    )
    assert (lowest.score, lowest.limit, highest.score, highest.limit) == (None, 25.0, None, 87.5)


def test_among_some_accounts_only(tmp_path: Path) -> None:
    solver = solver_of(
        tmp_path, "bands none ; score users", 'segment large when plan = "large" and users < 50\n'
    )
    among = solver.encoding.variables["large"].is_true()
    lowest, highest = solver.bounds("card", 5, among, lambda account: account.facts.get("plan") == "large")
    assert (lowest.score, highest.score) == (0, 49)


def test_without_time_no_end_is_exact(tmp_path: Path) -> None:
    for end in solver_of(tmp_path, "bands rag ; seats 1 ; mood 2", MEASURES).bounds("card", 0):
        assert end.score is None
        assert not end.is_exact
