"""Where the facts of a row lie: one flat column for each leaf, one flag for each record.

In: the fact columns of a program. Out: a `Layout`, which everything that reads facts into the engine shares: the typed
reading of NDJSON, the documents that Python reads, Parquet. Guaranteed: names of columns are made here and never come from
a schema, so that no name of a field can be mistaken for another or for a piece of SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ruleengine.columnar.types import FactColumn
from ruleengine.values import Field, Kind

POSITION = "position"


@frozen(slots=True)
class Leaf:
    """A field that is no fixed record: `name` is its column."""

    name: str
    path: tuple[str, ...]
    field: Field


@frozen(slots=True)
class Group:
    """A fixed record: `name` is the column that tells whether it is there. The members are leaves and groups."""

    name: str
    path: tuple[str, ...]
    field: Field
    members: tuple[Leaf | Group, ...]


Part = Leaf | Group


@frozen(slots=True)
class Layout:
    """The parts of a row, one for each top-level column, and where its id is."""

    parts: tuple[Part, ...]
    identity: Leaf

    def leaves(self) -> Iterator[Leaf]:
        """Every leaf, in order."""
        return (part for part in every_part(self.parts) if isinstance(part, Leaf))

    def groups(self) -> Iterator[Group]:
        """Every group, those above first."""
        return (part for part in every_part(self.parts) if isinstance(part, Group))


def every_part(parts: Sequence[Part]) -> Iterator[Part]:
    """All parts, those above before those below."""
    for part in parts:
        yield part
        if isinstance(part, Group):
            yield from every_part(part.members)


def layout_of(columns: Sequence[FactColumn], id_path: tuple[str, ...]) -> Layout:
    """The layout of the columns; the id must be among them."""
    numbers = iter(range(10**9))
    parts = tuple(_part(column.field, (column.name,), numbers) for column in columns)
    identity = next(part for part in every_part(parts) if isinstance(part, Leaf) and part.path == id_path)
    return Layout(parts, identity)


def _part(field: Field, path: tuple[str, ...], numbers: Iterator[int]) -> Part:
    name = f"c{next(numbers)}"
    if field.type.kind is not Kind.RECORD:
        return Leaf(name, path, field)
    members = tuple(_part(each, (*path, each.name), numbers) for each in field.type.fields)
    return Group(name, path, field, members)
