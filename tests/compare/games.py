"""Games to share out in tests, and a second way to compute Shapley values: by going through all orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import permutations

from attrs import define

World = tuple[float | None, str | None]


@define
class TableGame:
    """A game whose value is known for every set."""

    players: tuple[int, ...]
    table: Mapping[int, World]
    exact: bool = True
    asked: int = 0

    def value(self, mask: int, /) -> World:
        """Look the value up."""
        self.asked += 1
        return self.table[mask]


@define
class ComputedGame:
    """A game whose value is computed when it is asked for."""

    players: tuple[int, ...]
    compute: Callable[[int], World]
    exact: bool = False
    asked: int = 0

    def value(self, mask: int, /) -> World:
        """Compute the value."""
        self.asked += 1
        return self.compute(mask)


def band_of(score: float | None) -> str | None:
    """The band of a score: green from 75, yellow from 50."""
    if score is None:
        return None
    return "green" if score >= 75 else "yellow" if score >= 50 else "red"


def game(players: int, compute: Callable[[frozenset[int]], float | None]) -> TableGame:
    """A game of players 0, 1, … by what a set of them is worth."""
    table = {}
    for mask in range(1 << players):
        score = compute(frozenset(each for each in range(players) if mask >> each & 1))
        table[mask] = score, band_of(score)
    return TableGame(tuple(range(players)), table)


def by_all_orders(table: Mapping[int, World], players: int) -> list[Fraction]:
    """The mean of what each player adds, over all orders; a set without a score counts as the old score."""
    old = table[0][0]
    assert old is not None

    def worth(mask: int) -> Fraction:
        score = table[mask][0]
        return Fraction(repr(old if score is None else score))

    sums, orders = [Fraction(0)] * players, list(permutations(range(players)))
    for order in orders:
        mask = 0
        for player in order:
            sums[player] += worth(mask | 1 << player) - worth(mask)
            mask |= 1 << player
    return [each / len(orders) for each in sums]
