"""What differs between two programs in terms of the domain.

In: two programs. Out: `Differences`: each thing of both in two versions, and the edits. INVARIANT: any set of edits
makes a program that runs; none of them gives the results of the old one, all of them those of the new.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import attrs
from attrs import define, field

from ruleengine.compare.bands import split_bands
from ruleengine.compare.cards import split_scorecard
from ruleengine.compare.cells import with_cells_of
from ruleengine.compare.edits import Differences, Edit, Renaming, Split, ThingKey, Wording
from ruleengine.compare.fusing import edits_of, with_nodes
from ruleengine.compare.matching import match
from ruleengine.compare.measures import split_measure
from ruleengine.compare.needs import Needs, in_order
from ruleengine.compare.numbering import Numbering
from ruleengine.compare.others import split_other
from ruleengine.compare.parts import choice, whole_split
from ruleengine.compare.slugs import BandNames
from ruleengine.compare.surroundings import Surroundings
from ruleengine.compare.things import subject_of, things_of
from ruleengine.compare.wording import header_wording, wording_of
from ruleengine.tree import ruleset as r
from ruleengine.tree.shape import alike


def differences(old: r.Program, new: r.Program) -> Differences:
    """All that differs between two programs."""
    matched = match(old, new)
    was, now = matched.context.old, matched.context.new
    return _Comparison(Numbering(with_cells_of(was, now), now)).differences(matched.renamings)


@define(slots=True, eq=False)
class _Comparison:
    """Two programs in the same names, on the way to their differences."""

    numbering: Numbering
    old: r.Program = field(init=False)
    new: r.Program = field(init=False)
    surroundings: Surroundings = field(init=False)
    was: dict[ThingKey, Any] = field(init=False)
    now: dict[ThingKey, Any] = field(init=False)
    needs: Needs = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.old, self.new = self.numbering.old, self.numbering.new
        self.surroundings = Surroundings(self.old, self.new)
        self.was, self.now = (_without_assumptions(things_of(each)) for each in (self.old, self.new))
        self.needs = Needs([self.was, self.now])

    def differences(self, renamings: tuple[Renaming, ...]) -> Differences:
        """The things, what differs in them, and how that goes together."""
        names = BandNames([self.old, self.new], self.numbering.names)
        splits = {key: self._split(key, names) for key in dict.fromkeys([*self.now, *self.was])}
        splits |= {split.key: split for split in self.surroundings.splits}
        for key in self._untold(splits):
            splits[key] = self._told(splits[key])
        wanted = {
            key: sorted(({*self.needs.of(split.old), *self.needs.of(split.new)} & splits.keys()) - {key})
            for key, split in splits.items()
        }
        circles = in_order(splits, wanted)
        ordered = {key: splits[key] for circle in circles for key in circle}
        edits = edits_of(ordered, circles, self.needs, self.numbering)
        if self.numbering.names:
            edits = tuple(self._as_given(edit, ordered) for edit in edits)
        wording = tuple(self._wording(ordered))
        return Differences(ordered, edits, wording, renamings, self.numbering.fitting)

    def _as_given(self, edit: Edit, splits: dict[ThingKey, Split]) -> Edit:
        """The edit, with bands numbered in what is old as the old version does."""
        choices = []
        for key, each in edit.choices:
            bands = getattr(splits[key].old, "bands", "")
            back = partial(self.numbering.as_given, key=bands if isinstance(bands, str) else "")
            choices.append((key, attrs.evolve(each, old=with_nodes(each.old, back))))
        return Edit(edit.id, tuple(choices))

    def _split(self, key: ThingKey, names: BandNames) -> Split:
        old, new = self.was.get(key), self.now.get(key)
        if old is not None and new is not None:
            old = self.surroundings.modern(old)
        if key[0] == "measure":
            split = split_measure(old, new, names)
        elif key[0] == "scorecard":
            split = split_scorecard(old, new, names)
        elif key[0] == "bands":
            split = split_bands(old, new)
        else:
            split = split_other(key, old, new)
        return self.surroundings.within(_retyped(split))

    def _untold(self, splits: dict[ThingKey, Split]) -> Iterator[ThingKey]:
        """Things of one version that do nothing by themselves, and that nothing else in that version needs."""
        for side, other in ((self.now, self.was), (self.was, self.now)):
            alone = [key for key in side if key not in other and splits[key].one_sided]
            told = self.needs.closure((side[key] for key in side if key not in alone), side)
            called = {_author_key(key) for key in other}
            left = [key for key in alone if key not in told and _author_key(key) not in called]
            inner = {need for key in left for need in self.needs.of(side[key]) if need != key}
            yield from (key for key in left if key not in inner)

    def _told(self, split: Split) -> Split:
        """The same thing as an edit of its own."""
        kept = split.new if split.new is not None else split.old
        found = choice(subject_of(split.key, kept), "", split.key[0], split.old, split.new)
        own = frozenset([found.key])
        inner = split.assemble

        def make(chosen: frozenset[str]) -> Any:
            there = (found.key in chosen) == (split.new is not None)
            return inner(chosen - own) if there else None

        return Split(split.key, split.old, split.new, (found, *split.choices), make)

    def _wording(self, splits: dict[ThingKey, Split]) -> Iterator[Wording]:
        yield from header_wording(self.old, self.new)
        for key, split in splits.items():
            if key in self.was and key in self.now:
                yield from wording_of(key, split.old, split.new)


def _author_key(key: ThingKey) -> ThingKey:
    """What an author calls a thing: one table or definition is compiled for each kind of arguments that it is given."""
    return key[0], key[1].partition("(")[0]


def _without_assumptions(things: dict[ThingKey, Any]) -> dict[ThingKey, Any]:
    """The things but for what is assumed: that is in the surroundings."""
    return {key: thing for key, thing in things.items() if key[0] != "assumption"}


def _retyped(split: Split) -> Split:
    """The split; a choice where both versions say the same, and mean a value of another kind by it."""
    types = [_type_of(side) for side in (split.old, split.new)]
    if split.choices or None in types or alike(*types):
        return split
    found = choice(subject_of(split.key, split.new), "", split.key[0], split.old, split.new)
    return whole_split(split.key, split.old, split.new, found)


def _type_of(thing: Any) -> Any:
    """The type of the value that a thing gives to others by its name."""
    if isinstance(thing, r.Let):
        return thing.value.type
    if isinstance(thing, r.Definition):
        return thing.body.type
    return thing.type if isinstance(thing, r.Table) else None
