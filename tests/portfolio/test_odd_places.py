"""Facts from places that are seldom: addresses, Parquet among lines, folders that tell flags and words, ids inside of records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from ruleengine.facts.model import FactSchema
from ruleengine.facts.records import FactsUnreadable, ReadSummary, Record
from ruleengine.facts.schema import schema_from_document
from ruleengine.portfolio.ingest import Ingest
from ruleengine.portfolio.parquet import failed
from ruleengine.portfolio.reading import IngestOptions
from ruleengine.portfolio.records import read_records
from tests.portfolio.reading_twice import all_columns, from_engine
from tests.portfolio.test_parquet import write
from tests.portfolio.test_stored_results import ADDRESS, Mirror

DOCUMENT: dict[str, Any] = {
    "type": "object",
    "required": ["held"],
    "properties": {
        "held": {
            "type": "object",
            "required": ["key"],
            "properties": {"key": {"type": "string", "x-id": True}},
        },
        "marked": {"type": "boolean"},
        "level": {"enum": ["low", "high"]},
        "words": {"type": "array", "items": {"type": "string"}},
    },
}


@pytest.fixture(scope="module")
def schema() -> FactSchema:
    found, reports = schema_from_document(DOCUMENT, name="t", version="1")
    assert found is not None, reports
    return found


def ingested(
    schema: FactSchema, folder: Path, paths: list[str]
) -> tuple[list[dict[str, Any]], list[int], Ingest]:
    """The rows, how many of them each chunk has, and what read them; addresses are in the folder."""
    with duckdb.connect() as connection:
        columns = all_columns(schema)
        ingest = Ingest(Mirror(connection, folder), schema, columns, IngestOptions())
        rows: list[dict[str, Any]] = []
        sizes = []
        for chunk in ingest.chunks(paths):
            for _, *cells in connection.execute(f"SELECT * FROM {chunk.table} ORDER BY position").fetchall():
                pairs = zip(columns, cells, strict=True)
                rows.append({each.name: from_engine(cell, each.field.type) for each, cell in pairs})
            sizes.append(chunk.rows)
    return rows, sizes, ingest


def keys(rows: list[dict[str, Any]]) -> list[Any]:
    return [row["held"]["key"] for row in rows]


def test_lines_and_parquet_one_after_the_other(schema: FactSchema, tmp_path: Path) -> None:
    """A chunk is of one kind of file."""
    lines = tmp_path / "a.ndjson"
    lines.write_text('{"held": {"key": "a"}}\n{"held": {"key": "b"}}\n', encoding="utf-8")
    columns = write(tmp_path / "b.parquet", "SELECT {'key': 'c'} AS held")
    rows, sizes, ingest = ingested(schema, tmp_path, [str(lines), columns, str(lines)])
    assert (keys(rows), sizes) == (["a", "b", "c", "a", "b"], [2, 1, 2])
    assert (ingest.summary.read, ingest.summary.repeated_ids) == (5, 2)
    assert ingest.place(2) == (columns, 1)


def test_lines_and_parquet_at_an_address(schema: FactSchema, tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text('{"held": {"key": "a"}}\n', encoding="utf-8")
    write(tmp_path / "b.parquet", "SELECT 'b' AS \"held.key\"")
    rows, _, ingest = ingested(schema, tmp_path, [ADDRESS + "a.ndjson", ADDRESS + "b.parquet"])
    assert keys(rows) == ["a", "b"]
    assert ingest.place(0) == (ADDRESS + "a.ndjson", 1)


@pytest.mark.parametrize("query", ["SELECT {'key': 'x'} AS held", "SELECT 'x' AS \"held.key\""])
def test_an_id_inside_of_a_record_in_columns(query: str, schema: FactSchema, tmp_path: Path) -> None:
    path = write(tmp_path / "x.parquet", query)
    assert keys(ingested(schema, tmp_path, [path])[0]) == ["x"]
    summary = ReadSummary()
    (record,) = read_records([path], schema, None, summary)
    assert isinstance(record, Record)
    assert record.document == {"held": {"key": "x"}}


@pytest.mark.parametrize("query", ["SELECT {'keys': 'x'} AS held", "SELECT 'x' AS held", "SELECT 'x' AS key"])
def test_columns_without_the_id(query: str, schema: FactSchema, tmp_path: Path) -> None:
    with pytest.raises(FactsUnreadable) as caught:
        ingested(schema, tmp_path, [write(tmp_path / "x.parquet", query)])
    assert caught.value.diagnostic.code == "RE514"


def test_folders_that_tell_flags_and_words(schema: FactSchema, tmp_path: Path) -> None:
    """What is no flag is left to the evaluator, which says so."""
    for flag, level in (("true", "low"), ("false", "high"), ("maybe", "low")):
        write(tmp_path / f"data/marked={flag}/level={level}/x.parquet", f"SELECT {{'key': '{flag}'}} AS held")
    rows, _, _ = ingested(schema, tmp_path, [str(tmp_path / "data")])
    found = {row["held"]["key"]: (row["marked"], row["level"]) for row in rows}
    assert (found["true"], found["false"]) == ((True, "low"), (False, "high"))
    assert found.get("maybe", (None, "low"))[0] is None


def test_standard_input_is_read_once(schema: FactSchema, tmp_path: Path) -> None:
    with pytest.raises(FactsUnreadable, match="standard input can be read only once"):
        ingested(schema, tmp_path, ["-", "-"])


@pytest.mark.parametrize(
    ("error", "message", "remedy"),
    [
        ("IO Error: httpfs is missing", "DuckDB's extension `httpfs` is not there (httpfs is missing)", "install it once: python"),
        ("Missing Error: no such extension", "DuckDB's extension `httpfs` is not there (no such extension)", "install it once: python"),
        ("IO Error: No magic bytes found", "`x` is no whole Parquet file", "write it again"),
        ("odd", "`x` cannot be read: odd", ""),
    ],
)  # fmt: skip
def test_a_file_that_the_engine_cannot_read(error: str, message: str, remedy: str) -> None:
    told = failed("x", ValueError(error)).diagnostic
    assert message in told.message
    assert (told.help or "").startswith(remedy)
