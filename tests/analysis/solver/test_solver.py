"""The solver: its terms against the evaluator, its answers against counting, its accounts by replay."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ruleengine.analysis.findings import Verdict
from ruleengine.analysis.solver.solver import Solver
from tests.analysis.brute import AS_OF
from tests.analysis.small import BANDS, HEADER, opened
from tests.analysis.solver.__main__ import random_agreement
from tests.analysis.solver.counted import judged

pytest.importorskip("z3", reason="proofs need the extra `prove`")

RULES = """
measure seats "Seats" {
  value users
  rate { green when >= 50 ; yellow when >= 20 ; red otherwise }
}
measure trouble "Trouble" {
  value issues / users
  rate { red when > 2 ; yellow when > 0.5 ; green otherwise }
  fresh by issues_at, expired after 30 days
}
segment huge when users > 100
scorecard health "Health" {
  bands   rag
  missing redistribute
  seats   60%
  trouble 40%
  override red when trouble is red
}
"""


@pytest.mark.parametrize("seed", [1, 204, 328])
def test_what_the_evaluator_gives_is_possible_in_the_terms(seed: int) -> None:
    found = random_agreement(seed, 2)
    assert found is not None
    assert found.denied == []
    assert found.counts["only"] > 0


def test_answers_agree_with_counting() -> None:
    counts: Counter[str] = Counter()
    assert judged(2, counts) == []
    assert counts["item proved"] + counts["item shown"] > 20
    assert counts["end exact"] == 2


def test_what_cannot_be_is_proved_and_what_can_be_is_shown(tmp_path: Path) -> None:
    ruleset = opened(tmp_path, RULES)
    solver = Solver(ruleset.side, AS_OF)
    assert solver.possible("huge.segment.holds", 5).verdict is Verdict.PROVED  # users end at 100
    shown = solver.possible("trouble.band.yellow", 5)
    assert shown.verdict is Verdict.SHOWN
    assert shown.account is not None
    facts = shown.account.facts
    assert 0.5 < facts["issues"] / facts["users"] <= 2
    assert facts["issues_at"] >= "2024-01-31"  # the age is 30 days at most


def test_bounds_are_exact_where_all_is_linear(tmp_path: Path) -> None:
    solver = Solver(opened(tmp_path, RULES).side, AS_OF)
    lowest, highest = solver.bounds("health", 10)
    assert (lowest.score, lowest.limit) == (25, 25)  # both red
    assert (highest.score, highest.limit) == (87.5, 87.5)  # both green


def test_dates_are_told_to_the_day(tmp_path: Path) -> None:
    """From 1 February to 1 March is a month; from 2 February on it is none, from 1 January on it is one."""
    rules = """
    segment fresh when months since feeling_at = 0 months
    segment month when months since feeling_at = 1 month
    segment late  when feeling_at > 2024-02-01 and months since feeling_at >= 1 month
    """
    solver = Solver(opened(tmp_path, rules, HEADER + BANDS).side, AS_OF)
    fresh, month = (solver.possible(f"{name}.segment.holds", 5).account for name in ("fresh", "month"))
    assert fresh is not None
    assert "2024-02-02" <= fresh.facts["feeling_at"] <= "2024-03-01"
    assert month is not None
    assert "2024-01-02" <= month.facts["feeling_at"] <= "2024-02-01"
    assert solver.possible("late.segment.holds", 5).verdict is Verdict.PROVED
