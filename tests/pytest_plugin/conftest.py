"""Every test here has a project of its own, in which it runs pytest."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.project import Project, make_project


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project."""
    return make_project(pytester, monkeypatch)
