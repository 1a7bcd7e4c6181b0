"""The rules by which a block of a scorecard comes to its numbers, written down once more from the language's reference.

In: what the children of a block show (points, bands, weights) and how the block is declared. Out: shares, score, band,
limits, neighbours. Guaranteed: standard library only; nothing here is shared with the engine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from tests.traces.model import Bands, Block, Interval, Limit

SCORED = ("scored", "stale")
LACKING = ("missing", "expired", "invalid")
SET_ASIDE = ("not_applicable", "excluded", "grace")
#: As many digits as the largest double has before its point, and more.
_EXACT = Context(prec=400)
_MODES = {
    "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "half_down": ROUND_HALF_DOWN, "up": ROUND_UP, "down": ROUND_DOWN,
    "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING,
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What a place in a block shows: its points, its band, its weight as written."""

    points: float | None
    band: str | None
    given: float

    def counts(self, kind: str) -> bool:
        """A weight above 0, and points; where bands decide a band is enough."""
        return self.given > 0 and (
            self.points is not None or (kind in ("worst band", "count") and self.band is not None)
        )


def equal(a: float, b: float) -> bool:
    """Numbers are equal within 10⁻¹⁰, or within 10⁻¹⁴ of the larger."""
    return abs(a - b) <= max(1e-10, 1e-14 * max(abs(a), abs(b)))


def nominal(kind: str, shown: Sequence[Shown]) -> list[float]:
    """The nominal share of each place in its block."""
    total = math.fsum(each.given for each in shown)
    return [each.given / total if kind == "weighted mean" else each.given for each in shown]


def factors(block: Block, shown: Sequence[Shown]) -> list[float | None]:
    """How much of its points each place brings into the score; None where that is no share."""
    kind = block.kind
    if kind in ("count", "formula"):
        return [None] * len(shown)
    counting = [each.counts(kind) for each in shown]
    total = math.fsum(each.given for each, counts in zip(shown, counting, strict=True) if counts)
    deciding = _deciding(block, shown)
    found: list[float | None] = []
    for place, (each, counts) in enumerate(zip(shown, counting, strict=True)):
        if not counts:
            found.append(0.0)
        elif kind == "weighted mean":
            found.append(each.given / total)
        else:
            found.append(each.given if kind == "sum" else float(place == deciding))
    return found


def _deciding(block: Block, shown: Sequence[Shown]) -> int | None:
    """The first place with the lowest or highest points, or the worst band."""
    best: int | None = None
    for place, each in enumerate(shown):
        if not each.counts(block.kind) or (block.kind == "worst band" and each.band is None):
            continue
        if best is None or _beats(block, each, shown[best]):
            best = place
    return best


def _beats(block: Block, each: Shown, best: Shown) -> bool:
    if block.kind == "worst band":
        assert block.bands is not None
        assert each.band is not None
        assert best.band is not None
        return block.bands.names.index(each.band) > block.bands.names.index(best.band)
    if block.kind not in ("minimum", "maximum"):
        return False
    assert each.points is not None
    assert best.points is not None
    if equal(each.points, best.points):
        return False
    return each.points < best.points if block.kind == "minimum" else each.points > best.points


def roll_up(block: Block, shown: Sequence[Shown]) -> float | None:
    """The score of a block before it is rounded; None where it has none."""
    if block.kind == "formula":
        return block.formula
    counting = [each for each in shown if each.counts(block.kind)]
    if not counting:
        return None
    if block.kind == "count":
        return float(sum(each.band == block.counted for each in counting))
    if block.kind == "worst band":
        worst = _deciding(block, shown)
        band = None if worst is None else shown[worst].band
        return None if band is None or block.bands is None else block.bands.points[band]
    parts = zip(factors(block, shown), shown, strict=True)
    return math.fsum(share * each.points for share, each in parts if share and each.points is not None)


