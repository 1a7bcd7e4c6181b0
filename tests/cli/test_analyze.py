"""`ruleengine analyze`: reports, exit codes, accounts as documents, what is accepted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator

from tests.cli.project import AS_OF, ROOT, make_project, run

ANALYSIS, EQUIVALENCE = (
    Draft202012Validator(json.loads((ROOT / f"schemas/{name}/1.schema.json").read_text(encoding="utf-8")))
    for name in ("analysis", "equivalence")
)
#: Green and red are half of the score each: 80, 50 and 20, of which 50 is green, so one red measure is hidden.
INVARIANT = 'invariant "tickets are not hidden"\n  never ticket_load is red and health is green\n'
WEIGHTLESS = "  seat_use    100%\n  ticket_load 0%\n"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(make_project(tmp_path))
    return Path("rulesets/demo/1.0.0.rules")


def analyze(*arguments: str) -> Result:
    return run("analyze", *arguments, "--as-of", AS_OF, "--no-solver")


def add(rules: Path, text: str, instead: str = "") -> None:
    before = rules.read_text(encoding="utf-8")
    assert instead in before
    rules.write_text(before.replace(instead, text) if instead else before + text, encoding="utf-8")


def document(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(analyze(*arguments, "--format", "json").stdout)
    ANALYSIS.validate(found)
    return found


def test_the_report_for_people(rules: Path) -> None:
    add(rules, INVARIANT)
    done = analyze("demo", "--only", "bounds", "--only", "invariants")
    assert done.exit_code == 3
    lines = done.stdout.splitlines()
    assert lines[0] == "demo 1.0.0 as of 2024-06-01: for all accounts that its fact schema allows"
    # 20 to 80 of 100, in 24 columns
    assert "all accounts      20  ░░░░████████████████░░░░       80  green red" in lines
    assert any(line.startswith("violated   “tickets are not hidden”") for line in lines)
    assert "error[RE707]: an account violates the invariant “tickets are not hidden”" in lines
    assert [line.split() for line in lines if line.startswith("             ")][:2] == [
        ["seats", line_of(done, "seats")], ["tickets", line_of(done, "tickets")],
    ]  # fmt: skip
    assert int(line_of(done, "seats")) >= 10
    assert int(line_of(done, "tickets")) > 3
    assert done.stderr.startswith("demo 1.0.0 analysed: 1 error, 0 warnings · ")


def line_of(done: Result, fact: str) -> str:
    (found,) = [line.split()[1] for line in done.stdout.splitlines() if line.split()[:1] == [fact]]
    return found


def test_the_document_for_programs(rules: Path) -> None:
    found = document("demo")
    (whole,) = [each for each in found["bounds"] if each["kind"] == "all"]
    assert (whole["lowest"]["score"], whole["highest"]["score"]) == (20, 80)
    assert [each["reachable"] for each in whole["bands"]] == [True, True]
    assert found["rising"] == [{"card": "health", "measures": ["seat_use", "ticket_load"]}]
    assert {each["code"] for each in found["reports"]} == {"RE406"}
    assert found["reports"][0]["accepted"] == "only selected by"


def test_every_account_of_a_document_shows_what_is_said(rules: Path) -> None:
    add(rules, INVARIANT)
    done = analyze("demo", "--write-accounts", "shown", "--format", "json")
    index = json.loads(Path("shown/index.json").read_text(encoding="utf-8"))
    assert {each["file"] for each in index} | {"index.json"} == {
        path.name for path in Path("shown").iterdir()
    }
    (lowest,) = [each for each in index if each["shows"] == "the lowest score of health, all accounts: 20"]
    scored = run(
        "eval", "demo", f"shown/{lowest['file']}", "--as-of", lowest["as_of"], "--format", "ndjson"
    ).stdout
    assert json.loads(scored)["scorecards"]["health"]["score"] == 20
    (refuting,) = [each for each in index if "invariant" in each["shows"]]
    explained = run(
        "explain", "demo", f"shown/{refuting['file']}", "--id", refuting["id"], "--as-of", refuting["as_of"]
    )
    assert explained.exit_code == 0
    assert "tickets are not hidden" in json.dumps(json.loads(
        run("eval", "demo", f"shown/{refuting['file']}", "--as-of", AS_OF, "--format", "ndjson").stdout
    )["problems"])  # fmt: skip
    assert f"{len(index)} accounts written to shown" in done.stderr


def test_warnings_fail_only_when_they_shall(rules: Path) -> None:
    add(rules, WEIGHTLESS, "  seat_use    50%\n  ticket_load 50%\n")
    assert analyze("demo", "--only", "reach").exit_code == 0
    assert analyze("demo", "--only", "reach", "--strict").exit_code == 3
    failed = analyze("demo", "--only", "reach", "--fail-on", "RE703")
    assert failed.exit_code == 1
    assert "gate failed: RE703 was found" in failed.stderr
    assert analyze("demo", "--only", "reach", "--fail-on", "RE706", "--fail-on", "unknown").exit_code == 0


def test_what_is_accepted_is_told_with_its_reason_and_check_leaves_it_alone(rules: Path) -> None:
    add(rules, WEIGHTLESS, "  seat_use    50%\n  ticket_load 50%\n")
    add(rules, 'accept RE703 for ticket_load because "it is only shown"\n')
    done = analyze("demo", "--only", "reach", "--strict")
    assert done.exit_code == 0
    assert "ACCEPTED BY THE RULESET" in done.stdout
    assert "because: it is only shown" in done.stdout
    assert run("check", "demo", "--strict").exit_code == 0


def test_an_accept_that_accepts_nothing_is_told_by_the_analysis_that_looked_for_it(rules: Path) -> None:
    add(rules, 'accept RE703 for ticket_load because "it is only shown"\n')
    assert run("check", "demo", "--strict").exit_code == 0
    assert "warning[RE413]: there is no `RE703` here to accept" in analyze("demo", "--only", "reach").stdout
    assert "RE413" not in analyze("demo", "--only", "neglect").stdout


def test_check_tells_an_accept_for_what_does_not_exist(rules: Path) -> None:
    add(rules, 'accept RE703 for tickets_load because "it is only shown"\n')
    assert "nothing here is called `tickets_load`" in run("check", "demo").stdout


@pytest.mark.parametrize("output_format", ["sarif", "github", "gitlab", "markdown"])
def test_other_formats_hold_the_findings(rules: Path, output_format: str) -> None:
    add(rules, WEIGHTLESS, "  seat_use    50%\n  ticket_load 50%\n")
    found = analyze("demo", "--only", "reach", "--format", output_format).stdout
    assert "RE703" in found
    assert "\x1b" not in found
    if output_format in ("sarif", "gitlab"):
        json.loads(found)


def test_a_ruleset_with_errors_is_not_analysed(rules: Path) -> None:
    add(rules, "output broken = no_such_name\n")
    done = analyze("demo")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "error[RE201]" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demo", "--equivalent", "demo", "demo"], "Give RULESETS, or"),
        (["--segment", "big"], "--segment is for one RULESET"),
        (["--equivalent", "demo", "demo", "--format", "sarif"], "--equivalent has no --format sarif"),
        (["--equivalent", "demo", "demo", "--only", "reach"], "--only is for RULESETS"),
        (["demo", "--segment", "bug"], "no segment 'bug'. Did you mean `big`?"),
        (["demo", "--fail-on", "RE9"], "'RE9' is no code"),
        (["demo", "--seconds", "0"], "0.0 is not in the range"),
        (["demo", "--seconds", "-1"], "-1.0 is not in the range"),
        (["demo", "--seconds", "nan"], "nan is no number of seconds"),
        (["demo", "--seconds", "inf"], "inf is no number of seconds"),
        (["demo", "--seconds", "1e999"], "1e999 is no number of seconds"),
        (["demo", "--out", "rulesets/demo/1.0.0.rules"], "called like a ruleset"),
        (["demo", "--out", "schemas/thing/1.schema.json"], "used for something else"),
    ],
)
def test_what_does_not_go_together(rules: Path, arguments: list[str], words: str) -> None:
    done = analyze(*arguments)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())


#: Red tickets leave 50 at most, which is green, and 20: neither score is above a cap of 60 that red tickets bring.
IDLE_CAP = "  ticket_load 50%\n  cap score 60 when ticket_load is red\n"


def test_a_gate_for_what_is_not_known_says_what_that_is(rules: Path) -> None:
    add(rules, IDLE_CAP, "  ticket_load 50%\n")
    done = analyze("demo", "--only", "reach", "--fail-on", "unknown")
    assert done.exit_code == 1
    line = rules.read_text(encoding="utf-8").split("  cap score 60")[0].count("\n") + 1
    said = f"{rules.as_posix()}:{line}:3: health: cap score 60 when ticket_load is red: whether it acts on any account"
    assert " ".join(done.stdout.partition("NOT KNOWN")[2].split()) == f"RE701 {said}"
    assert done.stderr.splitlines()[-2:] == ["gate failed: not everything is known", f"  {said}"]
    assert analyze("demo", "--only", "reach").exit_code == 0


def test_the_document_has_every_question_without_an_answer(rules: Path) -> None:
    add(rules, IDLE_CAP, "  ticket_load 50%\n")
    found = document("demo", "--only", "reach")
    (left,) = found["unanswered"]
    assert found["unknown"] == 1
    assert (left["kind"], left["code"], left["subject"]) == ("reach", "RE701", "health")
    assert document("demo", "--only", "bounds")["unanswered"] == []


def test_of_many_that_are_not_known_the_gate_names_three(rules: Path) -> None:
    caps = "".join(f"  cap score {60 + number} when ticket_load is red\n" for number in range(5))
    add(rules, f"  ticket_load 50%\n{caps}", "  ticket_load 50%\n")
    done = analyze("demo", "--only", "reach", "--fail-on", "unknown", "--format", "json")
    unanswered = json.loads(done.stdout)["unanswered"]
    assert len(unanswered) == 5
    _, _, said = done.stderr.partition("gate failed: not everything is known\n")
    assert said.splitlines() == [
        *(f"  {each['path']}:{each['line']}:{each['column']}: {each['text']}" for each in unanswered[:3]),
        "  and 2 more",
    ]


def test_facts_that_are_not_there(rules: Path) -> None:
    done = analyze("demo", "--facts", "nowhere.ndjson")
    assert done.exit_code == 5
    assert "error[RE514]" in done.stderr


def test_a_folder_that_cannot_be_made(rules: Path) -> None:
    done = analyze("demo", "--only", "bounds", "--write-accounts", "facts.ndjson")
    assert done.exit_code == 5
    assert "error[RE515]" in done.stderr


# ── two rulesets ──


def test_rulesets_that_say_the_same_are_equal(rules: Path) -> None:
    add(rules, "# only a remark\n")
    text = rules.read_text(encoding="utf-8").replace("demo 1.0.0", "demo 1.0.1")
    Path("rulesets/demo/1.0.1.rules").write_text(text, encoding="utf-8")
    done = analyze("--equivalent", "demo@1.0.0", "demo@1.0.1")
    assert done.exit_code == 0
    assert done.stdout.startswith("demo 1.0.0 and demo 1.0.1 give every account the same, as of 2024-06-01\n")


def test_rulesets_that_differ_are_told_apart_by_an_account(rules: Path) -> None:
    text = rules.read_text(encoding="utf-8").replace("demo 1.0.0", "demo 1.0.1").replace(">= 10", ">= 12")
    Path("rulesets/demo/1.0.1.rules").write_text(text, encoding="utf-8")
    done = analyze(
        "--equivalent", "demo@1.0.0", "demo@1.0.1", "--format", "json", "--write-accounts", "apart"
    )
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    EQUIVALENCE.validate(found)
    assert found["verdict"] == "shown"
    shown = [each for each in found["changes"] if each["verdict"] == "shown"]
    assert ("green", "red") in [(each["before"], each["after"]) for each in shown]
    seats = [each["account"]["facts"]["seats"] for each in shown]
    assert set(seats) <= {10, 11}
    assert len(json.loads(Path("apart/index.json").read_text(encoding="utf-8"))) == len(shown)
    said = analyze("--equivalent", "demo@1.0.0", "demo@1.0.1")
    assert "do not give every account the same" in said.stdout
    assert "health: green → red" in said.stdout
    written = analyze("--equivalent", "demo@1.0.0", "demo@1.0.1", "--format", "markdown").stdout
    assert "| what | an account |" in written


@pytest.fixture
def second(rules: Path) -> Path:
    other = Path("rulesets/demo/1.0.1.rules")
    text = rules.read_text(encoding="utf-8").replace("demo 1.0.0", "demo 1.0.1").replace("2024-", "2025-")
    other.write_text(text, encoding="utf-8")
    return other


def test_without_a_name_every_ruleset_is_analysed(rules: Path, second: Path) -> None:
    add(rules, WEIGHTLESS, "  seat_use    50%\n  ticket_load 50%\n")
    done = analyze("--only", "reach", "--strict")
    assert done.exit_code == 3
    assert done.stdout.count(": for all accounts that its fact schema allows") == 2
    assert done.stdout.count("warning[RE703]") == 1
    assert "demo 1.0.0 analysed: 0 errors, 1 warning · " in done.stderr
    assert "demo 1.0.1 analysed: 0 errors, 0 warnings · " in done.stderr
    assert "2 rulesets analysed: 0 errors, 1 warning, 0 accepted · " in done.stderr
    assert analyze("demo@1.0.1", "--only", "reach", "--strict").exit_code == 0


def test_several_rulesets_in_one_document_and_in_folders_of_their_own(second: Path) -> None:
    wanted = ("demo@1.0.0", str(second), "rulesets/demo/1.0.0.rules")
    done = analyze(*wanted, "--only", "bounds", "--format", "json", "--write-accounts", "shown")
    documents = json.loads(done.stdout)
    assert len(documents) == 2
    for each in documents:
        ANALYSIS.validate(each)
    assert sorted(path.name for path in Path("shown").iterdir()) == ["demo-1.0.0", "demo-1.0.1"]


def test_an_empty_folder_has_nothing_to_analyse(rules: Path) -> None:
    Path("none").mkdir()
    done = analyze("--rulesets", "none")
    assert done.exit_code == 3
    assert "there is no ruleset in `none`" in done.stderr
