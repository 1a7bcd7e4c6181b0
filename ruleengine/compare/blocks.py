"""The groups and members of two versions of a scorecard → choices, and the block that any mixture of them makes.

In: the block of a scorecard in both versions. Out: a part. Weights, members, columns and policies are choices; a group
comes and goes with its members, a member that moves is one choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from attrs import define, field

from ruleengine.compare.columns import Columns, columns_of
from ruleengine.compare.edits import ADDED, CHANGED, REMOVED, Choice, Subject
from ruleengine.compare.limits import limits_part
from ruleengine.compare.parts import Part, Whole, choice, either
from ruleengine.compare.places import Node, Placed, Tree, Weight
from ruleengine.compare.slugs import BandNames
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import meaning_of
from ruleengine.values import equal


@define(slots=True, eq=False)
class Blocks:
    """Compares two trees of one card and puts them together.

    `presence` tells for a path that one tree alone has, or whose node is another, by which choice it comes, goes or moves.
    """

    whole: Whole
    old: Tree
    new: Tree
    names: BandNames
    choices: list[Choice] = field(factory=list)
    together: list[frozenset[str]] = field(factory=list)
    presence: dict[str, str] = field(factory=dict)
    weights: dict[str, str] = field(factory=dict)
    scaled: dict[str, bool] = field(factory=dict)
    orders: dict[str, list[str]] = field(factory=dict)
    parts: dict[str, list[Part]] = field(factory=dict)
    columns: dict[str, Columns] = field(factory=dict)

    def part(self) -> Part:
        """All that differs in the blocks of the card."""
        for path in self.new.nodes:
            if path in self.old.nodes:
                self._replaced(path)
        for path in (each for each in self.new.nodes if each not in self.old.nodes):
            self._come(path, self.new, self.old, ADDED)
        for path in (each for each in self.old.nodes if each not in self.new.nodes):
            self._come(path, self.old, self.new, REMOVED)
        for path in self.new.nodes:
            if path in self.old.nodes:
                self._both(path)
        self._settings("")
        return Part(
            tuple(self.choices), lambda chosen: {"block": self._made("", chosen)}, tuple(self.together)
        )

    # ── comparing ──

    def subject(self, path: str) -> Subject:
        """What an edit of a node is about."""
        node = self.new.nodes.get(path) or self.old.nodes.get(path)
        if node is None:
            return self.whole.subject
        kind = "group" if isinstance(node, r.Block) else "member"
        name = self.whole.new.name if isinstance(node, r.Block) else node.name
        return Subject(kind, name, node.title, path)

    def _add(self, path: str, key: str, kind: str, old: Any, new: Any, change: str | None = None) -> str:
        nodes = self.old.nodes.get(path, self.whole.old), self.new.nodes.get(path, self.whole.new)
        places = nodes[0].span, nodes[1].span
        self.choices.append(choice(self.subject(path), key, kind, old, new, change, *places))
        return key

    def placed(self, tree: Tree, path: str) -> Placed:
        """A node in its place."""
        node = tree.nodes[path]
        around = tree.block(tree.parents[path])
        assert around is not None
        return Placed(path, node, Weight(node.weight, around.percent, tree.shares[path]))

    def _come(self, path: str, tree: Tree, other: Tree, change: str) -> None:
        """Something that stands at this path in one version only."""
        node, parent = tree.nodes[path], tree.parents[path]
        around = self.presence.get(parent) if parent else None
        if path in self.presence:
            if around is not None and around != self.presence[path]:
                self.together.append(frozenset([around, self.presence[path]]))
            return
        elsewhere = other.members.get(node.label) if isinstance(node, r.Member) else None
        if elsewhere is not None and elsewhere not in tree.nodes:
            key = self._moved(path, elsewhere, tree)
            if around is not None:
                self.together.append(frozenset([key, around]))
        elif around is not None:
            self.presence[path] = around  # with its group
        else:
            was, now = (
                (None, self.placed(tree, path)) if tree is self.new else (self.placed(tree, path), None)
            )
            self.presence[path] = self._add(path, path, "member", was, now, change)

    def _moved(self, path: str, elsewhere: str, tree: Tree) -> str:
        was, now = (elsewhere, path) if tree is self.new else (path, elsewhere)
        if now not in self.presence:
            key = self._add(
                now, now, "member", self.placed(self.old, was), self.placed(self.new, now), CHANGED
            )
            self.presence[was] = self.presence[now] = key
        return self.presence[now]

    def _replaced(self, path: str) -> None:
        """Something else that stands at the same path."""
        old, new = self.old.nodes[path], self.new.nodes[path]
        if path in self.presence:
            return
        if type(old) is not type(new) or (
            isinstance(old, r.Member)
            and isinstance(new, r.Member)
            and (old.kind, old.name, old.by_band) != (new.kind, new.name, new.by_band)
        ):
            self.presence[path] = self._add(
                path, path, "member", self.placed(self.old, path), self.placed(self.new, path)
            )
            inside = [*self.old.below(path), *self.new.below(path)]
            self.presence.update(dict.fromkeys(inside, self.presence[path]))

    def _both(self, path: str) -> None:
        if path in self.presence:
            return
        new = self.new.nodes[path]
        was, now = self.placed(self.old, path), self.placed(self.new, path)
        rolled = self._rolled_with_weights(self.new.parents[path])
        if rolled:
            self.weights[path] = rolled
        elif self._weighs_otherwise(was, now):
            self.weights[path] = self._add(path, f"{path}.weight", "weight", was.weight, now.weight)
        if isinstance(new, r.Block):
            self._settings(path)

    def _weighs_otherwise(self, was: Placed, now: Placed) -> bool:
        """Whether a weight differs, as a share where both versions write weights in their own way."""
        if self._in_shares(self.new.parents[now.path]):
            return not equal(was.weight.share, now.weight.share)
        return not equal(was.weight.value, now.weight.value)

    def _rolled_with_weights(self, path: str) -> str:
        """The choice of another roll-up of a block that writes its weights in another way too: these go with it."""
        old, new = self.old.block(path), self.new.block(path)
        if old is None or new is None or old.percent == new.percent or _rollup(old) == _rollup(new):
            return ""
        if old.formula is not None and new.formula is not None:
            return ""
        return _rollup_key(path, old, new)

    def _in_shares(self, path: str) -> bool:
        """Whether the weights in a block can only be compared as shares: written otherwise, or all of them scaled."""
        old, new = self.old.block(path), self.new.block(path)
        if old is None or new is None or {old.rollup, new.rollup} != {"weighted mean"}:
            return False
        if old.percent != new.percent:
            return True
        if path not in self.scaled:
            was, now = self.old.children[path], self.new.children[path]
            self.scaled[path] = set(was) == set(now) and all(
                equal(self.old.shares[each], self.new.shares[each]) for each in was
            )
        return self.scaled[path]

    def _settings(self, path: str) -> None:
        """What a block says of itself: roll-up, formula, rounding, policy, limits, columns of weights."""
        old, new = self.old.block(path), self.new.block(path)
        assert old is not None
        assert new is not None
        inner = Whole(self.whole.key, old, new, self.subject(path))
        prefix = f"{path}." if path else ""
        rolled = (old.rollup, old.count_band) != (new.rollup, new.count_band)
        formula = meaning_of(old.formula) != meaning_of(new.formula)
        if rolled or formula:
            key = _rollup_key(path, old, new)
            kind = key.rpartition(".")[2]
            was, now = ({"rollup": side.rollup, "count_band": side.count_band, "formula": side.formula}
                        for side in (old, new))  # fmt: skip
            said = _rollup(old), _rollup(new)
            inner.parts.append(either(inner.choice(key, kind, *said, CHANGED), was, now))
        inner.field("rounding", f"{prefix}rounding", "rounding")
        if path or not all(map(_redistributes, (old, new))):
            inner.field("missing", f"{prefix}missing", "missing")
        flat = "redistribute flat" in [side.missing.policy for side in (old, new) if side.missing is not None]
        if flat and len(inner.parts) > 1 and (rolled or formula):
            self.together.append(frozenset([_rollup_key(path, old, new), f"{prefix}missing"]))
        bands = self.names.of_card(self.whole.new.name)
        limits = limits_part(inner, old.limits, new.limits, bands, prefix)
        if limits is not None:
            inner.parts.append(limits)
        self.parts[path] = inner.parts
        self.columns[path] = columns_of(inner, old, new, prefix, self.names)
        for each in inner.parts:
            self.choices.extend(each.choices)
        self.choices.extend(self.columns[path].choices)

    # ── putting together ──

    def _made(self, path: str, chosen: frozenset[str]) -> r.Block:
        """The block at a path with some choices as in the new version."""
        old, new = self.old.block(path), self.new.block(path)
        if old is None or new is None or self.presence.get(path) is not None:
            return self._made_of_one(path, chosen)
        children = tuple(self._children(path, chosen))
        different: dict[str, Any] = {"children": children}
        for part in self.parts.get(path, ()):
            different |= part.fields(chosen)
        columns = self.columns.get(path)
        if columns is not None:
            different["columns"] = columns.made(chosen, children)
        if path in self.weights and self.weights[path] not in chosen:
            different["weight"] = old.weight
        elif path and old.weight != new.weight and path not in self.weights:
            different["weight"] = new.weight
        return _evolved(new, different)

    def _made_of_one(self, path: str, chosen: frozenset[str]) -> r.Block:
        """A group that one version alone has: its members may still have moved."""
        here = self.new if self._is_new(path, chosen) else self.old
        found = here.block(path)
        assert found is not None
        children = tuple(self._children(path, chosen))
        kept = columns_of(
            Whole(self.whole.key, found, found, self.whole.subject), found, found, "", self.names
        )
        return _evolved(found, {"children": children, "columns": kept.made(chosen, children)})

    def _is_new(self, path: str, chosen: frozenset[str]) -> bool:
        """Whether what stands at a path is that of the new version; where one alone has it, that is there."""
        key = self.presence.get(path)
        in_new = self.new.nodes.get(path) is not None
        if path in self.old.nodes and in_new:
            return key is None or key in chosen
        return in_new

    def _children(self, path: str, chosen: frozenset[str]) -> Iterator[Node]:
        """The children of a block: those of the new version and, after what stood before them, those of the old."""
        for below in self._order(path):
            key = self.presence.get(below)
            in_old, in_new = below in self.old.nodes, below in self.new.nodes
            there = (in_old and in_new) or key is None or (key in chosen) == in_new
            if there:
                yield self._child(below, chosen)

    def _order(self, path: str) -> list[str]:
        if path not in self.orders:
            now, was = self.new.children.get(path, []), self.old.children.get(path, [])
            known = set(now)
            after: dict[str, list[str]] = {"": []}
            before = ""
            for below in was:  # what only the old version has follows what it followed there
                if below in known:
                    before = below
                else:
                    after.setdefault(before, []).append(below)
            order = [*after[""], *(each for below in now for each in (below, *after.get(below, ())))]
            self.orders[path] = order
        return self.orders[path]

    def _child(self, path: str, chosen: frozenset[str]) -> Node:
        side = self.new if self._is_new(path, chosen) else self.old
        node = side.nodes[path]
        if isinstance(node, r.Block):
            return self._made(path, chosen)
        if path in self.weights and self.weights[path] not in chosen:
            return attrs.evolve(node, weight=self.old.nodes[path].weight)
        return node


def _redistributes(block: r.Block) -> bool:
    """Whether weights are redistributed, said or not; within a group saying so undoes what is said around it."""
    return block.missing is None or block.missing.policy == "redistribute"


def _rollup(block: r.Block) -> Any:
    """How a block is counted: its formula, or the words for it."""
    if block.formula is not None:
        return block.formula
    return f"{block.rollup} {block.count_band}" if block.count_band else block.rollup


def _rollup_key(path: str, old: r.Block, new: r.Block) -> str:
    kind = "formula" if "formula" in (old.rollup, new.rollup) else "rollup"
    return f"{path}.{kind}" if path else kind


def _evolved(block: r.Block, different: dict[str, Any]) -> r.Block:
    found = {}
    for name, value in different.items():
        now = getattr(block, name)
        same = value is now or (
            isinstance(value, tuple)
            and isinstance(now, tuple)
            and len(value) == len(now)
            and all(one is other for one, other in zip(value, now, strict=True))
        )
        if not same:
            found[name] = value
    return attrs.evolve(block, **found) if found else block
