"""The text that is kept of an account: what it says, how exact it is, and what it leaves out on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ruleengine import api
from ruleengine.report.snapshots.difference import difference_lines, unified
from ruleengine.report.snapshots.text import Verdict, verdicts_in
from tests.cli.project import AS_OF, FACTS, RULES, make_project

ROOT = Path(__file__).parents[2]
RULESETS = sorted(
    f"{path.parent.name}@{path.stem}"
    for path in (ROOT / "rulesets").glob("*/*.*.*.rules")
    if ".test" not in path.name
)
ACCOUNTS = [
    json.loads(line) for line in (ROOT / "examples/accounts.ndjson").read_text(encoding="utf-8").splitlines()
]
ANN = """\
Ann Ltd (ann)
as of 2024-06-01

health: green, 80

Health
  Ann Ltd (ann) is green in “Health” as of 2024-06-01, with a score of 80.

  coverage: 100%

  Seat use: 20; green, 80 points; weighs 50%; adds 40
  Tickets: 1; green, 80 points; weighs 50%; adds 40

Outputs
  busy: false

Segments
  big
"""
DAN = """\
Dan Ltd (dan)
as of 2024-06-01

health: green, 80

Health
  Dan Ltd (dan) is green in “Health” as of 2024-06-01, with a score of 80.
  Nothing can be said about Seat use (no data). 50% of the weight rests on data.

  coverage: 50%

  Seat use: no data; weighs 50%, in effect 0%; adds 0
    reason: `seats`
  Tickets: 2; green, 80 points; weighs 50%, in effect 100%; adds 80

Outputs
  busy: false
"""


def ruleset(folder: Path, rules: str = RULES) -> api.Ruleset:
    """The ruleset of the small project, or another text in its place."""
    project = make_project(folder)
    path = project / "rulesets/demo/1.0.0.rules"
    path.write_text(rules.replace("VERSION", "1.0.0"), encoding="utf-8")
    return api.load(path, cache=False)


@pytest.mark.parametrize(("place", "expected"), [(0, ANN), (3, DAN)])
def test_the_whole_text(place: int, expected: str, tmp_path: Path) -> None:
    assert ruleset(tmp_path).snapshot(FACTS[place], AS_OF) == expected


def test_what_changes_no_account_changes_no_text(tmp_path: Path) -> None:
    plain = ruleset(tmp_path / "plain")
    moved = RULES.replace("measure seat_use", "# a comment\n\n\nmeasure   seat_use").replace(">= 10", ">= 11")
    moved = moved.replace('title      "Demo"', 'title      "Another title"')
    changed = ruleset(tmp_path / "changed", moved)
    assert plain.digest != changed.digest
    assert [plain.snapshot(each, AS_OF) for each in FACTS] == [
        changed.snapshot(each, AS_OF) for each in FACTS
    ]


def test_numbers_are_not_rounded(tmp_path: Path) -> None:
    thirds = RULES.replace("value    seats", "value    seats / 3").replace(
        "seat_use    50%", "seat_use    33.3%"
    )
    text = ruleset(tmp_path, thirds.replace("ticket_load 50%", "ticket_load 66.7%")).snapshot(FACTS[2], AS_OF)
    # 20 / 3, red by less than 10: 20 points; tickets 9: 20 points
    assert "  Seat use: 6.67 (6.6666666667); red, 20 points; weighs 33.3%; adds 6.66\n" in text


def test_text_of_users_is_one_line_and_safe(tmp_path: Path) -> None:
    hostile = "a\nhealth: green, 99\x1b[2J\u202e"
    text = ruleset(tmp_path).snapshot({"id": hostile, "name": hostile, "seats": 1, "tickets": 9}, AS_OF)
    assert text.replace("\n", "").isprintable()
    assert text.startswith("a\\x0ahealth: green, 99\\x1b[2J\\u202e (a\\x0ahealth")
    assert verdicts_in(text) == {"health": Verdict("red, 20", 20.0, "red")}


def test_secrets_stay_secret(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    schema = project / "schemas/thing/1.schema.json"
    data = json.loads(schema.read_text(encoding="utf-8"))
    data["properties"]["seats"]["x-secret"] = True
    schema.write_text(json.dumps(data), encoding="utf-8")
    text = api.load(project / "rulesets/demo/1.0.0.rules", cache=False).snapshot(
        {"id": "a", "seats": 83, "tickets": 1}, AS_OF
    )
    assert "83" not in text
    assert "  Seat use: (secret); green, 80 points" in text


@pytest.mark.parametrize(
    ("said", "score", "band"),
    [
        ("red, 34.375", 34.375, "red"),
        ("no score (grace)", None, None),
        ("red, no score", None, "red"),
        ("-3", -3.0, None),
        ("at risk, 12 (stale)", 12.0, "at risk"),
    ],
)
def test_verdicts_are_read_back(said: str, score: float | None, band: str | None) -> None:
    assert verdicts_in(f"A\nas of 2024-01-01\n\nhealth: {said}\n\nHealth\n") == {
        "health": Verdict(said, score, band)
    }


def test_what_is_no_such_text_has_no_verdicts() -> None:
    assert verdicts_in("") == {}
    assert verdicts_in("anything\nat\nall\nand more\n") == {}


@pytest.mark.parametrize("name", RULESETS)
def test_every_account_of_every_ruleset_has_a_text_that_agrees_with_its_scores(name: str) -> None:
    loaded = api.load(name, rulesets=ROOT / "rulesets")
    for account in ACCOUNTS[::7]:
        text = loaded.snapshot(account, "2024-03-01")
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "\n\n\n" not in text
        assert text.replace("\n", "").isprintable()
        assert all(line == line.rstrip() for line in text.split("\n"))
        found = {card: (verdict.score, verdict.band) for card, verdict in verdicts_in(text).items()}
        cards = loaded.score_dict(account, "2024-03-01")["scorecards"]
        assert found == {card: (each["score"], each["band"]) for card, each in cards.items()}


def test_a_brief_explanation_says_the_same_as_a_whole_one() -> None:
    from ruleengine.evaluator.explain import explain
    from ruleengine.inputs import day

    loaded = api.load("early_warning", rulesets=ROOT / "rulesets", as_of="2024-03-01")
    left_out: dict[str, list[Any]] = {"inputs": [], "lets": [], "rows": []}

    def stripped(data: Any) -> Any:
        if isinstance(data, dict):
            return {key: left_out.get(key, stripped(value)) for key, value in data.items()}
        return [stripped(each) for each in data] if isinstance(data, list) else data

    for account in ACCOUNTS[::20]:
        whole = loaded.explain(account, "2024-03-01").to_dict()
        brief = explain(loaded.evaluator, {}, account, day("2024-03-01"), brief=True).to_dict()
        assert stripped(whole) == stripped(brief)
        assert whole != brief


def test_differences_show_what_stands_around() -> None:
    old = "".join(f"{number}\n" for number in range(10))
    assert list(difference_lines(old, old.replace("5", "five"))) == [
        "  …",
        "  3",
        "  4",
        "- 5",
        "+ five",
        "  6",
        "  7",
    ]
    assert list(difference_lines("a\n", "a")) == ["- a", "+ a (no line break at the end)"]
    assert list(difference_lines("a\x1b[2J\n", "b\n")) == ["- a\\x1b[2J", "+ b"]
    assert list(difference_lines("a\n", "b\n", color=True)) == ["\x1b[31m- a\x1b[0m", "\x1b[32m+ b\x1b[0m"]
    assert unified("a\nb\n", "a\nc\n", "x") == "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c"
