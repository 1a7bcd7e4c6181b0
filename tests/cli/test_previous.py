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
