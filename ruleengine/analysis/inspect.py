"""One ruleset analysed, from its file to what is reported: `check` and the analysis, and what the ruleset accepts of both.

In: the path of a ruleset, an as-of date, documents to start from. Out: an `Inspection`, which every report is made from.
Guaranteed: what the ruleset accepts with a reason is there, and marked; an `accept` that accepts nothing is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from attrs import evolve, frozen

from ruleengine.analysis.findings import Analysis
from ruleengine.analysis.options import Options
from ruleengine.analysis.reported import Inspection, Reported, as_diagnostic, every_finding
from ruleengine.casebook.accounts import Account
from ruleengine.checker.accepted import is_of_analysis, settled
from ruleengine.checker.check import every_report
from ruleengine.compiler.compile import Compilation, compile_ruleset
from ruleengine.compiler.scope import Module
from ruleengine.diagnostics import Diagnostic
from ruleengine.facts.model import FactSchema
from ruleengine.facts.schema import load_schema
from ruleengine.source import Source
from ruleengine.tree import ruleset as r
from ruleengine.workspace import Workspace

#: So many accounts are taken from facts that are given to start from.
MOST_ACCOUNTS = 500
#: Which kind of question finds a code.
KIND_OF = {
    "RE701": "reach", "RE702": "reach", "RE703": "reach", "RE708": "bounds", "RE704": "neglect", "RE705": "neglect",
    "RE706": "monotonicity", "RE707": "invariants",
}  # fmt: skip


class Faulty(Exception):
    """A ruleset, or its schema, with errors: `diagnostics` has all reports, `sources` the texts that they point into."""

    def __init__(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = list(diagnostics)
        self.sources = dict(sources)


@frozen(slots=True, eq=False)
class Opened:
    """A ruleset that is ready to be analysed."""

    compilation: Compilation
    program: r.Program
    schema: FactSchema


def open_ruleset(path: Path, workspace: Workspace) -> Opened:
    """Compile a ruleset and read its schema. Raises `Faulty`."""
    compilation = compile_ruleset(path, workspace)
    program = compilation.program
    if program is None:
        raise Faulty(compilation.diagnostics, compilation.sources)
    schema, reports = load_schema(program.schema_name, program.schema_version, workspace.schemas)
    if schema is None:
        raise Faulty(reports, compilation.sources)
    return Opened(compilation, program, schema)


def inspect(opened: Opened, documents: Iterable[dict[str, object]], as_of: date, options: Options) -> Inspection:
    """Check and analyse a ruleset, beginning with some accounts."""
    from ruleengine.analysis.analyze import analyze
    from ruleengine.analysis.rising import rising

    program, sources = opened.program, opened.compilation.sources
    given = [Account(each, as_of) for each in islice(documents, MOST_ACCOUNTS)]
    checked = every_report(opened.compilation) if options.wants("check") else []
    accounts = given or [Account({}, as_of)]
    analysis = analyze(program, sources, opened.schema, accounts, as_of, options)
    reports = reported(checked, analysis, program, opened.compilation.root, options)
    proved = rising(program) if options.wants("monotonicity") else None
    return Inspection(program, sources, as_of, analysis, reports, len(given), proved)


def reported(
    checked: Sequence[Diagnostic], analysis: Analysis, program: r.Program, root: Module | None, options: Options
) -> tuple[Reported, ...]:
    """All reports in the order of their places, with what is accepted."""
    reports = [Reported(each) for each in checked]
    reports += [Reported(as_diagnostic(each), each) for each in every_finding(analysis, program)]
    if root is not None:

        def looked_for(code: str) -> bool:
            kind = KIND_OF.get(code) if is_of_analysis(code) else "check"
            return kind is not None and options.wants(kind)

        found = settled([(each.diagnostic, each.names) for each in reports], root, looked_for)
        reports = [evolve(each, accepted=why) for each, why in zip(reports, found.reasons, strict=True)]
        reports += [Reported(each) for each in found.idle]
    reports.sort(key=lambda each: (each.diagnostic.span.path, each.diagnostic.span.start, each.diagnostic.code))
    return tuple(_once(reports))


def _once(reports: Iterable[Reported]) -> Iterator[Reported]:
    """Reports that say the same of the same place are told once."""
    seen = set()
    for each in reports:
        said = (each.diagnostic.code, each.diagnostic.span, each.diagnostic.message)
        if said not in seen:
            seen.add(said)
            yield each
