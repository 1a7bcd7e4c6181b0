"""The library functions, by name. Their arguments are there; a list may still hold NA."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.differential.reference.values import (
    CONTEXT,
    LARGEST,
    MISSING,
    NA,
    UNCOMPUTABLE,
    equal_numbers,
    first_na,
    like,
    rounded,
    significant,
    to_decimal,
)  # fmt: skip


def _round(number: Fraction, digits: Fraction = Fraction(0), mode: str = "half_up") -> Fraction:
    return rounded(number, int(digits), mode)


def _rounding(mode: str) -> Callable[..., Fraction]:
    return lambda number, digits=Fraction(0): _round(number, digits, mode)


def fold(name: str, items: list[Any]) -> Any:
    """`sum`, `mean`, `min` or `max` of a list."""
    missing = first_na(items)
    if missing:
        return missing
    if not items:
        return Fraction(0) if name == "sum" else MISSING
    if name in ("min", "max"):
        return (min if name == "min" else max)(items)
    total = like(sum(items, Fraction(0)), *items)
    return total if name == "sum" else like(total / len(items), *items)


def _folding(name: str) -> Callable[..., Any]:
    return lambda *items: fold(name, items[0] if isinstance(items[0], list) else list(items))


def _square_root(number: Fraction) -> Fraction | NA:
    if number < 0:
        return UNCOMPUTABLE
    return significant(CONTEXT.sqrt(to_decimal(number)))


def _logarithm(number: Fraction) -> Fraction | NA:
    return UNCOMPUTABLE if number <= 0 else significant(CONTEXT.ln(to_decimal(number)))


def _exponential(number: Fraction) -> Fraction | NA:
    if number > 710:
        return UNCOMPUTABLE
    result = significant(CONTEXT.exp(to_decimal(number))) if number > -800 else Fraction(0)
    return UNCOMPUTABLE if result > LARGEST else result


def power(base: Fraction, exponent: Fraction) -> Fraction | NA:
    """Whole powers exactly, all others to twelve significant digits."""
    base = Fraction(base)
    if equal_numbers(base, Fraction(0)) and exponent < 0:
        return UNCOMPUTABLE
    if exponent.denominator == 1:
        if base not in (0, 1, -1) and abs(int(exponent)) * abs(CONTEXT.log10(to_decimal(abs(base)))) > 400:
            return UNCOMPUTABLE if (abs(base) > 1) == (exponent > 0) else Fraction(0)
        whole = Fraction(base ** int(exponent))
        return UNCOMPUTABLE if abs(whole) > LARGEST else whole
    if base < 0:
        return UNCOMPUTABLE
    if base == 0:
        return Fraction(0)
    logarithm = CONTEXT.multiply(CONTEXT.ln(to_decimal(base)), to_decimal(exponent))
    if abs(logarithm) > 800:
        return UNCOMPUTABLE if logarithm > 0 else Fraction(0)
    result = significant(CONTEXT.exp(Decimal(logarithm)))
    return UNCOMPUTABLE if result > LARGEST else result


def _day_part(part: str) -> Callable[[date], Fraction]:
    return lambda day: Fraction(getattr(day, part))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "round": _round,
    "floor": _rounding("floor"),
    "ceiling": _rounding("ceiling"),
    **{f"round_{mode}": _rounding(mode) for mode in ("half_up", "half_even", "half_down", "up", "down")},
    **{name: _folding(name) for name in ("min", "max", "sum", "mean")},
    "abs": lambda number: like(abs(number), number),
    "sqrt": _square_root,
    "exp": _exponential,
    "ln": _logarithm,
    "power": power,
    "count": lambda items: Fraction(len(items)),
    "length": lambda text: Fraction(len(text)),
    "lower": lambda text: text.lower(),
    "upper": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "starts_with": lambda text, start: text.startswith(start),
    "ends_with": lambda text, end: text.endswith(end),
    "matches": lambda text, pattern: re.search(pattern, text) is not None,
    "concat": lambda *texts: "".join(texts),
    "year": _day_part("year"),
    "month": _day_part("month"),
    "day": _day_part("day"),
    "date": lambda day: day,
}
