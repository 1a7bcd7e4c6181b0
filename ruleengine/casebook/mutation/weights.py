"""The small changes of what makes a score: weights, and the edges and points of bands.

In: blocks and sets of bands. Out: notes of changes. A point of weight goes from one neighbour to the other, so that what is in
the sum stays; two neighbours change their weights. Where nobody wrote a weight, one member counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from ruleengine.casebook.mutation import numbers
from ruleengine.casebook.mutation.conditions import Conditions
from ruleengine.casebook.mutation.context import Around, Notes
from ruleengine.tree import ruleset as r
from ruleengine.values import equal

_WEIGHED = ("weighted mean", "sum")


class Weights:
    """Notes the changes of weights and bands."""

    def __init__(self, notes: Notes, conditions: Conditions) -> None:
        self.notes = notes
        self.conditions = conditions

    def block(self, block: r.Block, around: Around) -> None:
        """The weights of a card or group, and of its columns."""
        if block.rollup not in _WEIGHED:
            return
        weights = [child.weight for child in block.children]
        labels = [child.label for child in block.children]
        written = any(re.search(r"\d", self._head(child)) for child in block.children)
        if not written:
            self._unwritten(block, labels, around)
        else:
            for said, changed, place in self._changes(weights, labels, block.percent):
                self.notes.add("weight", around, block, _weighing(changed), said, block.children[place].span)
        for number, column in enumerate(block.columns):
            for said, changed, _ in self._changes(list(column.weights), labels, block.percent):
                self.notes.add("weight", around, block, _column(number, changed), said, column.span)

    def _head(self, child: r.Member | r.Block) -> str:
        """What is written of a member before anything that is in it."""
        text = self.notes.words.text(child.span)
        without = text.replace(child.label, "", 1).split("{")[0]
        return re.sub(r'"[^"]*"', "", without)

    def _unwritten(self, block: r.Block, labels: Sequence[str], around: Around) -> None:
        if len(labels) < 2 or block.rollup != "weighted mean":
            return
        for place, label in enumerate(labels):
            weights = [child.weight for child in block.children]
            weights[place] *= 2
            said = f"{label}, as much as each other", f"{label}, twice as much as each other"
            self.notes.add("weight", around, block, _weighing(weights), said, block.children[place].span)

    def _changes(
        self, weights: Sequence[float], labels: Sequence[str], percent: bool
    ) -> list[tuple[tuple[str, str], list[float], int]]:
        found = []
        size = 0.01 if percent else _size(weights)
        for place in range(len(weights) - 1):
            first, second = weights[place], weights[place + 1]
            by = size if second + 1e-12 >= size else -size
            pairs = [(round(first + by, 12), round(second - by, 12))] if first + by >= -1e-12 else []
            if not equal(first, second):
                pairs.append((second, first))
            for one, other in pairs:
                changed = [*weights[:place], one, other, *weights[place + 2 :]]
                if _same_shares(weights, changed):
                    continue
                before = (
                    f"{labels[place]} {_said(first, percent)}, {labels[place + 1]} {_said(second, percent)}"
                )
                after = f"{labels[place]} {_said(one, percent)}, {labels[place + 1]} {_said(other, percent)}"
                found.append(((before, after), changed, place))
        return found

    # ── bands ──

    def bands(self, bands: r.BandSet) -> None:
        """The edges between bands, and their points."""
        if not self.notes.is_own(bands.span):
            return
        around = Around(bands.name, bands.span)
        for place in range(len(bands.bands) - 1):
            self._edge(bands, place, around)
        for place, band in enumerate(bands.bands):
            if band.points is not None:
                step = 1.0 if band.points >= 10 else 0.1
                for way in (step, -step):
                    points = round(band.points + way, 10)
                    said = tuple(
                        f"{band.name} points {numbers.plain(each)}" for each in (band.points, points)
                    )
                    changed = _banding({place: {"points": points}})
                    self.notes.add("band", around, bands, changed, (said[0], said[1]), band.span)

    def _edge(self, bands: r.BandSet, place: int, around: Around) -> None:
        """The edge between two neighbours, moved or given to the other one."""
        first, second = bands.bands[place : place + 2]
        rising = first.low is not None and second.high is not None and first.low >= (second.low or first.low)
        upper, lower = (place, place + 1) if rising else (place + 1, place)
        above, below = bands.bands[upper], bands.bands[lower]
        if above.low is None or below.high is None:
            return  # bands without intervals have no edges
        step = bands.step or 1.0
        for way in (step, -step):
            low, high = round(above.low + way, 10), round(below.high + way, 10)
            changes = {upper: {"low": low}, lower: {"high": high}}
            self._banded(bands, changes, around, above)
        if bands.step is None:
            changes_of_ends = {
                upper: {"low_open": not above.low_open},
                lower: {"high_open": not below.high_open},
            }
            self._banded(bands, changes_of_ends, around, above)

    def _banded(
        self, bands: r.BandSet, changes: dict[int, dict[str, Any]], around: Around, band: r.Band
    ) -> None:
        before = ", ".join(_interval(bands.bands[place]) for place in sorted(changes))
        after = ", ".join(
            _interval(attrs.evolve(bands.bands[place], **changed))
            for place, changed in sorted(changes.items())
        )
        self.notes.add("band", around, bands, _banding(changes), (before, after), band.span)


def _interval(band: r.Band) -> str:
    low = "" if band.low is None else (">" if band.low_open else "") + numbers.plain(band.low)
    high = "" if band.high is None else ("<" if band.high_open else "") + numbers.plain(band.high)
    return f"{band.name} {low}..{high}"


def _size(weights: Sequence[float]) -> float:
    """A little of weights that are no percentages."""
    least = min((weight for weight in weights if weight > 0), default=1.0)
    whole = all(weight == int(weight) for weight in weights)
    return 1.0 if whole and least > 1 else round(least / 10, 10)


def _same_shares(weights: Sequence[float], changed: Sequence[float]) -> bool:
    """Whether no share changes by anything; the sums are the same, and not zero."""
    total = sum(weights)
    return all(equal(one / total, two / total) for one, two in zip(weights, changed, strict=True))


def _said(weight: float, percent: bool) -> str:
    return f"{numbers.plain(weight * 100)}%" if percent else numbers.plain(weight)


def _weighing(weights: Sequence[float]) -> Callable[[Any], Any]:
    given = tuple(weights)

    def make(block: r.Block) -> r.Block:
        children = tuple(
            child if child.weight == weight else attrs.evolve(child, weight=weight)
            for child, weight in zip(block.children, given, strict=True)
        )
        return attrs.evolve(block, children=children)

    return make


def _column(number: int, weights: Sequence[float]) -> Callable[[Any], Any]:
    given = tuple(weights)

    def make(block: r.Block) -> r.Block:
        columns = list(block.columns)
        columns[number] = attrs.evolve(columns[number], weights=given)
        return attrs.evolve(block, columns=tuple(columns))

    return make


def _banding(changes: dict[int, dict[str, Any]]) -> Callable[[Any], Any]:
    def make(bands: r.BandSet) -> r.BandSet:
        changed = tuple(
            attrs.evolve(band, **changes[place]) if place in changes else band
            for place, band in enumerate(bands.bands)
        )
        return attrs.evolve(bands, bands=changed)

    return make
