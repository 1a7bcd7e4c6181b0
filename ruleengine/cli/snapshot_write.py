"""Writing snapshots: what a run found becomes files, unless something would be lost that nobody asked to replace.

In: a run that has compared its accounts. Out: files in its folder, the index last. Guaranteed: nothing is written unless all of it
is to be; each file is replaced as a whole; nothing outside of the folder, not through a link either; nothing is
removed but snapshots of no account, and these only when that was asked for.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from attrs import define, evolve, fields

from ruleengine.casebook.snapshot_index import INDEX, Index, Origin
from ruleengine.casebook.snapshots import Found, State
from ruleengine.cli import exits
from ruleengine.cli.console import counted, put, say, wants_color
from ruleengine.cli.output import OutputFailed, write_file
from ruleengine.cli.snapshot_run import SnapshotRun, origin_of

_WORDS = {
    State.SAME: "as before",
    State.CHANGED: "changed",
    State.MISSING: "new",
    State.UNUSED: "unused snapshot",
}
_REMOVED = {**_WORDS, State.UNUSED: "removed snapshot"}


@define(slots=True)
class Writing:
    """What is to be written of a run."""

    run: SnapshotRun
    update: bool
    remove_unused: bool

    def go(self, shown: int, color: str) -> int:
        """Write, or say what keeps from it; the exit code."""
        outcome = self.run.outcome
        if outcome.damaged:
            say("nothing is written")
            return exits.INPUT_OR_OUTPUT_FAILED
        if not outcome.accounts:
            say("no account was selected: nothing is written")
            return exits.GATE_FAILED
        index = self._index()
        self._tell(shown, wants_color(color, sys.stdout))
        lost = self._lost(index)
        if lost and not self.update:
            say(f"nothing is written: {lost}; --update replaces what is recorded")
            return exits.GATE_FAILED
        self._write(index)
        self._say_done()
        return exits.SUCCESS

    def _tell(self, shown: int, color: bool) -> None:
        from ruleengine.report.snapshots.outcome import changed_lines, notes_of, summary_line, unused_lines

        outcome = self.run.outcome
        lines = [*changed_lines(outcome, shown, color=color)]
        lines += [] if self.remove_unused else unused_lines(outcome, shown, color=color)
        lines.append(summary_line(outcome, _REMOVED if self.remove_unused else _WORDS))
        lines += [f"note: {note}" for note in notes_of(outcome)]
        put("".join(f"{line}\n" for line in lines))

    def _say_done(self) -> None:
        outcome = self.run.outcome
        if self.run.left_out:
            say(f"{counted(self.run.left_out, 'account')} left out by --where or --id")
        if outcome.count(State.UNUSED) and not self.remove_unused:
            say("unused snapshots stay; --remove-unused removes them")

    def _lost(self, index: Index) -> str:
        """What that is recorded would be replaced; empty for nothing."""
        before, changed = self.run.index, self.run.outcome.count(State.CHANGED)
        parts = [f"{counted(changed, 'snapshot')} would change"] if changed else []
        if before is not None and evolve(before, accounts=()) != evolve(index, accounts=()):
            parts.append(f"the index would say otherwise ({_told_apart(before, index)})")
        return " and ".join(parts)

    def _index(self) -> Index:
        """The index as it is to be; unused snapshots stay in it unless they are removed."""
        run, now = self.run, self.run.outcome.now
        kept = [
            (found.identity, found.file)
            for found in run.outcome.found
            if found.identity is not None and not (found.state is State.UNUSED and self.remove_unused)
        ]
        origin = origin_of(run.wish, run.folder, run.selection)
        return Index(now.name, now.version, now.digest, now.engine, run.outcome.as_of, origin, tuple(kept))

    # ── files ──

    def _write(self, index: Index) -> None:
        folder = self.run.folder
        found = self.run.outcome.found
        texts = [(folder / each.file, each.new) for each in found if each.new is not None]
        self._keep([path for path, _ in texts])
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputFailed(str(folder), error) from error
        for path, text in texts:
            write_file(str(path), text.encode())
        self._write_index(folder / INDEX, index)
        if self.remove_unused:
            self._remove([each for each in found if each.state is State.UNUSED])

    def _write_index(self, path: Path, index: Index) -> None:
        content = index.text().encode()
        if not path.exists() or path.read_bytes().replace(b"\r\n", b"\n") != content:
            write_file(str(path), content)

    def _keep(self, paths: list[Path]) -> None:
        """Raise where a file would be written over an input, or through a link."""
        inputs = {os.path.realpath(each) for each in self.run.inputs()}
        for path in (*paths, self.run.folder / INDEX):
            if path.is_symlink():
                raise OutputFailed(str(path), OSError(0, "it is a link, and snapshots stay in their folder"))
            if os.path.realpath(path) in inputs:
                raise click.UsageError(
                    f"'{path}' is used for something else in this command; name another folder."
                )

    def _remove(self, unused: list[Found]) -> None:
        for each in unused:
            path = self.run.folder / each.file
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise OutputFailed(str(path), error) from error


def _told_apart(before: Index, now: Index) -> str:
    """In what two indexes differ, accounts left aside."""
    parts = (
        ["ruleset"]
        if (before.name, before.version, before.digest) != (now.name, now.version, now.digest)
        else []
    )
    parts += ["engine"] if before.engine != now.engine else []
    parts += [f"as of {before.as_of} → {now.as_of}"] if before.as_of != now.as_of else []
    names = [each.name for each in fields(Origin)]
    others = [each for each in names if getattr(before.origin, each) != getattr(now.origin, each)]
    words = {"ruleset": "selector", "ids": "--id", "where": "--where"}
    return ", ".join([*parts, *(words.get(each, each.replace("_", " ")) for each in others)])
