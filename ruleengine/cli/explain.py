"""`ruleengine explain`: say why one account has the score it has."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from ruleengine.cli import exits
from ruleengine.cli.console import counted, report, say, terminal_width, wants_color
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
    from ruleengine.api import Ruleset
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.facts.records import ReadSummary, Record
    from ruleengine.portfolio.stored_row import StoredRow


@click.command("explain")
@click.argument("ruleset")
@click.argument("facts", nargs=-1, required=True)
@click.option("--id", "identity", metavar="ID", required=True, help="The id of the account.")
@as_of_option
@click.option(
    "--format", "output_format", type=click.Choice(("tree", "markdown", "json")), default="tree",
    show_default=True, help="How the explanation is written.",
)  # fmt: skip
@click.option(
    "--result", "stored", metavar="FILE",
    help="Confirm that the account's row in this file, which `eval` wrote as Parquet or .duckdb, says the same.",
)  # fmt: skip
@out_option
@previous_option
@facts_format_option
@rulesets_option
@schemas_option
@color_option
def command(
    ruleset: str,
    facts: tuple[str, ...],
    identity: str,
    as_of: date | None,
    output_format: str,
    stored: str | None,
    out: str | None,
    previous: str | None,
    facts_format: str | None,
    rulesets: str | None,
    schemas: str | None,
    color: str,
) -> None:
    """Explain the score of one account in FACTS by RULESET.

    RULESET and FACTS are given as for `eval`. First comes what anybody can read; then every group and measure
    with its value, band, points, weight and contribution, and the line of the ruleset that decided.
    """
    from ruleengine.cli.earlier import read_earlier
    from ruleengine.cli.output import open_output
    from ruleengine.cli.selection import files_of, load_selection

    row = None if stored is None else _stored(stored, identity, color)
    day = row.as_of if row is not None and as_of is None else settled_date(as_of)
    loaded = load_selection(ruleset, (rulesets, schemas), day).ruleset
    earlier = read_earlier(loaded, previous)
    record = _find(loaded, facts, facts_format or "", identity, color)
    inputs = [*facts, *(each for each in (previous, stored) if each)]
    with open_output(out, chain(inputs, files_of(loaded))) as output:
        to_stdout = out in (None, "-")
        text = _rendered(loaded, record, earlier.of(record.id), day, output_format, color, to_stdout)
        encoding = (sys.stdout.encoding if to_stdout and output_format == "tree" else None) or "utf-8"
        output.write(text.encode(encoding, "backslashreplace"))
    earlier.tell(1)
    if row is not None:
        result = loaded.score_dict(record.document, day, earlier.results.get(record.id))
        raise exits.Finished(
            exits.SUCCESS if _agrees(loaded, row, result, stored or "") else exits.GATE_FAILED
        )


def _stored(path: str, identity: str, color: str) -> StoredRow:
    """The stored row of an account."""
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.facts.blocks import check_readable
    from ruleengine.facts.records import place_in
    from ruleengine.portfolio.duckdb_session import check_installed

    check_readable(path)
    check_installed()
    from ruleengine.portfolio.stored_row import find_row

    found = find_row(path, identity)
    if found is None:
        message = f"`{path}` has no result with the id `{identity}`"
        report([Diagnostic("RE513", place_in(path, 1), message)], color=color)
        raise exits.Finished(exits.FACTS_REJECTED)
    return found


def _agrees(ruleset: Ruleset, row: StoredRow, result: dict[str, Any], path: str) -> bool:
    """Say whether the stored row is what the evaluator gives now, and what differs."""
    from ruleengine.casebook.replay import differences

    if row.digest != ruleset.digest:
        say(
            f"`{path}` was scored by {row.name} {row.version} ({row.digest[:19]}…), and this is "
            f"{ruleset.name} {ruleset.version} ({ruleset.digest[:19]}…): it is not compared"
        )
        return False
    found = list(differences(row.document(ruleset.program), result))
    if not found:
        say(f"`{path}` agrees: {ruleset.name} {ruleset.version}, as of {row.as_of}")
        return True
    say(f"`{path}` differs in {counted(len(found), 'place')}:")
    say(
        "".join(
            f"  {each.pointer}: {each.old!r} is stored, {each.new!r} is computed\n" for each in found[:20]
        )
    )
    return False


def _rendered(
    ruleset: Ruleset,
    record: Record,
    previous: dict[str, Any] | None,
    day: date,
    output_format: str,
    color: str,
    to_stdout: bool,
) -> str:
    from ruleengine.cli.selection import name_in, name_path

    explanation = ruleset.explain(record.document, day, previous).to_dict()
    name = name_in(record.document, name_path(ruleset))
    if output_format == "json":
        import orjson

        return orjson.dumps(explanation, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    if output_format == "markdown":
        from ruleengine.report.explanation_markdown import render_explanation

        return render_explanation(explanation, name=name)
    from ruleengine.report.explanation import render_tree

    return render_tree(
        explanation,
        name=name,
        bands={card.name: card.bands for card in ruleset.cards},
        color=wants_color(color, sys.stdout) if to_stdout else color == "always",
        width=terminal_width(sys.stdout) if to_stdout else None,
    )


def _find(ruleset: Ruleset, paths: Sequence[str], facts_format: str, identity: str, color: str) -> Record:
    """The first record with the id. Everything is read, so that an id that occurs twice is told."""
    from ruleengine.facts.readers import read_facts
    from ruleengine.facts.records import ReadOptions, ReadSummary, Rejection

    reading = ReadSummary()
    found: Record | None = None
    ids: list[str] = []
    for item in read_facts(paths, ruleset.facts_model, ReadOptions(format=facts_format), reading):
        if isinstance(item, Rejection):
            continue
        if str(item.id) == identity:
            found = found or item
        elif found is None:
            ids.append(str(item.id))
    if found is None:
        report([_unknown(identity, ids, reading, paths)], color=color)
        raise exits.Finished(exits.FACTS_REJECTED)
    repeated = [each for each in reading.reports if each.code == "RE503" and f"`{identity}`" in each.message]
    report(repeated, color=color)
    if reading.rejected:
        say(f"{counted(reading.rejected, 'record')} rejected; `ruleengine eval` tells why")
    return found


def _unknown(identity: str, ids: Sequence[str], reading: ReadSummary, paths: Sequence[str]) -> Diagnostic:
    from ruleengine.diagnostics import Diagnostic, nearest
    from ruleengine.facts.records import place_in

    close = [f"`{each}`" for each in nearest(identity, ids, count=3)]
    remedy = f"did you mean {' or '.join(close)}?" if close else ""
    if not close and ids:
        shown = ", ".join(f"`{each}`" for each in ids[:5])
        remedy = f"there are {shown}{f' and {len(ids) - 5:,} more' if len(ids) > 5 else ''}"
    message = f"no record has the id `{identity}` ({counted(reading.read, 'record')} read)"
    return Diagnostic("RE513", place_in(", ".join(paths), 1), message, help=remedy)
