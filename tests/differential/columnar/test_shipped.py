"""DuckDB and the evaluator give the same bytes for every ruleset of the project and every case, for its own accounts.

Each account also stands there with values changed at random: another number beside an edge, something missing, odd texts.
Rulesets that say `previous` get the account's result of half a year before.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

import ruleengine
from tests.cases.test_cases import CASES, HERE, Evaluation, evaluations
from tests.differential.columnar.accounts import varied
from tests.differential.columnar.batch import compared, on_duckdb

ROOT = Path(__file__).resolve().parents[3]
FIELDS, TRIAL = ROOT / "examples" / "fields", ROOT / "examples" / "trial"
DAYS = ("2024-03-01", "2023-09-30", "2024-02-29")
BEFORE = "2023-08-31"
#: So many variants of each account.
VARIANTS = 4


def rules_below(folder: Path) -> list[Path]:
    """Its rulesets."""
    return sorted(path for path in folder.rglob("*.rules") if not path.name.endswith(".test.rules"))


RULESETS = [
    *rules_below(ROOT / "rulesets"),
    *rules_below(FIELDS / "rulesets"),
    *rules_below(TRIAL / "rulesets"),
]


def label(path: Path) -> str:
    """`customer_health 2.0.0`."""
    return f"{path.parent.name} {path.stem}"


def accounts_for(path: Path) -> list[dict[str, Any]]:
    """The example accounts of a ruleset."""
    facts = ROOT / "examples" / "accounts.ndjson"
    if path.is_relative_to(FIELDS):
        facts = FIELDS / "facts" / f"{path.parent.name}.ndjson"
    elif path.is_relative_to(TRIAL):
        facts = TRIAL / "trials.ndjson"
    return [json.loads(line) for line in facts.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("path", RULESETS, ids=label)
def test_a_ruleset_of_the_project(path: Path) -> None:
    home = path.parents[1]
    ruleset = ruleengine.load(path, rulesets=home, schemas=home.parent / "schemas", cache=False)
    random = Random(label(path))
    documents = accounts_for(path)
    documents += [varied(each, random) for each in documents for _ in range(VARIANTS)]
    day = random.choice(DAYS)
    befores = [
        ruleset.score_dict(each, BEFORE)
        if ruleset.uses_previous and isinstance(each.get("id"), str)
        else None
        for each in documents
    ]
    pairs = list(zip(documents, befores, strict=True))
    found = compared(ruleset, pairs, date.fromisoformat(day), on_duckdb, "duckdb")

    assert (found.kind, found.words, found.different) == ("compared", "", ())
    assert found.same > 0
    assert found.left <= 0.1 * found.fit


#: Cases for which SQL is not what is tested: what the emitter refuses, and why.
NOT_EMITTED: dict[str, str] = {}


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: str(folder.relative_to(HERE)))
def test_a_case(folder: Path) -> None:
    """Where SQL scores an account of a case at all, it scores it as the evaluator does."""
    runs: dict[tuple[ruleengine.Ruleset, str], list[Evaluation]] = {}
    for each in evaluations(folder):
        runs.setdefault((each.ruleset, each.as_of), []).append(each)
    for (ruleset, day), evaluated in runs.items():
        pairs = [(each.facts, each.previous) for each in evaluated]
        found = compared(ruleset, pairs, date.fromisoformat(day), on_duckdb, "duckdb")

        assert found.different == (), [evaluated[each.account].path for each in found.different]
        assert found.kind == "compared", found.words
