"""Files of a revision on disk: what git lists and holds in, files and links in a folder out.

In: a revision, which nobody need trust: a tree can be written by hand, with names and links that no checkout would make.
Guaranteed: nothing is written outside of the folder, and no link that is left in it leads out of it; no file is written through a
link or over another; what cannot be written is `Unfit`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from attrs import frozen

#: How git marks a link.
LINK = "120000"
#: So many links may lead from one to the next.
_MOST_LINKS = 100
#: Signs that lead somewhere in a name, on this system.
_LEADING = frozenset("/\\:" if os.name == "nt" else "/")


class Unfit(Exception):
    """A path that cannot be written, and why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@frozen(slots=True)
class Entry:
    """A file of a revision: how git keeps it, the digest of its content, its path from the top."""

    mode: str
    blob: str
    path: str


class Tree(Protocol):
    """What there is to take out."""

    def entries(self, path: str) -> list[Entry]:
        """The files and links at or below a path from the top."""

    def contents(self, entries: list[Entry]) -> list[bytes]:
        """What each of them holds."""


def copied(tree: Tree, wanted: Sequence[str], folder: Path) -> set[str]:
    """Write what lies below the wanted paths, and below what links lead to; the paths below which there was something.

    `folder` is empty, and has no link in its own path.
    """
    links: dict[str, str] = {}
    waiting, found, seen = list(wanted), set[str](), set[str]()
    while waiting and len(seen) < _MOST_LINKS:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        entries = [each for each in tree.entries(path) if not _is_beside(each.path, seen - {path})]
        found |= {path} if entries else set()
        for entry, content in zip(entries, tree.contents(entries), strict=True):
            _check(entry.path)
            if entry.mode != LINK:
                _write(folder, entry.path, content)
            elif target := _target(entry.path, os.fsdecode(content)):
                links[entry.path] = os.fsdecode(content)
                waiting.append(target)
    _link(folder, links)
    return found


def _is_beside(path: str, seen: set[str]) -> bool:
    """Whether a path lies below one that was taken out before."""
    return any(each in ("", ".") or path == each or path.startswith(f"{each}/") for each in seen)


def _check(path: str) -> None:
    """A tree may have names that no working tree can: `..`, `.git`, or with a `/` in it."""
    for part in path.split("/"):
        if part in ("", ".", "..") or part.casefold() == ".git" or _LEADING & set(part):
            raise Unfit(path, "that is no name of a file")


def _write(folder: Path, path: str, content: bytes) -> None:
    try:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as stream:
            stream.write(content)
    except FileExistsError:
        raise Unfit(path, "another name there is the same on this system") from None
    except OSError as error:
        raise Unfit(path, (error.strerror or str(error)).lower()) from None


def _target(path: str, content: str) -> str:
    """What a link in the repository leads to, from the top; empty when that is outside."""
    target = os.path.normpath(PurePosixPath(path).parent / content)
    outside = target.startswith(("..", "/")) or target == "." or "\0" in target
    return "" if outside or target == ".git" or target.startswith(".git/") else target


def _link(folder: Path, links: dict[str, str]) -> None:
    """Make links, and take those away again that lead out: a link through others leads elsewhere than it says."""
    made: list[Path] = []
    for path, goal in links.items():
        place = folder / path
        try:
            if place.parent.resolve() != place.parent:
                continue  # what it lies in is a link itself
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(goal)
        except (
            OSError,
            RuntimeError,
        ):  # there is a file of that name, or a name too long for one: no link then
            continue
        made.append(place)
    for place in [each for each in made if not _is_inside(each, folder)]:
        place.unlink()


def _is_inside(place: Path, folder: Path) -> bool:
    try:
        return place.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # a circle
        return False
