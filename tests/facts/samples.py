"""A small fact schema and short ways to read with it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from ruleengine.facts.model import FactSchema
from ruleengine.facts.readers import read_facts
from ruleengine.facts.records import ReadOptions, ReadSummary, Record, Rejection
from ruleengine.facts.schema import schema_from_document

CUSTOMER: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "size": {"type": "integer", "minimum": 0, "x-unit": "count"},
        "usage": {
            "type": "object",
            "properties": {
                "share": {"type": "number", "x-unit": "percent 0..100"},
                "active": {"type": "boolean"},
                "since": {"type": "string", "format": "date"},
                "level": {"enum": ["low", "high"]},
                "events": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"at": {"type": "string", "format": "date-time"}},
                    },
                },
            },
        },
    },
}


def customer_schema() -> FactSchema:
    """The schema above, which holds no fault."""
    schema, reports = schema_from_document(CUSTOMER, name="customer", version="1")
    assert schema is not None
    assert reports == []
    return schema


def with_properties(**properties: Any) -> dict[str, Any]:
    """A schema document with an id and the given properties."""
    document = copy.deepcopy(CUSTOMER)
    document["properties"] = {"id": {"type": "string", "x-id": True}, **properties}
    return document


def read_bytes(
    folder: Path, name: str, content: bytes, **options: Any
) -> tuple[list[Record | Rejection], ReadSummary]:
    """Write a file and read it; the invariant of every reading is checked here."""
    path = folder / name
    path.write_bytes(content)
    summary = ReadSummary()
    items = list(read_facts([str(path)], customer_schema(), ReadOptions(**options), summary))
    assert summary.read == summary.delivered + summary.rejected == len(items)
    assert summary.delivered == sum(isinstance(item, Record) for item in items)
    return items, summary


def in_short(items: list[Record | Rejection]) -> list[tuple[int, str | int]]:
    """Line and id of records, line and code of rejections."""
    return [(item.line, item.id if isinstance(item, Record) else item.code) for item in items]


def reasons(items: list[Record | Rejection]) -> list[str]:
    """The reasons of the rejections."""
    return [item.reason for item in items if isinstance(item, Rejection)]
