"""Which small changes tests notice, which nobody could, and accounts that show the others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ruleengine.casebook.accounts import Account
from ruleengine.casebook.mutation.equivalence import (
    BY_ONE,
    OUT_OF_REACH,
    ROW_NEVER_WINS,
    SAME_ROW,
    Equivalence,
)
from ruleengine.casebook.mutation.mutant import KILLED, MutationOptions
from ruleengine.casebook.mutation.mutating import Parts
from ruleengine.casebook.mutation.rules import mutants_of
from ruleengine.casebook.mutation.running import mutate
from ruleengine.casebook.mutation.telling import Telling
from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.schema import load_schema
from tests.casebook.books import HEAD, Project
from tests.casebook.test_mutants_of_conditions import answers, compiled

WITHOUT_EFFECT = (
    HEAD
    + """
table first_of(users count) hits first { > 5 gives "a" ; > 3 gives "b" ; > 4 gives "c" ; otherwise gives "d" }
table one_of(users count) hits one { > 5 gives "a" ; <= 5 gives "b" }
output times = seats * 1
output far = seats > 2000
output compared = seats > ratio
output picked = first_of(seats)
output only = one_of(seats)
measure opaque { bands rag ; value seats ; rate { green when seats > ratio ; yellow when > 7 ; red otherwise } }
"""
)


def test_what_nobody_could_notice_and_why(tmp_path: Path) -> None:
    """Whoever has more than 4 has more than 3: the third row of the table decides for nobody. A table of which one row
    may hold, and rows that compare two facts, are not decided here."""
    compilation, program = compiled(tmp_path, WITHOUT_EFFECT)
    equivalence, parts = Equivalence(program, compilation.sources), Parts(program)
    plain = answers(program)
    found = {}
    for mutant in mutants_of(program, compilation.sources):
        why = equivalence.why(mutant)
        if why:
            found[f"{mutant.of}: {mutant.after}"] = why
            assert answers(parts.changed(mutant)) == plain
    assert found == {
        'first_of: >= 4 gives "c"': SAME_ROW,
        'first_of: > 5 gives "c"': SAME_ROW,
        'first_of: > 4 gives "d"': ROW_NEVER_WINS,
        "first_of: (taken away)": ROW_NEVER_WINS,
        "times: output times = seats / 1": BY_ONE,
        "far: output far = seats >= 2000": OUT_OF_REACH,
        "far: output far = seats > 2001": OUT_OF_REACH,
    }


def test_expected_problems_notice_changes_of_their_conditions(tmp_path: Path) -> None:
    project = Project(tmp_path, HEAD + 'problem "too many" when seats > 500\n')
    book = project.book("""\
        test "much" {
          as of  2024-06-01
          facts  {id: "a", seats: 501}
          expect problem "too many"
        }
        test "not so much" {
          as of  2024-06-01
          facts  {id: "a", seats: 500}
          expect no problem "too many"
        }
        """)
    found = mutate(book, book.cases, project.workspace.schemas, MutationOptions(0))
    assert [(each.after, each.status, each.why) for each in found.outcomes if each.of == "problem"] == [
        ('problem "too many" when seats >= 500', KILLED, "not so much"),
        ('problem "too many" when seats > 501', KILLED, "much"),
    ]


SHOWN = (
    HEAD
    + """
segment big when seats > 100
bands two { up 50..100 points 70 ; down 0..<50 points 20 }
table rate_of(users count) { > 3 gives 10 ; otherwise gives 5 }
output cost = rate_of(seats)
measure seat_use { bands rag ; value seats ; rate { green when >= 10 ; red otherwise } }
measure gauge { bands rag ; points ratio * 100 }
measure other_gauge { bands two ; points ratio * 100 }
scorecard health {
  bands rag
  grace first 30 days from since
  group a 50% { seat_use }
  group b 50% { gauge }
}
scorecard second { bands two ; score ratio * 100 ; other_gauge }
"""
)
UNASKED = 'test "nothing" {\n  as of  2024-06-01\n  facts  {id: "a"}\n  expect big is missing\n}\n'


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("> 4 gives 10", "cost = 10"),
        ("grace first 31 days from since", "health is missing"),
        ("grace first 29 days from since", "health is grace"),
        ("a 51%, b 49%", ""),
        ("up 51..100, down 0..<51", "other_gauge is up"),
        ("up 49..100, down 0..<49", "other_gauge is down"),
        ("up >50..100, down 0..50", "other_gauge is up"),
        ("yellow 51..<75, red 0..<51", ""),
    ],
)
def test_an_account_shows_a_change_that_makes_a_difference(
    tmp_path: Path, change: str, expected: str
) -> None:
    """Of a change in a table, of grace, of the weights of groups, of an edge between the bands of one card of two."""
    compilation, program = compiled(tmp_path, SHOWN)
    schema = load_schema("thing", "1", tmp_path / "schemas")[0]
    assert schema is not None
    telling = Telling(program, compilation.sources, schema, [Account({"id": "a"}, date(2024, 6, 1))])
    (mutant,) = [each for each in mutants_of(program, compilation.sources) if each.after == change]
    told = telling.told(mutant)
    assert told is not None
    assert told.expectations[0].startswith(expected)
    project = Project(tmp_path, SHOWN)
    assert [outcome.passed for outcome in project.outcomes(told.test)] == [True]
    changed = Evaluator(Parts(program).changed(mutant))
    results = [each.result(told.facts, date(2024, 6, 1)) for each in (Evaluator(program), changed)]
    assert results[0] != results[1]


def test_without_the_schema_no_account_is_looked_for(tmp_path: Path) -> None:
    project = Project(tmp_path, HEAD + "segment big when seats > 100\n")
    book = project.book(UNASKED)
    assert not book.broken, book.diagnostics
    found = mutate(book, book.cases, tmp_path / "nowhere", MutationOptions(100))
    assert found.survivors
    assert not any(each.told or each.sought for each in found.outcomes)


def test_a_reason_needs_the_values_that_it_shows(tmp_path: Path) -> None:
    rules = (
        HEAD
        + """
let spare = seats - 5
let most = seats > 500
trigger call "Call" {
  when most because "there are {spare} more"
  when seats > 100
}
"""
    )
    project = Project(tmp_path, rules)
    tests = 'test "much" {\n  as of  2024-06-01\n  facts  {id: "a", seats: 501}\n  expect call\n}\n'
    book = project.book(tests)
    assert not book.broken, book.diagnostics
    found = mutate(book, book.cases, project.workspace.schemas, MutationOptions(0))
    assert {each.of for each in found.outcomes} == {"rag", "spare", "most", "call"}
