"""What the expiry of one measure does to a scorecard, read off the tree: it can only help, only harm, both, or nothing.

In: a program, one of its measures. Out: a `Sign` for the score and band of each scorecard (+1: better or the same). Guaranteed: 0,
+1 and -1 hold for every account that keeps a score; None says nothing. What makes it so: a condition over something that is
not there does not act, so expiry lifts limits and never brings one about, unless a condition asks for the status itself.
"""

from __future__ import annotations

from ruleengine.analysis.outlook import Outlook
from ruleengine.analysis.signs import Sign, joined, times
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk


class Lifting:
    """The effects of one measure's expiry."""

    def __init__(self, outlook: Outlook, measure: r.Measure) -> None:
        self.outlook = outlook.of_expiry
        self.measure = measure
        self._touched = self.outlook.resting_on(measure.name)

    def effect(self, card: r.Scorecard) -> Sign:
        """The effect on score and band of a scorecard; better counts up."""
        if card.name not in self._touched:
            return 0
        direction = self.outlook.direction(card.bands) if card.bands else 1
        kept = any(
            limit.kind == "override" for limit in self.measure.limits
        )  # these act where nothing is known, too
        if kept or self.measure.missing is not None or not self._is_free(card.grace):
            return None
        score = times(self._block(card.block), direction)
        last = len(self.outlook.bands[card.bands].bands) - 1 if card.bands else 0
        return joined([score, *(self._limit(limit, last, direction) for limit in card.block.limits)])

    def _is_free(self, *nodes: object) -> bool:
        return not self.outlook.names_in(nodes) & self._touched

    def _block(self, block: r.Block) -> Sign:
        """The effect on what is rolled up, as a number."""
        if not self._is_free(block.formula, *(column.condition for column in block.columns)):
            return None
        if block.missing is not None and block.missing.policy != "redistribute":
            return None
        effects = []
        for place, child in enumerate(block.children):
            weighs = child.weight or any(column.weights[place] for column in block.columns)
            if not weighs or not self._reaches(child):
                continue
            effects.append(self._leaving(block) if isinstance(child, r.Member) else None)
        return joined(effects)

    def _reaches(self, child: r.Member | r.Block) -> bool:
        return bool(self.outlook.names_in(child) & self._touched)

    def _leaving(self, block: r.Block) -> Sign:
        """The effect of the measure no longer counting among the children of a block."""
        others = [child for child in block.children if self._reaches(child)]
        if len(others) != 1 or not isinstance(others[0], r.Member) or others[0].name != self.measure.name:
            return None
        if block.rollup in ("minimum", "maximum"):
            return 1 if block.rollup == "minimum" else -1
        if block.rollup == "sum":
            points = list(self._points())
            if all(each is not None and each <= 0 for each in points):
                return 1
            return -1 if all(each is not None and each >= 0 for each in points) else None
        return None

    def _points(self) -> list[float | None]:
        """All points that the measure can come to; None among them where that is not known."""
        found: list[float | None] = []
        bands = self.outlook.bands[self.measure.bands].bands if self.measure.bands else ()
        for row in (row for block in self.measure.rates for row in block.rows):
            outcome = row.outcome
            if isinstance(outcome, r.BandOutcome):
                found.append(bands[outcome.position].points)
            elif isinstance(outcome, r.PointsOutcome):
                constant = self.outlook.index.constant(outcome.value)
                value = constant.value if constant is not None else None
                found.append(float(value) if isinstance(value, int | float) else None)
            elif not isinstance(outcome, r.NaOutcome):
                found.append(None)
        return found or [None]

    def _limit(self, limit: r.Limit, last: int, direction: int) -> Sign:
        """The effect of a limit that may be lifted, on score and band; better counts up."""
        if self._is_free(limit.condition) and self._is_free(limit.score):
            return 0
        if not self._is_free(limit.score) or limit.condition is None or asks_for_status(limit.condition):
            return None
        if self.outlook.names_in(limit.condition) & self._touched != {self.measure.name}:
            return None  # what rests on the measure is still there without it, and may be something else then
        if limit.kind == "override":
            if limit.band is None:
                return None
            return {last: 1, 0: -1}.get(limit.band) if last else None
        lifted = 1 if limit.kind == "cap" else -1
        return lifted if limit.band is not None else lifted * direction


def asks_for_status(condition: e.Expression) -> bool:
    """Whether a condition can become true because something is not there."""
    kinds = (e.IsMeasureStatus, e.IsStatus, e.Default, e.Variable, e.CallDefinition)
    return any(isinstance(node, kinds) for node in walk(condition))
