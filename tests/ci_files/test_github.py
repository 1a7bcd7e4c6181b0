"""The GitHub workflow that `ruleengine init` writes: what a run says of a change, and when it fails."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.ci_files.github import (
    CHECK,
    COMMENT,
    DIFF,
    INSTALL,
    LAYOUT,
    TEST,
    Outcome,
    Runner,
    pull_request,
    push,
)
from tests.ci_files.repository import (
    EDITS,
    NEW_EXPECTATIONS,
    RULES,
    TESTS,
    Repository,
    make_repository,
    make_the_three_edits,
)
from tests.ci_files.service import Service

MARK = "<!-- ruleengine diff -->\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with the workflow, and a branch `change` to be filled."""
    made = make_repository(tmp_path, "github")
    made.begin("change")
    return made


def change_the_weight(repository: Repository) -> None:
    """The first of the three edits alone, after which one of eight accounts moves."""
    repository.edit(RULES, *EDITS[:2])
    repository.edit(TESTS, *NEW_EXPECTATIONS[4:])
    repository.commit("Service counts more")


def failed(outcome: Outcome) -> dict[str, int]:
    """The steps that failed, with their exit codes."""
    return {name: code for name, code in outcome.codes.items() if code}


def test_a_change_within_what_is_allowed_passes_every_step(repository: Repository, service: Service) -> None:
    change_the_weight(repository)
    outcome = pull_request(repository, "change", service.api).workflow()
    assert set(outcome.codes.values()) == {0}, outcome.steps  # nothing failed, and nothing was left out
    assert "1 of 8 accounts" in outcome.summary.splitlines()[0] + outcome.summary.splitlines()[2]
    assert service.bodies == [MARK + outcome.summary]
    assert (repository.machine / "pip.log").read_text(encoding="utf-8") == "install ruleengine\n"
    suites = ElementTree.parse(repository.folder / "ruleengine-tests.xml").getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("19", "0")
    assert "20 of 24 (83.3%)" in (repository.folder / "ruleengine-coverage.md").read_text(encoding="utf-8")


def test_three_edits_that_move_more_than_is_allowed_fail_and_are_told_nevertheless(
    repository: Repository, service: Service
) -> None:
    make_the_three_edits(repository)
    outcome = pull_request(repository, "change", service.api).workflow()
    assert failed(outcome) == {DIFF: 1}
    assert "3 of 8 accounts" in outcome.summary
    assert service.bodies == [MARK + outcome.summary]


def test_a_new_version_is_compared_with_the_one_before(repository: Repository, service: Service) -> None:
    new = RULES.replace("1.0.0", "1.1.0")
    (repository.folder / new).write_bytes((repository.folder / RULES).read_bytes())
    dates = (("account_health 1.0.0", "account_health 1.1.0"), ("from 2024-01-01", "from 2024-05-01"))
    repository.edit(new, *dates, *EDITS)
    repository.commit("Version 1.1.0")
    outcome = pull_request(repository, "change", service.api, only=(DIFF,)).workflow()
    assert failed(outcome) == {DIFF: 1}
    assert "3 of 8 accounts" in outcome.summary


def test_the_same_edits_pass_where_more_may_move(repository: Repository, service: Service) -> None:
    make_the_three_edits(repository)
    event = pull_request(repository, "change", service.api, only=(DIFF,))
    codes = [event.workflow(RULEENGINE_MAX_MOVED=limit).codes[DIFF] for limit in ("50%", "3", "2")]
    assert codes == [0, 0, 1]


def test_the_comment_is_updated_and_not_repeated(repository: Repository, service: Service) -> None:
    service.add(f"{MARK}I found this line in the source of your comment", by_bot=False)
    for number in range(120):
        service.add(f"remark {number}", by_bot=number % 2 == 0)
    change_the_weight(repository)
    pull_request(repository, "change", service.api, only=(DIFF, COMMENT)).workflow()
    first = service.bodies[-1]
    repository.git("switch", "-q", "change")
    repository.edit(RULES, *EDITS[2:])
    repository.edit(TESTS, *NEW_EXPECTATIONS[:4])
    repository.commit("Two more edits")
    outcome = pull_request(repository, "change", service.api, only=(DIFF, COMMENT)).workflow()
    assert len(service.comments) == 122
    assert first != service.bodies[-1] == MARK + outcome.summary
    assert service.bodies[0].endswith("your comment")


