"""Scorecards, measures, matrices and triggers as terms, held against the evaluator."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.solver.wide import DOCUMENTS, FULL, OTHER, agreement, held, triggers

pytest.importorskip("z3", reason="proofs need the extra `prove`")

MEASURES = """
bands grades { good points 90 ; bad points 20 }
segment large when plan = "large"
measure seats "Seats" { bands rag ; value users ; rate { green when >= 50 ; yellow when >= 10 ; red otherwise } }
measure mood "Mood" { bands rag ; value feeling ; rate as given }
measure trouble "Trouble" {
  bands rag
  value issues
  rate { points 80 when < 0 ; points 60 when < 5 ; points 10 otherwise }
  fresh by begun, stale after 20 days, expired after 60 days
  applies when not (users = 0)
}
measure worth "Worth" {
  bands rag
  value contract.worth
  rate { linear 0..100 when in 10 USD..20 USD ; points 100 when > 20 USD ; points 5 otherwise }
  missing impute 60
}
measure filled "Filled" { bands rag ; value load ; rate { green when > 1 ; red otherwise } ; missing impute yellow }
measure marks "Marks" { bands grades ; value load ; rate { good when > 1 ; bad otherwise } }
measure steps "Steps" { bands grades ; value users ; points steps above 5, 10, 50 }
measure free "Free" { bands grades ; value load ; points value * 10 }
measure twice "Twice" {
  bands rag
  let half = value / 2
  let other = half + users
  let part = users + 1
  value issues + part
  rate { green when half > 1 and other > 0 ; red otherwise }
}
measure sure "Sure" { bands grades ; value (users default 0) ; points value }
measure certain "Certain" { bands grades ; value (issues default 0) ; points value * 2 }
measure bare "Bare" { bands grades ; value users }
template letter "Letter" { for large ; subject "{users}" ; body "{issues}" }
bands ends { high 60.. ; low ..<60 }
measure nobody "Nobody" { bands rag ; value users ; applies when false ; rate { green when > 1 ; red otherwise } }
"""
ACCOUNTS = [
    *DOCUMENTS,
    {**FULL, "id": "worth", "contract": {"worth": 15}},
    {**OTHER, "id": "new", "users": 60, "begun": "2024-02-20"},
]


def cards(*bodies: str) -> str:
    """Scorecards `card0`, `card1`, …"""
    return MEASURES + "".join(
        f'scorecard card{number} "Card" {{ {body} }}\n' for number, body in enumerate(bodies)
    )


def left_open(folder: Path, *bodies: str) -> set[str]:
    """The scorecards whose outcome the terms leave open for an account; none of them is denied."""
    return agreement(folder, cards(*bodies), ACCOUNTS).left


def test_roll_ups(tmp_path: Path) -> None:
    left = left_open(
        tmp_path,
        "bands rag ; rollup minimum ; seats ; mood ; worth ; nobody",
        "bands rag ; rollup maximum ; seats ; mood ; trouble ; worth",
        "bands grades ; rollup sum ; seats 1 ; mood 2 ; trouble 1",
        "bands rag ; rollup worst band ; seats ; mood",
        "bands rag ; rollup worst band ; seats ; trouble ; card1",
        "bands grades ; rollup count of red ; seats ; mood ; trouble ; group one { rollup minimum ; worth }",
        "bands grades ; rollup sum ; marks 1 by band ; free 1 ; steps 2",
        "bands rag ; score (seats.points + mood.points) / 2",
        "bands rag ; seats 1 ; nobody 2",
        "bands rag ; nobody 1",
        "bands rag ; twice 1 ; mood 1",
        "bands grades ; sure 1 ; certain 2",
    )
    assert left == set()


def test_missing_data(tmp_path: Path) -> None:
    left = left_open(
        tmp_path,
        "bands rag ; missing require all ; seats 1 ; mood 1 ; trouble 2",
        "bands rag ; missing require 2 of 3 ; seats 1 ; mood 1 ; trouble 2",
        "bands rag ; missing require coverage 60% ; seats 1 ; mood 1 ; trouble 2",
        'bands rag ; missing as zero ; group one "One" 2 { seats 1 ; mood 1 } ; group two "Two" 1 { trouble 1 ; worth 2 }',
        "bands rag ; missing impute 55 ; seats 1 ; mood 1 ; trouble 1",
        "bands rag ; rollup worst band ; missing impute red ; seats ; mood",
        "bands rag ; filled 1 ; seats 1",
        "bands grades ; filled 1 ; free 1",
        "bands rag ; missing redistribute flat ; group one 2 { seats 1 ; mood 1 } ; group two 1 { trouble 1 ; worth 2 }",
    )
    assert left == set()


def test_weights_that_differ(tmp_path: Path) -> None:
    """A mean with weights that differ is only told by where it lies among the bands, so its number stays open."""
    left = left_open(
        tmp_path,
        "bands rag ; seats 50% ; mood 50% ; weights for large { seats 20% ; mood 80% } ; "
        "weights when users = 0 { seats 100% ; mood 0% }",
        "bands none ; seats 1 ; mood 1 ; weights for large { seats 1 ; mood 3 }",
        "bands rag ; missing redistribute flat ; group one 2 { seats 1 ; mood 1 ; weights for large { seats 3 ; mood 1 } } ; "
        "group two 1 { trouble 1 ; worth 2 }",
        "bands rag ; seats 1 ; mood 1 ; weights for large { seats 3 ; mood 0 }",
        "bands ends ; seats 1 ; mood 1 ; weights for large { seats 3 ; mood 2 }",
    )
    assert left == {f"scorecard card{number}" for number in range(5)}


def test_more_columns_than_terms_follow(tmp_path: Path) -> None:
    """A share that is one of seventy times one of seventy is not multiplied out: what rests on it stays open."""
    inner = " ; ".join(
        f"weights when users = {number} {{ seats {number + 1} ; mood 2 }}" for number in range(70)
    )
    outer = " ; ".join(
        f"weights when issues = {number} {{ one {number + 1} ; two 2 }}" for number in range(70)
    )
    group = f"group one 2 {{ seats 1 ; mood 1 ; {inner} }} ; group two 1 {{ trouble 1 }} ; {outer}"
    rules = cards(
        f"bands none ; missing redistribute flat ; {group}",
        f"bands none ; missing require coverage 60% ; {group}",
    )
    asked = [
        "card0 is scored",
        "card1 is scored",
        "card1.coverage > 50%",
        "card0 is stale",
        "seats is scored",
    ]
    found = agreement(tmp_path, rules + triggers(asked), [FULL])
    assert found.left == {"scorecard card0", "scorecard card1", "trigger t0", "trigger t1", "trigger t2"}


def test_rounded_limited_and_spared(tmp_path: Path) -> None:
    """62.5 is a tie: the terms leave open whether 62 or 63 comes of it."""
    left = left_open(
        tmp_path,
        "bands rag ; seats 1 ; mood 2 ; round to 1 decimals half_even",
        "bands rag ; seats 1 ; round to 0 decimals",
        "bands rag ; round to 1 decimals ; score load * 10",
        "bands rag ; grace first 30 days from begun, except mood ; seats 1 ; mood 2",
        "bands rag ; grace first 2 months from begun ; seats 1 ; mood 2",
        "bands rag ; card4 1 by band ; seats 1",
        "bands rag ; card3 1 ; card4 1",
        "bands rag ; seats 1 ; mood 1 ; cap yellow when active ; floor score 30 ; override red when issues > 5 ; "
        "override score 90 when paid",
        "bands rag ; group one 50% { seats 1 ; cap yellow } ; group two 50% { rollup minimum ; mood ; trouble }",
        "bands rag ; seats 1 ; cap score 60 when active ; floor yellow when paid",
    )
    assert left == {"scorecard card1"}


TOP = """
measure capped "Capped" {
  bands rag
  value users
  rate { green when >= 10 ; red otherwise }
  cap yellow when active
  override red when issues > 5
  floor points 30
  fresh by begun, stale after 10 days
}
scorecard inner "Inner" { bands rag ; seats 1 ; worth 1 }
scorecard top "Top" {
  bands rag
  grace first 40 days from begun, except mood
  group one "One" 50% { seats 50% ; worth 50% ; cap yellow when active ; override red when users = 3 }
  group two "Two" 30% { trouble }
  mood 10%
  inner 10%
  override green when issues = 7
  floor score 20
}
matrix grid "Grid" {
  rows top
  columns plan: small, large
  green gives go, stop
  yellow gives stop, go
  red gives na, go
  cell go "Go"
  cell stop "Stop" { owner "Bo" }
}
matrix blocks "Blocks" {
  rows plan
  columns seats
  blocks feeling: green, red
  for green { small gives "a", "b", "c" ; large gives "a", na, "c" }
  otherwise "d"
}
matrix sizes "Sizes" { rows plan ; columns segments: large, tiny ; small gives "a", "b" ; large gives "a", "c" }
matrix gone "Gone" { rows absent: x, y ; columns plan ; x gives "a", "b" ; y gives "a", "b" }
let absent = if 1 > 2 then note else na missing
matrix unknown "Unknown" { rows nothing: x, y ; columns plan ; x gives "a", "b" ; y gives "a", "b" }
segment tiny when users < 5
output one = trouble.value
output many = people
output two = (if active then plan else "x")
let nothing = na missing
problem "p" when users = 0
invariant "i" always users >= 0
invariant "n" never top is red and seats is green
"""


def test_what_is_asked_of_measures_and_cards(tmp_path: Path) -> None:
    settled = [
        "seats is green", "seats is not red", "seats is worse than yellow", "seats is better than red",
        "seats is in (red, yellow)", "seats is missing", "trouble is stale", "trouble is expired", "trouble was green",
        "computed trouble is green", "trouble is scored", "trouble.points > 20", "trouble.value < 0", "worth.points > 10",
        "computed top is green", "top.score > 50", "computed top > 50", "top.coverage > 50%", "computed seats is red",
        "top is missing", "top is scored", "top is in (green, yellow)", "top is known", "computed top is missing",
        "t0", "t0 or t1", "capped is yellow", "computed capped is green", "capped is stale", 'seats.band = "green"',
    ]  # fmt: skip
    held(tmp_path, settled, ["previous top is red", "top is worse than previous top"], MEASURES + TOP)


def test_what_is_asked_of_parts_of_cards_and_of_matrices(tmp_path: Path) -> None:
    settled = [
        "top.one is green", "top.one.score > 50", "top.one is grace", "computed top.one is red", "computed top.one > 50",
        "top.one.seats is green", "top.one.seats is grace", "top.one.seats is scored", "top.one.seats.score > 50",
        "computed top.one.seats > 50", "top.one.worth is missing", "top.mood is grace", "top.mood is better than yellow",
        "top.two is missing", "top.two.score > 30", "top.inner is green", "top.inner is grace", "computed top.inner is green",
        "computed top.inner > 10", 'top.one.band = "yellow"', 'top.one.seats.band = "yellow"', "grid is scored",
        "grid is missing", 'grid.label = "Go"', 'grid.cell = "go"', "grid is na", "grid is go", "blocks is not_applicable",
        "unknown is missing", "gone is missing",
    ]  # fmt: skip
    held(tmp_path, settled, ['grid.owner = "Bo"', "top.one.contribution > 10"], MEASURES + TOP)


def test_a_slope_between_facts_is_not_linear(tmp_path: Path) -> None:
    slope = (
        'measure slope "Slope" { value users ; rate { linear 0..issues when in 0..40 ; red otherwise } }\n'
    )
    assert agreement(tmp_path, slope).left == {"measure slope"}
