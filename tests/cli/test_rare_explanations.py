"""What explanations, failed tests and snapshots say of triggers, matrices and points that stand in for missing data."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cli.project import AS_OF, RULES, run

PATH = Path("rulesets/demo/1.0.0.rules")
TESTS = Path("rulesets/demo/1.0.0.test.rules")
MORE = """
trigger call "Call" {
  when health is red because "it is red"
  when tickets > 50
}
trigger quiet "Quiet" { when health is red and seats > 90 }
matrix way "Way" {
  rows health ; columns plan: small, large
  green gives keep, grow ; red gives ask, save
  cell keep "Keep" ; cell grow "Grow" ; cell ask "Ask" ; cell save "Save"
}
let open = tickets > 3
"""


@pytest.fixture
def rules() -> Path:
    text = RULES.replace("VERSION", "1.0.0").replace(
        "  value    seats\n", "  value    seats\n  missing impute 50\n"
    )
    PATH.write_text(text + MORE, encoding="utf-8")
    return PATH


def failed(*expectations: str, account: str) -> list[str]:
    """What is said of a test that fails."""
    expected = "".join(f"  expect {each}\n" for each in expectations)
    TESTS.write_text(
        f'test "one" {{\n  as of {AS_OF}\n  facts "facts.ndjson" id "{account}"\n{expected}}}\n',
        encoding="utf-8",
    )
    done = run("test", "demo")
    assert done.exit_code == 1, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_a_trigger_that_should_have_fired_tells_its_conditions(rules: Path) -> None:
    told = [" ".join(line.split()) for line in failed("call", account="ann")]
    assert "found call is no" in told
    assert "line 42 does not hold health is red" in told
    assert "line 43 does not hold tickets > 50" in told


def test_a_cell_that_is_another_one_tells_where_it_is(rules: Path) -> None:
    told = [" ".join(line.split()) for line in failed("way is keep", account="ann")]
    assert "found way is grow" in told
    assert any("health is green, plan is large" in line for line in told)


def test_a_score_that_is_another_one_tells_its_members(rules: Path) -> None:
    told = failed("health = 10", account="bob")
    assert any("Seat use" in line and "red" in line for line in told)
    assert any("found" in line and "20" in line for line in told)


def explained(identity: str, output_format: str) -> str:
    done = run(
        "explain", "demo", "facts.ndjson", "--id", identity, "--as-of", AS_OF, "--format", output_format
    )
    assert done.exit_code == 0
    return done.stdout


def test_points_that_stand_in_are_told_as_such(rules: Path) -> None:
    """Dan has no seats: 50 points stand in, beside the 80 of tickets."""
    tree = explained("dan", "tree")
    assert "stands in with the points that the ruleset gives for absent data" in tree
    assert "65" in tree
    recorded = run("snapshot", "record", "demo", "facts.ndjson", "--as-of", AS_OF)
    assert recorded.exit_code == 0
    dan = Path("snapshots/demo/dan.snapshot.txt").read_text(encoding="utf-8")
    assert "health: green, 65" in dan
    assert "points that stand in for absent data" in dan
    assert run("snapshot", "record", str(PATH), "facts.ndjson", "--as-of", AS_OF).stdout.startswith(
        "snapshots/demo: 5 accounts"
    )


def test_triggers_that_do_not_fire_are_told_in_one_line(rules: Path) -> None:
    page = explained("ann", "markdown")
    assert "- silent: Call, Quiet" in page
    fired = explained("bob", "markdown")
    assert "- **Call**" in fired
    assert "health is red" in fired
    assert "tickets > 50" not in fired.partition("Triggers:")[2]
    assert "- silent: Quiet" in fired


def test_a_condition_by_its_name_chooses_accounts(rules: Path) -> None:
    done = run("eval", "demo", "facts.ndjson", "--as-of", AS_OF, "--where", "open", "--format", "ndjson")
    assert done.exit_code == 0
    assert done.stdout.count('"id":"bob"') == 1
    assert done.stdout.count('"id":"cat"') == 1
    assert done.stdout.count("\n") == 2


def test_what_spark_rejects_is_told_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    spark = pytest.importorskip("ruleengine.cli.spark")
    from ruleengine import api

    kept: list[Any] = []
    rejection = SimpleNamespace()
    monkeypatch.setattr(spark, "rejection_report", lambda each: ("report", each))
    monkeypatch.setattr(spark, "rejection_line", lambda each: b"line")
    done = SimpleNamespace(rejections=[rejection, rejection], read=5, scored=3, rejected=2)
    monkeypatch.setattr(spark, "run_spark", lambda job, master: done)
    monkeypatch.setattr(spark.ReadSummary, "keep", lambda reading, report: kept.append(report))
    ruleset = api.load("demo", cache=False)
    wanted = SimpleNamespace(facts=("facts.ndjson",), out="there", format="parquet", master="local")
    lines: list[bytes] = []
    for rejects in (SimpleNamespace(write=lines.append), None):
        tally = spark.over_spark(ruleset, None, wanted, None, rejects)
        assert (tally.reading.read, tally.reading.delivered, tally.reading.rejected) == (5, 3, 2)
    assert kept == [("report", rejection)] * 4
    assert lines == [b"line", b"line"]
