"""A field marked `x-secret` never shows: not in results, not in explanations, not in messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ruleengine

SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "income": {"type": "number", "x-secret": True},
        "age": {"type": "integer"},
    },
}
RULES = """ruleset loan 1.0.0 { facts loan 1 }
let doubled = income * 2
measure means "Means" { value doubled ; rate { points 1 when > 3 ; points 2 otherwise } }
scorecard card { means }
output net = doubled - 1
output high = income > 100
"""


@pytest.fixture
def loan(tmp_path: Path) -> ruleengine.Ruleset:
    for name in ("rulesets/loan", "schemas/loan"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "rulesets/loan/1.0.0.rules").write_text(RULES, encoding="utf-8")
    (tmp_path / "schemas/loan/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return ruleengine.load("loan@1.0.0", rulesets=tmp_path / "rulesets", cache=False)


def test_a_secret_goes_into_the_score_and_is_not_shown(loan: ruleengine.Ruleset) -> None:
    facts = {"id": "a", "income": 123.5, "age": 40}
    result = loan.score_dict(facts, "2024-01-01")
    assert result["scorecards"]["card"]["score"] == 1
    assert result["measures"]["means"]["value"] is None
    assert result["outputs"] == {"net": None, "high": True}
    shown = json.dumps([result, loan.explain(facts, "2024-01-01").to_dict()])
    assert not any(number in shown for number in ("123.5", "247", "246"))


def test_a_secret_of_the_wrong_type_is_reported_without_it(loan: ruleengine.Ruleset) -> None:
    facts = {"id": "a", "income": "many thousands"}
    result = loan.score_dict(facts, "2024-01-01")
    assert [problem["pointer"] for problem in result["problems"]] == ["/income"]
    assert "thousands" not in json.dumps([result, loan.explain(facts, "2024-01-01").to_dict()])


def test_what_a_trigger_says_of_a_secret_is_not_shown_elsewhere(loan: ruleengine.Ruleset) -> None:
    """A field of a trigger is a value that conditions may ask for, and that no output and no text shows."""
    path = loan.path
    more = """trigger rich { when income > 100 because "earns {doubled}" ; field income = doubled }
let again = rich.income
output copied = rich.income + 1
output copied_later = again
output much = rich.income > 200
trigger told { when much_known because "{again}, {rich.income}, {rich.reason}" }
let much_known = rich.income is known
"""
    path.write_text(RULES + more, encoding="utf-8")
    rules = ruleengine.load(path, rulesets=path.parents[1], schemas=path.parents[2] / "schemas", cache=False)
    result = rules.score_dict({"id": "a", "income": 123.5}, "2024-01-01")
    assert result["outputs"] == {
        "net": None,
        "high": True,
        "copied": None,
        "copied_later": None,
        "much": True,
    }
    assert [each["reason"] for each in result["triggers"]] == [
        "earns (secret)",
        "(secret), (secret), earns (secret)",
    ]
    assert result["triggers"][0]["fields"] == {"income": None}
    shown = json.dumps([result, rules.explain({"id": "a", "income": 123.5}, "2024-01-01").to_dict()])
    assert not any(number in shown for number in ("123.5", "247", "246", "248"))
