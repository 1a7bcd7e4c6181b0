"""Series of dated values, and what is asked of them: `growth of licences over 1 month`.

In: syntax nodes. Out: evaluation nodes whose types carry the unit of the values. A series is no value: it is named, chosen
and asked, and anything else is reported.
"""

from __future__ import annotations

from ruleengine.compiler import units
from ruleengine.compiler.context import unknown
from ruleengine.compiler.dates import Dates
from ruleengine.compiler.scope import Scope
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.values import COUNT, DAYS, MONTHS, NUMBER, PERCENT, Kind, Type

#: What can be asked of texts and flags too.
_OF_ANY_VALUES = ("value", "days without change", "months without change")
#: What compares with the value at the beginning of a time.
_OVER_TIME_ALONE = ("change", "growth")
_VALUE_KINDS = (Kind.NUMBER, Kind.TEXT, Kind.CHOICE, Kind.FLAG, Kind.DATE)
_ASK = "ask it for a value: `value of … at as_of`, `growth of … over 1 month`, `mean of … over 3 months`"
#: Longer runs of values than this are a slip of the pen.
_MOST_VALUES = 10_000


class Series(Dates):
    """Compiles series and what is asked of them."""

    def elaborate(self, node: t.Expression, scope: Scope) -> e.Expression:
        """The typed node for a value; a series is none, and reported."""
        found = self.elaborate_any(node, scope)
        if found.type.kind is Kind.SERIES:
            return self.context.fault(
                "RE301", node.span, "a value is needed here, and this is a series", _ASK
            )
        return found

    def elaborate_any(self, node: t.Expression, scope: Scope) -> e.Expression:
        """The typed node for a value or a series; the rest of the compiler lies above."""
        raise NotImplementedError  # pragma: no cover - abstract

    # ── making ──

    def series_type(self, node: t.Query, by: e.Expression | None, value: e.Expression | None) -> Type:
        """The type of `series of E for x in L by K`, checked."""
        assert by is not None
        assert value is not None
        if not units.is_day(by.type) and not units.is_any(by.type):
            self.context.report(
                "RE301", by.span, f"the values of a series are dated: `by` needs a date, and this is {units.named(by.type)}"
            )  # fmt: skip
        if value.type.kind not in _VALUE_KINDS and not units.is_any(value.type):
            self.context.report(
                "RE301", value.span, f"a series is of numbers, texts, flags or dates, and this is {units.named(value.type)}",
                "name a part of the element: for example `series of p.value for p in …`",
            )  # fmt: skip
            return Type(Kind.SERIES)
        return Type(Kind.SERIES, element=value.type)

    # ── asking ──

    def _on_ofseries(self, node: t.OfSeries, scope: Scope) -> e.Expression:
        series = self.elaborate_any(node.series, scope)
        period = None if node.period is None else self._period_of(node, node.period, scope)
        day = None if node.date is None else self._day(node.date, scope)
        if units.is_any(series.type):
            return unknown(node.span)
        if series.type.kind is not Kind.SERIES:
            return self._no_series(node, series)
        element = series.type.element
        if element is None or not self._may_ask(node, element):
            return unknown(node.span)
        kind = _type_of(node.kind, element)
        return e.OfSeries(node.kind, series, period, node.number, day, type=kind, span=node.span)

    def _no_series(self, node: t.OfSeries, found: e.Expression) -> e.Expression:
        hint = f"make one: `{_example(found.type.element)}`, with a name for it by `let`"
        return self.context.fault(
            "RE301",
            node.series.span,
            f"`{node.kind} of` needs a series, and this is {units.named(found.type)}",
            hint,
        )

    def _may_ask(self, node: t.OfSeries, element: Type) -> bool:
        number = element.kind is Kind.NUMBER or units.is_any(element)
        if node.kind == "list":
            words, hint = "`list of` makes lists of elements, not of the values of a series", _ASK
            self.context.report("RE301", node.span, words, hint)
            return False
        if node.kind not in _OF_ANY_VALUES and not number:
            words = f"`{node.kind} of` needs a series of numbers, and this is a series of {_values(element)}"
            self.context.report("RE306", node.series.span, words)
            return False
        if node.number is not None:
            return self._may_count(node)
        return True

    def _may_count(self, node: t.OfSeries) -> bool:
        """Whether `over N values` goes with the question."""
        assert node.number is not None
        if node.kind in _OVER_TIME_ALONE:
            words = f"`{node.kind} of` is over a time, not over a number of values"
            self.context.report("RE302", node.span, words, f"for example `{node.kind} of … over 1 month`")
            return False
        least = 2 if node.kind.endswith("slope") else 1
        if least <= node.number <= _MOST_VALUES:
            return True
        words = f"`{node.kind} of` needs from {least} to {_MOST_VALUES} values, as a whole number"
        self.context.report("RE303", node.span, words)
        return False

    def _period_of(self, node: t.OfSeries, written: t.Expression, scope: Scope) -> e.Expression:
        period = self.elaborate(written, scope)
        if units.is_any(period.type):
            return period
        if period.type.kind is not Kind.NUMBER or period.type.unit not in ("days", "months"):
            words = f"a time is needed here, and this is {units.named(period.type)}"
            values = "" if node.kind in _OVER_TIME_ALONE else ", or `over 3 values`"
            hint = f"for example `{node.kind} of … over 3 months`{values}"
            return self.context.fault("RE302", written.span, words, hint)
        too_short = isinstance(period, e.Constant) and float(period.value) < 1
        if too_short and node.kind != "value":
            return self.context.fault("RE317", written.span, "the shortest time for a series is one day")
        return period


def _type_of(kind: str, element: Type) -> Type:
    """The type of an answer about values of a type."""
    if kind == "growth":
        return PERCENT
    if kind.startswith("consecutive"):
        return COUNT
    if kind.endswith("without change"):
        return DAYS if kind.startswith("days") else MONTHS
    if kind.endswith("slope") or kind == "mean":
        return NUMBER if element == COUNT else element
    return element


def _example(element: Type | None) -> str:
    """How a series is written, with the fields of the elements of a list where it has such."""
    fields = element.fields if element is not None else ()
    day = next((field.name for field in fields if units.is_day(field.type)), "date")
    value = next((field.name for field in fields if field.type.kind is Kind.NUMBER), "value")
    return f"series of p.{value} for p in … by p.{day}"


def _values(element: Type) -> str:
    return {Kind.TEXT: "texts", Kind.CHOICE: "texts", Kind.FLAG: "flags", Kind.DATE: "dates"}[element.kind]
