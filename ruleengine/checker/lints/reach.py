"""Rows and `rate` blocks that can never win, because those before them take everything that they fit."""

from __future__ import annotations

from collections.abc import Iterator

from ruleengine.checker.cells import Mask
from ruleengine.checker.examined import Examined
from ruleengine.checker.ladders import ANYTHING, Situation, example, same_outcome
from ruleengine.diagnostics import Diagnostic, Label


def reach(examined: Examined) -> Iterator[Diagnostic]:
    """RE403: a row can never win."""
    for ladder in examined.ladders:
        if ladder.hits not in ("first", "one", "agreeing"):
            continue
        situation = examined.grids.situation(ladder, split_opaque=True)
        if situation is None or not situation.base:
            continue
        for position, rung in enumerate(ladder.rungs):
            looked_at: Situation | None = situation
            if rung.condition is None:  # a last row may well be there for figures that the schema excludes
                looked_at = examined.grids.situation(ladder, bounded=False, split_opaque=True)
            elif ladder.hits != "first":
                continue
            if looked_at is not None and _is_dead(looked_at, position):
                yield _report(looked_at, position, examined)


def _is_dead(situation: Situation, position: int) -> bool:
    """Whether the rows before surely take what the row could fit; one that fits nothing has its own report."""
    return bool(situation.possible[position]) and not situation.possible[position] & ~_taken(
        situation, position
    )


def _taken(situation: Situation, position: int) -> Mask:
    """The cells that surely go to an earlier row.

    A row before that gives the same leaves the win to this one when it is undecided and this one is not: it takes
    cells only where both are undecided together.
    """
    ladder, grid, taken = situation.ladder, situation.grid, 0
    rung, own = ladder.rungs[position], grid.keys_in(ladder.rungs[position].condition)
    for before, sure in zip(ladder.rungs[:position], situation.sure, strict=False):
        if grid.keys_in(before.condition) <= own or not same_outcome(before.outcome, rung.outcome):
            taken |= sure
    return taken


def _report(situation: Situation, position: int, examined: Examined) -> Diagnostic:
    index, ladder = examined.index, situation.ladder
    rung, possible = ladder.rungs[position], situation.possible[position]
    before = range(position)
    winner = next((place for place in before if not possible & ~situation.sure[place]), None)
    if winner is None:
        winner = next(place for place in before if possible & situation.sure[place])
    first = index.first_line(ladder.rungs[winner].span)
    shown = example(situation, possible & situation.sure[winner], index, examined.dependencies)
    what = "this `rate` block" if ladder.kind == "blocks" else "this row"
    goes = f", for example {shown} goes to line {first.line}" if shown and shown != ANYTHING else ""
    return Diagnostic(
        "RE403", index.first_line(rung.span), f"{what} can never win{goes}",
        note="what comes before takes all that it fits", help=f"remove it, or move it before line {first.line}",
        labels=(Label(first, "wins instead"),),
    )  # fmt: skip
