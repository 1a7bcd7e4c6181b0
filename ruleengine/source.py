"""Source text and places in it.

In: the text of a file and the name a user knows it by. Out: `Source`, which turns offsets into lines and columns,
and `Span`, the place that every node and every diagnostic carries. Lines and columns count from 1; columns count
characters.
"""

from __future__ import annotations

import stat
from bisect import bisect_right
from pathlib import Path

from attrs import field, frozen


def content_of(path: Path, largest: int | None = None) -> bytes:
    """The bytes of a regular file, of at most so many. Raises `OSError`, also for a device or a pipe: reading one may never end."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is a folder" if path.is_dir() else "it is no regular file")
    if largest is None:
        return path.read_bytes()
    with path.open("rb") as file:
        content = b"" if found.st_size > largest else file.read(largest + 1)
    if max(found.st_size, len(content)) > largest:
        raise OSError(0, f"it is larger than {largest:,} bytes")
    return content


@frozen(slots=True)
class Span:
    """A stretch of one source: `path:line:column`, and the offsets `start` (included) to `end` (excluded)."""

    path: str
    start: int
    end: int
    line: int
    column: int

    def __str__(self) -> str:
        """`path:line:column`, as editors understand it."""
        return f"{self.path}:{self.line}:{self.column}"

    def to(self, other: Span) -> Span:
        """The stretch from the start of this span to the end of `other`."""
        return Span(self.path, self.start, max(self.end, other.end), self.line, self.column)


@frozen(slots=True)
class Source:
    """One text with the path under which it is reported. Line starts are found once."""

    path: str
    text: str = field(repr=False)
    line_starts: tuple[int, ...] = field(init=False, repr=False, eq=False)

    @line_starts.default
    def _find_line_starts(self) -> tuple[int, ...]:
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return tuple(starts)

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets of this text."""
        line = bisect_right(self.line_starts, start)
        return Span(self.path, start, end, line, start - self.line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its line end; empty when there is no such line."""
        if not 1 <= number <= len(self.line_starts):
            return ""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")
