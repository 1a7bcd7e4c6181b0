"""Whether a document is regular, and its row when it is.

In: documents as Python reads them. Out: a row of flat columns, or None for a document with a fact that is not valid. The
evaluator's own reader decides, so nothing is regular that a result would call invalid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ruleengine.evaluator.runtime import DateCache, Reader
from ruleengine.portfolio.layout import Group, Layout, Leaf, Part
from ruleengine.values import NA, Field, Kind, Type

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_Convert = Callable[[Any], Any]


class Irregular(Exception):
    """A fact is not valid."""


class RowReader:
    """Makes rows of documents for one layout."""

    def __init__(self, layout: Layout, zone: str) -> None:
        self.zone = zone
        self.identity = layout.identity.name
        self.parts = [self._filler(part) for part in layout.parts]

    def row(self, document: dict[str, Any]) -> dict[str, Any] | None:
        """The values of a regular document by flat column; None for one that is irregular."""
        found: dict[str, Any] = {}
        try:
            for fill in self.parts:
                fill(document, found)
        except Irregular:
            return None
        return found if found.get(self.identity) is not None else None

    def _filler(self, part: Part) -> Callable[[dict[str, Any], dict[str, Any]], None]:
        return self._group(part) if isinstance(part, Group) else self._leaf(part)

    def _leaf(self, leaf: Leaf) -> Callable[[dict[str, Any], dict[str, Any]], None]:
        key, name, convert = leaf.path[-1], leaf.name, self._converter(leaf.field)

        def fill(record: dict[str, Any], found: dict[str, Any]) -> None:
            raw = record.get(key)
            if raw is not None:
                found[name] = convert(raw)

        return fill

    def _group(self, group: Group) -> Callable[[dict[str, Any], dict[str, Any]], None]:
        key, name = group.path[-1], group.name
        members = [self._filler(each) for each in group.members]

        def fill(record: dict[str, Any], found: dict[str, Any]) -> None:
            inner = record.get(key)
            if inner is None:
                return
            if not isinstance(inner, dict):
                raise Irregular
            found[name] = True
            for member in members:
                member(inner, found)

        return fill

    def _converter(self, field: Field) -> _Convert:
        """What makes the value of a column of a raw value; raises `Irregular`."""
        kind = field.type
        if kind.kind is Kind.LIST and kind.element is not None:
            return self._list(kind.element)
        if kind.kind is Kind.RECORD:
            return self._record(kind.fields)
        read = Reader(field, "", self.zone, DateCache(), DateCache(), ())
        stored = _STORED.get(kind.kind)

        def convert(raw: Any) -> Any:
            value = read(raw, None, None, [])
            if value.__class__ is NA:
                raise Irregular
            return raw if stored is None else stored(raw, value)

        return convert

    def _list(self, element: Type) -> _Convert:
        convert = self._converter(Field("", element))

        def converted(raw: Any) -> list[Any]:
            if raw.__class__ is not list or None in raw:
                raise Irregular
            return [convert(each) for each in raw]

        return converted

    def _record(self, fields: Sequence[Field]) -> _Convert:
        members = [(f"f{number}", each.name, self._converter(each)) for number, each in enumerate(fields)]

        def converted(raw: Any) -> dict[str, Any]:
            if not isinstance(raw, dict):
                raise Irregular
            return {
                name: None if raw.get(key) is None else convert(raw[key]) for name, key, convert in members
            }

        return converted


_STORED: dict[Kind, Callable[[Any, Any], Any]] = {
    Kind.NUMBER: lambda raw, value: float(raw),
    Kind.DATE: lambda raw, value: date.fromordinal(value).isoformat(),
    Kind.TIMESTAMP: lambda raw, value: (_EPOCH + timedelta(microseconds=value)).isoformat(),
}
