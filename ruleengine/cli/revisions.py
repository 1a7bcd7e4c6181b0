"""Rulesets as git has them: a revision and the folders of a workspace in, a copy of both on disk out.

In: the name of a revision, such as `main` or `HEAD~2`, and a workspace of the working tree. Out: a `Checkout`, whose workspace
holds the same folders as they were. Guaranteed: git only reads, and its working tree and index are left alone; nothing is
run through a shell; a name that git would take for an option is refused; links that lead out of the repository are left
out; file names are shown as `path@revision`. Whatever is not there is one report with a remedy.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from attrs import evolve, frozen

from ruleengine.diagnostics import Diagnostic, did_you_mean
from ruleengine.source import Source, Span
from ruleengine.workspace import COMMAND_LINE, SUFFIX, Workspace

#: What is taken out of a revision: rulesets and schemas, and nothing else that lies beside them.
_ENDINGS = (SUFFIX, ".json")
_LINK, _FILE = "120000", ("100644", "100755")
#: So many links may lead from one to the next.
_MOST_LINKS = 100
_NO_GIT = "name rulesets by `name@version` or by path, or run this inside of a git repository"


class GitFailed(Exception):
    """Git, or the repository, cannot be used at all; `diagnostic` says why."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic("RE514", Span("<git>", 0, 0, 1, 1), message, help=remedy)


