"""Numbers in results: which have a decimal point, and how decimals are rounded for print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

import ruleengine
from ruleengine.evaluator.runtime import clean, whole_number
from ruleengine.tree import ruleset as r
from ruleengine.tree.whole import Wholeness

DATE = {"type": "string", "format": "date"}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "seats": {"type": "integer", "x-unit": "count"},
        "sold": {"type": "integer", "x-unit": "count"},
        "level": {"type": "number"},
        "other": {"type": "number"},
        "share": {"type": "integer", "x-unit": "percent 0..100"},
        "since": DATE,
        "word": {"type": "string"},
        "large": {"type": "boolean"},
        "whole_list": {"type": "array", "items": {"type": "integer"}},
        "visits": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"on": DATE, "minutes": {"type": "integer"}, "cost": {"type": "number"}},
            },
        },
    },
}
FACTS: dict[str, Any] = {
    "id": "a", "seats": 5, "sold": 2, "level": 5, "other": 2.5, "share": 50, "since": "2024-01-15", "word": "four",
    "large": True, "whole_list": [3, 4],
    "visits": [
        {"on": "2024-01-10", "minutes": 30, "cost": 10},
        {"on": "2024-02-20", "minutes": 45, "cost": 20},
    ],
}  # fmt: skip
HEAD = """ruleset shop 1.0.0 { facts shop 1 }
bands rag { green 50..100 points 80 ; yellow 20..<50 points 40 ; red 0..<20 points 10 }
let later   = seats + 1
let minutes = series of v.minutes for v in visits by v.on
let costs   = series of v.cost for v in visits by v.on
define twice(x) = x * 2
define fourfold(x) = twice(twice(x))
define of_all(x, y) = {first: x, second: y}
table step(x count) { > 3 gives 1 ; otherwise gives 2 }
table fine_step(x count) { > 3 gives 1 ; otherwise gives 2.5 }
measure seats_now { value seats ; rate { points 1 when > 3 ; points 2 otherwise } }
measure level_now { value level ; rate { points 1 when > 3 ; points 2 otherwise } }
"""


def shop(folder: Path, rules: str) -> ruleengine.Ruleset:
    """The ruleset of a text after the head."""
    for name in ("rulesets/shop", "schemas/shop"):
        (folder / name).mkdir(parents=True)
    (folder / "rulesets/shop/1.0.0.rules").write_text(HEAD + rules, encoding="utf-8")
    (folder / "schemas/shop/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return ruleengine.load("shop@1.0.0", rulesets=folder / "rulesets", cache=False)


def printed(ruleset: ruleengine.Ruleset, facts: dict[str, Any]) -> str:
    """The result of an account as it is written."""
    return orjson.dumps(ruleset.score_dict(facts, "2024-03-01")).decode()


#: What stands in an output, and how its value is written for the facts above.
WRITTEN = {
    # facts and numbers as they are written
    "seats": "5",
    "level": "5.0",
    "share": "0.5",
    "share * 2": "1.0",
    "3": "3",
    "-3": "-3",
    "3.0": "3.0",
    "0.0": "0.0",
    "-0.0": "0.0",
    "100%": "1.0",
    # arithmetic
    "later": "6",
    "seats + sold - 1": "6",
    "seats + 0.0": "5.0",
    "seats + 0": "5",
    "seats * sold": "10",
    "seats * level": "25.0",
    "0 - seats": "-5",
    "-seats": "-5",
    "-level": "-5.0",
    "10 / seats": "2.0",
    "seats - 5": "0",
    "level - 5": "0.0",
    # functions
    "abs(sold - seats)": "3",
    "min(seats, sold)": "2",
    "max(seats, level)": "5.0",
    "sum(seats, sold)": "7",
    "mean(seats, sold)": "3.5",
    "mean(seats, seats)": "5.0",
    "round(level)": "5",
    "round(level, 1)": "5.0",
    "round(seats, 1)": "5",
    "floor(other)": "2",
    "ceiling(-0.5)": "0",
    "power(2, 3)": "8.0",
    "sqrt(4)": "2.0",
    "length(word)": "4",
    "year(since)": "2024",
    # time: 2024-01-15 to 2024-03-01 are 46 days, one whole month
    "days since since": "46",
    "months since since": "1",
    "as_of - since": "46",
    # choices
    "if large then seats else sold": "5",
    "if large then seats else level": "5.0",
    "if not large then level else seats": "5.0",
    "if large then seats else na": "5",
    "seats default 7": "5",
    "seats default 7.5": "5.0",
    # lists, queries, series
    "count true of (large, seats > 9)": "1",
    "[seats, sold]": "[5,2]",
    "[seats, level]": "[5.0,5.0]",
    "{whole: seats, part: level}": '{"whole":5,"part":5.0}',
    "whole_list": "[3.0,4.0]",
    "count(whole_list)": "2",
    "count v in visits": "2",
    "sum of v.minutes for v in visits": "75",
    "sum of v.cost for v in visits": "30.0",
    "mean of v.minutes for v in visits": "37.5",
    "max of v.minutes for v in visits": "45",
    "list of v.minutes + 1 for v in visits": "[31,46]",
    "list of v.cost for v in visits": "[10.0,20.0]",
    "visits": '[{"on":"2024-01-10","minutes":30,"cost":10.0},{"on":"2024-02-20","minutes":45,"cost":20.0}]',
    "(latest v in visits by v.on).minutes": "45",
    "value of minutes at as_of": "45",
    "value of costs at as_of": "20.0",
    "change of minutes over 1 month": "15",
    "growth of minutes over 1 month": "0.5",
    "mean of minutes over 2 values": "37.5",
    "sum of minutes over 2 values": "75",
    "sum of costs over 2 values": "30.0",
    "consecutive rises of costs": "1",
    "days without change of costs": "10",
    # what has a name
    "twice(seats)": "10",
    "twice(level)": "10.0",
    "fourfold(sold)": "8",
    "fourfold(other)": "10.0",
    "of_all(seats, level)": '{"first":5,"second":5.0}',
    "of_all(level, seats).second": "5",
    "step(seats)": "1",
    "fine_step(seats)": "1.0",
    "seats_now.value": "5",
    "level_now.value": "5.0",
    "seats_now.points": "1.0",
    "alarm.seats": "5",
    "alarm.level": "5.0",
}


def test_what_an_expression_can_give_decides_on_the_decimal_point(tmp_path: Path) -> None:
    outputs = [f"output o{number} = {text}" for number, text in enumerate(WRITTEN)]
    trigger = "trigger alarm { when seats > 1 ; field seats = seats ; field level = level }"
    found = shop(tmp_path, "\n".join([trigger, *outputs])).score_dict(FACTS, "2024-03-01")["outputs"]
    shown = dict(
        zip(WRITTEN, (orjson.dumps(found[f"o{n}"]).decode() for n in range(len(WRITTEN))), strict=True)
    )
    assert shown == WRITTEN


def test_values_fields_and_assumptions_are_whole_and_points_are_not(tmp_path: Path) -> None:
    rules = """
    assume sold = 7 because "they bought some"
    assume other = 7.0 because "it is like that"
    measure steps  { value seats ; points steps above 2, 4, 6 }
    measure linear { value seats ; rate { linear 0..10 when in 0..10 } }
    measure given  { value level ; rate { points level when > 3 ; points 1 otherwise } }
    scorecard added   { bands none ; rollup sum ; steps ; linear ; given }
    scorecard greens  { rollup count of green ; bands none ; rated }
    measure rated  { value seats ; rate { green when > 3 ; red otherwise } }
    trigger alarm { when seats > 1 ; field seats = seats ; field level = level }
    """
    facts = {key: value for key, value in FACTS.items() if key not in ("sold", "other")}
    text = printed(shop(tmp_path, rules), facts)
    assert '"path":"sold","value":7,' in text
    assert '"path":"other","value":7.0,' in text
    assert '"fields":{"seats":5,"level":5.0}' in text
    assert '"steps":{"status":"scored","value":5,"band":null,"points":2.0,' in text
    assert '"linear":{"status":"scored","value":5,"band":null,"points":5.0,' in text
    assert '"given":{"status":"scored","value":5.0,"band":null,"points":5.0,' in text
    assert '"added":{"status":"scored","score":12.0,' in text
    assert '"greens":{"status":"scored","score":1.0,' in text


def test_five_and_five_point_zero_are_one_number(tmp_path: Path) -> None:
    rules = """
    measure given { value level ; rate { points level * seats when > 3 ; points 1 otherwise } }
    measure huge { value level * 3333333333333 * 3333333333333 ; rate { points value - 1 when > 3 ; points 1 otherwise } }
    scorecard mean  { bands none ; given ; huge }
    scorecard card  { bands none ; score given.points * 2 }
    output listed  = [level, other]
    output records = visits
    output nothing = level * 3000000000000001 - 15000000000000004
    """
    ruleset = shop(tmp_path, rules)
    written = [
        printed(
            ruleset, {**FACTS, "seats": seats, "level": level, "visits": [{"minutes": seats, "cost": level}]}
        )
        for seats in (5, 5.0)
        for level in (5, 5.0)
    ]
    assert len(set(written)) == 1
    assert '"given":{"status":"scored","value":5.0,"band":null,"points":25.0,' in written[0]
    assert '"records":[{"on":null,"minutes":5,"cost":5.0}]' in written[0]
    # 15000000000000005 lies between two doubles, and becomes 15000000000000004, the even one
    assert '"nothing":0.0' in written[0]


def test_points_that_are_written_as_whole_numbers_have_a_decimal_point(tmp_path: Path) -> None:
    rules = """
    measure rated { value seats ; rate { green when > 3 ; red otherwise } ; override score 30 when large }
    measure held  { value seats ; rate { points 70 when > 3 ; points 1 otherwise } ; cap score 60 when large }
    measure lost  { value 1 / (seats - 5) ; rate { points 2 otherwise } ; missing impute 3 }
    measure none  { value na ; rate { points 2 when > 3 ; points 1 otherwise } ; missing impute seats }
    scorecard card { rated 1 ; held 1 ; none 2 ; lost 0 ; cap score 35 when large }
    """
    text = printed(shop(tmp_path, rules), FACTS)
    assert '"points":30.0,' in text
    assert '"computed_points":80.0,"override":{"score":30.0,' in text
    assert '"computed_points":70.0,"override":null,"limits":[{"kind":"cap","score":60.0,' in text
    assert '"none":{"status":"missing","score":5.0,' in text
    # 30 + 60 + 2 * 5 over 4
    assert '"score":25.0,' in text
    assert '"weight":0.5,"effective_weight":0.5,"contribution":2.5,"imputed":true' in text
    assert not [each for each in ("0", "1", "2", "5", "30", "60") if f'score":{each},' in text]


@pytest.mark.parametrize(
    ("value", "as_printed"),
    [
        (0.5, 0.5),
        (0.1 + 0.2, 0.3),
        (-0.0, 0.0),
        (-1e-12, 0.0),
        (5, 5.0),
        # between two tenth decimals: the even one
        (0.5e-10, 0.0),
        (-0.5e-10, 0.0),
        (1.5e-10, 2e-10),
        (2.5e-10, 2e-10),
        # 9999999999999.5 tenth decimals lie between 9999999999999 and 10000000000000
        (999.99999999995, 1000.0),
        (999.9999999999, 999.9999999999),
        (-999.12345678904, -999.123456789),
        # the whole part is set aside
        (1000.00000000004, 1000.0),
        (123456.7, 123456.7),
        (100000.1 + 0.2, 100000.3),
        (-100000.1 - 0.2, -100000.3),
        (899999.123456789, 899999.123456789),
        # nothing is rounded
        (900719.5, 900719.5),
        (900720.1, 900720.1),
        (900720.1 + 0.2, 900720.2999999999),
        (1e15, 1e15),
        (-1e15, -1e15),
        (12345678901234567890, 1.2345678901234567e19),
        (1e290, 1e290),
    ],
)
def test_decimals_are_rounded_to_ten_for_print(value: float, as_printed: float) -> None:
    found = clean(value)
    assert type(found) is float
    assert repr(found) == repr(as_printed)
    assert repr(clean(found)) == repr(found)


@pytest.mark.parametrize(
    ("value", "as_printed"),
    [
        (5, "5"),
        (5.0, "5"),
        (-0.0, "0"),
        (2**53, "9007199254740992"),
        (2**53 + 1, "9007199254740992.0"),
        (1e16, "1e+16"),
    ],
)
def test_a_whole_number_that_a_double_cannot_tell_from_its_neighbours_is_printed_as_a_double(
    value: float, as_printed: str
) -> None:
    assert repr(whole_number(value)) == as_printed


def test_contributions_of_any_size_are_rounded_alike(tmp_path: Path) -> None:
    rules = """
    measure some { value level ; rate { points level when > 3 ; points 1 otherwise } }
    scorecard card { bands none ; rollup sum ; some 1 }
    """
    ruleset = shop(tmp_path, rules)
    for level in (999.99999999995, 1000.00000000004, 123456.7, 300000.1, 900720.1, 1e14 + 0.3, 9.9e14):
        card = ruleset.score_dict({"id": "a", "level": level}, "2024-03-01")["scorecards"]["card"]
        expected = repr(clean(level))
        assert [repr(card["score"]), repr(card["nodes"]["some"]["contribution"])] == [expected, expected]


def test_chains_of_names_may_be_of_any_length(tmp_path: Path) -> None:
    lets = [f"let v{number} = v{number - 1} + 1" for number in range(1, 3000)]
    calls = [f"define f{number}(x) = f{number - 1}(x) + 1" for number in range(1, 20)]
    rules = ["let v0 = seats", *lets, "define f0(x) = x", *calls]
    rules += ["output chain = v2999", "output whole = f19(seats)", "output part = f19(level)"]
    program = shop(tmp_path, "\n".join(rules)).evaluator.program
    outputs = {step.name: step.value for step in program.steps if isinstance(step, r.Output)}
    wholeness = Wholeness(program)
    assert {name: wholeness.of(value) for name, value in outputs.items()} == {
        "chain": True,
        "whole": True,
        "part": False,
    }
