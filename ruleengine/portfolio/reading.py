"""Inputs as fillings of chunks: blocks are cut, read strictly where they can be, and counted.

In: paths of JSON, NDJSON, CSV and Parquet. Out: one `Filling` after another, in the order of the input; and for every position the
file and the line it came from. Guaranteed: at most one chunk and a few pieces are in memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from attrs import field, frozen

from ruleengine.facts.blocks import Budget, Damaged, blocks_of, name_of, unpacked
from ruleengine.facts.model import FactSchema
from ruleengine.facts.ndjson import too_long
from ruleengine.facts.parse import RejectedDocument, parse_document, surely_short
from ruleengine.facts.readers import FORMATS, with_format
from ruleengine.facts.records import ReadOptions, ReadSummary, Rejection
from ruleengine.portfolio.filling import Files, Filling
from ruleengine.portfolio.layout import Layout
from ruleengine.portfolio.lines import Pieces, lines_in
from ruleengine.portfolio.parquet import ParquetFile, is_parquet
from ruleengine.portfolio.paths import is_remote, size_of
from ruleengine.portfolio.remote import remote_blocks
from ruleengine.portfolio.shape import Shape
from ruleengine.portfolio.strict import Outcome, StrictReader

#: So many documents of an input teach the reader which keys there are.
_SAMPLE = 500
#: How much larger lines are than gzip makes them, for the progress that is shown.
_GZIP_RATIO = 6
#: A limit of nesting below this is only kept by the reader of single documents.
_USUAL_NESTING = 100


@frozen(slots=True)
class IngestOptions:
    """How much a chunk holds, and how many threads read."""

    rows: int = 250_000
    size: int = 2**27
    threads: int = 2
    zone: str = "UTC"
    read: ReadOptions = field(factory=ReadOptions)


class Reading:
    """Reads inputs for one layout; `summary` gets the reports about whole files."""

    def __init__(
        self,
        connection: Any,
        layout: Layout,
        schema: FactSchema,
        options: IngestOptions,
        summary: ReadSummary,
    ) -> None:
        self.connection = connection
        self.layout = layout
        self.schema = schema
        self.options = options
        self.summary = summary
        self.shape = Shape(layout)
        self.files = Files()
        self.position = 0
        self.bytes_read = 0
        self.filling = Filling()
        self._strict: StrictReader | None = None
        self._strict_version = -1
        self._budget = Budget(options.read.max_decompressed_bytes, options.read.max_decompressed_bytes)

    def fillings(self, paths: Sequence[str]) -> Iterator[Filling]:
        """Read all paths in order."""
        for path in paths:
            columnar = is_parquet(path, self.options.read.format)
            if self.filling.count and columnar != bool(self.filling.slices):
                yield self._full()
            before, size = self.bytes_read, size_of([path])
            for share in self._slices(path) if columnar else self._file(path):
                self.bytes_read = before + (int(share * size) if columnar else min(size, int(share)))
                if self.filling.count >= self.options.rows or self.filling.size >= self.options.size:
                    yield self._full()
            self.bytes_read = before + size
        if self.filling.count:
            yield self._full()

    def _full(self) -> Filling:
        filling, self.filling = self.filling, Filling()
        return filling

    def _blocks(self, path: str) -> Iterator[bytes]:
        if not is_remote(path):
            return blocks_of(path, self._budget)
        return unpacked(path, remote_blocks(self.connection, path), self._budget)

    def _file(self, path: str) -> Iterator[float]:
        """Fill in one file; yields after every step how many bytes it read so far, about."""
        blocks, chosen = with_format(path, self._blocks(path), self.options.read.format)
        name = name_of(path)
        if chosen == "ndjson":
            self.files.open(self.position, name, counts_lines=False)
            yield from self._lines(Pieces(blocks, self.options.read.max_line_bytes), name)
        else:
            opened = self.files.open(self.position, name, counts_lines=True)
            assert opened.lines is not None
            for item in FORMATS[chosen](blocks, name, self.options.read, self.schema, self.summary):
                opened.lines.append(item.line if isinstance(item, Rejection) else item[0])
                if isinstance(item, Rejection):
                    self.filling.reject(self.position, item)
                else:
                    self.filling.read(self.position, item[1])
                self.position += 1
                yield 0

    def _slices(self, path: str) -> Iterator[float]:
        """Fill in the row groups of a Parquet file; yields the share that is read."""
        fields = [part.field for part in self.layout.parts]
        file = ParquetFile(self.connection, path, self.schema, fields, self.summary)
        start = self.position
        self.files.open(start, path, counts_lines=False)
        slices = list(file.slices(start))
        for each in slices:
            self.filling.slices.append(each)
            self.filling.count += each.end - each.first
            self.position = start + each.end
            yield each.end / max(1, slices[-1].end)

    # ── NDJSON ──

    def _lines(self, pieces: Pieces, name: str) -> Iterator[float]:
        start, read = self.position, 0.0
        share = 1 / _GZIP_RATIO if name.endswith(".gz") else 1.0
        options = self.options.read
        try:
            for outcome in self._outcomes(iter(pieces)):
                if outcome is None:
                    self.filling.reject(self.position, too_long(self.position - start + 1, name, options))
                    self.position += 1
                else:
                    self.filling.take(outcome, self.position)
                    self.position += outcome.lines
                    read += len(outcome.piece) * share
                yield read
        except Damaged as damaged:
            # The cut-off line may still be whole, when only its line feed or the check sum is lost.
            with suppress(RejectedDocument):
                self.filling.read(self.position, parse_document(damaged.rest, options.max_nesting))
            rejection = Rejection(name, self.position - start + 1, damaged.reason)
            self.filling.reject(self.position + 1, rejection)
            self.position += 2
            yield read

    def _outcomes(self, pieces: Iterator[bytes | None]) -> Iterator[Outcome | None]:
        """Read pieces strictly, a few at a time, in order."""
        waiting: deque[Future[Outcome] | None] = deque()
        damage: Damaged | None = None
        with ThreadPoolExecutor(self.options.threads) as pool:
            try:
                while damage is None:
                    try:
                        piece = next(pieces)
                    except StopIteration:
                        break
                    except Damaged as damaged:
                        damage = damaged
                        break
                    waiting.append(None if piece is None else pool.submit(self._reader(piece).read, piece))
                    if len(waiting) > self.options.threads + 1:
                        yield _result(waiting.popleft())
                while waiting:
                    yield _result(waiting.popleft())
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        if damage is not None:
            raise damage

    def _reader(self, piece: bytes) -> StrictReader:
        """The reader for the shape as it is known; the first piece teaches it."""
        if self._strict is None:
            self.shape.learn(_documents(lines_in(piece)[:_SAMPLE], self.options.read))
        if self._strict is None or self._strict_version != self.shape.version:
            usual = self.options.read.max_nesting >= _USUAL_NESTING
            longest = min(self.options.read.max_line_bytes, surely_short()) if usual else 0
            self._strict = StrictReader(self.layout, self.shape.schema(), longest)
            self._strict_version = self.shape.version
        return self._strict


def _result(waiting: Future[Outcome] | None) -> Outcome | None:
    return None if waiting is None else waiting.result()


def _documents(lines: list[bytes], options: ReadOptions) -> list[dict[str, Any]]:
    """The documents among some lines."""
    found = []
    for line in lines:
        with suppress(RejectedDocument):
            found.append(parse_document(line, options.max_nesting))
    return found
