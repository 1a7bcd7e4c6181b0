"""What Spark's workers do in Python: read lines and files of facts as the readers here read them.

In: batches of Arrow with lines or whole files. Out: batches with an origin and typed facts for each document. Guaranteed:
what is delivered, what is rejected and why is what `ruleengine.facts` says of the same bytes; a document that SQL may not
see travels along as it is, for the evaluator; the order is that of the input.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
from attrs import frozen

from ruleengine.columnar.types import ColumnKind, ColumnType, FactColumn
from ruleengine.facts.model import FactSchema, Path
from ruleengine.facts.ndjson import LONE_RETURNS
from ruleengine.facts.parse import RejectedDocument, parse_document
from ruleengine.facts.readers import id_of, read_facts, why_no_id
from ruleengine.facts.records import FactsUnreadable, ReadOptions, Rejection
from ruleengine.portfolio.regular_rows import RegularRows

if TYPE_CHECKING:
    import pyarrow

Batches = Iterable["pyarrow.RecordBatch"]
Work = Callable[[Batches], Iterator["pyarrow.RecordBatch"]]

#: The column that says where a document comes from; no property of a schema is called like it.
ORIGIN = "~origin"
#: `block` is where in its file a stretch begins that one task reads, and `line` counts from 0 within it; without a block
#: it counts within the file. A rejection has a `code`. `document` is there where SQL may not see it. `kept` numbers the
#: rejections of a task.
ORIGIN_TYPE = (
    "STRUCT<path: STRING, block: BIGINT, line: BIGINT, document: BINARY, code: STRING, reason: STRING, "
    "`column`: BIGINT, kept: BIGINT>"
)
_ORIGIN_FIELDS = ("path", "block", "line", "document", "code", "reason", "column", "kept")
#: Stands before what a worker says of a file that cannot be read at all.
UNREADABLE = "ruleengine cannot read: "
_BOM = b"\xef\xbb\xbf"
_ROWS = 2_000


@frozen(slots=True)
class Reading:
    """What a worker must know to read documents."""

    columns: tuple[FactColumn, ...]
    zone: str
    schema: FactSchema
    options: ReadOptions


def line_reading(reading: Reading) -> Work:
    """Work on batches of `value` (a line), `path` and `block` (where the stretch begins to which it belongs)."""
    return partial(_read_lines, reading)


def file_reading(reading: Reading) -> Work:
    """Work on batches of `path` and `content`, of whole files."""
    return partial(_read_files, reading)


def arrow_type(kind: ColumnType) -> Any:
    """The type of a column for Arrow."""
    import pyarrow as pa

    if kind.kind is ColumnKind.LIST and kind.element is not None:
        return pa.list_(arrow_type(kind.element))
    if kind.kind is ColumnKind.RECORD:
        return pa.struct([(name, arrow_type(each)) for name, each in kind.fields])
    return {
        ColumnKind.BOOLEAN: pa.bool_(),
        ColumnKind.INTEGER: pa.int64(),
        ColumnKind.DOUBLE: pa.float64(),
        ColumnKind.TEXT: pa.string(),
        ColumnKind.DATE: pa.date32(),
        ColumnKind.TIMESTAMP: pa.timestamp("us", tz="UTC"),
    }[kind.kind]


class _Rows:
    """Collects the documents of one task, and packs them into batches."""

    def __init__(self, reading: Reading) -> None:
        self._regular = RegularRows(reading.columns, reading.zone)
        self._types = [arrow_type(each.type) for each in reading.columns]
        self._names = [ORIGIN, *(each.name for each in reading.columns)]
        self._nothing: list[Any] = [None] * len(reading.columns)
        self._origins: list[tuple[Any, ...]] = []
        self._values: list[list[Any]] = []
        self._rejected = 0

    def __len__(self) -> int:
        return len(self._origins)

    def deliver(
        self, place: tuple[str, int | None, int], document: dict[str, Any], raw: bytes | None
    ) -> None:
        """Take a document; `raw` are its bytes, where there are any."""
        values = self._regular.row(document)
        kept = None if values is not None else orjson.dumps(document) if raw is None else raw
        self._origins.append((*place, kept, None, None, None, None))
        self._values.append(self._nothing if values is None else values)

    def reject(
        self, place: tuple[str, int | None, int], code: str, reason: str, column: int | None = None
    ) -> None:
        """Take a rejection."""
        self._origins.append((*place, None, code, reason, column, self._rejected))
        self._values.append(self._nothing)
        self._rejected += 1

    def batch(self) -> pyarrow.RecordBatch:
        """All since the last batch."""
        import pyarrow as pa

        parts = list(zip(*self._origins, strict=True)) or [()] * len(_ORIGIN_FIELDS)
        kinds = (
            pa.string(),
            pa.int64(),
            pa.int64(),
            pa.binary(),
            pa.string(),
            pa.string(),
            pa.int64(),
            pa.int64(),
        )
        origin = pa.StructArray.from_arrays(
            [pa.array(part, kind) for part, kind in zip(parts, kinds, strict=True)], _ORIGIN_FIELDS
        )
        columns = list(zip(*self._values, strict=True)) or [()] * len(self._types)
        arrays = [pa.array(column, kind) for column, kind in zip(columns, self._types, strict=True)]
        self._origins, self._values = [], []
        return pa.RecordBatch.from_arrays([origin, *arrays], self._names)


def _read_lines(reading: Reading, batches: Batches) -> Iterator[pyarrow.RecordBatch]:
    rows = _Rows(reading)
    stretch: tuple[str, int] | None = None
    line = -1
    for batch in batches:
        values, paths, blocks = (batch.column(number).to_pylist() for number in range(3))
        for raw, path, block in zip(values, paths, blocks, strict=True):
            if (path, block) != stretch:
                stretch, line = (path, block), -1
            line += 1
            if block == 0 and line == 0:
                raw = raw.removeprefix(_BOM)
            _take_line(rows, (path, block, line), raw, reading.options, reading.schema.id_path)
            if len(rows) >= _ROWS:
                yield rows.batch()
    yield rows.batch()


def _take_line(
    rows: _Rows, place: tuple[str, int, int], raw: bytes, options: ReadOptions, id_path: Path
) -> None:
    """Deliver or reject a line, or leave it aside when it is blank, as `read_ndjson` does."""
    if len(raw) > options.max_line_bytes:
        rows.reject(place, "RE501", f"the line is longer than {options.max_line_bytes:,} bytes")
        return
    try:
        document = parse_document(raw, options.max_nesting)
    except RejectedDocument as rejected:
        if b"\r" in raw.strip():
            rows.reject(place, "RE501", LONE_RETURNS)
        elif raw.strip():
            rows.reject(place, "RE501", rejected.reason, rejected.column)
        return
    if id_of(document, id_path) is None:
        rows.reject(place, "RE502", why_no_id(document, id_path))
    else:
        rows.deliver(place, document, raw)


def _read_files(reading: Reading, batches: Batches) -> Iterator[pyarrow.RecordBatch]:
    """Files that cannot be read in stretches go through a file of this machine, and through the readers as they are."""
    rows = _Rows(reading)
    for batch in batches:
        for path, content in zip(*(batch.column(number).to_pylist() for number in range(2)), strict=True):
            for item in _items_of(path, content, reading):
                place = (path, None, item.line - 1)
                if isinstance(item, Rejection):
                    rows.reject(place, item.code, item.reason, item.column)
                else:
                    rows.deliver(place, item.document, None)
                if len(rows) >= _ROWS:
                    yield rows.batch()
    yield rows.batch()


def _items_of(path: str, content: bytes, reading: Reading) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, _ending_of(path))
        with open(name, "wb") as file:
            file.write(content)
        try:
            yield from read_facts([name], reading.schema, reading.options)
        except FactsUnreadable as error:
            told = error.diagnostic
            words = [path, told.message.replace(name, path), told.help]
            raise RuntimeError(f"{UNREADABLE}{json.dumps(words)}") from None


def _ending_of(path: str) -> str:
    """A file name that ends as the path does, so that its format is told alike."""
    endings = os.path.basename(path).split(".")[-2:]
    return ".".join(("facts", *(each for each in endings if each.isalnum() and len(each) < 8)))
