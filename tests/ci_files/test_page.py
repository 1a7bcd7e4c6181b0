"""What the page about CI shows fits the files that it is about."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.ci_files.test_files import ACTION, PIPELINE, WORKFLOW
from tests.cli.project import ROOT
from tests.docs.blocks import blocks_of


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    """The files on the page, by what they are for."""
    blocks = [block for block in blocks_of(ROOT / "docs/ci.md") if block.info[:1] == ("yaml",)]
    assert all(len(block.text.splitlines()) <= 10 for block in blocks)
    return {block.info[1]: yaml.safe_load(block.text) for block in blocks}


def test_the_values_of_the_workflow(shown: dict[str, Any]) -> None:
    assert shown["workflow"]["env"] == yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["env"]


def test_the_inputs_of_the_action(shown: dict[str, Any]) -> None:
    checkout, action = shown["action"]["jobs"]["rulesets"]["steps"]
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["rulesets"]
    assert checkout == workflow["steps"][0]
    assert shown["action"]["permissions"] == workflow["permissions"]
    inputs = yaml.safe_load(ACTION.read_text(encoding="utf-8"))["inputs"]
    assert set(action["with"]) <= set(inputs)
    text = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    assert [name for name in inputs if f"`{name}`" not in text] == []


def test_the_variables_of_the_pipeline(shown: dict[str, Any]) -> None:
    variables = yaml.safe_load(PIPELINE.read_text(encoding="utf-8"))["variables"]
    assert set(shown["gitlab"]["variables"]) <= set(variables)
    assert (ROOT / shown["gitlab"]["include"][0]["file"]) == PIPELINE


def test_the_hooks(shown: dict[str, Any]) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (repository,) = shown["pre-commit"]["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in hooks]
