"""Everything that can be said about a ruleset file before it runs.

In: a compilation. Out: the compiler's reports and those of all lints, without what the ruleset accepts, in the order
of their places. Imported files are checked when they are checked themselves; here only their errors are told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ruleengine.checker.accepted import without_accepted
from ruleengine.checker.examined import Examined
from ruleengine.checker.index import Index
from ruleengine.checker.lints.domain import domain
from ruleengine.checker.lints.gaps import gaps
from ruleengine.checker.lints.overlaps import overlaps
from ruleengine.checker.lints.percent import forgotten_percent
from ruleengine.checker.lints.reach import reach
from ruleengine.checker.lints.staleness import staleness
from ruleengine.checker.lints.unused import measures_nowhere, segments_nowhere, unused
from ruleengine.compiler.compile import Compilation
from ruleengine.compiler.scope import Module
from ruleengine.diagnostics import Diagnostic, Diagnostics, Severity

#: Every lint with the codes of its reports.
LINTS: tuple[tuple[str, Callable[[Examined], Iterator[Diagnostic]]], ...] = (
    ("RE401", gaps),
    ("RE402", overlaps),
    ("RE403", reach),
    ("RE404", unused),
    ("RE405", measures_nowhere),
    ("RE406", segments_nowhere),
    ("RE407", staleness),
    ("RE408, RE409", domain),
    ("RE414", forgotten_percent),
)
#: A name in the remedy of a report that takes it to be misspelt.
_SUGGESTED = re.compile(r"did you mean `([A-Za-z_][A-Za-z0-9_]*)`")


def check_compilation(compilation: Compilation) -> list[Diagnostic]:
    """All reports about the file that was compiled, but for what it accepts."""
    reports = every_report(compilation)
    if compilation.root is None:
        return reports
    left = Diagnostics()
    left.extend(without_accepted(reports, compilation.root))
    return list(left)


def every_report(compilation: Compilation) -> list[Diagnostic]:
    """All reports about the file that was compiled, also those that it accepts."""
    root = compilation.root
    reports = Diagnostics()
    reports.extend(_own(compilation))
    if root is not None and compilation.tree is not None and root.header is not None:
        reports.extend(_lints(compilation, root))
    return list(reports)


def _own(compilation: Compilation) -> Iterable[Diagnostic]:
    """The compiler's reports without the warnings about imported files."""
    imported = {module.source.path for module in compilation.modules if not module.is_root}
    return [
        report
        for report in compilation.diagnostics
        if report.severity is Severity.ERROR or report.span.path not in imported
    ]


def _lints(compilation: Compilation, root: Module) -> Iterator[Diagnostic]:
    if compilation.tree is None:
        return
    errors = [report for report in compilation.diagnostics if report.severity is Severity.ERROR]
    faulty = tuple(report.span for report in errors)
    meant = frozenset(name for report in errors for name in _SUGGESTED.findall(report.help))
    declarations = {symbol.name: symbol.node for symbol in root.symbols.values()}
    index = Index(compilation.tree, compilation.sources, root.source.path, declarations)
    examined = Examined(root, index, faulty, meant)
    seen: set[tuple[str, object]] = set()
    for _, lint in LINTS:
        for report in lint(examined):
            if (report.code, report.span) not in seen:  # a table that is called in two ways says it twice
                seen.add((report.code, report.span))
                yield report
