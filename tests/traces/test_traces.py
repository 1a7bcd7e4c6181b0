"""Every number of a trace can be computed again, and the checker would notice if it could not.

Long runs are the command `python -m tests.traces.run`.
"""

from __future__ import annotations

import ast
import sys
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

import ruleengine
from tests.differential.reference.modules import load_module, load_schema
from tests.traces import arithmetic as a
from tests.traces.checker import check_result
from tests.traces.claims import Claims, numbers
from tests.traces.describe import describe
from tests.traces.explained import check_explanation
from tests.traces.model import Bands, Block, Description, Interval, Limit
from tests.traces.run import DAY, ROOT, Tally, check_account, check_examples, check_random

RAG = Bands(
    ("green", "yellow", "red"),
    (Interval(75.0, 100.0), Interval(50.0, 75.0, high_open=True), Interval(0.0, 50.0, high_open=True)),
    {"green": 87.5, "yellow": 62.5, "red": 25.0},
)


def test_random_rulesets_over_random_accounts() -> None:
    tally = Tally()
    check_random(tally, 24, 7)
    assert (tally.lines, tally.unexplained, tally.refused) == ([], [], 0)
    assert tally.good
    assert tally.documents == 48
    assert tally.recomputed > 500


def test_every_example_ruleset_over_some_accounts() -> None:
    tally = Tally()
    check_examples(tally, every=100)
    assert (tally.lines, tally.unexplained) == ([], [])
    assert tally.good
    assert tally.recomputed > 1500


@pytest.fixture(scope="module")
def account() -> tuple[Any, Any, Description]:
    """Result, explanation and description of one account with missing data."""
    path = ROOT / "rulesets/customer_health/2.0.0.rules"
    engine = ruleengine.load(path, cache=False)
    module = load_module(path, ROOT / "rulesets")
    line = (ROOT / "examples/accounts.ndjson").read_bytes().splitlines()[3]
    facts = orjson.loads(line)
    described = describe(module, facts, DAY, load_schema(module, ROOT / "schemas"))
    return engine.score_dict(facts, DAY), engine.explain(facts, DAY).to_dict(), described


def set_at(document: Any, pointer: str, value: float) -> Any:
    """A copy of a document in which one number is another one."""
    changed = deepcopy(document)
    *above, last = pointer.split("/")[1:]
    found = changed
    for step in above:
        found = found[int(step)] if isinstance(found, list) else found[step]
    found[int(last) if isinstance(found, list) else last] = value
    return changed


def test_a_number_that_is_changed_is_noticed(account: tuple[Any, Any, Description]) -> None:
    """Wherever it stands in the result; a line may move inside of what it is about."""
    result, _, described = account
    assert check_result(result, described).lines == []
    unnoticed = [
        pointer
        for pointer, value in numbers(result)
        if not check_result(
            set_at(result, pointer, value + (1000 if pointer.endswith("line") else 0.001)), described
        ).lines
    ]
    assert unnoticed == []


def test_a_number_of_an_explanation_that_is_changed_is_noticed(account: tuple[Any, Any, Description]) -> None:
    result, explained, described = account
    assert check_explanation(explained, result, described).lines == []
    unnoticed = [
        pointer
        for pointer, value in list(numbers(explained))[::7]
        if not check_explanation(
            set_at(explained, pointer, value + (1000 if pointer.endswith("line") else 0.5)), result, described
        ).lines
    ]
    assert unnoticed == []


def test_a_number_that_nobody_claims_is_unexplained() -> None:
    claims = Claims({"a": 1, "b": [2.5, True, "3"]})
    claims.equal("/a", 1.0)
    assert claims.unexplained() == ["/b/0"]
    assert claims.recomputed == {"/a"}


def test_a_result_that_lost_a_number_is_noticed(account: tuple[Any, Any, Description]) -> None:
    result, _, described = account
    changed = deepcopy(result)
    changed["scorecards"]["health"]["score"] = None
    assert any("/scorecards/health/score" in line for line in check_result(changed, described).lines)


# ── the arithmetic, by hand ──


def shown(*places: tuple[float | None, str | None, float]) -> list[a.Shown]:
    return [a.Shown(*place) for place in places]


