"""How large numbers can become: where generated programs must test for overflow.

In: an expression, and the magnitude of every named value so far. Out: upper bounds as log10 of the absolute value.
Guaranteed: no arithmetic gives infinity; what could be larger than 10²⁹⁰ is tested, and NA invalid when it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from ruleengine.tree import expressions as e

#: The largest number that arithmetic gives: what could be larger is tested. The sum of two is no infinity yet.
_LARGEST = 290.0
#: What nothing is known of.
_ANY = 160.0

Magnitudes = Mapping[str, float]


class KnownMagnitudes(dict[str, float]):
    """The magnitudes of named values; with what was found for calls, so that each part of a long sum is looked at once."""

    def __init__(self) -> None:
        super().__init__()
        self.of_calls: dict[int, tuple[e.Call, float]] = {}


def overflows(node: e.Call, known: Magnitudes) -> bool:
    """Whether a product or quotient could be too large for a number."""
    return _bound(node, known) > _LARGEST


def grows(node: e.Call, known: Magnitudes) -> bool:
    """Whether a sum has an operand of the largest magnitude there is, so that a chain of such sums could overflow."""
    return max(_bound(argument, known) for argument in node.arguments) >= _LARGEST


def magnitude(node: e.Expression, known: Magnitudes) -> float:
    """The magnitude of what an expression gives once it has been tested."""
    return min(_bound(node, known), _LARGEST)


def _bound(node: e.Expression, known: Magnitudes) -> float:
    if isinstance(node, e.Constant):
        return math.log10(abs(float(node.value)) + 1) if isinstance(node.value, int | float) else 0.0
    if isinstance(node, e.Fact | e.Attribute):
        return 15.0
    if isinstance(node, e.Call) and node.function in ("+", "-", "*", "/"):
        if not isinstance(known, KnownMagnitudes):
            return _bound_of_call(node, known)
        found = known.of_calls.get(id(node))
        if found is None:
            found = known.of_calls[id(node)] = node, _bound_of_call(node, known)
        return found[1]
    if isinstance(node, e.Elapsed | e.CountTrue):
        return 8.0
    return known.get(node.name, _ANY) if isinstance(node, e.Variable) else _ANY


def _bound_of_call(node: e.Call, known: Magnitudes) -> float:
    first, second = (_bound(argument, known) for argument in node.arguments)
    if node.function == "*":
        return first + second if first + second <= _LARGEST else 400.0
    return first + 10.0 if node.function == "/" else min(max(first, second) + 1.0, _LARGEST)
