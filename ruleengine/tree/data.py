"""The evaluation tree as plain data, and back.

A node becomes `[class number, field, field, …]`; types, fields and places that occur often are written once in a table.
`from_data` accepts only what `to_data` makes: anything else raises TypeError, ValueError, KeyError or IndexError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from ruleengine import values
from ruleengine.source import Span
from ruleengine.tree import actions, expressions, ruleset

_CLASSES: tuple[type, ...] = (
    Span, values.Type, values.Field,
    *(found for module in (expressions, actions, ruleset)
      for found in vars(module).values() if isinstance(found, type) and found.__module__ == module.__name__),
)  # fmt: skip
_NUMBERS = {found: number for number, found in enumerate(_CLASSES)}
_NAMES = [tuple(field.name for field in attrs.fields(found)) for found in _CLASSES]
_SHARED = (Span, values.Type, values.Field)


class _Encoder:
    def __init__(self) -> None:
        self.table: list[Any] = []
        self.known: dict[int, int] = {}
        self.kept: list[Any] = []
        self.equal: dict[str, int] = {}

    def encode(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, tuple):
            return {"t": [self.encode(item) for item in value]}
        if isinstance(value, values.Kind):
            return {"k": value.value}
        if isinstance(value, _SHARED):
            return {"s": self._share(value)}
        return self._node(value)

    def _node(self, value: Any) -> list[Any]:
        number = _NUMBERS[type(value)]
        return [number, *(self.encode(getattr(value, name)) for name in _NAMES[number])]

    def _share(self, value: Any) -> int:
        found = self.known.get(id(value))
        if found is None:
            node = self._node(value)
            key = repr(node)
            found = self.equal.get(key)
            if found is None:
                found = self.equal[key] = len(self.table)
                self.table.append(node)
            self.known[id(value)] = found
            self.kept.append(value)
        return found


def to_data(program: ruleset.Program) -> dict[str, Any]:
    """A program as lists, dictionaries, texts and numbers."""
    encoder = _Encoder()
    root = encoder.encode(program)
    return {"classes": [found.__name__ for found in _CLASSES], "table": encoder.table, "root": root}


def from_data(data: dict[str, Any]) -> Any:
    """The program that `to_data` wrote."""
    if data["classes"] != [found.__name__ for found in _CLASSES]:
        raise ValueError("the data is of another version of the tree")
    table: list[Any] = []
    makers: list[Callable[..., Any]] = [
        _maker(found, names) for found, names in zip(_CLASSES, _NAMES, strict=True)
    ]

    def decode(value: Any) -> Any:
        kind = value.__class__
        if kind is list:
            return makers[value[0]](*[decode(item) for item in value[1:]])
        if kind is dict:
            if "s" in value:
                return table[value["s"]]
            if "t" in value:
                return tuple([decode(item) for item in value["t"]])
            return values.Kind(value["k"])
        return value

    for node in data["table"]:
        found = decode(node)  # it refers to those before it
        table.append(found)
    return decode(data["root"])


def _maker(found: type, names: tuple[str, ...]) -> Callable[..., Any]:
    keywords = [field.name for field in attrs.fields(found) if field.kw_only]
    if not keywords:
        return found

    def make(*parts: Any) -> Any:
        given = dict(zip(names, parts, strict=True))
        return found(**given)

    return make