class NotInRevision(Exception):
    """A revision, or something in it, does not exist; `diagnostics` holds the report."""

    def __init__(self, selector: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        place = Source(COMMAND_LINE, selector).span(0, len(selector))
        self.diagnostics = [Diagnostic("RE211", place, message, help=remedy)]


@frozen(slots=True)
class Repository:
    """A git repository by the folder of its working tree."""

    top: Path

    def git(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run git in the working tree. Raises `GitFailed` when there is no git."""
        return _git(self.top, arguments, given)

    def revision(self, name: str) -> Revision:
        """The revision of that name. Raises `NotInRevision`."""
        if not name or name.startswith("-") or "\0" in name or "\n" in name:
            raise NotInRevision(name, f"`{name}` is no revision", "write a branch, a tag or a commit: `main`")
        found = self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if found.returncode:
            raise NotInRevision(name, f"git knows no revision `{name}`", self._remedy(name))
        return Revision(self, name, found.stdout.decode().strip())

    def _remedy(self, name: str) -> str:
        listed = self.git("for-each-ref", "--format=%(refname:short)").stdout.decode(errors="replace").split()
        guess = did_you_mean(name, listed)
        if guess:
            return guess
        if self.git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
            return "the clone is shallow; fetch the revision, or check out with the whole history"
        if self.git("rev-parse", "--verify", "--quiet", "HEAD").returncode:
            return "the repository has no commit yet"
        return "write a branch, a tag or a commit; `git branch -a` and `git tag` list them"

    def inside(self, path: Path | str) -> str | None:
        """A path as git names it, from the top of the repository; None when it lies outside."""
        try:
            return Path(path).resolve().relative_to(self.top).as_posix()
        except (ValueError, OSError, RuntimeError):
            return None


def open_repository(folder: Path) -> Repository:
    """The repository around a folder. Raises `GitFailed`."""
    here = Path.cwd()
    start = folder.resolve()
    while not start.is_dir() and start != start.parent:
        start = start.parent
    if "GIT_DIR" in os.environ and start.is_relative_to(here.resolve()):
        start = here  # where a hook runs, git's own variables are meant for this folder
    found = _git(start, ("rev-parse", "--show-toplevel"))
    if found.returncode:
        said = found.stderr.decode(errors="replace").strip().splitlines()
        if said and "not a git repository" not in said[0]:
            raise GitFailed(f"git refuses the folder `{start}`: {said[0].removeprefix('fatal: ')}")
        raise GitFailed(f"`{start}` is not in a git repository", _NO_GIT)
    return Repository(Path(os.fsdecode(found.stdout.rstrip(b"\n"))).resolve())


def _git(folder: Path, arguments: Iterable[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    own = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "-c", "core.fsmonitor=false", *arguments]
    try:
        return subprocess.run(
            command, cwd=folder, env={**os.environ, **own}, input=given, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise GitFailed("git is not installed, or not on the PATH", _NO_GIT) from None
    except OSError as error:
        raise GitFailed(f"git cannot be run: {(error.strerror or str(error)).lower()}", _NO_GIT) from None


@frozen(slots=True)
class _Entry:
    """A file of a revision: how git keeps it, the digest of its content, its path from the top."""

    mode: str
    blob: str
    path: str


@frozen(slots=True)
class Revision:
    """A commit, by the name that was given for it."""

    repository: Repository
    name: str
    commit: str

    def has(self, path: str) -> bool:
        """Whether there is a file or a folder at a path from the top."""
        return self.repository.git("cat-file", "-e", f"{self.commit}:{path}").returncode == 0

    def entries(self, path: str) -> list[_Entry]:
        """The rulesets, schemas and links at or below a path from the top."""
        where = [] if path in ("", ".") else [path]
        listed = self.repository.git("ls-tree", "-r", "-z", "--full-tree", self.commit, "--", *where)
        if listed.returncode:
            raise GitFailed(f"git cannot list `{path}` at `{self.name}`: {_said(listed)}")
        found = []
        for line in filter(None, listed.stdout.split(b"\0")):
            head, _, name = line.partition(b"\t")
            mode, _, blob = head.decode().split(" ")
            entry = _Entry(mode, blob, os.fsdecode(name))
            if mode == _LINK or (mode in _FILE and entry.path.endswith(_ENDINGS)):
                found.append(entry)
        return found

    def contents(self, entries: list[_Entry]) -> list[bytes]:
        """What each entry holds."""
        if not entries:
            return []
        wanted = "".join(f"{entry.blob}\n" for entry in entries).encode()
        given = self.repository.git("cat-file", "--batch", given=wanted)
        if given.returncode:
            raise GitFailed(f"git cannot read the files of `{self.name}`: {_said(given)}")
        found, rest = [], memoryview(given.stdout)
        for entry in entries:
            head, size = _batch_head(bytes(rest[:200]))
            if size is None:
                raise GitFailed(f"git has lost the content of `{entry.path}` at `{self.name}`")
            found.append(bytes(rest[head : head + size]))
            rest = rest[head + size + 1 :]
        return found


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return " ".join(done.stderr.decode(errors="replace").split())[:300].removeprefix("fatal: ")


def _batch_head(beginning: bytes) -> tuple[int, int | None]:
    """How long the line before a content is, and how long the content; None for one that is missing."""
    line = beginning.partition(b"\n")[0]
    words = line.split()
    return len(line) + 1, int(words[2]) if len(words) == 3 and words[1] == b"blob" else None


@frozen(slots=True)
class Checkout:
    """Folders of a workspace as they were at a revision; `folder` stands for the top of the repository."""

    revision: Revision
    folder: Path
    workspace: Workspace

    def path_of(self, path: str) -> Path:
        """Where a file is that has this path from the top."""
        return self.folder / path

    def shown(self, path: str) -> str:
        """The name of a file as reports show it: `path@revision` for one of the revision."""
        try:
            inside = Path(path).relative_to(self.folder)
        except ValueError:
            return path
        here = os.path.relpath(self.revision.repository.top / inside)
        return f"{inside.as_posix() if here.startswith('..') else Path(here).as_posix()}@{self.revision.name}"

    def reports(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Reports with the names of files as they are shown."""
        return [self._renamed(each) for each in diagnostics]

    def sources(self, sources: dict[str, Source]) -> dict[str, Source]:
        """Sources under the names that are shown."""
        return {self.shown(name): Source(self.shown(name), source.text) for name, source in sources.items()}

    def _renamed(self, each: Diagnostic) -> Diagnostic:
        return evolve(
            each,
            span=self._span(each.span),
            message=self._text(each.message),
            help=self._text(each.help),
            labels=tuple(evolve(label, span=self._span(label.span)) for label in each.labels),
            fix=evolve(each.fix, span=self._span(each.fix.span)) if each.fix is not None else None,
        )

    def _span(self, span: Span) -> Span:
        return evolve(span, path=self.shown(span.path))

    def _text(self, text: str) -> str:
        return re.sub(rf"{re.escape(str(self.folder))}[^\s`]*", lambda found: self.shown(found.group()), text)


@contextmanager
def checked_out(revision: Revision, workspace: Workspace, empty: bool = False) -> Iterator[Checkout]:
    """A copy of the folders of a workspace as they were; a schemas folder outside of the repository is taken as it is.

    Raises `NotInRevision` when there was no ruleset, unless that may be (`empty`).
    """
    repository = revision.repository
    rulesets = repository.inside(workspace.rulesets)
    if rulesets is None:
        raise GitFailed(
            f"the folder `{workspace.rulesets}` lies outside of the repository `{repository.top}`"
        )
    schemas = repository.inside(workspace.schemas)
    with TemporaryDirectory(prefix="ruleengine-") as name:
        folder = Path(name).resolve()
        wanted = [each for each in (rulesets, schemas) if each is not None]
        if not _copy(revision, wanted, folder, rulesets) and not empty:
            message = f"there is no ruleset in `{rulesets}` at `{revision.name}`"
            raise NotInRevision(
                revision.name, message, "name another revision, or another folder with --rulesets"
            )
        (folder / rulesets).mkdir(parents=True, exist_ok=True)
        then = Workspace(folder / rulesets, workspace.schemas if schemas is None else folder / schemas)
        yield Checkout(revision, folder, then)


def _copy(revision: Revision, paths: list[str], folder: Path, needed: str) -> bool:
    """Write files, then the links between them; whether there was any below the path that is needed."""
    links: list[tuple[str, str]] = []
    seen: set[str] = set()
    found = False
    while paths and len(seen) < _MOST_LINKS:
        path = paths.pop()
        if path in seen:
            continue
        seen.add(path)
        entries = revision.entries(path)
        found = found or (path == needed and bool(entries))
        for entry, content in zip(entries, revision.contents(entries), strict=True):
            if entry.mode != _LINK:
                _write(folder / entry.path, content)
            elif target := _target(entry.path, os.fsdecode(content)):
                links.append((entry.path, os.fsdecode(content)))
                paths.append(target)
    for path, goal in links:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() and not place.is_symlink():
            place.symlink_to(goal)
    return found


def _target(path: str, content: str) -> str:
    """What a link in the repository leads to, from the top; empty when that is outside."""
    target = os.path.normpath(PurePosixPath(path).parent / content)
    outside = target.startswith(("..", "/")) or target == "."
    return "" if outside or target == ".git" or target.startswith(".git/") else target


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
