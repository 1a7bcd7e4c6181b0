"""Rulesets with some of their numbers and words altered at random: edits whose every subset is known beforehand."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import attrs

from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk

Alteration = Callable[[Any], Any]


class AlteredHybrids:
    """Programs in which some alterations have been made; what is not altered is the identical object."""

    def __init__(self, program: r.Program, alterations: dict[str, tuple[str, Alteration]]) -> None:
        self._program, self._alterations = program, alterations
        self._made: dict[frozenset[str], r.Program] = {}
        self._altered: dict[tuple[str, int], tuple[Any, Any]] = {}

    def program(self, chosen: frozenset[str]) -> r.Program:
        """The program with these alterations made."""
        if chosen not in self._made:
            found = self._program
            for name in sorted(chosen):
                found = self._alter(found, name)
            self._made[chosen] = found
        return self._made[chosen]

    def _alter(self, program: r.Program, name: str) -> r.Program:
        where, alteration = self._alterations[name]

        def part(node: Any) -> Any:
            key = (name, id(node))
            if key not in self._altered:  # the node is kept too, so that its identity stays its own
                self._altered[key] = (node, alteration(node))
            return self._altered[key][1]

        def each(nodes: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(part(node) if label_of(node) == where else node for node in nodes)

        return attrs.evolve(
            program, steps=each(program.steps), tables=each(program.tables), definitions=each(program.definitions),
            band_sets=each(program.band_sets),
        )  # fmt: skip


def label_of(node: Any) -> str:
    """What tells the parts of a program apart."""
    return f"{type(node).__name__} {getattr(node, 'name', '') or getattr(node, 'text', '')}"


def random_alterations(
    program: r.Program, number: int, chance: random.Random
) -> dict[str, tuple[str, Alteration]]:
    """Alterations of constants and weights that stand anywhere in a program."""
    places: list[tuple[str, Any]] = []
    for part in (*program.steps, *program.tables, *program.definitions):
        if isinstance(part, r.Probe | r.Template):
            continue
        for node in walk(part):
            figure = isinstance(node, e.Constant) and node.value.__class__ in (int, float)
            weight = isinstance(node, r.Member) or (isinstance(node, r.Block) and node.path)
            if figure or weight or (isinstance(node, r.Fresh) and node.expired is not None):
                places.append((label_of(part), node))
    chance.shuffle(places)
    return {f"edit {n}": (where, _altering(node, chance)) for n, (where, node) in enumerate(places[:number])}


def _altering(target: Any, chance: random.Random) -> Alteration:
    """What replaces one node (by its place and class, so that it is found again once others are altered)."""
    factor = chance.choice([0.25, 0.5, 0.8, 1.25, 2.0, 3.0])

    def altered(node: Any) -> Any:
        if isinstance(node, tuple):
            found = tuple(altered(item) for item in node)
            return found if any(one is not other for one, other in zip(found, node, strict=True)) else node
        if not attrs.has(type(node)) or not type(node).__module__.startswith("ruleengine.tree"):
            return node
        if isinstance(node, type(target)) and node.span == target.span and _same_place(node, target):
            return _replaced(node, factor)
        changes = {}
        for field in attrs.fields(type(node)):
            before = getattr(node, field.name)
            after = altered(before)
            if after is not before:
                changes[field.name] = after
        return attrs.evolve(node, **changes) if changes else node

    return altered


def _same_place(node: Any, target: Any) -> bool:
    if isinstance(node, e.Constant):
        return bool(node.value == target.value)
    return getattr(node, "label", None) == getattr(target, "label", None)


def _replaced(node: Any, factor: float) -> Any:
    if isinstance(node, e.Constant):
        value: Any = node.value * factor  # type: ignore[operator]  # a number, as it was chosen
        return attrs.evolve(node, value=int(value) if isinstance(node.value, int) else value)
    if isinstance(node, r.Fresh):
        return attrs.evolve(node, expired=float(int((node.expired or 0) * factor)))
    return attrs.evolve(node, weight=node.weight * factor)
