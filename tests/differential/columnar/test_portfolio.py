"""Random rulesets over files of random accounts, from NDJSON to the lines that are written: with what is not valid, what is
left to the evaluator, lines that are no documents, and accounts without an id. The engine on DuckDB prints the evaluator's bytes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import ReadOptions, ReadSummary, Rejection
from ruleengine.portfolio.duckdb_engine import DuckdbEngine, EngineOptions
from ruleengine.portfolio.duckdb_session import SessionOptions
from ruleengine.portfolio.json_lines import JsonPrinter, bytes_of
from tests.differential.columnar.seeds import random_batch
from tests.differential.pairs import load_checked, write

RULESETS = int(os.environ.get("RULEENGINE_COLUMNAR_FILES", "12"))
FIRST = 700
ACCOUNTS_EACH = 120
BROKEN = (
    "",
    "{",
    '{"id": 5',
    "[]",
    '"text"',
    "null",
    '{"size": 3}',
    '{"id": null}',
    "\ufeff{}",
    '{"id": "a", "id": "b"}',
)
#: Small chunks and batches, so that there are many.
SMALL = EngineOptions(SessionOptions(threads=1), rows=50, size=2**15, batch=2048)


def lines(documents: list[dict[str, Any]], random: Random) -> list[str]:
    """Documents as lines, with a few between them that are none."""
    found = []
    for document in documents:
        facts = {name: value for name, value in document.items() if name != "earlier"}
        found.append(json.dumps(facts, ensure_ascii=random.random() < 0.5))
        if random.random() < 0.08:
            found.append(random.choice(BROKEN))
    return found


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RULESETS))
def test_a_file_is_scored_as_the_evaluator_does(seed: int, tmp_path: Path) -> None:
    files, documents, day = random_batch(seed, ACCOUNTS_EACH)
    ruleset = load_checked(write(files, tmp_path), tmp_path)
    path = tmp_path / "accounts.ndjson"
    path.write_text("\n".join(lines(documents, Random(seed))), encoding="utf-8")
    engine = DuckdbEngine(ruleset.program, ruleset.facts_model, day, ruleset.evaluator, SMALL)
    found, rejected = b"", []
    with engine.over([str(path)], {"line": JsonPrinter(engine.shape).line("\n")}) as results:
        for portion in results:
            rejected += portion.rejections
            for batch, scored in portion.pieces():
                if batch is not None and batch.num_rows:
                    found += bytes_of(batch.column("line"))
                found += b"".join(orjson.dumps(each.result) + b"\n" for each in scored)

    reading = list(read_facts([str(path)], ruleset.facts_model, ReadOptions(), ReadSummary()))
    taken = [each for each in reading if not isinstance(each, Rejection)]
    assert found.split(b"\n")[:-1] == [orjson.dumps(ruleset.score_dict(each.document, day)) for each in taken]
    assert rejected == [each for each in reading if isinstance(each, Rejection)]
    assert len(taken) > 0
