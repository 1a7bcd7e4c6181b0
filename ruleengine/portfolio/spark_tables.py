"""Columns of Parquet and of tables as typed facts, and which rows are regular.

In: a data frame of whatever types, with the properties of the schema as columns. Out: the fact columns, and an origin whose
`document` holds the row as JSON where it is not plainly regular. Guaranteed: where `document` is NULL, a fact column holds
what the evaluator reads from the same row as a document; a value of an unfit type makes its row irregular, a column that
is not there is a fact that is missing; no conversion raises.

As a document, a row has a text for a date (`2024-03-01`) and for a timestamp (in UTC), a number for a decimal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from ruleengine.columnar.types import column_type, spark_type
from ruleengine.portfolio.spark_workers import ORIGIN, Reading
from ruleengine.values import LARGEST_FACT, Field, Kind

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_WHOLE = ("byte", "short", "integer", "long")
_LIMIT = f"{LARGEST_FACT!r}D"
# `$` would also stand before a line feed at the end, which Spark's casts take for nothing.
_DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\z"
_INSTANT = (
    r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9]"
    r"(:[0-5][0-9]([.][0-9]{3}([0-9]{3})?)?)?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])"
)
#: An id that begins with a sign of ASCII which is no white space.
_PLAIN_ID = "^[!-~]"
_JSON_OPTIONS = (
    "map('ignoreNullFields', 'true', 'timestampFormat', 'yyyy-MM-dd\\'T\\'HH:mm:ss.SSSSSSXXX', "
    "'timestampNTZFormat', 'yyyy-MM-dd\\'T\\'HH:mm:ss.SSSSSS')"
)
_FIRST, _LAST = "0001-01-01", "9999-12-31"


@frozen(slots=True)
class Typed:
    """A value in SQL; each of the conditions holds, or is NULL, where it is regular."""

    sql: str
    conditions: tuple[str, ...] = ()


def table_facts(stored: DataFrame, name: str, reading: Reading) -> DataFrame:
    """The facts of a data frame. `name` is what reports call it when its rows come from no files."""
    stored = _widened(stored)
    present = {field.name: field.dataType for field in stored.schema.fields}
    facts = {
        column.name: typed(quoted(column.name), present.get(column.name), column.field, reading.zone)
        for column in reading.columns
    }
    conditions = [condition for each in facts.values() for condition in each.conditions]
    conditions.append(_plain_id(present, reading.schema.id_path))
    regular = " AND ".join(f"coalesce({each}, true)" for each in conditions)
    known = ", ".join(f"{text(name)}, {quoted(name)}" for name in facts if name in present)
    document = (
        f"CAST(to_json(named_struct({known}), {_JSON_OPTIONS}) AS BINARY)"
        if known
        else "CAST('{}' AS BINARY)"
    )
    place, line = _places(stored, name)
    nothing = ", ".join(f"'{each}', CAST(NULL AS STRING)" for each in ("code", "reason"))
    origin = (
        f"named_struct('path', {place}, 'block', CAST(NULL AS BIGINT), 'line', {line}, 'document', "
        f"CASE WHEN {regular} THEN NULL ELSE {document} END, {nothing}, "
        f"'column', CAST(NULL AS BIGINT), 'kept', CAST(NULL AS BIGINT)) AS {quoted(ORIGIN)}"
    )
    return stored.selectExpr(origin, *(f"{each.sql} AS {quoted(column)}" for column, each in facts.items()))


def _widened(stored: DataFrame) -> DataFrame:
    """Narrow numbers as wide ones: a float is the double of the same value."""
    changed = [
        f"CAST({quoted(field.name)} AS {wide}) AS {quoted(field.name)}"
        if (wide := _wide(field.dataType)) != field.dataType.simpleString()
        and "float" in field.dataType.simpleString()
        else quoted(field.name)
        for field in stored.schema.fields
    ]
    extra = ["_metadata"] if _has_metadata(stored) else []
    return stored.selectExpr(*changed, *extra)


def _wide(kind: Any) -> str:
    """A type of Spark with DOUBLE instead of FLOAT."""
    if kind.typeName() == "array":
        return f"array<{_wide(kind.elementType)}>"
    if kind.typeName() == "struct":
        return f"struct<{','.join(f'{quoted(each.name)}:{_wide(each.dataType)}' for each in kind.fields)}>"
    return "double" if kind.typeName() == "float" else str(kind.simpleString())


def _has_metadata(stored: DataFrame) -> bool:
    from pyspark.errors import AnalysisException

    try:
        return bool(stored.selectExpr("_metadata.row_index", "_metadata.file_path").columns)
    except AnalysisException:
        return False


def _places(stored: DataFrame, name: str) -> tuple[str, str]:
    """The file and the number of a row, from 0, as far as there are any."""
    if "_metadata" in stored.columns:
        return "_metadata.file_path", "_metadata.row_index"
    return text(name), "CAST(-1 AS BIGINT)"


def _plain_id(present: dict[str, Any], path: tuple[str, ...]) -> str:
    """Whether a row plainly has an id; what is not plain is looked at in Python."""
    kind = present.get(path[0])
    sql = quoted(path[0])
    for name in path[1:]:
        fields = (
            {each.name: each.dataType for each in kind.fields} if kind and kind.typeName() == "struct" else {}
        )
        kind, sql = fields.get(name), f"{sql}.{quoted(name)}"
    if kind is not None and kind.typeName() in _WHOLE:
        return f"({sql} IS NOT NULL)"
    if kind is not None and kind.typeName() in ("string", "char", "varchar"):
        return f"coalesce({sql} RLIKE {text(_PLAIN_ID)}, false)"
    return "false"


def quoted(name: str) -> str:
    """A name in Spark's SQL."""
    return "`" + name.replace("`", "``") + "`"


