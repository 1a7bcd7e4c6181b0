"""Functions of numbers: rounding with named modes, roots and logarithms, smallest and largest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ruleengine.library.function import Function, function
from ruleengine.values import round_to, significant

#: Results beyond this are no numbers that the engine computes with.
LARGEST_RESULT = 1e290


@function(
    "round", ("quantity", "digits", "mode"), "same", optional=2, defaults=(0, "half_up"),
    examples={"round(2.675, 2)": 2.68, "round(2.5)": 3, "round(2.5, 0, half_even)": 2, "round(-2.5)": -3},
)  # fmt: skip
def round_(value: float, digits: int, mode: str) -> float:
    """`round(x, N, MODE)`: x to N decimals (0 when left out) with half_up (when left out), half_even, half_down, up, down,
    floor or ceiling. The number is first taken to 10 decimals."""
    return round_to(value, digits, mode)


def _rounding(name: str, mode: str, words: str, examples: dict[str, Any]) -> Function:
    def implementation(value: float, digits: int) -> float:
        return round_to(value, digits, mode)

    implementation.__doc__ = f"`{name}(x, N)`: x to N decimals (0 when left out), {words}."
    return function(name, ("quantity", "digits"), "same", optional=1, defaults=(0,), examples=examples)(
        implementation
    )


round_half_up = _rounding(
    "round_half_up", "half_up", "halves away from zero", {"round_half_up(0.25, 1)": 0.3}
)
round_half_even = _rounding(
    "round_half_even", "half_even", "halves to the even neighbour", {"round_half_even(0.25, 1)": 0.2}
)
round_half_down = _rounding(
    "round_half_down", "half_down", "halves towards zero", {"round_half_down(0.25, 1)": 0.2}
)
round_up = _rounding("round_up", "up", "away from zero", {"round_up(4.02, 1)": 4.1, "round_up(4.0, 1)": 4.0})
round_down = _rounding("round_down", "down", "towards zero", {"round_down(-4.09, 1)": -4.0})
floor = _rounding("floor", "floor", "to the number below", {"floor(12.37, 1)": 12.3, "floor(-0.5)": -1})
ceiling = _rounding("ceiling", "ceiling", "to the number above", {"ceiling(0.1)": 1, "ceiling(7.0)": 7})


@function("abs", ("quantity",), "same", examples={"abs(-3)": 3})
def abs_(value: float) -> float:
    """`abs(x)`: x without its sign."""
    return abs(value)


@function(
    "sqrt",
    ("number",),
    "number",
    examples={"sqrt(2)": 1.41421356237},
    fault="a negative number has no square root",
)
def sqrt(value: float) -> float | None:
    """`sqrt(x)`: the square root, to 12 significant digits."""
    return significant(math.sqrt(value)) if value >= 0 else None


@function(
    "exp",
    ("number",),
    "number",
    examples={"exp(0)": 1, "exp(1)": 2.71828182846},
    fault="the result is too large",
)
def exp(value: float) -> float | None:
    """`exp(x)`: e to the power x, to 12 significant digits."""
    result = math.exp(value) if value < 700 else math.inf
    return significant(result) if result <= LARGEST_RESULT else None


@function(
    "ln", ("number",), "number", examples={"ln(1)": 0, "ln(10)": 2.30258509299},
    fault="only a number above 0 has a logarithm",
)  # fmt: skip
def ln(value: float) -> float | None:
    """`ln(x)`: the natural logarithm, to 12 significant digits."""
    return significant(math.log(value)) if value > 0 else None


@function(
    "power", ("number", "number"), "number",
    examples={"power(2, 10)": 1024, "power(2, 0.5)": 1.41421356237, "power(2, -1)": 0.5, "power(-2, 3)": -8},
    fault="this power has no value, or one too large",
)  # fmt: skip
def power(base: float, exponent: float) -> float | None:
    """`power(x, y)`: x to the power y. Whole powers are repeated multiplication, others have 12 significant digits."""
    if exponent == int(exponent) and abs(exponent) <= 1000:
        return _whole_power(base, int(exponent))
    if base < 0 or (base == 0 and exponent < 0):
        return None
    try:
        result = math.pow(base, exponent)
    except OverflowError:
        return None
    return significant(result) if result < LARGEST_RESULT else None


def _whole_power(base: float, exponent: int) -> float | None:
    result = 1.0
    for _ in range(abs(exponent)):
        result *= base
        if abs(result) > LARGEST_RESULT:
            return None
    if exponent >= 0:
        return result
    return 1.0 / result if abs(result) > 1e-10 else None


@function(
    "min", ("quantities",), "same", examples={"min(3, 1, 2)": 1, "min([4, 2])": 2}, missing_when_empty=True
)  # fmt: skip
def min_(values: Sequence[float]) -> float:
    """`min(a, b, …)` or `min(list)`: the smallest; NA missing for an empty list."""
    return min(values)


@function(
    "max", ("quantities",), "same", examples={"max(3, 1, 2)": 3, "max([4, 2])": 4}, missing_when_empty=True
)
def max_(values: Sequence[float]) -> float:
    """`max(a, b, …)` or `max(list)`: the largest; NA missing for an empty list."""
    return max(values)


@function("sum", ("quantities",), "same", examples={"sum(1, 2, 3)": 6, "sum([0.5, 0.5])": 1})
def sum_(values: Sequence[float]) -> float:
    """`sum(a, b, …)` or `sum(list)`: all added up in order; 0 for an empty list."""
    total = 0.0
    for value in values:
        total += value
    return total


@function(
    "mean",
    ("quantities",),
    "same",
    examples={"mean(1, 2)": 1.5, "mean([2, 4, 6])": 4},
    missing_when_empty=True,
)
def mean(values: Sequence[float]) -> float:
    """`mean(a, b, …)` or `mean(list)`: the sum divided by how many; NA missing for an empty list."""
    return sum_.implementation(values) / len(values)  # type: ignore[no-any-return]  # declared as Any in the record


@function("count", ("list",), "count", examples={"count([4, 5])": 2})
def count(values: Sequence[Any]) -> int:
    """`count(list)`: how many elements the list has."""
    return len(values)


NUMBER_FUNCTIONS = (
    round_, round_half_up, round_half_even, round_half_down, round_up, round_down, floor, ceiling,
    abs_, sqrt, exp, ln, power, min_, max_, sum_, mean, count,
)  # fmt: skip
