"""A source line as a terminal shows it, and which terminal columns a stretch of it takes.

In: one line of a source. Out: a `ShownLine` with hidden characters escaped and tabs written as blanks. Wide
characters take two columns and combining ones none, so that a caret stands under what it means.
"""

from __future__ import annotations

import unicodedata
from itertools import accumulate

from attrs import field, frozen

from ruleengine.diagnostics.visible import escape, is_hidden

_TAB = " " * 4
#: Longer lines (a fact document may be one line of a megabyte) are cut around the place that matters.
MAX_WIDTH = 160
_CONTEXT = 40


@frozen(slots=True)
class ShownLine:
    """`pieces`: what is shown for each character of the line; `edges`: the terminal column of each."""

    pieces: tuple[str, ...]
    edges: tuple[int, ...] = field(repr=False)

    def text(self) -> str:
        """The whole line."""
        return "".join(self.pieces)

    def columns(self, start: int, end: int) -> tuple[int, int]:
        """The terminal columns, from 0, of the characters `start` to `end` (excluded); one at least."""
        last = len(self.pieces)
        first = self.edges[min(start, last)] + max(0, start - last)
        return first, max(self.edges[min(max(start, end), last)], first + 1)


def show_line(line: str) -> ShownLine:
    """How `line` is shown."""
    pieces = tuple(_piece(sign) for sign in line)
    edges = tuple(accumulate((width(piece) for piece in pieces), initial=0))
    return ShownLine(pieces, edges)


def cut_around(line: str, start: int) -> tuple[str, int]:
    """A part of `line` that is short enough and holds `start`, and how much further left it stands."""
    if len(line) <= MAX_WIDTH:
        return line, 0
    first = max(0, min(start, len(line)) - _CONTEXT)
    last = min(len(line), first + MAX_WIDTH - 2)
    before, after = "…" if first else "", "…" if last < len(line) else ""
    return before + line[first:last] + after, first - len(before)


def width(text: str) -> int:
    """How many terminal columns `text` takes."""
    if text.isascii():
        return len(text)
    return sum(_sign_width(sign) for sign in text)


def _piece(sign: str) -> str:
    if sign == "\t":
        return _TAB
    return escape(sign) if is_hidden(sign) else sign


def _sign_width(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1
