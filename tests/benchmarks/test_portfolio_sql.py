"""The hand-written SQL and the engine say the same of 3,000 accounts, from NDJSON and from Parquet."""

from __future__ import annotations

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
def results() -> dict[str, dict[str, Any]]:
    ruleset = ruleengine.load(RULESET, cache=False)
    return {document["id"]: ruleset.score_dict(document, AS_OF) for document in accounts(_NUMBER)}


@pytest.mark.parametrize("made", [portfolio.ndjson, portfolio.parquet])
def test_sql_and_engine_agree(made: Any, folder: Path, results: dict[str, dict[str, Any]]) -> None:
    source = portfolio.reading(made(_NUMBER, folder))
    scored, explained = _rows(source)
    faults = [
        f"{identity}: {words}"
        for identity, result in results.items()
        for words in portfolio_sql.differences(result, scored[identity], explained[identity])
    ]
    assert faults == []
    assert len(scored) == len(explained) == _NUMBER


def test_a_difference_is_found(folder: Path, results: dict[str, dict[str, Any]]) -> None:
    scored, explained = _rows(portfolio.reading(portfolio.ndjson(_NUMBER, folder)))
    identity = "account-0000007"
    row = {**explained[identity], "roi_status": "unheard of", "voice_band": "blue"}
    words = portfolio_sql.differences(results[identity], (-1.0, scored[identity][1]), row)
    assert [word.partition(":")[0] for word in words] == ["score", "roi.status", "voice.band"]


def _rows(source: str) -> tuple[dict[str, tuple[Any, ...]], dict[str, dict[str, Any]]]:
    with duckdb.connect() as connection:
        scored = connection.execute(portfolio_sql.scores(source, AS_OF)).fetchall()
        found = connection.execute(portfolio_sql.explained(source, AS_OF))
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {row[0]: row[1:] for row in scored}, {row["id"]: row for row in rows}
