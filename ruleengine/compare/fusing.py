"""Choices → edits: what only makes sense together is one edit, with one stable name.

In: the splits of all things in order, and which of them need each other. Out: the edits. Two choices go together when
their thing says so, when one speaks of what the other brings or takes away, when a value changes its kind between them,
and when their things would need each other in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs
from attrs import define, field

from ruleengine.compare.columns import ColumnOfWeights
from ruleengine.compare.edits import ADDED, REMOVED, Choice, Edit, Split, ThingKey
from ruleengine.compare.needs import Needs
from ruleengine.compare.numbering import Numbering
from ruleengine.compare.places import Placed, Tree
from ruleengine.compare.ratings import Cut
from ruleengine.compare.slugs import slug
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import alike
from ruleengine.tree.walk import walk

#: A choice in its thing.
Place = tuple[ThingKey, str]
_PREFIXES = {
    "measure": "", "scorecard": "", "named_value": "let.", "definition": "define.", "assumption": "assume.",
}  # fmt: skip
#: What an edit of several choices is about: what causes it before what only speaks of it.
_FIRST = ("assumption", "calendar", "facts", "bands")
_LAST = ("trigger", "matrix", "template", "output", "check")
SURROUNDING = ("assumption", "calendar", "facts")


def edits_of(
    splits: Mapping[ThingKey, Split],
    circles: Sequence[Sequence[ThingKey]],
    needs: Needs,
    numbering: Numbering,
) -> tuple[Edit, ...]:
    """The edits, in the order of the things that they are about."""
    fusing = _Fusing(splits, needs)
    for split in splits.values():
        for keys in split.together:
            fusing.join((split.key, key) for key in sorted(keys))
    for circle in circles:
        if len(circle) > 1:
            fusing.join((key, each.key) for key in circle for each in splits[key].choices)
    fusing.surroundings()
    fusing.instances()
    fusing.references()
    fusing.types()
    fusing.bands(numbering)
    return tuple(fusing.edits())


@define(slots=True, eq=False)
class _Fusing:
    """Groups of choices."""

    splits: Mapping[ThingKey, Split]
    needs: Needs
    parents: dict[Place, Place] = field(factory=dict)

    def root(self, place: Place) -> Place:
        """What stands for the group of a choice."""
        while place in self.parents:
            place = self.parents[place]
        return place

    def join(self, places: Iterable[Place]) -> None:
        """Make some choices one edit."""
        found = list(places)
        for other in found[1:]:
            one, another = self.root(found[0]), self.root(other)
            if one != another:
                self.parents[another] = one

    def _choices(self) -> Iterator[tuple[ThingKey, Choice]]:
        for key, split in self.splits.items():
            yield from ((key, each) for each in split.choices)

    # ── what goes together ──

    def surroundings(self) -> None:
        """What surrounds is one edit wherever it reaches."""
        own = {".".join(key): key for key, split in self.splits.items() if key[0] in SURROUNDING}
        for key, each in self._choices():
            if key[0] not in SURROUNDING and each.key in own:
                self.join([(own[each.key], ""), (key, each.key)])

    def instances(self) -> None:
        """A table or definition that is compiled for several kinds of arguments is one thing to its author."""
        first: dict[Place, Place] = {}
        for key, each in self._choices():
            if key[0] in ("table", "definition"):
                written = (key[0], key[1].partition("(")[0])
                self.join([first.setdefault((written, each.key), (key, each.key)), (key, each.key)])

    def references(self) -> None:
        """A choice that speaks of what another brings or takes away goes with it."""
        coming = {key: each.key for key, each in self._choices() if each.key == "" and each.change == ADDED}
        going = {key: each.key for key, each in self._choices() if each.key == "" and each.change == REMOVED}
        for key, each in self._choices():
            for side, there in (("new", coming), ("old", going)):
                nodes = self._with_what_comes(nodes_of(getattr(each, side)), side)
                for need in self.needs.of(nodes):
                    if need in there and need != key:
                        self.join([(need, there[need]), (key, each.key)])
                for other in self._parts_spoken_of(nodes, side):
                    self.join([other, (key, each.key)])

    def _with_what_comes(self, nodes: Any, side: str) -> tuple[Any, ...]:
        """Nodes, and the things that come with them without an edit of their own."""
        found: set[ThingKey] = set()
        together, waiting = [nodes], [nodes]
        while waiting:
            for need in self.needs.of(waiting.pop()) - found:
                found.add(need)
                split = self.splits.get(need)
                if split is not None and split.one_sided:
                    together.append(getattr(split, side))
                    waiting.append(getattr(split, side))
        return tuple(together)

    def _parts_spoken_of(self, nodes: Any, side: str) -> Iterator[Place]:
        """The choices by which something comes or goes that nodes speak of: a place in a card, what a trigger says."""
        for node in walk(nodes):
            if isinstance(node, e.Reference) and node.kind == "node":
                card = ("scorecard", node.name)
                yield from ((card, each.key) for each in self._placing(card, node.path, side))
            elif isinstance(node, e.Said) and (node.kind, node.name) in self.splits:
                key = (node.kind, node.name)
                parts = (node.part, f"field.{node.part}")
                yield from ((key, each.key) for each in self.splits[key].choices if each.key in parts)
            reference = node.subject if isinstance(node, e.IsBand) else node
            if isinstance(reference, e.Reference) and (node is not reference or "band" in reference.part):
                yield from self._rating_of(reference)

    def _rating_of(self, reference: e.Reference) -> Iterator[Place]:
        """The choices by which what a band is asked of has bands of another set, or none."""
        for thing in self._things_at(reference):
            split = self.splits.get(thing)
            if split is None or split.old is None or split.new is None or split.old.bands == split.new.bands:
                continue
            yield from ((thing, each.key) for each in split.choices if each.key in ("rate", "bands"))

    def _things_at(self, reference: e.Reference) -> Iterator[ThingKey]:
        if reference.kind == "measure":
            yield "measure", reference.name
        elif reference.kind in ("card", "node"):
            card = self.splits.get(("scorecard", reference.name))
            yield "scorecard", reference.name
            for version in (card.old, card.new) if card is not None and reference.path else ():
                node = Tree(version.block).nodes.get(reference.path) if version is not None else None
                if isinstance(node, r.Member):
                    yield "measure" if node.kind == "measure" else "scorecard", node.name

    def _placing(self, card: ThingKey, path: str, side: str) -> Iterator[Choice]:
        """The choices by which something stands at a path of a card in one version only."""
        for each in self.splits[card].choices if card in self.splits else ():
            placed, other = getattr(each, side), getattr(each, "new" if side == "old" else "old")
            if each.kind == "member" and isinstance(placed, Placed):
                inside = f"{path}.".startswith(f"{placed.path}.")
                if inside and not (isinstance(other, Placed) and other.path == placed.path):
                    yield each

    def types(self) -> None:
        """A value that becomes one of another kind goes with all that speaks of it."""
        retyped = [
            key
            for key, split in self.splits.items()
            if split.choices and split.old is not None and split.new is not None and _retyped(split)
        ]
        spoken = [(place, self._speaks_of(*place)) for place in self._choices()] if retyped else []
        for key in retyped:
            users = [(other, each.key) for (other, each), wanted in spoken if other != key and key in wanted]
            own = [
                each.key for each in self.splits[key].choices if key[0] != "measure" or each.key == "value"
            ]
            if users:
                self.join([*((key, each) for each in own), *users])

    def _speaks_of(self, key: ThingKey, each: Choice) -> frozenset[ThingKey]:
        """What stands by name in a choice, and in what comes with it."""
        sides = (("old", each.old), ("new", each.new))
        return self.needs.of(tuple(self._with_what_comes(nodes_of(node), side) for side, node in sides))

    def bands(self, numbering: Numbering) -> None:
        """Bands that come or go do so with all that names them."""
        for name in numbering.names:
            key = ("bands", name)
            for other, each in self._choices() if key in self.splits and self.splits[key].choices else ():
                split = self.splits[other]
                rated = [getattr(side, "bands", None) == name for side in (split.old, split.new)]
                sides = (nodes_of(each.old), nodes_of(each.new))
                if other != key and numbering.speaks_of_lone(sides, name, any(rated)):
                    self.join([(key, ""), (other, each.key)])

    # ── edits ──

    def edits(self) -> Iterator[Edit]:
        """The groups as edits with their names."""
        groups: dict[Place, list[tuple[ThingKey, Choice]]] = {}
        for key, each in self._choices():
            groups.setdefault(self.root((key, each.key)), []).append((key, each))
        taken: set[str] = set()
        for group in groups.values():
            group.sort(key=_rank)
            wanted = name_of(*group[0])
            free, number = wanted, 2
            while free in taken:
                free, number = f"{wanted}_{number}", number + 1
            taken.add(free)
            yield Edit(free, tuple(group))


def _rank(found: tuple[ThingKey, Choice]) -> tuple[int, int, int]:
    (kind, _), each = found
    place = 0 if kind in _FIRST else 2 if kind in _LAST else 1
    speaks = each.kind in ("column", "limit", "applies")
    return place, int(speaks), each.key.count(".") if each.kind == "member" else 0


def name_of(key: ThingKey, each: Choice) -> str:
    """The stable name of an edit that is about a choice."""
    kind, name = key
    if kind in ("definition", "table"):
        name = name.partition("(")[0]
    if kind == "check":
        name = slug(name.partition(": ")[2])
    shown = f"{_PREFIXES.get(kind, f'{kind}.')}{name}"
    return f"{shown}.{each.key}" if each.key else shown


def nodes_of(value: Any) -> Any:
    """What of the tree stands in the old or new side of a choice."""
    if isinstance(value, Placed):
        return value.node
    if isinstance(value, Cut):
        return value.rows
    if isinstance(value, ColumnOfWeights):
        return value.condition
    if isinstance(value, tuple):
        return tuple(nodes_of(item) for item in value)
    return value


def with_nodes(value: Any, change: Callable[[Any], Any]) -> Any:
    """The old or new side of a choice with what of the tree stands in it changed."""
    if isinstance(value, Placed):
        return attrs.evolve(value, node=change(value.node))
    if isinstance(value, Cut):
        return attrs.evolve(value, rows=change(value.rows))
    if isinstance(value, ColumnOfWeights):
        return attrs.evolve(value, column=change(value.column))
    if isinstance(value, tuple):
        return tuple(with_nodes(item, change) for item in value)
    return change(value)


def _retyped(split: Split) -> bool:
    old, new = (_value_of(side) for side in (split.old, split.new))
    return old is not None and new is not None and not alike(old, new)


def _value_of(thing: Any) -> Any:
    if isinstance(thing, r.Measure):
        return thing.value.type if thing.value is not None else None
    if isinstance(thing, r.Let):
        return thing.value.type
    if isinstance(thing, r.Definition):
        return thing.body.type
    return thing.type if isinstance(thing, r.Table) else None
