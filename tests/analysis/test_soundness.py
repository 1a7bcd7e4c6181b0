"""What was said to be possible holds whatever the evaluator gives: random rulesets, random accounts, random boxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.soundness import judged


@pytest.mark.parametrize(
    "seed", [3, 8, 10, 11, 18, 24, 45, 118, 126, 165, 173, 444, 1057, 1193, 1201, 2202, 7001, 7002]
)
def test_every_result_lies_in_what_may_be(seed: int, tmp_path: Path) -> None:
    assert list(judged(seed, 3, tmp_path)) == []
