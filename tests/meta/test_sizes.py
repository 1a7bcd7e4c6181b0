"""No file and no function is longer than a reader can hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for folder in ("ruleengine", "tests") for path in (ROOT / folder).rglob("*.py"))
LONGEST_FILE = 500
LONGEST_FUNCTION = 60


def functions_of(text: str) -> Iterator[tuple[str, int]]:
    """The functions of a file, each with its number of lines."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    assert [f"{name}: {lines} lines" for name, lines in functions_of(text) if lines > LONGEST_FUNCTION] == []


def test_long_functions_would_be_seen() -> None:
    text = "def long():\n" + "    pass\n" * 100
    assert list(functions_of(text)) == [("long", 101)]
