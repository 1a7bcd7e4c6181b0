"""What an account reaches of a ruleset: exactly what decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.api import Ruleset
from ruleengine.evaluator.coverage import coverage_items
from tests.evaluator.covered_rulesets import loaded, own, reached


def test_two_rows_on_one_line_are_two_items(tmp_path: Path) -> None:
    rules = "measure size { value seats ; rate { red when < 5 ; red when < 10 ; green otherwise } }"
    ruleset = loaded(tmp_path, rules)
    assert own(ruleset, "row") == ["size.row.1", "size.row.2", "size.row.3"]
    assert reached(ruleset, "row", seats=4) == ["size.row.1"]
    assert reached(ruleset, "row", seats=9) == ["size.row.2"]
    assert reached(ruleset, "row", seats=10) == ["size.row.3"]
    assert reached(ruleset, "row") == []


def test_a_row_of_a_block_counts_when_its_block_decides(tmp_path: Path) -> None:
    rules = """measure size {
      value seats
      rate when plan = "small" { red when < 5 ; green otherwise }
      rate { red when < 50 ; na excluded "nobody knows" when < 60 ; green otherwise }
    }"""
    ruleset = loaded(tmp_path, rules)
    assert reached(ruleset, "row", plan="small", seats=4) == ["size.row.1.1"]
    assert reached(ruleset, "row", plan="large", seats=4) == ["size.row.2.1"]
    assert reached(ruleset, "row", plan="large", seats=55) == ["size.row.2.2"]
    # Without a plan it is undecided which block counts: the row of the second decides where the first would give the same.
    assert reached(ruleset, "row", seats=4) == ["size.row.2.1"]
    assert reached(ruleset, "row", seats=20) == []


def test_an_undecided_row_before_does_not_count_and_may_take_the_count_away(tmp_path: Path) -> None:
    rules = """measure size { rate {
      red   when sold = 0
      green when seats > 5
      red   otherwise
    } }"""
    ruleset = loaded(tmp_path, rules)
    assert reached(ruleset, "row", seats=4) == ["size.row.3"]  # the first would be red as well
    assert reached(ruleset, "row", seats=6) == []  # it could be red or green


def test_points_that_are_not_known_reach_no_row(tmp_path: Path) -> None:
    rules = "measure size { value seats ; rate { points sold when > 5 ; points 1 otherwise } }"
    ruleset = loaded(tmp_path, rules)
    assert reached(ruleset, "row", seats=6) == []
    assert reached(ruleset, "row", seats=6, sold=3) == ["size.row.1"]


TABLES = """
table price(n count, p text) {
  < 10, "small" gives 1
  < 10, any     gives 2
  any,  any     gives 3
}
define cost(n count) = price(n, plan) * 2
"""


def test_rows_of_tables_in_definitions_count_when_they_gave_the_result(tmp_path: Path) -> None:
    ruleset = loaded(tmp_path, TABLES + "output a = cost(seats)\noutput b = cost(sold)")
    rows = ["price.table_row.1", "price.table_row.2", "price.table_row.3"]
    assert own(ruleset, "table row") == rows
    assert reached(ruleset, "table row", seats=1, sold=99, plan="small") == [rows[0], rows[2]]
    assert reached(ruleset, "table row", seats=1, sold=1, plan="large") == [rows[1]]
    assert reached(ruleset, "table row", seats=1, sold=1) == []  # the first row or the second


@pytest.mark.parametrize(
    ("hits", "seats", "rows"),
    [
        ("one", 5, [1]),
        ("one", 20, []),  # two rows hold
        ("agreeing", 20, [2, 3]),  # and say the same
        ("agreeing", 40, []),  # and do not
        ("all", 40, [3, 4]),
        ("all", 60, [4]),
    ],
)
def test_rows_of_tables_of_which_several_may_hold(
    tmp_path: Path, hits: str, seats: int, rows: list[int]
) -> None:
    table = f"""table size(n count) hits {hits} {{
      < 10       gives 1
      in 10..25  gives 2
      in 15..50  gives 2
      >= 30      gives 3
    }}
    output a = size(seats)"""
    ruleset = loaded(tmp_path, table)
    assert reached(ruleset, "table row", seats=seats) == [f"size.table_row.{row}" for row in rows]


# ── limits, columns of weights, segments, bands ─────────────────────────────────────────────────────────────────────


def test_only_limits_that_acted_count(tmp_path: Path) -> None:
    rules = """measure size { value seats ; rate { red when < 5 ; yellow when < 50 ; green otherwise }
      cap yellow when marked ; cap red when marked and sold = 0 ; override red when sold > 900 ; override green when sold > 800
    }"""
    ruleset = loaded(tmp_path, rules)
    limits = own(ruleset, "limit")
    assert limits == [
        "size.limit.cap.1",
        "size.limit.cap.2",
        "size.limit.override.3",
        "size.limit.override.4",
    ]
    assert reached(ruleset, "limit", seats=60, sold=1, marked=True) == limits[:1]
    assert reached(ruleset, "limit", seats=6, sold=1, marked=True) == []  # it is no better than yellow
    assert reached(ruleset, "limit", seats=60, sold=0, marked=True) == limits[:2]
    assert reached(ruleset, "limit", seats=60, sold=850, marked=False) == limits[3:]
    assert reached(ruleset, "limit", seats=60, sold=950, marked=False) == limits[2:3]  # the first that holds
    assert reached(ruleset, "row", seats=60, sold=950, marked=False) == ["size.row.3"]
    assert reached(ruleset, "band", seats=60, sold=950, marked=False) == ["size.band.red"]


CARD = """
segment large when plan = "large"
segment small when plan = "small"
measure size { value seats ; rate { red when < 5 ; yellow when < 50 ; green otherwise } }
measure sale { value sold  ; rate { red when < 5 ; green otherwise } }
scorecard health "Health" {
  bands rag
  grace first 30 days from since
  group one "One" 60% { size ; cap yellow when sold = 7 }
  group two "Two" 40% { sale }
  weights for large { one 10% ; two 90% }
  weights for small { one 20% ; two 80% }
  cap red when marked
}
"""


def test_a_card_with_columns_of_weights_grace_and_limits(tmp_path: Path) -> None:
    ruleset = loaded(tmp_path, CARD)
    assert own(ruleset, "weights") == ["health.weights.1", "health.weights.2"]
    assert own(ruleset, "limit") == ["health.one.limit.cap.1", "health.limit.cap.1"]
    assert own(ruleset, "status")[-2:] == ["health.status.no score", "health.status.grace"]
    assert reached(ruleset, "weights", plan="small", seats=1, sold=1) == ["health.weights.2"]
    assert reached(ruleset, "weights", seats=1, sold=1) == []
    assert reached(ruleset, "segment", plan="large") == ["large.segment.holds"]
    assert reached(ruleset, "limit", seats=99, sold=7, marked=True) == [
        "health.one.limit.cap.1",
        "health.limit.cap.1",
    ]
    assert reached(ruleset, "limit", seats=1, sold=1, marked=True) == []
    assert reached(ruleset, "band", seats=99, sold=9) == [
        "size.band.green",
        "sale.band.green",
        "health.band.green",
    ]
    assert "health.status.grace" in reached(ruleset, "status", since="2024-06-01")
    assert "health.status.grace" not in reached(ruleset, "status", since="2024-05-31")
    assert "health.status.no score" in reached(ruleset, "status")


def test_the_bands_of_a_measure_are_those_that_it_can_have(tmp_path: Path) -> None:
    rules = """measure two { value seats ; rate { red when < 5 ; green otherwise } }
    measure given { value said ; rate as given }
    measure counted { value sold ; bands rag ; rate { points 90 when > 5 ; points 10 otherwise } }
    measure free { value sold ; bands rag ; rate { points sold when <= 100 ; points 1 otherwise } }"""
    ruleset = loaded(tmp_path, rules)
    assert own(ruleset, "band") == [
        "two.band.green", "two.band.red", "given.band.green", "given.band.yellow", "given.band.red",
        "counted.band.green", "counted.band.red", "free.band.green", "free.band.yellow", "free.band.red",
    ]  # fmt: skip


# ── reasons ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def statuses(ruleset: Ruleset, **facts: object) -> list[str]:
    """The reasons that an account reaches, without the name of the measure."""
    return [found.split(".status.")[1] for found in reached(ruleset, "status", **facts)]


def test_each_fact_that_a_measure_reads_can_be_missing(tmp_path: Path) -> None:
    rules = """let both = usage.users / seats
    measure size {
      value both
      rate when (plan default "small") = "small" { red when < 5 ; green otherwise }
      rate { red when < certain ; green when marked ; yellow otherwise }
      fresh by seen, stale after 10 days, expired after 20 days
      applies when sold > 0
    }"""
    ruleset = loaded(tmp_path, rules)
    names = [name.split(".status.")[1] for name in own(ruleset, "status")]
    assert sorted(names) == sorted([
        "missing usage.users", "missing seats", "zero seats", "missing marked", "missing sold", "not_applicable", "age",
        "stale", "expired",
    ])  # fmt: skip
    good = {"sold": 1, "seats": 10, "usage": {"users": 100}, "seen": "2024-06-30"}
    assert statuses(ruleset, **good) == []
    assert statuses(ruleset, **{**good, "usage": {}}) == ["missing usage.users"]
    assert statuses(ruleset, **{**good, "usage": None}) == ["missing usage.users"]
    assert statuses(ruleset, **{**good, "seats": None}) == ["missing seats"]
    assert statuses(ruleset, **{**good, "seats": 0}) == ["zero seats"]
    assert statuses(ruleset, **{**good, "sold": 0}) == ["not_applicable"]
    assert statuses(ruleset, **{**good, "sold": None}) == ["missing sold"]
    assert statuses(ruleset, **{**good, "plan": "large"}) == ["missing marked"]
    assert statuses(ruleset, **{**good, "seen": None}) == ["age"]
    assert statuses(ruleset, **{**good, "seen": "2024-06-19"}) == ["stale"]
    assert statuses(ruleset, **{**good, "seen": "2024-06-09"}) == ["expired"]


def test_reasons_of_lists_declared_reasons_and_words_that_are_no_band(tmp_path: Path) -> None:
    rules = """let last = latest v in visits where v.kind = "call" by v.on
    measure length { value last.minutes ; rate { red when < 5 ; green otherwise } ; fresh by last.on, stale after 9 days }
    measure chosen { value if marked then na excluded "left out" else sold ; rate { red when < 5 ; green otherwise } }
    measure given { value said ; rate as given }
    measure asked { rate { red when seats is missing ; green when seats > 5 ; yellow otherwise } }"""
    ruleset = loaded(tmp_path, rules)
    names = [name.split(".status.")[1] for name in own(ruleset, "status")]
    assert names == [
        "missing [].minutes", "missing nothing found latest v", "missing visits", "stale", "missing marked",
        'na excluded "left out"', "missing sold", "missing said", "no band",
    ]  # fmt: skip
    call = {"kind": "call", "on": "2024-06-30"}
    good = {"visits": [{**call, "minutes": 9}], "marked": False, "sold": 9, "said": "green"}
    assert statuses(ruleset, **good) == []
    assert statuses(ruleset, **{**good, "visits": [call]}) == ["missing [].minutes"]
    assert statuses(ruleset, **{**good, "visits": []}) == ["missing nothing found latest v"]
    assert statuses(ruleset, **{**good, "visits": None}) == ["missing visits"]
    assert statuses(ruleset, **{**good, "marked": True}) == ['na excluded "left out"']
    assert statuses(ruleset, **{**good, "said": "blue"}) == ["no band"]


def test_a_reason_is_counted_though_a_limit_acted_after_it(tmp_path: Path) -> None:
    rules = (
        "measure size { value seats ; rate { red when < 5 ; green otherwise } ; override red when marked }"
    )
    ruleset = loaded(tmp_path, rules)
    assert reached(ruleset, "status", marked=True) == ["size.status.missing seats"]
    assert reached(ruleset, "band", marked=True) == ["size.band.red"]


# ── triggers, problems, imports ─────────────────────────────────────────────────────────────────────────────────────


def test_triggers_their_conditions_and_problems(tmp_path: Path) -> None:
    rules = """trigger call "Call them" { when seats > 5 ; when sold > 5 }
    trigger wait "Wait" { when marked }
    problem "odd" when seats = 3
    problem "even" when seats = 4"""
    ruleset = loaded(tmp_path, rules)
    assert own(ruleset, "trigger") == ["call.trigger.fires", "wait.trigger.fires"]
    assert own(ruleset, "alternative") == ["call.alternative.1", "call.alternative.2"]
    assert reached(ruleset, "trigger", sold=6) == ["call.trigger.fires"]
    assert reached(ruleset, "alternative", sold=6) == ["call.alternative.2"]
    assert reached(ruleset, "trigger", marked=True, seats=1, sold=1) == ["wait.trigger.fires"]
    assert reached(ruleset, "problem", seats=4) == ["problem.problem.even"]


def test_an_earlier_result_is_taken_into_account(tmp_path: Path) -> None:
    rules = CARD + 'trigger fell "Fell" { when health is worse than previous health }'
    ruleset = loaded(tmp_path, rules)
    earlier = {
        "id": "a",
        "as_of": "2024-06-01",
        "scorecards": {"health": {"status": "scored", "band": "green"}},
    }
    assert reached(ruleset, "trigger", seats=1, sold=1) == []
    assert reached(ruleset, "trigger", earlier, seats=1, sold=1) == ["fell.trigger.fires"]
    assert reached(ruleset, "trigger", earlier, seats=99, sold=99) == []


def test_ids_are_told_apart_and_imports_marked(tmp_path: Path) -> None:
    other = """ruleset other 1.0.0 { facts thing 1 }
    bands rag { green 50..100 points 80 ; red 0..<50 points 10 }
    measure size { value seats ; rate { red when < 5 ; green otherwise } }"""
    rules = "import other 1.0.0 (size as theirs)\nmeasure size { value sold ; bands rag ; rate { red when < 5 ; green otherwise } }"
    ruleset = loaded(tmp_path, rules, other=other)
    items = coverage_items(ruleset.program)
    assert len({item.id for item in items}) == len(items)
    assert [item.of for item in items if item.own and item.kind == "row"] == ["size", "size"]
    assert [item.own for item in items].index(False) == sum(item.own for item in items)
    assert reached(ruleset, "row", seats=1, sold=9) == ["size.row.2", "other@1.0.0:size.row.1"]
