"""Runs emitted queries on Spark, table by table as portfolios do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow

from ruleengine.columnar.earlier import previous_name, previous_type
from ruleengine.columnar.emit import Emitted
from ruleengine.columnar.types import spark_type
from ruleengine.portfolio.spark_session import open_session
from tests.differential.columnar.batch import Document, Engine

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: For many small questions: most of the time would go into compiling what then runs on a handful of rows.
SETTINGS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@contextmanager
def spark_engine() -> Iterator[Engine]:
    """Spark on two cores of this machine."""
    with open_session("local[2]", SETTINGS) as session:
        yield on_spark(session)


def on_spark(session: SparkSession) -> Engine:
    """What runs queries in a session."""

    def run(emitted: Emitted, facts: pyarrow.Table) -> list[Document]:
        found = _typed(session, emitted, facts)
        query = emitted.query()
        for step in [*(table.this.expressions for table in query.ctes), query.expressions]:
            found = found.selectExpr(*(emitted.dialect.text_of(each) for each in step))
        rows: list[Any] = found.collect()
        return sorted((row.asDict(recursive=True) for row in rows), key=lambda row: int(row["position"]))

    return run


def _typed(session: SparkSession, emitted: Emitted, facts: pyarrow.Table) -> DataFrame:
    """Facts as a relation: Arrow's timestamps have no zone, Spark's are instants (its sessions are in UTC)."""
    kinds = {each.name: each.type for each in emitted.facts}
    earlier = previous_type(emitted.program)
    if earlier is not None:
        kinds[previous_name(emitted.program)] = earlier
    casts = [
        f"CAST({_quoted(name)} AS {spark_type(kind)}) AS {_quoted(name)}" for name, kind in kinds.items()
    ]
    return session.createDataFrame(facts).selectExpr("position", *casts)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
