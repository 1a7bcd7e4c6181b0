"""`ruleengine eval`: formats, selection, gates, and what is said on standard error."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.project import AS_OF, FACTS, ROOT, run, write_facts

EVAL = ("eval", "demo", "facts.ndjson", "--as-of", AS_OF)
RESULTS = Draft202012Validator(
    json.loads((ROOT / "schemas/result/1.schema.json").read_text(encoding="utf-8"))
)


def test_the_table_shows_the_worst_first_and_a_summary() -> None:
    outcome = run(*EVAL)
    assert outcome.exit_code == 0
    assert outcome.stdout.splitlines() == [
        "ACCOUNT  NAME     BAND               SCORE  COVERAGE  COSTS MOST",
        "bob      Bob Ltd  red                   20      100%  Seat use (-30)",
        "eve               no score: missing      –        0%",
        "cat      Cat Ltd  green                 50      100%  Tickets (-30)",
        "ann      Ann Ltd  green                 80      100%",
        "dan      Dan Ltd  green                 80       50%",
        "",
        "5 accounts: 1 red, 3 green, 1 without a band · 80% with a score · mean coverage 70% · "
        "measures: 0 stale, 3 missing",
    ]
    assert outcome.stderr == "read 5 records: 5 scored, 0 rejected\n"


def test_ndjson_is_one_valid_result_a_line() -> None:
    outcome = run(*EVAL, "--format", "ndjson")
    results = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert [result["id"] for result in results] == ["ann", "bob", "cat", "dan", "eve"]
    assert [result["scorecards"]["health"]["score"] for result in results] == [80, 20, 50, 80, None]
    assert [error for result in results for error in RESULTS.iter_errors(result)] == []


def test_json_is_one_document_with_the_summary() -> None:
    document = json.loads(run(*EVAL, "--format", "json").stdout)
    assert list(document) == ["as_of", "ruleset", "engine", "results", "summary"]
    assert document["as_of"] == AS_OF
    assert document["ruleset"]["version"] == "1.0.0"
    assert document["ruleset"] == document["results"][0]["ruleset"]
    assert document["engine"] == document["results"][0]["engine"]
    assert document["summary"]["scorecards"]["health"]["bands"] == {"green": 3, "red": 1}
    assert len(document["results"]) == 5


def test_csv_is_one_row_an_account() -> None:
    rows = list(csv.DictReader(io.StringIO(run(*EVAL, "--format", "csv").stdout)))
    assert [row["health.band"] for row in rows] == ["green", "red", "green", "green", ""]
    assert [row["output.busy"] for row in rows] == ["false", "true", "true", "false", ""]
    assert rows[1]["seat_use.status"] == "scored"
    assert rows[1]["seat_use.points"] == "20"
    assert rows[3]["seat_use.status"] == "missing"
    assert rows[0]["segments"] == "big"
    assert {row["as_of"] for row in rows} == {AS_OF}


def test_csv_on_a_terminal_shows_what_the_terminal_would_obey(monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "a\x1b[2J\n\x9b\u202e"
    Path("evil.ndjson").write_text(json.dumps({"id": evil, "seats": 20}) + "\n", encoding="utf-8")
    command = ("eval", "demo", "evil.ndjson", "--as-of", AS_OF, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(run(*command).stdout))
    assert row["id"] == evil
    monkeypatch.setattr("ruleengine.cli.writers.is_terminal", lambda stream: True)
    shown = run(*command).stdout
    assert shown.isascii()
    assert shown.count("\n") == 2
    assert "a\\x1b[2J\\x0a\\x9b\\u202e" in shown
    run(*command, "--out", "out.csv")
    assert evil in Path("out.csv").read_text(encoding="utf-8")


def test_markdown_is_a_table() -> None:
    lines = run(*EVAL, "--format", "markdown").stdout.splitlines()
    assert lines[0] == "| account | name | band | score | coverage | costs most |"
    assert lines[2] == "| bob | Bob Ltd | red | 20 | 100% | Seat use (-30) |"


@pytest.mark.parametrize(
    ("output_format", "expected"),
    [("ndjson", ""), ("csv", "id,as_of"), ("table", "0 accounts"), ("markdown", "0 accounts"), ("json", "{")],
)
def test_no_account_at_all_is_no_fault(output_format: str, expected: str) -> None:
    Path("none.ndjson").write_text("", encoding="utf-8")
    outcome = run("eval", "demo", "none.ndjson", "--as-of", AS_OF, "--format", output_format)
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith(expected)
    assert "read 0 records: 0 scored, 0 rejected" in outcome.stderr
    if output_format == "json":
        assert json.loads(outcome.stdout)["results"] == []


def test_facts_come_from_standard_input_gzipped_or_from_several_files() -> None:
    content = Path("facts.ndjson").read_bytes()
    Path("facts.ndjson.gz").write_bytes(gzip.compress(content))
    write_facts(Path("more.ndjson"), [{"id": "fay", "seats": 1}])
    ndjson = ("--as-of", AS_OF, "--format", "ndjson")
    from_file = run(*EVAL, "--format", "ndjson").stdout
    assert run("eval", "demo", "-", *ndjson, input=content).stdout == from_file
    assert run("eval", "demo", "facts.ndjson.gz", *ndjson).stdout == from_file
    both = run("eval", "demo", "facts.ndjson", "more.ndjson", *ndjson)
    assert len(both.stdout.splitlines()) == 6


def test_the_format_of_facts_can_be_told() -> None:
    facts = json.dumps(FACTS)
    outcome = run("eval", "demo", "-", "--as-of", AS_OF, "--facts-format", "json", input=facts)
    assert "5 accounts" in outcome.stdout


def test_without_a_date_today_is_told_and_stored() -> None:
    outcome = run("eval", "demo", "facts.ndjson", "--format", "ndjson")
    stored = json.loads(outcome.stdout.splitlines()[0])["as_of"]
    assert outcome.stderr.startswith(f"as of {stored} (today; --as-of fixes the date)\n")


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("big", ["ann", "bob"]),
        ("not big", ["cat", "eve"]),
        ("tickets > 3", ["bob", "cat"]),
        ("health is green and seats = 20", ["ann", "cat"]),
    ],
)
def test_where_selects_by_segment_or_condition(where: str, ids: list[str]) -> None:
    outcome = run(*EVAL, "--format", "ndjson", "--where", where)
    assert [json.loads(line)["id"] for line in outcome.stdout.splitlines()] == ids
    assert "conditions" not in json.loads(outcome.stdout.splitlines()[0])
    assert f"{5 - len(ids)} accounts left out by --where" in outcome.stderr


def test_a_fault_in_a_condition_is_a_wrong_command_line() -> None:
    for option in ("--where", "--fail-on"):
        outcome = run(*EVAL, option, "helth is red")
        assert outcome.exit_code == 2
        assert outcome.stdout == ""
        assert "error[RE201]: unknown name `helth`" in outcome.stderr
        assert f"<{option}>:1:1" in outcome.stderr
        assert "did you mean `health`?" in outcome.stderr


def test_an_unknown_card_is_a_wrong_command_line() -> None:
    outcome = run(*EVAL, "--card", "helth")
    assert outcome.exit_code == 2
    assert "Did you mean `health`?" in outcome.stderr


# ── Gates ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("health is red", 1),
        ("seats > 1000", 0),
        ("count of (health is red) > 0", 1),
        ("count of (health is red) > 1", 0),
        ("count of (health is red) = 1 and accounts = 5", 1),
        ("share of (health is red) >= 20%", 1),
        ("share of (health is red) > 20%", 0),
        ("share of (health is red or health is missing) > 1 / 3", 1),
        ("count of (health is red) + count of (health is green) < accounts", 1),
        ("not accounts > 4", 0),
        ("not (accounts > 4) or -accounts < 0", 1),
    ],
)
def test_a_gate_fails_when_its_condition_holds(condition: str, code: int) -> None:
    outcome = run(*EVAL, "--fail-on", condition)
    assert outcome.exit_code == code
    assert ("gate failed" in outcome.stderr) == bool(code)
    assert "5 accounts" in outcome.stdout  # results are written either way


def test_a_gate_over_accounts_names_them_and_the_undecided() -> None:
    outcome = run(*EVAL, "--fail-on", "seats = 20")
    assert "gate failed: `seats = 20` holds for 2 accounts: ann, cat\n" in outcome.stderr
    assert "gate: `seats = 20` is undecided for 2 accounts\n" in outcome.stderr


def test_a_gate_over_a_run_says_by_which_counts() -> None:
    outcome = run(*EVAL, "--fail-on", "count of (seats < 10) > 0")
    counts = "`seats < 10` holds for 1 (undecided for 2); 5 accounts"
    assert outcome.stderr.endswith(f"gate failed: `count of (seats < 10) > 0` holds: {counts}\n")


def test_a_share_of_no_accounts_is_undecided_and_does_not_fail() -> None:
    outcome = run(*EVAL, "--where", "seats > 1000", "--fail-on", "share of (health is red) < 50%")
    assert outcome.exit_code == 0
    assert "is undecided" in outcome.stderr


@pytest.mark.parametrize(
    ("condition", "code", "message"),
    [
        ("count of (health is red)", "RE305", "a condition is needed here"),
        ("accounts and accounts > 1", "RE305", "a condition is needed here"),
        ("count of (health is red) > 3 days", "RE302", "totals have no unit `days`"),
        ("count of (health is red) > seats", "RE213", "`seats` is no total of the run"),
        ("count of (health is red) > acounts", "RE213", "did you mean `accounts`?"),
        ("count of (count of (health is red) > 1) > 1", "RE213", "inside another one"),
        ("count of (health is red) > round(accounts)", "RE213", "this cannot be said about a whole run"),
        ("count of (health is red) > (accounts > 1)", "RE306", "a number is needed here"),
        ("count of (health is blue) > 1", "RE204", "blue"),
        ("count of (health is red > 1", "RE102", ""),
    ],
)
def test_a_faulty_gate_is_reported_before_anything_is_scored(condition: str, code: str, message: str) -> None:
    outcome = run(*EVAL, "--fail-on", condition)
    assert outcome.exit_code == 2
    assert f"error[{code}]" in outcome.stderr
    assert message in outcome.stderr
    assert outcome.stdout == ""
    assert "records" not in outcome.stderr


# ── Rejections and problems ─────────────────────────────────────────────────────────────────────────────────


def test_rejected_records_are_told_and_the_rest_is_scored() -> None:
    Path("bad.ndjson").write_text('{"id":"a","seats":1}\n{"id":"b","seats":NaN}\n{"id":\n', encoding="utf-8")
    outcome = run("eval", "demo", "bad.ndjson", "--as-of", AS_OF, "--rejects", "rejects.ndjson")
    assert outcome.exit_code == 4
    assert "1 account: 1 red" in outcome.stdout
    assert "read 3 records: 1 scored, 2 rejected" in outcome.stderr
    assert "error[RE501]" in outcome.stderr
    rejects = [json.loads(line) for line in Path("rejects.ndjson").read_text(encoding="utf-8").splitlines()]
    assert [(reject["path"], reject["line"], reject["code"]) for reject in rejects] == [
        ("bad.ndjson", 2, "RE501"),
        ("bad.ndjson", 3, "RE501"),
    ]


def test_many_rejections_are_cut_off_and_counted() -> None:
    Path("bad.ndjson").write_text("nonsense\n" * 130, encoding="utf-8")
    outcome = run("eval", "demo", "bad.ndjson", "--as-of", AS_OF)
    assert outcome.stderr.count("error[RE501]") == 20
    assert "and 110 more\n" in outcome.stderr
    assert "read 130 records: 0 scored, 130 rejected" in outcome.stderr


def test_problems_fail_only_a_strict_run() -> None:
    write_facts(Path("odd.ndjson"), [{"id": "a", "seats": "many", "tickets": 1}])
    odd = ("eval", "demo", "odd.ndjson", "--as-of", AS_OF)
    lenient = run(*odd)
    assert lenient.exit_code == 0
    assert "1 problem in 1 account (--strict lists them)" in lenient.stderr
    strict = run(*odd, "--strict")
    assert strict.exit_code == 4
    assert "a: RE504: `seats`: " in strict.stderr
    assert strict.stdout == lenient.stdout


def test_repeated_ids_are_told_and_fail_a_strict_run() -> None:
    write_facts(Path("twice.ndjson"), [FACTS[0], FACTS[0]])
    twice = ("eval", "demo", "twice.ndjson", "--as-of", AS_OF)
    assert run(*twice).exit_code == 0
    assert "warning[RE503]" in run(*twice).stderr
    assert run(*twice, "--strict").exit_code == 4


def test_a_failed_gate_comes_before_rejected_facts() -> None:
    Path("bad.ndjson").write_text('{"id":"a","seats":1}\nnonsense\n', encoding="utf-8")
    outcome = run("eval", "demo", "bad.ndjson", "--as-of", AS_OF, "--fail-on", "health is red")
    assert outcome.exit_code == 1
