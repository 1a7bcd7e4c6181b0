"""The domain of every kind of expression: bounds, whether they are open, steps, words and flags."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ruleengine.checker.domains import Domain, Flags, Numbers, Words, domain_of
from ruleengine.checker.index import Index
from ruleengine.compiler.compile import compile_ruleset
from ruleengine.tree import ruleset as r
from ruleengine.workspace import Workspace

SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "a": {"type": "number"},
        "whole": {"type": "integer"},
        "n": {"type": "integer", "minimum": 2, "maximum": 9},
        "people": {"type": "integer", "minimum": 0},
        "below_zero": {"type": "number", "minimum": -5, "maximum": -1},
        "half": {"type": "number", "minimum": 0.5, "maximum": 7.5},
        "inner": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10},
        "share": {"type": "number", "minimum": 0, "maximum": 1, "x-unit": "percent 0..1"},
        "rate": {"type": "integer", "minimum": 10, "maximum": 100, "x-unit": "percent 0..100"},
        "assumed": {"type": "number", "minimum": 4, "maximum": 6},
        "least": {"type": "number", "minimum": 4},
        "most": {"type": "number", "maximum": 6},
        "word": {"type": "string"},
        "tier": {"type": "string", "enum": ["gold", "silver", "bronze"]},
        "yes": {"type": "boolean"},
        "day": {"type": "string", "format": "date"},
        "moment": {"type": "string", "format": "date-time"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "day": {"type": "string", "format": "date"},
                    "n": {"type": "integer", "minimum": 1, "maximum": 5},
                    "size": {"type": "number", "minimum": 0},
                    "any": {"type": "number", "minimum": -3},
                    "word": {"type": "string"},
                },
            },
        },
    },
}
DECLARED = """ruleset case 1.0.0 { facts case 1 }
assume whole = 7 because "seven"
assume assumed = 9 because "nine"
let named = n + 1
let twice = named + named
segment big "Big" when a > 3
bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }
bands plain { good points 2 ; bad points 1 }
table graded(x number) { < 3 gives 1 ; < 5 gives 4 ; otherwise gives na invalid }
table every(x number) hits all { < 3 gives 1 ; < 5 gives 4 }
table words(x number) { < 3 gives "low" ; otherwise gives "high" }
define doubled(x number) = abs(x) + 3
define kept(x number) = x
define unused(x number) = x
measure m { value people + 4 ; rate { red when < 10 ; green otherwise } }
measure bare { rate { red when a < 10 ; green otherwise } }
scorecard s { bands rag ; m ; bare }
scorecard held { bands rag ; m ; cap score 60 when a > 3 because "three" }
scorecard stepped { bands plain ; n2 }
measure n2 { value n ; rate { good when > 3 ; bad otherwise } }
scorecard capped { bands rag ; m ; cap yellow when a > 3 because "three" }
"""
NUMBERS: dict[str, Domain | None] = {
    # what the schema says
    "a": Numbers(),
    "n": Numbers(2, 9, step=1),
    "inner": Numbers(0, 10, True, True),
    "share": Numbers(0, 1),
    "rate": Numbers(0.1, 1, step=0.01),
    "least": Numbers(low=4),
    "most": Numbers(high=6),
    "assumed": Numbers(4, 9),
    "named": Numbers(3, 10, step=1),
    "twice": Numbers(6, 20, step=1),
    "big": Flags(),
    "word": Words(),
    "tier": Words(("gold", "silver", "bronze"), closed=True),
    "yes": Flags(),
    "day": Numbers(step=1),
    "moment": None,
    # constants
    "3": Numbers(3, 3, step=1),
    "2.5": Numbers(2.5, 2.5),
    "true": Flags(True),
    "false": Flags(False),
    '"gold"': Words(("gold",), closed=True),
    # arithmetic
    "n + 3": Numbers(5, 12, step=1),
    "n + 0.5": Numbers(2.5, 9.5),
    "n + a": Numbers(),
    "n + least": Numbers(low=6),
    "n - 3": Numbers(-1, 6, step=1),
    "3 - n": Numbers(-6, 1, step=1),
    "n - least": Numbers(high=5),
    "n - most": Numbers(low=-4),
    "n - half": Numbers(-5.5, 8.5),
    "least - n": Numbers(low=-5),
    "n * people": Numbers(low=0, step=1),
    "n * whole": Numbers(step=1),
    "n * half": Numbers(low=0),
    "n * below_zero": Numbers(),
    "below_zero * n": Numbers(),
    "half * a": Numbers(),
    "n / people": Numbers(low=0),
    "n / below_zero": Numbers(),
    "below_zero / n": Numbers(),
    "people / least": Numbers(low=0),
    "abs(below_zero)": Numbers(low=0),
    "abs(n)": Numbers(low=0, step=1),
    "min(n, 4)": Numbers(2, 9, step=1),
    "min(n, half)": Numbers(0.5, 9),
    "min(n, a)": Numbers(),
    "max(n, 20)": Numbers(2, 20, step=1),
    "max(n, 20, 30)": Numbers(2, 30, step=1),
    "max(inner, 0)": Numbers(0, 10, False, True),
    "max(inner, 10)": Numbers(0, 10, True, False),
    "max(inner, inner)": Numbers(0, 10, True, True),
    "max(inner, -1)": Numbers(-1, 10, False, True),
    "max(5, inner)": Numbers(0, 10, True, True),
    "max(inner, 11)": Numbers(0, 11, True, False),
    # rounding: whole bounds are kept, others are not
    "round(n)": Numbers(2, 9, step=1),
    # a moment counts in millionths of seconds, and a record as written has fields of its own
    "2024-01-01T10:00:00Z": None,
    '{label: "x", size: n}.size': Numbers(),
    '{label: "x", size: n}.label': Words(),
    "round(half)": Numbers(step=1),
    "round(least, 1)": Numbers(low=4, step=0.1),
    "round(most)": Numbers(high=6, step=1),
    "round(a, 2)": Numbers(step=0.01),
    "floor(least)": Numbers(low=4, step=1),
    "ceiling(most)": Numbers(high=6, step=1),
    "round_up(n, 1)": Numbers(2, 9, step=0.1),
    "round_down(half)": Numbers(step=1),
    "round_half_even(n)": Numbers(2, 9, step=1),
    "round_half_up(n)": Numbers(2, 9, step=1),
    "round_half_down(n)": Numbers(2, 9, step=1),
    # whole numbers by what they are
    "length(word)": Numbers(low=0, step=1),
    "year(day)": Numbers(low=0, step=1),
    "month(day)": Numbers(low=0, step=1),
    "day(day)": Numbers(low=0, step=1),
    "days since day": Numbers(low=0, step=1),
    "months since day": Numbers(low=0, step=1),
    "count true of (yes, a > 3, n > 3)": Numbers(0, 3, step=1),
    "sqrt(n)": Numbers(),
    "day + 5 days": Numbers(step=1),
    # choices
    "n default 12": Numbers(2, 12, step=1),
    "n default half": Numbers(0.5, 9),
    "n default na": Numbers(2, 9, step=1),
    "if yes then 3 else n": Numbers(2, 9, step=1),
    "if yes then 1 else 0.5": Numbers(0.5, 1),
    "if yes then n else na": Numbers(2, 9, step=1),
    "if yes then na else n": Numbers(2, 9, step=1),
    "if a < 0 then 0 else a": Numbers(low=0),
    "if a <= 0 then 0 else a": Numbers(low=0),
    "if a > 5 then 5 else a": Numbers(high=5),
    "if a >= 0 then a else 3": Numbers(low=0),
    "if a > 0 then a else 3": Numbers(low=0, low_open=True),
    "if a < 9 then a else 3": Numbers(high=9, high_open=True),
    "if a <= 9 then a else 3": Numbers(high=9),
    "if a = 9 then a else 3": Numbers(),
    "if n > 0 then n else 3": Numbers(2, 9, step=1),
    "if n < 20 then n else 3": Numbers(2, 9, step=1),
    "if n >= 2 then n else 3": Numbers(2, 9, step=1),
    "if n > 2 then n else 3": Numbers(2, 9, True, step=1),
    "if n < 9 then n else 3": Numbers(2, 9, high_open=True, step=1),
    "if a < 0 then 0 else if a > 1 then 1 else a": Numbers(0, 1),
    "if half < 1 then 1 else half": Numbers(1, 7.5),
    "if whole < 1 then 1 else half": Numbers(0.5, 7.5),
    'if tier = "gold" then "gold" else tier': Words(("gold", "silver", "bronze"), closed=True),
    'if tier = "gold" then "silver" else tier': Words(("silver", "bronze"), closed=True),
    'if tier != "gold" then "gold" else tier': Words(("gold",), closed=True),
    'if yes then "x" else word': Words(("x",)),
    'if yes then "x" else "y"': Words(("x", "y"), closed=True),
    "if yes then true else a > 3": Flags(),
    "if yes then true else true": Flags(True),
    "if yes then true else false": Flags(),
    # lists
    "count x in items": Numbers(low=0, step=1),
    "min of x.n for x in items": Numbers(1, 5, step=1),
    "max of x.n for x in items": Numbers(1, 5, step=1),
    "mean of x.n for x in items": Numbers(1, 5),
    "sum of x.n for x in items": Numbers(low=0, step=1),
    "sum of x.size for x in items": Numbers(low=0),
    "sum of x.any for x in items": Numbers(),
    # series
    "value of (series of x.n for x in items by x.day) 1 month ago": Numbers(1, 5, step=1),
    "min of (series of x.n for x in items by x.day) over 3 months": Numbers(1, 5, step=1),
    "mean of (series of x.n for x in items by x.day) over 3 months": Numbers(1, 5),
    "sum of (series of x.n for x in items by x.day) over 3 months": Numbers(low=0, step=1),
    "sum of (series of x.any for x in items by x.day) over 3 months": Numbers(),
    "growth of (series of x.size for x in items by x.day) over 1 month": Numbers(low=-1),
    "growth of (series of x.any for x in items by x.day) over 1 month": Numbers(),
    "consecutive declines of (series of x.any for x in items by x.day)": Numbers(low=0, step=1),
    "days without change of (series of x.word for x in items by x.day)": Numbers(low=0, step=1),
    # what is called
    "graded(a)": Numbers(1, 4, step=1),
    "sum(every(a))": Numbers(),
    "words(a)": Words(("low", "high"), closed=True),
    "doubled(a)": Numbers(low=3),
    "kept(n)": Numbers(2, 9, step=1),
    # measures and scorecards
    "m.value": Numbers(low=4, step=1),
    "s.score": Numbers(0, 100),
    "s.coverage": Numbers(0, 1),
    "capped.score": Numbers(0, 100),
    "held.score": Numbers(),
    "stepped.score": Numbers(),
    "s.computed_score": Numbers(0, 100),
    "m.points": Numbers(),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("domains")
    (folder / "schemas" / "case").mkdir(parents=True)
    (folder / "schemas" / "case" / "1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    (folder / "rulesets" / "case").mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def found(place: Path) -> dict[str, Domain | None]:
    """The domain of each output, all in one ruleset."""
    path = place / "rulesets" / "case" / "1.0.0.rules"
    outputs = "".join(f"output o{number} = {text}\n" for number, text in enumerate(NUMBERS))
    path.write_text(DECLARED + outputs, encoding="utf-8")
    compilation = compile_ruleset(path, Workspace(place / "rulesets", place / "schemas"))
    assert compilation.tree is not None
    index = Index(compilation.tree, compilation.sources, "x", {})
    values = [step.value for step in compilation.tree.steps if isinstance(step, r.Output)]
    return {text: domain_of(value, index) for text, value in zip(NUMBERS, values, strict=True)}


@pytest.mark.parametrize("text", NUMBERS)
def test_the_domain_of(text: str, found: dict[str, Domain | None]) -> None:
    assert found[text] == NUMBERS[text]
