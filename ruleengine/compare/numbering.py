"""Bands have numbers in the tree, their places in a set; here two versions of a set count alike.

In: two programs. Out: the old one, whose nodes speak of each band by its number among the bands of both versions: those
of the new set in their order, then those that only the old one has. `Numbering` puts a node of a mixture into the numbers of
the set that is there. Guaranteed: nothing changes where both versions of a set have the same bands in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
from attrs import define, field

from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.rebuild import rebuild
from ruleengine.tree.walk import walk


class SetsInUse:
    """By which set of bands a measure, a scorecard or a place in one is rated."""

    def __init__(self, program: r.Program) -> None:
        self.sets: dict[tuple[str, str, str], str] = {}
        for step in program.steps:
            if isinstance(step, r.Measure):
                self.sets["measure", step.name, ""] = step.bands
            elif isinstance(step, r.Scorecard):
                self.sets["card", step.name, ""] = step.bands
                self._below(step)

    def _below(self, card: r.Scorecard) -> None:
        stack: list[tuple[str, r.Block]] = [("", card.block)]
        while stack:
            path, block = stack.pop()
            for child in block.children:
                below = f"{path}.{child.label}" if path else child.label
                if isinstance(child, r.Block):
                    self.sets["node", card.name, below] = card.bands
                    stack.append((below, child))
                else:
                    self.sets["node", card.name, below] = self.sets.get((child.kind, child.name, ""), "")

    def of(self, reference: e.Reference) -> str:
        """The key of the set; empty where there is none or it is not known."""
        return self.sets.get((reference.kind, reference.name, reference.path), "")


@define(slots=True, eq=False)
class Renumbered:
    """A tree in which bands have other numbers: `moves` and `names` by the key of the set.

    A number that goes to None is that of a band that is not there: what only speaks of it goes too.
    """

    sets: SetsInUse
    moves: Mapping[str, Mapping[int, int | None]]
    names: Mapping[str, Mapping[str, str]]

    def done(self, node: Any) -> Any:
        """The tree with other numbers; the identical one where nothing changes."""
        return rebuild(node, self._change)

    def part(self, node: Any, key: str) -> Any:
        """A part of what is rated by a set, with other numbers."""
        node = rebuild(node, lambda found: self._test(found) if isinstance(found, e.IsBand) else found)
        if key not in self.moves:
            return node
        inside, moves = self._in(key), self.moves[key]

        def change(found: Any) -> Any:
            if isinstance(found, r.Row):
                return _row(found, moves) or found
            return (_limit(found, moves) or found) if isinstance(found, r.Limit) else inside(found)

        return rebuild(node, change)

    def _change(self, node: Any) -> Any:
        if isinstance(node, e.IsBand):
            return self._test(node)
        if isinstance(node, r.Measure) and node.bands in self.moves:
            return self._measure(node)
        if isinstance(node, r.Scorecard) and node.bands in self.moves:
            return rebuild(node, self._in(node.bands))
        return node

    def _test(self, node: e.IsBand) -> e.IsBand:
        moves = self.moves.get(self.sets.of(node.subject))
        if moves is None:
            return node
        positions = _moved(node.positions, moves)
        return node if positions == node.positions else attrs.evolve(node, positions=positions)

    def _measure(self, measure: r.Measure) -> Any:
        moves = self.moves[measure.bands]

        def change(node: Any) -> Any:
            if isinstance(node, r.RateBlock):
                rows = tuple(row for row in (_row(each, moves) for each in node.rows) if row is not None)
                same = len(rows) == len(node.rows) and all(map(_is, rows, node.rows))
                return node if same else attrs.evolve(node, rows=rows)
            return inside(node)

        inside = self._in(measure.bands)
        return rebuild(measure, change)

    def _in(self, key: str) -> Callable[[Any], Any]:
        """Limits, policies and counts of what is rated by a set."""
        moves, names = self.moves[key], self.names.get(key, {})

        def change(node: Any) -> Any:
            if isinstance(node, r.Measure | r.Block):
                limits = tuple(limit for limit in (_limit(each, moves) for each in node.limits) if limit)
                same = len(limits) == len(node.limits) and all(map(_is, limits, node.limits))
                node = node if same else attrs.evolve(node, limits=limits)
            if isinstance(node, r.Block) and (node.count_band or "") in names:
                return attrs.evolve(node, count_band=names[node.count_band or ""])
            if isinstance(node, r.Missing) and (node.band or "") in names:
                return attrs.evolve(node, band=names[node.band or ""])
            return node

        return change


def _is(one: Any, other: Any) -> bool:
    return one is other


def _moved(positions: tuple[int, ...], moves: Mapping[int, int | None]) -> tuple[int, ...]:
    found = (moves.get(each, each) for each in positions)
    return tuple(sorted(each for each in found if each is not None))


def _row(row: r.Row, moves: Mapping[int, int | None]) -> r.Row | None:
    if not isinstance(row.outcome, r.BandOutcome):
        return row
    place = moves.get(row.outcome.position, row.outcome.position)
    if place == row.outcome.position:
        return row
    return None if place is None else attrs.evolve(row, outcome=r.BandOutcome(place))


def _limit(limit: r.Limit, moves: Mapping[int, int | None]) -> r.Limit | None:
    place = None if limit.band is None else moves.get(limit.band, limit.band)
    if place == limit.band:
        return limit
    return None if place is None else attrs.evolve(limit, band=place)


@define(slots=True, eq=False)
class Numbering:
    """The numbers of bands in two programs.

    `old` is the old program with numbers that hold for both. `lone` are, by the key of a set, the numbers of bands that only
    one version has, and `lone_names` their names.
    """

    given: r.Program
    new: r.Program
    old: r.Program = field(init=False)
    names: dict[str, tuple[str, ...]] = field(factory=dict)
    lone: dict[str, frozenset[int]] = field(factory=dict)
    lone_names: dict[str, frozenset[str]] = field(factory=dict)
    renamed: dict[str, dict[str, str]] = field(factory=dict)
    _kept: dict[tuple[int, tuple[str, ...]], tuple[Any, Any]] = field(factory=dict)
    _sets: SetsInUse = field(init=False)

    def __attrs_post_init__(self) -> None:
        known = {found.key: found for found in self.new.band_sets}
        moves: dict[str, dict[int, int | None]] = {}
        for found in self.given.band_sets:
            other = known.get(found.key)
            if other is not None and _names(found) != _names(other):
                moves[found.key] = self._number(found, other)
        self.old = self.given
        if moves:
            renumbered = Renumbered(SetsInUse(self.given), moves, self.renamed)
            self.old = renumbered.done(self.given)
        self._sets = SetsInUse(self.new)
        for key, name in SetsInUse(self.given).sets.items():
            self._sets.sets.setdefault(key, name)

    def _number(self, old: r.BandSet, new: r.BandSet) -> dict[int, int | None]:
        """Notes the bands of both versions of a set; returns where the old ones stand among them."""
        renamed = dict(_renamed(old, new))
        called = [renamed.get(band.name, band.name) for band in old.bands]
        together = [*_names(new), *(name for name in called if name not in _names(new))]
        alone = [
            number for number, name in enumerate(together) if name not in called or name not in _names(new)
        ]
        self.names[old.key] = tuple(together)
        self.lone[old.key] = frozenset(alone)
        self.lone_names[old.key] = frozenset(together[number] for number in alone)
        self.renamed[old.key] = renamed
        return {number: together.index(name) for number, name in enumerate(called)}

    def speaks_of_lone(self, node: Any, key: str, inside: bool) -> bool:
        """Whether a node names a band of a set that only one version has; `inside` what is rated by that set."""
        return any(
            self._tests_lone(found, key) or (inside and self._gives_lone(found, key)) for found in walk(node)
        )

    def _tests_lone(self, node: Any, key: str) -> bool:
        if isinstance(node, e.IsBand):
            return self._sets.of(node.subject) == key and not self.lone[key].isdisjoint(node.positions)
        return isinstance(node, e.IsBandThanBand) and not self.lone_names[key].isdisjoint(node.names)

    def _gives_lone(self, node: Any, key: str) -> bool:
        if isinstance(node, r.BandOutcome):
            return node.position in self.lone[key]
        if isinstance(node, r.Limit):
            return node.band in self.lone[key]
        if isinstance(node, r.Missing | r.Block):
            word = node.band if isinstance(node, r.Missing) else node.count_band
            return word in self.lone_names[key]
        return False

    def fitting(self, thing: Any, band_sets: Iterator[r.BandSet] | tuple[r.BandSet, ...]) -> Any:
        """A thing with the numbers of the sets that are there. The same sets give the same object."""
        if not self.names:
            return thing
        there = {found.key: found for found in band_sets if found.key in self.names}
        state = tuple(name for key in sorted(there) for name in _names(there[key]))
        known = self._kept.get((id(thing), state))
        if known is None:
            moves = {key: self._back(key, found) for key, found in there.items()}
            back = {key: self._old_names(key, found) for key, found in there.items()}
            found = Renumbered(self._sets, moves, back).done(thing)
            known = self._kept[id(thing), state] = thing, found
        return known[1]

    def as_given(self, node: Any, key: str) -> Any:
        """A part of the old version of what is rated by a set, as that version has it; `key` is that of the set."""
        if not self.names:
            return node
        there = {found.key: found for found in self.given.band_sets if found.key in self.names}
        moves = {each: self._back(each, found) for each, found in there.items()}
        back = {each: self._old_names(each, found) for each, found in there.items()}
        return Renumbered(self._sets, moves, back).part(node, key)

    def _back(self, key: str, found: r.BandSet) -> dict[int, int | None]:
        back = self._old_names(key, found)
        there = _names(found)
        words = [back.get(name, name) for name in self.names[key]]
        return {number: there.index(word) if word in there else None for number, word in enumerate(words)}

    def _old_names(self, key: str, found: r.BandSet) -> dict[str, str]:
        """New names of bands → those that they had, where the set is still the old one."""
        there = _names(found)
        return {new: old for old, new in self.renamed[key].items() if old in there and new not in there}


def _names(bands: r.BandSet) -> tuple[str, ...]:
    return tuple(band.name for band in bands.bands)


def _renamed(old: r.BandSet, new: r.BandSet) -> Iterator[tuple[str, str]]:
    """Bands that only changed their name: at the same place, with the same interval and points."""
    if len(old.bands) != len(new.bands):
        return
    for was, now in zip(old.bands, new.bands, strict=True):
        same = (was.low, was.high, was.points) == (now.low, now.high, now.points)
        if was.name != now.name and same and was.name not in _names(new) and now.name not in _names(old):
            yield was.name, now.name
