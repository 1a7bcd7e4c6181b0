"""Facts of every kind, and documents of them that lie on the edges of conditions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ruleengine
from tests.analysis.small import AS_OF, BANDS
from tests.analysis.solver.truth import Agreement, compared
from tests.columnar.probing import load

PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "role": {"type": "string", "enum": ["buyer", "user"]},
        "logins": {"type": "integer", "minimum": 0, "x-unit": "count"},
        "seen": {"type": "string", "format": "date"},
        "home": {"type": "object", "properties": {"city": {"type": "string"}}},
        "skills": {"type": "array", "items": {"type": "string"}},
    },
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "x-id": True},
        "users": {"type": "integer", "minimum": 0, "maximum": 100, "x-unit": "count"},
        "issues": {"type": "integer", "minimum": -50, "maximum": 50, "x-unit": "count"},
        "load": {"type": "number", "minimum": -10, "maximum": 10},
        "share": {"type": "number", "minimum": 0, "maximum": 100, "x-unit": "percent 0..100"},
        "feeling": {"type": "string", "enum": ["green", "yellow", "red"]},
        "plan": {"type": "string", "enum": ["small", "large"]},
        "note": {"type": "string"},
        "active": {"type": "boolean"},
        "paid": {"type": "boolean"},
        "begun": {"type": "string", "format": "date"},
        "ends": {"type": "string", "format": "date"},
        "called": {"type": "string", "format": "date-time"},
        "contract": {
            "type": "object",
            "required": ["worth"],
            "properties": {
                "worth": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1000, "x-unit": "money USD"},
                "kind": {"type": "string", "enum": ["paper", "click"]},
            },
        },
        "people": {"type": "array", "items": PERSON},
    },
}  # fmt: skip
FULL: dict[str, Any] = {
    "id": "full",
    "users": 10,
    "issues": -5,
    "load": 2.5,
    "share": 50,
    "feeling": "yellow",
    "plan": "large",
    "note": "Never again",
    "active": True,
    "paid": False,
    "begun": "2024-01-31",
    "ends": "2024-05-31",
    "called": "2024-02-29T12:30:00Z",
    "contract": {"worth": 12.5, "kind": "paper"},
    "people": [
        {"name": "Ann", "role": "buyer", "logins": 3, "seen": "2024-02-01", "home": {"city": "Bonn"}},
        {"name": "Ben", "role": "user", "logins": 0, "skills": ["sql"]},
    ],
}
OTHER: dict[str, Any] = {
    "id": "other",
    "users": 0,
    "issues": 7,
    "load": -0.5,
    "share": 0,
    "feeling": "red",
    "plan": "small",
    "note": "all well",
    "active": False,
    "paid": False,
    "begun": "2024-03-01",
    "ends": "2023-12-31",
    "called": "2024-03-01T00:00:00Z",
    "contract": {"worth": 700},
    "people": [],
}
DOCUMENTS = [FULL, OTHER, {"id": "bare"}]


def ruleset(folder: Path, rules: str) -> ruleengine.Ruleset:
    """A ruleset over these facts, with three bands."""
    return load(folder, SCHEMA, BANDS + rules)


def agreement(folder: Path, rules: str, documents: list[dict[str, Any]] | None = None) -> Agreement:
    """What terms and evaluator say of each document; nothing that the evaluator says may be denied."""
    found = compared(ruleset(folder, rules), DOCUMENTS if documents is None else documents, AS_OF)
    assert found.denied == []
    return found


def triggers(conditions: list[str]) -> str:
    """A trigger for each condition, named by its place."""
    return "".join(
        f'trigger t{number} "T" {{ when {condition} }}\n' for number, condition in enumerate(conditions)
    )


def held(folder: Path, settled: list[str], left: list[str], more: str = "") -> None:
    """Hold conditions against the evaluator: the terms settle some of them, and leave others open without denying them."""
    found = agreement(folder, more + triggers([*settled, *left]))
    places = {f"trigger t{len(settled) + number}" for number in range(len(left))}
    named = {f"trigger t{number}": condition for number, condition in enumerate([*settled, *left])}
    assert {named[each] for each in found.left} == {named[each] for each in places}
