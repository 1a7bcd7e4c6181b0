"""Diagnostics as SARIF 2.1.0, the exchange format of code scanners.

One run: every row of the code table is a rule, every report a result with its region, its second places as
related locations, its replacement as a fix, and a fingerprint that survives edits elsewhere. Columns count
Unicode characters and ends are exclusive, as in `Region`. Paths are URI references relative to `%SRCROOT%`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ruleengine.diagnostics import CODES, Code, Diagnostic, Fix, Severity
from ruleengine.report.diagnostics.fingerprint import fingerprints
from ruleengine.report.diagnostics.region import region, uri
from ruleengine.source import Source, Span
from ruleengine.version import __version__

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_ROOT = "%SRCROOT%"


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """The whole log as indented JSON in plain ASCII."""
    prints = fingerprints(diagnostics, sources)
    run = {
        "tool": {
            "driver": {
                "name": "ruleengine",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(row) for row in CODES.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The folder in which ruleengine was started."}}
        },
        "results": [_result(*pair, sources) for pair in zip(diagnostics, prints, strict=True)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(row: Code) -> dict[str, Any]:
    remedy = (
        f"`ruleengine check --explain {row.code}` says what this means, why it matters and how to mend it."
    )
    return {
        "id": row.code,
        "shortDescription": {"text": row.title},
        "help": {
            "text": f"{row.title}: {remedy}",
            "markdown": f"**{row.title}**\n\n{remedy}",
        },
        "defaultConfiguration": {"level": _LEVELS[row.severity]},
    }


def _result(diagnostic: Diagnostic, fingerprint: str, sources: Mapping[str, Source]) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _physical(diagnostic.span, sources)}
    if diagnostic.pointer is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": diagnostic.pointer, "kind": "value"}]
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": list(CODES).index(diagnostic.code),
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": _message(diagnostic)},
        "locations": [location],
        "partialFingerprints": {"ruleengine/v1": fingerprint},
    }
    if diagnostic.labels:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _physical(label.span, sources),
                "message": {"text": label.text},
            }
            for number, label in enumerate(diagnostic.labels, 1)
        ]
    if diagnostic.fix is not None:
        result["fixes"] = [_fix(diagnostic.fix, diagnostic.help, sources)]
    return result


def _message(diagnostic: Diagnostic) -> str:
    parts = [diagnostic.message, diagnostic.note, diagnostic.help]
    return "; ".join(part for part in parts if part)


def _physical(span: Span, sources: Mapping[str, Source]) -> dict[str, Any]:
    return {"artifactLocation": _artifact(span.path), "region": _region(span, sources)}


def _artifact(path: str) -> dict[str, Any]:
    reference = uri(path)
    return {"uri": reference} if reference.startswith("file:") else {"uri": reference, "uriBaseId": _ROOT}


def _region(span: Span, sources: Mapping[str, Source]) -> dict[str, Any]:
    found = region(span, sources)
    return {
        "startLine": found.line,
        "startColumn": found.column,
        "endLine": found.end_line,
        "endColumn": found.end_column,
    }


def _fix(fix: Fix, words: str, sources: Mapping[str, Source]) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(fix.span, sources), "insertedContent": {"text": fix.replacement}}
    return {
        "description": {"text": words or f"write `{fix.replacement}`"},
        "artifactChanges": [{"artifactLocation": _artifact(fix.span.path), "replacements": [replacement]}],
    }
