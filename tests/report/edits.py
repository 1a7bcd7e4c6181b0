"""Two versions of a ruleset as texts, and what is said of the edits between them."""

from __future__ import annotations

from pathlib import Path

from ruleengine import api
from ruleengine.compare.edits import Differences
from ruleengine.compare.hybrid import Hybrids
from ruleengine.compare.meaning import differences
from ruleengine.report.diff.words import EditWords
from tests.report.pages import load


class Said:
    """The edits between two rulesets, and their words."""

    def __init__(self, old: api.Ruleset, new: api.Ruleset) -> None:
        self.differences: Differences = differences(old.program, new.program)
        hybrids = Hybrids(old.program, new.program, self.differences)
        self.old = hybrids.program(frozenset())
        self.words = EditWords(self.old, new.program, old.sources, new.sources)
        self.edits = {edit.id: edit for edit in self.differences.edits}

    def summaries(self) -> dict[str, str]:
        """What is said of each edit."""
        return {name: self.words.summary(edit) for name, edit in self.edits.items()}

    def clauses(self) -> list[str]:
        """What follows “because”."""
        return [self.words.because(edit) for edit in self.edits.values()]

    def sides(self) -> list[tuple[str | None, str | None]]:
        """What both versions have."""
        return [(self.words.old(edit), self.words.new(edit)) for edit in self.edits.values()]


def said_of(folder: Path, before: str, *changes: tuple[str, str], header: bool = True) -> Said:
    """What is said of a text that is changed; each change replaces what stands there once."""
    after = before
    for old, new in changes:
        assert after.count(old) == 1, f"{old!r} stands there {after.count(old)} times"
        after = after.replace(old, new)
    return Said(load(folder, before, "1.0.0", header=header), load(folder, after, "2.0.0", header=header))
