"""Pieces of NDJSON: whole lines, a few megabytes at a time.

In: blocks of bytes. Out: pieces in order; None stands for one line that is too long. Guaranteed: the lines of the pieces
together are the lines that the reader of single lines sees; damage raises `Damaged`, with the beginning of the line that it
cuts off, when everything before it has been given out.
"""

from __future__ import annotations

from collections.abc import Iterator

from ruleengine.facts.blocks import Damaged

PIECE_BYTES = 2**21


def lines_in(piece: bytes) -> list[bytes]:
    """The lines of a piece without their line feeds."""
    return piece.removesuffix(b"\n").split(b"\n")


class Pieces:
    """Cuts blocks into pieces."""

    def __init__(self, blocks: Iterator[bytes], longest: int) -> None:
        self.blocks = blocks
        self.longest = longest
        self.held: list[bytes] = []
        self.size = 0
        self.skipping = False

    def __iter__(self) -> Iterator[bytes | None]:
        try:
            for block in self.blocks:
                yield from self._take(block)
        except Damaged as damaged:
            whole, rest = _cut(b"".join(self.held))
            if whole:
                yield whole
            raise Damaged(damaged.reason, rest if len(rest) <= self.longest else b"") from None
        last = b"".join(self.held)
        if self.skipping:
            yield None
        elif last:
            yield last

    def _take(self, block: bytes) -> Iterator[bytes | None]:
        if self.skipping:
            _, feed, block = block.partition(b"\n")
            if not feed:
                return
            yield None
            self.skipping = False
        self.held.append(block)
        self.size += len(block)
        if (self.size < PIECE_BYTES or b"\n" not in block) and self.size <= self.longest:
            return
        whole, rest = _cut(b"".join(self.held))
        if whole:
            yield whole
        self.skipping = len(rest) > self.longest
        self.held = [] if self.skipping else [rest]
        self.size = 0 if self.skipping else len(rest)


def _cut(data: bytes) -> tuple[bytes, bytes]:
    """Up to the last line feed, and what follows."""
    end = data.rfind(b"\n") + 1
    return data[:end], data[end:]
