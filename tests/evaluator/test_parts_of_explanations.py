"""What an explanation says of each kind of thing, with a hand-computed account: rows, inputs, named values, triggers, outputs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evaluator.test_seldom_asked import AS_OF, load

RULES = """
let busy = seats + 1
measure size { let twice = seats * 2 ; value twice ; rate { na excluded "new" when busy < 0
  green when > 5 because "many" ; yellow when > sold ; red otherwise } }
measure share { value certain / 4 ; rate { points value * 100 otherwise } ; bands rag }
measure loose { value kind }
measure young { value sold ; rate { green when > 5 ; red otherwise } ; fresh by since, stale after 30 days }
scorecard inner { size 75% ; young 25% }
scorecard card { group both { inner ; share } ; size }
output part = 12.5%
output many = seats
output flagged = marked
output listed = list v in visits where v.minutes > 5
trigger act "Act" { when seats > 5 because "seats" ; when sold > 5 because "sold" ; kind task ; severity high ; due as_of + 1 day }
trigger idle { when sold > 100 ; kind task }
"""
FACTS = {
    "id": "a", "certain": 1, "seats": 4, "sold": 7, "since": "2024-05-01", "kind": "k", "marked": True,
    "visits": [{"kind": "a"}, {"kind": "b", "minutes": 6}, {"kind": "c"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def explain(tmp_path_factory: pytest.TempPathFactory) -> Any:
    ruleset = load(tmp_path_factory.mktemp("explained"), RULES)
    return lambda **facts: ruleset.explain({**FACTS, **facts}, AS_OF).to_dict()


def card(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in data["scorecards"] if each["name"] == name)
    return found


def states(node: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["result"], row["why"]) for row in node["rows"]]


def test_nodes_stand_as_in_the_card(explain: Any) -> None:
    both, size = card(explain(), "card")["nodes"]
    inner, share = both["children"]
    assert [(each["path"], each["kind"], each["points"], each["contribution"]) for each in (both, inner, share, size)] == [
        ("both", "group", 52.5, 26.25), ("both.inner", "scorecard", 80, 20), ("both.share", "measure", 25, 6.25), ("size", "measure", 80, 40),
    ]  # fmt: skip
    assert [(each["path"], each["contribution"]) for each in inner["children"]] == [
        ("size", 60),
        ("young", 20),
    ]
    assert [each["status"] for each in inner["children"]] == ["scored", "stale"]
    assert card(explain(), "card")["score"] == 66.25
    assert [each["name"] for each in explain()["measures"]] == ["loose"]


def test_inputs_and_named_values(explain: Any) -> None:
    size = card(explain(), "inner")["nodes"][0]
    assert size["inputs"] == [{"path": "seats", "value": 4}, {"path": "sold", "value": 7}]
    assert size["lets"] == [{"name": "busy", "value_text": "5"}, {"name": "twice", "value_text": "8"}]
    assert (size["value"], size["value_text"], size["reason"]) == (8, "8", "many")
    gone = card(explain(seats=None), "inner")["nodes"][0]
    assert gone["lets"] == [{"name": "busy", "value_text": "NA"}, {"name": "twice", "value_text": "NA"}]
    assert gone["inputs"] == [{"path": "seats", "value": None}, {"path": "sold", "value": 7}]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [("did not hold", ""), ("won", ""), ("not reached", ""), ("not reached", "")]),
        ({"seats": -2}, [("won", ""), ("not reached", ""), ("not reached", ""), ("not reached", "")]),
        ({"seats": 2}, [("did not hold", ""), ("did not hold", ""), ("did not hold", ""), ("won", "")]),
        ({"seats": 2, "sold": 3}, [("did not hold", ""), ("did not hold", ""), ("won", ""), ("not reached", "")]),
    ],
)  # fmt: skip
def test_rows(explain: Any, facts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert states(card(explain(**facts), "inner")["nodes"][0]) == expected


def test_an_undecided_row_says_why(explain: Any) -> None:
    found = states(card(explain(seats=2, sold=None), "inner")["nodes"][0])
    assert [state for state, _ in found[:3]] == ["did not hold", "did not hold", "undecided"]
    assert found[2][1] == "missing: `sold`"


def test_triggers(explain: Any) -> None:
    act, idle = explain()["triggers"]
    assert (act["fires"], idle["fires"], idle["says"]) == (True, False, None)
    assert [(each["text"], each["result"], each["why"]) for each in act["conditions"]] == [
        ("seats > 5", "does not hold", ""), ("sold > 5", "holds", ""),
    ]  # fmt: skip
    assert act["says"] == {
        "kind": "task", "severity": "high", "playbook": None, "reason": "sold", "because": ["sold"], "due": "2024-07-01",
        "fields": {}, "flagged": [],
    }  # fmt: skip
    undecided = explain(sold=None)["triggers"]
    assert [(each["fires"], each["conditions"][-1]["result"]) for each in undecided] == [
        (None, "undecided"), (None, "undecided"),
    ]  # fmt: skip
    both = explain(seats=6)["triggers"][0]["says"]
    assert (both["reason"], both["because"]) == ("seats; sold", ["seats", "sold"])


def test_outputs_and_what_queries_left_out(explain: Any) -> None:
    data = explain()
    assert data["output_texts"] == {"part": "12.5%", "many": "4"}  # a flag and a list are no numbers
    assert [(each["count"], each["why"]) for each in data["left_out"]] == [(2, "`minutes`")]
    assert explain(visits=[])["left_out"] == []
