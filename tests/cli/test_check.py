"""`ruleengine check`: which files, which formats, which exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.project import RULES, run

RULES_FILE = Path("rulesets/demo/1.0.0.rules")


def write_version(version: str, *edits: tuple[str, str]) -> None:
    text = RULES.replace("VERSION", version)
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    Path(f"rulesets/demo/{version}.rules").write_text(text, encoding="utf-8")


TYPO = ("value    seats", "value    seets")
GAP = ("    green when >= 10\n    red   otherwise", "    green when >= 10\n    red   when < 9")


def test_all_rulesets_are_checked() -> None:
    write_version("1.1.0")
    outcome = run("check")
    assert outcome.exit_code == 0
    assert outcome.stdout == ""
    assert outcome.stderr == "2 rulesets checked: 0 errors, 0 warnings\n"


@pytest.mark.parametrize(
    "selector", ["demo", "demo@1.1", "rulesets", "rulesets/demo/1.1.0.rules", "rulesets/demo"]
)
def test_a_fault_is_found_by_name_folder_or_file(selector: str) -> None:
    write_version("1.1.0", TYPO)
    outcome = run("check", selector)
    assert outcome.exit_code == 3
    assert outcome.stdout.count("error[RE203]") + outcome.stdout.count("error[RE201]") == 1
    assert "rulesets/demo/1.1.0.rules:16:12" in outcome.stdout
    assert "did you mean `seats`?" in outcome.stdout
    assert "1 error" in outcome.stderr


def test_a_file_named_twice_is_checked_once() -> None:
    write_version("1.1.0", TYPO)
    outcome = run("check", "rulesets/demo/1.1.0.rules", "demo")
    assert "2 rulesets checked: 1 error," in outcome.stderr


def test_warnings_fail_only_a_strict_check() -> None:
    write_version("1.1.0", GAP)
    lenient = run("check", "demo@1.1.0")
    assert lenient.exit_code == 0
    assert "warning[RE401]" in lenient.stdout
    assert run("check", "demo@1.1.0", "--strict").exit_code == 3


def test_every_format_holds_the_report() -> None:
    write_version("1.1.0", TYPO)
    outputs = {name: run("check", "--format", name).stdout for name in ("json", "sarif", "github", "gitlab")}
    assert json.loads(outputs["sarif"])["version"] == "2.1.0"
    assert len(json.loads(outputs["gitlab"])) == 1
    assert outputs["github"].startswith("::error ")
    for output in outputs.values():
        assert "rulesets/demo/1.1.0.rules" in output
        assert "RE20" in output


def test_machine_formats_without_a_report_are_still_documents() -> None:
    assert json.loads(run("check", "--format", "gitlab").stdout) == []
    assert json.loads(run("check", "--format", "sarif").stdout)["runs"][0]["results"] == []


def test_what_is_not_there_is_reported() -> None:
    for selector in ("demoo", "demo@7", "rulesets/demo/7.0.0.rules"):
        outcome = run("check", selector)
        assert outcome.exit_code == 3
        assert "error[RE211]" in outcome.stdout
    assert "did you mean `demo`?" in run("check", "demoo").stdout


def test_no_folder_and_an_empty_folder_are_reported() -> None:
    Path("empty").mkdir()
    for folder in ("empty", "nowhere"):
        outcome = run("check", "--rulesets", folder)
        assert outcome.exit_code == 3
        assert "error[RE211]" in outcome.stdout


def test_bytes_that_are_no_text_are_one_report() -> None:
    RULES_FILE.write_bytes(b"\xff\xfe\x00rules")
    outcome = run("check")
    assert outcome.exit_code == 3
    assert outcome.stdout.count("error[") == 1
    assert "RE107" in outcome.stdout


def test_a_code_is_explained() -> None:
    outcome = run("check", "--explain", "re203")
    assert outcome.exit_code == 0
    assert "RE203" in outcome.stdout


def test_an_unknown_code_is_a_wrong_command_line() -> None:
    outcome = run("check", "--explain", "RE230")
    assert outcome.exit_code == 2
    assert "Did you mean" in outcome.stderr
