"""Changes of score in bins of a readable width."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleengine.compare.bins import MOST, binned


@pytest.mark.parametrize(
    ("changes", "bins"),
    [
        ([], []),
        ([0.0, -0.0], []),
        ([7.0], [(6.0, 7.0, 1)]),
        ([-7.0], [(-7.0, -6.0, 1)]),
        ([0.0, 5.0, 5.01, -5.0, -5.01],
         [(-6.0, -5.0, 1), (-5.0, -4.0, 1), *((float(low), low + 1.0, 0) for low in range(-4, 4)), (4.0, 5.0, 1),
          (5.0, 6.0, 1)]),
        ([41.0, 50.0, -3.0], [(-5.0, 0.0, 1), *((5.0 * n, 5.0 * n + 5, 0) for n in range(8)), (40.0, 45.0, 1),
                              (45.0, 50.0, 1)]),
        ([0.003, 0.004], [(0.0025, 0.003, 1), (0.003, 0.0035, 0), (0.0035, 0.004, 1)]),
        ([1234567.0], [(1200000.0, 1400000.0, 1)]),
        ([1e-10], [(0.0, 1e-10, 1)]),
    ],
)  # fmt: skip
def test_bins(changes: list[float], bins: list[tuple[float, float, int]]) -> None:
    assert binned(changes) == bins


@given(st.lists(st.decimals(-100, 100, places=3).map(float), max_size=50))
def test_every_change_is_in_its_bin(changes: list[float]) -> None:
    bins = binned(changes)
    losses, gains = [each for each in bins if each[0] < 0], [each for each in bins if each[0] >= 0]
    assert max(len(losses), len(gains)) <= MOST
    for low, high, number in losses:
        assert number == sum(low <= change < high for change in changes)
    for low, high, number in gains:
        assert number == sum(low < change <= high for change in changes)
    assert sum(each[2] for each in bins) == sum(change != 0 for change in changes)
    assert all(one[1] == other[0] for one, other in pairwise(bins))
    assert not bins or (bins[0][2] and bins[-1][2])
