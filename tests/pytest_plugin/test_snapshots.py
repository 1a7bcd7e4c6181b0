"""Snapshots of explanations with syrupy, and what is said where it is not there."""

from __future__ import annotations

import pytest

from ruleengine.pytest_plugin import ExplanationSnapshotExtension
from tests.pytest_plugin.project import RULES, Project, make_project

pytest_plugins = ["pytester"]

FOLDER = "tests/__snapshots__/test_it"
TESTS = """
    def test_health(account, explanation, explanation_snapshot):
        assert explanation(account) == explanation_snapshot
"""
ANN = """\
ann
as of 2024-03-01

health: green, 80

Health
  ann is green in “Health” as of 2024-03-01, with a score of 80.

  coverage: 100%

  Seats: 12; green, 80 points; weighs 50%; adds 40
  Tickets: 1; green, 80 points; weighs 50%; adds 40
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project in which syrupy is there, with one test of every account."""
    found = Project(make_project(pytester, monkeypatch).pytester, with_syrupy=True)
    found.write("pytest.ini", "[pytest]\nruleset_tests = false\n")
    found.test(TESTS)
    return found


def kept(project: Project) -> dict[str, str]:
    """The snapshots by name."""
    files = sorted((project.pytester.path / FOLDER).iterdir())
    return {each.name: each.read_text(encoding="utf-8") for each in files}


def test_a_snapshot_is_a_file_to_read(project: Project) -> None:
    missing = project.run()
    missing.assert_outcomes(failed=2)
    assert "Snapshot 'test_health[ann]' does not exist!" in missing.stdout.str()
    project.run("--snapshot-update").assert_outcomes(passed=2)
    found = kept(project)
    assert list(found) == ["test_health[ann].txt", "test_health[bob].txt"]
    assert found["test_health[ann].txt"] == ANN
    project.run().assert_outcomes(passed=2)


def test_the_same_account_gives_the_same_bytes(project: Project) -> None:
    project.run("--snapshot-update")
    first = kept(project)
    project.run("--snapshot-update")
    assert kept(project) == first
    project.write(
        "rulesets/demo/1.0.0.rules", RULES.replace("measure seat_use", "# a remark\nmeasure seat_use")
    )
    project.run().assert_outcomes(passed=2)


def test_a_change_is_shown_as_lines(project: Project) -> None:
    project.run("--snapshot-update")
    project.write("rulesets/demo/1.0.0.rules", RULES.replace(">= 10", ">= 20"))
    result = project.run()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*- health: green, 80", "*+ health: green, 50"])


def test_unused_snapshots_are_told_by_syrupy(project: Project) -> None:
    project.run("--snapshot-update")
    project.accounts({"id": "ann", "seats": 12, "support": {"tickets": 1}})
    result = project.run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "1 snapshot passed. 1 snapshot unused." in result.stdout.str()
    project.run("--snapshot-update")
    assert list(kept(project)) == ["test_health[ann].txt"]


def test_with_the_fixture_of_syrupy(project: Project) -> None:
    project.test(
        """
        from ruleengine.pytest_plugin import ExplanationSnapshotExtension

        def test_explain(ruleset, accounts, snapshot):
            explained = ruleset.explain(accounts["ann"], "2024-03-01")
            assert explained == snapshot(extension_class=ExplanationSnapshotExtension)
            assert explained.to_dict() == snapshot(extension_class=ExplanationSnapshotExtension)
        """
    )
    project.run("--snapshot-update").assert_outcomes(passed=1)
    assert kept(project) == {"test_explain.txt": ANN, "test_explain.1.txt": ANN}


def test_processes_share_the_snapshots(project: Project) -> None:
    project.run("--snapshot-update").assert_outcomes(passed=2)
    result = project.run("-p", "xdist", "-n", "2")
    result.assert_outcomes(passed=2)
    assert "unused" not in result.stdout.str()


def test_what_is_no_explanation_is_refused() -> None:
    with pytest.raises(TypeError, match=r"an explanation is compared here.*of type `list`"):
        ExplanationSnapshotExtension().serialize([1])
    with pytest.raises(TypeError, match="of type `dict`"):
        ExplanationSnapshotExtension().serialize({"id": "ann"})


def test_an_explanation_as_a_text_ends_its_line() -> None:
    assert ExplanationSnapshotExtension().serialize("ann is green") == "ann is green\n"
    assert ExplanationSnapshotExtension().serialize("ann is green\n") == "ann is green\n"


def test_without_syrupy(project: Project) -> None:
    bare = Project(project.pytester)
    result = bare.run()
    result.assert_outcomes(errors=2)
    assert (
        "`explanation_snapshot` needs syrupy, which is not there: pip install 'ruleengine[pytest]'"
        in result.stdout.str()
    )
    bare.test("def test_it(score):\n    assert score('ann').scorecards['health'].band == 'green'\n")
    bare.run().assert_outcomes(passed=1)
