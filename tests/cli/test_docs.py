"""`ruleengine docs`: what is written, where, and what happens when a ruleset has faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.project import RULES, run


@pytest.fixture
def two_versions(project: Path) -> Path:
    """The project with a second version that asks for more seats."""
    text = RULES.replace("VERSION", "2.0.0").replace("from 2024-01-01", "from 2025-01-01")
    (project / "rulesets/demo/2.0.0.rules").write_text(text.replace(">= 10", ">= 15"), encoding="utf-8")
    return project


@pytest.mark.usefixtures("project")
def test_markdown_is_written_unless_told_otherwise() -> None:
    result = run("docs", "demo@1.0.0")
    assert result.exit_code == 0
    assert result.output.startswith("# Demo\n")
    assert "| [Seat use](#measure-seat_use) | 50% | 50% | Seats |" in result.output


def test_the_name_of_the_file_tells_the_format(project: Path) -> None:
    assert run("docs", "demo@1.0.0", "--out", "page.html").exit_code == 0
    assert (project / "page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert run("docs", "demo@1.0.0", "--out", "page.HTM").exit_code == 0
    assert (project / "page.HTM").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert run("docs", "demo@1.0.0", "--out", "page.md").exit_code == 0
    assert (project / "page.md").read_text(encoding="utf-8").startswith("# Demo")
    assert run("docs", "demo@1.0.0", "--out", "page.md", "--format", "html").exit_code == 0
    assert (project / "page.md").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.usefixtures("two_versions")
def test_changes_are_told_unless_nobody_wants_them() -> None:
    with_history = run("docs", "demo@2.0.0").output
    assert "- **Seat use**, green: at least 15 (was: at least 10)" in with_history
    assert "in force from 2024-01-01 until 2025-01-01" in with_history
    without = run("docs", "demo@2.0.0", "--no-history").output
    assert "Changes" not in without
    assert "at least 10" not in without


@pytest.mark.usefixtures("two_versions")
def test_a_name_means_the_version_in_force() -> None:
    assert "version **1.0.0**" in run("docs", "demo", "--as-of", "2024-06-01").output
    assert "version **2.0.0**" in run("docs", "demo", "--as-of", "2025-06-01").output
    assert "from 2024-01-01 until 2025-01-01 (that day excluded)" in run("docs", "demo@1").output


def test_another_version_with_faults_does_not_stand_in_the_way(two_versions: Path) -> None:
    (two_versions / "rulesets/demo/2.0.0.rules").write_text("ruleset demo 2.0.0 {", encoding="utf-8")
    result = run("docs", "demo@1.0.0")
    assert result.exit_code == 0
    assert "This version has faults and cannot be run." in result.output


def test_a_ruleset_with_faults_is_reported_and_nothing_is_written(project: Path) -> None:
    path = project / "rulesets/demo/1.0.0.rules"
    path.write_text(
        path.read_text(encoding="utf-8").replace("value    seats", "value    seets"), encoding="utf-8"
    )
    result = run("docs", "demo@1.0.0", "--out", "page.html")
    assert result.exit_code == 3
    assert "seets" in result.output
    assert not (project / "page.html").exists()


def test_the_ruleset_is_never_written_over(project: Path) -> None:
    result = run("docs", "rulesets/demo/1.0.0.rules", "--out", "rulesets/demo/1.0.0.rules")
    assert result.exit_code == 2
    assert (project / "rulesets/demo/1.0.0.rules").read_text(encoding="utf-8").startswith("ruleset demo")


def test_a_draft_elsewhere_is_compared_with_the_versions_in_the_folder(two_versions: Path) -> None:
    text = (two_versions / "rulesets/demo/2.0.0.rules").read_text(encoding="utf-8")
    (two_versions / "draft.rules").write_text(text.replace(">= 15", ">= 20"), encoding="utf-8")
    result = run("docs", "draft.rules")
    assert result.exit_code == 0
    assert "- **Seat use**, green: at least 20 (was: at least 10)" in result.output
    (two_versions / "draft.rules").write_text(
        text.replace("2.0.0", "3.0.0").replace("2025", "2026"), encoding="utf-8"
    )
    assert (
        "### Version 3.0.0\n\n<sub>in force from 2026-01-01 (this page)" in run("docs", "draft.rules").output
    )


@pytest.mark.usefixtures("project")
def test_the_page_is_the_same_every_time() -> None:
    first = run("docs", "demo@1.0.0", "--format", "html").output
    assert run("docs", "demo@1.0.0", "--format", "html", "--as-of", "2030-01-01").output == first


@pytest.mark.parametrize("name", ["accounts.csv", "./accounts.csv"])
@pytest.mark.parametrize(
    "command", [("docs",), ("check",), ("test",), ("eval", "facts.ndjson"), ("compile", "--to", "tree")]
)
def test_a_file_that_is_no_ruleset_is_told_once(command: tuple[str, ...], name: str) -> None:
    Path("accounts.csv").write_text("id,seats\na,20\nb,30\n", encoding="utf-8")
    outcome = run(command[0], name, *command[1:])
    said = outcome.stderr + outcome.stdout
    assert outcome.exit_code == 3
    assert f"`{name}` is no ruleset file" in said
    assert said.count("error[") == 1


def test_the_date_chooses_the_version() -> None:
    text = " ".join(run("docs", "--help").stdout.split())
    assert "--as-of DATE Take the version in force on this date, such as 2024-03-01. [default: today]" in text


def test_the_date_chooses_the_version_and_is_that_of_the_query() -> None:
    text = " ".join(run("compile", "--help").stdout.split())
    assert "--as-of DATE" in text
    assert "version in force" in text
