"""Which thing of the old program is which of the new.

In: two programs. Out: both, ready to be compared: the old one speaks of everything by the names of the new, and no
variable that nobody wrote has the name of something in the other. Guaranteed: they compute what they did before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from attrs import frozen

from ruleengine.compare.edits import Renaming
from ruleengine.compare.things import Context
from ruleengine.evaluator.walk import walk
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.rebuild import rebuild


@frozen(slots=True, eq=False)
class Matched:
    """Two programs with the same names for the same things, and what was renamed."""

    context: Context
    renamings: tuple[Renaming, ...]


def match(old: r.Program, new: r.Program) -> Matched:
    """The two programs, ready to be compared."""
    old, new = _apart(old, new), _apart(new, old)
    return Matched(Context(old, new), ())


# ── variables that nobody wrote ─────────────────────────────────────────────────────────────────────────────────────


def _apart(program: r.Program, other: r.Program) -> r.Program:
    """The program with other names for variables of queries and parameters that the other uses for something else."""
    taken = set(_given(other))
    clashing = {name for name in _inner(program) if name in taken}
    if not clashing:
        return program
    names = {name: f"{name} of {program.version}" for name in clashing}
    renamed: r.Program = rename_variables(program, names)
    return renamed


def _inner(program: r.Program) -> Iterator[str]:
    for node in walk(program):
        if isinstance(node, e.Query):
            yield node.variable
        elif isinstance(node, r.Definition | r.Table):
            yield from node.parameters


def _given(program: r.Program) -> Iterator[str]:
    for node in walk(program.steps):
        if isinstance(node, r.Let | r.Segment | r.Trigger | r.Measure | r.Matrix | r.Scorecard):
            yield node.name
            if isinstance(node, r.Measure):
                yield f"{node.name}.value"


def rename_variables(node: Any, names: dict[str, str]) -> Any:
    """A tree with other names for variables, wherever they stand."""

    def change(found: Any) -> Any:
        if isinstance(found, e.Variable) and found.name in names:
            return attrs.evolve(found, name=names[found.name])
        if isinstance(found, e.Query) and found.variable in names:
            return attrs.evolve(found, variable=names[found.variable])
        if isinstance(found, r.Definition | r.Table) and not names.keys().isdisjoint(found.parameters):
            return attrs.evolve(found, parameters=tuple(names.get(each, each) for each in found.parameters))
        return found

    return rebuild(node, change)
