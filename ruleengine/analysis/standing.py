"""How good a result is: better and worse of scorecards and measures, whichever way their numbers run.

In: entries of results. Out: comparisons. What has no score is neither better nor worse than anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from ruleengine.analysis.outlook import Outlook
from ruleengine.tree import ruleset as r

_LEAST = 1e-9


@frozen(slots=True)
class Standing:
    """Where a scorecard or a measure stands; of `good_score` and `good_band` more is better, and None is none."""

    score: float | None
    band: str | None
    good_score: float | None
    good_band: int | None

    def band_gain(self, before: Standing) -> int:
        """By how many bands this is better than before; 0 where one of them has no band."""
        if self.good_band is None or before.good_band is None:
            return 0
        return self.good_band - before.good_band

    def score_gain(self, before: Standing) -> float:
        """By how much the score is better than before; 0 where one of them has none."""
        if self.good_score is None or before.good_score is None:
            return 0.0
        gain = self.good_score - before.good_score
        return gain if abs(gain) > _LEAST else 0.0

    def loss(self, before: Standing) -> tuple[int, float]:
        """How much worse this is than before: by band, and by score; (0, 0) where it is not."""
        return max(-self.band_gain(before), 0), max(-self.score_gain(before), 0.0)


class Standings:
    """Tells standings by the band sets of a program."""

    def __init__(self, outlook: Outlook) -> None:
        self.outlook = outlook

    def of_card(self, card: r.Scorecard, score: float | None, band: str | None) -> Standing:
        """The standing of a scorecard."""
        return self._standing(card.bands, score, band)

    def of_measure(self, measure: r.Measure, entry: Mapping[str, Any]) -> Standing:
        """The standing of a measure in a result."""
        return self._standing(measure.bands, entry["points"], entry["band"])

    def _standing(self, key: str, score: float | None, band: str | None) -> Standing:
        direction = self.outlook.direction(key) if key else 1
        names = [each.name for each in self.outlook.bands[key].bands] if key else []
        place = len(names) - names.index(band) if band in names else None
        return Standing(score, band, None if score is None else score * direction, place)


def changed_words(before: Standing, after: Standing) -> str:
    """`from green to yellow`, `from 62.5 to 50`."""
    if before.band != after.band and before.band is not None and after.band is not None:
        return f"from {before.band} to {after.band}"
    return f"from {_number(before.score)} to {_number(after.score)}"


def _number(score: float | None) -> str:
    return "no score" if score is None else f"{round(score, 2):g}"
