"""The second opinion agrees with the engine on every ruleset that comes with the project, for every example account.

Each account has one of three dates; `RULEENGINE_DIFFERENTIAL_DATES=all` gives it all of them.
Rulesets that say `previous` get the account's result of half a year before, as the engine gave it then.
"""

from __future__ import annotations

import json
import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from tests.differential.compare import differences, score_differences
from tests.differential.reference import evaluate_module
from tests.differential.reference.modules import Module, load_module, load_schema

ROOT = Path(__file__).resolve().parents[2]
RULESETS = sorted(
    path for path in (ROOT / "rulesets").rglob("*.rules") if not path.name.endswith(".test.rules")
)
DATES = ("2024-03-01", "2023-09-30", "2025-02-15")
BEFORE = "2023-08-31"


@cache
def accounts() -> tuple[dict[str, Any], ...]:
    """All example accounts."""
    lines = (ROOT / "examples" / "accounts.ndjson").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


@cache
def both(path: Path) -> tuple[ruleengine.Ruleset, Module, dict[str, Any]]:
    """A ruleset as the engine and as the second opinion read it, with its fact schema."""
    module = load_module(path, ROOT / "rulesets")
    engine = ruleengine.load(path, rulesets=ROOT / "rulesets", schemas=ROOT / "schemas", cache=False)
    return engine, module, load_schema(module, ROOT / "schemas")


def label(path: Path) -> str:
    """`customer_health 2.0.0`."""
    return f"{path.parent.name} {path.stem}"


@pytest.mark.parametrize("day", DATES)
@pytest.mark.parametrize("path", RULESETS, ids=label)
def test_engine_and_reference_agree_on_a_ruleset_of_the_project(path: Path, day: str) -> None:
    engine, module, schema = both(path)
    faults = []
    every = os.environ.get("RULEENGINE_DIFFERENTIAL_DATES") == "all"
    for facts in accounts() if every else accounts()[DATES.index(day) :: len(DATES)]:
        before = engine.score_dict(facts, BEFORE) if engine.uses_previous else None
        found = engine.score_dict(facts, day, before)
        expected = evaluate_module(module, facts, date.fromisoformat(day), schema, before)
        lines = differences(expected, found)
        lines += score_differences(found, engine.scores(facts, day, before))
        faults += [f"{facts['id']}: {line}" for line in lines]

    assert faults == []


def test_what_is_compared_is_there() -> None:
    """Among the accounts are some for which triggers fire, also by what was before, and that stand in a cell."""
    fired, cells = set(), set()
    signals = both(ROOT / "rulesets" / "renewal_signals" / "1.0.0.rules")[0]
    warnings = both(ROOT / "rulesets" / "early_warning" / "1.0.0.rules")[0]
    for facts in accounts():
        before = signals.score_dict(facts, BEFORE)
        fired |= {each["name"] for each in signals.score_dict(facts, DATES[0], before)["triggers"]}
        cells.add(warnings.score_dict(facts, DATES[0])["matrices"]["strategy"]["cell"])

    assert {"churn", "product_score_drop", "seat_expansion"} <= fired
    assert len(cells) >= 4


def test_every_ruleset_is_asked() -> None:
    assert len(RULESETS) >= 15
    assert [label(path) for path in RULESETS if both(path)[0].uses_previous] == ["renewal_signals 1.0.0"]
