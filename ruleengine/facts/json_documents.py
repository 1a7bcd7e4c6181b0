"""JSON: one object, or a list of objects, in a text of any number of lines.

The elements of a list are taken one by one, so that a broken one is a rejection at its own line and the
others are read. The whole text is held in memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from attrs import define

from ruleengine.facts.blocks import Damaged
from ruleengine.facts.parse import RejectedDocument, parse_document
from ruleengine.facts.records import ReadOptions, Rejection
from ruleengine.facts.scan import end_of_brackets

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)

_Item = tuple[int, dict[str, Any]] | Rejection


@define(slots=True)
class _Cursor:
    """A place in the text, with its line and the offset at which that line was counted."""

    text: str
    name: str
    options: ReadOptions
    position: int = 0
    counted: int = 0
    line: int = 1

    def skip_space(self) -> str:
        """Go to the next character that is no white space, and give it; empty at the end."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position
        self.line += self.text.count("\n", self.counted, self.position)
        self.counted = self.position
        return self.text[self.position : self.position + 1]

    def reject(self, reason: str) -> Rejection:
        """A rejection at this place."""
        column = self.position - self.text.rfind("\n", 0, self.position)
        return Rejection(self.name, self.line, reason, column=column)


def read_json(blocks: Iterator[bytes], name: str, options: ReadOptions) -> Iterator[_Item]:
    """The documents of a JSON input with their lines, and the rejections, in order."""
    pieces: list[bytes] = []
    damage = ""
    try:
        pieces.extend(blocks)
    except Damaged as damaged:
        damage = damaged.reason
    # Bytes that are no UTF-8 are kept as surrogates, so that only the element they stand in is rejected.
    text = b"".join(pieces).decode("utf-8", errors="surrogateescape")
    pieces.clear()
    cursor = _Cursor(text, name, options)
    items = _elements(cursor) if cursor.skip_space() == "[" else _single(cursor)
    yield from _with_damage(items, cursor, damage) if damage else items


def _with_damage(items: Iterator[_Item], cursor: _Cursor, damage: str) -> Iterator[_Item]:
    """Of a damaged input: the documents before the damage and one rejection, whose reason is the damage."""
    held: Rejection | None = None
    for item in items:
        if held is not None:
            yield held
        held = item if isinstance(item, Rejection) else None
        if held is None:
            yield item
    yield Rejection(cursor.name, cursor.line, damage)


def _parse(cursor: _Cursor, end: int) -> _Item:
    """The document from the cursor to `end`."""
    raw = cursor.text[cursor.position : end].encode("utf-8", errors="surrogateescape")
    try:
        return cursor.line, parse_document(raw, cursor.options.max_nesting)
    except RejectedDocument as rejected:
        column = rejected.column
        if rejected.line == 1 and column is not None:
            column += cursor.position - (cursor.text.rfind("\n", 0, cursor.position) + 1)
        return Rejection(cursor.name, cursor.line + rejected.line - 1, rejected.reason, column=column)


def _single(cursor: _Cursor) -> Iterator[_Item]:
    if not cursor.text[cursor.position :]:
        return
    item = _parse(cursor, len(cursor.text))
    if isinstance(item, Rejection) and "more text follows" in item.reason:
        yield Rejection(
            item.path,
            item.line,
            "more text follows after the document; one document a line is the format ndjson",
            column=item.column,
        )
    else:
        yield item


def _elements(cursor: _Cursor) -> Iterator[_Item]:
    """The elements of the list that begins at the cursor."""
    cursor.position += 1
    sign = cursor.skip_space()
    while sign != "]":
        item = cursor.reject("a value is expected here") if sign in ("", ",") else _element(cursor)
        yield item
        sign = cursor.skip_space()
        if not sign and isinstance(item, Rejection):
            return  # the element is broken because the text ends: one rejection tells both
        if sign == ",":
            cursor.position += 1
            sign = cursor.skip_space()
            if sign == "]":
                yield cursor.reject("a comma stands before the closing bracket")
        elif sign != "]":
            reason = "a comma or a closing bracket is expected here; what follows is not read"
            yield cursor.reject(reason if sign else "the list does not end")
            return
    cursor.position += 1
    if cursor.skip_space():
        yield cursor.reject("more text follows after the end of the list")


def _element(cursor: _Cursor) -> _Item:
    """The element at the cursor, which moves behind it (if broken, behind where its brackets close)."""
    try:
        end = _DECODER.raw_decode(cursor.text, cursor.position)[1]
    except (ValueError, RecursionError):
        end = end_of_brackets(cursor.text, cursor.position)
    item = _parse(cursor, end)
    cursor.position = end
    return item
