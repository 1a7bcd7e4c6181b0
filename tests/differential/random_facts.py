"""Documents for the sample schema, made at random: plausible ones, and everything that can be wrong with
one.

In: a seeded generator. Out: a document as `json.loads` would give it.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.differential.fields import DATES, NUMBERS, SCHEMA, WORDS

TIMES = (
    "T00:00:00Z",
    "T12:30:00Z",
    "T23:59:59Z",
    "T23:30:00-05:00",
    "T01:00:00+09:00",
    "T08:15:00",
    "T22:45:00.5",
)
#: What no ruleset says: signs that steer a terminal, that are not seen, or that turn the direction of writing.
ODD_WORDS = (
    "a\tb",
    "x\u0007y",
    "line\nbreak",
    "a\u200bb",
    "\u202eback",
    "\u00a0",
    "🏳\ufe0f\u200d🌈",
    "{braces}",
)
DATES_OF_RUNS = (*["2024-03-01"] * 6, "2024-02-29", "2023-02-28", "2024-05-31", "2024-12-31")
ENDS = ("0001-01-01", "9999-12-31", "1900-02-28", "2100-01-01")
NO_DATES = ("2023-02-29", "2024-13-01", "yesterday", "", "2024-2-1")
WRONG: tuple[Any, ...] = (
    "text",
    True,
    3.5,
    [],
    {},
    [1],
    {"x": 1},
    10**15,
    -(10**16),
    "5",
    "2023-02-29",
    "nonsense",
)


def random_facts(random: Random, valid: bool = False) -> dict[str, Any]:
    """One document; how much of it is missing or wrong differs (`valid`: nothing). Its id is the date that it is scored for."""
    missing = random.choice((0.0, 0.0, 0.05, 0.2, 0.5))
    wrong = random.choice((0.0, 0.0, 0.0, 0.03, 0.15)) if not valid else 0.0
    facts = {name: _field(node, random, missing, wrong) for name, node in SCHEMA["properties"].items()}
    return {**facts, "id": random.choice(DATES_OF_RUNS)}


def _value(node: dict[str, Any], random: Random, missing: float, wrong: float) -> Any:
    if "$ref" in node:
        return _date(random) if random.random() >= wrong else random.choice(NO_DATES)
    if random.random() < wrong / 2:
        return random.choice(WRONG)
    if "enum" in node:
        return random.choice(node["enum"])
    kind = node["type"] if isinstance(node["type"], str) else node["type"][0]
    if kind == "object":
        found = {name: _field(inner, random, missing, wrong) for name, inner in node["properties"].items()}
        return {name: value for name, value in found.items() if value is not None or random.random() < 0.3}
    if kind == "array":
        length = random.choice((0, 0, 1, 1, 2, 3, 4, 8))
        return random_list(node, random, length, missing, wrong)
    if kind == "boolean":
        return random.random() < 0.5
    if kind == "string":
        return (
            _date(random) + random.choice(TIMES)
            if "format" in node
            else random.choice(WORDS if random.random() < 0.95 else ODD_WORDS)
        )
    return _number(node, kind == "integer", random)


def random_list(
    node: dict[str, Any], random: Random, length: int, missing: float = 0.05, wrong: float = 0.03
) -> list[Any]:
    """A list of so many elements."""
    return [_field(node["items"], random, missing / 3, wrong) for _ in range(length)]


def _date(random: Random) -> str:
    """A date, seldom one at the end of the calendar."""
    return random.choice(DATES if random.random() < 0.985 else ENDS)


def _field(node: dict[str, Any], random: Random, missing: float, wrong: float) -> Any:
    return None if random.random() < missing else _value(node, random, missing, wrong)


def _number(node: dict[str, Any], integer: bool, random: Random) -> Any:
    """A number from the pool of its unit as the document stores it, now and then one beside it."""
    unit = str(node.get("x-unit", "number"))
    written = random.choice(NUMBERS[unit.split()[0]])
    digits = float(written.split()[0].rstrip("%").replace("_", ""))
    if unit == "percent 0..1":
        digits = float(repr(digits) + "e-2")
    nudge = random.random()
    if nudge < 0.08:
        digits = -digits
    elif nudge < 0.16:
        digits += random.choice((1, -1, 0.001, 1e-11, -1e-11, 1e-9))
    elif nudge < 0.18:
        # not the largest that there are: of their sums a double keeps no digits that a rating could rest on
        digits = random.choice((123456789.25, 1e9, 99999999.0, 1e-12, 1e-300))
    if integer:
        digits = round(digits)
        return digits if random.random() < 0.9 else float(digits)
    return int(digits) if digits == int(digits) and random.random() < 0.5 else digits
