"""Who is to blame: the change of one score split over the edits that touch it, and the edits that a band change needs.

In: a game, which gives score and band of one account for any set of edits. Out: a `Share`: Shapley values (the mean of what
an edit adds over every order in which the edits could be made), the edits without which the band would be another, and where
there is none, the smallest sets of edits that alone lead to the new band. A set of edits with which the account has no score
counts as the old score; where an end has no score there are no points to share out.
Guaranteed: the points add up to the change exactly, as the decimals that are printed. Up to `MOST_EXACT` edits every set is
evaluated; beyond, orders are drawn, the same ones for the same seed, and the standard error is stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from math import factorial, sqrt
from operator import add, itemgetter, mul
from random import Random
from typing import Any, Protocol

from attrs import frozen

#: With more edits than this, sets are sampled. It takes 2^12 of them to be exact.
MOST_EXACT = 12
#: The band of an account that has no score, and that of a score on a scale without bands.
NO_SCORE, NO_BAND = "na", "scored"
EXACT, SAMPLED = "exact", "sampled"

#: Sets up to these sizes are tried when no edit is decisive.
_LARGEST_SET, _LARGEST_SAMPLED_SET = 4, 3
#: Orders are drawn in pairs, one the reverse of the other: where edits interact in twos, one pair is exact.
_FEWEST_PAIRS, _MOST_PAIRS = 20, 200
#: Sampling ends when the standard errors are below this many points, and below this share of the score.
_ERROR, _ERROR_SHARE = 0.05, 0.001
#: Scores are computed with as whole numbers of this many to a point, so that nothing is lost and any order adds up alike.
_UNITS = 10**10
#: Whole numbers from here on have more digits than a double surely keeps.
_TOO_LONG = 10**15


class Game(Protocol):
    """One account and one scorecard under every set of some edits; bit i of a mask stands for `players[i]`."""

    @property
    def players(self) -> tuple[int, ...]:
        """The numbers of the edits and causes that may touch the account."""

    @property
    def exact(self) -> bool:
        """Whether every set may be asked for: not with more than `MOST_EXACT` players."""

    def value(self, mask: int, /) -> tuple[float | None, str | None]:
        """Score and band with just these edits made; None where there is none."""


@frozen(slots=True)
class Share:
    """How the change of one score, and of its band, came about.

    `parts` has the points of every player that touches the account, in the order of the players; None without a score
    on one side. `error` is the largest standard error of any part, in points.
    """

    change: float | None
    parts: tuple[tuple[int, float | None], ...]
    decisive: tuple[int, ...] = ()
    sufficient: tuple[tuple[int, ...], ...] = ()
    method: str = EXACT
    error: float = 0.0


def place(score: float | None, band: str | None) -> str:
    """Where an account stands: its band, or that it has no score, or a score without bands."""
    if band is not None:
        return band
    return NO_SCORE if score is None else NO_BAND


def share_out(game: Game, seed: str) -> Share:
    """Split the change between no edit made and all made; `seed` decides which orders are drawn when sampling."""
    return _exact(game) if game.exact else _Sample(game, seed).share()


# ── Every set ───────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True)
class _Plan:
    """What is the same for all games of one size.

    `gains[S]` is what the value of the set S counts for each player in it, `losses[S]` what it takes from all; both are
    multiples of 1 / `whole`. `sides` picks from the values by set those with a player and those without, in one order.
    """

    gains: tuple[int, ...]
    losses: tuple[int, ...]
    whole: int
    sides: tuple[tuple[Callable[[Sequence[Any]], Any], Callable[[Sequence[Any]], Any]], ...]


@lru_cache(maxsize=MOST_EXACT + 1)
def _plan(size: int) -> _Plan:
    weights = [factorial(already) * factorial(size - 1 - already) for already in range(size)]
    joining, leaving = [0, *weights], [*weights, 0]
    sets = range(1 << size)
    return _Plan(
        gains=tuple(joining[each.bit_count()] + leaving[each.bit_count()] for each in sets),
        losses=tuple(leaving[each.bit_count()] for each in sets),
        whole=factorial(size),
        sides=tuple(
            (
                itemgetter(*(each for each in sets if each >> bit & 1)),
                itemgetter(*(each for each in sets if not each >> bit & 1)),
            )
            for bit in range(size)
        ),
    )


def _exact(game: Game) -> Share:
    players, value = game.players, game.value
    size = len(players)
    found = [value(mask) for mask in range(1 << size)]
    places = [place(*each) if each[1] is None else each[1] for each in found]
    units = [None if score is None else round(score * _UNITS) for score, _ in found]
    plan = _plan(size)
    touching = [
        bit
        for bit, (having, lacking) in enumerate(plan.sides)
        if having(units) != lacking(units) or having(places) != lacking(places)
    ]
    decisive, sufficient = _reasons(places.__getitem__, players, touching, (1 << size) - 1, _LARGEST_SET)
    old, new = units[0], units[-1]
    if old is None or new is None:
        return Share(None, tuple((players[bit], None) for bit in touching), decisive, sufficient)
    change, parts = _printed(players, touching, _shapley(units, old, plan), plan.whole, new - old)
    return Share(change, parts, decisive, sufficient)


def _shapley(units: Sequence[int | None], old: int, plan: _Plan) -> list[int]:
    """The Shapley value of each player, as a multiple of 1 / `plan.whole`."""
    gains = [0 if unit is None else unit - old for unit in units]
    taken = sum(map(mul, plan.losses, gains))
    left = list(map(mul, plan.gains, gains))
    values = []
    while (
        len(left) > 1
    ):  # the upper half of the sets are those with the last player; then that player is summed over
        half = len(left) // 2
        with_last = left[half:]
        values.append(sum(with_last) - taken)
        left = list(map(add, left, with_last))
    return values[::-1]


def _printed(
    players: Sequence[int], touching: Sequence[int], values: Sequence[int], whole: int, change: int
) -> tuple[float, tuple[tuple[int, float], ...]]:
    """Change and parts as decimals that add up; `values` are multiples of 1 / `whole` units.

    Rounding down leaves a few units over, which go to the parts that lost most by it, of those to the largest.
    """
    step, most = 1, max([abs(change) * whole, *map(abs, values)])
    while most >= _TOO_LONG * step * whole:
        step *= 10
    parts = [values[bit] // (whole * step) for bit in touching]
    total = (change + step // 2) // step
    over = total - sum(parts)
    if over:
        order = sorted(
            range(len(parts)),
            key=lambda each: (
                -(values[touching[each]] % (whole * step)), -abs(values[touching[each]]), players[touching[each]],
            ),
        )  # fmt: skip
        for each in order[:over]:
            parts[each] += 1
    shown = tuple((players[bit], part * step / _UNITS) for bit, part in zip(touching, parts, strict=True))
    return total * step / _UNITS, shown


# ── The band ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _reasons(
    place_of: Callable[[int], str], players: Sequence[int], touching: Sequence[int], every: int, largest: int
) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """The decisive players of a band change, or the smallest sets that suffice for it."""
    goal = place_of(every)
    if goal == place_of(0):
        return (), ()
    decisive = tuple(players[bit] for bit in touching if place_of(every ^ 1 << bit) != goal)
    if decisive:
        return decisive, ()
    for size in range(1, largest + 1):
        enough = tuple(
            tuple(players[bit] for bit in chosen)
            for chosen in combinations(touching, size)
            if place_of(_mask(chosen)) == goal
        )
        if enough:
            return (), enough
    return (), ()


def _mask(bits: Iterable[int]) -> int:
    return sum(1 << bit for bit in bits)


# ── Orders drawn ────────────────────────────────────────────────────────────────────────────────────────────────────


class _Sample:
    """Draws orders and adds up what each player adds in them, in units."""

    def __init__(self, game: Game, seed: str) -> None:
        self._game = game
        self._random = Random(seed)
        self._size = len(game.players)
        self._known: dict[int, tuple[int | None, str]] = {}
        #: Of each player: the sum over the pairs of what it adds in both orders, and the sum of the squares of that.
        self._sums = [0] * self._size
        self._squares = [0] * self._size
        self._pairs = 0
        every = (1 << self._size) - 1
        self._touching = {
            bit
            for bit in range(self._size)
            if self._at(1 << bit) != self._at(0) or self._at(every ^ 1 << bit) != self._at(every)
        }

    def share(self) -> Share:
        """Draw until it is exact enough, and share out."""
        players, every = self._game.players, (1 << self._size) - 1
        old, new = self._at(0)[0], self._at(every)[0]
        bound = 0.0 if old is None or new is None else self._bound(old, new)
        while self._pairs < _FEWEST_PAIRS or (bound and self._pairs < _MOST_PAIRS and self._error() >= bound):
            self._draw()
        touching = sorted(self._touching)
        reasons = _reasons(lambda mask: self._at(mask)[1], players, touching, every, _LARGEST_SAMPLED_SET)
        if old is None or new is None:
            return Share(None, tuple((players[bit], None) for bit in touching), *reasons, SAMPLED)
        change, parts = _printed(players, touching, self._sums, 2 * self._pairs, new - old)
        return Share(change, parts, *reasons, SAMPLED, round(self._error(), 10))

    def _bound(self, old: int, new: int) -> float:
        return min(_ERROR, _ERROR_SHARE * max(abs(old), abs(new)) / _UNITS)

    def _at(self, mask: int) -> tuple[int | None, str]:
        """Score in units and place with just these edits made."""
        found = self._known.get(mask)
        if found is None:
            score, band = self._game.value(mask)
            found = self._known[mask] = None if score is None else round(score * _UNITS), place(score, band)
        return found

    def _draw(self) -> None:
        order = list(range(self._size))
        self._random.shuffle(order)
        added = [0] * self._size
        self._follow(order, added)
        self._follow(order[::-1], added)
        for bit, units in enumerate(added):
            self._sums[bit] += units
            self._squares[bit] += units * units
        self._pairs += 1

    def _follow(self, order: Sequence[int], added: list[int]) -> None:
        """Make the edits in one order."""
        mask, before = 0, self._at(0)
        old = before[0] or 0
        for bit in order:
            mask |= 1 << bit
            after = self._at(mask)
            if after != before:
                self._touching.add(bit)
                added[bit] += (old if after[0] is None else after[0]) - (
                    old if before[0] is None else before[0]
                )
                before = after

    def _error(self) -> float:
        """The largest standard error of any part, in points."""
        pairs = self._pairs
        spread = max(
            pairs * squares - total * total for total, squares in zip(self._sums, self._squares, strict=True)
        )
        return sqrt(spread / (pairs * pairs * (pairs - 1))) / (2 * _UNITS)
