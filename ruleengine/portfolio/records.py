"""Facts of any file as records, one after the other: what the evaluator reads when it scores a portfolio itself.

In: files as `files_of` gives them, Parquet among them. Out: `Record`s and `Rejection`s in order, and the same summary as for
the other formats. Guaranteed: the documents of a Parquet file are those that `Ingest` hands to the evaluator; the engine is
only needed where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ruleengine.facts.model import FactSchema
from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import ReadOptions, ReadSummary, Record, Rejection
from ruleengine.portfolio.duckdb_session import SessionOptions, check_installed, open_session
from ruleengine.portfolio.parquet import ParquetFile, is_parquet, without_absent
from ruleengine.portfolio.paths import is_remote
from ruleengine.portfolio.remote import load_remote

_ROWS = 1_000


def read_records(
    paths: Sequence[str],
    schema: FactSchema,
    options: ReadOptions | None = None,
    summary: ReadSummary | None = None,
) -> Iterator[Record | Rejection]:
    """Read files of any format. Raises `FactsUnreadable` as `read_facts` does, and `EngineUnavailable` for Parquet."""
    options = options or ReadOptions()
    kept = ReadSummary() if summary is None else summary
    wanted = options.format
    if any(is_parquet(path, wanted) for path in paths):
        check_installed()

    def other(path: str) -> Iterator[tuple[int, dict[str, Any]] | Rejection] | None:
        return _rows(path, schema, kept) if is_parquet(path, wanted) else None

    return read_facts(paths, schema, options, kept, other)


def _rows(path: str, schema: FactSchema, summary: ReadSummary) -> Iterator[tuple[int, dict[str, Any]]]:
    """The documents of a Parquet file with the numbers of their rows."""
    connection = open_session(SessionOptions(threads=1))
    try:
        if is_remote(path):
            load_remote(connection, path)
        file = ParquetFile(connection, path, schema, schema.root.fields, summary)
        names = list(file.columns)
        for each in file.slices(1):
            for row, *values in file.rows(each.documents(), _ROWS):
                yield row, without_absent(dict(zip(names, values, strict=True)))
    finally:
        connection.close()
