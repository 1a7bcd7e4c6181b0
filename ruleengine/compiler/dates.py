"""Dates: ages, edges and names of periods, and `in this fiscal quarter`.

In: syntax nodes. Out: evaluation nodes; a period relative to the as-of date becomes the interval of its first and last
day.
"""

from __future__ import annotations

from ruleengine.compiler import units
from ruleengine.compiler.earlier import Earlier
from ruleengine.compiler.scope import Scope
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.values import DATE, DAYS, FLAG, MONTHS, NUMBER, TEXT, Kind


class Dates(Earlier):
    """Compiles what is said about dates and the calendar."""

    def _on_elapsed(self, node: t.Elapsed, scope: Scope) -> e.Expression:
        day = self._day(node.date, scope)
        kind = {"days": DAYS, "months": MONTHS}.get(node.unit, NUMBER)
        return e.Elapsed(node.unit, node.direction, day, type=kind, span=node.span)

    def _day(self, node: t.Expression | None, scope: Scope) -> e.Expression:
        if node is None:
            raise AssertionError("a date is expected")  # pragma: no cover
        value = self.elaborate(node, scope)
        if value.type.kind is Kind.TIMESTAMP:
            return e.Call("date of", (value,), type=DATE, span=value.span)
        if not units.is_any(value.type) and value.type.kind is not Kind.DATE:
            return self.context.fault(
                "RE301", node.span, f"a date is needed here, and this is {units.named(value.type)}"
            )
        return value

    def _on_period(self, node: t.Period, scope: Scope) -> e.Expression:
        day = e.AsOf(type=DATE, span=node.span) if node.date is None else self._day(node.date, scope)
        if node.fiscal and node.unit in ("week", "month"):
            return self.context.fault(
                "RE214", node.span, f"there is no fiscal {node.unit}", f"write `{node.edge} of {node.unit}`"
            )
        first = self.module.fiscal_month if node.fiscal else 1
        if node.edge == "name":
            options: tuple[str | int, ...] = (node.unit, first, int(node.fiscal))
            return e.Call("name of", (day,), options, type=TEXT, span=node.span)
        return self._edge(node.edge, day, node.unit, first, node.span)

    def _edge(self, edge: str, day: e.Expression, unit: str, first_month: int, span: Span) -> e.Expression:
        return e.Call(f"{edge} of", (day,), (unit, first_month), type=DATE, span=span)

    def _on_fiscalnumber(self, node: t.FiscalNumber, scope: Scope) -> e.Expression:
        day = e.AsOf(type=DATE, span=node.span) if node.date is None else self._day(node.date, scope)
        return e.Call(f"fiscal {node.unit}", (day,), (self.module.fiscal_month,), type=NUMBER, span=node.span)

    def in_period(self, subject: e.Expression, period: t.CalendarPeriod, span: Span) -> e.Expression:
        """`subject in this fiscal quarter or next`."""
        if not units.is_any(subject.type) and not units.is_day(subject.type):
            return self.context.fault(
                "RE301", span, f"only a date lies in a period, and this is {units.named(subject.type)}"
            )
        first = self.module.fiscal_month if period.fiscal else 1
        names = {period.which, period.other or period.which}
        start = self._start(min(names, key=_ORDER.index), period, first)
        last = self._start(max(names, key=_ORDER.index), period, first)
        end = self._edge("end", last, period.unit, first, period.span)
        return e.Between(subject, start, end, False, False, type=FLAG, span=span)

    def _start(self, which: str, period: t.CalendarPeriod, first_month: int) -> e.Expression:
        """The first day of the last, this or next period."""
        this = self._edge("start", e.AsOf(type=DATE, span=period.span), period.unit, first_month, period.span)
        if which == "this":
            return this
        amount, kind = (7, DAYS) if period.unit == "week" else (_MONTHS[period.unit], MONTHS)
        step = e.Constant(amount, type=kind, span=period.span)
        sign = "+" if which == "next" else "-"
        return e.Call(f"date {sign} {kind.unit}", (this, step), type=DATE, span=period.span)


_ORDER = ("last", "this", "next")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
