"""A fact document with other facts here and there.

In: a document, changes by path, the type of the documents. Out: a copy. A path is the names from the root with dots, as
rulesets write it, or a tuple where a name holds a dot. Into a list it leads to all elements, as `with` of a test does, or
to one by its number. `None` takes a field away; a date is written as facts have it. A name that the schema does not know
is refused: a test that changes nothing by a typing error would pass for the wrong reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from ruleengine.diagnostics import did_you_mean
from ruleengine.facts.model import field_named
from ruleengine.inputs import InputError, record
from ruleengine.values import Kind, Type

#: pytest shows the line of the test, and not how this is made.
__tracebackhide__ = True
Path = str | tuple[str | int, ...]


def changed(facts: dict[str, Any], changes: Mapping[Path, Any], root: Type) -> dict[str, Any]:
    """A copy of `facts` with the changes made, one after the other. Raises `InputError`."""
    document = deepcopy(record(facts))
    if not isinstance(changes, Mapping):
        raise InputError('changes are a dictionary from paths to values: {"support.tickets_last_month": 20}')
    for path, value in changes.items():
        steps = path.split(".") if isinstance(path, str) else list(path)
        if not steps or not all(str(step) for step in steps):
            raise InputError(f"`{_shown(steps)}` is no path of a fact: write `support.tickets_last_month`")
        _put(document, [str(step) for step in steps], 0, value, root)
    return document


def _put(holder: Any, steps: list[str], place: int, value: Any, kind: Type) -> None:
    """Make one change below `holder`; `place` is the step that comes next."""
    if isinstance(holder, list):
        _put_in_elements(holder, steps, place, value, kind)
        return
    name, last = steps[place], place == len(steps) - 1
    inner = _known(name, steps, place, kind)
    if last and value is None:
        holder.pop(name, None)
    elif last:
        holder[name] = value.isoformat() if isinstance(value, date) else deepcopy(value)
    else:
        below = holder.get(name)
        if below is None and value is None:
            return
        if below is None and inner.kind is not Kind.LIST:
            below = holder[name] = {}
        if not isinstance(below, dict | list):
            what = "has no element" if below is None else "is no record and no list in this document"
            raise InputError(f"`{_shown(steps[: place + 1])}` {what}: change the whole field")
        _put(below, steps, place + 1, value, inner)


def _put_in_elements(elements: list[Any], steps: list[str], place: int, value: Any, kind: Type) -> None:
    element = kind.element if kind.kind is Kind.LIST and kind.element is not None else Type(Kind.UNKNOWN)
    step, last = steps[place], place == len(steps) - 1
    above = _shown(steps[:place])
    if not step.isdecimal():
        records = [each for each in elements if isinstance(each, dict)]
        if not records:
            raise InputError(f"`{above}` has no element, so `{_shown(steps)}` cannot be changed")
        for each in records:
            _put(each, steps, place, value, element)
        return
    number = int(step)
    if number >= len(elements):
        raise InputError(f"`{above}` has no element {number}: it has {len(elements)}, counted from 0")
    if not last:
        _put_below(elements[number], steps, place + 1, value, element)
    elif value is None:
        del elements[number]
    else:
        elements[number] = value.isoformat() if isinstance(value, date) else deepcopy(value)


def _put_below(element: Any, steps: list[str], place: int, value: Any, kind: Type) -> None:
    if not isinstance(element, dict | list):
        raise InputError(f"`{_shown(steps[:place])}` is no record and no list in this document")
    _put(element, steps, place, value, kind)


def _known(name: str, steps: list[str], place: int, kind: Type) -> Type:
    """The type of a field; unknown where the schema says nothing of the fields of a record."""
    if kind.kind is not Kind.RECORD or not kind.fields:
        return Type(Kind.UNKNOWN)
    found = field_named(kind, name)
    if found is None:
        names = [each.name for each in kind.fields]
        hint = did_you_mean(name, names) or "there is " + ", ".join(f"`{each}`" for each in names[:12])
        raise InputError(f"the fact schema has no field `{_shown(steps[: place + 1])}`: {hint}")
    return found.type


def _shown(steps: list[Any]) -> str:
    return ".".join(map(str, steps))
