"""What an account is called: a fact schema or a document in, the name out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruleengine.facts.model import ELEMENT, FactSchema, every_field
from ruleengine.values import Kind


def name_path(schema: FactSchema) -> tuple[str, ...]:
    """Where a schema has the name of an account: the text `name` nearest to the root that is no secret; empty for none."""
    secret: set[tuple[str, ...]] = set()
    found: list[tuple[str, ...]] = []
    for path, each in every_field(schema.root):
        if each.secret or path[:-1] in secret:
            secret.add(path)
        elif path[-1] == "name" and ELEMENT not in path and each.type.kind is Kind.TEXT:
            found.append(path)
    return min(found, key=len, default=())


def name_in(document: Mapping[str, Any], path: tuple[str, ...]) -> str:
    """The name of an account; empty when it has none."""
    found: Any = document if path else None
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""
