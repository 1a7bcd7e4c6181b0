"""`--previous`: results of an earlier `eval` as an input of `eval` and `explain`."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.project import ROOT, run

RULES = """ruleset fall 1.0.0 { facts account 1 }
bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }
measure mood "Mood" { value sentiment.rating ; rate as given }
scorecard health { mood }
trigger fell "Fell" { when health is worse than previous health because "{previous health.band} to {health}" }
"""


@pytest.fixture
def fall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rulesets/fall").mkdir(parents=True)
    (tmp_path / "rulesets/fall/1.0.0.rules").write_text(RULES, encoding="utf-8")
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    for name, ratings in (("before", ("green", "red", "green")), ("after", ("yellow", "green", "green"))):
        lines = [
            json.dumps({"id": identity, "sentiment": {"rating": rating}})
            for identity, rating in zip("abc", ratings, strict=True)
        ]
        (tmp_path / f"{name}.ndjson").write_text(
            "\n".join(lines[: 3 if name == "after" else 2]), encoding="utf-8"
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def evaluate(*more: str) -> list[tuple[str, list[str]]]:
    outcome = run("eval", "fall@1.0.0", "after.ndjson", "--as-of", "2024-03-01", "--format", "ndjson", *more)
    assert outcome.exit_code == 0, outcome.stderr
    results = [json.loads(line) for line in outcome.stdout.splitlines()]
    return [(result["id"], [each["reason"] for each in result["triggers"]]) for result in results]


@pytest.mark.parametrize("name", ["r.ndjson", "r.json", "r.ndjson.gz"])
def test_results_of_an_earlier_run_are_read_in_every_form(name: str, fall: Path) -> None:
    written = "json" if name.endswith(".json") else "ndjson"
    plain = run("eval", "fall@1.0.0", "before.ndjson", "--as-of", "2024-02-01", "--format", written).stdout
    content = plain.encode()
    (fall / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert evaluate("--previous", name) == [("a", ["green to yellow"]), ("b", []), ("c", [])]
    assert evaluate() == [("a", []), ("b", []), ("c", [])]
    explained = run(
        "explain", "fall@1.0.0", "after.ndjson", "--id", "a", "--as-of", "2024-03-01", "--previous", name
    )
    assert "  fires: Fell: green to yellow\n" in explained.stdout
    silent = run(
        "explain", "fall@1.0.0", "after.ndjson", "--id", "b", "--as-of", "2024-03-01", "--previous", name
    )
    assert "  silent: Fell\n" in silent.stdout
    nothing = run("explain", "fall@1.0.0", "after.ndjson", "--id", "b", "--as-of", "2024-03-01")
    assert "  undecided, so it does not fire: Fell\n" in nothing.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"id": "a"}\n', "document 1 is no result of an evaluation"),
        ("not json\n", "this is no result"),
        ('{"id": "a", "as_of": "2024-02-01", "ruleset": {"name": "other"}, "scorecards": {}}\n', "holds none of `health`"),
        ('{"id": "a", "as_of": "2024-02-01", "ruleset": {"name": "fall"}, "scorecards": {"health": {}}}\n' * 2, "is the second of"),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_results_is_refused(content: str, says: str, fall: Path) -> None:
    (fall / "bad.ndjson").write_text(content, encoding="utf-8")
    outcome = run("eval", "fall@1.0.0", "after.ndjson", "--as-of", "2024-03-01", "--previous", "bad.ndjson")
    assert outcome.exit_code == 5
    assert "RE514" in outcome.stderr
    assert says in outcome.stderr
    assert outcome.stdout == ""


WHOLE = {
    "id": "a",
    "as_of": "2024-02-01",
    "ruleset": {"name": "fall", "version": "1.0.0"},
    "scorecards": {"health": {"band": "green", "score": 87.5}},
}


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("id", None, "its `id` is neither a text nor a whole number"),
        ("id", True, "its `id` is neither a text nor a whole number"),
        ("as_of", "yesterday", "its `as_of` is no date such as 2024-03-01"),
        ("as_of", 20240201, "its `as_of` is no date such as 2024-03-01"),
        ("ruleset", "fall", "its `ruleset` has no `name`"),
        ("ruleset", {}, "its `ruleset` has no `name`"),
        ("scorecards", [], "its `scorecards` are no record"),
    ],
)
def test_a_broken_result_is_told_with_its_line_and_its_key(
    key: str, value: object, says: str, fall: Path
) -> None:
    for wrong, said in (({**WHOLE, "id": "b", key: value}, says), (_without(key), f"it has no `{key}`")):
        (fall / "bad.ndjson").write_text(f"{json.dumps(WHOLE)}\n\n{json.dumps(wrong)}\n", encoding="utf-8")
        outcome = run(
            "eval", "fall@1.0.0", "after.ndjson", "--as-of", "2024-03-01", "--previous", "bad.ndjson"
        )
        assert outcome.exit_code == 5
        assert f"document 2 is no result of an evaluation: {said}" in outcome.stderr
        assert "bad.ndjson:3" in outcome.stderr


def _without(key: str) -> dict[str, object]:
    return {name: value for name, value in WHOLE.items() if name != key}


def test_csv_is_told_what_to_give_instead(fall: Path) -> None:
    (fall / "before.csv").write_text("id,as_of\na,2024-02-01\n", encoding="utf-8")
    outcome = run("eval", "fall@1.0.0", "after.ndjson", "--as-of", "2024-03-01", "--previous", "before.csv")
    assert outcome.exit_code == 5
    assert "`before.csv` is CSV" in outcome.stderr
    assert "give the file that `ruleengine eval --format ndjson --out FILE` wrote" in outcome.stderr


@pytest.mark.parametrize(
    ("identity", "ruleset", "says"),
    [
        ("a", "fall", "earlier results for 1 of 3 accounts\n"),
        ("z", "fall", "earlier results for 0 of 3 accounts\n"),
        ("a", "base", "earlier results for 1 of 3 accounts, of the ruleset base 1.0.0\n"),
    ],
)
def test_how_many_accounts_have_an_earlier_result_is_said(
    identity: str, ruleset: str, says: str, fall: Path
) -> None:
    result = {**WHOLE, "id": identity, "ruleset": {"name": ruleset, "version": "1.0.0"}}
    (fall / "r.ndjson").write_text(json.dumps(result) + "\n", encoding="utf-8")
    more = ("--as-of", "2024-03-01", "--previous", "r.ndjson")
    assert says in run("eval", "fall@1.0.0", "after.ndjson", *more).stderr
    one = says.replace("3 accounts", "1 account")
    assert one in run("explain", "fall@1.0.0", "after.ndjson", "--id", "a", *more).stderr
    path = fall / "rulesets/fall/1.0.0.rules"
    path.write_text(RULES + 'template note { body "x" }\n', encoding="utf-8")
    assert says in run("render", "fall@1.0.0", "after.ndjson", *more).stderr
    assert "earlier results" not in run("eval", "fall@1.0.0", "after.ndjson", *more[:2]).stderr
