"""`ruleengine test`: which tests run, what is said, in which format, with which exit code."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Timer
from xml.etree import ElementTree

import pytest

from ruleengine import api
from tests.cli.project import ROOT, RULES, run, run_process

TESTS = """\
test "seats decide" {
  as of  2024-06-01
  facts  "facts.ndjson" id "ann"
  with   seats = used
  expect seat_use is expected
  cases  used, expected {
         10,   green
         9,    red
  }
}

test "health of ann" {
  as of  2024-06-01
  facts  "facts.ndjson" id "ann"
  expect health = 80
  expect health is green
}
"""
FILE = "rulesets/demo/1.0.0.test.rules"
WRONG = ("9,    red", "9,    green")


def write(text: str = TESTS, version: str = "1.0.0", *edits: tuple[str, str]) -> None:
    """Write a version of the ruleset, and its tests."""
    folder = Path("rulesets/demo")
    (folder / f"{version}.rules").write_text(RULES.replace("VERSION", version), encoding="utf-8")
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    (folder / f"{version}.test.rules").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "selector",
    ["", "rulesets", "rulesets/demo", "demo", "demo@1", "demo@1.0.0", "rulesets/demo/1.0.0.rules", FILE],
)
def test_tests_are_chosen_by_name_folder_or_file(selector: str) -> None:
    write()
    outcome = run("test", *([selector] if selector else []))
    assert outcome.exit_code == 0
    assert outcome.stdout == f"passed {FILE} (demo 1.0.0): 3 cases\n"
    assert outcome.stderr == "3 cases in 1 test file: 3 passed\n"


def test_a_bare_name_means_every_version_that_has_tests() -> None:
    write()
    write(version="1.1.0")
    Path("rulesets/demo/1.2.0.rules").write_text(RULES.replace("VERSION", "1.2.0"), encoding="utf-8")
    outcome = run("test", "demo", FILE)
    assert outcome.stderr == "6 cases in 2 test files: 6 passed\n"


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ("nothing", "there is no ruleset `nothing`"),
        ("demo@1.0.0", "there is no file `rulesets/demo/1.0.0.test.rules`"),
        ("demo", "no version of `demo` has a test file"),
        ("rulesets", "there is no test file in `rulesets`"),
        ("rulesets/demo/3.0.0.test.rules", "there is no file `rulesets/demo/3.0.0.test.rules`"),
    ],
)
def test_what_means_no_test_is_told(selector: str, said: str) -> None:
    outcome = run("test", selector)
    assert outcome.exit_code == 3
    assert outcome.stdout == ""
    assert said in outcome.stderr


def test_a_failure_shows_what_was_expected_and_found_and_which_line_decided() -> None:
    write(TESTS, "1.0.0", WRONG)
    outcome = run("test")
    assert outcome.exit_code == 1
    assert outcome.stdout.startswith(f"FAILED {FILE} (demo 1.0.0): 1 of 3 cases\n")
    for line in (
        f"  seats decide  {FILE}:8",
        "    case 2: used 9, expected green",
        "    expected  seat_use is green  (line 5)",
        "    found     seat_use is red (value 9, 20 points)",
        "    decided   rulesets/demo/1.0.0.rules:19  red   otherwise",
        "       line 18  did not hold green when >= 10",
        "       line 19  won          red otherwise",
        "       seats = 9",
    ):
        assert line in outcome.stdout.split("\n"), outcome.stdout
    assert outcome.stderr == "3 cases in 1 test file: 2 passed, 1 failed\n"


def test_a_failed_scorecard_is_traced_whole_and_once() -> None:
    write(TESTS, "1.0.0", ("health = 80", "health = 70 and health.seat_use is red"))
    outcome = run("test")
    assert outcome.stdout.count("Seat use") == 1
    assert outcome.stdout.count("coverage 100%") == 1
    assert "50%    40" in outcome.stdout


@pytest.mark.parametrize(
    ("wanted", "cases"),
    [
        ("seats", 2),
        ("SEATS", 2),
        ("used 10", 1),
        ("*decide*green*", 1),
        ("health of ann", 1),
        ("?eats", 2),
        ("", 3),
    ],
)
def test_cases_are_chosen_by_a_part_of_their_names_or_a_pattern(wanted: str, cases: int) -> None:
    write()
    outcome = run("test", "--filter", wanted)
    left = f", {3 - cases} left out" if cases < 3 else ""
    assert outcome.stdout == f"passed {FILE} (demo 1.0.0): {cases} case{'s' * (cases > 1)}{left}\n"
    assert outcome.exit_code == 0


def test_that_nothing_was_run_is_no_success() -> None:
    write()
    outcome = run("test", "--filter", "nobody")
    assert outcome.exit_code == 1
    assert "no case was run: none fits 'nobody'" in outcome.stderr


def test_fail_fast_stops_at_the_first_failure() -> None:
    write(TESTS, "1.0.0", ("10,   green", "10,   red"))
    write(version="1.1.0")
    outcome = run("test", "--fail-fast")
    assert outcome.exit_code == 1
    assert outcome.stdout.startswith(f"FAILED {FILE} (demo 1.0.0): 1 of 1 case, 2 left out\n")
    assert "1.1.0" not in outcome.stdout


def test_a_file_that_cannot_be_run_is_told_and_the_others_run() -> None:
    write(TESTS, "1.0.0", ("health = 80", "helth = 80"))
    write(version="1.1.0")
    outcome = run("test")
    assert outcome.exit_code == 3
    assert f"BROKEN {FILE}: the tests cannot be run\n" in outcome.stdout
    assert "passed rulesets/demo/1.1.0.test.rules (demo 1.1.0): 3 cases\n" in outcome.stdout
    assert "error[RE201]: unknown name `helth`" in outcome.stderr
    assert "did you mean `health`?" in outcome.stderr
    assert "3 cases in 2 test files: 3 passed, 1 file cannot be run" in outcome.stderr


def test_a_missing_facts_file_ends_with_the_code_of_inputs() -> None:
    write(TESTS, "1.0.0", ('"facts.ndjson" id "ann"', '"fact.ndjson" id "ann"'))
    assert run("test").exit_code == 5


def test_json_is_as_the_schema_says() -> None:
    from jsonschema import Draft202012Validator, FormatChecker

    write(TESTS, "1.0.0", WRONG)
    write(TESTS, "1.1.0", ("health = 80", "helth = 80"))
    outcome = run("test", "--format", "json")
    assert outcome.exit_code == 3
    found = json.loads(outcome.stdout)
    schema = json.loads((ROOT / "schemas/test_report/1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(found)] == []
    assert found["summary"] == {"files": 2, "broken_files": 1, "cases": 3, "failed_cases": 1, "left_out": 0}
    assert [file["status"] for file in found["files"]] == ["failed", "broken"]
    failed = found["files"][0]["cases"][1]
    assert (failed["row"], failed["columns"], failed["line"]) == (2, {"used": "9", "expected": "green"}, 8)
    assert failed["expectations"] == [
        {
            "expected": "seat_use is green", "line": 5, "status": "failed",
            "found": "seat_use is red (value 9, 20 points)", "why_undecided": None,
            "decided_by": [
                {"name": "seat_use", "path": "rulesets/demo/1.0.0.rules", "line": 19, "text": "red   otherwise"}
            ],
        }
    ]  # fmt: skip
    assert failed["trace"][0]["name"] == "seat_use"
    assert found["files"][1]["reports"][0]["code"] == "RE201"


def test_the_same_tests_give_the_same_bytes_however_many_processes_there_are() -> None:
    for number in range(7):
        write(TESTS, f"1.{number}.0", *([WRONG] if number == 3 else []))
    alone = run("test", "--format", "json", "--jobs", "1")
    shared = run("test", "--format", "json", "--jobs", "2")
    assert alone.exit_code == shared.exit_code == 1
    assert alone.stdout == shared.stdout


def test_the_trace_is_told_of_the_first_failures() -> None:
    rows = "".join(f"         {number}, red\n" for number in range(10, 35))
    write(TESTS, "1.0.0", ("         10,   green\n         9,    red\n", rows))
    report = api.run_tests()
    assert report.files[0].failed == 25
    assert [bool(case.trace) for case in report.files[0].cases] == [True] * 20 + [False] * 6


def test_twenty_failures_of_a_file_are_told_in_full_and_the_others_by_title() -> None:
    rows = "".join(f"         {number}, red\n" for number in range(10, 35))
    write(
        TESTS, "1.0.0", ("         10,   green\n         9,    red\n", rows), ("health = 80", "health = 70")
    )
    outcome = run("test")
    assert outcome.stdout.startswith(f"FAILED {FILE} (demo 1.0.0): 26 of 26 cases\n")
    assert outcome.stdout.count("    expected  ") == 20
    assert outcome.stdout.endswith(
        "\n  and 6 more cases failed:\n    seats decide: 5 cases\n    health of ann: 1 case\n\n"
    )


def test_files_that_the_filter_leaves_no_case_of_are_not_called_passed() -> None:
    write()
    write(TESTS.replace("health of ann", "another one"), "1.1.0")
    outcome = run("test", "--filter", "another")
    assert outcome.stdout == "passed rulesets/demo/1.1.0.test.rules (demo 1.1.0): 1 case, 2 left out\n"


def test_junit_has_a_testcase_a_case() -> None:
    write(TESTS, "1.0.0", WRONG, ('"seats decide"', '"seats <decide> & \\u0007"'))
    write(TESTS, "1.1.0", ("health = 80", "helth = 80"))
    outcome = run("test", "--format", "junit", "--out", "report.xml")
    assert outcome.exit_code == 3
    assert outcome.stdout == ""
    root = ElementTree.parse("report.xml").getroot()
    assert [float(each.get("time", "")) > 0 for each in root.iter() if each.tag.startswith("test")] == [
        True
    ] * 7
    total = float(root.attrib.pop("time"))
    assert abs(total - sum(float(suite.get("time", "")) for suite in root)) < 0.01
    assert root.attrib == {"name": "ruleengine", "tests": "4", "failures": "1", "errors": "1"}
    names = [[case.get("name") for case in suite] for suite in root]
    assert names == [
        [
            "seats <decide> & \\x07 [used 10, expected green]",
            "seats <decide> & \\x07 [used 9, expected green]",
            "health of ann",
        ],
        ["the tests can be run"],
    ]
    (failure,) = root.iter("failure")
    assert failure.get("message") == "expected seat_use is green, found: seat_use is red (value 9, 20 points)"
    assert "decided   rulesets/demo/1.0.0.rules:19" in (failure.text or "")
    (error,) = root.iter("error")
    assert "unknown name `helth`" in (error.get("message") or "")


def test_a_color_is_shown_only_where_it_is_wanted() -> None:
    write(TESTS, "1.0.0", WRONG)
    assert "\x1b[" not in run("test").stdout
    assert "\x1b[31mFAILED" in run("test", "--color", "always").stdout
    assert "\x1b[" not in run("test", "--color", "never", env={"NO_COLOR": "1"}).stdout


def test_warnings_of_a_test_file_are_told_and_do_not_fail() -> None:
    write(
        TESTS,
        "1.0.0",
        ("used, expected {", "used, expected, spare {"),
        ("10,   green", "10, green, 1"),
        ("9,    red", "9, red, 2"),
    )
    outcome = run("test")
    assert outcome.exit_code == 0
    assert "warning[RE404]" in outcome.stderr


def test_watching_shows_text_on_the_terminal() -> None:
    write()
    assert run("test", "--watch", "--format", "json").exit_code == 2


class Watching:
    """`ruleengine test --watch` in a process of its own, and what it says."""

    def __init__(self, *more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "ruleengine", "test", "--watch", *more],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PYTHONPATH": str(ROOT)}, text=True,
        )  # fmt: skip
        self.killer = Timer(60, self.process.kill)

    def __enter__(self) -> Watching:
        self.killer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.killer.cancel()

    def until_it_waits(self) -> list[str]:
        """The lines up to the next one that says that it waits."""
        assert self.process.stdout is not None
        found: list[str] = []
        for line in iter(self.process.stdout.readline, ""):
            if line.startswith("waiting for a change"):
                time.sleep(0.05)
                return found
            found += [line.rstrip("\n")] if line.strip() else []
        raise AssertionError(f"it ended: {found}")

    def ends(self) -> bool:
        """Whether it ends without a word when it is interrupted."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.stdout is not None
        return self.process.stdout.read().strip() == "" and self.process.wait(10) == 0


