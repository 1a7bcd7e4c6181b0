"""Facts as the JSON Schema types them.

In: a schema document and a document of facts, both as `json.loads` gives them. Out: records of values.
Guaranteed: whatever does not fit its type is NA `invalid`, whatever is absent or null is NA `missing`;
nothing raises.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen

from tests.differential.reference.values import INVALID, MISSING, NA, Months

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")


@frozen
class FactReader:
    """One schema, and the zone in which timestamps without an offset stand."""

    schema: dict[str, Any]
    zone: str

    def read(self, facts: Any) -> Any:
        """The whole document."""
        return self._value(self.schema, facts)

    def _value(self, raw_node: Any, raw: Any) -> Any:
        node = schema_node(raw_node, self.schema)
        if raw is None:
            return MISSING
        if "enum" in node and all(isinstance(each, str) for each in node["enum"] if each is not None):
            return raw if isinstance(raw, str) and raw in node["enum"] else INVALID
        kind = node.get("type")
        if isinstance(kind, list):
            kind = next(each for each in kind if each != "null")
        if kind == "object":
            return self._record(node, raw)
        if kind == "array":
            return [self._value(node["items"], each) for each in raw] if isinstance(raw, list) else INVALID
        if kind == "boolean":
            return raw if isinstance(raw, bool) else INVALID
        if kind == "string":
            return self._text(node, raw)
        return _number(node, kind == "integer", raw)

    def _record(self, node: dict[str, Any], raw: Any) -> Any:
        if not isinstance(raw, dict):
            return INVALID
        return {name: self._value(each, raw.get(name)) for name, each in node["properties"].items()}

    def _text(self, node: dict[str, Any], raw: Any) -> Any:
        if not isinstance(raw, str):
            return INVALID
        if node.get("format") == "date":
            return read_date(raw)
        if node.get("format") == "date-time":
            return read_timestamp(raw, self.zone)
        return raw


def schema_node(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A node of a schema with its reference followed and `null` left out of its alternatives."""
    for word in ("anyOf", "oneOf", "allOf"):
        if word in node:
            branch = next(each for each in node[word] if each.get("type") != "null")
            node = {**branch, **{key: each for key, each in node.items() if key != word}}
    if "$ref" in node:
        target: Any = schema
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = {**schema_node(target, schema), **{key: each for key, each in node.items() if key != "$ref"}}
    return node


def schema_at(path: tuple[str, ...], schema: dict[str, Any]) -> dict[str, Any]:
    """The node of a schema that describes a field."""
    node = schema
    for name in path:
        node = schema_node(node["properties"][name], schema)
    return node


def _number(node: dict[str, Any], integer: bool, raw: Any) -> Fraction | NA:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or raw in (float("inf"), float("-inf")):
        return INVALID
    if raw != raw or abs(raw) >= 10**15:
        return INVALID
    number = Fraction(str(raw))
    if integer and number.denominator != 1:
        return INVALID
    unit = " ".join(str(node.get("x-unit", "")).split())
    if unit == "percent 0..100" or (unit == "percent" and node.get("maximum") == 100):
        return number / 100
    return Months(number) if unit == "months" else number


def read_date(text: str) -> date | NA:
    """`2024-02-29`."""
    if not _DATE.fullmatch(text):
        return INVALID
    try:
        return date.fromisoformat(text)
    except ValueError:
        return INVALID


def read_timestamp(text: str, zone: str) -> datetime | NA:
    """`2024-02-29T12:00:00Z`; without an offset in `zone`."""
    if not _TIMESTAMP.fullmatch(text):
        return INVALID
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        moment.astimezone(ZoneInfo(zone))  # a moment has a date in the zone, too
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return INVALID
