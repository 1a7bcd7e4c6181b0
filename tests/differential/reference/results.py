"""States as the JSON result shows them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import expressions
from tests.differential.reference.states import Child, Scope, State
from tests.differential.reference.values import NA, less_numbers, to_json


def measure_result(state: State) -> dict[str, Any]:
    """One measure."""
    return {
        "status": state.status,
        "value": to_json(state.value),
        "band": state.band,
        "points": to_json(state.score),
    }


def card_result(state: State, declared: tree.Scorecard, scope: Scope) -> dict[str, Any]:
    """One scorecard with all its nodes."""
    borderline = [each for each in declared.statements if isinstance(each, tree.Borderline)]
    override = state.override
    return {
        "status": state.status,
        "score": to_json(state.score),
        "band": state.band,
        "computed_score": to_json(state.computed_score),
        "computed_band": state.computed_band,
        "coverage": to_json(state.coverage),
        "override": override and {"band": override.band and override.band.name, "because": override.because},
        "borderline": _borderline(state, borderline[0], scope) if borderline else None,
        "next_band": _distance(state, -1),
        "nodes": {_path(node): {key: to_json(each) for key, each in node.items() if key != "path"}
                  for _, node in nodes_of(state)},
    }  # fmt: skip


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
    if child.contributed is not None and outer is not None:
        return outer * child.contributed
    if inner is None:
        return None
    return inner * (child.points or Fraction(0))


# ── Neighbouring bands ──


def _distance(state: State, step: int) -> dict[str, Any] | None:
    """How far the score is from the nearest edge of the next better (-1) or worse (+1) band."""
    if state.bands is None or state.band is None or state.score is None:
        return None
    position = state.bands.position(state.band) + step
    if not 0 <= position < len(state.bands.names) or state.bands.intervals[position] is None:
        return None
    edges = [edge for edge in state.bands.intervals[position][1] if edge is not None]
    distance = min((abs(state.score - edge) for edge in edges), default=None)
    return {"band": state.bands.names[position], "distance": to_json(distance)}


def _borderline(state: State, declared: tree.Borderline, scope: Scope) -> dict[str, Any] | None:
    reach = expressions.evaluate(declared.distance, scope)
    near = [each for step in (-1, 1) if (each := _distance(state, step)) is not None]
    near = [
        each
        for each in near
        if not isinstance(reach, NA) and not less_numbers(reach, Fraction(str(each["distance"])))
    ]
    return min(near, key=lambda each: each["distance"]) if near else None
