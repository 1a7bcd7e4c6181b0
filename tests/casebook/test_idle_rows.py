"""Changes of rows that never win: none of them can be noticed, unless what the row leaves open makes a difference."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ruleengine.casebook.mutation.equivalence import ROW_NEVER_WINS, Equivalence
from ruleengine.casebook.mutation.mutating import Parts
from ruleengine.casebook.mutation.rules import mutants_of
from ruleengine.compiler.compile import Compilation
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import ruleset as r
from tests.casebook.books import HEAD
from tests.casebook.test_mutants_of_conditions import compiled

RATINGS: dict[str, set[str]] = {
    "green when >= 50 ; yellow when > 60 ; red otherwise": {"(taken away)", "red when > 60"},
    "green when >= 50 ; yellow when < 50 ; red when ratio > 60%": {"(taken away)", "yellow when ratio > 60%"},
    # with a ratio of 3 and nobody who knows the seats it is green without the second row, and missing with it
    "green when >= 50 ; red when ratio > 2 and >= 60 ; green otherwise": {"yellow when ratio > 2 and >= 60"},
    # this one wins
    "green when >= 50 and ratio > 1 ; yellow when > 60 ; red otherwise": set(),
}


def results(program: r.Program) -> list[Any]:
    """What comes of accounts with and without each fact, on both sides of every number."""
    evaluator, day = Evaluator(program), date(2024, 6, 1)
    seats = (None, 49, 50, 51, 60, 61, 62)
    shares = (None, 0.595, 0.6, 0.605, 1, 3)
    found = []
    for one, other in product(seats, shares):
        facts = {"id": "a", "seats": one, "ratio": other}
        found.append(evaluator.result({key: value for key, value in facts.items() if value is not None}, day))
    return found


@pytest.mark.parametrize("rows", RATINGS)
def test_changes_of_a_row_of_a_rating_that_never_wins(rows: str, tmp_path: Path) -> None:
    text = f"{HEAD}measure m {{ bands rag ; value seats ; rate {{ {rows} }} }}\nscorecard s {{ m }}\n"
    compilation, program = compiled(tmp_path, text)
    check(RATINGS[rows], compilation, program)


TABLES: dict[str, set[str]] = {
    "> 50 gives 3 ; > 60 gives 2 ; otherwise gives 1": {"(taken away)", "> 60 gives 3", "> 60 gives 1"},
    # without seats the second row would be the only one that gives something else
    "> 50 gives 1 ; > 60 gives 2 ; otherwise gives 1": {"> 60 gives 3"},
    # and here nobody can say what `ratio` is: it may be 1 or not
    "> 50 gives 1 ; > 60 gives ratio ; otherwise gives 1": set(),
}


@pytest.mark.parametrize("rows", TABLES)
def test_changes_of_a_row_of_a_table_that_never_wins(rows: str, tmp_path: Path) -> None:
    text = f"{HEAD}table t(users count) {{ {rows} }}\noutput a = t(seats)\n"
    compilation, program = compiled(tmp_path, text)
    check(TABLES[rows], compilation, program)


def check(expected: set[str], compilation: Compilation, program: r.Program) -> None:
    """These changes are of rows that never win, and no account notices any change that is said to make no difference."""
    equivalence, plain, parts = Equivalence(program, compilation.sources), results(program), Parts(program)
    found = set()
    for mutant in mutants_of(program, compilation.sources):
        why = equivalence.why(mutant)
        if why == ROW_NEVER_WINS:
            found.add(mutant.after)
        if why:
            assert results(parts.changed(mutant)) == plain, mutant.after
    assert found == expected
