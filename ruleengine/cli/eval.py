"""`ruleengine eval`: score facts with a ruleset."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ruleengine.cli import exits
from ruleengine.cli.console import counted, report, say
from ruleengine.cli.engines import ENGINES, FORMATS, TYPED, Wanted, choose_engine, format_for
from ruleengine.cli.options import (
    as_of_option,
    color_option,
    out_option,
    portfolio_format_option,
    previous_option,
    rulesets_option,
    schemas_option,
    settled_date,
)
from ruleengine.version import __version__

if TYPE_CHECKING:
    from ruleengine.api import CardInfo, Ruleset
    from ruleengine.cli.gate import Gate
    from ruleengine.cli.grouping import Groups
    from ruleengine.cli.run import Run, Tally
    from ruleengine.cli.selection import Selection
    from ruleengine.cli.writers import Job, Sink
    from ruleengine.facts.records import ReadOptions
    from ruleengine.report.groups import GroupedSummary


@click.command("eval")
@click.argument("ruleset")
@click.argument("facts", nargs=-1, required=True)
@as_of_option
@click.option(
    "--format", "output_format", type=click.Choice(FORMATS), default=None,
    help="How the results are written.  [default: told by the name of --out, else table]",
)  # fmt: skip
@out_option
@click.option(
    "--fail-on", metavar="CONDITION",
    help="End with 1 when this holds for any account (`health is red`), or over the run "
    "(`share of (health is red) > 10%`).",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="End with 4 also when facts had problems.")
@click.option("--where", metavar="CONDITION", help="Only accounts of this segment, or for which this holds.")
@click.option(
    "--select",
    "selected",
    metavar="TRIGGER",
    help="Only accounts for which this trigger fires: `trigger NAME`.",
)
@click.option(
    "--by", metavar="NAME",
    help="Count by `segment`, `trigger`, a scorecard, a matrix, an output, or a field such as `account.region`.",
)  # fmt: skip
@click.option("--card", metavar="NAME", help="The scorecard that tables show.  [default: the first]")
@click.option(
    "--engine", type=click.Choice(ENGINES), default="auto", show_default=True,
    help="What scores: Python, or SQL on DuckDB or Spark; auto takes DuckDB for Parquet and for large inputs.",
)  # fmt: skip
@click.option(
    "--master", metavar="URL", help="Where Spark runs, such as `local[4]`.  [default: as Spark is set up]"
)
@click.option("--rejects", metavar="FILE", help="Write all rejected records to this file, as NDJSON.")
@previous_option
@portfolio_format_option
@rulesets_option
@schemas_option
@color_option
def command(
    ruleset: str,
    facts: tuple[str, ...],
    as_of: date | None,
    output_format: str | None,
    out: str | None,
    fail_on: str | None,
    strict: bool,
    where: str | None,
    selected: str | None,
    by: str | None,
    card: str | None,
    engine: str,
    master: str | None,
    rejects: str | None,
    previous: str | None,
    facts_format: str | None,
    rulesets: str | None,
    schemas: str | None,
    color: str,
) -> None:
    """Score FACTS with RULESET.

    RULESET is a name (the version in force on the as-of date), `name@2`, `name@2.0.0`, or the path of a
    .rules file. FACTS are JSON, NDJSON, CSV or Parquet files, also gzipped; `-` reads standard input.
    """
    from ruleengine.cli.earlier import read_earlier
    from ruleengine.cli.grouping import field_of
    from ruleengine.cli.run import Run
    from ruleengine.cli.selection import choose_card, load_selection, select
    from ruleengine.cli.writers import WRITERS
    from ruleengine.facts.records import ReadOptions

    day = settled_date(as_of)
    gate = _gate(fail_on)
    chosen = format_for(output_format, out)
    selection = load_selection(ruleset, (rulesets, schemas), day, where, gate.conditions if gate else None)
    selection = select(selection, selected)
    loaded = selection.ruleset
    groups = _groups(loaded, by, chosen)
    shown = choose_card(loaded, card)
    field = field_of(loaded, by) if by is not None else None
    counts = by is not None or fail_on is not None or strict
    wanted = Wanted(engine, chosen, out, facts, facts_format, previous, field, counts, master)
    engine = choose_engine(wanted, selection)
    earlier = read_earlier(loaded, previous)
    inputs = (*facts, *([previous] if previous else []))
    options = ReadOptions(format=facts_format or "")
    with ExitStack() as outputs:
        sink, place, rejected = _output(outputs, wanted, engine, inputs, rejects, loaded)
        job = _job(selection, day, shown, sink, color, wanted, groups[0] if groups else None)
        card_name = shown.name if shown else None
        run = Run(selection, day, WRITERS[chosen](job), card_name, gate, rejected, earlier, groups)
        tally = run.over(facts, options) if engine == "python" else _portfolio(
            run, wanted, engine, options, sink, place, strict
        )  # fmt: skip
    codes = _told(tally, gate, strict, color, where, selected)
    earlier.tell(tally.reading.delivered)
    raise exits.Finished(exits.gravest(codes))


def _portfolio(
    run: Run, wanted: Wanted, engine: str, options: ReadOptions, sink: Sink, place: str, strict: bool
) -> Tally:
    """The run on an engine for portfolios."""
    if engine == "spark":
        from ruleengine.cli.spark import over_spark

        return over_spark(run.selection.ruleset, run.as_of, wanted, options, run.rejects)
    from ruleengine.portfolio.duckdb_session import check_installed

    check_installed(next((path for path in wanted.facts if Path(path).is_dir()), ""))
    from ruleengine.cli.portfolio import PortfolioRun
    from ruleengine.portfolio.duckdb_engine import EngineOptions

    by = wanted.by[0] if wanted.by is not None else ()
    where = (wanted.out or "", place)
    return PortfolioRun(run, wanted.format, sink, where, by, strict, EngineOptions(read=options)).over(
        wanted.facts
    )


def _output(
    outputs: ExitStack,
    wanted: Wanted,
    engine: str,
    inputs: Sequence[str],
    rejects: str | None,
    loaded: Ruleset,
) -> tuple[Sink, str, Sink | None]:
    """Where results go: what takes bytes, or the path at which the engine writes; and what takes rejections."""
    from ruleengine.cli.output import Nowhere, open_output, open_place, refuse_inputs
    from ruleengine.cli.selection import files_of

    files = [*inputs, *files_of(loaded)]
    others = [*files, *([rejects] if rejects not in (None, "-") else [])]
    sink: Sink = Nowhere()
    place = ""
    if engine == "spark":
        refuse_inputs(wanted.out, others)
    elif wanted.format in TYPED:
        named = wanted.format == "duckdb"
        place = outputs.enter_context(open_place(wanted.out or "", others, named=named))
    else:
        sink = outputs.enter_context(open_output(wanted.out, others))
    return sink, place, outputs.enter_context(open_output(rejects, files)) if rejects is not None else None


def _job(
    selection: Selection,
    day: date,
    card: CardInfo | None,
    sink: Sink,
    color: str,
    wanted: Wanted,
    groups: GroupedSummary | None,
) -> Job:
    """What every writer knows before the first result."""
    from ruleengine.cli.writers import Job

    loaded = selection.ruleset
    return Job(
        as_of=day.isoformat(),
        ruleset={"name": loaded.name, "version": loaded.version, "digest": loaded.digest},
        engine=__version__,
        card=card,
        cards=tuple(each.name for each in loaded.cards),
        measures=tuple(each.name for each in loaded.measures),
        sink=sink,
        color=color,
        to_stdout=wanted.out in (None, "-"),
        trigger=selection.trigger,
        groups=groups,
    )


def _groups(ruleset: Ruleset, by: str | None, output_format: str) -> tuple[GroupedSummary, Groups] | None:
    """The groups that `--by` asks for."""
    if by is None:
        return None
    if output_format in ("ndjson", *TYPED):
        raise click.UsageError(
            f"--by counts accounts, and {output_format} lists them; use table, markdown, csv or json."
        )
    from ruleengine.cli.grouping import grouped

    return grouped(ruleset, by)


def _gate(fail_on: str | None) -> Gate | None:
    if fail_on is None:
        return None
    from ruleengine.cli.gate import read_gate

    return read_gate(fail_on)


def _told(
    tally: Tally, gate: Gate | None, strict: bool, color: str, where: str | None, selected: str | None
) -> list[int]:
    """Say on standard error what happened; the exit codes that it calls for."""
    from ruleengine.cli.run import SHOWN

    codes = []
    reading = tally.reading
    report(reading.reports[:SHOWN], color=color)
    more = len(reading.reports) + reading.reports_left_out - SHOWN
    if more > 0:
        say(f"and {more:,} more")
    if strict:
        _list_problems(tally)
    elif tally.results.problems:
        accounts = counted(tally.results.accounts_with_problems, "account")
        say(f"{counted(tally.results.problems, 'problem')} in {accounts} (--strict lists them)")
    say(
        f"read {counted(reading.read, 'record')}: {reading.delivered:,} scored, {reading.rejected:,} rejected"
    )
    if tally.left_out:
        undecided = f" ({tally.undecided:,} undecided)" if tally.undecided else ""
        options = [name for name, value in (("--where", where), ("--select", selected)) if value is not None]
        say(f"{counted(tally.left_out, 'account')} left out by {' and '.join(options)}{undecided}")
    if reading.rejected or (strict and (tally.results.problems or reading.reports)):
        codes.append(exits.FACTS_REJECTED)
    if gate is not None:
        failed, lines = gate.verdict()
        say("\n".join(lines))
        codes += [exits.GATE_FAILED] if failed else []
    return codes


def _list_problems(tally: Tally) -> None:
    from ruleengine.report.cells import cell
    from ruleengine.report.explanation import problem_text

    say("".join(f"{cell(account)}: {problem_text(problem)}\n" for account, problem in tally.problems))
    more = tally.results.problems - len(tally.problems)
    if more > 0:
        say(f"and {counted(more, 'more problem')}")
