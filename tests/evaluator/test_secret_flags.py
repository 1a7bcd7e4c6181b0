"""A flag that is a secret itself is hidden like any other value; a condition over one is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ruleengine
from tests.evaluator.test_secret_records import load

HEAD = """ruleset loan 1.0.0 { facts loan 1 }
let same = flagged
let safe = same default false
let above = income_like > 3
let income_like = owner.age
define itself(f) = f
define both(f, g) = f and g
define chosen(f, g) = if f is known then itself(f) else g
define known_flag(f) = same
table told(age) hits first {
  >= 90      gives false
  otherwise  gives flagged
}
"""
FACTS: dict[str, Any] = {"id": "a", "flagged": True, "size": "large", "visible": {"vip": True}}
FACTS["owner"] = {"age": 50, "vip": True}

SECRET = [
    "flagged",
    "owner.vip",
    "same",
    "safe",
    "not flagged",
    "flagged default false",
    "visible.phone is known default flagged",
    'if size = "large" then flagged else false',
    'if size = "small" then false else same',
    "itself(flagged)",
    "itself(itself(safe))",
    "chosen(visible.vip, flagged)",
    "chosen(flagged, visible.vip)",
    "known_flag(true)",
    "{it: flagged}.it",
    "told(7)",
]
OPEN = [
    "flagged = true",
    "flagged is known",
    "flagged and visible.vip",
    "flagged or visible.vip",
    "above",
    "if flagged then visible.vip else true",
    "visible.vip",
    "both(flagged, visible.vip)",
    "itself(visible.vip)",
    "itself(flagged = true)",
    "any c in owner.calls where c.number is known",
    'owner.age in 1..99 and size = "large"',
]


def said(folder: Path, expression: str) -> dict[str, Any]:
    """The result of a ruleset that shows a flag in every way, and what its explanation says of it."""
    text = f"""{HEAD}
let shown = {expression}
output flag = {expression}
output later = shown
trigger each {{ when size = "large" ; reason "it is {{shown}}" ; field it = {expression} }}
template note {{ subject "{{shown}}" ; body "x" }}
measure m {{ value shown ; rate {{ points 1 when size = "large" ; points 2 otherwise }} }}
"""
    rules = load(folder, text)
    facts = {**FACTS, "owner": {**FACTS["owner"], "calls": [{"number": "1"}]}}
    result = rules.score_dict(facts, "2024-03-01")
    explained = rules.explain(facts, "2024-03-01").to_dict()["measures"][0]
    (fired,), (note,) = result["triggers"], rules.texts(facts, "2024-03-01")
    return {
        "outputs": result["outputs"],
        "fired": (fired["reason"], fired["fields"]["it"]),
        "note": note["subject"],
        "value": (result["measures"]["m"]["value"], explained["value_text"]),
        "let": next(let["value_text"] for let in explained["lets"] if let["name"] == "shown"),
    }


@pytest.mark.parametrize("expression", SECRET)
def test_a_secret_flag_is_hidden(expression: str, tmp_path: Path) -> None:
    assert said(tmp_path, expression) == {
        "outputs": {"flag": None, "later": None},
        "fired": ("it is (secret)", None),
        "note": "(secret)",
        "value": (None, "(secret)"),
        "let": "(secret)",
    }


@pytest.mark.parametrize("expression", OPEN)
def test_a_condition_over_a_secret_is_shown(expression: str, tmp_path: Path) -> None:
    assert said(tmp_path, expression) == {
        "outputs": {"flag": True, "later": True},
        "fired": ("it is yes", True),
        "note": "yes",
        "value": (True, "yes"),
        "let": "yes",
    }


def test_a_definition_that_reads_a_let_of_a_secret_is_secret(tmp_path: Path) -> None:
    rules = load(
        tmp_path,
        "ruleset loan 1.0.0 { facts loan 1 }\nlet twice = owner.age * 2\ndefine more(n) = n + twice\n"
        "output a = more(1)\noutput b = more(1) > 3\n",
    )
    assert rules.score_dict(FACTS, "2024-03-01")["outputs"] == {"a": None, "b": True}


def test_the_answer_of_a_criterion_is_a_condition(tmp_path: Path) -> None:
    rules: ruleengine.Ruleset = load(
        tmp_path,
        "ruleset loan 1.0.0 { facts loan 1 }\nbands rag { green points 2 ; red points 1 }\n"
        'checklist signs "Signs" {\n  green vip "A friend" when owner.vip\n}\nscorecard card { signs }\n',
    )
    (card,) = [
        each for each in rules.explain(FACTS, "2024-03-01").to_dict()["scorecards"] if each["name"] == "card"
    ]
    found = str(card)
    assert "'answer': 'yes'" in found
