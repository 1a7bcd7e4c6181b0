"""What the trials found wrong once, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ruleengine

RAG = "bands rag { green 75..100 points 90 ; yellow 50..<75 points 60 ; red 0..<50 points 20 }\n"
SCHEMA = """{"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "x-id": true},
"users": {"type": "integer", "x-unit": "count"}, "tickets": {"type": "integer", "x-unit": "count"}}}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schemas/demo").mkdir(parents=True)
    (tmp_path / "schemas/demo/1.schema.json").write_text(SCHEMA)
    return tmp_path


def ruleset(folder: Path, version: str, text: str) -> ruleengine.Ruleset:
    path = folder / "rulesets/demo" / f"{version}.rules"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"ruleset demo {version} {{ facts demo 1 }}\n{RAG}{text}")
    return ruleengine.load(path, rulesets=folder / "rulesets", schemas=folder / "schemas", cache=False)


def parts(mover: dict[str, Any]) -> dict[str, float]:
    return {each["edit"]: each["points"] for each in mover["attribution"]}


def test_an_earlier_result_of_a_later_day_is_left_aside_in_between_too(folder: Path) -> None:
    """On 2024-02-01 the result of 2024-01-01 holds the account at red, on 2023-12-01 there is none yet: 60, yellow."""
    text = "measure use { value users\n rate { points 20 when ((previous health.score) default 60) < 50 ; points 60 otherwise } }\n"
    rules = ruleset(folder, "1.0.0", text + "scorecard health { bands rag ; use }\n")
    facts = {"id": "one", "users": 3}
    before = {
        "id": "one",
        "as_of": "2024-01-01",
        "scorecards": {"health": {"status": "scored", "score": 20.0, "band": "red"}},
    }
    found = ruleengine.diff(
        rules, old_facts=[facts], new_facts=[facts], old_as_of="2024-02-01", new_as_of="2023-12-01",
        previous={"one": before},
    )  # fmt: skip
    [mover] = found.movers
    assert (mover["old"]["score"], mover["new"]["score"]) == (20, 60)
    assert parts(mover) == {"time": 40}
    assert mover["decisive"] == ["time"]


def test_nobody_moves_by_an_earlier_result_that_cannot_be_used(folder: Path) -> None:
    """It is of another account; with it the edit of the cut would be without effect."""
    rows = "points 20 when ((previous health.score) default 60) < 50 ; points 60 when value < CUT ; points 90 otherwise"
    text = f"measure use {{ value users\n rate {{ {rows} }} }}\n"
    card = "scorecard health { bands rag ; use }\n"
    old, new = (
        ruleset(folder, f"{number}.0.0", text.replace("CUT", cut) + card)
        for number, cut in ((1, "5"), (2, "2"))
    )
    before = {
        "id": "two",
        "as_of": "2024-01-01",
        "scorecards": {"health": {"status": "scored", "score": 20.0, "band": "red"}},
    }
    found = ruleengine.diff(
        old, new, [{"id": "one", "users": 3}], as_of="2024-02-01", previous={"one": before}
    )
    [mover] = found.movers
    assert (mover["old"]["score"], mover["new"]["score"], mover["change"]) == (60, 90, 30)
    assert list(parts(mover).values()) == [30]


def test_another_value_in_an_explanation_is_an_edit(folder: Path) -> None:
    """What a trigger says why can be read as a value; other words for the same values are wording."""
    text = "measure use { value users\n rate { points 60 otherwise } }\n"
    text += 'trigger few { when users < 5 because "TEXT" }\noutput why = few.reason\n'
    old, new, other = (
        ruleset(folder, f"{number}.0.0", text.replace("TEXT", words))
        for number, words in enumerate(
            ("only {users} users", "only {tickets} users", "there are {users} users")
        )
    )
    [edit] = ruleengine.diff(old, new).edits
    assert (edit["id"], edit["kind"]) == ("trigger.few.because", "trigger")
    assert (
        edit["summary"]
        == "The explanation of the trigger few is only {tickets} users instead of only {users} users"
    )
    found = ruleengine.diff(old, other).to_dict()
    assert found["edits"] == []
    assert [each["aspect"] for each in found["wording"]] == ["because"]


@pytest.mark.parametrize(
    ("rollup", "score"),
    [("score use + 30", 90), ("rollup minimum", 20), ("rollup maximum", 60), ("rollup sum", 80)],
)
def test_a_flat_mean_is_asked_of_a_score_that_is_no_mean(folder: Path, rollup: str, score: float) -> None:
    """It has no weights to give away then: the score is what the scorecard says."""
    text = "measure use { value users\n rate { points 60 otherwise } }\nmeasure voice { value tickets\n rate { points 20 otherwise } }\n"
    card = f"scorecard health {{ bands rag\n {rollup}\n missing redistribute flat\n use ; voice }}\n"
    rules = ruleset(folder, "1.0.0", text + card)
    assert (
        rules.score_dict({"id": "one", "users": 3, "tickets": 1}, "2024-03-01")["scorecards"]["health"][
            "score"
        ]
        == score
    )
