"""What a sum, a product, a quotient or a rounded number may be, from what its arguments may be.

Ends of ranges are computed as the evaluator computes values; where a result is a range and no single number, it is made
wider by more than what rounding can move it. A function that is not known here gives None: then its domain tells.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ruleengine.analysis.may import NO_REASONS, May, Numbers, wider
from ruleengine.tree import expressions as e
from ruleengine.values import round_to

_ZERO = 1e-10
_LARGE = 1e290
_INVALID = frozenset({"invalid"})
_ROUNDING = {
    "round": "half_up", "round_half_up": "half_up", "round_half_even": "half_even", "round_half_down": "half_down",
    "round_up": "up", "round_down": "down", "floor": "floor", "ceiling": "ceiling",
}  # fmt: skip


def called(node: e.Call, arguments: Sequence[May]) -> May | None:
    """What a call may give where all arguments are there; None where nothing is known of it."""
    known = [each.present for each in arguments]
    ranges = [each for each in known if isinstance(each, Numbers)]
    if not ranges or len(ranges) != len(known):
        return None
    rule = _RULES.get(node.function)
    found = rule(node, ranges) if rule is not None else None
    if found is None or not isinstance(found.present, Numbers):
        return found
    present = found.present
    if max(abs(present.low), abs(present.high)) < _LARGE:
        return found
    return May(found.reasons | _INVALID, present)


def _combined(first: Numbers, second: Numbers, of: Callable[[float, float], float]) -> Numbers:
    ends = [
        _defined(of, one, other) for one in (first.low, first.high) for other in (second.low, second.high)
    ]
    return wider(min(ends), max(ends))


def _defined(of: Callable[[float, float], float], one: float, other: float) -> float:
    found = of(one, other)
    return 0.0 if math.isnan(found) else found  # nothing times infinity


def _sum(node: e.Call, parts: Sequence[Numbers]) -> May:
    total = parts[0]
    for part in parts[1:]:
        step = total.step if total.step == part.step else None
        low, high = total.low + part.low, total.high + part.high
        total = Numbers(low, high, step) if step else wider(low, high)
    return May(present=total)


def _difference(node: e.Call, parts: Sequence[Numbers]) -> May:
    total = parts[0]
    for part in parts[1:]:
        step = total.step if total.step == part.step else None
        low, high = total.low - part.high, total.high - part.low
        total = Numbers(low, high, step) if step else wider(low, high)
    return May(present=total)


def _product(node: e.Call, parts: Sequence[Numbers]) -> May:
    total = parts[0]
    for part in parts[1:]:
        total = _combined(total, part, lambda one, other: one * other)
    return May(present=total)


def _quotient(node: e.Call, parts: Sequence[Numbers]) -> May:
    left, right = parts
    positive = _without_zero(right, up=True)
    negative = _without_zero(right, up=False)
    zero = right.low <= _ZERO and right.high >= -_ZERO
    sides = [
        _combined(left, side, lambda one, other: one / other)
        for side in (positive, negative)
        if side is not None
    ]
    reasons = _INVALID if zero else NO_REASONS
    if not sides:
        return May(reasons)
    return May(reasons, Numbers(min(side.low for side in sides), max(side.high for side in sides)))


def _without_zero(right: Numbers, up: bool) -> Numbers | None:
    """The part of a denominator that lies on one side of zero."""
    edge = right.step if right.step and right.step > _ZERO else math.nextafter(_ZERO, 1)
    low, high = (max(right.low, edge), right.high) if up else (right.low, min(right.high, -edge))
    return Numbers(low, high) if low <= high else None


def _negative(node: e.Call, parts: Sequence[Numbers]) -> May:
    return May(present=Numbers(0 - parts[0].high, 0 - parts[0].low, parts[0].step))


def _absolute(node: e.Call, parts: Sequence[Numbers]) -> May:
    [part] = parts
    ends = sorted((abs(part.low), abs(part.high)))
    low = 0.0 if part.low <= 0 <= part.high else ends[0]
    return May(present=Numbers(low, ends[1], part.step))


def _least(node: e.Call, parts: Sequence[Numbers]) -> May:
    return May(
        present=Numbers(min(part.low for part in parts), min(part.high for part in parts), _step(parts))
    )


def _greatest(node: e.Call, parts: Sequence[Numbers]) -> May:
    return May(
        present=Numbers(max(part.low for part in parts), max(part.high for part in parts), _step(parts))
    )


def _step(parts: Sequence[Numbers]) -> float | None:
    steps = {part.step for part in parts}
    return parts[0].step if len(steps) == 1 else None


def _rounded(node: e.Call, parts: Sequence[Numbers]) -> May | None:
    if len(parts) != 1:
        return None
    digits = node.options[0] if node.options and isinstance(node.options[0], int) else 0
    modes = [option for option in node.options if isinstance(option, str)]
    mode = modes[0] if modes else _ROUNDING[node.function]
    low, high = (
        end if math.isinf(end) else round_to(end, digits, mode) for end in (parts[0].low, parts[0].high)
    )
    return May(present=Numbers(low, high, 1 if digits == 0 else None))


_RULES: dict[str, Callable[[e.Call, Sequence[Numbers]], May | None]] = {
    "+": _sum, "-": _difference, "*": _product, "/": _quotient, "negative": _negative, "abs": _absolute,
    "min": _least, "max": _greatest, "days between": _difference, "date of": lambda _, parts: None, **dict.fromkeys(_ROUNDING, _rounded),
}  # fmt: skip
