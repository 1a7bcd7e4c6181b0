"""Rounding: on the shortest decimal, at every magnitude."""

from __future__ import annotations

import pytest

from ruleengine.values import round_to


@pytest.mark.parametrize(
    ("value", "digits", "mode", "expected"),
    [
        (2.675, 2, "half_up", 2.68),
        (-2.5, 0, "half_even", -2.0),
        (1e15 + 0.5, 0, "half_up", 1000000000000001.0),
        (9007199254740992.0, 2, "floor", 9007199254740992.0),
        (1e60, 0, "half_up", 1e60),
        (-1e290, 3, "ceiling", -1e290),
    ],
)
def test_a_number_of_any_magnitude_is_rounded(value: float, digits: int, mode: str, expected: float) -> None:
    """Products of facts can be far larger than any that has decimals."""
    assert round_to(value, digits, mode) == expected
