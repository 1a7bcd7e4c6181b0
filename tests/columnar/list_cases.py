"""Rules about lists, series, definitions and tables, and documents made at random for them.

What every dialect of SQL must give as the evaluator does: `RULES` are groups of outputs, `documents` are facts.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

AS_OF = "2024-03-01"
_ITEM = {
    "type": "object",
    "properties": {
        "day": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "amount": {"type": "number"},
        "n": {"type": "integer", "x-unit": "count"},
        "open": {"type": "boolean"},
        "name": {"type": "string"},
        "parts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"q": {"type": "number"}, "on": {"type": "string", "format": "date"}},
            },
        },
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "items": {"type": "array", "items": _ITEM},
        "numbers": {"type": "array", "items": {"type": "number"}},
        "words": {"type": "array", "items": {"type": "string"}},
        "flags": {"type": "array", "items": {"type": "boolean"}},
        "dates": {"type": "array", "items": {"type": "string", "format": "date"}},
        "limit": {"type": "number"},
        "other": {"type": "number"},
        "since": {"type": "string", "format": "date"},
        "word": {"type": "string"},
    },
}

RULES: dict[str, str] = {
    "one element": """
let newest = latest i in items by i.day
let made = list of i.amount for i in items
output a = newest
output b = (latest i in items where i.open by i.day).name
output c = earliest i in items where i.amount > limit by i.at
output d = latest i in items by i.amount
output e = (earliest i in items where not i.open by i.amount).n
output f = (latest i in items by i.n).name
output g = first i in items where i.amount > 2
output h = first x in numbers
output i = first x in made
output j = first x in numbers where x > limit
output k = (first x in made where x is missing or x > 3)
output l = latest d in dates by d
output m = earliest x in numbers by 0 - x
output n = latest x in made by x * 1
output o = first x in flags
output p = (latest i in items where i.open by i.amount * 2 - i.n).day
""",
    "any and all": """
output a = any i in items where i.open
output b = all i in items where i.open
output c = any i in items where i.amount > limit
output d = all i in items where i.amount > limit and i.open
output e = any x in flags
output f = all x in flags
output g = any i in items where (any p in i.parts where p.q > limit)
output h = all i in items where (any p in i.parts where p.q > 1)
output i = any x in numbers where x = limit
output j = all w in words where w != word
output k = any i in items where i.day > since and i.name = word
output l = any b in (list of i.open for i in items)
output m = any i in items where (sum of p.q for p in i.parts) > limit
output n = any i in items where i.amount = max(numbers)
""",
    "numbers": """
output a = count i in items
output b = count i in items where i.open
output c = count i in items where i.amount > limit
output d = sum of i.amount for i in items
output e = sum of i.amount * 1.1 for i in items where i.open
output f = mean of i.amount for i in items where i.n > 1
output g = min of i.amount for i in items
output h = max of i.day for i in items where i.open
output i = max of i.n for i in items
output j = mean of x for x in numbers
output k = min of x / limit for x in numbers
output l = sum of x / (x - 1) for x in numbers where x > 0
output m = sum of (count p in i.parts where p.q > 1) for i in items
output n = max of (months since i.day) for i in items where i.open is known
output o = sum of (if i.open then i.amount else i.n) for i in items
output p = min of i.at for i in items
""",
    "lists": """
let amounts = list of i.amount for i in items
output a = list i in items where i.open
output b = list x in numbers where x > limit
output c = amounts
output d = list x in amounts where x > 1
output e = top 2 i in items by i.day
output f = top 3 x in numbers by x
output g = bottom 2 i in items where i.open by i.amount
output h = list of i.name for i in (top 2 i in items by i.amount)
output i = sum(numbers)
output j = mean(amounts)
output k = min(amounts)
output l = max(numbers)
output m = count(amounts)
output n = amounts contains limit
output o = words contains word
output p = numbers contains 2
output q = list of (list of p.q for p in i.parts) for i in items
output r = bottom 3 d in dates by d
output s = list of i.amount / i.n for i in items where i.open
output t = sum(list of i.amount / i.n for i in items where i.open)
output u = [limit, other, 1] contains 3
output v = max([limit, other, 1])
output w = mean(list of (first p in i.parts where p.q > 1).q for i in items)
output x = list r in (list of {name: i.name, worth: i.amount * 2} for i in items) where r.worth > limit
output y = (latest r in (list of {name: i.name, worth: i.amount * 2} for i in items) by r.worth).name
output z = count(top 5 i in items by i.amount)
""",
    "series": """
