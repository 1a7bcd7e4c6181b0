"""Stretches of numbers on both sides of an edge, moved by the tolerance of equal numbers.

In: edges and ranges. Out: where a comparison holds and where not, so that no number belongs to both and none to neither.
"""

from __future__ import annotations

import math

from ruleengine.analysis.may import May, Numbers, Words, numbers, truth
from ruleengine.tree.edges import adjusted
from ruleengine.values import equal, less

Ranges = list[tuple[float, float]]


def below(edge: float) -> tuple[float, float]:
    """Numbers less than an edge."""
    return -math.inf, math.nextafter(adjusted("<", edge), -math.inf)


def from_on(edge: float) -> tuple[float, float]:
    """Numbers that are not less than an edge."""
    return adjusted(">=", edge), math.inf


def up_to(edge: float) -> tuple[float, float]:
    """Numbers that are not more than an edge."""
    return -math.inf, adjusted("<=", edge)


def above(edge: float) -> tuple[float, float]:
    """Numbers more than an edge."""
    return math.nextafter(adjusted(">", edge), math.inf), math.inf


def cut_to(current: Numbers, ranges: Ranges) -> list[Numbers]:
    found = (numbers(max(current.low, low), min(current.high, high), current.step) for low, high in ranges)
    return [part for part in found if part is not None]


def sides(operator: str, edge: float) -> tuple[Ranges, Ranges]:
    """Where a comparison with an edge holds, and where not."""
    if operator in ("=", "!="):
        same, other = [(from_on(edge)[0], up_to(edge)[1])], [below(edge), above(edge)]
        return (same, other) if operator == "=" else (other, same)
    holds = {"<": below, "<=": up_to, ">": above, ">=": from_on}
    opposite = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
    return [holds[operator](edge)], [holds[opposite[operator]](edge)]


def compared(operator: str, left: Numbers, right: Numbers) -> tuple[bool, bool]:
    """Whether a comparison of two numbers may hold, and whether it may not."""
    may_be_less, may_be_more = _is_less(left.low, right.high), _is_less(right.low, left.high)
    surely_less, surely_more = _is_less(left.high, right.low), _is_less(right.high, left.low)
    same = not (surely_less or surely_more)
    surely_same = left.is_one and right.is_one and equal(left.low, right.low)
    table = {
        "<": (may_be_less, not surely_less), ">": (may_be_more, not surely_more),
        "<=": (may_be_less or same, may_be_more), ">=": (may_be_more or same, may_be_less),
        "=": (same, not surely_same), "!=": (not surely_same, same),
    }  # fmt: skip
    return table[operator]


def _is_less(one: float, other: float) -> bool:
    """Whether one number is below another by more than the tolerance, which infinity knows nothing of."""
    return one < other if math.isinf(one) or math.isinf(other) else less(one, other)


def negated(found: May) -> May:
    return truth(found.holds(False), found.holds(True), found.reasons)


def single(found: May) -> float | None:
    present = found.present
    return present.low if not found.reasons and isinstance(present, Numbers) and present.is_one else None


def is_word(found: May) -> bool:
    present = found.present
    return not found.reasons and isinstance(present, Words) and not present.others