def rounded(score: float, digits: int, mode: str) -> float:
    """The score at so many decimals, after it went to ten of them."""
    ten = Decimal(repr(score)).quantize(Decimal("1e-10"), ROUND_HALF_UP, _EXACT)
    return float(ten.quantize(Decimal(1).scaleb(-digits), _MODES[mode], _EXACT)) + 0.0


def inside(score: float, interval: Interval) -> bool:
    """Whether a score lies in an interval."""
    low, high = interval.low, interval.high
    above = (
        low is None
        or (score > low and not equal(score, low))
        or (equal(score, low) and not interval.low_open)
    )
    below = (
        high is None
        or (score < high and not equal(score, high))
        or (equal(score, high) and not interval.high_open)
    )
    return above and below


def band_of(bands: Bands | None, score: float) -> str | None:
    """The band in whose interval a score lies."""
    if bands is None:
        return None
    for name, interval in zip(bands.names, bands.intervals, strict=True):
        if interval is not None and inside(score, interval):
            return name
    return None


@dataclass(frozen=True)
class Final:
    """What limits leave: `seen` is what a parent takes."""

    score: float | None
    band: str | None
    seen: float | None


def limited(
    start: Final,
    bands: Bands | None,
    limits: Sequence[Limit],
    override: Limit | None,
    banded: bool,
    group: bool = False,
) -> Final:
    """Caps and floors (a cap beats a floor, the lowest cap wins), then the override.

    `banded`: a new score has its band from the scale; outside of the scale only a group has a score without a band.
    """
    found = start
    floors = [each for each in limits if each.kind == "floor"]
    caps = [each for each in limits if each.kind == "cap"]
    if found.score is not None:
        held = max([found.score, *(each.score for each in floors if each.score is not None)])
        held = min([held, *(each.score for each in caps if each.score is not None)])
        if held != found.score:
            found = _with_score(found, held, bands, banded, group)
    if found.band is not None and bands is not None:
        place = bands.names.index(found.band)
        held_place = min([place, *(bands.names.index(each.band) for each in floors if each.band is not None)])
        held_place = max(
            [held_place, *(bands.names.index(each.band) for each in caps if each.band is not None)]
        )
        if held_place != place:
            band = bands.names[held_place]
            found = Final(found.score, band, _points_of(bands, band, found.score))
    if override is not None and override.band is not None:
        return Final(found.score, override.band, _points_of(bands, override.band, found.score))
    if override is not None and override.score is not None:
        return _with_score(found, override.score, bands, banded, group)
    return found


def _with_score(before: Final, score: float, bands: Bands | None, banded: bool, group: bool) -> Final:
    """A new score, with the band that goes with it."""
    if not banded or bands is None or not any(bands.intervals):
        return Final(score, before.band, score)
    band = band_of(bands, score)
    return Final(score, band, score) if band is not None or group else Final(None, None, None)


def _points_of(bands: Bands | None, band: str, score: float | None) -> float | None:
    """The points of a band; the score where the band has none."""
    points = None if bands is None else bands.points.get(band)
    return score if points is None else points


def distance(
    bands: Bands | None, band: str | None, score: float | None, step: int
) -> tuple[str, float] | None:
    """The next better (-1) or worse (+1) band and how far it is."""
    if bands is None or band is None or score is None:
        return None
    place = bands.names.index(band) + step
    if not 0 <= place < len(bands.names):
        return None
    interval = bands.intervals[place]
    if interval is None:
        return None
    below = 0.0 if interval.low is None else interval.low - score
    above = 0.0 if interval.high is None else score - interval.high
    return bands.names[place], max(below, above, 0.0)


def neighbour(
    bands: Bands | None, band: str | None, score: float | None, reach: float | None
) -> tuple[str, float] | None:
    """The nearer of both neighbours that is within reach; the better one of two that are equally near."""
    if reach is None:
        return None
    around = [found for step in (-1, 1) if (found := distance(bands, band, score, step)) is not None]
    within = [found for found in around if found[1] <= reach or equal(found[1], reach)]
    return min(within, key=lambda found: found[1]) if within else None
