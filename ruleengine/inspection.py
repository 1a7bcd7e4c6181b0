"""What a program asks of the analysis: one ruleset, or two that may be equal.

    import ruleengine
    report = ruleengine.analyze("customer_health@2.0.0", as_of="2024-03-01")
    report.ok, report.findings, report.to_markdown()

In: selectors of rulesets, an as-of date, documents to start from. Out: reports, as data and as text. Raises `RulesetError` for
rulesets with errors, `InputError` for what is no date or no document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from attrs import frozen

from ruleengine.analysis.findings import Bounds, Equivalence, Finding, Invariant, Question, Verdict
from ruleengine.analysis.inspect import Opened, compare, inspect, open_ruleset
from ruleengine.analysis.options import KINDS, Options
from ruleengine.analysis.reported import Inspection
from ruleengine.diagnostics import Severity
from ruleengine.inputs import InputError, day, record

_SECONDS = 60.0


@frozen(slots=True, eq=False)
class AnalysisReport:
    """What was found out about a ruleset. Answers are proved, shown by an account, or unknown."""

    inspection: Inspection

    @property
    def ok(self) -> bool:
        """Whether there is neither an error nor a warning that the ruleset does not accept."""
        return not any(self.inspection.count(each) for each in (Severity.ERROR, Severity.WARNING))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that are neither accepted nor open."""
        return tuple(each.finding for each in self.inspection.left if each.finding is not None)

    @property
    def bounds(self) -> tuple[Bounds, ...]:
        """Lowest and highest scores, and the bands that can be reached."""
        return self.inspection.analysis.bounds

    @property
    def invariants(self) -> tuple[Invariant, ...]:
        """The invariants with their answers."""
        return self.inspection.analysis.invariants

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """The questions that were asked and have no answer, in words and with their places."""
        return self.inspection.analysis.unanswered

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as `schemas/analysis/1.schema.json` describes it."""
        from ruleengine.report.analysis.data import analysis_data

        return analysis_data(self.inspection)

    def to_text(self) -> str:
        """The report for a terminal, without colour."""
        from ruleengine.report.analysis import text

        return text.render(self.inspection)

    def to_markdown(self) -> str:
        """The report for a pull request."""
        from ruleengine.report.analysis import markdown

        return markdown.render(self.inspection)


@frozen(slots=True, eq=False)
class EquivalenceReport:
    """Whether two rulesets give every account the same; `id_path` is where an account has its id."""

    found: Equivalence
    id_path: tuple[str, ...]

    @property
    def equal(self) -> bool | None:
        """Whether they do; None where that is not known."""
        return {Verdict.PROVED: True, Verdict.SHOWN: False, Verdict.UNKNOWN: None}[self.found.verdict]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as `schemas/equivalence/1.schema.json` describes it."""
        from ruleengine.report.analysis.data import equivalence_data

        return equivalence_data(self.found)

    def to_text(self) -> str:
        """The report for a terminal, without colour."""
        from ruleengine.report.analysis import equivalence

        return equivalence.render(self.found, self.id_path)

    def to_markdown(self) -> str:
        """The report for a pull request."""
        from ruleengine.report.analysis import equivalence

        return equivalence.render_markdown(self.found, self.id_path)


def analyze(
    selector: str | Path,
    facts: Iterable[dict[str, Any]] = (),
    *,
    as_of: date | str,
    seconds: float = _SECONDS,
    only: Sequence[str] = (),
    segments: Sequence[str] = (),
    solver: bool = True,
    rulesets: Path | str | None = None,
    schemas: Path | str | None = None,
) -> AnalysisReport:
    """Analyse a ruleset: everything that can happen to accounts that its fact schema allows, on one day.

    `facts` are documents to start from, which make it easier to find accounts; `only` some of
    `ruleengine.analysis.options.KINDS`; `segments` those of which bounds are told. With `solver` z3 is asked where it is
    installed.
    """
    unknown = [each for each in only if each not in KINDS]
    if unknown:
        raise InputError(f"there is no kind of question `{unknown[0]}`; there are {', '.join(KINDS)}")
    when = day(as_of)
    opened = open_ruleset(str(selector), rulesets, schemas, when)
    options = Options(seconds, frozenset(only), tuple(segments), solver)
    return AnalysisReport(inspect(opened, map(record, facts), when, options))


def equivalent(
    old: str | Path,
    new: str | Path,
    facts: Iterable[dict[str, Any]] = (),
    *,
    as_of: date | str,
    seconds: float = _SECONDS,
    solver: bool = True,
    rulesets: Path | str | None = None,
    schemas: Path | str | None = None,
) -> EquivalenceReport:
    """Whether two rulesets give every account the same on one day; where they do not, accounts that tell them apart."""
    when = day(as_of)
    first, second = (open_ruleset(str(each), rulesets, schemas, when) for each in (old, new))
    return compared(first, second, map(record, facts), when, Options(seconds, solver=solver))


def compared(
    old: Opened, new: Opened, documents: Iterable[dict[str, Any]], as_of: date, options: Options
) -> EquivalenceReport:
    """The same of rulesets that are open already."""
    return EquivalenceReport(compare(old, new, documents, as_of, options), new.program.id_path)
