"""Where two conditions of the same shape differ: constants, and whether an edge belongs to an interval.

In: nodes of the evaluation tree. Out: their holes, the places of constants in a fixed order, and nodes with other
constants in these places. Two nodes with the same `frame_of` have the same holes.
"""

from __future__ import annotations

from typing import Any

import attrs
from attrs import define, field, frozen

from ruleengine.tree import expressions as e
from ruleengine.tree.shape import meaning_of

_LESS, _MORE = ("<", "<="), (">", ">=")


@frozen(slots=True, eq=False)
class Hole:
    """A constant in its place. `edge` says how it bounds: an operator, or for an interval `from`, `above`, `to`, `below`.

    `about` is the shape of what is compared with it.
    """

    constant: e.Constant
    edge: str = ""
    about: Any = ()

    def differs(self, other: Hole) -> bool:
        """Whether something else stands in the place."""
        return self.constant.value != other.constant.value or self.edge != other.edge


def holes_of(node: Any) -> list[Hole]:
    """The holes of a node, in order."""
    filler = _Filler()
    filler.fill(node)
    return filler.found


def with_holes(node: Any, filled: dict[int, Hole]) -> Any:
    """The node with what other holes hold, by the number of the hole; the same node when nothing is filled."""
    return _Filler(filled).fill(node) if filled else node


def frame_of(node: Any) -> Any:
    """What a node says but for its holes."""
    blank = {
        number: attrs.evolve(hole, constant=attrs.evolve(hole.constant, value=0), edge=_plain_edge(hole.edge))
        for number, hole in enumerate(holes_of(node))
    }
    return meaning_of(with_holes(node, blank))


def _plain_edge(edge: str) -> str:
    return {"<=": "<", ">=": ">", "above": "from", "below": "to"}.get(edge, edge)


@define(slots=True, eq=False)
class _Filler:
    """Walks a node in a fixed order, notes its holes and fills them."""

    filled: dict[int, Hole] = field(factory=dict)
    found: list[Hole] = field(factory=list)

    def fill(self, node: Any) -> Any:
        kind = type(node)
        if kind is tuple:
            items = [self.fill(item) for item in node]
            return node if all(map(_same, items, node)) else tuple(items)
        if kind is e.Constant:
            return self._hole(node, "", ()).constant
        if kind is e.Compare:
            return self._compare(node)
        if kind is e.Between:
            return self._between(node)
        if not _is_node(kind):
            return node
        different = {}
        for part in attrs.fields(kind):
            if part.name in ("span", "type", "fact", "choices", "assumed"):
                continue
            before = getattr(node, part.name)
            after = self.fill(before)
            if after is not before:
                different[part.name] = after
        return attrs.evolve(node, **different) if different else node

    def _hole(self, constant: e.Constant, edge: str, about: Any) -> Hole:
        hole = Hole(constant, edge, about)
        number = len(self.found)
        self.found.append(hole)
        return self.filled.get(number, hole)

    def _compare(self, node: e.Compare) -> e.Compare:
        left, right = node.left, node.right
        if isinstance(right, e.Constant) and not isinstance(left, e.Constant):
            left = self.fill(left)
            hole = self._hole(right, node.operator, meaning_of(left))
            operator, right = hole.edge, hole.constant
        else:
            left, right, operator = self.fill(left), self.fill(right), node.operator
        if left is node.left and right is node.right and operator == node.operator:
            return node
        return attrs.evolve(node, operator=operator, left=left, right=right)

    def _between(self, node: e.Between) -> e.Between:
        subject = self.fill(node.subject)
        about = meaning_of(subject)
        low, low_open = self._end(node.low, node.low_open, ("from", "above"), about)
        high, high_open = self._end(node.high, node.high_open, ("to", "below"), about)
        if subject is node.subject and low is node.low and high is node.high \
                and (low_open, high_open) == (node.low_open, node.high_open):  # fmt: skip
            return node
        return attrs.evolve(node, subject=subject, low=low, high=high, low_open=low_open, high_open=high_open)

    def _end(
        self, end: e.Expression | None, is_open: bool, edges: tuple[str, str], about: Any
    ) -> tuple[e.Expression | None, bool]:
        if not isinstance(end, e.Constant):
            return self.fill(end), is_open
        hole = self._hole(end, edges[is_open], about)
        return hole.constant, hole.edge == edges[1]


def _same(one: Any, other: Any) -> bool:
    return one is other


def _is_node(kind: type) -> bool:
    return kind.__module__.startswith("ruleengine.tree.") and attrs.has(kind)
