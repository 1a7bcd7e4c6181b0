"""Typed outputs: how rows are put together, and what is never written over."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pytest

from ruleengine.cli.output import OutputFailed, open_place
from ruleengine.portfolio.typed_output import leaves, together


def test_batches_of_any_size_become_few_tables() -> None:
    sizes = [1, 2, 7, 30, 1, 1, 50, 3]
    batches = [pa.RecordBatch.from_pydict({"n": list(range(size))}) for size in sizes]
    tables = list(together(iter(batches), 40))
    assert [table.num_rows for table in tables] == [40, 52, 3]
    assert [row for table in tables for row in table["n"].to_pylist()] == [
        n for size in sizes for n in range(size)
    ]


def test_words_of_closed_sets_are_one_dictionary_a_table() -> None:
    kind = pa.dictionary(pa.uint8(), pa.string())
    batches = [
        pa.RecordBatch.from_arrays([pa.array(words).dictionary_encode().cast(kind)], ["word"])
        for words in (["green", "red"], ["red"], ["yellow", "green"])
    ]
    (table,) = together(iter(batches), 100)
    assert table["word"].to_pylist() == ["green", "red", "red", "yellow", "green"]
    assert table["word"].num_chunks == 1


def test_columns_are_counted_down_to_single_values() -> None:
    inner = pa.struct(
        [("a", pa.int64()), ("b", pa.list_(pa.struct([("c", pa.string()), ("d", pa.string())])))]
    )
    assert leaves(pa.schema([("id", pa.string()), ("record", inner), ("list", pa.list_(pa.string()))])) == 5


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_what_makes_a_file_of_its_own_replaces_no_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OutputFailed, match="no file that can be replaced"), open_place(str(pipe), named=True):
        pass
    assert pipe.is_fifo()
