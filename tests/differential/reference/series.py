"""Series of dated values, and what is asked of them, in exact fractions.

A series is a dictionary from dates to values. Whatever is asked is worked out from its definition: a slope by the normal
equations, a run by going back one value at a time.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import expressions
from tests.differential.reference.states import Scope
from tests.differential.reference.values import (
    LARGEST,
    MISSING,
    NA,
    UNCOMPUTABLE,
    Months,
    add_duration,
    equal,
    first_na,
    less,
    like,
    months_between,
)

Series = dict[date, Any]
_MONTH = Fraction("365.2425") / 12


def series(node: tree.Query, scopes: list[Scope]) -> Series:
    """The points of the chosen elements; of two on one day the first counts."""
    assert node.by is not None
    assert node.projection is not None
    found: Series = {}
    for scope in scopes:
        day, value = expressions.evaluate(node.by, scope), expressions.evaluate(node.projection, scope)
        if first_na([day, value]) is None:
            day = expressions.calendar_date(day, scope)
            if day <= scope.account.as_of:
                found.setdefault(day, value)
    return {day: found[day] for day in sorted(found)}


def asked(node: tree.OfSeries, scope: Scope) -> Any:
    """The answer to a question about a series."""
    points = expressions.evaluate(node.series, scope)
    other = node.date or node.period
    about: Any = None if other is None else expressions.evaluate(other, scope)
    missing = first_na([points, about])
    if missing:
        return missing
    as_of = scope.account.as_of
    if node.date is not None:
        return _value_at(points, expressions.calendar_date(about, scope).toordinal())
    if node.kind.startswith("consecutive"):
        return _run(points, falls=node.kind.endswith("declines"))
    if node.kind.endswith("without change"):
        return _unchanged(points, as_of, node.kind.startswith("months"))
    if node.kind == "value":
        return _value_at(points, _back(as_of, about))
    if node.number is None and less(Fraction(about), Fraction(1)):
        return UNCOMPUTABLE
    answer = _over(node, points, None if node.number is not None else _back(as_of, about))
    too_large = isinstance(answer, Fraction) and abs(answer) >= LARGEST
    return UNCOMPUTABLE if too_large else answer


def _back(as_of: date, period: Fraction) -> int:
    """The number of the day so many whole days or months before; before all days where the calendar begins later."""
    whole = int(period)
    whole += equal(Fraction(period), Fraction(whole + 1))
    found = add_duration(as_of, like(Fraction(-whole), period))
    return -1 if isinstance(found, NA) else found.toordinal()


def _value_at(points: Series, day: int) -> Any:
    known = [value for each, value in points.items() if each.toordinal() <= day]
    return known[-1] if known else MISSING


def _over(node: tree.OfSeries, points: Series, start: int | None) -> Any:
    """What is asked over a time that begins after `start`, or over the newest values."""
    days = list(points)
    if start is None:
        assert node.number is not None
        if len(days) < node.number:
            return MISSING
        days = days[len(days) - node.number :]
    else:
        days = [each for each in days if each.toordinal() > start]
    if not days:
        return MISSING
    if node.kind in ("change", "growth"):
        assert start is not None
        return _change(points[days[-1]], _value_at(points, start), node.kind == "growth")
    values = [points[each] for each in days]
    if node.kind.endswith("slope"):
        return _slope(days, values, _MONTH if node.kind.startswith("monthly") else Fraction(1))
    total = sum(values, Fraction(0))
    found = {"sum": total, "mean": total / len(values), "min": min(values), "max": max(values)}[node.kind]
    return like(found, values[0])


def _change(newest: Fraction, earlier: Any, relative: bool) -> Any:
    if isinstance(earlier, NA):
        return earlier
    if not relative:
        return like(newest - earlier, newest)
    return UNCOMPUTABLE if equal(Fraction(earlier), Fraction(0)) else (newest - earlier) / Fraction(earlier)


def _slope(days: list[date], values: list[Fraction], unit: Fraction) -> Any:
    """The slope of least squares: (n Σxy − Σx Σy) / (n Σx² − (Σx)²)."""
    if len(days) < 2:
        return MISSING
    n, x = len(days), [Fraction(each.toordinal()) for each in days]
    mixed = sum((a * Fraction(b) for a, b in zip(x, values, strict=True)), Fraction(0))
    above = n * mixed - sum(x) * sum(values, Fraction(0))
    below = n * sum(each * each for each in x) - sum(x) ** 2
    return like(above / below * unit, values[0])


def _run(points: Series, falls: bool) -> Any:
    values = list(points.values())
    if len(values) < 2:
        return MISSING
    count = 0
    for before, after in reversed(list(pairwise(values))):
        if not (less(after, before) if falls else less(before, after)):
            break
        count += 1
    return Fraction(count)


def _unchanged(points: Series, as_of: date, in_months: bool) -> Any:
    days = list(points)
    if not days:
        return MISSING
    since = days[-1]
    for before, after in reversed(list(pairwise(days))):
        if not equal(points[before], points[after]):
            break
        since = before
    return Months(months_between(since, as_of)) if in_months else Fraction((as_of - since).days)
