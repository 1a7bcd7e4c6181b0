"""Patterns that are built to backtrack: with RE2 they cost one pass, on either engine."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.hostile.scored import RULES, make_project, score_twice

PATTERNS = ("^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*a){12}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y")


def test_no_pattern_and_no_text_backtracks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_project(tmp_path / "project", monkeypatch)
    outputs = "".join(f'output p{n} = matches(name, "{pattern}")\n' for n, pattern in enumerate(PATTERNS))
    Path("rulesets/hostile/1.0.0.rules").write_text(RULES + outputs, encoding="utf-8")
    texts = ("a" * 50_000 + "!", "x" * 50_000)
    lines = (json.dumps({"id": str(number), "name": text}) + "\n" for number, text in enumerate(texts))
    Path("facts.ndjson").write_text("".join(lines), encoding="utf-8")
    start = time.process_time()
    results = score_twice(["facts.ndjson"]).results
    assert time.process_time() - start < 20  # a search that backtracks takes longer than there is time
    assert [[each["outputs"][f"p{n}"] for n in range(len(PATTERNS))] for each in results] == [
        [False, False, False, False, False, False], [False] * 6,
    ]  # fmt: skip
