"""Triggers, values in texts, bands as values, and the earlier result; expectations are computed by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.compiler.compile import compile_ruleset
from ruleengine.workspace import Workspace

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
HEAD = """ruleset demo 1.0.0 { facts account 1 }
bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }
measure use "Use" {
  value usage.monthly_active_users / subscription.licensed_users   shown as percent
  rate { green when >= 75% ; yellow when >= 50% ; red otherwise }
}
measure mood { value sentiment.rating ; rate as given }
scorecard health { group product 50% { use 100% } ; mood 50% }
"""
FACTS: dict[str, Any] = {
    "id": "a",
    "account": {"name": "A*b"},
    "subscription": {"licensed_users": 300},
    "usage": {"monthly_active_users": 250},
    "sentiment": {"rating": "red"},
    "engagement": {"last_contact_at": "2024-02-29"},
}
#: use: 250 / 300 = 83.33%, green 87.5; mood red 25; health 56.25, yellow
EARLIER = {
    "id": "a", "as_of": "2024-02-01", "ruleset": {"name": "demo"}, "scorecards": {"health": {
        "status": "scored", "score": 87.5, "band": "green", "computed_score": 80.0, "coverage": 1.0,
        "nodes": {"product": {"status": "scored", "score": 62.5, "band": "yellow"}, "mood": {"status": "missing"}}}},
    "measures": {"use": {"status": "scored", "value": 0.6, "points": 62.5, "band": "yellow"},
                 "mood": {"status": "expired", "value": None, "band": None, "points": None}},
}  # fmt: skip


def load(tmp_path: Path, text: str) -> ruleengine.Ruleset:
    path = tmp_path / "rulesets" / "demo" / "1.0.0.rules"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + text, encoding="utf-8")
    return ruleengine.load(path, rulesets=tmp_path / "rulesets", schemas=SCHEMAS, cache=False)


def fired(tmp_path: Path, text: str, previous: Any = None, **facts: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = load(tmp_path, text).score_dict({**FACTS, **facts}, "2024-03-01", previous)[
        "triggers"
    ]
    return found


def said(tmp_path: Path, text: str, previous: Any = None) -> str:
    """What a text with values reads."""
    found = fired(tmp_path, f'trigger t {{ when true ; reason "{text}" }}', previous)
    assert len(found) == 1
    reason: str = found[0]["reason"]
    return reason


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("{use.value}", "83.33%"),
        ("{use.points}", "87.5"),
        ("{use}", "green"),
        ("{health}, {health.score}", "yellow, 56.25"),
        ("{health.product} {health.product.score}", "green 87.5"),
        ("{250 / 300}", "0.83"),
        ("{250 / 300 shown as percent}", "83.33%"),
        ("{1 / 3 * 3}", "1"),
        ("{-0.001}", "0"),
        ("{1234567.891}", "1234567.89"),
        ("{days since engagement.last_contact_at}", "1 day"),
        ("{as_of + 2 months}", "2024-05-01"),
        ("{2 days + 1 day}", "3 days"),
        ("{10 USD + 2 USD}", "12 USD"),
        ("{mood is red}", "yes"),
        ("{account.name}", "A*b"),
        ("{account.industry}", "unknown"),
        ("{{{account.name}}}", "{A*b}"),
        ("a\\\\b \\\"c\\\"", 'a\\b "c"'),
        ("{[1, 2.5]}", "1, 2.5"),
        (r"caf\u00e9 \ud83d\ude00 \/ \\u00e9", "café 😀 / \\u00e9"),
    ],
)  # fmt: skip
def test_values_read_as_people_write_them(text: str, reads: str, tmp_path: Path) -> None:
    assert said(tmp_path, text) == reads


def test_one_condition_is_enough_and_says_why(tmp_path: Path) -> None:
    text = """trigger t "T" {
  when use.value >= 90% because "never"
  when renewal.at_risk because "undecided"
  when mood is red because "mood {mood}"
  when health.score < 60 because "score {health.score}"
}"""
    found = fired(tmp_path, text)
    assert [entry["reason"] for entry in found] == ["mood red; score 56.25"]
    assert found[0]["because"] == ["mood red", "score 56.25"]
    assert found[0]["line"] == HEAD.count("\n") + 4


def test_undecided_is_not_fired_and_a_trigger_is_a_condition(tmp_path: Path) -> None:
    text = """trigger one { when renewal.at_risk }
