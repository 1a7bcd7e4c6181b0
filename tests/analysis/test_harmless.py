"""What is proved of improvements and of waiting holds for accounts of random rulesets."""

from __future__ import annotations

from pathlib import Path

from tests.analysis.harmless import Tally, judged


def test_nothing_that_was_proved_is_wrong(tmp_path: Path) -> None:
    tally = Tally()
    wrong = [line for seed in (2, 9) for line in judged(seed, tmp_path / str(seed), tally)]
    assert wrong == []
    assert tally.rising >= 2
    assert tally.compared > 300
