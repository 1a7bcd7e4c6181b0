"""Functions and operators in DuckDB's SQL are the evaluator's, to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import duckdb
import pyarrow
import pytest

from ruleengine.columnar import build as b
from ruleengine.columnar import numbers, spoken
from ruleengine.columnar.answers import Answer
from ruleengine.columnar.build import Sql
from ruleengine.columnar.duckdb_dialect import DuckDB
from ruleengine.columnar.functions import functions_of, list_functions_of
from ruleengine.columnar.types import ColumnKind, ColumnType
from ruleengine.library import FUNCTIONS
from tests.columnar.scalar_cases import tables
from tests.columnar.scalar_tables import Table, outcomes

_TYPES = {
    ColumnKind.DOUBLE: pyarrow.float64(), ColumnKind.TEXT: pyarrow.string(), ColumnKind.DATE: pyarrow.date32(),
    ColumnKind.TIMESTAMP: pyarrow.timestamp("us"),
}  # fmt: skip


def _type(kind: ColumnType) -> Any:
    return pyarrow.list_(_type(kind.element)) if kind.element is not None else _TYPES[kind.kind]


def _run(table: Table, expressions: Sequence[str]) -> list[tuple[Any, ...]]:
    stored = table.stored()
    columns = {
        name: pyarrow.array([row[place] for row in stored], _type(kind))
        for place, (name, kind) in enumerate(table.columns)
    }
    with duckdb.connect() as connection:
        connection.register("arguments", pyarrow.table(columns))
        return connection.execute(f"SELECT {', '.join(expressions)} FROM arguments").fetchall()


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_sql_gives_the_bits_of_the_evaluator(table: Table) -> None:
    """Or says that it does not, and that seldom."""
    found = list(outcomes(table, DuckDB(), _run))
    assert {each.case.name: each.differences[:3] for each in found if each.differences} == {}
    assert {each.case.name: each.beyond for each in found if each.beyond > each.case.most_beyond} == {}


def test_every_function_of_the_library_is_there() -> None:
    """As a function of scalars, or of a list."""
    of_lists = {"count"}
    for name in FUNCTIONS:
        assert (list_functions_of if name in of_lists else functions_of)(name) is not None


def _quotient(rng: Random) -> float:
    """Such as scores and shares are."""
    return rng.randrange(1, 10**7) / rng.randrange(10**5, 10**6)


def _money(rng: Random) -> float:
    """Amounts with cents."""
    return rng.randrange(1, 10**9) / 100


@pytest.mark.parametrize("make_number", [_quotient, _money])
@pytest.mark.parametrize(
    ("make", "most"),
    [
        (lambda dialect, value: numbers.round_to(dialect, value, 0, "half_up"), 0.0),
        (lambda dialect, value: numbers.round_to(dialect, value, 4, "half_even"), 0.0),
        (lambda dialect, value: numbers.round_to(dialect, value, 6, "ceiling"), 0.001),
        (spoken.number, 0.0),
        (numbers.root, 0.004),
        (numbers.logarithm, 0.004),
    ],
    ids=["whole", "four decimals", "six decimals", "spoken", "sqrt", "ln"],
)
def test_few_everyday_numbers_are_left_to_the_evaluator(
    make_number: Callable[[Random], float], make: Callable[[DuckDB, Sql], Answer], most: float
) -> None:
    """Hardly any rounding, and about one of five hundred roots."""
    rng, dialect = Random(31), DuckDB()
    values = pyarrow.table({"x": [make_number(rng) for _ in range(20_000)]})
    beyond = make(dialect, b.column("x")).beyond
    assert beyond is not None
    with duckdb.connect() as connection:
        connection.register("arguments", values)
        found = connection.execute(
            f"SELECT count(*) FROM arguments WHERE {dialect.text_of(beyond)}"
        ).fetchall()
    assert found[0][0] <= most * 20_000
