"""Options and arguments that several commands share, with one meaning everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

import click

from ruleengine.cli.console import COLOR_CHOICES, say

_Command = TypeVar("_Command", bound=Callable[..., Any])
#: The key of the chosen `--color` in the context of a command.
COLOR = "ruleengine.color"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_date(context: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    """The date that an option gives, such as 2024-03-01; a usage error when there is no such day."""
    if value is None:
        return None
    if _DATE.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise click.BadParameter(f"'{value}' is no date; write it as 2024-03-01.", context, parameter)


def rulesets_option(command: _Command) -> _Command:
    """`--rulesets DIR`."""
    return click.option(
        "--rulesets", metavar="DIR", envvar="RULEENGINE_RULESETS",
        help="The folder with the rulesets.  [default: ./rulesets]",
    )(command)  # fmt: skip


def schemas_option(command: _Command) -> _Command:
    """`--schemas DIR`."""
    return click.option(
        "--schemas", metavar="DIR", envvar="RULEENGINE_SCHEMAS",
        help="The folder with the fact schemas.  [default: schemas/ beside the rulesets]",
    )(command)  # fmt: skip


def as_of_option(command: _Command) -> _Command:
    """`--as-of DATE`."""
    return click.option(
        "--as-of", callback=read_date, metavar="DATE",
        help="Score as on this date, such as 2024-03-01.  [default: today]",
    )(command)  # fmt: skip


def in_force_option(command: _Command) -> _Command:
    """`--as-of DATE` where nothing is scored."""
    return click.option(
        "--as-of", callback=read_date, metavar="DATE",
        help="Take the version in force on this date, such as 2024-03-01.  [default: today]",
    )(command)  # fmt: skip


def _remember_color(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Keep the choice where reports find it that are shown after the command has failed."""
    context.meta[COLOR] = value
    return value


def color_option(command: _Command) -> _Command:
    """`--color auto|always|never`."""
    return click.option(
        "--color", callback=_remember_color, type=click.Choice(COLOR_CHOICES), default="auto", show_default=True,
        help="Colour the output; NO_COLOR is respected.",
    )(command)  # fmt: skip


def out_option(command: _Command) -> _Command:
    """`--out FILE`."""
    return click.option(
        "--out", metavar="FILE", help="Write the result to this file, as a whole or not at all."
    )(command)


def portfolio_format_option(command: _Command) -> _Command:
    """`--facts-format json|ndjson|csv|parquet`."""
    return click.option(
        "--facts-format", type=click.Choice(("json", "ndjson", "csv", "parquet")), default=None,
        help="How the facts are written.  [default: told by name or content]",
    )(command)  # fmt: skip


def facts_format_option(command: _Command) -> _Command:
    """`--facts-format json|ndjson|csv`."""
    return click.option(
        "--facts-format", type=click.Choice(("json", "ndjson", "csv")), default=None,
        help="How the facts are written.  [default: told by name or content]",
    )(command)  # fmt: skip


def previous_option(command: _Command) -> _Command:
    """`--previous FILE`."""
    return click.option(
        "--previous", metavar="FILE",
        help="Results of an earlier `eval` (NDJSON or JSON), for rulesets that say `previous`.",
    )(command)  # fmt: skip


def settled_date(as_of: date | None, *, quiet: bool = False) -> date:
    """The as-of date; when none was given the clock is read once, and what it said is told."""
    if as_of is not None:
        return as_of
    today = date.today()
    if not quiet:
        say(f"as of {today} (today; --as-of fixes the date)")
    return today
