"""Every diagnostic code has a page; the bad example of each gives exactly its code, the good one none."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from ruleengine.diagnostics import CODES
from tests.docs.blocks import Block, blocks_of
from tests.docs.console import commands_of, copy_of_project, run
from tests.docs.examples import (
    Example,
    codes_of,
    disagreements,
    examples_of,
    facts_of,
    found_by_analysis,
    load,
    previous_of,
    reports_of,
)

PAGES = Path(str(files("ruleengine.diagnostics").joinpath("pages")))
CODED = sorted(CODES)
#: A part of a ruleset uses not all that it declares.
_OF_PARTS = {"RE404", "RE405", "RE406"}
_CODE = re.compile(r"\[(RE\d{3})\]")


def page_of(code: str) -> Path:
    return PAGES / f"{code}.md"


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(path.stem for path in PAGES.glob("*.md")) == CODED


@pytest.mark.parametrize("code", CODED)
def test_pages_say_what_and_why_and_show_both(code: str) -> None:
    text = page_of(code).read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: {CODES[code].title}\n")
    assert [part for part in ("**Why it matters.**", "\n## Bad\n", "\n## Good\n") if part not in text] == []


@pytest.mark.parametrize("code", CODED)
def test_the_bad_example_gives_exactly_its_code(code: str, tmp_path: Path) -> None:
    bad, _ = halves(page_of(code))
    found: list[set[str]] = []
    for number, example in enumerate(examples(bad, page_of(code))):
        if example.kind in ("error", "warning"):
            reports = codes_of if example.kind == "error" else reports_of
            found.append({each.split(":")[0] for each in reports(example, tmp_path / str(number))})
        elif example.kind == "result":
            found.append(problems(example, tmp_path / str(number)))
        elif example.kind == "analysis":
            found.append(found_by_analysis(example, tmp_path / str(number)))
    found += shown_codes(bad, tmp_path / "console")
    assert found == [{code}]


@pytest.mark.parametrize("code", CODED)
def test_the_good_example_gives_none(code: str, tmp_path: Path) -> None:
    _, good = halves(page_of(code))
    found: list[set[str]] = []
    for number, example in enumerate(examples(good, page_of(code))):
        if example.kind == "check":
            reports = {each.split(":")[0] for each in reports_of(example, tmp_path / str(number))}
            found.append(reports if code in _OF_PARTS else reports - _OF_PARTS)
        elif example.kind == "unfound":
            found.append(found_by_analysis(example, tmp_path / str(number)))
        else:
            found.append(problems(example, tmp_path / str(number)))
    found += shown_codes(good, tmp_path / "console")
    assert found
    assert [codes for codes in found if codes] == []


def halves(page: Path) -> tuple[list[Block], list[Block]]:
    """The blocks under `Bad`, and those under `Good`."""
    line = page.read_text(encoding="utf-8").split("\n").index("## Good") + 1
    blocks = blocks_of(page)
    return [block for block in blocks if block.line < line], [block for block in blocks if block.line > line]


def examples(blocks: list[Block], page: Path) -> list[Example]:
    lines = {block.line for block in blocks}
    return [example for example in examples_of(page) if example.block.line in lines]


def problems(example: Example, folder: Path) -> set[str]:
    """The problems of an account, which are as the page says."""
    result = load(example, folder).score_dict(facts_of(example), "2024-03-01", previous_of(example))
    assert list(disagreements(example, result)) == []
    return {each["code"] for each in result["problems"]}


def shown_codes(blocks: list[Block], folder: Path) -> list[set[str]]:
    """The codes that the commands show."""
    found = []
    for block in blocks:
        if block.info[:1] == ("console",):
            project = folder / str(block.line) / "project"
            project.mkdir(parents=True)
            copy_of_project(project)
            shown = run(commands_of(block), project)
            found.append(set(_CODE.findall("\n".join(line for lines in shown for line in lines))))
    return found
