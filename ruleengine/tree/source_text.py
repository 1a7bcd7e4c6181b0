"""The words of a ruleset at a place: for messages that quote it."""

from __future__ import annotations

from pathlib import Path

from ruleengine.source import Span


class SourceText:
    """Lines of sources by path; files are read when they are first asked for."""

    def __init__(self, lines: dict[str, list[str]] | None = None) -> None:
        self._lines = {} if lines is None else lines

    def of(self, span: Span) -> str:
        """The words at a place, when the source is at hand."""
        if span.path not in self._lines:  # from the cache: the file is as it was, its digest says so
            try:
                text = Path(span.path).read_text(encoding="utf-8-sig")
            except (OSError, ValueError):
                text = ""
            self._lines[span.path] = text.split("\n")
        lines = self._lines[span.path]
        if span.line > len(lines):
            return f"line {span.line}"
        line = lines[span.line - 1]
        return " ".join(line[span.column - 1 : span.column - 1 + span.end - span.start].split())
