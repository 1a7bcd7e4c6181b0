"""A portfolio on Spark: facts in, results out, scored by the emitted SQL on whatever cluster there is.

In: a ruleset, inputs, an output, and an as-of date. Out: the output, and a `SparkRun` that tells what happened. Guaranteed:
every document is scored or rejected; results are those of the evaluator, which itself scores, inside the executors, the rows
that SQL leaves to it; what Spark distributes is Spark's to distribute, and nothing of it is done here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from attrs import field, frozen

from ruleengine.columnar.earlier import previous_name, previous_type
from ruleengine.columnar.emit import Emitted, emit
from ruleengine.columnar.types import fact_columns, spark_type
from ruleengine.facts.model import FactSchema
from ruleengine.facts.records import ReadOptions, Rejection
from ruleengine.portfolio.result_documents import Shape
from ruleengine.portfolio.spark_facts import POSITION, failure_of, kind_of, read_facts
from ruleengine.portfolio.spark_output import format_of, replacing, write
from ruleengine.portfolio.spark_places import placed
from ruleengine.portfolio.spark_scoring import (
    FACTS,
    LEFT,
    REJECTED,
    REJECTED_TYPE,
    VALUE,
    Delimited,
    Scoring,
    finishing,
)
from ruleengine.portfolio.spark_session import open_session
from ruleengine.portfolio.spark_tables import quoted, text
from ruleengine.portfolio.spark_workers import ORIGIN, Reading
from ruleengine.tree.ruleset import Program

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: So many rejections of each task are brought home with the results; for more of them the inputs are read once more.
_KEPT = 1000


@frozen(slots=True)
class SparkRun:
    """What happened: documents read, scored, rejected, and scored by the evaluator among them; the rejections, by place."""

    read: int
    scored: int
    rejected: int
    by_evaluator: int
    rejections: tuple[Rejection, ...]


@frozen(slots=True)
class SparkJob:
    """What is to be scored: a program and the schema of its facts, inputs, the output and its format (empty: as named)."""

    program: Program
    schema: FactSchema
    paths: Sequence[str]
    out: str
    as_of: date
    format: str = ""
    options: ReadOptions = field(factory=ReadOptions)
    delimited: Delimited | None = None


def run_spark(
    job: SparkJob, master: str | None = None, settings: Mapping[str, str] | None = None
) -> SparkRun:
    """Score a portfolio.

    `master` and `settings` are Spark's own. Raises `NotEmitted`, `EngineUnavailable`, `EngineFailed`, `FactsUnreadable` and
    `OutputRefused`.
    """
    emitted = emit(job.program, "spark", job.as_of)
    for path in job.paths:
        kind_of(path, job.options.format)  # raises for what cannot be read, before Spark starts
    with open_session(master, settings) as session, replacing(job.out) as place:
        return _run(session, job, emitted, place)


def _run(session: SparkSession, job: SparkJob, emitted: Emitted, place: str) -> SparkRun:
    from pyspark.errors import PySparkException
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    outcomes = outcomes_of(session, job, emitted)
    seen = Observation()
    refused = f.col(quoted(REJECTED))
    near = f.when(refused.isNotNull() & (refused["kept"] < _KEPT), refused)
    observed = outcomes.observe(
        seen, f.count(f.lit(1)).alias("read"), f.count(refused).alias("rejected"),
        f.coalesce(f.sum(f.col(quoted(LEFT))), f.lit(0)).alias("left"), f.collect_list(near).alias("near"),
    )  # fmt: skip
    chosen = job.format or format_of(job.out)
    try:
        write(observed.where(refused.isNull()).drop(REJECTED, LEFT), place, chosen)
        counts = seen.get
        rows = counts["near"]
        if len(rows) < counts["rejected"]:
            rows = outcomes.where(refused.isNotNull()).select(f"{quoted(REJECTED)}.*").collect()
        told = placed(session, rows, job.paths)
    except PySparkException as error:
        raise failure_of(error) from None
    read, rejected = counts["read"], counts["rejected"]
    return SparkRun(read, read - rejected, rejected, counts["left"], tuple(told))


def outcomes_of(session: SparkSession, job: SparkJob, emitted: Emitted) -> DataFrame:
    """What becomes of every document: a result as columns or as a line, or a rejection beside NULLs."""
    chosen = job.format or format_of(job.out)
    shape = Shape(emitted.columns, dict(emitted.trigger_fields))
    scoring = Scoring(job.program, job.as_of, shape, chosen, job.delimited)
    beside = [f"{quoted(REJECTED)} {REJECTED_TYPE}", f"{quoted(LEFT)} BIGINT"]
    written = [f"{quoted(name)} {spark_type(kind)}" for name, kind in shape.kept]
    if chosen != "parquet":
        written = [f"{VALUE} STRING"]
    answered = answers_of(session, job, emitted)
    return answered.mapInArrow(finishing(scoring), ", ".join([*written, *beside]))


def answers_of(session: SparkSession, job: SparkJob, emitted: Emitted) -> DataFrame:
    """The emitted query over the facts, with the origin of each row, and its facts where SQL does not answer."""
    columns = fact_columns(job.program)
    reading = Reading(columns, job.program.zone, job.schema, job.options)
    facts = read_facts(session, job.paths, reading)
    earlier = previous_type(job.program)
    more = (
        []
        if earlier is None
        else [f"CAST(NULL AS {spark_type(earlier)}) AS {quoted(previous_name(job.program))}"]
    )
    names = [quoted(each.name) for each in columns]
    whole = ", ".join(f"{text(each.name)}, {name}" for each, name in zip(columns, names, strict=True))
    relation = facts.selectExpr(
        POSITION, *names, *more, quoted(ORIGIN), f"named_struct({whole}) AS {quoted(FACTS)}"
    )
    answered = relation
    for columns_of_step in _steps(emitted):
        answered = answered.selectExpr(*columns_of_step)
    kept = [quoted(name) for name, _ in emitted.columns if name != POSITION]
    return answered.selectExpr(
        *kept, quoted(ORIGIN), f"CASE WHEN irregular THEN {quoted(FACTS)} END AS {quoted(FACTS)}"
    )


def _steps(emitted: Emitted) -> Iterator[list[str]]:
    """The columns of each table of the query, one on top of the other, the last with what goes beside a result.

    Spark analyses what is added to a data frame, and the whole of a query again and again until nothing changes any more:
    for a ruleset of 20 measures in one query that takes minutes.
    """
    query = emitted.query()
    for table in query.ctes:
        yield [emitted.dialect.text_of(each) for each in table.this.expressions]
    yield [*(emitted.dialect.text_of(each) for each in query.expressions), quoted(ORIGIN), quoted(FACTS)]
