"""The composite action: its inputs, and what it does with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ci_files.github import COMMENT, DIFF, INSTALL, Outcome, pull_request, push
from tests.ci_files.repository import Repository, make_repository, make_the_three_edits
from tests.ci_files.service import Service
from tests.cli.project import ROOT

MARK = "<!-- ruleengine diff -->\n"
ACCOUNTS = {"facts": "examples/accounts.ndjson", "as-of": "2024-06-01"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with a branch `change`, on which three edits are made."""
    made = make_repository(tmp_path)
    made.begin("change")
    make_the_three_edits(made)
    return made


def failed(outcome: Outcome) -> dict[str, int]:
    """The steps that failed, with their exit codes."""
    return {name: code for name, code in outcome.codes.items() if code}


def test_with_facts_and_no_budget_it_tells_and_passes(repository: Repository, service: Service) -> None:
    outcome = pull_request(repository, "change", service.api).action(**ACCOUNTS)
    assert set(outcome.codes.values()) == {0}, outcome.steps
    assert "3 of 8 accounts" in outcome.summary
    assert service.bodies == [MARK + outcome.summary]
    assert outcome.outputs == {"report": "ruleengine-diff.md"}
    assert (repository.machine / "pip.log").read_text(encoding="utf-8") == f"install {ROOT}\n"


def test_another_engine_is_installed_when_one_is_named(repository: Repository, service: Service) -> None:
    pull_request(repository, "change", service.api, only=(INSTALL,)).action(
        **ACCOUNTS, package="ruleengine==0.1.0"
    )
    assert (repository.machine / "pip.log").read_text(encoding="utf-8") == "install ruleengine==0.1.0\n"


def test_without_facts_only_the_edits_are_told(repository: Repository, service: Service) -> None:
    outcome = pull_request(repository, "change", service.api, only=(DIFF,)).action()
    assert outcome.passed
    assert "85%" in outcome.summary
    assert outcome.summary.startswith("4 edits; no accounts were compared\n")


@pytest.mark.parametrize(("limits", "code"), [
    ({"max-moved": "37.5%"}, 0), ({"max-moved": "37%"}, 1), ({"max-newly": "yellow=3\nred=0"}, 0),
    ({"max-newly": "red=0\nyellow=2"}, 1), ({"max-moved": "50%", "max-newly": "yellow=25%"}, 1),
])  # fmt: skip
def test_budgets(repository: Repository, service: Service, limits: dict[str, str], code: int) -> None:
    outcome = pull_request(repository, "change", service.api, only=(DIFF, COMMENT)).action(
        **ACCOUNTS, **limits
    )
    assert failed(outcome) == ({DIFF: code} if code else {})
    assert len(service.comments) == 1


def test_several_files_of_facts(repository: Repository, service: Service) -> None:
    lines = (
        (repository.folder / "examples/accounts.ndjson").read_text(encoding="utf-8").splitlines(keepends=True)
    )
    (repository.folder / "first half.ndjson").write_text("".join(lines[:4]), encoding="utf-8")
    (repository.folder / "second.ndjson").write_text("".join(lines[4:]), encoding="utf-8")
    facts = {**ACCOUNTS, "facts": "first half.ndjson\nsecond.ndjson\n"}
    assert (
        "3 of 8 accounts"
        in pull_request(repository, "change", service.api, only=(DIFF,)).action(**facts).summary
    )


def test_no_comment_when_none_is_wanted(repository: Repository, service: Service) -> None:
    outcome = pull_request(repository, "change", service.api, only=(DIFF, COMMENT)).action(
        **ACCOUNTS, comment="false"
    )
    assert outcome.codes[COMMENT] is None
    assert service.requests == []


def test_a_push_is_compared_with_what_is_named(repository: Repository, service: Service) -> None:
    assert push(repository, service.api, only=(DIFF, COMMENT)).action().outputs == {"report": ""}
    outcome = push(repository, service.api, only=(DIFF, COMMENT)).action(**ACCOUNTS, against="main")
    assert "3 of 8 accounts" in outcome.summary
    assert outcome.codes[COMMENT] is None


def test_rulesets_in_another_folder(repository: Repository, service: Service) -> None:
    repository.git("switch", "-q", "main")
    (repository.folder / "scoring").mkdir()
    repository.git("mv", "rulesets", "schemas", "examples", "scoring")
    repository.commit("Everything about scoring in one folder")
    repository.git("push", "-q", "origin", "main")
    repository.git("switch", "-q", "change")
    repository.git("rebase", "-q", "main")
    given = {**ACCOUNTS, "facts": "scoring/examples/accounts.ndjson", "rulesets": "scoring/rulesets"}
    outcome = pull_request(repository, "change", service.api).action(**given)
    assert set(outcome.codes.values()) == {0}, outcome.steps
    assert "3 of 8 accounts" in outcome.summary


def test_inputs_are_no_commands(repository: Repository, service: Service) -> None:
    hostile = '$(touch pwned)`touch pwned`\'; touch pwned; "; touch pwned; "'
    every = ("facts", "as-of", "max-moved", "max-newly", "coverage-min", "rulesets", "schemas", "package")
    for names in (every, ("against",)):
        given = {**ACCOUNTS, **dict.fromkeys(names, hostile)}
        assert pull_request(repository, "change", service.api).action(**given).codes[DIFF] != 0
    assert not list(repository.folder.rglob("*pwned*"))
