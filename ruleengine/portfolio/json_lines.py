"""Results as lines of JSON, printed by the engine itself.

In: the columns of an emitted query. Out: an expression of DuckDB that gives the document of a row as text, and `settled`,
which finishes a line. Guaranteed: a settled line has the bytes that the evaluator's document has. The engine writes very
small and very large numbers and control signs in another way; lines that may hold such are read and printed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import orjson
import pyarrow as pa

from ruleengine.columnar.types import ColumnKind, ColumnType
from ruleengine.portfolio.result_documents import Shape
from ruleengine.portfolio.typed import literal, quoted

#: What stands in every line that DuckDB and orjson write differently, and in few others.
MARKS = (b"e-0", b"e+", b"\\u00")
_ORDER = (
    "id", "as_of", "ruleset", "engine", "scorecards", "measures", "triggers", "matrices", "outputs", "segments",
    "assumptions", "problems",
)  # fmt: skip
_EMPTY = ("scorecards", "measures", "matrices", "outputs")
_OF_LIMITS = ("computed_band", "computed_points", "override", "limits")

#: Texts of JSON, and SQL for texts that are not NULL, one after the other.
Piece = tuple[str, bool]


def settled(line: bytes) -> bytes:
    """A line as the evaluator's document prints."""
    return orjson.dumps(orjson.loads(line)) if any(mark in line for mark in MARKS) else line


def bytes_of(lines: pa.Array) -> bytes:
    """All lines of a column, each with its line feed, settled."""
    wide = pa.types.is_large_string(lines.type)
    count, (_, places, data) = len(lines), lines.buffers()
    offsets = pa.Array.from_buffers(
        pa.int64() if wide else pa.int32(), count + 1, [None, places], offset=lines.offset
    )
    start, end = offsets[0].as_py(), offsets[count].as_py()
    found = data.slice(start, end - start).to_pybytes() if data is not None else b""
    if any(mark in found for mark in MARKS):
        return b"".join(settled(line) + b"\n" for line in found.split(b"\n")[:-1])
    return found


def said(text: str) -> Piece:
    """Constant text."""
    return text, True


def computed(sql: str) -> Piece:
    """SQL for a text."""
    return sql, False


def joined(pieces: Iterable[Piece]) -> str:
    """SQL for all pieces together; neighbouring constants become one."""
    parts: list[Piece] = []
    for text, constant in pieces:
        if constant and parts and parts[-1][1]:
            parts[-1] = (parts[-1][0] + text, True)
        else:
            parts.append((text, constant))
    found = [literal(text) if constant else text for text, constant in parts]
    return found[0] if len(found) == 1 else f"concat({', '.join(found)})"


