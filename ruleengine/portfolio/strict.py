"""Strict reading of NDJSON lines into columns, by Arrow's JSON reader.

In: a piece of an NDJSON input, and the shape of its documents. Out: batches of flat columns for the lines that are plainly
one document of that shape, and the other lines as bytes. Guaranteed: a line that is taken here is one that the reader of
single lines reads as a document with the same values; in doubt it is left to that reader.

Why that holds. Arrow's reader refuses whatever JSON refuses, keys that occur twice, keys and types that the shape does not
know, halves of surrogate pairs. What it lets pass is looked for beforehand in the bytes: NUL characters, invalid UTF-8, two
documents in one line and documents over several lines (`_ODD`), and afterwards in the columns: NaN and numbers beyond
doubles. `null` between two documents ends Arrow's reader with a fault of memory, so it never comes that far.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj
from attrs import define, field

from ruleengine.portfolio.layout import POSITION, Group, Layout, Leaf, Part
from ruleengine.portfolio.lines import lines_in
from ruleengine.values import Kind, Type

#: A line that does not begin with an object; a further document in a line; NUL, surrogates.
_ODD = (r"\n[^{]", r"\}[ \t\r]*[n{]", r"\x00", r"\\u(?:0000|[dD])")
#: So few lines are not tried again, but read one by one.
_FEW = 8
#: So many unusual lines of a piece are left out one after the other; more of them are looked for in parts.
_TRIES = 6
_PARTS = 8
#: Where Arrow names the line of a fault. It only guides the search.
_ROW = re.compile(r" in row ([0-9]{1,9})$")


#: A line with its number in the piece, from 0.
_Line = tuple[int, bytes]


@define(slots=True)
class Outcome:
    """What a piece holds: batches, lines for the reader of single lines, and how many lines in all."""

    piece: bytes
    lines: int = 0
    batches: list[pa.RecordBatch] = field(factory=list)
    others: list[_Line] = field(factory=list)


class StrictReader:
    """Reads pieces of documents of one shape. Safe to use from several threads."""

    def __init__(self, layout: Layout, schema: pa.Schema, longest: int) -> None:
        self.layout = layout
        self.longest = longest
        self.read_options = pj.ReadOptions(use_threads=False, block_size=2**30)
        self.parse_options = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")

    def read(self, piece: bytes) -> Outcome:
        """All lines of a piece."""
        outcome = Outcome(piece)
        whole = _is_plain(piece) and len(piece) <= self.longest
        batch, fault = self._columns(piece, count_of(piece)) if whole else (None, "")
        if batch is not None:
            outcome.lines = batch.num_rows
            outcome.batches.append(_with_positions(batch, _counting(batch.num_rows)))
            return outcome
        lines = lines_in(piece)
        outcome.lines = len(lines)
        numbered = list(enumerate(lines))
        if whole:
            self._split(numbered, outcome, fault)
            return outcome
        usable: list[_Line] = []
        for each, is_plain in zip(numbered, _plain_ones(lines), strict=True):
            (usable if is_plain and len(each[1]) <= self.longest else outcome.others).append(each)
        self._split(usable, outcome)
        return outcome

    def _split(self, lines: list[_Line], outcome: Outcome, fault: str = "") -> None:
        """Read lines that may hold unusual ones: a few of these are left out one by one, more by ever smaller parts."""
        pending = [(lines, fault)]
        one_by_one = _TRIES
        while pending:
            lines, fault = pending.pop()
            if len(lines) <= _FEW:
                outcome.others += lines
                continue
            if not fault:
                batch, fault = self._columns(b"\n".join(line for _, line in lines), len(lines))
                if batch is not None:
                    positions = pa.array([number for number, _ in lines], pa.int64())
                    outcome.batches.append(_with_positions(batch, positions))
                    continue
            named = _ROW.search(fault)
            row = int(named[1]) if named else len(lines)
            if row < len(lines) and one_by_one:
                one_by_one -= 1
                outcome.others.append(lines[row])
                pending.append((lines[:row] + lines[row + 1 :], ""))
            else:
                size = max(1, len(lines) // _PARTS)
                pending += [(lines[start : start + size], "") for start in range(0, len(lines), size)][::-1]

    def _columns(self, data: bytes, lines: int) -> tuple[pa.RecordBatch | None, str]:
        """The columns of lines that look plain; None and the fault when one of them is not."""
        source = pa.BufferReader(data)
        try:
            table = pj.read_json(source, read_options=self.read_options, parse_options=self.parse_options)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            return None, str(error)
        if table.num_rows != lines:
            return None, "the lines are no documents"
        columns = [column.chunk(0) for column in table.columns]
        if not all(_all_finite(column) for column in columns):
            return None, "a number that is none"
        named = dict(zip(table.column_names, columns, strict=True))
        return _flat(self.layout.parts, named), ""


def _is_plain(data: bytes) -> bool:
    """Whether nothing in the bytes needs a closer look."""
    if not data.startswith(b"{"):
        return False
    text = _as_array(data)
    return _is_utf8(text) and not any(pc.match_substring_regex(text, pattern)[0].as_py() for pattern in _ODD)


def _plain_ones(lines: list[bytes]) -> list[bool]:
    """The same for each of many lines."""
    texts = pa.array(lines, pa.large_binary())
    plain = pc.starts_with(texts, "{")
    for pattern in _ODD:
        plain = pc.and_not(plain, pc.match_substring_regex(texts, pattern))
    found: list[bool] = plain.to_pylist()
    if _is_utf8(texts):
        return found
    return [each and _is_utf8(_as_array(line)) for each, line in zip(found, lines, strict=True)]


def _is_utf8(texts: pa.Array) -> bool:
    try:
        texts.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def count_of(piece: bytes) -> int:
    """How many lines a piece has."""
    feeds: int = pc.count_substring_regex(_as_array(piece), r"\n")[0].as_py()
    return feeds + (not piece.endswith(b"\n"))


def _as_array(data: bytes) -> pa.Array:
    """The bytes as an array of one value, without a copy."""
    offsets = pa.array([0, len(data)], pa.int64()).buffers()[1]
    return pa.Array.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(data)])


def _all_finite(column: pa.Array) -> bool:
    """Whether no number of a column, however deep, is NaN or infinite."""
    if pa.types.is_floating(column.type):
        return pc.all(pc.is_finite(column)).as_py() is not False
    if pa.types.is_struct(column.type):
        return all(_all_finite(column.field(index)) for index in range(column.type.num_fields))
    if pa.types.is_list(column.type):
        return _all_finite(column.values)
    return True


def _with_positions(batch: pa.RecordBatch, positions: pa.Array) -> pa.RecordBatch:
    return batch.append_column(POSITION, positions)


def _counting(count: int) -> pa.Array:
    """0, 1, 2 …: most pieces have about as many lines, so the numbers are kept."""
    size = 1 << max(12, (count - 1).bit_length())
    return _first_numbers(size).slice(0, count)


@lru_cache(maxsize=32)
def _first_numbers(count: int) -> pa.Array:
    return pa.array(range(count), pa.int64())


def _flat(parts: Sequence[Part], columns: dict[str, pa.Array]) -> pa.RecordBatch:
    """One column for each leaf, and one that tells whether a group is there."""
    arrays: dict[str, pa.Array] = {}
    for part in parts:
        _place(part, columns[part.path[-1]], arrays)
    return pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays))


def _place(part: Part, column: pa.Array, arrays: dict[str, pa.Array]) -> None:
    if isinstance(part, Leaf):
        arrays[part.name] = _own_fields(part.field.type, column)
        return
    arrays[part.name] = column.is_valid()
    for each in part.members:
        _place(each, column.field(each.path[-1]), arrays)


def _own_fields(kind: Type, column: pa.Array) -> pa.Array:
    """A column whose records have only the fields of their type, named by their number."""
    if kind.kind is Kind.LIST and kind.element is not None:
        values = _own_fields(kind.element, column.values)
        mask = column.is_null() if column.null_count else None
        return pa.ListArray.from_arrays(column.offsets, values, mask=mask)
    if kind.kind is Kind.RECORD:
        inner = [_own_fields(each.type, column.field(each.name)) for each in kind.fields]
        names = [f"f{number}" for number in range(len(inner))]
        return pa.StructArray.from_arrays(inner, names, mask=column.is_null())
    return column


def arrow_type(kind: Type) -> pa.DataType:
    """The type of the flat column of a leaf."""
    if kind.kind is Kind.LIST:
        return pa.list_(pa.null() if kind.element is None else arrow_type(kind.element))
    if kind.kind is Kind.RECORD:
        return pa.struct([pa.field(f"f{n}", arrow_type(each.type)) for n, each in enumerate(kind.fields)])
    return {Kind.NUMBER: pa.float64(), Kind.FLAG: pa.bool_()}.get(kind.kind, pa.string())


def batch_of(layout: Layout, rows: list[dict[str, Any]], positions: list[int]) -> pa.RecordBatch:
    """The same columns for rows that were read one by one: by column, absent where missing."""
    arrays = [
        pa.array([row.get(name) for row in rows], kind) for name, kind in _column_types(layout.parts).items()
    ]
    names = list(_column_types(layout.parts))
    batch = pa.RecordBatch.from_arrays(arrays, names=names)
    return _with_positions(batch, pa.array(positions, pa.int64()))


def _column_types(parts: Sequence[Part]) -> dict[str, pa.DataType]:
    found: dict[str, pa.DataType] = {}
    for part in parts:
        found[part.name] = pa.bool_() if isinstance(part, Group) else arrow_type(part.field.type)
        if isinstance(part, Group):
            found |= _column_types(part.members)
    return found


def in_order(table: pa.Table, left_out: list[int], others: pa.RecordBatch) -> pa.Table:
    """The rows of a table without those at some positions, and other rows in their places."""
    if left_out:
        positions = pa.array(left_out, pa.int64())
        table = table.filter(pc.invert(pc.is_in(table.column(POSITION), value_set=positions)))
    if not others.num_rows:
        return table
    both = pa.concat_tables([table, pa.Table.from_batches([others])])
    return both.take(pc.sort_indices(both.column(POSITION))) if table.num_rows else both
