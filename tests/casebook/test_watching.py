"""Watching test files: what counts as a change, when it has settled, and which test files it concerns; nobody sleeps here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ruleengine.casebook import watching
from ruleengine.casebook.suite import FileReport, SuiteOptions
from ruleengine.casebook.watching import EVERY, SETTLED, Watcher
from ruleengine.diagnostics import Diagnostic
from ruleengine.source import Span


class Sleeping:
    """In the place of `sleep`: does what is to happen meanwhile, one thing at a time, and notes for how long it slept."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        self.happens = list(happens)
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.happens:
            self.happens.pop(0)()


def nothing() -> None:
    """Nothing happens meanwhile."""


def sleeping(monkeypatch: pytest.MonkeyPatch, *happens: Callable[[], object]) -> Sleeping:
    """What happens while the watcher sleeps."""
    found = Sleeping(*happens)
    monkeypatch.setattr(watching, "sleep", found)
    return found


def written(path: Path, text: str = "") -> Path:
    """A file with a text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def report(path: Path, *inputs: Path, broken: bool = False) -> FileReport:
    """What came of a test file that rests on others."""
    fault = Diagnostic("RE101", Span(str(path), 0, 1, 1, 1), "a fault", "")
    return FileReport(
        str(path), "demo 1.0.0", (), 0, (fault,) * broken, {}, 0.0, tuple(map(str, (path, *inputs)))
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("rulesets/one/1.0.0.rules", "rulesets/two/1.0.0.rules", "schemas/thing/1.schema.json"):
        written(tmp_path / name)
    for name in ("one", "two"):
        written(tmp_path / f"rulesets/{name}/1.0.0.test.rules")
    return tmp_path


def watcher(project: Path, *folders: str) -> Watcher:
    """A watcher of a project."""
    options = SuiteOptions(rulesets=project / "rulesets", schemas=project / "schemas")
    return Watcher(tuple(project / each for each in folders), options)


def test_it_waits_until_a_file_changes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test, rules = project / "rulesets/one/1.0.0.test.rules", project / "rulesets/one/1.0.0.rules"
    other = project / "rulesets/two/1.0.0.rules"
    found = watcher(project)
    found.seen([report(test, rules)])
    slept = sleeping(
        monkeypatch, nothing, lambda: written(other, "nobody rests on it"), lambda: written(rules, "changed")
    )
    assert found.wait() == [rules]
    assert slept.slept == [EVERY, EVERY, EVERY, SETTLED]
    slept.happens = [lambda: written(test, "again")]
    assert found.wait() == [test]  # and no longer the one that was told


def test_a_file_that_is_still_being_written_is_waited_for(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = project / "rulesets/one/1.0.0.test.rules"
    found = watcher(project)
    found.seen([report(test)])
    slept = sleeping(monkeypatch, lambda: written(test, "half"), lambda: written(test, "the whole of it"))
    assert found.wait() == [test]
    assert slept.slept == [EVERY, SETTLED, SETTLED]


def test_files_that_come_and_go_are_changes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test, rules = project / "rulesets/one/1.0.0.test.rules", project / "rulesets/one/1.0.0.rules"
    found = watcher(project, "rulesets")
    found.seen([report(test, rules)])
    new = project / "rulesets/three/1.0.0.test.rules"
    sleeping(monkeypatch, lambda: written(new))
    assert found.wait() == [new]
    sleeping(monkeypatch, rules.unlink)
    assert found.wait() == [rules]
    sleeping(monkeypatch, lambda: written(rules, "back"))
    assert found.wait() == [rules]


def test_a_change_before_the_first_run_ends_is_not_lost(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked at first stays as it was seen then, though the tests have been run since."""
    test, rules = project / "rulesets/one/1.0.0.test.rules", project / "rulesets/one/1.0.0.rules"
    found = watcher(project, "rulesets")
    found.look()
    written(test, "changed while its tests ran")
    found.seen([report(test, rules)])
    slept = sleeping(monkeypatch)
    assert found.wait() == [test]
    assert slept.slept == [SETTLED]


def test_a_change_concerns_those_that_rest_on_it_that_are_broken_or_have_not_run_yet(project: Path) -> None:
    one, two = (project / f"rulesets/{name}/1.0.0.test.rules" for name in ("one", "two"))
    new, schema = project / "rulesets/three/1.0.0.test.rules", project / "schemas/thing/1.schema.json"
    found = watcher(project)
    found.seen([report(one, schema), report(two)])
    assert found.concerned([one, two], [schema]) == [one]
    assert found.concerned([one, two, new], [schema]) == [one, new]
    assert found.concerned([one, two], [project / "elsewhere"]) == []
    found.seen([report(two, broken=True)])
    assert found.concerned([one, two], [schema]) == [one, two]
    assert found.concerned([one], [schema]) == [one]  # the second is no longer there
    assert found.concerned([one, two], []) == [two]  # and has come back, not run yet
    found.seen([report(two)])
    assert found.concerned([one, two], []) == []


def test_while_a_test_file_is_broken_all_rulesets_and_schemas_around_it_count(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test, schema = project / "rulesets/one/1.0.0.test.rules", project / "schemas/thing/1.schema.json"
    found = watcher(project)
    found.seen([report(test, broken=True)])
    sleeping(monkeypatch, lambda: written(schema, "{}"))
    assert found.wait() == [schema]
    other = project / "rulesets/two/1.0.0.rules"
    sleeping(monkeypatch, lambda: written(other, "changed"))
    assert found.wait() == [other]


def test_a_folder_that_cannot_be_read_just_now_has_no_files(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = project / "rulesets/one/1.0.0.test.rules"
    found = watcher(project, "rulesets", "nowhere")
    found.seen([report(test)])

    def denied(_: Path, pattern: str) -> list[Path]:
        raise PermissionError(pattern)

    def fails() -> None:
        written(test, "changed")
        monkeypatch.setattr(Path, "rglob", denied)

    sleeping(monkeypatch, fails)
    assert found.wait() == [test]
