"""A value in SQL, and how it is stored.

Guaranteed: `sql` is NULL exactly where the value is NA. `na` is the code of the reason, and is only looked at where `sql`
is NULL. `form.codes` are all codes that it can have; without any the value is never NA.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve, field, frozen

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.types import (
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    TEXT,
    TIMESTAMP,
    ColumnType,
    list_of,
    record_of,
)
from ruleengine.values import OWN_RECORD, Kind, Type

#: The fields of an element that can be NA: its value, and the code of the reason.
VALUE, CODE = "value", "na"
#: The points of a series are records of their day and their value.
DAY = "day"
_NOTHING: Mapping[str, Form] = {}


@frozen(slots=True)
class Form:
    """How a value is stored.

    `codes`: for what it can be NA. `element` is the form of the elements of a list: where these can be NA each is a record
    of its value and its code. `fields` are the forms of a record that a ruleset makes: where a field can be NA the record
    has one more field with its code (`code_field`).
    """

    codes: frozenset[int] = frozenset()
    element: Form | None = None
    fields: Mapping[str, Form] = field(factory=dict)

    def known(self) -> Form:
        """The form of the same where it is not NA."""
        return evolve(self, codes=frozenset())


PLAIN = Form()


@frozen(slots=True)
class Value:
    """A value in SQL."""

    sql: Sql
    type: Type
    na: Sql | None = None
    form: Form = PLAIN
    #: Whether it may be written several times: a column, a literal, a variable of a lambda.
    atom: bool = False

    @property
    def codes(self) -> frozenset[int]:
        """For what it can be NA."""
        return self.form.codes

    @property
    def code(self) -> Sql:
        """The code of the reason; right where the value is NULL."""
        if len(self.form.codes) == 1:
            return b.integer(next(iter(self.form.codes)))
        return self.na if self.na is not None else b.null(INTEGER)


def code_field(name: str) -> str:
    """The field of a record that has the code of another field."""
    return f"{name} {CODE}"


def stored_type(kind: Type, form: Form) -> ColumnType:
    """The type of the column that holds a value; numbers are doubles."""
    if kind.kind is Kind.SERIES:
        inner = stored_type(kind.element, PLAIN) if kind.element is not None else TEXT
        return list_of(record_of([(DAY, DATE), (VALUE, inner)]))
    if kind.kind is Kind.LIST:
        element = form.element or PLAIN
        inner = stored_type(kind.element, element) if kind.element is not None else TEXT
        return list_of(element_type(inner, element))
    if kind.kind is Kind.RECORD:
        return record_of(_stored_fields(kind, form))
    return _SCALARS.get(kind.kind, DOUBLE)


def element_type(inner: ColumnType, form: Form) -> ColumnType:
    """The type of the elements of a list: with a code beside the value where they can be NA."""
    return record_of([(VALUE, inner), (CODE, INTEGER)]) if form.codes else inner


def _stored_fields(kind: Type, form: Form) -> Iterable[tuple[str, ColumnType]]:
    for each in kind.fields:
        inner = form.fields.get(each.name, PLAIN)
        if kind.unit != OWN_RECORD and each.type.kind is Kind.NUMBER and each.integer:
            yield each.name, INTEGER
            continue
        yield each.name, stored_type(each.type, inner)
        if inner.codes:
            yield code_field(each.name), INTEGER


_SCALARS = {
    Kind.NUMBER: DOUBLE, Kind.BAND: DOUBLE, Kind.FLAG: BOOLEAN, Kind.DATE: DATE, Kind.TIMESTAMP: TIMESTAMP, Kind.TEXT: TEXT,
    Kind.CHOICE: TEXT, Kind.NOTHING: TEXT,
}  # fmt: skip


def first_code(operands: Iterable[Value], last: Sql | None = None) -> Sql | None:
    """The code of the first operand that is NA, and `last` where none is; None when none can be."""
    branches = [(b.is_null(value.sql), value.code) for value in operands if value.codes]
    if last is not None:
        return b.case(branches, last)
    if not branches:
        return None
    return b.case(branches[:-1], branches[-1][1])


def all_codes(operands: Iterable[Value]) -> frozenset[int]:
    """For what any of some values can be NA."""
    return frozenset().union(*(value.codes for value in operands))