def test_a_broken_ruleset_is_annotated_where_it_is_broken(repository: Repository, service: Service) -> None:
    repository.edit(RULES, ('group service "Service" 20% {', 'group service "Service" 30% {'))
    repository.commit("Not all of it")
    outcome = pull_request(repository, "change", service.api).workflow()
    lines = (repository.folder / RULES).read_text(encoding="utf-8").splitlines()
    place = next(number for number, line in enumerate(lines, 1) if line.startswith("scorecard health"))
    assert f"::error file={RULES},line={place},col=11,endColumn=17,title=RE307" in outcome.text(CHECK)
    assert failed(outcome) == {CHECK: 3, TEST: 3, DIFF: 3}
    assert (outcome.codes[LAYOUT], outcome.codes[COMMENT]) == (0, 0)
    assert (outcome.summary, service.comments) == ("", [])


def test_a_comment_does_not_go_on_saying_what_is_no_longer_true(
    repository: Repository, service: Service
) -> None:
    service.add(f"{MARK}1 of 8 accounts changes its band")
    repository.edit(RULES, EDITS[0])
    repository.commit("Not all of it")
    pull_request(repository, "change", service.api, only=(DIFF, COMMENT)).workflow()
    assert service.bodies == [f"{MARK}This could not be compared; the run says why.\n"]


def test_a_report_that_is_too_long_for_a_comment_is_cut_and_the_summary_has_it(
    repository: Repository, service: Service
) -> None:
    change_the_weight(repository)
    rows = "echo '<details>'; yes '| an account that moves |' | head -n 9000; echo '</details>'"
    (repository.machine / "ruleengine").write_text(
        f"#!/bin/sh\n({rows}) > ruleengine-diff.md\n", encoding="utf-8"
    )
    outcome = pull_request(repository, "change", service.api, only=(DIFF, COMMENT)).workflow()
    (body,) = service.bodies
    assert len(outcome.summary) > 65_536 > len(body)
    assert body.endswith(
        "\n| an account that moves |\n</details>\n\n*The summary of the run has the whole report.*\n"
    )


def test_a_pull_request_from_a_fork_has_the_summary_alone(repository: Repository, service: Service) -> None:
    change_the_weight(repository)
    outcome = pull_request(repository, "change", service.api, fork=True, only=(DIFF, COMMENT)).workflow()
    assert outcome.passed
    assert outcome.codes[COMMENT] is None
    assert "1 of 8 accounts" in outcome.summary
    assert service.requests == []


def test_a_token_that_may_not_write_is_a_warning(repository: Repository, service: Service) -> None:
    service.refuses = True
    change_the_weight(repository)
    outcome = pull_request(repository, "change", service.api, only=(DIFF, COMMENT)).workflow()
    assert outcome.passed
    assert "::warning title=No comment::The comment could not be written: HTTP Error 403" in outcome.text(
        COMMENT
    )


def test_a_service_that_does_not_answer_is_a_warning(repository: Repository) -> None:
    change_the_weight(repository)
    outcome = pull_request(repository, "change", "http://127.0.0.1:9", only=(DIFF, COMMENT)).workflow()
    assert outcome.passed
    assert "::warning title=No comment::" in outcome.text(COMMENT)


def test_a_change_of_no_ruleset_gets_no_comment_but_a_comment_is_kept_true(
    repository: Repository, service: Service
) -> None:
    repository.edit("README.md", ("# Account health", "# How we score accounts"))
    repository.commit("A better title")
    event = pull_request(repository, "change", service.api, only=(DIFF, COMMENT))
    outcome = event.workflow()
    assert outcome.passed
    assert outcome.summary == f"No ruleset differs from `{repository.git('rev-parse', '--short', 'main')}`.\n"
    assert service.comments == []
    service.add(f"{MARK}1 of 8 accounts changes its band")
    assert event.workflow().passed
    assert service.bodies == [MARK + outcome.summary]


