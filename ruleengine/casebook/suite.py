"""Test files → reports: every case of every file, by one process or several.

In: paths of test files. Out: one `FileReport` for each file, in the order of the paths. A report is plain
data, so that it can come from another process. Guaranteed: the same files give the same reports, however many processes
there are.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import attrs
from attrs import define, field, frozen

from ruleengine.casebook.model import Case, Casebook
from ruleengine.casebook.reading import open_casebook, ruleset_of
from ruleengine.casebook.run import CaseOutcome, Check, evaluator_of, run_case
from ruleengine.casebook.trace import trace_of
from ruleengine.diagnostics import Diagnostic, Severity
from ruleengine.evaluator.program import Evaluator
from ruleengine.source import Source
from ruleengine.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from ruleengine.casebook.coverage import Coverage, CoverageOptions
    from ruleengine.casebook.mutation.mutant import Mutation, MutationOptions

#: The trace is told of so many failed cases of a file; of more, nobody reads it.
MOST_TRACES = 20
#: Another process is worth its start only for so many files.
FILES_FOR_PROCESSES = 6


@frozen(slots=True)
class Place:
    """A line of a ruleset that decided."""

    name: str
    path: str
    line: int
    text: str


@frozen(slots=True)
class CheckReport:
    """One expectation: what was expected, and what was found where it does not hold."""

    expected: str
    line: int
    held: bool
    found: str
    undecided: str
    decided: tuple[Place, ...]


@frozen(slots=True)
class CaseReport:
    """One case; `trace` holds the parts of the explanation behind what failed, for the first that fail in a file."""

    title: str
    name: str
    row: int
    columns: tuple[tuple[str, str], ...]
    line: int
    as_of: str
    id: Any
    checks: tuple[CheckReport, ...]
    trace: tuple[dict[str, Any], ...] = ()
    seconds: float = field(default=0.0, eq=False)

    @property
    def passed(self) -> bool:
        """Whether every expectation holds."""
        return all(check.held for check in self.checks)


@frozen(slots=True)
class FileReport:
    """One test file; without cases when it is `broken`. `left_out` cases were not run; `inputs` are the files read."""

    path: str
    ruleset: str
    cases: tuple[CaseReport, ...]
    left_out: int
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]
    seconds: float
    inputs: tuple[str, ...] = ()
    coverage: Coverage | None = None
    mutation: Mutation | None = None

    @property
    def broken(self) -> bool:
        """Whether the tests could not be run."""
        return any(report.severity is Severity.ERROR for report in self.diagnostics)

    @property
    def failed(self) -> int:
        """How many cases failed."""
        return sum(not case.passed for case in self.cases)

    @property
    def passed(self) -> bool:
        """Whether everything was run and holds."""
        return not self.broken and not self.failed


@frozen(slots=True)
class SuiteOptions:
    """What is run: cases whose names fit `wanted` (a part, or a pattern with `*`), up to the first that fails.

    `rulesets` and `schemas` are the folders; where they are not given, they are told by the path of a test file.
    `coverage` asks for what the cases reach of the ruleset, `mutation` for which changes of it they notice; `progress` is
    told how many changes of how many were tried.
    """

    wanted: str = ""
    fail_fast: bool = False
    rulesets: Path | None = None
    schemas: Path | None = None
    coverage: CoverageOptions | None = None
    mutation: MutationOptions | None = None
    progress: Callable[[int, int], None] | None = None

    def workspace(self, path: Path) -> Workspace:
        """The folders that a test file works with."""
        return open_workspace(self.rulesets, self.schemas, str(ruleset_of(path)))


def run_files(
    paths: Sequence[Path], options: SuiteOptions | None = None, jobs: int = 1
) -> Iterator[FileReport]:
    """The reports of test files, in order; it ends after the first that does not pass with `fail_fast`."""
    options = options or SuiteOptions()
    for report in _in_order(paths, options, jobs):
        yield report
        if options.fail_fast and not report.passed:
            return


def _in_order(paths: Sequence[Path], options: SuiteOptions, jobs: int) -> Iterator[FileReport]:
    if jobs <= 1 or len(paths) < FILES_FOR_PROCESSES:
        yield from (run_file(path, options) for path in paths)
        return
    with ProcessPoolExecutor(min(jobs, len(paths)), initializer=_leave_interruptions) as pool:
        waiting: list[Future[FileReport]] = [pool.submit(run_file, path, options) for path in paths]
        try:
            for future in waiting:
                yield future.result()
        except BrokenProcessPool:
            raise ChildProcessError(
                "a process that shared the tests was ended from outside, perhaps for want of memory; `--jobs 1` needs the least"
            ) from None
        finally:
            for future in waiting:
                future.cancel()


def _leave_interruptions() -> None:
    """An interruption is for the process that shares the work; the others end with it, and say nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run_file(path: Path, options: SuiteOptions) -> FileReport:
    """The report of one test file."""
    start = perf_counter()
    casebook = open_casebook(path, options.workspace(path))
    chosen = [case for case in casebook.cases if fits(case, options.wanted)]
    reports = list(_cases(casebook, chosen, options.fail_fast))
    program = casebook.program
    name = "" if program is None else f"{program.name} {program.version}"
    return FileReport(
        str(path), name, tuple(reports), len(casebook.cases) - len(reports), casebook.diagnostics,
        _needed(casebook), perf_counter() - start, tuple(map(str, casebook.inputs)),
        _coverage(casebook, chosen[: len(reports)], options),
        _mutation(casebook, chosen[: len(reports)], options),
    )  # fmt: skip


