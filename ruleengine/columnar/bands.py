"""A band set in SQL: bands are their positions, best first; the band of a score, its points, the distance to another."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.types import DOUBLE
from ruleengine.tree.edges import high_edge, low_edge
from ruleengine.tree.ruleset import BandSet
from ruleengine.values import NA


class Scale:
    """The bands of one set."""

    def __init__(self, bands: BandSet) -> None:
        self.bands = bands.bands
        self.names = [band.name for band in bands.bands]
        self.points = [band.points for band in bands.bands]
        self.has_intervals = any(band.has_interval for band in bands.bands)
        self.outside = NA("invalid", f"the score lies in no band of `{bands.name}`", "", "RE511")

    def position(self, name: str) -> int:
        """The position of a band by its name."""
        return self.names.index(name)

    def band(self, score: Sql) -> Sql:
        """The position of the band that holds a score; NULL where none does."""
        branches: list[tuple[Sql, Sql]] = []
        for place, band in enumerate(self.bands):
            low, high = low_edge(band.low, band.low_open), high_edge(band.high, band.high_open)
            tests = [b.compare(">=", score, b.double(low))] if low != -math.inf else []
            tests += [b.compare("<=", score, b.double(high))] if high != math.inf else []
            test = b.conjunction(tests) if tests else b.is_known(score)
            branches.append((test, b.integer(place)))
        return b.case(branches, b.null_code())

    def points_of(self, band: Sql) -> Sql:
        """The points that a band stands for; NULL where it has none."""
        return chosen(
            band, [None if points is None else b.double(points) for points in self.points], b.null(DOUBLE)
        )

    def name_of(self, band: Sql) -> Sql:
        """The name of a band."""
        return chosen(band, [b.text(name) for name in self.names], b.null_text())

    def distance(self, score: Sql, position: int) -> Sql:
        """How far a score is from the nearest edge of the band at a position; 0 inside."""
        band = self.bands[position]
        branches: list[tuple[Sql, Sql]] = []
        if band.low is not None:
            branches.append(
                (b.compare("<", score, b.double(band.low)), b.subtract(b.double(band.low), score))
            )
        if band.high is not None:
            branches.append(
                (b.compare(">", score, b.double(band.high)), b.subtract(score, b.double(band.high)))
            )
        return b.case(branches, b.double(0))


def chosen(number: Sql, values: Sequence[Sql | None], nothing: Sql, first: int = 0) -> Sql:
    """The value at a place by its number (counted from `first`), where several numbers may share one value."""
    places: dict[str, tuple[Sql, list[int]]] = {}
    for place, value in enumerate(values, first):
        if value is not None:
            places.setdefault(value.sql(), (value, []))[1].append(place)
    branches = [(_is_one_of(number, found), value) for value, found in places.values()]
    return b.case(branches, nothing)


def _is_one_of(number: Sql, places: Sequence[int]) -> Sql:
    if len(places) == 1:
        return b.compare("=", number, b.integer(places[0]))
    return b.one_of(number, [b.integer(place) for place in places])