def test_a_push_checks_and_tests_and_compares_nothing(repository: Repository, service: Service) -> None:
    outcome = push(repository, service.api).workflow()
    assert {name for name, code in outcome.codes.items() if code is None} == {DIFF, COMMENT}
    assert outcome.passed
    assert service.requests == []


@pytest.mark.parametrize(("name", "edit", "step", "code"), [
    (RULES, ("yellow when >= 40%", "yellow when >=  40%"), LAYOUT, 1),
    (TESTS, ("40,    yellow", "40,    red"), TEST, 1),
    (TESTS, ("as_of - 30 days, 83.75", "as_of - 30 days, 83.75  # no other row"), LAYOUT, 0),
])  # fmt: skip
def test_layout_and_tests_are_gates(
    repository: Repository, service: Service, name: str, edit: tuple[str, str], step: str, code: int
) -> None:
    repository.edit(name, edit)
    outcome = push(repository, service.api, only=(LAYOUT, TEST)).workflow()
    assert failed(outcome) == ({step: code} if code else {})


def test_what_a_test_is_called_is_no_command(repository: Repository, service: Service) -> None:
    """GitHub obeys lines of a log that begin with `::`, but not between `::stop-commands::WORD` and `::WORD::`."""
    repository.edit(TESTS, ("40,    yellow", "40,    red"))
    outcome = push(repository, service.api, only=(TEST,)).workflow()
    first, *said, last = outcome.text(TEST).strip().splitlines()
    command, _, word = first.rpartition("::")
    assert failed(outcome) == {TEST: 1}
    assert (command, len(word), last) == ("::stop-commands", 32, f"::{word}::")
    assert any("red" in line for line in said)


def test_too_little_coverage_fails(repository: Repository, service: Service) -> None:
    outcome = push(repository, service.api, only=(TEST,)).workflow(RULEENGINE_COVERAGE_MIN="84")
    assert failed(outcome) == {TEST: 1}
    assert (
        "tests reach 83.3% of the bands and rows of account_health 1.0.0, and 84% is asked for"
        in outcome.text(TEST)
    )


def test_without_an_engine_nothing_else_is_tried(repository: Repository, service: Service) -> None:
    (repository.machine / "bin/pip").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    outcome = pull_request(repository, "change", service.api).workflow()
    assert failed(outcome) == {INSTALL: 1}
    assert [outcome.codes[name] for name in (CHECK, LAYOUT, TEST, DIFF)] == [None] * 4


def test_a_shallow_clone_is_told_what_it_lacks(
    repository: Repository, service: Service, tmp_path: Path
) -> None:
    change_the_weight(repository)
    repository.git("push", "-q", "origin", "change")
    clone = Repository(tmp_path / "shallow", repository.machine)
    subprocess.run(
        ("git", "clone", "-q", "--depth", "1", "--branch", "change", f"file://{tmp_path / 'origin.git'}", str(clone.folder)),
        check=True, env=repository.environment(),
    )  # fmt: skip
    event = pull_request(repository, "change", service.api)
    outcome = Runner(clone, event.event, event.variables, (DIFF,)).workflow()
    assert failed(outcome) == {DIFF: 5}
    assert "::error title=No common commit::Give actions/checkout the option fetch-depth: 0" in outcome.text(
        DIFF
    )


def test_the_name_of_a_branch_is_no_command(repository: Repository, service: Service) -> None:
    base = "x;touch${IFS}pwned;$(touch${IFS}pwned)`touch${IFS}pwned`\"'&&touch${IFS}pwned"
    repository.git("push", "-q", "origin", f"main:refs/heads/{base}")
    change_the_weight(repository)
    outcome = pull_request(repository, "change", service.api, base=base, only=(DIFF, COMMENT)).workflow()
    assert outcome.passed, outcome.steps
    assert "1 of 8 accounts" in outcome.summary
    assert not list(repository.folder.rglob("pwned"))