def test_weights_of_what_does_not_count_go_to_the_others() -> None:
    block = Block("weighted mean", (), RAG)
    places = shown((87.5, "green", 0.5), (None, None, 0.3), (25.0, "red", 0.2))
    assert a.nominal("weighted mean", places) == [0.5, 0.3, 0.2]
    assert a.factors(block, places) == [pytest.approx(5 / 7), 0.0, pytest.approx(2 / 7)]
    assert a.roll_up(block, places) == pytest.approx((0.5 * 87.5 + 0.2 * 25) / 0.7)


def test_other_roll_ups() -> None:
    places = shown((87.5, "green", 1.0), (25.0, "red", 1.0), (25.0, "red", 1.0))
    assert a.roll_up(Block("sum", (), RAG), places) == 137.5
    assert a.roll_up(Block("maximum", (), RAG), places) == 87.5
    assert a.factors(Block("minimum", (), RAG), places) == [0.0, 1.0, 0.0]
    assert a.roll_up(Block("worst band", (), RAG), places) == 25.0
    assert a.roll_up(Block("count", (), RAG, counted="red"), places) == 2.0
    assert a.roll_up(Block("weighted mean", (), RAG), shown((None, None, 1.0))) is None


def test_a_cap_beats_a_floor_and_an_override_beats_both() -> None:
    start = a.Final(80.0, "green", 80.0)
    cap, floor = Limit("cap", None, 60.0, None), Limit("floor", None, 90.0, None)
    assert a.limited(start, RAG, [floor, cap], None, banded=True) == a.Final(60.0, "yellow", 60.0)
    by_band = Limit("cap", "red", None, None)
    assert a.limited(start, RAG, [by_band], None, banded=True) == a.Final(80.0, "red", 25.0)
    override = Limit("override", "yellow", None, None)
    assert a.limited(start, RAG, [by_band], override, banded=True) == a.Final(80.0, "yellow", 62.5)
    outside = Limit("override", None, 900.0, None)
    assert a.limited(start, RAG, [], outside, banded=True) == a.Final(None, None, None)


def test_edges_belong_where_the_interval_says() -> None:
    assert [a.band_of(RAG, score) for score in (75.0, 74.9999999999999, 74.9, 50.0, 49.99, 101.0)] == [
        "green",
        "green",
        "yellow",
        "yellow",
        "red",
        None,
    ]
    assert a.distance(RAG, "yellow", 70.75, -1) == ("green", 4.25)
    assert a.neighbour(RAG, "yellow", 51.0, 2.0) == ("red", 1.0)
    assert a.neighbour(RAG, "yellow", 51.0, 0.5) is None


def test_rounding_takes_ten_decimals_first() -> None:
    assert a.rounded(62.75, 0, "half_up") == 63.0
    assert a.rounded(2.675, 2, "half_up") == 2.68
    assert a.rounded(-2.5, 0, "half_even") == -2.0
    assert a.rounded(0.30000000000000004, 1, "up") == 0.3


def test_the_checker_owes_nothing_to_the_engine() -> None:
    """Its modules import the standard library and one another."""
    for name in ("checker", "explained", "arithmetic", "claims", "model"):
        tree = ast.parse((Path(__file__).with_name(f"{name}.py")).read_text(encoding="utf-8"))
        found = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        found |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {each for each in found if each.split(".")[0] not in sys.stdlib_module_names} <= {
            f"tests.traces.{each}" for each in ("arithmetic", "claims", "model")
        } | {"tests.traces"}


def test_what_a_run_prints_adds_up(account: tuple[Any, Any, Description]) -> None:
    path = ROOT / "rulesets/use_case_adoption/1.0.0.rules"
    engine, module = ruleengine.load(path, cache=False), load_module(path, ROOT / "rulesets")
    tally = Tally()
    check_account(
        tally, engine, module, load_schema(module, ROOT / "schemas"), {"id": "empty"}, date(2024, 3, 1)
    )
    assert tally.documents == 2
    assert tally.numbers == tally.recomputed + tally.confirmed
    assert tally.told().startswith(f"2 documents, {tally.numbers} numbers: {tally.recomputed} recomputed")
