"""What costs an account the most points: each member against the best it could have, or against its declared baseline.

In: a program, and the result of one account. Out: a ranked list for each scorecard. A cost is (best − points) × effective
weight, so the costs of a card are points of that card's score. Members without points, or without weight, cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from ruleengine.evaluator.runtime import clean
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import leaves


@frozen(slots=True)
class _Leaf:
    """A member of a card, and the best it could have; `baseline` is an expression to evaluate instead, or None."""

    path: str
    member: r.Member
    best: float | None
    baseline: e.Expression | None


class Costs:
    """Ranks costs for the results of one program; what does not depend on the account is worked out once."""

    def __init__(self, program: r.Program) -> None:
        self.bands = {bands.key: bands for bands in program.band_sets}
        self.measures = {step.name: step for step in program.steps if isinstance(step, r.Measure)}
        cards = [step for step in program.steps if isinstance(step, r.Scorecard)]
        self.card_bands = {card.name: card.bands for card in cards}
        self.rising = {card.name: rising(self.bands.get(card.bands)) for card in cards}
        self.leaves = {
            card.name: [
                self._leaf(path, member, self.rising[card.name]) for path, member in leaves(card.block)
            ]
            for card in cards
        }

    def _leaf(self, path: str, member: r.Member, high_is_good: bool) -> _Leaf:
        if member.kind == "card":
            return _Leaf(
                path, member, best_of(self.bands.get(self.card_bands.get(member.name, "")), None), None
            )
        measure = self.measures[member.name]
        if isinstance(measure.baseline, e.Constant):
            return _Leaf(path, member, float(measure.baseline.value), None)
        best = (
            best_points(measure, self.bands.get(measure.bands), high_is_good)
            if measure.baseline is None
            else None
        )
        return _Leaf(path, member, best, measure.baseline)

    def of(
        self, result: dict[str, Any], card: str, baseline: Callable[[e.Expression], Any] | None = None
    ) -> list[dict[str, Any]]:
        """The costs of one card, the largest first; `baseline` evaluates baselines that are no constants."""
        nodes = result["scorecards"][card]["nodes"]
        found = []
        for leaf in self.leaves[card]:
            node = nodes[leaf.path]
            best: Any = leaf.best
            if leaf.baseline is not None and baseline is not None:
                best = baseline(leaf.baseline)
            if node["score"] is None or not node["effective_weight"] or not isinstance(best, int | float):
                continue
            lost = best - node["score"] if self.rising[card] else node["score"] - best
            cost = clean(float(lost * node["effective_weight"]))
            if cost > 0:
                found.append(self._entry(leaf, node, cost, result))
        return sorted(found, key=lambda entry: -float(entry["cost"]))

    def _entry(
        self, leaf: _Leaf, node: dict[str, Any], cost: float, result: dict[str, Any]
    ) -> dict[str, Any]:
        measure = self.measures.get(leaf.member.name)
        against = "baseline" if measure is not None and measure.baseline is not None else "best"
        reason = result["measures"][leaf.member.name]["reason"] if leaf.member.kind == "measure" else None
        return {
            "path": leaf.path, "title": leaf.member.title, "cost": cost, "against": against, "band": node["band"],
            "reason": reason,
        }  # fmt: skip


def rising(bands: r.BandSet | None) -> bool:
    """Whether more points are better: true unless the bands of the card run the other way."""
    if bands is None:
        return True
    first, last = bands.bands[0], bands.bands[-1]
    if first.has_interval and last.has_interval:
        return first.low is not None and (last.low is None or first.low > last.low)
    return first.points is None or last.points is None or first.points >= last.points


def best_of(bands: r.BandSet | None, positions: set[int] | None) -> float | None:
    """The best points of the bands of a set, or of some of them."""
    if bands is None:
        return None
    points = [
        band.points for place, band in enumerate(bands.bands) if positions is None or place in positions
    ]
    known = [point for point in points if point is not None]
    if not known:
        return None
    return max(known) if rising(bands) else min(known)


def best_points(measure: r.Measure, bands: r.BandSet | None, high_is_good: bool) -> float | None:
    """The best points that the rows of a measure can give, as far as they are constant."""
    if (
        measure.as_given or measure.checklist
    ):  # a criterion has one band; against the best of the set it can cost
        return best_of(bands, None)
    outcomes = [row.outcome for block in measure.rates for row in block.rows]
    positions = {outcome.position for outcome in outcomes if isinstance(outcome, r.BandOutcome)}
    if positions:
        return best_of(bands, positions)
    points: list[float] = []
    for outcome in outcomes:
        if isinstance(outcome, r.PointsOutcome) and isinstance(outcome.value, e.Constant):
            points.append(float(outcome.value.value))
        elif isinstance(outcome, r.LinearOutcome):
            points += [float(end.value) for end in (outcome.low, outcome.high) if isinstance(end, e.Constant)]
        elif isinstance(outcome, r.StepsOutcome):
            points += [0.0, float(len(outcome.edges))]
        elif not isinstance(outcome, r.NaOutcome):
            return None
    if not points:
        return None
    return max(points) if high_is_good else min(points)
