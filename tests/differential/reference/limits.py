"""Band sets, and the caps, floors and overrides of measures, groups and scorecards."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import expressions
from tests.differential.reference.modules import walk
from tests.differential.reference.states import Bands, Scope, State
from tests.differential.reference.values import NA

OUTSIDE = NA("invalid", "RE511")


def work_out(declared: tree.BandSet, scope: Scope) -> Bands:
    """A declared band set with its numbers."""
    points = {each.word.name: expressions.evaluate(each.points, scope) if each.points else None
              for each in declared.bands}  # fmt: skip
    intervals = tuple((each.interval, expressions.ends(each.interval, scope)) if each.interval else None
                      for each in declared.bands)  # fmt: skip
    return Bands(tuple(points), intervals, points)


def bands_of(statements: tuple[Any, ...], scope: Scope) -> Bands | None:
    """The band set of a measure or scorecard: as it says, else the only one, else the one with its words."""
    sets = {each.name: each for each in scope.module.band_sets()}
    named = [each.name for each in statements if isinstance(each, tree.BandsUse)]
    if named:
        found = scope.module.find(named[0])
        if named[0] == "none" and found is None:
            return None
        assert found is not None
        return work_out(found[1], scope)  # type: ignore[arg-type]  # the checker let only a band set through
    if len(sets) > 1:
        words = {word.name for each in walk(statements) for word in _band_words(each)}
        fitting = [each for each in sets.values() if words & {band.word.name for band in each.bands}]
        return work_out(fitting[0], scope) if len(fitting) == 1 else None
    return work_out(next(iter(sets.values())), scope) if sets else None


def _band_words(node: Any) -> list[tree.Word]:
    if isinstance(node, tree.BandOutcome):
        return [node.word]
    if isinstance(node, tree.Criterion):
        return [node.band]
    if isinstance(node, tree.Limit | tree.Rollup) and node.band:
        return [node.band]
    return []


def derive(bands: Bands, score: Fraction, scope: Scope) -> str | None:
    """The band in whose interval a score lies; None when it lies in none."""
    for name, interval in zip(bands.names, bands.intervals, strict=True):
        if interval and expressions.inside(score, interval[1], interval[0], scope) is True:
            return name
    return None


def has_scale(bands: Bands | None) -> bool:
    """Whether bands can be derived from a score."""
    return bands is not None and any(bands.intervals)


def rate_score(state: State, score: Fraction, scope: Scope) -> None:
    """Give `state` a score and the band that goes with it, or NA when it lies outside of the scale.

    The band of a group is for show: one outside of the scale has none.
    """
    state.na, state.score, state.points = None, score, score
    if state.bands is not None and has_scale(state.bands):
        state.band = derive(state.bands, score, scope)
        if state.band is None and not state.is_group:
            fail(state, OUTSIDE)


def fail(state: State, na: NA) -> None:
    """Leave nothing but the reason."""
    state.na, state.score, state.band, state.points = na, None, None, None


def limit(state: State, statements: tuple[Any, ...], scope: Scope, banded: bool) -> None:
    """Caps and floors, then the first override; what was computed before stays beside it.

    `banded` says whether a score that is limited gets its band from the scale.
    """
    state.computed_na, state.computed_score, state.computed_band = state.na, state.score, state.band
    held = [each for each in statements if isinstance(each, tree.Limit) and _acts(each, scope)]
    floors, caps, overrides = (
        [each for each in held if each.kind == kind] for kind in ("floor", "cap", "override")
    )
    state.held = [*floors, *caps]
    if state.na is None and state.score is not None:
        score = state.score
        for choice, limits in ((max, floors), (min, caps)):
            score = choice(
                [score, *(expressions.evaluate(each.score, scope) for each in limits if each.score)]
            )
        if score != state.score:
            _set_score(state, score, scope, banded)
    if state.bands is not None and state.band is not None:
        position = state.bands.position(state.band)
        for choice, limits in ((min, floors), (max, caps)):
            position = choice(
                [position, *(state.bands.position(each.band.name) for each in limits if each.band)]
            )
        if position != state.bands.position(state.band):
            _set_band(state, state.bands.names[position])
    if overrides:
        _override(state, overrides[0], scope, banded)


def _acts(each: tree.Limit, scope: Scope) -> bool:
    """Whether a limit holds; one with a score that is NA does not."""
    if expressions.decide(each.condition, scope) is not True:
        return False
    return each.score is None or not isinstance(expressions.evaluate(each.score, scope), NA)


def _set_score(state: State, score: Fraction, scope: Scope, banded: bool) -> None:
    if banded:
        rate_score(state, score, scope)
    else:
        state.na, state.score, state.points = None, score, score


def _set_band(state: State, name: str) -> None:
    """The number stays, but a parent sees the points of the band, if it has any."""
    state.band = name
    points = state.band_points()
    state.points = state.score if points is None else points


def _override(state: State, each: tree.Limit, scope: Scope, banded: bool) -> None:
    state.override = each
    if each.band:
        state.na = None
        _set_band(state, each.band.name)
    elif each.score:
        _set_score(state, expressions.evaluate(each.score, scope), scope, banded)
