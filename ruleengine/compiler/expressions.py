"""Syntax → typed evaluation nodes, for expressions.

In: a syntax node and the scope it stands in. Out: an evaluation node that carries its type; faults are reported, and a
value of unknown type stands in for what is faulty.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ruleengine.compiler import units
from ruleengine.compiler.calls import Calls
from ruleengine.compiler.context import unknown
from ruleengine.compiler.scope import Scope
from ruleengine.diagnostics import did_you_mean
from ruleengine.limits import limits
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.values import DATE, FLAG, NOTHING, NUMBER, OWN_RECORD, TEXT, TIMESTAMP, Field, Kind, Type

_EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))


def number_value(number: t.Number, span_type: Type) -> float | int:
    """The value of a number literal in its unit: `10%` is 0.1, `2 weeks` 14."""
    exact = Decimal(number.digits.replace("_", ""))
    if span_type.unit == "percent":
        return float(exact / 100)
    size = units.UNIT_WORDS.get(number.unit, (1, NUMBER))[0]
    value = exact * Decimal(size) if isinstance(size, int) else exact / round(1 / Decimal(repr(size)))
    return int(value) if value == int(value) and "." not in number.digits else float(value)


#: What two records, or two lists, have to have in common.
_RECORDS = "their values, or fields, must be of the same types; records of the facts and records made here do not go together"


class Expressions(Calls):
    """Elaborates the expressions of one module."""

    def elaborate_any(self, node: t.Expression, scope: Scope) -> e.Expression:
        """The typed evaluation node for a syntax node: a value or a series."""
        handler: Callable[[Any, Scope], e.Expression] = getattr(self, f"_on_{type(node).__name__.lower()}")
        block = isinstance(node, t.If | t.Query)
        most = limits()
        if block and self.nested >= most.blocks:
            return self._too_deep(node, f"choices and queries are nested more than {most.blocks} deep")
        self.context.nodes += 1
        if self.context.nodes > most.nodes:
            return self._too_many(node, most.nodes)
        if self.depth >= most.depth:
            return self._too_deep(node, "this is nested too deeply")
        self.nested += block
        self.depth += 1
        found = handler(node, scope)
        self.depth -= 1
        self.nested -= block
        return found

    nested = 0
    depth = 0

    def _too_deep(self, node: t.Expression, message: str) -> e.Expression:
        return self.context.fault("RE106", node.span, message, "name a part with `let`")

    def _too_many(self, node: t.Expression, most: int) -> e.Expression:
        """Report once that a ruleset is too large; what follows is not looked at."""
        if self.context.nodes > most + 1:
            return unknown(node.span)
        message = f"the expressions of this ruleset have more than {most:,} parts"
        return self.context.fault("RE106", node.span, message, "divide it into several rulesets")

    def condition(self, node: t.Expression, scope: Scope) -> e.Expression:
        """A node that must be true or false."""
        found = self.elaborate(node, scope)
        if found.type.kind is not Kind.FLAG and not units.is_any(found.type):
            return self.context.fault(
                "RE305", node.span, f"a condition is needed here, and this is {units.named(found.type)}",
                "compare it with something: for example `= 1`, `> 0`, `is known`",
            )  # fmt: skip
        return found

    def quantity(self, node: t.Expression, scope: Scope) -> e.Expression:
        """A node that must be a number, with any unit."""
        found = self.elaborate(node, scope)
        if found.type.kind is not Kind.NUMBER and not units.is_any(found.type):
            return self.context.fault(
                "RE306", node.span, f"a number is needed here, and this is {units.named(found.type)}"
            )
        return found

    def fitting(self, field: Field, node: t.Expression) -> e.Expression:
        """A value that can stand for a field."""
        stand_in = e.NotAvailable("missing", "", type=field.type, span=node.span)
        value = _zero_fits(self.elaborate(node, Scope()), stand_in)
        if units.unify(field.type, value.type) is None:
            return self._disagree(node.span, field.type, value.type)
        self._check_words(stand_in, value)
        return value

    # ── literals ──

    def _on_number(self, node: t.Number, scope: Scope) -> e.Expression:
        kind = (
            units.UNIT_WORDS[node.unit][1]
            if node.unit in units.UNIT_WORDS
            else Type(Kind.NUMBER, f"money {node.unit}")
        )
        return e.Constant(number_value(node, kind), type=kind, span=node.span)

    def _on_date(self, node: t.Date, scope: Scope) -> e.Expression:
        if not node.exists:
            return unknown(node.span)
        if "T" not in node.text:
            return e.Constant(date.fromisoformat(node.text).toordinal(), type=DATE, span=node.span)
        moment = datetime.fromisoformat(node.text.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self.module.zone))
        return e.Constant((moment - _EPOCH) // timedelta(microseconds=1), type=TIMESTAMP, span=node.span)

    def _on_text(self, node: t.Text, scope: Scope) -> e.Expression:
        return e.Constant(node.value, type=TEXT, span=node.span)

    def _on_flag(self, node: t.Flag, scope: Scope) -> e.Expression:
        return e.Constant(node.value, type=FLAG, span=node.span)

    def _on_notavailable(self, node: t.NotAvailable, scope: Scope) -> e.Expression:
        return e.NotAvailable(node.reason or "missing", node.text or "", type=NOTHING, span=node.span)

    def _on_asof(self, node: t.AsOf, scope: Scope) -> e.Expression:
        return e.AsOf(type=DATE, span=node.span)

    def _on_listliteral(self, node: t.ListLiteral, scope: Scope) -> e.Expression:
        items = tuple(self.elaborate(item, scope) for item in node.items)
        element: Type | None = None
        for item, syntax in zip(items, node.items, strict=True):
            merged = item.type if element is None else units.unify(element, item.type)
            if merged is None:
                return self.context.fault("RE301", syntax.span, "the elements of a list are of one type")
            element = merged
        return e.ListOf(items, type=Type(Kind.LIST, element=element), span=node.span)

    def _on_record(self, node: t.Record, scope: Scope) -> e.Expression:
        names = tuple(field.name for field in node.fields)
        for position, field in enumerate(node.fields):
            if field.name in names[:position]:
                self.context.report(
                    "RE202", field.span, f"the field `{field.name}` stands twice in this record"
                )
        values = tuple(self.elaborate(field.value, scope) for field in node.fields)
        fields = tuple(Field(name, value.type) for name, value in zip(names, values, strict=True))
        return e.RecordOf(
            names, values, type=Type(Kind.RECORD, unit=OWN_RECORD, fields=fields), span=node.span
        )

    # ── names ──

    def _on_name(self, node: t.Name, scope: Scope) -> e.Expression:
        found = self.on_path(node, scope)
        return found if found is not None else unknown(node.span)

    def _on_member(self, node: t.Member, scope: Scope) -> e.Expression:
        found = self.on_path(node, scope)
        if found is not None:
            return found
        base: t.Expression = node
        members: list[t.Member] = []
        while isinstance(base, t.Member):
            members.append(base)
            base = base.base
        return self.attributes(self.elaborate(base, scope), members[::-1])

    def _on_computed(self, node: t.Computed, scope: Scope) -> e.Expression:
        reference = self.reference(node.operand, scope, "computed_score")
        if reference is None:
            return self._no_subject(node.operand, scope, "computed")
        return reference

    # ── arithmetic ──

    def _on_arithmetic(self, node: t.Arithmetic, scope: Scope) -> e.Expression:
        if len(node.operands) > limits().terms:
            return self._too_deep(node, f"this has more than {limits().terms} terms")
        self.depth += len(node.operators)  # the first term is the deepest
        result = self.elaborate(node.operands[0], scope)
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            self.depth -= 1
            right = self.elaborate(operand, scope)
            result = self._arithmetic(operator, result, right, operand.span)
        return result

    def _arithmetic(self, operator: str, left: e.Expression, right: e.Expression, span: Span) -> e.Expression:
        if operator in "+-":
            left, right = _zero_fits(left, right), _zero_fits(right, left)
        if operator == "*":
            kind = units.multiply(left.type, right.type)
        elif operator == "/":
            kind = units.divide(left.type, right.type)
        else:
            kind = units.add(operator, left.type, right.type)
        place = left.span.to(span)
        if isinstance(kind, units.Objection):
            return self.context.fault(kind.code, _place_of(kind, left, right, place), kind.message, kind.help)
        name = operator
        if units.is_day(left.type):
            name = "days between" if units.is_day(right.type) else f"date {operator} {right.type.unit}"
        if operator == "/" and isinstance(right, e.Constant) and right.value == 0:
            self.context.report("RE412", right.span, "a division by zero has no value")
        return e.Call(name, (left, right), type=kind, span=place)

    def _on_negative(self, node: t.Negative, scope: Scope) -> e.Expression:
        operand = self.quantity(node.operand, scope)
        if isinstance(operand, e.Constant) and isinstance(operand.value, int | float):
            value = -operand.value if operand.value else operand.value  # never -0
            return e.Constant(value, type=operand.type, span=node.span)
        return e.Call("negative", (operand,), type=operand.type, span=node.span)

    # ── logic ──

    def _on_logic(self, node: t.Logic, scope: Scope) -> e.Expression:
        operands = tuple(self.condition(operand, scope) for operand in node.operands)
        return e.Logic(node.operator, operands, type=FLAG, span=node.span)

    def _on_not(self, node: t.Not, scope: Scope) -> e.Expression:
        return e.Not(self.condition(node.operand, scope), type=FLAG, span=node.span)

    def _on_default(self, node: t.Default, scope: Scope) -> e.Expression:
        operands = tuple(self.elaborate_any(operand, scope) for operand in node.operands)
        kind: Type = operands[0].type
        for operand in operands[1:]:
            operand = _zero_fits(operand, operands[0])
            merged = _with_word(kind, operand) or units.unify(kind, operand.type)
            if merged is None:
                return self._disagree(operand.span, kind, operand.type)
            kind = merged
        return e.Default(operands, type=kind, span=node.span)

    def _disagree(self, span: Span, left: Type, right: Type) -> e.Expression:
        numbers = left.kind is Kind.NUMBER and right.kind is Kind.NUMBER
        return self.context.fault(
            "RE302" if numbers else "RE301",
            span,
            f"this is {units.named(right)}, where {units.named(left)} is needed",
            _RECORDS if left.kind is right.kind and left.kind in (Kind.LIST, Kind.RECORD) else "",
        )

    def _on_if(self, node: t.If, scope: Scope) -> e.Expression:
        branches = tuple(
            e.Branch(self.condition(branch.condition, scope), self.elaborate_any(branch.value, scope))
            for branch in node.branches
        )
        otherwise = self.elaborate_any(node.otherwise, scope)
        kind: Type = NOTHING
        for value in (*(branch.value for branch in branches), otherwise):
            merged = units.unify(kind, _zero_type(value, kind))
            if merged is None:
                return self._disagree(value.span, kind, value.type)
            kind = merged
        return e.Choose(branches, otherwise, type=kind, span=node.span)

    # ── comparisons ──

    def _subject(self, node: t.Expression | None, scope: Scope, span: Span) -> e.Expression:
        if node is not None:
            return self.elaborate(node, scope)
        if scope.implied is None:
            return self.context.fault(
                "RE305", span, "a comparison needs something on its left side here",
                "only in rating rows and table cells a test may begin with a comparison: it is about the value",
            )  # fmt: skip
        return scope.implied

    def _on_compare(self, node: t.Compare, scope: Scope) -> e.Expression:
        left = self._subject(node.left, scope, node.span)
        right = self.elaborate(node.right, scope)
        return self.comparison(node.operator, left, right, node)

    def comparison(
        self, operator: str, left: e.Expression, right: e.Expression, node: t.Expression
    ) -> e.Expression:
        """`left operator right`, checked."""
        left, right = _zero_fits(left, right), _zero_fits(right, left)
        objection = units.compare(operator, left.type, right.type, isinstance(right, e.Constant))
        if objection is None and isinstance(left, e.Constant):
            objection = units.compare(operator, right.type, left.type, literal=True)
        if objection is not None:
            return self.context.fault(objection.code, node.span, objection.message, objection.help)
        self._check_words(left, right)
        self._check_words(right, left)
        return e.Compare(operator, left, right, type=FLAG, span=node.span)

    def _check_words(self, field: e.Expression, word: e.Expression) -> None:
        """A text compared with a choice must be one of its words."""
        if field.type.kind is Kind.CHOICE and isinstance(word, e.Constant) and word.type.kind is Kind.TEXT:
            if word.value in field.type.choices or not field.type.choices:
                return
            known = ", ".join(f'`"{choice}"`' for choice in field.type.choices[:8])
            self.context.report(
                "RE304", word.span, f'this field never holds "{word.value}"',
                did_you_mean(str(word.value), field.type.choices) or f"it holds {known}",
            )  # fmt: skip

    def _on_in(self, node: t.In, scope: Scope) -> e.Expression:
        subject = self._subject(node.subject, scope, node.span)
        if isinstance(node.target, t.Interval):
            found = self.between(subject, node.target, scope, node.span)
        elif isinstance(node.target, t.CalendarPeriod):
            found = self.in_period(subject, node.target, node.span)
        else:
            choices = []
            for item in node.target:
                choice = _zero_fits(self.elaborate(item, scope), subject)
                objection = units.compare("=", subject.type, choice.type, isinstance(choice, e.Constant))
                if objection is not None:
                    self.context.report(objection.code, item.span, objection.message, objection.help)
                self._check_words(subject, choice)
                choices.append(choice)
            found = e.OneOf(subject, tuple(choices), type=FLAG, span=node.span)
        return e.Not(found, type=FLAG, span=node.span) if node.negated else found

    def between(self, subject: e.Expression, interval: t.Interval, scope: Scope, span: Span) -> e.Expression:
        """`subject in low..high`."""
        low = None if interval.low is None else self.elaborate(interval.low, scope)
        high = None if interval.high is None else self.elaborate(interval.high, scope)
        if (
            isinstance(low, e.Constant)
            and isinstance(interval.low, t.Number | t.Negative)
            and high is not None
        ):
            low = self._with_unit_of(low, interval.low, high)
        for end, operator in ((low, ">="), (high, "<=")):
            if end is None:
                continue
            objection = units.compare(
                operator, subject.type, _zero_fits(end, subject).type, isinstance(end, e.Constant)
            )
            if objection is not None:
                return self.context.fault(objection.code, end.span, objection.message, objection.help)
        if isinstance(low, e.Constant) and isinstance(high, e.Constant):
            first, last = float(low.value), float(high.value)
            empty = first > last or (first == last and (interval.low_open or interval.high_open))
            if empty:
                self.context.report(
                    "RE317", interval.span, "this interval holds nothing", "the lower end comes first"
                )
        return e.Between(subject, low, high, interval.low_open, interval.high_open, type=FLAG, span=span)

    def _with_unit_of(self, low: e.Constant, syntax: t.Expression, high: e.Expression) -> e.Constant:
        """The lower end of `2..<6 months`, which takes the unit of the upper."""
        number = syntax.operand if isinstance(syntax, t.Negative) else syntax
        upper = high.type
        if not isinstance(number, t.Number) or number.unit or upper.kind is not Kind.NUMBER or not upper.unit:
            return low
        sign = -1 if isinstance(syntax, t.Negative) else 1
        unit = next(
            (word for word, (size, kind) in units.UNIT_WORDS.items() if kind == upper and size in (1, 0.01)),
            "",
        )
        value = sign * number_value(t.Number(number.digits, unit, span=number.span), upper)
        return e.Constant(value, type=upper, span=low.span)

    def _on_contains(self, node: t.Contains, scope: Scope) -> e.Expression:
        subject = self._subject(node.subject, scope, node.span)
        item = self.elaborate(node.item, scope)
        if subject.type.kind is Kind.LIST:
            element = subject.type.element
            if element is not None:
                objection = units.compare("=", element, item.type, isinstance(item, e.Constant))
                if objection is not None:
                    return self.context.fault(objection.code, node.span, objection.message, objection.help)
                self._check_words(e.NotAvailable("missing", "", type=element, span=node.span), item)
            return e.Call("list contains", (subject, item), type=FLAG, span=node.span)
        if not units.is_any(subject.type) and not units.is_text(subject.type):
            return self.context.fault(
                "RE301",
                node.span,
                f"`contains` needs a list or a text, and this is {units.named(subject.type)}",
            )
        if not units.is_any(item.type) and not units.is_text(item.type):
            return self.context.fault(
                "RE301", node.item.span, f"a text contains a text, and this is {units.named(item.type)}"
            )
        return e.Call("text contains", (subject, item), type=FLAG, span=node.span)

    def _on_within(self, node: t.Within, scope: Scope) -> e.Expression:
        subject = self._subject(node.subject, scope, node.span)
        duration = self.elaborate(node.duration, scope)
        if not units.is_any(subject.type) and not units.is_day(subject.type):
            return self.context.fault(
                "RE301",
                node.span,
                f"`within` needs a date before it, and this is {units.named(subject.type)}",
            )
        if not units.is_any(duration.type) and duration.type.unit not in ("days", "months"):
            return self.context.fault(
                "RE302", duration.span, "`within` needs a duration", "for example `within 3 months`"
            )
        return e.Within(subject, duration, type=FLAG, span=node.span)


def _place_of(objection: units.Objection, left: e.Expression, right: e.Expression, both: Span) -> Span:
    """The operand that is no number, or both where each alone would do."""
    if objection.code != "RE306":
        return both
    return right.span if left.type.kind is Kind.NUMBER else left.span


def _zero_fits(value: e.Expression, other: e.Expression) -> e.Expression:
    """A bare 0 takes the unit of what it meets."""
    if (
        isinstance(value, e.Constant)
        and value.type == NUMBER
        and value.value == 0
        and other.type.kind is Kind.NUMBER
    ):
        return e.Constant(value.value, type=other.type, span=value.span)
    return value


def _with_word(kind: Type, operand: e.Expression) -> Type | None:
    """A choice with a default word of its own: from here on the field can hold that word too."""
    if kind.kind is Kind.CHOICE and isinstance(operand, e.Constant) and isinstance(operand.value, str):
        return Type(Kind.CHOICE, choices=tuple(dict.fromkeys((*kind.choices, operand.value))))
    return None


def _zero_type(value: e.Expression, kind: Type) -> Type:
    zero = (
        isinstance(value, e.Constant)
        and value.type == NUMBER
        and value.value == 0
        and kind.kind is Kind.NUMBER
    )
    return kind if zero else value.type
