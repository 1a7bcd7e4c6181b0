"""The places of a scorecard: its groups and members by their path, and what they weigh there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from ruleengine.tree import ruleset as r
from ruleengine.values import added_up

Node = r.Member | r.Block


class Tree:
    """The nodes of a card by their path, with their share of the weight around them; of members the path by label."""

    def __init__(self, block: r.Block) -> None:
        self.root = block
        self.nodes: dict[str, Node] = {}
        self.parents: dict[str, str] = {}
        self.children: dict[str, list[str]] = {}
        self.shares: dict[str, float] = {}
        self.members: dict[str, str] = {}
        stack = [("", block)]
        while stack:
            path, parent = stack.pop()
            total = added_up(child.weight for child in parent.children) or 1.0
            here = self.children[path] = []
            for child in parent.children:
                below = f"{path}.{child.label}" if path else child.label
                self.nodes[below] = child
                self.parents[below] = path
                self.shares[below] = child.weight / total
                here.append(below)
                if isinstance(child, r.Block):
                    stack.append((below, child))
                else:
                    self.members[child.label] = below

    def block(self, path: str) -> r.Block | None:
        """The block at a path; the card itself at the empty one."""
        found = self.nodes.get(path) if path else self.root
        return found if isinstance(found, r.Block) else None

    def below(self, path: str) -> Iterator[str]:
        """The paths of all that stands in a group."""
        return (each for each in self.nodes if each.startswith(f"{path}."))


@frozen(slots=True, eq=False)
class Weight:
    """A weight as it is written: a share of the whole, or parts."""

    value: float
    percent: bool
    share: float


@frozen(slots=True, eq=False)
class Placed:
    """A node in its place, with its weight."""

    path: str
    node: Node
    weight: Weight

    @property
    def span(self) -> Any:
        """Where it stands."""
        return self.node.span
