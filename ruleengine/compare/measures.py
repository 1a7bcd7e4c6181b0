"""Two versions of a measure → the choices in which they differ.

In: a measure in both versions, or in one. Out: a `Split`. A measure that only one version has does nothing by itself:
it is there where a scorecard or something else needs it.
"""

from __future__ import annotations

from typing import Any

import attrs

from ruleengine.compare.edits import Choice, Split
from ruleengine.compare.limits import limits_part
from ruleengine.compare.parts import Part, Whole, either, same_split
from ruleengine.compare.ratings import rating_part
from ruleengine.compare.slugs import BandNames
from ruleengine.compare.things import subject_of
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import alike, meaning_of
from ruleengine.tree.walk import walk


def split_measure(old: r.Measure | None, new: r.Measure | None, names: BandNames) -> Split:
    """The choices between two versions of a measure."""
    kept = new if new is not None else old
    assert kept is not None
    key = ("measure", kept.name)
    if old is None or new is None:
        return same_split(key, old, new)
    whole = Whole(key, old, new, subject_of(key, new))
    together = _lets(whole)
    whole.field("applies", "applies", "applies")
    valued = _value(whole)
    _fresh(whole)
    rated = rating_part(whole, names)
    if rated is not None:
        whole.parts.append(rated)
    limits = limits_part(whole, old.limits, new.limits, names.of_measure(new.name))
    if limits is not None:
        whole.parts.append(limits)
    whole.field("missing", "missing", "missing")
    whole.field("baseline", "baseline", "baseline")
    if old.checklist != new.checklist:
        whole.parts.append(
            either(
                whole.choice("checklist", "measure", old.checklist or None, new.checklist or None),
                {"checklist": old.checklist},
                {"checklist": new.checklist},
            )
        )
    if valued is not None:
        together.append(_with_value(whole, valued, rated))
    if old.bands != new.bands:
        banded = [
            each.key
            for part in whole.parts
            for each in part.choices
            if each.kind in ("rating", "limit", "missing")
        ]
        together.append(frozenset(banded))
    return whole.split(keys for keys in together if len(keys) > 1)


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _value(whole: Whole) -> Choice | None:
    old, new = whole.old.value, whole.new.value
    typed = old is None or new is None or alike(old.type, new.type)
    if meaning_of(old) == meaning_of(new) and typed:
        return None
    found = whole.choice("value", "value", old, new)
    was, now = ({"value": side.value, "percent": side.percent} for side in (whole.old, whole.new))
    whole.parts.append(either(found, was, now))
    return found


def _with_value(whole: Whole, valued: Choice, rated: Part | None) -> frozenset[str]:
    """What only makes sense with the value that it was written for: cuts in days are none for a number of months."""
    if valued.old is None or valued.new is None:
        kept = ("applies", "missing", "baseline")
        others = [each.key for part in whole.parts for each in part.choices if each.key not in kept]
        return frozenset([valued.key, *others])
    if alike(valued.old.type, valued.new.type):
        return frozenset()
    asked = f"{whole.new.name}.value"
    others = [each.key for each in (rated.choices if rated is not None else ())]
    others += [
        each.key
        for part in whole.parts
        for each in part.choices
        if any(isinstance(node, e.Variable) and node.name == asked for node in walk((each.old, each.new)))
    ]
    return frozenset([valued.key, *others])


# ── lets ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lets(whole: Whole) -> list[frozenset[str]]:
    """Lets of the measure: one that only one version has is there, so that whatever names it finds it."""
    old = {let.name: let for let in whole.old.lets}
    new = {let.name: let for let in whole.new.lets}
    changed = {
        name: whole.choice(f"let.{let.label}", "value", old[name], let)
        for name, let in new.items()
        if name in old and not _same_let(old[name], let)
    }
    order = _order(whole, old, new)
    only_old = [name for name in old if name not in new]
    if not changed and not only_old and len(old) == len(new):
        return []
    keys = {name: found.key for name, found in changed.items()}

    def fields(chosen: frozenset[str]) -> dict[str, Any]:
        lets = tuple(
            new[name] if name in new and (name not in keys or keys[name] in chosen) else old[name]
            for name in order
        )
        return {"lets": lets}

    whole.parts.append(Part(tuple(changed.values()), fields))
    untyped = [keys[name] for name in changed if not alike(old[name].value.type, new[name].value.type)]
    return [frozenset(keys.values())] if untyped else []


def _same_let(old: r.Let, new: r.Let) -> bool:
    return bool(meaning_of(old) == meaning_of(new)) and alike(old.value.type, new.value.type)


def _order(whole: Whole, old: dict[str, r.Let], new: dict[str, r.Let]) -> list[str]:
    """The lets of both, each after those that it needs in either version."""
    order: list[str] = []
    active: set[str] = set()

    def visit(name: str) -> None:
        if name in order or name in active:
            return
        active.add(name)
        for side in (old, new):
            if name in side:
                for node in walk(side[name].value):
                    if isinstance(node, e.Variable) and (node.name in old or node.name in new):
                        visit(node.name)
        order.append(name)

    for name in [*new, *old]:
        visit(name)
    return order


def without_idle_lets(measure: r.Measure, kept: frozenset[str]) -> r.Measure:
    """The measure without lets that nothing in it needs; `kept` are names that stay."""
    asked = {
        node.name
        for name in ("applies", "value", "fresh", "rates", "limits", "missing", "baseline")
        for node in walk(getattr(measure, name))
        if isinstance(node, e.Variable)
    }
    lets: list[r.Let] = []
    for let in reversed(measure.lets):
        if let.name in asked or let.name in kept:
            lets.append(let)
            asked |= {node.name for node in walk(let.value) if isinstance(node, e.Variable)}
    return measure if len(lets) == len(measure.lets) else attrs.evolve(measure, lets=tuple(reversed(lets)))


# ── freshness ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _fresh(whole: Whole) -> None:
    old, new = whole.old.fresh, whole.new.fresh
    if meaning_of(old) == meaning_of(new):
        return
    if old is None or new is None:
        whole.field("fresh", "fresh", "freshness")
        return
    choices = []
    if meaning_of(old.by) != meaning_of(new.by):
        choices.append(whole.choice("fresh.by", "freshness", old.by, new.by))
    for name in ("stale", "expired"):
        was, now = _age(old, name), _age(new, name)
        if was != now:
            found = whole.choice(f"fresh.{name}", "freshness", was, now)
            choices.append(attrs.evolve(found, old_span=old.span, new_span=new.span))

    def fields(chosen: frozenset[str]) -> dict[str, Any]:
        different: dict[str, Any] = {}
        for each in choices:
            if each.key not in chosen:
                for name in _FIELDS[each.key]:
                    different[name] = getattr(old, name)
        return {"fresh": attrs.evolve(new, **different) if different else new}

    whole.parts.append(Part(tuple(choices), fields))


_FIELDS = {
    "fresh.by": ("by",),
    "fresh.stale": ("stale", "stale_unit"),
    "fresh.expired": ("expired", "expired_unit"),
}


def _age(fresh: r.Fresh, name: str) -> tuple[float, str] | None:
    """An age as a number and its unit."""
    found = getattr(fresh, name)
    return None if found is None else (found, getattr(fresh, f"{name}_unit"))
