"""Bytes of facts from files, standard input and gzip data, block by block, and lines of them.

In: a path, or `-` for standard input. Out: an iterator of blocks. Guaranteed: damage after the beginning
raises `Damaged` only when everything before it has been given out; a path that cannot be opened raises
`FactsUnreadable`.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import BinaryIO

from attrs import define

from ruleengine.diagnostics import did_you_mean
from ruleengine.facts.records import FactsUnreadable, unreadable

STANDARD_INPUT = "-"
#: The name of standard input in reports.
STANDARD_INPUT_NAME = "<stdin>"

_BLOCK = 2**18
_INFLATED_BLOCK = 2**20
_GZIP_MAGIC = b"\x1f\x8b"
#: zlib's word for "a gzip header and trailer around the data".
_GZIP_FRAME = 31


class Damaged(Exception):
    """The input breaks off or makes no sense from here on; `reason` says why.

    `rest` is the beginning of the line in which that happens.
    """

    def __init__(self, reason: str, rest: bytes = b"") -> None:
        super().__init__(reason)
        self.reason = reason
        self.rest = rest


@define(slots=True)
class Budget:
    """How many decompressed bytes may still come, over all inputs of one reading."""

    total: int
    left: int

    def take(self, count: int) -> None:
        """Count bytes; raises `Damaged` when there are too many."""
        self.left -= count
        if self.left < 0:
            raise Damaged(f"the data comes to more than {self.total:,} bytes after decompression")


def name_of(path: str) -> str:
    """How reports name an input."""
    return STANDARD_INPUT_NAME if path == STANDARD_INPUT else path


def check_readable(path: str) -> None:
    """Raise `FactsUnreadable` for what can be seen to be no readable file before anything is read."""
    if path == STANDARD_INPUT:
        return
    file = FilePath(path)
    try:
        if file.is_dir():
            raise unreadable(path, f"`{path}` is a folder", "name the files in it")
        if file.exists() and not file.is_file():  # a pipe gives its bytes to the first who opens it
            return
        with file.open("rb"):
            return
    except FileNotFoundError:
        raise unreadable(path, f"there is no file `{path}`", _near(file)) from None
    except (OSError, ValueError) as error:
        raise _failed(path, error) from None


def blocks_of(path: str, budget: Budget) -> Iterator[bytes]:
    """The bytes of one input, decompressed when they are gzip data or the name says so."""
    return unpacked(path, _plain_blocks(path), budget)


def unpacked(path: str, blocks: Iterator[bytes], budget: Budget) -> Iterator[bytes]:
    """The same for bytes that come from elsewhere."""
    first = b""
    while len(first) < len(_GZIP_MAGIC):
        block = next(blocks, b"")
        if not block:
            break
        first += block
    if first.startswith(_GZIP_MAGIC) or path.endswith(".gz"):
        yield from _inflate(_chain(first, blocks), budget)
    else:
        yield from _chain(first, blocks)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _near(file: FilePath) -> str:
    try:
        return did_you_mean(file.name, (each.name for each in file.parent.iterdir()))
    except OSError:
        return f"there is no folder `{file.parent}`"


def _failed(path: str, error: Exception) -> FactsUnreadable:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return unreadable(name_of(path), f"`{name_of(path)}` cannot be read: {reason.lower()}")


def _plain_blocks(path: str) -> Iterator[bytes]:
    try:
        if path == STANDARD_INPUT:
            yield from _drain(sys.stdin.buffer)
        else:
            with FilePath(path).open("rb") as file:
                yield from _drain(file)
    except (OSError, AttributeError) as error:
        raise _failed(path, error) from error


def _drain(file: BinaryIO) -> Iterator[bytes]:
    """Blocks as they come: from a pipe, what is there is given on without waiting for more."""
    read = getattr(file, "read1", file.read)
    while block := read(_BLOCK):
        yield block


def _inflate(blocks: Iterator[bytes], budget: Budget) -> Iterator[bytes]:
    """Decompress gzip data of one or several members."""
    inflater = zlib.decompressobj(_GZIP_FRAME)
    begun = False
    for block in blocks:
        data = block
        while data:
            if inflater.eof:
                data = data.lstrip(b"\0")  # archives are padded with zero bytes
                if not data:
                    break
                inflater, begun = zlib.decompressobj(_GZIP_FRAME), False
            begun = True
            saved = inflater.copy()
            try:
                inflated = inflater.decompress(data, _INFLATED_BLOCK)
            except zlib.error as error:
                yield from _before_damage(saved, data, budget)
                raise Damaged(f"the gzip data is damaged: {_cause(error)}") from None
            budget.take(len(inflated))
            yield inflated
            data = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    while begun and not inflater.eof and (inflated := inflater.decompress(b"", _INFLATED_BLOCK)):
        budget.take(len(inflated))
        yield inflated
    if not (begun and inflater.eof):
        raise Damaged("the gzip data ends early")


def _before_damage(inflater: zlib._Decompress, data: bytes, budget: Budget) -> Iterator[bytes]:
    """What the bytes before the damage come to: zlib throws it away together with the block."""
    try:
        for offset in range(len(data)):
            inflated = inflater.decompress(data[offset : offset + 1])
            budget.take(len(inflated))
            yield inflated
    except zlib.error:
        return


def _cause(error: zlib.error) -> str:
    """zlib's words without their number: `Error -3 while decompressing data: invalid block type`."""
    words = str(error).rpartition(": ")[2]
    if words == "incorrect data check":
        return "its check sum is wrong, so the records before may be wrong too"
    return words


def lines_of(blocks: Iterator[bytes], longest: int) -> Iterator[bytes | None]:
    """The lines of an input without their line feeds; None for a line of more than `longest` bytes.

    Raises `Damaged` with the beginning of the line that the damage cuts off.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        for block in blocks:
            first, *rest = block.split(b"\n")
            size += len(first)
            if size <= longest:
                pieces.append(first)
            if not rest:
                continue
            yield b"".join(pieces) if size <= longest else None
            last = rest.pop()
            for line in rest:
                yield line if len(line) <= longest else None
            pieces, size = [last], len(last)
    except Damaged as damaged:
        raise Damaged(damaged.reason, b"".join(pieces) if size <= longest else b"") from None
    if size:
        yield b"".join(pieces) if size <= longest else None
