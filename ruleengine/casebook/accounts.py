"""An account to be tried: facts, an as-of date, an earlier result; and how to change it here and there.

In: an account and a patch, which is a series of edits. Out: another account; the first stays as it is. What a patch
makes keeps to the fact schema: a record that it begins gets the fields that the schema requires.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice, product
from typing import Any

from attrs import evolve, frozen

from ruleengine.facts.model import field_named
from ruleengine.values import LARGEST_FACT, Field, Kind, Type

#: The first step of a path that leads to the as-of date, or into the earlier result.
AS_OF, PREVIOUS = "<as of>", "<previous>"
#: What comes to stand where something is taken away.
ABSENT: Any = object()
_MIDDAY = "T12:00:00Z"
#: So many patches are taken of each part, and of all parts together.
_OF_A_PART, OF_ALL = 5, 16


@frozen(slots=True, eq=False)
class New:
    """The place of a new element at the end of a list; the same in all edits of one patch."""


@frozen(slots=True, eq=False)
class Alone:
    """A value that a list comes to hold alone, unless the same patch has put it there before."""

    value: Any


Step = str | int | New
Path = tuple[Step, ...]
Edit = tuple[Path, Any]
Patch = tuple[Edit, ...]


@frozen(slots=True, eq=False)
class Account:
    """What is evaluated."""

    facts: dict[str, Any]
    as_of: date
    previous: dict[str, Any] | None = None

    def at(self, path: Path) -> Any:
        """What the facts hold at a path; None where there is nothing."""
        found: Any = self.facts
        for step in path:
            if isinstance(step, str) and isinstance(found, dict):
                found = found.get(step)
            elif isinstance(step, int) and isinstance(found, list) and step < len(found):
                found = found[step]
            else:
                return None
        return found


def blank(root: Type, as_of: date, id_path: tuple[str, ...]) -> Account:
    """An account with what the schema requires and nothing else."""
    facts = _blank(Field("", root), as_of)
    record = facts
    for name in id_path[:-1]:
        record = record.setdefault(name, {})
    if id_path and isinstance(record.get(id_path[-1], ""), str):
        record[id_path[-1]] = "suggested"
    return Account(facts, as_of)


def _blank(declared: Field, as_of: date) -> Any:
    """The plainest value of a field."""
    kind = declared.type.kind
    if kind is Kind.RECORD:
        return {each.name: _blank(each, as_of) for each in declared.type.fields if each.required}
    if kind is Kind.LIST:
        return []
    return stored(plain(declared, as_of), declared)


def plain(declared: Field, as_of: date) -> Any:
    """A value that a field of one kind may well have, as the language sees it."""
    kind = declared.type.kind
    if kind is Kind.NUMBER:
        low, high = declared.minimum, declared.maximum
        found = 1.0 if low is None or low < 1 else low + (1 if declared.exclusive_minimum else 0)
        return (found if high is None or found <= high else high) * declared.scale
    if kind is Kind.FLAG:
        return False
    if kind is Kind.CHOICE:
        return declared.type.choices[0] if declared.type.choices else "any"
    return as_of.toordinal() if kind in (Kind.DATE, Kind.TIMESTAMP) else "any"


def stored(value: Any, declared: Field) -> Any:
    """A value as the document holds it; None when the schema allows no such value."""
    kind = declared.type.kind
    if kind is Kind.NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, declared)
    if kind in (Kind.DATE, Kind.TIMESTAMP) and isinstance(value, int | float):
        if not 1 <= value <= date.max.toordinal():
            return None
        text = date.fromordinal(int(value)).isoformat()
        return text if kind is Kind.DATE else text + _MIDDAY
    if kind is Kind.CHOICE:
        return value if value in declared.type.choices else None
    if kind is Kind.TEXT:
        return value if isinstance(value, str) else None
    return value if kind is Kind.FLAG and isinstance(value, bool) else None


def _number(value: float, declared: Field) -> float | int | None:
    number = round(value * round(1 / declared.scale) if declared.scale != 1.0 else value, 10) + 0.0
    if not -LARGEST_FACT < number < LARGEST_FACT:
        return None
    if declared.integer and number != round(number):
        return None
    low, high = declared.minimum, declared.maximum
    if low is not None and (number < low or (declared.exclusive_minimum and number == low)):
        return None
    if high is not None and (number > high or (declared.exclusive_maximum and number == high)):
        return None
    return int(number) if number == int(number) else number


def changed(account: Account, patch: Iterable[Edit], root: Type) -> Account:
    """The account after a patch."""
    places: dict[int, int] = {}
    facts, as_of, previous = account.facts, account.as_of, account.previous
    for path, value in patch:
        if path[0] == AS_OF:
            as_of = value
        elif path[0] == PREVIOUS:
            known = previous or {
                "id": facts.get("id"),
                "as_of": (as_of - timedelta(days=30)).isoformat(),
                "scorecards": {},
            }
            previous = _put(known, path[1:], value, Field("", Type(Kind.UNKNOWN)), as_of, places)
        else:
            facts = _put(facts, path, value, Field("", root), as_of, places)
    return evolve(account, facts=facts, as_of=as_of, previous=previous)


def _put(holder: Any, path: Path, value: Any, declared: Field, as_of: date, places: dict[int, int]) -> Any:
    """A copy of a record or list with another value somewhere below it."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        record = dict(holder) if isinstance(holder, dict) else _begun(declared, as_of)
        if value is ABSENT and not rest:
            record.pop(step, None)
        elif value is not ABSENT or step in record:
            inner = field_named(declared.type, step) or Field(step, Type(Kind.UNKNOWN))
            record[step] = _put(record.get(step), rest, value, inner, as_of, places)
        return record
    elements = list(holder) if isinstance(holder, list) else []
    if isinstance(value, Alone) and not rest:
        if id(step) in places:
            return elements
        elements, value = [], value.value
    place = places.setdefault(id(step), len(elements)) if isinstance(step, New) else step
    while len(elements) <= place:
        elements.append(None)
    inner = Field("", declared.type.element or Type(Kind.UNKNOWN))
    elements[place] = _put(elements[place], rest, value, inner, as_of, places)
    return elements


def _begun(declared: Field, as_of: date) -> dict[str, Any]:
    found = _blank(declared, as_of) if declared.type.kind is Kind.RECORD else {}
    return found if isinstance(found, dict) else {}


def blank_of(kind: Type, as_of: date) -> Any:
    """The plainest value of a type."""
    return _blank(Field("", kind), as_of)


def joined(*parts: Iterable[Patch]) -> Iterator[Patch]:
    """Every way to have all of it, the later parts having the last word."""
    several = product(*(list(islice(part, _OF_A_PART)) for part in parts))
    yield from islice((tuple(edit for patch in patches for edit in patch) for patches in several), OF_ALL)
