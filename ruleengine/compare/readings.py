"""Fields of the facts that two schemas describe so differently that the same document is read otherwise.

In: the records that two versions of a schema describe. Out: a `Reading` for each field that both have and that differs in
its kind, its choices, its scale or whether it is a whole number. Titles, descriptions and bounds are read alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from ruleengine.tree import expressions as e
from ruleengine.values import Field, Kind, Type


@frozen(slots=True, eq=False)
class Reading:
    """One field as both versions read it. `steps` is its path; `records` are the records in a list that hold it, if any."""

    steps: tuple[str, ...]
    old: Field
    new: Field
    records: tuple[Type, Type] | None

    @property
    def path(self) -> str:
        """Its path as people write it."""
        return ".".join(self.steps)

    def concerns(self, node: Any) -> bool:
        """Whether a node reads this field."""
        if isinstance(node, e.Fact):
            return self.records is None and node.path == self.steps
        if isinstance(node, e.Attribute) and node.fact is not None and self.records is not None:
            return node.name == self.old.name and node.base.type in self.records
        return False

    def field(self, new: bool) -> Field:
        """How one of the versions reads it."""
        return self.new if new else self.old


def readings_of(old: Type, new: Type) -> Iterator[Reading]:
    """The fields of two records that are read otherwise, those of records in lists included."""
    stack: list[tuple[tuple[str, ...], Type, Type, bool]] = [((), old, new, False)]
    while stack:
        path, was, now, listed = stack.pop()
        fields = {field.name: field for field in now.fields}
        for field in was.fields:
            other = fields.get(field.name)
            if other is None:
                continue
            steps = (*path, field.name)
            if _reads(field) != _reads(other):
                yield Reading(steps, field, other, (was, now) if listed else None)
            elif field.type.kind is Kind.RECORD:
                stack.append((steps, field.type, other.type, listed))
            elif field.type.element is not None and other.type.element is not None:
                stack.append((steps, field.type.element, other.type.element, True))


def _reads(field: Field) -> tuple[Any, ...]:
    """What decides what a stored value is read as."""
    return (*_kind(field.type), field.integer, field.scale)


def _kind(kind: Type) -> tuple[Any, ...]:
    element = _kind(kind.element) if kind.element is not None else ()
    return kind.kind, frozenset(kind.choices), element
