"""Expressions as terms, each kind of node by its rule; what has none becomes a variable of its own (`opaque.py`)."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any

from attrs import define, field

from ruleengine.analysis.solver.atoms import Opaque, OwnRecord, Record
from ruleengine.analysis.solver.dates import Dates
from ruleengine.analysis.solver.opaque import Environment
from ruleengine.analysis.solver.rows import Kind as OutcomeKind
from ruleengine.analysis.solver.rows import kleene, settled
from ruleengine.analysis.solver.terms import (
    NOTHING,
    Flag,
    Number,
    Value,
    alike,
    both,
    choose,
    compare,
    either,
    either_value,
    exact,
    guarded,
    minus,
    missing,
    no,
    plus,
    reasons,
    scaled,
    undecided_value,
    z3,
)  # fmt: skip
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.edges import adjusted
from ruleengine.values import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE, Kind

_ABSOLUTE, _RELATIVE = exact(ABSOLUTE_TOLERANCE), exact(RELATIVE_TOLERANCE)
_SCALARS = frozenset({Kind.NUMBER, Kind.FLAG, Kind.TEXT, Kind.CHOICE, Kind.DATE, Kind.TIMESTAMP, Kind.BAND})


def less(one: Number, other: Number) -> Flag:
    """Whether a number is below another by more than the tolerance of equal numbers."""
    gap = minus(other, one)
    beyond = [compare(">", gap, _ABSOLUTE)]
    for number in (one, other):
        beyond += [compare(">", gap, scaled(sign, number)) for sign in (_RELATIVE, -_RELATIVE)]
    return both(*beyond)


def equal(one: Number, other: Number) -> Flag:
    """Whether two numbers are equal within the tolerance."""
    return both(no(less(one, other)), no(less(other, one)))


def is_constant(number: Any) -> bool:
    """Whether a term is a plain number."""
    return isinstance(number, int | Fraction) and not isinstance(number, bool)


def values_same(one: Value, other: Value) -> Flag:
    """Whether two values are equal, as rows are settled by: NA is like NA of the same reason."""
    alike_na = either(*(both(flag, other.na.get(reason, False)) for reason, flag in one.na.items()))
    return either(alike_na, both(one.present, other.present, terms_same(one.term, other.term)))


def terms_same(one: Any, other: Any) -> Flag:
    """Whether two terms of one kind are equal."""
    if one is other:
        return True
    if isinstance(one, Record | Opaque) or isinstance(other, Record | Opaque):
        return isinstance(one, Opaque) and isinstance(other, Opaque) and one.key == other.key
    if isinstance(one, bool) or isinstance(other, bool) or (not is_constant(one) and z3().is_bool(one)):
        return alike(one, other)
    if all((not is_constant(each) and z3().is_int(each)) or isinstance(each, int) for each in (one, other)):
        return compare("=", one, other)
    return equal(one, other)


def constant_value(found: Value) -> Hashable:
    """What tells a constant value apart; None for any other."""
    if found.term is NOTHING and len(found.na) == 1:
        return next(iter(found.na))
    plain = isinstance(found.term, bool | int | Fraction) and not found.na and found.term is not NOTHING
    return ("constant", type(found.term).__name__, found.term) if plain else None


VALUES: OutcomeKind[Value] = OutcomeKind(either_value, values_same, undecided_value, constant_value)


@define(slots=False, eq=False)
class Expressions(Dates):
    """Terms for expressions."""

    variables: dict[str, Value] = field(factory=dict)
    marks: dict[int, Flag] = field(factory=dict)
    bodies: dict[str, r.Definition | r.Table] = field(factory=dict)

    def mark(self, node: object, flag: Flag) -> None:
        """Note that a node of the tree has decided where a flag holds."""
        self.marks[id(node)] = either(self.marks.get(id(node), False), flag)

    def expression(self, node: e.Expression, around: Environment) -> Value:
        """The value of an expression; `around` are the values of parameters and of variables of queries."""
        handler: Callable[..., Value | None] | None = getattr(
            self, f"_on_{type(node).__name__.lower()}", None
        )
        found = handler(node, around) if handler is not None else None
        return self.opaque(node, around) if found is None else found

    # ── constants, variables, facts ──

    def _on_constant(self, node: e.Constant, around: Environment) -> Value:
        if isinstance(node.value, bool):
            return Value(node.value)
        if isinstance(node.value, str):
            return Value(self.atoms.code(node.value))
        return Value(exact(node.value))

    def _on_notavailable(self, node: e.NotAvailable, around: Environment) -> Value:
        return missing(node.reason)

    def _on_variable(self, node: e.Variable, around: Environment) -> Value | None:
        if node.name in around:
            return around[node.name]
        return self.variables.get(node.name)

    def _on_fact(self, node: e.Fact, around: Environment) -> Value:
        found = self.atoms.fact(node.path)
        if node.assumed is None:
            return found
        return self._standing_in(found, self.expression(node.assumed, around))

    def _standing_in(self, first: Value, other: Value) -> Value:
        return either_value(first.na.get("missing", False), other, Value(first.term, _without_missing(first)))

    def _on_attribute(self, node: e.Attribute, around: Environment) -> Value | None:
        base = self.expression(node.base, around)
        if base.term is NOTHING:
            return base
        if not isinstance(base.term, Record):
            return None
        found = base.term.get(node.name, node.fact, node.type)
        names = dict.fromkeys((*base.na, *found.na))
        na = reasons(
            (name, either(base.na.get(name, False), both(base.present, found.na.get(name, False))))
            for name in names
        )
        return Value(found.term, na, found.key)

    def _on_asof(self, node: e.AsOf, around: Environment) -> Value:
        return Value(self.today)

    # ── comparisons ──

    def _on_compare(self, node: e.Compare, around: Environment) -> Value | None:
        return self.compared(node.operator, node.left, node.right, around)

    def compared(
        self, operator: str, left: e.Expression, right: e.Expression, around: Environment
    ) -> Value | None:
        """A comparison of two expressions."""
        kinds = (left.type.kind, right.type.kind)
        if not _SCALARS.issuperset(kinds) and (operator not in ("=", "!=") or Kind.NOTHING not in kinds):
            return None
        days = Kind.TIMESTAMP in kinds and Kind.DATE in kinds
        read = self.day if days else self.expression
        one, other = read(left, around), read(right, around)
        if Kind.FLAG in kinds:
            flag = alike(one.term, other.term)
            return guarded([one, other], flag if operator == "=" else no(flag))
        if Kind.NUMBER in kinds:
            if one.term is NOTHING or other.term is NOTHING:
                return guarded([one, other], False)
            return guarded([one, other], self.numbers(operator, one.term, other.term))
        if operator not in ("=", "!=") and not {Kind.DATE, Kind.TIMESTAMP}.issuperset(kinds):
            return None  # texts in their order
        return guarded([one, other], compare(operator, one.term, other.term))

    def numbers(self, operator: str, one: Number, other: Number) -> Flag:
        """A comparison of numbers by the tolerance of equal ones."""
        if is_constant(one) and not is_constant(other):
            mirrored = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(operator, operator)
            return self.numbers(mirrored, other, one)
        if is_constant(other):
            return self._against(operator, one, float(other))
        if operator in ("=", "!="):
            return equal(one, other) if operator == "=" else no(equal(one, other))
        swapped = operator in (">", "<=")
        found = less(other, one) if swapped else less(one, other)
        return found if operator in ("<", ">") else no(found)

    def _against(self, operator: str, number: Number, edge: float) -> Flag:
        if operator in ("=", "!="):
            found = both(self._against(">=", number, edge), self._against("<=", number, edge))
            return found if operator == "=" else no(found)
        return self.at(operator, number, adjusted(operator, edge))

    def at(self, operator: str, number: Number, edge: float) -> Flag:
        """A plain comparison of a number with an adjusted edge."""
        found = exact(edge)
        for name in self.atoms.quotients_in(number):
            self.atoms.at_edge(name, found)
        if not is_constant(number) and z3().is_int(number):
            up = operator in ("<", ">=")
            found = -((-found) // 1) if up else found // 1
        return compare(operator, number, found)

    def _on_between(self, node: e.Between, around: Environment) -> Value | None:
        ends = ((node.low, ">" if node.low_open else ">="), (node.high, "<" if node.high_open else "<="))
        tests = [
            self.compared(operator, node.subject, end, around) for end, operator in ends if end is not None
        ]
        known = [test for test in tests if test is not None]
        return kleene("and", known) if len(known) == len(tests) and known else None

    def _on_oneof(self, node: e.OneOf, around: Environment) -> Value | None:
        tests = [self.compared("=", node.subject, choice, around) for choice in node.choices]
        known = [test for test in tests if test is not None]
        return kleene("or", known) if len(known) == len(tests) and known else None

    # ── logic ──

    def _on_logic(self, node: e.Logic, around: Environment) -> Value:
        return kleene(node.operator, [self.expression(operand, around) for operand in node.operands])

    def _on_not(self, node: e.Not, around: Environment) -> Value:
        found = self.expression(node.operand, around)
        return Value(no(found.term), found.na)

    def _on_default(self, node: e.Default, around: Environment) -> Value:
        found = self.expression(node.operands[-1], around)
        for operand in reversed(node.operands[:-1]):
            found = self._standing_in(self.expression(operand, around), found)
        return found

    def _on_choose(self, node: e.Choose, around: Environment) -> Value:
        rows: list[tuple[Value | None, Value]] = [
            (self.expression(branch.condition, around), self.expression(branch.value, around))
            for branch in node.branches
        ]
        rows.append((None, self.expression(node.otherwise, around)))
        return settled(rows, rows[-1][1], VALUES).outcome

    def _on_isstatus(self, node: e.IsStatus, around: Environment) -> Value:
        found = self.expression(node.subject, around)
        if "scored" in node.words:
            return Value(found.present)
        return Value(found.lacks(node.words))

    def _on_counttrue(self, node: e.CountTrue, around: Environment) -> Value:
        items = [self.expression(item, around) for item in node.items]
        return guarded(items, plus(*(choose(item.term, 1, 0) for item in items)))

    # ── records, definitions, tables ──

    def _on_recordof(self, node: e.RecordOf, around: Environment) -> Value:
        values = [self.expression(value, around) for value in node.values]
        return Value(OwnRecord(self.atoms, None, dict(zip(node.names, values, strict=True))))

    def _on_calldefinition(self, node: e.CallDefinition, around: Environment) -> Value | None:
        body = self.bodies[node.instance]
        given = [self.expression(argument, around) for argument in node.arguments]
        inside = dict(zip(body.parameters, given, strict=True))
        if isinstance(body, r.Definition):
            return self.expression(body.body, inside)
        return self._table(body, inside)

    def _table(self, node: r.Table, inside: Environment) -> Value | None:
        rows = [
            (
                None if row.condition is None else self.expression(row.condition, inside),
                self.expression(row.result, inside),
            )
            for row in node.rows
        ]
        none_fits = missing("invalid")
        if node.hits == "first":
            found = settled(rows, none_fits, VALUES)
            for row, taken in zip(node.rows, found.taken, strict=True):
                self.mark(row, taken)
            return found.outcome
        return None if node.hits == "all" else self._one_hit(node, rows, none_fits)

    def _one_hit(self, node: r.Table, rows: list[tuple[Value | None, Value]], none_fits: Value) -> Value:
        """A table in which one row holds, or several that agree."""
        hits: list[tuple[Flag, Value]] = []
        pending: list[tuple[Value, Value]] = []
        for condition, result in rows:
            if condition is None:
                hits.append((no(either(*(flag for flag, _ in hits))), result))
                continue
            hits.append((condition.is_true(), result))
            if condition.absent is not False:
                pending.append((condition, result))
        first: Value = none_fits
        clash: Flag = False
        seen: list[tuple[Flag, Value]] = []
        for flag, result in hits:
            for earlier, other in seen:
                differ = no(values_same(other, result)) if node.hits == "agreeing" else True
                clash = either(clash, both(earlier, flag, differ))
            seen.append((flag, result))
        for flag, result in reversed(hits):
            first = either_value(flag, result, first)
        any_hit = either(*(flag for flag, _ in hits))
        undecided = either(*(condition.absent for condition, _ in pending))
        other_result = either(
            *(both(condition.absent, no(values_same(result, first))) for condition, result in pending)
        )
        unsettled = both(undecided, either(no(any_hit), other_result))
        for row, (flag, _) in zip(node.rows, hits, strict=True):
            self.mark(row, both(flag, no(clash), no(unsettled)))
        found = undecided_value(unsettled, _first_na([condition for condition, _ in pending]), first)
        return either_value(clash, missing("invalid"), found)


def _first_na(conditions: list[Value]) -> dict[str, Flag]:
    """For each reason whether the first NA among conditions is so for it."""
    found: list[tuple[str, Flag]] = []
    none_before: Flag = True
    for condition in conditions:
        found += [(reason, both(none_before, flag)) for reason, flag in condition.na.items()]
        none_before = both(none_before, condition.present)
    return reasons(found)


def _without_missing(found: Value) -> dict[str, Flag]:
    return {reason: flag for reason, flag in found.na.items() if reason != "missing"}
