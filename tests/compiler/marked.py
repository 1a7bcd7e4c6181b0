"""Rulesets in which `«…»` marks what is to be reported, and what the compiler reports of them."""

from __future__ import annotations

import json
from pathlib import Path

import ruleengine
from tests.evaluator.test_seldom_asked import HEAD, SCHEMA

Reported = list[tuple[str, str]]


def make_folder(place: Path) -> Path:
    """A folder with the schema that the marked rulesets read."""
    for name, text in (
        ("schemas/thing/1.schema.json", json.dumps(SCHEMA)),
        ("rulesets/demo/1.0.0.rules", HEAD),
    ):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


def reported(folder: Path, marked: str, head: str = HEAD) -> tuple[Reported, list[str]]:
    """Codes and places of the errors in a marked text, in the order in which they stand, and their messages."""
    path = folder / "rulesets/demo/1.0.0.rules"
    text = head + marked.replace("«", "").replace("»", "") + "\n"
    path.write_text(text, encoding="utf-8")
    report = ruleengine.check_file(path, rulesets=folder / "rulesets", schemas=folder / "schemas")
    faults = [each for each in report.diagnostics if each.code < "RE4"]
    faults.sort(key=lambda each: (each.span.start, each.span.end, each.code))
    places = [(each.code, text[each.span.start : each.span.end]) for each in faults]
    return places, [f"{each.message} | {each.help}" for each in faults]


def expected(code: str, marked: str) -> Reported:
    """What is marked, each with the code."""
    return [(code, part.partition("»")[0]) for part in marked.split("«")[1:]]
