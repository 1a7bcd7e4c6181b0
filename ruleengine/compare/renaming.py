"""A program in other names: wherever something is spoken of by a name, it is spoken of by another.

In: a program, other names of its things by key, and what groups are called. Out: the program in these names. Guaranteed:
it computes what it did before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from attrs import define, field

from ruleengine.compare.edits import ThingKey
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.rebuild import rebuild

_OF_REFERENCE = {"measure": "measure", "card": "scorecard", "node": "scorecard", "matrix": "matrix"}
_STEPS: dict[type, str] = {
    r.Matrix: "matrix", r.Template: "template", r.Output: "output",
}  # fmt: skip


@define(slots=True, eq=False)
class Renamed:
    """Gives things other names. `keys` are names by key, `variables` names of variables, `labels` what members are called.

    `groups` gives another name to groups, by card (its old name) and old path.
    """

    keys: Mapping[ThingKey, str]
    variables: Mapping[str, str]
    labels: Mapping[ThingKey, str]
    groups: Mapping[tuple[str, str], str]
    paths: dict[tuple[str, str], str] = field(factory=dict)

    def done(self, program: r.Program) -> r.Program:
        """The program in the new names."""
        for step in program.steps:
            if isinstance(step, r.Scorecard):
                self._note_paths(step.name, step.block, "", "")
        found: r.Program = rebuild(program, self._change)
        return found

    def _note_paths(self, card: str, block: r.Block, old: str, new: str) -> None:
        for child in block.children:
            before = f"{old}.{child.label}" if old else child.label
            label = self._label(card, before, child)
            after = f"{new}.{label}" if new else label
            self.paths[card, before] = after
            if isinstance(child, r.Block):
                self._note_paths(card, child, before, after)

    def _label(self, card: str, path: str, child: r.Member | r.Block) -> str:
        if isinstance(child, r.Block):
            return self.groups.get((card, path), child.label)
        kind = "measure" if child.kind == "measure" else "scorecard"
        return self.labels.get((kind, f"{child.name} {child.label}"), child.label)

    # ── nodes ──

    def _name(self, kind: str, name: str) -> str:
        return self.keys.get((kind, name), name)

    def _change(self, node: Any) -> Any:
        kind = type(node)
        if kind is e.Variable or kind is r.Let or kind is r.Segment or kind is r.Trigger:
            return _named(node, self.variables.get(node.name, node.name))
        if kind is e.Reference:
            return self._reference(node)
        if kind is e.Said:
            return _named(node, self._name(node.kind, node.name))
        if kind is e.Reasons:
            return _evolved(node, card=self._name("scorecard", node.card))
        if kind is e.CallDefinition:
            return _evolved(node, instance=self._instance(node.instance))
        if kind is r.BandSet:
            return _evolved(node, key=self._name("bands", node.key))
        if kind is r.Definition or kind is r.Table:
            key = self._instance(node.key)
            return (
                _evolved(node, key=key) if key == node.key else attrs.evolve(node, key=key, name=_short(key))
            )
        if kind is r.Measure:
            return _evolved(
                node, name=self._name("measure", node.name), bands=self._name("bands", node.bands)
            )
        if kind is r.Scorecard:
            return self._card(node)
        return _named(node, self._name(_STEPS[kind], node.name)) if kind in _STEPS else node

    def _instance(self, key: str) -> str:
        return self.keys.get(("definition", key), self.keys.get(("table", key), key))

    def _reference(self, node: e.Reference) -> e.Reference:
        name = self._name(_OF_REFERENCE.get(node.kind, node.kind), node.name)
        path = self.paths.get((node.name, node.path), node.path)
        found: e.Reference = _evolved(node, name=name, path=path)
        return found

    def _card(self, card: r.Scorecard) -> r.Scorecard:
        name = self._name("scorecard", card.name)
        grace = card.grace
        if grace is not None:
            labels = {old.rpartition(".")[2]: new.rpartition(".")[2]
                      for (found, old), new in self.paths.items() if found == card.name}  # fmt: skip
            excepted = tuple(labels.get(each, each) for each in grace.excepted)
            grace = _evolved(grace, excepted=excepted)
        found: r.Scorecard = _evolved(
            card, name=name, bands=self._name("bands", card.bands), grace=grace,
            block=self._block(card.name, card.block, ""),
        )  # fmt: skip
        return found

    def _block(self, card: str, block: r.Block, path: str) -> r.Block:
        children = []
        for child in block.children:
            below = f"{path}.{child.label}" if path else child.label
            label = self.paths[card, below].rpartition(".")[2]
            if isinstance(child, r.Block):
                child = self._block(card, child, below)
                children.append(_evolved(child, label=label))
            else:
                kind = "measure" if child.kind == "measure" else "scorecard"
                children.append(_evolved(child, label=label, name=self._name(kind, child.name)))
        same = all(one is other for one, other in zip(children, block.children, strict=True))
        after = self.paths.get((card, path), path)
        name = after or self._name("scorecard", card)
        found: r.Block = _evolved(
            block, children=block.children if same else tuple(children), path=after, name=name
        )
        return found


def _short(key: str) -> str:
    return key.partition("(")[0].rpartition(".")[2]


def _named(node: Any, name: str) -> Any:
    return node if name == node.name else attrs.evolve(node, name=name)


def _evolved(node: Any, **fields: Any) -> Any:
    different = {name: value for name, value in fields.items() if value != getattr(node, name)}
    return attrs.evolve(node, **different) if different else node
