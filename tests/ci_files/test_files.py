"""What the files for continuous integration must be like, whatever their commands do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.project import ROOT

TEMPLATES = ROOT / "ruleengine/cli/templates"
WORKFLOW = ROOT / "examples/ci/github/workflow.yml"
ACTION = ROOT / "action.yml"
PIPELINE = ROOT / "examples/ci/gitlab/.gitlab-ci.yml"


def steps() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every step of the workflow and of the action."""
    workflow, action = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (WORKFLOW, ACTION))
    for job in workflow["jobs"].values():
        yield from ((WORKFLOW, step) for step in job["steps"])
    yield from ((ACTION, step) for step in action["runs"]["steps"])


def step_named(path: Path, name: str) -> dict[str, Any]:
    return next(step for where, step in steps() if where == path and step.get("name") == name)


@pytest.mark.parametrize(("example", "template"), [(WORKFLOW, "workflow.yml"), (PIPELINE, "gitlab-ci.yml")])
def test_the_examples_are_what_init_writes(example: Path, template: str) -> None:
    assert example.read_bytes() == (TEMPLATES / template).read_bytes()


def test_no_command_holds_an_expression() -> None:
    """What GitHub puts in place of an expression becomes part of the command: a title could be one."""
    commands = [step["run"] for _, step in steps() if "run" in step]
    assert len(commands) == 12
    assert [command for command in commands if "${{" in command] == []


def test_the_workflow_may_do_no_more_than_it_needs() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {"contents": "read"}
    assert job["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert set(workflow[True]) == {
        "push",
        "pull_request",
    }  # `on`; `pull_request_target` would trust strangers
    (checkout,) = (step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}


def test_only_the_comment_sees_the_token() -> None:
    seeing = [step.get("name") for _, step in steps() if "token" in str(step).lower()]
    assert seeing == ["Say it in one comment"] * 2


def test_every_other_action_is_one_of_the_services_own_in_a_stated_version() -> None:
    used = {step["uses"] for _, step in steps() if "uses" in step}
    assert [each for each in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", each)] == []


def test_workflow_and_action_write_the_comment_alike() -> None:
    name = "Say it in one comment"
    assert step_named(WORKFLOW, name)["run"] == step_named(ACTION, name)["run"]


def test_every_step_of_the_action_names_its_shell_and_every_input_is_used() -> None:
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    assert all("shell" in step for step in action["runs"]["steps"] if "run" in step)
    text = ACTION.read_text(encoding="utf-8").partition("\nruns:\n")[2]
    assert [name for name in action["inputs"] if f"inputs.{name} " not in text] == []


def test_the_jobs_of_the_pipeline_keep_what_they_report_also_when_they_fail() -> None:
    pipeline = yaml.safe_load(PIPELINE.read_text(encoding="utf-8"))
    jobs = {name: job for name, job in pipeline.items() if name.startswith("ruleengine-")}
    assert list(jobs) == ["ruleengine-check", "ruleengine-test", "ruleengine-diff"]
    assert {job["artifacts"]["when"] for job in jobs.values()} == {"always"}
    assert set(jobs["ruleengine-check"]["artifacts"]["reports"]) == {"codequality"}
    assert set(jobs["ruleengine-test"]["artifacts"]["reports"]) == {"junit"}
    assert pipeline[".ruleengine"]["variables"]["GIT_DEPTH"] == "0"
