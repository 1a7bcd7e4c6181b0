"""Short ways to make nodes of the syntax tree; their place is nowhere, as places play no part in equality."""

from __future__ import annotations

from typing import Any

from ruleengine.source import Span
from ruleengine.syntax import tree

NOWHERE = Span("made at random", 0, 0, 1, 1)


def make(kind: type, *arguments: Any, **named: Any) -> Any:
    """A node of a class, with a place."""
    if issubclass(kind, tree.Declaration | tree.Header):
        named["name_span"] = NOWHERE
    if kind is tree.Call:
        named["function_span"] = NOWHERE
    if kind is tree.Calendar:
        named["zone_span"] = NOWHERE
    return kind(*arguments, span=NOWHERE, **named)


def number(written: str) -> Any:
    """`12`, `-3`, `12.5%`, `2 weeks`, `500 USD`."""
    if written.startswith("-"):
        return make(tree.Negative, number(written[1:]))
    digits, _, unit = written.replace("%", " %").partition(" ")
    return make(tree.Number, digits, unit)


def path(*names: str) -> Any:
    """`a.b.c`."""
    node = make(tree.Name, names[0])
    for name in names[1:]:
        node = make(tree.Member, node, name)
    return node


def word(name: str) -> Any:
    """A band or a status, quoted when it has to be."""
    return make(tree.Word, name, quoted=not name.isidentifier())


def call(function: str, *arguments: Any) -> Any:
    """`f(a, b)`."""
    return make(tree.Call, function, arguments)


def compare(left: Any, operator: str, right: Any) -> Any:
    """`a <= b`; without `left` it is about what is being rated."""
    return make(tree.Compare, left, operator, right)


def is_(subject: Any, *words: str, relation: str = "is", **named: Any) -> Any:
    """`x is red`."""
    return make(tree.Is, subject, relation, tuple(word(each) for each in words), **named)
