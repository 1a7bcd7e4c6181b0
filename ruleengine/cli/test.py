"""`ruleengine test`: run the tests of rulesets, and say what failed and why."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ruleengine.cli import exits
from ruleengine.cli.console import counted, is_terminal, report, say, terminal_width, wants_color
from ruleengine.cli.coverage import CoverageChoice, counts_untested, coverage_options
from ruleengine.cli.mutation import MutationChoice, mutation_options, show_progress
from ruleengine.cli.options import color_option, out_option, rulesets_option, schemas_option

if TYPE_CHECKING:
    from ruleengine.casebook.suite import FileReport, SuiteOptions
    from ruleengine.casebook.watching import Watcher

_FORMATS = ("text", "json", "junit")
_MOST_JOBS = 64


@click.command("test")
@click.argument("paths", nargs=-1, metavar="[PATHS OR NAMES]...")
@click.option(
    "--filter", "wanted", metavar="TEXT", default="",
    help="Run the cases whose name holds TEXT, or fits it as a pattern: `*cadence*`.",
)  # fmt: skip
@click.option(
    "--format", "output_format", type=click.Choice(_FORMATS), default="text", show_default=True,
    help="How the outcome is written.",
)  # fmt: skip
@out_option
@click.option("--fail-fast", is_flag=True, help="Stop at the first case that fails.")
@click.option(
    "--jobs", type=click.IntRange(0, _MOST_JOBS), default=0, metavar="N",
    help="How many processes share the test files.  [default: as many as there are processors, where it helps]",
)  # fmt: skip
@coverage_options
@mutation_options
@click.option(
    "--generate", is_flag=True,
    help="Write tests that say what a ruleset says today: around each threshold, for what is missing or stale.",
)  # fmt: skip
@click.option(
    "--of", "only", metavar="NAME", default="", help="Generate tests of one measure or other thing alone."
)
@click.option("--watch", is_flag=True, help="Run again whenever a ruleset, test, schema or example changes.")
@rulesets_option
@schemas_option
@color_option
def command(
    paths: tuple[str, ...],
    wanted: str,
    output_format: str,
    out: str | None,
    fail_fast: bool,
    jobs: int,
    watch: bool,
    rulesets: str | None,
    schemas: str | None,
    color: str,
    generate: bool,
    only: str,
    mutate: bool,
    mutate_min: float | None,
    mutate_imports: bool,
    **coverage: Any,
) -> None:
    """Run ruleset tests: test files, folders, names (every version) or `name@2.0.0`.

    Without any, all tests in the rulesets folder are run. `VERSION.test.rules` tests the `VERSION.rules` beside it.
    """
    from ruleengine.casebook.suite import SuiteOptions

    choice = CoverageChoice(**coverage)
    mutation = MutationChoice(mutate, mutate_min, mutate_imports)
    options = SuiteOptions(
        wanted,
        fail_fast,
        Path(rulesets) if rulesets else None,
        Path(schemas) if schemas else None,
        choice.options(output_format),
        mutation.options(output_format, watch, choice.suggest),
        show_progress if mutation.is_wanted else None,
    )
    if generate:
        from ruleengine.cli.generated_tests import generate as generate_tests

        if choice.is_wanted or mutation.is_gated or watch or output_format != "text":
            raise click.UsageError(
                "--generate writes tests and runs none; leave the options about running them away."
            )
        raise exits.Finished(generate_tests(paths, options, only, mutate, out, color))
    if only:
        raise click.UsageError("--of names what --generate writes tests of.")
    run = _Run(paths, options, jobs or os.cpu_count() or 1, output_format, out, color, choice, mutation)
    if not watch:
        raise exits.Finished(run.once())
    if output_format != "text" or out is not None:
        raise click.UsageError("--watch shows text on the terminal; leave --format and --out away.")
    _watch(run)


class _Run:
    """One run after another of the same tests."""

    def __init__(
        self,
        selectors: Sequence[str],
        options: SuiteOptions,
        jobs: int,
        output_format: str,
        out: str | None,
        color: str,
        choice: CoverageChoice,
        mutation: MutationChoice,
    ) -> None:
        self.choice = choice
        self.mutation = mutation
        self.selectors = selectors
        self.options = options
        self.jobs = jobs
        self.format = output_format
        self.out = out
        self.color = color
        self.reports: list[FileReport] = []

    def files(self) -> list[Path]:
        """The test files that are meant; what means none is reported."""
        from ruleengine.casebook.selecting import select_tests
        from ruleengine.workspace import open_workspace

        workspace = open_workspace(self.options.rulesets, self.options.schemas)
        files, reports = select_tests(self.selectors, workspace, counts_untested(self.options))
        report(reports, color=self.color)
        if reports:
            raise exits.Finished(exits.code_for(reports))
        return files

    def folders(self) -> Iterator[Path]:
        """The folders in which further test files would be meant too."""
        from ruleengine.workspace import open_workspace

        rulesets = open_workspace(self.options.rulesets, self.options.schemas).rulesets
        for selector in self.selectors:
            named = selector.isidentifier() and (rulesets / selector).is_dir()
            yield rulesets / selector if named else Path(selector)
        if not self.selectors:
            yield rulesets

    def once(self, files: Sequence[Path] | None = None) -> int:
        """Run the tests, write what came of them, and say with which code to end."""
        from ruleengine.casebook.suite import run_files
        from ruleengine.cli.output import open_output
        from ruleengine.report.coverage import render_text as render_coverage
        from ruleengine.report.tests.mutation import mutation_lines
        from ruleengine.report.tests.text import file_lines, summary_line

        chosen = self.files() if files is None else files
        reports: list[FileReport] = []
        self.reports = reports
        to_stdout = self.out in (None, "-")
        color = wants_color(self.color, sys.stdout) if to_stdout else self.color == "always"
        width = terminal_width(sys.stdout) if to_stdout else None
        inputs = list(map(str, chosen))
        self._keep(inputs)
        with open_output(self.out) as output:
            for each in self._counted(run_files(chosen, self.options, self.jobs), len(chosen)):
                reports.append(each)
                inputs += each.inputs
                if each.diagnostics:
                    report(each.diagnostics, each.sources, self.color)
                if self.format == "text":
                    text = "".join(f"{line}\n" for line in file_lines(each, color=color, width=width))
                    output.write(text.encode(_encoding(to_stdout), "backslashreplace"))
            coverages = self.choice.all_of(reports, self.selectors, self.options, self.color)
            mutations = [each.mutation for each in reports if each.mutation is not None]
            self._keep(inputs)  # which facts a test reads is known when it has been read
            if self.format != "text":
                output.write(_document(self.format, reports).encode())
            elif coverages and self.choice.coverage_out is None and self.choice.coverage:
                text = "\n".join(render_coverage(coverages, color=color, width=width)) + "\n"
                output.write(text.encode(_encoding(to_stdout), "backslashreplace"))
            if self.format == "text" and mutations:
                text = "\n".join(mutation_lines(mutations, color=color, width=width)) + "\n"
                output.write(text.encode(_encoding(to_stdout), "backslashreplace"))
        self.choice.write(coverages, inputs)
        say(summary_line(reports))
        codes = [self._code(reports), self.choice.verdict(coverages), self.mutation.verdict(mutations)]
        return exits.gravest(codes)

    def _keep(self, inputs: Sequence[str]) -> None:
        """Raise a usage error when an output would be written over an input, or over the other output."""
        from ruleengine.cli.output import refuse_inputs

        coverage = self.choice.coverage_out
        refuse_inputs(coverage, [*inputs, *([self.out] if self.out not in (None, "-") else [])])
        refuse_inputs(self.out, inputs)

    def _counted(self, reports: Iterator[FileReport], total: int) -> Iterator[FileReport]:
        """The reports, with a line on the terminal that counts the files."""
        shows = is_terminal(sys.stderr) and total > 1
        for number, each in enumerate(reports, start=1):
            if shows:
                sys.stderr.write("\r\x1b[K")
            yield each
            if shows and number < total:
                sys.stderr.write(f"\r\x1b[K{number} of {counted(total, 'test file')}")
                sys.stderr.flush()

    def _code(self, reports: Sequence[FileReport]) -> int:
        codes = [exits.GATE_FAILED for each in reports if each.failed]
        for each in reports:
            errors = [one for one in each.diagnostics if one.severity.value == "error"]
            codes += [exits.code_for(errors)] if errors else []
        if not any(each.cases for each in reports) and not codes:
            why = f": none fits '{self.options.wanted}'" if self.options.wanted else ""
            say("no case was run" + (why if reports else ": there is no test file"))
            codes.append(exits.GATE_FAILED)
        return exits.gravest(codes)


def _encoding(to_stdout: bool) -> str:
    return (sys.stdout.encoding if to_stdout else None) or "utf-8"


def _document(output_format: str, reports: Sequence[FileReport]) -> str:
    from ruleengine.report.tests import render_json, render_junit

    return render_json(reports) if output_format == "json" else render_junit(reports)


# ── watching ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _watch(run: _Run) -> None:
    """Run the tests, and again those that a change concerns, until somebody interrupts."""
    from ruleengine.casebook.watching import Watcher

    watcher = Watcher(tuple(run.folders()), run.options)
    try:
        concerned = run.files()
        watcher.look()
        while True:
            with suppress(exits.Finished):  # it has said why; the next change may mend it
                run.once(concerned)
            watcher.seen(run.reports)
            concerned = _concerned(run, watcher)
    except KeyboardInterrupt:
        say("")


def _concerned(run: _Run, watcher: Watcher) -> list[Path]:
    """The test files that the next changes concern; a file that is not there just now is waited for."""
    changed: set[Path] = set()
    while True:
        say("waiting for a change; Ctrl-C ends")
        now = watcher.wait()
        more = f" and {len(now) - 3} more" if len(now) > 3 else ""
        say(f"\nchanged: {', '.join(map(str, now[:3]))}{more}")
        changed.update(now)
        with suppress(exits.Finished):
            concerned = watcher.concerned(run.files(), changed)
            if concerned:
                return concerned
