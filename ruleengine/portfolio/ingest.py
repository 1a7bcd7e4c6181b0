"""Reading facts into the engine: files in, chunks of typed rows out, with everything that is not regular beside them.

In: paths of JSON, NDJSON, CSV and Parquet, the schema of the facts, the columns that a program reads. Out: chunks in the order of
the input. Guaranteed: every document is a row of a chunk's table, or an irregular document that the evaluator has to score,
or a rejection; rejections, reports and counts are those of the reader of single documents; memory is bounded by the size
of a chunk.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import pyarrow as pa
from attrs import define

from ruleengine.columnar.types import FactColumn
from ruleengine.diagnostics import Diagnostic, Label
from ruleengine.facts.blocks import STANDARD_INPUT, check_readable, name_of
from ruleengine.facts.model import FactSchema
from ruleengine.facts.ndjson import read_line, too_long
from ruleengine.facts.readers import id_of, why_no_id
from ruleengine.facts.records import ReadSummary, Rejection, place_in, rejection_report, unreadable
from ruleengine.portfolio.filling import Document, Filling
from ruleengine.portfolio.identities import Identities, Repeated
from ruleengine.portfolio.layout import POSITION, layout_of
from ruleengine.portfolio.parquet import without_absent
from ruleengine.portfolio.paths import files_of, is_remote, size_of
from ruleengine.portfolio.reading import IngestOptions, Reading
from ruleengine.portfolio.regular_rows import FlatRows
from ruleengine.portfolio.remote import remote_files
from ruleengine.portfolio.strict import batch_of, in_order
from ruleengine.portfolio.typed import TypedSql, quoted
from ruleengine.values import Kind

#: So many documents that were no use to strict reading are looked at, to learn what it should know.
_LEARNED = 1_000


@define(slots=True)
class Chunk:
    """Some documents of the input. `table` is a view of `rows` rows: the position, and the columns of the facts.

    The rows are in the order of their positions. `irregular` has the position and the document of those that the evaluator
    scores. Positions of this chunk are at least `first` and below `end`. `bytes_read` counts the bytes of the input so far.
    """

    table: str
    rows: int
    irregular: list[tuple[int, dict[str, Any]]]
    rejections: list[Rejection]
    first: int
    end: int
    bytes_read: int


@define(slots=True)
class _Slow:
    """What Python makes of the documents of a chunk that it reads."""

    rows: list[dict[str, Any]]
    positions: list[int]
    irregular: list[tuple[int, dict[str, Any]]]
    rejections: list[tuple[int, Rejection]]


class Ingest:
    """Reads inputs into tables of one connection; `summary` is filled while the chunks are used."""

    def __init__(
        self,
        connection: Any,
        schema: FactSchema,
        columns: Sequence[FactColumn],
        options: IngestOptions | None = None,
        name: str = "facts",
    ) -> None:
        self.connection = connection
        self.options = options or IngestOptions()
        self.name = name
        self.id_path = schema.id_path
        self.layout = layout_of(columns, schema.id_path)
        self.summary = ReadSummary()
        self.reading = Reading(connection, self.layout, schema, self.options, self.summary)
        self._typed = TypedSql(self.layout, self.options.zone)
        self._row = FlatRows(columns, self.layout, self.options.zone).row
        self._first = 0
        #: How large the input is on disk; known when reading has begun. What comes from elsewhere counts nothing.
        self.total_bytes = 0

    def place(self, position: int) -> tuple[str, int]:
        """The file and the line of a document."""
        return self.reading.files.place(position)

    def chunks(self, paths: Sequence[str]) -> Generator[Chunk, None, None]:
        """Read files, patterns, folders and addresses in order. The view of a chunk lives until the next one is asked for.

        Raises `FactsUnreadable`: at once for a path that is no readable file, later for an input that fails.
        """
        files = remote_files(self.connection, files_of(paths))
        for position, path in enumerate(files):
            if path == STANDARD_INPUT and path in files[:position]:
                raise unreadable(name_of(path), "standard input can be read only once")
            if not is_remote(path):
                check_readable(path)
        self.total_bytes = size_of(files)
        return self._chunks(files)

    def _chunks(self, paths: Sequence[str]) -> Generator[Chunk, None, None]:
        self.connection.execute("SET TimeZone = 'UTC'")
        identities = Identities(self.connection, self.name)
        try:
            for filling in self.reading.fillings(paths):
                yield self._finished(filling, identities)
        finally:
            identities.close()
            self.connection.execute(f"DROP VIEW IF EXISTS {self.name}")
            self.connection.unregister(f"{self.name}_read")

    def _finished(self, filling: Filling, identities: Identities) -> Chunk:
        """The chunk of a filling; its view is made, and everything about it is counted and reported."""
        self.connection.execute(f"DROP VIEW IF EXISTS {self.name}")
        found, query, rows = self._sliced(filling) if filling.slices else self._read(filling)
        self.connection.execute(f"CREATE TEMP VIEW {self.name} AS {query}")
        chunk = Chunk(
            table=self.name,
            rows=rows,
            irregular=found.irregular,
            rejections=[each for _, each in found.rejections],
            first=self._first,
            end=self.reading.position,
            bytes_read=self.reading.bytes_read,
        )
        self._first = chunk.end
        self._report(chunk, found, identities)
        return chunk

    def _read(self, filling: Filling) -> tuple[_Slow, str, int]:
        """What Python makes of the other documents, the query for the rows, and how many these are."""
        name = f"{self.name}_read"
        table = pa.Table.from_batches(filling.batches, batch_of(self.layout, [], []).schema)
        self.connection.register(name, table)
        condition = self._typed.invalid()
        rows = self.connection.execute(f"SELECT {POSITION} FROM {name} WHERE {condition}").fetchall()
        invalid = [row[0] for row in rows]
        filling.documents += [Document(position, filling.line_at(position)) for position in invalid]
        found = self._slow(filling, regular=True)
        if invalid or found.rows:
            table = in_order(table, invalid, batch_of(self.layout, found.rows, found.positions))
            self.connection.unregister(name)
            self.connection.register(name, table)
        return found, f"SELECT {self._typed.selected()} FROM {name}", table.num_rows

    def _sliced(self, filling: Filling) -> tuple[_Slow, str, int]:
        """The same for slices of Parquet files; what is not plainly valid in these is the evaluator's."""
        names = [part.path[0] for part in self.layout.parts]
        queries = []
        rows = 0
        for each in filling.slices:
            before = len(filling.documents)
            for position, *values in each.file.run(each.invalid()):
                document = without_absent(dict(zip(names, values, strict=True)))
                filling.documents.append(Document(position, None, document))
            odd = len(filling.documents) - before
            queries.append(each.selected(valid=odd > 0))
            rows += each.end - each.first - odd
        return self._slow(filling, regular=False), " UNION ALL ".join(queries), rows

    def _slow(self, filling: Filling, regular: bool) -> _Slow:
        """Read the documents that are Python's to read; where `regular`, make rows of those that are."""
        found = _Slow([], [], [], list(filling.rejections))
        odd: list[dict[str, Any]] = []
        for each in sorted(filling.documents, key=lambda each: each.position):
            document = self._document(each)
            if isinstance(document, Rejection):
                found.rejections.append((each.position, document))
                continue
            if document is None:
                continue
            if each.line is not None and len(odd) < _LEARNED:
                odd.append(document)
            row = self._row(document) if regular else None
            if row is None:
                found.irregular.append((each.position, document))
            else:
                found.rows.append(row)
                found.positions.append(each.position)
        found.rejections.sort(key=lambda each: each[0])
        self.reading.shape.learn(odd)
        return found

    def _document(self, each: Document) -> dict[str, Any] | Rejection | None:
        """The document, or its rejection; None for a blank line."""
        name, number = self.place(each.position)
        document = each.document
        if each.line is not None:
            if len(each.line) > self.options.read.max_line_bytes:
                return too_long(number, name, self.options.read)
            item = read_line(each.line, number, name, self.options.read)
            if item is None or isinstance(item, Rejection):
                return item
            document = item[1]
        if document is not None and id_of(document, self.id_path) is None:
            return Rejection(name, number, why_no_id(document, self.id_path), "RE502")
        return document

    # ── counts and reports ──

    def _report(self, chunk: Chunk, found: _Slow, identities: Identities) -> None:
        """Count the documents of a chunk, and keep its reports in the order of the input."""
        reports = [(position, rejection_report(each)) for position, each in found.rejections]
        others = [(position, id_of(document, self.id_path)) for position, document in chunk.irregular]
        whole = self.layout.identity.field.type.kind is Kind.NUMBER
        path = ".".join(map(quoted, self.id_path))
        source = f"SELECT {POSITION}, {path} AS identity FROM {self.name}"
        count, repeated = identities.take(source, whole, [(p, i) for p, i in others if i is not None])
        reports += [(each.position, self._repeated(each)) for each in repeated]
        for _, report in sorted(reports, key=lambda each: each[0]):
            self.summary.keep(report)
        self.summary.reports_left_out += count - len(repeated)
        self.summary.repeated_ids += count
        self.summary.delivered += chunk.rows + len(chunk.irregular)
        self.summary.rejected += len(chunk.rejections)
        self.summary.read = self.summary.delivered + self.summary.rejected

    def _repeated(self, found: Repeated) -> Diagnostic:
        """The report about an id that occurs again."""
        name, line = self.place(found.position)
        before, first = self.place(found.first)
        message = f"the id `{found.identity}` occurs again, after line {first}"
        if before != name:
            message += f" of `{before}`"
        label = Label(place_in(before, first), "first here")
        return Diagnostic("RE503", place_in(name, line), message, labels=(label,), pointer="")
