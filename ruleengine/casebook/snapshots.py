"""Snapshots against what is computed now: which accounts differ, which have no snapshot, which snapshots have no account.

In: a folder, its index, and the texts of the accounts as they come. Out: what was found of each, one after the other.
Guaranteed: nothing is written here; every account and every file of a snapshot in the folder is told of exactly once. Line
ends are compared as `\\n`: a version control system may have changed them. A file that is no text is a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path

from attrs import define, field, frozen

from ruleengine.casebook.file_names import FileNames, Identity
from ruleengine.casebook.snapshot_index import ENDING, INDEX, Index, kept_bytes
from ruleengine.diagnostics import Diagnostic
from ruleengine.facts.records import unreadable


class State(Enum):
    """How a snapshot and an account go together."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    UNUSED = "unused"


@frozen(slots=True)
class Found:
    """One account or snapshot. `old` is what the file holds, `new` what is computed; None where that is nothing, or the same.

    `identity` is None for a file that the index does not name.
    """

    state: State
    identity: Identity | None
    file: str
    old: str | None
    new: str | None


@frozen(slots=True)
class Identification:
    """Which ruleset, and which engine, computed results."""

    name: str
    version: str
    digest: str
    engine: str


@define(slots=True)
class Outcome:
    """What came of comparing one folder. `recorded` is None where there was no index; `now` is what computed the results.

    `card` is the scorecard of which score and band are told, `damaged` the reports of files that cannot be read.
    """

    folder: str
    recorded: Index | None
    now: Identification
    as_of: str
    card: str | None
    found: list[Found] = field(factory=list)
    damaged: list[Diagnostic] = field(factory=list)

    def count(self, state: State) -> int:
        """How many accounts or snapshots are found so."""
        return sum(each.state is state for each in self.found)

    @property
    def accounts(self) -> int:
        """How many accounts there are now."""
        return len(self.found) - self.count(State.UNUSED) + len(self.damaged)

    @property
    def clean(self) -> bool:
        """Whether every account is as recorded, and every snapshot is of an account."""
        return not self.damaged and self.count(State.SAME) == len(self.found)

    def before(self) -> Identification | None:
        """What computed the results that are recorded."""
        index = self.recorded
        return (
            None if index is None else Identification(index.name, index.version, index.digest, index.engine)
        )


@define(slots=True)
class Comparison:
    """Compares accounts with the snapshots of a folder; without an index with the files that have the names they would get."""

    folder: Path
    index: Index | None
    names: FileNames = field(factory=lambda: FileNames(ENDING))
    files: dict[tuple[type, Identity], str] = field(factory=dict)
    met: set[str] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        for identity, file in self.index.accounts if self.index is not None else ():
            self.names.take(identity, file)
            self.files[type(identity), identity] = file

    def account(self, identity: Identity, text: str) -> Found:
        """What is found of one account. Raises `FactsUnreadable` for a snapshot that cannot be read."""
        file = self.files.get((type(identity), identity)) or self.names.name_for(identity)
        self.met.add(file)
        old = read_snapshot(self.folder / file)
        if old is None:
            return Found(State.MISSING, identity, file, None, text)
        if old == text:
            return Found(State.SAME, identity, file, None, None)
        return Found(State.CHANGED, identity, file, old, text)

    def unused(self) -> Iterator[Found]:
        """The snapshots whose accounts did not come, and those that the index does not know."""
        listed = dict[str, Identity | None]()
        listed.update((file, identity) for (_, identity), file in self.files.items())
        listed.update((file, None) for file in snapshots_in(self.folder) if file not in listed)
        for file in sorted(listed):
            if file not in self.met:
                yield Found(State.UNUSED, listed[file], file, None, None)


def read_snapshot(path: Path) -> str | None:
    """The text of a snapshot; None when there is no file. Raises `FactsUnreadable` for what is no text."""
    content = kept_bytes(path, "snapshots are files; remove what stands there")
    if content is None:
        return None
    try:
        return content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise unreadable(
            str(path), f"`{path}` is damaged: it is no UTF-8 text",
            "restore it from version control, or delete it and record anew",
        ) from error  # fmt: skip


def snapshots_in(folder: Path) -> Iterable[str]:
    """The names of all files in a folder that are called like snapshots."""
    try:
        return sorted(each.name for each in folder.iterdir() if each.name.endswith(ENDING))
    except OSError:
        return []


def folders_below(folder: Path) -> list[Path]:
    """The folders with an index: this one, otherwise those below it."""
    if (folder / INDEX).exists():
        return [folder]
    return sorted(path.parent for path in folder.rglob(INDEX))
