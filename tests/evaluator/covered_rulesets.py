"""Small rulesets whose coverage is known, and one call that tells what facts reach."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import ruleengine
from ruleengine.api import Ruleset
from ruleengine.evaluator.coverage import coverage_items
from ruleengine.evaluator.covering import covered

AS_OF = date(2024, 6, 30)
HEAD = """ruleset demo 1.0.0 { facts thing 1 }
bands rag { green 50..100 points 80 ; yellow 20..<50 points 40 ; red 0..<20 points 10 }
"""
_COUNT = {"type": "integer", "minimum": 0, "maximum": 1000, "x-unit": "count"}
_DATE = {"type": "string", "format": "date"}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id", "certain"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "certain": _COUNT,
        "seats": _COUNT,
        "sold": _COUNT,
        "plan": {"type": "string", "enum": ["small", "large"]},
        "said": {"type": "string"},
        "marked": {"type": "boolean"},
        "secret": {"type": "string", "x-secret": True},
        "since": _DATE,
        "seen": _DATE,
        "usage": {"type": "object", "properties": {"users": _COUNT, "share": {"type": "number", "x-unit": "percent 0..1"}}},
        "visits": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"type": "string"}, "on": _DATE, "minutes": _COUNT},
            },
        },
    },
}  # fmt: skip


def loaded(folder: Path, rules: str, **imports: str) -> Ruleset:
    """The ruleset of a text after the usual head, beside files that it imports."""
    (folder / "schemas/thing").mkdir(parents=True, exist_ok=True)
    (folder / "schemas/thing/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    for name, text in {**imports, "demo": HEAD + rules}.items():
        (folder / "rulesets" / name).mkdir(parents=True, exist_ok=True)
        (folder / "rulesets" / name / "1.0.0.rules").write_text(text, encoding="utf-8")
    return ruleengine.load(
        "demo@1.0.0", rulesets=folder / "rulesets", schemas=folder / "schemas", cache=False
    )


def own(ruleset: Ruleset, *kinds: str) -> list[str]:
    """The ids of what the ruleset itself declares, of some kinds or of all."""
    items = coverage_items(ruleset.program)
    return [item.id for item in items if item.own and (not kinds or item.kind in kinds)]


def reached(
    ruleset: Ruleset, kind: str, previous: dict[str, Any] | None = None, /, **facts: Any
) -> list[str]:
    """The ids of one kind that an account reaches, in the order of the file."""
    document = {"id": "a", "certain": 1, **facts}
    found = covered(ruleset.evaluator, document, AS_OF, previous)
    return [item.id for item in coverage_items(ruleset.program) if item.kind == kind and item.id in found]
