"""The pre-commit hooks, run as pre-commit runs them: on the files that fit, in the folder of the repository."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci_files.repository import EDITS, RULES, TESTS, Repository, make_repository
from tests.cli.project import ROOT

HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository on a machine on which pre-commit has installed the engine."""
    made = make_repository(tmp_path)
    (made.machine / "bin/ruleengine").symlink_to(made.machine / "ruleengine")
    return made


def fitting(hook: str, names: list[str]) -> list[str]:
    return [name for name in names if re.search(HOOKS[hook]["files"], name)]


def run_hook(repository: Repository, hook: str, *names: str) -> tuple[int, str, bool]:
    """The exit code, the text, and whether files were changed, for a commit of these files."""
    found = fitting(hook, list(names))
    assert found
    passed = found if HOOKS[hook].get("pass_filenames", True) else []
    before = repository.git("diff")
    done = subprocess.run(
        (*shlex.split(HOOKS[hook]["entry"]), *passed), cwd=repository.folder, env=repository.environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, repository.git("diff") != before


def test_all_pass_in_a_new_project_and_change_nothing(repository: Repository) -> None:
    names = repository.git("ls-files").splitlines()
    assert list(HOOKS) == ["ruleengine-fmt", "ruleengine-check", "ruleengine-test"]
    for hook in HOOKS:
        code, text, changed = run_hook(repository, hook, *names)
        assert (code, changed) == (0, False), text


def test_which_files_set_them_off(repository: Repository) -> None:
    names = [
        "README.md",
        RULES,
        TESTS,
        "schemas/account/1.schema.json",
        "examples/accounts.ndjson",
        "x.csv.gz",
        "package.json",
    ]
    assert fitting("ruleengine-fmt", names) == [RULES, TESTS]
    assert fitting("ruleengine-check", names) == [RULES, TESTS, "schemas/account/1.schema.json"]
    assert fitting("ruleengine-test", names) == names[1:-1]
    assert fitting("ruleengine-test", ["facts/one.json", "deep/examples/all.json.gz"]) != []


def test_fmt_formats_the_files_of_the_commit_and_no_others(repository: Repository) -> None:
    untidy = ("yellow when >= 40%", "yellow   when >= 40%")
    repository.edit(RULES, untidy)
    repository.edit(TESTS, ("40,    yellow", "40,  yellow"))
    code, text, changed = run_hook(repository, "ruleengine-fmt", RULES)
    assert (code, changed) == (0, True), text  # pre-commit stops a commit whose files a hook changes
    assert untidy[0] in (repository.folder / RULES).read_text(encoding="utf-8")
    assert "40,  yellow" in (repository.folder / TESTS).read_text(encoding="utf-8")


def test_check_finds_what_a_change_of_the_schema_breaks(repository: Repository) -> None:
    repository.edit("schemas/account/1.schema.json", ('"open_tickets"', '"tickets_open"'))
    code, text, _ = run_hook(repository, "ruleengine-check", "schemas/account/1.schema.json")
    assert code == 3
    assert "tickets_open" in text


def test_test_runs_all_tests_when_a_ruleset_changes(repository: Repository) -> None:
    repository.edit(RULES, EDITS[2])
    code, text, _ = run_hook(repository, "ruleengine-test", RULES)
    assert code == 1
    assert "19 cases in 1 test file" in text
