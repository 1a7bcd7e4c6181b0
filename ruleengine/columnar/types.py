"""The types of columns: what a relation of facts must have, and what an emitted query gives.

In: a program. Out: `ColumnType`s, and their text for each dialect. Guaranteed: the facts of a program are always the same
columns in the same order: its id, then one column for each top-level property that the ruleset reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

from attrs import frozen

from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import Field, Kind, Type


class ColumnKind(Enum):
    """The kinds of columns; a timestamp is an instant, as its date and time in UTC."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DOUBLE = "double"
    TEXT = "text"
    DATE = "date"
    TIMESTAMP = "timestamp"
    LIST = "list"
    RECORD = "record"


@frozen(slots=True)
class ColumnType:
    """The type of a column; `element` of a list, `fields` of a record by name."""

    kind: ColumnKind
    element: ColumnType | None = None
    fields: tuple[tuple[str, ColumnType], ...] = ()

    def field(self, name: str) -> ColumnType:
        """The type of a field of a record; KeyError when it has none of that name."""
        return dict(self.fields)[name]


BOOLEAN = ColumnType(ColumnKind.BOOLEAN)
INTEGER = ColumnType(ColumnKind.INTEGER)
DOUBLE = ColumnType(ColumnKind.DOUBLE)
TEXT = ColumnType(ColumnKind.TEXT)
DATE = ColumnType(ColumnKind.DATE)
TIMESTAMP = ColumnType(ColumnKind.TIMESTAMP)


def list_of(element: ColumnType) -> ColumnType:
    """The type of a list."""
    return ColumnType(ColumnKind.LIST, element)


def record_of(fields: Iterable[tuple[str, ColumnType]]) -> ColumnType:
    """The type of a record."""
    return ColumnType(ColumnKind.RECORD, None, tuple(fields))


_SCALARS = {
    Kind.FLAG: BOOLEAN, Kind.DATE: DATE, Kind.TIMESTAMP: TIMESTAMP, Kind.TEXT: TEXT, Kind.CHOICE: TEXT,
}  # fmt: skip
_DOUBLE, _BACK = '"', "`"
_DUCKDB = {
    ColumnKind.BOOLEAN: "BOOLEAN", ColumnKind.INTEGER: "BIGINT", ColumnKind.DOUBLE: "DOUBLE", ColumnKind.TEXT: "VARCHAR",
    ColumnKind.DATE: "DATE", ColumnKind.TIMESTAMP: "TIMESTAMP",
}  # fmt: skip
_SPARK = {
    ColumnKind.BOOLEAN: "BOOLEAN", ColumnKind.INTEGER: "BIGINT", ColumnKind.DOUBLE: "DOUBLE", ColumnKind.TEXT: "STRING",
    ColumnKind.DATE: "DATE", ColumnKind.TIMESTAMP: "TIMESTAMP",
}  # fmt: skip


def duckdb_type(column: ColumnType) -> str:
    """A type as DuckDB writes it."""
    if column.kind is ColumnKind.LIST and column.element is not None:
        return f"{duckdb_type(column.element)}[]"
    if column.kind is ColumnKind.RECORD:
        fields = ", ".join(f"{_quoted(name, _DOUBLE)} {duckdb_type(each)}" for name, each in column.fields)
        return f"STRUCT({fields})"
    return _DUCKDB[column.kind]


def spark_type(column: ColumnType) -> str:
    """A type as Spark's DDL writes it."""
    if column.kind is ColumnKind.LIST and column.element is not None:
        return f"ARRAY<{spark_type(column.element)}>"
    if column.kind is ColumnKind.RECORD:
        fields = ", ".join(f"{_quoted(name, _BACK)}: {spark_type(each)}" for name, each in column.fields)
        return f"STRUCT<{fields}>"
    return _SPARK[column.kind]


def _quoted(name: str, quote: str) -> str:
    return quote + name.replace(quote, quote * 2) + quote


# ── Facts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True)
class FactColumn:
    """A column of the relation of facts: its type, and what the schema says of it (`field.type` has the fields in use)."""

    name: str
    type: ColumnType
    field: Field


