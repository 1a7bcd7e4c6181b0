"""`schemas/result/1.schema.json` describes results, and nothing that is none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from ruleengine import api
from tests.report.results import card, measure, node, result

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas/result/1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
OVERRIDE = {"band": "red", "reason": "unhappy", "line": 40}


def faults(document: dict[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_property_is_described() -> None:
    def undescribed(node: Any, path: str) -> list[str]:
        found = []
        for name, each in node.get("properties", {}).items():
            if "description" not in each and "$ref" not in each:
                found.append(f"{path}.{name}")
            found += undescribed(each, f"{path}.{name}")
        return found

    assert undescribed(SCHEMA, "") == []
    for name, each in SCHEMA["$defs"].items():
        assert "description" in each
        assert undescribed(each, name) == []


@pytest.mark.parametrize(
    "document",
    [
        result(),
        result(7),
        result(scorecards={}, measures={}),
        result(scorecards={"health": card(override=OVERRIDE, borderline={"band": "red", "distance": 0.0})}),
        result(scorecards={"health": card(override={"score": 10, "reason": None, "line": 4})}),
        result(
            scorecards={"health": card(limits=[{"kind": "cap", "score": 60.0, "reason": None, "line": 9}])}
        ),
        result(
            scorecards={
                "health": card(status="missing", score=None, band=None, coverage=None, reason="no data")
            }
        ),
        result(scorecards={"health": card(nodes={"seats": node(imputed=True, effective_weight=None)})}),
        result(
            measures={
                "seats": measure(computed_band="green", computed_points=87.5, override=OVERRIDE, limits=[])
            }
        ),
        result(outputs={"a": 1.5, "b": None, "c": "x", "d": [1, 2], "e": {"label": "Protect"}, "f": True}),
        result(
            problems=[{"code": "RE504", "message": "a text", "line": None, "pointer": "/a/b", "of": "seats"}]
        ),
        result(assumptions=[{"path": "a.b", "value": False, "reason": None}]),
        result(conditions={"--where": None}),
    ],
)
def test_results_are_valid(document: dict[str, Any]) -> None:
    assert faults(document) == []


@pytest.mark.parametrize(
    "document",
    [
        {key: value for key, value in result().items() if key != "engine"},
        result(colour="red"),
        result(as_of="2024-02-30"),
        result(as_of="1 March 2024"),
        result(ruleset={"name": "demo", "version": "1.2", "digest": "sha256:0"}),
        result(scorecards={"health": card(coverage=1.5)}),
        result(scorecards={"health": card(status="unknown")}),
        result(scorecards={"health": card(override={"reason": "x", "line": 1})}),
        result(scorecards={"health": card(override={**OVERRIDE, "score": 1})}),
        result(
            scorecards={
                "health": card(limits=[{"kind": "override", "band": "red", "reason": None, "line": 1}])
            }
        ),
        result(scorecards={"health": card(next_band={"band": "green"})}),
        result(scorecards={"health": card(nodes={"seats": node(imputed=False)})}),
        result(measures={"seats": measure(line=0)}),
        result(segments=["growth", "growth"]),
        result(problems=[{"code": "504", "message": "x", "line": None}]),
        result(conditions={"--where": "yes"}),
    ],
)
def test_what_is_no_result_is_refused(document: dict[str, Any]) -> None:
    assert faults(document)


@pytest.mark.parametrize("version", ["0.9.0", "1.0.0", "2.0.0"])
def test_every_example_gives_a_valid_result(version: str) -> None:
    ruleset = api.load(f"customer_health@{version}", rulesets=ROOT / "rulesets")
    lines = (ROOT / "examples/accounts.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 40
    for line in lines:
        scored = ruleset.score_dict(json.loads(line), date(2024, 3, 1))
        assert faults(scored) == [], scored["id"]