def text(value: str) -> str:
    """A text in Spark's SQL."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


# ── One value ───────────────────────────────────────────────────────────────────────────────────────────────────────


def typed(sql: str, kind: Any, field: Field, zone: str, depth: int = 0) -> Typed:
    """A stored value of a type of Spark (None: there is no such column) as a fact."""
    nothing = f"CAST(NULL AS {spark_type(column_type(field))})"
    stored = "" if kind is None else str(kind.typeName())
    if stored in ("", "void"):
        return Typed(nothing)
    found = None
    if field.type.kind is Kind.NUMBER:
        found = _number(sql, stored, field.integer)
    elif field.type.kind is Kind.FLAG:
        found = Typed(sql) if stored == "boolean" else None
    elif field.type.kind in (Kind.TEXT, Kind.CHOICE):
        found = _words(sql, stored, field)
    elif field.type.kind is Kind.DATE:
        found = _day(sql, stored)
    elif field.type.kind is Kind.TIMESTAMP:
        found = _instant(sql, stored, zone)
    elif field.type.kind is Kind.RECORD and stored == "struct":
        found = _record(sql, kind, field, zone, depth)
    elif field.type.kind is Kind.LIST and stored == "array":
        found = _list(sql, kind, field, zone, depth)
    return found or Typed(nothing, (f"({sql} IS NULL)",))


def _number(sql: str, stored: str, integer: bool) -> Typed | None:
    if stored not in (*_WHOLE, "double", "decimal"):
        return None
    bounded = f"({sql} > -{_LIMIT} AND {sql} < {_LIMIT})"
    if not integer:
        return Typed(f"(try_cast({sql} AS DOUBLE) + 0D)", (bounded,))
    whole = f"try_cast({sql} AS BIGINT)"
    return Typed(whole, (bounded,) if stored in _WHOLE else (bounded, f"({sql} = {whole})"))


def _words(sql: str, stored: str, field: Field) -> Typed | None:
    if stored not in ("string", "char", "varchar"):
        return None
    if field.type.kind is Kind.TEXT:
        return Typed(sql)
    words = ", ".join(text(word) for word in field.type.choices)
    return Typed(sql, (f"({sql} IN ({words}))" if words else f"({sql} IS NULL)",))


def _day(sql: str, stored: str) -> Typed | None:
    if stored == "date":
        return Typed(sql, (f"({sql} BETWEEN DATE'{_FIRST}' AND DATE'{_LAST}')",))
    if stored != "string":
        return None
    day = f"try_cast({sql} AS DATE)"
    return Typed(
        day, (f"({sql} RLIKE {text(_DAY)})", f"({sql} IS NULL OR coalesce({day} >= DATE'{_FIRST}', false))")
    )


def _instant(sql: str, stored: str, zone: str) -> Typed | None:
    if stored == "timestamp":
        first, last = f"TIMESTAMP'{_FIRST} 00:00:00Z' + INTERVAL 1 DAY", f"TIMESTAMP'{_LAST} 00:00:00Z'"
        return Typed(sql, (f"({sql} BETWEEN {first} AND {last})",))
    if stored == "timestamp_ntz" and zone == "UTC":
        return Typed(f"CAST({sql} AS TIMESTAMP)", (f"(year({sql}) BETWEEN 2 AND 9998)",))
    if stored != "string":
        return None
    instant = f"try_cast({sql} AS TIMESTAMP)"
    pattern = text(_INSTANT + (r"?\z" if zone == "UTC" else r"\z"))
    return Typed(instant, (f"({sql} RLIKE {pattern})", f"({sql} IS NULL OR {instant} IS NOT NULL)"))


def _record(sql: str, kind: Any, field: Field, zone: str, depth: int) -> Typed:
    stored = {each.name: each.dataType for each in kind.fields}
    parts: list[str] = []
    conditions: list[str] = []
    for each in field.type.fields:
        found = typed(f"{sql}.{quoted(each.name)}", stored.get(each.name), each, zone, depth)
        parts.append(f"{text(each.name)}, {found.sql}")
        conditions += found.conditions
    return Typed(f"CASE WHEN {sql} IS NOT NULL THEN named_struct({', '.join(parts)}) END", tuple(conditions))


def _list(sql: str, kind: Any, field: Field, zone: str, depth: int) -> Typed:
    if field.type.element is None:
        raise TypeError("a list of facts has a type of elements")
    element = f"e{depth}"
    found = typed(element, kind.elementType, Field(field.name, field.type.element), zone, depth + 1)
    valid = " AND ".join(
        (f"{element} IS NOT NULL", *(f"coalesce({each}, true)" for each in found.conditions))
    )
    values = sql if found.sql == element else f"transform({sql}, {element} -> {found.sql})"
    return Typed(values, (f"forall({sql}, {element} -> {valid})",))
