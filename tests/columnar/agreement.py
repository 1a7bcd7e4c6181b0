"""The emitted query and the evaluator, side by side on the same documents.

In: a ruleset and documents. Out: what differs, row by row. A document that is not regular (`Irregular`) has no row of typed
columns, and a row that the query calls irregular is not compared: both are the evaluator's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow
from attrs import frozen

import ruleengine
from ruleengine.columnar.earlier import previous_name, previous_paths, previous_type
from ruleengine.columnar.emit import Emitted, emit
from ruleengine.columnar.types import ColumnKind, ColumnType, FactColumn
from ruleengine.evaluator.earlier import _read, usable
from ruleengine.evaluator.runtime import DateCache, Reader
from ruleengine.tree import ruleset as r
from ruleengine.values import Field, Kind, Type

_EPOCH = datetime(1970, 1, 1)
_ARROW = {
    ColumnKind.BOOLEAN: pyarrow.bool_(), ColumnKind.INTEGER: pyarrow.int64(), ColumnKind.DOUBLE: pyarrow.float64(),
    ColumnKind.TEXT: pyarrow.string(), ColumnKind.DATE: pyarrow.date32(), ColumnKind.TIMESTAMP: pyarrow.timestamp("us"),
}  # fmt: skip


class Irregular(Exception):
    """A document of which something is not as the schema says."""


def arrow_type(kind: ColumnType) -> Any:
    """A type for Arrow."""
    if kind.kind is ColumnKind.LIST:
        assert kind.element is not None
        return pyarrow.list_(arrow_type(kind.element))
    if kind.kind is ColumnKind.RECORD:
        return pyarrow.struct([pyarrow.field(name, arrow_type(each)) for name, each in kind.fields])
    return _ARROW[kind.kind]


# ── rows ──


def stored(field: Field, raw: Any, zone: str) -> Any:
    """A raw value as its column holds it."""
    if raw is None:
        return None
    read = Reader(field, "", zone, DateCache(), DateCache(), ())._value(raw)
    if read is None:
        raise Irregular(field.name)
    kind = field.type
    if kind.kind is Kind.NUMBER:
        return int(raw) if field.integer else float(raw)
    if kind.kind in (Kind.DATE, Kind.TIMESTAMP):
        return _moment(kind, read)
    if kind.kind is Kind.LIST:
        assert kind.element is not None
        if None in raw:
            raise Irregular(field.name)
        return [stored(Field(field.name, kind.element), each, zone) for each in raw]
    if kind.kind is Kind.RECORD:
        return {each.name: stored(each, raw.get(each.name), zone) for each in kind.fields}
    return raw


def _moment(kind: Type, read: int) -> date | datetime:
    return date.fromordinal(read) if kind.kind is Kind.DATE else _EPOCH + timedelta(microseconds=read)


@frozen(slots=True)
class EarlierColumn:
    """The column of earlier results of a program, worked out once for all of its rows; `type` is None where it has none."""

    name: str
    type: ColumnType | None
    kinds: Mapping[tuple[str, ...], Kind]


def earlier_column(program: r.Program) -> EarlierColumn:
    """What a program asks for in earlier results."""
    return EarlierColumn(previous_name(program), previous_type(program), dict(previous_paths(program)))


def earlier_row(column: EarlierColumn, previous: Any) -> Any:
    """An earlier result as its column holds it; None where there is none."""
    kinds, kind = column.kinds, column.type
    if previous is None or kind is None:
        return None

    def taken(found: Any, kind: ColumnType, path: tuple[str, ...]) -> Any:
        if kind.kind is ColumnKind.RECORD:
            if not isinstance(found, dict):
                return None
            return {name: taken(found.get(name), each, (*path, name)) for name, each in kind.fields}
        asked = kinds.get(path)
        if asked is None:  # a status beside what is asked for
            return found if isinstance(found, str) else None
        if found is None:
            return None
        word = "text" if asked is Kind.CHOICE else asked.value
        read = _read(found, word)
        if read is None:
            raise Irregular(".".join(path))
        return _moment(Type(asked), read) if asked in (Kind.DATE, Kind.TIMESTAMP) else read

    return taken(previous, kind, ())


# ── results ──


def as_document(emitted: Emitted, row: dict[str, Any]) -> dict[str, Any]:
    """A row as a result document; NULLs that a document leaves out are still there."""
    found = {
        name: _json(value, kind) for (name, kind), value in zip(emitted.columns, row.values(), strict=True)
    }
    for name in ("scorecards", "measures", "matrices", "outputs"):
        found.setdefault(name, {})
    for card in found["scorecards"].values():
        card.setdefault("nodes", {})
    for trigger in found["triggers"]:
        fields = trigger.pop("fields", None) or {}
        trigger["fields"] = {name: fields[slot] for name, slot in emitted.trigger_fields[trigger["name"]]}
    for matrix in found["matrices"].values():
        matrix.setdefault("fields", {})
    for assumption in found["assumptions"]:
        values = [assumption.pop(name) for name in list(assumption) if name not in ("path", "reason")]
        assumption["value"] = next((value for value in values if value is not None), None)
    return found


def _json(value: Any, kind: ColumnType) -> Any:
    if value is None:
        return None
    if kind.kind is ColumnKind.LIST:
        assert kind.element is not None
        return [_json(each, kind.element) for each in value]
    if kind.kind is ColumnKind.RECORD:
        return {name: _json(value[name], each) for name, each in kind.fields}
    if kind.kind is ColumnKind.DATE:
        return value.isoformat()
    expected = {
        ColumnKind.INTEGER: int,
        ColumnKind.DOUBLE: float,
        ColumnKind.BOOLEAN: bool,
        ColumnKind.TEXT: str,
    }
    assert value.__class__ is expected[kind.kind], (value, kind)
    return value


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where two documents differ; what one of them leaves out may be NULL in the other."""
    if isinstance(expected, dict) and isinstance(found, dict):
        names = dict.fromkeys((*expected, *found))
        return [
            line
            for name in names
            for line in differences(expected.get(name), found.get(name), f"{path}.{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for place, (one, other) in pairs for line in differences(one, other, f"{path}[{place}]")]
    if expected.__class__ is found.__class__ and repr(expected) == repr(found):
        return []
    return [f"{path}: {expected!r} is expected, {found!r} was found"]


@frozen
class Compared:
    """What came of some documents: how many were compared, were irregular, and what differs."""

    compared: int
    irregular: int
    differences: tuple[str, ...]


def emitted_for(ruleset: ruleengine.Ruleset, dialect: str, as_of: date) -> Emitted:
    """The query for a ruleset."""
    lines = ruleset.evaluator.source_lines
    return emit(ruleset.program, dialect, as_of, lines=lines)


def compare(
    ruleset: ruleengine.Ruleset, documents: Sequence[dict[str, Any]], as_of: date, earlier: Sequence[Any] = ()
) -> Compared:
    """Score documents in both ways; `earlier` are their earlier results."""
    emitted = emitted_for(ruleset, "duckdb", as_of)
    before = list(earlier) or [None] * len(documents)
    rows: list[dict[str, Any]] = []
    for position, (document, previous) in enumerate(zip(documents, before, strict=True)):
        try:
            rows.append(_row(ruleset, emitted.facts, document, previous, as_of, position))
        except Irregular:
            continue
    if not rows:
        return Compared(0, len(documents), ())
    found = _run(ruleset, emitted, rows)
    lines: list[str] = []
    irregular = len(documents) - len(rows)
    for row in found:
        if row["irregular"]:
            irregular += 1
            continue
        place = row["position"]
        expected = ruleset.score_dict(documents[place], as_of, before[place])
        document = as_document(emitted, row)
        del document["irregular"], document["position"]
        lines += [f"{place}{line}" for line in differences(expected, document)]
    return Compared(len(documents) - irregular, irregular, tuple(lines))


def rows_of(
    ruleset: ruleengine.Ruleset, documents: Sequence[dict[str, Any]], as_of: date
) -> list[dict[str, Any]]:
    """What SQL gives for regular documents, as result documents with their position and whether they are irregular."""
    emitted = emitted_for(ruleset, "duckdb", as_of)
    rows = [_row(ruleset, emitted.facts, each, None, as_of, place) for place, each in enumerate(documents)]
    found = _run(ruleset, emitted, rows)
    return [as_document(emitted, row) for row in sorted(found, key=lambda row: row["position"])]


def _row(
    ruleset: ruleengine.Ruleset, facts: Sequence[FactColumn], document: dict[str, Any], previous: Any, as_of: date,
    position: int,
) -> dict[str, Any]:  # fmt: skip
    program = ruleset.program
    row = {each.name: stored(each.field, document.get(each.name), program.zone) for each in facts}
    identity = ruleset.evaluator._identity(document)
    if previous is not None and usable(previous, identity, as_of.isoformat()):
        raise Irregular("previous")
    earlier = earlier_column(program)
    if earlier.type is not None:
        row[earlier.name] = earlier_row(earlier, previous)
    return {"position": position, **row}


def _run(ruleset: ruleengine.Ruleset, emitted: Emitted, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    types: list[tuple[str, Any]] = [("position", pyarrow.int64())]
    types += [(each.name, arrow_type(each.type)) for each in emitted.facts]
    earlier = previous_type(ruleset.program)
    if earlier is not None:
        types.append((previous_name(ruleset.program), arrow_type(earlier)))
    table = pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(types))
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.register("given", table)
    connection.execute("CREATE TABLE facts AS SELECT * FROM given")
    cursor = connection.execute(emitted.sql())
    names = [name for name, _ in emitted.columns]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
