"""Walking the evaluation tree without recursion."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import attrs


def walk(node: Any) -> Iterator[Any]:
    """A node of the evaluation tree and all below it, without recursion."""
    stack: list[Any] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, tuple):
            stack.extend(reversed(current))
            continue
        fields = _fields(current.__class__)
        if fields is not None:
            yield current
            stack.extend([getattr(current, name) for name in fields])


@cache
def _fields(kind: type) -> tuple[str, ...] | None:
    """The names of the fields of a kind of node, the last first; None for what is no node."""
    if not attrs.has(kind) or not kind.__module__.startswith("ruleengine.tree"):
        return None
    return tuple(field.name for field in reversed(attrs.fields(kind)))