def test_watching_runs_again_what_a_change_concerns(project: Path) -> None:
    write()
    write(version="1.1.0")
    with Watching() as watching:
        first = watching.until_it_waits()
        assert [line.split()[0] for line in first[:2]] == ["passed", "passed"]
        path = Path("rulesets/demo/1.1.0.test.rules")
        path.write_text(TESTS.replace(*WRONG), encoding="utf-8")
        second = watching.until_it_waits()
        assert second[0] == f"changed: {path}"
        assert second[1].startswith(f"FAILED {path}")
        assert second[-1] == "3 cases in 1 test file: 2 passed, 1 failed"
        assert watching.ends()


def test_watching_goes_on_after_a_fault_of_the_schema_is_mended(project: Path) -> None:
    write()
    write(version="1.1.0")
    schema = project / "schemas/thing/1.schema.json"
    text = schema.read_text(encoding="utf-8")
    with Watching() as watching:
        watching.until_it_waits()
        schema.write_text(text.rstrip().removesuffix("}"), encoding="utf-8")
        broken = watching.until_it_waits()
        assert broken[0] == "changed: schemas/thing/1.schema.json"
        assert broken[-1] == "0 cases in 2 test files: 0 passed, 2 files cannot be run"
        schema.write_text(text, encoding="utf-8")
        mended = watching.until_it_waits()
        assert mended == [
            "changed: schemas/thing/1.schema.json", f"passed {FILE} (demo 1.0.0): 3 cases",
            "passed rulesets/demo/1.1.0.test.rules (demo 1.1.0): 3 cases", "6 cases in 2 test files: 6 passed",
        ]  # fmt: skip
        assert watching.ends()


