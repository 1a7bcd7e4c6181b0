"""`ruleengine fmt`: what it writes, what it only tells, what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.project import RULES, run

FILE = Path("rulesets/demo/1.0.0.rules")


@pytest.fixture
def formatted(project: Path) -> str:
    """The project's ruleset in the standard layout."""
    assert run("fmt").exit_code == 0
    return FILE.read_text(encoding="utf-8")


def loosen(text: str) -> str:
    return text.replace("    red   otherwise", "  red      otherwise")


def test_files_are_formatted_and_formatting_again_changes_nothing(formatted: str) -> None:
    FILE.write_text(loosen(formatted), encoding="utf-8")
    first = run("fmt", "rulesets")
    assert first.exit_code == 0
    assert first.stderr == "changed rulesets/demo/1.0.0.rules\n1 file changed, 0 unchanged\n"
    assert FILE.read_text(encoding="utf-8") == formatted
    assert run("fmt", "rulesets").stderr == "0 files changed, 1 unchanged\n"


def test_check_and_diff_write_nothing(formatted: str) -> None:
    FILE.write_text(loosen(formatted), encoding="utf-8")
    checked = run("fmt", "--check", str(FILE))
    assert checked.exit_code == 1
    assert f"would change {FILE}" in checked.stderr
    shown = run("fmt", "--diff", str(FILE))
    assert shown.exit_code == 0
    assert "-  red      otherwise" in shown.stdout
    assert "+    red   otherwise" in shown.stdout
    assert FILE.read_text(encoding="utf-8") == loosen(formatted)


def test_check_passes_when_nothing_would_change(formatted: str) -> None:
    assert run("fmt", "--check").exit_code == 0


def test_other_line_ends_are_a_difference(formatted: str) -> None:
    FILE.write_bytes(formatted.replace("\n", "\r\n").encode())
    assert run("fmt", "--check").exit_code == 1
    assert run("fmt").exit_code == 0
    assert FILE.read_bytes() == formatted.encode()


def test_standard_input_goes_to_standard_output(formatted: str) -> None:
    outcome = run("fmt", "-", input=loosen(formatted))
    assert outcome.exit_code == 0
    assert outcome.stdout == formatted
    assert outcome.stderr == ""


def test_a_file_with_syntax_errors_is_left_alone(formatted: str) -> None:
    broken = formatted.replace("rate {", "rate [", 1)
    FILE.write_text(broken, encoding="utf-8")
    outcome = run("fmt")
    assert outcome.exit_code == 3
    assert "error[RE1" in outcome.stderr
    assert FILE.read_text(encoding="utf-8") == broken
    assert run("fmt", "-", input=broken).stdout == ""


def test_one_broken_file_does_not_keep_others_from_being_formatted(formatted: str) -> None:
    FILE.write_text(loosen(formatted), encoding="utf-8")
    Path("rulesets/demo/2.0.0.rules").write_text(RULES.replace("{", "[", 1), encoding="utf-8")
    assert run("fmt").exit_code == 3
    assert FILE.read_text(encoding="utf-8") == formatted


def test_what_cannot_be_read_is_told() -> None:
    outcome = run("fmt", "nowhere.rules")
    assert outcome.exit_code == 5
    assert "error[RE514]: `nowhere.rules` cannot be read: no such file" in outcome.stderr
    FILE.write_bytes(b"# \xff\n")
    assert run("fmt").exit_code == 3
