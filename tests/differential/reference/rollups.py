"""From the children of a block to its score, and what share of it is whose."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import expressions
from tests.differential.reference.states import Child, Place, Scope, State
from tests.differential.reference.values import NA, less_numbers, worst_reason


def kind_of(rollups: list[tree.Rollup], formulas: list[tree.ScoreFormula]) -> str:
    """The name of the roll-up of a block."""
    if formulas:
        return "formula"
    return rollups[0].kind if rollups else "weighted mean"


def share_out(state: State, rollups: list[tree.Rollup], formulas: list[tree.ScoreFormula]) -> None:
    """Give each child its nominal weight and the factor with which its points enter the score."""
    kind = kind_of(rollups, formulas)
    counting = [child for child in state.children if child.counts(kind)]
    given = sum((child.given for child in state.children), Fraction(0))
    counted = sum((child.given for child in counting), Fraction(0))
    for child in state.children:
        child.weight = child.given / given if kind == "weighted mean" else child.given
        if kind in ("count", "formula"):
            child.factor = None
        elif child not in counting:
            child.factor = Fraction(0)
        elif kind == "weighted mean":
            child.factor = child.given / counted
        elif kind == "sum":
            child.factor = child.given
        else:
            child.factor = Fraction(1 if child is _deciding(kind, state, counting) else 0)


def _deciding(kind: str, state: State, counting: list[Child]) -> Child | None:
    """The first child that has the smallest or greatest points, or the worst band."""
    best: Child | None = None
    for child in counting:
        if kind == "worst band" and child.band is None:
            continue
        if best is None or _beats(kind, state, child, best):
            best = child
    return best


def _beats(kind: str, state: State, child: Child, best: Child) -> bool:
    if kind == "worst band":
        assert state.bands is not None
        assert child.band is not None
        assert best.band is not None
        return state.bands.position(child.band) > state.bands.position(best.band)
    assert child.points is not None
    assert best.points is not None
    if kind == "minimum":
        return less_numbers(child.points, best.points)
    return less_numbers(best.points, child.points)


def roll_up(
    state: State, rollups: list[tree.Rollup], formulas: list[tree.ScoreFormula], scope: Scope
) -> Fraction | NA | None:
    """The score of a block before rounding, or the reason why it has none; None where its band has no points."""
    kind = kind_of(rollups, formulas)
    if kind == "formula":
        places: dict[str, Any] = {child.name: Place({}, child) for child in state.children}
        score: Fraction | NA = expressions.evaluate(formulas[0].value, scope.having(**places))
        return score
    counting = [child for child in state.children if child.counts(kind)]
    if kind == "count":
        assert rollups[0].band is not None
        for child in state.children:
            child.contributed = Fraction(child in counting and child.band == rollups[0].band.name)
    if not counting:
        return worst_reason([child.status for child in state.children])
    if kind == "count":
        return sum((child.contributed or Fraction(0) for child in state.children), Fraction(0))
    if kind == "worst band":
        worst = _deciding(kind, state, counting)
        if worst is None:
            return worst_reason([child.status for child in state.children])
        assert worst.band is not None
        assert state.bands is not None
        state.band, points = worst.band, state.bands.points[worst.band]
        worst.contributed = points or Fraction(0)
        return points
    parts = [child.factor * child.points for child in counting if child.factor and child.points]
    return sum(parts, Fraction(0))
