"""Reading facts: paths in, records and rejections out.

In: paths of JSON, NDJSON or CSV files, each also gzipped, or `-` for standard input; the fact schema. Out: an
iterator of `Record`s and `Rejection`s in the order of the input, and a `ReadSummary`. NDJSON and CSV are
streamed. What holds nothing, in whatever format, has no records.

Guaranteed: read = delivered + rejected; a fault of one document never stops the reading. Only an input that
cannot be read at all raises `FactsUnreadable`, for a missing file before anything is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from attrs import define, field

from ruleengine.diagnostics import Diagnostic, Label
from ruleengine.facts.blocks import STANDARD_INPUT, Budget, Damaged, blocks_of, check_readable, name_of
from ruleengine.facts.json_documents import read_json
from ruleengine.facts.model import FactSchema, Path
from ruleengine.facts.ndjson import read_ndjson
from ruleengine.facts.parse import RejectedDocument, parse_document
from ruleengine.facts.records import (
    ReadOptions,
    ReadSummary,
    Record,
    Rejection,
    place_in,
    rejection_report,
    unreadable,
)

_Item = tuple[int, dict[str, Any]] | Rejection
#: Gives the items of a path that it can read, and None for another one.
OtherReader = Callable[[str], Iterator[_Item] | None]
_Reader = Callable[[Iterator[bytes], str, ReadOptions, FactSchema, ReadSummary], Iterator[_Item]]


def _read_csv(
    blocks: Iterator[bytes], name: str, options: ReadOptions, schema: FactSchema, summary: ReadSummary
) -> Iterator[_Item]:
    from ruleengine.facts.csv_rows import read_csv  # imported where it is needed: most runs read JSON

    return read_csv(blocks, name, options, schema, summary)


#: Every format with what reads it. A further format is one row here and one file.
FORMATS: dict[str, _Reader] = {
    "json": lambda blocks, name, options, schema, summary: read_json(blocks, name, options),
    "ndjson": lambda blocks, name, options, schema, summary: read_ndjson(blocks, name, options),
    "csv": lambda blocks, name, options, schema, summary: _read_csv(blocks, name, options, schema, summary),
}
#: How file names end, `.gz` left aside.
ENDINGS = {".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv"}

_BOM = b"\xef\xbb\xbf"
#: The byte order marks of UTF-16; without one, every second byte of a text in English letters is 0.
_WIDE = (b"\xff\xfe", b"\xfe\xff")
#: So much of an input is looked at to tell its format.
_GLANCE = 2**16
_FILE_SHIFT = 48


def read_facts(
    paths: Sequence[str],
    schema: FactSchema,
    options: ReadOptions | None = None,
    summary: ReadSummary | None = None,
    other: OtherReader | None = None,
) -> Iterator[Record | Rejection]:
    """Read all `paths` in order; `summary` is filled while the iterator is used. `other` reads what no format here does.

    Raises `FactsUnreadable`: at once for a path that is no readable file, later for a CSV header that cannot
    be used or an input that fails while it is read.
    """
    for position, path in enumerate(paths):
        if path == STANDARD_INPUT and path in paths[:position]:
            raise unreadable(name_of(path), "standard input can be read only once")
        if other is None or other(path) is None:
            check_readable(path)
    options = options or ReadOptions()
    return _read(paths, schema, options, ReadSummary() if summary is None else summary, other)


def read_samples(
    paths: Sequence[str], options: ReadOptions | None = None
) -> Iterator[dict[str, Any] | Rejection]:
    """The documents of JSON and NDJSON inputs as they are, without a schema and without looking for ids.

    Raises `FactsUnreadable` as `read_facts` does, and for CSV, whose cells have no types.
    """
    for item in read_documents(paths, options):
        yield item if isinstance(item, Rejection) else item[1]


def read_documents(
    paths: Sequence[str],
    options: ReadOptions | None = None,
    instead_of_csv: str = "draft from JSON or NDJSON",
) -> Iterator[tuple[int, dict[str, Any]] | Rejection]:
    """What `read_samples` gives, with the line of each document."""
    options = options or ReadOptions()
    for path in paths:
        check_readable(path)
    budget = Budget(options.max_decompressed_bytes, options.max_decompressed_bytes)
    for path in paths:
        blocks, chosen = with_format(path, blocks_of(path, budget), options.format)
        if chosen == "csv":
            reason = f"`{name_of(path)}` is CSV, and its cells do not tell their types"
            raise unreadable(name_of(path), reason, instead_of_csv)
        yield from (read_json if chosen == "json" else read_ndjson)(blocks, name_of(path), options)


def _read(
    paths: Sequence[str],
    schema: FactSchema,
    options: ReadOptions,
    summary: ReadSummary,
    other: OtherReader | None,
) -> Iterator[Record | Rejection]:
    budget = Budget(options.max_decompressed_bytes, options.max_decompressed_bytes)
    ids = _Ids(schema.id_path, [name_of(path) for path in paths], summary)
    for number, path in enumerate(paths):
        items = None if other is None else other(path)
        if items is None:
            blocks, chosen = with_format(path, blocks_of(path, budget), options.format)
            items = FORMATS[chosen](blocks, name_of(path), options, schema, summary)
        for item in items:
            result = item if isinstance(item, Rejection) else ids.take(item[1], number, item[0])
            summary.read += 1
            if isinstance(result, Rejection):
                summary.rejected += 1
                summary.keep(rejection_report(result))
            else:
                summary.delivered += 1
            yield result


@define(slots=True)
class _Ids:
    """The ids so far, to find those that occur twice.

    Texts are kept as their 64-bit hashes, which bounds the memory; that two of a million different ids share
    one by chance happens once in 37 million runs, and then costs one false warning.
    """

    path: Path
    names: list[str]
    summary: ReadSummary
    texts: dict[int, int] = field(factory=dict)
    integers: dict[int, int] = field(factory=dict)

    def take(self, document: dict[str, Any], file: int, line: int) -> Record | Rejection:
        """The record of one document, or a rejection for want of an id."""
        identity = id_of(document, self.path)
        if identity is None:
            return Rejection(self.names[file], line, why_no_id(document, self.path), "RE502")
        known, key = (self.texts, hash(identity)) if type(identity) is str else (self.integers, int(identity))
        if key in known:
            self._report(identity, known[key], file, line)
        else:
            known[key] = file << _FILE_SHIFT | line
        return Record(document, identity, self.names[file], line)

    def _report(self, identity: str | int, first: int, file: int, line: int) -> None:
        self.summary.repeated_ids += 1
        before = place_in(self.names[first >> _FILE_SHIFT], first & (1 << _FILE_SHIFT) - 1)
        message = f"the id `{identity}` occurs again, after line {before.line}"
        if first >> _FILE_SHIFT != file:
            message += f" of `{before.path}`"
        label = Label(before, "first here")
        place = place_in(self.names[file], line)
        self.summary.keep(Diagnostic("RE503", place, message, labels=(label,), pointer=""))


def id_of(document: dict[str, Any], path: Path) -> str | int | None:
    """The id of a document: a text that is not blank, or an integer; None when there is none."""
    found: Any = document
    for step in path:
        found = found.get(step) if type(found) is dict else None
    if type(found) is str:
        return found if found and not found.isspace() else None
    return found if type(found) is int else None


def why_no_id(document: dict[str, Any], path: Path) -> str:
    """Why `id_of` finds none."""
    found: Any = document
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    name = ".".join(path)
    if found is None:
        return f"the record has no id: `{name}` is missing"
    if isinstance(found, str):
        return f"the record has no id: `{name}` is empty"
    return f"the record has no id: `{name}` is neither a text nor an integer"


def with_format(path: str, blocks: Iterator[bytes], wanted: str) -> tuple[Iterator[bytes], str]:
    """The blocks without a byte order mark, and the format: as wanted, as named, or as it looks."""
    names = [ending.lower() for ending in PurePath(path).suffixes]
    ending = names[-2] if len(names) > 1 and names[-1] == ".gz" else names[-1] if names else ""
    chosen = wanted or ENDINGS.get(ending, "")
    seen = b""
    damage: Damaged | None = None
    try:
        while len(seen) < len(_BOM) or (not chosen and len(seen) < _GLANCE and not _tells(seen)):
            block = next(blocks, b"")
            if not block:
                break
            seen += block
    except Damaged as damaged:
        damage = damaged
    if _is_wide(seen):
        name = name_of(path)
        raise unreadable(
            name,
            f"`{name}` is UTF-16 text, and facts are UTF-8",
            "save it as UTF-8 (in a spreadsheet: `CSV UTF-8`)",
        )
    seen = seen.removeprefix(_BOM)
    # What was looked at is given out again.
    return _again(seen, blocks, damage), chosen or _looks_like(seen)


def _is_wide(seen: bytes) -> bool:
    """Whether an input is UTF-16: it says so, or every second byte of its beginning is 0."""
    start = seen[:32]
    return start.startswith(_WIDE) or (len(start) > 1 and (not any(start[::2]) or not any(start[1::2])))


def _again(seen: bytes, blocks: Iterator[bytes], damage: Damaged | None) -> Iterator[bytes]:
    if seen:
        yield seen
    if damage is not None:
        raise damage
    yield from blocks


def _tells(seen: bytes) -> bool:
    """Whether enough is seen: the beginning of a list, or two lines that are not blank."""
    text = seen.removeprefix(_BOM).lstrip()
    return text.startswith(b"[") or text.count(b"\n") > 1


def _looks_like(seen: bytes) -> str:
    text = seen.lstrip()
    if text.startswith(b"["):
        return "json"
    if not text.startswith(b"{"):
        return "csv" if text else "ndjson"
    first, _, rest = text.partition(b"\n")
    try:
        parse_document(first)
    except RejectedDocument:
        looks_like_lines = first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")
        return "ndjson" if looks_like_lines else "json"
    return "ndjson"
