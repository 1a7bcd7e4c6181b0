"""What a measure can lack and what became of it, what an explanation says of a record, whom reasons name, and when facts are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.evaluator.covered_rulesets import loaded, own, reached
from tests.evaluator.test_seldom_asked import AS_OF, load, result


def test_conditions_of_whole_ratings_can_be_undecided_too(tmp_path: Path) -> None:
    rules = """
    measure size {
      value certain
      rate when plan = "small" { red when < 5 ; green otherwise }
      rate when marked { yellow when > seats ; green otherwise }
      rate { red when sold > 5 ; yellow otherwise }
    }"""
    ruleset = loaded(tmp_path, rules)
    names = [f"size.status.missing {fact}" for fact in ("plan", "marked", "seats", "sold")]
    assert own(ruleset, "status") == names
    assert reached(ruleset, "status", certain=9) == names[:1]
    assert reached(ruleset, "status", plan="small") == []
    assert reached(ruleset, "status", plan="large", sold=1) == names[1:2]
    assert reached(ruleset, "status", plan="large", marked=True) == names[2:3]
    assert reached(ruleset, "status", plan="large", marked=False) == names[3:]


def test_a_row_that_gives_na_is_no_other_reason_of_its_measure(tmp_path: Path) -> None:
    """`other` does not apply by a row of its own; what it could lack is there."""
    rules = """
    measure size { rate { red when seats > 5 ; green otherwise } ; applies when sold > 5 }
    measure other { rate { na not_applicable "nothing to rate" when seats > 5 ; green otherwise } }
    """
    ruleset = loaded(tmp_path, rules)
    sizes = ["size.status.missing seats", "size.status.missing sold", "size.status.not_applicable"]
    assert sorted(own(ruleset, "status")) == sorted([*sizes, "other.status.missing seats"])
    assert reached(ruleset, "status", seats=6, sold=6) == []
    assert reached(ruleset, "status", seats=6, sold=5) == sizes[2:]
    assert reached(ruleset, "status", sold=5) == [sizes[2], "other.status.missing seats"]
    assert reached(ruleset, "status", sold=6) == [sizes[0], "other.status.missing seats"]
    assert reached(ruleset, "status", seats=6) == [sizes[1]]


@pytest.mark.parametrize(
    ("visits", "inputs"),
    [
        (
            [{"kind": "x", "on": "2024-01-02", "minutes": 4}, {"kind": "y", "on": "2024-01-01", "minutes": 9}],
            [("visits", "2 elements"), ("newest.minutes", 4), ("newest.kind", "x")],
        ),
        ([{"kind": "x", "on": "2024-01-02"}], [("visits", "1 element"), ("newest.minutes", None), ("newest.kind", "x")]),
        ([], [("visits", "0 elements")]),
        (None, [("visits", None)]),
    ],
)  # fmt: skip
def test_fields_of_a_record_that_a_measure_reads(
    visits: list[dict[str, Any]] | None, inputs: list[tuple[str, Any]], tmp_path: Path
) -> None:
    rules = """
    let newest = latest v in visits by v.on
    measure long { value newest.minutes ; rate { green when newest.kind = "x" ; red otherwise } }
    scorecard card { long }
    """
    facts = {"id": "a", "certain": 1, **({} if visits is None else {"visits": visits})}
    [card] = load(tmp_path, rules).explain(facts, AS_OF).to_dict()["scorecards"]
    assert [(each["path"], each["value"]) for each in card["nodes"][0]["inputs"]] == inputs


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"seats": 9, "sold": 3}, "inner (red)\nsize (yellow): held"),
        ({"seats": 4, "sold": 9}, "size (red)\ninner (green)"),
        ({"seats": 4}, "size (red)"),
        ({"sold": 4}, "inner (red)"),
    ],
)
def test_reasons_name_scorecards_beside_measures(facts: dict[str, int], told: str, tmp_path: Path) -> None:
    rules = """
    measure size { value seats ; rate { red when < 5 ; green otherwise } ; cap yellow when true because "held" }
    measure part { value sold ; rate { red when < 5 ; green otherwise } }
    scorecard inner { part }
    scorecard card { size ; inner }
    template t { body "{reasons of card}" }
    """
    [found] = load(tmp_path, rules).texts({"id": "a", "certain": 1, **facts}, AS_OF)
    assert found["body"] == told


@pytest.mark.parametrize(
    ("facts", "score"),
    [
        ({"certain": 1, "seats": 9, "sold": 3}, 12), ({"certain": 4, "seats": 9, "sold": 3}, 16),
        ({"certain": 6, "seats": 9, "sold": 3}, 28), ({"certain": 1, "seats": 9}, 12), ({"certain": 6, "sold": 3}, 18),
    ],
)  # fmt: skip
def test_facts_of_definitions_are_read_before_branches_that_call_them(
    facts: dict[str, int], score: float, tmp_path: Path
) -> None:
    """`both` reads `seats` in a branch of the first measure alone, `only` reads `sold` in one of several."""
    rules = """
    define both(n count) = n + seats
    define only(n count) = n + sold
    measure a { value if certain > 5 then both(1) else 0 ; points value }
    measure b { value if certain > 3 then only(certain) else 3 ; points value }
    measure d { value if certain > 4 then only(certain) else seats ; points value }
    scorecard card { bands none ; rollup sum ; a ; b ; d }
    """
    assert result(load(tmp_path, rules), **facts)["scorecards"]["card"]["score"] == score


def test_a_field_of_a_trigger_may_be_called_due(tmp_path: Path) -> None:
    """`due` of the trigger is its date; a field beside it keeps its own name in the result."""
    rules = """
    trigger call { when seats > 5 ; field other = seats + 1 ; field due = seats ; due as_of + 7 days }
    trigger plain { when seats > 5 ; field due = seats + 2 }
    output days = days until call.due
    output more = call.other
    output none = plain.due
    """
    found = result(load(tmp_path, rules), seats=6)
    assert found["outputs"] == {"days": 7, "more": 7, "none": None}
    assert [(each["due"], each["fields"]) for each in found["triggers"]] == [
        ("2024-07-07", {"other": 7, "due": 6}),
        (None, {"due": 8}),
    ]
