"""The typed fact model: what a fact schema says about the documents of one kind.

In: nothing; `ruleengine.facts.schema` builds these from a JSON Schema. Out: `FactSchema`, whose `root` is a
record type with a `Field` for every property that the engine can use, and look-ups in it. Guaranteed: frozen
data, no behaviour.

A path is a tuple of property names from the root of the document; `ELEMENT` stands for "any element of this
list".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

from ruleengine.values import Field, Kind, Type

#: The part of a path that stands for the elements of a list.
ELEMENT = "*"

Path = tuple[str, ...]


@frozen(slots=True)
class ExampleHint:
    """What a schema says about plausible values of one field, for generated documents only.

    `low` and `high` come from `x-example-range` (stored terms, both inclusive); `at_most` is the path of a
    number in the same document that the value does not exceed, from `x-example-at-most`; `nullable` tells
    that a present null is a legal way of saying "not known".
    """

    low: float | None = None
    high: float | None = None
    at_most: Path = ()
    nullable: bool = False


@frozen(slots=True)
class FactSchema:
    """One version of one fact schema.

    `id_path` leads to the document's id (empty only after a reported fault), `digest` is `sha256:…` of the
    file's bytes, `path` the file as the user knows it. `hints` is keyed by path, and so is `elements`, which
    holds what is declared for the elements of each list (their bounds, for example) as a field named
    `ELEMENT`.
    """

    name: str
    version: str
    root: Type
    id_path: Path
    path: str
    digest: str
    description: str = ""
    hints: Mapping[Path, ExampleHint] = field(factory=dict, repr=False, eq=False)
    elements: Mapping[Path, Field] = field(factory=dict, repr=False, eq=False)


def field_named(record: Type, name: str) -> Field | None:
    """The field `name` of a record type, or None."""
    for candidate in record.fields:
        if candidate.name == name:
            return candidate
    return None


def find_field(root: Type, path: Iterable[str]) -> Field | None:
    """The field at `path` below the record type `root`; None when there is none.

    Lists are entered only by `ELEMENT`: `("contacts", ELEMENT, "email")`.
    """
    record: Type = root
    found: Field | None = None
    for name in path:
        if record.kind is Kind.LIST and name == ELEMENT and record.element is not None:
            record = record.element
            continue
        found = field_named(record, name) if record.kind is Kind.RECORD else None
        if found is None:
            return None
        record = found.type
    return found


def every_field(root: Type, above: Path = ()) -> Iterator[tuple[Path, Field]]:
    """Every field with its path, parents before children, in the order of the schema; lists are entered."""
    for each in root.fields:
        path = (*above, each.name)
        yield path, each
        inner, inside = path, each.type
        while inside.kind is Kind.LIST and inside.element is not None:
            inner, inside = (*inner, ELEMENT), inside.element
        if inside.kind is Kind.RECORD:
            yield from every_field(inside, inner)


def pointer_of(path: Iterable[str | int]) -> str:
    """The JSON pointer of a path, with `~` and `/` escaped; the root is an empty text."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def secret_pointers(root: Type) -> tuple[str, ...]:
    """The JSON pointers of all secret fields, with `*` for any list index; what is below is secret too."""
    return tuple(pointer_of(path) for path, each in every_field(root) if each.secret)
