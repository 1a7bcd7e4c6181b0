"""One measure: applies → value → freshness → rating → caps, floors and overrides."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.reference import expressions, limits
from tests.differential.reference.modules import amount, is_months
from tests.differential.reference.states import NOTHING, Bands, Scope, State
from tests.differential.reference.tables import NO_ROW
from tests.differential.reference.values import (
    MISSING,
    NA,
    Months,
    declared_na,
    equal_numbers,
    first_na,
    less_numbers,
    older,
)  # fmt: skip

NO_BAND = NA("invalid", "RE512")


@frozen
class Outcome:
    """What a row gives: a band, points, or both."""

    band: str | None
    points: Fraction | None


def measure(declared: tree.Measure, scope: Scope, past: bool = False) -> State:
    """The state of a measure; `past` leaves its freshness out."""
    outside = scope
    scope = outside.with_lets(declared.statements)
    bands = limits.bands_of(declared.statements, scope) if has_bands(declared) else None
    state = State(bands=bands, name=declared.name)
    banded = _is_banded(declared)
    na = _applies(declared, scope)
    valued = [each for each in declared.statements if isinstance(each, tree.Value)]
    if na is None and valued:
        value = expressions.evaluate(valued[0].value, scope)
        na = value if isinstance(value, NA) else None
        scope = outside.having(value=value).with_lets(declared.statements).about(value)
    if na is None and not past:
        na = _freshness(declared, scope, state)
    if na is None:
        state.value = None if scope.subject is NOTHING else scope.subject
        na = _rate(declared, state, scope, banded)
    elif valued:
        scope = outside.having(value=na).with_lets(declared.statements)
    if na is not None:
        limits.fail(state, na)
    limits.limit(state, declared.statements, scope, banded)
    return state


def _applies(declared: tree.Measure, scope: Scope) -> NA | None:
    tests = []
    for each in declared.statements:
        if isinstance(each, tree.AppliesWhen):
            tests.append(expressions.evaluate(each.condition, scope))
        elif isinstance(each, tree.AppliesTo):
            member = expressions.kleene("or", (expressions.named(word.name, scope) for word in each.names))
            tests.append(not member if each.everyone and not isinstance(member, NA) else member)
    answer = expressions.kleene("and", tests)
    if isinstance(answer, NA):
        return answer
    return None if answer else NA("not_applicable")


def _freshness(declared: tree.Measure, scope: Scope, state: State) -> NA | None:
    for each in declared.statements:
        if isinstance(each, tree.Fresh):
            day = expressions.evaluate(each.by, scope)
            if isinstance(day, NA):
                return MISSING
            day = expressions.calendar_date(day, scope)
            if each.expired and older(day, duration(each.expired), scope.account.as_of):
                return NA("expired")
            state.stale = each.stale is not None and older(day, duration(each.stale), scope.account.as_of)
    return None


def duration(node: tree.Number) -> Fraction:
    """A literal number of days or months."""
    return Months(amount(node)) if is_months(node.unit) else amount(node)


# ── Rating ──


def _rows(declared: tree.Measure) -> list[Any]:
    """The outcomes of all rows."""
    rates = [each for each in declared.statements if isinstance(each, tree.Rate)]
    points = [each.outcome for each in declared.statements if isinstance(each, tree.Points)]
    return [row.outcome for rate in rates for row in rate.rows] + points


def _is_banded(declared: tree.Measure) -> bool:
    """Whether points are held against the scale: the measure names its bands, or some rows give a band."""
    return any(isinstance(each, tree.BandsUse | tree.RateAsGiven) for each in declared.statements) or any(
        isinstance(each, tree.BandOutcome) for each in _rows(declared)
    )


def has_bands(declared: tree.Measure) -> bool:
    """Whether the measure can be in a band, be it by a limit."""
    limited = any(isinstance(each, tree.Limit) and each.band for each in declared.statements)
    rated = any(isinstance(each, tree.Rate | tree.RateAsGiven | tree.Points) for each in declared.statements)
    return rated and (limited or _is_banded(declared))


def _rate(declared: tree.Measure, state: State, scope: Scope, banded: bool) -> NA | None:
    """Give `state` its band and points, or say why it has none."""
    outcome = _outcome(declared, Rating(state.bands if banded else None, scope))
    if isinstance(outcome, NA):
        return outcome
    state.band, state.score = outcome.band, outcome.points
    state.points = state.score
    return None


@frozen
class Rating:
    """What rows are held against: a scale, when points have a band there, and the value."""

    bands: Bands | None
    scope: Scope

    def band(self, name: str) -> Outcome | NA:
        """The outcome of a row that gives a band."""
        if self.bands is None or name not in self.bands.names:
            return NO_BAND
        return Outcome(name, self.bands.points[name])

    def points(self, points: Any) -> Outcome | NA:
        """The outcome of a row that gives points."""
        if isinstance(points, NA):
            return points
        if not limits.has_scale(self.bands):
            return Outcome(None, Fraction(points))
        assert self.bands is not None
        band = limits.derive(self.bands, points, self.scope)
        return limits.OUTSIDE if band is None else Outcome(band, Fraction(points))


def _outcome(declared: tree.Measure, rating: Rating) -> Outcome | NA:
    for each in declared.statements:
        if isinstance(each, tree.RateAsGiven):
            return rating.band(rating.scope.subject)
        if isinstance(each, tree.Points):
            return _row_outcome(each.outcome, None, rating)
    rates = [each for each in declared.statements if isinstance(each, tree.Rate)]
    if not rates:
        return Outcome(None, None)
    blocks = (
        (expressions.decide(rate.condition, rating.scope), partial(_block, rate, rating)) for rate in rates
    )
    chosen: Outcome | NA = expressions.choose(blocks, lambda: NO_ROW, _same)
    return chosen


def _block(rate: tree.Rate, rating: Rating) -> Any:
    rows = (
        (expressions.decide(row.test, rating.scope), partial(_row_outcome, row.outcome, row.test, rating))
        for row in rate.rows
    )
    return expressions.choose(rows, lambda: NO_ROW, _same)


def _same(a: Outcome | NA, b: Outcome | NA) -> bool:
    if isinstance(a, NA) or isinstance(b, NA):
        return a == b
    if a.points is None or b.points is None:
        return a == b
    return a.band == b.band and equal_numbers(a.points, b.points)


def _row_outcome(outcome: Any, test: tree.Expression | None, rating: Rating) -> Outcome | NA:
    if isinstance(outcome, tree.BandOutcome):
        return rating.band(outcome.word.name)
    if isinstance(outcome, tree.NaOutcome):
        return declared_na(outcome.reason)
    if isinstance(outcome, tree.PointsOutcome):
        return rating.points(expressions.evaluate(outcome.value, rating.scope))
    if isinstance(outcome, tree.StepsOutcome):
        return rating.points(_steps(outcome, rating.scope))
    return rating.points(_linear(outcome, test, rating.scope))


def _steps(outcome: tree.StepsOutcome, scope: Scope) -> Fraction | NA:
    edges = [expressions.evaluate(each, scope) for each in outcome.edges]
    operator = {"above": ">", "from": ">=", "below": "<", "up to": "<="}[outcome.relation]
    return first_na(edges) or Fraction(
        sum(expressions.compare(operator, scope.subject, each, scope) for each in edges)
    )


def _linear(outcome: tree.LinearOutcome, test: tree.Expression | None, scope: Scope) -> Fraction | NA:
    """Points run from one end to the other as the value runs through the interval of the row."""
    assert isinstance(test, tree.In)
    assert isinstance(test.target, tree.Interval)
    value = expressions.evaluate(test.subject, scope) if test.subject else scope.subject
    low, high = expressions.ends(test.target, scope)
    first, last = (expressions.evaluate(each, scope) for each in (outcome.low, outcome.high))
    missing = first_na([value, low, high, first, last])
    if missing:
        return missing
    assert less_numbers(low, high), "an interval without a width"
    share = (value - low) / (high - low)
    return Fraction(first + Fraction(share) * (last - first))
