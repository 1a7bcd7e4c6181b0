"""Devices, pipes and links to them among rulesets, tests and schemas: reading one may never end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import project
from tests.cli.project import AS_OF, run_process
from tests.cli.repository import repository

__all__ = ["project", "repository"]

COMMANDS = [
    ("check",), ("check", "demo@2"), ("list",), ("fmt", "--check"), ("test",), ("eval", "demo@2", "facts.ndjson", "--as-of", AS_OF),
    ("diff", "demo@1", "demo@2"), ("diff", "--against", "main"), ("docs", "demo@2"), ("compile", "demo@2", "--to", "tree"),
]  # fmt: skip


def _make(kind: str, path: Path) -> None:
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")


@pytest.mark.parametrize("kind", ["pipe", "link"])
@pytest.mark.parametrize(
    "place", ["rulesets/demo/2.0.0.rules", "rulesets/demo/1.0.0.test.rules", "schemas/thing/1.schema.json"]
)
def test_nothing_waits_for_what_never_ends(kind: str, place: str, repository: Path) -> None:
    _make(kind, repository / place)
    for words in COMMANDS:
        done = run_process(*words, stdin=-3)
        assert done.returncode in (0, 1, 3, 5), (words, done.stderr)
        assert b"this is a bug" not in done.stderr
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["pipe", "link"])
def test_it_is_said_what_it_is(kind: str, repository: Path) -> None:
    _make(kind, repository / "rulesets/demo/2.0.0.rules")
    done = run_process("check", "demo@2")
    assert done.returncode == 3
    assert b"the file cannot be read: it is no regular file" in done.stdout + done.stderr
    assert run_process("eval", "demo@1", "facts.ndjson", "--as-of", AS_OF).returncode == 0
