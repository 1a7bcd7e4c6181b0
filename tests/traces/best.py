"""The best points that a member of a scorecard could have, read off its declaration: what a cost is measured against.

In: a measure of the syntax tree, its bands. Out: a number, or None where the best is not written down. Guaranteed:
literals only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference.modules import amount
from tests.differential.reference.states import Bands


def rising(bands: Bands | None) -> bool:
    """Whether more is better: bands are written from the best to the worst."""
    if bands is None:
        return True
    first, last = bands.intervals[0], bands.intervals[-1]
    if first is not None and last is not None:
        low, other = first[1][0], last[1][0]
        return low is not None and (other is None or low > other)
    points = bands.points[bands.names[0]], bands.points[bands.names[-1]]
    return None in points or points[0] >= points[1]  # type: ignore[operator]  # neither is None here


def of_bands(bands: Bands | None, names: set[str] | None) -> float | None:
    """The best points of a band set, or of some of its bands."""
    if bands is None:
        return None
    known = [
        points
        for name, points in bands.points.items()
        if points is not None and (names is None or name in names)
    ]
    if not known:
        return None
    return float(max(known) if rising(bands) else min(known))


def of_measure(declared: tree.Measure, bands: Bands | None, high_is_good: bool) -> float | None:
    """The best points that the rows of a measure give, as far as they are written as numbers."""
    if any(isinstance(each, tree.RateAsGiven) for each in declared.statements):
        return of_bands(bands, None)
    rates = [each for each in declared.statements if isinstance(each, tree.Rate)]
    outcomes: list[Any] = [row.outcome for rate in rates for row in rate.rows]
    outcomes += [each.outcome for each in declared.statements if isinstance(each, tree.Points)]
    names = {each.word.name for each in outcomes if isinstance(each, tree.BandOutcome)}
    if names:
        return of_bands(bands, names)
    points: list[float] = []
    for each in outcomes:
        if isinstance(each, tree.PointsOutcome) and _literal(each.value):
            points += _literal(each.value)
        elif isinstance(each, tree.LinearOutcome):
            points += [*_literal(each.low), *_literal(each.high)]
        elif isinstance(each, tree.StepsOutcome):
            points += [0.0, float(len(each.edges))]
        elif not isinstance(each, tree.NaOutcome):
            return None
    if not points:
        return None
    return max(points) if high_is_good else min(points)


def _literal(node: tree.Expression) -> list[float]:
    """The number that an expression is, if it is one."""
    if isinstance(node, tree.Negative):
        return [-each for each in _literal(node.operand)]
    return [float(Fraction(amount(node)))] if isinstance(node, tree.Number) else []
