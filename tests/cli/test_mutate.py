"""`ruleengine test --mutate` and `--generate`: what is said, what is written where, with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.project import ROOT, RULES, run
from tests.cli.test_test import FILE, TESTS, WRONG, write

SCHEMA = ROOT / "schemas/test_report/1.schema.json"


def test_what_no_test_notices_is_listed_with_its_line_and_a_test() -> None:
    write()
    outcome = run("test", "--mutate", "--suggest", "1")
    assert outcome.exit_code == 0
    assert "\ndemo 1.0.0: tests notice " in outcome.stdout
    assert "\n  No test notices, in rulesets/demo/1.0.0.rules:\n" in outcome.stdout
    assert "    line 27  ticket_load: `red otherwise` → taken away\n" in outcome.stdout
    assert "\n  This test notices one of them; it expects what the ruleset says today" in outcome.stdout
    assert outcome.stdout.count("\n    test ") == 1


@pytest.mark.parametrize(("least", "code"), [("1", 0), ("99.9", 1), ("100", 1)])
def test_the_gate_ends_with_one_where_too_little_is_noticed(least: str, code: int) -> None:
    write()
    outcome = run("test", "--mutate-min", least)
    assert outcome.exit_code == code
    said = (
        "tests notice 1% or more of the small changes of 1 ruleset\n"
        if code == 0
        else f"and {least}% is asked for\n"
    )
    assert outcome.stderr.endswith(said)


def test_tests_that_fail_are_mended_first() -> None:
    write(TESTS, "1.0.0", WRONG)
    outcome = run("test", "--mutate-min", "1")
    assert outcome.exit_code == 1
    assert (
        "demo 1.0.0: 1 case fails as the ruleset is, so no change was tried: mend that first\n"
        in outcome.stdout
    )


def test_the_document_fits_its_schema_and_says_which_case_notices() -> None:
    write()
    outcome = run("test", "--mutate", "--format", "json", "--suggest", "2")
    document = json.loads(outcome.stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(document)
    (found,) = document["mutation"]
    assert found["killed"] + found["survived"] + found["equivalent"] == len(found["changes"])
    killed = [each for each in found["changes"] if each["status"] == "killed"]
    assert {each["noticed_by"] for each in killed} <= {
        "seats decide [used 10, expected green]", "seats decide [used 9, expected red]", "health of ann"
    }  # fmt: skip
    suggested = [each["suggestion"]["test"] for each in found["changes"] if each["suggestion"] is not None]
    assert len(set(suggested)) == 2 < len(suggested)
    assert "mutation" not in json.loads(run("test", "--format", "json").stdout)


@pytest.mark.parametrize(
    "options",
    [
        ("--mutate", "--format", "junit"), ("--mutate", "--watch"), ("--of", "seat_use"), ("--generate", "--coverage"),
        ("--generate", "--format", "json"), ("--generate", "--mutate-min", "90"), ("--mutate-min", "nan"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_a_wrong_command_line(options: tuple[str, ...]) -> None:
    write()
    assert run("test", *options).exit_code == 2


def test_generated_tests_come_to_stand_beside_a_ruleset_without_tests_and_pass_at_once() -> None:
    write()
    Path(FILE).unlink()
    outcome = run("test", "--generate", "demo")
    assert outcome.exit_code == 0
    assert outcome.stdout == ""
    assert f"written to {FILE}; they expect what it says today\n" in outcome.stderr
    assert run("test", "demo").exit_code == run("fmt", "--check", FILE).exit_code == 0
    assert run("check", "demo").exit_code == 0


def test_tests_that_are_there_stay_and_what_they_lack_goes_to_standard_output_or_a_new_file() -> None:
    write()
    before = Path(FILE).read_bytes()
    outcome = run("test", "--generate", "demo")
    assert outcome.stdout.startswith("# Tests of demo 1.0.0, written by `ruleengine test --generate`.\n")
    assert run("test", "--generate", "demo", "--out", "more.test.rules").exit_code == 0
    assert Path("more.test.rules").read_text(encoding="utf-8") == outcome.stdout
    assert run("test", "--generate", "demo", "--out", "more.test.rules").exit_code == 2
    assert run("test", "--generate", "demo", "--out", FILE).exit_code == 2
    assert Path(FILE).read_bytes() == before


def test_out_takes_the_tests_of_one_ruleset() -> None:
    write()
    Path("rulesets/demo/1.1.0.rules").write_text(RULES.replace("VERSION", "1.1.0"), encoding="utf-8")
    assert run("test", "--generate", "demo", "--out", "more.test.rules").exit_code == 2
    outcome = run("test", "--generate")
    assert (
        "rulesets/demo/1.0.0.rules: has tests; name it alone to see those that they lack\n" in outcome.stderr
    )
    assert Path("rulesets/demo/1.1.0.test.rules").is_file()
