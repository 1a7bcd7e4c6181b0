"""The GitLab pipeline that `ruleengine init --ci gitlab` writes: its reports, its note, and when it fails."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.ci_files.gitlab import NOTE_TOKEN, merge_request, run_pipeline
from tests.ci_files.repository import EDITS, RULES, TESTS, Repository, make_repository, make_the_three_edits
from tests.ci_files.service import Service

MARK = "<!-- ruleengine diff -->\n"
CHECK, TEST, DIFF = "ruleengine-check", "ruleengine-test", "ruleengine-diff"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with the pipeline, and a branch `change` to be filled."""
    made = make_repository(tmp_path, "gitlab")
    made.begin("change")
    return made


def read(repository: Repository, name: str) -> str:
    return (repository.folder / name).read_text(encoding="utf-8")


def test_three_edits_within_what_is_allowed(repository: Repository, service: Service) -> None:
    make_the_three_edits(repository)
    pipeline = merge_request(repository, "change", service.api, NOTE_TOKEN)
    jobs = run_pipeline(repository, pipeline, RULEENGINE_MAX_MOVED="50%")
    assert {name: job.code for name, job in jobs.items()} == {CHECK: 0, TEST: 0, DIFF: 0}, jobs
    assert jobs[CHECK].kept == ("gl-code-quality-report.json",)
    assert jobs[TEST].kept == ("ruleengine-coverage.md", "ruleengine-tests.xml")
    assert jobs[DIFF].kept == ("ruleengine-diff/report.html", "ruleengine-diff.md")
    assert json.loads(read(repository, "gl-code-quality-report.json")) == []
    suites = ElementTree.parse(repository.folder / "ruleengine-tests.xml").getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("19", "0")
    assert service.bodies == [MARK + read(repository, "ruleengine-diff.md")]
    assert "3 of 8 accounts" in service.bodies[0]
    assert read(repository, "ruleengine-diff/report.html").startswith("<!DOCTYPE html>")


def test_more_than_is_allowed_fails_and_is_told_nevertheless(
    repository: Repository, service: Service
) -> None:
    make_the_three_edits(repository)
    jobs = run_pipeline(repository, merge_request(repository, "change", service.api, NOTE_TOKEN))
    assert {name: job.code for name, job in jobs.items()} == {CHECK: 0, TEST: 0, DIFF: 1}
    assert service.bodies == [MARK + read(repository, "ruleengine-diff.md")]
    assert jobs[DIFF].kept == ("ruleengine-diff/report.html", "ruleengine-diff.md")


def test_the_note_is_updated_and_not_repeated(repository: Repository, service: Service) -> None:
    service.add(f"{MARK}I found this line in the source of your note", by_bot=False)
    for number in range(120):
        service.add(f"remark {number}", by_bot=number % 2 == 0)
    make_the_three_edits(repository)
    pipeline = merge_request(repository, "change", service.api, NOTE_TOKEN)
    run_pipeline(repository, pipeline, DIFF)
    first = service.bodies[-1]
    run_pipeline(repository, pipeline, DIFF, RULEENGINE_MAX_MOVED="50%")
    assert len(service.comments) == 122
    assert first != service.bodies[-1] == MARK + read(repository, "ruleengine-diff.md")
    assert service.bodies[0].endswith("your note")


def test_two_rulesets_that_change_have_a_page_each_and_one_note(
    repository: Repository, service: Service
) -> None:
    second = RULES.replace("account_health/", "second/")
    (repository.folder / second).parent.mkdir()
    rules = read(repository, RULES).replace("ruleset account_health", "ruleset second")
    (repository.folder / second).write_text(rules, encoding="utf-8")
    repository.commit("Another ruleset")
    repository.git("branch", "-f", "main", "change")
    for name in (RULES, second):
        repository.edit(name, EDITS[2])
    repository.commit("Green from 85% in both")
    pipeline = merge_request(repository, "change", service.api, NOTE_TOKEN)
    job = run_pipeline(repository, pipeline, DIFF, RULEENGINE_MAX_MOVED="50%")[DIFF]
    pages = [f"ruleengine-diff/report.{name}.1.0.0.html" for name in ("account_health", "second")]
    assert (job.code, job.kept) == (0, (*pages, "ruleengine-diff.md")), job.text
    (note,) = service.bodies
    assert note.count("## ") == 2


def test_without_a_token_the_report_is_an_artifact_alone(repository: Repository, service: Service) -> None:
    make_the_three_edits(repository)
    job = run_pipeline(repository, merge_request(repository, "change", service.api), DIFF)[DIFF]
    assert "No RULEENGINE_NOTE_TOKEN, so no note: the report is the artifact of this job." in job.text
    assert job.kept == ("ruleengine-diff/report.html", "ruleengine-diff.md")
    assert service.requests == []


def test_a_token_that_may_not_write_fails_nothing(repository: Repository, service: Service) -> None:
    service.refuses = True
    make_the_three_edits(repository)
    pipeline = merge_request(repository, "change", service.api, NOTE_TOKEN)
    job = run_pipeline(repository, pipeline, DIFF, RULEENGINE_MAX_MOVED="50%")[DIFF]
    assert job.code == 0
    assert "The note could not be written: HTTP Error 403" in job.text


def test_a_broken_ruleset_is_in_the_code_quality_report(repository: Repository, service: Service) -> None:
    service.add(f"{MARK}1 of 8 accounts changes its band")
    repository.edit(RULES, EDITS[0])
    repository.commit("Not all of it")
    jobs = run_pipeline(repository, merge_request(repository, "change", service.api, NOTE_TOKEN))
    assert {name: job.code for name, job in jobs.items()} == {CHECK: 3, TEST: 3, DIFF: 3}
    found = json.loads(read(repository, "gl-code-quality-report.json"))
    assert [(each["check_name"], each["location"]["path"]) for each in found] == [
        ("RE307", RULES),
        ("RE307", RULES),
    ][:1]
    assert "error[RE307]" in jobs[CHECK].text
    assert service.bodies == [f"{MARK}This could not be compared; the job says why.\n"]


def test_a_test_that_fails_is_in_the_junit_report_and_in_the_log(
    repository: Repository, service: Service
) -> None:
    repository.edit(TESTS, ("40,    yellow", "40,    red"))
    job = run_pipeline(repository, merge_request(repository, "main", service.api), TEST)[TEST]
    assert job.code == 1
    assert ElementTree.parse(repository.folder / "ruleengine-tests.xml").getroot().get("failures") == "1"
    assert "FAILED rulesets/account_health/1.0.0.test.rules" in job.text


@pytest.mark.parametrize(("pipeline", "jobs"), [
    ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}, {CHECK, TEST}),
    ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "change", "CI_DEFAULT_BRANCH": "main"}, set()),
])  # fmt: skip
def test_which_jobs_run_when(repository: Repository, pipeline: dict[str, str], jobs: set[str]) -> None:
    ran = run_pipeline(repository, {**pipeline, "CI_PROJECT_DIR": str(repository.folder)})
    assert set(ran) == jobs
    assert {job.code for job in ran.values()} <= {0}
