"""Who is to blame, by the definitions: all orders in which edits could be made, and all sets of them.

In: the score and band of an account for every set of players. Out: points, decisive players, sufficient sets. In fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, permutations

from attrs import frozen

Players = frozenset[str]
Standing = tuple[float | None, str | None]
#: With no band that is decisive, sets of so many players are looked at.
LARGEST_SET = 4


def number(score: float) -> Fraction:
    """A score to ten decimals."""
    return Fraction(round(Decimal(repr(score)), 10))


def place(standing: Standing) -> str:
    """Where an account stands: its band, `na`, or `scored` on a scale without bands."""
    score, band = standing
    return band if band is not None else "na" if score is None else "scored"


@frozen
class Told:
    """What is to be said about one account and scorecard."""

    change: Fraction | None
    points: dict[str, Fraction | None]
    decisive: set[str]
    sufficient: set[Players]


def blame(values: Mapping[Players, Standing], players: tuple[str, ...]) -> Told:
    """Points and reasons, given what comes of every set of players."""
    every, nothing = frozenset(players), frozenset[str]()
    touching = [each for each in players if _touches(values, players, each)]
    decisive, sufficient = _reasons(values, touching, every)
    old, new = values[nothing][0], values[every][0]
    if old is None or new is None:
        return Told(None, dict.fromkeys(touching), decisive, sufficient)
    scores = {chosen: number(old if score is None else score) for chosen, (score, _) in values.items()}
    points: dict[str, Fraction | None] = dict.fromkeys(touching, Fraction(0))
    orders = list(permutations(touching))
    for player in touching:
        gained = Fraction(0)
        for order in orders:
            before = frozenset(order[: order.index(player)])
            gained += scores[before | {player}] - scores[before]
        points[player] = gained / len(orders)
    return Told(number(new) - number(old), points, decisive, sufficient)


def _touches(values: Mapping[Players, Standing], players: tuple[str, ...], player: str) -> bool:
    """Whether leaving a player out or in ever changes anything."""
    others = [each for each in players if each != player]
    for size in range(len(others) + 1):
        for chosen in combinations(others, size):
            with_it, without = values[frozenset(chosen) | {player}], values[frozenset(chosen)]
            if place(with_it) != place(without) or _rounded(with_it) != _rounded(without):
                return True
    return False


def _rounded(standing: Standing) -> Fraction | None:
    return None if standing[0] is None else number(standing[0])


def _reasons(
    values: Mapping[Players, Standing], touching: list[str], every: Players
) -> tuple[set[str], set[Players]]:
    goal = place(values[every])
    if goal == place(values[frozenset()]):
        return set(), set()
    decisive = {each for each in touching if place(values[every - {each}]) != goal}
    if decisive:
        return decisive, set()
    for size in range(1, LARGEST_SET + 1):
        enough = {
            frozenset(each) for each in combinations(touching, size) if place(values[frozenset(each)]) == goal
        }
        if enough:
            return set(), enough
    return set(), set()
