"""Time as rulesets speak of it: elapsed time, the edges of calendar and fiscal periods, fiscal numbers."""

from __future__ import annotations

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


def _edge(node: tree.Period, day: date, first_month: int) -> date | NA:
    try:
        if node.unit == "week":
            start = day - timedelta(days=day.weekday())
            return start if node.edge == "start" else start + timedelta(days=6)
        length = {"month": 1, "quarter": 3, "year": 12}[node.unit]
        start = add_months(day.replace(day=1), -((day.month - first_month) % length))
        return start if node.edge == "start" else add_months(start, length) - timedelta(days=1)
    except (ValueError, OverflowError):
        return UNCOMPUTABLE
