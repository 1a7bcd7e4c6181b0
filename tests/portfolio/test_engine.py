"""The engine on DuckDB gives the evaluator's bytes, in the order of the input, for every ruleset of the project."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import duckdb
import orjson
import pyarrow.parquet as parquet
import pytest

import ruleengine
from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import FactsUnreadable, ReadOptions, ReadSummary, Rejection
from ruleengine.portfolio.duckdb_engine import DuckdbEngine, EngineOptions, Portion, Scored
from ruleengine.portfolio.duckdb_session import SessionOptions
from ruleengine.portfolio.json_lines import JsonPrinter, bytes_of, settled
from ruleengine.portfolio.result_documents import document_of, row_of
from ruleengine.portfolio.typed_output import TypedOutput
from tests.portfolio.hostile_lines import ODD

ROOT = Path(__file__).parents[2]
AS_OF = date(2024, 3, 1)
ACCOUNTS = ROOT / "examples" / "accounts.ndjson"
RULESETS = sorted(path.name for path in (ROOT / "rulesets").iterdir())
#: Small chunks and batches, so that there are many.
SMALL = EngineOptions(SessionOptions(threads=2), rows=40, size=2**15, batch=2048)


def load(name: str) -> ruleengine.Ruleset:
    return ruleengine.load(name, rulesets=ROOT / "rulesets", as_of=AS_OF)


def evaluated(ruleset: ruleengine.Ruleset, path: Path) -> list[bytes]:
    reading = read_facts([str(path)], ruleset.facts_model, ReadOptions(), ReadSummary())
    return [
        orjson.dumps(ruleset.score_dict(item.document, AS_OF))
        for item in reading
        if not isinstance(item, Rejection)
    ]


def engine_for(ruleset: ruleengine.Ruleset, options: EngineOptions = SMALL) -> DuckdbEngine:
    return DuckdbEngine(ruleset.program, ruleset.facts_model, AS_OF, ruleset.evaluator, options)


def printed(engine: DuckdbEngine, path: Path) -> list[bytes]:
    found = b""
    with engine.over([str(path)], {"line": JsonPrinter(engine.shape).line("\n")}) as results:
        for portion in results:
            for batch, scored in portion.pieces():
                if batch is not None and batch.num_rows:
                    found += bytes_of(batch.column("line"))
                found += b"".join(orjson.dumps(each.result) + b"\n" for each in scored)
    return found.split(b"\n")[:-1]


def whole(portion: Portion) -> Iterator[tuple[object, Sequence[Scored]]]:
    return portion.pieces()


@pytest.mark.parametrize("name", RULESETS)
def test_lines_columns_and_documents_are_the_evaluators(name: str, tmp_path: Path) -> None:
    ruleset = load(name)
    expected = evaluated(ruleset, ACCOUNTS)
    engine = engine_for(ruleset)
    assert printed(engine, ACCOUNTS) == expected
    target = tmp_path / "out.parquet"
    with engine.over([str(ACCOUNTS)]) as results:
        TypedOutput(engine.shape, results, whole, SMALL.session).parquet(str(target))
    rows = parquet.read_table(target).to_pylist()
    assert [orjson.dumps(document_of(row, engine.shape)) for row in rows] == expected
    for line in expected:
        row = row_of(orjson.loads(line), engine.shape)
        assert orjson.dumps(document_of({**row}, engine.shape)) == line


def test_hostile_and_broken_lines(tmp_path: Path) -> None:
    ruleset = load("customer_health")
    path = tmp_path / "hostile.ndjson"
    good = ACCOUNTS.read_bytes().split(b"\n")[:-1]
    lines = [line for odd in ODD.values() for line in (*good[:7], odd)]
    path.write_bytes(b"\n".join(lines))
    engine = engine_for(ruleset)
    assert printed(engine, path) == evaluated(ruleset, path)


def test_texts_that_look_like_code_are_texts(tmp_path: Path) -> None:
    names = [
        'x"; DROP TABLE results; --',
        "{{ 7*7 }}",
        "'; SELECT 1 --",
        "\\u0000",
        "\x01\x1f\x7f\u2028é😀",
        "$1",
        "%s",
    ]
    path = tmp_path / "odd.ndjson"
    documents = [{"id": name, "account": {"name": name, "region": name}} for name in names]
    path.write_text("".join(json.dumps(each) + "\n" for each in documents), encoding="utf-8")
    ruleset = load("account_triage")
    found = printed(engine_for(ruleset), path)
    assert [orjson.loads(line)["id"] for line in found] == names
    assert found == evaluated(ruleset, path)


def test_a_database_has_one_table(tmp_path: Path) -> None:
    ruleset = load("customer_health")
    engine = engine_for(ruleset)
    target = tmp_path / "out.duckdb"
    with engine.over([str(ACCOUNTS)]) as results:
        TypedOutput(engine.shape, results, whole, SMALL.session).database(str(target))
    with duckdb.connect(str(target), read_only=True) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM results").fetchall()]
    assert ids == [orjson.loads(line)["id"] for line in evaluated(ruleset, ACCOUNTS)]


def test_no_input_at_all(tmp_path: Path) -> None:
    (tmp_path / "none.ndjson").write_bytes(b"")
    engine = engine_for(load("customer_health"))
    assert printed(engine, tmp_path / "none.ndjson") == []
    with pytest.raises(FactsUnreadable), engine.over([str(tmp_path / "nowhere.ndjson")]):
        pass


def test_damage_in_the_middle_is_told_like_anywhere(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "cut.ndjson.gz"
    path.write_bytes(gzip.compress(ACCOUNTS.read_bytes() * 20)[:-5000])
    ruleset = load("customer_health")
    assert printed(engine_for(ruleset), path) == evaluated(ruleset, path)


@pytest.mark.parametrize(
    "line", [b'{"x":1e-05}', b'{"x":1e+17}', b'{"x":"\\u001F"}', b'{"x":-9.999e-05,"y":1}', b'{"x":"e-05"}']
)
def test_lines_that_the_engines_print_differently_are_settled(line: bytes) -> None:
    assert settled(line) == orjson.dumps(orjson.loads(line))
