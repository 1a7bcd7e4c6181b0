"""Outcomes of measures and blocks as terms, and the bands that scores have: edges, caps, floors, overrides.

A band is its position in its set, -1 for none. An outcome has a score where it has one, and the points that a parent sees.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen

from ruleengine.analysis.solver.expressions import equal
from ruleengine.analysis.solver.lists import Lists
from ruleengine.analysis.solver.opaque import Environment
from ruleengine.analysis.solver.rows import Kind
from ruleengine.analysis.solver.terms import (
    Flag,
    Number,
    Value,
    alike,
    both,
    choose,
    compare,
    either,
    exact,
    greatest,
    least,
    no,
    reasons,
)  # fmt: skip
from ruleengine.tree import ruleset as r
from ruleengine.tree.edges import high_edge, low_edge

NO_BAND = -1


@frozen(slots=True, eq=False)
class Rated:
    """An outcome: NA for a reason, or a band, a score, and the points that a parent sees, each where there is one."""

    na: Mapping[str, Flag] = field(factory=dict)
    band: Number = NO_BAND
    score: Number = 0
    has_score: Flag = False
    seen: Number = 0
    has_seen: Flag = False

    @property
    def present(self) -> Flag:
        """Whether it is not NA."""
        return no(either(*self.na.values()))

    def value(self) -> Value:
        """What a parent sees: the points, or why there are none."""
        return Value(self.seen, _with_missing(self.na, both(self.present, no(self.has_seen))))

    def number(self) -> Value:
        """The score, or why there is none."""
        return Value(self.score, _with_missing(self.na, both(self.present, no(self.has_score))))

    def position(self) -> Value:
        """The band, or why there is none."""
        return Value(self.band, _with_missing(self.na, both(self.present, compare("=", self.band, NO_BAND))))


def _with_missing(na: Mapping[str, Flag], flag: Flag) -> dict[str, Flag]:
    return reasons([*na.items(), ("missing", flag)])


def lacking(reason: str) -> Rated:
    """An outcome that is NA."""
    return Rated({reason: True})


def either_rated(flag: Flag, one: Rated, other: Rated) -> Rated:
    """One outcome where a flag holds, else the other."""
    if flag is True or one is other:
        return one
    if flag is False:
        return other
    names = dict.fromkeys((*one.na, *other.na))
    na = reasons((name, choose(flag, one.na.get(name, False), other.na.get(name, False))) for name in names)
    if one.present is False or other.present is False:
        shown = other if one.present is False else one
        return Rated(na, shown.band, shown.score, shown.has_score, shown.seen, shown.has_seen)
    return Rated(
        na, choose(flag, one.band, other.band),
        _known(flag, one.score, one.has_score, other.score, other.has_score), choose(flag, one.has_score, other.has_score),
        _known(flag, one.seen, one.has_seen, other.seen, other.has_seen), choose(flag, one.has_seen, other.has_seen),
    )  # fmt: skip


def _known(flag: Flag, one: Number, has_one: Flag, other: Number, has_other: Flag) -> Number:
    """A choice of numbers of which one may not be there at all."""
    if has_one is False:
        return other
    return one if has_other is False else choose(flag, one, other)


def rated_same(one: Rated, other: Rated) -> Flag:
    """Whether two outcomes are the same, as rows are settled by."""
    alike_na = either(*(both(flag, other.na.get(reason, False)) for reason, flag in one.na.items()))
    scores = both(
        alike(one.has_score, other.has_score), either(no(one.has_score), _same_number(one.score, other.score))
    )
    return either(alike_na, both(one.present, other.present, compare("=", one.band, other.band), scores))


def _same_number(one: Number, other: Number) -> Flag:
    if isinstance(one, float | int) and isinstance(other, float | int):
        return one == other
    return True if one is other else equal(one, other)


def undecided_rated(flag: Flag, why: Mapping[str, Flag], found: Rated) -> Rated:
    """An outcome that is NA for some reasons where a flag holds."""
    names = dict.fromkeys((*why, *found.na))
    na = reasons((name, choose(flag, why.get(name, False), found.na.get(name, False))) for name in names)
    return Rated(na, found.band, found.score, found.has_score, found.seen, found.has_seen)


def constant_rated(found: Rated) -> Hashable:
    """What tells a constant outcome apart; None for any other."""
    if found.na:
        return tuple(found.na) if found.present is False and len(found.na) == 1 else None
    parts = (found.band, found.score, found.has_score)
    return parts if all(isinstance(each, bool | int | Fraction) for each in parts) else None


OUTCOMES: Kind[Rated] = Kind(either_rated, rated_same, undecided_rated, constant_rated)


@frozen(slots=True, eq=False)
class Acted:
    """A cap, floor or override, and where it holds."""

    limit: r.Limit
    flag: Flag
    score: Number = 0


class Bands(Lists):
    """Terms for bands."""

    sets: dict[str, r.BandSet]

    def has_intervals(self, key: str) -> bool:
        """Whether a band set says which band a score has."""
        return bool(key) and any(band.has_interval for band in self.sets[key].bands)

    def band_of(self, key: str, score: Number) -> Number:
        """The position of the band that holds a score."""
        found: Number = NO_BAND
        for position, band in reversed(list(enumerate(self.sets[key].bands))):
            low, high = low_edge(band.low, band.low_open), high_edge(band.high, band.high_open)
            above = True if low == -math.inf else self.at(">=", score, low)
            below = True if high == math.inf else self.at("<=", score, high)
            found = choose(both(above, below), position, found)
        return found

    def points_of(self, key: str, band: Number) -> tuple[Number, Flag]:
        """The points that a band stands for, and whether it has some."""
        found: Number = 0
        known: Flag = False
        for position, each in enumerate(self.sets[key].bands):
            here = compare("=", band, position)
            if each.points is None:
                continue
            found = exact(each.points) if known is False else choose(here, exact(each.points), found)
            known = either(known, here)
        return found, known

    def of_band(self, key: str, position: int) -> Rated:
        """The outcome of a row that gives a band."""
        points = self.sets[key].bands[position].points
        if points is None:
            return Rated({}, position)
        return Rated({}, position, exact(points), True, exact(points), True)

    # ── limits ──

    def acting(self, limits: Sequence[r.Limit], around: Environment) -> list[Acted]:
        """Where limits hold: floors, caps, overrides."""
        found = []
        for kind in ("floor", "cap", "override"):
            for limit in (each for each in limits if each.kind == kind):
                holds = (
                    True if limit.condition is None else self.expression(limit.condition, around).is_true()
                )
                score: Number = 0
                if limit.score is not None:
                    value = self.expression(limit.score, around)
                    holds, score = both(holds, value.present), value.term
                found.append(Acted(limit, holds, score))
        return found

    def limited(self, before: Rated, acted: Sequence[Acted], key: str, derives: bool, strict: bool) -> Rated:
        """An outcome after caps and floors, then the first override that holds."""
        found, by_band = self._bounded(before, acted, key, derives, strict)
        overridden: Flag = False
        for each in (each for each in acted if each.limit.kind == "override"):
            first = both(each.flag, no(overridden))
            self.mark(each.limit, first)
            found, by_band = self._overridden(found, by_band, each, first, key, derives, strict)
            overridden = either(overridden, each.flag)
        any_acted = either(*(each.flag for each in acted))
        return either_rated(any_acted, self._seen(found, by_band, key), before)

    def _bounded(
        self, before: Rated, acted: Sequence[Acted], key: str, derives: bool, strict: bool
    ) -> tuple[Rated, Flag]:
        """After caps and floors, and whether the band was set by one of them."""
        floors = [each for each in acted if each.limit.kind == "floor"]
        caps = [each for each in acted if each.limit.kind == "cap"]
        score = before.score
        for each in (each for each in floors if each.limit.band is None):
            score = choose(both(each.flag, compare(">", each.score, score)), each.score, score)
        for each in (each for each in caps if each.limit.band is None):
            score = choose(both(each.flag, compare("<", each.score, score)), each.score, score)
        found = before
        if score is not before.score:
            scored = both(before.present, before.has_score)
            moved = both(scored, compare("!=", score, before.score))
            found = either_rated(
                moved, self._rated(score, before.band, before.na, key, derives, strict), before
            )
        if not key:
            return found, False
        band = found.band
        for each in (each for each in floors if each.limit.band is not None):
            band = choose(each.flag, least([band, each.limit.band]), band)
        for each in (each for each in caps if each.limit.band is not None):
            band = choose(each.flag, greatest([band, each.limit.band]), band)
        if band is found.band:
            return found, False
        known = both(found.present, compare("!=", found.band, NO_BAND))
        band = choose(known, band, found.band)
        changed = both(known, compare("!=", band, found.band))
        return Rated(found.na, band, found.score, found.has_score, found.seen, found.has_seen), changed

    def _overridden(
        self, found: Rated, by_band: Flag, each: Acted, first: Flag, key: str, derives: bool, strict: bool
    ) -> tuple[Rated, Flag]:
        if each.limit.band is not None:
            kept = both(found.has_score, found.present)
            after = Rated({}, each.limit.band, found.score, kept, found.seen, found.has_seen)
            return either_rated(first, after, found), either(first, by_band)
        band = choose(found.present, found.band, NO_BAND)
        after = self._rated(each.score, band, {}, key, derives, strict)
        return either_rated(first, after, found), both(no(first), by_band)

    def _rated(
        self, score: Number, band: Number, na: Mapping[str, Flag], key: str, derives: bool, strict: bool
    ) -> Rated:
        """A number that a limit has set, with its band."""
        if not key or not derives:
            return Rated({}, band, score, True, score, True)
        position = self.band_of(key, score)
        outside = compare("=", position, NO_BAND) if strict else False
        return Rated(reasons([("invalid", outside)]), position, score, True, score, True)

    def _seen(self, found: Rated, by_band: Flag, key: str) -> Rated:
        """With what a parent sees: the band's points where the band was set, else the score."""
        if not key or by_band is False:
            return Rated(found.na, found.band, found.score, found.has_score, found.score, found.has_score)
        points, known = self.points_of(key, found.band)
        instead = both(by_band, known)
        return Rated(
            found.na, found.band, found.score, found.has_score,
            _known(instead, points, True, found.score, found.has_score), either(instead, found.has_score),
        )  # fmt: skip
