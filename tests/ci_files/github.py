"""Plays GitHub: runs the steps of a workflow or of a composite action, as a runner does.

In: the steps of a file, a repository at what is checked out, and the event. Out: what each step came to. A step of another
action is not run but noted, since what it does (check out, set up Python, keep files) is there already. Each `run` is a file
that the shell of the step executes; nothing is put in place of its variables but what the environment holds.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from attrs import define, field, frozen

from tests.ci_files.expressions import expand, holds
from tests.ci_files.repository import Repository
from tests.cli.project import ROOT

TOKEN = "the token of the job"

#: The names of the steps that run something.
INSTALL, CHECK, LAYOUT = (
    "Install the engine",
    "The rulesets are correct",
    "The files are in the standard layout",
)
TEST, DIFF, COMMENT = "The tests pass", "Who would move", "Say it in one comment"
_SHELLS = {
    "": ("bash", "-e"),
    "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail"),
    "python": ("python",),
}


@frozen(slots=True)
class Ran:
    """A step: its name, its exit code (None when it was left out) and all that it wrote."""

    name: str
    code: int | None
    text: str = ""


@frozen(slots=True)
class Outcome:
    """What came of a job."""

    steps: tuple[Ran, ...]
    summary: str
    outputs: Mapping[str, Any]

    @property
    def passed(self) -> bool:
        """Whether no step failed."""
        return not any(step.code for step in self.steps)

    @property
    def codes(self) -> dict[str, int | None]:
        """The exit codes of the steps that run something."""
        return {step.name: step.code for step in self.steps}

    def text(self, name: str) -> str:
        """What the step of that name wrote."""
        return next(step.text for step in self.steps if step.name == name)


@define(slots=True)
class Runner:
    """A machine of GitHub's that runs steps for one event in a repository.

    With `only`, steps of other names are taken to succeed without being run, to save time.
    """

    repository: Repository
    event: Mapping[str, Any]
    variables: Mapping[str, str] = field(factory=dict)
    only: tuple[str, ...] = ()
    context: dict[str, Any] = field(factory=dict)

    def workflow(self, **changed: str) -> Outcome:
        """Run the job of the workflow that the repository holds, with some of its variables changed."""
        path = self.repository.folder / ".github/workflows/ruleengine.yml"
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        (job,) = document["jobs"].values()
        return self._run(job["steps"], {**document["env"], **changed})

    def action(self, **given: str) -> Outcome:
        """Run the composite action with some of its inputs given."""
        document = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        defaults = {name: each["default"] for name, each in document["inputs"].items()}
        self._set_context()
        inputs = {name: expand(text, self.context) for name, text in defaults.items()}
        assert set(given) <= set(inputs)
        outcome = self._run(document["runs"]["steps"], {"GITHUB_ACTION_PATH": str(ROOT)}, {**inputs, **given})
        told = {name: expand(each["value"], self.context) for name, each in document["outputs"].items()}
        return Outcome(outcome.steps, outcome.summary, told)

    def _set_context(self, inputs: Mapping[str, str] | None = None) -> None:
        self.context = {
            "github": {**self.event, "token": TOKEN},
            "inputs": inputs or {},
            "steps": {},
            "success": True,
        }

    def _run(
        self,
        steps: Sequence[Mapping[str, Any]],
        variables: Mapping[str, str],
        inputs: Mapping[str, str] | None = None,
    ) -> Outcome:
        self._set_context(inputs)
        summary = self.repository.machine / "summary.md"
        summary.write_bytes(b"")
        environment = {
            **self.repository.environment(),
            **self.variables,
            **variables,
            "GITHUB_STEP_SUMMARY": str(summary),
        }
        ran = tuple(self._step(step, environment) for step in steps)
        return Outcome(ran, summary.read_text(encoding="utf-8"), {})

    def _step(self, step: Mapping[str, Any], environment: Mapping[str, str]) -> Ran:
        name = step.get("name", step.get("uses", ""))
        if not holds(step.get("if"), self.context):
            return self._noted(step, Ran(name, None))
        if "uses" in step or (self.only and name not in (INSTALL, *self.only)):
            return self._noted(step, Ran(name, 0))
        own = {key: expand(str(value), self.context) for key, value in step.get("env", {}).items()}
        output = self.repository.machine / "output"
        output.write_bytes(b"")
        script = self.repository.machine / "step"
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            (*_SHELLS[step.get("shell", "")], str(script)), cwd=self.repository.folder, text=True, timeout=120, check=False,
            env={**environment, **own, "GITHUB_OUTPUT": str(output)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return self._noted(step, Ran(name, done.returncode, done.stdout), output)

    def _noted(self, step: Mapping[str, Any], ran: Ran, output: Path | None = None) -> Ran:
        """Keep what later steps can ask about this one."""
        if ran.code:
            self.context["success"] = False
        outcome = "skipped" if ran.code is None else "failure" if ran.code else "success"
        lines = output.read_text(encoding="utf-8").splitlines() if output else []
        if "id" in step:
            outputs = dict(line.split("=", 1) for line in lines)
            self.context["steps"][step["id"]] = {"outcome": outcome, "outputs": outputs}
        return ran


def pull_request(
    repository: Repository,
    branch: str,
    api: str,
    *,
    fork: bool = False,
    base: str = "main",
    only: tuple[str, ...] = (),
) -> Runner:
    """The machine for a pull request of `branch`: checked out is its merge into `base`, as GitHub makes it."""
    repository.git("switch", "-q", "--detach", f"origin/{base}")
    repository.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
    source = "somebody/rulesets" if fork else "team/rulesets"
    event = {
        "event_name": "pull_request",
        "repository": "team/rulesets",
        "event": {"pull_request": {"number": 7, "head": {"repo": {"full_name": source}}}},
    }
    return Runner(repository, event, _variables(api, "pull_request", base), only)


def push(repository: Repository, api: str, *, only: tuple[str, ...] = ()) -> Runner:
    """The machine for a push to `main`."""
    return Runner(
        repository, {"event_name": "push", "repository": "team/rulesets"}, _variables(api, "push", "")
    )


def _variables(api: str, event: str, base: str) -> dict[str, str]:
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_BASE_REF": base,
        "GITHUB_REPOSITORY": "team/rulesets",
        "GITHUB_API_URL": api,
    }
