"""Decision tables: which rows hold for the arguments, and what the hit policy makes of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import expressions
from tests.differential.reference.modules import walk
from tests.differential.reference.states import Scope
from tests.differential.reference.values import NA, equal

NO_ROW = NA("invalid", "RE505")
SEVERAL = NA("invalid", "RE510")


def look_up(table: tree.Table, arguments: list[Any], scope: Scope) -> Any:
    """The result of a table for its arguments."""
    scope = scope.having(
        **{each.name: value for each, value in zip(table.parameters, arguments, strict=True)}
    )
    rows = [row for row in table.rows if row.cells is not None]
    rest = next((row for row in table.rows if row.cells is None), None)
    tested = [(_holds(row, arguments, scope), row) for row in rows]

    def otherwise() -> Any:
        return expressions.evaluate(rest.result, scope) if rest else NO_ROW

    if table.hits == "first":
        cases = ((test, partial(expressions.evaluate, row.result, scope)) for test, row in tested)
        return expressions.choose(cases, otherwise)
    undecided = [
        (test, expressions.evaluate(row.result, scope)) for test, row in tested if isinstance(test, NA)
    ]
    found = [expressions.evaluate(row.result, scope) for test, row in tested if test is True]
    if table.hits == "all":
        if undecided:
            return undecided[0][0]
        return found or ([otherwise()] if rest else [])
    if len(found) > 1 and (table.hits == "one" or not all(equal(each, found[0]) for each in found)):
        return SEVERAL
    winner = found[0] if found else otherwise()
    return winner if all(equal(each, winner) for _, each in undecided) else undecided[0][0]


def _holds(row: tree.TableRow, arguments: list[Any], scope: Scope) -> Any:
    assert row.cells is not None
    return expressions.kleene(
        "and", [_fits(cell, argument, scope) for cell, argument in zip(row.cells, arguments, strict=True)]
    )


def _fits(cell: tree.Expression | tree.AnyCell, argument: Any, scope: Scope) -> Any:
    if isinstance(cell, tree.AnyCell):
        return True
    if _is_test(cell):
        return expressions.evaluate(cell, scope.about(argument))
    value = expressions.evaluate(cell, scope)
    if isinstance(argument, NA) or isinstance(value, NA):
        return argument if isinstance(argument, NA) else value
    return expressions.compare("=", argument, value, scope)


def _is_test(cell: tree.Expression) -> bool:
    """Whether a cell says something about its column: `>= 10 and < 20`."""
    return any(
        (isinstance(each, tree.Compare) and each.left is None)
        or (isinstance(each, tree.In | tree.Contains | tree.Within | tree.Is) and each.subject is None)
        for each in walk(cell)
    )
