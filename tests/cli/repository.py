"""A git repository made of the small project, with commits that change it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

_NAMES = {
    **{f"GIT_{who}_NAME": "Reader" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "reader@example.com" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder; what it says."""
    done = subprocess.run(
        ("git", *arguments), cwd=folder, env={**os.environ, **_NAMES}, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def commit(folder: Path, message: str = "A change") -> str:
    """Commit everything that is there; the commit."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def make_repository(folder: Path) -> str:
    """Put a folder under version control, with one commit on `main`; the commit."""
    git(folder, "init", "-q", "-b", "main")
    return commit(folder, "The project as it is")


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that occurs exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def repository(project: Path) -> Path:
    """The small project under version control."""
    make_repository(project)
    return project