let sales = series of i.amount for i in items by i.day
let whole = series of i.n for i in items where i.open by i.day
let words_of = series of i.name for i in items by i.at
let chosen = if limit > 2 then sales else (series of i.amount for i in items by i.at)
output a = value of sales at as_of
output b = value of sales at since
output c = value of words_of 2 months ago
output d = change of sales over 1 month
output e = growth of sales over 3 months
output f = growth of whole over 45 days
output g = daily slope of sales over 1 year
output h = monthly slope of sales over 2 values
output i = mean of sales over 6 months
output j = sum of whole over 2 values
output k = min of sales over 90 days
output l = max of sales over 3 values
output m = consecutive declines of sales
output n = consecutive rises of whole
output o = days without change of words_of
output p = months without change of sales
output q = value of chosen at as_of
output r = sum of chosen over 100 days
output s = monthly slope of sales over 5 years
output t = mean of whole over 3 values
output u = change of sales over (days since since)
output v = sum of sales over (months since since)
output w = value of sales 40 days ago
output x = days without change of (series of i.open for i in items by i.day)
output y = any i in items where (value of (series of p.q for p in i.parts by p.on) at as_of) > 2
output z = daily slope of whole over 5 values
""",
    "definitions": """
define near(a number, b number) = a > b - 1 and a < b + 1
define worth(i) = i.amount * 2 + limit
define first_above(least number) = first i in items where i.amount > least
table grade(x number) { < 1 gives "low" ; < 3 gives "middle" ; otherwise gives "high" }
table exact(x number) { < 1 gives 10 ; in 1..2 gives 20 }
table pair(x number, y number) {
  < 2, any gives 1
  any, < 2   gives 1
  any, > 3   gives 2
  > 3, any gives x
}
table one_of(x number, y number) hits one {
  < 2, any gives 1
  any, < 2   gives 2
  > 3, > 3 gives x / (y - 4)
}
table agreed(x number, y number) hits agreeing {
  < 2, any gives 1
  any, < 2   gives 1
  > 3, any gives 2
  any, > 3   gives x
}
table agreed_or(x number, y number) hits agreeing {
  < 2, any gives "a"
  any, < 2   gives "a"
  otherwise gives "b"
}
table every(x number, y number) hits all {
  < 2, any gives 1
  any, < 3   gives y
  > 1, any gives x / (y - 1)
}
table every_or(x number) hits all {
  < 1       gives "small"
  < 3       gives "less"
  otherwise gives "much"
}
output a = near(limit, other)
output b = worth(first i in items where i.open)
output c = first_above(limit).name
output d = grade(limit)
output e = exact(limit)
output f = pair(limit, other)
output g = one_of(limit, other)
output h = agreed(limit, other)
output i = every(limit, other)
output j = every_or(limit)
output k = count i in items where grade(i.amount) = "middle"
output l = sum of worth(i) for i in items where near(i.amount, i.n)
output m = list of exact(i.amount) for i in items
output n = max(every(other, limit))
output o = list of one_of(i.amount, i.n) for i in items
output p = agreed_or(limit, other)
output q = count i in items where count(every_or(i.amount)) = 1
output r = list of agreed(i.amount, limit) for i in items
output s = any i in items where first_above(i.n).open
""",
    "lists that the ruleset makes": """
