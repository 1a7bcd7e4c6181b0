"""Accounts for one random ruleset: those of the other differential tests, and what is hard for SQL.

In: a seeded generator. Out: documents as `json.loads` gives them, each with an earlier result now and then. Most of them are
regular, as only those are the query's own; a few are wrong everywhere.
"""

from __future__ import annotations

import math
from datetime import date
from random import Random
from typing import Any

from tests.differential.random_earlier import with_earlier
from tests.differential.random_facts import random_facts

#: When rulesets are scored: also on leap days, at the ends of months and of the calendar.
DAYS = (
    *["2024-03-01"] * 4,
    "2024-02-29",
    "2023-02-28",
    "2024-05-31",
    "2024-12-31",
    "2026-01-01",
    "0001-01-31",
    "9999-12-31",
)
#: Ids and words that would mean something in SQL, in a template, in JSON or in a file name.
TEXTS = (
    'x"; DROP TABLE', "'; DROP TABLE facts; --", "{{ account.name }}", "{% raw %}", "a\\b", "a\\'b", "`tick`", '"quoted"',
    "${x}", "$$", "%s", "$1", "NULL", "null", "", " ", "ﬁ ligature", "İstanbul", "ß", "e\u0301", "𝔘𝔫𝔦", "a\u0000b", "a,b;c", "€" * 40,
    "Ǆ", "ΣΑΣ", "/* x */", "-- x", "?", ":name", "@x", "#", "true", "1e5", "0x10", "../a", "\r\n", "\u2028",
)  # fmt: skip
EXTREME = (
    0.0, -0.0, 5e-324, -5e-324, 1e-300, 1e14, -1e14, 999999999999999.0, 2.0**49, 0.1 + 0.2, 1e-10, -1e-10, 4.5e9,
    1e7 + 1 / 3,
)  # fmt: skip
MOMENTS = (
    "0001-01-01", "9999-12-31", "2000-02-29", "1900-02-28", "2024-12-30", "2024-02-29", "2023-01-31", "1582-10-10",
    "1969-12-31",
)  # fmt: skip
TIMES = (
    "T00:00:00Z", "T23:59:59.999999Z", "T04:59:59Z", "T05:00:00Z", "T15:00:00Z", "T14:59:59.999Z", "T02:30:00-04:00",
    "T12:00:00+14:00", "T12:00:00-12:00", "T06:00:00.000001",
)  # fmt: skip
#: How many accounts have nothing wrong: only those are SQL's to score.
_SHARE_OF_VALID = 0.85
#: How many accounts are changed in this way, and how many of their values.
_SHARE_OF_ACCOUNTS, _SHARE_OF_VALUES = 0.5, 0.12


def day_of(random: Random) -> date:
    """The day that a ruleset is scored for."""
    return date.fromisoformat(random.choice(DAYS))


def accounts(random: Random, count: int, day: date) -> list[dict[str, Any]]:
    """So many documents; the key `earlier`, where there is one, says how to get the earlier result."""
    return [_account(random, number, day) for number in range(count)]


def _account(random: Random, number: int, day: date) -> dict[str, Any]:
    valid = random.random() < _SHARE_OF_VALID
    facts = random_facts(random, valid)
    if valid:
        facts = {name: _without_holes(value) for name, value in facts.items()}
    if random.random() < _SHARE_OF_ACCOUNTS:
        facts = {name: _changed(value, random) for name, value in facts.items()}
    if random.random() < 0.03:
        facts[random.choice(sorted(facts))] = random.choice((5, "x", [], {}, True))
    name = random.choice(TEXTS) if random.random() < 0.1 else "account"
    document = with_earlier({**facts, "id": f"{name} {number}"}, random)
    if day.year < 3:  # there are no days before to have a result of
        document.pop("earlier", None)
    return document


def varied(document: dict[str, Any], random: Random) -> dict[str, Any]:
    """A document with some of its values changed, and now and then one left out; with no null in a list."""
    found: dict[str, Any] = _changed(_without_holes(document), random)
    kept = {name: value for name, value in found.items() if random.random() < 0.97}
    return {**kept, "id": document["id"]} if "id" in document else kept


def _without_holes(value: Any) -> Any:
    """A value without the nulls that stand in lists."""
    if isinstance(value, dict):
        return {name: _without_holes(each) for name, each in value.items()}
    return [_without_holes(each) for each in value if each is not None] if isinstance(value, list) else value


def _changed(value: Any, random: Random) -> Any:
    """A value in which some are replaced by others of their kind."""
    if isinstance(value, dict):
        return {name: _changed(each, random) for name, each in value.items()}
    if isinstance(value, list):
        return [_changed(each, random) for each in value]
    return _other(value, random) if random.random() < _SHARE_OF_VALUES else value


def _other(value: Any, random: Random) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return random.choice(
            (0, value + 1, value - 1, -value, 10**14, -(10**14), 2**31, 2**31 - 1, -(2**31) - 1)
        )
    if isinstance(value, float):
        return _beside(value, random)
    if isinstance(value, str) and len(value) >= 10 and value[:4].isdigit():
        return random.choice(MOMENTS) + ("" if len(value) == 10 else random.choice(TIMES))
    # words of a choice are left: another one is no word of it
    return random.choice(TEXTS) if isinstance(value, str) and value not in _CHOICES else value


def _beside(value: float, random: Random) -> float:
    """A number just beside another: one step of a double away, at the tolerance, or at the end of a digit."""
    ways = (
        lambda: math.nextafter(value, math.inf), lambda: math.nextafter(value, -math.inf), lambda: value + 1e-10,
        lambda: value - 1e-10, lambda: math.nextafter(value + 1e-10, 0.0), lambda: math.nextafter(value - 1e-10, math.inf),
        lambda: value + 5e-11, lambda: value - 5e-11, lambda: value + 5e-7, lambda: value + 0.5, lambda: random.choice(EXTREME),
        lambda: round(value + random.uniform(-1, 1), 3), lambda: value * random.uniform(-2, 2),
    )  # fmt: skip
    return random.choice(ways)()


def _words(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set(node.get("enum", ())).union(*(_words(each) for each in node.values()))
    return set().union(*(_words(each) for each in node)) if isinstance(node, list) else set()


def _choices() -> frozenset[str]:
    from tests.differential.fields import SCHEMA

    return frozenset(_words(SCHEMA))


_CHOICES = _choices()
