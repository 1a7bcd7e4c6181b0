"""`ruleengine test --coverage`: what is said, in which format, with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.cli.project import ROOT, run
from tests.cli.test_test import FILE, TESTS, write

TEXT = """\
passed rulesets/demo/1.0.0.test.rules (demo 1.0.0): 3 cases

demo 1.0.0: tests reach 7 of 10 (70%) of its bands and rows, 8 of 14 (57.1%) of everything
  bands                           4 of 6     66.6%
  rating rows                     3 of 4       75%
  segments                        1 of 1      100%
  reasons for no rating           0 of 3        0%

  No test reaches, in rulesets/demo/1.0.0.rules:
    line 16  seat_use: seats is missing
    line 23  ticket_load is red
    line 24  ticket_load: tickets is missing
    line 27  ticket_load: row `red otherwise`
    line 33  health is red
    line 33  health: no score because data are missing

  This test reaches some of it; it expects what the ruleset says today, so look before you keep it:

    test "ticket_load is red" {
      as of  2024-06-01
      facts  {id: "suggested", tickets: 4}
      expect ticket_load is red
      expect health is red
      expect seat_use is missing
    }
"""


def test_the_report_says_what_is_missing_with_its_line_and_suggests_a_test() -> None:
    write()
    outcome = run("test", "--coverage", "--suggest", "1")
    assert outcome.stdout == TEXT
    assert outcome.stderr == "3 cases in 1 test file: 3 passed\n"
    assert outcome.exit_code == 0


def test_pasted_suggestions_reach_everything() -> None:
    write()
    run("test", "--coverage-out", "coverage.json", "--coverage-format", "json", "--suggest", "9")
    (ruleset,) = json.loads(Path("coverage.json").read_text(encoding="utf-8"))["rulesets"]
    tests = Path(FILE).read_text(encoding="utf-8") + "".join(each["test"] for each in ruleset["suggestions"])
    Path(FILE).write_text(tests, encoding="utf-8")
    outcome = run("test", "--coverage")
    assert outcome.exit_code == 0
    assert outcome.stdout.endswith(
        "demo 1.0.0: tests reach 10 of 10 (100%) of its bands and rows, 14 of 14 (100%) of everything\n"
    )


@pytest.mark.parametrize(
    ("least", "code", "said"),
    [
        ("70", 0, "tests reach 70% or more of the bands and rows of 1 ruleset\n"),
        ("70.1", 1, "tests reach 70% of the bands and rows of demo 1.0.0, and 70.1% is asked for\n"),
        ("100", 1, "tests reach 70% of the bands and rows of demo 1.0.0, and 100% is asked for\n"),
    ],
)
def test_a_gate_over_bands_and_rows(least: str, code: int, said: str) -> None:
    write()
    outcome = run("test", "--coverage-min", least)
    assert outcome.exit_code == code
    assert outcome.stdout == f"passed {FILE} (demo 1.0.0): 3 cases\n"
    assert outcome.stderr == "3 cases in 1 test file: 3 passed\n" + said


def test_a_ruleset_without_tests_counts_as_not_reached() -> None:
    write()
    Path("rulesets/other").mkdir()
    rules = Path("rulesets/demo/1.0.0.rules").read_text(encoding="utf-8").replace("demo", "other")
    Path("rulesets/other/1.0.0.rules").write_text(rules, encoding="utf-8")
    for selectors in ([], ["rulesets"]):
        outcome = run("test", *selectors, "--coverage-min", "50")
        assert outcome.exit_code == 1
        assert "tests reach 0% of the bands and rows of other 1.0.0, and 50% is asked for\n" in outcome.stderr
    assert run("test", "demo", "--coverage-min", "50").exit_code == 0
    assert run("test", FILE, "--coverage-min", "50").exit_code == 0


def test_versions_of_a_name_without_tests_count_too() -> None:
    write()
    rules = Path("rulesets/demo/1.0.0.rules").read_text(encoding="utf-8").replace("1.0.0", "1.1.0")
    Path("rulesets/demo/1.1.0.rules").write_text(rules, encoding="utf-8")
    outcome = run("test", "demo", "--coverage-min", "50")
    assert "tests reach 0% of the bands and rows of demo 1.1.0, and 50% is asked for\n" in outcome.stderr
    assert run("test", "demo@1.0.0", "--coverage-min", "50").exit_code == 0


def test_a_ruleset_without_tests_that_has_errors_is_told() -> None:
    write()
    Path("rulesets/demo/1.1.0.rules").write_text("ruleset demo 1.1.0 { facts nothing 1 }\n", encoding="utf-8")
    outcome = run("test", "--coverage")
    assert outcome.exit_code == 3
    assert "error[RE209]" in outcome.stderr


def test_only_the_cases_that_were_run_count() -> None:
    write()
    outcome = run("test", "--coverage", "--filter", "used 10", "--suggest", "0")
    assert "tests reach 5 of 10 (50%) of its bands and rows" in outcome.stdout
    assert 'test "' not in outcome.stdout


def test_json_is_as_the_schema_says_and_always_the_same() -> None:
    write()
    write(version="1.1.0")
    arguments = ("test", "--coverage-min", "80", "--coverage-format", "json", "--coverage-out")
    assert run(*arguments, "one.json").exit_code == 1
    assert run(*arguments, "two.json", "--format", "junit").exit_code == 1
    assert Path("one.json").read_bytes() == Path("two.json").read_bytes()
    found = json.loads(Path("one.json").read_text(encoding="ascii"))
    schema = json.loads((ROOT / "schemas/coverage/1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(found)] == []
    assert (found["least"], found["passed"], len(found["rulesets"])) == (80, False, 2)
    ruleset = found["rulesets"][0]
    assert ruleset["bands_and_rows"] == {"reached": 7, "total": 10, "percent": 70}
    assert [item["id"] for item in ruleset["items"] if not item["reached"]] == [
        "seat_use.status.missing seats", "ticket_load.band.red", "ticket_load.status.missing tickets", "ticket_load.row.2",
        "health.band.red", "health.status.no score",
    ]  # fmt: skip
    assert ruleset["suggestions"][0]["facts"] == {"id": "suggested", "tickets": 4}


def test_the_report_as_markdown() -> None:
    write()
    outcome = run(
        "test", "--coverage-min", "80", "--coverage-format", "markdown", "--coverage-out", "page.md"
    )
    assert outcome.exit_code == 1
    page = Path("page.md").read_text(encoding="utf-8")
    assert page.startswith(
        "# What the tests reach\n\nAsked for: 80% of the bands and rows of each ruleset.\n"
    )
    assert "| demo 1.0.0 | 3 | **7 of 10 (70%)** | 8 of 14 (57.1%) |\n" in page
    assert "\n- line 27: ticket\\_load: row \\`red otherwise\\`\n" in page
    assert '\n````rules\ntest "ticket_load is red" {\n' in page


def test_the_report_as_text_in_a_file() -> None:
    write()
    outcome = run("test", "--coverage-out", "report.txt", "--suggest", "1")
    assert outcome.stdout == f"passed {FILE} (demo 1.0.0): 3 cases\n"
    assert Path("report.txt").read_text(encoding="utf-8") == TEXT.split("\n\n", 1)[1]


def test_a_machine_format_needs_a_file() -> None:
    write()
    outcome = run("test", "--coverage", "--coverage-format", "json")
    assert outcome.exit_code == 2
    assert "--coverage-format json needs --coverage-out FILE" in outcome.stderr


@pytest.mark.parametrize("output_format", ["json", "junit"])
def test_coverage_beside_a_document_needs_a_file(output_format: str) -> None:
    write()
    outcome = run("test", "--coverage", "--format", output_format)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert f"--coverage with --format {output_format} needs --coverage-out FILE" in outcome.stderr
    assert run("test", "--coverage", "--format", output_format, "--coverage-out", "it.txt").exit_code == 0
    assert Path("it.txt").read_text(encoding="utf-8").startswith("demo 1.0.0: tests reach 7 of 10")
    assert run("test", "--coverage-min", "50", "--format", output_format).exit_code == 0


@pytest.mark.parametrize(
    "selector", ["", "rulesets", "demo", "demo@1", "demo@1.0.0", "rulesets/demo/1.0.0.rules"]
)
def test_what_is_meant_and_has_no_test_file_counts_as_nothing_and_gets_suggestions(selector: str) -> None:
    outcome = run("test", *([selector] if selector else []), "--coverage", "--coverage-min", "50")
    assert outcome.exit_code == 1
    assert "RE211" not in outcome.stderr
    assert "demo 1.0.0: tests reach 0 of 10 (0%) of its bands and rows" in outcome.stdout
    assert outcome.stdout.count("\n    test ") == 3
    assert outcome.stderr == (
        "0 cases in 0 test files: 0 passed\nno case was run: there is no test file\n"
        "tests reach 0% of the bands and rows of demo 1.0.0, and 50% is asked for\n"
    )


@pytest.mark.parametrize("selector", ["nothing", "demo@9", "rulesets/demo/1.0.0.test.rules", "schemas"])
def test_what_means_no_ruleset_is_a_fault_with_coverage_too(selector: str) -> None:
    outcome = run("test", selector, "--coverage")
    assert outcome.exit_code == 3
    assert "error[RE211]" in outcome.stderr


@pytest.mark.parametrize("least", ["nan", "NaN", "inf", "-inf", "-1", "101", "much"])
def test_the_gate_asks_for_a_percentage(least: str) -> None:
    write()
    outcome = run("test", f"--coverage-min={least}")
    assert outcome.exit_code == 2
    assert "--coverage-min" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_everything_is_no_more_than_everything() -> None:
    write(TESTS, "1.0.0")
    run("test", "--coverage-out", "coverage.json", "--coverage-format", "json", "--suggest", "9")
    (ruleset,) = json.loads(Path("coverage.json").read_text(encoding="utf-8"))["rulesets"]
    with Path(FILE).open("a", encoding="utf-8") as file:
        file.writelines(each["test"] for each in ruleset["suggestions"])
    outcome = run("test", "--coverage-min", "100")
    assert outcome.exit_code == 0
    assert outcome.stderr.endswith("\ntests reach 100% of the bands and rows of 1 ruleset\n")


def test_failed_tests_and_a_failed_gate_end_with_one_code() -> None:
    write(TESTS, "1.0.0", ("health = 80", "helth = 80"))
    outcome = run("test", "--coverage-min", "10")
    assert outcome.exit_code == 3
    assert "demo 1.0.0" not in outcome.stderr.split("cannot be run")[-1]