def fact_columns(program: r.Program) -> tuple[FactColumn, ...]:
    """The columns that the relation of facts must have; a record holds only the fields that the ruleset reads.

    Lists of records hold every field that any expression reads of a record of a list, and all of them where a whole
    record may be shown. The id is always among them.
    """
    paths = {node.path: node.fact for node in walk(program) if isinstance(node, e.Fact)}
    paths |= {
        assumption.path: _field_at(program.facts, assumption.path) for assumption in program.assumptions
    }
    identity = _field_at(program.facts, program.id_path)
    names = None if _shows_records(program) else {n.name for n in walk(program) if isinstance(n, e.Attribute)}
    roots: dict[str, dict[str, Any]] = {}
    for path, found in ((program.id_path, identity), *sorted(paths.items())):
        _place(roots, path, _used(found, names))
    fields = [_field_of(name, found) for name, found in roots.items()]
    return tuple(FactColumn(each.name, column_type(each), each) for each in fields)


def _place(into: dict[str, Any], path: tuple[str, ...], field: Field) -> None:
    for name in path[:-1]:
        found = into.setdefault(name, {})
        if isinstance(found, Field):  # the record is read as a whole: it holds this field
            return
        into = found
    into[path[-1]] = field


def _field_of(name: str, found: Field | dict[str, Any]) -> Field:
    if isinstance(found, Field):
        return found
    return Field(name, Type(Kind.RECORD, fields=tuple(_field_of(each, what) for each, what in found.items())))


def _field_at(root: Type, path: tuple[str, ...]) -> Field:
    found = Field("", root)
    for name in path:
        found = next(field for field in found.type.fields if field.name == name)
    return found


def _used(field: Field, names: set[str] | None) -> Field:
    """A field with only those fields of records in lists that are among `names` (None: all)."""
    return Field(
        field.name,
        _used_type(field.type, names),
        "",
        field.secret,
        field.required,
        field.integer,
        field.scale,
    )


def _used_type(kind: Type, names: set[str] | None) -> Type:
    if kind.element is not None:
        return Type(kind.kind, kind.unit, kind.choices, _used_type(kind.element, names), (), kind.band_set)
    if kind.kind is Kind.RECORD:
        fields = tuple(_used(each, names) for each in kind.fields if names is None or each.name in names)
        return Type(
            kind.kind, kind.unit, (), None, fields or tuple(_used(each, names) for each in kind.fields[:1])
        )
    return kind


def _shows_records(program: r.Program) -> bool:
    """Whether a result may show a whole record of the facts."""
    return any(_holds_record(shown.type) for shown in _shown(program))


def _shown(program: r.Program) -> Iterator[e.Expression]:
    for step in program.steps:
        if isinstance(step, r.Output | r.Measure) and step.value is not None:
            yield step.value
        elif isinstance(step, r.Trigger):
            yield from (field.value for field in step.fields)


def _holds_record(kind: Type) -> bool:
    return kind.kind is Kind.RECORD or (kind.element is not None and _holds_record(kind.element))


def alike_in_capitals(types: Iterable[tuple[str, ColumnType]]) -> tuple[str, str] | None:
    """Two names of one record, or of the columns themselves, that SQL does not tell apart; None where there are none."""
    known: dict[str, str] = {}
    for name, kind in types:
        other = known.setdefault(name.lower(), name)
        if other != name:
            return other, name
        inner = kind
        while inner.element is not None:
            inner = inner.element
        found = alike_in_capitals(inner.fields)
        if found is not None:
            return found
    return None


def column_type(field: Field) -> ColumnType:
    """The type of the column of a field: numbers as they are stored."""
    return _type_of(field.type, field.integer)


def _type_of(kind: Type, integer: bool) -> ColumnType:
    if kind.kind is Kind.NUMBER:
        return INTEGER if integer else DOUBLE
    if kind.kind is Kind.LIST:
        if kind.element is None:
            raise TypeError("a list of facts has a type of elements")
        return list_of(_type_of(kind.element, integer=False))
    if kind.kind is Kind.RECORD:
        return record_of((field.name, column_type(field)) for field in kind.fields)
    return _SCALARS[kind.kind]
