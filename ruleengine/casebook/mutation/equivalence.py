"""Mutants that provably change nothing.

In: a mutant. Out: why no account can tell it from the ruleset; nothing where that is not sure. What is compared with constants
is cut at all of them, by the bounds and steps that the fact schema gives, and the rows are tried in every piece: where the same row
decides everywhere, no value tells the two apart. Whatever is changed in rows that are tried in order is looked at once more, with
every part known and unknown: so a change of a row that never wins is found out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from ruleengine.casebook.mutation.mutant import Mutant
from ruleengine.casebook.mutation.rows import Rows, decide_alike
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
ROW_NEVER_WINS = "it is in a row that never wins, and leaves nothing open that is not open without it"


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
        self.times = Counter(id(node) for node in walk(program))
        self.rows: dict[int, Counter[int]] = {}
        self.tried: dict[int, tuple[Rows, r.BandSet | None]] = {}
        for measure in self.index.measures.values():
            for block in measure.rates:
                self._note_rows(block, self.index.bands.get(measure.bands))
        for table in program.tables:
            self._note_rows(table, None)

    def _note_rows(self, rows: Rows, scale: r.BandSet | None) -> None:
        self.tried[id(rows)] = rows, scale
        for inside in (rows, *rows.rows):
            for node in walk(inside) if inside is not rows else (rows,):
                self.rows.setdefault(id(node), Counter())[id(rows)] += 1

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
        if mutant.swaps and mutant.kind in ("threshold", "comparison"):
            if all(self._same_condition(swap.old, swap.new) for swap in mutant.swaps):
                return OUT_OF_REACH
            if all(self._same_rows(swap.old, swap.new) for swap in mutant.swaps):
                return SAME_ROW
        return ROW_NEVER_WINS if self._in_idle_rows(mutant) else ""

    def _in_idle_rows(self, mutant: Mutant) -> bool:
        """Whether all changes are in rows tried in order, of which the same decide as before."""
        found: dict[int, dict[int, Any]] = {}
        for swap in mutant.swaps:
            homes = self.rows.get(id(swap.old), Counter())
            if homes.total() != self.times[id(swap.old)]:
                return False  # it stands elsewhere too
            for home in homes:
                found.setdefault(home, {})[id(swap.old)] = swap.new
        return bool(found) and all(self._idle(*self.tried[home], new) for home, new in found.items())

    def _idle(self, rows: Rows, scale: r.BandSet | None, new: Mapping[int, Any]) -> bool:
        changed = rebuild(rows, lambda each: new.get(id(each), each))
        return decide_alike(rows, changed, scale, self.index)

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
