"""Rows that are tried in order: `if`, rating rows, `rate when` blocks, decision tables.

The first row that holds wins; a row that is undecided before it makes the outcome NA for its reason, unless all these rows
would have given the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import Context
from ruleengine.columnar.value import Value

#: Whether two rows give the same: known now, or a condition. The last number stands for "no row fits".
Same = Callable[[int, int], bool | Sql]


@frozen(slots=True)
class Won:
    """Which row wins: its number (that of "no row fits" is the number of rows), or NULL where rows are undecided, then for
    the reason `na`, which may have some `codes`."""

    number: Sql
    na: Sql | None = None
    codes: frozenset[int] = frozenset()


def won_by(context: Context, conditions: Sequence[Value | None], same: Same, name: str) -> Won:
    """Which of some rows wins; a condition of None always holds."""
    shown = list(conditions)
    if None in shown:
        shown = shown[: shown.index(None) + 1]
    last = len(shown) - 1 if shown and shown[-1] is None else len(conditions)
    tested = [(number, value) for number, value in enumerate(shown) if value is not None]
    first = b.case([(value.sql, b.integer(number)) for number, value in tested], b.integer(last))
    undecided = [(number, value) for number, value in tested if value.codes]
    if not undecided:
        return Won(first)
    winner = context.named(first, f"{name} row if decided")
    later = [number for number, _ in tested] + [last]
    conflicts = [_conflict(number, value, winner, later, same) for number, value in undecided]
    found = [each for each in conflicts if each is not None]
    if not found:
        return Won(winner)
    na = b.case([(b.is_null(value.sql), value.code) for _, value in undecided])
    codes = frozenset().union(*(value.codes for _, value in undecided))
    conflict = b.case([(b.disjunction(found), b.null_code())], winner)
    return Won(b.case([(is_undecided([value for _, value in undecided]), conflict)], winner), na, codes)


def is_undecided(conditions: Sequence[Value | None]) -> Sql:
    """Whether any of some conditions is undecided: in few rows, so what is asked only then costs little."""
    found = [b.is_null(each.sql) for each in conditions if each is not None and each.codes]
    return b.disjunction(list(dict.fromkeys(found)))


def _conflict(number: int, value: Value, winner: Sql, later: list[int], same: Same) -> Sql | None:
    """Whether a row is undecided before the winner, and would have given something else; None when it never is."""
    always: list[Sql] = []
    sometimes: list[Sql] = []
    for other in later:
        if other <= number:
            continue
        alike = same(number, other)
        if alike is False:
            always.append(b.integer(other))
        elif alike is not True:
            differs = b.negation(b.coalesce(alike, b.FALSE()))
            sometimes.append(b.conjunction([b.compare("=", winner, b.integer(other)), differs]))
    tests = ([b.one_of(winner, always)] if always else []) + sometimes
    return b.conjunction([b.is_null(value.sql), b.disjunction(tests)]) if tests else None
