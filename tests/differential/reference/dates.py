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
) -> Fraction | date | NA:
    """The value of an expression about one calendar date."""
    if isinstance(node, tree.Elapsed):
        return _elapsed(node, day, scope.account.as_of)
    if isinstance(node, tree.Period):
        return _edge(node, day, scope.module.fiscal_month if node.fiscal else 1)
    first = scope.module.fiscal_month
    if node.unit == "quarter":
        return Fraction((day.month - first) % 12 // 3 + 1)
    return Fraction(day.year + (1 if first > 1 and day.month >= first else 0))


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
