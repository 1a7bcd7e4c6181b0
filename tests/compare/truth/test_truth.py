"""A few hundred accounts under sets of edits, and by hand whether the truth itself is told apart from what is not true."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import ruleengine
from tests.compare.truth.classes import classes_of, subsets
from tests.compare.truth.counting import Counted, faults
from tests.compare.truth.laboratory import Laboratory, Shelf, unequal
from tests.compare.truth.material import Material, material
from tests.compare.truth.shares import blame
from tests.compare.truth.texts import Replacement, TextEdit, apart, edited
from tests.compare.truth.trial import trial

SEEDS = (1000, 1002, 1003, 1008, 1012)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_comparison_tells_the_truth(seed: int) -> None:
    report = trial(seed, accounts=3)
    assert report.faults == [], report.edits


def test_the_trials_are_of_every_sort() -> None:
    names = {material(seed, 1).name.partition(" ")[0] for seed in range(40)}
    assert "random" in names
    assert len(names) > 8


# ── the truth itself, by hand ───────────────────────────────────────────────────────────────────────────────────────


def standings(
    *given: tuple[str, float | None, str | None],
) -> dict[frozenset[str], tuple[float | None, str | None]]:
    return {frozenset(players): (score, band) for players, score, band in given}


def test_points_are_the_mean_over_the_orders() -> None:
    values = standings(("", 80, "green"), ("a", 72.5, "yellow"), ("b", 75, "green"), ("ab", 68, "yellow"))
    told = blame(values, ("a", "b"))
    assert told.points == {
        "a": Fraction("-7.25"),
        "b": Fraction("-4.75"),
    }  # (-7.5 - 7) / 2 and (-5 - 4.5) / 2
    assert told.change == -12
    assert told.decisive == {"a"}
    assert told.sufficient == set()


def test_where_either_would_do_none_is_decisive() -> None:
    values = standings(("", 60, "yellow"), ("a", 40, "red"), ("b", 40, "red"), ("ab", 30, "red"))
    told = blame(values, ("a", "b"))
    assert told.decisive == set()
    assert told.sufficient == {frozenset("a"), frozenset("b")}


def test_without_a_score_in_between_the_old_one_counts() -> None:
    values = standings(("", 50, None), ("a", None, None), ("b", 70, None), ("ab", 60, None))
    assert blame(values, ("a", "b")).points == {"a": -5, "b": 15}  # (0 - 10) / 2 and (20 + 10) / 2


def test_who_never_makes_a_difference_is_not_named() -> None:
    values = standings(("", None, None), ("a", 5, None), ("b", None, None), ("ab", 5, None))
    told = blame(values, ("a", "b"))
    assert (told.change, told.points) == (None, {"a": None})
    assert told.decisive == {"a"}


TEXT = "one 1\ntwo 22\nthree 333\n"


def edit(*replacements: tuple[int, int, str]) -> TextEdit:
    return TextEdit("x", "some", (0, 0), tuple(Replacement(*each) for each in replacements))


def test_edits_of_a_text_are_made_in_any_combination() -> None:
    first, second = edit((4, 5, "1000"), (10, 12, "")), edit((19, 22, "3"))
    assert edited({"x": TEXT}, [second, first])["x"] == "one 1000\ntwo \nthree 3\n"
    assert edited({"x": TEXT}, [second])["x"] == "one 1\ntwo 22\nthree 3\n"
    assert apart(first, second)
    assert not apart(first, edit((11, 14, "?")))


# ── and that a fault would be seen ──────────────────────────────────────────────────────────────────────────────────

RULES = """\
ruleset demo 1.0.0 { facts demo 1 }
bands rag { green 75..100 points 90 ; yellow 50..<75 points 60 ; red 0..<50 points 20 }
measure use { value users
  rate { red when < 10 ; yellow when < 20 ; green otherwise } }
measure voice { value tickets
  rate { green when < 5 ; red otherwise } }
