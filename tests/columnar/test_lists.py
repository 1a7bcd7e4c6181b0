"""Lists, series, definitions and tables: SQL gives what the evaluator does, with the reason and the words of every NA."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ruleengine.columnar.context import NotEmitted
from ruleengine.columnar.duckdb_dialect import DuckDB
from ruleengine.columnar.types import duckdb_type
from ruleengine.values import NA
from tests.columnar.list_cases import AS_OF, RULES, SCHEMA, documents
from tests.columnar.probing import Probed, differences, evaluated, load, probe


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


# ── By hand ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def outputs_of(rules: str, document: dict[str, Any], folder: Path) -> dict[str, Any] | None:
    """What SQL gives for one document; None where it leaves it."""
    probed = probe(load(folder, SCHEMA, rules), DuckDB(), AS_OF)
    row = rows_of(probed, [{"id": "a", **document}], folder)[0]
    return probed.values(row)


def words_of(value: Any) -> tuple[str, str]:
    """The reason of an NA and its words."""
    assert isinstance(value, NA)
    return value.reason, value.describe()


def test_of_equal_keys_the_first_element_wins(tmp_path: Path) -> None:
    rules = """
output newest = (latest i in items by i.day).name
output most = (latest i in items by i.amount).name
output ranking = list of i.name for i in (top 3 i in items by i.day)
"""
    items = [
        {"name": "a", "day": "2024-01-01", "amount": 2},
        {"name": "b", "day": "2024-02-01", "amount": 3.0},
        {"name": "c", "day": "2024-02-01", "amount": 3.00000000001},
    ]
    found = outputs_of(rules, {"items": items}, tmp_path)
    assert found == {"newest": "b", "most": "b", "ranking": ["b", "c", "a"]}


def test_numbers_that_are_almost_equal_are_not_ranked_in_sql(tmp_path: Path) -> None:
    rules = "output best = top 2 x in numbers by x\n"
    assert outputs_of(rules, {"numbers": [1.0, 1.00000000001, 4.0]}, tmp_path) is None
    assert outputs_of(rules, {"numbers": [1.0, 1.1, 4.0, 4.0]}, tmp_path) == {"best": [4.0, 4.0]}


def test_the_first_undecided_element_gives_the_reason(tmp_path: Path) -> None:
    rules = """
output total = sum of i.amount for i in items where i.open
output some = any i in items where i.amount > 5
output largest = max of i.amount for i in items where i.amount > 9
"""
    items = [
        {"name": "a", "open": True, "amount": 1},
        {"name": "b", "amount": 2},
        {"name": "c", "open": True},
    ]
    found = outputs_of(rules, {"items": items}, tmp_path)
    assert found is not None
    assert words_of(found["total"]) == ("missing", "`open`")
    assert words_of(found["some"]) == ("missing", "`amount`")
    assert words_of(found["largest"]) == ("missing", "`amount`")
    found = outputs_of(rules, {"items": items[:1]}, tmp_path)
    assert found is not None
    assert words_of(found["largest"]) == (
        "missing",
        "`max of i.amount for i in items where i.amount > 9` finds nothing",
    )


def test_the_slope_of_a_line_is_that_line(tmp_path: Path) -> None:
    rules = """
let s = series of i.amount for i in items by i.day
output daily = daily slope of s over 3 months
output grown = growth of s over 1 month
output few = mean of s over 4 values
"""
    days = ("2024-01-01", "2024-01-11", "2024-02-10")
    items = [{"day": day, "amount": 5 + 2 * place} for day, place in zip(days, (0, 10, 40), strict=True)]
    found = outputs_of(rules, {"items": items}, tmp_path)
    assert found is not None
    assert found["daily"] == 2.0
    assert found["grown"] == (85 - 25) / 25  # on 2024-02-01 the newest value is that of 2024-01-11
    assert words_of(found["few"]) == ("missing", "`mean of s over 4 values`: there are only 3 of 4 values")


def test_what_is_lacking_of_very_many_values_is_left_to_the_evaluator(tmp_path: Path) -> None:
    rules = "output m = mean of (series of i.amount for i in items by i.day) over 100 values\n"
    items = [
        {"day": f"{2000 + place // 12}-{place % 12 + 1:02}-01", "amount": place % 2} for place in range(100)
    ]
    assert outputs_of(rules, {"items": items}, tmp_path) == {"m": 0.5}
    assert outputs_of(rules, {"items": items[1:]}, tmp_path) is None


def test_a_table_of_which_one_row_may_hold(tmp_path: Path) -> None:
    rules = """
table one(x number, y number) hits one { > 10, any gives 1 ; any, > 0 gives 2 }
output found = one(limit, other)
"""

    def found(**facts: float) -> Any:
        values = outputs_of(rules, facts, tmp_path)
        assert values is not None
        return values["found"]

    assert found(limit=11, other=0) == 1
    assert found(limit=1, other=3) == 2
    assert words_of(found(limit=11, other=3)) == ("invalid", "several rows of `one` fit")
    assert words_of(found(limit=1, other=0)) == ("invalid", "no row of `one` fits")
    assert words_of(found(limit=11)) == ("missing", "`other`")


def test_an_expression_of_monstrous_size_is_refused(tmp_path: Path) -> None:
    doubled = "\n".join(f"define d{n}(x number) = d{n - 1}(x) / (d{n - 1}(x) + {n})" for n in range(1, 12))
    rules = f"define d0(x number) = x / (x - 1)\n{doubled}\noutput a = sum of d11(x) for x in numbers\n"
    ruleset = load(tmp_path, SCHEMA, rules)
    with pytest.raises(NotEmitted, match="becomes an expression of more than 50000 parts in SQL") as caught:
        probe(ruleset, DuckDB(), AS_OF)
    assert caught.value.span is not None
