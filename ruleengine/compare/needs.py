"""What the things of two programs need of one another.

In: things by key, as one or both versions have them. Out: for a thing, the keys of what stands in it by name; the order
in which everything comes after what it needs in either version, with those together that need each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ruleengine.compare.edits import ThingKey
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk

_OF_REFERENCE = {"measure": "measure", "card": "scorecard", "node": "scorecard", "matrix": "matrix"}
_OF_VARIABLE = ("named_value", "segment", "trigger")


class Needs:
    """Tells what a thing needs. What was found for an object is kept."""

    def __init__(self, things: Iterable[Mapping[ThingKey, Any]]) -> None:
        self.things = list(things)
        self._variables: dict[str, ThingKey] = {}
        self._called: dict[str, ThingKey] = {}
        self._known: dict[int, tuple[Any, frozenset[ThingKey]]] = {}
        for found in self.things:
            for key, thing in found.items():
                self._note(key, thing)

    def _note(self, key: ThingKey, thing: Any) -> None:
        kind, name = key
        if kind in _OF_VARIABLE:
            self._variables[name] = key
        elif kind == "output":
            self._variables[f"output {name}"] = key
        elif kind in ("definition", "table"):
            self._called[name] = key
        elif isinstance(thing, r.Measure):
            self._variables[f"{name}.value"] = key
            self._variables.update({let.name: key for let in thing.lets})

    def of(self, thing: Any) -> frozenset[ThingKey]:
        """The keys of what stands by name in a thing, or in a part of one; a tuple is all of its items."""
        found = self._known.get(id(thing))
        if found is None:
            names = frozenset(self._named(thing))
            found = self._known[id(thing)] = thing, names
        return found[1]

    def _named(self, thing: Any) -> Iterator[ThingKey]:
        for node in walk(thing):
            if isinstance(node, e.Variable):
                if node.name in self._variables:
                    yield self._variables[node.name]
            elif isinstance(node, e.Reference):
                if node.kind in _OF_REFERENCE:
                    yield _OF_REFERENCE[node.kind], node.name
            elif isinstance(node, e.Said):
                yield node.kind, node.name
            elif isinstance(node, e.Reasons):
                yield "scorecard", node.card
            elif isinstance(node, e.CallDefinition):
                yield self._called.get(node.instance, ("definition", node.instance))
            elif isinstance(node, r.Member):
                yield "measure" if node.kind == "measure" else "scorecard", node.name
            if isinstance(node, r.Measure | r.Scorecard) and node.bands:
                yield "bands", node.bands

    def closure(self, start: Iterable[Any], side: Mapping[ThingKey, Any]) -> set[ThingKey]:
        """All that some things need, directly or through one another, of those on one side."""
        found: set[ThingKey] = set()
        waiting = list(start)
        while waiting:
            for key in self.of(waiting.pop()):
                if key in side and key not in found:
                    found.add(key)
                    waiting.append(side[key])
        return found


def in_order(keys: Iterable[ThingKey], needs: Mapping[ThingKey, Iterable[ThingKey]]) -> list[list[ThingKey]]:
    """The keys, each after what it needs; those that need each other stand together."""
    found: list[list[ThingKey]] = []
    number: dict[ThingKey, int] = {}
    lowest: dict[ThingKey, int] = {}
    open_: list[ThingKey] = []
    waiting: set[ThingKey] = set()

    def begin(key: ThingKey) -> tuple[ThingKey, Iterator[ThingKey]]:
        number[key] = lowest[key] = len(number)
        open_.append(key)
        waiting.add(key)
        return key, iter([each for each in needs.get(key, ()) if each in needs])

    for start in keys:
        stack = [begin(start)] if start not in number else []
        while stack:
            key, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                if stack:
                    parent = stack[-1][0]
                    lowest[parent] = min(lowest[parent], lowest[key])
                if lowest[key] == number[key]:
                    place = open_.index(key)
                    found.append(open_[place:])
                    waiting.difference_update(open_[place:])
                    del open_[place:]
            elif following not in number:
                stack.append(begin(following))
            elif following in waiting:
                lowest[key] = min(lowest[key], number[following])
    return found
