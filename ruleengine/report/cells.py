"""Values as short texts, and texts as cells of a table in a terminal.

In: numbers and texts of results. Out: texts for people. Guaranteed: a cell is one line, nothing in it is
obeyed by a terminal, and its width is counted in terminal columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

from ruleengine.diagnostics.visible import visible

RESET = "\x1b[0m"
BOLD, DIM = "\x1b[1m", "\x1b[2m"
RED, GREEN, YELLOW = "\x1b[31m", "\x1b[32m", "\x1b[33m"
#: What stands where a number is not there.
NOTHING = "–"


def paint(text: str, style: str, color: bool) -> str:
    """`text` in a style, if colours are wanted."""
    return f"{style}{text}{RESET}" if color and style and text else text


def band_style(band: str | None, bands: Sequence[str]) -> str:
    """The colour of a band by its place: the best is green, the worst red, what lies between yellow."""
    if band not in bands:
        return ""
    place = bands.index(band)
    if place == 0:
        return GREEN
    return RED if place == len(bands) - 1 else YELLOW


def cell(value: object) -> str:
    """Any text or id as one safe line."""
    return visible(str(value))


def cell_width(text: str) -> int:
    """How many terminal columns `text` takes."""
    if text.isascii():
        return len(text)
    from ruleengine.report.diagnostics.columns import width

    return width(text)


def cut(text: str, columns: int) -> str:
    """`text` in at most `columns` terminal columns, with … for what is cut off."""
    if cell_width(text) <= columns:
        return text
    kept = text[: max(columns - 1, 0)]
    while kept and cell_width(kept) > columns - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def padded(text: str, columns: int, right: bool = False) -> str:
    """`text` filled up with blanks to a number of terminal columns."""
    blanks = " " * max(columns - cell_width(text), 0)
    return blanks + text if right else text + blanks


def decimals_for(numbers: Iterable[float | None], least: int = 0, most: int = 2) -> int:
    """How many decimals show all numbers as they are, between `least` and `most`."""
    present = [number for number in numbers if number is not None and isfinite(number)]
    for decimals in range(least, most):
        if all(abs(round(number, decimals) - number) < 1e-9 for number in present):
            return decimals
    return most


def number_text(number: float | None, decimals: int = 2) -> str:
    """A number with a fixed number of decimals, never as -0."""
    return NOTHING if number is None else f"{number:.{decimals}f}".replace("-0.00", "0.00")


def short_number(number: float | None, decimals: int = 2) -> str:
    """A number with as few decimals as it needs, at most `decimals`; `12.5`, `30`."""
    if number is None:
        return NOTHING
    text = f"{number:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def percent_text(share: float | None, decimals: int = 1) -> str:
    """A share from 0 to 1 as percent; `92.5%`, `100%`."""
    return NOTHING if share is None else f"{short_number(share * 100, decimals)}%"


def plain_value(value: Any) -> str:
    """A value of a result as one text: numbers as decimals, flags as words, lists and records as JSON."""
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float):
        return decimal_text(value)
    if isinstance(value, list | dict):
        import orjson

        return orjson.dumps(value).decode()
    return str(value)


def decimal_text(number: float) -> str:
    """The shortest decimal that is this number, without an exponent."""
    text = repr(number)
    if "e" in text:
        from decimal import Decimal

        text = format(Decimal(text), "f")
    return text[:-2] if text.endswith(".0") else text
