"""Evaluation tree → SQL, for expressions of a row and of elements of lists.

In: a node. Out: its `Value`. Whatever is needed more than once becomes a column, as far as the row can have one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.comparing import Comparisons
from ruleengine.columnar.context import NotEmitted
from ruleengine.columnar.forms import unified
from ruleengine.columnar.functions import functions_of
from ruleengine.columnar.logic import always, default_of, has_reason, kleene, opposite
from ruleengine.columnar.reasons import codes_for
from ruleengine.columnar.rows import won_by
from ruleengine.columnar.types import INTEGER
from ruleengine.columnar.value import (
    CODE,
    VALUE,
    Form,
    Value,
    all_codes,
    code_field,
    element_type,
    first_code,
    stored_type,
)
from ruleengine.library import FUNCTIONS
from ruleengine.tree import expressions as e
from ruleengine.tree.magnitude import grows, magnitude, overflows
from ruleengine.tree.pointers import pointer_of
from ruleengine.values import FLAG, NA, NA_REASONS, Kind

#: Beyond this a double does not hold every whole number.
_LARGEST_WHOLE = float(2**53)
_LARGEST = 1e290
#: Operators of dates that take a timestamp as its day.
_OF_DAYS = ("days between", "date + days", "date - days", "date + months", "date - months")


class ExpressionEmitter(Comparisons):
    """Emits expressions."""

    magnitudes: dict[str, float]

    def expression(self, node: e.Expression) -> Value:
        """The value of a node."""
        handler: Callable[[Any], Value] | None = getattr(self, f"_on_{type(node).__name__.lower()}", None)
        if handler is None:
            raise NotEmitted(f"`{self.text_of(node.span)}` has no SQL", node.span)
        return handler(node)

    def value_of(self, node: e.Expression, name: str = "") -> Value:
        """A node as something that may be repeated."""
        return self.kept(self.expression(node), name or self._label(node))

    def condition(self, node: e.Expression) -> Value:
        """A condition of a row: a column where it can be undecided, since it is asked for several times then."""
        found = self.expression(node)
        return self.kept(found, self._label(node)) if found.codes else found

    def _label(self, node: e.Expression) -> str:
        """A name for a column that holds an expression: its words, as far as they are short."""
        words = self.text_of(node.span)
        return words if len(words) <= 40 else f"{words[:37]}..."

    # ── constants and variables ──

    def _on_constant(self, node: e.Constant) -> Value:
        return Value(self.literal(node.value, node.type.kind), node.type, atom=True)

    def literal(self, value: float | int | str | bool, kind: Kind) -> Sql:
        """A constant."""
        if isinstance(value, bool):
            return b.TRUE() if value else b.FALSE()
        if isinstance(value, str):
            return b.text(value)
        if kind is Kind.DATE:
            return self.dialect.date(int(value))
        if kind is Kind.TIMESTAMP:
            return self.dialect.instant(int(value))
        return b.double(float(value))

    def _on_notavailable(self, node: e.NotAvailable) -> Value:
        code = self.code(node.reason, node.text, "", "RE506" if node.reason == "invalid" else "")
        return self.constant_na(node.type, code)

    def _on_variable(self, node: e.Variable) -> Value:
        return self.variables[node.name]

    def _on_fact(self, node: e.Fact) -> Value:
        return self.fact(node)

    def _on_attribute(self, node: e.Attribute) -> Value:
        return self.attribute(node)

    def _on_asof(self, node: e.AsOf) -> Value:
        return Value(self.today, node.type, atom=True)

    # ── logic and choices ──

    def _on_logic(self, node: e.Logic) -> Value:
        return kleene(node.operator, [self.value_of(operand) for operand in node.operands])

    def _on_not(self, node: e.Not) -> Value:
        return opposite(self.expression(node.operand))

    def _on_default(self, node: e.Default) -> Value:
        return default_of(self, [self.expression(operand) for operand in node.operands])

    def _on_choose(self, node: e.Choose) -> Value:
        conditions: list[Value | None] = [self.condition(branch.condition) for branch in node.branches]
        values = [self.value_of(branch.value) for branch in node.branches]
        values.append(self.value_of(node.otherwise))
        return self.chosen([*conditions, None], values, self._label(node))

    def chosen(self, conditions: Sequence[Value | None], values: Sequence[Value], name: str) -> Value:
        """The value of the first row that holds; the last value stands for no row, or for the row that always holds."""
        shown = unified(self, values)
        kind = next((value.type for value in shown if value.type.kind is not Kind.NOTHING), shown[0].type)
        won = won_by(self, conditions, lambda one, other: self.same_values(shown[one], shown[other]), name)
        number = self.named(won.number, f"{name} row")
        sql = _by_row(number, [value.sql for value in shown], b.null(stored_type(kind, shown[0].form)))
        codes = all_codes(shown) | won.codes
        na = self._code_by_row(number, shown, won.na) if codes else None
        form = Form(codes, shown[0].form.element, shown[0].form.fields)
        return self.kept(Value(sql, kind, na, form), name)

    def _code_by_row(self, number: Sql, values: Sequence[Value], undecided: Sql | None) -> Sql:
        branches = [(b.is_null(number), undecided)] if undecided is not None else []
        for row, value in enumerate(values):
            if value.codes:
                branches.append((b.compare("=", number, b.integer(row)), value.code))
        return b.case(branches, b.null(INTEGER))

    def same_values(self, one: Value, other: Value) -> Sql:
        """Whether two values are equal; NA values are when their reasons are."""
        tests: list[Sql] = []
        if not (b.is_plain_null(one.sql) or b.is_typed_null(one.sql)):
            tests.append(b.coalesce(self.equal_values(one, other), b.FALSE()))
        both = [
            each for each in NA_REASONS if codes_for(one.codes, [each]) and codes_for(other.codes, [each])
        ]
        tests += [b.conjunction([has_reason(one, [each]), has_reason(other, [each])]) for each in both]
        return b.disjunction(tests)

    # ── statuses ──

    def _on_isstatus(self, node: e.IsStatus) -> Value:
        subject = self.value_of(node.subject)
        if "scored" in node.words:
            return Value(b.is_known(subject.sql), FLAG) if subject.codes else always(True)
        return Value(has_reason(subject, node.words), FLAG)

    # ── lists and records ──

    def _on_listof(self, node: e.ListOf) -> Value:
        items = unified(self, [self.value_of(item) for item in node.items])
        codes = all_codes(items)
        form = Form(codes, items[0].form.element, items[0].form.fields) if items else Form()
        kind = node.type.element if node.type.element is not None else FLAG
        element = element_type(stored_type(kind, form), form)
        made = [
            self.dialect.record([(VALUE, item.sql), (CODE, item.code if item.codes else b.null(INTEGER))])
            if codes
            else item.sql
            for item in items
        ]
        return Value(self.dialect.list_of(made, element), node.type, None, Form(element=form))

    def _on_recordof(self, node: e.RecordOf) -> Value:
        values = [self.value_of(value) for value in node.values]
        fields: list[tuple[str, Sql]] = []
        for name, value in zip(node.names, values, strict=True):
            fields.append((name, value.sql))
            if value.codes:
                fields.append((code_field(name), value.code))
        forms = {name: value.form for name, value in zip(node.names, values, strict=True)}
        return Value(self.dialect.record(fields), node.type, None, Form(fields=forms))

    def _on_counttrue(self, node: e.CountTrue) -> Value:
        items = [self.value_of(item) for item in node.items]
        ones = [b.case([(item.sql, b.double(1))], b.double(0)) for item in items]
        total = ones[0] if ones else b.double(0)
        for each in ones[1:]:
            total = b.add(total, each)
        return self.guarded(items, total, node)

    def guarded(
        self,
        operands: Sequence[Value],
        sql: Sql,
        node: e.Expression,
        codes: frozenset[int] = frozenset(),
        na: Sql | None = None,
    ) -> Value:
        """`sql`, unless an operand is NA: then the first such operand. `na` are reasons of its own, with their codes."""
        tested = [value for value in operands if value.codes]
        guarded = b.case(
            [
                (
                    b.disjunction([b.is_null(value.sql) for value in tested]),
                    b.null(stored_type(node.type, Form())),
                )
            ],
            sql,
        )
        everything = all_codes(tested) | codes
        code = first_code(tested, na) if na is not None else first_code(tested)
        return Value(guarded if tested else sql, node.type, code, Form(everything))

    def strict(
        self, operands: Sequence[Value], sql: Sql, node: e.Expression, fault: NA | None = None
    ) -> Value:
        """`sql`, which is NULL where an operand is; where it is NULL by itself the reason is `fault`."""
        codes = all_codes(operands)
        if fault is None:
            return Value(sql, node.type, first_code(operands), Form(codes))
        own = self.reasons.code(fault)
        return Value(sql, node.type, first_code(operands, b.integer(own)), Form(codes | {own}))

    # ── calls ──

    def _on_call(self, node: e.Call) -> Value:
        arguments = [self.value_of(argument) for argument in node.arguments]
        if node.function in "+-*":
            return self._arithmetic(node, arguments)
        if node.function == "/":
            return self._divided(node, arguments)
        if node.function == "negative":
            return self.strict(arguments, b.subtract(b.double(0), arguments[0].sql), node)
        if node.function == "list contains" or (arguments and node.arguments[0].type.kind is Kind.LIST):
            return self.call_on_list(node, arguments)
        return self._library(node, arguments)

    def call_on_list(self, node: e.Call, arguments: list[Value]) -> Value:
        """A function of a list; written by `lists.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def _library(self, node: e.Call, arguments: list[Value]) -> Value:
        record = FUNCTIONS.get(node.function)
        if node.function in _OF_DAYS:
            arguments = [self.as_day(each) for each in arguments]
        answer = functions_of(node.function)(
            self.dialect, [value.sql for value in arguments], self.options_of(node)
        )
        self.leave(answer.beyond)
        fault = self.fault_of(node, record.fault if record is not None else "")
        return self.strict(arguments, answer.value, node, fault)

    def options_of(self, node: e.Call) -> tuple[str | int, ...]:
        """The options of a call."""
        return (self.program.zone,) if node.function == "date of" else node.options

    def fault_of(self, node: e.Call, words: str) -> NA | None:
        """The NA of a function that has no value for its arguments; None when it always has one."""
        if node.function.startswith("date "):
            beyond = node.function not in ("date of",)
            return (
                NA("invalid", f"`{self.text_of(node.span)}` is beyond the calendar", "", "RE506")
                if beyond
                else None
            )
        if not words or words == "has no value here":
            return None
        return NA("invalid", f"`{self.text_of(node.span)}`: {words}", pointer_of(node.arguments), "RE506")

    def _arithmetic(self, node: e.Call, arguments: list[Value]) -> Value:
        left, right = (value.sql for value in arguments)
        made = {"+": b.add, "-": b.subtract, "*": b.multiply}[node.function](left, right)
        self._whole_and_large(node, made)
        large = overflows(node, self.magnitudes) if node.function == "*" else grows(node, self.magnitudes)
        return self._finite(node, arguments, made) if large else self.strict(arguments, made, node)

    def _whole_and_large(self, node: e.Call, made: Sql) -> None:
        """Whole numbers that doubles do not tell apart are left to the evaluator, which has exact ones.

        In a definition that is told by what it is given, so that there numbers that may be whole ones are left too.
        """
        if not self.wholeness.shape(node).decimal and magnitude(node, self.magnitudes) > math.log10(
            _LARGEST_WHOLE
        ):
            large = b.compare(">", self.dialect.absolute(made), b.double(_LARGEST_WHOLE))
            self.leave(b.coalesce(large, b.FALSE()))

    def _divided(self, node: e.Call, arguments: list[Value]) -> Value:
        left, right = arguments
        denominator = node.arguments[1]
        if isinstance(denominator, e.Constant) and abs(float(denominator.value)) > 1e-10:
            made = b.divide(left.sql, right.sql)
            if overflows(node, self.magnitudes):
                return self._finite(node, arguments, made)
            return self.strict(arguments, made, node)
        zero = NA(
            "invalid",
            f"the denominator `{self.text_of(denominator.span)}` is zero",
            pointer_of((denominator,)),
            "RE506",
        )
        near = b.double(1e-10)
        usable = b.compare(">", self.dialect.absolute(right.sql), near)
        sql = b.case([(usable, b.divide(left.sql, right.sql))])
        if not overflows(node, self.magnitudes):
            return self.strict(arguments, sql, node, zero)
        large = self._large(node)
        found = self.named(sql, self._label(node))
        codes = self.reasons.code(zero), self.reasons.code(large)
        why = b.case([(usable, b.integer(codes[1]))], b.integer(codes[0]))
        form = Form(all_codes(arguments) | set(codes))
        return Value(self._if_finite(found), node.type, first_code(arguments, why), form)

    def _large(self, node: e.Call) -> NA:
        return NA("invalid", f"`{self.text_of(node.span)}` is too large a number", "", "RE506")

    def _finite(self, node: e.Call, arguments: list[Value], made: Sql) -> Value:
        found = self.named(made, self._label(node))
        return self.strict(arguments, self._if_finite(found), node, self._large(node))

    def _if_finite(self, found: Sql) -> Sql:
        return b.case([(b.compare("<", self.dialect.absolute(found), b.double(_LARGEST)), found)])

    # ── what others write ──

    def _on_query(self, node: e.Query) -> Value:
        return self.query(node)

    def query(self, node: e.Query) -> Value:
        """A query; written by `queries.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def _on_reference(self, node: e.Reference) -> Value:
        return self.reference(node)

    def reference(self, node: e.Reference) -> Value:
        """A number of a measure, card or node; written by the parts that know them."""
        raise NotImplementedError  # pragma: no cover - abstract

    def _on_ismeasurestatus(self, node: e.IsMeasureStatus) -> Value:
        return self.status_test(node.subject, node.words)

    def status_test(self, node: e.Reference, words: tuple[str, ...]) -> Value:
        """A test of the status of a measure, card or node."""
        raise NotImplementedError  # pragma: no cover - abstract

    def _on_isband(self, node: e.IsBand) -> Value:
        band = self.kept(self.band_of(node.subject), f"{node.subject.name} band")
        test = b.one_of(band.sql, [b.integer(place) for place in node.positions])
        if not node.positions:  # worse than the worst band: no band is, and of none it is not known
            test = b.case([(b.is_known(band.sql), test)])
        return self.strict([band], test, node)

    def band_of(self, node: e.Reference) -> Value:
        """The position of the band of a measure, card, node or cell, or NA."""
        raise NotImplementedError  # pragma: no cover - abstract


def _by_row(number: Sql, values: Sequence[Sql], nothing: Sql) -> Sql:
    """The value of a row by its number; NULL of a NULL."""
    if all(value == values[0] for value in values) and len(values) == 1:
        return b.case([(b.is_null(number), nothing)], values[0])
    branches = [(b.compare("=", number, b.integer(row)), value) for row, value in enumerate(values)]
    return b.case(branches, nothing)
