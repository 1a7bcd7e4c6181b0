"""What reading facts gives: records, rejections, and the summary that counts both.

Guaranteed: every document that was met is delivered as a `Record` or told as a `Rejection`, so that in a
`ReadSummary` read = delivered + rejected always.
"""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen

from ruleengine.diagnostics import Diagnostic
from ruleengine.limits import limits
from ruleengine.source import Span

#: So many reports of one reading are kept; the others are only counted.
KEPT_REPORTS = 100


@frozen(slots=True)
class Rejection:
    """A document that is not scored: where it stands and why. `code` is RE501, or RE502 for want of an id."""

    path: str
    line: int
    reason: str
    code: str = "RE501"
    id: str | int | None = None
    column: int | None = None


@define(slots=True)
class Record:
    """One document that can be scored, with its id and the place of its first character.

    Not frozen, because one is made for every account and freezing doubles the time; nobody changes it.
    """

    document: dict[str, Any]
    id: str | int
    path: str
    line: int


@frozen(slots=True)
class ReadOptions:
    """How facts are read: `format` is json, ndjson or csv; empty means to tell by file name or content."""

    format: str = ""
    max_nesting: int = field(factory=lambda: limits().fact_nesting)
    max_line_bytes: int = field(factory=lambda: limits().line_bytes)
    max_decompressed_bytes: int = field(factory=lambda: limits().decompressed_bytes)


@define(slots=True)
class ReadSummary:
    """Counts what was read while it is read, and keeps the first reports."""

    read: int = 0
    delivered: int = 0
    rejected: int = 0
    repeated_ids: int = 0
    reports: list[Diagnostic] = field(factory=list, repr=False)
    reports_left_out: int = 0

    def keep(self, report: Diagnostic) -> None:
        """Keep a report, or only count it when there are many already."""
        if len(self.reports) < KEPT_REPORTS:
            self.reports.append(report)
        else:
            self.reports_left_out += 1


class FactsUnreadable(Exception):
    """A whole input that cannot be read, with the report that says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


def unreadable(path: str, message: str, remedy: str = "", line: int = 1) -> FactsUnreadable:
    """The exception for an input that cannot be read."""
    return FactsUnreadable(Diagnostic("RE514", place_in(path, line), message, help=remedy))


def place_in(path: str, line: int, column: int | None = None) -> Span:
    """A place in facts; these are too large to keep, so it has a line but no offsets."""
    return Span(path, 0, 0, line, column or 1)


def rejection_report(rejection: Rejection) -> Diagnostic:
    """The report about one rejection."""
    span = place_in(rejection.path, rejection.line, rejection.column)
    beginning = "the record is rejected: " if rejection.code == "RE501" else ""
    return Diagnostic(rejection.code, span, f"{beginning}{rejection.reason}", pointer="")
