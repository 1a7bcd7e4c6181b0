"""An analysis as it is reported: findings as diagnostics, beside those of `check`, and what the ruleset accepts of them.

In: findings. Out: diagnostics with the same codes and places as `check` gives, so that they can be shown, accepted and
handed to other tools in the same ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from attrs import frozen

from ruleengine.analysis.findings import Analysis, Finding, Invariant, Method, Question, Verdict
from ruleengine.diagnostics import Diagnostic, Severity
from ruleengine.source import Source
from ruleengine.tree import ruleset as r

#: How an answer was found, in words.
HOW = {
    (Verdict.PROVED, Method.TREE): "proved: the ruleset itself says so",
    (Verdict.PROVED, Method.CELLS): "proved for all accounts that can be",
    (Verdict.PROVED, Method.SOLVER): "proved for all accounts that can be, by the solver",
    (Verdict.PROVED, Method.SEARCH): "proved for all accounts that can be",
}
_SHOWN, _UNKNOWN = "shown by an account", "not known: neither a proof nor an account was found"


def how(verdict: Verdict, method: Method) -> str:
    """How sure a claim is and what gave it, in words."""
    if verdict is Verdict.UNKNOWN:
        return _UNKNOWN
    return HOW[verdict, method] if verdict is Verdict.PROVED else _SHOWN


@frozen(slots=True, eq=False)
class Reported:
    """One report: of `check`, or a finding of the analysis. `accepted` is the reason that the ruleset gives, or None."""

    diagnostic: Diagnostic
    finding: Finding | None = None
    accepted: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not known if there is anything to report."""
        return self.finding is not None and self.finding.verdict is Verdict.UNKNOWN

    @property
    def names(self) -> frozenset[str]:
        """The names under which a finding can be accepted, beside its place."""
        finding = self.finding
        if finding is None:
            return frozenset()
        return frozenset({finding.subject, *map(str, finding.details.get("names", ()))})


@frozen(slots=True, eq=False)
class Inspection:
    """All that is reported of one ruleset. `accounts` is how many were given to start from.

    `rising` are, by scorecard, the measures of which no improvement can lower the score; None where that was not asked for.
    """

    program: r.Program
    sources: Mapping[str, Source]
    as_of: date
    analysis: Analysis
    reports: tuple[Reported, ...]
    accounts: int
    rising: Mapping[str, tuple[str, ...]] | None = None

    @property
    def left(self) -> tuple[Reported, ...]:
        """What is neither accepted nor open."""
        return tuple(each for each in self.reports if each.accepted is None and not each.is_open)

    @property
    def open(self) -> tuple[Reported, ...]:
        """What was asked and is not known."""
        return tuple(each for each in self.reports if each.accepted is None and each.is_open)

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """What was asked and is not known, where it is told neither with the bounds nor as a report."""
        return tuple(each for each in self.analysis.unanswered if each.kind == "reach")

    @property
    def accepted(self) -> tuple[Reported, ...]:
        """What the ruleset accepts."""
        return tuple(each for each in self.reports if each.accepted is not None)

    def count(self, severity: Severity) -> int:
        """How many reports of one severity are left."""
        return sum(each.diagnostic.severity is severity for each in self.left)


def as_diagnostic(finding: Finding) -> Diagnostic:
    """A finding as a report; what is not known is no more than a note."""
    note = how(finding.verdict, finding.method)
    text = finding.text.rstrip(".")
    if finding.verdict is Verdict.UNKNOWN:
        return Diagnostic(
            finding.code, finding.span, text, note=note, help=finding.hint, severity=Severity.NOTE
        )
    return Diagnostic(finding.code, finding.span, text, note=note, help=finding.hint)


def every_finding(analysis: Analysis) -> Iterator[Finding]:
    """The findings, and the invariants that are not proved."""
    yield from analysis.findings
    yield from (_violated(each) for each in analysis.invariants if each.answer.verdict is not Verdict.PROVED)


def _violated(invariant: Invariant) -> Finding:
    answer = invariant.answer
    known = answer.verdict is Verdict.SHOWN
    text = (
        f"an account violates the invariant “{invariant.text}”"
        if known
        else f"whether an account can violate the invariant “{invariant.text}” is not known"
    )
    return Finding(
        "RE707", f"invariant {invariant.text}", invariant.text, text, invariant.span, answer.verdict, answer.method,
        account=answer.account,
    )  # fmt: skip
