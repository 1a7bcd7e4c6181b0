"""The document of a comparison as the forms of it read it: edits and causes together, scorecards, movers in order.

In: the document. Out: the same figures, arranged; nothing is counted that the document does not count. Guaranteed: a
scorecard in which accounts move comes before one in which none does; movers come with the worst news first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import field, frozen

#: The band of accounts that have none.
NA = "na"

WORSE, BETTER, LOST, FOUND, SAME = "worse", "better", "lost", "found", "same"
#: What to read first.
_URGENCY = {WORSE: 0, LOST: 1, BETTER: 2, FOUND: 3, SAME: 4}


@frozen(slots=True)
class Driver:
    """What moves accounts: an edit of the ruleset, a section of the facts, time. `because` is a clause."""

    id: str
    cause: str
    summary: str
    because: str
    effects: Mapping[str, Mapping[str, Any]]
    subject: Mapping[str, Any] | None = None
    kind: str = ""
    change: str = "changed"
    old: str | None = None
    new: str | None = None
    places: tuple[str, ...] = ()

    def decisive(self, card: str) -> int:
        """For how many accounts this is what changed the band."""
        return int(self.effects.get(card, {}).get("decisive", 0))


@frozen(slots=True)
class Card:
    """One scorecard in the population. `bands` from best to worst, without the one for no score."""

    name: str
    title: str
    bands: tuple[str, ...]
    moved: int
    changed: int
    unchanged: int
    newly: Mapping[str, int]
    matrix: Mapping[str, Mapping[str, int]]
    mean_old: float | None
    mean_new: float | None
    distribution: Sequence[Mapping[str, Any]]
    by: Sequence[Mapping[str, Any]]

    @property
    def rows(self) -> tuple[str, ...]:
        """The bands before; with NA where an account had no score."""
        return (*self.bands, NA) if self.before(NA) else self.bands

    @property
    def columns(self) -> tuple[str, ...]:
        """The bands now; with NA where an account has no score any more."""
        return (*self.bands, NA) if self.after(NA) else self.bands

    def number(self, old: str, new: str) -> int:
        """How many accounts went from one band to another."""
        return self.matrix.get(old, {}).get(new, 0)

    def before(self, band: str) -> int:
        """How many accounts were in a band."""
        return sum(self.matrix.get(band, {}).values())

    def after(self, band: str) -> int:
        """How many accounts are in a band now."""
        return sum(row.get(band, 0) for row in self.matrix.values())

    def direction(self, old: str | None, new: str | None) -> str:
        """Whether a move is for the worse."""
        if old == new:
            return SAME
        if new in (NA, None):
            return LOST
        if old in (NA, None):
            return FOUND
        return WORSE if self.place(new) > self.place(old) else BETTER

    def steps(self, old: str | None, new: str | None) -> int:
        """By how many bands a move goes."""
        return 0 if {old, new} & {NA, None} else abs(self.place(new) - self.place(old))

    def flows(self) -> Iterator[tuple[str, str, int]]:
        """Every move between two different bands, the worst news first."""
        found = [
            (old, new, self.number(old, new))
            for old in self.rows for new in self.columns if old != new and self.number(old, new)
        ]  # fmt: skip
        yield from sorted(
            found, key=lambda flow: (_URGENCY[self.direction(*flow[:2])], -self.place(flow[1]), -flow[2])
        )

    def place(self, band: str | None) -> int:
        """The place of a band, the best first; after all of them where there is none."""
        return self.bands.index(band) if band in self.bands else len(self.bands)


@frozen(slots=True)
class Mover:
    """One account in one scorecard. `parts` are the drivers of its change with their points: those that are decisive
    first, though they may have none, then the largest. `sufficient` has small sets first, then those with most points."""

    id: str
    name: str
    card: Card
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    change: float | None
    parts: tuple[tuple[str, float | None], ...]
    decisive: tuple[str, ...]
    sufficient: tuple[tuple[str, ...], ...]
    sampled: bool
    error: float

    @property
    def direction(self) -> str:
        """Whether the band became worse."""
        return self.card.direction(self.old["band"], self.new["band"])


@frozen(slots=False)
class Figures:
    """Everything in a document of a comparison that its forms show."""

    document: Mapping[str, Any] = field(repr=False)

    @property
    def population(self) -> Mapping[str, Any] | None:
        """The counts over accounts; None where none were compared."""
        found: Mapping[str, Any] | None = self.document["population"]
        return found

    @cached_property
    def drivers(self) -> list[Driver]:
        """Edits, and causes that are none of the ruleset, in the order of the document."""
        edits = [
            Driver(
                each["id"], "ruleset", each["summary"], each.get("because") or each["summary"],
                each["effect"], each["subject"], each["kind"], each["change"], each["old"], each["new"], _places(each),
            )
            for each in self.document["edits"]
        ]  # fmt: skip
        causes = [
            Driver(
                each["id"],
                each["cause"],
                each["summary"],
                each.get("because") or each["summary"],
                each["effect"],
            )
            for each in self.document["causes"]
        ]
        return [*edits, *causes]

    @cached_property
    def edits(self) -> list[tuple[Mapping[str, Any], list[Driver]]]:
        """The edits by what they are about, in the order of the document."""
        groups: dict[tuple[str, str, str], list[Driver]] = {}
        for driver in self.drivers:
            if driver.subject is not None:
                kind, name, path = (str(driver.subject[part]) for part in ("kind", "name", "path"))
                key = kind, name, path if kind == "group" else ""  # groups have the name of their scorecard
                groups.setdefault(key, []).append(driver)
        return [(found[0].subject or {}, found) for found in groups.values()]

    @cached_property
    def causes(self) -> list[Driver]:
        """What moves accounts and is none of the ruleset."""
        return [driver for driver in self.drivers if driver.subject is None]

    @cached_property
    def cards(self) -> list[Card]:
        """The compared scorecards: those with accounts that move first, then those with scores that change, the main one first."""
        if self.population is None:
            return []
        main = self.population["scorecard"]
        found = [_card(name, each) for name, each in self.population["scorecards"].items()]
        return sorted(found, key=lambda card: (not card.moved, not card.changed, card.name != main))

    @property
    def changing(self) -> list[Card]:
        """The scorecards to tell about: of several those in which anything changes."""
        return (
            self.cards if len(self.cards) < 2 else [card for card in self.cards if card.moved or card.changed]
        )

    @property
    def still(self) -> list[Card]:
        """The scorecards that are only named, since nothing changes in them."""
        return self.cards[len(self.changing) :]

    @property
    def main(self) -> Card | None:
        """The scorecard to tell of first."""
        return self.cards[0] if self.cards else None

    @property
    def triggers(self) -> list[Mapping[str, Any]]:
        """Triggers that start or stop for somebody."""
        found = self.population["triggers"] if self.population is not None else ()
        return [trigger for trigger in found if trigger["started"] or trigger["stopped"]]

    @cached_property
    def movers(self) -> list[Mover]:
        """Accounts whose score or band changes: the worst news first, then the largest change.

        Where the band stays the change alone counts.
        """
        cards = {card.name: card for card in self.cards}
        order = {card.name: number for number, card in enumerate(self.cards)}
        found = [_mover(each, cards[each["scorecard"]]) for each in self.document["movers"]]
        return sorted(
            found,
            key=lambda mover: (
                _URGENCY[mover.direction], -mover.card.place(mover.new["band"]) if mover.direction != SAME else 0,
                -mover.card.steps(mover.old["band"], mover.new["band"]), order[mover.card.name], -abs(mover.change or 0),
            ),
        )  # fmt: skip


def _card(name: str, found: Mapping[str, Any]) -> Card:
    return Card(
        name, found["title"] or name, tuple(band for band in found["bands"] if band != NA), found["moved"],
        found["changed"], found["unchanged"], found["newly"], found["matrix"], found["mean"]["old"],
        found["mean"]["new"], found["distribution"], found["by"],
    )  # fmt: skip


def _mover(found: Mapping[str, Any], card: Card) -> Mover:
    shares = {part["edit"]: part["points"] for part in found["attribution"]}
    decisive = set(found["decisive"])
    told = [driver for driver, number in shares.items() if number != 0 or driver in decisive]
    told += [driver for driver in found["decisive"] if driver not in shares]
    parts = [(driver, shares.get(driver)) for driver in told]
    parts.sort(key=lambda part: (part[0] not in decisive, -abs(part[1] or 0)))
    return Mover(
        str(found["id"]), found["name"] or "", card, found["old"], found["new"], found["change"], tuple(parts),
        tuple(found["decisive"]), _most_first(found["sufficient"], parts),
        found["method"] == "sampled", found["error"],
    )  # fmt: skip


def _most_first(
    sets: Sequence[Sequence[str]], parts: Sequence[tuple[str, float | None]]
) -> tuple[tuple[str, ...], ...]:
    """Sets of edits that suffice: small ones first, of those the one with most points; so its edits, too."""
    points = {driver: abs(number or 0) for driver, number in parts}
    ordered = [tuple(sorted(each, key=lambda driver: -points.get(driver, 0))) for each in sets]
    ordered.sort(key=lambda each: (len(each), -sum(points.get(driver, 0) for driver in each)))
    return tuple(ordered)


def _places(edit: Mapping[str, Any]) -> tuple[str, ...]:
    """Where an edit stands in the old file and in the new one: `a.rules:12`."""
    found = (edit["places"][side] for side in ("old", "new"))
    return tuple(f"{place['file']}:{place['line']}" for place in found if place)
