"""The parts into which an outcome falls leave nothing of it out."""

from __future__ import annotations

from ruleengine.analysis.may import Numbers
from ruleengine.analysis.outcomes import Outcome, Way, parts_of, restricted


def test_parts_hold_the_whole_outcome() -> None:
    points = Numbers(0, 10)
    outcome = Outcome(
        frozenset({"missing"}), (Way(0, points, points), Way(2, points, points), Way(None, points, points))
    )
    parts = [restricted(outcome, part) for part in parts_of(outcome, {0})]
    assert {way for part in parts for way in part.ways} == set(outcome.ways)
    assert {reason for part in parts for reason in part.reasons} == outcome.reasons
