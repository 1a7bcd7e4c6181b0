"""What a working tree changes against a revision: ruleset files, and those that rest on them.

In: a revision, the folders of the workspace, and selectors that narrow it down. Out: `Changes`: pairs of files to compare, and
sentences about what has nothing to be compared with. A file is compared with itself as it was; a version that was not there
with the highest version of its name below it. Guaranteed: a ruleset is compared when its file, a file that it imports or a
schema that one of them names differs by more than its line ends; nothing is loaded to find that out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import define, field, frozen

from ruleengine.cli.revisions import Checkout
from ruleengine.cli.sides import Opener
from ruleengine.diagnostics.visible import quoted
from ruleengine.source import content_of
from ruleengine.workspace import (
    SUFFIX,
    Workspace,
    find_ruleset,
    import_path,
    list_rulesets,
    open_workspace,
    version_key,
)

#: A ruleset is known by its name and its version.
_Key = tuple[str, str]
_IMPORT = re.compile(r"\bimport\s+([A-Za-z_][A-Za-z0-9_]*)\s+(\d{1,9}\.\d{1,9}\.\d{1,9})")
_FACTS = re.compile(r"\bfacts\s+([A-Za-z_][A-Za-z0-9_]*)\s+(\d[\d.]*)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VERSIONS = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)@(\d{1,9}(?:\.\d{1,9}){0,2})")


@frozen(slots=True)
class Change:
    """A ruleset file of the working tree, and the file that it is compared with: of the revision, or `beside` the new one."""

    name: str
    version: str
    new: Path
    old: Path
    beside: bool = False


@frozen(slots=True)
class Changes:
    """What is compared, in the order of names and versions; and what is told instead."""

    revision: str
    taken: Checkout
    pairs: tuple[Change, ...]
    told: tuple[str, ...]


def changes_against(name: str, opener: Opener, selectors: Sequence[str]) -> Changes:
    """What the working tree changes. Raises `RulesetError` for a selector that means nothing."""
    path = next((each for each in selectors if each.endswith(SUFFIX)), "")
    now = open_workspace(*opener.folders, path)
    revision = opener.repository(now.rulesets).revision(name)
    taken = opener.checkout(revision, now, empty=True)
    found = _Versions(_Files(now), _Files(taken.workspace))
    wanted = found.chosen(selectors, now)
    told: list[str] = []
    pairs: list[Change] = []
    for key in sorted(found.old.paths.keys() | found.new.paths.keys(), key=_order):
        if key not in wanted:
            continue
        change = found.change(key)
        if change is None:
            told += found.told(key, taken)
        else:
            pairs.append(change)
    return Changes(name, taken, tuple(pairs), tuple(told))


def _order(key: _Key) -> tuple[str, tuple[int, ...]]:
    return key[0], version_key(key[1])


@define(slots=True)
class _Files:
    """The ruleset files of a workspace, and what each rests on."""

    workspace: Workspace
    paths: dict[_Key, Path] = field(init=False)

    @paths.default
    def _list(self) -> dict[_Key, Path]:
        entries, _ = list_rulesets(self.workspace)
        return {(entry.name, entry.version): entry.path for entry in entries}

    def content(self, key: _Key) -> dict[str, bytes]:
        """The bytes of everything that a ruleset is made of, by what it is."""
        found: dict[str, bytes] = {}
        waiting = [key]
        while waiting:
            name, version = waiting.pop()
            label = f"ruleset {name} {version}"
            path = import_path(self.workspace, name, version)
            if label in found:
                continue
            found[label] = _content(path)
            text = found[label].decode("utf-8", "replace")
            waiting += _IMPORT.findall(text)
            for schema, number in _FACTS.findall(text):
                place = self.workspace.schemas / schema / f"{number}.schema.json"
                found[f"facts {schema} {number}"] = _content(place)
        return found


def _content(path: Path | None) -> bytes:
    """What a file holds, with line ends as git keeps them; nothing when it cannot be read."""
    try:
        return b"" if path is None else content_of(path).replace(b"\r\n", b"\n")
    except OSError:
        return b""


@define(slots=True)
class _Versions:
    """The rulesets of the working tree and of a revision."""

    new: _Files
    old: _Files

    def chosen(self, selectors: Sequence[str], workspace: Workspace) -> set[_Key]:
        """The rulesets that selectors mean; all without any. Those that are gone can be named too."""
        every = self.old.paths.keys() | self.new.paths.keys()
        if not selectors:
            return set(every)
        found: set[_Key] = set()
        for selector in selectors:
            meant = {key for key in every if _means(selector, key, self.new.workspace)}
            if not meant:
                from ruleengine.api import RulesetError

                path, reports = find_ruleset(selector, workspace)
                if path is None:
                    raise RulesetError(reports)
                meant = {(path.parent.name, path.stem)}
            found |= meant
        return found

    def change(self, key: _Key) -> Change | None:
        """The files to compare, when a ruleset is there and differs from what there is to compare it with."""
        if key not in self.new.paths:
            return None
        if key in self.old.paths:
            if self.old.content(key) == self.new.content(key):
                return None
            return Change(*key, self.new.paths[key], self.old.paths[key])
        below = self._below(key)
        if below is None:
            return None
        if below in self.old.paths:
            return Change(*key, self.new.paths[key], self.old.paths[below])
        return Change(*key, self.new.paths[key], self.new.paths[below], beside=True)

    def _below(self, key: _Key) -> _Key | None:
        """The highest version below one, then or now."""
        every = self.old.paths.keys() | self.new.paths.keys()
        lower = [each for each in every if each[0] == key[0] and version_key(each[1]) < version_key(key[1])]
        return max(lower, key=_order, default=None)

    def told(self, key: _Key, taken: Checkout) -> Iterator[str]:
        """What there is to say of a ruleset that is not compared; nothing of one that is as it was."""
        revision = taken.revision.name
        if key not in self.new.paths:
            path = taken.shown(str(self.old.paths[key])).removesuffix(f"@{revision}")
            yield f"{quoted(path)} is deleted; it was there at {quoted(revision)}"
        elif key not in self.old.paths:
            yield f"{quoted(str(self.new.paths[key]))} is new, and there is no version below it to compare it with"


def _means(selector: str, key: _Key, workspace: Workspace) -> bool:
    """Whether a selector means a ruleset: by name, by the beginning of its version, or by path."""
    if _NAME.fullmatch(selector):
        return key[0] == selector
    if match := _VERSIONS.fullmatch(selector):
        wanted = version_key(match[2])
        return key[0] == match[1] and version_key(key[1])[: len(wanted)] == wanted
    place = workspace.rulesets / key[0] / f"{key[1]}{SUFFIX}"
    return selector.endswith(SUFFIX) and place.resolve() == Path(selector).resolve()
