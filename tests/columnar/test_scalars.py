"""Functions and operators in DuckDB's SQL are the evaluator's, to the last bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow
import pytest

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
