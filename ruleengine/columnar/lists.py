"""Functions of one list in SQL: `sum(list)`, `max(list)`, `concat(list)`, `list contains x`."""

from __future__ import annotations

from ruleengine.columnar import build as b
from ruleengine.columnar import numbers
from ruleengine.columnar.build import Sql
from ruleengine.columnar.queries import QueryEmitter, where_known
from ruleengine.columnar.value import CODE, PLAIN, VALUE, Form, Value, first_code, stored_type
from ruleengine.library import FUNCTIONS
from ruleengine.tree import expressions as e
from ruleengine.values import Kind


class ListEmitter(QueryEmitter):
    """Emits functions of lists."""

    def call_on_list(self, node: e.Call, arguments: list[Value]) -> Value:
        """A function of a list: NA with the first element that is NA, or where it has no value for no elements."""
        if node.function == "list contains":
            return self._contains(node, arguments)
        source = arguments[0]
        if node.function == "count":
            return Value(self.dialect.size(source.sql), node.type, first_code([source]), Form(source.codes))
        element = source.form.element or PLAIN
        values = source.sql
        if element.codes:
            values = self.dialect.made(source.sql, lambda each: self.dialect.get(each, VALUE))
            values = self.named(values, f"{self._label(node)} values")
        sql = where_known(source, self._of_values(node, values))
        if element.codes:
            undecided = self.dialect.any_is(values, b.is_null)
            sql = b.case([(undecided, b.null(stored_type(node.type, PLAIN)))], sql)
        record = FUNCTIONS[node.function]
        empty = None
        if record.missing_when_empty:
            empty = self.code("missing", f"`{self.text_of(node.span)}`: the list is empty")
        na = self._first_reason(source, element, empty)
        codes = source.codes | element.codes | (frozenset() if empty is None else {empty})
        return Value(sql, node.type, na, Form(codes))

    def _of_values(self, node: e.Call, values: Sql) -> Sql:
        """The function of values that are all known; NULL of none where it has no value for them."""
        if node.function == "min":
            return self.dialect.smallest(values)
        if node.function == "max":
            return self.dialect.largest(values)
        if node.function == "sum":
            return self.dialect.total(values)
        filled = b.compare(">", self.dialect.size(values), b.double(0))  # what is left is the mean
        return b.case([(filled, b.divide(self.dialect.total(values), self.dialect.size(values)))])

    def _first_reason(self, source: Value, element: Form, empty: int | None) -> Sql | None:
        """Why there is no value: the list is NA, its first NA element, or it is empty."""
        if not element.codes:
            return first_code([source], None if empty is None else b.integer(empty))
        lacking = self.dialect.kept(source.sql, lambda each: b.is_null(self.dialect.get(each, VALUE)))
        first: Sql = self.dialect.get(self.dialect.first(lacking), CODE)
        if empty is not None:
            first = b.coalesce(first, b.integer(empty))
        return first_code([source], first)

    def _contains(self, node: e.Call, arguments: list[Value]) -> Value:
        """`list contains x`: undecided when no element equals it, and one is NA."""
        source, item = arguments
        element = source.form.element or PLAIN
        kind = node.arguments[0].type.element
        numeric = kind is not None and kind.kind is Kind.NUMBER and item.type.kind is Kind.NUMBER
        nothing = kind is None or Kind.NOTHING in (kind.kind, item.type.kind)

        def test(each: Sql) -> Sql:
            found = self.dialect.get(each, VALUE) if element.codes else each
            if nothing:
                return b.FALSE()
            return (
                numbers.equal(self.dialect, found, item.sql) if numeric else b.compare("=", found, item.sql)
            )

        found = self.dialect.any_is(source.sql, test)
        if not element.codes:
            return self.guarded([source, item], found, node)
        undecided = self.dialect.any_is(source.sql, lambda each: b.is_null(self.dialect.get(each, VALUE)))
        sql = b.case([(found, b.TRUE()), (b.negation(undecided), b.FALSE())])
        lacking = self.dialect.kept(source.sql, lambda each: b.is_null(self.dialect.get(each, VALUE)))
        reason = self.dialect.get(self.dialect.first(lacking), CODE)
        return self.guarded([source, item], sql, node, element.codes, reason)
