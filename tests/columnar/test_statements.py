"""Compiled queries and views over a table give what the evaluator gives."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from ruleengine.columnar.statements import NoName, query_text, table_name, view_text
from tests.columnar.hostile_ruleset import TEXTS, hostile_facts, hostile_ruleset
from tests.columnar.warehouse import (
    disagreements,
    emitted_text,
    facts_table,
    fetched,
    regular_rows,
    warehouse,
)

ROOT = Path(__file__).resolve().parents[2]
RULESETS = [
    ROOT / "rulesets" / name
    for name in (
        "customer_health/2.0.0.rules",
        "devops_score/1.0.0.rules",
        "early_warning/1.0.0.rules",
        "use_case_adoption/4.0.0.rules",
    )
]
AS_OF = date(2024, 3, 1)
FACTS = table_name("facts")


def documents() -> dict[str, dict[str, Any]]:
    """The example accounts by their ids."""
    lines = (ROOT / "examples" / "accounts.ndjson").read_text(encoding="utf-8").splitlines()
    return {found["id"]: found for found in map(json.loads, lines)}


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_query_gives_what_the_evaluator_gives(path: Path) -> None:
    ruleset = ruleengine.load(path, rulesets=ROOT / "rulesets", cache=False)
    emitted = emitted_text(ruleset)
    accounts = documents()
    rows = regular_rows(ruleset, emitted, accounts.values())
    connection = warehouse(facts_table(ruleset, emitted, rows))
    found = fetched(connection, query_text(emitted, FACTS, AS_OF))
    compared, lines = disagreements(ruleset, emitted, accounts, found, AS_OF)
    assert lines == []
    assert len(found) == len(rows)
    assert compared > 0.8 * len(rows)


SMALL = """ruleset small 1.0.0 {{ title "Small" ; facts account 1 }}
bands rag {{ green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }}
let {name} = support.tickets_last_month default 0
measure load "Tickets a user" {{
  value {name} / subscription.licensed_users
  rate {{ green when < 0.1 ; yellow when < 0.5 ; red otherwise }}
}}
scorecard health {{ load 100% }}
"""


def small(folder: Path, name: str = "tickets") -> ruleengine.Ruleset:
    """A ruleset of a dozen lines, with a `let` of a given name."""
    path = folder / "rulesets" / "small" / "1.0.0.rules"
    path.parent.mkdir(parents=True)
    path.write_text(SMALL.format(name=name), encoding="utf-8")
    return ruleengine.load(path, rulesets=folder / "rulesets", schemas=ROOT / "schemas", cache=False)


def row(name: str, tickets: int | None, users: int | None) -> dict[str, Any]:
    """The facts of an account."""
    return {"id": name, "support": {"tickets_last_month": tickets}, "subscription": {"licensed_users": users}}


def shown(found: dict[str, Any]) -> tuple[Any, ...]:
    """What there is to see of an account."""
    health = found["scorecards"] and found["scorecards"]["health"]
    return found["id"], found["irregular"], health and (health["status"], health["score"], health["band"])


def test_rows_that_are_for_the_evaluator_show_nothing(tmp_path: Path) -> None:
    ruleset = small(tmp_path)
    emitted = emitted_text(ruleset)
    rows = [row("calm", 2, 100), row("busy", 90, 100), row("new", None, None), row("odd", 2, 10**15)]
    rows.append({**row("unnamed", 2, 100), "id": None})
    found = fetched(warehouse(facts_table(ruleset, emitted, rows)), query_text(emitted, FACTS, AS_OF))
    assert [shown(each) for each in found] == [
        ("calm", False, ("scored", 87.5, "green")),
        ("busy", False, ("scored", 25.0, "red")),
        ("new", False, ("missing", None, None)),
        ("odd", True, None),
        (None, True, None),
    ]
    assert {name for name, value in found[3].items() if value is not None} == {"id", "irregular"}


@pytest.mark.parametrize("name", ["facts", "position", "irregular", "results", "id_2"])
def test_names_of_a_ruleset_are_no_names_of_the_warehouse(name: str, tmp_path: Path) -> None:
    ruleset = small(tmp_path, name)
    emitted = emitted_text(ruleset)
    connection = warehouse(facts_table(ruleset, emitted, [row("calm", 2, 100)]))
    [found] = fetched(connection, query_text(emitted, FACTS, AS_OF))
    assert shown(found) == ("calm", False, ("scored", 87.5, "green"))


@pytest.mark.parametrize(
    "given", ['"facts of accounts"', "tickets", '"x""; DROP TABLE ""facts"', "main.load"]
)
def test_the_table_may_have_any_name(given: str, tmp_path: Path) -> None:
    ruleset = small(tmp_path)
    emitted = emitted_text(ruleset)
    connection = warehouse(facts_table(ruleset, emitted, [row("calm", 2, 100)]), given)
    [found] = fetched(connection, query_text(emitted, table_name(given), AS_OF))
    assert shown(found) == ("calm", False, ("scored", 87.5, "green"))


@pytest.mark.parametrize(
    "given", ["", ".", "a.", ".a", "a b", "a;b", "a.b.c.d", '"a', 'a"b"', "1a", '""', "a--b", '"a\nb"', "`a`"]
)
def test_what_is_no_name_of_a_table_is_refused(given: str) -> None:
    with pytest.raises(NoName):
        table_name(given)


def test_a_view_scores_as_on_the_day_on_which_it_is_read(tmp_path: Path) -> None:
    ruleset = small(tmp_path)
    emitted = emitted_text(ruleset)
    connection = warehouse(facts_table(ruleset, emitted, [row("calm", 2, 100)]))
    connection.execute(view_text(emitted, FACTS, None))
    before = datetime.now(UTC).date()
    [found] = fetched(connection, "SELECT * FROM small_1_0_0")
    assert before <= found["as_of"] <= datetime.now(UTC).date()
    connection.execute(view_text(emitted, FACTS, AS_OF))
    [found] = fetched(connection, "SELECT * FROM small_1_0_0")
    assert found["as_of"] == AS_OF


def test_the_text_says_what_it_is_and_is_the_same_every_time(tmp_path: Path) -> None:
    ruleset = small(tmp_path)
    text = query_text(emitted_text(ruleset), FACTS, AS_OF)
    assert text == query_text(emitted_text(ruleset), FACTS, AS_OF)
    lines = text.splitlines()
    assert lines[0].startswith("-- small 1.0.0 as SQL for DuckDB")
    assert f"-- ruleset {ruleset.digest}, ruleengine {ruleengine.__version__}" in lines
    assert '--   "support" STRUCT("tickets_last_month" BIGINT)' in lines
    assert (
        '), "tickets" /* small/1.0.0.rules:3: let tickets = support.tickets_last_month default 0 */ AS ('
        in lines
    )
    assert text.count("2024-03-01") == 2  # once in the comment, once in the query
    assert str(tmp_path) not in text


def test_nothing_of_a_ruleset_is_obeyed(tmp_path: Path) -> None:
    ruleset = hostile_ruleset(tmp_path)
    accounts = {each["id"]: each for each in hostile_facts()}
    emitted = emitted_text(ruleset)
    connection = warehouse(facts_table(ruleset, emitted, regular_rows(ruleset, emitted, accounts.values())))
    found = fetched(connection, query_text(emitted, FACTS, AS_OF))
    compared, lines = disagreements(ruleset, emitted, accounts, found, AS_OF)
    assert lines == []
    assert compared == len(TEXTS)
