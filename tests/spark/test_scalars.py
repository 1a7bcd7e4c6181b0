"""Functions and operators in Spark's SQL are the evaluator's, to the last bit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from ruleengine.columnar.spark_dialect import Spark
from ruleengine.columnar.types import spark_type
from tests.columnar.scalar_cases import tables
from tests.columnar.scalar_tables import Table, outcomes

#: So many arguments, compared to the test of DuckDB.
_SCALE = 0.2


def _aware(value: Any) -> Any:
    """Spark takes a datetime without a zone for one of this machine's."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


@pytest.mark.parametrize("table", tables(_SCALE), ids=lambda table: table.name)
def test_sql_gives_the_bits_of_the_evaluator(table: Table, spark: Any) -> None:
    """Or says that it does not, and that seldom."""
    columns = ", ".join(f"`{name}` {spark_type(kind)}" for name, kind in table.columns)
    rows = [(place, *map(_aware, row)) for place, row in enumerate(table.stored())]

    def run(table: Table, expressions: Sequence[str]) -> list[Any]:
        spark.createDataFrame(rows, f"`place` INT, {columns}").createOrReplaceTempView("arguments")
        named = ", ".join(f"{text} AS `c{place}`" for place, text in enumerate(expressions))
        return list(spark.sql(f"SELECT {named} FROM arguments ORDER BY `place`").collect())

    found = list(outcomes(table, Spark(), run))
    assert {each.case.name: each.differences[:3] for each in found if each.differences} == {}
    assert {each.case.name: each.beyond for each in found if each.beyond > each.case.most_beyond} == {}
