"""Fact documents as rows of typed columns, as far as they are regular.

In: a document as the readers give it. Out: one value for each column of `fact_columns`, or None for the whole document.
Guaranteed: a row is given only where every fact that the ruleset reads is absent, null, or valid for the evaluator, with
neither null nor anything invalid in a list; so SQL sees in the row what the evaluator sees in the document. Whatever is
given up here is scored by the evaluator itself, so that being too careful costs time and no result.

Numbers are as they are stored, dates are day numbers since 1970-01-01, timestamps microseconds since then in UTC.
`FlatRows` gives the same values as the flat columns of a layout, in which dates and timestamps are texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ruleengine.columnar.types import FactColumn
from ruleengine.evaluator.runtime import DateCache, Problems, Reader
from ruleengine.portfolio.layout import Layout, Leaf, Part
from ruleengine.values import LARGEST_FACT, NA, Field, Kind, Type

_Reading = Callable[[Any], Any]
_Row = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MOST_KEPT = 100_000


class Irregular(Exception):
    """A document that SQL may not see."""


class RegularRows:
    """Makes rows of the documents of one ruleset; `zone` is its time zone."""

    def __init__(self, columns: Sequence[FactColumn], zone: str) -> None:
        self._readings = [(each.name, _reading(each.field, zone)) for each in columns]

    def row(self, document: dict[str, Any]) -> list[Any] | None:
        """The values of a document, column by column; None when it is irregular."""
        get = document.get
        try:
            return [None if (raw := get(name)) is None else read(raw) for name, read in self._readings]
        except Irregular:
            return None


def _reading(field: Field, zone: str) -> _Reading:
    """How a value of a field that is there is read."""
    kind = field.type.kind
    if kind is Kind.NUMBER:
        return _whole if field.integer else _number
    if kind is Kind.RECORD:
        return _record(field.type, zone)
    if kind is Kind.LIST:
        return _list(field, zone)
    if kind is Kind.CHOICE:
        return _choice(field.type)
    if kind in (Kind.DATE, Kind.TIMESTAMP):
        return _moment(field, zone)
    return _flag if kind is Kind.FLAG else _text


def _number(raw: Any) -> float:
    if (raw.__class__ is float or raw.__class__ is int) and -LARGEST_FACT < raw < LARGEST_FACT:
        return float(raw)
    raise Irregular


def _whole(raw: Any) -> int:
    if raw.__class__ is int and -LARGEST_FACT < raw < LARGEST_FACT:
        return int(raw)
    if raw.__class__ is float and -LARGEST_FACT < raw < LARGEST_FACT and raw == int(raw):
        return int(raw)
    raise Irregular


def _flag(raw: Any) -> bool:
    if raw is True or raw is False:
        return bool(raw)
    raise Irregular


def _text(raw: Any) -> str:
    if raw.__class__ is str:
        return str(raw)
    raise Irregular


def _choice(kind: Type) -> _Reading:
    words = frozenset(kind.choices)

    def read(raw: Any) -> str:
        if raw.__class__ is str and raw in words:
            return str(raw)
        raise Irregular

    return read


def _moment(field: Field, zone: str) -> _Reading:
    """Dates and timestamps: by the evaluator's own reader, each text once."""
    known: dict[str, int] = {}
    reader = Reader(field, "", zone, DateCache(), DateCache(), ())
    shift = _EPOCH_DAY if field.type.kind is Kind.DATE else 0

    def read(raw: Any) -> int:
        if raw.__class__ is not str:
            raise Irregular
        found = known.get(raw)
        if found is None:
            problems: Problems = []
            value = reader(raw, None, None, problems)
            if value.__class__ is NA:
                raise Irregular
            if len(known) >= _MOST_KEPT:
                known.clear()
            found = known[raw] = value - shift
        return found

    return read


def _record(kind: Type, zone: str) -> _Reading:
    readings = [(each.name, _reading(each, zone)) for each in kind.fields]

    def read(raw: Any) -> dict[str, Any]:
        if raw.__class__ is not dict:
            raise Irregular
        get = raw.get
        return {
            name: None if (value := get(name)) is None else read_value(value) for name, read_value in readings
        }

    return read


def _list(field: Field, zone: str) -> _Reading:
    element = field.type.element
    if element is None:
        raise TypeError("a list of facts has a type of elements")
    # Elements are numbers or whatever else, never integers by declaration, as the evaluator has it.
    read_element = _reading(Field(field.name, element), zone)

    def read(raw: Any) -> list[Any]:
        if raw.__class__ is not list:
            raise Irregular
        return [read_element(each) for each in raw]  # None is nothing that any reading takes

    return read


# ── Flat rows ───────────────────────────────────────────────────────────────────────────────────────────────────────


class FlatRows:
    """Makes rows of flat columns of documents; `columns` are those of which the layout was made."""

    def __init__(self, columns: Sequence[FactColumn], layout: Layout, zone: str) -> None:
        self._regular = RegularRows(columns, zone)
        self._identity = layout.identity.name
        self._places = [_place(part) for part in layout.parts]

    def row(self, document: dict[str, Any]) -> _Row | None:
        """The values of a regular document by flat column; None for one that is irregular."""
        values = self._regular.row(document)
        if values is None:
            return None
        found: _Row = {}
        for place, value in zip(self._places, values, strict=True):
            if value is not None:
                place(value, found)
        return found if self._identity in found else None


def _place(part: Part) -> Callable[[Any, _Row], None]:
    """What puts a value that is there into its columns."""
    name = part.name
    if isinstance(part, Leaf):
        convert = _flat(part.field.type)

        def leaf(value: Any, found: _Row) -> None:
            found[name] = value if convert is None else convert(value)

        return leaf
    members = [(each.path[-1], _place(each)) for each in part.members]

    def group(value: Any, found: _Row) -> None:
        found[name] = True
        for key, place in members:
            if value[key] is not None:
                place(value[key], found)

    return group


def _flat(kind: Type) -> _Reading | None:
    """What makes the value of a flat column of one that is there; None for values that are the same."""
    if kind.kind is Kind.NUMBER:
        return float
    if kind.kind is Kind.DATE:
        return lambda day: date.fromordinal(day + _EPOCH_DAY).isoformat()
    if kind.kind is Kind.TIMESTAMP:
        return lambda moment: (_EPOCH + timedelta(microseconds=moment)).isoformat()
    if kind.kind is Kind.LIST and kind.element is not None:
        element = _flat(kind.element)
        return None if element is None else lambda values: [element(each) for each in values]
    if kind.kind is Kind.RECORD:
        members = [
            (f"f{number}", each.name, _flat(each.type) or _same) for number, each in enumerate(kind.fields)
        ]
        return lambda record: {
            name: None if record[key] is None else convert(record[key]) for name, key, convert in members
        }
    return None


def _same(value: Any) -> Any:
    return value
