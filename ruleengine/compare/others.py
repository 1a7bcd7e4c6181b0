"""Splits of what is neither a measure nor a scorecard nor a band set: named values, segments, tables, definitions,
triggers, matrices, templates, outputs, checks.

In: one thing as both versions have it, or as one of them has it. Out: its split. Guaranteed: any of its choices alone
gives a thing that can stand in the program; a thing that differs in words alone has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from ruleengine.compare.edits import CHANGED, Split, ThingKey
from ruleengine.compare.parts import Part, Whole, choice, either, same_split, whole_split
from ruleengine.compare.things import subject_of
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.rebuild import rebuild
from ruleengine.tree.shape import meaning_of

#: Kinds of things that are there for their own sake: one that only one version has is an edit.
_ACTING = frozenset(["trigger", "matrix", "template", "output", "check"])


def split_other(key: ThingKey, old: Any, new: Any) -> Split:
    """The split of a thing of any of these kinds; `old` or `new` is None where only one version has it."""
    kind = key[0]
    if old is None or new is None:
        return _of_one_version(key, old, new)
    if meaning_of(old) == meaning_of(new):
        return same_split(key, old, new)
    whole = Whole(key, old, new, subject_of(key, new))
    _PARTS[kind](whole)
    return whole.split()


def _of_one_version(key: ThingKey, old: Any, new: Any) -> Split:
    """A thing that does nothing by itself is always there; any other one is added or removed."""
    if key[0] not in _ACTING:
        return same_split(key, old, new)
    subject = subject_of(key, new if new is not None else old)
    return whole_split(key, old, new, choice(subject, "", key[0], old, new))


# ── things of one part ──────────────────────────────────────────────────────────────────────────────────────────────


def _one_field(name: str, kind: str) -> Callable[[Whole], None]:
    return lambda whole: whole.field(name, "", kind)


def _check(whole: Whole) -> None:
    """A problem or an invariant: when it is one, and whether it must or must not hold."""
    found = whole.choice("", "check", whole.old, whole.new)
    names = ("kind", "condition")
    whole.parts.append(either(found, _fields(whole.old, names), _fields(whole.new, names)))


def _matrix(whole: Whole) -> None:
    """A matrix changes as a whole: its cells are numbered, and its rows hold these numbers."""
    found = whole.choice("", "matrix", whole.old, whole.new)
    names = ("axes", "cells", "rows", "otherwise", "otherwise_line")
    whole.parts.append(either(found, _fields(whole.old, names), _fields(whole.new, names)))


def _fields(node: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(node, name) for name in names}


# ── what is called ──────────────────────────────────────────────────────────────────────────────────────────────────


def _definition(whole: Whole) -> None:
    old = _with_parameters_of(whole.old, whole.new)
    found = whole.choice("", "definition", old.body, whole.new.body)
    names = ("parameters", "body")
    whole.parts.append(either(found, _fields(old, names), _fields(whole.new, names)))


def _table(whole: Whole) -> None:
    """Row by row where there are as many, else as a whole."""
    old, new = _with_parameters_of(whole.old, whole.new), whole.new
    alike = len(old.rows) == len(new.rows) and len(old.parameters) == len(new.parameters)
    if not alike or old.hits != new.hits:
        found = whole.choice("", "table", old, new)
        names = ("parameters", "parameter_types", "hits", "rows", "type")
        whole.parts.append(either(found, _fields(old, names), _fields(new, names)))
        return
    pairs = list(zip(old.rows, new.rows, strict=True))
    differing = [number for number, (was, now) in enumerate(pairs) if meaning_of(was) != meaning_of(now)]
    keys = {number: f"row_{number + 1}" for number in differing}
    choices = tuple(whole.choice(keys[number], "table", *pairs[number], CHANGED) for number in differing)

    def fields(chosen: frozenset[str]) -> dict[str, Any]:
        old_ones = {number for number in differing if keys[number] not in chosen}
        return {"rows": tuple(was if number in old_ones else now for number, (was, now) in enumerate(pairs))}

    whole.parts.append(Part(choices, fields))


def _with_parameters_of(old: Any, new: Any) -> Any:
    """A table or definition that calls its parameters as the other does; the same where it has other ones."""
    if old.parameters == new.parameters or len(old.parameters) != len(new.parameters):
        return old
    names = dict(zip(old.parameters, new.parameters, strict=True))

    def change(node: Any) -> Any:
        if isinstance(node, r.Table | r.Definition):
            return attrs.evolve(node, parameters=new.parameters)
        if isinstance(node, e.Variable) and node.name in names:
            return attrs.evolve(node, name=names[node.name])
        return node

    return rebuild(old, change)


# ── triggers and templates ──────────────────────────────────────────────────────────────────────────────────────────


def _trigger(whole: Whole) -> None:
    """When it fires, and each thing that it says."""
    old, new = whole.old, whole.new
    conditions = [[meaning_of(each.condition) for each in side.alternatives] for side in (old, new)]
    if conditions[0] != conditions[1]:
        found = whole.choice("when", "trigger", old.alternatives, new.alternatives)
        whole.parts.append(
            either(found, {"alternatives": old.alternatives}, {"alternatives": new.alternatives})
        )
    elif _shown(old) != _shown(new):
        texts = [tuple(each.because for each in side.alternatives if each.because) for side in (old, new)]
        found = whole.choice("because", "trigger", texts[0] or None, texts[1] or None)
        whole.parts.append(
            either(found, {"alternatives": old.alternatives}, {"alternatives": new.alternatives})
        )
    for name in ("kind", "severity", "playbook", "reason", "due"):
        was, now = getattr(old, name), getattr(new, name)
        if meaning_of(was) != meaning_of(now):
            found = whole.choice(name, "trigger", was or None, now or None)
            whole.parts.append(either(found, {name: was}, {name: now}))
    _trigger_fields(whole)


def _shown(trigger: r.Trigger) -> list[Any]:
    """The values in its explanations: with others it tells something else, where other words only say it otherwise."""
    parts = [each.because.parts if each.because else () for each in trigger.alternatives]
    return [[meaning_of(part) for part in each if not isinstance(part, str)] for each in parts]


def _trigger_fields(whole: Whole) -> None:
    """Each free field; they stand in the order of the new version, those of the old one alone last."""
    old, new = (_by_name(side.fields) for side in (whole.old, whole.new))
    names = [*new, *(name for name in old if name not in new)]
    differing = [name for name in names if meaning_of(old.get(name)) != meaning_of(new.get(name))]
    if not differing:
        return
    keys = {name: f"field.{name}" for name in differing}
    choices = tuple(whole.choice(keys[name], "trigger", old.get(name), new.get(name)) for name in differing)

    def fields(chosen: frozenset[str]) -> dict[str, Any]:
        kept = ((old if name in keys and keys[name] not in chosen else new).get(name) for name in names)
        return {"fields": tuple(each for each in kept if each is not None)}

    whole.parts.append(Part(choices, fields))


def _by_name(fields: Iterable[r.TriggerField]) -> Mapping[str, r.TriggerField]:
    return {each.name: each for each in fields}


def _template(whole: Whole) -> None:
    """For whom it is written, and each of its texts."""
    whole.field("condition", "for", "template")
    whole.field("format", "format", "template")
    whole.field("subject", "subject", "template")
    whole.field("labels", "labels", "template")
    whole.field("body", "text", "template")


_PARTS: dict[str, Callable[[Whole], None]] = {
    "named_value": _one_field("value", "named_value"),
    "segment": _one_field("condition", "segment"),
    "output": _one_field("value", "output"),
    "definition": _definition,
    "table": _table,
    "trigger": _trigger,
    "matrix": _matrix,
    "template": _template,
    "check": _check,
}
