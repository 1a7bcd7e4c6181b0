"""docs/reliability.md: its commands are there, and what can be counted without running them is as it says."""

from __future__ import annotations

import json
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest
from attrs import fields

from ruleengine.limits import Limits
from tests.conformance.run import is_rejection
from tests.conformance.suite import groups

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"`(python -m [^`]+)`", PAGE)))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_can_be_run(command: str) -> None:
    _, _, module, *words = shlex.split(command)
    if module == "pip":
        return
    assert find_spec(module) is not None
    if module == "pytest":
        assert [word for word in words if word.startswith("tests/") and not (ROOT / word).exists()] == []
    else:
        source = "".join(path.read_text(encoding="utf-8") for path in sources(module))
        assert [word for word in words if word.startswith("--") and f'"{word}"' not in source] == []


def sources(module: str) -> list[Path]:
    """Where the options of a command may be told: its file, and those beside it."""
    place = ROOT / module.replace(".", "/")
    return sorted(place.glob("*.py")) if place.is_dir() else sorted(place.parent.glob("*.py"))


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 12


@pytest.mark.parametrize(
    ("name", "word"), [("json_documents", "documents"), ("csv_documents", "files"), ("time_facts", "texts")]
)
def test_hostile_documents_are_counted(name: str, word: str) -> None:
    lines = (ROOT / f"tests/hostile/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    assert f"{len(lines):,} {word}" in PAGE


def test_the_suite_is_counted() -> None:
    cases = [case for group in groups() for case in group.cases]
    assert f"{len(cases):,} cases, {sum(map(is_rejection, cases)):,} of them reports" in PAGE


def test_limits_are_counted() -> None:
    assert f"| {len(fields(Limits))} [limits](limits.md) |" in PAGE


def test_fuzzing_is_as_the_ledger_says() -> None:
    targets = json.loads((ROOT / "tests/fuzz/ledger.json").read_text(encoding="utf-8"))["targets"].values()
    hours = sum(each["seconds"] for each in targets) / 3600
    assert f"{hours:.2f} hours, {sum(each['executions'] for each in targets):,} executions" in PAGE
    assert f"{sum(len(each['findings']) for each in targets)} causes found" in PAGE
