"""One run over the accounts of a folder of snapshots: what was asked for, the ruleset, and each account with its text.

In: words from the command line, or what an index says. Out: an `Outcome`. Guaranteed: paths in an index are relative to
its folder, so that it says the same wherever the project lies; nothing is written here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import define, field, frozen

from ruleengine.casebook.snapshot_index import Index, Origin
from ruleengine.casebook.snapshots import Comparison, Identification, Outcome
from ruleengine.cli.earlier import Earlier, read_earlier
from ruleengine.cli.progress import Progress
from ruleengine.cli.selection import Selection, choose_card, files_of, load_selection
from ruleengine.facts.records import FactsUnreadable, ReadOptions, ReadSummary, Rejection, place_in
from ruleengine.version import __version__
from ruleengine.workspace import SUFFIX

if TYPE_CHECKING:
    from ruleengine.diagnostics import Diagnostic


@frozen(slots=True)
class Wish:
    """Which accounts are scored with which ruleset. Paths are as on the command line; empty for none."""

    ruleset: str
    facts: tuple[str, ...]
    as_of: date
    rulesets: str = ""
    schemas: str = ""
    facts_format: str = ""
    previous: str = ""
    where: str = ""
    ids: tuple[str, ...] = ()
    card: str = ""


def recorded_wish(folder: Path, index: Index) -> Wish:
    """What an index says that its snapshots are of. Raises `FactsUnreadable` for what is no date."""

    def found(path: str) -> str:
        return os.path.normpath(folder / path) if path else ""

    origin = index.origin
    return Wish(
        found(origin.ruleset) if origin.ruleset.endswith(SUFFIX) else origin.ruleset,
        tuple(map(found, origin.facts)),
        date.fromisoformat(index.as_of),
        found(origin.rulesets), found(origin.schemas), origin.facts_format, found(origin.previous),
        origin.where, origin.ids, origin.card,
    )  # fmt: skip


def origin_of(wish: Wish, folder: Path, selection: Selection) -> Origin:
    """What an index is to say of a wish. A usage error where a path cannot be told from the folder."""

    def kept(path: str) -> str:
        try:
            return os.path.relpath(path, folder).replace(os.sep, "/") if path else ""
        except ValueError as error:
            raise click.UsageError(f"there is no way from '{folder}' to '{path}'.") from error

    selected_by_path = wish.ruleset.endswith(SUFFIX)
    rulesets = wish.rulesets or ("" if selected_by_path else str(selection.ruleset.workspace.rulesets))
    return Origin(
        kept(wish.ruleset) if selected_by_path else wish.ruleset,
        tuple(map(kept, wish.facts)),
        kept(rulesets), kept(wish.schemas), wish.facts_format, kept(wish.previous), wish.where, wish.ids, wish.card,
    )  # fmt: skip


@define(slots=True)
class SnapshotRun:
    """A wish at work on one folder. `lacking` are ids that were asked for and did not come."""

    folder: Path
    index: Index | None
    wish: Wish
    selection: Selection
    earlier: Earlier
    outcome: Outcome
    reading: ReadSummary = field(factory=ReadSummary)
    lacking: set[str] = field(factory=set)
    left_out: int = 0

    def go(self) -> None:
        """Compare every account. Raises `FactsUnreadable` for facts, never for a snapshot."""
        comparison, progress = Comparison(self.folder, self.index), Progress()
        self.lacking = set(self.wish.ids)
        try:
            for identity, text in self._texts(progress):
                try:
                    self.outcome.found.append(comparison.account(identity, text))
                except FactsUnreadable as damaged:
                    self.outcome.damaged.append(damaged.diagnostic)
        finally:
            progress.done()
        self.outcome.found += comparison.unused()

    def _texts(self, progress: Progress) -> Iterator[tuple[str | int, str]]:
        from ruleengine.facts.readers import read_facts

        ruleset, day, ids = self.selection.ruleset, self.wish.as_of, frozenset(self.wish.ids)
        met = set[tuple[type, str | int]]()
        options = ReadOptions(format=self.wish.facts_format)
        for item in read_facts(self.wish.facts, ruleset.facts_model, options, self.reading):
            progress.at(self.reading.read)
            if isinstance(item, Rejection) or (type(item.id), item.id) in met:
                continue
            met.add((type(item.id), item.id))
            previous = self.earlier.of(item.id)
            chosen = not ids or str(item.id) in ids
            if chosen and self.wish.where:
                chosen = self.selection.holds(ruleset.score_dict(item.document, day, previous)) is True
            self.lacking.discard(str(item.id))
            self.left_out += not chosen
            if chosen:
                yield item.id, ruleset.snapshot(item.document, day, previous)

    def reports(self) -> list[Diagnostic]:
        """What is to be said of the facts: rejected, occurring twice, or asked for and not there."""
        from attrs import evolve

        from ruleengine.diagnostics import Diagnostic, Severity

        found = [
            evolve(each, severity=Severity.ERROR, help="keep one record an account; the first is taken")
            if each.code == "RE503"
            else each
            for each in self.reading.reports
        ]
        place = place_in(", ".join(self.wish.facts), 1)
        lacking = (
            Diagnostic("RE513", place, f"no record has the id `{each}`") for each in sorted(self.lacking)
        )
        return [*found, *lacking]

    def inputs(self) -> list[str]:
        """All files that are read."""
        previous = [self.wish.previous] if self.wish.previous else []
        return [*self.wish.facts, *previous, *files_of(self.selection.ruleset)]


def prepare(folder: Path, index: Index | None, wish: Wish) -> SnapshotRun:
    """Load what a wish names. Raises `RulesetError`, `FactsUnreadable`, and usage errors."""
    folders = (wish.rulesets or None, wish.schemas or None)
    selection = load_selection(wish.ruleset, folders, wish.as_of, wish.where or None)
    ruleset = selection.ruleset
    card = choose_card(ruleset, wish.card or None)
    outcome = Outcome(
        str(folder), index, Identification(ruleset.name, ruleset.version, ruleset.digest, __version__),
        wish.as_of.isoformat(), card.name if card else None,
    )  # fmt: skip
    return SnapshotRun(folder, index, wish, selection, read_earlier(ruleset, wish.previous or None), outcome)
