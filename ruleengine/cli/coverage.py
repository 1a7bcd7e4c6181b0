"""The coverage that `ruleengine test` tells: its options, where it is written, and whether it is enough.

In: options and the reports of test files. Out: a report, and the sentences and the exit code of a gate. Rulesets among
those that are meant that have no test file are counted too: no test reaches anything of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click
from attrs import frozen

from ruleengine.cli import exits
from ruleengine.cli.console import counted, report, say

if TYPE_CHECKING:
    from ruleengine.casebook.coverage import Coverage, CoverageOptions
    from ruleengine.casebook.suite import FileReport, SuiteOptions
    from ruleengine.workspace import Workspace


class Percentage(click.FloatRange):
    """A number from 0 to 100, and no `nan`, which is neither below nor above anything."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is no number from 0 to 100.", param, ctx)
        return number


_OPTIONS = (
    click.option(
        "--coverage", is_flag=True, help="Say what of the rulesets the tests reach, and what no test reaches."
    ),
    click.option(
        "--coverage-min", type=Percentage(0, 100), metavar="PERCENT",
        help="End with code 1 where the tests reach less of the bands and rows of a ruleset.",
    ),
    click.option("--coverage-imports", is_flag=True, help="Count what a ruleset imports as well."),
    click.option(
        "--coverage-format", type=click.Choice(("text", "json", "markdown")), default="text", show_default=True,
        help="How the coverage is written.",
    ),
    click.option(
        "--coverage-out", metavar="FILE", help="Where the coverage is written.  [default: after the outcome]"
    ),
    click.option(
        "--suggest", type=click.IntRange(0), default=3, show_default=True, metavar="N",
        help="How many tests to suggest for what the tests of a ruleset do not reach.",
    ),
)  # fmt: skip


def coverage_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """All options about coverage."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@frozen(slots=True)
class CoverageChoice:
    """What is wanted of coverage."""

    coverage: bool
    coverage_min: float | None
    coverage_imports: bool
    coverage_format: str
    coverage_out: str | None
    suggest: int

    @property
    def is_wanted(self) -> bool:
        """Whether coverage is asked for, by any of its options."""
        return self.coverage or self.coverage_min is not None or self.coverage_out is not None

    def options(self, output_format: str) -> CoverageOptions | None:
        """What is to be counted; None when nothing is. `output_format` is that of the outcome of the tests."""
        from ruleengine.casebook.coverage import CoverageOptions

        if self.coverage_format != "text" and self.coverage_out is None:
            raise click.UsageError(
                f"--coverage-format {self.coverage_format} needs --coverage-out FILE: standard output tells what came of the "
                "tests."
            )
        if self.coverage and output_format != "text" and self.coverage_out is None:
            raise click.UsageError(
                f"--coverage with --format {output_format} needs --coverage-out FILE: the document tells what came of the tests "
                "and nothing else."
            )
        shown = self.coverage or self.coverage_out is not None
        return (
            CoverageOptions(self.coverage_imports, self.suggest if shown else 0) if self.is_wanted else None
        )

    def all_of(
        self, reports: Sequence[FileReport], selectors: Sequence[str], options: SuiteOptions, color: str
    ) -> list[Coverage]:
        """The coverage of the rulesets that were tested, and of those that have no tests."""
        found = [each.coverage for each in reports if each.coverage is not None]
        if not counts_untested(options):
            return found
        return found + _untested(selectors, options, color)

    def document(self, coverages: Sequence[Coverage]) -> str:
        """The report in the chosen format."""
        from ruleengine.report.coverage import render_json, render_markdown, render_text

        if self.coverage_format == "json":
            return render_json(coverages, self.coverage_min)
        if self.coverage_format == "markdown":
            return render_markdown(coverages, self.coverage_min)
        return "\n".join(render_text(coverages)).lstrip("\n") + "\n"

    def write(self, coverages: Sequence[Coverage], inputs: Iterable[str]) -> None:
        """Write the report to its file, where there is one, which is none of `inputs`."""
        from ruleengine.cli.output import open_output

        if self.coverage_out is not None:
            with open_output(self.coverage_out, inputs) as output:
                output.write(self.document(coverages).encode())

    def verdict(self, coverages: Sequence[Coverage]) -> int:
        """The exit code of the gate, which says in a sentence each ruleset that falls short."""
        least = self.coverage_min
        if least is None:
            return exits.SUCCESS
        short = [each for each in coverages if not each.counted.is_at_least(least)]
        for each in short:
            say(
                f"tests reach {each.counted.percent:g}% of the bands and rows of {each.ruleset}, and {least:g}% is asked for"
            )
        if not short:
            say(
                f"tests reach {least:g}%{' or more' if least < 100 else ''} of the bands and rows of "
                f"{counted(len(coverages), 'ruleset')}"
            )
        return exits.GATE_FAILED if short else exits.SUCCESS


def counts_untested(options: SuiteOptions) -> bool:
    """Whether rulesets without tests are counted: where coverage is asked for, of all tests."""
    return options.coverage is not None and not options.wanted and not options.fail_fast


def _untested(selectors: Sequence[str], options: SuiteOptions, color: str) -> list[Coverage]:
    from ruleengine.casebook.coverage import coverage_of
    from ruleengine.casebook.selecting import select_untested
    from ruleengine.compiler.compile import compile_ruleset
    from ruleengine.evaluator.program import Evaluator
    from ruleengine.workspace import open_workspace

    assert options.coverage is not None
    found: list[Coverage] = []
    for path in select_untested(selectors, _workspace(options)):
        workspace = open_workspace(options.rulesets, options.schemas, str(path))
        compilation = compile_ruleset(path, workspace)
        if compilation.program is None:
            errors = [each for each in compilation.diagnostics if each.severity.value == "error"]
            report(errors, compilation.sources, color)
            raise exits.Finished(exits.code_for(errors))
        lines = {name: source.text.split("\n") for name, source in compilation.sources.items()}
        evaluator = Evaluator(compilation.program, lines)
        found.append(coverage_of(evaluator, compilation.sources, (), workspace.schemas, options.coverage))
    return found


def _workspace(options: SuiteOptions) -> Workspace:
    from ruleengine.workspace import open_workspace

    return open_workspace(options.rulesets, options.schemas)
