"""Matrices and checklists in explanations, and what a secret axis gives away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.report.explanation import render_tree
from ruleengine.report.explanation_markdown import render_explanation

SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "x-id": True},
        "a": {"type": "number"},
        "word": {"type": "string"},
        "diagnosis": {"type": "string", "x-secret": True},
        "leaves": {"type": "boolean"},
    },
}
RULES = """ruleset care 1.0.0 { facts care 1 }
bands rag { green points 2 ; red points 1 }
measure mood "Mood" { value a ; rate { green when > 5 ; red otherwise } }
segment odd when word = "odd"
matrix plan "What to do" {
  rows    mood
  columns word: high, low
  green   gives keep, na
  red     gives "Wait", keep
  cell keep "Keep it up" { owner "The team" ; text "{a} is fine" ; field playbook "Care" }
}
matrix secretly {
  rows    diagnosis: flu, gout
  columns segments: odd
  flu     gives "Tea"
  gout    gives na
}
checklist signs "Signs" {
  red   leaves_us "They leave" when leaves
  green pleased   "Pleased"    when a > 3 unless leaves_us
}
scorecard total { signs }
"""


@pytest.fixture
def care(tmp_path: Path) -> ruleengine.Ruleset:
    for name in ("rulesets/care", "schemas/care"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "rulesets/care/1.0.0.rules").write_text(RULES, encoding="utf-8")
    (tmp_path / "schemas/care/1.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return ruleengine.load("care@1.0.0", rulesets=tmp_path / "rulesets", cache=False)


def explained(care: ruleengine.Ruleset, **facts: Any) -> dict[str, Any]:
    return care.explain({"id": "x", **facts}, "2024-03-01").to_dict()


def plan(care: ruleengine.Ruleset, **facts: Any) -> dict[str, Any]:
    found: dict[str, Any] = explained(care, **facts)["matrices"][0]
    return found


def test_a_cell_with_its_axes_and_its_line(care: ruleengine.Ruleset) -> None:
    found = plan(care, a=6, word="high")
    assert (found["name"], found["title"], found["cell"], found["owner"]) == (
        "plan", "What to do", "keep", "The team",
    )  # fmt: skip
    assert [(axis["name"], axis["kind"], axis["value"]) for axis in found["axes"]] == [
        ("mood", "rows", "green"),
        ("word", "columns", "high"),
    ]
    assert (found["source"]["line"], found["source"]["text"]) == (8, "green   gives keep, na")


def test_no_cell_names_the_row_or_the_matrix(care: ruleengine.Ruleset) -> None:
    nothing = plan(care, a=6, word="low")
    assert (nothing["status"], nothing["source"]["line"], nothing["decided"]) == ("not_applicable", 8, True)
    absent = plan(care, a=6)
    assert (absent["status"], absent["source"]["line"], absent["decided"]) == ("missing", 5, False)


@pytest.mark.parametrize(
    ("facts", "lines"),
    [
        (
            {"a": 6, "word": "high"},
            [
                "  What to do: Keep it up; owner The team; 6 is fine; playbook Care",
                "    mood is green, word is high",
            ],
        ),
        ({"a": 1, "word": "high"}, ["  What to do: Wait", "    mood is red, word is high"]),
        (
            {"a": 6, "word": "low"},
            [
                "  What to do: nothing (`plan` has nothing for mood green, word low)",
                "    mood is green, word is low",
            ],
        ),
        (
            {"a": 6, "diagnosis": "flu"},
            ["  What to do: nothing (no data: `word`)", "    mood is green, word is not known"],
        ),
    ],
)
def test_a_matrix_in_words(care: ruleengine.Ruleset, facts: dict[str, Any], lines: list[str]) -> None:
    document = explained(care, **facts)
    text = render_tree(document).split("\n")
    at = text.index("Matrices")
    assert text[at + 1 : at + 3] == lines
    assert "Matrices:\n\n- **What to do**: " in render_explanation(document)


def test_a_secret_axis_is_not_shown(care: ruleengine.Ruleset) -> None:
    for diagnosis in ("gout", "plague"):
        facts = {"id": "x", "a": 6, "word": "odd", "diagnosis": diagnosis}
        result = care.score_dict(facts, "2024-03-01")
        assert result["matrices"]["secretly"]["at"] == {"diagnosis": None, "segments": "odd"}
        shown = json.dumps([result, care.explain(facts, "2024-03-01").to_dict()["matrices"][1]["reason"]])
        assert diagnosis not in shown
        document = explained(care, **facts)
        place = document["matrices"][1]["axes"]
        assert [(axis["value"], axis["secret"]) for axis in place] == [(None, True), ("odd", False)]
        for text in (render_tree(document), render_explanation(document)):
            assert "diagnosis is (secret), in the segment odd" in text.replace("\\", "")
            assert "mood is green" in text


@pytest.mark.parametrize(
    ("facts", "answers", "results"),
    [
        ({"leaves": False, "a": 6}, ["no", "yes"], ["did not hold", "won"]),
        ({"leaves": True, "a": 6}, ["yes", "set aside"], ["won", "not reached"]),
        ({"a": 1}, ["unknown", "no"], ["undecided", "did not hold"]),
    ],
)
def test_answers_of_a_checklist(
    care: ruleengine.Ruleset, facts: dict[str, Any], answers: list[str], results: list[str]
) -> None:
    document = explained(care, **facts)
    (group,) = document["scorecards"][0]["nodes"]
    assert (group["kind"], group["title"]) == ("group", "Signs")
    assert [node["answer"] for node in group["children"]] == answers
    assert [node["rows"][0]["result"] for node in group["children"]] == results
    assert [node["rows"][0]["line"] for node in group["children"]] == [19, 20]
    text = render_tree(document)
    assert all(answer in text for answer in answers)
    assert "does not apply" not in text.split("Matrices")[0]


def test_a_yes_costs_what_the_best_band_would_have_given(care: ruleengine.Ruleset) -> None:
    document = explained(care, leaves=True, a=6)
    assert [(cost["title"], cost["cost"]) for cost in document["scorecards"][0]["costs"]] == [
        ("They leave", 1.0)
    ]
