"""`ruleengine analyze`: what can happen to accounts, before any is scored; and whether two rulesets are equal."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import field, frozen

from ruleengine.cli import exits
from ruleengine.cli.console import is_terminal, say, terminal_width, wants_color
from ruleengine.cli.options import (
    as_of_option,
    color_option,
    facts_format_option,
    out_option,
    rulesets_option,
    schemas_option,
    settled_date,
)

if TYPE_CHECKING:
    from ruleengine.analysis.findings import Equivalence, Question
    from ruleengine.analysis.inspect import Opened
    from ruleengine.analysis.options import Options
    from ruleengine.analysis.reported import Inspection

_KINDS = ("check", "reach", "bounds", "neglect", "monotonicity", "invariants")
_FORMATS = ("text", "markdown", "json", "sarif", "github", "gitlab")
_OF_REPORTS = ("sarif", "github", "gitlab")
_DIFFER, _UNKNOWN = "different", "unknown"
_CLEAR_LINE = "\r\x1b[K"
#: So many questions without an answer are named where a gate fails; the report names more.
_FIRST = 3


class _Seconds(click.FloatRange):
    """A number above 0 at which a clock arrives: neither `nan` nor `inf`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return number


@click.command("analyze")
@click.argument("selectors", nargs=-1, metavar="[RULESETS]...")
@click.option(
    "--equivalent", nargs=2, metavar="OLD NEW", default=None,
    help="Say whether two rulesets give every account the same, and show accounts that tell them apart.",
)  # fmt: skip
@as_of_option
@click.option(
    "--facts", multiple=True, metavar="FILE", help="Accounts to start from; they make others easier to find."
)
@click.option(
    "--seconds", type=_Seconds(min=0, min_open=True), default=60.0, show_default=True, metavar="N",
    help="How long a ruleset may take; what is not answered by then is told as unknown.",
)  # fmt: skip
@click.option(
    "--only", multiple=True, type=click.Choice(_KINDS), help="Ask only this; may be given several times."
)
@click.option(
    "--segment", "segments", multiple=True, metavar="NAME",
    help="Tell the bounds of this segment; may be given several times.  [default: of each]",
)  # fmt: skip
@click.option("--no-solver", is_flag=True, help="Do without z3, also where it is installed.")
@click.option(
    "--format", "output_format", type=click.Choice(_FORMATS), default="text", show_default=True,
    help="How the report is written.",
)  # fmt: skip
@out_option
@click.option(
    "--write-accounts", metavar="DIR",
    help="Write every account that shows something to a file of its own, for `eval` and `explain`.",
)  # fmt: skip
@click.option(
    "--fail-on", multiple=True, metavar="CODE|unknown",
    help="End with 1 when this is found: a code such as RE704, or an answer that is not known.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Warnings count like errors.")
@facts_format_option
@rulesets_option
@schemas_option
@color_option
def command(**options: Any) -> None:
    """Analyse rulesets: what can happen to accounts that their fact schema allows, on one as-of date.

    RULESETS are given as for `eval`; without any, every version of every ruleset in the folder is analysed. Gaps and overlaps,
    what nobody can reach, the lowest and highest scores, where waiting or missing data helps, where an improvement hurts, and
    invariants: proved, shown by an account, or not known.
    """
    choice = _Choice(**options)
    choice.check()
    raise exits.Finished(_Run(choice).code())


@frozen(slots=True)
class _Choice:
    """The options as given."""

    selectors: tuple[str, ...]
    equivalent: tuple[str, str] | None
    as_of: date | None
    facts: tuple[str, ...]
    seconds: float
    only: tuple[str, ...]
    segments: tuple[str, ...]
    no_solver: bool
    output_format: str
    out: str | None
    write_accounts: str | None
    fail_on: tuple[str, ...]
    strict: bool
    facts_format: str | None
    rulesets: str | None
    schemas: str | None
    color: str

    def check(self) -> None:
        """Raise a usage error for what does not go together."""
        from ruleengine.diagnostics import CODES, did_you_mean

        if self.selectors and self.equivalent is not None:
            raise click.UsageError("Give RULESETS, or `--equivalent OLD NEW` for two of them.")
        if self.segments and self.equivalent is None and len(self.selectors) != 1:
            raise click.UsageError("--segment is for one RULESET.")
        if self.equivalent is not None and self.output_format in _OF_REPORTS:
            raise click.UsageError(
                f"--equivalent has no --format {self.output_format}; take text, markdown or json."
            )
        for given, name in ((self.only, "--only"), (self.segments, "--segment")):
            if self.equivalent is not None and given:
                raise click.UsageError(f"{name} is for RULESETS, not for --equivalent.")
        for each in self.fail_on:
            if each != _UNKNOWN and each not in CODES:
                guess = did_you_mean(each, [*CODES, _UNKNOWN])
                raise click.BadParameter(
                    f"'{each}' is no code. {guess[:1].upper()}{guess[1:]}".rstrip(), param_hint="'--fail-on'"
                )

    @property
    def folders(self) -> list[str]:
        """The folders as they were given, for a command that is shown."""
        given = (("--rulesets", self.rulesets), ("--schemas", self.schemas))
        return [f"{name} {folder}" for name, folder in given if folder]

    @property
    def to_stdout(self) -> bool:
        """Whether the report goes to standard output."""
        return self.out in (None, "-")


