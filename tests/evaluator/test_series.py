"""What people see of a series: in explanations, in reasons, and nothing of one that is made of secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.report.explanation import render_tree
from ruleengine.report.explanation_markdown import render_explanation

POINT = {
    "type": "object",
    "properties": {
        "day": {"type": "string", "format": "date"},
        "seats": {"type": "integer", "x-unit": "count"},
        "income": {"type": "number", "x-secret": True},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "points": {"type": "array", "items": POINT},
    },
}
RULES = """ruleset shop 1.0.0 { facts shop 1 }
let seats   = series of p.seats for p in points by p.day
let incomes = series of p.income for p in points by p.day
measure growth_of_seats "Growth" {
  value growth of seats over 1 month   shown as percent
  rate { points 1 when > 0 ; points 0 otherwise }
}
measure growth_of_income "Income" { value growth of incomes over 1 month ; rate { points 1 when > 0 ; points 0 otherwise } }
scorecard card { growth_of_seats ; growth_of_income }
output income = value of incomes at as_of
output doubled = (value of incomes at as_of) > 200
"""
FACTS: dict[str, Any] = {
    "id": "a",
    "points": [
        {"day": "2024-01-15", "seats": 40, "income": 111.5},
        {"day": "2024-02-15", "seats": 50, "income": 333.25},
        {"seats": 60, "income": 4},
    ],
}


@pytest.fixture
def shop(tmp_path: Path) -> ruleengine.Ruleset:
    for name in ("rulesets/shop", "schemas/shop"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "rulesets/shop/1.0.0.rules").write_text(RULES, encoding="utf-8")
    (tmp_path / "schemas/shop/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return ruleengine.load("shop@1.0.0", rulesets=tmp_path / "rulesets", cache=False)


def test_an_explanation_says_how_long_a_series_is_and_what_is_its_newest_value(
    shop: ruleengine.Ruleset,
) -> None:
    explained = shop.explain(FACTS, "2024-03-01").to_dict()
    measure = explained["scorecards"][0]["nodes"][0]
    assert measure["lets"] == [{"name": "seats", "value_text": "2 values, the newest 50 of 2024-02-15"}]
    assert (measure["value_text"], measure["points"]) == ("25%", 1)


def test_what_a_series_leaves_out_is_counted_for_people_too(shop: ruleengine.Ruleset) -> None:
    explained = shop.explain(FACTS, "2024-03-01").to_dict()
    assert [(each["line"], each["count"]) for each in explained["left_out"]] == [(2, 1), (3, 1)]
    said = "Left out: 1 element of a list (line 2), not known: `day`"
    assert said in render_tree(explained)
    assert "1 element of a list (line 2), not known: " in render_explanation(explained)


def test_a_reason_names_the_question(shop: ruleengine.Ruleset) -> None:
    result = shop.score_dict({"id": "a", "points": FACTS["points"][:1]}, "2024-03-01")
    reason = result["measures"]["growth_of_seats"]["reason"]
    assert reason == "`growth of seats over 1 month`: no value is dated within this time"


def test_a_series_of_secrets_goes_into_the_score_and_is_not_shown(shop: ruleengine.Ruleset) -> None:
    result = shop.score_dict(FACTS, "2024-03-01")
    assert result["measures"]["growth_of_income"]["points"] == 1
    assert result["outputs"] == {"income": None, "doubled": True}
    shown = json.dumps([result, shop.explain(FACTS, "2024-03-01").to_dict()])
    assert not any(number in shown for number in ("111.5", "333.25", "221.75", "1.98"))
