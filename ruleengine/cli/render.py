"""`ruleengine render`: write the texts of a ruleset's templates for accounts."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from ruleengine.cli import exits
from ruleengine.cli.console import counted, report, say
from ruleengine.cli.options import (
    as_of_option,
    color_option,
    facts_format_option,
    out_option,
    previous_option,
    rulesets_option,
    schemas_option,
    settled_date,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ruleengine.api import Ruleset
    from ruleengine.cli.earlier import Earlier
    from ruleengine.cli.selection import Selection
    from ruleengine.cli.texts import TextFiles, TextStream
    from ruleengine.facts.records import ReadSummary
    from ruleengine.source import Span

#: So many reports of facts are shown; the others are counted.
_SHOWN = 20


@click.command("render")
@click.argument("ruleset")
@click.argument("facts", nargs=-1, required=True)
@click.option(
    "--template",
    "templates",
    multiple=True,
    metavar="NAME",
    help="Only this template; may be given several times.",
)
@click.option(
    "--format", "output_format", type=click.Choice(("text", "ndjson")), default="text", show_default=True,
    help="How the texts are written where they do not become files.",
)  # fmt: skip
@click.option("--out-dir", metavar="DIR", help="Write one file an account into this folder.")
@out_option
@click.option("--where", metavar="CONDITION", help="Only accounts of this segment, or for which this holds.")
@as_of_option
@previous_option
@facts_format_option
@rulesets_option
@schemas_option
@color_option
def command(
    ruleset: str,
    facts: tuple[str, ...],
    templates: tuple[str, ...],
    output_format: str,
    out_dir: str | None,
    out: str | None,
    where: str | None,
    as_of: date | None,
    previous: str | None,
    facts_format: str | None,
    rulesets: str | None,
    schemas: str | None,
    color: str,
) -> None:
    """Write the texts of RULESET's templates for the accounts in FACTS.

    A template says itself for which accounts it is written, such as those for which a trigger fires. RULESET and
    FACTS are given as for `eval`.
    """
    from ruleengine.cli.earlier import read_earlier
    from ruleengine.cli.output import open_output
    from ruleengine.cli.selection import files_of, load_selection
    from ruleengine.cli.texts import TextFiles, TextStream

    if out_dir is not None and out is not None:
        raise click.UsageError("--out-dir and --out exclude each other.")
    if out_dir is not None and output_format == "ndjson":
        raise click.UsageError(
            "--format ndjson writes one output, and --out-dir a file an account; leave one away."
        )
    day = settled_date(as_of)
    selection = load_selection(ruleset, (rulesets, schemas), day, where)
    loaded = selection.ruleset
    chosen = _chosen(loaded, templates)
    earlier = read_earlier(loaded, previous)
    inputs = (*facts, *([previous] if previous else []), *files_of(loaded))
    with ExitStack() as stack:
        if out_dir is not None:
            target: TextFiles | TextStream = TextFiles(out_dir, inputs, several=len(chosen) > 1)
        else:
            target = TextStream(stack.enter_context(open_output(out, inputs)), output_format)
        reading = _run(selection, facts, facts_format or "", day, earlier, chosen, target.take)
    code = _told(reading, target, out_dir, color)
    earlier.tell(reading.delivered)
    raise exits.Finished(code)


def _chosen(ruleset: Ruleset, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The templates to write: as named, otherwise all. A usage error names what there is."""
    from ruleengine.diagnostics import did_you_mean

    there = ruleset.templates
    if not there:
        raise click.UsageError(f"{ruleset.name} {ruleset.version} has no templates.")
    for name in wanted:
        if name not in there:
            guess = did_you_mean(name, there) or f"there is {', '.join(there)}"
            raise click.BadParameter(
                f"no template '{name}'. {guess[:1].upper()}{guess[1:]}", param_hint="'--template'"
            )
    return wanted or there


def _run(
    selection: Selection,
    paths: tuple[str, ...],
    facts_format: str,
    day: date,
    earlier: Earlier,
    chosen: tuple[str, ...],
    take: Callable[[Mapping[str, Any], Span], None],
) -> ReadSummary:
    from ruleengine.cli.progress import Progress
    from ruleengine.facts.readers import read_facts
    from ruleengine.facts.records import ReadOptions, ReadSummary, Rejection, place_in

    reading, progress = ReadSummary(), Progress()
    ruleset = selection.ruleset
    try:
        for item in read_facts(paths, ruleset.facts_model, ReadOptions(format=facts_format), reading):
            progress.at(reading.read)
            if isinstance(item, Rejection):
                continue
            result, texts = ruleset.result_and_texts(item.document, day, earlier.of(item.id))
            if not selection.holds(result):
                continue
            for text in texts:
                if text["template"] in chosen:
                    take(text, place_in(item.path, item.line))
    finally:
        progress.done()
    return reading


def _told(reading: ReadSummary, target: TextFiles | TextStream, out_dir: str | None, color: str) -> int:
    """Say on standard error what happened; the exit code."""
    lost = {each.span for each in target.reports}
    reports = [*target.reports, *(each for each in reading.reports if each.span not in lost)]
    report(reports[:_SHOWN], color=color)
    more = len(reports) + reading.reports_left_out - _SHOWN
    if more > 0:
        say(f"and {more:,} more")
    where = f" to {out_dir}" if out_dir is not None else ""
    say(
        f"read {counted(reading.read, 'record')}: {reading.rejected:,} rejected, {counted(target.written, 'text')} written{where}"
    )
    return exits.FACTS_REJECTED if reading.rejected or target.reports else exits.SUCCESS
