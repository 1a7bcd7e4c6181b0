"""`ruleengine docs`: a ruleset as a page of a handbook, written from what runs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from ruleengine.cli.options import in_force_option, out_option, rulesets_option, schemas_option, settled_date

if TYPE_CHECKING:
    from ruleengine.api import Ruleset
    from ruleengine.report.handbook.history import Version
    from ruleengine.workspace import RulesetEntry

_HTML = (".html", ".htm")


@click.command("docs")
@click.argument("ruleset")
@click.option(
    "--format", "output_format", type=click.Choice(("markdown", "html")), default=None,
    help="How the page is written.  [default: told by --out, otherwise markdown]",
)  # fmt: skip
@click.option(
    "--history/--no-history", default=True, show_default=True,
    help="Say what changed from version to version.",
)  # fmt: skip
@in_force_option
@out_option
@rulesets_option
@schemas_option
def command(
    ruleset: str,
    output_format: str | None,
    history: bool,
    as_of: date | None,
    out: str | None,
    rulesets: str | None,
    schemas: str | None,
) -> None:
    """Write RULESET, given as for `eval`, as a page of a handbook.

    The page is made from what runs, so it cannot say anything else: the table of groups, measures, weights and
    thresholds, everything that the score depends on, and what changed from version to version.
    """
    from ruleengine import api
    from ruleengine.cli.output import open_output
    from ruleengine.cli.selection import files_of
    from ruleengine.report.handbook.build import build_page

    # Kept programs come without the text of their rulesets, and formulas are shown as they are written.
    day = settled_date(as_of, quiet=True)
    loaded = api.load(ruleset, rulesets=rulesets, schemas=schemas, as_of=day, cache=False)
    versions = _versions(loaded, schemas)
    until = next((each.until for each in versions if each.number == loaded.version), None)
    page = build_page(loaded.program, loaded.sources, versions if history else (), until)
    if _wanted(output_format, out) == "html":
        from ruleengine.report.handbook.html import page_html as write
    else:
        from ruleengine.report.handbook.markdown import page_markdown as write
    with open_output(out, files_of(loaded)) as output:
        output.write(write(page).encode())


def _wanted(output_format: str | None, out: str | None) -> str:
    if output_format is not None:
        return output_format
    return "html" if out is not None and out.lower().endswith(_HTML) else "markdown"


def _versions(loaded: Ruleset, schemas: str | None) -> list[Version]:
    """Every version of the ruleset in its folder, the oldest first; one with faults has no program.

    A draft that lies elsewhere stands in for the version of its number.
    """
    from ruleengine.workspace import list_rulesets, version_key

    entries, _ = list_rulesets(loaded.workspace)
    found = {entry.version: entry for entry in entries if entry.name == loaded.name}
    numbers = sorted({*found, loaded.version}, key=version_key)
    return [_version(loaded, schemas, number, found.get(number)) for number in numbers]


def _version(loaded: Ruleset, schemas: str | None, number: str, entry: RulesetEntry | None) -> Version:
    from ruleengine import api
    from ruleengine.report.handbook.history import Version

    start = entry.effective_from if entry is not None else _day(loaded.program.effective_from)
    until = entry.effective_until if entry is not None else _day(loaded.program.effective_until)
    if entry is None or number == loaded.version:
        return Version(number, start, until, loaded.program, loaded.sources)
    try:
        other = api.load(entry.path, rulesets=loaded.workspace.rulesets, schemas=schemas, cache=False)
    except api.RulesetError:
        return Version(number, start, until, None)
    return Version(number, start, until, other.program, other.sources)


def _day(number: int | None) -> date | None:
    return None if number is None else date.fromordinal(number)
