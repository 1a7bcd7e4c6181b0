"""Walking the evaluation tree without recursion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs


def walk(node: Any) -> Iterator[Any]:
    """A node of the evaluation tree and all below it, without recursion."""
    stack: list[Any] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, tuple):
            stack.extend(reversed(current))
        elif attrs.has(type(current)) and type(current).__module__.startswith("ruleengine.tree"):
            yield current
            stack.extend(getattr(current, field.name) for field in reversed(attrs.fields(type(current))))
