"""Suggested tests for what rulesets seldom say: weights in groups, caps by score, `na` in tables, other cells, unreachable rows."""

from __future__ import annotations

from pathlib import Path

import pytest

import ruleengine
from ruleengine.casebook import search
from ruleengine.casebook.accounts import Account
from ruleengine.casebook.shrinking import shrunk
from ruleengine.values import Field, Kind, Type
from tests.casebook.books import RULES, Project
from tests.casebook.test_coverage import SIZE, case, covered, tried
from tests.evaluator.covered_rulesets import AS_OF, loaded

_PLUS = " + 1" * 40
ODD = f"""
segment large when plan = "large"
table price(n count, p text) {{
  < 10, "small" gives 1
  < 10, any     gives 2
  < 20, any     gives na excluded "nobody sells so many"
  otherwise gives 3
}}
table tags(n count) hits all {{
  > 5 gives 1
  > 9 gives 2
}}
table marks(n count) hits all {{
  > 50 gives 1
  > 90 gives 2
}}
table deep(n count) {{
  < 60 gives 1
  otherwise gives 2
}}
measure size "Size" {{ value seats ; rate {{ red when < 5 ; yellow when < 50 ; green otherwise }} }}
measure used "Used" {{ value usage.share ; rate {{ red when < 10% ; green otherwise }} }}
measure cost "Cost" {{ value price(sold, plan) ; rate {{ green when = 1 ; yellow when = 2 ; red otherwise }} }}
measure told "Told" {{
  value if marked then 1 else if sold > 700 then 2 else na excluded "not marked"
  rate {{ green when = 1 ; red otherwise }}
}}
measure tagged "Tagged" {{ rate {{ green when count(tags(certain)) = 2 ; red otherwise }} }}
measure called "Called" {{ value (latest v in visits by v.on).minutes ; rate {{ green when >= 10 ; yellow when >= 5 ; red otherwise }} }}
scorecard inner {{ bands rag ; called }}
scorecard health "Health" {{
  bands rag
  grace first 30 days from since, except size
  group one "One" 60% {{ size 50% ; used 50% ; weights when sold > 100 {{ size 0% ; used 100% }} }}
  group two "Two" 40% {{
    group three {{ told 50% ; tagged 50% ; weights for large {{ told 10% ; tagged 90% }} }}
    cost
    inner
  }}
  cap score 30 when size is red
  floor score 40 when used is green and certain > 900
}}
matrix way {{
  rows size
  columns said: small, large
  green  gives grow, grow
  yellow gives look, look
  red    gives look, grow
  otherwise gives look
  cell grow "Grow"
  cell look "Look"
}}
trigger fell {{ when size is worse than previous size }}
segment dropped when previous size is green and size is red
segment far when deep(seats{_PLUS}) = 2
output paid = price(sold, plan)
output labels = marks(certain)
output how_many = count(marks(certain))
output often = {" + ".join(f"deep(sold + {each})" for each in range(12))}
output price_of_seats = price(seats, plan)
"""


def test_suggested_tests_of_odd_rules_pass_and_reach_everything(tmp_path: Path) -> None:
    ruleset = loaded(tmp_path, ODD)
    found = covered(ruleset, suggestions=1000)
    failed, reached = tried(ruleset, found)
    assert failed == []
    assert [item.title for item in reached.missing] == []


def test_what_cannot_be_is_looked_for_everywhere_and_not_suggested(tmp_path: Path) -> None:
    facts = 'segment seen_so when marked and plan = "small" and (any v in visits where v.minutes > 3 and v.kind = "call") and usage is known'
    never = "segment never_so when (sum of v.minutes for v in visits) + seats < 0 and certain >= 0"
    found = covered(loaded(tmp_path, f"{facts}\n{never}\n"), suggestions=9)
    assert [each.items for each in found.suggestions] == [("seen_so.segment.holds",)]
    assert found.tried == {"never_so.segment.holds"}


def test_lists_of_texts_are_changed_too(tmp_path: Path) -> None:
    never = (
        "segment never_so when count(words) > 2 and count(words) < 2\nsegment seen_so when count(words) > 2\n"
    )
    latest = "measure late { value last_call.minutes ; rate { green when > 9 ; red otherwise } }\n"
    project = Project(tmp_path / "project", RULES + never + latest)
    ruleset = ruleengine.load(project.folder / "rulesets/demo/1.0.0.rules", cache=False)
    found = covered(ruleset, case(words=["a", "b"], active=True), suggestions=99)
    assert found.tried == {"never_so.segment.holds"}
    suggested = {item: each.facts for each in found.suggestions for item in each.items}
    assert len(suggested["seen_so.segment.holds"]["words"]) == 3
    missing = suggested["late.status.missing [].minutes"]["calls"]
    assert "minutes" not in max(missing, key=lambda call: call["on"])


def test_an_account_that_costs_too_much_to_make_smaller_is_suggested_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruleset = loaded(tmp_path, SIZE)
    full = case(seats=4, sold=3, plan="small", visits=[{"kind": "call"}], usage={"users": 3})
    monkeypatch.setattr(search, "MOST_FOR_ONE", 0)
    found = covered(ruleset, full, suggestions=9)
    failed, reached = tried(ruleset, found)
    assert failed == []
    assert {"size.band.yellow", "size.band.green"} <= reached.reached
    assert max(len(each.facts) for each in found.suggestions) > 3


def test_what_the_schema_does_not_know_is_taken_away_too() -> None:
    root = Type(
        Kind.RECORD, fields=(Field("id", Type(Kind.TEXT), required=True), Field("seats", Type(Kind.NUMBER)))
    )
    account = Account({"id": "a", "more": {"deep": 1}, "seats": 3}, AS_OF, {"id": "a"})
    found = shrunk(account, lambda smaller, larger: smaller if "seats" in smaller.facts else larger, root)
    assert (found.facts, found.previous) == ({"id": "a", "seats": 3}, None)
