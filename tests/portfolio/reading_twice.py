"""Reads files with the reader of single documents and with the one of portfolios, and tells what differs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import duckdb
from attrs import frozen

from ruleengine.columnar.types import FactColumn, column_type
from ruleengine.evaluator.runtime import DateCache, Reader
from ruleengine.facts.model import FactSchema
from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import FactsUnreadable, ReadOptions, ReadSummary, Record, Rejection
from ruleengine.portfolio.ingest import Ingest
from ruleengine.portfolio.reading import IngestOptions
from ruleengine.values import NA, Field, Kind, Type

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INVALID = "invalid"


@frozen
class Read:
    """What a reader made of files: values of each document, rejections, reports and counts; or the refusal of a file."""

    rows: list[tuple[str, int, Any]]
    rejections: list[Rejection]
    counts: tuple[int, int, int, int, int]
    reports: list[str]
    refusal: str = ""


def all_columns(schema: FactSchema) -> tuple[FactColumn, ...]:
    """The columns of a ruleset that reads every fact."""
    return tuple(FactColumn(each.name, column_type(each), each) for each in schema.root.fields)


def values_of(raw: Any, field: Field, zone: str = "UTC") -> Any:
    """The value of a field as the evaluator reads it, with everything inside; `invalid` for what is none."""
    if raw is None:
        return None
    kind = field.type
    if kind.kind is Kind.RECORD:
        if not isinstance(raw, dict):
            return INVALID
        return {each.name: values_of(raw.get(each.name), each, zone) for each in kind.fields}
    value = Reader(field, "", zone, DateCache(), DateCache(), ())(raw, None, None, [])
    if value.__class__ is NA:
        return INVALID
    if kind.kind is Kind.LIST and kind.element is not None:
        found = [values_of(each, Field("", kind.element), zone) for each in raw]
        return [INVALID if each is None else each for each in found]
    if kind.kind is Kind.NUMBER:
        return int(raw) if field.integer else float(raw)
    return value


def has_invalid(values: Any) -> bool:
    """Whether anything in values is invalid."""
    if isinstance(values, dict):
        return any(has_invalid(each) for each in values.values())
    if isinstance(values, list):
        return any(has_invalid(each) for each in values)
    return bool(values == INVALID)


def from_engine(value: Any, kind: Type) -> Any:
    """A value of the engine in the same form."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return round((value.replace(tzinfo=UTC) - _EPOCH).total_seconds() * 1_000_000)
    if isinstance(value, date):
        return value.toordinal()
    if kind.kind is Kind.RECORD:
        assert list(value) == [each.name for each in kind.fields]
        return {each.name: from_engine(value[each.name], each.type) for each in kind.fields}
    if kind.kind is Kind.LIST and kind.element is not None:
        return [from_engine(each, kind.element) for each in value]
    if isinstance(value, float):
        assert math.copysign(1.0, value) > 0 or value != 0
    return value


def read_singly(paths: Sequence[str], schema: FactSchema, options: ReadOptions, zone: str = "UTC") -> Read:
    """What the reader of single documents says."""
    summary = ReadSummary()
    rows, rejections = [], []
    root = Field("", schema.root)
    try:
        for item in read_facts(paths, schema, options, summary):
            if isinstance(item, Record):
                rows.append((item.path, item.line, values_of(item.document, root, zone)))
            else:
                rejections.append(item)
    except FactsUnreadable as refused:
        return Read([], [], _counts(ReadSummary()), [], str(refused))
    return Read(rows, rejections, _counts(summary), list(map(repr, summary.reports)))


def read_in_chunks(
    paths: Sequence[str],
    schema: FactSchema,
    options: ReadOptions,
    zone: str = "UTC",
    rows: int = 250_000,
    fast: list[int] | None = None,
) -> Read:
    """What the reader of portfolios says; `fast` takes how many documents were rows of the engine."""
    connection = duckdb.connect()
    columns = all_columns(schema)
    ingest = Ingest(connection, schema, columns, IngestOptions(rows=rows, zone=zone, read=options))
    found: list[tuple[int, Any]] = []
    rejections: list[Rejection] = []
    try:
        for chunk in ingest.chunks(paths):
            table = connection.execute(f"SELECT * FROM {chunk.table}").fetchall()
            assert len(table) == chunk.rows
            assert [row[0] for row in table] == sorted(row[0] for row in table)
            assert [each[0] for each in chunk.irregular] == sorted(each[0] for each in chunk.irregular)
            for position, *cells in table:
                assert chunk.first <= position < chunk.end
                pairs = zip(columns, cells, strict=True)
                found.append(
                    (position, {each.name: from_engine(cell, each.field.type) for each, cell in pairs})
                )
            for position, document in chunk.irregular:
                values = values_of(document, Field("", schema.root), zone)
                assert has_invalid(values) or not isinstance(document.get("id"), str)
                found.append((position, values))
            rejections += chunk.rejections
            if fast is not None:
                fast.append(chunk.rows)
    except FactsUnreadable as refused:
        return Read([], [], _counts(ReadSummary()), [], str(refused))
    finally:
        connection.close()
    found.sort(key=lambda each: each[0])
    assert len({position for position, _ in found}) == len(found)
    placed = [(*ingest.place(position), values) for position, values in found]
    return Read(placed, rejections, _counts(ingest.summary), list(map(repr, ingest.summary.reports)))


def _counts(summary: ReadSummary) -> tuple[int, int, int, int, int]:
    return (
        summary.read, summary.delivered, summary.rejected, summary.repeated_ids, summary.reports_left_out,
    )  # fmt: skip


def assert_the_same(
    paths: Sequence[str], schema: FactSchema, options: ReadOptions | None = None, **how: Any
) -> Read:
    """Both readers say the same; gives what they say."""
    options = options or ReadOptions()
    zone = how.get("zone", "UTC")
    expected = read_singly(paths, schema, options, zone)
    found = read_in_chunks(paths, schema, options, **how)
    assert found.refusal == expected.refusal
    assert found.rejections == expected.rejections
    for ours, theirs in zip(found.rows, expected.rows, strict=True):
        assert ours == theirs
    assert found.counts == expected.counts
    assert found.reports == expected.reports
    return found
