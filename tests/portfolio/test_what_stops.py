"""What stops a run in the middle: a full disk, an engine that gives up, whoever interrupts it. Each is told as what it is."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from ruleengine.columnar.types import INTEGER, TEXT
from ruleengine.facts.records import FactsUnreadable
from ruleengine.portfolio.duckdb_session import SessionOptions, failed
from ruleengine.portfolio.engine_faults import EngineFailed
from ruleengine.portfolio.handover import Handover
from ruleengine.portfolio.result_documents import Shape
from ruleengine.portfolio.stored import Identity, Stored
from ruleengine.portfolio.stored_shape import StoredShape
from ruleengine.portfolio.typed_output import OutputStopped, TypedOutput, as_type, together

SCHEMA = pa.schema([("id", pa.string()), ("n", pa.int64())])
WORDS = pa.dictionary(pa.uint8(), pa.string())


class Given:
    """Results of an engine: batches, and what goes wrong after them."""

    schema = SCHEMA

    def __init__(self, sizes: list[int], failure: BaseException | None = None) -> None:
        self.sizes, self.failure = sizes, failure

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for size in self.sizes:
            ids = [f"a{number}" for number in range(size)]
            yield pa.RecordBatch.from_pydict({"id": ids, "n": list(range(size))}, schema=SCHEMA)
        if self.failure is not None:
            raise self.failure


def output(sizes: list[int], failure: BaseException | None = None) -> TypedOutput:
    results: Any = Given(sizes, failure)
    shape = Shape((("id", TEXT), ("n", INTEGER)), {})
    return TypedOutput(shape, results, lambda batch: iter([(batch, [])]), SessionOptions(threads=1))


def test_a_file_of_several_groups_and_one_of_none(tmp_path: Path) -> None:
    """100,000 rows make a group: 120,000 in batches of 60,000 are one of two batches, and nothing is left over."""
    for sizes, groups in (([60_000] * 3, [120_000, 60_000]), ([60_000] * 4, [120_000, 120_000]), ([], [])):
        path = tmp_path / "out.parquet"
        output(sizes).parquet(str(path))
        with parquet.ParquetFile(path) as file:
            found = [
                file.metadata.row_group(number).num_rows for number in range(file.metadata.num_row_groups)
            ]
        assert (found, sum(found)) == (groups, sum(sizes))


def test_tables_without_a_rest() -> None:
    batches = [pa.RecordBatch.from_pydict({"n": [1, 2]}), pa.RecordBatch.from_pydict({"n": [3]})]
    assert [table["n"].to_pylist() for table in together(iter(batches), 3)] == [[1, 2, 3]]
    assert list(together(iter([]), 3)) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")
def test_a_full_disk_stops_the_output() -> None:
    with pytest.raises(OutputStopped) as caught:
        output([1000]).parquet("/dev/full")
    assert caught.value.error.errno == errno.ENOSPC


def test_a_place_that_is_none_stops_the_output(tmp_path: Path) -> None:
    with pytest.raises(OutputStopped) as caught:
        output([3]).database(str(tmp_path / "nowhere" / "out.duckdb"))
    assert caught.value.error.errno == errno.EIO
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("failure", "expected", "words"),
    [
        (pa.ArrowInvalid("Error: No space left on device, at row 5"), OutputStopped, "No space left on device"),
        (pa.ArrowInvalid("an odd value"), EngineFailed, "DuckDB stopped: an odd value"),
        (duckdb.IOException("IO Error: it broke\nin the middle"), duckdb.IOException, "it broke"),
        (KeyboardInterrupt(), KeyboardInterrupt, ""),
    ],
)  # fmt: skip
def test_what_stops_the_results_stops_a_file(
    failure: BaseException, expected: type[BaseException], words: str, tmp_path: Path
) -> None:
    with pytest.raises(expected) as caught:
        output([5], failure).parquet(str(tmp_path / "out.parquet"))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "failure", [ValueError("a fault of ours"), KeyboardInterrupt(), pa.ArrowInvalid("odd")]
)
def test_what_stops_the_results_comes_out_of_a_database_as_it_was(
    failure: BaseException, tmp_path: Path
) -> None:
    """The engine would tell it in words of its own."""
    with pytest.raises(type(failure)) as caught:
        output([5], failure).database(str(tmp_path / "out.duckdb"))
    assert caught.value is failure


@pytest.mark.parametrize(
    ("error", "message", "remedy"),
    [
        (duckdb.OutOfMemoryException("Out of Memory Error: failed"), "the run needs more memory than it may take", "take `--engine python`"),
        (MemoryError("Out of Memory"), "the run needs more memory than it may take", "take `--engine python`"),
        (duckdb.IOException("IO Error: No space left on device"), "there is no room left for temporary files", "set TMPDIR to a larger disk"),
        (duckdb.IOException("IO Error: Disk is full"), "there is no room left for temporary files", "set TMPDIR to a larger disk"),
        (duckdb.InternalException("INTERNAL Error: odd\nstack"), "DuckDB stopped: INTERNAL Error: odd", "take `--engine python`"),
    ],
)  # fmt: skip
def test_an_engine_that_gives_up(error: Exception, message: str, remedy: str) -> None:
    told = failed(error)
    assert (str(told), told.diagnostic.message, told.diagnostic.help) == (message, message, remedy)
    assert (told.diagnostic.code, told.diagnostic.span.path) == ("RE620", "<duckdb>")


# ── results that are read again ──


class Failing:
    """A connection that cannot answer."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def execute(self, query: str) -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("error", "expected", "words"),
    [
        (duckdb.OutOfMemoryException("Out of Memory Error: x"), EngineFailed, "counting needs more memory than it may take"),
        (duckdb.InterruptException("INTERRUPT Error: Interrupted!"), KeyboardInterrupt, ""),
        (RuntimeError("Query interrupted"), KeyboardInterrupt, ""),
        (RuntimeError("something else"), RuntimeError, "something else"),
        (duckdb.IOException("IO Error: No space left on device"), EngineFailed, "no room left for temporary files"),
        (duckdb.InvalidInputException("Invalid Input Error: two.parquet is odd"), FactsUnreadable, "`two.parquet` cannot be read as results"),
        (duckdb.InvalidInputException("Invalid Input Error: odd"), FactsUnreadable, "`one.parquet` cannot be read as results: odd"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered(
    error: Exception, expected: type[BaseException], words: str
) -> None:
    shape = StoredShape((), (), (), (), (), frozenset())
    stored = Stored(
        Failing(error), "x", shape, Identity("", "", (), "", (), 0), ("one.parquet", "two.parquet")
    )
    with pytest.raises(expected) as caught:
        stored.rows("SELECT 1")
    told = getattr(caught.value, "diagnostic", None)
    assert words in (str(caught.value) if told is None else told.message)


# ── words of closed sets ──


def test_lists_and_records_of_words_keep_what_is_nothing() -> None:
    words = pa.list_(WORDS)
    record = pa.struct([("w", WORDS), ("n", pa.int64())])
    lists = as_type(pa.array([["b"], None, ["a", "b"], []], pa.list_(pa.string())), words)
    assert (lists.type, lists.to_pylist()) == (words, [["b"], None, ["a", "b"], []])
    plain = pa.struct([("w", pa.string()), ("n", pa.int64())])
    records = as_type(pa.array([{"w": "b", "n": 1}, None, {"w": None, "n": 2}], plain), record)
    assert (records.type, records.to_pylist()) == (record, [{"w": "b", "n": 1}, None, {"w": None, "n": 2}])


# ── items that one thread makes for another ──


def test_items_come_in_order_and_what_went_wrong_after_them() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("no third")

    found: list[int] = []
    with pytest.raises(ValueError, match="no third"):
        found.extend(Handover(items()))
    assert list(Handover(iter([1, 2, 3]))) == [1, 2, 3]


def test_who_wants_no_more_is_given_no_more() -> None:
    """The maker ends with the item that it was making, though there is no end of items."""
    made: list[int] = []
    ended = threading.Event()

    def items() -> Generator[int, None, None]:
        try:
            while True:
                made.append(len(made))
                yield made[-1]
        finally:
            ended.set()

    source = items()
    handover = Handover(source)
    assert next(iter(handover)) == 0
    start = time.monotonic()
    handover.stop()
    source.close()
    assert ended.is_set()
    assert time.monotonic() - start < 5
    number = len(made)
    assert list(range(number)) == made
