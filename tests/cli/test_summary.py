"""`ruleengine summary`: numbers counted by hand, what is said in words, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.project import AS_OF, ROOT, run

SCHEMA = json.loads((ROOT / "schemas/portfolio_summary/1.schema.json").read_text(encoding="utf-8"))
RULES = Path("rulesets/demo/1.0.0.rules")


def store(name: str, as_of: str = AS_OF) -> str:
    """Store the results of the five accounts."""
    done = run("eval", "demo", "facts.ndjson", "--as-of", as_of, "--engine", "auto", "--out", name)
    assert done.exit_code == 0, done.stderr
    return name


def document(*arguments: str) -> dict[str, Any]:
    """The summary as data."""
    done = run("summary", *arguments, "--format", "json")
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    Draft202012Validator(SCHEMA).validate(found)
    return found


def refused(*arguments: str, code: int = 5) -> str:
    """What is said when nothing can be counted: one message, nothing on standard output."""
    done = run("summary", *arguments)
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("name", ["r.parquet", "r.ndjson", "r.ndjson.gz", "r.duckdb"])
def test_numbers_by_hand(name: str) -> None:
    """Ann has 80 green, bob 20 red, cat 80 and 20 at equal weights, dan 80 by tickets alone, eve has nothing."""
    found = document(store(name))
    assert (found["accounts"], found["card"], found["known_from"], found["as_of"]) == (
        5,
        "health",
        "ruleset",
        AS_OF,
    )
    (card,) = found["scorecards"]
    assert (card["title"], card["with_score"], card["share_with_score"], card["goal_met"]) == (
        "Health",
        4,
        0.8,
        False,
    )
    assert card["mean_score"] == (80 + 20 + 50 + 80) / 4
    assert card["mean_coverage"] == (1 + 1 + 1 + 0.5 + 0) / 5
    assert card["bands"] == [
        {"band": "green", "accounts": 3, "share": 0.6, "mean_score": 70.0},
        {"band": "red", "accounts": 1, "share": 0.2, "mean_score": 20.0},
    ]
    assert (card["without_band"], card["statuses"]) == (1, {"scored": 4, "missing": 1})
    assert [each["accounts"] for each in card["coverage"]] == [1, 0, 0, 1, 0, 3, 0]
    # Tickets: bob and cat have 20 of 80 points at half the weight. Seats: bob alone.
    assert [(each["path"], each["lost"], each["accounts_losing"]) for each in card["places"]] == [
        ("ticket_load", 60.0, 2),
        ("seat_use", 30.0, 1),
    ]
    assert card["places"][1]["statuses"] == {"scored": 3, "missing": 2}
    groups = [
        (each["value"], each["accounts"], each["mean_score"], each["bands"])
        for each in found["groups"]["groups"]
    ]
    assert groups == [
        ("big", 2, 50.0, {"green": 1, "red": 1}),
        (None, 3, 65.0, {"green": 2, "red": 0}),
    ]
    assert found["headline"] == (
        f"As of {AS_OF}, 4 of 5 accounts (80%) have a score for Health, which misses the goal of more than 95%; "
        "1 is red and 3 green; Tickets costs the most points (15 an account)."
    )


def test_table() -> None:
    lines = run("summary", store("r.parquet")).stdout.splitlines()
    assert lines[0].startswith(f"As of {AS_OF}, 4 of 5 accounts (80%)")
    assert "red                       1    20%       20.00" in lines
    assert "green                     3    60%       70.00" in lines
    assert "no score: missing         1    20%           –" in lines
    assert ["Tickets", "60.0", "15", "1"] in [line.split() for line in lines]


def test_colours_only_when_wanted() -> None:
    store("r.parquet")
    assert "\x1b[" not in run("summary", "r.parquet").stdout
    assert "\x1b[31m" in run("summary", "r.parquet", "--color", "always").stdout


def test_markdown_by_the_name_of_the_output() -> None:
    assert run("summary", store("r.parquet"), "--out", "r.md").exit_code == 0
    text = Path("r.md").read_text(encoding="utf-8")
    assert "| red | 1 | 20% | 20.00 |\n" in text
    assert run("summary", "r.parquet", "--out", "r.json").exit_code == 0
    assert json.loads(Path("r.json").read_text(encoding="utf-8"))["accounts"] == 5


@pytest.mark.parametrize(
    ("goal", "code", "words"),
    [
        ("80%", 1, "misses the goal of more than 80%"),
        ("79.9", 0, "meets the goal of more than 79.9%"),
        ("100%", 1, "misses the goal of 100%"),
    ],
)
def test_goal(goal: str, code: int, words: str) -> None:
    done = run("summary", store("r.parquet"), "--goal", goal, "--fail-below-goal")
    assert done.exit_code == code
    assert words in done.stdout.splitlines()[0]
    assert run("summary", "r.parquet", "--goal", goal).exit_code == 0


def test_groups() -> None:
    store("r.ndjson")
    store("r.parquet")
    by_band = [("green", 3), ("red", 1), (None, 1)]
    by_output = [("no", 2), ("yes", 2), (None, 1)]
    for name in ("r.ndjson", "r.parquet"):
        for by, expected in (("health", by_band), ("busy", by_output)):
            found = document(name, "--by", by)["groups"]
            assert [(each["value"], each["accounts"]) for each in found["groups"]] == expected
    assert "there is no 'plan'" in refused("r.parquet", "--by", "plan", code=2)
    assert "Did you mean `health`?" in refused("r.parquet", "--card", "heath", code=2)


def test_changed_ruleset_is_not_used() -> None:
    store("r.parquet")
    RULES.write_text(RULES.read_text(encoding="utf-8").replace("Tickets", "Load"), encoding="utf-8")
    done = run("summary", "r.parquet", "--format", "json")
    assert "demo 1.0.0 has changed since these results were computed" in done.stderr
    found = json.loads(done.stdout)
    assert found["known_from"] == "results"
    assert found["scorecards"][0]["places"][0]["title"] == "ticket_load"
    assert [each["band"] for each in found["scorecards"][0]["bands"]] == ["green", "red"]
    assert "is not at hand" in found["notes"][0]


def test_results_of_several_dates_are_not_mixed() -> None:
    names = [store("a.parquet"), store("b.parquet", "2024-07-01")]
    said = refused(*names)
    assert f"2 as-of dates (demo 1.0.0 as of {AS_OF}: 5; demo 1.0.0 as of 2024-07-01: 5)" in said
    assert document(*names, "--as-of", "2024-07-01")["accounts"] == 5
    assert document(*names, "--as-of", "2024-07-01", "--ruleset", "demo@1")["as_of"] == "2024-07-01"
    assert "there are no results that were asked for" in refused(*names, "--ruleset", "demo@2")


def test_results_of_several_versions_are_not_mixed() -> None:
    text = (
        RULES.read_text(encoding="utf-8")
        .replace("1.0.0", "1.1.0")
        .replace("measure seat_use", "measure seats_used")
    )
    text = text.replace("  seat_use ", "  seats_used ")
    store("a.parquet")
    RULES.with_name("1.1.0.rules").write_text(text, encoding="utf-8")
    done = run("eval", "demo@1.1.0", "facts.ndjson", "--as-of", AS_OF, "--out", "b.parquet")
    assert done.exit_code == 0, done.stderr
    assert "2 versions or rulesets (demo 1.0.0" in refused("a.parquet", "b.parquet")
    assert document("a.parquet", "b.parquet", "--ruleset", "demo@1.1.0")["ruleset"]["version"] == "1.1.0"


def test_foreign_files() -> None:
    Path("text.ndjson").write_text("no results\n", encoding="utf-8")
    Path("other.ndjson").write_text('{"a": 1}\n', encoding="utf-8")
    Path("half.parquet").write_bytes(Path(store("r.parquet")).read_bytes()[:500])
    lines = Path(store("r.ndjson")).read_text(encoding="utf-8")
    Path("broken.ndjson").write_text(lines + '{"id": "x", \n', encoding="utf-8")
    Path("mixed.ndjson").write_text(lines + '{"a": 1}\n', encoding="utf-8")
    Path("words.ndjson").write_text(lines.replace('"score":80.0', '"score":"high"'), encoding="utf-8")
    said = {
        name: refused(name)
        for name in ("text.ndjson", "other.ndjson", "half.parquet", "broken.ndjson", "mixed.ndjson")
    }
    assert "`text.ndjson` holds no results" in said["text.ndjson"]
    assert "a line is no result" in said["other.ndjson"]
    assert "is no whole Parquet file" in said["half.parquet"]
    assert "`broken.ndjson` cannot be read as results: Malformed JSON" in said["broken.ndjson"]
    assert "1 row is no result in `mixed.ndjson`" in said["mixed.ndjson"]
    assert "`words.ndjson` cannot be read as results" in refused("words.ndjson")
    assert "there is no file `nowhere.parquet`" in refused("nowhere.parquet")
    assert "which a pipe does not allow" in refused("-")
    assert "of several formats: NDJSON, Parquet" in refused("r.parquet", "r.ndjson")
    assert all(each.count("error[RE514]") == 1 for each in said.values())


@pytest.mark.parametrize(
    "scorecards",
    [
        "5",
        '{"c": 1}',
        '{"c": {"nodes": 7}}',
        '{"": {"nodes": {}}}',
        '{"c": {"nodes": {"\\ud800": {}}}}',
        '{"c": {"nodes": {}}, "C": {"nodes": {}}}',
    ],
)
def test_lines_that_look_like_results(scorecards: str) -> None:
    ruleset = '{"name": "demo", "version": "1.0.0", "digest": "sha256:0"}'
    Path("odd.ndjson").write_text(
        f'{{"as_of": "2024-01-01", "ruleset": {ruleset}, "scorecards": {scorecards}, "measures": {{}}, "matrices": {{}}, "outputs": {{}}}}\n',
        encoding="utf-8",
    )
    assert refused("odd.ndjson").startswith("error[RE514]: `odd.ndjson` ")


def test_names_are_no_sql() -> None:
    """Whatever a name holds, it stands for itself."""
    name = 'x\'; DROP TABLE results; -- "{source}"'
    store("r.ndjson")
    text = Path("r.ndjson").read_text(encoding="utf-8")
    Path("odd.ndjson").write_text(
        text.replace('"ticket_load"', json.dumps(name)).replace('"busy"', json.dumps(name)), encoding="utf-8"
    )
    found = document("odd.ndjson", "--by", name, "--rulesets", "nowhere")
    assert [each["lost"] for each in found["scorecards"][0]["places"] if each["path"] == name] == [60.0]
    assert [(each["value"], each["accounts"]) for each in found["groups"]["groups"]] == [
        ("no", 2),
        ("yes", 2),
        (None, 1),
    ]


def test_other_parquet_and_databases() -> None:
    import duckdb

    duckdb.sql("COPY (SELECT 1 AS id, 2 AS score) TO 'other.parquet'")
    duckdb.connect("other.duckdb").execute("CREATE TABLE accounts (id INTEGER)").close()
    assert "there is no column `as_of` or `ruleset` or `scorecards`" in refused("other.parquet")
    assert "there is no table `results`" in refused("other.duckdb")


def test_names_of_files_are_names() -> None:
    Path("it's [1]").mkdir()
    store("it's [1]/r*.parquet")
    store("it's [1]/o'r?.ndjson")
    assert document("it's [1]/r*.parquet")["accounts"] == 5
    assert document("it's [1]/o'r?.ndjson")["accounts"] == 5


def test_results_stay() -> None:
    before = Path(store("r.parquet")).read_bytes()
    assert "used for something else" in refused("r.parquet", "--out", "r.parquet", code=2)
    assert Path("r.parquet").read_bytes() == before


@pytest.mark.parametrize("goal", ["ninety", "101%", "-5", "1e1"])
def test_goals_that_are_none(goal: str) -> None:
    assert "is no share; write it as 95%" in refused("r.parquet", f"--goal={goal}", code=2)
