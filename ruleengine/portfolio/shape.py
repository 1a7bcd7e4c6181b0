"""What the documents of an input look like: which keys they have, and what stands there.

In: the fact columns, then documents. Out: a schema of Arrow's JSON reader that takes such documents and no others.
Guaranteed: facts that the ruleset reads always have the type that their schema says; keys beside them are learned from the
documents, because only a key that is known can be seen to occur twice.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from attrs import define, field

from ruleengine.portfolio.layout import Group, Layout, Part
from ruleengine.values import Kind, Type

_TEXT, _NUMBER, _FLAG, _LIST, _RECORD = "text", "number", "flag", "list", "record"
_SCALARS = {_TEXT: pa.string(), _NUMBER: pa.float64(), _FLAG: pa.bool_()}
_KINDS = {
    Kind.NUMBER: _NUMBER, Kind.FLAG: _FLAG, Kind.LIST: _LIST, Kind.RECORD: _RECORD, Kind.TEXT: _TEXT,
    Kind.CHOICE: _TEXT, Kind.DATE: _TEXT, Kind.TIMESTAMP: _TEXT,
}  # fmt: skip
_OF_VALUES = {str: _TEXT, int: _NUMBER, float: _NUMBER, bool: _FLAG, list: _LIST, dict: _RECORD}
#: So many keys are learned: documents with ever new keys are read one by one.
_MOST_KEYS = 3_000
_DEEPEST = 40


@define(slots=True)
class Node:
    """What stands at one place: its kind (None while only null was seen), its fields, the node of its elements."""

    kind: str | None = None
    fields: dict[str, Node] = field(factory=dict)
    element: Node | None = None

    def arrow(self) -> pa.DataType:
        """The type as Arrow's reader knows it."""
        if self.kind is None:
            return pa.null()
        if self.kind == _RECORD:
            return pa.struct([pa.field(name, each.arrow()) for name, each in self.fields.items()])
        if self.kind == _LIST:
            return pa.list_(pa.null() if self.element is None else self.element.arrow())
        return _SCALARS[self.kind]


class Shape:
    """The shape so far; `version` counts how often it grew."""

    def __init__(self, layout: Layout) -> None:
        self.root = Node(_RECORD)
        self.keys = 0
        self.version = 0
        for part in layout.parts:
            self.root.fields[part.path[0]] = _of_part(part)

    def schema(self) -> pa.Schema:
        """The schema for Arrow's reader."""
        return pa.schema([pa.field(name, each.arrow()) for name, each in self.root.fields.items()])

    def learn(self, documents: list[dict[str, Any]]) -> None:
        """Take up the keys of documents; what contradicts earlier ones is left aside."""
        before = self.keys
        for document in documents:
            self._record(self.root, document, 0)
        if self.keys != before:
            self.version += 1

    def _record(self, node: Node, record: dict[str, Any], depth: int) -> None:
        fields = node.fields
        for name, value in record.items():
            inner = fields.get(name)
            if inner is None:
                if self.keys >= _MOST_KEYS or depth >= _DEEPEST:
                    continue
                self.keys += 1
                inner = fields[name] = Node()
            if value is not None:
                self._value(inner, value, depth)

    def _value(self, node: Node, value: Any, depth: int) -> None:
        kind = _OF_VALUES[value.__class__]
        if node.kind is None:
            self.keys += 1
            node.kind = kind
        if node.kind != kind or depth >= _DEEPEST:
            return
        if kind == _RECORD:
            self._record(node, value, depth + 1)
        elif kind == _LIST:
            self._list(node, value, depth)

    def _list(self, node: Node, values: list[Any], depth: int) -> None:
        for value in values:
            if value is not None:
                if node.element is None:
                    self.keys += 1
                    node.element = Node()
                self._value(node.element, value, depth + 1)


def _of_part(part: Part) -> Node:
    if isinstance(part, Group):
        return Node(_RECORD, {each.path[-1]: _of_part(each) for each in part.members})
    return _of_type(part.field.type)


def _of_type(kind: Type) -> Node:
    element = None if kind.element is None else _of_type(kind.element)
    return Node(_KINDS[kind.kind], {each.name: _of_type(each.type) for each in kind.fields}, element)
