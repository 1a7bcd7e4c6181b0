"""A band set at work: the band of a score, the distance to the next band, caps, floors and overrides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ruleengine.evaluator.runtime import clean
from ruleengine.tree.edges import high_edge, low_edge
from ruleengine.tree.ruleset import BandSet
from ruleengine.values import NA, less, tolerance

#: (band, points, line, because, points as a parent sees them)
Outcome = tuple[str | None, float | None, int, str | None, float | NA]
#: (kind, band position, score, reason, line); the score is known
Limit = tuple[str, int | None, Any, str | None, int]

#: What a parent sees of something that has a band without points, or neither.
NO_POINTS = NA("missing", "has no points")
#: The band of something that has none.
NO_BAND = NA("missing", "has no band")
NOT_BORDERLINE = NA("not_applicable", "is not close to another band")


class Scale:
    """The bands of one set, best first, with edges adjusted by the tolerance of equal numbers."""

    def __init__(self, bands: BandSet) -> None:
        self.names = [band.name for band in bands.bands]
        self.points = [band.points for band in bands.bands]
        self.positions = {name: position for position, name in enumerate(self.names)}
        self.has_intervals = any(band.has_interval for band in bands.bands)
        self.bands = bands.bands
        self.edges = [
            (band.name, low_edge(band.low, band.low_open), high_edge(band.high, band.high_open))
            for band in bands.bands
        ]
        self.outside = NA("invalid", f"the score lies in no band of `{bands.name}`", "", "RE511")

    def band(self, score: float) -> str | None:
        """The name of the band that holds a score, or None."""
        for name, low, high in self.edges:
            if low <= score <= high:
                return name
        return None

    def outcome(self, points: float, line: int, because: str | None) -> Outcome | NA:
        """The outcome of a measure that has points, with the band that holds them."""
        band = self.band(points)
        return self.outside if band is None else (band, points, line, because, points)

    def points_of(self, band: str | None) -> float | NA:
        """The points that a band stands for."""
        points = None if band is None else self.points[self.positions[band]]
        return NO_POINTS if points is None else points

    def distance(self, score: float, position: int) -> float:
        """How far a score is from the nearest edge of the band at a position; 0 inside."""
        band = self.bands[position]
        if band.low is not None and score < band.low:
            return band.low - score
        if band.high is not None and score > band.high:
            return score - band.high
        return 0.0

    def next_band(self, score: float | None, band: str | None) -> dict[str, Any] | None:
        """The next better band, and how far it is."""
        if score is None or band is None or not self.has_intervals:
            return None
        position = self.positions[band] - 1
        if position < 0:
            return None
        return {"band": self.names[position], "distance": clean(self.distance(score, position))}

    def borderline(self, score: float | None, band: str | None, within: Any) -> dict[str, Any] | None:
        """The nearest neighbouring band when it is within `within` points."""
        if score is None or band is None or within.__class__ is NA or not self.has_intervals:
            return None
        position = self.positions[band]
        best: dict[str, Any] | None = None
        for neighbour in (position - 1, position + 1):
            if 0 <= neighbour < len(self.names):
                distance = self.distance(score, neighbour)
                if distance <= within + tolerance(within, distance) and (
                    best is None or less(distance, best["distance"])
                ):
                    best = {"band": self.names[neighbour], "distance": clean(distance)}
        return best


def limited(computed: Any, acted: Sequence[Limit], scale: Scale | None, derives: bool) -> Any:
    """A measure's outcome after the limits that hold; `derives` says that its points have a band on the scale."""
    if not acted:
        return computed
    known = computed.__class__ is not NA
    before = computed[1] if known else computed
    score, band, seen = apply_limits(
        before, computed[0] if known else None, acted, scale, derives, strict=True
    )
    if score.__class__ is NA:
        return score
    changed = not known or band != computed[0] or score != computed[1]
    last = next((limit for limit in acted if limit[0] == "override"), acted[-1])
    return (band, score, last[4] if changed else computed[2], last[3] if changed else computed[3], seen)


def apply_limits(
    score: Any, band: str | None, acted: Sequence[Limit], scale: Scale | None, derives: bool, strict: bool
) -> tuple[Any, str | None, Any]:
    """Score (a number, NA, or None for a band without one), band, and points as a parent sees them, after floors, caps
    and the first override.

    The lowest cap wins, a cap beats a floor, and an override beats both. By band the number stays, and a parent takes
    the band's points; by score the band is derived again, and a score outside the scale is invalid where that is `strict`.
    """
    if len(acted) == 1 and scale is not None and acted[0][0] == "override" and acted[0][1] is not None:
        return _overridden(score, acted[0][1], scale)
    by_band = False
    if score is not None and score.__class__ is not NA:
        bounded = _bounded(score, acted)
        if bounded != score:
            score, band = _rated(bounded, band, scale, derives, strict)
    if scale is not None and band is not None:
        by_band = band != (band := _bounded_band(band, acted, scale))
    override = next((limit for limit in acted if limit[0] == "override"), None)
    if override is not None:
        _, position, value, _, _ = override
        if position is not None and scale is not None:
            score = None if score.__class__ is NA else score
            band, by_band = scale.names[position], True
        else:
            score, band = _rated(value, band, scale, derives, strict)
            by_band = False
    seen = (
        score
        if not by_band or scale is None or scale.points_of(band).__class__ is NA
        else scale.points_of(band)
    )
    return score, band, NO_POINTS if seen is None else seen


def _overridden(score: Any, position: int, scale: Scale) -> tuple[Any, str | None, Any]:
    """What an override by band leaves: the number, and what a parent sees, which is the band's points if it has some."""
    kept = None if score.__class__ is NA else score
    points = scale.points[position]
    seen = kept if points is None else points
    return kept, scale.names[position], NO_POINTS if seen is None else seen


def _bounded(score: float, acted: Sequence[Limit]) -> float:
    """A number after floors and caps by score."""
    floors = [value for kind, _, value, _, _ in acted if kind == "floor" and value is not None]
    caps = [value for kind, _, value, _, _ in acted if kind == "cap" and value is not None]
    raised: float = max([score, *floors])
    lowered: float = min([raised, *caps])
    return lowered


def _bounded_band(band: str, acted: Sequence[Limit], scale: Scale) -> str:
    """A band after floors and caps by band."""
    best = [place for kind, place, _, _, _ in acted if kind == "floor" and place is not None]
    worst = [place for kind, place, _, _, _ in acted if kind == "cap" and place is not None]
    return scale.names[max([min([scale.positions[band], *best]), *worst])]


def _rated(
    score: float, band: str | None, scale: Scale | None, derives: bool, strict: bool
) -> tuple[Any, str | None]:
    """A number that a limit has set, with its band."""
    if scale is None or not derives:
        return score, band
    found = scale.band(score)
    return (scale.outside if found is None and strict else score), found
