"""Values that no row, no `rate` block or no table row fits."""

from __future__ import annotations

from collections.abc import Iterator

from ruleengine.checker.examined import Examined
from ruleengine.checker.ladders import ANYTHING, Ladder, examples
from ruleengine.diagnostics import Diagnostic

_HELP = {
    "rows": "add a row for it, or one with `otherwise`",
    "blocks": "add a `rate` block for it, or say with `applies when` what this measure is for",
    "table": "add a row for it, or `otherwise gives …`",
}


def gaps(examined: Examined) -> Iterator[Diagnostic]:
    """RE401: some values have no outcome."""
    for ladder in examined.ladders:
        if ladder.catches_all or ladder.hits == "all":
            continue
        situation = examined.grids.situation(ladder)
        if situation is None:
            continue
        cells = situation.base
        for possible in situation.possible:
            cells &= ~possible
        shown = examples(situation, cells, examined.index, examined.dependencies) if cells else ""
        if shown and shown != ANYTHING:  # where no row can hold at all, each of them is reported
            place = examined.index.first_line(ladder.place)
            yield Diagnostic("RE401", place, _message(ladder, shown), help=_HELP[ladder.kind])


def _message(ladder: Ladder, shown: str) -> str:
    what = "`rate` block" if ladder.kind == "blocks" else "row"
    return f"`{ladder.name}` has no {what} for some values, for example {shown}"
