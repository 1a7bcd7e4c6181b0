"""A repository as a team has it, made by `ruleengine init`: its history, its branches, and the machine that checks it out.

In: an empty folder. Out: a `Repository` with a `main` that is at a server (`origin`, a bare repository beside it), on which
branches can be begun. `environment()` is that of a machine that runs jobs: `ruleengine` is on PATH once `pip` has installed
it, and nothing is known of whoever runs the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from attrs import frozen

from tests.cli.project import ROOT, run

RULES = "rulesets/account_health/1.0.0.rules"
TESTS = "rulesets/account_health/1.0.0.test.rules"

#: Three edits that a team makes: a weight (and the one that gives way to it), a threshold, and an expiry.
EDITS: tuple[tuple[str, str], ...] = (
    ('group service "Service" 20% {', 'group service "Service" 30% {'),
    ('group relation "Relation" 30% {', 'group relation "Relation" 20% {'),
    ("green  when >= 75%", "green  when >= 85%"),
    ("expired after 45 days", "expired after 100 days"),
)

#: What the tests of the ruleset must say after these edits.
NEW_EXPECTATIONS: tuple[tuple[str, str], ...] = (
    ("75,    green", "85,    green"),
    ("74,    yellow", "84,    yellow"),
    ("as_of - 45 days, stale", "as_of - 100 days, stale"),
    ("as_of - 46 days, expired", "as_of - 101 days, expired"),
    ('"enterprise",   green,          15%', '"enterprise",   green,          10%'),
    ('"self_service", not_applicable, 30%', '"self_service", not_applicable, 20%'),
    ("health.score = 78.125", "health.score = 81.25"),
    ("as_of - 30 days, 83.75", "as_of - 30 days, 85"),
)

_PIP = """\
#!/bin/sh
echo "$@" >> "{folder}/pip.log"
ln -sf "{folder}/ruleengine" "{folder}/bin/ruleengine"
"""


@frozen(slots=True)
class Repository:
    """The working tree at `folder`; `machine` holds the programs that jobs find on PATH."""

    folder: Path
    machine: Path

    def git(self, *arguments: str) -> str:
        """Run git in the working tree and give what it prints."""
        done = subprocess.run(
            ("git", *arguments), cwd=self.folder, env=self.environment(), capture_output=True, text=True, check=True
        )  # fmt: skip
        return done.stdout.strip()

    def begin(self, branch: str) -> None:
        """Begin a branch at `main`."""
        self.git("switch", "-q", "-c", branch, "main")

    def edit(self, name: str, *edits: tuple[str, str]) -> None:
        """Replace texts in a file, each of which occurs there once."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        for before, after in edits:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")

    def commit(self, message: str) -> str:
        """Commit whatever differs, and give the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def environment(self) -> dict[str, str]:
        """The variables of the machine, without those of a service."""
        kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "PATH": f"{self.machine / 'bin'}{os.pathsep}{os.defpath}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.machine),
            "RULEENGINE_CACHE": str(self.folder.parent.parent / "ruleengine cache"),  # of all tests
            "LC_ALL": "C.UTF-8",
            **{f"GIT_{who}_NAME": "Ada" for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": "ada@example.com" for who in ("AUTHOR", "COMMITTER")},
        }


def make_repository(folder: Path, service: str = "none") -> Repository:
    """What `ruleengine init` writes, committed to `main` and pushed to a server."""
    assert run("init", str(folder / "checkout"), "--ci", service).exit_code == 0
    repository = Repository(folder / "checkout", folder / "machine")
    _set_up(repository.machine)
    subprocess.run(("git", "init", "-q", "--bare", "-b", "main", str(folder / "origin.git")), check=True)
    repository.git("init", "-q", "-b", "main")
    repository.commit("How our accounts are scored")
    repository.git("remote", "add", "origin", str(folder / "origin.git"))
    repository.git("push", "-q", "origin", "main")
    return repository


def make_the_three_edits(repository: Repository) -> str:
    """Commit the edits with the tests that go with them."""
    repository.edit(RULES, *EDITS)
    repository.edit(TESTS, *NEW_EXPECTATIONS)
    assert run("fmt", str(repository.folder / TESTS)).exit_code == 0
    return repository.commit("Service counts more; green from 85%; numbers live longer")


def _set_up(machine: Path) -> None:
    """Put the programs on the machine: `python`, and a `pip` that notes what it installs and installs this engine."""
    (machine / "bin").mkdir(parents=True)
    programs = {
        "bin/python": f'#!/bin/sh\nexec "{sys.executable}" "$@"\n',
        "bin/pip": _PIP.format(folder=machine),
        "ruleengine": f'#!/bin/sh\nexec "{sys.executable}" -m ruleengine "$@"\n',
    }
    for name, text in programs.items():
        (machine / name).write_text(text, encoding="utf-8")
        (machine / name).chmod(0o755)
