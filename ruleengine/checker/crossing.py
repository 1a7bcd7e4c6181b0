"""Which rows of a ladder cross, found without trying every pair.

Two rows cross when they take the same of all keys but one, and of that one each takes something that the other leaves. In: a grid and
the cells that each row surely takes. Out: rows, each with the earlier ones that it crosses. Guaranteed: rows that are nested, or lie
apart, are told by sorting the ends of what they take, so a thousand thresholds cost a thousand steps and not a million.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import chain, takewhile

from ruleengine.checker.cells import Grid, Key, Mask

#: First and last place of neighbouring pieces, in the order of their values.
Stretch = tuple[int, int]
#: Rows that take the same of all keys but one, each with what it takes of that one.
Group = dict[int, Mask]


def crossing(grid: Grid, sure: Sequence[Mask]) -> Iterator[tuple[int, Iterator[int]]]:
    """Rows in their order, each with the earlier ones that it crosses."""
    groups: dict[int, list[Group]] = {}
    for group in _groups(grid, sure):
        for row in group:
            groups.setdefault(row, []).append(group)
    for row in sorted(groups):
        yield row, merge(*(_crossed(row, group) for group in groups[row]))


def _crossed(row: int, group: Group) -> Iterator[int]:
    own = group[row]
    for earlier in takewhile(lambda each: each < row, group):
        if own & ~group[earlier] and group[earlier] & ~own:
            yield earlier


def _groups(grid: Grid, sure: Sequence[Mask]) -> Iterator[Group]:
    """Rows that take the same of all keys but one; only those that cross another of the group."""
    keys = [key for key in grid.keys.values() if len(key.pieces) > 1]
    rows = [(row, [grid.projected(cells, key) for key in keys]) for row, cells in enumerate(sure) if cells]
    for place, key in enumerate(keys):
        groups: dict[tuple[Mask, ...], Group] = {}
        for row, taken in rows:
            groups.setdefault((*taken[:place], *taken[place + 1 :]), {})[row] = taken[place]
        for group in groups.values():
            entangled = _entangled(set(group.values()), grid, key)
            yield {row: taken for row, taken in group.items() if taken in entangled}


def _entangled(all_taken: set[Mask], grid: Grid, key: Key) -> set[Mask]:
    """Those that cross another."""
    stretches: dict[Stretch, Mask] = {}
    scattered: list[Mask] = []
    for taken in all_taken:
        ordered = grid.ascending(taken, key)
        first, last = (ordered & -ordered).bit_length() - 1, ordered.bit_length() - 1
        if ordered.bit_count() == (last - first) // key.stride + 1:
            stretches[first, last] = taken
        else:
            scattered.append(taken)
    found = {
        each
        for one in scattered
        for other in all_taken
        if one & other and one & ~other and other & ~one
        for each in (one, other)
    }
    mirrored = {(-last, -first): taken for (first, last), taken in stretches.items()}
    return found.union(chain(_left_within(stretches), _left_within(mirrored)))


def _left_within(stretches: dict[Stretch, Mask]) -> Iterator[Mask]:
    """Those within which another begins that ends beyond."""
    ordered = sorted(stretches)
    firsts = [first for first, _ in ordered]
    farthest = [[last for _, last in ordered]]  # of so many neighbours, doubled from line to line
    while 2 ** len(farthest) <= len(ordered):
        line, step = farthest[-1], 2 ** (len(farthest) - 1)
        farthest.append([max(pair) for pair in zip(line, line[step:], strict=False)])
    for first, last in ordered:
        start, end = bisect_right(firsts, first), bisect_right(firsts, last)
        if start < end:
            level = (end - start).bit_length() - 1
            line = farthest[level]
            if max(line[start], line[end - 2**level]) > last:
                yield stretches[first, last]
