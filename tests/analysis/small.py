"""Small rulesets with truths that can be worked out by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from ruleengine.analysis.inspect import Opened, open_ruleset

AS_OF = date(2024, 3, 1)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "x-id": True},
        "feeling": {"type": "string", "enum": ["green", "yellow", "red"]},
        "feeling_at": {"type": "string", "format": "date"},
        "users": {"type": "integer", "minimum": 0, "maximum": 100, "x-unit": "count"},
        "issues": {"type": "integer", "minimum": 0, "maximum": 50, "x-unit": "count"},
        "issues_at": {"type": "string", "format": "date"},
        "plan": {"type": "string", "enum": ["small", "large"]},
    },
}
HEADER = "ruleset small 1.0.0 {\n  effective from 2024-01-01\n  facts thing 1\n}\n"
BANDS = "bands rag {\n  green 75..100 points 87.5\n  yellow 50..<75 points 62.5\n  red 0..<50 points 25\n}\n"
MEASURES = """\
measure mood "Mood" {
  value feeling
  rate  as given
  fresh by feeling_at, expired after 90 days
}
measure seats "Seats" {
  value users
  rate { green when >= 50 ; yellow when >= 20 ; red otherwise }
}
"""


def opened(folder: Path, rules: str, header: str = HEADER + BANDS, schema: dict[str, Any] = SCHEMA) -> Opened:
    """The ruleset of a text, ready to be analysed."""
    path = folder / "rulesets/small/1.0.0.rules"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + rules, encoding="utf-8")
    schemas = folder / "schemas/thing"
    schemas.mkdir(parents=True, exist_ok=True)
    (schemas / "1.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    return open_ruleset(str(path), folder / "rulesets", folder / "schemas", AS_OF)
