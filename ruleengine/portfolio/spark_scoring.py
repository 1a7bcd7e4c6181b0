"""What Spark's workers do at the end: score the rows that SQL leaves to the evaluator, and print results.

In: batches of Arrow with the columns of the emitted query, the origin of each row, and its facts where SQL did not answer.
Out: batches of what is written, and beside each row a rejection where its document has no id. Guaranteed: results stand in
the order of their documents; a row that SQL answered is written as it is, and prints as the evaluator's does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import orjson
from attrs import frozen

from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.parse import RejectedDocument, parse_document
from ruleengine.facts.readers import id_of, why_no_id
from ruleengine.portfolio.result_documents import Document, Shape, document_of, row_of
from ruleengine.portfolio.spark_workers import ORIGIN, Batches, Work
from ruleengine.tree.ruleset import Program

if TYPE_CHECKING:
    import pyarrow

#: The facts of a row that SQL did not answer; NULL where it did.
FACTS = "~facts"
#: NULL for a result, else why there is none, and where.
REJECTED = "~rejected"
REJECTED_TYPE = "STRUCT<path: STRING, block: BIGINT, line: BIGINT, code: STRING, reason: STRING, `column`: BIGINT, kept: BIGINT>"
#: 1 where the evaluator has scored a row.
LEFT = "~left"
#: A result as text, for the formats that are text.
VALUE = "value"
_REJECTED_FIELDS = ("path", "block", "line", "code", "reason", "column", "kept")


class Delimited(Protocol):
    """Prints results as lines of CSV."""

    def heading(self, result: Mapping[str, Any] | None) -> str:
        """The line of names."""

    def row(self, result: Mapping[str, Any]) -> str:
        """The line of a result."""


@frozen(slots=True)
class Scoring:
    """What a worker must know to finish results, which are typed columns (`parquet`), or text (`ndjson`, `csv`)."""

    program: Program
    as_of: date
    shape: Shape
    format: str
    delimited: Delimited | None = None


def finishing(scoring: Scoring) -> Work:
    """Work on batches with the columns of the query, `~origin` and `~facts`."""
    return partial(_finish, scoring)


def _finish(scoring: Scoring, batches: Batches) -> Iterator[pyarrow.RecordBatch]:
    scorer = _Scorer(scoring)
    for batch in batches:
        yield scorer.typed(batch) if scoring.format == "parquet" else scorer.printed(batch)


class _Scorer:
    """Scores and prints the rows of one task."""

    def __init__(self, scoring: Scoring) -> None:
        self._scoring = scoring
        self._evaluator = Evaluator(scoring.program)
        self._headed = False
        self._rejected = 0

    def typed(self, batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
        """The results of a batch as columns."""
        import pyarrow as pa

        names = [name for name, _ in self._scoring.shape.kept]
        answered = batch.select(names)
        left = self._left(batch)
        rejected: list[Document | None] = [None] * batch.num_rows
        if left:
            rows = []
            for place, outcome in left.items():
                if isinstance(outcome, _Refused):
                    rejected[place] = outcome.place
                rows.append({} if isinstance(outcome, _Refused) else row_of(outcome, self._scoring.shape))
            own = pa.RecordBatch.from_arrays(
                [pa.array([row.get(field.name) for row in rows], field.type) for field in answered.schema],
                schema=answered.schema,
            )
            order = list(range(batch.num_rows))
            for number, place in enumerate(left):
                order[place] = batch.num_rows + number
            table = pa.Table.from_batches([answered, own]).take(pa.array(order, pa.int64()))
            answered = table.combine_chunks().to_batches()[0]
        return pa.RecordBatch.from_arrays(
            [*answered.columns, *_beside(rejected, left)], [*names, REJECTED, LEFT]
        )

    def printed(self, batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
        """The results of a batch as lines."""
        import pyarrow as pa

        left = self._left(batch)
        names = [name for name, _ in self._scoring.shape.kept]
        rows = batch.select(names).to_pylist()
        rejected: list[Document | None] = [None] * batch.num_rows
        lines: list[str | None] = []
        for place, row in enumerate(rows):
            outcome = left.get(place)
            if isinstance(outcome, _Refused):
                rejected[place] = outcome.place
                lines.append(None)
            else:
                lines.append(
                    self._line(document_of(row, self._scoring.shape) if outcome is None else outcome)
                )
        return pa.RecordBatch.from_arrays(
            [pa.array(lines, pa.string()), *_beside(rejected, left)], [VALUE, REJECTED, LEFT]
        )

    def _line(self, result: Document) -> str:
        delimited = self._scoring.delimited
        if delimited is None:
            return orjson.dumps(result).decode()
        heading = "" if self._headed else delimited.heading(result)
        self._headed = True
        return (heading + delimited.row(result)).removesuffix("\n")

    # ── what SQL left ──

    def _left(self, batch: pyarrow.RecordBatch) -> dict[int, Document | _Refused]:
        """The results, or the refusals, of the rows that SQL did not answer, by their place in the batch."""
        origins, facts = batch.column(ORIGIN), batch.column(FACTS)
        documents, codes = origins.field("document"), origins.field("code")
        if documents.null_count == codes.null_count == facts.null_count == batch.num_rows:
            return {}
        found: dict[int, Document | _Refused] = {}
        unanswered = facts.is_valid().to_pylist()
        for place in range(batch.num_rows):
            if codes[place].is_valid:
                found[place] = _Refused({**origins[place].as_py()})
            elif documents[place].is_valid:
                found[place] = self._scored(documents[place].as_py(), origins[place].as_py())
            elif unanswered[place]:
                found[place] = self._result(_as_document(facts[place].as_py()))
        return found

    def _scored(self, raw: bytes, origin: Document) -> Document | _Refused:
        id_path = self._scoring.program.id_path
        try:
            document = parse_document(raw)
        except RejectedDocument as rejected:  # texts of tables may hold what no document may
            return self._refused(origin, "RE501", rejected.reason)
        if id_of(document, id_path) is None:
            return self._refused(origin, "RE502", why_no_id(document, id_path))
        return self._result(document)

    def _refused(self, origin: Document, code: str, reason: str) -> _Refused:
        self._rejected += 1
        return _Refused({**origin, "code": code, "reason": reason, "kept": self._rejected - 1})

    def _result(self, document: Document) -> Document:
        found = self._evaluator.result(document, self._scoring.as_of)
        found.pop("conditions", None)
        return found


@frozen(slots=True)
class _Refused:
    """A document without a result: its origin, with a code and a reason."""

    place: Document


def _beside(rejected: list[Document | None], left: Mapping[int, Document | _Refused]) -> list[pyarrow.Array]:
    """The columns that say what became of each row."""
    import pyarrow as pa

    kinds = (pa.string(), pa.int64(), pa.int64(), pa.string(), pa.string(), pa.int64(), pa.int64())
    kind = pa.struct(list(zip(_REJECTED_FIELDS, kinds, strict=True)))
    refused = [None if each is None else {name: each[name] for name in _REJECTED_FIELDS} for each in rejected]
    scored = [int(place in left and each is None) for place, each in enumerate(rejected)]
    return [pa.array(refused, kind), pa.array(scored, pa.int64())]


def _as_document(value: Any) -> Any:
    """Typed facts as a document that holds the same."""
    if value.__class__ is dict:
        return {name: _as_document(each) for name, each in value.items()}
    if value.__class__ is list:
        return [_as_document(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
