"""Values that two rows fit, where the author most likely meant one.

Rows are tried in order, so an overlap is no fault in itself: `red when < 10% ; yellow when <= 50%` is how people write.
Two rows are reported when they differ in one key only and neither takes the other in: `1..5` and `5..15`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ruleengine.checker.cells import Mask
from ruleengine.checker.examined import Examined
from ruleengine.checker.ladders import Rung, Situation, example, same_outcome
from ruleengine.diagnostics import Diagnostic, Label
from ruleengine.tree import expressions as e


def overlaps(examined: Examined) -> Iterator[Diagnostic]:
    """RE402: rows overlap."""
    for ladder in examined.ladders:
        if ladder.kind == "blocks" or ladder.hits == "all":
            continue
        situation = examined.grids.situation(ladder)
        if situation is not None:
            yield from _pairs(situation, examined)


def _pairs(situation: Situation, examined: Examined) -> Iterator[Diagnostic]:
    ladder = situation.ladder
    for later, rung in enumerate(ladder.rungs):
        if rung.condition is None:
            continue
        for earlier, before in enumerate(ladder.rungs[:later]):
            both = situation.sure[earlier] & situation.sure[later]
            if both and _is_report(situation, earlier, later):
                shown = example(situation, both, examined.index, examined.dependencies)
                if shown:
                    yield _report(situation, before, rung, shown, examined)
                    break


def _is_report(situation: Situation, earlier: int, later: int) -> bool:
    one, other = situation.ladder.rungs[earlier], situation.ladder.rungs[later]
    if situation.ladder.hits == "one":
        return True
    if same_outcome(one.outcome, other.outcome):
        return False
    if situation.ladder.hits == "agreeing":
        return isinstance(one.outcome, e.Constant) and isinstance(other.outcome, e.Constant)
    return _cross(situation, situation.sure[earlier], situation.sure[later])


def _cross(situation: Situation, one: Mask, other: Mask) -> bool:
    """Whether two rows differ in one key only, and neither takes the other in."""
    crossing = 0
    for key in situation.grid.keys.values():
        left, right = situation.grid.projected(one, key), situation.grid.projected(other, key)
        if left == right:
            continue
        if left <= right or right <= left:
            return False
        crossing += 1
    return crossing == 1


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
