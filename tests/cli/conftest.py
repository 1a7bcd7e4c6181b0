"""Every test here runs in a fresh copy of the project, with a cache of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.project import make_project


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, which is the current one."""
    folder = make_project(tmp_path / "project")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path / "cache"))
    for name in ("RULEENGINE_RULESETS", "RULEENGINE_SCHEMAS", "RULEENGINE_DEBUG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return folder
