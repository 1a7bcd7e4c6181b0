"""Diagnostics as a JSON array, for programs.

One object a report, always with the same keys: `code`, `severity` (`error`, `warning`, `note`), `path`,
`line`, `column`, `end_line`, `end_column`, `message`, `help`, `note` (texts, empty where there is nothing
to say), `labels` (second places: the five places' keys and `text`), `fix` (null, or the five places' keys
and `replacement`), and `pointer` (null, or the JSON pointer of the fact). Lines and columns count from 1,
columns count characters, and the end is exclusive. The text is plain ASCII, so nothing in it can act on a
terminal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ruleengine.diagnostics import Diagnostic
from ruleengine.report.diagnostics.region import region
from ruleengine.source import Source, Span


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """The array described above, indented."""
    return json.dumps(reports(diagnostics, sources), indent=2) + "\n"


def reports(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> list[dict[str, Any]]:
    """The same as plain data, to stand in other documents."""
    return [_report(diagnostic, sources) for diagnostic in diagnostics]


def _report(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> dict[str, Any]:
    fix = diagnostic.fix
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        **_place(diagnostic.span, sources),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "note": diagnostic.note,
        "labels": [{**_place(label.span, sources), "text": label.text} for label in diagnostic.labels],
        "fix": None if fix is None else {**_place(fix.span, sources), "replacement": fix.replacement},
        "pointer": diagnostic.pointer,
    }


def _place(span: Span, sources: Mapping[str, Source]) -> dict[str, Any]:
    found = region(span, sources)
    return {
        "path": span.path,
        "line": found.line,
        "column": found.column,
        "end_line": found.end_line,
        "end_column": found.end_column,
    }
