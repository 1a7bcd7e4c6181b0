"""Inside of lambdas what is large is written once: by hand, and by the length of what becomes of questions of series."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.binding import SMALL, computed_once
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.duckdb_dialect import DuckDB
from ruleengine.columnar.size import Sizes
from ruleengine.columnar.spark_dialect import Spark
from tests.columnar.list_cases import AS_OF, SCHEMA
from tests.columnar.probing import load, probe

SLOPE = "(daily slope of (series of p.q for p in i.parts by p.on) over 5 years)"


def large(seed: Sql) -> Sql:
    """An expression of more than `SMALL` nodes that holds another once."""
    return b.add(seed, b.conjunction([b.column("z")] * SMALL))


def columns_of(sql: Sql) -> list[str]:
    """The names that are read, but for those that only make it large."""
    return sorted(found.name for found in sql.find_all(exp.Column) if found.name != "z")


def test_what_stands_twice_is_named_and_what_stands_once_is_not() -> None:
    twice, once = large(b.column("a")), large(b.column("b"))
    sql = b.add(b.multiply(twice, twice), once)
    found = computed_once(sql, [twice, once], Spark(), Sizes())
    assert columns_of(found) == ["a", "b", "once_1", "once_1"]
    assert found.sql("spark").count("TRANSFORM(ARRAY(") == 1


def test_a_part_within_a_part_is_named_outside_of_it() -> None:
    inner = large(b.column("a"))
    outer = b.add(inner, large(b.column("b")))
    found = computed_once(b.multiply(b.multiply(outer, outer), inner), [inner, outer], Spark(), Sizes())
    text = found.sql("spark")
    assert columns_of(found) == ["a", "b", "once_1", "once_1", "once_2", "once_2"]
    assert text.index("`once_2` ->") < text.index("`once_1` ->")


def test_what_reads_the_variable_of_a_lambda_stays_inside_of_it() -> None:
    dialect = Spark()
    part = large(b.column("x"))
    sql = dialect.made_by(b.column("items"), "x", b.multiply(part, part))
    assert computed_once(sql, [part], dialect, Sizes()) is sql


def test_small_expressions_stay_as_they_are() -> None:
    part = b.add(b.column("a"), b.add(b.column("b"), b.add(b.column("c"), b.column("d"))))
    sql = b.multiply(part, part)
    assert computed_once(sql, [part], Spark(), Sizes()) is sql


@pytest.mark.parametrize("dialect", [Spark(), DuckDB()], ids=lambda each: each.name)
@pytest.mark.parametrize(
    "rules",
    [
        f"output o = list of {SLOPE} for i in items",
        f"output o = sum of {SLOPE} * limit for i in items where {SLOPE} > other",
        f"output o = latest i in items where i.open by {SLOPE}",
    ],
)
def test_a_question_of_a_series_of_each_element_is_not_monstrous(
    rules: str, dialect: Dialect, tmp_path: Path
) -> None:
    """Each was hundreds of thousands of characters long, over which Spark's parser used up its memory."""
    text = probe(load(tmp_path, SCHEMA, rules + "\n"), dialect, AS_OF).text
    assert len(text) < 80_000
