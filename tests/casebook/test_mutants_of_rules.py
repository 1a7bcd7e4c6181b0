"""Small changes of measures, scorecards, checklists, triggers and matrices: which there are."""

from __future__ import annotations

from pathlib import Path

from ruleengine.casebook.mutation.rules import mutants_of
from tests.casebook.books import HEAD
from tests.casebook.test_mutants_of_conditions import compiled, shown

RULES = (
    HEAD
    + """\
bands scale { "B+" 50..100 points 60 ; "say \\"x\\"" 0..<50 points 20 }
segment big when active
segment tiny when seats < 3
measure seat_use {
  bands rag
  let twice = seats * 2
  value twice
  rate when plan = "small" { green when >= 10 ; na excluded "too small" when < 3 ; red otherwise }
  rate { green when not in 1..5 ; red otherwise }
  fresh by since, stale after 0 days, expired after 90 days
  missing impute yellow
  baseline 50
  cap yellow when fee > 10 USD
  applies to all except tiny
  applies when active
}
measure share_use {
  bands rag
  value share
  rate { points 0 when < 10% ; linear 0..40 when in 10%..<50% ; points min(100, seats) otherwise }
  fresh by since, expired after 1 quarter
  missing as zero
  floor score 30 when seats > 3
  applies to big, tiny
}
measure steps { bands rag ; value seats ; points steps above 3, 6 ; missing impute 3 }
measure graded {
  bands scale
  rate { "B+" when active ; "say \\"x\\"" otherwise }
  override "say \\"x\\"" when seats > 700
  cap `B+` when seats > 800
}
measure alone { bands rag ; value seats ; rate { green otherwise } }
checklist criteria "Criteria" {
  bands rag
  red    leaving "They leave unless …" when active
  yellow few     "Few"                 when (seats < 3) unless leaving
}
scorecard health "Health" {
  bands rag
  grace first 30 days from since, except seat_use
  missing require 1 of 2
  borderline within 2
  round to 1 decimals half_up
  seat_use 60%
  share_use 40%
  weights for big { seat_use 30% ; share_use 70% }
  cap score 60 when seat_use is red
  override red when seat_use is not in (yellow, red) and share_use is not red
}
scorecard sums { bands rag ; grace first 0 days from since ; rollup sum ; missing as zero ; alone 2 ; steps 0.5 }
scorecard plain { bands rag ; rollup sum ; alone ; steps }
scorecard wholes { bands rag ; missing redistribute flat ; alone 5 ; steps 3 ; share_use 3 }
scorecard huge { bands rag ; rollup sum ; alone 200_000_000_000 ; steps 300_000_000_000 }
scorecard nested { bands rag ; missing redistribute ; group a 50% { missing require all ; alone ; steps } ; group b 50% { graded by band } }
scorecard formula { bands rag ; missing require coverage 60% ; score (alone * 2 + steps) / (steps + 1) ; alone ; steps }
scorecard listed { bands rag ; rollup worst band ; criteria }
trigger churn "Churn" {
  when health is red because "red"
  when health is worse than previous health because "worse"
  due as_of + 14 days
  field open = criteria.yes + 1
}
trigger single { when graded is stale because "{seats}" }
matrix strategy {
  rows    health
  columns plan
  green   gives expand, "Let go"
  yellow  gives expand, expand
  red     gives na, expand
  cell expand "Expand now"
}
output to_sell = strategy is expand
output not_to_sell = strategy is not in (expand)
"""
)
#: What is shown of a change: the thing and the place as it stands, and below it each kind of change and the place after it.
CHANGES = """\
big: segment big when active
  segment: segment big when not active
tiny: segment tiny when seats < 3
  comparison: segment tiny when seats <= 3
  segment: segment tiny when not (seats < 3)
  threshold: segment tiny when seats < 2
seat_use: let twice = seats * 2
  calculation: let twice = seats / 2
  threshold: let twice = seats * 3
  threshold: let twice = seats * 1
seat_use: rate when plan = "small"
  comparison: rate when plan != "small"
  condition: rate when plan = "large"
seat_use: green when >= 10
  outcome: yellow when >= 10
  row: (taken away)
  comparison: green when > 10
  threshold: green when >= 9
seat_use: na excluded "too small" when < 3
  row: (taken away)
  comparison: na excluded "too small" when <= 3
  threshold: na excluded "too small" when < 2
seat_use: red otherwise
  outcome: yellow otherwise
  row: (taken away)
seat_use: green when not in 1..5
  outcome: yellow when not in 1..5
  row: (taken away)
  condition: green when in 1..5
  threshold: green when not in 2..5
  threshold: green when not in 0..5
  threshold: green when not in 1..6
  threshold: green when not in 1..4
seat_use: red otherwise
  outcome: yellow otherwise
  row: (taken away)
seat_use: fresh by since, stale after 0 days, expired after 90 days
  freshness: fresh by since, stale after 1 days, expired after 90 days
  freshness: fresh by since, stale after 0 days, expired after 91 days
  freshness: fresh by since, stale after 0 days, expired after 89 days
  freshness: fresh by since, stale after 0 days, expired after 90 days, without `stale after`
  freshness: fresh by since, stale after 0 days, expired after 90 days, without `expired after`
seat_use: missing impute yellow
  missing: (taken away)
seat_use: 50
  threshold: 51
  threshold: 49
seat_use: cap yellow when fee > 10 USD
  limit: (taken away)
  limit: cap red when fee > 10 USD
  comparison: cap yellow when fee >= 10 USD
  threshold: cap yellow when fee > 11 USD
  threshold: cap yellow when fee > 9 USD
seat_use: applies to all except tiny
  segment: applies to tiny
  segment: (taken away)
seat_use: applies when active
  segment: (taken away)
  segment: applies when not active
share_use: points 0 when < 10%
  row: (taken away)
  threshold: points 1 when < 10%
  threshold: points -1 when < 10%
  comparison: points 0 when <= 10%
  threshold: points 0 when < 11%
  threshold: points 0 when < 9%
share_use: linear 0..40 when in 10%..<50%
  row: (taken away)
  threshold: linear 1..40 when in 10%..<50%
  threshold: linear -1..40 when in 10%..<50%
  threshold: linear 0..41 when in 10%..<50%
  threshold: linear 0..39 when in 10%..<50%
  comparison: linear 0..40 when in 10%..50%
  comparison: linear 0..40 when in >10%..<50%
  threshold: linear 0..40 when in 11%..<50%
  threshold: linear 0..40 when in 9%..<50%
  threshold: linear 0..40 when in 10%..<51%
  threshold: linear 0..40 when in 10%..<49%
share_use: points min(100, seats) otherwise
  row: (taken away)
  calculation: points max(100, seats) otherwise
  threshold: points min(101, seats) otherwise
  threshold: points min(99, seats) otherwise
share_use: expired after 3 months
  freshness: expired after 4 months
  freshness: expired after 2 months
share_use: fresh by since, expired after 1 quarter
  freshness: (taken away)
share_use: missing as zero
  missing: (taken away)
share_use: floor score 30 when seats > 3
  limit: (taken away)
  threshold: floor score 31 when seats > 3
  threshold: floor score 29 when seats > 3
  comparison: floor score 30 when seats >= 3
  threshold: floor score 30 when seats > 4
share_use: applies to big, tiny
  segment: applies to big, tiny, with `and` for `or`
  segment: (taken away)
steps: points steps above 3, 6
  threshold: points steps above 4, 6
  threshold: points steps above 2, 6
  threshold: points steps above 3, 7
  threshold: points steps above 3, 5
steps: missing impute 3
  missing: (taken away)
  threshold: missing impute 4
  threshold: missing impute 2
graded: "B+" when active
  outcome: "say \\"x\\"" when active
  row: (taken away)
  condition: "B+" when not active
graded: "say \\"x\\"" otherwise
  outcome: "B+" otherwise
  row: (taken away)
graded: override "say \\"x\\"" when seats > 700
  limit: (taken away)
  limit: override "B+" when seats > 700
  comparison: override "say \\"x\\"" when seats >= 700
  threshold: override "say \\"x\\"" when seats > 701
graded: cap `B+` when seats > 800
  limit: (taken away)
  limit: cap "say \\"x\\"" when seats > 800
  comparison: cap `B+` when seats >= 800
  threshold: cap `B+` when seats > 801
alone: green otherwise
  outcome: yellow otherwise
leaving: leaving: red
  outcome: leaving: yellow
leaving: active
  condition: not active
few: yellow few "Few" when (seats < 3) unless leaving
  condition: yellow few "Few" when (seats < 3)
few: few: yellow
  outcome: few: red
few: seats < 3
  comparison: seats <= 3
  threshold: seats < 2
health: round 1
  calculation: round 2
health: grace first 30 days from since, except seat_use
  missing: grace first 31 days from since, except seat_use
  missing: grace first 29 days from since, except seat_use
  missing: (taken away)
  missing: grace first 30 days from since, except seat_use, without the exceptions
health: missing require 1 of 2
  missing: (taken away)
  missing: missing require 2 of 2
health: 2
  threshold: 3
  threshold: 1
health: seat_use 60%, share_use 40%
  weight: seat_use 61%, share_use 39%
  weight: seat_use 40%, share_use 60%
health: seat_use 30%, share_use 70%
  weight: seat_use 31%, share_use 69%
  weight: seat_use 70%, share_use 30%
health: weights for big { seat_use 30% ; share_use 70% }
  weight: (taken away)
health: cap score 60 when seat_use is red
  limit: (taken away)
  threshold: cap score 61 when seat_use is red
  threshold: cap score 59 when seat_use is red
  condition: cap score 60 when seat_use is in (yellow, red)
  condition: cap score 60 when not (seat_use is red)
health: override red when seat_use is not in (yellow, red) and share_use is not red
  limit: (taken away)
  limit: override yellow when seat_use is not in (yellow, red) and share_use is not red
  condition: override red when seat_use is not in (yellow, red) or share_use is not red
  condition: override red when seat_use is in (yellow, red) and share_use is not red
  condition: override red when seat_use is not in (green, yellow, red) and share_use is not red
  condition: override red when seat_use is not in (yellow, red) and share_use is red
  condition: override red when seat_use is not in (yellow, red) and share_use is not in (yellow, red)
sums: grace first 0 days from since
  missing: grace first 1 days from since
  missing: (taken away)
sums: missing as zero
  missing: missing redistribute
sums: alone 2, steps 0.5
  weight: alone 2.05, steps 0.45
  weight: alone 0.5, steps 2
wholes: missing redistribute flat
  missing: missing redistribute
wholes: alone 5, steps 3
  weight: alone 6, steps 2
  weight: alone 3, steps 5
wholes: steps 3, share_use 3
  weight: steps 4, share_use 2
huge: alone 200000000000, steps 300000000000
  weight: alone 300000000000, steps 200000000000
nested: missing redistribute
  missing: missing as zero
nested: a 50%, b 50%
  weight: a 51%, b 49%
nested: missing require all
  missing: missing redistribute
nested: alone, as much as each other
  weight: alone, twice as much as each other
nested: steps, as much as each other
  weight: steps, twice as much as each other
formula: missing require coverage 60%
  missing: (taken away)
  threshold: missing require coverage 61%
  threshold: missing require coverage 59%
formula: (alone * 2 + steps) / (steps + 1)
  calculation: (alone * 2 + steps) * (steps + 1)
  calculation: (alone * 2 - steps) / (steps + 1)
  calculation: (alone / 2 + steps) / (steps + 1)
  threshold: (alone * 3 + steps) / (steps + 1)
  threshold: (alone * 1 + steps) / (steps + 1)
  calculation: (alone * 2 + steps) / (steps - 1)
  threshold: (alone * 2 + steps) / (steps + 2)
  threshold: (alone * 2 + steps) / (steps + 0)
listed: leaving, as much as each other
  weight: leaving, twice as much as each other
listed: few, as much as each other
  weight: few, twice as much as each other
churn: when health is red because "red"
  row: (taken away)
  condition: when health is in (yellow, red) because "red"
  condition: when not (health is red) because "red"
churn: when health is worse than previous health because "worse"
  row: (taken away)
  condition: when not (health is worse than previous health) because "worse"
churn: as_of + 14 days
  calculation: as_of - 14 days
  threshold: as_of + 15 days
  threshold: as_of + 13 days
churn: criteria.yes + 1
  calculation: criteria.yes - 1
  threshold: criteria.yes + 2
  threshold: criteria.yes + 0
single: when graded is stale because "{seats}"
  condition: when not (graded is stale) because "{seats}"
strategy: green gives expand, "Let go"
  outcome: green gives "Let go", expand
strategy: red gives na, expand
  outcome: red gives expand, na
to_sell: output to_sell = strategy is expand
  condition: output to_sell = not (strategy is expand)
not_to_sell: output not_to_sell = strategy is not in (expand)
  condition: output not_to_sell = strategy is in (expand)
"""


