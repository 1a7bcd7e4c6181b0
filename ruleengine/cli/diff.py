"""`ruleengine diff`: what a new version of a ruleset would change, for whom, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Any

import click
from attrs import frozen

from ruleengine.cli import exits
from ruleengine.cli.against import Change, changes_against
from ruleengine.cli.budget import read_budget
from ruleengine.cli.console import counted, is_terminal, report, say
from ruleengine.cli.diff_choice import DiffChoice
from ruleengine.cli.diff_reports import Reports
from ruleengine.cli.earlier import Earlier, read_earlier
from ruleengine.cli.options import (
    color_option,
    facts_format_option,
    out_option,
    previous_option,
    read_date,
    rulesets_option,
    schemas_option,
)
from ruleengine.cli.output import open_output
from ruleengine.cli.progress import Progress, lines_in
from ruleengine.cli.run import rejection_line
from ruleengine.cli.selection import files_of
from ruleengine.cli.sides import Opener, Side
from ruleengine.diagnostics.visible import quoted

if TYPE_CHECKING:
    from ruleengine.cli.against import Changes
    from ruleengine.cli.output import Output
    from ruleengine.comparison import Comparison, Request
    from ruleengine.facts.records import Rejection

_FORMATS = ("text", "markdown", "html", "json")
_MOST_JOBS = 64
#: So many reports about facts are shown; the others are counted.
_SHOWN = 20


@click.command("diff")
@click.argument("selectors", nargs=-1, metavar="OLD NEW [FACTS]...")
@click.option(
    "--facts", multiple=True, metavar="FILE", help="Accounts to compare; also as further arguments."
)
@click.option("--old-facts", multiple=True, metavar="FILE", help="The accounts as they were.")
@click.option("--new-facts", multiple=True, metavar="FILE", help="The accounts as they are now.")
@click.option(
    "--as-of", callback=read_date, metavar="DATE",
    help="Score as on this date, such as 2024-03-01.  [default: today]",
)  # fmt: skip
@click.option("--old-as-of", callback=read_date, metavar="DATE", help="The date of the old side.")
@click.option("--new-as-of", callback=read_date, metavar="DATE", help="The date of the new side.")
@click.option(
    "--against", metavar="REVISION",
    help="Compare each ruleset that the working tree changes with what it was; arguments narrow it down.",
)  # fmt: skip
@click.option(
    "--card",
    "cards",
    multiple=True,
    metavar="NAME",
    help="A scorecard to compare.  [default: the ruleset's own]",
)
@click.option(
    "--by",
    "segments",
    multiple=True,
    metavar="SEGMENT",
    help="Count within a segment too; `segment` for each.",
)
@click.option(
    "--generated",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Add N accounts made from the schema.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same accounts.")
@click.option(
    "--format", "output_format", type=click.Choice(_FORMATS), default="text", show_default=True,
    help="How the comparison is written.",
)  # fmt: skip
@out_option
@click.option(
    "--movers", type=click.IntRange(min=0), default=None, metavar="N",
    help="List N accounts that move.  [default: 20; markdown 50; html 200]",
)  # fmt: skip
@click.option("--max-moved", metavar="N|N%", help="End with 1 when more accounts change band.")
@click.option(
    "--max-newly",
    multiple=True,
    metavar="BAND=N|N%",
    help="End with 1 when more accounts are newly in a band.",
)
@click.option(
    "--fail-on",
    metavar="CONDITION",
    help="End with 1 when this holds: `moved > 5% of accounts or newly red > 10`.",
)
@click.option("--rejects", metavar="FILE", help="Write all rejected records to this file, as NDJSON.")
@click.option(
    "--jobs", type=click.IntRange(0, _MOST_JOBS), default=0, metavar="N",
    help="How many processes share the accounts.  [default: as many as there are processors]",
)  # fmt: skip
@previous_option
@facts_format_option
@rulesets_option
@schemas_option
@color_option
def command(**options: Any) -> None:
    """Compare two versions of a ruleset: what differs in meaning, which accounts move, and which edit moves them.

    OLD and NEW are names with versions (`customer_health@2`), paths, or either in git: `git:main` (the other side's
    file as it was), `git:main:customer_health@2`. With --old-facts and --new-facts, or --old-as-of, one ruleset will do.
    """
    choice = DiffChoice(**options)
    choice.check()
    with ExitStack() as stack:
        code = _Run(choice, stack).code()
    raise exits.Finished(code)


@frozen(slots=True)
class _Pair:
    """Two sides that are compared."""

    old: Side
    new: Side


class _Run:
    """One run of the command."""

    def __init__(self, choice: DiffChoice, stack: ExitStack) -> None:
        self.choice = choice
        self.stack = stack
        self.days = choice.days()
        self.opener = Opener(stack, (choice.rulesets, choice.schemas), self.days[1], self.days[0])
        self.changes: Changes | None = None
        self.told: list[str] = []
        self.rejected: Output | None = None

    def code(self) -> int:
        """Compare, write, say what happened; the exit code."""
        choice = self.choice
        pairs = self._pairs()
        inputs = tuple(
            chain(choice.inputs, *(files_of(side.ruleset) for pair in pairs for side in (pair.old, pair.new)))
        )
        if choice.rejects is not None:
            self.rejected = self.stack.enter_context(open_output(choice.rejects, inputs))
        reports = Reports(choice, [pair.new.ruleset for pair in pairs], self.stack, inputs)
        compared = [self._compare(pair) for pair in pairs]
        found = [each for each, _ in compared]
        reports.write(found, self.told, self.changes.revision if self.changes else None)
        sys.stdout.flush()  # what was read is told after the report, also where both go into one file
        for each, earlier in compared:
            self._tell(each, earlier)
        return exits.gravest(code for each in found for code in self._codes(each))

    # ── what is compared ──

    def _pairs(self) -> list[_Pair]:
        choice = self.choice
        if choice.against is None:
            return [_Pair(*self.opener.both(*choice.sides))]
        self.changes = changes_against(choice.against, self.opener, choice.selectors)
        self.told += self.changes.told
        return [pair for pair in map(self._pair, self.changes.pairs) if pair is not None]

    def _pair(self, change: Change) -> _Pair | None:
        """The sides of a file that changed; None where what it was cannot be used, which is told."""
        from ruleengine.api import RulesetError

        assert self.changes is not None
        new = self.opener.one(str(change.new))
        if change.beside:
            return _Pair(self.opener.one(str(change.old)), new)
        revision = self.changes.revision
        path = self.changes.taken.shown(str(change.old)).removesuffix(f"@{revision}")
        selector = f"git:{revision}:{path}"
        try:
            return _Pair(self.opener.load_from(self.changes.taken, change.old, selector), new)
        except RulesetError as error:
            faults = counted(sum(each.severity.value == "error" for each in error.diagnostics), "error")
            shown = self.changes.taken.shown(str(change.old))
            self.told.append(
                f"{quoted(shown)} has {faults}, so there is nothing to compare {quoted(str(change.new))} with"
            )
            return None

    def _compare(self, pair: _Pair) -> tuple[Comparison, Earlier]:
        from ruleengine.comparison import Side as ComparedSide
        from ruleengine.comparison import UnknownName, compare

        old, new = [
            ComparedSide(side.ruleset, side.selector, day, side.shown)
            for side, day in zip((pair.old, pair.new), self.days, strict=True)
        ]
        progress = Progress(self._total())
        earlier = read_earlier(pair.new.ruleset, self.choice.previous, pair.old.ruleset)
        try:
            found = compare(old, new, self._request(earlier, progress))
        except UnknownName as unknown:
            raise click.BadParameter(str(unknown), param_hint=f"'{unknown.option}'") from None
        finally:
            progress.done()
        return found, earlier

    def _total(self) -> int | None:
        """How many accounts there are, as far as that can be told beforehand and anybody looks."""
        choice = self.choice
        if not is_terminal(sys.stderr):
            return None
        number = lines_in(choice.all_facts or choice.new_facts)
        return None if number is None else number + choice.generated

    def _reject(self, rejection: Rejection) -> None:
        if self.rejected is not None:
            self.rejected.write(rejection_line(rejection))

    def _codes(self, found: Comparison) -> Iterator[int]:
        if not found.within_budget:
            yield exits.GATE_FAILED
        if found.counts.rejected:
            yield exits.FACTS_REJECTED

    def _tell(self, found: Comparison, earlier: Earlier) -> None:
        """Say what was read, and what was not."""
        population, counts = found.population, found.counts
        if population is None:
            return
        reports = [each for reading in counts.readings for each in reading.reports]
        report(reports[:_SHOWN], color=self.choice.color)
        more = len(reports) - _SHOWN + sum(reading.reports_left_out for reading in counts.readings)
        if more > 0:
            say(f"and {more:,} more")
        only = [
            f"{number:,} only in the {which} facts"
            for which, number in (("old", counts.only_old), ("new", counts.only_new))
            if number
        ]
        if counts.problems:
            accounts = counted(counts.accounts_with_problems, "account")
            say(f"{counted(counts.problems, 'problem')} in {accounts} (`eval --strict` lists them)")
        parts = [
            f"compared {counted(population['accounts'], 'account')}",
            f"{counts.rejected:,} rejected",
            *only,
        ]
        say(", ".join(parts))
        earlier.tell(population["accounts"])

    def _request(self, earlier: Earlier, progress: Progress) -> Request:
        from ruleengine.comparison import Request

        choice = self.choice
        return Request(
            choice.source(),
            choice.cards,
            choice.segments,
            lambda bands: read_budget(choice.max_moved, choice.max_newly, choice.fail_on, bands),
            earlier.of,
            choice.processes,
            progress.at,
            self._reject,
        )
