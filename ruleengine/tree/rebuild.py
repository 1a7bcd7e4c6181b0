"""A tree with some nodes replaced: what does not change stays the identical object.

In: a node of the evaluation tree (or a tuple of them) and what to do with each node. Out: the tree with that done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

#: Gives another node in place of one, whose parts have been rebuilt before; the same node where nothing changes.
Change = Callable[[Any], Any]


def rebuild(node: Any, change: Change) -> Any:
    """The tree below `node` with `change` done to every node, from the leaves up."""
    kind = type(node)
    if kind is tuple:
        return _tuple(node, change)
    if not _is_node(kind):
        return node
    different = {}
    for name in _parts(kind):
        before = getattr(node, name)
        after = rebuild(before, change)
        if after is not before:
            different[name] = after
    return change(attrs.evolve(node, **different) if different else node)


def _tuple(items: tuple[Any, ...], change: Change) -> tuple[Any, ...]:
    rebuilt = [rebuild(item, change) for item in items]
    same = all(after is before for after, before in zip(rebuilt, items, strict=True))
    return items if same else tuple(rebuilt)


def _is_node(kind: type) -> bool:
    return kind.__module__.startswith("ruleengine.tree.") and attrs.has(kind)


_KNOWN: dict[type, tuple[str, ...]] = {}


def _parts(kind: type) -> tuple[str, ...]:
    """The fields of a class that may hold nodes."""
    found = _KNOWN.get(kind)
    if found is None:
        never = ("span", "type", "fact", "facts")
        found = _KNOWN[kind] = tuple(field.name for field in attrs.fields(kind) if field.name not in never)
    return found
