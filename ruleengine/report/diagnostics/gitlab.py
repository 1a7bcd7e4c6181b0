"""Diagnostics as a GitLab Code Quality report.

A JSON array of `description`, `check_name`, `fingerprint`, `severity` and `location`. GitLab compares
fingerprints between two branches to tell new faults from old ones, so they do not change when a fault moves
up or down.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ruleengine.diagnostics import Diagnostic, Severity
from ruleengine.report.diagnostics.fingerprint import fingerprints
from ruleengine.report.diagnostics.region import region, relative_path
from ruleengine.source import Source

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """The report as an indented JSON array in plain ASCII."""
    prints = fingerprints(diagnostics, sources)
    entries = [_entry(*pair, sources) for pair in zip(diagnostics, prints, strict=True)]
    return json.dumps(entries, indent=2) + "\n"


def _entry(diagnostic: Diagnostic, fingerprint: str, sources: Mapping[str, Source]) -> dict[str, Any]:
    place = region(diagnostic.span, sources)
    return {
        "description": f"{diagnostic.message} ({diagnostic.help})" if diagnostic.help else diagnostic.message,
        "check_name": diagnostic.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {
            "path": relative_path(diagnostic.span.path),
            "lines": {"begin": place.line, "end": place.end_line},
        },
    }
