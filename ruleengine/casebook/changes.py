"""Facts that a test writes itself: inline documents, and changes to documents of a file.

In: literals of the language where a fact schema says what can stand. Out: plans, which become JSON once the values in
them are known: a percentage as the schema stores it, dates as texts, `na` as a field that is not there. Every name,
type, unit and word is checked against the schema before anything runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import define, field, frozen

from ruleengine.compiler import units
from ruleengine.compiler.cards import Cards
from ruleengine.compiler.scope import Scope
from ruleengine.diagnostics import Diagnostics, did_you_mean
from ruleengine.evaluator.runtime import clean
from ruleengine.facts.model import field_named
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree.walk import walk
from ruleengine.values import NA, Field, Kind, Type

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: What a constant can be made of.
_CONSTANT = (
    e.Constant, e.NotAvailable, e.AsOf, e.Call, e.Compare, e.Between, e.OneOf, e.Logic, e.Not, e.Default, e.Choose,
    e.Branch, e.ListOf, e.RecordOf, e.Elapsed, e.Within, e.CountTrue, e.IsStatus,
)  # fmt: skip


@frozen(slots=True, eq=False)
class Leaf:
    """A single value; `place` is its place among the values of the case."""

    place: int
    field: Field
    from_date: bool
    span: Span


@frozen(slots=True, eq=False)
class Absent:
    """A field that is not there."""


@frozen(slots=True, eq=False)
class Items:
    """A list."""

    plans: tuple[Plan, ...]


@frozen(slots=True, eq=False)
class Fields:
    """A record."""

    plans: tuple[tuple[str, Plan], ...]


Plan = Leaf | Absent | Items | Fields


@frozen(slots=True, eq=False)
class Change:
    """What comes to stand at a path; `lists` says for each step whether it leads into the elements of a list."""

    path: tuple[str, ...]
    lists: tuple[bool, ...]
    plan: Plan
    span: Span


@define(slots=True)
class Planner:
    """Plans the facts of one case; `values` collects the expressions whose values are asked for."""

    maker: Cards
    root: Type
    values: list[e.Expression] = field(factory=list)

    def document(self, node: t.Record) -> Plan:
        """The plan of a whole document."""
        return self._plan(node, Field("", self.root))

    def change(self, node: t.TestChange) -> Change | None:
        """The plan of a change; None after a report."""
        found = self._field(node.path)
        if found is None:
            return None
        names, lists, declared = found
        return Change(names, lists, self._plan(node.value, declared), node.span)

    def _field(self, node: t.Expression) -> tuple[tuple[str, ...], tuple[bool, ...], Field] | None:
        """The names of a path, which of them are lists to be entered, and the field at its end."""
        chain = self.maker.chain(node)
        assert chain is not None  # by the grammar
        steps: list[t.Name | t.Member] = [chain[0], *chain[1]]
        record = self.root
        if steps[0].name == "facts" and len(steps) > 1 and field_named(record, "facts") is None:
            steps = steps[1:]
        lists: list[bool] = []
        names: list[str] = []
        declared = Field("", record)
        for step in steps:
            entered = declared.type.kind is Kind.LIST
            record = (declared.type.element if entered else declared.type) or declared.type
            known = field_named(record, step.name)
            if known is None:
                self._unknown(".".join([*names, step.name]), step.span, record)
                return None
            lists.append(entered)
            names.append(step.name)
            declared = known
        return tuple(names), tuple(lists), declared

    def _unknown(self, name: str, span: Span, record: Type) -> None:
        own = name.rsplit(".", 1)[-1]
        candidates = [each.name for each in record.fields]
        hint = did_you_mean(own, candidates)
        if not hint and candidates:
            hint = "there are " + ", ".join(f"`{each}`" for each in candidates[:12])
        self.maker.context.report("RE203", span, f"unknown field `{name}`", hint)

    # ── values ──

    def _plan(self, node: t.Expression, declared: Field) -> Plan:
        if isinstance(node, t.NotAvailable):
            if node.reason not in (None, "missing"):
                self.maker.context.report(
                    "RE320", node.span, f"a fact is there or it is not: it cannot be `{node.reason}`",
                    "write `na`, which takes the field away",
                )  # fmt: skip
            return Absent()
        if isinstance(node, t.Record) and declared.type.kind is Kind.RECORD:
            return self._record(node, declared.type)
        if isinstance(node, t.ListLiteral) and declared.type.kind is Kind.LIST:
            element = Field("", declared.type.element or declared.type)
            return Items(tuple(self._plan(item, element) for item in node.items))
        return self.leaf(node, declared)

    def _record(self, node: t.Record, kind: Type) -> Plan:
        plans: dict[str, Plan] = {}
        for each in node.fields:
            known = field_named(kind, each.name)
            if known is None:
                self._unknown(each.name, each.span, kind)
            elif each.name in plans:
                self.maker.context.report(
                    "RE202", each.span, f"the field `{each.name}` stands twice in this record"
                )
            else:
                plans[each.name] = self._plan(each.value, known)
        return Fields(tuple(plans.items()))

    def leaf(self, node: t.Expression, declared: Field) -> Plan:
        """The plan of a single value."""
        value, from_date = self._value(node, declared)
        if not all(isinstance(each, _CONSTANT) for each in walk(value)):
            self.maker.context.report(
                "RE320", node.span, "a fact that a test writes is a constant",
                "write a number, a text in quotes, a date, true, false, na, or a date such as `as_of - 91 days`",
            )  # fmt: skip
        self.values.append(value)
        return Leaf(len(self.values) - 1, declared, from_date, node.span)

    def _value(self, node: t.Expression, declared: Field) -> tuple[e.Expression, bool]:
        """The value, and whether a timestamp is given by its date alone."""
        if declared.type.kind is Kind.TIMESTAMP:
            value = self.maker.elaborate(node, Scope())
            if value.type.kind is Kind.DATE:
                return value, True
        fault = self._forgotten(node, declared)
        if fault is not None:
            code, message, hint = fault
            return self.maker.context.fault(code, node.span, message, hint), False
        return self.maker.fitting(declared, node), False

    def _forgotten(self, node: t.Expression, declared: Field) -> tuple[str, str, str] | None:
        """What is reported where quotes or a unit were forgotten: code, message and help."""
        kind = declared.type
        if kind.kind is Kind.CHOICE and isinstance(node, t.Name) and node.name in kind.choices:
            return "RE201", f"`{node.name}` is no name here", f'a text stands in quotes: `"{node.name}"`'
        plain = isinstance(node, t.Number) and not node.unit and Decimal(node.digits.replace("_", "")) != 0
        if not plain or kind.kind is not Kind.NUMBER or kind.unit in ("", "count"):
            return None
        assert isinstance(node, t.Number)
        unit = kind.unit.removeprefix("money").strip() or "USD"
        written = f"{node.digits}%" if kind.unit == "percent" else f"{node.digits} {unit}"
        more = ": 1% is 0.01" if kind.unit == "percent" else ""
        message = f"this is a plain number, where {units.named(kind)} is needed"
        return "RE302", message, f"write the unit, for example `{written}`{more}"


# ── from plans to JSON ──────────────────────────────────────────────────────────────────────────────────────────────


@define(slots=True)
class Builder:
    """Makes JSON of the plans of one case, whose `values` are known now; what does not go together is reported."""

    values: Sequence[Any]
    diagnostics: Diagnostics

    def build(self, plan: Plan) -> Any:
        """The JSON of a plan; None for what is absent."""
        if isinstance(plan, Fields):
            built = ((name, self.build(inner)) for name, inner in plan.plans if not isinstance(inner, Absent))
            return dict(built)
        if isinstance(plan, Items):
            return [self.build(inner) for inner in plan.plans]
        return None if isinstance(plan, Absent) else self._stored(plan)

    def apply(self, document: dict[str, Any], change: Change) -> None:
        """Put what a change says into a document."""
        records = [document]
        for name, entered in zip(change.path[:-1], change.lists[1:], strict=True):
            records = [inner for record in records for inner in self._below(record, name, entered, change)]
        last = change.path[-1]
        for record in records:
            if isinstance(change.plan, Absent):
                record.pop(last, None)
            else:
                record[last] = self.build(change.plan)

    def _below(
        self, record: dict[str, Any], name: str, entered: bool, change: Change
    ) -> Iterable[dict[str, Any]]:
        """The record below a field, or the elements of the list there."""
        found = record.get(name)
        if entered:
            elements = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
            if not elements:
                path = ".".join(change.path)
                self.diagnostics.report(
                    "RE320", change.span, f"the list `{name}` has no element here, so `{path}` cannot be changed",
                    f"give the whole list: `with {name} = [{{…}}]`",
                )  # fmt: skip
            return elements
        if found is None:
            if isinstance(change.plan, Absent):
                return []
            found = record[name] = {}
        if not isinstance(found, dict):
            self.diagnostics.report(
                "RE320", change.span, f"`{name}` is no record in this document", "change the whole field"
            )
            return []
        return [found]

    def _stored(self, leaf: Leaf) -> Any:
        value = self.values[leaf.place]
        if value.__class__ is NA:
            self.diagnostics.report("RE320", leaf.span, f"this has no value: {value.describe()}")
            return None
        kind = leaf.field.type.kind
        if kind is Kind.NUMBER and not isinstance(value, bool):
            return self._number(value, leaf)
        if kind is Kind.DATE:
            return date.fromordinal(value).isoformat()
        if kind is Kind.TIMESTAMP:
            if leaf.from_date:
                return f"{date.fromordinal(value).isoformat()}T00:00:00"
            return (_EPOCH + timedelta(microseconds=value)).isoformat().replace("+00:00", "Z")
        return value

    def _number(self, value: float, leaf: Leaf) -> float | int:
        declared = leaf.field
        stored = clean(value * round(1 / declared.scale)) if declared.scale != 1.0 else value
        self._bounds(stored, leaf)
        if declared.integer:
            if abs(stored - round(stored)) > 1e-9:
                self.diagnostics.report(
                    "RE320", leaf.span, f"`{declared.name}` is a whole number, and this is {stored:g}"
                )
            return round(stored)
        return int(stored) if stored == int(stored) and abs(stored) < 1e15 else stored

    def _bounds(self, stored: float, leaf: Leaf) -> None:
        """Values outside the domain of a field can be tested, but hardly by intention."""
        declared = leaf.field
        low, high = declared.minimum, declared.maximum
        below = low is not None and (stored < low or (declared.exclusive_minimum and stored == low))
        above = high is not None and (stored > high or (declared.exclusive_maximum and stored == high))
        if below or above:
            bound = f"at least {low:g}" if below else f"at most {high:g}"
            self.diagnostics.report(
                "RE408",
                leaf.span,
                f"`{declared.name}` is stored as {stored:g} here, and the schema says {bound}",
            )
