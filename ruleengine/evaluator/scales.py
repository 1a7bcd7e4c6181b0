"""A band set at work: the band of a score, the distance to the next band, caps, floors and overrides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ruleengine.evaluator.runtime import clean
from ruleengine.tree.ruleset import BandSet
from ruleengine.values import NA, tolerance

#: (band, points, line, because, points as a parent sees them)
Outcome = tuple[str | None, float | None, int, str | None, float | None]
#: (kind, band position, score, reason, line); the score is known
Limit = tuple[str, int | None, Any, str | None, int]


class Scale:
    """The bands of one set, best first, with edges adjusted by the tolerance of equal numbers."""

    def __init__(self, bands: BandSet) -> None:
        self.names = [band.name for band in bands.bands]
        self.points = [band.points for band in bands.bands]
        self.positions = {name: position for position, name in enumerate(self.names)}
        self.has_intervals = any(band.has_interval for band in bands.bands)
        self.bands = bands.bands
        self.edges = [
            (band.name, _low_edge(band.low, band.low_open), _high_edge(band.high, band.high_open)) for band in bands.bands
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

    def points_of(self, band: str) -> float | None:
        """The points that a band stands for."""
        return self.points[self.positions[band]]

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
        position = self.positions[band]
        if position == 0:
            return None
        return {"band": self.names[position - 1], "distance": clean(self.distance(score, position - 1))}

    def borderline(self, score: float | None, band: str | None, within: Any) -> dict[str, Any] | None:
        """The nearest neighbouring band when it is within `within` points."""
        if score is None or band is None or within.__class__ is NA or not self.has_intervals:
            return None
        position = self.positions[band]
        best: dict[str, Any] | None = None
        for neighbour in (position - 1, position + 1):
            if 0 <= neighbour < len(self.names):
                distance = self.distance(score, neighbour)
                if distance <= within + tolerance(within, distance) and (best is None or distance < best["distance"]):
                    best = {"band": self.names[neighbour], "distance": clean(distance)}
        return best


def _low_edge(value: float | None, is_open: bool) -> float:
    if value is None:
        return float("-inf")
    shift = tolerance(value)
    return _next(value + shift) if is_open else value - shift


def _high_edge(value: float | None, is_open: bool) -> float:
    if value is None:
        return float("inf")
    shift = tolerance(value)
    return -_next(-(value - shift)) if is_open else value + shift


def _next(value: float) -> float:
    import math

    return math.nextafter(value, math.inf)


def limited(computed: Any, acted: Sequence[Limit], scale: Scale | None) -> Any:
    """A measure's outcome after the limits that hold."""
    if not acted:
        return computed
    if computed.__class__ is NA:
        override = next((limit for limit in acted if limit[0] == "override"), None)
        if override is None:
            return computed
        band, score, seen = apply_limits(None, None, [override], scale)
        return (band, score, override[4], override[3], seen)
    band, score, seen = apply_limits(computed[1], computed[0], acted, scale)
    last = acted[-1] if acted[-1][0] != "override" else next(limit for limit in acted if limit[0] == "override")
    changed = band != computed[0] or score != computed[1]
    return (band, score, last[4] if changed else computed[2], last[3] if changed else computed[3], seen)


def apply_limits(
    score: float | None, band: str | None, acted: Sequence[Limit], scale: Scale | None
) -> tuple[str | None, float | None, float | None]:
    """Band, score, and points as a parent sees them, after floors, caps and the first override.

    The lowest cap wins, a cap beats a floor, and an override beats both. By band the number stays, and a parent takes
    the band's points; by score the band is derived again.
    """
    by_band = False
    if score is not None:
        score, band, by_band = _cap_and_floor(score, band, acted, scale)
    for kind, position, value, _, _ in acted:
        if kind != "override":
            continue
        if position is not None and scale is not None:
            band, by_band = scale.names[position], True
        elif value is not None:
            score, by_band = value, False
            band = scale.band(value) if scale is not None and scale.has_intervals else band
        break
    seen = score
    if by_band and band is not None and scale is not None:
        points = scale.points_of(band)
        seen = points if points is not None else score
    return band, score, seen


def _cap_and_floor(
    score: float, band: str | None, acted: Sequence[Limit], scale: Scale | None
) -> tuple[float, str | None, bool]:
    floors = [value for kind, _, value, _, _ in acted if kind == "floor" and value is not None]
    caps = [value for kind, _, value, _, _ in acted if kind == "cap" and value is not None]
    found = score
    if floors:
        found = max(found, *floors)
    if caps:
        found = min(found, *caps)
    if found != score and scale is not None and scale.has_intervals and band is not None:
        band = scale.band(found)
    by_band = False
    if scale is not None and band is not None:
        position = scale.positions[band]
        best = [place for kind, place, _, _, _ in acted if kind == "floor" and place is not None]
        worst = [place for kind, place, _, _, _ in acted if kind == "cap" and place is not None]
        limit = min([position, *best])
        limit = max([limit, *worst])
        by_band = limit != position
        band = scale.names[limit]
    return found, band, by_band
