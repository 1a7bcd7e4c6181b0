"""Lists, series, definitions and tables: SQL gives what the evaluator does, with the reason and the words of every NA."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")

from ruleengine.columnar.duckdb_dialect import DuckDB  # noqa: E402  # after the test of what is installed
from ruleengine.columnar.types import duckdb_type  # noqa: E402
from tests.columnar.list_cases import AS_OF, RULES, SCHEMA, documents  # noqa: E402
from tests.columnar.probing import Probed, differences, evaluated, load, probe  # noqa: E402


def rows_of(probed: Probed, facts: list[dict[str, Any]], folder: Path) -> list[tuple[Any, ...]]:
    """The rows of a query over documents."""
    path = folder / "facts.ndjson"
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in facts), encoding="utf-8")
    columns = ", ".join(f"'{each.name}': '{duckdb_type(each.type)}'" for each in probed.facts)
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE facts AS SELECT row_number() OVER () AS position, * "
            f"FROM read_json('{path}', format = 'newline_delimited', columns = {{{columns}}})"
        )
        found: list[tuple[Any, ...]] = connection.execute(probed.text).fetchall()
        return found


@pytest.mark.parametrize("name", RULES)
def test_sql_gives_what_the_evaluator_gives(name: str, tmp_path: Path) -> None:
    ruleset = load(tmp_path, SCHEMA, RULES[name])
    facts = documents(7, 400)
    probed = probe(ruleset, DuckDB(), AS_OF)
    expected = evaluated(ruleset, facts, AS_OF)
    found, irregular = differences(probed, rows_of(probed, facts, tmp_path), expected)
    assert found[:5] == []
    assert irregular < 100