let recs = list of {name: i.name, worth: i.amount * 2, parts: i.parts} for i in items
output a = list of (na missing "x") for x in numbers
output b = first x in (list of (na missing "x") for x in numbers)
output c = count(list of (na missing "x") for x in numbers)
output d = (list of i.amount for i in items) contains (first x in numbers)
output e = (list i in items where i.open) default (list i in items)
output f = count((list i in items where i.open) default items)
output g = if limit > 2 then (list of i.amount for i in items) else [1, other]
output h = if limit > 2 then numbers else [1, 2]
output i = recs
output j = (first r in recs where r.worth > 3).worth
output k = first r in recs where r.worth > 3
output l = sum of r.worth for r in recs where r.name = word
output m = any r in recs where (any p in r.parts where p.q > 2)
output n = count(top 2 r in recs by r.worth)
output o = (first r in (top 2 r in recs by r.worth)).name
""",
    "lists in lists": """
let vast = 10000000000000000000000000000000000000.5
let recs = list of {name: i.name, worth: i.amount * 2, parts: i.parts} for i in items
let ll = list of (list of p.q for p in i.parts) for i in items
output a = first l in ll
output b = list of sum(l) for l in ll
output c = sum(list of sum(l) for l in ll)
output d = list of (latest p in i.parts by p.on).q for i in items
output e = list of (top 1 p in i.parts by p.q) for i in items
output f = list of (mean of p.q for p in i.parts) for i in items
output g = max of (min of p.q for p in i.parts where p.q > 0) for i in items
output h = list of (list of q for q in [i.amount, i.n]) for i in items
output i = list of (first q in [i.amount, i.n]) for i in items
output j = list of (i.parts default [] ) for i in items
output k = list of (earliest p in i.parts by p.q).on for i in items
output l = list of (days since (latest p in i.parts by p.on).on) for i in items
output m = list of (growth of (series of p.q for p in i.parts by p.on) over 1 year) for i in items
output n = list of (daily slope of (series of p.q for p in i.parts by p.on) over 5 years) for i in items
output o = list of i.amount * vast * vast * vast * vast * vast * vast * vast * 100000000000000000000000 * i.n for i in items
output p = sum of i.amount * vast * vast * vast * vast * vast * vast * vast * 10000000000000000000 for i in items
output q = any i in items where i.amount = max(list of p.q for p in i.parts)
output r = list of (i.name = "Ada" or (any w in words where w = i.name)) for i in items
output s = all i in items where i.name in ("Ada", "Grace")
output t = latest i in (list x in items where x.open) by i.at
output u = list of i.open for i in items
output v = all o in (list of i.open for i in items)
output w = list of (if i.open then i.name else na excluded "gone") for i in items
output y = numbers
output z = first x in items
""",
    "series that are chosen, and far times": """
let vast = 10000000000000000000000000000000000000.5
let large = vast * vast * vast * vast * vast * vast * vast * 1000000000
let pick = if limit > 2 then (series of i.amount for i in items by i.day) else (series of i.amount for i in items by i.day)
let pick2 = if limit > 2 then (series of i.amount for i in items by i.day) else (series of i.n for i in items by i.day)
output a = value of pick at as_of
output b = value of pick2 at as_of
output c = days without change of pick
output d = daily slope of pick over (limit * 1 month)
output e = mean of pick over (other * 1 day)
output f = sum of pick2 over 40 values
output g = growth of pick over 9000 years
output h = value of pick 0 days ago
output i = value of pick 9000 years ago
output j = value of (series of i.day for i in items by i.day) at since
output k = months without change of (series of i.open for i in items by i.at)
output l = sum of (series of i.amount * large * 10000000000 for i in items by i.day) over 5 years
output m = monthly slope of (series of i.amount * large for i in items by i.day) over 5 years
output n = consecutive rises of (series of i.amount for i in items where i.amount > other by i.at)
output o = value of (series of x for x in numbers by since) at as_of
""",
    "tables of many kinds": """
