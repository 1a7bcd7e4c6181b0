"""How the plugin comes to pytest, what it costs where nobody uses it, and how to be without it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.pytest_plugin.project import Project

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[2]
ENTRY_POINTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]


@pytest.fixture
def installed(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project for which the plugin is installed, as the project's file declares it, and no other is."""
    info = project.pytester.path / "site" / "ruleengine_of_this_test-0.dist-info"
    info.mkdir(parents=True)
    lines = [f"{name} = {target}\n" for name, target in ENTRY_POINTS["pytest11"].items()]
    (info / "entry_points.txt").write_text("[pytest11]\n" + "".join(lines), encoding="utf-8")
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: ruleengine-of-this-test\nVersion: 0\n", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(info.parent), str(ROOT))))
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    return project


def pytest_in(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments)
    return subprocess.run(
        command, cwd=project.pytester.path, capture_output=True, text=True, timeout=120, check=False
    )


def test_it_is_there_once_the_package_is_installed(installed: Project) -> None:
    done = pytest_in(installed, "-q")
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_it_can_be_left_out(installed: Project) -> None:
    done = pytest_in(installed, "-p", "no:ruleengine")
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout + done.stderr
    done = pytest_in(installed, "-p", "no:ruleengine", "--ruleset-as-of", "2024-03-01")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR


def test_markers_are_registered(project: Project) -> None:
    shown = project.shown("--markers")
    assert "@pytest.mark.ruleset(selector, *, as_of, facts, previous, rulesets, schemas): " in shown
    assert "@pytest.mark.ruleset_case: " in shown
    project.test("def test_it(ruleset):\n    pass\n")
    project.run("--strict-markers", "tests").assert_outcomes(passed=1)


def test_fixtures_are_told_with_what_they_give(project: Project) -> None:
    shown = project.shown("--fixtures")
    for name in (
        "ruleset",
        "accounts",
        "account",
        "score",
        "explanation",
        "with_facts",
        "explanation_snapshot",
    ):
        assert f"\n{name} -- " in shown
    assert "no docstring available" not in shown.partition("ruleengine")[2].partition("tmp_path")[0]
    assert "_ruleengine" not in shown


def test_options_are_told(project: Project) -> None:
    shown = project.shown("--help")
    for word in (
        "--ruleset-as-of=DATE",
        "--no-ruleset-tests",
        "ruleset_as_of (string)",
        "ruleset_tests (bool)",
    ):
        assert word in shown


def test_a_run_that_does_not_use_it_imports_nothing_of_the_engine() -> None:
    program = "import pytest, sys; before = set(sys.modules); import ruleengine.pytest_plugin; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        (sys.executable, "-c", program), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [
        "ruleengine",
        "ruleengine.pytest_plugin",
        "ruleengine.pytest_plugin.fixtures",
        "ruleengine.version",
    ]


def test_a_whole_run_that_does_not_use_it_imports_nothing_of_the_engine(project: Project) -> None:
    project.write(
        "tests/test_other.py",
        """
        import sys

        def test_other():
            engine = [name for name in sys.modules if name.startswith("ruleengine.")]
            assert set(engine) <= {"ruleengine.pytest_plugin", "ruleengine.pytest_plugin.fixtures", "ruleengine.version"}
        """,
    )
    done = subprocess.run(
        (sys.executable, "-m", "pytest", "-p", "ruleengine.pytest_plugin", "-p", "no:cacheprovider", "tests"),
        cwd=project.pytester.path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_names_for_annotations(project: Project) -> None:
    project.test(
        """
        from typing import Any
        from ruleengine import Ruleset
        from ruleengine.pytest_plugin import Accounts, Changing, Explaining, Scoring

        def test_it(ruleset: Ruleset, accounts: Accounts, score: Scoring, explanation: Explaining, with_facts: Changing) -> None:
            assert isinstance(ruleset, Ruleset) and isinstance(accounts, Accounts) and isinstance(score, Scoring)
            assert isinstance(explanation, Explaining) and isinstance(with_facts, Changing)
            assert repr(score) == "<score of demo 1.0.0 as of 2024-03-01>"
            assert repr(accounts) == "<2 accounts of accounts.ndjson>"
        """
    )
    project.run("tests").assert_outcomes(passed=1)


def test_there_is_nothing_else_by_any_name() -> None:
    import ruleengine.pytest_plugin

    with pytest.raises(AttributeError, match="has no attribute 'Scorer'"):
        ruleengine.pytest_plugin.Scorer  # noqa: B018 - the access is what is tested
