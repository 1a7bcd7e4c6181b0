"""Rows that are tried in order, as terms: `if`, rating rows, `rate when` blocks, decision tables.

A row that is undecided before the one that wins makes the outcome NA for its reason, unless it would have given the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from attrs import frozen

from ruleengine.analysis.solver.terms import Flag, Value, both, either, no

Outcome = TypeVar("Outcome")


@frozen(slots=True, eq=False)
class Kind(Generic[Outcome]):
    """What is done with outcomes of one kind."""

    choose: Callable[[Flag, Outcome, Outcome], Outcome]
    same: Callable[[Outcome, Outcome], Flag]
    undecided: Callable[[Flag, dict[str, Flag], Outcome], Outcome]
    constant: Callable[
        [Outcome], Hashable
    ]  # the same for constant outcomes that are the same; None for others


@frozen(slots=True, eq=False)
class Settled(Generic[Outcome]):
    """What rows give: the outcome, and for each row whether it was the one that gave it."""

    outcome: Outcome
    taken: tuple[Flag, ...]


def settled(
    rows: Sequence[tuple[Value | None, Outcome]], none_fits: Outcome, kind: Kind[Outcome]
) -> Settled[Outcome]:
    """The outcome of rows; a row without a condition always holds."""
    before: Flag = True  # that no row has held yet
    pending: list[tuple[Flag, Value]] = []
    waiting: dict[Hashable, tuple[Flag, Outcome]] = {}  # outcomes of undecided rows, and where one has them
    turns: list[tuple[Flag, Outcome, Flag]] = []
    for number, (condition, outcome) in enumerate(rows):
        holds = True if condition is None else condition.is_true()
        turns.append((both(before, holds), outcome, _unsettled(waiting, outcome, kind)))
        if condition is not None and condition.absent is not False:
            undecided = both(before, condition.absent)
            pending.append((undecided, condition))
            key = kind.constant(outcome) or ("row", number)
            waiting[key] = (either(waiting[key][0], undecided) if key in waiting else undecided, outcome)
        before = both(before, no(holds))
        if before is False:
            break
    turns.append((before, none_fits, _unsettled(waiting, none_fits, kind)))
    reasons = _first_reasons(pending)
    found = none_fits
    open_flags: list[Flag] = []
    for wins, outcome, unsettled in reversed(turns):
        found = kind.choose(wins, outcome, found)
        open_flags.append(both(wins, unsettled))
    if (left_open := either(*open_flags)) is not False:
        found = kind.undecided(left_open, reasons, found)
    taken = [both(wins, no(unsettled)) for wins, _, unsettled in turns[:-1]]
    taken += [False] * (len(rows) - len(taken))
    return Settled(found, tuple(taken))


def _unsettled(
    waiting: Mapping[Hashable, tuple[Flag, Outcome]], outcome: Outcome, kind: Kind[Outcome]
) -> Flag:
    """Whether a row before was undecided and would have given something else."""
    key = kind.constant(outcome)
    others = (each for name, each in waiting.items() if key is None or name != key)
    return either(*(both(undecided, no(kind.same(other, outcome))) for undecided, other in others))


def _first_reasons(pending: Sequence[tuple[Flag, Value]]) -> dict[str, Flag]:
    """For each reason whether the first undecided row is so for it."""
    found: dict[str, Flag] = {}
    none_before: Flag = True
    for undecided, condition in pending:
        for reason, flag in condition.na.items():
            found[reason] = either(found.get(reason, False), both(none_before, undecided, flag))
        none_before = both(none_before, no(undecided))
    return found


def kleene(operator: str, operands: Sequence[Value]) -> Value:
    """`and` / `or` of conditions; an undecided result has the reason of its first undecided operand."""
    if len(operands) == 1:
        return operands[0]
    deciding = operator == "or"
    decided = either(*(each.is_true() if deciding else each.is_false() for each in operands))
    reasons: dict[str, Flag] = {}
    known: Flag = no(decided)
    for each in operands:
        for reason, flag in each.na.items():
            reasons[reason] = either(reasons.get(reason, False), both(known, flag))
        known = both(known, each.present)
    reasons = {reason: flag for reason, flag in reasons.items() if flag is not False}
    return Value(decided if deciding else no(decided), reasons)
