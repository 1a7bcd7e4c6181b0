"""Every command of the documentation runs and shows what the page says."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from ruleengine.cli import exits
from ruleengine.cli.main import COMMANDS
from tests.docs.blocks import blocks_of
from tests.docs.console import as_shown, copy_of_project, run_page
from tests.docs.examples import ROOT

PAGES = [
    page
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if any(block.info[:1] == ("console",) for block in blocks_of(page))
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_show_what_the_page_says(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    copy_of_project(folder)
    assert "\n\n".join(run_page(page, folder)) == ""


def test_lines_left_out() -> None:
    assert as_shown(("a", "…", "d …e"), ["a", "b", "c", "d and e"])
    assert not as_shown(("a", "…", "d"), ["a", "b", "c"])
    assert not as_shown(("a",), ["a", "b"])
    assert as_shown(("…",), [])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_on_the_page_of_commands(name: str) -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"\n## {name}\n" in text
    section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    shared = text.partition("\n## What many commands share\n")[2].partition("\n## ")[0]
    assert [option for option in options_of(name) if f"`{option}" not in section + shared] == []


def options_of(name: str) -> list[str]:
    command = import_module(f"ruleengine.cli.{name}").command
    commands = list(command.commands.values()) if isinstance(command, click.Group) else [command]
    return [
        max(parameter.opts, key=len)
        for each in commands
        for parameter in each.params
        if isinstance(parameter, click.Option)
    ]


def test_every_exit_code_is_on_the_page_of_commands() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\d+) \| (.*) \|$", text, re.MULTILINE))
    assert {code: words.replace("`", "") for code, words in told.items()} == {
        str(code): words.replace("`", "") for code, words in exits.MEANINGS
    }
