"""What no account reaches, held against all accounts that there are: rows, columns of weights, cells, bands, conditions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest

from ruleengine.analysis.analyze import analyze
from ruleengine.analysis.findings import Analysis, Verdict
from ruleengine.analysis.inspect import Opened, open_ruleset
from ruleengine.analysis.options import Options
from ruleengine.analysis.question import Asked
from ruleengine.analysis.reach import _KINDS, question
from ruleengine.analysis.sides import Side
from ruleengine.casebook.accounts import Account
from ruleengine.evaluator.covering import Covering
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r
from tests.analysis.brute import AS_OF, SCHEMA, accounts
from tests.columnar.probing import load

RULES = """
bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }
segment big when tier = "big"
segment nobody when a > 2 and a < 2
segment odd when a in (1, 3)

let level = rank(a, tier)
let inside = twice(b)
define twice(n number) = inner(n) + 1

table rank(n count, p) hits first {
  > 3, any       gives "top"
  any, "big"     gives "big"
  > 2, "small"   gives "small"
  in 4..5, any   gives "hidden"
  otherwise      gives "none"
}
table inner(n number) hits one { > 9 gives 2 ; <= 9 gives 1 }
table each(n number) hits all { > 3 gives 1 ; > 8 gives 2 }
table unasked(n number) { > 3 gives 1 ; otherwise gives 2 }

measure m0 {
  bands rag
  value a
  rate when big { green when >= 3 ; yellow when >= 4 ; red otherwise }
  rate when a = 4 and tier = "small" { yellow when b > 2 ; red when b <= 2 }
  rate when tier = "big" and b > 1 { green when b = 4 ; na excluded otherwise }
  rate { red when a > 3 ; yellow when a = 2 ; green otherwise }
}
measure m1 { bands rag ; value b ; rate { green when > 3 ; yellow when in 2..3 ; yellow when = 3 ; green when < 2 } }
measure m2 { bands rag ; value mood ; rate as given ; applies when a > 1 ; fresh by seen, expired after 30 days }
measure m3 { bands rag ; rate { green when m1 is red ; yellow otherwise } ; applies to big }

scorecard card {
  bands rag
  m0 1
  m1 1
  m2 1
  m3 1
  weights for big { m0 2 ; m1 1 ; m2 1 ; m3 1 }
  weights when tier = "big" and a = 1 { m0 3 ; m1 1 ; m2 1 ; m3 1 }
  weights when odd { m0 1 ; m1 2 ; m2 1 ; m3 1 }
  cap yellow when m1 is red
  floor score 60 when a = 4 and b = 0
  override red when nobody
}
scorecard asking { bands rag ; m0 0 ; m1 1 ; cap yellow when m0 is red ; cap score 80 }
scorecard later { bands rag ; m1 1 ; weights when b > 3 { m1 2 } ; weights when b > 3 or a = 0 { m1 3 } }

matrix way {
  rows m1
  columns level: "top", "big", "small", "none"
  blocks tier: "big", "small"
  for "big" { green gives one, one, two, one ; yellow gives one, one, two, one ; red gives three, one, one, one }
  for "small" { green gives one, one, one, one ; yellow gives one, one, one, one ; red gives one, one, one, one }
  cell one
  cell two
  cell three
}
trigger alarm { when a > 3 and b < 1 ; when a > 4 ; when inside > 1 }
trigger silent { when m3 is green }
problem "odd" when a = 3 and b = 3
problem "impossible" when a > 3 and a < 1
output sums = sum(each(a))
invariant "holds" never card is green and m1 is red
"""


@contextmanager
def nothing_at_hand() -> Iterator[None]:
    """No generated accounts, so that each question has to be answered by itself."""
    with (
        patch("ruleengine.casebook.search.generate_documents", lambda *_, **__: []),
        patch("ruleengine.analysis.question.generate_documents", lambda *_, **__: []),
    ):
        yield


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder = tmp_path_factory.mktemp("reach")
    load(folder, SCHEMA, RULES)
    return open_ruleset(
        str(folder / "rulesets/shop/1.0.0.rules"), folder / "rulesets", folder / "schemas", AS_OF
    )


@pytest.fixture(scope="module")
def analysis(found: Opened) -> Analysis:
    with nothing_at_hand():
        return analyze(
            found.program, found.compilation.sources, found.schema, [Account({}, AS_OF)], AS_OF,
            Options(only=frozenset({"reach"}), solver=False),
        )  # fmt: skip


@pytest.fixture(scope="module")
def unreached(found: Opened) -> set[str]:
    """The items that no account reaches, by counting."""
    covering = Covering(Evaluator(found.program))
    reached = {item for facts in accounts() for item in covering.reached(facts, AS_OF, None)}
    asked = {
        item.id
        for item in covering.inventory.items.values()
        if item.kind in _KINDS
        and not (item.kind == "band" and isinstance(covering.inventory.nodes[item.id][1], r.Scorecard))
    }
    return asked - reached


#: A table that nothing asks, and one that only a definition asks: of their rows nothing is said.
LEFT_OPEN = {"unasked.table_row.1", "unasked.table_row.2", "inner.table_row.1"}


def test_what_is_said_to_be_out_of_reach_is_what_counting_gives(
    analysis: Analysis, unreached: set[str]
) -> None:
    said = {each.id.removeprefix("reach.") for each in analysis.findings if each.code == "RE701"}
    assert unreached >= LEFT_OPEN
    assert said == unreached - LEFT_OPEN
    assert {item.split(".")[1] for item in said} >= {
        "row",
        "table_row",
        "weights",
        "limit",
        "band",
        "alternative",
    }


def test_every_item_is_reached_by_the_account_that_shows_it(found: Opened, unreached: set[str]) -> None:
    side = Side(found.program, found.compilation.sources, found.schema)
    with nothing_at_hand():
        asked = Asked(side, [Account({}, AS_OF)], AS_OF, Options(solver=False))
    covering = Covering(Evaluator(found.program))
    items = [item for item in asked.inventory.items.values() if item.kind in _KINDS]
    for item, answer in asked.reach(items, lambda each: question(asked, each)):
        if answer.verdict is Verdict.SHOWN:
            assert answer.account is not None
            assert item.id in covering.reached(answer.account.facts, AS_OF, None)
        else:
            assert item.id in unreached or item.kind == "band"
