"""Rows and `rate` blocks that can never win, because those before them take everything that they fit."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from functools import reduce
from operator import or_

from ruleengine.checker.cells import Mask
from ruleengine.checker.examined import Examined
from ruleengine.checker.ladders import ANYTHING, Ladder, Situation, Taken, example
from ruleengine.diagnostics import Diagnostic, Label


def reach(examined: Examined) -> Iterator[Diagnostic]:
    """RE403: a row can never win."""
    for ladder in examined.ladders:
        if ladder.hits not in ("first", "one", "agreeing"):
            continue
        situation = examined.grids.situation(ladder, split_opaque=True)
        if situation is None or not situation.base:
            continue
        for position, looked_at in sorted(_found(ladder, situation, examined).items()):
            yield _report(looked_at, position, examined)


def _found(ladder: Ladder, situation: Situation, examined: Examined) -> dict[int, Situation]:
    """The rows that can never win, each with the cells in which that shows."""
    has_condition = [rung.condition is not None for rung in ladder.rungs]
    found: dict[int, Situation] = {}
    if ladder.hits == "first":
        found = {position: situation for position in _dead(situation) if has_condition[position]}
    if not all(has_condition):  # a last row may well be there for figures that the schema excludes
        wider = examined.grids.situation(ladder, bounded=False, split_opaque=True)
        if wider is not None:
            found |= {position: wider for position in _dead(wider) if not has_condition[position]}
    return found


def _dead(situation: Situation) -> Iterator[int]:
    """Rows that could fit something, all of which surely goes to rows before; one that fits nothing has its own report.

    A row before that gives the same leaves the win to this one when it is undecided and this one is not: it takes
    cells only where both are undecided together.
    """
    taken = Taken()
    same: dict[Hashable, dict[frozenset[int], Mask]] = {}
    for position, (outcome, possible) in enumerate(zip(situation.said, situation.possible, strict=True)):
        keys = frozenset(situation.grid.keys_in(situation.ladder.rungs[position].condition))
        alike = same.setdefault(outcome, {})
        if possible and not possible & ~taken.any:
            left = possible & ~taken.by_others(outcome)
            for others, cells in alike.items():
                left &= ~cells if others <= keys else left
            if not left:
                yield position
        taken.add(outcome, situation.sure[position])
        alike[keys] = alike.get(keys, 0) | situation.sure[position]


def _report(situation: Situation, position: int, examined: Examined) -> Diagnostic:
    index, ladder = examined.index, situation.ladder
    rung, possible = ladder.rungs[position], situation.possible[position]
    before = range(position)
    winner = next((place for place in before if not possible & ~situation.sure[place]), None)
    if winner is None:
        winner = next(place for place in before if possible & situation.sure[place])
    first = index.first_line(ladder.rungs[winner].span)
    taken = possible & situation.sure[winner]
    to_it = taken & ~_any(situation.possible[:winner]) or taken & ~_any(situation.sure[:winner])
    shown = example(situation, to_it, index, examined.dependencies) if to_it else ""
    what = "this `rate` block" if ladder.kind == "blocks" else "this row"
    goes = f", for example {shown} goes to line {first.line}" if shown and shown != ANYTHING else ""
    return Diagnostic(
        "RE403", index.first_line(rung.span), f"{what} can never win{goes}",
        note="what comes before takes all that it fits", help=f"remove it, or move it before line {first.line}",
        labels=(Label(first, "wins instead"),),
    )  # fmt: skip


def _any(masks: Iterable[Mask]) -> Mask:
    return reduce(or_, masks, 0)
