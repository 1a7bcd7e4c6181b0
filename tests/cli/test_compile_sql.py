"""`ruleengine compile --to sql`: what is written where, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.project import run

SQL = ("compile", "demo@1.0.0", "--to", "sql")
DUCKDB = (*SQL, "--dialect", "duckdb")
MODEL = (*DUCKDB, "--as", "dbt", "--out", "model")


def test_a_query_goes_to_standard_output_or_to_a_file(project: Path) -> None:
    shown = run(*DUCKDB, "--as-of", "2024-03-01")
    assert shown.exit_code == 0
    written = run(*DUCKDB, "--as-of", "2024-03-01", "--out", "query.sql")
    assert (written.exit_code, written.stdout) == (0, "")
    assert (project / "query.sql").read_text(encoding="utf-8") == shown.stdout
    assert "CAST('2024-03-01' AS DATE) AS \"as of\"" in shown.stdout


def test_the_table_is_named_as_said() -> None:
    assert 'FROM "sales"."the facts"\n' in run(*DUCKDB, "--source", 'sales."the facts"').stdout
    spark = run(*SQL, "--dialect", "spark", "--as", "view", "--source", "sales.facts").stdout
    assert "FROM `sales`.`facts`\n" in spark
    assert "CREATE OR REPLACE VIEW `demo_1_0_0` AS\n" in spark


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (SQL, "--to sql needs --dialect: duckdb or spark."),
        ((*SQL, "--dialect", "oracle"), "'oracle' is not one of 'duckdb', 'spark'"),
        ((*DUCKDB, "--source", "facts; DROP TABLE facts"), "is no name of a table"),
        ((*DUCKDB, "--as", "dbt"), "--as dbt needs --out DIR."),
        ((*MODEL, "--source", "a.b.c"), "dbt names a table by one part or by two"),
        ((*DUCKDB, "--force"), "--force goes with --as dbt."),
        (
            ("compile", "demo@1.0.0", "--to", "tree", "--dialect", "duckdb"),
            "--dialect goes with --to sql.",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: tuple[str, ...], said: str, project: Path) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert done.stdout == ""
    assert not (project / "model").exists()


def test_files_of_a_model_are_not_written_over(project: Path) -> None:
    first = run(*MODEL)
    assert first.exit_code == 0, first.stderr
    names = first.stdout.splitlines()
    assert names[0] == "model/models/demo_1_0_0.sql"
    assert all((project / name).is_file() for name in names)
    assert run(*MODEL).exit_code == 0  # the same again changes nothing
    changed = project / names[1]
    changed.write_text("mine", encoding="utf-8")
    refused = run(*MODEL)
    assert refused.exit_code == 5
    assert "nothing was written, because `model` has models/demo_1_0_0.yml already" in refused.stderr
    assert changed.read_text(encoding="utf-8") == "mine"
    assert run(*MODEL, "--force").exit_code == 0
    assert changed.read_text(encoding="utf-8").startswith("version: 2\n")


def test_what_sql_cannot_say_is_told_with_its_place(project: Path) -> None:
    folder = project / "rulesets" / "loud"
    folder.mkdir()
    (folder / "1.0.0.rules").write_text(
        "ruleset loud 1.0.0 { facts thing 1 }\noutput Total = 1\noutput total = 2\n", encoding="utf-8"
    )
    done = run("compile", "loud@1.0.0", "--to", "sql", "--dialect", "spark", "--out", "loud.sql")
    assert done.exit_code == 3
    assert "error[RE610]: SQL cannot say this: `Total` and `total` differ in capitals alone" in done.stderr
    assert "rulesets/loud/1.0.0.rules:3:" in done.stderr
    assert "3 | output total = 2" in done.stderr
    assert not (project / "loud.sql").exists()


def test_a_ruleset_is_never_written_over(project: Path) -> None:
    done = run(*DUCKDB, "--out", "rulesets/demo/1.0.0.rules")
    assert done.exit_code == 2
    assert "is called like a ruleset" in done.stderr