def test_the_changes_of_measures_scorecards_and_what_rests_on_them(tmp_path: Path) -> None:
    compilation, program = compiled(tmp_path, RULES)
    found = [each for each in mutants_of(program, compilation.sources) if each.of not in ("rag", "scale")]
    assert shown(found) == CHANGES


def test_what_is_said_of_a_criterion_in_two_places_is_changed_in_both(tmp_path: Path) -> None:
    """`unless leaving` asks what `leaving` asks: there is one condition to change, not two."""
    compilation, program = compiled(tmp_path, RULES)
    (found,) = [each for each in mutants_of(program, compilation.sources) if each.after == "not active"]
    assert (found.of, len(found.swaps)) == ("leaving", 2)


SELDOM = (
    RULES[: RULES.index("bands scale")]
    + """\
segment below when ratio in ..5
segment fresh_one when age > 0 days
output months_of = if active then 1 month else 1 quarter
output several = share default 20% default 0%
output vast = ratio > 100000000000000000
output cost = calculated(seats)
output any_band = gauge is in (green, yellow, red)
table calculated(users count) { > 3 gives 4 * users ; otherwise gives 7 }
measure gauge { bands rag ; points 75 }
"""
)
#: A duration of less than nothing is no change, a quarter is three months, the last of several defaults is not taken
#: away, and by one nothing moves that is greater than all whole numbers.
SELDOM_CHANGES = """\
below: segment below when ratio in ..5
  comparison: segment below when ratio in ..<5
  segment: segment below when not (ratio in ..5)
  threshold: segment below when ratio in ..5.1
  threshold: segment below when ratio in ..4.9
fresh_one: segment fresh_one when age > 0 days
  comparison: segment fresh_one when age >= 0 days
  segment: segment fresh_one when not (age > 0 days)
  threshold: segment fresh_one when age > 1 day
months_of: output months_of = if active then 1 month else 1 quarter
  condition: output months_of = if not active then 1 month else 1 quarter
  threshold: output months_of = if active then 2 months else 1 quarter
  threshold: output months_of = if active then 0 months else 1 quarter
  threshold: output months_of = if active then 1 month else 4 months
  threshold: output months_of = if active then 1 month else 2 months
several: output several = share default 20% default 0%
  threshold: output several = share default 21% default 0%
  threshold: output several = share default 19% default 0%
  threshold: output several = share default 20% default 1%
vast: output vast = ratio > 100000000000000000
  comparison: output vast = ratio >= 100000000000000000
any_band: output any_band = gauge is in (green, yellow, red)
  condition: output any_band = not (gauge is in (green, yellow, red))
calculated: > 3 gives 4 * users
  comparison: >= 3 gives 4 * users
  row: (taken away)
  threshold: > 4 gives 4 * users
  calculation: > 3 gives 4 / users
  threshold: > 3 gives 5 * users
  threshold: > 3 gives 3 * users
calculated: otherwise gives 7
  row: (taken away)
  threshold: otherwise gives 8
  threshold: otherwise gives 6
gauge: points 75
  threshold: points 76
  threshold: points 74
"""


def test_changes_that_there_cannot_be_are_none(tmp_path: Path) -> None:
    compilation, program = compiled(tmp_path, SELDOM)
    assert (
        shown(each for each in mutants_of(program, compilation.sources) if each.of != "rag") == SELDOM_CHANGES
    )
