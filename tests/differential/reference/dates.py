"""Time as rulesets speak of it: elapsed time, the edges of calendar and fiscal periods, fiscal numbers."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

from ruleengine.syntax import tree
from tests.differential.reference.states import Scope
from tests.differential.reference.values import NA, UNCOMPUTABLE, Months, add_months, months_between


def about(
    node: tree.Elapsed | tree.Period | tree.FiscalNumber, day: date, scope: Scope
) -> Fraction | date | str | NA:
    """The value of an expression about one calendar date."""
    if isinstance(node, tree.Elapsed):
        return _elapsed(node, day, scope.account.as_of)
    if isinstance(node, tree.Period) and node.edge == "name":
        return _name(node, day, scope.module.fiscal_month if node.fiscal else 1)
    if isinstance(node, tree.Period):
        return _edge(node, day, scope.module.fiscal_month if node.fiscal else 1)
    first = scope.module.fiscal_month
    if node.unit == "quarter":
        return Fraction((day.month - first) % 12 // 3 + 1)
    return Fraction(_year(day, first))


def _elapsed(node: tree.Elapsed, day: date, as_of: date) -> Fraction | NA:
    start, end = (day, as_of) if node.direction == "since" else (as_of, day)
    if end < start:
        return UNCOMPUTABLE
    if node.unit == "days":
        return Fraction((end - start).days)
    if node.unit == "weeks":
        return Fraction((end - start).days // 7)
    months = months_between(start, end)
    return {"months": Months(months), "quarters": Fraction(months // 3), "years": Fraction(months // 12)}[
        node.unit
    ]


def _year(day: date, first_month: int) -> int:
    """The year that begins in a month, by the calendar year in which it ends."""
    return day.year + (1 if first_month > 1 and day.month >= first_month else 0)


def _name(node: tree.Period, day: date, first_month: int) -> str:
    """What the period around a day is called."""
    if node.unit == "week":
        return f"{day:%G-W%V}".rjust(8, "0")
    if node.unit == "month":
        return day.isoformat()[:7]
    year = "FY" + str(_year(day, first_month)).zfill(2)[-2:] if node.fiscal else day.isoformat()[:4]
    return year if node.unit == "year" else f"{year}-Q{(day.month - first_month) % 12 // 3 + 1}"


def in_period(day: date, period: tree.CalendarPeriod, scope: Scope) -> bool:
    """Whether a day lies in this, the last or the next period, counted in periods from the one of the as-of date."""
    first = scope.module.fiscal_month if period.fiscal else 1
    distance = _number(day, period.unit, first) - _number(scope.account.as_of, period.unit, first)
    steps = {"last": -1, "this": 0, "next": 1}
    return distance in {steps[each] for each in (period.which, period.other or period.which)}


def _number(day: date, unit: str, first_month: int) -> int:
    """The running number of the period around a day."""
    if unit == "week":
        return (day.toordinal() - 1) // 7
    months = day.year * 12 + day.month - first_month
    return months // {"month": 1, "quarter": 3, "year": 12}[unit]


def _edge(node: tree.Period, day: date, first_month: int) -> date:
    """The first or last day of the period around a day; where the calendar ends it ends there."""
    try:
        if node.unit == "week":
            first = day - timedelta(days=day.weekday())
            return first if node.edge == "start" else first + timedelta(days=6)
        length = {"month": 1, "quarter": 3, "year": 12}[node.unit]
        since = (day.month - first_month) % length
        if node.edge == "start":
            return add_months(day.replace(day=1), -since)
        last = add_months(day.replace(day=1), length - since - 1)
        return last.replace(day=monthrange(last.year, last.month)[1])
    except (ValueError, OverflowError):
        return date.min if node.edge == "start" else date.max
