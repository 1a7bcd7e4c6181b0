"""Values as a result shows them.

In: a value, and the expression that gives it. Out: SQL and the type of its column. Whole numbers are integers, all others
doubles of at most ten decimals; dates and timestamps are texts. A secret value is NULL, and so is what is NA, also inside of
lists and records. A record has the evaluator's order: secret fields come last.
"""

from __future__ import annotations

from functools import cached_property

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import NotEmitted
from ruleengine.columnar.facts import FactEmitter
from ruleengine.columnar.printing import date_text, timestamp_text
from ruleengine.columnar.rounding import clean
from ruleengine.columnar.types import BOOLEAN, DOUBLE, INTEGER, TEXT, ColumnType, list_of, record_of
from ruleengine.columnar.value import PLAIN, VALUE, Form, Value
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree.magnitude import magnitude
from ruleengine.tree.secrets import Secrets
from ruleengine.tree.whole import Shape, shape_of_field
from ruleengine.values import OWN_RECORD, Field, Kind, Type

#: From here on doubles do not tell whole numbers apart; below its logarithm no test is needed.
_LARGEST_WHOLE, _ALWAYS_WHOLE = float(2**53), 15.9


class ShownEmitter(FactEmitter):
    """Emits values as a result shows them."""

    magnitudes: dict[str, float]

    @cached_property
    def secrets(self) -> Secrets:
        """What of the program a result must not show."""
        return Secrets(self.program)

    def shown(self, value: Value, node: e.Expression) -> tuple[Sql, ColumnType]:
        """A value of a node as it stands in a result, and its type; NULL when it is NA or secret."""
        shape = self.wholeness.shape(node)
        kind = self._shown_type(node.type, shape, node.span)
        if self.secrets.hides(node) or b.is_plain_null(value.sql) or b.is_typed_null(value.sql):
            return b.null(kind), kind
        small = node.type.kind is Kind.NUMBER and self._is_small(node)
        kept = self.kept(value, "shown") if node.type.kind in _REPEATED else value
        return self._shown(kept.sql, node.type, value.form, shape, node.span, small), kind

    def _is_small(self, node: e.Expression) -> bool:
        """Whether a whole number is surely one that doubles tell apart."""
        counted = isinstance(node, e.Query) and node.kind == "count"
        return counted or magnitude(node, self.magnitudes) < _ALWAYS_WHOLE

    # ── types ──

    def _shown_type(self, kind: Type, shape: Shape, span: Span) -> ColumnType:
        if kind.kind is Kind.NUMBER:
            return INTEGER if shape.whole else DOUBLE
        if kind.kind is Kind.LIST:
            inner = kind.element
            return list_of(TEXT if inner is None else self._shown_type(inner, shape.of_element(), span))
        if kind.kind is Kind.RECORD:
            parts = _fields_of(kind, shape)
            return record_of(
                (field.name, self._shown_type(field.type, inner, span)) for field, inner in parts
            )
        if kind.kind not in _TYPES:
            raise NotEmitted(f"`{self.text_of(span)}` is {kind}, which no column holds", span)
        return _TYPES[kind.kind]

    # ── values ──

    def _shown(self, sql: Sql, kind: Type, form: Form, shape: Shape, span: Span, small: bool = False) -> Sql:
        if kind.kind is Kind.NUMBER:
            return self._whole(sql, small) if shape.whole else clean(self.dialect, sql)
        if kind.kind is Kind.LIST and kind.element is None:  # a list that is always empty
            return b.case([(b.is_known(sql), self.dialect.list_of([], TEXT))])
        if kind.kind is Kind.LIST and kind.element is not None:
            return self._shown_list(sql, kind.element, form.element or PLAIN, shape.of_element(), span)
        if kind.kind is Kind.RECORD:
            return self._shown_record(sql, kind, form, shape, span)
        if kind.kind is Kind.DATE:
            return date_text(self.dialect, sql)
        return timestamp_text(self.dialect, sql) if kind.kind is Kind.TIMESTAMP else sql

    def _whole(self, sql: Sql, small: bool) -> Sql:
        """A whole number; the evaluator shows those as doubles that cannot be told apart."""
        if small:
            return b.cast(sql, INTEGER)
        size = self.dialect.absolute(sql)
        self.leave(b.coalesce(b.compare(">", size, b.double(_LARGEST_WHOLE)), b.FALSE()))
        return b.case([(b.compare("<=", size, b.double(_LARGEST_WHOLE)), b.cast(sql, INTEGER))])

    def _shown_list(self, sql: Sql, element: Type, form: Form, shape: Shape, span: Span) -> Sql:
        variable = self.dialect.variable()
        stored = b.column(variable)
        each: Sql = self.dialect.get(stored, VALUE) if form.codes else stored
        with self.inside(sql, variable):
            body = self._shown(each, element, form, shape, span)
        return sql if body is stored else self.dialect.made_by(sql, variable, body)

    def _shown_record(self, sql: Sql, kind: Type, form: Form, shape: Shape, span: Span) -> Sql:
        own = kind.unit == OWN_RECORD
        fields: list[tuple[str, Sql]] = []
        for field, inner in _fields_of(kind, shape):
            if field.secret and not own:
                fields.append((field.name, b.null(self._shown_type(field.type, inner, span))))
                continue
            found = self.dialect.get(sql, field.name)
            found = found if own else self.stored(found, field)
            part = form.fields.get(field.name, PLAIN)
            small = not own  # facts are below 10^15
            fields.append((field.name, self._shown(found, field.type, part, inner, span, small)))
        return b.case([(b.is_known(sql), self.dialect.record(fields))])


def _fields_of(kind: Type, shape: Shape) -> list[tuple[Field, Shape]]:
    """The fields of a record in the order of a result, with their shapes."""
    if kind.unit == OWN_RECORD:
        return [(field, shape.of_field(field.name)) for field in kind.fields]
    fields = [(field, shape_of_field(field)) for field in kind.fields]
    return sorted(fields, key=lambda pair: pair[0].secret)


_TYPES = {
    Kind.FLAG: BOOLEAN, Kind.TEXT: TEXT, Kind.CHOICE: TEXT, Kind.DATE: TEXT, Kind.TIMESTAMP: TEXT, Kind.NOTHING: TEXT,
}  # fmt: skip
#: Kinds of which the SQL of a shown value repeats the value.
_REPEATED = (Kind.NUMBER, Kind.LIST, Kind.RECORD, Kind.TIMESTAMP)
