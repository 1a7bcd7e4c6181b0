"""The analysis of small rulesets is what counting over all of their accounts gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.brute import judged


@pytest.mark.parametrize("seed", [2, 5, 8, 13])
def test_the_analysis_is_what_counting_gives(seed: int, tmp_path: Path) -> None:
    found = judged(seed, tmp_path)
    assert found is not None
    mistakes, analysis = found
    assert mistakes == []
    assert analysis.unknown < analysis.asked / 4
