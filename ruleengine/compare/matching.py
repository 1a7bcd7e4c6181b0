"""Which thing of the old program is which of the new.

In: two programs. Out: both, ready to be compared: the old one speaks of everything by the names of the new, and no
variable that nobody wrote has the name of something in the other. Guaranteed: they compute what they did before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from attrs import frozen

from ruleengine.compare.edits import Renaming, ThingKey
from ruleengine.compare.renames import Same, bare, members_of, names_between, same_things
from ruleengine.compare.renaming import Renamed
from ruleengine.compare.things import Context, things_of
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.rebuild import rebuild
from ruleengine.tree.walk import walk


@frozen(slots=True, eq=False)
class Matched:
    """Two programs with the same names for the same things, and what was renamed."""

    context: Context
    renamings: tuple[Renaming, ...]


def match(old: r.Program, new: r.Program) -> Matched:
    """The two programs, ready to be compared."""
    old, new = _apart(old, new), _apart(new, old)
    same = same_things(old, new)
    names = {each.old: each.new[1] for each in same}
    groups = dict(_groups(old, new, names))
    if same or groups:
        old = Renamed(names, _variables(old, new, same), dict(_labels(old, new, same)), groups).done(old)
    told = [
        Renaming(
            each.old[0].replace("_", " "), bare(each.old).partition("(")[0], bare(each.new).partition("(")[0]
        )
        for each in same
        if each.told
    ]
    told += [Renaming("group", path.rpartition(".")[2], label) for (_, path), label in groups.items()]
    return Matched(Context(old, new), tuple(dict.fromkeys(told)))


# ── other names ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _variables(old: r.Program, new: r.Program, same: list[Same]) -> dict[str, str]:
    """The names of variables of what has another name: values, and the lets of measures."""
    before, after = things_of(old), things_of(new)
    found: dict[str, str] = {}
    for each in same:
        kind = each.old[0]
        if kind in ("named_value", "segment", "trigger", "measure"):
            found |= names_between(before[each.old], after[each.new], each.old, each.new)
        elif kind == "output":
            found[f"output {each.old[1]}"] = f"output {each.new[1]}"
    return found


def _labels(old: r.Program, new: r.Program, same: list[Same]) -> Iterator[tuple[ThingKey, str]]:
    """What members are called whose measure or scorecard has another name."""
    called = {(_kind(member), member.name): member.label for member in _members(new)}
    for each in same:
        label = called.get(each.new)
        for card in (step for step in old.steps if isinstance(step, r.Scorecard)):
            inside = list(members_of(card.block))
            for member in inside:
                free = label is not None and all(other.label != label for other in inside)
                if (_kind(member), member.name) == each.old and label is not None and free:
                    yield (each.old[0], f"{member.name} {member.label}"), label


def _kind(member: r.Member) -> str:
    return "measure" if member.kind == "measure" else "scorecard"


def _members(program: r.Program) -> Iterator[r.Member]:
    for step in program.steps:
        if isinstance(step, r.Scorecard):
            yield from members_of(step.block)


def _groups(
    old: r.Program, new: r.Program, names: Mapping[ThingKey, str]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Groups that have another name: they hold mostly the same members at the same place."""
    cards = {step.name: step for step in new.steps if isinstance(step, r.Scorecard)}
    for step in old.steps:
        other = (
            cards.get(names.get(("scorecard", step.name), step.name))
            if isinstance(step, r.Scorecard)
            else None
        )
        if isinstance(step, r.Scorecard) and other is not None:
            stack = [("", step.block, other.block)]
            while stack:
                path, was, now = stack.pop()
                for one, another in _pairs_of_groups(was, now, names):
                    below = f"{path}.{one.label}" if path else one.label
                    stack.append((below, one, another))
                    if one.label != another.label:
                        yield (step.name, below), another.label


def _pairs_of_groups(
    old: r.Block, new: r.Block, names: Mapping[ThingKey, str]
) -> Iterator[tuple[r.Block, r.Block]]:
    was, now = ([child for child in side.children if isinstance(child, r.Block)] for side in (old, new))
    labels = {group.label: group for group in now}
    yield from ((group, labels[group.label]) for group in was if group.label in labels)
    known = {group.label for group in was}
    left = [group for group in was if group.label not in labels]
    free = [group for group in now if group.label not in known]
    fitting = [(one, other) for one in left for other in free if _mostly(one, other, names)]
    for one, other in fitting:
        if sum(pair[0] is one for pair in fitting) == 1 and sum(pair[1] is other for pair in fitting) == 1:
            yield one, other


def _mostly(old: r.Block, new: r.Block, names: Mapping[ThingKey, str]) -> bool:
    was = {names.get((_kind(member), member.name), member.name) for member in members_of(old)}
    now = {member.name for member in members_of(new)}
    return 2 * len(was & now) > len(was | now)


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
    for node in walk((program.steps, program.definitions, program.tables)):
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
