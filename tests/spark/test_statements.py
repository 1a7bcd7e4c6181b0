"""Compiled queries and views run in Spark over a table, and give what the evaluator gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jinja2
import pytest

import ruleengine
from ruleengine.columnar.dbt import model_files
from ruleengine.columnar.emit import Emitted
from ruleengine.columnar.statements import columns_read, query_text, table_name, view_name, view_text
from ruleengine.columnar.types import spark_type
from tests.columnar.hostile_ruleset import TEXTS, hostile_facts, hostile_ruleset
from tests.columnar.test_statements import ROOT, documents
from tests.columnar.warehouse import disagreements, emitted_text, facts_table, regular_rows

AS_OF = date(2024, 3, 1)
TABLE = "compiled_facts"
Compiled = Callable[[ruleengine.Ruleset, list[dict[str, Any]]], Emitted]


@pytest.fixture
def compiled(spark: Any, tmp_path: Path) -> Iterator[Compiled]:
    """Makes a table of facts, and gives what was emitted for it."""

    def make(ruleset: ruleengine.Ruleset, accounts: list[dict[str, Any]]) -> Emitted:
        emitted = emitted_text(ruleset, "spark")
        table = facts_table(ruleset, emitted, regular_rows(ruleset, emitted, accounts))
        kinds = {name: spark_type(kind) for name, kind in columns_read(emitted)}
        schema = ", ".join(f"`{name}` {kinds.get(name, 'STRING')}" for name in table.column_names)
        frame = spark.createDataFrame([tuple(row.values()) for row in table.to_pylist()], schema)
        frame.coalesce(1).write.option("path", str(tmp_path / "table")).saveAsTable(TABLE)
        return emitted

    yield make
    spark.sql(f"DROP TABLE IF EXISTS {TABLE}")


def rows_of(frame: Any) -> list[dict[str, Any]]:
    """The rows of a data frame."""
    return [row.asDict(recursive=True) for row in frame.collect()]


def test_a_query_gives_what_the_evaluator_gives(spark: Any, compiled: Compiled) -> None:
    ruleset = ruleengine.load("use_case_adoption@4.0.0", rulesets=ROOT / "rulesets", cache=False)
    accounts = documents()
    emitted = compiled(ruleset, list(accounts.values()))
    found = rows_of(spark.sql(query_text(emitted, table_name(TABLE), AS_OF)))
    compared, lines = disagreements(ruleset, emitted, accounts, found, AS_OF)
    assert lines == []
    assert compared > 0.8 * len(found)


def test_nothing_of_a_ruleset_is_obeyed_in_a_view(spark: Any, compiled: Compiled, tmp_path: Path) -> None:
    ruleset = hostile_ruleset(tmp_path)
    accounts = {each["id"]: each for each in hostile_facts()}
    emitted = compiled(ruleset, list(accounts.values()))
    name = view_name(emitted)
    spark.sql(view_text(emitted, table_name(TABLE), AS_OF))
    try:
        compared, lines = disagreements(ruleset, emitted, accounts, rows_of(spark.table(name)), AS_OF)
    finally:
        spark.sql(f"DROP VIEW {name}")
    assert lines == []
    assert compared == len(TEXTS)


def test_a_model_and_its_tests_run_as_dbt_fills_them_in(
    spark: Any, compiled: Compiled, tmp_path: Path
) -> None:
    ruleset = hostile_ruleset(tmp_path)
    accounts = {each["id"]: each for each in hostile_facts()}
    emitted = compiled(ruleset, list(accounts.values()))
    files = model_files(emitted, table_name("sales.facts"), None)
    name = view_name(emitted)
    model = spark.sql(filled(files.pop(f"models/{name}.sql")))
    model.coalesce(1).write.option("path", str(tmp_path / "model")).saveAsTable(name)
    tests = [text for file, text in files.items() if file.startswith("tests/")]
    try:
        compared, lines = disagreements(ruleset, emitted, accounts, rows_of(spark.table(name)), AS_OF)
        found = [rows_of(spark.sql(filled(test))) for test in tests]
    finally:
        spark.sql(f"DROP TABLE {name}")
    assert lines == []
    assert compared == len(TEXTS)
    assert found == [[]] * 5


def filled(template: str) -> str:
    """A file of a model as dbt gives it to Spark."""

    def variable(name: str, default: str) -> str:
        assert (name, default) == ("as_of", "today")
        return AS_OF.isoformat()

    text: str = jinja2.Template(template).render(
        config=lambda **settings: "",
        ref=lambda name: name,
        source=lambda *parts: TABLE if parts == ("sales", "facts") else "",
        var=variable,
        run_started_at=Started(),
    )
    return text


class Started:
    """The time of a run, which is always today."""

    def strftime(self, form: str) -> str:
        """The day."""
        return "today" if form == "%Y-%m-%d" else ""
