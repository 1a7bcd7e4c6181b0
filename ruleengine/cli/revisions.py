"""Rulesets as git has them: a revision and the folders of a workspace in, a copy of both on disk out.

In: the name of a revision, such as `main` or `HEAD~2`, and a workspace of the working tree. Out: a `Checkout`, whose workspace
holds the same folders as they were. Guaranteed: git only reads, and its working tree and index are left alone; it runs no other
program and fetches nothing, whatever the repository is set up to do; nothing is run through a shell; a name that git would
take for an option is refused; a revision with too much in it is refused before it is taken out; file names are
shown as `path@revision`. Whatever is not there is one report with a remedy.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from attrs import evolve, frozen

from ruleengine.cli.revision_files import LINK, Entry, Unfit, copied
from ruleengine.diagnostics import Diagnostic, did_you_mean
from ruleengine.source import Source, Span
from ruleengine.workspace import COMMAND_LINE, SUFFIX, Workspace

#: What is taken out of a revision: rulesets and schemas, and nothing else that lies beside them.
_ENDINGS = (SUFFIX, ".schema.json")
_FILE = ("100644", "100755")
#: A revision with more than this is refused. Files that are no rulesets only cost the time to pass them by.
_MOST_PASSED, _MOST_FILES, _MOST_BYTES = 1_000_000, 20_000, 64 * 2**20
_COMMIT = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?\n")
#: What git is told, whatever a repository says: it runs no program of its choice, and is none that lies inside of another.
_SETTINGS = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit")
#: No locks, no questions, and nothing fetched: neither on its own account nor by any transport.
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
}
_TOO_MUCH = "name a folder that holds rulesets and nothing else with --rulesets"
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
        if found.returncode or not _COMMIT.fullmatch(found.stdout):
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
    try:
        return subprocess.run(
            _command(arguments), cwd=folder, env=_environment(), input=given, capture_output=True, check=False
        )
    except OSError as error:
        raise _no_git(error) from None


def _command(arguments: Iterable[str]) -> list[str]:
    return ["git", *_SETTINGS, *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, **_ENVIRONMENT}


def _no_git(error: OSError) -> GitFailed:
    if isinstance(error, FileNotFoundError):
        return GitFailed("git is not installed, or not on the PATH", _NO_GIT)
    return GitFailed(f"git cannot be run: {(error.strerror or str(error)).lower()}", _NO_GIT)


@frozen(slots=True)
class Revision:
    """A commit, by the name that was given for it."""

    repository: Repository
    name: str
    commit: str

    def has(self, path: str) -> bool:
        """Whether there is a file or a folder at a path from the top."""
        return (
            self.repository.git("rev-parse", "--verify", "--quiet", f"{self.commit}:{path}").returncode == 0
        )

    def entries(self, path: str) -> list[Entry]:
        """The rulesets, schemas and links at or below a path from the top. Raises `GitFailed` where there are too many."""
        found: list[Entry] = []
        for passed, line in enumerate(self._listed(path)):
            head, _, name = line.partition(b"\t")
            mode, _, blob = head.decode().split(" ")
            entry = Entry(mode, blob, os.fsdecode(name))
            if mode == LINK or (mode in _FILE and entry.path.endswith(_ENDINGS)):
                found.append(entry)
            if passed >= _MOST_PASSED or len(found) > _MOST_FILES:
                most = _MOST_PASSED if passed >= _MOST_PASSED else _MOST_FILES
                raise GitFailed(f"`{path}` holds more than {most:,} files at `{self.name}`", _TOO_MUCH)
        return found

    def _listed(self, path: str) -> Iterator[bytes]:
        """The lines of `git ls-tree`, as they come: folders that hold themselves many times over have no end."""
        where = [] if path in ("", ".") else [path]
        command = _command(("ls-tree", "-r", "-z", "--full-tree", self.commit, "--", *where))
        with TemporaryFile() as said:
            try:
                listing = subprocess.Popen(
                    command, cwd=self.repository.top, env=_environment(), stdout=subprocess.PIPE, stderr=said
                )
            except OSError as error:
                raise _no_git(error) from None
            with listing:
                try:
                    yield from _parts(listing)
                except BaseException:
                    listing.kill()
                    raise
            if listing.returncode:
                said.seek(0)
                raise GitFailed(f"git cannot list `{path}` at `{self.name}`: {_said(said.read())}")

    def contents(self, entries: list[Entry]) -> list[bytes]:
        """What each entry holds. Raises `GitFailed` where that is too much."""
        if not entries:
            return []
        wanted = "".join(f"{entry.blob}\n" for entry in entries).encode()
        sizes = self._batch("--batch-check", wanted).splitlines()
        total = 0
        for entry, line in zip(entries, sizes, strict=True):
            size = _batch_head(line)[1]
            if size is None:
                raise GitFailed(f"the content of `{entry.path}` at `{self.name}` is not here", self._lost())
            total += size
            if total > _MOST_BYTES:
                raise GitFailed(
                    f"rulesets and schemas of `{self.name}` hold more than {_MOST_BYTES // 2**20} MB; one of them is `{entry.path}`",
                    _TOO_MUCH,
                )
        return list(_contents(memoryview(self._batch("--batch", wanted)), len(entries)))

    def _batch(self, option: str, wanted: bytes) -> bytes:
        given = self.repository.git("cat-file", option, given=wanted)
        if given.returncode:
            raise GitFailed(f"git cannot read the files of `{self.name}`: {_said(given.stderr)}")
        return given.stdout

    def _lost(self) -> str:
        """What to do about a content that is not here."""
        if self.repository.git("config", "--get-regexp", r"^remote\..*\.promisor$").stdout:
            return "the clone leaves files out; `git fetch --refetch --no-filter` brings them"
        return "the repository is damaged; `git fsck` tells more"


def _parts(listing: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What stands between the NUL characters of an output."""
    assert listing.stdout is not None
    rest = b""
    while content := listing.stdout.read(1 << 16):
        *whole, rest = (rest + content).split(b"\0")
        yield from whole


def _contents(rest: memoryview, number: int) -> Iterator[bytes]:
    for _ in range(number):
        head, size = _batch_head(bytes(rest[:200]))
        assert size is not None
        yield bytes(rest[head : head + size])
        rest = rest[head + size + 1 :]


def _said(words: bytes) -> str:
    return " ".join(words.decode(errors="replace").split())[:300].removeprefix("fatal: ")


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
        if not _copied(revision, wanted, folder, rulesets) and not empty:
            message = f"there is no ruleset in `{rulesets}` at `{revision.name}`"
            raise NotInRevision(
                revision.name, message, "name another revision, or another folder with --rulesets"
            )
        (folder / rulesets).mkdir(parents=True, exist_ok=True)
        then = Workspace(folder / rulesets, workspace.schemas if schemas is None else folder / schemas)
        yield Checkout(revision, folder, then)


def _copied(revision: Revision, wanted: list[str], folder: Path, needed: str) -> bool:
    """Take paths out; whether there was anything below the one that is needed."""
    try:
        return needed in copied(revision, wanted, folder)
    except Unfit as unfit:
        raise GitFailed(f"`{unfit.path}` at `{revision.name}` cannot be taken out: {unfit.reason}") from None
