"""Every command of the documentation runs and shows what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import blocks_of
from tests.docs.console import as_shown, copy_of_project, run_page
from tests.docs.examples import ROOT

PAGES = [
    page
    for page in sorted((ROOT / "docs").rglob("*.md"))
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