def test_watching_starts_in_a_project_whose_schema_cannot_be_read(project: Path) -> None:
    write()
    schema = project / "schemas/thing/1.schema.json"
    text = schema.read_text(encoding="utf-8")
    schema.write_text("{", encoding="utf-8")
    with Watching("demo") as watching:
        assert watching.until_it_waits()[-1] == "0 cases in 1 test file: 0 passed, 1 file cannot be run"
        schema.write_text(text, encoding="utf-8")
        assert watching.until_it_waits()[-1] == "3 cases in 1 test file: 3 passed"
        assert watching.ends()


def test_watching_waits_for_a_file_that_has_vanished() -> None:
    write()
    with Watching(FILE) as watching:
        watching.until_it_waits()
        Path(FILE).rename("elsewhere")
        gone = watching.until_it_waits()
        assert gone[0] == f"changed: {FILE}"
        assert any("there is no file" in line for line in gone)
        Path("elsewhere").rename(FILE)
        assert watching.until_it_waits()[-1] == "3 cases in 1 test file: 3 passed"
        assert watching.ends()


def test_the_command_runs_in_a_process_of_its_own() -> None:
    write()
    outcome = run_process("test")
    assert (outcome.returncode, outcome.stderr) == (0, b"3 cases in 1 test file: 3 passed\n")


