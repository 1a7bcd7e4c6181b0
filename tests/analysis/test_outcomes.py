"""What something may come to: nothing of it is left out, by parts or by limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.analysis.may import Numbers
from ruleengine.analysis.outcomes import Outcome, Way, parts_of, restricted
from ruleengine.analysis.run import Looking
from ruleengine.checker.index import Index
from tests.analysis.small import AS_OF, opened


def test_parts_hold_the_whole_outcome() -> None:
    points = Numbers(0, 10)
    outcome = Outcome(
        frozenset({"missing"}), (Way(0, points, points), Way(2, points, points), Way(None, points, points))
    )
    parts = [restricted(outcome, part) for part in parts_of(outcome, {0})]
    assert {way for part in parts for way in part.ways} == set(outcome.ways)
    assert {reason for part in parts for reason in part.reasons} == outcome.reasons


def of_card(folder: Path, rules: str) -> Outcome:
    """What the scorecard `health` may come to."""
    found = opened(folder, rules)
    index = Index(found.program, found.compilation.sources, found.program.path, {})
    return Looking(found.program, index, AS_OF, found.schema).run({}).card("health")[""].outcome


def seats(rows: str) -> str:
    return f'measure seats "Seats" {{\n  value users\n  bands rag\n  rate {{ {rows} }}\n'


def test_a_floor_and_a_cap_that_leave_a_band_as_it_was(tmp_path: Path) -> None:
    # A cap beats a floor: all is yellow. Who was yellow before keeps the own 70, and the others get the 62.5 of the band.
    rules = seats("points 90 when >= 50 ; points 70 when >= 20 ; points 10 otherwise")
    found = of_card(
        tmp_path, rules + "  floor green\n  cap yellow\n}\nscorecard health { bands rag ; seats 1 }\n"
    )
    (way,) = found.ways
    assert (way.band, way.seen) == (1, way.score)
    assert way.score is not None
    assert way.score.low == pytest.approx(62.5)
    assert way.score.high == pytest.approx(70)


def test_a_floor_beyond_the_bands_and_a_cap_within(tmp_path: Path) -> None:
    # 250 lies in no band, but the cap has it back to 60 before a band is looked for.
    card = "scorecard health {\n  bands rag\n  seats 1\n  floor score 250\n  cap score 60\n}\n"
    found = of_card(tmp_path, seats("green when >= 50 ; red otherwise") + "}\n" + card)
    assert found.ways == (Way(1, Numbers(60.0, 60.0), Numbers(60.0, 60.0)),)


def test_leaves_of_a_flat_scorecard_share_as_their_group_lets_them(tmp_path: Path) -> None:
    # By the plain weights seats count for nothing. In the column they count for all, and their 25 is the whole score.
    card = (
        "measure load { value issues ; rate { yellow when > 10 ; green otherwise } }\n"
        "scorecard health {\n  bands rag\n  missing redistribute flat\n"
        '  group one 100% {\n    load 100%\n    seats 0%\n    weights when plan = "large" { load 0% ; seats 100% }\n  }\n}\n'
    )
    found = of_card(tmp_path, seats("green when >= 50 ; red otherwise") + "}\n" + card)
    assert found.bands == {0, 1, 2}
    assert found.score is not None
    assert found.score.low == pytest.approx(25)


def test_an_override_beyond_the_bands_is_invalid_though_another_one_follows(tmp_path: Path) -> None:
    # Who has no users gets 300, which lies in no band; all others are red.
    limits = "  override points 300 when users = 0\n  override red\n}\n"
    card = "scorecard health { bands rag ; missing require all ; seats 1 }\n"
    found = of_card(tmp_path, seats("green when >= 50 ; red otherwise") + limits + card)
    assert "invalid" in found.reasons
