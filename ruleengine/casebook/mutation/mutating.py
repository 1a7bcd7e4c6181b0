"""A program with a mutant in it, whole or only as much of it as some cases need.

In: a compiled casebook. Out: for a mutant, the cases that can tell it at all, and programs to run them. Guaranteed: what a
case asks for has the same value in a part of the program as in the whole one; what a mutant does not change is the
identical object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ruleengine.casebook.model import Case, Casebook
from ruleengine.casebook.mutation.mutant import Mutant
from ruleengine.checker.index import walk
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.needs import given_by
from ruleengine.tree.rebuild import rebuild

#: What a program is made of: a step by its place, a definition, table or set of bands by its key, or an assumption.
Part = tuple[str, int]
_FIELDS = ("steps", "definitions", "tables", "band_sets", "assumptions")


class Parts:
    """The parts of a program, and what each needs."""

    def __init__(self, program: r.Program) -> None:
        self.program = program
        self.parts: dict[Part, Any] = {
            (name, place): part for name in _FIELDS for place, part in enumerate(getattr(program, name))
        }
        self.owners: dict[int, set[Part]] = {}
        self.names: dict[Part, frozenset[str]] = {}
        self.given: dict[str, Part] = {}
        for key, part in self.parts.items():
            self.given.update(dict.fromkeys(_given(part), key))
            asked: set[str] = set()
            for node in walk(part):
                self.owners.setdefault(id(node), set()).add(key)
                asked.update(_asked(node))
                because = getattr(node, "because", None)
                if attrs.has(type(because)):  # the values that a reason shows
                    asked.update(name for each in walk(because) for name in _asked(each))
            self.names[key] = frozenset(asked)
        self._closures: dict[Part, frozenset[Part]] = {}

    def of(self, mutant: Mutant) -> frozenset[Part]:
        """The parts in which a mutant changes something."""
        return frozenset(part for swap in mutant.swaps for part in self.owners.get(id(swap.old), ()))

    def closure(self, start: Part) -> frozenset[Part]:
        """A part and all that it needs."""
        found = self._closures.get(start)
        if found is None:
            reached = {start}
            waiting = [start]
            while waiting:
                for name in self.names[waiting.pop()]:
                    part = self.given.get(name)
                    if part is not None and part not in reached:
                        reached.add(part)
                        waiting.append(part)
            found = self._closures[start] = frozenset(reached)
        return found

    def direct(self, start: Part) -> frozenset[Part]:
        """What a part asks for itself."""
        return frozenset(self.given[name] for name in self.names[start] if name in self.given)

    def changed(self, mutant: Mutant, kept: frozenset[Part] | None = None) -> r.Program:
        """The program with a mutant in it; with `kept`, only these parts of it."""
        new = {id(swap.old): swap.new for swap in mutant.swaps}
        touched = self.of(mutant)

        def change(node: Any) -> Any:
            return new.get(id(node), node)

        fields: dict[str, Any] = dict.fromkeys(_FIELDS, ())
        for key, part in self.parts.items():
            if kept is None or key in kept:
                fields[key[0]] += (rebuild(part, change) if key in touched else part,)
        return attrs.evolve(self.program, **fields)


def _given(part: Any) -> Iterator[str]:
    if isinstance(part, r.BandSet):
        yield f"bands {part.key}"
    elif isinstance(part, r.Definition | r.Table):
        yield f"called {part.key}"
    elif isinstance(part, r.Scorecard):
        yield part.name
    elif not isinstance(part, r.Assumption | r.Check | r.Probe):
        yield from given_by(part)


def _asked(node: Any) -> Iterator[str]:
    if isinstance(node, e.Variable | e.Reference | e.Said):
        yield node.name
    elif isinstance(node, e.Reasons):
        yield node.card
    elif isinstance(node, e.CallDefinition):
        yield f"called {node.instance}"
    elif isinstance(node, r.Member):
        yield node.name
    if isinstance(node, r.Measure | r.Scorecard) and node.bands:
        yield f"bands {node.bands}"


class Asking:
    """Which parts the cases of a casebook ask for."""

    def __init__(self, casebook: Casebook, cases: Iterable[Case]) -> None:
        assert casebook.program is not None
        self.parts = Parts(casebook.program)
        probes: dict[int, list[Part]] = {}
        for key, part in self.parts.parts.items():
            if isinstance(part, r.Probe):
                probes.setdefault(part.case, []).append(key)
        self.everything = frozenset(
            key for key, part in self.parts.parts.items() if not isinstance(part, r.Probe | r.Template)
        )
        self.cases = list(cases)
        self.needs: dict[int, frozenset[Part]] = {}
        self.direct: dict[int, frozenset[Part]] = {}
        for case in self.cases:
            own = probes.get(case.number, [])
            needed = frozenset().union(*(self.parts.closure(each) for each in own))
            if any(each.kind != "condition" for each in case.expectations):
                needed |= self.everything
            self.needs[case.number] = needed
            self.direct[case.number] = frozenset().union(*(self.parts.direct(each) for each in own))

    def batches(
        self, mutant: Mutant, sizes: Mapping[str, int]
    ) -> Iterator[tuple[list[Case], frozenset[Part]]]:
        """The cases that may notice a mutant, with what they need; those that ask for the changed thing itself first."""
        changed = self.parts.of(mutant)
        near: list[Case] = []
        far: list[Case] = []
        for case in self.cases:
            if not changed.isdisjoint(self.needs[case.number]):
                (far if changed.isdisjoint(self.direct[case.number]) else near).append(case)
        for group in (near, far):
            group.sort(key=lambda case: len(self.needs[case.number]))
            start, size = 0, sizes["first"]
            while start < len(group):
                batch = group[start : start + size]
                yield batch, frozenset().union(*(self.needs[case.number] for case in batch))
                start, size = start + size, sizes["next"]
