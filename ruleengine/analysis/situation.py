"""What is assumed of an account while a ruleset is looked at, and what is left open under these assumptions.

A `Box` restricts expressions of a program: a fact, an age, whatever is compared with something. An expression is known by
its key, which is the same wherever the ruleset says the same. An `Open` is a test that the box leaves undecided, with the
parts into which its subject falls; each part taken for itself decides the test.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from attrs import define, field, frozen

from ruleengine.analysis.may import NO_REASONS, May
from ruleengine.checker.index import Index, walk
from ruleengine.checker.likeness import likeness
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

_LONGEST_CHAIN = 50

Key = Hashable
Box = Mapping[Key, May]


class Impossible(Exception):
    """No account satisfies the box."""


@frozen(slots=True, eq=False)
class Open:
    """An undecided test: the key of its subject, the node, and the parts of what it may be."""

    key: Key
    node: e.Expression | None
    parts: tuple[May, ...]


@frozen(slots=True, eq=False)
class Bound:
    """What a parameter stands for: its value, and the expression that was given for it where that has a key.

    `reasons` are those for which the expression may be NA beyond the value: the rows of a measure are only asked of what is
    there, and what falls into parts is the expression.
    """

    value: May
    key: Key | None
    node: e.Expression | None
    reasons: frozenset[str] = NO_REASONS


Around = Mapping[str, Bound]
NOWHERE: Around = {}


@define(slots=True, eq=False)
class Keys:
    """The keys of the expressions of one program."""

    index: Index
    nodes: dict[Key, e.Expression] = field(factory=dict)
    _known: dict[int, tuple[e.Expression, Key | None]] = field(factory=dict)

    def of(self, node: e.Expression) -> Key | None:
        """The key of an expression; None where it speaks of a parameter or of the elements of a list."""
        found = self._known.get(id(node))
        if found is None:
            resolved = self.resolve(node)
            key = None if self._is_local(resolved) else likeness(resolved)
            if key is not None:
                self.nodes.setdefault(key, resolved)
            found = self._known[id(node)] = (node, key)  # the node is kept, so that its id stays its own
        return found[1]

    def resolve(self, node: e.Expression) -> e.Expression:
        """What a let or a segment stands for; the value of a measure is left, as it can be NA for reasons of its own."""
        for _ in range(_LONGEST_CHAIN):
            let = self.index.lets.get(node.name) if isinstance(node, e.Variable) else None
            if let is None:
                break
            node = let.condition if isinstance(let, r.Segment) else let.value
        return node

    def _is_local(self, node: e.Expression) -> bool:
        own = {each.variable for each in walk(node) if isinstance(each, e.Query)}
        names = (each.name for each in walk(node) if isinstance(each, e.Variable))
        return any(name not in own and name not in self.index.lets for name in names)
