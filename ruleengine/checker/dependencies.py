"""What an expression rests on, so that two conditions are taken for independent only when they are.

In: an expression. Out: the paths in the fact document that it reads, with `*` for the elements of a list, and
names of parameters and query variables. Two expressions are independent when no path of one begins with a
path of the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import define, field

from ruleengine.checker.index import Index, parts
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

Paths = frozenset[tuple[str, ...]]

_NOTHING: Paths = frozenset()


@define(slots=True)
class Dependencies:
    """Finds dependencies; what one name rests on is found once."""

    index: Index
    known: dict[str, Paths] = field(factory=dict)

    def of(self, node: e.Expression) -> Paths:
        """The paths that `node` rests on."""
        if (
            not self.known
        ):  # each name after those that it needs, so that long chains of names are no deep recursion
            for name in self.index.lets:
                self._named(name, self.index.meaning(name))
        return self._below(node)

    def independent(self, left: e.Expression, right: e.Expression) -> bool:
        """Whether the two can have any values at the same time."""
        return not any(_meet(one, other) for one in self.of(left) for other in self.of(right))

    def _below(self, node: Any) -> Paths:
        if isinstance(node, e.Fact):
            return frozenset((node.path,))
        if isinstance(node, e.Variable):
            if node.name in self.index.arguments:
                return self._parameter(node.name)
            return self._named(node.name, self.index.meaning(node.name))
        if isinstance(node, e.Attribute):
            return frozenset((*path, "*", node.name) for path in self._origin(node.base))
        if isinstance(node, e.Reference):
            asked: Any = self.index.matrices if node.kind == "matrix" else self.index.measures
            target = asked.get(node.name) or self.index.cards.get(node.name)
            return self._named(f"reference {node.name}", target)
        if isinstance(node, r.Member):
            target = self.index.measures.get(node.name) or self.index.cards.get(node.name)
            return self._named(f"reference {node.name}", target)
        if isinstance(node, e.AsOf):
            return frozenset((("as_of",),))
        if isinstance(node, e.CallDefinition):
            body = self._named(f"called {node.instance}", self.index.called.get(node.instance))
            return body.union(*(self._below(argument) for argument in node.arguments))
        return _joined(self._below(part) for part in parts(node))

    def _named(self, name: str, target: Any) -> Paths:
        if target is None:
            return frozenset(((f"variable {name}",),))
        if name not in self.known:
            self.known[name] = _NOTHING  # while it is looked at; a ruleset with a cycle has its own report
            self.known[name] = self._below(target)
        return self.known[name]

    def _parameter(self, name: str) -> Paths:
        label = f"parameter {name}"
        if label not in self.known:
            self.known[label] = _NOTHING
            self.known[label] = _joined(self._below(argument) for argument in self.index.arguments[name])
        return self.known[label]

    def _origin(self, node: e.Expression) -> Paths:
        """Where a record comes from: the list or record in the facts, not what selected it."""
        found = self.index.resolve(node)
        if isinstance(found, e.Query):
            return self._origin(found.source)
        if isinstance(found, e.Choose):
            return _joined(
                self._origin(value) for value in (*(b.value for b in found.branches), found.otherwise)
            )
        if isinstance(found, e.Default):
            return _joined(self._origin(operand) for operand in found.operands)
        return self._below(found)


def _joined(found: Iterable[Paths]) -> Paths:
    return frozenset().union(*found)


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
