"""The fenced blocks of a Markdown page, in order.

In: the path of a page. Out: `Block`s with the words after the fence, the text, the line where they begin, and the lines
that a comment before them adds. Guaranteed: every fence is closed, or the page is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

_FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^`\n]*)$")
_COMMENT = re.compile(r"^<!-- (?P<word>preamble)\n(?P<text>.*?)^-->$", re.MULTILINE | re.DOTALL)


@frozen(slots=True)
class Block:
    """One block: `info` are the words after the fence; a `preamble` comment is a block too."""

    page: Path
    line: int
    info: tuple[str, ...]
    text: str

    @property
    def place(self) -> str:
        """Where to look when the example fails."""
        return f"{self.page.name}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """All fenced blocks and preamble comments of a page."""
    text = page.read_text(encoding="utf-8")
    found = [*_fenced(page, text), *_preambles(page, text)]
    return sorted(found, key=lambda block: block.line)


def _preambles(page: Path, text: str) -> Iterator[Block]:
    for match in _COMMENT.finditer(text):
        yield Block(page, text.count("\n", 0, match.start()) + 1, ("preamble",), match.group("text"))


def _fenced(page: Path, text: str) -> Iterator[Block]:
    opened: tuple[str, int, tuple[str, ...]] | None = None
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        match = _FENCE.match(line)
        if opened is None:
            if match is not None:
                opened, lines = (match.group("fence"), number, tuple(match.group("info").split())), []
        elif line == opened[0]:
            yield Block(page, opened[1], opened[2], "".join(f"{each}\n" for each in lines))
            opened = None
        else:
            lines.append(line)
    if opened is not None:
        raise ValueError(f"{page}:{opened[1]}: this block is never closed")
