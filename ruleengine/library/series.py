"""What is asked of a series of dated values: one record a question, with its Python, its examples and its documentation.

A series is a sequence of points `(day number, value)` in the order of their days, none after the as-of date and no day
twice. A period begins on the day after `start` and ends with the as-of date. An answer is a value, or NA with the words why.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from attrs import frozen

from ruleengine.library.dates import months_between
from ruleengine.values import ABSOLUTE_TOLERANCE, NA, added_up, equal, less

Points = Sequence[tuple[int, Any]]
#: The average length of a month in days: 365.2425 / 12.
DAYS_OF_A_MONTH = 30.436875


@frozen(slots=True)
class Question:
    """One thing that can be asked of a series; `name` is its `kind` in the trees."""

    name: str
    implementation: Callable[..., Any]
    examples: Mapping[str, Any]
    doc: str


def question(name: str, examples: Mapping[str, Any]) -> Callable[[Callable[..., Any]], Question]:
    """Make a `Question` of the decorated implementation, whose docstring documents it."""

    def record(implementation: Callable[..., Any]) -> Question:
        return Question(name, implementation, examples, (implementation.__doc__ or "").strip())

    return record


def points_by_day(points: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Points in the order of their days; of several on one day the first."""
    points.sort(key=itemgetter(0))  # keeps the order of equal days
    return [point for at, point in enumerate(points) if at == 0 or points[at - 1][0] != point[0]]


def _few(words: str) -> NA:
    return NA("missing", words)


def _since(points: Points, start: int) -> Points:
    """The points of a period."""
    return points[bisect_right(points, start, key=itemgetter(0)) :]


def _last_values(points: Points, number: int) -> Points | NA:
    """The newest `number` points."""
    if len(points) < number:
        return _few(f"there {'is' if len(points) == 1 else 'are'} only {len(points)} of {number} values")
    return points[-number:]


def _period(points: Points, start: int | None, number: int | None) -> Points | NA:
    """The points that an answer is over: of a period, or the newest so many."""
    if number is not None:
        return _last_values(points, number)
    assert start is not None
    return _since(points, start) or _few("no value is dated within this time")


# ── Values, and how they changed ────────────────────────────────────────────────────────────────────────────────────


@question("value", examples={"value of sales at 2024-02-10": 120, "value of sales 1 month ago": 120})
def value(points: Points, day: int) -> Any:
    """`value of S at D`, `value of S P ago`: the newest value that is dated on or before D, or so long ago."""
    at = bisect_right(points, day, key=itemgetter(0))
    return points[at - 1][1] if at else _few("no value is dated so early")


def _ends(points: Points, start: int) -> tuple[float, float] | NA:
    """The value at the start of a period, and the newest one."""
    if not points or points[-1][0] <= start:
        return _few("no value is dated within this time")
    earlier = value.implementation(points, start)
    return earlier if isinstance(earlier, NA) else (earlier, points[-1][1])


@question("change", examples={"change of sales over 2 months": 26})
def change(points: Points, start: int) -> Any:
    """`change of S over P`: the newest value less the value so long ago."""
    ends = _ends(points, start)
    return ends if isinstance(ends, NA) else ends[1] - ends[0]


@question("growth", examples={"growth of sales over 1 month": 0.05})
def growth(points: Points, start: int) -> Any:
    """`growth of S over P`: that change as a percentage of the value so long ago; NA `invalid` when that was 0."""
    ends = _ends(points, start)
    if isinstance(ends, NA):
        return ends
    if abs(ends[0]) <= ABSOLUTE_TOLERANCE:
        return NA("invalid", "the earlier value is zero", "", "RE506")
    return (ends[1] - ends[0]) / ends[0]


# ── Over a period, or over the newest values ────────────────────────────────────────────────────────────────────────


def _slope(points: Points) -> Any:
    """The slope per day of the line of least squares."""
    if len(points) < 2:
        return _few("a slope needs two values")
    last, first_value = points[-1][0], points[0][1]
    days = [day - last for day, _ in points]
    total = sum(days)
    weights = [len(days) * day - total for day in days]
    try:
        rise = math.fsum(
            weight * (found - first_value) for weight, (_, found) in zip(weights, points, strict=True)
        )
    except OverflowError:
        return math.inf
    return rise / sum(weight * day for weight, day in zip(weights, days, strict=True))


