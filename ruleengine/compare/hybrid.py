"""Programs between two versions: with some of the edits made.

In: two programs and their differences. Out: a program for any set of edits. Guaranteed: things that no edit of the set
reaches are the identical objects in all of these programs; the same set gives the same program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from attrs import define, field

from ruleengine.compare.edits import Differences, Split, ThingKey
from ruleengine.compare.fusing import SURROUNDING
from ruleengine.compare.measures import without_idle_lets
from ruleengine.compare.needs import Needs, in_order
from ruleengine.tree import ruleset as r

_FACTS = "facts"


@define(slots=True, eq=False)
class Hybrids:
    """Makes programs in which some edits have been made."""

    old: r.Program
    new: r.Program
    differences: Differences
    needs: Needs = field(init=False)
    circles: list[list[ThingKey]] = field(init=False)
    _programs: dict[frozenset[str], r.Program] = field(factory=dict)
    _users: dict[ThingKey, list[ThingKey]] | None = None
    _lean: dict[tuple[int, int], tuple[Any, Any]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        splits = self.differences.splits
        self.needs = Needs([
            {key: split.old for key, split in splits.items() if split.old is not None},
            {key: split.new for key, split in splits.items() if split.new is not None},
        ])  # fmt: skip
        self.circles = in_order(splits, self._wanted())

    @property
    def _resting(self) -> dict[ThingKey, list[ThingKey]]:
        """By key, the things that need it."""
        if self._users is None:
            self._users = {}
            for key, wanted in self._wanted().items():
                for need in wanted:
                    self._users.setdefault(need, []).append(key)
        return self._users

    def _wanted(self) -> dict[ThingKey, list[ThingKey]]:
        splits = self.differences.splits
        return {
            key: sorted(({*self.needs.of(split.old), *self.needs.of(split.new)} & splits.keys()) - {key})
            for key, split in splits.items()
        }

    def program(self, chosen: frozenset[str]) -> r.Program:
        """The program with these edits made, by id, and no others."""
        if chosen not in self._programs:
            self._programs[chosen] = self._made(chosen)
        return self._programs[chosen]

    def touched(self, edit_id: str) -> frozenset[ThingKey]:
        """The things that an edit switches, and all that rest on them, directly or through one another."""
        edit = next(each for each in self.differences.edits if each.id == edit_id)
        found = {key for key, _ in edit.choices}
        waiting = list(found)
        while waiting:
            for key in self._resting.get(waiting.pop(), ()):
                if key not in found:
                    found.add(key)
                    waiting.append(key)
        return frozenset(found)

    # ── making ──

    def _made(self, chosen: frozenset[str]) -> r.Program:
        things = self._there(self._assembled(chosen))
        sets = tuple(thing for key, thing in things.items() if key[0] == "bands")
        things = {key: self.differences.fitting(thing, sets) for key, thing in things.items()}
        steps = tuple(things[key] for key in self._order(things) if isinstance(things[key], r.Step))
        of_kind = _by_kind(things)
        facts = self.new if self._all_facts(chosen) else self.old
        return attrs.evolve(
            self.new,
            band_sets=of_kind.get("bands", ()),
            definitions=of_kind.get("definition", ()),
            tables=of_kind.get("table", ()),
            assumptions=of_kind.get("assumption", ()),
            steps=steps,
            zone=things.get(("calendar", "zone"), self.new.zone),
            fiscal_month=things.get(("calendar", "fiscal_year"), self.new.fiscal_month),
            facts=facts.facts,
            secrets=tuple(sorted({*self.old.secrets, *self.new.secrets})),
        )

    def _all_facts(self, chosen: frozenset[str]) -> bool:
        edits = [each.id for each in self.differences.edits if each.choices[0][0][0] == _FACTS]
        return all(each in chosen for each in edits)

    def _assembled(self, chosen: frozenset[str]) -> dict[ThingKey, Any]:
        """Each thing with what is chosen of it, as far as it is there."""
        keys: dict[ThingKey, set[str]] = {}
        for edit in self.differences.edits:
            if edit.id in chosen:
                for key, choice in edit.choices:
                    keys.setdefault(key, set()).add(choice.key)
        found = {}
        for key, split in self.differences.splits.items():
            switched = frozenset(keys.get(key, ()))
            thing = split.assemble(switched)
            if thing is not None:
                found[key] = self._without_idle(split, thing, switched)
        return found

    def _without_idle(self, split: Split, thing: Any, switched: frozenset[str]) -> Any:
        """A measure without lets that only one version has and that nothing in it needs now.

        Where it is wholly as in one version, it keeps what that version has, needed or not.
        """
        if not isinstance(thing, r.Measure) or split.old is None or split.new is None or not split.choices:
            return thing
        ends = 1 if not switched else 2 if len(switched) == len(split.choices) else 0
        if (id(thing), ends) not in self._lean:
            old, new = ({let.name for let in side.lets} for side in (split.old, split.new))
            kept = frozenset(old & new if not ends else old if ends == 1 else new)
            self._lean[id(thing), ends] = thing, without_idle_lets(thing, kept)
        return self._lean[id(thing), ends][1]

    def _there(self, things: dict[ThingKey, Any]) -> dict[ThingKey, Any]:
        """The things without those of one version that do nothing by themselves and that nothing needs."""
        splits = self.differences.splits
        idle = {key for key in things if splits[key].one_sided and key[0] not in SURROUNDING}
        if not idle:
            return things
        needed = self.needs.closure((thing for key, thing in things.items() if key not in idle), things)
        return {key: thing for key, thing in things.items() if key not in idle or key in needed}

    def _order(self, things: Mapping[ThingKey, Any]) -> Iterable[ThingKey]:
        for circle in self.circles:
            there = [key for key in circle if key in things]
            if len(there) > 1:
                wanted = {key: sorted(self.needs.of(things[key]) - {key}) for key in there}
                there = [key for each in in_order(there, wanted) for key in each]
            yield from there


def _by_kind(things: Mapping[ThingKey, Any]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for (kind, _), thing in things.items():
        found.setdefault(kind, []).append(thing)
    return {kind: tuple(those) for kind, those in found.items()}
