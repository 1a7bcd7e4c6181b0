"""What a measure, a group or a scorecard may come to: bands with their numbers, and reasons for NA.

A `Way` is one band (or none) with the numbers that come with it: the own score, and what a parent sees. An `Outcome` holds
all ways and all reasons; what the evaluator gives is always one of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from ruleengine.analysis.may import NO_REASONS, May, Numbers, Words, numbers
from ruleengine.tree import ruleset as r
from ruleengine.tree.edges import high_edge, low_edge


@frozen(slots=True)
class Way:
    """One band with its numbers; None where there is none. `seen` is what a parent counts."""

    band: int | None
    score: Numbers | None
    seen: Numbers | None


@frozen(slots=True)
class Outcome:
    """Everything that something may come to. `computed` is what it was before limits; `stale` whether it may be."""

    reasons: frozenset[str] = NO_REASONS
    ways: tuple[Way, ...] = ()
    before: Outcome | None = None
    stale: May | None = None

    @property
    def computed(self) -> Outcome:
        """Before caps, floors and overrides."""
        return self if self.before is None else self.before

    @property
    def bands(self) -> frozenset[int]:
        """The bands that are possible."""
        return frozenset(way.band for way in self.ways if way.band is not None)

    @property
    def score(self) -> Numbers | None:
        """All numbers that are possible."""
        return spanned(way.score for way in self.ways)

    @property
    def seen(self) -> Numbers | None:
        """All numbers that a parent may count."""
        return spanned(way.seen for way in self.ways)

    @property
    def may_be_unseen(self) -> bool:
        """Whether a parent may find nothing to count."""
        return bool(self.reasons) or any(way.seen is None for way in self.ways)


def spanned(parts: Iterable[Numbers | None]) -> Numbers | None:
    """From the lowest to the highest."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    return Numbers(min(part.low for part in known), max(part.high for part in known))


def gathered(ways: Iterable[Way]) -> tuple[Way, ...]:
    """The ways with those of one band taken together."""
    found: dict[tuple[int | None, bool, bool], Way] = {}
    for way in ways:
        place = (way.band, way.score is None, way.seen is None)
        known = found.get(place)
        if known is not None:
            way = Way(way.band, spanned((known.score, way.score)), spanned((known.seen, way.seen)))
        found[place] = way
    return tuple(found.values())


def any_of(outcomes: Sequence[Outcome]) -> Outcome:
    """What any of some outcomes allows."""
    if len(outcomes) == 1:
        return outcomes[0]
    reasons = frozenset[str]().union(*(each.reasons for each in outcomes))
    return Outcome(reasons, gathered(way for each in outcomes for way in each.ways))


def restricted(found: Outcome, to: May) -> Outcome:
    """What is left of an outcome: only some reasons, only some bands."""
    if to.present is None:
        ways: tuple[Way, ...] = ()
    elif isinstance(to.present, Words):
        ways = tuple(way for way in found.ways if way.band in to.present.words)
    else:
        ways = found.ways
    return evolve(found, reasons=found.reasons & to.reasons, ways=ways)


def parts_of(found: Outcome, positions: Iterable[int]) -> list[May]:
    """The parts into which an outcome falls for the test whether it is one of some bands."""
    wanted = frozenset(positions) & found.bands
    others = frozenset(way.band for way in found.ways) - wanted
    parts = [May(present=Words(frozenset(some))) for some in (wanted, others) if some]
    return [*parts, *(May(frozenset({reason})) for reason in sorted(found.reasons))]


class Scale:
    """The bands of one set with their edges, moved by the tolerance of equal numbers."""

    def __init__(self, bands: r.BandSet) -> None:
        self.names = [band.name for band in bands.bands]
        self.points = [
            None if band.points is None else Numbers(band.points, band.points) for band in bands.bands
        ]
        self.has_intervals = any(band.has_interval for band in bands.bands)
        self.edges = [
            (low_edge(band.low, band.low_open), high_edge(band.high, band.high_open)) for band in bands.bands
        ]

    def of_band(self, position: int) -> Way:
        """The way of a row that gives a band."""
        return Way(position, self.points[position], self.points[position])

    def ways(self, score: Numbers) -> tuple[list[Way], bool]:
        """The bands that hold some of the numbers, and whether some number lies in none."""
        found = []
        for position, (low, high) in enumerate(self.edges):
            inside = numbers(max(low, score.low), min(high, score.high))
            if inside is not None:
                found.append(Way(position, inside, inside))
        return found, not self._covers(score)

    def _covers(self, score: Numbers) -> bool:
        reached = -math.inf
        for low, high in sorted(self.edges):
            if low <= score.low <= high or (
                reached >= score.low and (low <= reached or _next_to(reached, low))
            ):
                reached = max(reached, high)
        return reached >= score.high


def _next_to(reached: float, low: float) -> bool:
    """Whether there is no number between the end of one band and the start of the next."""
    return low - reached <= 1e-13 * max(1.0, abs(low))


def as_value(found: Outcome, part: str) -> May:
    """The number of a measure or card as an expression sees it: NA as it is, or missing where there is none."""
    picked = [way.seen if part == "seen" else way.score for way in found.ways]
    reasons = found.reasons | ({"missing"} if None in picked else NO_REASONS)
    return May(frozenset(reasons), spanned(picked))


def as_band(found: Outcome) -> May:
    """The position of the band as an expression sees it."""
    reasons = found.reasons | ({"missing"} if any(way.band is None for way in found.ways) else NO_REASONS)
    bands = found.bands
    return May(frozenset(reasons), Words(frozenset(bands)) if bands else None)
