"""Every test here has a project of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.casebook.books import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The project."""
    return Project(tmp_path / "project")
