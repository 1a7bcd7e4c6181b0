"""Walking a syntax tree without recursion."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ruleengine.syntax import tree as t

_FIELDS: dict[type, tuple[str, ...]] = {}


def children(node: t.Node) -> Iterator[t.Node]:
    """The nodes directly below `node`, in the order of their fields."""
    kind = type(node)
    names = _FIELDS.get(kind)
    if names is None:
        names = tuple(field.name for field in attrs.fields(kind) if not field.name.endswith("span"))
        _FIELDS[kind] = names
    for name in names:
        value = getattr(node, name)
        if isinstance(value, t.Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, t.Node))


def walk(node: t.Node) -> Iterator[t.Node]:
    """`node` and everything below it."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(list(children(current))))


def bare_names(node: t.Node) -> set[str]:
    """The bare names that stand somewhere below `node`."""
    return {found.name for found in walk(node) if isinstance(found, t.Name)}


def names_in(node: t.Node) -> Iterator[str]:
    """All names that something below `node` could rest on: all but those of earlier results."""
    earlier = {id(below) for found in walk(node) if isinstance(found, t.Previous) for below in walk(found)}
    for found in walk(node):
        if id(found) in earlier:
            continue
        if isinstance(found, t.Name | t.MemberLine | t.Word | t.BandsUse | t.Criterion):
            yield found.name
        elif isinstance(found, t.Call):
            yield found.function
