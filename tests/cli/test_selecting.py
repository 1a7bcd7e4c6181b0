"""`eval --select`, `--by`, and triggers and matrices in every format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.project import ROOT, run

RULES = """ruleset signs 1.0.0 { facts account 1 }
bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }
segment large when account.size = "large"
segment growth when account.service_level = "growth"
measure mood "Mood" { value sentiment.rating ; rate as given }
scorecard health "Health" { mood }
trigger unhappy "Unhappy" { when mood is red because "the mood is {mood}" ; due as_of + 7 days }
trigger at_risk "At risk" { when unhappy ; when health is yellow }
matrix plan "Plan" {
  rows    health
  columns account.size: large, small
  green   gives keep, keep
  yellow  gives visit, "Write to them"
  red     gives rescue, visit
  cell    keep "Keep going"
  cell    visit "Visit them"
  cell    rescue "Rescue"
}
output letter = if mood is red then "r" else "o"
"""
ACCOUNTS = [
    {"id": "a", "account": {"size": "large", "region": "EMEA"}, "sentiment": {"rating": "red"}},
    {"id": "b", "account": {"size": "small", "region": "EMEA"}, "sentiment": {"rating": "yellow"}},
    {"id": "c", "account": {"size": "large", "region": "APAC", "service_level": "growth"}, "sentiment": {"rating": "green"}},
    {"id": "d", "account": {"size": "small"}},
]  # fmt: skip
EVAL = ("eval", "signs@1.0.0", "facts.ndjson", "--as-of", "2024-03-01")


@pytest.fixture(autouse=True)
def signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rulesets/signs").mkdir(parents=True)
    (tmp_path / "rulesets/signs/1.0.0.rules").write_text(RULES, encoding="utf-8")
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    (tmp_path / "facts.ndjson").write_text(
        "".join(json.dumps(each) + "\n" for each in ACCOUNTS), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)


def test_the_table_shows_triggers_and_cells() -> None:
    lines = run(*EVAL).stdout.splitlines()
    assert lines[:3] == [
        "ACCOUNT  BAND               SCORE  COVERAGE  COSTS MOST    TRIGGERS          PLAN",
        "a        red                 25.0      100%  Mood (-62.5)  Unhappy, At risk  Rescue",
        "d        no score: missing      –        0%",
    ]
    assert (
        "b        yellow              62.5      100%  Mood (-25)    At risk           Write to them" in lines
    )
    assert "3 triggers" in lines[-1]


def test_a_selected_trigger_says_why_and_by_when() -> None:
    for words in ("trigger unhappy", "unhappy", " trigger  unhappy "):
        outcome = run(*EVAL, "--select", words)
        assert outcome.stdout.splitlines()[:2] == [
            "ACCOUNT  BAND  SCORE  COVERAGE  COSTS MOST    DUE         REASON           TRIGGERS  PLAN",
            "a        red      25      100%  Mood (-62.5)  2024-03-08  the mood is red  At risk   Rescue",
        ]
        assert "3 accounts left out by --select\n" in outcome.stderr


def test_select_and_where_both_hold() -> None:
    outcome = run(*EVAL, "--select", "at_risk", "--where", "health is yellow", "--format", "ndjson")
    assert [json.loads(line)["id"] for line in outcome.stdout.splitlines()] == ["b"]
    assert "left out by --where and --select" in outcome.stderr


def test_an_unknown_trigger_is_told_with_the_nearest() -> None:
    outcome = run(*EVAL, "--select", "trigger unhapy")
    assert outcome.exit_code == 2
    assert "no trigger 'unhapy'. Did you mean `unhappy`?" in outcome.stderr


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("segment", {"large": 2, "growth": 1, None: 2}),
        ("trigger", {"at_risk": 2, "unhappy": 1, None: 2}),
        ("health", {"red": 1, "yellow": 1, "green": 1, None: 1}),
        ("plan", {"Rescue": 1, "Write to them": 1, "Keep going": 1, None: 1}),
        ("letter", {"o": 2, "r": 1, None: 1}),
        ("account.region", {"EMEA": 2, "APAC": 1, None: 1}),
    ],
)
def test_groups_are_counted(by: str, groups: dict[str | None, int]) -> None:
    summary = json.loads(run(*EVAL, "--by", by, "--format", "json").stdout)["summary"]
    assert summary["groups"]["by"] == by
    found = {each["value"]: each["accounts"] for each in summary["groups"]["groups"]}
    assert found == groups
    assert list(found)[-1] is None
    assert summary["triggers"] == {"unhappy": 1, "at_risk": 2}
    assert summary["matrices"] == {"plan": {"Rescue": 1, "Write to them": 1, "Keep going": 1}}


def test_groups_are_a_table() -> None:
    assert run(*EVAL, "--by", "account.region").stdout.splitlines()[:4] == [
        "ACCOUNT.REGION  ACCOUNTS  RED  YELLOW  GREEN  WITH A SCORE  MEAN SCORE  COVERAGE  TRIGGERS",
        "EMEA                   2    1       1      –          100%        43.8      100%         3",
        "APAC                   1    –       –      1          100%        87.5      100%         –",
        "–                      1    –       –      –            0%           –        0%         –",
    ]
    markdown = run(*EVAL, "--by", "segment", "--format", "markdown").stdout.splitlines()
    assert (
        markdown[0]
        == "| segment | accounts | red | yellow | green | with a score | mean score | coverage | triggers |"
    )
    assert markdown[2] == "| large | 2 | 1 | – | 1 | 100% | 56.2 | 100% | 2 |"


@pytest.mark.parametrize(
    ("by", "says"),
    [
        ("account.regoin", "Did you mean `account.region`?"),
        ("zzz", "Group by `segment`"),
        ("timeline.date", "there is no"),
    ],
)
def test_what_cannot_be_grouped_by_is_told(by: str, says: str) -> None:
    outcome = run(*EVAL, "--by", by)
    assert outcome.exit_code == 2
    assert says in outcome.stderr


def test_groups_need_a_format_that_counts() -> None:
    outcome = run(*EVAL, "--by", "segment", "--format", "ndjson")
    assert outcome.exit_code == 2
    assert "--by counts accounts, and ndjson lists them" in outcome.stderr


def test_groups_are_rows_of_csv() -> None:
    text = run(*EVAL, "--by", "account.region", "--format", "csv").stdout
    assert text.splitlines() == [
        "account.region,accounts,health.green,health.yellow,health.red,health.without_band,health.with_score,"
        "health.share_with_score,health.mean_score,health.mean_coverage,triggers,problems",
        "EMEA,2,0,1,1,0,2,1,43.75,1,3,0",
        "APAC,1,1,0,0,0,1,1,87.5,1,0,0",
        ",1,0,0,0,1,0,0,,0,0,0",
    ]


def test_groups_of_nobody_are_a_heading() -> None:
    Path("facts.ndjson").write_text("", encoding="utf-8")
    text = run(*EVAL, "--by", "segment", "--format", "csv").stdout
    assert text.startswith("segment,accounts,health.green,")
    assert len(text.splitlines()) == 1


def test_csv_has_triggers_and_cells() -> None:
    rows = list(csv.DictReader(io.StringIO(run(*EVAL, "--format", "csv").stdout)))
    assert [row["triggers"] for row in rows] == ["unhappy;at_risk", "at_risk", "", ""]
    assert [row["matrix.plan"] for row in rows] == ["Rescue", "Write to them", "Keep going", ""]
