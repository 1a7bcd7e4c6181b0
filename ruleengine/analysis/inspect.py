"""One ruleset analysed, from its file to what is reported: `check` and the analysis, and what the ruleset accepts of both.

In: the path of a ruleset, an as-of date, documents to start from. Out: an `Inspection`, which every report is made from.
Guaranteed: what the ruleset accepts with a reason is there, and marked; an `accept` that accepts nothing is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from ruleengine.analysis.analyze import analyze
from ruleengine.analysis.equivalence import equivalent
from ruleengine.analysis.findings import Analysis, Equivalence
from ruleengine.analysis.options import Options
from ruleengine.analysis.reported import Inspection, Reported, as_diagnostic, every_finding
from ruleengine.analysis.rising import rising
from ruleengine.analysis.sides import Side
from ruleengine.casebook.accounts import Account
from ruleengine.casebook.search import without_secrets
from ruleengine.checker.accepted import is_of_analysis, settled
from ruleengine.checker.check import every_report
from ruleengine.compiler.compile import Compilation, compile_ruleset
from ruleengine.compiler.scope import Module
from ruleengine.diagnostics import Diagnostic
from ruleengine.diagnostics.errors import RulesetError
from ruleengine.facts.model import FactSchema
from ruleengine.facts.schema import load_schema
from ruleengine.source import Span
from ruleengine.tree import ruleset as r
from ruleengine.workspace import Workspace, find_ruleset, open_workspace

#: So many accounts are taken from facts that are given to start from.
MOST_ACCOUNTS = 500
#: Which kind of question finds a code.
KIND_OF = {
    "RE701": "reach", "RE702": "reach", "RE703": "reach", "RE708": "bounds", "RE704": "neglect", "RE705": "neglect",
    "RE706": "monotonicity", "RE707": "invariants",
}  # fmt: skip


@frozen(slots=True, eq=False)
class Opened:
    """A ruleset that is ready to be analysed."""

    compilation: Compilation
    program: r.Program
    schema: FactSchema
    workspace: Workspace

    @property
    def side(self) -> Side:
        """What is asked of it where two are compared."""
        return Side(self.program, self.compilation.sources, self.schema)


def open_ruleset(
    selector: str, rulesets: Path | str | None, schemas: Path | str | None, as_of: date
) -> Opened:
    """Compile the ruleset that a selector means on a date, and read its schema. Raises `RulesetError`."""
    workspace = open_workspace(rulesets, schemas, selector)
    path, faults = find_ruleset(selector, workspace, as_of)
    if path is None:
        raise RulesetError(faults)
    compilation = compile_ruleset(path, workspace)
    program = compilation.program
    if program is None:
        raise RulesetError(compilation.diagnostics, compilation.sources)
    schema, reports = load_schema(program.schema_name, program.schema_version, workspace.schemas)
    if schema is None:
        raise RulesetError(reports, compilation.sources)
    return Opened(compilation, program, schema, workspace)


def inspect(opened: Opened, documents: Iterable[dict[str, Any]], as_of: date, options: Options) -> Inspection:
    """Check and analyse a ruleset, beginning with some accounts."""
    program, sources = opened.program, opened.compilation.sources
    given = _accounts(opened, documents, as_of)
    checked = every_report(opened.compilation) if options.wants("check") else []
    accounts = given or [Account({}, as_of)]
    analysis = analyze(program, sources, opened.schema, accounts, as_of, options)
    reports = reported(checked, analysis, opened.compilation.root, options)
    proved = rising(program) if options.wants("monotonicity") else None
    return Inspection(program, sources, as_of, analysis, reports, len(given), proved)


def compare(
    old: Opened, new: Opened, documents: Iterable[dict[str, Any]], as_of: date, options: Options
) -> Equivalence:
    """Whether two rulesets give every account the same, beginning with some accounts."""
    given = _accounts(new, documents, as_of)
    return equivalent(
        old.side, new.side, given or [Account({}, as_of)], as_of, options.seconds, options.solver
    )


def _accounts(opened: Opened, documents: Iterable[dict[str, Any]], as_of: date) -> list[Account]:
    """The first of the documents, without what their schema keeps secret: what is found is shown."""
    root = opened.schema.root
    return [Account(without_secrets(each, root), as_of) for each in islice(documents, MOST_ACCOUNTS)]


def reported(
    checked: Sequence[Diagnostic],
    analysis: Analysis,
    root: Module | None,
    options: Options,
) -> tuple[Reported, ...]:
    """All reports in the order of their places, with what is accepted."""
    found = [Reported(as_diagnostic(each), each) for each in every_finding(analysis)]
    known = {_said(each): each.finding for each in found}
    reports = [Reported(each) for each in checked]
    reports = [evolve(each, finding=known.pop(_said(each), None)) for each in reports]  # now with an account
    reports += [each for each in found if _said(each) in known]
    if root is not None:

        def looked_for(code: str) -> bool:
            kind = KIND_OF.get(code) if is_of_analysis(code) else "check"
            return kind is not None and options.wants(kind)

        about_accepts = settled([(each.diagnostic, each.names) for each in reports], root, looked_for)
        reports = [
            evolve(each, accepted=why) for each, why in zip(reports, about_accepts.reasons, strict=True)
        ]
        reports += [Reported(each) for each in about_accepts.idle]
    reports.sort(
        key=lambda each: (each.diagnostic.span.path, each.diagnostic.span.start, each.diagnostic.code)
    )
    return tuple(_once(reports))


def _once(reports: Iterable[Reported]) -> Iterator[Reported]:
    """Reports that say the same of the same place are told once."""
    seen = set()
    for each in reports:
        if _said(each) not in seen:
            seen.add(_said(each))
            yield each


def _said(reported: Reported) -> tuple[str, Span, str]:
    """What is the same where two say the same."""
    return reported.diagnostic.code, reported.diagnostic.span, reported.diagnostic.message