@question("daily slope", examples={"daily slope of steady over 3 months": 2})
def daily_slope(points: Points, start: int | None, number: int | None) -> Any:
    """`daily slope of S over P`: how much the line of least squares through the values rises a day; needs two values."""
    found = _period(points, start, number)
    return found if isinstance(found, NA) else _slope(found)


@question("monthly slope", examples={"monthly slope of steady over 3 months": 60.87375})
def monthly_slope(points: Points, start: int | None, number: int | None) -> Any:
    """`monthly slope of S over P`: the same in a month of 365.2425 / 12 days."""
    slope = daily_slope.implementation(points, start, number)
    return slope if isinstance(slope, NA) else slope * DAYS_OF_A_MONTH


def _values(points: Points, start: int | None, number: int | None) -> list[float] | NA:
    found = _period(points, start, number)
    return found if isinstance(found, NA) else [point[1] for point in found]


@question(
    "mean", examples={"mean of sales over 2 months": 123, "mean of sales over 3 values": 115.3333333333}
)
def mean(points: Points, start: int | None, number: int | None) -> Any:
    """`mean of S over P`, `mean of S over N values`: the mean of the values within that time, or of the newest N."""
    values = _values(points, start, number)
    return values if isinstance(values, NA) else added_up(values) / len(values)


@question("sum", examples={"sum of sales over 2 months": 246})
def sum_of(points: Points, start: int | None, number: int | None) -> Any:
    """`sum of S over P`, `sum of S over N values`: these values added up."""
    values = _values(points, start, number)
    return values if isinstance(values, NA) else added_up(values)


@question("min", examples={"min of sales over 3 values": 100})
def min_of(points: Points, start: int | None, number: int | None) -> Any:
    """`min of S over P`, `min of S over N values`: the lowest of these values."""
    values = _values(points, start, number)
    return values if isinstance(values, NA) else min(values)


@question("max", examples={"max of sales over 3 values": 126})
def max_of(points: Points, start: int | None, number: int | None) -> Any:
    """`max of S over P`, `max of S over N values`: the highest of these values."""
    values = _values(points, start, number)
    return values if isinstance(values, NA) else max(values)


# ── Runs at the end ─────────────────────────────────────────────────────────────────────────────────────────────────


def _run(points: Points, goes_on: Callable[[Any, Any], bool]) -> Any:
    """How often in a row, up to the newest value, a value and the next one go on in one way."""
    if len(points) < 2:
        return _few("two values are needed to see a change")
    at = len(points) - 1
    while at and goes_on(points[at - 1][1], points[at][1]):
        at -= 1
    return len(points) - 1 - at


@question("consecutive declines", examples={"consecutive declines of sales": 0})
def consecutive_declines(points: Points) -> Any:
    """`consecutive declines of S`: how often in a row the value has fallen, up to the newest one; needs two values."""
    return _run(points, lambda before, after: less(after, before))


@question("consecutive rises", examples={"consecutive rises of sales": 2})
def consecutive_rises(points: Points) -> Any:
    """`consecutive rises of S`: how often in a row it has risen."""
    return _run(points, less)


def _same(before: Any, after: Any) -> bool:
    numbers = before.__class__ in (int, float) and after.__class__ in (int, float)
    return equal(before, after) if numbers else bool(before == after)


def _unchanged_since(points: Points) -> int | NA:
    if not points:
        return _few("there are no values")
    at = len(points) - 1
    while at and _same(points[at - 1][1], points[at][1]):
        at -= 1
    return points[at][0]


@question("days without change", examples={"days without change of sales": 0})
def days_without_change(points: Points, as_of: int) -> Any:
    """`days without change of S`: days since the value became what it is; also of texts, flags and dates."""
    day = _unchanged_since(points)
    return day if isinstance(day, NA) else as_of - day


@question("months without change", examples={"months without change of sales": 0})
def months_without_change(points: Points, as_of: int) -> Any:
    """`months without change of S`: the same in whole months."""
    day = _unchanged_since(points)
    return day if isinstance(day, NA) else months_between(day, as_of)


QUESTIONS: dict[str, Question] = {
    record.name: record
    for record in (
        value, change, growth, daily_slope, monthly_slope, mean, sum_of, min_of, max_of, consecutive_declines,
        consecutive_rises, days_without_change, months_without_change,
    )
}  # fmt: skip
