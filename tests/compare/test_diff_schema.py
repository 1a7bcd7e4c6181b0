"""`schemas/diff/1.schema.json` describes comparisons, and nothing that is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.compare.consistency import inconsistencies
from tests.compare.sample_documents import (
    SAMPLES,
    SEATS,
    document,
    edit,
    mover,
    outcome,
    part,
    side,
    subject,
    two_edits,
)

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas/diff/1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
ABOUT = subject("measure", "seats", "Seats")
MOVED = mover("acme", outcome(1.0, "red"), outcome(2.0, "green"), [part("a", 1.0)])


def faults(found: dict[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(found)]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_property_is_described_and_required_and_no_other_is_allowed() -> None:
    def open_places(node: Any, path: str) -> list[str]:
        found = []
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                if node.get("additionalProperties") is not False or set(node["required"]) != set(
                    node["properties"]
                ):
                    found.append(path)
                found += [
                    f"{path}.{name}"
                    for name, each in node["properties"].items()
                    if "description" not in each and "$ref" not in each
                ]
            for name, each in node.items():
                found += open_places(each, f"{path}.{name}")
        return found

    assert open_places(SCHEMA, "") == []
    assert all("description" in each for each in SCHEMA["$defs"].values())


@pytest.mark.parametrize("build", SAMPLES.values(), ids=SAMPLES)
def test_samples_are_valid(build: Callable[[], dict[str, Any]]) -> None:
    found = build()
    assert faults(found) == []
    assert inconsistencies(found) == []


@pytest.mark.parametrize(
    "found",
    [
        {key: value for key, value in document().items() if key != "movers"},
        document(colour="red"),
        document(format="ruleengine diff 2"),
        document(old=side("1.0")),
        document(new=side("1.0.0", "2024-02-30")),
        document(edits=[edit("a", "taste", ABOUT, "x")]),
        document(edits=[edit("a", "weight", ABOUT, "x", change="gone")]),
        document(edits=[edit("a", "weight", ABOUT, "x", places={"old": {"file": "x", "line": 0}, "new": None})]),
        document(edits=[edit("a", "weight", ABOUT, "")]),
        document(causes=[{"id": "rain", "cause": "weather", "summary": "x", "effect": {}}]),
        document(movers=[{**MOVED, "method": "guessed"}]),
        document(movers=[{**MOVED, "error": -0.1}]),
        document(movers=[{**MOVED, "sufficient": [[]]}]),
        document(movers=[{**MOVED, "old": outcome(1.0, "red", "unknown")}]),
        document(population={**two_edits()["population"], "matrix": {"green": {"red": 0}}}),
        document(population={**two_edits()["population"], "accounts": -1}),
        document(budget={"ok": True}),
    ],
)  # fmt: skip
def test_what_is_no_comparison_is_refused(found: dict[str, Any]) -> None:
    assert faults(found)


@pytest.mark.parametrize(
    ("change", "report"),
    [
        (("population", "moved"), "moved: 4 is not 3"),
        (("population", "accounts"), "accounts of the matrix: 10 is not 11"),
        (("movers", 0, "change"), "sum of acme in health: -5.75 is not -4.75"),
        (("edits", 1, "effect", "health", "decisive"), f"decisive {SEATS}: 2 is not 1"),
    ],
)
def test_figures_that_do_not_agree_are_found(change: tuple[str | int, ...], report: str) -> None:
    found: Any = two_edits()
    place = found
    for step in change[:-1]:
        place = place[step]
    place[change[-1]] += 1
    assert report in inconsistencies(found)
