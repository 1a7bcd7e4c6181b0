"""What every pass reports: one fault, one `Diagnostic`, with its place.

Passes collect diagnostics and go on; only `ruleengine.api` raises, one `RulesetError` that holds all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import field, frozen

from ruleengine.diagnostics.codes import CODES, Severity
from ruleengine.source import Span


@frozen(slots=True)
class Label:
    """A second place that helps to understand a fault, with a few words."""

    span: Span
    text: str


@frozen(slots=True)
class Fix:
    """A replacement of the text at `span` that mends the fault."""

    span: Span
    replacement: str


@frozen(slots=True)
class Diagnostic:
    """One fault at one place.

    `message` is one plain sentence, lower-case start, no final stop, user text in backticks. `note` stands under the
    caret. `help` holds the remedy, `fix` the same for a machine. `pointer` is a JSON pointer for faults in facts.
    """

    code: str
    span: Span
    message: str
    note: str = ""
    help: str = ""
    labels: tuple[Label, ...] = ()
    fix: Fix | None = None
    pointer: str | None = None
    severity: Severity = field()

    @severity.default
    def _severity_of_code(self) -> Severity:
        return CODES[self.code].severity

    def __str__(self) -> str:
        """One line: place, severity, code, message and help."""
        suffix = f" ({self.help})" if self.help else ""
        return f"{self.span}: {self.severity.value}[{self.code}]: {self.message}{suffix}"


class Diagnostics:
    """Collects reports; a report that says the same of the same place is kept once."""

    def __init__(self) -> None:
        self._reports: list[Diagnostic] = []
        self._seen: set[tuple[str, Span, str]] = set()

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep one report."""
        key = (diagnostic.code, diagnostic.span, diagnostic.message)
        if key not in self._seen:
            self._seen.add(key)
            self._reports.append(diagnostic)

    def report(
        self,
        code: str,
        span: Span,
        message: str,
        help: str = "",
        note: str = "",
        labels: Iterable[Label] = (),
        fix: Fix | None = None,
    ) -> None:
        """Build a diagnostic and keep it."""
        self.add(Diagnostic(code, span, message, note, help, tuple(labels), fix))

    def extend(self, reports: Iterable[Diagnostic]) -> None:
        """Keep several reports."""
        for report in reports:
            self.add(report)

    def remove(self, unwanted: Iterable[Diagnostic]) -> None:
        """Forget reports, for example those that the ruleset accepts with a reason."""
        gone = {id(report) for report in unwanted}
        self._reports = [report for report in self._reports if id(report) not in gone]

    def __iter__(self) -> Iterator[Diagnostic]:
        """All reports, in the order of their places."""
        return iter(
            sorted(self._reports, key=lambda report: (report.span.path, report.span.start, report.code))
        )

    def __len__(self) -> int:
        return len(self._reports)

    @property
    def has_errors(self) -> bool:
        """Whether any report is an error (warnings are not)."""
        return any(report.severity is Severity.ERROR for report in self._reports)
