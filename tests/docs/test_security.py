"""SECURITY.md names the tests of each promise: all promises are there, and so is every test."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROMISED, TESTED = PAGE.split("## What is not"), PAGE.split("## How each promise is tested")


def test_every_promise_is_tested_by_files_that_exist() -> None:
    promises = re.findall(r"^- \*\*(.+?)\.\*\*", PROMISED[0], re.MULTILINE)
    rows = dict(re.findall(r"^\| (.+?) \| (.*`.*) \|$", TESTED[1], re.MULTILINE))
    assert list(rows) == promises
    assert len(promises) >= 10
    for promise, tests in rows.items():
        files = re.findall(r"`(tests/\S+\.py)`", tests)
        assert files, promise
        assert [each for each in files if not (ROOT / each).is_file()] == []
        for module in re.findall(r"`python -m ([\w.]+)", tests):
            assert find_spec(module) is not None, module


def test_figures_of_the_page_are_those_of_the_data() -> None:
    hostile = ROOT / "tests/hostile"
    for name, word in (("json_documents.jsonl", "documents"), ("csv_documents.jsonl", "files")):
        count = len((hostile / name).read_text(encoding="utf-8").split("\n")) - 1
        assert f"{count} {word}" in PAGE