def _coverage(casebook: Casebook, ran: Sequence[Case], options: SuiteOptions) -> Coverage | None:
    """What the cases that were run reach of the ruleset."""
    if options.coverage is None or casebook.ruleset is None:
        return None
    from ruleengine.casebook.coverage import coverage_of

    lines = {name: source.text.split("\n") for name, source in casebook.sources.items()}
    schemas = options.workspace(casebook.path).schemas
    return coverage_of(Evaluator(casebook.ruleset, lines), casebook.sources, ran, schemas, options.coverage)


def _mutation(casebook: Casebook, ran: Sequence[Case], options: SuiteOptions) -> Mutation | None:
    """Which changes of the ruleset the cases that were run notice."""
    if options.mutation is None or casebook.ruleset is None:
        return None
    from ruleengine.casebook.mutation.running import mutate

    schemas = options.workspace(casebook.path).schemas
    return mutate(casebook, ran, schemas, options.mutation, options.progress)


def fits(case: Case, wanted: str) -> bool:
    """Whether the name of a case holds a text, or fits a pattern with `*` or `?`; capitals do not count."""
    name, pattern = case.name.casefold(), wanted.casefold()
    if any(sign in wanted for sign in "*?"):
        return fnmatchcase(name, f"*{pattern.replace('[', '[[]')}*")
    return pattern in name


def _needed(casebook: Casebook) -> dict[str, Source]:
    """The sources that the reports point into."""
    paths = {report.span.path for report in casebook.diagnostics}
    return {path: source for path, source in casebook.sources.items() if path in paths}


def _cases(casebook: Casebook, chosen: Sequence[Case], fail_fast: bool) -> Iterator[CaseReport]:
    if casebook.program is None or casebook.ruleset is None or not chosen:
        return
    runner = CaseRunner(casebook)
    for case in chosen:
        report = runner.run(case)
        yield report
        if fail_fast and not report.passed:
            return


@define(slots=False, eq=False)
class CaseRunner:
    """Runs cases of a casebook that is not broken, in any order; the first that fail are told with a trace."""

    casebook: Casebook
    failed: int = 0

    def run(self, case: Case) -> CaseReport:
        """Run one case. Raises ValueError for a broken casebook."""
        start = perf_counter()
        outcome = run_case(self._evaluator, case)
        self.failed += not outcome.passed
        report = _case_report(outcome, self._plain, self.casebook, self.failed <= MOST_TRACES)
        return attrs.evolve(report, seconds=perf_counter() - start)

    @cached_property
    def _evaluator(self) -> Evaluator:
        return evaluator_of(self.casebook)

    @cached_property
    def _plain(self) -> Evaluator:
        """Without probes: for the trace."""
        assert self.casebook.ruleset is not None  # else there is no case
        return Evaluator(self.casebook.ruleset, self._evaluator.source_lines)


def _case_report(outcome: CaseOutcome, plain: Evaluator, casebook: Casebook, traced: bool) -> CaseReport:
    case = outcome.case
    failed = [check for check in outcome.checks if not check.held and traced]
    subjects = [subject for check in failed for subject in check.expectation.subjects]
    return CaseReport(
        case.title, case.name, case.row, case.columns, case.span.line, case.as_of.isoformat(), outcome.result["id"],
        tuple(_check_report(check, casebook) for check in outcome.checks),
        trace_of(plain, casebook.sources, case, subjects),
    )  # fmt: skip


def _check_report(check: Check, casebook: Casebook) -> CheckReport:
    places = tuple(
        Place(each.name, each.path, each.line, _line(casebook, each.path, each.line))
        for each in check.decided
    )
    return CheckReport(
        check.expectation.text, check.expectation.span.line, check.held, check.found, check.undecided, places
    )


def _line(casebook: Casebook, path: str, number: int) -> str:
    source = casebook.sources.get(path)
    return "" if source is None else source.line(number).strip()
