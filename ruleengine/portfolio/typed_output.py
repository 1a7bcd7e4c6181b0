"""Results as typed columns: a Parquet file, or a table of a DuckDB database.

In: the results of an engine, a path to write to. Out: the file, and a count. Guaranteed: rows stand in the order of the input,
those of the evaluator among those of SQL. Whoever gives the path sees to it that nobody sees half of it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

import duckdb
import pyarrow as pa

from ruleengine.portfolio.duckdb_engine import Portion, Results, Scored
from ruleengine.portfolio.duckdb_session import SessionOptions, failed, open_session
from ruleengine.portfolio.handover import waited_for
from ruleengine.portfolio.result_documents import Shape, row_of
from ruleengine.portfolio.typed import quoted

#: The name of the table in a database.
TABLE = "results"
#: What is kept of a portion: the rows, and the results of the evaluator.
#: A row group has about so many values, and so many rows at least and at most.
_VALUES, _FEWEST, _MOST = 12_000_000, 2_000, 100_000
_WORDS = {number: os.strerror(number) for number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EACCES)}
Keep = Callable[[Portion], Iterator[tuple[pa.RecordBatch | None, Sequence[Scored]]]]


class OutputStopped(Exception):
    """The output could not be written; `error` says why."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


class TypedOutput:
    """Writes results with the columns of a query."""

    def __init__(self, shape: Shape, results: Results, keep: Keep, session: SessionOptions) -> None:
        self.results = results
        self.keep = keep
        self.session = session
        self.shape = shape
        self.names = [name for name, _ in shape.kept if name != "conditions"]
        self.schema = pa.schema([results.schema.field(name) for name in self.names])
        self._failure: BaseException | None = None

    def parquet(self, path: str) -> None:
        """Write a Parquet file. While a batch is written, the engine computes the next one."""
        from concurrent.futures import Future, ThreadPoolExecutor

        import pyarrow.parquet as pq

        waiting: Future[None] | None = None
        try:
            with (
                open(path, "wb") as file,
                pq.ParquetWriter(
                    file,
                    self.schema,
                    compression="snappy",
                    store_schema=False,
                    write_statistics=self._telling(),
                ) as writer,
                ThreadPoolExecutor(1) as pool,
            ):
                for table in together(self._batches(), self._group_size()):
                    if waiting is not None:
                        waiting.result()
                    waiting = pool.submit(writer.write_table, table, table.num_rows)
                if waiting is not None:
                    waiting.result()
        except (OSError, pa.ArrowException) as error:
            raise _stopped(error) from error

    def _group_size(self) -> int:
        """How many rows are written together: fewer, the more columns there are, so that memory stays bounded."""
        return max(_FEWEST, min(_MOST, _VALUES // leaves(self.schema)))

    def _telling(self) -> list[str]:
        """The columns whose least and greatest values help who reads the file."""
        found = ["id"] if "id" in self.names else []
        cards = dict(self.shape.columns).get("scorecards")
        for name, card in cards.fields if cards is not None else ():
            found += [f"scorecards.{name}.{part}" for part, _ in card.fields if part in ("score", "band")]
        return found

    def database(self, path: str) -> None:
        """Write a database with one table."""
        self._run(f"CREATE TABLE {quoted(TABLE)} AS SELECT * FROM given", path)

    def _run(self, statement: str, database: str) -> None:
        try:
            with closing(open_session(self.session, database)) as connection:
                tables = together(map(_from_its_start, self._batches()), self._group_size())
                batches = (batch for table in tables for batch in table.to_batches())
                connection.register("given", pa.RecordBatchReader.from_batches(self.schema, batches))
                waited_for(lambda: connection.execute(statement))
                connection.unregister("given")
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            if self._failure is not None:
                raise self._failure from None
            raise _stopped(error) from error

    def _batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for portion in self.results:
                for batch, scored in self.keep(portion):
                    if batch is not None and batch.num_rows:
                        yield batch.select(self.names)
                    if scored:
                        yield self._own(scored)
        except (Exception, KeyboardInterrupt) as error:  # what goes through the engine comes out as words
            self._failure = error
            raise

    def _own(self, scored: Sequence[Scored]) -> pa.RecordBatch:
        """Results of the evaluator as rows."""
        rows = [row_of(each.result, self.shape) for each in scored]
        columns = [_encoded([row[field.name] for row in rows], field.type) for field in self.schema]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def together(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Batches put together until they have so many rows: a table is a row group, and each of these costs room in the end of
    the file."""
    pending: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        pending.append(batch)
        count += batch.num_rows
        if count >= rows:
            yield _joined(pending)
            pending, count = [], 0
    if pending:
        yield _joined(pending)


def _joined(batches: list[pa.RecordBatch]) -> pa.Table:
    return pa.Table.from_batches(batches).unify_dictionaries().combine_chunks()


def leaves(schema: pa.Schema | pa.DataType) -> int:
    """How many columns of single values a schema comes to."""
    found = 0
    for number in range(len(schema) if isinstance(schema, pa.Schema) else schema.num_fields):
        kind = schema.field(number).type
        inner = kind.value_field.type if pa.types.is_list(kind) else kind
        found += leaves(inner) if pa.types.is_struct(inner) else 1
    return max(found, 1)


def _from_its_start(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch itself; a copy of one that is a part of another, which DuckDB does not take."""
    if not any(column.offset for column in batch.columns):
        return batch
    return batch.filter(pa.array([True] * batch.num_rows))


def _stopped(error: Exception) -> Exception:
    """What is said when writing failed."""
    if isinstance(error, OSError) and error.errno is not None:
        return OutputStopped(error)
    words = str(error)
    for number, found in _WORDS.items():
        if found in words:
            return OutputStopped(OSError(number, found))
    if isinstance(error, duckdb.IOException):
        return OutputStopped(OSError(errno.EIO, words.split("\n")[0][:200]))
    return failed(error)


def _encoded(values: list[Any], kind: pa.DataType) -> pa.Array:
    return as_type(pa.array(values, _plain(kind)), kind)


def _plain(kind: pa.DataType) -> pa.DataType:
    """A type with texts where another one has words of a closed set."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(each.name, _plain(each.type)) for each in kind])
    if pa.types.is_list(kind):
        return pa.list_(_plain(kind.value_type))
    return kind


def as_type(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """An array of plain values as one with the words of closed sets."""
    if array.type == kind:
        return array
    if pa.types.is_dictionary(kind):
        found = array.dictionary_encode()
        return pa.DictionaryArray.from_arrays(found.indices.cast(kind.index_type), found.dictionary)
    if pa.types.is_struct(kind):
        parts = [as_type(array.field(number), kind.field(number).type) for number in range(kind.num_fields)]
        return pa.StructArray.from_arrays(parts, fields=list(kind), mask=array.is_null())
    return pa.ListArray.from_arrays(
        array.offsets, as_type(array.values, kind.value_type), mask=array.is_null()
    )
