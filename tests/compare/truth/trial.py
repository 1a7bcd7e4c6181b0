"""One ruleset, some edits of its text, and everything that a comparison says of them.

In: a seed. Out: a `Report`: how many accounts were scored under how many sets of edits, and every fault that was found.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, cast

from attrs import define, field

import ruleengine
from ruleengine import RulesetError
from tests.compare.truth.classes import Class, classes_of, loads, subsets
from tests.compare.truth.counting import Counted, Result, faults
from tests.compare.truth.laboratory import NONE, Between, Laboratory, Shelf, as_before, by_reference, unequal
from tests.compare.truth.layouts import formatted, reordered
from tests.compare.truth.material import Material, material
from tests.compare.truth.shares import Players
from tests.compare.truth.text_edits import text_edits
from tests.compare.truth.texts import TextEdit, apart

#: More players than this are not shared out by going through all orders.
MOST_PLAYERS = 6


@define
class Report:
    """What came of one seed. `pairs` are accounts under sets of edits; `kinds` those of the edits."""

    seed: int
    name: str = ""
    pairs: int = 0
    edits: list[str] = field(factory=list)
    kinds: list[str] = field(factory=list)
    idle: list[str] = field(factory=list)
    fused: list[str] = field(factory=list)
    faults: list[str] = field(factory=list)


def trial(seed: int, accounts: int = 6) -> Report:
    """Everything about one seed."""
    report = Report(seed)
    with tempfile.TemporaryDirectory() as name:
        _Trial(material(seed, accounts), Path(name), Random(seed), report).run()
    return report


class _Trial:
    def __init__(self, given: Material, folder: Path, random: Random, report: Report) -> None:
        self.material, self.shelf, self.random, self.report = given, Shelf(folder), random, report
        report.name = given.name

    def run(self) -> None:
        """Choose edits, and check everything that is said about them."""
        laboratory = self._laboratory()
        if laboratory is None:
            return
        self.laboratory = laboratory
        self.report.edits = [each.told(self.material.texts) for each in laboratory.edits]
        self.report.kinds = [each.kind for each in laboratory.edits]
        self.previous = self._previous()
        self._silent()
        groups = classes_of(laboratory)
        self.report.fused = [
            f"{' + '.join(laboratory.edits[each].kind for each in sorted(group.members))} = {sorted(group.ids)}"
            for group in groups if len(group.members) > 1
        ]  # fmt: skip
        every = frozenset(range(len(laboratory.edits)))
        found = frozenset().union(*(group.ids for group in groups))
        if laboratory.ids(every) != found:
            self.report.faults.append(
                f"ids: {sorted(found)} one by one, {sorted(laboratory.ids(every))} together"
            )
            return
        self.old, self.new = laboratory.loaded(NONE), laboratory.loaded(every)
        self.between = Between(self.old, self.new, laboratory.differences(every))
        edits = laboratory.differences(every).edits
        if len(edits) > len(
            found
        ):  # a thing whose new name was not recognised has gone and come under one name here
            self.report.fused.append("one thing removed and added for another name")
            return
        self.cards = self._cards()
        self.segments = self.new.segments
        self._subsets(groups)
        self._layouts()
        if len(found) <= MOST_PLAYERS:
            self._document(groups, sorted(found))
            self._over_time(groups, sorted(found))

    # ── choosing ──

    def _laboratory(self) -> Laboratory | None:
        """Edits that make a ruleset in every combination, or None when none are found."""
        every = [
            each
            for file, text in self.material.texts.items()
            for each in text_edits(file, text, self.random, self._kept(file))
        ]
        by_kind: dict[str, list[TextEdit]] = {}
        for each in every:
            if any(
                part.text != self.material.texts[each.file][part.start : part.end]
                for part in each.replacements
            ):
                by_kind.setdefault(each.kind, []).append(each)
        for _ in range(6):
            wanted = self.random.choice((2, 2, 3, 3, 3, 4, 4, 5, 6))
            chosen: list[TextEdit] = []
            for _ in range(wanted * 6):
                one = self.random.choice(by_kind[self.random.choice(sorted(by_kind))])
                if len(chosen) < wanted and self._fits(one, chosen):
                    chosen.append(one)
            laboratory = Laboratory(self.material, chosen, self.shelf)
            if len(chosen) > 1 and loads(laboratory):
                return laboratory
        return None

    def _kept(self, file: str) -> str:
        """What is said of the facts and in other files: names there stay."""
        others = [text for other, text in self.material.texts.items() if other != file]
        return " ".join(
            [*others, *(path.read_text() for path in sorted(self.material.schemas.rglob("*.json")))]
        )

    def _fits(self, one: TextEdit, chosen: list[TextEdit]) -> bool:
        """Whether an edit stands apart from the others, and makes a ruleset by itself."""
        if not all(apart(one, other) for other in chosen):
            return False
        if (
            any((one.file, one.unit) == (other.file, other.unit) for other in chosen)
            and self.random.random() < 0.8
        ):
            return False
        return loads(Laboratory(self.material, [one], self.shelf))

    def _previous(self) -> dict[str, Any]:
        """The earlier results of the accounts, as the ruleset gave them half a year before."""
        old = self.laboratory.loaded(NONE)
        return {each["id"]: old.score_dict(each, date(2023, 9, 1)) for each in self.material.later[::2]}

    # ── results of text ──

    def _text_result(self, members: frozenset[int], facts: dict[str, Any], day: date) -> Result:
        found = self.laboratory.loaded(members).score_dict(facts, day, self.previous.get(facts["id"]))
        return cast(Result, as_before(found))

    def _hybrid_result(self, ids: frozenset[str], facts: dict[str, Any], day: date) -> Result:
        found = self.between.evaluator(ids).result(facts, day, previous=self.previous.get(facts["id"]))
        return cast(Result, as_before(found))

    # ── checks ──

    def _silent(self) -> None:
        """An edit of the text that is said to be none must change nothing."""
        for each in range(len(self.laboratory.edits)):
            if self.laboratory.ids(frozenset([each])):
                continue
            self.report.idle.append(self.laboratory.edits[each].kind)
            for facts in self.material.accounts:
                old, new = (
                    self._text_result(chosen, facts, self.material.day)
                    for chosen in (NONE, frozenset([each]))
                )
                lines = unequal(old, new)
                if lines:
                    self.report.faults.append(f"missed: edit {each} changes {facts['id']}: {lines[0]}")
                    return

    def _subsets(self, groups: list[Class]) -> None:
        """Every set of edits is the ruleset with the text of these edits."""
        for chosen in subsets(len(groups)):
            members, ids = _joined([groups[each] for each in chosen])
            self._by_reference(members)
            for facts in self.material.accounts:
                self.report.pairs += 1
                expected = self._text_result(members, facts, self.material.day)
                found = self._hybrid_result(ids, facts, self.material.day)
                lines = unequal(expected, found)
                if lines:
                    where = f"edits {sorted(members)} ({sorted(ids)}) for {facts['id']}"
                    self.report.faults.append(f"hybrid: {where}: {lines[0]}")
                    return

    def _by_reference(self, members: frozenset[int]) -> None:
        """One of the accounts, scored by the second opinion, where it is not asked for a flat mean of other roll-ups."""
        if any(
            "redistribute flat" in part.text
            for each in members
            for part in self.laboratory.edits[each].replacements
        ):
            return
        facts = self.random.choice(self.material.accounts)
        lines = by_reference(
            self.laboratory.loaded(members), self.material.schemas, facts, self.material.day, self.previous.get(facts["id"])
        )  # fmt: skip
        if lines:
            self.report.faults.append(f"reference: edits {sorted(members)} for {facts['id']}: {lines[0]}")

    def _layouts(self) -> None:
        """The same ruleset written otherwise has no edits."""
        texts = self.material.texts
        others = {
            "formatted": {file: formatted(file, text) for file, text in texts.items()},
            "reordered": {file: reordered(file, text, self.random) for file, text in texts.items()},
        }
        for name, changed in others.items():
            other = Laboratory(
                Material(name, changed, self.material.root, self.material.schemas, [], [], date.min, date.min),
                (), self.shelf,
            )  # fmt: skip
            try:
                found = ruleengine.diff(self.old, other.loaded(NONE)).to_dict()
            except RulesetError as error:
                self.report.faults.append(f"layout: {name}: {error}")
                continue
            parts = {part: found[part] for part in ("edits", "wording", "renamings") if found[part]}
            if parts:
                self.report.faults.append(f"layout: {name}: {str(parts)[:300]}")

    def _document(self, groups: list[Class], ids: list[str]) -> None:
        """What is said with one set of facts, there and back."""
        day = self.material.day
        found = ruleengine.diff(
            self.old,
            self.new,
            self.material.accounts,
            as_of=day,
            cards=self.cards,
            by=self.segments,
            previous=self.previous,
        ).to_dict()
        counted = [
            Counted(facts["id"], tuple(ids), {
                players: self._result(groups, players, facts, day) for players in _sets(ids)
            })
            for facts in self.material.accounts
        ]  # fmt: skip
        self.report.faults += [f"document: {line}" for line in faults(as_before(found), counted)[:3]]
        self._back(found)

    def _back(self, there: Mapping[str, Any]) -> None:
        back = ruleengine.diff(
            self.new, self.old, self.material.accounts, as_of=self.material.day, cards=self.cards, by=self.old.segments,
            previous=self.previous,
        ).to_dict()  # fmt: skip
        # one measure in place of another is added, there and back
        opposite = {"changed": "changed"}
        kinds = (
            sorted((each["kind"], opposite.get(each["change"], "come or gone")) for each in found["edits"])
            for found in (there, back)
        )
        edits, mirrored = kinds
        if edits != mirrored:
            self.report.faults.append(f"back: {edits} expected, {mirrored} found")
        movers = {(each["id"], each["scorecard"]): each for each in back["movers"]}
        for mover in there["movers"]:
            other = movers.pop((mover["id"], mover["scorecard"]), None)
            if other is None or (other["old"], other["new"]) != (mover["new"], mover["old"]):
                self.report.faults.append(f"back: {mover['id']} is not the reverse")
            elif mover["change"] is not None and mover["change"] != -other["change"]:
                self.report.faults.append(f"back: the change of {mover['id']} is not the reverse")
        self.report.faults += [f"back: {name} moves only on the way back" for name in movers]

    def _over_time(self, groups: list[Class], ids: list[str]) -> None:
        """What is said with facts and dates that differ too."""
        days = self.material.day, self.material.later_day
        reversed_later = self.material.later[::-1]
        found = ruleengine.diff(
            self.old, self.new, old_facts=self.material.accounts, new_facts=reversed_later, old_as_of=days[0],
            new_as_of=days[1], cards=self.cards, by=self.segments, previous=self.previous,
        ).to_dict()  # fmt: skip
        before = {each["id"]: each for each in self.material.accounts}
        counted = []
        for later in reversed_later:
            old = before[later["id"]]
            sections = [name for name in dict.fromkeys([*old, *later]) if old.get(name) != later.get(name)]
            players = [*ids, *(f"data: {name}" for name in sections), "time"]
            if len(players) > MOST_PLAYERS + 1:
                return
            results = {}
            for chosen in _sets(players):
                mixed = {
                    name: (later if f"data: {name}" in chosen else old).get(name)
                    for name in dict.fromkeys([*old, *later])
                }
                facts = {name: value for name, value in mixed.items() if value is not None}
                results[chosen] = self._result(groups, chosen & set(ids), facts, days["time" in chosen])
                self.report.pairs += 1
            counted.append(Counted(later["id"], tuple(players), results))
        self.report.faults += [f"time: {line}" for line in faults(as_before(found), counted)[:3]]

    def _cards(self) -> tuple[str, ...]:
        """The scorecards that both have: all of them."""
        both = [{card.name for card in ruleset.cards} for ruleset in (self.old, self.new)]
        return tuple(sorted(both[0] & both[1])) if self.random.random() < 0.5 else ()

    def _result(self, groups: list[Class], players: Players, facts: dict[str, Any], day: date) -> Result:
        """What the text with these edits scores; where no text has just these, the program between."""
        inside = [group for group in groups if group.ids <= players]
        members, ids = _joined(inside)
        if ids == players:
            return self._text_result(members, facts, day)
        return self._hybrid_result(players, facts, day)


def _joined(groups: list[Class]) -> tuple[frozenset[int], frozenset[str]]:
    members = frozenset(each for group in groups for each in group.members)
    return members, frozenset(each for group in groups for each in group.ids)


def _sets(names: list[str]) -> list[Players]:
    return [frozenset(names[each] for each in chosen) for chosen in subsets(len(names))]
