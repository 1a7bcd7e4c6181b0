"""JSON pointers to facts, for messages."""

from __future__ import annotations

from collections.abc import Sequence

from ruleengine.tree import expressions as e


def escape(key: str) -> str:
    """One reference token of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def pointer_of(nodes: Sequence[e.Expression]) -> str:
    """Where the facts hold what cannot be computed with: the JSON pointer of the first that is a fact as it stands."""
    found = next((node for node in nodes if isinstance(node, e.Fact)), None)
    return "/" + "/".join(escape(step) for step in found.path) if found is not None else ""
