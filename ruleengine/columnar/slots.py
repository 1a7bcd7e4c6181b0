"""One list for records whose fields have different types: under which name each value stands.

A list in SQL has elements of one type, and triggers have free fields, assumptions values of any kind. Values of one name
share a field as long as their types are one; those of another type have a field of their own, which says so in its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define, field

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.types import ColumnType


@define(slots=True)
class Slots:
    """The fields of the records of one list, in the order in which they were asked for."""

    fields: dict[str, ColumnType] = field(factory=dict)

    def place(self, name: str, kind: ColumnType) -> str:
        """The field for a value of a name and a type."""
        found, number = name, 1
        while not self._is_free(found, kind):
            found = f"{name} {kind.kind.value}" if number == 1 else f"{name} {kind.kind.value} {number}"
            number += 1
        self.fields[found] = kind
        return found

    def _is_free(self, name: str, kind: ColumnType) -> bool:
        """Whether a field of this type can have the name; SQL does not tell capitals from small letters."""
        if name in self.fields:
            return self.fields[name] == kind
        return name.lower() not in {known.lower() for known in self.fields}

    def filled(self, values: Mapping[str, Sql]) -> Sequence[tuple[str, Sql]]:
        """All fields, those without a value NULL."""
        return [(name, values.get(name, b.null(kind))) for name, kind in self.fields.items()]
