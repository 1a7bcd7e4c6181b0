"""Generated tests of each kind of thing: what they vary, and what they expect just there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.casebook.generated.file import Asked, GeneratedFile, generated_file
from ruleengine.casebook.run import run_casebook
from ruleengine.compiler.compile import compile_ruleset
from ruleengine.workspace import Workspace
from tests.casebook.books import HEAD, Project

RULES = (
    HEAD
    + """
table price(plan, users count) {
  "small", < 10  gives 5
  "large", any   gives 10
  otherwise      gives 7
}
define near(days_old days) = days_old <= 30 days

segment recent when since within 30 days
segment months_old when since within 2 months
segment chosen when plan in ("small", "large") and not active
segment named when name = "Ann"
segment seen when seen_at >= 2024-01-15
segment spoken when any c in calls where c.minutes > 5
segment near_one when near(age)

let doubled = seats * 2
problem "too many" when seats > 500
output worth = price(plan, seats)
output rich = fee > 100 USD
output first_seen = seen_at
output share_of = ratio / 3
output words_of = words
output since_when = since
output renamed = name

measure seat_use "Seats" {
  bands rag
  value doubled
  rate when plan = "small" { green when >= 10 ; red otherwise }
  rate { green when >= 100 ; yellow when in 50..<100 ; red otherwise }
  fresh by since, stale after 60 days, expired after 3 months
  cap yellow when fee > 50 USD
}
measure mood { bands rag ; value name ; rate as given }
measure gauge { bands rag ; points ratio * 100 }
scorecard health "Health" {
  bands rag
  grace first 30 days from since, except gauge
  seat_use 60%
  gauge 40%
  group more "More" 0% { mood ; override red when seats = 3 }
  override red when seat_use is red
}
scorecard bare { bands none ; score gauge ; gauge }
trigger churn "Churn" {
  when seats < 3 because "few"
  when active because "active"
}
matrix strategy {
  rows    health
  columns plan
  green   gives expand, "Let go"
  yellow  gives expand, expand
  red     gives na, expand
  cell expand "Expand now"
}
"""
)
#: Constants on the wrong side, triggers as conditions, ages that no calendar has, members that grace is never for.
SELDOM = (
    HEAD
    + """
segment half_open when ratio in 1..
segment fixed when 2024-01-20 within 30 days or active
segment far when since within 999999 months
segment mail when contact.email = "x"
segment first_word when (first w in words) = "Ann"
segment given when (if churn then 1 else 0) = 1 and term > 2 months
problem "loud" when churn and ratio > 5
output letter = if seats > 5 then "x" else "y"
output far_end = seen_at
output listed = words
output third_of = ratio / 3
measure seat_use { bands rag ; value seats ; rate { green when >= 10 ; red otherwise }
  fresh by since, stale after 60 days }
measure ages { bands rag ; value age ; rate { green when >= 10 days ; red otherwise }
  fresh by since, expired after 999999 months
  cap yellow }
