"""Facts for which an answer about a series has a wanted value: a few points that give it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruleengine.casebook.accounts import New, Patch
from ruleengine.casebook.wished_values import Around, Place, Values, joined
from ruleengine.library.dates import add_months
from ruleengine.tree import expressions as e

#: A point: how many days before the as-of date, and its value.
_Points = list[tuple[int, Any]]
_MOST_POINTS = 24
_MONTH = 31
_LONGEST = 20_000


class SeriesValues(Values):
    """Guesses for what is asked of series."""

    def _become_ofseries(self, node: e.OfSeries, value: Any, around: Around) -> Iterator[Patch]:
        series, inside = self.behind(node.series, around)
        if isinstance(series, e.Query) and series.kind == "series_of":
            for points in self._points(node, value, around):
                yield from self._series(series, points, inside)

    def _points(self, node: e.OfSeries, value: Any, around: Around) -> Iterator[_Points]:
        """Series that may give the answer."""
        days = self._days(node, around)
        kind = node.kind
        if kind == "value":
            yield [(days, value)]
        elif kind == "change":
            for base in (100, 1000, 0):
                yield [(days, base), (0, base + value)]
        elif kind == "growth":
            for base in (100, 1000, 10_000):
                yield [(days, base), (0, round(base * (1 + value), 9))]
        elif "slope" in kind:
            factor = 30.436875 if "month" in kind else 1
            for base in (100, 1000):
                yield [(30, base), (0, round(base + value * 30 / factor, 9))]
        elif kind.endswith("without change"):
            days = int(value * (_MONTH if kind.startswith("months") else 1))
            for same in (100, True, "same") if 0 <= days < _LONGEST else ():
                yield [(days + 30, _other(same)), (days, same), (0, same)]
        elif (
            isinstance(value, int | float)
            and 0 <= value < _MOST_POINTS
            and ("declin" in kind or "rise" in kind or "fall" in kind)
        ):
            step = -10 if "rise" not in kind else 10
            run = [(place * _MONTH, 500 - step * place) for place in range(int(value), -1, -1)]
            yield [((int(value) + 1) * _MONTH, run[0][1] + (-1 if step < 0 else 1)), *run]
        else:
            number = node.number or 2
            yield [(place, value) for place in range(number - 1, -1, -1)]
            yield [
                (place, value / number if isinstance(value, int | float) else value)
                for place in range(number - 1, -1, -1)
            ]

    def _days(self, node: e.OfSeries, around: Around) -> int:
        """How many days before the as-of date the earlier point lies."""
        today = self.account.as_of.toordinal()
        length = self.constant(node.period, around)
        if node.period is None or not isinstance(length, int | float):
            return 1
        if node.period.type.unit == "months":
            start = add_months(today, -length)
            return today - start if start is not None else _MONTH
        return int(length)

    def _series(self, node: e.Query, points: _Points, around: Around) -> Iterator[Patch]:
        assert node.by is not None
        assert node.projection is not None
        today = self.account.as_of.toordinal()
        for elements in self.elements(node.source, around):
            parts: list[Any] = [[elements.emptied]]
            for days, value in points:
                path = (*elements.path, New())
                inside = around | {node.variable: Place(path, elements.type)}
                parts.append(self.element(elements, path))
                if node.where is not None:
                    parts.append(self.hold(node.where, True, inside))
                parts.append(self._first(self.become(node.by, today - days, inside)))
                parts.append(self._first(self.become(node.projection, value, inside)))
            yield from joined(*(self._first(iter(part)) for part in parts))

    def _first(self, patches: Iterator[Patch]) -> Iterator[Patch]:
        found = next(patches, None)
        if found is not None:
            yield found


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return "other" if isinstance(value, str) else value + 1
