"""Evaluation tree → what its expressions may be, for all accounts of a box.

In: an expression and a box. Out: a `May` that holds every value that the evaluator can give for an account of the box; tests
that stay undecided are noted, with the parts that would decide them. What cannot be said closely (lists, series, texts that
are made) may be anything that its type allows: that costs answers, never their truth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ruleengine.analysis.arithmetic import called
from ruleengine.analysis.conditions import EPOCH, MICROSECONDS, Conditions
from ruleengine.analysis.edges import (
    above,
    below,
)
from ruleengine.analysis.may import (
    ALL_REASONS,
    ANYTHING,
    BOTH,
    EVERY,
    NO_REASONS,
    TRUE,
    May,
    Numbers,
    Present,
    Words,
    join,
    meet,
    na,
    numbers,
    one,
    word,
)
from ruleengine.analysis.situation import Around, Bound
from ruleengine.analysis.time import FIRST_DAY, LAST_DAY
from ruleengine.checker.domains import Numbers as Domain
from ruleengine.checker.domains import Words as KnownWords
from ruleengine.checker.domains import domain_of
from ruleengine.checker.index import walk
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import LARGEST_FACT, Field, Kind, Type

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}

_FAILING = frozenset({"missing", "invalid"})


class Expressions(Conditions):
    """What expressions may be."""

    @property
    def handlers(self) -> Mapping[type, str]:
        """The names of the methods that know the kinds of nodes."""
        return _HANDLERS

    # ── what a type allows ──

    def of_type(self, kind: Type, reasons: frozenset[str]) -> May:
        """Anything that a type allows."""
        return May(reasons, _present_of(kind))

    def opaque(self, node: e.Expression, reasons: frozenset[str]) -> May:
        """Anything that the domain of an expression allows."""
        domain = domain_of(node, self.index)
        if isinstance(domain, Domain) and node.type.kind is Kind.NUMBER:
            low = (
                -math.inf if domain.low is None else (above(domain.low)[0] if domain.low_open else domain.low)
            )
            high = (
                math.inf
                if domain.high is None
                else (below(domain.high)[1] if domain.high_open else domain.high)
            )
            return May(reasons, numbers(low, high, domain.step))
        if isinstance(domain, KnownWords) and domain.closed:
            return May(reasons, Words(frozenset(domain.words)))
        return self.of_type(node.type, reasons)

    def _of_field(self, node: e.Fact | e.Attribute, field: Field, reasons: frozenset[str]) -> May:
        if field.type.kind is Kind.NUMBER:
            found = self.opaque(e.Fact((), field, type=field.type, span=node.span), reasons)
            limits = May(reasons, Numbers(-LARGEST_FACT, LARGEST_FACT))
            return meet(found, limits)
        return self.of_type(field.type, reasons)

    # ── leaves ──

    def _constant(self, node: e.Constant, around: Around) -> May:
        if isinstance(node.value, bool | str):
            return word(node.value)
        if node.type.kind is Kind.BAND:
            return word(int(node.value))
        if node.type.kind is Kind.TIMESTAMP:
            return one(node.value / MICROSECONDS + EPOCH)
        return one(float(node.value))

    def _not_available(self, node: e.NotAvailable, around: Around) -> May:
        return na(node.reason)

    def _as_of(self, node: e.AsOf, around: Around) -> May:
        return one(self.as_of)

    def _fact(self, node: e.Fact, around: Around) -> May:
        known = self.required_paths
        reasons = NO_REASONS if node.path in known else frozenset({"missing"})
        found = self._of_field(node, node.fact, reasons)
        if node.assumed is not None and reasons:
            return join((May(present=found.present), self.value(node.assumed, around)))
        return found

    required_paths: frozenset[tuple[str, ...]]

    def _variable(self, node: e.Variable, around: Around) -> May:
        bound = around.get(node.name)
        if bound is not None:
            return bound.value
        return self.named(node)

    def _attribute(self, node: e.Attribute, around: Around) -> May:
        base = self.value(node.base, around)
        if base.present is None:
            return May(base.reasons)
        if node.fact is None:
            return self.opaque(node, ALL_REASONS)
        required = node.fact.required
        return self._of_field(
            node, node.fact, base.reasons | (NO_REASONS if required else frozenset({"missing"}))
        )

    # ── calls ──

    def _call(self, node: e.Call, around: Around) -> May:
        [*parts] = node.arguments
        if len(parts) == 1 and isinstance(parts[0], e.ListOf):
            parts = list(parts[0].items)
        arguments = [self.value(each, around) for each in parts]
        if any(each.present is None for each in arguments):
            return May(frozenset().union(*(each.reasons for each in arguments)))
        reasons = frozenset[str]().union(*(each.reasons for each in arguments))
        found = called(node, arguments)
        if found is None:
            return self.opaque(node, reasons | _FAILING)
        return May(reasons | found.reasons, found.present)

    def _definition(self, node: e.CallDefinition, around: Around) -> May:
        owner = self.index.called[node.instance]
        inner: dict[str, Bound] = {}
        for name, argument in zip(owner.parameters, node.arguments, strict=True):
            plain = around.get(argument.name) if isinstance(argument, e.Variable) else None
            value = self.value(argument, around)
            inner[name] = plain or Bound(value, self.keys.of(argument), self.keys.resolve(argument))
        if isinstance(owner, r.Definition):
            return self.value(owner.body, inner)
        return self._table(owner, inner, node.type)

    def _table(self, table: r.Table, around: Around, kind: Type) -> May:
        if table.hits == "first":
            rows = [(row.condition, row.result) for row in table.rows]
            return self.first_of(rows, lambda result: self.value(result, around), around)
        tests = [TRUE if row.condition is None else self.value(row.condition, around) for row in table.rows]
        if table.hits == "all":
            return self.of_type(kind, ALL_REASONS)
        possible = [
            self.value(row.result, around)
            for row, test in zip(table.rows, tests, strict=True)
            if test.holds(True)
        ]
        reasons = frozenset[str]().union(*(test.reasons for test in tests))
        return join([*possible, May(reasons | _FAILING)])

    def first_of(
        self, rows: Iterable[tuple[e.Expression | None, Any]], outcome: Callable[[Any], May], around: Around
    ) -> May:
        """What the first row that holds may give; an undecided row before it makes it NA."""
        found: list[May] = []
        undecided: list[May] = []
        for condition, result in rows:
            test = TRUE if condition is None else self.value(condition, around)
            if test.reasons:
                found.append(May(test.reasons))
            if test.holds(True):
                value = outcome(result)
                for other in undecided:  # it counts where both would give the same
                    value = May(value.reasons, meet(value, other).present)
                found.append(value)
            if test.is_surely is True:
                return join(found)
            if test.present is None:
                undecided.append(outcome(result))
        return join([*found, na("invalid")])

    def _choose(self, node: e.Choose, around: Around) -> May:
        rows: list[tuple[e.Expression | None, e.Expression]] = [
            (each.condition, each.value) for each in node.branches
        ]
        return self.first_of(
            [*rows, (None, node.otherwise)], lambda result: self.value(result, around), around
        )

    def _default(self, node: e.Default, around: Around) -> May:
        found: list[May] = []
        for operand in node.operands:
            part = self.value(operand, around)
            if "missing" not in part.reasons:
                return join([*found, part])
            found.append(May(part.reasons - {"missing"}, part.present))
        return join([*found, na("missing")])

    # ── lists, and what else is not looked into ──

    def _query(self, node: e.Query, around: Around) -> May:
        reasons = _FAILING | self._reasons_below(node)
        if node.kind in ("any", "all"):
            return self.left_open(node, self._kept(node, May(reasons, BOTH)), around)
        return self.opaque(node, reasons)

    def _kept(self, node: e.Expression, found: May) -> May:
        key = self.keys.of(node)
        return found if key is None else self.restricted(key, found)

    def _reasons_below(self, node: e.Expression) -> frozenset[str]:
        """The reasons that may come from inside of a list."""
        for each in walk(node):
            if isinstance(each, e.Reference | e.CallDefinition | e.Variable) and self._reaches_out(each):
                return ALL_REASONS
        return frozenset(each.reason for each in walk(node) if isinstance(each, e.NotAvailable))

    def _reaches_out(self, node: e.Expression) -> bool:
        return not isinstance(node, e.Variable) or self.index.meaning(node.name) is not None

    def _count_true(self, node: e.CountTrue, around: Around) -> May:
        items = [self.value(item, around) for item in node.items]
        least = sum(item.is_surely is True for item in items)
        most = sum(item.holds(True) for item in items)
        reasons = frozenset[str]().union(*(item.reasons for item in items))
        return May(reasons, Numbers(least, most, 1))

    def _anything(self, node: e.Expression, around: Around) -> May:
        return self.opaque(node, ALL_REASONS)

    def _made(self, node: e.ListOf | e.RecordOf, around: Around) -> May:
        return May(present=ANYTHING)


def _present_of(kind: Type) -> Present:
    if kind.kind in (Kind.DATE, Kind.TIMESTAMP):
        return Numbers(FIRST_DAY, LAST_DAY + 1, 1 if kind.kind is Kind.DATE else None)
    if kind.kind is Kind.NUMBER:
        return EVERY
    if kind.kind is Kind.FLAG:
        return BOTH
    if kind.kind is Kind.CHOICE and kind.choices:
        return Words(frozenset(kind.choices))
    return Words(frozenset(), others=True) if kind.kind in (Kind.TEXT, Kind.CHOICE) else ANYTHING


_HANDLERS: dict[type, str] = {
    e.Constant: "_constant", e.NotAvailable: "_not_available", e.AsOf: "_as_of", e.Fact: "_fact", e.Variable: "_variable",
    e.Attribute: "_attribute", e.Call: "_call", e.CallDefinition: "_definition", e.Choose: "_choose", e.Default: "_default",
    e.Compare: "_compare", e.Between: "_between", e.OneOf: "_one_of", e.Logic: "_logic", e.Not: "_not", e.IsStatus: "_is_status",
    e.Elapsed: "_elapsed", e.Within: "_within", e.Query: "_query", e.CountTrue: "_count_true", e.ListOf: "_made",
    e.RecordOf: "_made", e.OfSeries: "_anything", e.Previous: "_anything", e.Said: "_anything", e.Reasons: "_anything",
    e.Reference: "_reference", e.IsBand: "_is_band", e.IsMeasureStatus: "_is_measure_status",
    e.IsBandThanBand: "_than_band",
}  # fmt: skip
