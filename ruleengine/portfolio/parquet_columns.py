"""SQL that makes typed facts of the columns of a Parquet file.

In: the names and types of the columns, the fields that are wanted. Out: for each field an expression for its value, the
conditions under which it is not valid, and the expression of what a document would hold. A record is a struct, or flat
columns with dotted names (`account.region`). Guaranteed: a column that cannot hold its field raises `WrongType`, before any
row is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from ruleengine.columnar.types import column_type, duckdb_type
from ruleengine.portfolio.typed import date_faults, instant_faults, literal, quoted
from ruleengine.values import LARGEST_FACT, Field, Kind, Type

_WHOLE = frozenset(
    [
        "tinyint",
        "smallint",
        "integer",
        "bigint",
        "hugeint",
        "utinyint",
        "usmallint",
        "uinteger",
        "ubigint",
        "uhugeint",
    ]
)
_SMALL = frozenset(["tinyint", "smallint", "integer", "utinyint", "usmallint", "uinteger"])
_BROKEN = frozenset(("float", "double", "decimal"))
_TEXTS = frozenset(("varchar", "enum", "uuid"))
_INSTANTS = frozenset(
    ("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone")
)
_WANTED = {
    Kind.NUMBER: "numbers", Kind.FLAG: "BOOLEAN", Kind.TEXT: "texts", Kind.CHOICE: "texts", Kind.DATE: "DATE, or texts",
    Kind.TIMESTAMP: "TIMESTAMP, or texts", Kind.LIST: "a list", Kind.RECORD: "a struct",
}  # fmt: skip


class WrongType(Exception):
    """A column cannot hold its field: its path, its type, and what would do."""

    def __init__(self, path: str, found: str, wanted: str) -> None:
        super().__init__(path)
        self.path = path
        self.found = found
        self.wanted = wanted


@frozen(slots=True)
class Sql:
    """A field of a row: its value, when it is not valid, and what a document would hold."""

    value: str
    faults: tuple[str, ...]
    raw: str
    present: str


def field_sql(field: Field, columns: Mapping[str, Any], above: str = "") -> Sql:
    """A field from the columns of a file; absent where none has its name."""
    path = f"{above}{field.name}"
    if path in columns:
        return _typed(field, quoted(path), columns[path], path, 0)
    if field.type.kind is Kind.RECORD and any(name.startswith(f"{path}.") for name in columns):
        inner = [(each, field_sql(each, columns, f"{path}.")) for each in field.type.fields]
        present = " OR ".join(f"({sql.present})" for _, sql in inner)
        return _record(present, [(each.name, sql) for each, sql in inner])
    return _absent(field)


def constant(field: Field, text: str) -> Sql:
    """A field that the name of a folder tells."""
    if field.type.kind is Kind.NUMBER:
        number = f"try_cast({literal(text)} AS DOUBLE)"
        return Sql(
            _number(field, number),
            (f"{number} IS NULL", *_number_faults(field.integer, number)),
            number,
            "true",
        )
    if field.type.kind is Kind.FLAG:
        flag = f"try_cast({literal(text)} AS BOOLEAN)"
        return Sql(flag, (f"{flag} IS NULL",), flag, "true")
    return _scalar(field, literal(text), "varchar", field.name)


def _absent(field: Field) -> Sql:
    return Sql(f"CAST(NULL AS {duckdb_type(column_type(field))})", (), "NULL", "false")


def _record(present: str, fields: Sequence[tuple[str, Sql]]) -> Sql:
    values = ", ".join(f"{quoted(name)} := {sql.value}" for name, sql in fields)
    raws = ", ".join(f"{quoted(name)} := {sql.raw}" for name, sql in fields)
    return Sql(
        f"CASE WHEN {present} THEN struct_pack({values}) END",
        tuple(fault for _, sql in fields for fault in sql.faults),
        f"CASE WHEN {present} THEN struct_pack({raws}) END",
        present,
    )


def _typed(field: Field, value: str, found: Any, path: str, depth: int) -> Sql:
    """A value of the type `found`."""
    kind = field.type
    if found.id in ("null", "sqlnull"):
        return _absent(field)
    if kind.kind is Kind.RECORD and found.id == "struct":
        types = dict(found.children)
        inner = []
        for each in kind.fields:
            extracted = f"struct_extract({value}, {literal(each.name)})"
            known = each.name in types
            sql = (
                _typed(each, extracted, types[each.name], f"{path}.{each.name}", depth)
                if known
                else _absent(each)
            )
            inner.append((each.name, sql))
        return _record(f"{value} IS NOT NULL", inner)
    if kind.kind is Kind.LIST and kind.element is not None and found.id == "list":
        return _list(kind.element, value, found.children[0][1], path, depth)
    return _scalar(field, value, found.id, path, str(found))


def _list(kind: Type, value: str, found: Any, path: str, depth: int) -> Sql:
    element = f"e{depth}"
    inner = _typed(Field("", kind), element, found, f"{path}[]", depth + 1)
    faults = [f"list_count({value}) <> len({value})"]
    if inner.faults:
        any_fault = " OR ".join(f"({each})" for each in inner.faults)
        faults.append(f"len(list_filter({value}, lambda {element}: ({any_fault}) IS TRUE)) > 0")
    return Sql(
        value if inner.value == element else f"list_transform({value}, lambda {element}: {inner.value})",
        tuple(faults),
        value if inner.raw == element else f"list_transform({value}, lambda {element}: {inner.raw})",
        f"{value} IS NOT NULL",
    )


def _scalar(field: Field, value: str, found: str, path: str, shown: str = "") -> Sql:
    kind = field.type.kind
    present = f"{value} IS NOT NULL"
    if kind is Kind.NUMBER and found in _WHOLE | _BROKEN:
        number = f"CAST({value} AS DOUBLE)"
        if found in _WHOLE:
            stored = f"try_cast({value} AS BIGINT)" if field.integer else f"{number} + 0.0"
            return Sql(stored, _whole_faults(value, found), value, present)
        return Sql(_number(field, number), _number_faults(field.integer, number), number, present)
    if kind is Kind.FLAG and found == "boolean":
        return Sql(value, (), value, present)
    if kind is Kind.DATE and found == "date":
        faults = (f"{value} NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'",)
        return Sql(value, faults, f"CAST({value} AS VARCHAR)", present)
    if kind is Kind.TIMESTAMP and found in _INSTANTS:
        return _instant(value, found, present)
    if found in _TEXTS:
        text = value if found == "varchar" else f"CAST({value} AS VARCHAR)"
        if kind is Kind.DATE:
            return Sql(f"try_cast({text} AS DATE)", date_faults(text), text, present)
        if kind is Kind.TIMESTAMP:
            instant = f"make_timestamp(epoch_us(try_cast({text} AS TIMESTAMPTZ)))"
            return Sql(instant, instant_faults(text, naive=False), text, present)
        if kind in (Kind.TEXT, Kind.CHOICE):
            words = ", ".join(map(literal, field.type.choices))
            unknown = (f"{text} NOT IN ({words})",) if kind is Kind.CHOICE else ()
            return Sql(text, unknown, text, present)
    raise WrongType(path, shown or found.upper(), _WANTED[kind])


def _number(field: Field, number: str) -> str:
    return f"try_cast({number} AS BIGINT)" if field.integer else f"{number} + 0.0"


def _number_faults(fractions: bool, number: str) -> tuple[str, ...]:
    fraction = (f"{number} <> trunc({number})",) if fractions else ()
    return (f"NOT (abs({number}) < {LARGEST_FACT!r})", *fraction)


def _whole_faults(value: str, found: str) -> tuple[str, ...]:
    """Whole numbers of 32 bits are always small enough."""
    if found in _SMALL:
        return ()
    largest = int(LARGEST_FACT) - 1
    return (f"{value} NOT BETWEEN {-largest} AND {largest}",)


def _instant(value: str, found: str, present: str) -> Sql:
    """A moment; one without a zone is meant in UTC. The first and the last day of the calendar are left to the evaluator."""
    zoned = found == "timestamp with time zone"
    moment = f"make_timestamp(epoch_us({value}))" if zoned else f"CAST({value} AS TIMESTAMP)"
    faults = (f"{moment} NOT BETWEEN TIMESTAMP '0001-01-02' AND TIMESTAMP '9999-12-30'",)
    return Sql(moment, faults, f"replace(CAST({moment} AS VARCHAR), ' ', 'T') || 'Z'", present)