trigger two { when one or mood is red }
trigger three { when not one }
output known = one is known"""
    found = load(tmp_path, text).score_dict(FACTS, "2024-03-01")
    assert [entry["name"] for entry in found["triggers"]] == ["two"]
    assert found["outputs"] == {"known": False}


def test_fields_and_the_flag_of_a_default(tmp_path: Path) -> None:
    text = """trigger t {
  when mood is red
  due as_of + 1 month
  severity critical
  field impact = renewal.risk_impact
  field reason = renewal.stage default "Other", flagged until changed
}"""
    for stage, flagged in ((None, ["reason"]), ("Other", ["reason"]), ("Proposal", [])):
        entry = fired(tmp_path, text, renewal={"stage": stage, "risk_impact": 10})[0]
        assert (entry["due"], entry["severity"], entry["flagged"]) == ("2024-04-01", "critical", flagged)
        assert entry["fields"] == {"impact": 10, "reason": stage or "Other"}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("health is worse than previous health", True),
        ("health is not worse than previous health", False),
        ("use is better than previous use", True),
        ("health.product is better than previous health.product", True),
        ("mood is worse than previous mood", None),
        ("previous health is green", True),
        ("previous health is worse than yellow", False),
        ("previous health is in (red, yellow)", False),
        ("previous mood is expired", True),
        ("previous health.score = 87.5 and previous health.computed_score = 80", True),
        ("previous health.product.score - 2.5 = 60", True),
        ("previous use.value = 0.6 and previous use.points = 62.5", True),
        ("previous health.mood is missing", True),
        ('previous health.band = "green"', True),
        ("previous as_of = 2024-02-01", True),
        ('health.band = "yellow" and health.mood.band = "red" and use.band = "green"', True),
    ],
)
def test_the_earlier_result(condition: str, holds: bool | None, tmp_path: Path) -> None:
    rules = load(tmp_path, f"output it = {condition}\ntrigger t {{ when {condition} }}")
    found = rules.score_dict(FACTS, "2024-03-01", EARLIER)
    assert found["outputs"]["it"] is holds
    assert len(found["triggers"]) == (holds is True)
    without = rules.score_dict(FACTS, "2024-03-01")
    if "previous" in condition and "missing" not in condition and "expired" not in condition:
        assert without["outputs"]["it"] is None
    assert without["problems"] == []


def test_scores_alone_rest_on_the_earlier_result_too(tmp_path: Path) -> None:
    """An override that looks back acts without a trace as well: the score of then was 87.5."""
    rules = load(tmp_path, "scorecard kept { use ; override score 99 when previous health.score > 80 }")
    assert rules.scores(FACTS, "2024-03-01", EARLIER)["kept"] == (99, "green")
    assert rules.scores(FACTS, "2024-03-01")["kept"] == (87.5, "green")


def test_an_earlier_result_of_another_world_is_a_problem_and_not_a_value(tmp_path: Path) -> None:
    rules = load(tmp_path, "output band = previous health.band\noutput known = previous health is known")
    strangers: tuple[dict[str, Any], ...] = (
        {"id": "b"},
        {"as_of": "2024-03-02"},
        {"scorecards": []},
        {"as_of": 5},
    )
    for wrong in strangers:
        found = rules.score_dict(FACTS, "2024-03-01", {**EARLIER, **wrong})
        assert [problem["code"] for problem in found["problems"]] == ["RE518"]
        assert found["outputs"] == {"band": None, "known": False}
    strange = {**EARLIER, "scorecards": {"health": {"score": 1, "band": "blue"}}}
    found = rules.score_dict(FACTS, "2024-03-01", strange)
    assert [problem["code"] for problem in found["problems"]] == ["RE506"]
    assert rules.scores(FACTS, "2024-03-01") == {"health": (56.25, "yellow")}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("trigger t { kind expand }", ["RE111"]),
        ("trigger t { when mood is red ; kind a ; kind b }", ["RE110"]),
        ("trigger t { when mood is red ; severity grave }", ["RE214"]),
        ("trigger t { when mood is red ; due 5 }", ["RE301"]),
        ("trigger t { when mood is red ; field a = 1 ; field a = 2 }", ["RE202"]),
        ("trigger t { when mood is red ; field a = 1, flagged until changed }", ["RE213"]),
        ("trigger t { when mood }", ["RE305"]),
        ("trigger t { when t }", ["RE206"]),
        ('trigger t { when mood is red ; reason "{nothing}" }', ["RE201"]),
        ('trigger t { when mood is red ; reason "{1 +}" }', ["RE101"]),
        ('trigger t { when mood is red ; reason "{mood" }', ["RE101"]),
        ('trigger t { when mood is red ; reason "{}" }', ["RE101"]),
        ('trigger t { when mood is red ; reason "{account}" }', ["RE301"]),
        (r'trigger t { when mood is red ; reason "\q" }', ["RE101"]),
        (r'trigger t { when mood is red ; reason "\ud83d {mood}" }', ["RE101"]),
        ('trigger t { when mood is red ; title "x" }', ["RE213"]),
        ("output x = previous account.name", ["RE213"]),
        ("output x = previous helth", ["RE201"]),
        ("output x = mood is worse than previous account.name", ["RE213"]),
        ("measure n { points 3 }\noutput x = n is worse than previous n", ["RE204"]),
        ("measure n { points 3 }\noutput x = n.band", ["RE204"]),
        ("measure n { value previous n.value ; rate { red otherwise } }\nscorecard h { n }", ["RE206"]),
    ],
)  # fmt: skip
def test_one_fault_gives_one_report(text: str, codes: list[str], tmp_path: Path) -> None:
    path = tmp_path / "demo.rules"
    path.write_text(HEAD + text, encoding="utf-8")
    found = compile_ruleset(path, Workspace(tmp_path, SCHEMAS)).diagnostics
    assert [report.code for report in found if report.code not in ("RE210",)] == codes, [
        str(each) for each in found
    ]
