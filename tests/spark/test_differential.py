"""Random rulesets on random accounts: Spark and the evaluator print the same bytes.

Two thousand pairs in a run of this stage: `RULESETS` rulesets with `DOCUMENTS` documents each. The environment variable
`RULEENGINE_SPARK_PAIRS` asks for more of them, and `RULEENGINE_SPARK_SEED` for others.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

import ruleengine
from ruleengine.columnar.emit import NotEmitted
from ruleengine.portfolio.spark import SparkJob, run_spark
from tests.differential.pairs import load_checked, random_pairs, write

RULESETS, DOCUMENTS = 4, 500
PAIRS = int(os.environ.get("RULEENGINE_SPARK_PAIRS", RULESETS * DOCUMENTS))
SEED = int(os.environ.get("RULEENGINE_SPARK_SEED", 5000))
DAY = date(2024, 3, 1)


def random_case(seed: int, folder: Path) -> tuple[ruleengine.Ruleset, Path] | None:
    """A random ruleset that `check` takes, and a file of documents; None for a ruleset that asks for earlier results."""
    files, documents = random_pairs(seed, DOCUMENTS)
    try:
        ruleset = load_checked(write(files, folder), folder)
    except ruleengine.RulesetError:
        return None
    if ruleset.uses_previous:
        return None
    path = folder / "facts.ndjson"
    numbered = ({**each, "id": f"{number}"} for number, each in enumerate(documents))
    path.write_bytes(
        b"\n".join(orjson.dumps({k: v for k, v in each.items() if k != "previous"}) for each in numbered)
    )
    return ruleset, path


def cases(count: int) -> list[int]:
    """Seeds of rulesets; the same for the same count."""
    return [SEED + number for number in range(count)]


@pytest.mark.parametrize("seed", cases(-(-PAIRS // DOCUMENTS)))
def test_random_rulesets_score_the_same_bytes(seed: int, spark: Any, tmp_path: Path) -> None:
    case = None
    for further in range(20):
        case = random_case(seed + further * 100_000, tmp_path / str(further))
        if case is not None:
            break
    assert case is not None
    ruleset, path = case
    job = SparkJob(ruleset.program, ruleset.facts_model, [str(path)], str(tmp_path / "out.ndjson"), DAY)
    try:
        run = run_spark(job)
    except NotEmitted as refused:
        pytest.fail(f"not emitted: {refused}")
    parts = sorted((tmp_path / "out.ndjson").glob("part-*"))
    found = [line for part in parts for line in part.read_bytes().split(b"\n") if line]
    documents = [orjson.loads(line) for line in path.read_bytes().split(b"\n")]
    wanted = [orjson.dumps(ruleset.score_dict(each, DAY)) for each in documents]
    different = [(a, b) for a, b in zip(wanted, found, strict=True) if a != b]
    assert different == []
    assert run.by_evaluator < DOCUMENTS, "SQL has answered nothing"
