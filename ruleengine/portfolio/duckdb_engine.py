"""A portfolio on DuckDB: facts in, results out, in the order of the input, scored by the emitted SQL.

In: a program, the schema of its facts, an as-of date, paths. Out: one `Portion` of results after another. Guaranteed: every
document is scored or rejected; what SQL leaves to the evaluator is scored by the evaluator, and stands in its place; memory is
bounded by the size of a chunk of the input.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field, frozen

from ruleengine.columnar.duckdb_dialect import DuckDB
from ruleengine.columnar.earlier import previous_name, previous_type
from ruleengine.columnar.emit import Emitted, emit_for
from ruleengine.columnar.types import duckdb_type
from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.model import FactSchema
from ruleengine.facts.records import ReadOptions, ReadSummary, Rejection
from ruleengine.portfolio.duckdb_session import SessionOptions, failed, open_session
from ruleengine.portfolio.feed import Feed
from ruleengine.portfolio.handover import Handover, waited_for
from ruleengine.portfolio.layout import POSITION
from ruleengine.portfolio.more_facts import given_sql, with_paths
from ruleengine.portfolio.reading import IngestOptions
from ruleengine.portfolio.result_documents import Document, Shape
from ruleengine.portfolio.typed import quoted
from ruleengine.tree.ruleset import Program

#: The facts that were asked for beside what the program reads, as a document.
GIVEN = "~given"
#: The facts of a row that SQL leaves to the evaluator; NULL for all others.
FACTS = "~facts"
IRREGULAR = "irregular"
_FACTS_VIEW = "facts"


@frozen(slots=True)
class EngineOptions:
    """How a run reads, and how much of the machine it may take. `whole`: the whole results, not scores and bands alone."""

    session: SessionOptions = field(factory=SessionOptions)
    read: ReadOptions = field(factory=ReadOptions)
    rows: int = 100_000
    size: int = 2**26
    batch: int = 20_000
    whole: bool = True


@frozen(slots=True)
class Scored:
    """What the evaluator scored: the place in the input, the document and its result."""

    position: int
    document: Document
    result: Document


@define(slots=True)
class Portion:
    """Some results. `batch` has the columns that were asked for, `position` first; None for no rows.

    `scored` is what the evaluator scored. `rejections` are those of the chunk that begins here. `read` counts records and
    `bytes_read` bytes of the input so far.
    """

    batch: pa.RecordBatch | None
    scored: list[Scored]
    rejections: list[Rejection]
    read: int
    bytes_read: int

    def pieces(self) -> Iterator[tuple[pa.RecordBatch | None, list[Scored]]]:
        """The results in order: some rows, then what the evaluator scored that follows them."""
        if self.batch is None or not self.scored:
            yield self.batch, self.scored
            return
        positions = self.batch.column(POSITION).to_pylist()
        stops = [bisect_left(positions, each.position) for each in self.scored]
        start = first = 0
        for number, stop in enumerate(stops):
            if number + 1 == len(stops) or stops[number + 1] != stop:
                yield self.batch.slice(start, stop - start), self.scored[first : number + 1]
                start, first = stop, number + 1
        if start < self.batch.num_rows:
            yield self.batch.slice(start), []


class Results:
    """The results of a run, which can be gone through once. `schema` is that of the batches."""

    def __init__(self, reader: pa.RecordBatchReader, feed: Feed, evaluator: Evaluator, as_of: date) -> None:
        self._reader = reader
        self._feed = feed
        self._evaluator = evaluator
        self._as_of = as_of
        self.schema = reader.schema.remove(reader.schema.get_field_index(FACTS))

    @property
    def summary(self) -> ReadSummary:
        """What was read; complete when all results have been given."""
        return self._feed.summary

    @property
    def total_bytes(self) -> int:
        """How large the input is; 0 where that is not known."""
        return self._feed.total_bytes

    def __iter__(self) -> Iterator[Portion]:
        waiting: list[tuple[int, Document]] = []
        rejections: list[Rejection] = []
        for batch in self._batches():
            end = batch.column(POSITION)[batch.num_rows - 1].as_py()
            self._feed.move(end, waiting, rejections)
            count = bisect_left(waiting, end, key=lambda each: each[0])
            yield self._portion(batch, waiting[:count], rejections)
            waiting, rejections = waiting[count:], []
        self._feed.move(None, waiting, rejections)
        if waiting or rejections:
            yield self._portion(None, waiting, rejections)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """The batches, fetched by a thread of its own, so that whoever waits for them can be interrupted."""
        fetched: Handover[pa.RecordBatch] = Handover(self._reader)
        try:
            for batch in fetched:
                if batch.num_rows:
                    yield batch
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            self._feed.check()
            raise failed(error) from error
        finally:
            self._feed.stop()
            fetched.stop()
        self._feed.check()

    def _portion(
        self, batch: pa.RecordBatch | None, before: list[tuple[int, Document]], rejections: list[Rejection]
    ) -> Portion:
        """Rows, and the results of documents that the evaluator scores."""
        if batch is not None:
            facts = batch.column(FACTS)
            batch = batch.drop_columns([FACTS])
            if facts.null_count < len(facts):
                left = pc.indices_nonzero(facts.is_valid())
                positions = batch.column(POSITION).take(left).to_pylist()
                documents = [document_of_facts(each) for each in facts.take(left).to_pylist()]
                found = [*before, *zip(positions, documents, strict=True)]
                before = sorted(found, key=lambda each: each[0])
                batch = batch.filter(facts.is_null())
        score = self._evaluator.result
        scored = [Scored(place, document, score(document, self._as_of)) for place, document in before]
        return Portion(batch, scored, rejections, self._feed.read, self._feed.bytes_read)


class DuckdbEngine:
    """Scores portfolios with one program. `given` are paths of facts that are wanted beside the results, as `GIVEN`."""

    def __init__(
        self,
        program: Program,
        schema: FactSchema,
        as_of: date,
        evaluator: Evaluator | None = None,
        options: EngineOptions | None = None,
        given: Sequence[tuple[str, ...]] = (),
    ) -> None:
        self.program = program
        self.schema = schema
        self.as_of = as_of
        self.evaluator = evaluator or Evaluator(program)
        self.options = options or EngineOptions()
        self.emitted: Emitted = emit_for(
            program, DuckDB(enumerated=True), as_of, self.options.whole, dict(self.evaluator.source_lines)
        )
        self.given = tuple(given)
        self.facts = with_paths(self.emitted.facts, program.facts, self.given)
        self.shape = Shape(self.emitted.columns, self.emitted.trigger_fields)

    @contextmanager
    def over(self, paths: Sequence[str], shown: Mapping[str, str] | None = None) -> Iterator[Results]:
        """The results of all inputs. `shown`: the columns wanted, each with its SQL over those of the query; None for all.

        Raises `FactsUnreadable`, `EngineUnavailable`, `EngineFailed`, also while the results are read.
        """
        wanted = {name: quoted(name) for name, _ in self.shape.kept} if shown is None else dict(shown)
        options = IngestOptions(
            rows=self.options.rows, size=self.options.size, zone=self.program.zone, read=self.options.read
        )
        with closing(open_session(self.options.session)) as connection:
            feed = Feed(self.options.session, self.schema, self.facts, options)
            with feed.over(paths) as facts:
                try:
                    for statement in self.emitted.prelude:
                        connection.execute(statement)
                    connection.register(_FACTS_VIEW, facts)
                    query, size = self._query(wanted), self.options.batch
                    reader = waited_for(lambda: connection.sql(query).to_arrow_reader(size))
                except duckdb.Error as error:
                    raise failed(error) from error
                yield Results(reader, feed, self.evaluator, self.as_of)

    def _query(self, wanted: Mapping[str, str]) -> str:
        """The query over all facts."""
        earlier = previous_type(self.program)
        source = _FACTS_VIEW if earlier is None else f"{_FACTS_VIEW} with previous"
        facts = ", ".join(f"{quoted(each.name)} := {quoted(each.name)}" for each in self.facts)
        row = f"CASE WHEN {IRREGULAR} THEN struct_pack({facts}) END AS {quoted(FACTS)}"
        emitted = self.emitted.query(source).select(row, dialect="duckdb")
        if self.given:
            emitted = emitted.select(f"{given_sql(self.given)} AS {quoted(GIVEN)}", dialect="duckdb")
            wanted = {**wanted, GIVEN: quoted(GIVEN)}
        columns = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in wanted.items())
        query = (
            f"SELECT {POSITION}, {columns}, {quoted(FACTS)} FROM ({self.emitted.dialect.text_of(emitted)})"
        )
        if earlier is None:
            return query
        none = f"CAST(NULL AS {duckdb_type(earlier)}) AS {quoted(previous_name(self.program))}"
        return f"WITH {quoted(source)} AS (SELECT *, {none} FROM {_FACTS_VIEW}) {query}"


def document_of_facts(value: Any) -> Any:
    """Typed facts as a document that the evaluator reads in the same way."""
    if value.__class__ is dict:
        return {name: document_of_facts(each) for name, each in value.items() if each is not None}
    if value.__class__ is list:
        return [document_of_facts(each) for each in value]
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
