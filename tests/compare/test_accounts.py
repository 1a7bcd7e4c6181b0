"""Accounts of a comparison: read once or on both sides, joined by id, made from the schema; and who does the work."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ruleengine.compare.accounts import AccountReader, Documents, FactsSource
from ruleengine.compare.workers import Workers
from ruleengine.facts.model import FactSchema
from ruleengine.facts.records import FactsUnreadable, Rejection
from ruleengine.facts.schema import load_schema

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "seats": {"type": "integer", "minimum": 0, "maximum": 100, "x-unit": "count"},
    },
}


@pytest.fixture
def schema(tmp_path: Path) -> FactSchema:
    (tmp_path / "thing").mkdir()
    (tmp_path / "thing/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    found, reports = load_schema("thing", "1", tmp_path)
    assert found is not None, reports
    return found


def facts(path: Path, text: str) -> str:
    """Write one record a word: `a1 b2` are the ids a and b with 1 and 2 seats; `!` is no record."""
    lines = [
        f'{{"id": "{word[0]}", "seats": {word[1:]}}}' if word != "!" else "nonsense" for word in text.split()
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def read(source: FactsSource, schema: FactSchema, **more: Any) -> tuple[list[str], AccountReader]:
    """The accounts as `a1` (the same facts on both sides) or `a1>2`, and the reader."""
    reader = AccountReader(source, (schema, schema), date(2024, 6, 1), lambda: schema, **more)
    found = []
    for each in reader:
        after = "" if each.new is None else f">{each.new['seats']}"
        found.append(f"{each.id}{each.old['seats']}{after}")
    return found, reader


def test_facts_for_both_sides(tmp_path: Path, schema: FactSchema) -> None:
    paths = facts(tmp_path / "x.ndjson", "a1 ! b2"), facts(tmp_path / "y.ndjson", "c3 a4")
    rejected: list[Rejection] = []
    found, reader = read(FactsSource(both=paths), schema, on_rejection=rejected.append)
    assert found == ["a1", "b2", "c3", "a4"]  # as for `eval`, an id that occurs again is told, and scored
    assert (reader.counts.rejected, [each.line for each in rejected]) == (1, [2])
    [reading] = reader.counts.readings
    assert (reading.read, reading.delivered, reading.repeated_ids) == (5, 4, 1)


@pytest.mark.parametrize(
    ("old", "new", "found", "only_old", "only_new", "rejected"),
    [
        ("a1 b2 c3", "a4 b5 c6", ["a1>4", "b2>5", "c3>6"], 0, 0, 0),
        ("a1 b2 c3", "c6 b5 a4", ["c3>6", "b2>5", "a1>4"], 0, 0, 0),
        ("a1 b2 c3", "d9 b5", ["b2>5"], 2, 1, 0),
        ("a1", "b2", [], 1, 1, 0),
        ("a1 a2 b3", "b4 a5 b6", ["b3>4", "a1>5"], 0, 0, 2),
        ("a1 ! b3", "! ! b4", ["b3>4"], 1, 0, 3),
        ("", "a1", [], 0, 1, 0),
    ],
)
def test_sides_are_joined_by_id(
    old: str, new: str, found: list[str], only_old: int, only_new: int, rejected: int, tmp_path: Path, schema: FactSchema
) -> None:  # fmt: skip
    source = FactsSource(old=(facts(tmp_path / "o.ndjson", old),), new=(facts(tmp_path / "n.ndjson", new),))
    accounts, reader = read(source, schema)
    counts = reader.counts
    assert accounts == found
    assert (counts.only_old, counts.only_new, counts.rejected) == (only_old, only_new, rejected)
    before, after = sorted(counts.readings, key=lambda reading: reading.read != len(old.split()))
    assert before.read + after.read == len(old.split()) + len(new.split())


def test_an_id_that_occurs_again_is_rejected_where_sides_are_joined(
    tmp_path: Path, schema: FactSchema
) -> None:
    rejected: list[Rejection] = []
    source = FactsSource(
        old=(facts(tmp_path / "o.ndjson", "a1 a2"),), new=(facts(tmp_path / "n.ndjson", "a3"),)
    )
    assert read(source, schema, on_rejection=rejected.append)[0] == ["a1>3"]
    [each] = rejected
    assert (each.code, each.id, each.line, each.path) == ("RE503", "a", 2, str(tmp_path / "o.ndjson"))


def test_standard_input_cannot_be_both_sides(schema: FactSchema) -> None:
    with pytest.raises(FactsUnreadable, match="standard input can be read only once"):
        read(FactsSource(old=("-",), new=("-",)), schema)


def test_documents_of_a_program(schema: FactSchema) -> None:
    documents: list[dict[str, Any]] = [{"id": "a", "seats": 1}, {"seats": 2}, {"id": "c", "seats": 3}]
    found, reader = read(FactsSource(both=Documents(documents)), schema)
    assert (found, reader.counts.rejected) == (["a1", "c3"], 1)
    [report] = reader.counts.readings[0].reports
    assert str(report) == "<facts>:2:1: error[RE502]: the record has no id: `id` is missing"
    later = [{"id": "c", "seats": 4}, {"id": "b", "seats": 5}]
    found, reader = read(FactsSource(old=Documents(documents), new=Documents(later)), schema)
    assert (found, reader.counts.only_old, reader.counts.only_new) == (["c3>4"], 1, 1)


def test_made_accounts_come_last_and_are_known_as_made(tmp_path: Path, schema: FactSchema) -> None:
    source = FactsSource(both=(facts(tmp_path / "x.ndjson", "a1"),), generated=3, seed=7)
    reader = AccountReader(source, (schema, schema), date(2024, 6, 1), lambda: schema)
    found = list(reader)
    assert [each.id for each in found] == ["a", "generated-000001", "generated-000002", "generated-000003"]
    assert [each.old["id"] for each in found] == [each.id for each in found]
    again = AccountReader(source, (schema, schema), date(2024, 6, 1), lambda: schema)
    assert list(again) == found
    assert (
        list(
            AccountReader(
                FactsSource(generated=3, seed=8), (schema, schema), date(2024, 6, 1), lambda: schema
            )
        )
        != found[1:]
    )


def test_earlier_results_go_with_their_account(tmp_path: Path, schema: FactSchema) -> None:
    source = FactsSource(both=(facts(tmp_path / "x.ndjson", "a1 b2"),))
    known: dict[str | int, dict[str, Any]] = {"b": {"id": "b"}}
    reader = AccountReader(source, (schema, schema), date(2024, 6, 1), lambda: schema, known.get)
    assert [each.previous for each in reader] == [None, {"id": "b"}]


# ── Who does the work ───────────────────────────────────────────────────────────────────────────────────────────────


def worker(factor: int) -> Callable[[int], tuple[int, int]]:
    """A worker that tells what it made, and in which process."""
    return lambda number: (number * factor, os.getpid())


@pytest.mark.parametrize("count", [0, 1, 256, 257, 1_000, 5_000])
@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_the_order_is_kept(count: int, jobs: int) -> None:
    found = list(Workers(partial(worker, 3), jobs).over(range(count)))
    assert [number for number, _ in found] == [3 * number for number in range(count)]
    processes = {process for _, process in found[256:]}
    assert (os.getpid() in processes) == (jobs == 1 and count > 256)


def failing() -> Callable[[int], int]:
    """A worker that fails late."""
    return lambda number: 1 // (2_000 - number)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failure_reaches_the_caller(jobs: int) -> None:
    outcomes = Workers(failing, jobs).over(range(10_000))
    assert len([next(outcomes) for _ in range(1_000)]) == 1_000
    with pytest.raises(ZeroDivisionError):
        list(outcomes)


def test_whoever_stops_listening_stops_the_work() -> None:
    work = Workers(partial(worker, 1), 2).over(iter(range(10**9)))
    assert [next(work)[0] for _ in range(1_000)] == list(range(1_000))
    work.close()
