"""The two sides of a comparison: selectors in, loaded rulesets out.

A selector is a name (the version in force), `name@2`, `name@2.0.0`, the path of a .rules file, or one of these in a
revision: `git:REVISION:PATH`, `git:REVISION:name@2`; `git:REVISION` alone is the file of the other side as it was.
Guaranteed: what cannot be found is one report that names the selector; rulesets of a revision are never written to the
cache, and their files are shown as `path@revision`.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import field, frozen

from ruleengine.workspace import SUFFIX, Workspace, find_ruleset, open_workspace

if TYPE_CHECKING:
    from ruleengine.api import Ruleset
    from ruleengine.cli.revisions import Checkout, Repository, Revision

#: How a selector begins that means a revision.
GIT = "git:"
Folders = tuple[str | None, str | None]


@frozen(slots=True)
class Side:
    """One side: the ruleset, the selector that was given for it, and where it comes from."""

    ruleset: Ruleset
    selector: str
    checkout: Checkout | None = None

    def shown(self, path: str) -> str:
        """The name of a file of this side as reports show it."""
        return path if self.checkout is None else self.checkout.shown(path)


@frozen(slots=True)
class Opener:
    """Loads sides; what was taken out of git lives as long as `stack` is open.

    A name without a version is the version in force on `as_of`; on the old side on `old_as_of`, where that is given.
    """

    stack: ExitStack
    folders: Folders
    as_of: date
    old_as_of: date | None = None
    _taken: dict[tuple[str, Workspace], Checkout] = field(factory=dict, init=False)

    def both(self, old: str, new: str) -> tuple[Side, Side]:
        """The sides that two selectors mean. Raises `RulesetError`, `NotInRevision` and `GitFailed`."""
        if _bare(old) and _bare(new):
            raise click.UsageError(
                f"'{old}' and '{new}' are revisions, and say no ruleset; "
                f"write '{old}:customer_health@2' or a path after the revision."
            )
        if _bare(old):
            second = self.one(new)
            return self._same_file(old, second), second
        first = self.one(old, self.old_as_of)
        return first, self._same_file(new, first) if _bare(new) else self.one(new)

    def one(self, selector: str, as_of: date | None = None) -> Side:
        """The side that a selector means; the texts of its files are there, so that changes can be told in their words."""
        from ruleengine.api import load

        day = as_of or self.as_of
        if selector.startswith(GIT):
            return self._of_revision(selector, day)
        rulesets, schemas = self.folders
        return Side(load(selector, rulesets=rulesets, schemas=schemas, as_of=day, cache=False), selector)

    def _of_revision(self, selector: str, as_of: date) -> Side:
        name, _, wanted = selector.removeprefix(GIT).partition(":")
        workspace = open_workspace(*self.folders)
        if not (wanted.endswith(SUFFIX) or "/" in wanted):
            revision = self.repository(workspace.rulesets).revision(name)
            return self._named(selector, wanted, self.checkout(revision, workspace), as_of)
        around = Path(wanted).parent
        revision = self.repository(around if around.is_dir() else Path()).revision(name)
        return self._file(selector, _path_in(revision, wanted, selector), revision)

    def _same_file(self, selector: str, other: Side) -> Side:
        """The file of the other side as it was at a revision."""
        name = selector.removeprefix(GIT).removesuffix(":")
        if other.checkout is not None:
            path = other.ruleset.path.relative_to(other.checkout.folder).as_posix()
            return self._file(selector, path, other.checkout.revision.repository.revision(name))
        repository = self.repository(other.ruleset.path.parent)
        inside = repository.inside(other.ruleset.path)
        if inside is None:
            from ruleengine.cli.revisions import GitFailed

            raise GitFailed(
                f"the file `{other.ruleset.path}` lies outside of the repository `{repository.top}`"
            )
        return self._file(selector, inside, repository.revision(name))

    def _file(self, selector: str, inside: str, revision: Revision) -> Side:
        """The ruleset file with that path from the top of the repository."""
        if not revision.has(inside):
            raise _absent(revision, inside, selector)
        workspace = open_workspace(*self.folders, str(revision.repository.top / inside))
        taken = self.checkout(revision, workspace)
        return self.load_from(taken, taken.path_of(inside), selector)

    def _named(self, selector: str, wanted: str, taken: Checkout, as_of: date) -> Side:
        path, reports = find_ruleset(wanted, taken.workspace, as_of)
        if path is None:
            from ruleengine.api import RulesetError

            raise RulesetError(taken.reports(reports))
        return self.load_from(taken, path, selector)

    def load_from(self, taken: Checkout, path: Path, selector: str) -> Side:
        """Load a file of a revision; reports have the names of files as they are shown."""
        from ruleengine.api import RulesetError, load

        there = taken.workspace
        try:
            ruleset = load(path, rulesets=there.rulesets, schemas=there.schemas, cache=False)
        except RulesetError as error:
            raise RulesetError(taken.reports(error.diagnostics), taken.sources(error.sources)) from None
        return Side(ruleset, selector, taken)

    def repository(self, folder: Path) -> Repository:
        """The repository around a folder."""
        from ruleengine.cli.revisions import open_repository

        return open_repository(folder)

    def checkout(self, revision: Revision, workspace: Workspace, empty: bool = False) -> Checkout:
        """The folders of a workspace at a revision, taken out once; without a ruleset only if it may be `empty`."""
        from ruleengine.cli.revisions import checked_out

        key = (revision.commit + revision.name, workspace)
        if key not in self._taken:
            self._taken[key] = self.stack.enter_context(checked_out(revision, workspace, empty))
        return self._taken[key]


def _bare(selector: str) -> bool:
    """Whether a selector is a revision and says no ruleset."""
    return selector.startswith(GIT) and not selector.removeprefix(GIT).partition(":")[2]


def _path_in(revision: Revision, wanted: str, selector: str) -> str:
    """A path from the top of the repository: as seen from the current folder, otherwise as seen from the top."""
    here = revision.repository.inside(wanted)
    if here is not None and revision.has(here):
        return here
    if not Path(wanted).is_absolute() and revision.has(wanted):
        return wanted
    raise _absent(revision, here or wanted, selector)


def _absent(revision: Revision, path: str, selector: str) -> Exception:
    from ruleengine.cli.revisions import NotInRevision
    from ruleengine.diagnostics import did_you_mean

    folder, _, name = path.rpartition("/")
    listed = revision.entries(folder) if folder and revision.has(folder) else []
    there = [each.path.rpartition("/")[2] for each in listed]
    remedy = did_you_mean(name, there) or (
        "" if there else f"there is no folder `{folder}` at `{revision.name}`"
    )
    return NotInRevision(
        selector, f"there is no file `{path}` at `{revision.name}`", remedy if folder else ""
    )
