"""Comparisons, intervals and ages. Numbers are compared with the tolerance of equal numbers; with a constant edge that is one
comparison with an adjusted constant.
"""

from __future__ import annotations

from ruleengine.columnar import build as b
from ruleengine.columnar import calendar, numbers
from ruleengine.columnar.build import Sql
from ruleengine.columnar.facts import FactEmitter
from ruleengine.columnar.logic import kleene
from ruleengine.columnar.types import BOOLEAN, DOUBLE
from ruleengine.columnar.value import Form, Value, all_codes, first_code
from ruleengine.tree import expressions as e
from ruleengine.tree.edges import adjusted
from ruleengine.tree.pointers import pointer_of
from ruleengine.values import DATE, FLAG, NA, Kind

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class Comparisons(FactEmitter):
    """Emits comparisons."""

    def value_of(self, node: e.Expression, name: str = "") -> Value:
        """A node as something that may be repeated; written by `expressions.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def as_day(self, value: Value) -> Value:
        """A timestamp as its calendar date in the ruleset's zone; a date as it is."""
        if value.type.kind is not Kind.TIMESTAMP:
            return value
        day = calendar.day_of(self.dialect, value.sql, self.program.zone)
        self.leave(day.beyond)
        return self.kept(
            Value(day.value, DATE, value.code if value.codes else None, Form(value.codes)), "day"
        )

    def _both(self, operands: list[Value], sql: Sql) -> Value:
        return Value(sql, FLAG, first_code(operands), Form(all_codes(operands)))

    def _on_compare(self, node: e.Compare) -> Value:
        left, right = self.value_of(node.left), self.value_of(node.right)
        kinds = {left.type.kind, right.type.kind}
        if kinds == {Kind.TIMESTAMP, Kind.DATE}:
            left, right = self.as_day(left), self.as_day(right)
        if Kind.NOTHING in kinds:
            return self._both([left, right], b.null(BOOLEAN))
        return self._both([left, right], self._comparison(node, left.sql, right.sql))

    def _comparison(self, node: e.Compare, left: Sql, right: Sql) -> Sql:
        if node.left.type.kind is not Kind.NUMBER and node.right.type.kind is not Kind.NUMBER:
            return b.compare(node.operator, left, right)
        if isinstance(node.left, e.Constant) and not isinstance(node.right, e.Constant):
            return edge_test(_MIRRORED.get(node.operator, node.operator), right, float(node.left.value))
        if isinstance(node.right, e.Constant):
            return edge_test(node.operator, left, float(node.right.value))
        if node.operator in ("=", "!="):
            found = numbers.equal(self.dialect, left, right)
            return found if node.operator == "=" else b.negation(found)
        first, second = (right, left) if node.operator in (">", "<=") else (left, right)
        found = numbers.less(self.dialect, first, second)
        return found if node.operator in ("<", ">") else b.negation(found)

    def equal_values(self, one: Value, other: Value) -> Sql:
        """Whether two present values are equal; NULL where one is NA."""
        if Kind.NOTHING in (one.type.kind, other.type.kind):
            return b.null(BOOLEAN)
        if one.type.kind is Kind.NUMBER and other.type.kind is Kind.NUMBER:
            return numbers.equal(self.dialect, one.sql, other.sql)
        return b.compare("=", one.sql, other.sql)

    def _on_between(self, node: e.Between) -> Value:
        subject = self.value_of(node.subject)
        ends = [(node.low, ">" if node.low_open else ">="), (node.high, "<" if node.high_open else "<=")]
        constant = all(end is None or isinstance(end, e.Constant) for end, _ in ends)
        if node.subject.type.kind is Kind.NUMBER and constant:
            tests = [
                edge_test(test, subject.sql, float(end.value))
                for end, test in ends
                if isinstance(end, e.Constant)
            ]
            return self._both([subject], b.conjunction(tests))
        parts = [
            self.value_of(e.Compare(operator, node.subject, end, type=node.type, span=node.span))
            for end, operator in ends
            if end is not None
        ]
        return kleene("and", parts)

    def _on_oneof(self, node: e.OneOf) -> Value:
        subject = self.value_of(node.subject)
        constants = [choice for choice in node.choices if isinstance(choice, e.Constant)]
        if len(constants) == len(node.choices) and node.subject.type.kind is not Kind.TIMESTAMP:
            if node.subject.type.kind is Kind.NUMBER:
                tests = [edge_test("=", subject.sql, float(choice.value)) for choice in constants]
                return self._both([subject], b.disjunction(tests))
            found = [self.value_of(choice).sql for choice in constants]
            if not found:  # worse than the worst band: no band is, and of none it is not known
                return self._both([subject], b.case([(b.is_known(subject.sql), b.FALSE())]))
            return self._both([subject], b.one_of(subject.sql, found))
        parts = [
            self.value_of(e.Compare("=", node.subject, choice, type=node.type, span=node.span))
            for choice in node.choices
        ]
        return kleene("or", parts)

    # ── ages ──

    def _on_elapsed(self, node: e.Elapsed) -> Value:
        day = self.as_day(self.value_of(node.date))
        since = node.direction == "since"
        today = self.today
        first, last = (day.sql, today) if since else (today, day.sql)
        if node.unit in ("days", "weeks"):
            amount = self.dialect.days_between(first, last)
            amount = amount if node.unit == "days" else b.function("floor", b.divide(amount, b.double(7)))
        else:
            amount = calendar.months_between(self.dialect, first, last)
            divisor = {"months": 1, "quarters": 3, "years": 12}[node.unit]
            amount = amount if divisor == 1 else b.function("floor", b.divide(amount, b.double(divisor)))
        text = f"`{self.text_of(node.span)}`: the date lies in the {'future' if since else 'past'}"
        fault = self.reasons.code(NA("invalid", text, pointer_of((node.date,)), "RE506"))
        sql = b.case([(b.compare("<=", first, last), b.cast(amount, DOUBLE))])
        form = Form(day.codes | {fault})
        return Value(sql, node.type, first_code([day], b.integer(fault)), form)

    def _on_within(self, node: e.Within) -> Value:
        day, duration = self.as_day(self.value_of(node.subject)), self.value_of(node.duration)
        today = self.today
        past = b.compare("<=", day.sql, today)
        if node.duration.type.unit == "days":
            age = self.dialect.days_between(day.sql, today)
            if isinstance(node.duration, e.Constant):
                near = edge_test("<=", age, float(node.duration.value))
            else:
                near = b.negation(numbers.less(self.dialect, duration.sql, age))
        else:
            constant = float(node.duration.value) if isinstance(node.duration, e.Constant) else None
            near = b.compare("<=", today, self._later(day.sql, duration.sql, constant))
        return self._both([day, duration], b.conjunction([past, near]))

    def _later(self, day: Sql, months: Sql, constant: float | None) -> Sql:
        """A date so many months later; beyond the calendar a date after all others (or before)."""
        return calendar.after_months(self.dialect, day, months if constant is None else constant)

    def older(self, day: Sql, limit: float, unit: str) -> Sql:
        """Whether a date lies more than `limit` days or months back."""
        today = self.today
        if unit == "days":
            return b.compare(">", self.dialect.days_between(day, today), b.double(int(limit)))
        return b.compare(">", today, calendar.after_months(self.dialect, day, limit))

    def younger(self, day: Sql, length: float, unit: str) -> Sql:
        """Whether a date lies less than `length` days or months back."""
        today = self.today
        if unit == "days":
            return b.compare("<", self.dialect.days_between(day, today), b.double(int(length)))
        return b.compare("<", today, calendar.after_months(self.dialect, day, length))


def edge_test(operator: str, subject: Sql, edge: float) -> Sql:
    """The comparison of a number with a constant edge."""
    if operator in ("=", "!="):
        found = b.between(subject, b.double(adjusted(">=", edge)), b.double(adjusted("<=", edge)))
        return found if operator == "=" else b.negation(found)
    return b.compare(operator, subject, b.double(adjusted(operator, edge)))
