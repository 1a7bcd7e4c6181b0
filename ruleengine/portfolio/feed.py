"""Facts for one long query: chunks of the input as a stream of typed Arrow batches, read by a thread of its own.

In: paths. Out: a stream that an engine reads, and beside it what is not in it: documents for the evaluator and rejections, by
position. Guaranteed: what stands before a row in the input is known when the row comes out of the stream; a failure ends the
stream, and `check` raises it; memory is bounded by three chunks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Any

import pyarrow as pa
from attrs import frozen

from ruleengine.columnar.types import ColumnKind, ColumnType, FactColumn
from ruleengine.facts.model import FactSchema
from ruleengine.facts.records import ReadSummary, Rejection
from ruleengine.portfolio.duckdb_session import SessionOptions, open_session
from ruleengine.portfolio.ingest import Chunk, Ingest
from ruleengine.portfolio.layout import POSITION
from ruleengine.portfolio.reading import IngestOptions
from ruleengine.portfolio.result_documents import Document
from ruleengine.portfolio.typed import quoted

_NAME = "facts"
#: A stream is read by several threads, a batch each.
_BATCH = 10_000
_WAIT_SECONDS = 0.2
_PATIENCE_SECONDS = 3.0
_ARROW = {
    ColumnKind.BOOLEAN: pa.bool_(), ColumnKind.INTEGER: pa.int64(), ColumnKind.DOUBLE: pa.float64(),
    ColumnKind.TEXT: pa.string(), ColumnKind.DATE: pa.date32(), ColumnKind.TIMESTAMP: pa.timestamp("us"),
}  # fmt: skip


@frozen(slots=True)
class _Read:
    """A chunk that was read: its rows, and how far the reading was."""

    chunk: Chunk
    rows: pa.Table
    read: int


class Feed:
    """Reads inputs for one query; `read` records and `bytes_read` bytes are what the query has been given."""

    def __init__(
        self,
        session: SessionOptions,
        schema: FactSchema,
        columns: Sequence[FactColumn],
        options: IngestOptions,
    ) -> None:
        self.session = session
        self.schema = schema
        self.columns = columns
        self.options = options
        self.summary = ReadSummary()
        self.read = self.bytes_read = self.total_bytes = 0
        self._given: deque[Chunk] = deque()
        self._queue: Queue[_Read | BaseException | None] = Queue(maxsize=1)
        self._stopped = Event()
        self._failure: BaseException | None = None

    @contextmanager
    def over(self, paths: Sequence[str]) -> Iterator[pa.RecordBatchReader]:
        """The stream of all rows. Raises `FactsUnreadable` at once for a path that is no readable file."""
        connection = open_session(self.session)
        reader: Thread | None = None
        try:
            ingest = Ingest(connection, self.schema, self.columns, self.options, _NAME)
            self.summary = ingest.summary
            chunks = ingest.chunks(paths)
            self.total_bytes = ingest.total_bytes
            reader = Thread(target=self._fill, args=(connection, chunks), name="facts", daemon=True)
            reader.start()
            yield pa.RecordBatchReader.from_batches(self._schema(), self._batches())
        finally:
            self.stop()
            if reader is not None:
                reader.join(_PATIENCE_SECONDS)
            if reader is None or not reader.is_alive():  # else it waits for an input that does not come
                connection.close()

    def stop(self) -> None:
        """End the stream: nobody wants what is left."""
        self._stopped.set()

    def move(self, end: int | None, waiting: list[tuple[int, Document]], rejections: list[Rejection]) -> None:
        """Add what stands beside the rows of the chunks that begin before a position; None for all."""
        while self._given and (end is None or self._given[0].first <= end):
            chunk = self._given.popleft()
            waiting += chunk.irregular
            rejections += chunk.rejections

    def check(self) -> None:
        """Raise what ended the stream before its end."""
        if self._failure is not None:
            raise self._failure

    # ── the thread that reads ──

    def _fill(self, connection: Any, chunks: Generator[Chunk, None, None]) -> None:
        names = ", ".join([POSITION, *(quoted(each.name) for each in self.columns)])
        try:
            for chunk in chunks:
                rows = connection.sql(f"SELECT {names} FROM {_NAME}").to_arrow_table()
                if not self._put(_Read(chunk, rows, self.summary.read)):
                    return
            self._put(None)
        except BaseException as error:  # whatever it is belongs to the thread that asked for the results
            self._put(error)
        finally:
            chunks.close()

    def _put(self, item: _Read | BaseException | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put(item, timeout=_WAIT_SECONDS)
            except Full:
                continue
            return True
        return False

    # ── the stream ──

    def _batches(self) -> Iterator[pa.RecordBatch]:
        schema = self._schema()
        while True:
            try:
                item = self._queue.get(timeout=_WAIT_SECONDS)
            except Empty:
                if self._stopped.is_set():
                    return
                continue
            if isinstance(item, BaseException):
                self._failure = item
                return
            if item is None:
                return
            self._given.append(item.chunk)
            self.read, self.bytes_read = item.read, item.chunk.bytes_read
            yield from item.rows.cast(schema).to_batches(_BATCH)

    def _schema(self) -> pa.Schema:
        fields = [pa.field(each.name, arrow_type(each.type)) for each in self.columns]
        return pa.schema([pa.field(POSITION, pa.int64()), *fields])


def arrow_type(kind: ColumnType) -> pa.DataType:
    """The type of a column in Arrow."""
    if kind.kind is ColumnKind.LIST and kind.element is not None:
        return pa.list_(arrow_type(kind.element))
    if kind.kind is ColumnKind.RECORD:
        return pa.struct([pa.field(name, arrow_type(each)) for name, each in kind.fields])
    return _ARROW[kind.kind]
