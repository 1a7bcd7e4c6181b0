"""Mutants that provably change nothing.

In: a mutant. Out: why no account can tell it from the ruleset; nothing where that is not sure. What is compared with constants
is cut at all of them, by the bounds and steps that the fact schema gives, and the rows are tried in every piece: where the same row
decides everywhere, no value tells the two apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from ruleengine.casebook.mutation.mutant import Mutant
from ruleengine.checker.cells import Grid, Mask
from ruleengine.checker.index import Index, walk
from ruleengine.checker.likeness import likeness
from ruleengine.source import Source
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.rebuild import rebuild

#: Rows that are tried in order: of a rating, of a table, or the ratings of a measure.
Ladder = r.RateBlock | r.Table | r.Measure
_COMPARING = (e.Compare, e.Between)
OUT_OF_REACH = "no value that the field can have falls between the two"
BY_ONE = "multiplying by one is dividing by it"
SAME_ROW = "the same row decides for every value that the field can have"


@frozen(slots=True, eq=False)
class _Home:
    """Where a comparison stands: itself, and the rows among which it is."""

    node: e.Expression
    ladder: Ladder | None


class Equivalence:
    """Knows the comparisons of one program."""

    def __init__(self, program: r.Program, sources: Mapping[str, Source]) -> None:
        self.index = Index(program, sources, program.path, {})
        self.homes: dict[int, list[_Home]] = {}
        for ladder in walk(program):
            if isinstance(ladder, Ladder):
                self._note(ladder)
        self.plain: dict[int, list[_Home]] = {}
        for node in walk(program):
            if isinstance(node, _COMPARING):
                for inner in _with_constants(node):
                    self.plain.setdefault(id(inner), []).append(_Home(node, None))

    def _note(self, ladder: Ladder) -> None:
        for condition, _ in _rows(ladder):
            for node in walk(condition) if condition is not None else ():
                if isinstance(node, _COMPARING):
                    for inner in _with_constants(node):
                        self.homes.setdefault(id(inner), []).append(_Home(node, ladder))

    def why(self, mutant: Mutant) -> str:
        """Why a mutant changes nothing; empty where that is not sure."""
        if mutant.swaps and all(_is_by_one(swap.old, swap.new) for swap in mutant.swaps):
            return BY_ONE
        if not mutant.swaps or mutant.kind not in ("threshold", "comparison"):
            return ""
        if all(self._same_condition(swap.old, swap.new) for swap in mutant.swaps):
            return OUT_OF_REACH
        if all(self._same_rows(swap.old, swap.new) for swap in mutant.swaps):
            return SAME_ROW
        return ""

    def _same_condition(self, old: Any, new: Any) -> bool:
        """Whether the comparisons with a node hold for the same values."""
        homes = self.plain.get(id(old), [])
        return bool(homes) and all(self._holds_alike(home.node, old, new) for home in homes)

    def _holds_alike(self, node: e.Expression, old: Any, new: Any) -> bool:
        changed = _replaced(node, old, new)
        grid = Grid.over([node, changed], self.index)
        if grid is None or grid.has_unknown:
            return False
        return bool(grid.keys) and grid.truth(node) == grid.truth(changed)

    def _same_rows(self, old: Any, new: Any) -> bool:
        """Whether the same rows decide for the same values."""
        homes = self.homes.get(id(old), [])
        ladders = {id(home.ladder): home.ladder for home in homes}
        plain = self.plain.get(id(old), [])
        if not ladders or len(plain) != len(homes):
            return False
        return all(self._decides_alike(each, old, new) for each in ladders.values() if each is not None)

    def _decides_alike(self, ladder: Ladder, old: Any, new: Any) -> bool:
        if isinstance(ladder, r.Table) and ladder.hits != "first":
            return False
        changed = _replaced(ladder, old, new)
        conditions = [condition for condition, _ in (*_rows(ladder), *_rows(changed))]
        grid = Grid.over(conditions, self.index, split_opaque=True)
        if grid is None or any(key.opaque for key in grid.keys.values()):
            return False
        return _decided(grid, ladder) == _decided(grid, changed)


def _is_by_one(old: Any, new: Any) -> bool:
    """Whether `*` and `/` were exchanged before a 1."""
    if not (
        isinstance(old, e.Call) and isinstance(new, e.Call) and {old.function, new.function} == {"*", "/"}
    ):
        return False
    by = old.arguments[1]
    return isinstance(by, e.Constant) and not isinstance(by.value, str) and by.value == 1


def _rows(ladder: Ladder) -> list[tuple[e.Expression | None, Any]]:
    """The conditions of rows, and what tells their outcomes apart."""
    if isinstance(ladder, r.Measure):
        return [(block.condition, place) for place, block in enumerate(ladder.rates)]
    return [
        (row.condition, likeness(row.outcome if isinstance(row, r.Row) else row.result))
        for row in ladder.rows
    ]


def _decided(grid: Grid, ladder: Ladder) -> dict[Any, Mask]:
    """The cells in which each outcome is given, by the first row that holds."""
    left = grid.everything
    found: dict[Any, Mask] = {}
    for condition, outcome in _rows(ladder):
        cells = left & grid.truth(condition)[0]
        found[outcome] = found.get(outcome, 0) | cells
        left &= ~cells
    return {outcome: cells for outcome, cells in found.items() if cells}


def _with_constants(node: e.Compare | e.Between) -> list[Any]:
    """A comparison, and the constants written in it."""
    sides = (node.left, node.right) if isinstance(node, e.Compare) else (node.low, node.high)
    return [node, *(side for side in sides if isinstance(side, e.Constant))]


def _replaced(node: Any, old: Any, new: Any) -> Any:
    return rebuild(node, lambda each: new if each is old else each)
