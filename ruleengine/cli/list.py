"""`ruleengine list`: rulesets, their versions, and when each is in force."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from ruleengine.cli import exits
from ruleengine.cli.console import put, report, wants_color
from ruleengine.cli.options import as_of_option, color_option, rulesets_option, settled_date

if TYPE_CHECKING:
    from ruleengine.workspace import RulesetEntry


@click.command("list")
@as_of_option
@click.option(
    "--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True,
    help="How the list is written.",
)  # fmt: skip
@rulesets_option
@color_option
def command(as_of: date | None, output_format: str, rulesets: str | None, color: str) -> None:
    """List rulesets and versions, and mark the one of each that is in force on the as-of date."""
    from ruleengine.workspace import list_rulesets, open_workspace

    day = settled_date(as_of, quiet=True)
    entries, reports = list_rulesets(open_workspace(rulesets))
    if reports:
        report(reports, color=color)
        raise exits.Finished(exits.INPUT_OR_OUTPUT_FAILED)
    if output_format == "json":
        put(_document(entries, day))
    else:
        put(_table(entries, day, wants_color(color, sys.stdout)))


def _document(entries: Sequence[RulesetEntry], day: date) -> str:
    import orjson

    rulesets = [
        {
            "name": entry.name,
            "version": entry.version,
            "title": entry.title,
            "path": str(entry.path),
            "effective_from": entry.effective_from,
            "effective_until": entry.effective_until,
            "in_force": entry.in_force(day),
        }
        for entry in entries
    ]
    document = {"as_of": day, "rulesets": rulesets}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _table(entries: Sequence[RulesetEntry], day: date, color: bool) -> str:
    from ruleengine.report.cells import BOLD, cell, cell_width, padded, paint

    rows = [("NAME", "VERSION", "IN FORCE", "EFFECTIVE", "TITLE")]
    for entry in entries:
        mark = "yes" if entry.in_force(day) else ""
        rows.append((cell(entry.name), entry.version, mark, _period(entry), cell(entry.title)))
    widths = [max(cell_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(rows):
        line = "  ".join(padded(text, width) for text, width in zip(row, widths, strict=True)).rstrip()
        lines.append(paint(line, BOLD, color and (number == 0 or row[2] == "yes")))
    return "".join(f"{line}\n" for line in lines)


def _period(entry: RulesetEntry) -> str:
    if entry.effective_from is None:
        return "only by number"
    return f"from {entry.effective_from}" + (
        f" until {entry.effective_until}" if entry.effective_until else ""
    )
