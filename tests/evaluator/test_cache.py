"""What is kept of a compiled ruleset is used only while every file that went into it is as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.evaluator.cache import load_cached, store
from ruleengine.workspace import open_workspace
from tests.evaluator.test_seldom_asked import load


def test_a_file_that_has_changed_and_one_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path / "cache"))
    program = load(tmp_path, "output five = 5").program
    path, workspace = tmp_path / "rulesets/demo/1.0.0.rules", open_workspace(tmp_path / "rulesets")
    store(program, path, workspace, [tmp_path / "gone.rules"])  # cannot be kept, and that is no fault
    assert load_cached(path, workspace) is None
    store(program, path, workspace, [path])
    kept = load_cached(path, workspace)
    assert kept is not None
    assert kept.digest == program.digest
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert load_cached(path, workspace) is None
