"""The hand-written functions and the engine say the same of 500 accounts, and the accounts are worth comparing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import ruleengine
from benchmarks.agreement import differences
from benchmarks.large_ruleset import with_lines, with_measures
from benchmarks.one_account import check
from benchmarks.tables import Table, write
from benchmarks.workload.accounts import AS_OF, RULESET, accounts
from benchmarks.yardsticks import score, trace


@pytest.fixture(scope="module")
def workload() -> ruleengine.Ruleset:
    return ruleengine.load(RULESET, cache=False)


def test_yardsticks_and_engine_agree(workload: ruleengine.Ruleset) -> None:
    assert check(workload, accounts(500)) == []


def test_a_difference_is_found(workload: ruleengine.Ruleset) -> None:
    document = next(iter(accounts(1)))
    result = workload.score_dict(document, AS_OF)
    other = trace(document, AS_OF)
    other["measures"]["roi"]["status"] = "unheard of"
    assert any("roi.status" in words for words in differences(result, score(document, AS_OF), other))
    assert any(
        words.startswith("score:") for words in differences(result, (-1.0, "red"), trace(document, AS_OF))
    )


def test_accounts_are_the_same_for_the_same_seed() -> None:
    assert list(accounts(5)) == list(accounts(5))
    assert list(accounts(5)) != list(accounts(5, seed=1))


def test_accounts_are_of_the_size_and_variety_that_the_tables_speak_of(workload: ruleengine.Ruleset) -> None:
    documents = list(accounts(500))
    size = sum(len(json.dumps(document, separators=(",", ":"))) for document in documents) / 500
    assert 800 < size < 1000
    statuses, bands = Counter[str](), Counter[tuple[str, str]]()
    for document in documents:
        for name, measure in workload.score_dict(document, AS_OF)["measures"].items():
            statuses[measure["status"]] += 1
            bands[name, measure["band"]] += 1
    assert statuses.keys() == {"scored", "stale", "missing", "expired", "not_applicable"}
    named = {(name, band) for name, band in bands if band is not None}
    assert len(named) == 12 * 3


@pytest.mark.parametrize("lines", [100, 1000])
def test_large_rulesets_have_the_length_that_was_asked_for(lines: int) -> None:
    assert with_lines(lines).count("\n") == lines


def test_a_large_ruleset_scores(tmp_path: Path) -> None:
    path = tmp_path / "large" / "1.0.0.rules"
    path.parent.mkdir()
    path.write_text(with_measures(30), encoding="utf-8")
    ruleset = ruleengine.load(path, rulesets=tmp_path, schemas=RULESET.parents[2] / "schemas", cache=False)
    results = [ruleset.score(document, AS_OF) for document in accounts(20)]
    assert len(ruleset.measures) == 30
    assert any(result.scorecards["health"].score is not None for result in results)


def test_tables_replace_what_stands_between_their_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- measured: speed -->\nold\n<!-- end of speed -->\nafter\n", encoding="utf-8")
    tables = [Table(name, "Speed", ("what", "µs"), (("a", "1.0"),)) for name in ("speed", "unknown")]
    assert write(page, tables) == ["unknown"]
    table = "**Speed**\n\n| what | µs |\n| --- | ---: |\n| a | 1.0 |"
    expected = f"before\n<!-- measured: speed -->\n\n{table}\n\n<!-- end of speed -->\nafter\n"
    assert page.read_text(encoding="utf-8") == expected
