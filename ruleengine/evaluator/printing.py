"""Values as a result shows them: what a program has computed, and facts that it only passes on.

In: the type of a value, and which of its numbers are whole. Out: a function that turns such a value into JSON. Whole
numbers have no decimal point, all others have one and at most 10 decimals; dates are texts, NA is null. Lists and records of
facts are shown as they are read: an element of the wrong type is null, a secret field too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ruleengine.evaluator.runtime import clean, whole_number
from ruleengine.tree.whole import Shape, shape_of_field
from ruleengine.values import FACT_LIST, NA, OWN_RECORD, Field, Kind, Type

Printer = Callable[[Any], Any]
#: Gives for a field the function that reads a raw value of it.
ReaderOf = Callable[[Field], Callable[[Any], Any]]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def printer(kind: Type, shape: Shape, reader_of: ReaderOf) -> Printer:
    """The function that shows values of a type."""
    show = _printer(kind, shape, reader_of)
    return lambda value: None if value is None or value.__class__ is NA else show(value)


def _printer(kind: Type, shape: Shape, reader_of: ReaderOf) -> Printer:
    if kind.kind is Kind.NUMBER:
        return whole_number if shape.whole else clean
    if kind.kind is Kind.LIST:
        return _list_printer(kind, shape, reader_of)
    if kind.kind is Kind.RECORD:
        own = kind.unit == OWN_RECORD
        return _own_record_printer(kind, shape, reader_of) if own else _record_printer(kind, reader_of)
    return _SCALARS.get(kind.kind.value, _as_it_is)


def shown_value(value: Any, kind: str) -> Any:
    """A value of which only the kind is known: for what an explanation says beside the result."""
    if value.__class__ is NA or value is None:
        return None
    if kind in _SCALARS:
        return _SCALARS[kind](value)
    if isinstance(value, list):
        return [shown_value(item, "number" if item.__class__ is float else "") for item in value]
    if isinstance(value, dict):
        return {
            name: shown_value(item, "number" if item.__class__ is float else "")
            for name, item in value.items()
        }
    return value


def _date(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _timestamp(instant: int) -> str:
    return (_EPOCH + timedelta(microseconds=instant)).isoformat().replace("+00:00", "Z")


def _as_it_is(value: Any) -> Any:
    return value


def _list_printer(kind: Type, shape: Shape, reader_of: ReaderOf) -> Printer:
    if kind.element is None:
        return list
    show = printer(kind.element, shape.of_element(), reader_of)
    if kind.unit != FACT_LIST:
        return lambda values: [show(value) for value in values]
    read = reader_of(Field("", kind.element))
    return lambda values: [show(read(value)) for value in values]


def _own_record_printer(kind: Type, shape: Shape, reader_of: ReaderOf) -> Printer:
    shows = {field.name: printer(field.type, shape.of_field(field.name), reader_of) for field in kind.fields}
    return lambda record: {name: show(record[name]) for name, show in shows.items()}


def _record_printer(kind: Type, reader_of: ReaderOf) -> Printer:
    parts = [
        (field.name, reader_of(field), printer(field.type, shape_of_field(field), reader_of))
        for field in kind.fields
        if not field.secret
    ]
    secrets = {field.name: None for field in kind.fields if field.secret}
    return lambda record: {**{name: show(read(record.get(name))) for name, read, show in parts}, **secrets}


_SCALARS: dict[str, Printer] = {"number": clean, "date": _date, "timestamp": _timestamp}