class JsonPrinter:
    """Makes the SQL for the results of one query."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.depth = 0

    def line(self, end: str = "") -> str:
        """SQL for the document of a row, with what ends it."""
        kinds = dict(self.shape.columns)
        pieces: list[Piece] = []
        for name in _ORDER:
            if name not in kinds and name not in _EMPTY:
                continue
            pieces.append(said(f"{',' if pieces else '{'}{_key(name)}"))
            pieces += self._column(name, kinds[name]) if name in kinds else [said("{}")]
        return joined([*pieces, said("}" + end)])

    def _column(self, name: str, kind: ColumnType) -> list[Piece]:
        sql = quoted(name)
        if name == "scorecards":
            return self._named(sql, kind, self._card)
        if name == "measures":
            return self._named(sql, kind, self._measure)
        if name == "matrices":
            return self._named(sql, kind, self._matrix)
        if name == "triggers":
            return self._listed(sql, kind, self._trigger)
        if name == "assumptions":
            return self._listed(sql, kind, self._assumption)
        if name == "problems":
            return self._listed(
                sql, kind, lambda each, of: self._record(each, of.fields, optional=("of", "pointer"))
            )
        if name in ("outputs", "ruleset"):
            return self._record(sql, kind.fields)
        return self.value(sql, kind)

    # ── parts of a result ──

    def _named(
        self, sql: str, kind: ColumnType, print_one: Callable[[str, ColumnType], list[Piece]]
    ) -> list[Piece]:
        """A record whose fields are never NULL."""
        pieces: list[Piece] = []
        for name, each in kind.fields:
            pieces.append(said(f"{',' if pieces else ''}{_key(name)}"))
            pieces += print_one(_at(sql, name), each)
        return [said("{"), *pieces, said("}")]

    def _card(self, sql: str, kind: ColumnType) -> list[Piece]:
        own = {"override": self._acted, "limits": self._limits, "nodes": self._nodes}
        nodes = [] if "nodes" in dict(kind.fields) else [said(',"nodes":{}')]
        return [said("{"), *self._fields(sql, kind.fields, own=own), *nodes, said("}")]

    def _nodes(self, sql: str, kind: ColumnType) -> list[Piece]:
        return self._named(sql, kind, lambda each, of: self._record(each, of.fields, optional=("imputed",)))

    def _measure(self, sql: str, kind: ColumnType) -> list[Piece]:
        own = {"override": self._acted, "limits": self._limits}
        if "limits" not in dict(kind.fields):
            return self._record(sql, kind.fields)
        plain = [each for each in kind.fields if each[0] not in _OF_LIMITS]
        rest = [each for each in kind.fields if each[0] in _OF_LIMITS]
        pieces = self._record(sql, plain)[:-1]
        limited = joined([said(","), *self._fields(sql, rest, own=own)])
        absent = f"{_at(sql, 'limits')} IS NULL"
        return [*pieces, computed(f"CASE WHEN {absent} THEN '' ELSE {limited} END"), said("}")]

    def _acted(self, sql: str, kind: ColumnType) -> list[Piece]:
        """An override, or NULL: with a band or with a score."""
        return self._or_null(sql, self._limit(sql, kind))

    def _limits(self, sql: str, kind: ColumnType) -> list[Piece]:
        return self._listed(sql, kind, self._limit)

    def _limit(self, sql: str, kind: ColumnType) -> list[Piece]:
        pieces: list[Piece] = [said("{")]
        for name, each in kind.fields:
            found = [said(_key(name)), *self._known(_at(sql, name), each), said(",")]
            if name in ("band", "score"):
                absent = f"{_at(sql, name)} IS NULL"
                found = [computed(f"CASE WHEN {absent} THEN '' ELSE {joined(found)} END")]
            elif name == "line":
                found = [said(_key(name)), *self.value(_at(sql, name), each)]
            else:
                found = [said(_key(name)), *self.value(_at(sql, name), each), said(",")]
            pieces += found
        return [*pieces, said("}")]

    def _matrix(self, sql: str, kind: ColumnType) -> list[Piece]:
        known = dict(kind.fields)
        pieces: list[Piece] = []
        for name in ("status", "cell", "label", "owner", "text"):
            pieces += [said(f",{_key(name)}"), *self.value(_at(sql, name), known[name])]
        pieces[0] = said("{" + pieces[0][0][1:])
        pieces.append(said(',"fields":'))
        own = known.get("fields")
        if own is None:
            pieces.append(said("{}"))
        else:
            found = [
                self._unless_null(_at(_at(sql, "fields"), name), [said(_key(name))], each)
                for name, each in own.fields
            ]
            pieces += [said("{"), computed(f"concat_ws(',', {', '.join(found)})"), said("}")]
        pieces += [said(',"at":'), *self._record(_at(sql, "at"), known["at"].fields)]
        for name in ("reason", "line"):
            pieces += [said(f",{_key(name)}"), *self.value(_at(sql, name), known[name])]
        return [*pieces, said("}")]

    def _unless_null(self, sql: str, before: list[Piece], kind: ColumnType) -> str:
        return f"CASE WHEN {sql} IS NULL THEN NULL ELSE {joined([*before, *self._known(sql, kind)])} END"

    def _trigger(self, sql: str, kind: ColumnType) -> list[Piece]:
        known = dict(kind.fields)
        before = [each for each in kind.fields if each[0] not in ("fields", "flagged", "line")]
        own = known.get("fields")
        branches = []
        for trigger, names in self.shape.trigger_fields.items():
            if own is not None and names:
                inner: list[Piece] = []
                for name, slot in names:
                    inner.append(said(f"{',' if inner else ''}{_key(name)}"))
                    inner += self.value(_at(_at(sql, "fields"), slot), own.field(slot))
                branches.append(f"WHEN {literal(trigger)} THEN {joined([said('{'), *inner, said('}')])}")
        fields = (
            computed(f"CASE {_at(sql, 'name')} {' '.join(branches)} ELSE '{{}}' END")
            if branches
            else said("{}")
        )
        after = self._fields(sql, [(name, known[name]) for name in ("flagged", "line")])
        return [
            said("{"),
            *self._fields(sql, before),
            said(',"fields":'),
            fields,
            said(","),
            *after,
            said("}"),
        ]

    def _assumption(self, sql: str, kind: ColumnType) -> list[Piece]:
        slots = [each for each in kind.fields if each[0] not in ("path", "reason")]
        values = [self._unless_null(_at(sql, name), [], each) for name, each in slots]
        known = dict(kind.fields)
        return [
            said('{"path":'), *self.value(_at(sql, "path"), known["path"]),
            said(',"value":'), computed(f"coalesce({', '.join([*values, literal('null')])})"),
            said(',"reason":'), *self.value(_at(sql, "reason"), known["reason"]), said("}"),
        ]  # fmt: skip

    # ── values ──

    def value(self, sql: str, kind: ColumnType) -> list[Piece]:
        """Any value; NULL is `null`."""
        if kind.kind is ColumnKind.RECORD:
            return self._or_null(sql, self._record(sql, kind.fields))
        if kind.kind is ColumnKind.LIST:
            return self._or_null(sql, self._listed(sql, kind, self.value))
        if kind.kind in (ColumnKind.INTEGER, ColumnKind.DOUBLE, ColumnKind.BOOLEAN):
            return [computed(f"coalesce(CAST({sql} AS VARCHAR), 'null')")]
        return self._or_null(sql, self._known(sql, kind))

    def _known(self, sql: str, kind: ColumnType) -> list[Piece]:
        """A value that is not NULL."""
        if kind.kind in (ColumnKind.RECORD, ColumnKind.LIST):
            return self.value(sql, kind)
        if kind.kind is ColumnKind.TEXT:
            return [computed(f"CAST(to_json({sql}) AS VARCHAR)")]
        if kind.kind in (ColumnKind.DATE, ColumnKind.TIMESTAMP):
            return [said('"'), computed(f"CAST({sql} AS VARCHAR)"), said('"')]
        return [computed(f"CAST({sql} AS VARCHAR)")]

    def _or_null(self, sql: str, pieces: list[Piece]) -> list[Piece]:
        return [computed(f"CASE WHEN {sql} IS NULL THEN 'null' ELSE {joined(pieces)} END")]

    def _listed(
        self, sql: str, kind: ColumnType, print_one: Callable[[str, ColumnType], list[Piece]]
    ) -> list[Piece]:
        assert kind.element is not None
        self.depth += 1
        name = f"e{self.depth}"
        body = joined(print_one(name, kind.element))
        self.depth -= 1
        texts = f"array_to_string(list_transform({sql}, lambda {name}: {body}), ',')"
        return [computed(f"CASE WHEN len({sql}) = 0 THEN '[]' ELSE concat('[', {texts}, ']') END")]

    def _record(
        self,
        sql: str,
        fields: Sequence[tuple[str, ColumnType]],
        optional: Sequence[str] = (),
        own: Mapping[str, Callable[[str, ColumnType], list[Piece]]] | None = None,
    ) -> list[Piece]:
        return [said("{"), *self._fields(sql, fields, optional, own), said("}")]

    def _fields(
        self,
        sql: str,
        fields: Sequence[tuple[str, ColumnType]],
        optional: Sequence[str] = (),
        own: Mapping[str, Callable[[str, ColumnType], list[Piece]]] | None = None,
    ) -> list[Piece]:
        """Fields one after the other; those that are optional are left out where they are NULL, and are never the first."""
        pieces: list[Piece] = []
        for name, kind in fields:
            at = _at(sql, name)
            print_one = (own or {}).get(name, self.value)
            found = [said(f"{',' if pieces else ''}{_key(name)}")]
            if name in optional:
                inner = joined([*found, *self._known(at, kind)])
                pieces.append(computed(f"CASE WHEN {at} IS NULL THEN '' ELSE {inner} END"))
            else:
                pieces += [*found, *print_one(at, kind)]
        return pieces


def _key(name: str) -> str:
    return orjson.dumps(name).decode() + ":"


def _at(sql: str, name: str) -> str:
    return f"struct_extract({sql}, {literal(name)})"
