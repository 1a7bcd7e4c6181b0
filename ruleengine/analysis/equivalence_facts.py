"""The accounts that two rulesets share: documents that are valid by the schemas of both.

In: two record types. Out: one that allows what both allow, and sentences on what they do not share. A field that the two
store in ways that do not fit is left out: in no shared account is it there.
"""

from __future__ import annotations

import attrs

from ruleengine.values import Field, Kind, Type

_TEXTS = (Kind.TEXT, Kind.CHOICE)


def shared(old: Type, new: Type, apart: list[str], above: str = "") -> Type:
    """The record type that allows what both allow; adds to `apart` what only one knows."""
    later = {each.name: each for each in new.fields}
    known = {each.name for each in old.fields}
    fields: list[Field] = []
    for each in old.fields:
        path = f"{above}{each.name}"
        if each.name not in later:
            apart.append(f"only the old schema knows `{path}`")
            fields.append(each)
            continue
        found = _field(each, later[each.name], apart, path)
        if found is None:
            apart.append(f"the schemas declare `{path}` in ways that no value fits both")
        else:
            fields.append(found)
    for each in new.fields:
        if each.name not in known:
            apart.append(f"only the new schema knows `{above}{each.name}`")
            fields.append(each)
    return attrs.evolve(old, fields=tuple(fields))


def _field(old: Field, new: Field, apart: list[str], path: str) -> Field | None:
    kind = _type(old.type, new.type, apart, path)
    if kind is None or old.scale != new.scale:
        return None
    low, low_open = _end(old.minimum, old.exclusive_minimum, new.minimum, new.exclusive_minimum, 1)
    high, high_open = _end(old.maximum, old.exclusive_maximum, new.maximum, new.exclusive_maximum, -1)
    return attrs.evolve(
        old, type=kind, required=old.required or new.required, integer=old.integer or new.integer, minimum=low,
        maximum=high, exclusive_minimum=low_open, exclusive_maximum=high_open, secret=old.secret or new.secret,
    )  # fmt: skip


def _type(old: Type, new: Type, apart: list[str], path: str) -> Type | None:
    if old.kind in _TEXTS and new.kind in _TEXTS:
        return _words(old, new)
    if old.kind is not new.kind:
        return None
    if old.kind is Kind.RECORD:
        return shared(old, new, apart, f"{path}.")
    if old.element is not None and new.element is not None:
        inner = _type(old.element, new.element, apart, path)
        return None if inner is None else attrs.evolve(old, element=inner)
    return old


def _words(old: Type, new: Type) -> Type | None:
    """The words that both allow; a plain text allows all."""
    if not old.choices or not new.choices:
        return old if old.choices else new
    words = tuple(word for word in old.choices if word in new.choices)
    return attrs.evolve(old, choices=words) if words else None


def _end(
    one: float | None, one_open: bool, other: float | None, other_open: bool, sign: int
) -> tuple[float | None, bool]:
    """The narrower of two ends."""
    if one is None or other is None:
        return (other, other_open) if one is None else (one, one_open)
    if one == other:
        return one, one_open or other_open
    return (one, one_open) if sign * one > sign * other else (other, other_open)
