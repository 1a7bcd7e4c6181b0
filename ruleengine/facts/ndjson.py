"""NDJSON: one JSON object a line.

Blank lines are skipped and not counted; a line that is no strict JSON object is one rejection, and reading
goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ruleengine.facts.blocks import Damaged, lines_of
from ruleengine.facts.parse import RejectedDocument, parse_document
from ruleengine.facts.records import ReadOptions, Rejection

#: What is said of files from very old Macs, and of what some spreadsheets still call "Macintosh".
LONE_RETURNS = "its lines end in carriage returns alone; save it with line feeds (Windows or Unix line ends)"


_Item = tuple[int, dict[str, Any]] | Rejection


def read_line(line: bytes, number: int, name: str, options: ReadOptions) -> _Item | None:
    """The document of one line with its number, or the rejection; None for a blank line."""
    if not line or line.isspace():
        return None
    try:
        return number, parse_document(line, options.max_nesting)
    except RejectedDocument as rejected:
        if b"\r" in line.strip():
            return Rejection(name, number, LONE_RETURNS)
        return Rejection(name, number, rejected.reason, column=rejected.column)


def too_long(number: int, name: str, options: ReadOptions) -> Rejection:
    """The rejection of a line that is too long."""
    return Rejection(name, number, f"the line is longer than {options.max_line_bytes:,} bytes")


def read_ndjson(blocks: Iterator[bytes], name: str, options: ReadOptions) -> Iterator[_Item]:
    """The documents of an NDJSON input with their lines, and the rejections, in order."""
    number = 0
    try:
        for line in lines_of(blocks, options.max_line_bytes):
            number += 1
            if line is None:
                yield too_long(number, name, options)
                continue
            item = read_line(line, number, name, options)
            if item is not None:
                yield item
    except Damaged as damaged:
        # The cut-off line may still be whole, when only its line feed or the check sum is lost.
        with suppress(RejectedDocument):
            yield number + 1, parse_document(damaged.rest, options.max_nesting)
        yield Rejection(name, number + 1, damaged.reason)
