"""When two nodes of the tree say the same.

In: a node. Out: a value that is equal for nodes that say the same of the same, wherever they stand. Places, types and
reasons are left out: they follow from the rest, or make no difference.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import attrs

_LEFT_OUT = ("span", "type", "fact", "because")
_FIELDS: dict[type, tuple[str, ...]] = {}


def fields_of(kind: type) -> tuple[str, ...]:
    """The names of the fields of a node that say something."""
    names = _FIELDS.get(kind)
    if names is None:
        names = tuple(field.name for field in attrs.fields(kind) if field.name not in _LEFT_OUT)
        _FIELDS[kind] = names
    return names


def likeness(node: Any) -> Hashable:
    """What `node` says."""
    kind = node.__class__
    if kind is tuple:
        return tuple(likeness(item) for item in node)
    if not attrs.has(kind):
        return (kind.__name__, node)  # 1 and true are equal, and not the same
    return (kind.__name__, *(likeness(getattr(node, name)) for name in fields_of(kind)))
