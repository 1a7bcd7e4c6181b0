"""The index of a folder of snapshots: what they were recorded from, and which file is of which account.

In: a folder, or what an index says. Out: an `Index`, or its text. Guaranteed: the text is the same for the same content,
one account a line, in the order of the ids; no file that an index names lies outside of its folder; an index that cannot be
used raises `FactsUnreadable` with one report that says where it is wrong.

All that a new engine or a rewritten ruleset changes even if no account changes is kept here, so that the snapshots of
the accounts stay as they are: version and digest of the ruleset, version of the engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, TypeGuard

from attrs import frozen

from ruleengine.casebook.file_names import Identity
from ruleengine.diagnostics.visible import is_hidden
from ruleengine.facts.records import FactsUnreadable, unreadable

#: What the index is called.
INDEX = "index.json"
#: How the name of every snapshot ends.
ENDING = ".snapshot.txt"
FORMAT = "ruleengine snapshots 1"
#: How facts may be written; empty for what their name or content tells.
_FACTS_FORMATS = ("json", "ndjson", "csv")
_HINT = "restore it from version control, or delete it and record anew"
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")


@frozen(slots=True)
class Origin:
    """What was asked for when the snapshots were recorded. Paths are relative to the folder, with `/`; empty for none."""

    ruleset: str
    facts: tuple[str, ...]
    rulesets: str = ""
    schemas: str = ""
    facts_format: str = ""
    previous: str = ""
    where: str = ""
    ids: tuple[str, ...] = ()
    card: str = ""


@frozen(slots=True)
class Index:
    """What an index says. `accounts` has the file of each account."""

    name: str
    version: str
    digest: str
    engine: str
    as_of: str
    origin: Origin
    accounts: tuple[tuple[Identity, str], ...]

    def text(self) -> str:
        """The content of the file."""
        head = {
            "format": FORMAT,
            "ruleset": {"name": self.name, "version": self.version, "digest": self.digest},
            "engine": self.engine,
            "as_of": self.as_of,
            "recorded_from": _origin_data(self.origin),
        }
        lines = [f"  {_json(key)}: {_json(value)},\n" for key, value in head.items()]
        listed = sorted(self.accounts, key=lambda account: (str(account[0]), account[1]))
        entries = ",\n".join(f"    {_json({'id': identity, 'file': file})}" for identity, file in listed)
        accounts = f"[\n{entries}\n  ]" if entries else "[]"
        return f'{{\n{"".join(lines)}  "accounts": {accounts}\n}}\n'


def kept_bytes(path: Path, hint: str) -> bytes | None:
    """What a file of a folder of snapshots holds; None when there is none. Raises `FactsUnreadable`, with `hint` for what is
    no regular file: nobody's link is followed.
    """
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise unreadable(str(path), f"`{path}` is no regular file", hint)
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(
            str(path), f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}"
        ) from error


def read_index(folder: Path) -> Index | None:
    """The index of a folder; None when there is none. Raises `FactsUnreadable`."""
    path = folder / INDEX
    content = kept_bytes(path, _HINT)
    if content is None:
        return None
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise unreadable(str(path), f"`{path}` is no UTF-8 text", _HINT) from error
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_json(path, text, error) from error
    return _Reader(path).index(data)


def _not_json(path: Path, text: str, error: Exception) -> FactsUnreadable:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith(_CONFLICT):
            message = f"`{path}` holds a merge conflict that nobody has resolved"
            return unreadable(
                str(path), message, "resolve it, or take one side and record anew with --update", number
            )
    reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
    line_number = error.lineno if isinstance(error, json.JSONDecodeError) else 1
    return unreadable(
        str(path), f"`{path}` is no index of snapshots: {reason[0].lower()}{reason[1:]}", _HINT, line_number
    )


@frozen(slots=True)
class _Reader:
    path: Path

    def index(self, data: Any) -> Index:
        top = self._record(data, "it")
        if top.get("format") != FORMAT:
            raise self._fault(f"its `format` is not `{FORMAT}`")
        ruleset = self._record(top.get("ruleset"), "`ruleset`")
        name, version, digest = (
            self._text(ruleset, key, "ruleset.") for key in ("name", "version", "digest")
        )
        engine, as_of = self._text(top, "engine"), self._text(top, "as_of")
        if not _is_day(as_of):
            raise self._fault("`as_of` is no date such as 2024-03-01")
        origin = self._origin(self._record(top.get("recorded_from"), "`recorded_from`"))
        return Index(name, version, digest, engine, as_of, origin, tuple(self._accounts(top.get("accounts"))))

    def _origin(self, data: Mapping[str, Any]) -> Origin:
        above = "recorded_from."
        texts = {
            key: self._text(data, key, above)
            for key in ("rulesets", "schemas", "facts_format", "previous", "where", "card")
            if key in data
        }
        if texts.get("facts_format", "json") not in _FACTS_FORMATS:
            raise self._fault(f"`{above}facts_format` is none of {', '.join(_FACTS_FORMATS)}")
        ruleset, facts = self._text(data, "ruleset", above), self._texts(data, "facts", above)
        for path in (ruleset, *facts, *(texts.get(key, "") for key in ("rulesets", "schemas", "previous"))):
            if PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive:
                raise self._fault(f"`recorded_from` names `{path}`, and its paths are seen from the folder")
        return Origin(ruleset, facts, ids=self._texts(data, "ids", above) if "ids" in data else (), **texts)

    def _accounts(self, data: Any) -> Iterable[tuple[Identity, str]]:
        if not isinstance(data, list):
            raise self._fault("`accounts` is no list")
        ids, files = set[tuple[type, Identity]](), set[str]()
        for number, entry in enumerate(data):
            where = f"`accounts[{number}]"
            identity, file = self._record(entry, f"{where}`").get("id"), entry.get("file")
            if not _is_text(identity) and type(identity) is not int:
                raise self._fault(f"{where}.id` is neither a text nor a whole number")
            if not _is_text(file) or not is_snapshot_name(file):
                raise self._fault(f"{where}.file` is no name of a snapshot such as `ann{ENDING}`")
            if (type(identity), identity) in ids or file.casefold() in files:
                raise self._fault(f"{where}` has an id or a file that another account has too")
            ids.add((type(identity), identity))
            files.add(file.casefold())
            yield identity, file

    def _record(self, data: Any, what: str) -> Mapping[str, Any]:
        if not isinstance(data, dict):
            raise self._fault(f"{what} is no record")
        return data

    def _text(self, data: Mapping[str, Any], key: str, above: str = "") -> str:
        found = data.get(key)
        if not found or not _is_text(found):
            raise self._fault(f"`{above}{key}` is no text")
        return found

    def _texts(self, data: Mapping[str, Any], key: str, above: str) -> tuple[str, ...]:
        found = data.get(key)
        if not isinstance(found, list) or not all(map(_is_text, found)):
            raise self._fault(f"`{above}{key}` is no list of texts")
        return tuple(found)

    def _fault(self, reason: str) -> FactsUnreadable:
        return unreadable(str(self.path), f"`{self.path}` is no index of snapshots: {reason}", _HINT)


def is_snapshot_name(name: str) -> bool:
    """Whether a name is one that a snapshot may have: it ends like one, and leads nowhere."""
    return name.endswith(ENDING) and len(name) > len(ENDING) and not set(name) & set('/\\:\0*?"<>|')


def _is_text(found: Any) -> TypeGuard[str]:
    """Whether a value is a text that can be the name of a file: no NUL, and no half of a character."""
    return isinstance(found, str) and "\0" not in found and found.encode("utf-8", "replace").decode() == found


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _origin_data(origin: Origin) -> dict[str, Any]:
    data: dict[str, Any] = {"ruleset": origin.ruleset}
    for key in ("rulesets", "schemas"):
        data |= {key: getattr(origin, key)} if getattr(origin, key) else {}
    data["facts"] = list(origin.facts)
    for key in ("facts_format", "previous", "where", "ids", "card"):
        found = getattr(origin, key)
        data |= {key: list(found) if isinstance(found, tuple) else found} if found else {}
    return data


def _json(value: Any) -> str:
    """JSON on one line, readable in every script; what would be hidden or obeyed is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return (
        text
        if text.isprintable()
        else "".join(json.dumps(sign)[1:-1] if is_hidden(sign) else sign for sign in text)
    )
