"""What coverage, explanations and costs say of rulesets that are written seldom; expectations are computed by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ruleengine.api import Ruleset
from ruleengine.evaluator.coverage import coverage_items
from ruleengine.evaluator.covering import covered
from ruleengine.evaluator.explain import explain
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r
from tests.evaluator.test_seldom_asked import AS_OF, load

SIZE = "measure size { value seats ; rate { green when > 5 ; red otherwise } }\n"


def items(ruleset: Ruleset, kind: str) -> list[str]:
    return [item.id for item in coverage_items(ruleset.program) if item.kind == kind]


def statuses(folder: Path, value: str, before: str = "") -> list[str]:
    """Why a measure with this value can be without a rating."""
    rules = f"{before}\nmeasure m {{ value {value} ; rate {{ green when > 5 ; red otherwise }} }}"
    return [found.removeprefix("m.status.") for found in items(load(folder, rules), "status")]


def reached(ruleset: Ruleset, kind: str, /, **facts: Any) -> list[str]:
    found = covered(ruleset.evaluator, {"id": "a", "certain": 1, **facts}, AS_OF)
    return [item for item in items(ruleset, kind) if item in found]


# ── coverage ──


def test_the_band_that_was_is_computed_beside_and_covers_nothing(tmp_path: Path) -> None:
    rules = """
    measure size {
      value seats
      rate { green when > 5 ; red otherwise }
      applies when marked
      fresh by since, expired after 30 days
      cap red when sold > 5
    }
    output was_green = size was green
    """
    ruleset = load(tmp_path, rules)
    facts = {"seats": 6, "sold": 0, "marked": True}
    assert reached(ruleset, "row", since="2024-06-01", **facts) == ["size.row.1"]
    assert reached(ruleset, "row", since="2024-01-01", **facts) == []
    assert reached(ruleset, "status", since="2024-01-01", **facts) == ["size.status.expired"]
    outputs = ruleset.score_dict({"id": "a", "certain": 1, "since": "2024-01-01", **facts}, AS_OF)["outputs"]
    assert outputs == {"was_green": True}


def test_texts_of_a_file_that_is_gone_are_empty(tmp_path: Path) -> None:
    ruleset = load(tmp_path, SIZE)
    (tmp_path / "rulesets/demo/1.0.0.rules").unlink()
    assert "``" in next(item.title for item in coverage_items(ruleset.program) if item.kind == "row")
    document = {"id": "a", "certain": 1, "seats": 7}
    explained = explain(ruleset.evaluator, {}, document, AS_OF).to_dict()["measures"][0]
    assert [row["text"] for row in explained["rows"]] == ["", ""]


def test_two_denominators_that_begin_alike_are_two(tmp_path: Path) -> None:
    """A name has the first 80 signs of what it is about."""
    long = " - ".join(["seats"] * 12)
    found = statuses(tmp_path, f"1 / ({long} - sold) + 1 / ({long} - certain)")
    assert [len(name) for name in found if name.startswith("zero")] == [len("zero ") + 80, len("zero ") + 81]


@pytest.mark.parametrize(
    ("card", "can"),
    [
        ("scorecard low { sure } scorecard top { low }", False),
        ("scorecard low { size } scorecard top { low }", True),
        ("scorecard top { missing impute red ; size }", False),
        ("scorecard top { group inner { missing as zero ; size } }", False),
        ("scorecard top { size }", True),
    ],
)
def test_which_cards_can_be_left_without_a_score(tmp_path: Path, card: str, can: bool) -> None:
    rules = f"{SIZE}measure sure {{ value certain ; rate {{ green when > 5 ; red otherwise }} }}\n"
    ruleset = load(tmp_path, rules + card.replace("} scorecard", "}\nscorecard"))
    assert ("top.status.no score" in items(ruleset, "status")) is can


def test_values_beside_a_matrix_are_one_item(tmp_path: Path) -> None:
    rules = f"""{SIZE}
    matrix way {{
      rows kind: a, b ; columns size
      a gives "x", "x", "y"
      b gives "y", "y", "y"
      otherwise gives "z"
    }}"""
    ruleset = load(tmp_path, rules)
    assert items(ruleset, "cell")[0] == "way.cell.otherwise"
    assert reached(ruleset, "cell", kind="c", seats=6) == ["way.cell.otherwise"]
    assert reached(ruleset, "cell", kind="a", seats=6) == ["way.cell.a green"]


def test_the_band_of_what_nothing_rates_any_more(tmp_path: Path) -> None:
    """As between two versions, of which the later one has no rating: a test of the band is undecided."""
    rules = f"{SIZE}measure calm {{ rate {{ green when size is red ; red otherwise }} }}"
    program = load(tmp_path, rules).program
    steps = tuple(
        evolve(step, rates=()) if isinstance(step, r.Measure) and step.name == "size" else step
        for step in program.steps
    )
    measures = Evaluator(evolve(program, steps=steps)).result({"id": "a", "certain": 1, "seats": 1}, AS_OF)[
        "measures"
    ]
    assert (measures["size"]["band"], measures["calm"]["status"]) == (None, "missing")


def test_a_matrix_without_a_row_for_a_value_that_it_has(tmp_path: Path) -> None:
    """As between two versions, one of which has the row: there is no cell, and that is a problem."""
    rules = f'{SIZE}matrix way {{\n rows kind: a, b ; columns size\n a gives "x", "x", "y"\n b gives "y", "y", "y"\n}}'
    program = load(tmp_path, rules).program
    steps = tuple(
        evolve(step, rows=step.rows[:1]) if isinstance(step, r.Matrix) else step for step in program.steps
    )
    document = {"id": "a", "certain": 1, "seats": 7, "kind": "b"}
    found = Evaluator(evolve(program, steps=steps)).result(document, AS_OF)
    assert found["matrices"]["way"]["reason"] == "`way` has no cell for these values"
    assert [problem["code"] for problem in found["problems"]] == ["RE505"]


def test_points_beside_bands_that_only_an_override_names(tmp_path: Path) -> None:
    ruleset = load(tmp_path, "measure size { value certain ; points value ; override red when certain > 5 }")
    assert items(ruleset, "band") == ["size.band.red"]


@pytest.mark.parametrize(
    ("value", "zero"),
    [
        ("1 / seats", True),
        ("1 / positive", False),
        ("1 / (2 * 3)", False),
        ("1 / max(seats, 1)", False),
        ("1 / max(seats, sold)", True),
        ("1 / (seats + 1)", False),
        ("1 / (seats + sold)", True),
        ("1 / (seats default 1)", True),
        ("1 / (positive default 1)", False),
        ("1 / (seats - sold)", True),
        ("1 / (count v in visits)", True),
        ("1 / last", True),
    ],
)
def test_what_can_be_zero(tmp_path: Path, value: str, zero: bool) -> None:
    """A sum with something positive in it is taken for positive, and a name behind more than fifty names for anything."""
    lets = "let first = positive\n" + "\n".join(
        f"let l{number} = {'first' if number == 0 else f'l{number - 1}'}" for number in range(55)
    )
    found = statuses(tmp_path, value, lets + "\nlet last = l54")
    assert any(name.startswith("zero") for name in found) is zero


@pytest.mark.parametrize(
    ("by", "unknown"),
    [
        ("since", True),
        ("2024-01-01", False),
        ("(latest v in visits by v.on).on", False),
        ("(first s in stays).day", False),
        ("(first v in visits).on", True),
        ("since + 2 days", True),
    ],
)
def test_whether_an_age_can_be_unknown(tmp_path: Path, by: str, unknown: bool) -> None:
    rules = f"measure m {{ value certain ; rate {{ green when > 5 ; red otherwise }} ; fresh by {by}, stale after 30 days }}"
    assert ("m.status.age" in items(load(tmp_path, rules), "status")) is unknown


# ── explanations, costs, reasons ──


def test_a_series_without_values_is_said(tmp_path: Path) -> None:
    rules = """
    let minutes = series of v.minutes for v in visits by v.on
    measure last { value value of minutes at as_of ; rate { green when > 5 ; red otherwise } }
    """
    ruleset = load(tmp_path, rules)
    for visits, words in (
        ([], "no values"),
        ([{"kind": "a", "on": "2024-06-01", "minutes": 4}], "1 value, "),
    ):
        text = str(ruleset.explain({"id": "a", "certain": 1, "visits": visits}, AS_OF).to_dict())
        assert words in text


def test_costs_are_counted_from_the_baseline_and_of_what_has_a_best(tmp_path: Path) -> None:
    """`owed`: 25 - 5 points, a third of the weight; `inner` has no bands and so no best; `given` has one, 80 - 10."""
    rules = """
    measure owed  { value certain ; points value ; baseline 25 }
    measure given { bands rag ; value kind ; rate as given }
    measure gone { rate { na excluded "no longer asked" otherwise } }
    scorecard inner { bands none ; owed }
    scorecard outer { bands none ; owed 1 ; inner 1 ; given 1 ; gone 1 }
    """
    ruleset = load(tmp_path, rules)
    explanation = ruleset.explain({"id": "a", "certain": 5, "kind": "red"}, AS_OF)
    outer = next(card for card in explanation.scorecards if card["name"] == "outer")
    assert [(cost["path"], cost["against"], cost["cost"]) for cost in outer["costs"]] == [
        ("given", "best", pytest.approx(70 / 3)), ("owed", "baseline", pytest.approx(20 / 3))
    ]  # fmt: skip


def test_a_baseline_that_depends_on_the_account(tmp_path: Path) -> None:
    """Nine sold and five points: four are lost; where nobody knows what was sold, nothing can be."""
    rules = (
        "measure owed { value certain ; points value ; baseline sold }\nscorecard card { bands none ; owed }"
    )
    ruleset = load(tmp_path, rules)
    for sold, costs in (({"sold": 9}, [4]), ({}, [])):
        card = ruleset.explain({"id": "a", "certain": 5, **sold}, AS_OF).scorecards[0]
        assert [cost["cost"] for cost in card["costs"]] == costs


def test_reasons_leave_out_what_has_no_score(tmp_path: Path) -> None:
    rules = f"""{SIZE}measure sure "Sure" {{ value certain ; rate {{ green when > 5 ; red otherwise }} }}
    scorecard card {{ size ; sure }}
    template t {{ body "{{reasons of card}}" }}
    """
    ruleset = load(tmp_path, rules)
    assert ruleset.texts({"id": "a", "certain": 1}, AS_OF)[0]["body"] == "Sure (red)"