measure gauge { bands rag ; points ratio * 100 }
scorecard exempt { bands rag ; grace first 30 days from since, except gauge, seat_use ; seat_use 60% ; gauge 40% }
scorecard health { bands rag ; grace first 30 days from since, except gauge ; gauge 40% ; seat_use 60% }
scorecard third { bands none ; score gauge / 3 ; gauge }
trigger churn { when seats < 3 because "few" }
output has_mail = contact.email = "x"
output first_is = (first w in words) = "Ann"
segment within_term when since within (if active then 1 month else 2 months)
"""
)
TABLES = {
    "recent, by since around 2024-01-01": "recent = 2023-12-31, false ; 2024-01-01, true ; 2024-01-02, true",
    "months_old, by since around 2023-11-30": "months_old = 2023-11-29, false ; 2023-11-30, false ; 2023-12-01, true",
    "chosen, by plan": 'chosen = true: "large" ; "small"',
    "chosen, by active": "chosen = false, true ; true, false",
    "named, by name": 'named = "Ann", true ; "something else", false',
    "seen, by seen_at around 2024-01-15": (
        "seen = 2024-01-14T12:00:00Z, false ; 2024-01-15T12:00:00Z, true ; 2024-01-16T12:00:00Z, true"
    ),
    "too many, by seats around 500": "no problem \"too many\": 499 ; 500 ; na",
    "rich, by fee around 100 USD": "rich = 99 USD, false ; 100 USD, false ; 101 USD, true",
    "seat_use, by plan": 'seat_use is "large", red ; "small", green ; na, missing',
    "seat_use, by fee around 50 USD": "seat_use is 49 USD, green ; 50 USD, green ; 51 USD, yellow ; na, green",
    "seat_use: stale after 60 days, expired after 3 months": (
        "seat_use is 2023-10-30, expired ; 2023-10-31, stale ; 2023-11-01, stale ; "
        "2023-12-01, stale ; 2023-12-02, green ; 2023-12-03, green ; na, missing"
    ),
    "mood": 'mood is "green", green ; "red", red ; "yellow", yellow ; na, missing',
    "health, by seats around 3": "health is green: 2 ; 3 ; 4 ; na",
    "health: grace for 30 days": (
        "health.seat_use is 2023-12-31, missing ; 2024-01-01, missing ; 2024-01-02, grace ; na, missing"
    ),
    "churn, by active (2)": "churn = true",
    "strategy: na, for health red, plan small": "strategy is not_applicable",
    "table price: row 'small', < 10 gives 5": "worth = 5",
    "table price: row 'large', any gives 10": "worth = 10",
}  # fmt: skip
SELDOM_TABLES = {
    "half_open, by ratio around 1": "half_open = 0.9, false ; 1, true ; 1.1, true",
    "fixed, by active": "fixed = true: false ; true ; na",  # 20 January is 11 days ago whoever it is
    "segment far": "far",
    "mail, by contact.email": 'mail = "something else", false ; "x", true',
    "first_word, by first w in words": 'first_word = "Ann", true ; "something else", false',
    "given, by term around 2 months": "given = 1 month, false ; 2 months, false ; 3 months, true",
    "loud, by ratio around 5": 'no problem "loud": 4.9 ; 5 ; na',
    "letter, by seats around 5": 'letter = 4, "y" ; 5, "y" ; 6, "x"',
    "seat_use: stale after 60 days": "seat_use is 2023-12-01, stale ; 2023-12-02, green ; 2023-12-03, green ; na, missing",
    "ages around 10 days": "ages is 9 days, red ; 10 days, yellow ; 11 days, yellow ; na, missing",  # the cap
    "has_mail, by contact.email": 'has_mail = "something else", false ; "x", true',
    "first_is, by first w in words": 'first_is = "Ann", true ; "something else", false',
    "within_term, by active": "within_term = true: false ; true",  # yesterday is within a month and within two
    "third": "third.score = 3.3333 to within 0.0001",
    "health: grace for 30 days": (
        "health.seat_use is 2023-12-31, scored ; 2024-01-01, scored ; 2024-01-02, grace ; na, missing"
    ),
    "exempt: in its grace period": "exempt is missing",  # grace spares both of its measures
}  # fmt: skip


def made(folder: Path, rules: str, asked: Asked | None = None) -> tuple[Project, GeneratedFile]:
    """The generated tests of a ruleset of the small project."""
    project = Project(folder, rules)
    compilation = compile_ruleset(project.path.with_name("1.0.0.rules"), project.workspace)
    assert compilation.program is not None, compilation.diagnostics
    found = generated_file(
        compilation.program, compilation.sources, project.path, project.workspace, asked or Asked()
    )
    assert found is not None
    return project, found


def sentences(text: str) -> dict[str, str]:
    """What each test expects, by its title: the first expectation, and the rows of its cases in place of the column."""
    found = {}
    for test in text.split('\ntest "')[1:]:
        title, body = test.split('" {\n', 1)
        said = body.split("  expect ", 1)[1]
        first = said.split("\n", 1)[0]
        rows = ""
        if "  cases " in said:
            lines = said.split("{", 1)[1].split("}", 1)[0].replace("\n", " ; ").split(" ; ")
            rows = " ; ".join(" ".join(line.split()) for line in lines if line.strip())
        joined = first.removesuffix("expected") if first.endswith(" expected") else f"{first}: " * bool(rows)
        found[title] = joined + rows if rows else first
    return found


@pytest.mark.parametrize(
    ("rules", "tables"), [(RULES, TABLES), (SELDOM, SELDOM_TABLES)], ids=["usual", "seldom"]
)
def test_what_is_expected_at_the_edges_of_each_thing(
    tmp_path: Path, rules: str, tables: dict[str, str]
) -> None:
    project, found = made(tmp_path, rules)
    said = sentences(found.text)
    assert {title: said.get(title) for title in tables} == tables
    assert found.left_out == 0
    outcomes = list(run_casebook(project.book(found.text)))
    assert len(outcomes) == found.cases
    assert all(outcome.passed for outcome in outcomes)


def test_a_limit_of_a_group_is_reached_like_any_other(tmp_path: Path) -> None:
    rules = (
        HEAD
        + """
measure gauge { bands rag ; points ratio * 100 }
scorecard health {
  bands rag
  group one { gauge ; override red when seats = 3 ; override yellow when seats >= 3 }
}
"""
    )
    found = made(tmp_path, rules)[1]
    rows = sentences(found.text)["health, by seats around 3"]
    assert rows == "health is 2, green ; 3, red ; 4, yellow ; na, green"


def test_a_test_that_would_not_pass_is_left_out_and_counted(tmp_path: Path) -> None:
    """The ruleset on disk is another by the time at which the tests are tried."""
    rules = HEAD + 'segment big when seats > 5\nsegment named when name = "Ann"\n'
    project = Project(tmp_path, rules)
    path = project.path.with_name("1.0.0.rules")
    compilation = compile_ruleset(path, project.workspace)
    assert compilation.program is not None
    path.write_text(rules.replace("seats > 5", "seats > 6"), encoding="utf-8")
    found = generated_file(compilation.program, compilation.sources, project.path, project.workspace, Asked())
    assert found is not None
    assert found.left_out == 1
    assert [each.text.split("\n")[0] for each in found.tests] == [
        'test "big, by seats around 5 (2)" {', 'test "named, by name" {', 'test "named, by name (2)" {',
    ]  # fmt: skip


def test_without_its_schema_there_are_no_tests(tmp_path: Path) -> None:
    project = Project(tmp_path, HEAD + "output many = seats > 5\n")
    compilation = compile_ruleset(project.path.with_name("1.0.0.rules"), project.workspace)
    assert compilation.program is not None
    elsewhere = Workspace(project.workspace.rulesets, tmp_path / "nowhere")
    asked = Asked(closing=True)
    assert generated_file(compilation.program, compilation.sources, project.path, elsewhere, asked) is None


@pytest.mark.parametrize("closing", [False, True])
def test_where_no_ruleset_stands_beside_them_no_test_can_be_read(tmp_path: Path, closing: bool) -> None:
    project = Project(tmp_path, HEAD + "segment big when seats > 5\n")
    compilation = compile_ruleset(project.path.with_name("1.0.0.rules"), project.workspace)
    assert compilation.program is not None
    elsewhere = project.path.with_name("9.9.9.test.rules")
    found = generated_file(
        compilation.program, compilation.sources, elsewhere, project.workspace, Asked(closing=closing)
    )
    assert found is not None
    assert (found.tests, found.left_out) == ((), 2)
