"""Two versions of a set of bands → choices: each boundary, the points of each band, or the whole set.

In: a band set in both versions, or in one. Out: a `Split`. A boundary is one choice, though two bands meet in it; where
the bands have other names or another order, all that is one choice.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import attrs
from attrs import frozen

from ruleengine.compare.edits import CHANGED, Split
from ruleengine.compare.parts import Part, Whole, either, same_split
from ruleengine.compare.things import subject_of
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of
from ruleengine.values import less


@frozen(slots=True, eq=False)
class Boundary:
    """Where one band begins or ends: the better and the worse band that meet there, or one of them alone at the end."""

    better: r.Band | None
    worse: r.Band | None

    @property
    def span(self) -> Any:
        """The place of the better band, or of the only one."""
        found = self.better if self.better is not None else self.worse
        return found.span if found is not None else None


def split_bands(old: r.BandSet | None, new: r.BandSet | None) -> Split:
    """The choices between two versions of a band set."""
    kept = new if new is not None else old
    assert kept is not None
    key = ("bands", kept.key)
    if old is None or new is None or _meaning(old) == _meaning(new):
        return same_split(key, old, new)
    whole = Whole(key, old, new, subject_of(key, new))
    if not same_bands(old, new):
        whole.parts.append(either(whole.choice("", "bands", old, new), _fields(old), _fields(new)))
        return whole.split()
    ends = _Ends(whole)
    whole.parts.append(ends.part())
    whole.field("step", "step", "bands")
    return whole.split(ends.together())


def same_bands(old: r.BandSet, new: r.BandSet) -> bool:
    """Whether both have the same bands in the same order, on a scale that runs the same way."""
    return [(band.name, band.has_interval) for band in old.bands] == [
        (band.name, band.has_interval) for band in new.bands
    ] and higher_is_better(old) == higher_is_better(new)


def higher_is_better(bands: r.BandSet) -> bool:
    """Whether the first band holds the higher scores."""
    first, last = bands.bands[0], bands.bands[-1]
    return last.low is None or (first.low is not None and first.low > last.low)


def _meaning(bands: r.BandSet) -> Any:
    return meaning_of((bands.bands, bands.step))


def _fields(bands: r.BandSet) -> dict[str, Any]:
    return {"bands": bands.bands, "step": bands.step}


#: An end of a band: the number of the band, and whether it is the one towards better bands.
_End = tuple[int, bool]


class _Ends:
    """The boundaries and points in which two sets of the same bands differ."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        self.old: tuple[r.Band, ...] = whole.old.bands
        self.new: tuple[r.Band, ...] = whole.new.bands
        self.higher = higher_is_better(whole.new)
        self.ends: dict[str, tuple[_End, ...]] = {}
        self.points: dict[str, int] = {}
        last = len(self.new) - 1
        for number in range(-1, last + 1):
            meeting: tuple[_End, ...] = ((number, False), (number + 1, True))
            meeting = tuple(end for end in meeting if 0 <= end[0] <= last)
            if any(self._end(self.old, end) != self._end(self.new, end) for end in meeting):
                name = self.new[max(number, 0)].name
                self.ends[f"{name}.end" if number < 0 else name] = meeting
        for number, (was, now) in enumerate(zip(self.old, self.new, strict=True)):
            if was.points != now.points:
                self.points[f"{now.name}.points"] = number

    def _end(self, bands: tuple[r.Band, ...], end: _End) -> tuple[float | None, bool]:
        band = bands[end[0]]
        return (band.high, band.high_open) if end[1] == self.higher else (band.low, band.low_open)

    def _names(self, end: _End) -> tuple[str, str]:
        return ("high", "high_open") if end[1] == self.higher else ("low", "low_open")

    def part(self) -> Part:
        """Each boundary and each number of points is a choice."""
        choices = [
            self.whole.choice(key, "bands", _boundary(self.old, meeting), _boundary(self.new, meeting))
            for key, meeting in self.ends.items()
        ]
        choices += [
            self.whole.choice(key, "points", self.old[number], self.new[number], CHANGED)
            for key, number in self.points.items()
        ]
        return Part(tuple(choices), lambda chosen: {"bands": self._made(chosen)})

    def _made(self, chosen: frozenset[str]) -> tuple[r.Band, ...]:
        different: dict[int, dict[str, Any]] = {}
        for key, meeting in self.ends.items():
            for end in meeting if key not in chosen else ():
                names = self._names(end)
                different.setdefault(end[0], {}).update(zip(names, self._end(self.old, end), strict=True))
        for key, number in self.points.items():
            if key not in chosen:
                different.setdefault(number, {})["points"] = self.old[number].points
        return tuple(
            attrs.evolve(band, **different[number]) if number in different else band
            for number, band in enumerate(self.new)
        )

    def together(self) -> list[frozenset[str]]:
        """What only makes sense together: ends that would cross, and points that would leave their band."""
        if self.whole.old.step != self.whole.new.step:
            return [frozenset(["step", *self.ends])] if self.ends else []
        found = []
        for number in range(len(self.new)):
            keys = [key for key, meeting in self.ends.items() if number in {end[0] for end in meeting}]
            keys += [key for key, band in self.points.items() if band == number]
            every = frozenset([*self.ends, *self.points])
            for size in range(1, len(keys)):
                for moved in combinations(keys, size):
                    left = self._made(every - (frozenset(keys) - frozenset(moved)))
                    if not _sound(left[number]) and _sound(self.old[number]) and _sound(self.new[number]):
                        found.append(frozenset(keys))
        return found


def _boundary(bands: tuple[r.Band, ...], meeting: tuple[_End, ...]) -> Boundary:
    better = next((bands[number] for number, towards in meeting if not towards), None)
    worse = next((bands[number] for number, towards in meeting if towards), None)
    return Boundary(better, worse)


def _sound(band: r.Band) -> bool:
    """Whether a band holds some scores, its own points among them."""
    if band.low is not None and band.high is not None and not less(band.low, band.high):
        closed = not (band.low_open or band.high_open)
        return closed and band.low == band.high
    if band.points is None:
        return True
    above = band.low is None or not less(band.points, band.low)
    return above and (band.high is None or not less(band.high, band.points))
