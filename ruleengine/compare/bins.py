"""How large many changes are: counts in bins of one readable width.

In: changes of score. Out: bins from the largest loss to the largest gain, the empty ones between too. Guaranteed: at most
`MOST` bins on each side of zero; a bin reaches from just above its end nearer to zero to its other end, which is in it, so
that losses and gains are binned alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

#: At most so many bins for losses, and as many for gains.
MOST = 10
#: Changes are compared as whole numbers of this many to a point, as they are printed.
_UNITS = 10**10

Bin = tuple[float, float, int]


def binned(changes: Iterable[float]) -> list[Bin]:
    """Lower end, upper end and number of each bin; changes of zero are in none."""
    units = [round(change * _UNITS) for change in changes]
    largest = max(map(abs, units), default=0)
    if not largest:
        return []
    width = next(width for width in _widths() if width * MOST >= largest)
    counts = Counter(_place(unit, width) for unit in units if unit)
    places = (place for place in range(min(counts), max(counts) + 1) if place)
    return [(*_ends(place, width), counts[place]) for place in places]


def _widths() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 … of the smallest units."""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _place(unit: int, width: int) -> int:
    """The number of a bin: 1 is the first above zero, -1 the first below."""
    return -(-unit // width) if unit > 0 else unit // width


def _ends(place: int, width: int) -> tuple[float, float]:
    low = (place - 1 if place > 0 else place) * width
    return low / _UNITS, (low + width) / _UNITS
