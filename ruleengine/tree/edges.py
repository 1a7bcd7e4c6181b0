"""Edges of comparisons and bands, moved by the tolerance of equal numbers.

Numbers within the tolerance of an edge are equal to it. With a constant edge this comes to one plain comparison with an
adjusted constant, which is the same on every engine.
"""

from __future__ import annotations

import math

from ruleengine.values import tolerance


def adjusted(operator: str, edge: float) -> float:
    """The constant that a number is compared with so that numbers equal to `edge` fall on the right side of it."""
    shift = tolerance(edge)
    return edge - shift if operator in ("<", ">=") else edge + shift


def low_edge(value: float | None, is_open: bool) -> float:
    """The smallest number that lies in a band; minus infinity where it has no lower end."""
    if value is None:
        return -math.inf
    shift = tolerance(value)
    return math.nextafter(value + shift, math.inf) if is_open else value - shift


def high_edge(value: float | None, is_open: bool) -> float:
    """The largest number that lies in a band; infinity where it has no upper end."""
    if value is None:
        return math.inf
    shift = tolerance(value)
    return -math.nextafter(-(value - shift), math.inf) if is_open else value + shift
