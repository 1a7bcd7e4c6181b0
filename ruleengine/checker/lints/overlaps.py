"""Values that two rows fit, where the author most likely meant one.

Rows are tried in order, so an overlap is no fault in itself: `red when < 10% ; yellow when <= 50%` is how people write.
Two rows are reported when they differ in one key only and neither takes the other in: `1..5` and `5..15`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ruleengine.checker.crossing import crossing
from ruleengine.checker.examined import Examined
from ruleengine.checker.ladders import Rung, Situation, Taken, example
from ruleengine.diagnostics import Diagnostic, Label
from ruleengine.tree import expressions as e

#: So many pairs of rows of one ladder are looked at.
MOST_PAIRS = 250_000


def overlaps(examined: Examined) -> Iterator[Diagnostic]:
    """RE402: rows overlap."""
    for ladder in examined.ladders:
        if ladder.kind == "blocks" or ladder.hits == "all":
            continue
        situation = examined.grids.situation(ladder)
        if situation is not None:
            yield from _pairs(situation, examined)


def _pairs(situation: Situation, examined: Examined) -> Iterator[Diagnostic]:
    """One report for a row, with the first that it overlaps."""
    rungs, left = situation.ladder.rungs, iter(range(MOST_PAIRS))
    for later, before in _CANDIDATES.get(situation.ladder.hits, _crossing)(situation):
        if rungs[later].condition is None:
            continue
        for earlier, _ in zip(before, left, strict=False):
            both = situation.sure[earlier] & situation.sure[later]
            shown = example(situation, both, examined.index, examined.dependencies) if both else ""
            if shown:
                yield _report(situation, rungs[earlier], rungs[later], shown, examined)
                break


#: Rows, each with those before it that it may overlap.
Candidates = Iterator[tuple[int, Iterator[int]]]


def _crossing(situation: Situation) -> Candidates:
    """Rows that give something else, and differ in one key only, of which neither takes in what the other does."""
    said = situation.said
    for later, before in crossing(situation.grid, situation.sure):
        yield later, (earlier for earlier in before if said[earlier] != said[later])


def _any_two(situation: Situation) -> Candidates:
    taken = 0
    for later, sure in enumerate(situation.sure):
        if sure & taken:
            yield later, iter(range(later))
        taken |= sure


def _disagreeing(situation: Situation) -> Candidates:
    """Rows with constants that are not the same."""
    taken, said, rungs = Taken(), situation.said, situation.ladder.rungs
    constant: list[int] = []
    for later, sure in enumerate(situation.sure):
        if isinstance(rungs[later].outcome, e.Constant):
            if sure & taken.by_others(said[later]):
                yield later, (earlier for earlier in constant if said[earlier] != said[later])
            taken.add(said[later], sure)
            constant.append(later)


_CANDIDATES: dict[str, Callable[[Situation], Candidates]] = {
    "one": _any_two,
    "agreeing": _disagreeing,
}


def _report(situation: Situation, before: Rung, rung: Rung, shown: str, examined: Examined) -> Diagnostic:
    index, hits = examined.index, situation.ladder.hits
    first, place = index.first_line(before.span), index.first_line(rung.span)
    several = {"one": "with `hits one` that is no result", "agreeing": "and they do not agree"}
    effect = several.get(hits, f"line {first.line} wins")
    return Diagnostic(
        "RE402", place,
        f"this row and the one in line {first.line} both fit some values, for example {shown}; {effect}",
        help="leave the common values out of one of them: for example `>5..15` or `1..<5`",
        labels=(Label(first, "fits it too"),),
    )  # fmt: skip