table pairs(x number, y number) {
  < 1, any gives na excluded "small"
  any, < 1 gives na excluded "tiny"
  < 3, any gives x + y
  any, < 3 gives y + x
}
table texts(x number, y number) hits one {
  < 1, any gives "a"
  any, < 1 gives "a"
}
table lists(x number) hits all { < 1 gives [1, x] ; < 3 gives numbers ; otherwise gives [] }
table recs(x number) { < 1 gives {a: 1, b: x} ; < 3 gives {a: x, b: other} ; otherwise gives {a: 1, b: 2} }
table flagged(x number) hits agreeing { < 1 gives x > 0 ; < 3 gives true ; < 5 gives x > other }
define deep(x number) = pairs(x, other) + pairs(other, x)
output a = pairs(limit, other)
output b = texts(limit, other)
output c = lists(limit)
output d = recs(limit)
output e = recs(limit).b
output f = flagged(limit)
output g = deep(limit)
output h = list of deep(x) for x in numbers
output i = list of recs(x).b for x in numbers
output j = list of flagged(x) for x in numbers
output k = list of recs(x) for x in numbers
output l = count(lists(limit))
output m = pairs(limit, first x in numbers)
""",
}

_NAMES = ("Ada", "Grace", "Ünal", "李", "", "a b")
_AMOUNTS = (0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 0.1 + 0.2, 0.3, 1 + 1e-11, -2.25, 1e9 / 7, 12345678.9, -0.0)


def documents(seed: int, number: int) -> list[dict[str, Any]]:
    """So many documents, each valid where it says something."""
    chance = random.Random(seed)
    return [_document(chance, f"account {place}") for place in range(number)]


def _maybe(chance: random.Random, record: dict[str, Any], name: str, value: Any, share: float) -> None:
    found = chance.random()
    if found < share:
        record[name] = value
    elif found > share + (1 - share) / 2:
        record[name] = None


def _document(chance: random.Random, name: str) -> dict[str, Any]:
    sparse = chance.choice((0.6, 0.9, 1.0, 1.0))
    found: dict[str, Any] = {"id": name}
    size = chance.choice((0, 1, 2, 3, 5, 8))
    for field, value in (
        ("items", [_item(chance, sparse) for _ in range(size)]),
        ("numbers", [_amount(chance) for _ in range(chance.randrange(5))]),
        ("words", [chance.choice(_NAMES) for _ in range(chance.randrange(4))]),
        ("flags", [chance.random() < 0.5 for _ in range(chance.randrange(4))]),
        ("dates", [_day(chance).isoformat() for _ in range(chance.randrange(4))]),
        ("limit", _amount(chance)),
        ("other", _amount(chance)),
        ("since", _day(chance).isoformat()),
        ("word", chance.choice(_NAMES)),
    ):
        _maybe(chance, found, field, value, 0.9)
    return found


def _amount(chance: random.Random) -> float:
    return chance.choice(_AMOUNTS) if chance.random() < 0.8 else round(chance.uniform(-50, 900), 2)


def _day(chance: random.Random) -> date:
    span = chance.choice((4, 60, 400, 2500))
    return date.fromisoformat(AS_OF) - timedelta(days=chance.randrange(-2, span))


def _item(chance: random.Random, share: float) -> dict[str, Any]:
    found: dict[str, Any] = {}
    at = f"{_day(chance).isoformat()}T{chance.randrange(24):02}:{chance.choice((0, 30)):02}:00Z"
    parts = [
        {"q": _amount(chance), "on": _day(chance).isoformat()} if chance.random() < 0.9 else {}
        for _ in range(chance.randrange(4))
    ]
    for field, value in (
        ("day", _day(chance).isoformat()),
        ("at", at),
        ("amount", _amount(chance)),
        ("n", chance.randrange(-1, 6)),
        ("open", chance.random() < 0.6),
        ("name", chance.choice(_NAMES)),
        ("parts", parts),
    ):
        _maybe(chance, found, field, value, share)
    return found
