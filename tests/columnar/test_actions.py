"""Triggers, matrices, texts, outputs, assumptions, problems and earlier results: SQL gives the evaluator's document."""

from __future__ import annotations

import copy
import json
from datetime import date
from random import Random
from typing import Any

import pytest

import ruleengine
from ruleengine.columnar.earlier import previous_name, previous_type
from ruleengine.columnar.types import DATE, DOUBLE, TEXT, record_of
from tests.columnar.agreement import Irregular, compare, earlier_column, earlier_row, rows_of

AS_OF = date(2024, 3, 1)
PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "phone": {"type": "string", "x-secret": True},
        "age": {"type": "integer"},
        "share": {"type": "number", "minimum": 0, "maximum": 100, "x-unit": "percent"},
        "born": {"type": "string", "format": "date"},
        "seen": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "a": {"type": "number"},
        "b": {"type": "number"},
        "whole": {"type": "integer"},
        "word": {"type": "string"},
        "colour": {"type": "string", "enum": ["green", "red", "blue"]},
        "day": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "yes": {"type": "boolean"},
        "diagnosis": {"type": "string", "x-secret": True},
        "owner": PERSON,
        "people": {"type": "array", "items": PERSON},
        "numbers": {"type": "array", "items": {"type": "number"}},
        "days": {"type": "array", "items": {"type": "string", "format": "date"}},
    },
}
RULES = """ruleset demo 1.0.0 { facts demo 1 }
assume yes = true because "most say so"
assume whole = 7 because "seven"
assume day = 2024-02-01
bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }
measure mood { value a ; rate { green when > 10 ; yellow when in 5..10 ; red otherwise } }
measure share { value a / b   shown as percent ; rate { points 100 when > 1 ; points 60 when > 0 ; points 10 otherwise } }
scorecard total { mood 50% ; share 50% }

segment large  when b >= 100
segment known  when whole >= 1
segment small  when b < 100

matrix plan "The plan" {
  rows    mood
  columns segments: large, known
  blocks  colour: green, red
  for green {
    green  gives keep, "2"
    yellow gives "3", keep
    red    gives "5", "6"
  }
  for red { green gives "7", "8" ; yellow gives "9", "10" ; red gives na, "12" }
  cell keep "Keep" { owner "Team" ; text "{a} of {b} is {share.value}" ; field playbook "Care" ; field note "{word}" }
}
matrix rest { rows word: high, low
  columns colour: green, red
  high gives "A", na
  low  gives na, "B"
  otherwise gives "C"
}
matrix secretly { rows diagnosis: flu, gout
  columns segments: large
  flu  gives "Tea"
  gout gives na
}
matrix nothing { rows word: high
  columns colour: green
  high gives "A"
  otherwise gives na
}

trigger one "One" {
  when a > 10 because "a is {a}, b is {b}"
  when yes because ""
  when colour = "red" because "{colour} at {at} on {day}, {yes}"
  when days since day > 30 days
  kind save
  severity critical
  playbook "Call {owner.name}: {numbers}, {days since day}, {diagnosis}"
  due day + 1 month
  field impact = whole
  field share = share.value
  field reason = word default "Other", flagged until changed
  field limit = a default 5, flagged until changed
}
trigger two { when one or mood is red ; reason "{one.reason} {mood} {total.score}" ; field impact = word ; field secret = diagnosis }
trigger three { when not one ; field at = at ; field people = numbers }

output fires = one
output one_reason = one.reason
output one_kind = one.kind
output one_flagged = one.flagged
output one_due = one.due
output one_impact = one.impact
output two_playbook = two.playbook
output label = plan.label
output cell = plan.cell
output cell_owner = plan.owner
output note = plan.note
output is_keep = plan is keep
output plan_known = plan is scored
output plan_lost = plan is missing
output ratio = a / b
output rest_label = rest.label
output days_back = days since day
output all_people = people
output names = list of p.name for p in people
output ages = list of p.age for p in people
output owner_whole = owner
output own = { label: word, amount: whole, ratio: a, on: day, moment: at }
output all_numbers = numbers
output all_days = days
output moment = at
output secret = diagnosis
output earlier_score = previous total.score
output earlier_band = previous total
output earlier_mood = previous mood.value
output worse = total is worse than previous total
output earlier_day = previous as_of
output earlier_cell = previous plan.label
output earlier_share = previous share.points
output green_then = previous mood is green
problem "a is below b" when a < b
invariant "a is small" never a > 90
invariant "whole is positive" always whole >= 0
"""
WORDS = ("high", "low", "other", "", "A*b", "café", "a\tb", "🏳\ufe0f\u200d🌈")
NUMBERS = (
    0,
    1,
    5,
    10,
    12.5,
    100,
    -3,
    0.1 + 0.2,
    1 / 3,
    83.3333333333,
    99.999,
    2.675,
    1234567.891,
    5e-11,
    1e14,
)
DAYS = ("2024-02-29", "2024-01-31", "2024-03-01", "2024-04-01", "2023-12-31", "0001-01-01", "9999-12-31")
MOMENTS = (
    "2024-02-29T10:00:00Z",
    "2024-02-29T10:00:00.5Z",
    "2024-02-29T23:30:15.000001-05:00",
    "1969-12-31T23:59:59Z",
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> ruleengine.Ruleset:
    folder = tmp_path_factory.mktemp("actions")
    for name in ("rulesets/demo", "schemas/demo"):
        (folder / name).mkdir(parents=True)
    (folder / "rulesets/demo/1.0.0.rules").write_text(RULES, encoding="utf-8")
    (folder / "schemas/demo/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return ruleengine.load("demo@1.0.0", rulesets=folder / "rulesets", cache=False)


def _person(random: Random) -> dict[str, Any]:
    found = {
        "name": random.choice(WORDS), "phone": "555", "age": random.randrange(90), "share": random.choice(NUMBERS),
        "born": random.choice(DAYS), "seen": random.choice(MOMENTS), "tags": random.sample(WORDS, 2),
    }  # fmt: skip
    return {name: value for name, value in found.items() if random.random() < 0.8}


def _document(random: Random, number: int) -> dict[str, Any]:
    found = {
        "a": random.choice(NUMBERS), "b": random.choice(NUMBERS), "whole": random.randrange(-2, 10**15),
        "word": random.choice(WORDS), "colour": random.choice(("green", "red", "blue")), "day": random.choice(DAYS),
        "at": random.choice(MOMENTS), "yes": random.random() < 0.5, "diagnosis": random.choice(("flu", "gout", "other")),
        "owner": _person(random), "people": [_person(random) for _ in range(random.randrange(4))],
        "numbers": [random.choice(NUMBERS) for _ in range(random.randrange(4))],
        "days": [random.choice(DAYS) for _ in range(random.randrange(3))],
    }  # fmt: skip
    lacking = random.choice((0.0, 0.1, 0.4))
    kept = {name: value for name, value in found.items() if random.random() >= lacking}
    return {"id": f"d{number}", **kept}


def test_documents_come_out_as_the_evaluator_gives_them(rules: ruleengine.Ruleset) -> None:
    random = Random(5)
    documents = [_document(random, number) for number in range(200)]
    found = compare(rules, documents, AS_OF)
    assert found.differences == ()
    assert found.compared > 80


def test_earlier_results_are_read_as_the_evaluator_reads_them(rules: ruleengine.Ruleset) -> None:
    random = Random(6)
    documents = [_document(random, number) for number in range(200)]
    earlier: list[Any] = []
    for document in documents:
        before = {**_document(random, 0), "id": document["id"]}
        earlier.append(_disturbed(random, rules.score_dict(before, "2024-02-01")))
    found = compare(rules, documents, AS_OF, earlier)
    assert found.differences == ()
    assert found.compared > 80


def _disturbed(random: Random, result: dict[str, Any]) -> dict[str, Any] | None:
    """An earlier result, perhaps as another ruleset or another hand would have left it."""
    if random.random() < 0.1:
        return None
    result = copy.deepcopy(result)
    total, mood = result["scorecards"]["total"], result["measures"]["mood"]
    for change in sorted(random.sample(range(9), random.randrange(4))):
        if change == 0:
            total["band"] = random.choice(("blue", "gold", ""))
        elif change == 1:
            total.update(score=None, status=random.choice(("expired", "grace", "nonsense", 5)))
        elif change == 2:
            del result["measures"]["share"]
        elif change == 3:
            result["scorecards"] = {"total": {}}
        elif change == 4:
            mood.update(value=None, band=None, status="excluded")
        elif change == 5:
            mood["value"] = random.choice(("text", True, 10**15, 3, 7.25))
        elif change == 6:
            result["matrices"] = {"plan": None}
        elif change == 7:
            result["matrices"].pop("plan", None)
        else:
            result["measures"] = 7
    return result


def test_what_a_fired_trigger_says(rules: ruleengine.Ruleset) -> None:
    """By hand: a = 12.5 is above 10; 2024-02-01 is 29 days before 2024-03-01, so no more than 30; one month on is March 1st."""
    document = {
        "id": "x", "a": 12.5, "b": 4, "colour": "red", "day": "2024-02-01", "yes": False, "whole": 3,
        "diagnosis": "flu", "owner": {"name": "Ann"}, "numbers": [1, 2.5], "at": "2024-02-29T10:00:00.5Z",
    }  # fmt: skip
    row = rows_of(rules, [document], AS_OF)[0]
    assert row["irregular"] is False
    one, two = row["triggers"]
    assert one["because"] == ["a is 12.5, b is 4", "red at 2024-02-29 10:00 UTC on 2024-02-01, no"]
    assert one["reason"] == "a is 12.5, b is 4; red at 2024-02-29 10:00 UTC on 2024-02-01, no"
    assert one["playbook"] == "Call Ann: 1, 2.5, 29 days, (secret)"
    assert (one["due"], one["kind"], one["severity"]) == ("2024-03-01", "save", "critical")
    assert one["fields"] == {"impact": 3, "share": 3.125, "reason": "Other", "limit": 12.5}
    assert one["flagged"] == ["reason"]
    assert two["fields"] == {"impact": None, "secret": None}
    assert row["outputs"]["moment"] == "2024-02-29T10:00:00.500000Z"
    assert row["outputs"]["secret"] is None
    assert row["outputs"]["own"]["on"] == "2024-02-01"
    assert row["assumptions"] == []


def test_what_a_matrix_says_of_no_place(rules: ruleengine.Ruleset) -> None:
    """`blue` has no block in the plan; large and red is `na` there; an account in no segment has no column."""
    common = {"a": 3, "b": 100, "whole": 0, "word": "low"}
    blue, lost, outside = rows_of(
        rules,
        [
            {"id": "1", **common, "colour": "blue"},
            {"id": "2", **common, "colour": "red"},
            {"id": "3", **common, "b": 3, "colour": "red", "diagnosis": "gout"},
        ],
        AS_OF,
    )
    assert blue["matrices"]["plan"]["reason"] == "`plan` has no block for colour blue"
    assert [each["code"] for each in blue["problems"] if each["of"] == "plan"] == ["RE505"]
    assert lost["matrices"]["plan"]["status"] == "not_applicable"
    assert lost["matrices"]["plan"]["reason"] == "`plan` has nothing for mood red, segments large, colour red"
    assert (
        outside["matrices"]["plan"]["reason"] == "`plan` has no column for an account in none of the segments"
    )
    assert outside["matrices"]["plan"]["at"] == {"mood": "red", "segments": None, "colour": "red"}
    assert (
        outside["matrices"]["secretly"]["reason"]
        == "`secretly` has no column for an account in none of the segments"
    )
    assert outside["matrices"]["secretly"]["at"]["diagnosis"] is None
    assert (outside["matrices"]["rest"]["label"], blue["matrices"]["rest"]["label"]) == ("B", "C")
    assert blue["matrices"]["nothing"]["reason"] == "`nothing` has nothing for these values"


def test_assumptions_of_several_types_and_problems(rules: ruleengine.Ruleset) -> None:
    row = rows_of(rules, [{"id": "1", "a": 3, "b": 4}], AS_OF)[0]
    found = {each["path"]: (each["value"], each["reason"]) for each in row["assumptions"]}
    assert found == {"yes": (True, "most say so"), "whole": (7, "seven"), "day": ("2024-02-01", "")}
    assert [each["message"] for each in row["problems"]] == ["a is below b"]


def test_the_column_of_earlier_results_has_what_is_asked_for(rules: ruleengine.Ruleset) -> None:
    kind = previous_type(rules.program)
    assert kind is not None
    assert previous_name(rules.program) == "previous"
    assert kind.field("as_of") == DATE
    assert kind.field("scorecards").field("total") == record_of(
        [("band", TEXT), ("score", DOUBLE), ("status", TEXT)]
    )
    with pytest.raises(Irregular):
        earlier_row(earlier_column(rules.program), {"measures": {"mood": {"value": "text"}}})
