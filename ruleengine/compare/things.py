"""The things of a program by key: what has a name, and can differ between two versions.

In: a program. Out: its things. The key of a step is its kind and its unique name; band sets, definitions and tables
have theirs; an assumption is known by the ruleset that makes it and its path; problems and invariants by their text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from attrs import frozen

from ruleengine.compare.edits import Subject, ThingKey
from ruleengine.source import Span
from ruleengine.tree import ruleset as r

KIND_OF_STEP: dict[type, str] = {
    r.Let: "named_value", r.Segment: "segment", r.Measure: "measure", r.Scorecard: "scorecard",
    r.Trigger: "trigger", r.Matrix: "matrix", r.Template: "template", r.Output: "output", r.Check: "check",
}  # fmt: skip


@frozen(slots=True, eq=False)
class Context:
    """Two programs to compare, the old one in the names of the new."""

    old: r.Program
    new: r.Program


def things_of(program: r.Program) -> dict[ThingKey, Any]:
    """Band sets, definitions, tables and steps by key, in the order of the program; assumptions last."""
    found: dict[ThingKey, Any] = {}
    for key, thing in _all(program):
        number, free = 2, key
        while free in found:
            free, number = (key[0], f"{key[1]} ({number})"), number + 1
        found[free] = thing
    return found


def _all(program: r.Program) -> Iterator[tuple[ThingKey, Any]]:
    yield from ((("bands", found.key), found) for found in program.band_sets)
    yield from ((("definition", found.key), found) for found in program.definitions)
    yield from ((("table", found.key), found) for found in program.tables)
    for step in program.steps:
        kind = KIND_OF_STEP.get(type(step))
        if kind is not None:
            name = f"{step.kind}: {step.text}" if isinstance(step, r.Check) else getattr(step, "name", "")
            yield (kind, name), step
    for assumed in program.assumptions:
        yield ("assumption", assumption_name(program, assumed.path, assumed.span)), assumed


def module_of(program: r.Program, span: Span) -> str:
    """The ruleset in whose file something stands; empty for the program's own file."""
    return "" if span.path == program.path else PurePath(span.path).parent.name


def assumption_name(program: r.Program, path: tuple[str, ...], span: Span) -> str:
    """What tells an assumption apart: the ruleset whose file makes it, and the path of the fact."""
    module = module_of(program, span)
    return f"{module}:{'.'.join(path)}" if module else ".".join(path)


def subject_of(key: ThingKey, thing: Any) -> Subject:
    """What an edit of a thing is about. The name is the unique one, without the types that an instance is for."""
    kind, name = key
    shown = kind.replace("_", " ")
    if kind in ("definition", "table"):
        name = name.partition("(")[0]
    if kind == "scorecard":
        return Subject(kind, name, thing.block.title)
    label = getattr(thing, "label", "") or name
    title = getattr(thing, "title", "") or (thing.text if isinstance(thing, r.Check) else label)
    return Subject(shown, name, title)
