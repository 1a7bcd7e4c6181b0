"""`ruleengine schema`: draft a fact schema from samples, or check one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ruleengine.cli import exits
from ruleengine.cli.console import counted, put, report, say, wants_color
from ruleengine.cli.options import color_option, facts_format_option, out_option


@click.group("schema")
def command() -> None:
    """Draft a fact schema from samples, or check one."""


@command.command("infer")
@click.argument("facts", nargs=-1, required=True)
@click.option(
    "--name", default="account", show_default=True, metavar="NAME", help="What one document is about."
)
@out_option
@facts_format_option
@color_option
def infer(facts: tuple[str, ...], name: str, out: str | None, facts_format: str | None, color: str) -> None:
    """Draft a schema from sample FACTS (JSON or NDJSON); what was guessed says so in a `$comment`."""
    import orjson

    from ruleengine.cli.output import open_output
    from ruleengine.facts.infer import infer_schema

    rejected: list[Any] = []
    draft = infer_schema(_documents(facts, facts_format or "", rejected), name)
    with open_output(out, facts) as output:
        output.write(orjson.dumps(draft, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    if rejected:
        from ruleengine.facts.records import rejection_report

        report([rejection_report(each) for each in rejected[:20]], color=color)
        say(f"{counted(len(rejected), 'record')} rejected")
        raise exits.Finished(exits.FACTS_REJECTED)


def _documents(paths: Sequence[str], facts_format: str, rejected: list[Any]) -> Iterator[dict[str, Any]]:
    from ruleengine.facts.readers import read_samples
    from ruleengine.facts.records import ReadOptions, Rejection

    for item in read_samples(paths, ReadOptions(format=facts_format)):
        if isinstance(item, Rejection):
            rejected.append(item)
        else:
            yield item


@command.command("check")
@click.argument("files", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Warnings count like errors.")
@color_option
def check(files: tuple[str, ...], strict: bool, color: str) -> None:
    """Find what the engine cannot use in schema FILES, and what is no JSON Schema at all."""
    from ruleengine.facts.check import check_schema
    from ruleengine.report.diagnostics import text
    from ruleengine.source import Source

    errors = warnings = 0
    unreadable = False
    for path in files:
        reports = check_schema(path)
        sources = {}
        try:
            sources[path] = Source(path, Path(path).read_text(encoding="utf-8-sig"))
        except OSError:
            unreadable = True
        except UnicodeDecodeError:  # reported; shown without its lines
            pass
        put(text.render(reports, sources, colour=wants_color(color, sys.stdout)))
        errors += sum(each.severity.value == "error" for each in reports)
        warnings += sum(each.severity.value == "warning" for each in reports)
    found = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
    say(f"{counted(len(files), 'schema')} checked: {found}")
    if unreadable:
        raise exits.Finished(exits.INPUT_OR_OUTPUT_FAILED)
    if errors or (strict and warnings):
        raise exits.Finished(exits.RULESET_HAS_ERRORS)