def test_check_and_fmt_know_test_files() -> None:
    write(TESTS, "1.0.0", ("health = 80", "helth  =  80"))
    checked = run("check")
    assert checked.exit_code == 3
    assert checked.stderr == "1 ruleset and 1 test file checked: 1 error, 0 warnings\n"
    assert checked.stdout.count("error[RE201]") == 1
    assert run("check", FILE).stderr == "1 test file checked: 1 error, 0 warnings\n"
    assert run("check", "rulesets/demo/1.0.0.rules").stderr == "1 ruleset checked: 0 errors, 0 warnings\n"
    formatted = run("fmt")
    assert f"changed {FILE}\n" in formatted.stderr
    assert Path(FILE).read_text(encoding="utf-8") == TESTS.replace("health = 80", "helth = 80")


def test_a_test_file_is_no_ruleset_and_a_ruleset_holds_no_tests() -> None:
    write()
    outcome = run("eval", FILE, "facts.ndjson", "--as-of", "2024-06-01")
    assert outcome.exit_code == 3
    assert "error[RE112]: this is a file of tests, and not a ruleset" in outcome.stderr
    path = Path("rulesets/demo/1.0.0.rules")
    path.write_text(path.read_text(encoding="utf-8") + TESTS, encoding="utf-8")
    assert run("check", str(path)).stdout.count("error[RE112]") == 2


def test_the_api_runs_tests_too() -> None:
    write(TESTS, "1.0.0", WRONG)
    report = api.run_tests()
    assert not report.passed
    assert [case.passed for case in report.files[0].cases] == [True, False, True]
    assert report.to_dict()["summary"]["failed_cases"] == 1
    assert api.run_tests("demo", wanted="health").passed
    with pytest.raises(api.RulesetError, match="there is no ruleset `nothing`"):
        api.run_tests("nothing")
    assert api.check_file(FILE).ok
