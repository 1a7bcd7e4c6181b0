"""The examples of the page about Python run as they stand there."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from tests.docs.blocks import blocks_of
from tests.docs.examples import ROOT

PAGE = ROOT / "docs" / "api.md"
_OPTIONS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


def test_python_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("RULEENGINE_CACHE", str(tmp_path))
    names: dict[str, object] = {}
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=_OPTIONS)
    blocks = [block for block in blocks_of(PAGE) if block.info == ("python",)]
    for block in blocks:
        test = doctest.DocTestParser().get_doctest(block.text, names, block.place, str(PAGE), block.line)
        runner.run(test, out=told.append, clear_globs=False)
        names = test.globs
    assert "".join(told) == ""
    assert runner.tries >= 2 * len(blocks)