scorecard health { bands rag ; missing redistribute ; use 60% ; voice 40% }
"""
SCHEMA = """{"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "x-id": true},
"users": {"type": "integer", "x-unit": "count"}, "tickets": {"type": "integer", "x-unit": "count"}}}"""
ACCOUNTS: list[dict[str, Any]] = [
    {"id": "one", "users": 12, "tickets": 3},
    {"id": "two", "users": 30, "tickets": 7},
    {"id": "three"},
]


def changed(old: str, new: str) -> TextEdit:
    at = RULES.index(old)
    return TextEdit("demo/1.0.0.rules", "by hand", (at, at), (Replacement(at, at + len(old), new),))


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    (tmp_path / "schemas/demo").mkdir(parents=True)
    (tmp_path / "schemas/demo/1.schema.json").write_text(SCHEMA)
    day = date(2024, 3, 1)
    given = Material(
        "demo",
        {"demo/1.0.0.rules": RULES},
        "demo/1.0.0.rules",
        tmp_path / "schemas",
        ACCOUNTS,
        ACCOUNTS,
        day,
        day,
    )
    return Laboratory(
        given,
        [changed("< 10", "< 15"), changed("< 5", "< 8"), changed("< 20", "<= 40")],
        Shelf(tmp_path / "all"),
    )


def counted(laboratory: Laboratory) -> tuple[dict[str, Any], list[Counted]]:
    """The document of all three edits, and what comes of every set of them."""
    groups = classes_of(laboratory)
    [[first], [second], [third]] = [sorted(group.ids) for group in groups]
    names = [first, second, third]
    old, new = laboratory.loaded(frozenset()), laboratory.loaded(frozenset({0, 1, 2}))
    document = ruleengine.diff(old, new, ACCOUNTS, as_of="2024-03-01").to_dict()
    accounts = [
        Counted(each["id"], tuple(names), {
            frozenset(names[one] for one in chosen): laboratory.loaded(chosen).score_dict(each, "2024-03-01")
            for chosen in subsets(3)
        })
        for each in ACCOUNTS
    ]  # fmt: skip
    return document, accounts


def test_three_edits_are_three_classes(laboratory: Laboratory) -> None:
    assert [sorted(group.ids) for group in classes_of(laboratory)] == [
        ["use.rate.red"], ["voice.rate.green"], ["use.rate.yellow"],
    ]  # fmt: skip


def test_what_is_wrong_in_a_document_is_seen(laboratory: Laboratory) -> None:
    document, accounts = counted(laboratory)
    assert faults(document, accounts) == []
    wrongs: tuple[Callable[[dict[str, Any]], Any], ...] = (
        lambda found: found["movers"].pop(),
        lambda found: found["movers"][0]["attribution"][0].update(points=1.5),
        lambda found: found["movers"][0]["attribution"].pop(),
        lambda found: found["movers"][0]["decisive"].clear(),
        lambda found: found["population"]["scorecards"]["health"]["newly"].update(red=7),
        lambda found: found["population"]["scorecards"]["health"]["mean"].update(new=1.0),
        lambda found: found["edits"][0]["effect"]["health"].update(touched=0),
        lambda found: found["population"].update(accounts=4),
    )
    for wrong in wrongs:
        spoiled = copy.deepcopy(document)
        wrong(spoiled)
        assert faults(spoiled, accounts) != []


def test_results_are_unequal_where_they_differ() -> None:
    one: dict[str, Any] = {
        "scorecards": {"c": {"score": 1.0, "line": 3}},
        "measures": {"m": {"score": 1}},
        "triggers": [],
    }
    same = {"scorecards": {"c": {"score": 1.0 + 1e-12, "line": 9}}, "measures": {}, "triggers": []}
    assert unequal(one, same) == []
    assert unequal(one, {**same, "triggers": [{"name": "t"}]}) == [
        ".triggers: [] expected, [{'name': 't'}] found"
    ]
    assert unequal(one, {**same, "scorecards": {"c": {"score": 2.0}}}) == [
        ".scorecards.c.score: 1.0 expected, 2.0 found"
    ]
