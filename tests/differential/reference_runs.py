"""Rulesets that are written in a test, run by the second opinion alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.differential.fields import SCHEMAS
from tests.differential.reference import evaluate

HEAD = "ruleset sample_rules 1.0.0 { facts sample 1 ; calendar fiscal year starts february }\n"
RAG = """
bands rag {
  green  75..100 points 87.5
  yellow 50..<75 points 62.5
  red    0..<50  points 25
}
"""
AS_OF = date(2024, 3, 1)


def run(folder: Path, text: str, facts: dict[str, Any], as_of: date = AS_OF) -> dict[str, Any]:
    """The result of a ruleset that is written here."""
    path = folder / "sample_rules" / "1.0.0.rules"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + text, encoding="utf-8")
    return evaluate(path, {"id": "x", **facts}, as_of, folder, SCHEMAS)


def value_of(folder: Path, expression: str, facts: dict[str, Any]) -> Any:
    """The value of one expression."""
    return run(folder, f"output o = {expression}\n", facts)["outputs"]["o"]
