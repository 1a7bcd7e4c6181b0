"""What `ruleengine test --mutate` is asked for: its options, the line that counts, and whether the tests notice enough.

In: options and the reports of test files. Out: options of the run, and the sentences and the exit code of a gate.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

import click
from attrs import frozen

from ruleengine.cli import exits
from ruleengine.cli.console import counted, is_terminal, say
from ruleengine.cli.coverage import Percentage

if TYPE_CHECKING:
    from ruleengine.casebook.mutation.mutant import Mutation, MutationOptions

_OPTIONS = (
    click.option(
        "--mutate", is_flag=True,
        help="Change each threshold, weight, comparison and segment a little, and say which changes no test notices.",
    ),
    click.option(
        "--mutate-min", type=Percentage(0, 100), metavar="PERCENT",
        help="End with code 1 where the tests of a ruleset notice a smaller share of such changes.",
    ),
    click.option("--mutate-imports", is_flag=True, help="Change what a ruleset imports as well."),
)  # fmt: skip
_EVERY_SECONDS = 0.25
_CLEAR_LINE = "\r\x1b[K"
_last = [0.0]


def mutation_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """All options about mutation."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@frozen(slots=True)
class MutationChoice:
    """What is wanted of mutation."""

    mutate: bool
    mutate_min: float | None
    mutate_imports: bool

    @property
    def is_wanted(self) -> bool:
        """Whether mutants are asked for, by any of the options."""
        return self.mutate or self.mutate_min is not None or self.mutate_imports

    @property
    def is_gated(self) -> bool:
        """Whether more is asked for than `--mutate` alone."""
        return self.mutate_min is not None or self.mutate_imports

    def options(self, output_format: str, watch: bool, suggest: int) -> MutationOptions | None:
        """What is to be tried; None when nothing is."""
        from ruleengine.casebook.mutation.mutant import MutationOptions

        if not self.is_wanted:
            return None
        if output_format == "junit":
            raise click.UsageError(
                "--mutate tells in text or JSON which changes no test notices; JUnit has no place for it."
            )
        if watch:
            raise click.UsageError("--mutate runs the tests hundreds of times; leave --watch away.")
        return MutationOptions(suggest, self.mutate_imports)

    def verdict(self, mutations: Sequence[Mutation]) -> int:
        """The exit code of the gate, which says in a sentence each ruleset that falls short."""
        least = self.mutate_min
        if least is None:
            return exits.SUCCESS
        short = [each for each in mutations if not each.is_at_least(least)]
        for each in short:
            say(
                f"tests notice {each.percent:g}% of the small changes of {each.ruleset}, and {least:g}% is asked for"
            )
        if not short:
            say(
                f"tests notice {least:g}%{' or more' if least < 100 else ''} of the small changes of "
                f"{counted(len(mutations), 'ruleset')}"
            )
        return exits.GATE_FAILED if short or not mutations else exits.SUCCESS


def show_progress(done: int, total: int) -> None:
    """A line on the terminal that tells how many changes have been tried; it goes when the last one has."""
    if not is_terminal(sys.stderr):
        return
    if done == total:
        sys.stderr.write(_CLEAR_LINE)
    elif monotonic() - _last[0] > _EVERY_SECONDS:
        _last[0] = monotonic()
        sys.stderr.write(f"{_CLEAR_LINE}{done:,} of {counted(total, 'change')} tried")
    sys.stderr.flush()
