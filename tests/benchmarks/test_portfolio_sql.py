"""The hand-written SQL and the engine say the same of 3,000 accounts, from NDJSON and from Parquet."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from benchmarks import portfolio_sql
from benchmarks.workload import portfolio
from benchmarks.workload.accounts import AS_OF, RULESET, accounts

duckdb = pytest.importorskip("duckdb", reason="the extra `duckdb` is not installed")
_NUMBER = 3_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portfolio")


@pytest.fixture(scope="module")
def results() -> list[dict[str, Any]]:
    ruleset = ruleengine.load(RULESET, cache=False)
    return [ruleset.score_dict(document, AS_OF) for document in accounts(_NUMBER)]


@pytest.mark.parametrize("made", [portfolio.ndjson, portfolio.parquet])
def test_sql_and_engine_agree(made: Any, folder: Path, results: list[dict[str, Any]]) -> None:
    assert portfolio_sql.check(results, portfolio.reading(made(_NUMBER, folder)), AS_OF) == []


def test_a_difference_is_found(folder: Path, results: list[dict[str, Any]]) -> None:
    source = portfolio.reading(portfolio.ndjson(_NUMBER, folder))
    changed = copy.deepcopy(results[7])
    changed["measures"]["roi"]["points"] = -1.0
    changed["scorecards"]["health"]["nodes"]["voice"]["band"] = "blue"
    found = portfolio_sql.check([*results[:7], changed, *results[8:-1]], source, AS_OF)
    assert [words.rpartition(": ")[0] for words in found[:2]] == [
        "account-0000007: roi.points", "account-0000007: voice.band",
    ]  # fmt: skip
    assert found[2:] == [f"account-{_NUMBER - 1:07d}: scored, and not asked for"]


def test_portfolios_have_ids_of_their_own_and_documents_that_come_round_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portfolio, "DISTINCT", 10)
    documents = [json.loads(line) for line in portfolio.portfolio(25)]
    assert [document["id"] for document in documents] == [f"account-{number:07d}" for number in range(25)]
    assert documents[:10] == list(accounts(10))
    assert [{**document, "id": ""} for document in documents[10:20]] == [
        {**document, "id": ""} for document in documents[:10]
    ]


def test_files_are_made_once(tmp_path: Path) -> None:
    path = portfolio.parquet(20, tmp_path)
    made = path.stat().st_mtime_ns
    assert portfolio.parquet(20, tmp_path).stat().st_mtime_ns == made
    assert sorted(each.name for each in tmp_path.iterdir()) == ["accounts-20.ndjson", "accounts-20.parquet"]
    rows = duckdb.sql(f"SELECT id, typeof(timeline) FROM {portfolio.reading(path)}").fetchall()
    assert [row[0] for row in rows] == [document["id"] for document in accounts(20)]
    assert rows[0][1] == "STRUCT(date DATE, subject VARCHAR, external_roles VARCHAR[])[]"
