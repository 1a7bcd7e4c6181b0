"""Numbers of a schema: the unit, the scale and the bounds.

In: a node whose type is a number. Out: a `Quantity`; None after a report when the unit leaves open what is
stored.
"""

from __future__ import annotations

import math
import re
from typing import Any

from attrs import evolve, frozen

from ruleengine.diagnostics import Severity
from ruleengine.facts.reading import Node, Reading

_UNITS = {
    "percent 0..1": ("percent", 1.0),
    "percent 0..100": ("percent", 0.01),
    "days": ("days", 1.0),
    "months": ("months", 1.0),
    "count": ("count", 1.0),
    "money": ("money", 1.0),
}
_MONEY = re.compile(r"money [A-Z]{3}")


@frozen(slots=True)
class Quantity:
    """What a number measures and between which stored values it lies."""

    unit: str = ""
    scale: float = 1.0
    integer: bool = False
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False


#: No unit and no bounds.
PLAIN = Quantity()


def quantity_of(reading: Reading, node: Node, *, integer: bool) -> Quantity | None:
    """The unit and the bounds of a number node."""
    minimum, exclusive_minimum = _bound(reading, node, "minimum", "exclusiveMinimum", larger=True)
    maximum, exclusive_maximum = _bound(reading, node, "maximum", "exclusiveMaximum", larger=False)
    if minimum is not None and maximum is not None and minimum > maximum:
        keyword = "minimum" if "minimum" in node.words else "exclusiveMinimum"
        reading.fault(node.place(keyword), f"the minimum {minimum:g} lies above the maximum {maximum:g}")
        return None
    quantity = Quantity("", 1.0, integer, minimum, maximum, exclusive_minimum, exclusive_maximum)
    return _with_unit(reading, node, quantity)


def _with_unit(reading: Reading, node: Node, quantity: Quantity) -> Quantity | None:
    declared = node.words.get("x-unit", "")
    word = " ".join(declared.split()) if isinstance(declared, str) else declared
    if word == "percent" and quantity.maximum in (1.0, 100.0):
        word = f"percent 0..{quantity.maximum:g}"
    if not isinstance(word, str) or (word.startswith("percent") and word not in _UNITS):
        reading.fault(
            node.place("x-unit"),
            f"the unit `{word}` does not say how the number is stored",
            "write `percent 0..1` when 0.25 means 25%, or `percent 0..100` when 25 does",
        )
        return None
    if word in _UNITS:
        unit, scale = _UNITS[word]
        return evolve(quantity, unit=unit, scale=scale)
    if _MONEY.fullmatch(word):
        return evolve(quantity, unit=word)
    if word.split(" ")[0] == "money":
        reading.fault(
            node.place("x-unit"), f"`{word}` names no currency", "write three capital letters: `money USD`"
        )
        return None
    if word:
        reading.note(node.place("x-unit"), f"the unit `{word}` is not converted: the field is a plain number")
    return quantity


def _bound(
    reading: Reading, node: Node, inclusive: str, exclusive: str, *, larger: bool
) -> tuple[float | None, bool]:
    """The tighter one of two bounds, and whether it is itself outside."""
    at, beyond = _number(reading, node, inclusive), _number(reading, node, exclusive)
    if beyond is None:
        return at, False
    if at is None or (beyond >= at if larger else beyond <= at):
        return beyond, True
    return at, False


def _number(reading: Reading, node: Node, keyword: str) -> float | None:
    value: Any = node.words.get(keyword)
    if value is None:
        return None
    if type(value) in (int, float) and math.isfinite(value):
        return float(value)
    reading.note(node.place(keyword), f"`{keyword}` is no number and is left aside", Severity.WARNING)
    return None
