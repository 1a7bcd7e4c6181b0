"""CSV: a header of dotted columns, and one document a row.

The schema says what a cell is: numbers and flags are converted, lists and records are JSON in a cell, an
empty cell is absent. A cell that cannot be converted stays a text, so that this one field is invalid and the
rest is scored.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from attrs import define, field, frozen

from ruleengine.diagnostics import Diagnostic, did_you_mean
from ruleengine.facts.blocks import Damaged, lines_of
from ruleengine.facts.model import ELEMENT, FactSchema, Path, every_field
from ruleengine.facts.ndjson import LONE_RETURNS
from ruleengine.facts.parse import RejectedDocument, parse_value
from ruleengine.facts.records import ReadOptions, ReadSummary, Rejection, place_in, unreadable
from ruleengine.values import Field, Kind

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLAGS = {"true": True, "false": False}
_RETURN = "a carriage return stands outside of quotes"
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_Convert = Callable[[str], Any]
_Item = tuple[int, dict[str, Any]] | Rejection


@frozen(slots=True)
class _Column:
    """Where the cells of one column go, and what makes values of them."""

    path: Path
    convert: _Convert


@define(slots=True)
class _Lines:
    """Feeds lines to the csv module; remembers how far it came, and the damage that ended the input."""

    blocks: Iterator[bytes]
    longest: int
    number: int = 0
    row_bytes: int = 0
    damage: str = ""
    too_long: bool = False
    _held: Iterator[bytes | None] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._held = lines_of(self.blocks, self.longest)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._held)
        except Damaged as damaged:
            self.damage = damaged.reason
            raise StopIteration from None
        self.number += 1
        self.row_bytes += len(line or b"")
        if line is None or self.row_bytes > self.longest:
            self.too_long = True
            return "\n"
        # Bytes that are no UTF-8 are kept as surrogates, so that only their row is rejected.
        return line.decode("utf-8", errors="surrogateescape") + "\n"


def read_csv(
    blocks: Iterator[bytes], name: str, options: ReadOptions, schema: FactSchema, summary: ReadSummary
) -> Iterator[_Item]:
    """The documents of a CSV input with their lines, and the rejections, in order.

    Raises `FactsUnreadable` when the header cannot be used; an input that holds nothing has no rows. Unknown
    columns are one report in `summary`.
    """
    lines = _Lines(blocks, options.max_line_bytes)
    # The limit is the row's. At a limit of a cell the parser would go on inside of the cell, and read its lines as rows.
    csv.field_size_limit(max(csv.field_size_limit(), options.max_line_bytes))
    rows = csv.reader(lines, strict=True)
    columns: list[_Column | None] | None = None
    for line, cells, reason in _rows(rows, lines):
        if columns is None:
            if not reason and not "".join(cells).strip() and len(cells) == 1:
                continue  # a line of blanks before the header
            if reason:
                why = LONE_RETURNS if reason == _RETURN else reason
                raise unreadable(name, f"the header of `{name}` cannot be read: {why}", line=line)
            columns = _header(cells, schema, name, line, summary)
        else:
            yield _document(cells, columns, name, line) if not reason else Rejection(name, line, reason)
    if lines.damage:
        yield Rejection(name, lines.number + 1, lines.damage)


def _rows(rows: Any, lines: _Lines) -> Iterator[tuple[int, list[str], str]]:
    """Each row that is not blank: its first line, its cells, and a reason when it cannot be used."""
    while True:
        first = lines.number + 1
        lines.row_bytes, lines.too_long = 0, False
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if lines.damage:
                return
            yield first, [], _too_long(lines) if lines.too_long else _in_plain_words(str(error))
            continue
        if lines.too_long:
            yield first, [], _too_long(lines)
        elif cells:
            yield first, cells, _bad_characters(cells)


def _bad_characters(cells: list[str]) -> str:
    for cell in cells:
        if "\0" in cell:
            return "a cell holds a NUL character"
        if not cell.isascii() and _SURROGATE.search(cell):
            return "a cell holds bytes that are no UTF-8"
    return ""


def _too_long(lines: _Lines) -> str:
    return f"the row is longer than {lines.longest:,} bytes"


def _in_plain_words(message: str) -> str:
    if "unexpected end of data" in message:
        return "a quoted cell does not end"
    if "expected after" in message:
        return "more text follows after the closing quote of a cell"
    if "new-line character" in message:
        return _RETURN
    return message


def _header(
    cells: list[str], schema: FactSchema, name: str, line: int, summary: ReadSummary
) -> list[_Column | None]:
    names = [cell.strip() for cell in cells]
    known = {".".join(path): (path, each) for path, each in every_field(schema.root) if ELEMENT not in path}
    seen: set[str] = set()
    for column in names:
        if column in seen:
            raise unreadable(
                name, f"the column `{column}` occurs twice in `{name}`", "keep one of them", line
            )
        seen.add(column)
    parted = {
        ".".join(known[column][0][:end])
        for column in names
        if column in known
        for end in range(1, len(known[column][0]))
    }
    for column in names:
        if column in parted:
            raise unreadable(
                name, f"the column `{column}` overlaps with its own parts", "keep one of them", line
            )
    wanted = ".".join(schema.id_path)
    if wanted not in names:
        separator = next((sign for sign in ";\t|" if len(cells) == 1 and sign in cells[0]), "")
        remedy = (
            f"separate columns by commas, not by `{separator}`" if separator else did_you_mean(wanted, names)
        )
        raise unreadable(name, f"`{name}` has no column `{wanted}` for the id", remedy, line)
    unknown = [column for column in names if column not in known]
    if unknown:
        summary.keep(unknown_columns(unknown, list(known), schema, name, line))
    return [
        _Column(known[column][0], _converter(known[column][1])) if column in known else None
        for column in names
    ]


def unknown_columns(
    unknown: list[str], known: list[str], schema: FactSchema, name: str, line: int
) -> Diagnostic:
    listed = ", ".join(f"`{column}`" for column in unknown[:5])
    if len(unknown) > 5:
        listed += f" and {len(unknown) - 5} more"
    what = "column" if len(unknown) == 1 else "columns"
    message = f"the schema `{schema.name} {schema.version}` does not know the {what} {listed}"
    near = did_you_mean(unknown[0], known)
    return Diagnostic("RE517", place_in(name, line), message, help=near, pointer="")


def _document(cells: list[str], columns: list[_Column | None], name: str, line: int) -> _Item:
    if len(cells) != len(columns):
        cells_found = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        return Rejection(name, line, f"the row has {cells_found} and the header has {len(columns)}")
    document: dict[str, Any] = {}
    for cell, column in zip(cells, columns, strict=True):
        if cell == "" or column is None:
            continue
        target = document
        for step in column.path[:-1]:
            target = target.setdefault(step, {})
        try:
            target[column.path[-1]] = column.convert(cell)
        except OverflowError:
            return Rejection(
                name, line, f"the number in the column `{'.'.join(column.path)}` is too large for a double"
            )
    return line, document


def _converter(target: Field) -> _Convert:
    if target.type.kind is Kind.NUMBER:
        return _number
    if target.type.kind is Kind.FLAG:
        return lambda cell: _FLAGS.get(cell.strip().lower(), cell)
    if target.type.kind in (Kind.LIST, Kind.RECORD):
        return _json
    return str


def _number(cell: str) -> Any:
    """The number in a cell, or the cell. Raises `OverflowError` for one that a double cannot hold."""
    digits = cell.strip()
    if _INTEGER.fullmatch(digits):
        return int(digits)
    if not _NUMBER.fullmatch(digits):
        return cell
    number = float(digits)
    if math.isinf(number):
        raise OverflowError
    return number + 0.0


def _json(cell: str) -> Any:
    try:
        return parse_value(cell.encode("utf-8"))
    except RejectedDocument:
        return cell
