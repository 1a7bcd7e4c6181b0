"""Diagnostics as workflow commands, which GitHub Actions shows as annotations beside the code.

One line a report: `::error file=…,line=…,col=…,endColumn=…,title=…::message`. GitHub takes columns only for
a region within one line, so a longer one carries `endLine` instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ruleengine.diagnostics import CODES, Diagnostic, Severity
from ruleengine.diagnostics.visible import visible
from ruleengine.report.diagnostics.region import region, relative_path
from ruleengine.source import Source

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """One workflow command a line."""
    return "".join(_command(diagnostic, sources) + "\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> str:
    place = region(diagnostic.span, sources)
    properties = {"file": relative_path(diagnostic.span.path), "line": str(place.line)}
    if place.end_line == place.line:
        properties |= {"col": str(place.column), "endColumn": str(max(place.end_column, place.column + 1))}
    else:
        properties["endLine"] = str(place.end_line)
    properties["title"] = f"{diagnostic.code}: {CODES[diagnostic.code].title}"
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[diagnostic.severity]} {written}::{_message(diagnostic)}"


def _message(diagnostic: Diagnostic) -> str:
    lines = [diagnostic.message]
    if diagnostic.pointer is not None:
        lines.append(f"at {diagnostic.pointer or '/'}")
    lines += [text for text in (diagnostic.note, diagnostic.help) if text]
    return "%0A".join(_data(line) for line in lines)


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
