"""The words of all reports of the conformance suite, which itself only says code, line and column.

In: the groups of kind `report`. Out: for each group what its reports say: message, note, help, and the words and lines of labels. They are
kept in `words.json`, so that a change of any word is seen where it is made, and read by a person.

python -m tests.checker.words    (writes the file anew)
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import ruleengine
from ruleengine.diagnostics import Diagnostic
from tests.conformance.engine import Place
from tests.conformance.suite import RULESET, Group, groups, put_of

FILE = Path(__file__).with_name("words.json")


def with_reports() -> list[Group]:
    """The groups that expect reports of texts."""
    return [
        group for group in groups() if group.kind == "report" and all("put" in case for case in group.cases)
    ]


def said_by(group: Group, folder: Path) -> list[str]:
    """What the reports of a group say, each once, in the order in which it is first said."""
    folder = folder / "project"  # some reports name it
    folder.mkdir()
    place = Place(folder)
    place.write({})
    path = folder / group.said.get("check", group.said.get("path", RULESET))
    folders = place.workspace
    found: dict[str, None] = {}
    for case in group.cases:
        place.write(group.files(put_of(case)))
        report = ruleengine.check_file(path, rulesets=folders.rulesets, schemas=folders.schemas)
        found.update(dict.fromkeys(in_words(each, folder) for each in report.diagnostics))
    return list(found)


def in_words(report: Diagnostic, folder: Path) -> str:
    """All words of a report on one line, and which stretch of the text it is about."""
    labels = [f"{label.span.line}:{label.span.column} {label.text}" for label in report.labels]
    parts = (
        report.message,
        report.note and f"note: {report.note}",
        report.help and f"help: {report.help}",
        *labels,
    )
    width = report.span.end - report.span.start
    said = f"{report.code} {width} " + " | ".join(part for part in parts if part)
    return said.replace(f"{folder.resolve()}/", "").replace(f"{folder}/", "")


def main() -> int:
    """Write the file."""
    found = {}
    for group in with_reports():
        with tempfile.TemporaryDirectory() as folder:
            found[str(group)] = said_by(group, Path(folder))
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
