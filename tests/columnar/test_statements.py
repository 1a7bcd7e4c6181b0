"""Compiled queries and views over a table give what the evaluator gives."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.columnar.statements import query_text, table_name
from tests.columnar.warehouse import (
    disagreements,
    emitted_text,
    facts_table,
    fetched,
    regular_rows,
    warehouse,
)

ROOT = Path(__file__).resolve().parents[2]
RULESETS = [
    ROOT / "rulesets" / name
    for name in (
        "customer_health/2.0.0.rules",
        "devops_score/1.0.0.rules",
        "early_warning/1.0.0.rules",
        "use_case_adoption/4.0.0.rules",
    )
]
AS_OF = date(2024, 3, 1)
FACTS = table_name("facts")


def documents() -> dict[str, dict[str, Any]]:
    """The example accounts by their ids."""
    lines = (ROOT / "examples" / "accounts.ndjson").read_text(encoding="utf-8").splitlines()
    return {found["id"]: found for found in map(json.loads, lines)}


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_query_gives_what_the_evaluator_gives(path: Path) -> None:
    ruleset = ruleengine.load(path, rulesets=ROOT / "rulesets", cache=False)
    emitted = emitted_text(ruleset)
    accounts = documents()
    rows = regular_rows(ruleset, emitted, accounts.values())
    connection = warehouse(facts_table(ruleset, emitted, rows))
    found = fetched(connection, query_text(emitted, FACTS, AS_OF))
    compared, lines = disagreements(ruleset, emitted, accounts, found, AS_OF)
    assert lines == []
    assert len(found) == len(rows)
    assert compared > 0.8 * len(rows)
