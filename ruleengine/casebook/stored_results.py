"""Results as they were stored: files that `eval` or the Python API wrote, each result with its bytes.

In: paths of NDJSON or JSON, also gzipped, or `-`. Out: the results, in the order of the files; their bytes wait on disk until they are
asked for. Guaranteed: what `eval` writes is read line by line, whatever its size; anything else that is JSON is taken as a whole
(one result, a list of them, a document with `results`). What is no result is a report that says which and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import Any

import orjson
from attrs import define, field, frozen

from ruleengine.casebook.file_names import Identity
from ruleengine.facts.blocks import (
    STANDARD_INPUT,
    Budget,
    Damaged,
    blocks_of,
    check_readable,
    lines_of,
    name_of,
)
from ruleengine.facts.earlier_results import fault_of
from ruleengine.facts.parse import RejectedDocument, parse_document, parse_value
from ruleengine.facts.records import FactsUnreadable, ReadOptions, unreadable

_REMEDY = "give what `ruleengine eval --format ndjson` or `--format json` wrote"
_IN_MEMORY = 64 * 2**20
_OPENS = b'"results":['
_CLOSES = b'],"summary":'
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VERSION = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}")


@frozen(slots=True)
class Origin:
    """What a result says it was computed with."""

    name: str
    version: str
    digest: str
    engine: str
    as_of: str


@frozen(slots=True, eq=False)
class Stored:
    """One stored result. `number` counts over all files; `as_written`: its bytes are those of the file."""

    number: int
    identity: Identity
    origin: Origin
    path: str
    line: int
    as_written: bool
    start: int
    length: int


@define(slots=True, eq=False)
class StoredResults:
    """All results of some files; `with StoredResults() as results` lets go of what waits on disk in the end."""

    results: list[Stored] = field(factory=list)
    _bytes: SpooledTemporaryFile[bytes] = field(factory=lambda: _waiting_room())
    _origins: dict[Origin, Origin] = field(factory=dict)

    def __enter__(self) -> StoredResults:
        return self

    def __exit__(self, *_: object) -> None:
        self._bytes.close()

    def read(self, paths: Sequence[str]) -> None:
        """Take the results in all files. Raises `FactsUnreadable`."""
        for position, path in enumerate(paths):
            if path == STANDARD_INPUT and path in paths[:position]:
                raise unreadable(name_of(path), "standard input can be read only once")
            check_readable(path)
        budget = Budget(ReadOptions().max_decompressed_bytes, ReadOptions().max_decompressed_bytes)
        for path in paths:
            before = len(self.results)
            try:
                self._read(name_of(path), lines_of(blocks_of(path, budget), ReadOptions().max_line_bytes))
            except Damaged as damaged:
                raise unreadable(
                    name_of(path), f"`{name_of(path)}` is damaged: {damaged.reason}"
                ) from damaged
            if len(self.results) == before:
                raise unreadable(name_of(path), f"`{name_of(path)}` holds no result", _REMEDY)

    def bytes_of(self, stored: Stored) -> bytes:
        """A result as it was written."""
        self._bytes.seek(stored.start)
        return self._bytes.read(stored.length)

    def _read(self, name: str, lines: Iterator[bytes | None]) -> None:
        first, number = next(lines, b""), 1
        while first is not None and not first.strip():
            following = next(lines, b"the end")
            if following == b"the end":
                return
            first, number = following, number + 1
        if first is None:
            raise _too_long(name, number)
        first = first.removeprefix(b"\xef\xbb\xbf")
        if first.rstrip().endswith(_OPENS):
            self._document(name, number, lines)
        elif _is_result(first):
            self._lines(name, number, chain([first], lines))
        else:
            self._whole(name, number, chain([first], lines))

    # ── the ways to write results ──

    def _lines(self, name: str, number: int, lines: Iterator[bytes | None]) -> None:
        for line_number, line in enumerate(lines, start=number):
            if line is None:
                raise _too_long(name, line_number)
            if line.strip():
                self._take(name, line_number, _parsed(name, line_number, line), line)

    def _document(self, name: str, number: int, lines: Iterator[bytes | None]) -> None:
        """What `eval --format json` writes: a result a line between the first and the last."""
        for line_number, line in enumerate(lines, start=number + 1):
            if line is not None and line.startswith(_CLOSES):
                return self._nothing_follows(name, line_number, lines)
            if line is None:
                raise _too_long(name, line_number)
            raw = line.removesuffix(b"\r").removesuffix(b",")
            if raw.strip():
                self._take(name, line_number, _parsed(name, line_number, raw), raw)
        raise unreadable(name, f"`{name}` ends before its results do", _REMEDY)

    def _whole(self, name: str, number: int, lines: Iterator[bytes | None]) -> None:
        content = b"\n".join(self._all(name, number, lines))
        try:
            data: Any = parse_value(content)
        except RejectedDocument as rejected:
            message = f"`{name}` is neither NDJSON nor JSON: {rejected.reason}"
            raise unreadable(name, message, _REMEDY, rejected.line + number - 1) from rejected
        inside = data.get("results") if isinstance(data, dict) and "id" not in data else data
        as_written = orjson.dumps(data) == content.strip()
        for each in inside if isinstance(inside, list) else [data]:
            self._take(name, number, each, orjson.dumps(each), as_written)

    def _all(self, name: str, number: int, lines: Iterator[bytes | None]) -> Iterator[bytes]:
        for line_number, line in enumerate(lines, start=number):
            if line is None:
                raise _too_long(name, line_number)
            yield line

    def _nothing_follows(self, name: str, number: int, lines: Iterator[bytes | None]) -> None:
        """What stands after a document would be passed over, and is refused."""
        for line_number, line in enumerate(lines, start=number + 1):
            if line is None or line.strip():
                message = f"more text follows in `{name}` after the end of the document"
                raise unreadable(name, message, "give each document in a file of its own", line_number)

    def _take(self, name: str, line: int, result: Any, raw: bytes, as_written: bool = True) -> None:
        number = len(self.results) + 1
        fault = fault_of(result) or _fault(result)
        if fault:
            raise unreadable(name, f"result {number:,} cannot be replayed: {fault}", _REMEDY, line)
        ruleset = result["ruleset"]
        origin = Origin(
            ruleset["name"],
            ruleset["version"],
            str(ruleset.get("digest")),
            str(result.get("engine")),
            result["as_of"],
        )
        origin = self._origins.setdefault(origin, origin)
        self._bytes.seek(0, 2)
        start = self._bytes.tell()
        self._bytes.write(raw)
        self.results.append(Stored(number, result["id"], origin, name, line, as_written, start, len(raw)))


def _too_long(name: str, line: int) -> FactsUnreadable:
    return unreadable(name, f"line {line} of `{name}` is too long to read", _REMEDY, line)


def _waiting_room() -> SpooledTemporaryFile[bytes]:
    return SpooledTemporaryFile(_IN_MEMORY)


def _is_result(line: bytes) -> bool:
    try:
        found = parse_document(line)
    except RejectedDocument:
        return False
    return "id" in found or not isinstance(found.get("results"), list)


def _parsed(name: str, line: int, raw: bytes) -> dict[str, Any]:
    try:
        return parse_document(raw)
    except RejectedDocument as rejected:
        raise _no_json(name, line, rejected) from rejected


def _no_json(name: str, line: int, rejected: RejectedDocument) -> FactsUnreadable:
    return unreadable(name, f"line {line:,} of `{name}` is no result: {rejected.reason}", _REMEDY, line)


def _fault(result: dict[str, Any]) -> str:
    """What keeps a result from being replayed: that it does not say which ruleset it is of."""
    ruleset = result["ruleset"]
    version = ruleset.get("version")
    if (
        not _NAME.fullmatch(ruleset["name"])
        or not isinstance(version, str)
        or not _VERSION.fullmatch(version)
    ):
        return "its `ruleset` has no name and version such as `customer_health` and `2.0.0`"
    return ""
