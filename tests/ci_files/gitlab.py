"""Plays GitLab: runs the jobs of a pipeline file, as a runner does.

In: the file of a repository and the variables of a pipeline. Out: the jobs whose rules hold, with exit codes, texts and the
files that they keep. `script` is one shell that stops at the first command that fails; `after_script` is another, whose
exit code counts for nothing.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from attrs import frozen

from tests.ci_files.repository import Repository

NOTE_TOKEN = "the token of the project"
_RULE = re.compile(r'\$(\w+) == (?:"([^"]*)"|\$(\w+))')


@frozen(slots=True)
class Ran:
    """A job that ran: its exit code, what it wrote, and the files that are kept of it."""

    code: int
    text: str
    kept: tuple[str, ...]


def merge_request(repository: Repository, branch: str, api: str, token: str = "") -> dict[str, str]:
    """The variables of a pipeline for a merge request of `branch`, which is checked out."""
    repository.git("switch", "-q", "--detach", branch)
    return {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_DEFAULT_BRANCH": "main",
        "CI_PROJECT_DIR": str(repository.folder),
        "CI_API_V4_URL": api,
        "CI_MERGE_REQUEST_PROJECT_ID": "12",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": repository.git("merge-base", "main", "HEAD"),
        **({"RULEENGINE_NOTE_TOKEN": token} if token else {}),
    }


def run_pipeline(
    repository: Repository, pipeline: Mapping[str, str], only: str = "", **changed: str
) -> dict[str, Ran]:
    """Run every job of the pipeline that the file asks for, or `only` one, with some of its variables changed."""
    document = yaml.safe_load((repository.folder / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    variables = {**document.pop("variables"), **changed, **pipeline}
    jobs = {name: _extended(job, document) for name, job in document.items() if not name.startswith(".")}
    return {
        name: _run(job, repository, variables)
        for name, job in jobs.items()
        if only in ("", name) and any(_holds(rule["if"], variables) for rule in job["rules"])
    }


def _extended(job: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    return {**document[job["extends"]], **job} if "extends" in job else dict(job)


def _holds(rule: str, variables: Mapping[str, str]) -> bool:
    match = _RULE.fullmatch(rule)
    assert match is not None, f"this rule is not understood: {rule}"
    name, text, other = match.groups()
    wanted = text if other is None else variables.get(other)
    return wanted is not None and variables.get(name) == wanted


def _run(job: Mapping[str, Any], repository: Repository, variables: Mapping[str, str]) -> Ran:
    own = {name: _expanded(text, variables) for name, text in job.get("variables", {}).items()}
    environment = {**repository.environment(), **variables, **own}
    code, text = _shell((*job["before_script"], *job["script"]), repository, environment)
    _, after = _shell(job.get("after_script", ()), repository, environment)
    return Ran(code, text + after, tuple(_kept(job["artifacts"], repository)))


def _expanded(text: str, variables: Mapping[str, str]) -> str:
    return re.sub(r"\$(\w+)", lambda match: variables.get(match.group(1), ""), text)


def _shell(lines: Sequence[str], repository: Repository, environment: Mapping[str, str]) -> tuple[int, str]:
    script = "\n".join(("set -eo pipefail", *lines))
    done = subprocess.run(
        ("bash", "-c", script), cwd=repository.folder, env=environment, text=True, timeout=120, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def _kept(artifacts: Mapping[str, Any], repository: Repository) -> Sequence[str]:
    assert artifacts["when"] == "always"
    names = [*artifacts.get("paths", ()), *artifacts.get("reports", {}).values()]
    files = (
        path
        for name in names
        for path in sorted(
            (repository.folder / name).glob("**/*") if name.endswith("/") else [repository.folder / name]
        )
    )
    return [str(path.relative_to(repository.folder)) for path in files if path.is_file()]
