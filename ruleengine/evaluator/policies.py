"""What generated programs call for scorecards: required data, limits, undecided conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ruleengine.evaluator.runtime import clean, passed_up
from ruleengine.evaluator.scales import Limit, Scale
from ruleengine.values import LACKING, NA, less


def undecided_problem(what: str, na: NA, line: int, of: str) -> dict[str, Any]:
    """The problem that says that a condition was undecided and the default was taken."""
    why = na.describe() if na.text or not na.pointer else f"{na.describe()} is {na.reason.replace('_', ' ')}"
    message = f"{what} of `{of}` is undecided, so the default is taken: {why}"
    problem: dict[str, Any] = {"code": "RE509", "message": message, "line": line, "of": of}
    if na.pointer:
        problem["pointer"] = na.pointer
    return problem


def required_all(leaves: Sequence[Any], score: Any) -> Any:
    """The score, unless a measure below lacks data."""
    lacking = [leaf for leaf in leaves if leaf.__class__ is NA and leaf.reason in LACKING]
    return passed_up(lacking) if lacking else score


def required(leaves: Sequence[Any], number: int, score: Any) -> Any:
    """The score, unless fewer than `number` measures below have one."""
    scored = sum(leaf.__class__ is not NA for leaf in leaves)
    if scored >= number:
        return score
    return NA("missing", f"{scored} of {len(leaves)} measures are scored, {number} are required")


def coverage_of(leaves: Sequence[Any], weights: Sequence[float]) -> float | None:
    """The scored share of the nominal weight, leaving out what was not expected; None when nothing is left."""
    scored = total = 0.0
    for leaf, weight in zip(leaves, weights, strict=True):
        if leaf.__class__ is not NA:
            scored += weight
            total += weight
        elif leaf.reason in LACKING:
            total += weight
    return scored / total if total > 0 else None


def required_coverage(leaves: Sequence[Any], weights: Sequence[float], share: float, score: Any) -> Any:
    """The score, unless the coverage is below `share`."""
    coverage = coverage_of(leaves, weights)
    if coverage is None or not less(coverage, share):
        return score
    return NA("missing", f"{coverage:.0%} of the weight is scored, {share:.0%} is required")


def acted_override(acted: Sequence[Limit], scale: Scale | None) -> dict[str, Any] | None:
    """The override that acted, for the result."""
    for kind, position, value, because, line in acted:
        if kind == "override":
            outcome = (
                {"band": scale.names[position]}
                if position is not None and scale is not None
                else {"score": clean(value)}
            )
            return {**outcome, "reason": because, "line": line}
    return None


def acted_limits(
    acted: Sequence[Limit], scale: Scale | None, computed: Any, band: str | None
) -> list[dict[str, Any]]:
    """The caps and floors that hold and change something, for the result; `computed` is the score before them."""
    return [
        {
            "kind": kind,
            **(
                {"band": scale.names[position]}
                if position is not None and scale is not None
                else {"score": clean(value)}
            ),
            "reason": because,
            "line": line,
        }
        for kind, position, value, because, line in acted
        if kind != "override"
        and value.__class__ is not NA
        and binds(kind, position, value, scale, computed, band)
    ]


def binds(
    kind: str, position: int | None, value: Any, scale: Scale | None, computed: Any, band: str | None
) -> bool:
    """Whether a cap or floor alone would change the computed score or band."""
    if position is not None:
        if scale is None or band is None:
            return False
        return scale.positions[band] < position if kind == "cap" else scale.positions[band] > position
    if computed is None or computed.__class__ is NA or value is None:
        return False
    return less(value, computed) if kind == "cap" else less(computed, value)
