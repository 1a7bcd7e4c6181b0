"""`ruleengine replay`: compute stored results anew from the facts, and say what differs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click
from attrs import define, field

from ruleengine.cli import exits
from ruleengine.cli.console import counted, report, say, wants_color
from ruleengine.cli.options import (
    color_option,
    facts_format_option,
    out_option,
    previous_option,
    rulesets_option,
    schemas_option,
)

if TYPE_CHECKING:
    from ruleengine.api import Ruleset
    from ruleengine.casebook.replay import Replay
    from ruleengine.casebook.stored_results import Stored, StoredResults
    from ruleengine.cli.earlier import Earlier
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.facts.records import ReadSummary
    from ruleengine.source import Source

_REPORTED = 20


@click.command("replay")
@click.argument("results", nargs=-1, required=True, metavar="RESULT...")
@click.option(
    "--facts", multiple=True, required=True, metavar="FILE", help="The facts; may be given several times."
)
@click.option(
    "--ruleset",
    metavar="RULESET",
    help="Compute with this ruleset.  [default: name and version of each result]",
)
@click.option(
    "--ignore", "ignored", multiple=True, type=click.Choice(("ruleset", "engine")),
    help="That the ruleset has another digest, or the engine another version, is told but no failure.",
)  # fmt: skip
@click.option(
    "--shown", type=click.IntRange(0), default=10, show_default=True, metavar="N",
    help="Tell so many results one by one, and so many values of each; the others are counted.",
)  # fmt: skip
@click.option(
    "--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True,
    help="How the outcome is written.",
)  # fmt: skip
@out_option
@previous_option
@facts_format_option
@rulesets_option
@schemas_option
@color_option
def command(
    results: tuple[str, ...],
    facts: tuple[str, ...],
    ruleset: str | None,
    ignored: tuple[str, ...],
    shown: int,
    output_format: str,
    out: str | None,
    previous: str | None,
    facts_format: str | None,
    rulesets: str | None,
    schemas: str | None,
    color: str,
) -> None:
    """Compute stored results anew, and compare them byte for byte.

    RESULT are files that `eval` wrote as NDJSON or JSON, also gzipped; `-` reads standard input. Which ruleset, version and as-of
    date is what each result says; the facts are found by its id.
    """
    from ruleengine.casebook.stored_results import StoredResults
    from ruleengine.cli.output import open_output

    rulesets_used = _Rulesets(ruleset, (rulesets, schemas), previous)
    inputs = [*results, *facts, *([previous] if previous else [])]
    with StoredResults() as stored:
        stored.read(results)
        rulesets_used.load(stored.results)
        with open_output(out, [*inputs, *rulesets_used.files()]) as output:
            replay, reading = _replayed(stored, rulesets_used, facts, facts_format or "")
            codes = _codes(replay, ignored)
            to_stdout = out in (None, "-")
            painted = wants_color(color, sys.stdout) if to_stdout else color == "always"
            text = _rendered(replay, output_format, shown, painted, exits.gravest(codes) == exits.SUCCESS)
            encoding = (sys.stdout.encoding if to_stdout and output_format == "text" else None) or "utf-8"
            output.write(text.encode(encoding, "backslashreplace"))
    _tell(replay, reading, rulesets_used, color)
    raise exits.Finished(exits.gravest(codes))


@define(slots=True, eq=False)
class _Rulesets:
    """The rulesets of stored results, each loaded once, and their earlier results."""

    selector: str | None
    folders: tuple[str | None, str | None]
    previous: str | None
    loaded: dict[tuple[str, str, str], Ruleset] = field(factory=dict)
    earlier: dict[tuple[str, str, str], Earlier] = field(factory=dict)

    def load(self, results: Sequence[Stored]) -> None:
        """Load what the results name. Raises `RulesetError` that says everything that cannot be found."""
        from ruleengine import api
        from ruleengine.cli.earlier import Earlier, read_earlier

        rulesets, schemas = self.folders
        reports: list[Diagnostic] = []
        sources: dict[str, Source] = {}
        for key in dict.fromkeys(map(self._key, results)):
            name, version, as_of = key
            selector = self.selector or f"{name}@{version}"
            try:
                found = api.load(selector, rulesets=rulesets, schemas=schemas, as_of=as_of or None)
            except api.RulesetError as refused:
                reports += [each for each in refused.diagnostics if each not in reports]
                sources |= refused.sources
                continue
            self.loaded[key] = found
            needed = self.previous is not None and found.uses_previous
            self.earlier[key] = read_earlier(found, self.previous) if needed else Earlier()
        if reports:
            raise api.RulesetError(reports, sources)

    def _key(self, stored: Stored) -> tuple[str, str, str]:
        """Which results share a ruleset: those of one version, or of one date where a selector was given."""
        origin = stored.origin
        return (origin.name, origin.version, "") if self.selector is None else ("", "", origin.as_of)

    def of(self, stored: Stored) -> Ruleset:
        return self.loaded[self._key(stored)]

    def earlier_of(self, stored: Stored) -> dict[str, Any] | None:
        return self.earlier[self._key(stored)].of(stored.identity)

    def schema_of(self, stored: Stored) -> str:
        return self.of(stored).facts_model.path

    def files(self) -> Iterable[str]:
        from ruleengine.cli.selection import files_of

        for each in self.loaded.values():
            yield from files_of(each)


def _replayed(
    stored: StoredResults, rulesets: _Rulesets, facts: Sequence[str], facts_format: str
) -> tuple[Replay, ReadSummary]:
    """Compare everything: the facts are read once for each schema that the rulesets have."""
    from ruleengine.casebook.replay import Replay
    from ruleengine.cli.progress import Progress
    from ruleengine.facts.readers import read_facts
    from ruleengine.facts.records import ReadOptions, ReadSummary, Record

    replay, progress, reading = Replay(stored, rulesets.of, rulesets.earlier_of), Progress(), ReadSummary()
    passes = [
        list(group)
        for _, group in groupby(sorted(stored.results, key=rulesets.schema_of), rulesets.schema_of)
    ]
    if len(passes) > 1 and "-" in facts:
        raise click.UsageError(
            "these results need several fact schemas, and standard input can be read only once."
        )
    try:
        for wanted in passes:
            replay.expect(wanted)
            reading = ReadSummary()
            schema = rulesets.of(wanted[0]).facts_model
            for item in read_facts(facts, schema, ReadOptions(format=facts_format), reading):
                progress.at(reading.read)
                if isinstance(item, Record):
                    replay.record(item)
    finally:
        progress.done()
    return replay, reading


def _codes(replay: Replay, ignored: Sequence[str]) -> list[int]:
    from ruleengine.casebook.replay import ENGINE, RULESET, Outcome

    pointers = {"ruleset": RULESET, "engine": ENGINE}
    borne = tuple(pointers[each] for each in ignored)
    codes = []
    for each in replay.not_identical():
        if each.outcome is Outcome.WITHOUT_FACTS:
            codes.append(exits.FACTS_REJECTED)
        elif each.count or not all(found.pointer.startswith(borne) for found in each.about):
            codes.append(exits.GATE_FAILED)
    return codes


def _rendered(replay: Replay, output_format: str, shown: int, color: bool, reproduced: bool) -> str:
    from ruleengine.report.replay import about_lines, render_json, result_lines, summary_line

    if output_format == "json":
        return render_json(replay, reproduced)
    lines = [*result_lines(replay, shown, color=color), *about_lines(replay), summary_line(replay)]
    return "".join(f"{line}\n" for line in lines)


def _tell(replay: Replay, reading: ReadSummary, rulesets: _Rulesets, color: str) -> None:
    """Say on standard error what may explain what differs."""
    from ruleengine.casebook.replay import Outcome

    if replay.count(Outcome.WITHOUT_FACTS) and reading.rejected:
        report(reading.reports[:_REPORTED], color=color)
        say(f"{reading.rejected:,} of {counted(reading.read, 'record')} rejected")
    for each in rulesets.earlier.values():
        each.tell(len(replay.stored.results))
    if rulesets.previous is None and replay.count(Outcome.DIFFERENT):
        using = sorted(
            {f"{each.name} {each.version}" for each in rulesets.loaded.values() if each.uses_previous}
        )
        if using:
            say(
                f"{' and '.join(using)} says `previous`: --previous gives the earlier results that were used then"
            )
