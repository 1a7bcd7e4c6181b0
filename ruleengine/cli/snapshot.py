"""`ruleengine snapshot`: keep what accounts score and why as files, and compare with what is computed now."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from attrs import evolve

from ruleengine.cli import exits
from ruleengine.cli.console import report, say, wants_color
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
    from ruleengine.casebook.snapshot_index import Index
    from ruleengine.casebook.snapshots import Outcome
    from ruleengine.cli.snapshot_run import SnapshotRun, Wish

#: The folder in which snapshots are, unless told otherwise: one folder a ruleset.
_FOLDER = "snapshots"
_FORMATS = ("text", "json", "junit")
#: So many reports of facts and files are shown; the others are counted.
_REPORTED = 20
_Command = TypeVar("_Command", bound=Callable[..., Any])


@click.group("snapshot")
def command() -> None:
    """Keep what accounts score and why as readable files, and compare.

    One file an account, to be kept under version control and reviewed like code.
    """


def _shown_option(command: _Command) -> _Command:
    return click.option(
        "--shown", type=click.IntRange(0), default=10, show_default=True, metavar="N",
        help="Tell so many of each kind one by one; the others are counted.",
    )(command)  # fmt: skip


@command.command("record")
@click.argument("ruleset", required=False)
@click.argument("facts", nargs=-1)
@as_of_option
@click.option("--to", "to", metavar="FOLDER", help="Where the files are kept.  [default: snapshots/NAME]")
@click.option("--update", is_flag=True, help="Also replace snapshots that hold something else.")
@click.option(
    "--remove-unused", is_flag=True, help="Also remove the snapshots of accounts that are not there any more."
)
@click.option(
    "--id", "ids", multiple=True, metavar="ID", help="Only this account; may be given several times."
)
@click.option("--where", metavar="CONDITION", help="Only accounts of this segment, or for which this holds.")
@click.option(
    "--card", metavar="NAME", help="The scorecard of which score and band are told.  [default: the first]"
)
@_shown_option
@previous_option
@facts_format_option
@rulesets_option
@schemas_option
@color_option
def record(
    ruleset: str | None,
    facts: tuple[str, ...],
    to: str | None,
    update: bool,
    remove_unused: bool,
    shown: int,
    color: str,
    **wanted: Any,
) -> None:
    """Write a file for each account in FACTS: what it scores with RULESET, and why.

    RULESET and FACTS are given as for `eval`. Without them everything is recorded anew as the index in the folder that --to
    names says. What is there already is replaced with --update only.
    """
    from ruleengine.casebook.snapshot_index import read_index
    from ruleengine.cli.snapshot_run import prepare, recorded_wish
    from ruleengine.cli.snapshot_write import Writing

    folder = Path(to) if to is not None else Path(_FOLDER) / _short_name(ruleset or "")
    index = read_index(folder) if ruleset is not None or to is not None else None
    if ruleset is None and index is None:
        raise click.UsageError(
            "name a ruleset and facts; or a folder of snapshots with --to, to record them anew."
        )
    if ruleset is None:
        assert index is not None
        wish = recorded_wish(folder, index)
    else:
        wish = _wish(ruleset, facts, _day(wanted["as_of"], index))
    wish = evolve(wish, **{name: value for name, value in wanted.items() if value})
    run = prepare(folder, index, wish)
    run.go()
    code = Writing(run, update, remove_unused).go(shown, color)
    raise exits.Finished(exits.gravest([code, *_told(run, color)]))


def _wish(ruleset: str, facts: tuple[str, ...], day: date) -> Wish:
    from ruleengine.cli.snapshot_run import Wish

    if not facts:
        raise click.UsageError("Missing argument 'FACTS...'.")
    if "-" in facts:
        raise click.UsageError(
            "snapshots are verified with the same facts again, and standard input is gone then; name a file."
        )
    return Wish(ruleset, facts, day)


def _day(as_of: date | None, index: Index | None) -> date:
    """The as-of date: as given, otherwise as recorded, otherwise today."""
    if as_of is not None or index is None:
        return settled_date(as_of)
    say(f"as of {index.as_of} (as recorded; --as-of changes it)")
    return date.fromisoformat(index.as_of)


def _short_name(ruleset: str) -> str:
    """What a ruleset is called as far as the selector tells: `rulesets/demo/1.0.0.rules` and `demo@1` are both `demo`."""
    from ruleengine.workspace import SUFFIX, is_versioned

    if not ruleset.endswith(SUFFIX):
        return ruleset.partition("@")[0]
    path = Path(ruleset)
    return path.absolute().parent.name if is_versioned(path) else path.stem


@command.command("verify")
@click.argument("folders", nargs=-1, metavar="[FOLDERS]...")
@click.option(
    "--ruleset", metavar="RULESET", help="Compare with this ruleset instead of the one that was recorded."
)
@click.option(
    "--facts", multiple=True, metavar="FILE", help="Read these facts instead; may be given several times."
)
@click.option(
    "--card", metavar="NAME", help="The scorecard of which score and band are told.  [default: as recorded]"
)
@click.option(
    "--format", "output_format", type=click.Choice(_FORMATS), default="text", show_default=True,
    help="How the outcome is written.",
)  # fmt: skip
@_shown_option
@out_option
@rulesets_option
@schemas_option
@color_option
def verify(
    folders: tuple[str, ...], output_format: str, shown: int, out: str | None, color: str, **wanted: Any
) -> None:
    """Compute everything anew, and show what is not as recorded in FOLDERS: changed, missing, unused.

    Without any, all folders below `snapshots` are verified. Which ruleset, which facts and which date is
    what their index says. Nothing is changed.
    """
    from ruleengine.cli.output import open_output
    from ruleengine.cli.snapshot_run import prepare, recorded_wish

    runs = []
    for folder, index in _indexes(folders or (_FOLDER,)):
        wish = evolve(
            recorded_wish(folder, index), **{name: value for name, value in wanted.items() if value}
        )
        runs.append(prepare(folder, index, wish))
    codes = []
    inputs = [path for run in runs for path in (*run.inputs(), *_files(run.folder))]
    with open_output(out, inputs) as output:
        for run in runs:
            run.go()
            codes += [*_told(run, color), _verdict(run.outcome)]
        to_stdout = out in (None, "-")
        painted = wants_color(color, sys.stdout) if to_stdout else color == "always"
        text = _rendered([run.outcome for run in runs], output_format, shown, painted)
        encoding = (sys.stdout.encoding if to_stdout and output_format == "text" else None) or "utf-8"
        output.write(text.encode(encoding, "backslashreplace"))
    raise exits.Finished(exits.gravest(codes))


def _indexes(folders: Sequence[str]) -> list[tuple[Path, Index]]:
    """The folders with an index, in and below those that are named. Raises `FactsUnreadable` where there is none."""
    from ruleengine.casebook.snapshot_index import read_index
    from ruleengine.casebook.snapshots import folders_below
    from ruleengine.facts.records import unreadable

    found: dict[Path, Index] = {}
    for name in folders:
        below = folders_below(Path(name))
        if not below:
            remedy = "`ruleengine snapshot record RULESET FACTS… --as-of DATE` makes them"
            raise unreadable(name, f"there are no snapshots in `{name}`", remedy)
        for folder in below:
            index = read_index(folder)
            if index is not None:
                found[folder] = index
    return list(found.items())


def _files(folder: Path) -> list[str]:
    """The files of a folder of snapshots, over which no report may be written."""
    return [str(each) for each in folder.iterdir()]


def _verdict(outcome: Outcome) -> int:
    if outcome.damaged:
        return exits.INPUT_OR_OUTPUT_FAILED
    return exits.SUCCESS if outcome.clean else exits.GATE_FAILED


def _rendered(outcomes: Sequence[Outcome], output_format: str, shown: int, color: bool) -> str:
    from ruleengine.report.snapshots import machine
    from ruleengine.report.snapshots import outcome as people

    if output_format != "text":
        return (machine.render_json if output_format == "json" else machine.render_junit)(outcomes)
    lines: list[str] = []
    for each in outcomes:
        for part in (people.changed_lines, people.missing_lines, people.unused_lines):
            lines += part(each, shown, color=color)
        lines += [people.summary_line(each), *(f"note: {note}" for note in people.notes_of(each))]
    return "".join(f"{line}\n" for line in lines)


def _told(run: SnapshotRun, color: str) -> list[int]:
    """Say on standard error what was wrong with facts and files; the exit codes that it calls for."""
    found = [*run.outcome.damaged, *run.reports()]
    report(found[:_REPORTED], color=color)
    more = len(found) + run.reading.reports_left_out - _REPORTED
    if more > 0:
        say(f"and {more:,} more")
    if run.reading.rejected:
        say(f"{run.reading.rejected:,} of {run.reading.read:,} records rejected")
    run.earlier.tell(run.reading.delivered)
    refused = run.reading.rejected or run.reading.repeated_ids or run.lacking
    return [exits.FACTS_REJECTED] if refused else []
