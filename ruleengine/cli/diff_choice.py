"""What the command line of `diff` asks for: options in, the sides, facts, dates and limits of a comparison out.

Guaranteed: what does not go together is a usage error before anything is read, in words that say what to write instead.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import click
from attrs import frozen

from ruleengine.cli.options import settled_date

if TYPE_CHECKING:
    from ruleengine.compare.accounts import FactsSource

_BARE_NAME = re.compile(r"(?:git:[^:]*:)?[A-Za-z_][A-Za-z0-9_]*")
#: So many accounts that move are listed when nobody says how many.
_MOVERS = {"text": 20, "markdown": 50, "html": 200, "json": 0}


@frozen(slots=True, kw_only=True)
class DiffChoice:
    """The options of `diff`, as they were given."""

    selectors: tuple[str, ...]
    facts: tuple[str, ...]
    old_facts: tuple[str, ...]
    new_facts: tuple[str, ...]
    as_of: date | None
    old_as_of: date | None
    new_as_of: date | None
    against: str | None
    cards: tuple[str, ...]
    segments: tuple[str, ...]
    generated: int
    seed: int
    output_format: str
    out: str | None
    movers: int | None
    max_moved: str | None
    max_newly: tuple[str, ...]
    fail_on: str | None
    rejects: str | None
    jobs: int
    previous: str | None
    facts_format: str | None
    rulesets: str | None
    schemas: str | None
    color: str

    def check(self) -> None:
        """Raise a usage error for what does not go together."""
        if bool(self.old_facts) != bool(self.new_facts):
            raise click.UsageError("--old-facts and --new-facts go together; --facts is for both sides.")
        if self.old_facts and self.all_facts:
            raise click.UsageError(
                "--facts is for both sides; leave it away beside --old-facts and --new-facts."
            )
        if self.against is not None:
            self._check_against()
        elif len(self.selectors) < (1 if self.through_time else 2):
            raise click.UsageError(
                "give OLD and NEW, such as `customer_health@1 customer_health@2`, or --against REVISION."
            )
        if not self.has_accounts:
            needs = next(self._about_accounts(), None)
            if needs is not None:
                raise click.UsageError(f"{needs} is about accounts; give --facts FILE or --generated N.")

    def _check_against(self) -> None:
        wrong = [
            name
            for name, value in (
                ("--old-facts", self.old_facts), ("--old-as-of", self.old_as_of), ("--new-as-of", self.new_as_of),
            )
            if value
        ]  # fmt: skip
        if wrong:
            raise click.UsageError(f"--against compares rulesets, not times; leave {wrong[0]} away.")
        if "-" in self.facts:
            raise click.UsageError("standard input can be read only once; with --against, name a file.")

    def _about_accounts(self) -> Iterator[str]:
        """The options that say something about accounts."""
        given = {
            "--max-moved": self.max_moved, "--max-newly": self.max_newly, "--fail-on": self.fail_on, "--by": self.segments,
            "--rejects": self.rejects, "--previous": self.previous,
        }  # fmt: skip
        return (name for name, value in given.items() if value)

    @property
    def through_time(self) -> bool:
        """Whether one ruleset will do, because facts or dates differ."""
        return bool(self.old_facts or self.old_as_of or self.new_as_of)

    @property
    def sides(self) -> tuple[str, str]:
        """The selectors of the old and of the new side."""
        return self.selectors[0], self.selectors[min(1, len(self.selectors) - 1)]

    @property
    def all_facts(self) -> tuple[str, ...]:
        """The files with accounts for both sides."""
        further = self.selectors[2:] if self.against is None else ()
        return (*self.facts, *further)

    @property
    def has_accounts(self) -> bool:
        """Whether there are accounts to compare."""
        return bool(self.all_facts or self.old_facts or self.generated)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The files that are read."""
        previous = (self.previous,) if self.previous else ()
        return (*self.all_facts, *self.old_facts, *self.new_facts, *previous)

    @property
    def processes(self) -> int:
        """How many processes share the accounts."""
        if self.jobs:
            return self.jobs
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    @property
    def listed(self) -> int:
        """How many accounts that move are listed."""
        return _MOVERS[self.output_format] if self.movers is None else self.movers

    def days(self) -> tuple[date, date]:
        """The as-of dates of both sides; today is told where it matters."""
        old, new = self.old_as_of or self.as_of, self.new_as_of or self.as_of
        if old is not None and new is not None:
            return old, new
        quiet = not self.has_accounts and not any(map(_BARE_NAME.fullmatch, self.selectors))
        today = settled_date(None, quiet=quiet)
        return old or today, new or today

    def source(self) -> FactsSource:
        """Where accounts come from."""
        from ruleengine.compare.accounts import FactsSource
        from ruleengine.facts.records import ReadOptions

        return FactsSource(
            self.all_facts, self.old_facts, self.new_facts, self.generated, self.seed,
            ReadOptions(format=self.facts_format or ""),
        )  # fmt: skip