@frozen(slots=False, eq=False)
class _Run:
    """One analysis, from the selectors to the exit code."""

    choice: _Choice
    progress: _Told = field(factory=lambda: _Told())

    def code(self) -> int:
        day = settled_date(self.choice.as_of)
        if self.choice.equivalent is not None:
            return self._equivalent(*self.choice.equivalent, day)
        return self._each(self.choice.selectors or self._all(), day)

    # ── rulesets by themselves ──

    def _each(self, selectors: Sequence[str], day: date) -> int:
        from ruleengine.analysis.inspect import inspect
        from ruleengine.diagnostics import Severity
        from ruleengine.report.analysis.text import summary, summary_of_all

        by_file: dict[str, tuple[str, Opened]] = {}
        for selector in selectors:
            opened = self._open(selector, day)
            by_file.setdefault(str(Path(opened.program.path).resolve()), (selector, opened))
        every = [opened for _, opened in by_file.values()]
        for opened in every if self.choice.segments else ():
            self._know_segments(opened)
        self._keep(every)
        found: list[Inspection] = []
        try:
            for opened in every:
                self.progress.of = (
                    "" if len(every) == 1 else f"{opened.program.name} {opened.program.version}: "
                )
                found.append(inspect(opened, self._documents(opened), day, self._options()))
        finally:
            self.progress.done()
        self._write(self._rendered(found))
        for (selector, _), each in zip(by_file.values(), found, strict=True):
            self._write_accounts(each, selector, alone=len(found) == 1)
        for each in found:
            say(summary(each))
        if len(found) > 1:
            say(summary_of_all(found))
        codes = {report.diagnostic.code for each in found for report in each.left}
        failed = self._gates(codes, [each for one in found for each in one.analysis.unanswered])
        counted = (Severity.ERROR, Severity.WARNING) if self.choice.strict else (Severity.ERROR,)
        faulty = any(each.count(severity) for each in found for severity in counted)
        return exits.gravest([failed, exits.RULESET_HAS_ERRORS if faulty else exits.SUCCESS])

    def _all(self) -> list[str]:
        """Every version of every ruleset in the folder, by their files."""
        from ruleengine.diagnostics import Diagnostic
        from ruleengine.diagnostics.errors import RulesetError
        from ruleengine.source import Span
        from ruleengine.workspace import list_rulesets, open_workspace

        workspace = open_workspace(self.choice.rulesets, self.choice.schemas)
        entries, reports = list_rulesets(workspace)
        if not entries and not reports:
            place = Span(str(workspace.rulesets), 0, 0, 1, 1)
            reports = [Diagnostic("RE211", place, f"there is no ruleset in `{workspace.rulesets}`")]
        if reports:
            raise RulesetError(reports)
        return [str(entry.path) for entry in entries]

    def _rendered(self, every: Sequence[Inspection]) -> str:
        from ruleengine.report.analysis import markdown, text
        from ruleengine.report.analysis.data import analysis_data, as_json
        from ruleengine.report.diagnostics import FORMATS

        wanted = self.choice.output_format
        if wanted == "json":
            documents = [analysis_data(each) for each in every]
            return as_json(documents[0] if len(documents) == 1 else documents)
        if wanted in _OF_REPORTS:
            sources = {path: source for each in every for path, source in each.sources.items()}
            return FORMATS[wanted]([one.diagnostic for each in every for one in each.left], sources)
        if wanted == "markdown":
            return "\n".join(markdown.render(each) for each in every)
        return "\n\n".join(text.render(each, color=self._color(), width=self._width()) for each in every)

    def _write_accounts(self, found: Inspection, selector: str, alone: bool) -> None:
        folder = self.choice.write_accounts
        if folder is not None:
            from ruleengine.cli.analyze_accounts import witnesses, write_accounts

            if not alone:
                folder = f"{folder}/{found.program.name}-{found.program.version}"
            every, folders = list(witnesses(found)), self.choice.folders
            write_accounts(folder, every, selector, found.program.id_path, folders)

    def _know_segments(self, opened: Opened) -> None:
        from ruleengine.diagnostics import did_you_mean
        from ruleengine.tree import ruleset as r

        there = [step.label for step in opened.program.steps if isinstance(step, r.Segment)]
        for each in self.choice.segments:
            if each not in there:
                guess = did_you_mean(each, there)
                hint = (
                    f"{guess[:1].upper()}{guess[1:]}" if guess else f"There is {', '.join(there) or 'none'}."
                )
                raise click.BadParameter(f"no segment '{each}'. {hint}", param_hint="'--segment'")

    # ── two rulesets ──

    def _equivalent(self, old: str, new: str, day: date) -> int:
        from ruleengine.analysis.inspect import compare
        from ruleengine.report.analysis.equivalence import summary

        first, second = self._open(old, day), self._open(new, day)
        self._keep([first, second])
        try:
            found = compare(first, second, self._documents(second), day, self._options())
        finally:
            self.progress.done()
        self._write(self._compared(found, second.program.id_path))
        if self.choice.write_accounts is not None:
            from ruleengine.cli.analyze_accounts import apart, write_accounts

            every, folders = list(apart(found)), self.choice.folders
            write_accounts(self.choice.write_accounts, every, new, second.program.id_path, folders)
        say(summary(found))
        return exits.SUCCESS if found.verdict.value == "proved" else exits.GATE_FAILED

    def _compared(self, found: Equivalence, id_path: tuple[str, ...]) -> str:
        from ruleengine.report.analysis import equivalence
        from ruleengine.report.analysis.data import as_json, equivalence_data

        wanted = self.choice.output_format
        if wanted == "json":
            return as_json(equivalence_data(found))
        if wanted == "markdown":
            return equivalence.render_markdown(found, id_path)
        return equivalence.render(found, id_path, color=self._color(), width=self._width())

    # ── what both need ──

    def _open(self, selector: str, day: date) -> Opened:
        from ruleengine.analysis.inspect import open_ruleset

        return open_ruleset(selector, self.choice.rulesets, self.choice.schemas, day)

    def _options(self) -> Options:
        from ruleengine.analysis.options import Options

        choice = self.choice
        return Options(
            choice.seconds, frozenset(choice.only), choice.segments, not choice.no_solver, self.progress.at
        )

    def _documents(self, opened: Opened) -> Iterator[dict[str, Any]]:
        """The documents to start from; what cannot be read is left to `eval`."""
        from ruleengine.facts.readers import read_facts
        from ruleengine.facts.records import ReadOptions, ReadSummary, Rejection

        reading = ReadSummary()
        wanted = ReadOptions(format=self.choice.facts_format or "")
        for item in read_facts(self.choice.facts, opened.schema, wanted, reading):
            if not isinstance(item, Rejection):
                yield item.document

    def _keep(self, opened: list[Opened]) -> None:
        """Raise a usage error when the report would be written over what is read."""
        from ruleengine.cli.output import refuse_inputs

        for each in opened:
            workspace = each.workspace
            folders = ((workspace.rulesets, "*/*.rules"), (workspace.schemas, "*/*.json"))
            files = [str(path) for folder, pattern in folders for path in folder.glob(pattern)]
            refuse_inputs(self.choice.out, [*self.choice.facts, *each.compilation.sources, *files])

    def _gates(self, codes: set[str], unanswered: Sequence[Question]) -> int:
        met = [each for each in self.choice.fail_on if each in codes or (each == _UNKNOWN and unanswered)]
        for each in met:
            say(f"gate failed: {_not_known(unanswered) if each == _UNKNOWN else f'{each} was found'}")
        return exits.GATE_FAILED if met else exits.SUCCESS

    def _write(self, text: str) -> None:
        from ruleengine.cli.output import open_output

        encoding = (sys.stdout.encoding if self.choice.to_stdout else None) or "utf-8"
        with open_output(self.choice.out) as output:
            output.write(text.encode(encoding, "backslashreplace"))

    def _color(self) -> bool:
        choice = self.choice
        return wants_color(choice.color, sys.stdout) if choice.to_stdout else choice.color == "always"

    def _width(self) -> int | None:
        return terminal_width(sys.stdout) if self.choice.to_stdout else None


def _not_known(unanswered: Sequence[Question]) -> str:
    """The first questions without an answer, in a line each."""
    from ruleengine.report.cells import cell

    lines = [f"  {cell(str(each.span))}: {cell(each.text)}" for each in unanswered[:_FIRST]]
    more = len(unanswered) - _FIRST
    return "\n".join(["not everything is known", *lines, *([f"  and {more} more"] if more > 0 else [])])


class _Told:
    """A line on the terminal that says what is being looked at; nothing where nobody looks."""

    def __init__(self) -> None:
        self._wanted = is_terminal(sys.stderr)
        self.of = ""

    def at(self, what: str) -> None:
        """Something else is being looked at."""
        if self._wanted:
            from ruleengine.report.cells import cell, cut

            sys.stderr.write(
                f"{_CLEAR_LINE}{cut(cell(self.of + what), (terminal_width(sys.stderr) or 80) - 1)}"
            )
            sys.stderr.flush()

    def done(self) -> None:
        """Take the line away."""
        if self._wanted:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()
