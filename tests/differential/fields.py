"""What the sample schema has to offer, and the values that rulesets and facts are both made of.

Thresholds and facts come from the same small pools, so that values often lie exactly on an edge.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attrs import frozen

SCHEMAS = Path(__file__).parent / "schemas"
SCHEMA: dict[str, Any] = json.loads((SCHEMAS / "sample" / "1.schema.json").read_text(encoding="utf-8"))

#: Literals of each kind of number, as they are written.
NUMBERS = {
    "number": (
        "0",
        "1",
        "2",
        "3",
        "5",
        "10",
        "25",
        "50",
        "75",
        "100",
        "0.1",
        "0.5",
        "2.5",
        "49.5",
        "33.3",
        "74.9",
    ),
    "count": ("0", "1", "2", "3", "5", "10", "50", "75", "100"),
    "percent": ("0%", "5%", "10%", "12.5%", "33%", "50%", "75%", "100%"),
    "days": ("0 days", "1 day", "7 days", "30 days", "60 days", "90 days", "2 weeks", "366 days"),
    "months": ("0 months", "1 month", "2 months", "6 months", "1 quarter", "12 months", "2 years"),
    "money": ("0 USD", "100 USD", "500 USD", "999.5 USD", "1_000 USD"),
}
DATES = (
    "2024-03-01",
    "2024-02-29",
    "2024-02-28",
    "2024-01-31",
    "2024-01-30",
    "2023-12-31",
    "2023-12-01",
    "2023-09-01",
    "2023-03-01",
    "2023-02-28",
    "2022-03-01",
    "2020-02-29",
    "2024-03-02",
    "2024-05-31",
)
WORDS = ("dev", "Dev Lead", "ops", "", "Größe", "gold", "a b", "DEV", "x1", "naïve ☂")


@frozen
class Field:
    """A field of the sample schema: its path and its kind; a choice has its words."""

    path: tuple[str, ...]
    kind: str
    words: tuple[str, ...] = ()


def _kind(node: dict[str, Any]) -> str:
    if "$ref" in node:
        return "date"
    if "enum" in node:
        return "choice"
    if "format" in node:
        return "timestamp" if node["format"] == "date-time" else "date"
    kind = node["type"] if isinstance(node["type"], str) else node["type"][0]
    if kind in ("number", "integer"):
        return str(node.get("x-unit", "number")).split()[0]
    return {"string": "text", "boolean": "flag", "array": "list", "object": "record"}[kind]


def fields_of(node: dict[str, Any], path: tuple[str, ...] = ()) -> list[Field]:
    """All fields below a record, those of records within it too."""
    found = []
    for name, inner in node["properties"].items():
        kind = _kind(inner)
        if kind == "record":
            found += fields_of(inner, (*path, name))
        else:
            found.append(Field((*path, name), kind, tuple(inner.get("enum", ()))))
    return found


FACTS = [each for each in fields_of(SCHEMA) if each.path != ("id",)]
VISIT = fields_of(SCHEMA["properties"]["visits"]["items"])
