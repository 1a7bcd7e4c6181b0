"""Whether the score of a scorecard or a group lies within its bands, whatever its parts come to.

In: a block, the key of its band set. Out: yes, or not surely. A scorecard with a score beyond its bands is invalid, and a group
has no band there; so what makes a part better may take the whole away. Members are on the scale of their scorecard.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from ruleengine.analysis.may import Numbers
from ruleengine.analysis.outcomes import Scale
from ruleengine.analysis.outlook import Outlook
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import round_to

#: What these come to lies between the lowest and the highest of the parts.
_BETWEEN = frozenset({"weighted mean", "minimum", "maximum", "worst band"})


def stays_within(block: r.Block, bands: str, outlook: Outlook) -> bool:
    """Whether a number that a block comes to has a band, if it has bands with intervals at all."""
    if not bands:
        return True
    scale = Scale(outlook.bands[bands])
    if not scale.has_intervals or not scale.ways(Numbers(-math.inf, math.inf))[1]:
        return True
    edges = [
        edge for band in outlook.bands[bands].bands for edge in (band.low, band.high) if edge is not None
    ]
    whole = Numbers(
        min(-math.inf if low is None else low for low, _ in scale.edges),
        max(math.inf if high is None else high for _, high in scale.edges),
    )
    return not scale.ways(whole)[1] and _Within(whole, edges, bands, outlook).block(block)


class _Within:
    """One set of bands without gaps, from end to end."""

    def __init__(self, whole: Numbers, edges: Iterable[float], bands: str, outlook: Outlook) -> None:
        self.whole, self.edges = whole, tuple(edges)
        self.bands = bands
        self.outlook = outlook

    def block(self, block: r.Block) -> bool:
        """Whether what a block comes to lies between the ends."""
        if (
            block.rollup not in _BETWEEN
            or block.formula is not None
            or not self._rounds_within(block.rounding)
        ):
            return False
        return (
            self._imputes_within(block.missing)
            and self._limits_within(block.limits)
            and all(
                self.block(child) if isinstance(child, r.Block) else self._member(child)
                for child in block.children
            )
        )

    def _member(self, member: r.Member) -> bool:
        if member.kind == "card":
            return self.outlook.cards[member.name].bands == self.bands
        measure = self.outlook.measures[member.name]
        outcomes = {type(row.outcome) for block in measure.rates for row in block.rows}
        banded = measure.banded_points or measure.as_given
        return (
            measure.bands == self.bands
            and (banded or (outcomes <= {r.BandOutcome, r.NaOutcome} and self._limits_within(measure.limits)))
            and self._imputes_within(measure.missing)
        )

    def _limits_within(self, limits: Iterable[r.Limit]) -> bool:
        return all(self._is_within(limit.score) for limit in limits if limit.score is not None)

    def _imputes_within(self, missing: r.Missing | None) -> bool:
        imputes = missing is not None and missing.policy in ("impute", "as zero")
        return missing is None or not imputes or self._is_within(missing.value)

    def _is_within(self, node: e.Expression | None) -> bool:
        constant = self.outlook.index.constant(node)
        value = constant.value if constant is not None else None
        return isinstance(value, int | float) and self.whole.low <= value <= self.whole.high

    def _rounds_within(self, rounding: tuple[int, str] | None) -> bool:
        """Whether rounding leaves the ends where they are, so that it moves nothing past them."""
        if rounding is None:
            return True
        ends = (min(self.edges, default=0.0), max(self.edges, default=0.0))
        return all(
            round_to(end, *rounding) == end and self.whole.low <= end <= self.whole.high for end in ends
        )
