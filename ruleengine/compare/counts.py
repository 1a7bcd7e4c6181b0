"""The counts of one compared scorecard.

In: changes, one account after the other, or counts made elsewhere. Out: the scorecard's part of the document. Guaranteed:
sums are exact, so that counts merged in any grouping give the same figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import Factory, define

from ruleengine.compare.attribution import NO_BAND, NO_SCORE, Share
from ruleengine.compare.bins import binned
from ruleengine.compare.compared import UNITS, Change, ComparedCard, Mover


@define(slots=True)
class Effect:
    """What one player does in one scorecard: accounts touched, of these with points, points, accounts it is decisive for."""

    touched: int = 0
    shared: int = 0
    units: int = 0
    decisive: int = 0

    def merge(self, other: Effect) -> None:
        """Add what was counted elsewhere."""
        self.touched += other.touched
        self.shared += other.shared
        self.units += other.units
        self.decisive += other.decisive

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "touched": self.touched,
            "decisive": self.decisive,
            "points": self.units / UNITS,
            "mean": _mean(self.units, self.shared),
        }


@define(slots=True)
class Moves:
    """Changes of a group of accounts: how many, how many of them move or change, and by how much in all."""

    accounts: int = 0
    moved: int = 0
    changed: int = 0
    unchanged: int = 0
    newly: Counter[str] = Factory(Counter)
    #: Accounts with a score under both versions, and their changes added up.
    both: int = 0
    units: int = 0

    def add(self, old: str, new: str, same_score: bool, units: int | None) -> None:
        """Count one account, by its place under both versions; `units` is the change of score where there is one."""
        self.accounts += 1
        if units is not None:
            self.both += 1
            self.units += units
        if old != new:
            self.moved += 1
            self.newly[new] += 1
        elif same_score:
            self.unchanged += 1
        self.changed += not same_score

    def merge(self, other: Moves) -> None:
        """Add what was counted elsewhere."""
        self.accounts += other.accounts
        self.moved += other.moved
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.newly.update(other.newly)
        self.both += other.both
        self.units += other.units


@define(slots=True)
class CardPopulation:
    """The counts of one compared scorecard."""

    card: ComparedCard
    moves: Moves
    effects: list[Effect]
    by: dict[str, Moves]
    matrix: Counter[tuple[str, str]] = Factory(Counter)
    #: Under the old and the new version: accounts with a score, and the sum of these scores.
    scored: list[int] = Factory(lambda: [0, 0])
    units: list[int] = Factory(lambda: [0, 0])

    def add(self, change: Change, segments: Sequence[str]) -> tuple[bool, str, str]:
        """Count one account; whether its score or band changes, and where it stands under both versions."""
        old, new = change.old, change.new
        before, after = old.place, new.place
        was, becomes = self._score(0, old.score), self._score(1, new.score)
        self.matrix[before, after] += 1
        same = was == becomes
        units = None if was is None or becomes is None else becomes - was
        self.moves.add(before, after, same, units)
        for segment in segments:
            self.by[segment].add(before, after, same, units)
        if change.share is not None:
            self._credit(change.share)
        return before != after or not same, before, after

    def _score(self, side: int, score: float | None) -> int | None:
        if score is None:
            return None
        units = round(score * UNITS)
        self.scored[side] += 1
        self.units[side] += units
        return units

    def _credit(self, share: Share) -> None:
        for player, points in share.parts:
            effect = self.effects[player]
            effect.touched += 1
            if points is not None:
                effect.shared += 1
                effect.units += round(points * UNITS)
        for player in share.decisive:
            self.effects[player].decisive += 1

    def merge(self, other: CardPopulation) -> None:
        """Add what was counted elsewhere."""
        self.moves.merge(other.moves)
        for effect, more in zip(self.effects, other.effects, strict=True):
            effect.merge(more)
        for segment, moves in other.by.items():
            self.by[segment].merge(moves)
        self.matrix.update(other.matrix)
        for side in (0, 1):
            self.scored[side] += other.scored[side]
            self.units[side] += other.units[side]

    # ── as plain data ──

    def to_dict(self, movers: Sequence[Mover]) -> dict[str, Any]:
        """The counts of the scorecard, given its movers."""
        moves = self.moves
        changes = (mover.change.points for mover in movers)
        return {
            "title": self.card.title,
            "bands": list(self.card.bands),
            "scored": {"old": self.scored[0], "new": self.scored[1]},
            "moved": moves.moved,
            "changed": moves.changed,
            "unchanged": moves.unchanged,
            "newly": self._by_place(moves.newly),
            "matrix": self.matrix_dict(),
            "mean": {
                "old": _mean(self.units[0], self.scored[0]),
                "new": _mean(self.units[1], self.scored[1]),
            },
            "distribution": [
                {"from": low, "to": high, "accounts": number}
                for low, high, number in binned(each for each in changes if each is not None)
            ],
            "by": [self._segment(name, each) for name, each in self.by.items()],
        }

    def matrix_dict(self) -> dict[str, dict[str, int]]:
        """Accounts by old and new place, from best to worst."""
        rows: dict[str, Counter[str]] = {}
        for (old, new), number in self.matrix.items():
            rows.setdefault(old, Counter())[new] = number
        return {old: self._by_place(rows[old]) for old in self._ordered(rows)}

    def _segment(self, name: str, moves: Moves) -> dict[str, Any]:
        return {
            "segment": name,
            "accounts": moves.accounts,
            "moved": moves.moved,
            "changed": moves.changed,
            "newly": self._by_place(moves.newly),
            "mean_change": _mean(moves.units, moves.both),
        }

    def _by_place(self, counts: Mapping[str, int]) -> dict[str, int]:
        return {each: counts[each] for each in self._ordered(counts)}

    def _ordered(self, places: Mapping[str, Any]) -> list[str]:
        order = {each: number for number, each in enumerate((*self.card.bands, NO_BAND, NO_SCORE))}
        return sorted(places, key=lambda each: (order.get(each, len(order)), each))


def _mean(units: int, number: int) -> float | None:
    """A mean to 10 decimals, rounded half to even, from the exact sum."""
    return round(Fraction(units, number)) / UNITS if number else None
