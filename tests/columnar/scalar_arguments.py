"""Arguments of functions: edges and seeded random ones, in the evaluator's terms (dates are day numbers)."""

from __future__ import annotations

import math
from datetime import date
from random import Random
from typing import Any

from ruleengine.library.dates import month_length

Row = tuple[Any, ...]
LAST = date.max.toordinal()

_NUMBERS = [
    0.0, -0.0, 0.5, 1.5, 2.5, -0.5, -2.5, 2.675, 1e-10, 1e-11, 5e-11, -5e-11, 1.00000000005, 999.99999999995, 1000.0, 0.005,
    -0.005, 0.995, 99.995, 4503599627370497.5, 9007199254740992.0, 70000.5, 300000.015, 524287.999999, 524288.5, 524288.005,
    900718.99999999995, 900719.0, 123456.12345678905, 1e15, -1e15, 1e22, 1e49, 1e50, 1e60, 1e290, -1e290, 5e-324, 1e-300,
    1234567.895, 1e6 + 0.005, 8.8e12 + 0.125, 0.29, 1.1, 1 / 3, 2 / 3, 700.0, 667.7, -745.0, -700.0, 1.0,
]  # fmt: skip


def _number(rng: Random) -> float:
    kind = rng.randrange(8)
    sign = rng.choice((1, -1))
    if kind == 0:
        return rng.uniform(-1, 1)
    if kind == 1:
        return round(rng.uniform(-1e3, 1e3), rng.randrange(12))
    if kind == 2:  # money
        return sign * rng.randrange(10**9) / 100
    if kind == 3:  # in the middle between two decimals
        return sign * (2 * rng.randrange(10**6) + 1) / 2 / float(10 ** rng.randrange(11))
    if kind == 4:
        return sign * float(10 ** rng.uniform(-12, 48))
    if kind == 5:  # what divisions give
        return sign * rng.randrange(1, 10**6) / rng.randrange(1, 999)
    if kind == 6:
        return round(10 ** rng.uniform(3, 16), rng.randrange(12))
    return float(rng.randrange(-1000, 1000))


def numbers(count: int) -> list[Row]:
    """Pairs of numbers, of which many are equal, or nearly."""
    rng = Random(11)
    found = list(_NUMBERS)
    while len(found) < count:
        value = _number(rng)
        found += [value, math.nextafter(value, math.inf)] if rng.random() < 0.3 else [value]
    return [(value, _beside(value, rng)) for value in found]


def _beside(value: float, rng: Random) -> float:
    kind = rng.randrange(5)
    if kind == 0:
        return _number(rng)
    if kind == 1:
        return value + rng.choice((0.0, 1e-10, -1e-10, 1.0000001e-10, 0.9999999e-10, 1e-9))
    if kind == 2:
        return value * (1 + rng.choice((1e-14, -1e-14, 1.1e-14, 0.9e-14, 2e-14)))
    return rng.choice((0.0, -value, 0.5, 2.0, -1.0, float(rng.randrange(-12, 13)), rng.uniform(-3, 3)))


def _day(rng: Random) -> int:
    if rng.random() < 0.4:
        return rng.randrange(1, LAST + 1)
    year, month = rng.randrange(1990, 2045), rng.randrange(1, 13)
    last = month_length(year, month)
    return date(year, month, rng.choice((1, last, last - 1, rng.randrange(1, 29)))).toordinal()


def dates(count: int) -> list[Row]:
    """Two dates and a number of days or months."""
    rng = Random(12)
    edges = [1, 2, 31, 59, 60, 300, 366, 400, LAST, LAST - 1, LAST - 30, LAST - 31, LAST - 100, LAST - 365]
    edges += [date(2024, 2, 29).toordinal(), date(2023, 2, 28).toordinal(), date(1900, 2, 28).toordinal()]
    days = edges + [_day(rng) for _ in range(count - len(edges))]
    amounts: tuple[float, ...] = (
        0.0,
        1.0,
        -1.0,
        12.0,
        1.9,
        -1.9,
        13.0,
        -120000.0,
        119999.0,
        1e9,
        -1e12,
        1e290,
    )
    rows: list[Row] = []
    for at, day in enumerate(days):
        amount = rng.choice((rng.choice(amounts), float(rng.randrange(-50, 50)), rng.uniform(-3e4, 3e4)))
        other = day + rng.randrange(-800, 800) if rng.random() < 0.5 else days[-at]
        rows.append((day, min(LAST, max(1, other)), amount))
    return rows


def instants(count: int) -> list[Row]:
    """Instants from 1965 to 2045, many of them next to midnight somewhere, some with parts of a second."""
    rng = Random(13)
    found: list[Row] = []
    first, last = (date(year, 1, 1).toordinal() - date(1970, 1, 1).toordinal() for year in (1965, 2045))
    while len(found) < count:
        seconds = rng.randrange(first, last) * 86_400 + rng.randrange(48) * 1800 + rng.choice((-1, 0, 1, 7))
        found.append((seconds * 1_000_000 + rng.choice((0, 0, 0, 1, 500_000, 999_999)),))
    return found


_TEXTS = [
    "", " ", "  a b ", "a", "ab12", "team-7", "x'; DROP TABLE t; --", 'say "x"', "back\\slash", "a\nb", "a\r\n", "\ta\x0b", "\x1f",
    "${x}", "{{ }}", "%s", "ß", "İ", "Müller", "ΑΣ", "\u00a0a\u3000", "\u2028", "日本語", "😀 ok", "e\u0301", "K", "ſ", "\x85x", "A-Z",
    "null", "0", "\u200b", "a" * 700, "ab" * 600, "naïve café", "0123456789", "line\n", "\nline", "_", "[x]", "a.b", "(", "^$",
]  # fmt: skip
_PARTS = (
    "",
    "a",
    "b",
    "ab",
    " ",
    "\n",
    "7",
    "-",
    "é",
    "日",
    "A",
    "Z",
    "_",
    "\t",
    "x",
    "y",
    "1",
    "😀",
    "\u00a0",
    "'",
    "\\",
    "$",
    "{",
)


#: A text as a ruleset may write it.
CONSTANT = "it's ${x} \\ {{ }} %s \t 'q' \u00a0"


def texts(count: int) -> list[Row]:
    """A text and a part that it may have."""
    rng = Random(14)
    found = list(_TEXTS)
    while len(found) < count:
        found.append("".join(rng.choice(_PARTS) for _ in range(rng.randrange(9))))
    rows: list[Row] = []
    for text in found:
        start = rng.randrange(len(text) + 1)
        parts = (text[:start], text[start:], text[start : start + 2], rng.choice(_PARTS), text)
        rows.append((text, rng.choice(parts)))
    return rows


def lists(count: int) -> list[Row]:
    """A list of numbers and a number; a list of texts and a text."""
    rng = Random(15)
    rows: list[Row] = [([], 1.0, [], "a")]
    while len(rows) < count:
        values = [_number(rng) if rng.random() < 0.5 else rng.uniform(-9, 9) for _ in range(rng.randrange(7))]
        words = [rng.choice(_TEXTS[:34]) for _ in range(rng.randrange(5))]
        item = _beside(rng.choice(values), rng) if values else 0.0
        rows.append((values, item, words, rng.choice([*words, "ab12"])))
    return rows
