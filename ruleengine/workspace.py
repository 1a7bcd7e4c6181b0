"""Where rulesets live: folders in, paths of ruleset files out.

In: the rulesets folder (`<name>/<version>.rules`) and the schemas folder. Out: the file that a selector such
as `customer_health@2` means, the list of what there is, and the file that an import means. Guaranteed: a
fault is a diagnostic and never an exception; an import never leaves the rulesets folder, not through a link
either. Only the header of a file is read here, and without the parser: loading that takes longer than all
this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from attrs import evolve, frozen

from ruleengine.diagnostics import Diagnostic, nearest
from ruleengine.limits import limits
from ruleengine.source import Source, Span, content_of

#: How the name of every ruleset file ends.
SUFFIX = ".rules"
#: How the name of every file of tests ends: `VERSION.test.rules` tests the `VERSION.rules` beside it.
TESTS_SUFFIX = f".test{SUFFIX}"
#: The name under which a selector is reported.
COMMAND_LINE = "<command line>"
_VERSION = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SELECTOR = re.compile(r"([^@]+)@([0-9]{1,9}(?:\.[0-9]{1,9}){0,2})")
_TOKEN = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"|`[^`\n]*`|#[^\n]*|[{};\n]|[^\s{};"`#]+')


@frozen(slots=True)
class Workspace:
    """The two folders that a run works with."""

    rulesets: Path
    schemas: Path


@frozen(slots=True)
class RulesetEntry:
    """One version of one ruleset; `effective_until`, declared or the next version's start, is excluded."""

    name: str
    version: str
    title: str
    path: Path
    effective_from: date | None = None
    effective_until: date | None = None

    def in_force(self, as_of: date) -> bool:
        """Whether this version is the one to use on a date; never for a version without dates."""
        if self.effective_from is None or as_of < self.effective_from:
            return False
        return self.effective_until is None or as_of < self.effective_until


def open_workspace(
    rulesets: str | Path | None = None, schemas: str | Path | None = None, selector: str = ""
) -> Workspace:
    """The folders as given; otherwise those around a selected file, otherwise `./rulesets`.

    The schemas are in `schemas` beside the rulesets unless told otherwise.
    """
    if rulesets is not None:
        folder = Path(rulesets)
    elif _is_path(selector) and _VERSION.fullmatch(Path(selector).stem) and len(Path(selector).parts) > 2:
        folder = Path(selector).parent.parent
    elif _is_path(selector) and _VERSION.fullmatch(Path(selector).stem):
        folder = Path(selector).absolute().parent.parent
    else:
        folder = Path("rulesets")
    beside = folder.parent if folder.name not in ("", "..") else folder.absolute().resolve().parent
    return Workspace(folder, beside / "schemas" if schemas is None else Path(schemas))


def find_ruleset(
    selector: str, workspace: Workspace, as_of: date | None = None
) -> tuple[Path | None, list[Diagnostic]]:
    """The file that `name`, `name@2`, `name@2.0.0` or a path to a `.rules` file means.

    A bare name takes the version in force on `as_of` (today when not given). A fault is one RE211.
    """
    if not selector.endswith(SUFFIX) and _is_file(selector):
        text = f"the name of a ruleset file ends in `{SUFFIX}`"
        return None, [_unknown(selector, f"`{selector}` is no ruleset file", text)]
    if _is_path(selector):
        path = Path(selector)
        if path.is_file():
            return path, []
        return None, [_unknown(selector, f"there is no file `{selector}`", _siblings(path))]
    name, wanted = selector, ""
    if match := _SELECTOR.fullmatch(selector):
        name, wanted = match.groups()
    if not _NAME.fullmatch(name):
        text = "write `name`, `name@2`, `name@2.0.0` or the path of a .rules file"
        return None, [_unknown(selector, f"`{selector}` does not select a ruleset", text)]
    entries = _versions(workspace, name)
    if not entries:
        message = f"there is no ruleset `{name}` in `{workspace.rulesets}`"
        return None, [_unknown(selector, message, _what_exists(workspace, name))]
    if wanted:
        return _by_number(selector, wanted, entries)
    return _by_date(selector, as_of or date.today(), entries)


def list_rulesets(workspace: Workspace) -> tuple[list[RulesetEntry], list[Diagnostic]]:
    """Every version of every ruleset, by name and version; and a report when the folder cannot be read."""
    try:
        names = _folders(workspace.rulesets)
    except OSError as error:
        reason = (
            "no such folder"
            if isinstance(error, FileNotFoundError)
            else (error.strerror or str(error)).lower()
        )
        message = f"the rulesets folder `{workspace.rulesets}` cannot be read: {reason}"
        span = Span(str(workspace.rulesets), 0, 0, 1, 1)
        return [], [Diagnostic("RE211", span, message, help="name another folder with --rulesets")]
    return [entry for name in names for entry in _versions(workspace, name)], []


def import_path(workspace: Workspace, name: str, version: str) -> Path | None:
    """The file of `import name version`; None when it is not there, or not truly inside the folder."""
    if not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
        return None
    path = workspace.rulesets / name / f"{version}{SUFFIX}"
    try:
        inside = path.resolve().is_relative_to(workspace.rulesets.resolve())
        return path if inside and path.is_file() else None
    except (OSError, RuntimeError):  # a link that leads to itself, a name that is too long for a file
        return None


def version_key(version: str) -> tuple[int, ...]:
    """The order of versions: 2.10.0 comes after 2.9.0."""
    return tuple(int(part) for part in version.split("."))


def is_versioned(path: Path) -> bool:
    """Whether a ruleset file is named by its version, in the folder that has its name."""
    return _VERSION.fullmatch(path.stem) is not None


