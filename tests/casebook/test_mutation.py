"""Mutants of rulesets: what is changed, what the tests notice, what provably makes no difference, and tests that would notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleengine.casebook.mutation.mutant import (
    EQUIVALENT,
    KILLED,
    SURVIVED,
    Mutation,
    MutationOptions,
    Outcome,
)
from ruleengine.casebook.mutation.running import mutate
from ruleengine.casebook.run import run_casebook
from tests.casebook.books import Project

RULES = """\
ruleset demo 1.0.0 {
  facts      thing 1
}

bands rag {
  green  75..100     points 80
  yellow 50..<75     points 60
  red     0..<50     points 20
}

segment big when plan = "large"

measure seat_use "Seats" {
  value    seats
  rate {
    green  when >= 10
    yellow when in 5..10
    red    otherwise
  }
}

measure share_use "Share" {
  value    share     shown as percent
  rate { green when >= 50% ; red otherwise }
  applies  to big
}

scorecard health "Health" {
  bands   rag
  seat_use  60%
  share_use 40%
}
"""
SEATS = """\
test "seats" {
  as of  2024-06-01
  facts  {id: "a", seats: seats_given}
  expect seat_use is expected
  cases  seats_given, expected { 4, red ; 5, yellow ; 9, yellow ; 10, green ; na, missing }
}
"""
SHARE = """
test "share" {
  as of  2024-06-01
  facts  {id: "a", plan: plan_given, share: share_given}
  expect share_use is expected
  expect big = is_big
  cases  plan_given, share_given, expected, is_big {
         "large", 49%, red,            true
         "large", 50%, green,          true
         "small", 50%, not_applicable, false
  }
}
"""


def mutation_of(folder: Path, tests: str, suggestions: int = 0) -> Mutation:
    """What came of all mutants of the small ruleset."""
    project = Project(folder, RULES)
    book = project.book(tests)
    assert not book.broken, book.diagnostics
    return mutate(book, book.cases, project.workspace.schemas, MutationOptions(suggestions))


def changes(outcomes: tuple[Outcome, ...], of: str, status: str) -> set[str]:
    """The changes of one thing with a status, as `before → after`."""
    return {f"{each.before} → {each.after}" for each in outcomes if each.of == of and each.status == status}


@pytest.fixture(scope="module")
def seats(tmp_path_factory: pytest.TempPathFactory) -> Mutation:
    return mutation_of(tmp_path_factory.mktemp("seats"), SEATS)


def test_every_change_of_a_measure_with_a_case_on_each_side_is_noticed(seats: Mutation) -> None:
    assert changes(seats.outcomes, "seat_use", SURVIVED) == set()
    assert {
        "green when >= 10 → green when > 10",
        "green when >= 10 → green when >= 9",
        "green when >= 10 → yellow when >= 10",
        "green when >= 10 → (taken away)",
        "yellow when in 5..10 → yellow when in 4..10",
        "yellow when in 5..10 → yellow when in 6..10",
        "yellow when in 5..10 → red when in 5..10",
        "red otherwise → yellow otherwise",
    } <= changes(seats.outcomes, "seat_use", KILLED)


def test_what_an_earlier_row_takes_already_makes_no_difference(seats: Mutation) -> None:
    """Ten seats are green by the row above, and so are eleven: `5..10`, `5..9` and `5..11` say the same."""
    same = [each for each in seats.outcomes if each.status == EQUIVALENT]
    assert [(each.before, each.after, each.why) for each in same] == [
        ("yellow when in 5..10", "yellow when in 5..11", "the same row decides for every value that the field can have"),
        ("yellow when in 5..10", "yellow when in 5..9", "the same row decides for every value that the field can have"),
    ]  # fmt: skip


def test_what_no_test_asks_for_survives_and_is_told_with_its_line(seats: Mutation) -> None:
    assert "green when >= 50% → green when > 50%" in changes(seats.outcomes, "share_use", SURVIVED)
    assert changes(seats.outcomes, "health", KILLED) == set()
    weight = next(each for each in seats.survivors if each.kind == "weight")
    assert (weight.line, weight.before) == (30, "seat_use 60%, share_use 40%")
    assert weight.after in ("seat_use 61%, share_use 39%", "seat_use 40%, share_use 60%")
    assert 0 < seats.percent < 100
    assert not seats.is_at_least(100)


def test_a_segment_and_whom_a_measure_is_for_are_changed_too(tmp_path: Path) -> None:
    found = mutation_of(tmp_path, SEATS + SHARE)
    assert changes(found.outcomes, "share_use", SURVIVED) == changes(found.outcomes, "big", SURVIVED) == set()
    assert 'segment big when plan = "large" → segment big when plan != "large"' in changes(
        found.outcomes, "big", KILLED
    )
    assert "applies to big → (taken away)" in changes(found.outcomes, "share_use", KILLED)


def test_suggested_tests_pass_and_notice_their_change(tmp_path: Path) -> None:
    before = mutation_of(tmp_path, SEATS + SHARE, suggestions=50)
    told = [each.told for each in before.survivors if each.told is not None]
    assert told
    tests = {each.test: each for each in told}
    assert (
        len({(each.as_of, str(each.facts), each.expectations) for each in tests.values()})
        == len(tests)
        < len(told)
    )
    extended = SEATS + SHARE + "".join("\n" + each for each in tests)
    project = Project(tmp_path, RULES)
    book = project.book(extended)
    assert not book.broken, book.diagnostics
    assert all(outcome.passed for outcome in run_casebook(book))
    after = mutate(book, book.cases, project.workspace.schemas, MutationOptions(0))
    noticed = {(each.before, each.after) for each in before.survivors if each.told is not None}
    assert noticed.isdisjoint((each.before, each.after) for each in after.survivors)
    assert after.of(SURVIVED) == before.of(SURVIVED) - len(noticed)


def test_tests_that_fail_as_they_are_are_mended_first(tmp_path: Path) -> None:
    found = mutation_of(tmp_path, SEATS.replace("4, red", "4, green"))
    assert (found.failing, found.outcomes, found.percent) == (1, (), 0.0)
    assert not found.is_at_least(0)


def test_the_same_tests_give_the_same_outcome(tmp_path: Path, seats: Mutation) -> None:
    again = mutation_of(tmp_path, SEATS)
    kept = [(each.before, each.after, each.status, each.why) for each in seats.outcomes]
    assert [(each.before, each.after, each.status, each.why) for each in again.outcomes] == kept


def test_a_moved_limit_of_freshness_is_shown_by_what_is_stale(tmp_path: Path) -> None:
    rules = RULES.replace("  value    seats\n", "  value    seats\n  fresh by since, stale after 90 days\n")
    project = Project(tmp_path, rules)
    book = project.book(SEATS.replace("seats: seats_given}", "seats: seats_given, since: 2024-05-31}"))
    found = mutate(book, book.cases, project.workspace.schemas, MutationOptions(200))
    told = {
        each.after.partition(", ")[2]: each.told.expectations
        for each in found.survivors
        if each.kind == "freshness" and each.told is not None
    }
    assert told == {
        "stale after 91 days": ("seat_use is stale",),
        "stale after 89 days": ("not (seat_use is stale)",),
        "": ("seat_use is stale",),  # the test of the first change notices it as well
    }
