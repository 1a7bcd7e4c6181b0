"""What a new version does to many accounts: counts by scorecard, band, segment, trigger and edit, and the accounts that move.

In: accounts one after the other, or populations counted elsewhere. Out: counts for the document, and the movers in the order
in which they came. Guaranteed: only movers are kept; populations merged in order, in any grouping, give the same figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import Factory, define, field

from ruleengine.compare.compared import ComparedAccount, ComparedCard, Mover, Player
from ruleengine.compare.counts import CardPopulation, Effect, Moves


@define(slots=True)
class Population:
    """Adds up accounts. The first card is the main one; `triggers` gives their titles by name, in order."""

    cards: tuple[ComparedCard, ...]
    players: tuple[Player, ...]
    triggers: Mapping[str, str] = Factory(dict)
    segments: tuple[str, ...] = ()
    accounts: int = field(default=0, init=False)
    rejected: int = field(default=0, init=False)
    only_old: int = field(default=0, init=False)
    only_new: int = field(default=0, init=False)
    #: Accounts that move in any compared scorecard, and that are newly in a band in any, by band: for the budget.
    moved: int = field(default=0, init=False)
    newly: Counter[str] = field(factory=Counter, init=False)
    movers: list[Mover] = field(factory=list, init=False)
    started: Counter[str] = field(factory=Counter, init=False)
    stopped: Counter[str] = field(factory=Counter, init=False)
    both: Counter[str] = field(factory=Counter, init=False)
    by_card: tuple[CardPopulation, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.by_card = tuple(
            CardPopulation(
                card, Moves(), [Effect() for _ in self.players], {name: Moves() for name in self.segments}
            )
            for card in self.cards
        )

    def add(self, account: ComparedAccount) -> None:
        """Count one account."""
        self.accounts += 1
        entered: set[str] = set()
        for counts, change in zip(self.by_card, account.changes, strict=True):
            differs, before, after = counts.add(change, account.segments)
            if differs:
                self.movers.append(Mover(account.id, account.name, counts.card.name, change))
            if before != after:
                entered.add(after)
        if entered:
            self.moved += 1
            self.newly.update(entered)
        self._add_triggers(account.old_triggers, account.new_triggers)

    def _add_triggers(self, old: Sequence[str], new: Sequence[str]) -> None:
        if old or new:
            self.started.update(set(new).difference(old))
            self.stopped.update(set(old).difference(new))
            self.both.update(set(old).intersection(new))

    def merge(self, other: Population) -> None:
        """Add what was counted of the accounts that come next."""
        self.accounts += other.accounts
        self.rejected += other.rejected
        self.only_old += other.only_old
        self.only_new += other.only_new
        self.moved += other.moved
        self.newly.update(other.newly)
        self.movers.extend(other.movers)
        self.started.update(other.started)
        self.stopped.update(other.stopped)
        self.both.update(other.both)
        for counts, more in zip(self.by_card, other.by_card, strict=True):
            counts.merge(more)

    # ── as plain data ──

    def to_dict(self) -> dict[str, Any]:
        """The part `population` of the document."""
        main = self.by_card[0] if self.by_card else None
        movers: dict[str, list[Mover]] = {card.name: [] for card in self.cards}
        for mover in self.movers:
            movers[mover.scorecard].append(mover)
        return {
            "accounts": self.accounts,
            "moved": self.moved,
            "matrix": main.matrix_dict() if main else {},
            "scorecard": main.card.name if main else None,
            "rejected": self.rejected,
            "only_old": self.only_old,
            "only_new": self.only_new,
            "scorecards": {each.card.name: each.to_dict(movers[each.card.name]) for each in self.by_card},
            "triggers": [
                {
                    "name": name,
                    "title": title,
                    "started": self.started[name],
                    "stopped": self.stopped[name],
                    "both": self.both[name],
                }
                for name, title in self.triggers.items()
                if self.started[name] or self.stopped[name] or self.both[name]
            ],
        }

    def effects(self, player: int) -> dict[str, dict[str, Any]]:
        """What one player does, by scorecard."""
        return {each.card.name: each.effects[player].to_dict() for each in self.by_card}