# ── Choosing a version ──────────────────────────────────────────────────────────────────────────────────────


def _by_number(
    selector: str, wanted: str, entries: list[RulesetEntry]
) -> tuple[Path | None, list[Diagnostic]]:
    beginning = version_key(wanted)
    fitting = [entry for entry in entries if version_key(entry.version)[: len(beginning)] == beginning]
    if fitting:
        return fitting[-1].path, []
    message = f"`{entries[0].name}` has no version {wanted}"
    return None, [_unknown(selector, message, f"there is {_spoken(entry.version for entry in entries)}")]


def _by_date(selector: str, as_of: date, entries: list[RulesetEntry]) -> tuple[Path | None, list[Diagnostic]]:
    for entry in entries:
        if entry.in_force(as_of):
            return entry.path, []
    name = entries[0].name
    dated = [entry for entry in entries if entry.effective_from is not None]
    if dated:
        message = f"no version of `{name}` is in force on {as_of}"
        spoken = _spoken(f"{entry.version} ({_period(entry)})" for entry in dated)
        remedy = f"there is {spoken}; choose one by number, `{name}@{dated[-1].version}`"
    else:
        message = f"no version of `{name}` says from when it is in force"
        remedy = f"choose one by number, `{name}@{entries[-1].version}`"
    return None, [_unknown(selector, message, remedy)]


def _period(entry: RulesetEntry) -> str:
    until = f" until {entry.effective_until}" if entry.effective_until else ""
    return f"from {entry.effective_from}{until}"


def _unknown(selector: str, message: str, remedy: str) -> Diagnostic:
    return Diagnostic("RE211", Source(COMMAND_LINE, selector).span(0, len(selector)), message, help=remedy)


def _what_exists(workspace: Workspace, name: str) -> str:
    if not workspace.rulesets.is_dir():
        return f"there is no folder `{workspace.rulesets}`; name one with --rulesets"
    entries, _ = list_rulesets(workspace)
    names = sorted({entry.name for entry in entries})
    close = nearest(name, names)
    exists = f"there is {_spoken(names)}" if names else "the folder has no ruleset"
    return f"did you mean `{close[0]}`? {exists}" if close else exists


def _siblings(path: Path) -> str:
    try:
        here = sorted(each.name for each in path.parent.iterdir() if each.name.endswith(SUFFIX))
    except OSError:
        return f"there is no folder `{path.parent}`"
    close = nearest(path.name, here)
    return f"did you mean `{path.parent / close[0]}`?" if close else ""


def _spoken(words: Iterable[str]) -> str:
    every = list(words)
    shown = every if len(every) <= 12 else [*every[:12], f"{len(every) - 12} more"]
    return ", ".join(shown[:-1]) + (" and " if len(shown) > 1 else "") + shown[-1]


# ── Reading folders and headers ─────────────────────────────────────────────────────────────────────────────


def _is_path(selector: str) -> bool:
    return selector.endswith(SUFFIX) or "/" in selector or "\\" in selector


def _is_file(selector: str) -> bool:
    try:
        return not _NAME.fullmatch(selector) and Path(selector).is_file()
    except (OSError, ValueError):  # a name that is too long for a file, or with NUL
        return False


def _folders(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if _NAME.fullmatch(each.name) and each.is_dir())


def _versions(workspace: Workspace, name: str) -> list[RulesetEntry]:
    """All versions of one ruleset, the lowest first, each ending where the next begins."""
    try:
        paths = [
            each
            for each in (workspace.rulesets / name).iterdir()
            if each.name.endswith(SUFFIX) and _VERSION.fullmatch(each.name.removesuffix(SUFFIX))
        ]
    except OSError:
        return []
    paths.sort(key=lambda path: version_key(path.stem))
    entries = [_entry(name, path) for path in paths]
    starts = sorted({entry.effective_from for entry in entries if entry.effective_from})
    return [_ended(entry, entries, starts) for entry in entries]


def _ended(entry: RulesetEntry, entries: list[RulesetEntry], starts: list[date]) -> RulesetEntry:
    """The version with its end; of versions that begin on one day, only the highest is ever in force."""
    if entry.effective_from is None:
        return entry
    same = [other for other in entries if other.effective_from == entry.effective_from]
    begin = [entry.effective_from] if same[-1] is not entry else []
    ends = begin + [start for start in starts if start > entry.effective_from]
    if entry.effective_until is not None:
        ends.append(entry.effective_until)
    return evolve(entry, effective_until=min(ends, default=None))


def _entry(name: str, path: Path) -> RulesetEntry:
    """What the header says; one that cannot be read gives a version without dates (`check` tells why)."""
    try:
        text = content_of(path, limits().ruleset_bytes).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        text = ""
    title, start, until = "", None, None
    for words in _header_statements(text):
        if words[0] == "title" and len(words) == 2:
            title = _unquoted(words[1])
        elif words[:2] == ["effective", "from"] and len(words) >= 3:
            start = _date(words[2])
            until = _date(words[4]) if words[3:4] == ["until"] and len(words) == 5 else None
    return RulesetEntry(name, path.stem, title, path, start, until)


def _header_statements(text: str) -> Iterable[list[str]]:
    """The words of each statement of the `ruleset` block; nothing when the text does not begin with one."""
    inside, words = False, list[str]()
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token[0] == "#":
            continue
        if token in ("\n", ";", "}"):
            if inside and words:
                yield words
            if inside or token == "}":
                words = []
            if token == "}":
                return
        elif token == "{":
            if inside or words[:1] != ["ruleset"]:
                return
            inside, words = True, []
        else:
            words.append(token)
            if not inside and words[0] != "ruleset":
                return


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if len(word) > 1 and word[0] == '"' else word


def _date(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
