"""What a chunk is filled with before it is given out.

In: outcomes of strict reading, documents and rejections, in the order of the input. Out: the same by position. A position
is the place of a document in the whole input: it grows from line to line and from file to file, with gaps.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field, frozen

from ruleengine.facts.records import Rejection
from ruleengine.portfolio.layout import POSITION
from ruleengine.portfolio.lines import lines_in
from ruleengine.portfolio.parquet import Slice
from ruleengine.portfolio.strict import Outcome


@define(slots=True)
class Document:
    """A document that Python read, or is to read: `line` is None when `document` is there already."""

    position: int
    line: bytes | None = None
    document: dict[str, Any] | None = None


@frozen(slots=True)
class Opened:
    """A file by the position of its first line; `lines` has the lines of its documents where these are not one a line."""

    start: int
    name: str
    lines: array[int] | None = None


class Files:
    """Which file and line a position is."""

    def __init__(self) -> None:
        self.opened: list[Opened] = []
        self.starts: list[int] = []

    def open(self, start: int, name: str, counts_lines: bool) -> Opened:
        """A further file, whose first position is `start`."""
        found = Opened(start, name, array("q") if counts_lines else None)
        self.opened.append(found)
        self.starts.append(start)
        return found

    def place(self, position: int) -> tuple[str, int]:
        """The name of the file and the number of the line."""
        found = self.opened[bisect_right(self.starts, position) - 1]
        offset = position - found.start
        return found.name, offset + 1 if found.lines is None else found.lines[offset]


@define(slots=True)
class Filling:
    """One chunk in the making."""

    batches: list[pa.RecordBatch] = field(factory=list)
    documents: list[Document] = field(factory=list)
    rejections: list[tuple[int, Rejection]] = field(factory=list)
    pieces: list[tuple[int, bytes]] = field(factory=list)
    slices: list[Slice] = field(factory=list)
    count: int = 0
    size: int = 0
    _split: tuple[int, list[bytes]] | None = None

    def take(self, outcome: Outcome, start: int) -> None:
        """What a piece held whose first line has the position `start`."""
        for batch in outcome.batches:
            index = batch.schema.get_field_index(POSITION)
            moved = pc.add(batch.column(index), start)
            self.batches.append(batch.set_column(index, POSITION, moved))
        self.documents += [Document(start + number, line) for number, line in outcome.others]
        self.pieces.append((start, outcome.piece))
        self.count += outcome.lines
        self.size += len(outcome.piece)

    def read(self, position: int, document: dict[str, Any]) -> None:
        """A document that Python has read."""
        self.documents.append(Document(position, None, document))
        self.count += 1

    def reject(self, position: int, rejection: Rejection) -> None:
        """A rejection at a position."""
        self.rejections.append((position, rejection))
        self.count += 1

    def line_at(self, position: int) -> bytes:
        """The bytes of a line that was read into columns."""
        index = bisect_right(self.pieces, position, key=lambda piece: piece[0]) - 1
        start, piece = self.pieces[index]
        if self._split is None or self._split[0] != start:
            self._split = (start, lines_in(piece))
        return self._split[1][position - start]
