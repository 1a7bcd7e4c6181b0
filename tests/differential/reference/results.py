"""States as the JSON result shows them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import expressions
from tests.differential.reference.states import Child, Scope, State
from tests.differential.reference.values import NA, less_numbers, to_json


def measure_result(state: State, scope: Scope) -> dict[str, Any]:
    """One measure; what it was before its limits only when one of them acted."""
    result = {
        "status": state.status,
        "value": to_json(state.value),
        "band": state.band,
        "points": to_json(state.score),
    }
    if not state.held and not state.override:
        return result
    computed = {"computed_band": state.computed_band, "computed_points": to_json(state.computed_score)}
    return {**result, **computed, **_limits(state, scope)}


def card_result(state: State, declared: tree.Scorecard, scope: Scope) -> dict[str, Any]:
    """One scorecard with all its nodes."""
    borderline = [each for each in declared.statements if isinstance(each, tree.Borderline)]
    return {
        "status": state.status,
        "score": to_json(state.score),
        "band": state.band,
        "computed_score": to_json(state.computed_score),
        "computed_band": state.computed_band,
        "coverage": to_json(state.coverage),
        **_limits(state, scope),
        "borderline": neighbour(state, borderline[0], scope) if borderline else None,
        "next_band": _distance(state, -1),
        "nodes": {_path(node): {key: to_json(each) for key, each in node.items() if key != "path"}
                  for _, node in nodes_of(state)},
    }  # fmt: skip


def _limits(state: State, scope: Scope) -> dict[str, Any]:
    return {
        "override": state.override and _limit(state.override, scope),
        "limits": [
            {"kind": each.kind, **_limit(each, scope)} for each in state.held if _binds(each, state, scope)
        ],
    }


def _binds(limit: tree.Limit, state: State, scope: Scope) -> bool:
    """Whether a cap or a floor alone would change what was computed."""
    if limit.band:
        if state.bands is None or state.computed_band is None:
            return False
        steps = state.bands.position(limit.band.name) - state.bands.position(state.computed_band)
        return steps > 0 if limit.kind == "cap" else steps < 0
    assert limit.score is not None
    bound = expressions.evaluate(limit.score, scope)
    if state.computed_score is None:
        return False
    pair = (bound, state.computed_score) if limit.kind == "cap" else (state.computed_score, bound)
    return less_numbers(*pair)


def _limit(limit: tree.Limit, scope: Scope) -> dict[str, Any]:
    if limit.band:
        return {"band": limit.band.name, "reason": limit.because}
    assert limit.score is not None
    return {"score": to_json(expressions.evaluate(limit.score, scope)), "reason": limit.because}


def _path(node: dict[str, Any]) -> str:
    return ".".join(node["path"])


# ── Nodes ──


def nodes_of(card: State) -> Iterator[tuple[Child, dict[str, Any]]]:
    """Every node of a scorecard, groups before what is in them."""
    yield from _nodes(card, (), Fraction(1), Fraction(1))


def _nodes(
    state: State, path: tuple[str, ...], weight: Fraction, effective: Fraction | None
) -> Iterator[tuple[Child, dict[str, Any]]]:
    for child in state.children:
        inner = None if effective is None or child.factor is None else effective * child.factor
        flat = _flat(child)
        if flat is not None:
            inner = flat
        yield (
            child,
            {
                "path": (*path, child.name),
                "status": child.status,
                "score": child.points,
                "band": child.band,
                "weight": weight * child.weight,
                "effective_weight": inner,
                "contribution": _contribution(child, effective, inner),
                **({"imputed": True} if child.imputed else {}),
            },
        )
        if child.is_group:
            yield from _nodes(child.state, (*path, child.name), weight * child.weight, inner)


def _flat(child: Child) -> Fraction | None:
    """The share of a node in a card that redistributes over all leaves at once."""
    if not child.is_group:
        return child.flat
    shares = [share for each in child.state.children if (share := _flat(each)) is not None]
    return sum(shares, Fraction(0)) if shares else None


def _contribution(child: Child, outer: Fraction | None, inner: Fraction | None) -> Fraction | None:
    if child.flat is None and child.is_group and _flat(child) is not None:
        parts = [_contribution(each, None, _flat(each)) for each in child.state.children]
        return sum((part for part in parts if part is not None), Fraction(0))
    if child.flat is None and child.contributed is not None and outer is not None:
        return outer * child.contributed
    if inner is None:
        return None
    return inner * (child.points or Fraction(0))


# ── Neighbouring bands ──


def _distance(state: State, step: int) -> dict[str, Any] | None:
    """How far the score is from the next better (-1) or worse (+1) band; 0 within it."""
    if state.bands is None or state.band is None or state.score is None:
        return None
    position = state.bands.position(state.band) + step
    if not 0 <= position < len(state.bands.names) or state.bands.intervals[position] is None:
        return None
    low, high = state.bands.intervals[position][1]
    below = Fraction(0) if low is None else low - state.score
    above = Fraction(0) if high is None else state.score - high
    return {"band": state.bands.names[position], "distance": to_json(max(below, above, Fraction(0)))}


def neighbour(state: State, declared: tree.Borderline, scope: Scope) -> dict[str, Any] | None:
    """The nearest band within reach, and how far it is."""
    reach = expressions.evaluate(declared.distance, scope)
    near = [each for step in (-1, 1) if (each := _distance(state, step)) is not None]
    near = [
        each
        for each in near
        if not isinstance(reach, NA) and not less_numbers(reach, Fraction(str(each["distance"])))
    ]
    return min(near, key=lambda each: each["distance"]) if near else None
