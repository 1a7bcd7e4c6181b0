"""Parquet in: columns by name and by type, documents for the evaluator, refusals."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ruleengine.facts.records import FactsUnreadable, ReadSummary, Record, Rejection
from ruleengine.portfolio.ingest import Chunk, Ingest
from ruleengine.portfolio.reading import IngestOptions
from ruleengine.portfolio.records import read_records
from tests.facts.samples import customer_schema
from tests.portfolio.reading_twice import all_columns, assert_the_same, from_engine

SCHEMA = customer_schema()
NESTED = """
  SELECT 'a' || i AS id, i AS size, {'share': i * 1.5, 'active': i %% 2 = 0, 'since': DATE '2024-01-01' + i::INTEGER,
    'level': 'low', 'events': [{'at': TIMESTAMP '2024-01-01 10:00:00.5'}]} AS usage FROM range(%d) t(i)
"""


def write(path: Path, query: str, options: str = "") -> str:
    """A Parquet file of what a query gives."""
    path.parent.mkdir(parents=True, exist_ok=True)
    quoted = str(path).replace("'", "''")
    duckdb.connect().execute(f"COPY ({query}) TO '{quoted}' (FORMAT parquet {options})")
    return str(path)


def ingested(paths: list[str], **how: Any) -> tuple[list[dict[str, Any]], list[Chunk], Ingest]:
    """The rows of the engine as documents of values, the chunks, and what read them."""
    connection = duckdb.connect()
    columns = all_columns(SCHEMA)
    ingest = Ingest(connection, SCHEMA, columns, IngestOptions(**how))
    rows: list[dict[str, Any]] = []
    chunks = []
    positions: list[int] = []
    for chunk in ingest.chunks(paths):
        found = connection.execute(f"SELECT * FROM {chunk.table}").fetchall()
        assert len(found) == chunk.rows
        positions += [row[0] for row in found]
        for _, *cells in found:
            pairs = zip(columns, cells, strict=True)
            rows.append({each.name: from_engine(cell, each.field.type) for each, cell in pairs})
        chunks.append(chunk)
    assert positions == sorted(positions)
    return rows, chunks, ingest


def records(paths: list[str]) -> tuple[list[Record | Rejection], ReadSummary]:
    """What the evaluator is given."""
    summary = ReadSummary()
    return list(read_records(paths, SCHEMA, None, summary)), summary


def as_ndjson(folder: Path, paths: list[str]) -> str:
    """The records written again as NDJSON, whose reading is tested elsewhere."""
    import orjson

    items, _ = records(paths)
    path = folder / "again.ndjson"
    path.write_bytes(b"\n".join(orjson.dumps(item.document) for item in items if isinstance(item, Record)))
    return str(path)


def test_structs(tmp_path: Path) -> None:
    path = write(tmp_path / "x.parquet", NESTED % 3)
    rows, chunks, ingest = ingested([path])
    day = 738886  # 2024-01-01
    moment = 1_704_103_200_500_000
    assert rows[1] == {
        "id": "a1",
        "size": 1,
        "usage": {
            "share": 1.5,
            "active": False,
            "since": day + 1,
            "level": "low",
            "events": [{"at": moment}],
        },
    }
    assert [each.irregular for each in chunks] == [[]]
    assert ingest.place(2) == (path, 3)
    items, _ = records([path])
    assert isinstance(items[1], Record)
    assert items[1].document == {
        "id": "a1",
        "size": 1,
        "usage": {
            "share": 1.5, "active": False, "since": "2024-01-02", "level": "low", "events": [{"at": "2024-01-01T10:00:00.5Z"}],
        },
    }  # fmt: skip


def test_flat_columns_are_records(tmp_path: Path) -> None:
    query = """SELECT 'a' AS id, 3::TINYINT AS size, 2.5::DECIMAL(9, 2) AS "usage.share", '2024-01-02' AS "usage.since",
      [{'at': '2024-01-01T10:00:00+02:00', 'more': 1}] AS "usage.events"
      UNION ALL SELECT 'b', NULL, NULL, NULL, NULL"""
    path = write(tmp_path / "x.parquet", query)
    rows, _, _ = ingested([path])
    usage = {
        "share": 2.5,
        "active": None,
        "since": 738887,
        "level": None,
        "events": [{"at": 1_704_096_000_000_000}],
    }
    assert rows == [{"id": "a", "size": 3, "usage": usage}, {"id": "b", "size": None, "usage": None}]
    items, _ = records([path])
    events = [{"at": "2024-01-01T10:00:00+02:00"}]
    assert [item.document for item in items if isinstance(item, Record)] == [
        {"id": "a", "size": 3, "usage": {"share": 2.5, "since": "2024-01-02", "events": events}},
        {"id": "b"},
    ]


VALUES = {
    "a fraction": ("5.5", "DOUBLE", "size", 5.5),
    "-10^15": ("-1000000000000000", "HUGEINT", "size", float(-(10**15))),
    "the largest of 64 bits": ("18446744073709551615", "UBIGINT", "usage.share", 2**64 - 1),
    "the smallest of 64 bits": ("'-9223372036854775808'", "BIGINT", "size", -(2**63)),
    "10^15": ("1000000000000000", "BIGINT", "size", 10**15),
    "NaN": ("'nan'", "DOUBLE", "usage.share", math.nan),
    "infinity": ("'-infinity'", "DOUBLE", "usage.share", -math.inf),
    "an unknown word": ("'lo'", "VARCHAR", "usage.level", "lo"),
    "no date": ("'2023-02-29'", "VARCHAR", "usage.since", "2023-02-29"),
    "a date beyond the calendar": ("'10000-01-01'", "DATE", "usage.since", "10000-01-01"),
}


@pytest.mark.parametrize("what", VALUES)
def test_values_that_are_not_valid_are_the_evaluators(what: str, tmp_path: Path) -> None:
    sql, kind, column, expected = VALUES[what]
    query = f"""SELECT 'a' AS id, NULL::{kind} AS "{column}" UNION ALL SELECT 'b', {sql}::{kind} UNION ALL SELECT 'c', NULL"""
    path = write(tmp_path / "x.parquet", query)
    rows, (chunk,), _ = ingested([path])
    assert [row["id"] for row in rows] == ["a", "c"]
    ((position, document),) = chunk.irregular
    assert position == 1
    found: Any = document
    for step in column.split("."):
        found = found[step]
    assert repr(found) == repr(expected)  # NaN is not equal to itself


def test_rows_without_an_id_and_ids_that_come_again(tmp_path: Path) -> None:
    query = "SELECT * FROM (VALUES ('a', 1), (NULL, 2), (' ', 3), ('a', 4)) t(id, size)"
    path = write(tmp_path / "x.parquet", query)
    _, (chunk,), ingest = ingested([path])
    items, summary = records([path])
    assert [(each.line, each.code, each.reason) for each in chunk.rejections] == [
        (2, "RE502", "the record has no id: `id` is missing"),
        (3, "RE502", "the record has no id: `id` is empty"),
    ]
    assert chunk.rejections == [item for item in items if isinstance(item, Rejection)]
    assert ingest.summary == summary
    assert [report.message for report in summary.reports][-1] == "the id `a` occurs again, after line 1"


def test_many_row_groups_keep_their_order(tmp_path: Path) -> None:
    path = write(tmp_path / "x.parquet", NESTED % 20_000, ", ROW_GROUP_SIZE 2048")
    other = write(tmp_path / "y.parquet", "SELECT 'b' AS id, 1 AS size")
    rows, chunks, _ = ingested([path, other], rows=5_000)
    assert [row["id"] for row in rows] == [*(f"a{number}" for number in range(20_000)), "b"]
    assert [chunk.rows for chunk in chunks] == [6144, 6144, 6144, 1569]
    assert [chunk.bytes_read for chunk in chunks] == sorted(chunk.bytes_read for chunk in chunks)


def test_what_parquet_holds_is_what_ndjson_holds(tmp_path: Path) -> None:
    path = write(tmp_path / "x.parquet", NESTED % 50)
    rows, _, _ = ingested([path])
    again = assert_the_same([as_ndjson(tmp_path, [path])], SCHEMA)
    assert rows == [values for _, _, values in again.rows]


def test_folders_of_a_partitioned_data_set_are_facts(tmp_path: Path) -> None:
    for level, size in (("low", 1), ("high", 2)):
        write(tmp_path / f"data/usage.level={level}/size={size}/it's [x].parquet", f"SELECT '{level}' AS id")
    write(tmp_path / "data/_temporary/x.parquet", "SELECT 'no' AS id")
    rows, _, _ = ingested([str(tmp_path / "data")])
    assert [(row["id"], row["size"]) for row in rows] == [("high", 2), ("low", 1)]
    rows, _, _ = ingested([str(tmp_path / "data/*/*/*.parquet")])
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT 'a' AS id, 'x' AS size", "the column `size` of `{}` is VARCHAR, and its fact needs numbers"),
        ("SELECT 'a' AS id, 5 AS usage", "the column `usage` of `{}` is INTEGER, and its fact needs a struct"),
        ("SELECT 'a' AS id, {'active': 1} AS usage", "the column `usage.active` of `{}` is INTEGER, and its fact needs BOOLEAN"),
        ("SELECT 'a' AS id, [1] AS \"usage.events\"", "the column `usage.events[]` of `{}` is INTEGER, and its fact needs a struct"),
        ("SELECT 'a' AS id, {'events': 'x'} AS usage", "the column `usage.events` of `{}` is VARCHAR, and its fact needs a list"),
        ("SELECT 5 AS id", "the column `id` of `{}` is INTEGER, and its fact needs texts"),
        ("SELECT 'a' AS ids", "`{}` has no column `id` for the id"),
        ("SELECT 'a' AS id, {'share': 1} AS usage, 1 AS \"usage.share\"", "the column `usage` overlaps with its own parts"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_used(query: str, message: str, tmp_path: Path) -> None:
    path = write(tmp_path / "x.parquet", query)
    for read in (ingested, records):
        with pytest.raises(FactsUnreadable) as refused:
            read([path])
        assert refused.value.diagnostic.code == "RE514"
        assert refused.value.diagnostic.message == message.format(path)


def test_unknown_columns_are_one_report(tmp_path: Path) -> None:
    path = write(tmp_path / "x.parquet", "SELECT 'a' AS id, 1 AS sise, 2 AS other")
    _, _, ingest = ingested([path])
    _, summary = records([path])
    assert ingest.summary == summary
    (report,) = summary.reports
    assert (report.code, report.help) == ("RE517", "did you mean `size`?")


def test_files_that_are_cut_off(tmp_path: Path) -> None:
    whole = Path(write(tmp_path / "whole.parquet", NESTED % 5_000)).read_bytes()
    path = tmp_path / "x.parquet"
    for content in (b"", b"PAR1", whole[:-1], whole[: len(whole) // 2], b"PAR1" + whole):
        path.write_bytes(content)
        for read in (ingested, records):
            with pytest.raises(FactsUnreadable) as refused:
                read([str(path)])
            assert refused.value.diagnostic.code == "RE514"
            assert str(path) in refused.value.diagnostic.message
            assert "\n" not in refused.value.diagnostic.message


def test_addresses_need_the_extension(tmp_path: Path) -> None:
    if duckdb.connect().execute(
        "SELECT installed FROM duckdb_extensions() WHERE extension_name = 'httpfs'"
    ).fetchone() == (True,):
        pytest.skip("the extension is installed here")
    for path in ("s3://nowhere/x.parquet", "https://nowhere.invalid/x.ndjson", "gs://nowhere/*.parquet"):
        with pytest.raises(FactsUnreadable, match="extension `httpfs` is not there") as refused:
            ingested([path])
        assert "INSTALL httpfs" in refused.value.diagnostic.help
