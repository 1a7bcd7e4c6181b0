"""Caps, floors and overrides, for what something may come to before them.

The order is the evaluator's: floors and caps by number, then by band, then the first override that holds. Of limits that
may or may not hold, both are followed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from ruleengine.analysis.may import NO_REASONS, TRUE, May, Numbers, as_numbers
from ruleengine.analysis.outcomes import Outcome, Scale, Way, gathered
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

Value = Callable[[e.Expression], May]
#: A cap beats a floor, an override beats both.
_ORDER = ("floor", "cap", "override")


@frozen(slots=True, eq=False)
class Acting:
    """A limit that may hold; `surely` when it can be nothing else. `score` is the number that it sets."""

    limit: r.Limit
    surely: bool
    score: Numbers | None


def acting(limits: Sequence[r.Limit], value: Value) -> list[Acting]:
    """The limits that may hold, in their order; the first override that surely holds ends them."""
    found: list[Acting] = []
    for limit in (each for kind in _ORDER for each in limits if each.kind == kind):
        test = TRUE if limit.condition is None else value(limit.condition)
        if not test.holds(True):
            continue
        surely = test.is_surely is True
        score: Numbers | None = None
        if limit.score is not None:
            known = value(limit.score)
            score = as_numbers(known.present)
            if score is None:
                continue
            surely = surely and not known.reasons
        found.append(Acting(limit, surely, score))
    return found


def limited(
    before: Outcome, found: Sequence[Acting], scale: Scale | None, derives: bool, strict: bool
) -> Outcome:
    """What comes out after the limits; `derives`: the band follows from the number; `strict`: outside of all is invalid."""
    if not found:
        return before
    reasons = set(before.reasons)
    ways = [
        after
        for way in before.ways
        for rated in _bounded(way, found, scale, derives, strict, reasons)
        for after in _bounded_band(rated, found, scale)
    ]
    return _overridden(
        ways,
        reasons,
        [each for each in found if each.limit.kind == "override"],
        scale,
        derives,
        strict,
        before,
    )


def _bounded(
    way: Way, found: Sequence[Acting], scale: Scale | None, derives: bool, strict: bool, reasons: set[str]
) -> list[Way]:
    """A number under all caps and floors by number: only what comes out in the end is given a band."""
    if way.score is None:
        return [way]
    scores = [way.score]
    for each in found:
        if each.limit.kind != "override" and each.score is not None:
            moved = [_moved(score, each.limit.kind, each.score) for score in scores]
            scores = moved if each.surely else [*scores, *moved]
    after: list[Way] = []
    for score in dict.fromkeys(scores):
        after += [way] if score == way.score else _rated(score, way.band, scale, derives, strict, reasons)
    return after


def _moved(score: Numbers, kind: str, to: Numbers) -> Numbers:
    pick = min if kind == "cap" else max
    moved = Numbers(pick(score.low, to.low), pick(score.high, to.high))
    return score if (moved.low, moved.high) == (score.low, score.high) else moved


def _rated(
    score: Numbers, band: int | None, scale: Scale | None, derives: bool, strict: bool, reasons: set[str]
) -> list[Way]:
    if scale is None or not derives:
        return [Way(band, score, score)]
    found, outside = scale.ways(score)
    if outside and strict:
        reasons.add("invalid")
    elif outside:
        found.append(Way(None, score, score))
    return found


def _bounded_band(way: Way, found: Sequence[Acting], scale: Scale | None) -> list[Way]:
    """A band under all caps and floors by band: positions grow from best to worst, and who ends where it was stays as it was."""
    if way.band is None or scale is None:
        return [way]
    positions = [way.band]
    for each in found:
        band = each.limit.band
        if each.limit.kind != "override" and band is not None:
            pick = max if each.limit.kind == "cap" else min
            moved = [pick(position, band) for position in positions]
            positions = moved if each.surely else [*positions, *moved]
    return [
        way
        if at == way.band
        else Way(at, way.score, way.score if scale.points[at] is None else scale.points[at])
        for at in dict.fromkeys(positions)
    ]


def _overridden(
    ways: Sequence[Way],
    reasons: set[str],
    overrides: Sequence[Acting],
    scale: Scale | None,
    derives: bool,
    strict: bool,
    before: Outcome,
) -> Outcome:
    found: list[Way] = []
    beyond: set[str] = set()  # what an override before the one that surely holds may end in
    for each in overrides:
        if each.limit.band is not None and scale is not None:
            points = scale.points[each.limit.band]
            found += [
                Way(each.limit.band, way.score, way.score if points is None else points) for way in ways
            ]
            if reasons:
                found.append(Way(each.limit.band, None, points))
        elif each.score is not None:
            bands = {way.band for way in ways} | ({None} if reasons else set())
            extra: set[str] = set()
            for band in (
                [None]
                if derives and scale is not None
                else sorted(bands, key=lambda place: (place is None, place))
            ):
                found += _rated(each.score, band, scale, derives, strict, extra)
            reasons = reasons | extra
            beyond |= extra
        if each.surely:
            kept = (
                frozenset({"invalid"}) & frozenset(reasons)
                if each.limit.band is None and derives and strict
                else NO_REASONS
            )
            return Outcome(kept | beyond, gathered(found), before, before.stale)
    return Outcome(frozenset(reasons), gathered((*ways, *found)), before, before.stale)
