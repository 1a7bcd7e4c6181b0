"""Models of dbt are built by dbt: they hold what the evaluator gives, and their tests find what is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from tests.columnar.hostile_ruleset import TEXTS, hostile_facts, hostile_ruleset
from tests.columnar.test_statements import ROOT, documents
from tests.columnar.warehouse import disagreements, emitted_text, facts_table, regular_rows
from tests.dbt.project import Project, example, make_project

AS_OF = date(2024, 3, 1)
AS_OF_VARIABLE = ("--vars", "{as_of: 2024-03-01}")


def test_a_model_holds_what_the_evaluator_gives(tmp_path: Path) -> None:
    ruleset = example("use_case_adoption@4.0.0", ROOT)
    emitted = emitted_text(ruleset)
    rows = regular_rows(ruleset, emitted, documents().values())
    project = make_project(tmp_path, emitted, facts_table(ruleset, emitted, rows), "given")
    code, said, statuses = project.build(*AS_OF_VARIABLE)
    assert code == 0, said
    assert set(statuses.values()) <= {"success", "pass", "warn"}
    assert {name for name, status in statuses.items() if status == "pass"} >= {
        "use_case_adoption_4_0_0_bands",
        "use_case_adoption_4_0_0_contributions",
        "use_case_adoption_4_0_0_statuses",
        "use_case_adoption_4_0_0_weights",
        "unique_use_case_adoption_4_0_0_id",
    }
    compared, lines = disagreements(ruleset, emitted, documents(), project.rows(), AS_OF)
    assert lines == []
    assert compared > 0.8 * len(rows)


def test_nothing_of_a_ruleset_is_obeyed(tmp_path: Path) -> None:
    ruleset = hostile_ruleset(tmp_path)
    emitted = emitted_text(ruleset)
    accounts = {each["id"]: each for each in hostile_facts()}
    facts = facts_table(ruleset, emitted, regular_rows(ruleset, emitted, accounts.values()))
    project = make_project(tmp_path / "project", emitted, facts, "sales.facts")
    code, said, statuses = project.build(*AS_OF_VARIABLE)
    assert code == 0, said
    assert "error" not in statuses.values()
    compared, lines = disagreements(ruleset, emitted, accounts, project.rows(), AS_OF)
    assert lines == []
    assert compared == len(TEXTS)
    known = project.documentation()
    assert all(text in known["description"] for text in TEXTS)
    assert TEXTS[1] in known["columns"]["measures"]["description"]


def test_the_tests_find_what_is_wrong(tmp_path: Path) -> None:
    project = _small_project(tmp_path)
    code, said, statuses = project.build(*AS_OF_VARIABLE)
    assert code == 0, said
    assert statuses["hostile_1_0_0_irregular"] == "warn"
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("INSERT INTO facts SELECT * FROM facts WHERE id = ?", [TEXTS[0]])
    code, _, statuses = project.build(*AS_OF_VARIABLE)
    assert code == 1
    assert statuses["unique_hostile_1_0_0_id"] == "fail"


def test_the_date_of_a_run_is_the_as_of_date(tmp_path: Path) -> None:
    project = _small_project(tmp_path)
    assert project.build(*AS_OF_VARIABLE)[0] == 0
    assert {row["as_of"] for row in project.rows() if not row["irregular"]} == {AS_OF}
    before = date.today()
    assert project.build()[0] == 0
    found = {row["as_of"] for row in project.rows() if not row["irregular"]}
    assert found <= {before, date.today()}
    assert len(found) == 1


def _small_project(folder: Path) -> Project:
    """A project with an account whose facts are not what the schema says."""
    ruleset = hostile_ruleset(folder)
    emitted = emitted_text(ruleset)
    rows: list[dict[str, Any]] = regular_rows(ruleset, emitted, hostile_facts())
    rows.append({**rows[0], "id": "odd", "support": {"tickets_last_month": 9_000_000_000_000_000}})
    return make_project(folder / "project", emitted, facts_table(ruleset, emitted, rows), "sales.facts")
