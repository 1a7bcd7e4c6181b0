"""`ruleengine summary`: what a portfolio comes to, from stored results."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from ruleengine.cli import exits
from ruleengine.cli.console import say, terminal_width, wants_color
from ruleengine.cli.options import color_option, out_option, read_date, rulesets_option, schemas_option

if TYPE_CHECKING:
    from ruleengine.portfolio.stored import Stored
    from ruleengine.portfolio.summary_known import Known

FORMATS = ("table", "json", "markdown")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%?")
_BY_ENDING = {".json": "json", ".md": "markdown"}


def read_goal(context: click.Context, parameter: click.Parameter, value: str) -> Fraction:
    """The share that an option gives in percent, such as 95%."""
    found = _PERCENT.fullmatch(value.strip())
    if found is None or Fraction(found[1]) > 100:
        raise click.BadParameter(f"'{value}' is no share; write it as 95%.", context, parameter)
    return Fraction(found[1]) / 100


@click.command("summary")
@click.argument("results", nargs=-1, required=True, metavar="RESULT...")
@click.option("--card", metavar="NAME", help="The scorecard that is shown.  [default: the first]")
@click.option(
    "--by", metavar="NAME", default="segment", show_default=True,
    help="Group by `segment`, `trigger`, a scorecard, a matrix or an output.",
)  # fmt: skip
@click.option(
    "--goal", callback=read_goal, metavar="PERCENT", default="95%", show_default=True,
    help="More than this share of the accounts is to have a score.",
)  # fmt: skip
@click.option("--fail-below-goal", is_flag=True, help="End with 1 when the goal is missed.")
@click.option(
    "--ruleset", metavar="RULESET", help="Only results of this ruleset: a name, `name@2` or `name@2.0.0`."
)
@click.option("--as-of", callback=read_date, metavar="DATE", help="Only results as of this date.")
@click.option(
    "--format", "output_format", type=click.Choice(FORMATS), default=None,
    help="How the summary is written.  [default: told by the name of --out, else table]",
)  # fmt: skip
@out_option
@rulesets_option
@schemas_option
@color_option
def command(
    results: tuple[str, ...],
    card: str | None,
    by: str,
    goal: Fraction,
    fail_below_goal: bool,
    ruleset: str | None,
    as_of: date | None,
    output_format: str | None,
    out: str | None,
    rulesets: str | None,
    schemas: str | None,
    color: str,
) -> None:
    """Say what stored results come to: bands, coverage, what is missing, where points are lost.

    RESULT are files that `eval` wrote as Parquet, as NDJSON (also gzipped) or as a DuckDB database, folders of them, or patterns.
    """
    from ruleengine.portfolio.stored import Wanted

    wanted = Wanted(ruleset or "", as_of.isoformat() if as_of else "")
    asked = {"card": card or "", "by": " ".join(by.split()), "goal": goal}
    met = write_summary(
        results, out, output_format, wanted=wanted, asked=asked, folders=(rulesets, schemas), color=color
    )
    raise exits.Finished(exits.SUCCESS if met or not fail_below_goal else exits.GATE_FAILED)


def write_summary(
    results: Sequence[str],
    out: str | None,
    output_format: str | None = None,
    *,
    wanted: Any = None,
    asked: dict[str, Any] | None = None,
    folders: tuple[str | None, str | None] = (None, None),
    color: str = "auto",
) -> bool:
    """Write the summary of stored results to `out` (None and `-` for standard output); whether the goal is met."""
    from ruleengine.cli.output import open_output
    from ruleengine.portfolio.duckdb_session import check_installed

    check_installed()
    from ruleengine.portfolio.stored import open_stored
    from ruleengine.portfolio.summary import Asked, UnknownName, summarise
    from ruleengine.report.portfolio.headline import card_of

    with open_output(out, results) as output:
        try:
            with open_stored(results, wanted) as stored:
                document = summarise(stored, _known(stored, folders), Asked(**(asked or {})))
        except UnknownName as unknown:
            raise click.BadParameter(str(unknown), param_hint=f"'{unknown.about}'") from None
        to_stdout = out in (None, "-")
        text = _rendered(document, output_format or _format_of(out), to_stdout, color)
        encoding = (sys.stdout.encoding if to_stdout else None) or "utf-8"
        output.write(text.encode(encoding, "backslashreplace"))
    shown = card_of(document)
    return shown is None or bool(shown["goal_met"])


def _format_of(out: str | None) -> str:
    name = (out or "").lower().removesuffix(".gz")
    return next((found for ending, found in _BY_ENDING.items() if name.endswith(ending)), "table")


def _rendered(document: dict[str, Any], output_format: str, to_stdout: bool, color: str) -> str:
    from ruleengine.report.portfolio import render

    if output_format == "json":
        return render.render_json(document)
    if output_format == "markdown":
        return render.render_markdown(document)
    width = terminal_width(sys.stdout) if to_stdout else None
    painted = wants_color(color, sys.stdout) if to_stdout else color == "always"
    return render.render_text(document, width=width, color=painted)


def _known(stored: Stored, folders: tuple[str | None, str | None]) -> Known:
    """What the very ruleset tells that scored these results; nothing when it is not there, or was changed since."""
    from ruleengine import api
    from ruleengine.portfolio.summary_known import Known, known_of

    found = stored.identity
    try:
        loaded = api.load(f"{found.ruleset}@{found.version}", rulesets=folders[0], schemas=folders[1])
    except api.RulesetError:
        return Known()
    if found.digests != (loaded.digest,):
        say(f"{found.ruleset} {found.version} has changed since these results were computed; it is not used")
        return Known()
    return known_of(loaded.program, next((card.name for card in loaded.cards), ""))
