"""Rows that are tried in order, with the cases in which they are tried: what gaps, overlaps and reach look at.

In: a measure's rating or a decision table. Out: `Ladder`s, each with its rows, the conditions that lead to it, and
one `Situation`: a grid, the cells that come so far, and for each row where it surely holds and could hold.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property

from attrs import define, field, frozen

from ruleengine.checker.cells import Grid, Key, Mask
from ruleengine.checker.dependencies import Dependencies
from ruleengine.checker.index import Index
from ruleengine.checker.likeness import likeness
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r


@frozen(slots=True)
class Rung:
    """One row: its condition (None for `otherwise`), what it gives, and its place."""

    condition: e.Expression | None
    outcome: object
    span: Span


@frozen(slots=True)
class Ladder:
    """Rows that are tried in order.

    `kind` is rows, blocks or table. The rows are tried where all of `inside` could hold and none of `beyond` surely
    holds. `hits` is the hit policy. `place` is where a gap is reported.
    """

    kind: str
    name: str
    rungs: tuple[Rung, ...]
    inside: tuple[e.Expression | None, ...]
    beyond: tuple[e.Expression, ...]
    hits: str
    place: Span

    @property
    def catches_all(self) -> bool:
        """Whether a row has no condition."""
        return any(rung.condition is None for rung in self.rungs)


@frozen(slots=False)
class Situation:
    """A ladder on a grid: `base` are the cells in which its rows are tried."""

    ladder: Ladder
    grid: Grid
    base: Mask
    sure: tuple[Mask, ...]
    possible: tuple[Mask, ...]

    @cached_property
    def said(self) -> tuple[Hashable, ...]:
        """What each row gives, equal for rows that give the same."""
        return tuple(_said(rung.outcome) for rung in self.ladder.rungs)


@define(slots=True, eq=False)
class Taken:
    """The cells that rows take, one row after the other: by any outcome, by two or more, and by each."""

    any: Mask = 0
    several: Mask = 0
    by: dict[Hashable, Mask] = field(factory=dict)

    def add(self, outcome: Hashable, cells: Mask) -> None:
        """One more row."""
        own = self.by.get(outcome, 0)
        self.several |= cells & self.any & ~own
        self.any |= cells
        self.by[outcome] = own | cells

    def by_others(self, outcome: Hashable) -> Mask:
        """The cells of all rows that give something else."""
        return self.several | (self.any & ~self.by.get(outcome, 0))


#: So many comparisons are made for one file; a ladder that comes later is not looked at.
MOST_COMPARISONS = 1_000_000


@define(slots=True, eq=False)
class Ladders:
    """Puts ladders on grids; several lints look at the same."""

    index: Index
    dependencies: Dependencies
    known: dict[tuple[int, bool, bool], Situation | None] = field(factory=dict)
    kept: list[Ladder] = field(factory=list)
    comparisons: int = 0

    def situation(self, ladder: Ladder, bounded: bool = True, split_opaque: bool = False) -> Situation | None:
        """The ladder on its grid; None when there are too many cells."""
        key = (id(ladder), bounded, split_opaque)
        if split_opaque and key not in self.known:
            plain = self.situation(ladder, bounded)
            if plain is not None and not plain.grid.has_unknown:
                self.known[key] = plain  # there is nothing to split
        if key not in self.known:
            self.kept.append(ladder)
            self.known[key] = self._situation(ladder, bounded, split_opaque)
        return self.known[key]

    def _situation(self, ladder: Ladder, bounded: bool, split_opaque: bool) -> Situation | None:
        if self.comparisons > MOST_COMPARISONS:
            return None
        conditions = [rung.condition for rung in ladder.rungs]
        grid = Grid.over(
            [*conditions, *ladder.inside, *ladder.beyond], self.index, bounded, split_opaque
        ) or Grid.over(conditions, self.index, bounded, split_opaque)
        if grid is None:
            return None
        self.comparisons += grid.comparisons
        base = grid.everything
        for condition in ladder.inside:
            base &= grid.may(condition)
        for condition in ladder.beyond:
            base &= ~grid.truth(condition)[0]
        truths = [grid.truth(condition) for condition in conditions]
        sure = tuple(yes & base for yes, _ in truths)
        return Situation(ladder, grid, base, sure, tuple(base & ~no for _, no in truths))


def ladders_of(index: Index) -> tuple[Ladder, ...]:
    """All ladders of the file that is being checked."""
    measures = (
        step for step in index.program.steps if isinstance(step, r.Measure) and index.is_here(step.span)
    )
    tables = (table for table in index.program.tables if index.is_here(table.span))
    rated = [ladder for measure in measures for ladder in _of_measure(measure)]
    return (*rated, *(_of_table(table, index) for table in tables))


def _of_measure(measure: r.Measure) -> Iterator[Ladder]:
    applies = tuple(applies.condition for applies in measure.applies)
    if not measure.rates:
        return
    earlier: list[e.Expression] = []
    for block in measure.rates:
        rungs = tuple(Rung(row.condition, row.outcome, row.span) for row in block.rows)
        inside = (*applies, block.condition)
        yield Ladder("rows", measure.label, rungs, inside, tuple(earlier), "first", block.span)
        if block.condition is None:
            return  # what follows has been reported: it can never win
        earlier.append(block.condition)
    blocks = tuple(Rung(block.condition, block.rows, block.span) for block in measure.rates)
    yield Ladder("blocks", measure.label, blocks, applies, (), "first", measure.rates[0].span)


def _of_table(table: r.Table, index: Index) -> Ladder:
    rungs = tuple(Rung(row.condition, row.result, row.span) for row in table.rows)
    return Ladder("table", table.name, rungs, (), (), table.hits, table.span)


def _said(outcome: object) -> Hashable:
    """What a row gives, whatever words it gives with it."""
    return ("n/a", outcome.reason) if isinstance(outcome, r.NaOutcome) else likeness(outcome)


#: The example where no key makes a difference.
ANYTHING = "anything"

# ── examples ────────────────────────────────────────────────────────────────────────────────────────────────────────


def example(situation: Situation, cells: Mask, index: Index, dependencies: Dependencies) -> str:
    """One of the `cells` in words: `` `value` = 5 and `tier` = "gold" ``; empty when none can be vouched for.

    Keys that make no difference are left out. Keys that rest on the same facts cannot be chosen freely, so there is
    no example that needs two of them.
    """
    found = _examples(situation, cells, index, dependencies, 1)
    return found[0] if found else ""


def examples(situation: Situation, cells: Mask, index: Index, dependencies: Dependencies) -> str:
    """The same, with up to three values where one key tells all."""
    return ", ".join(_examples(situation, cells, index, dependencies, 3))


def _examples(
    situation: Situation, cells: Mask, index: Index, dependencies: Dependencies, most: int
) -> list[str]:
    cell = cells & -cells
    grid = situation.grid
    decisive = _deciding(grid, cell, lambda varied: varied & ~cells == 0)
    if any(key.opaque for key in decisive) or not _independent(decisive, dependencies):
        return []
    shown = _deciding(grid, cell, lambda varied: varied & situation.base & ~cells == 0)
    if not shown:
        shown = decisive
    words = [f"`{index.text(key.shown)}` is {_piece(key, cell)}" if key.is_band
             else f"`{index.text(key.shown)}` = {_piece(key, cell)}" for key in shown]  # fmt: skip
    first = " and ".join(words)
    if len(shown) != 1 or most == 1 or shown[0].is_band:
        return [first] if first else [ANYTHING]
    return [first, *_further(grid, shown[0], cell, cells, most - 1)]


def _deciding(grid: Grid, cell: Mask, same: Callable[[Mask], bool]) -> list[Key]:
    return [key for key in grid.keys.values() if not same(grid.same_but(cell, key))]


def _independent(keys: Sequence[Key], dependencies: Dependencies) -> bool:
    return all(
        dependencies.independent(key.node, other.node)
        for position, key in enumerate(keys)
        for other in keys[position + 1 :]
    )


def _piece(key: Key, cell: Mask) -> str:
    return key.pieces[key.place(cell)].written


def _further(grid: Grid, key: Key, cell: Mask, cells: Mask, most: int) -> list[str]:
    """Values of the same key elsewhere: not from neighbouring pieces, which would say the same again."""
    fits, first = grid.projected(grid.same_but(cell, key) & cells, key), key.place(cell)
    inside = [
        (piece, bool(fits >> (place * key.stride) & 1), place == first)
        for place, piece in enumerate(key.pieces)
    ]
    if any(isinstance(piece.value, str | bool) for piece, _, _ in inside):
        return [piece.written for piece, fits, is_first in inside if fits and not is_first][:most]
    inside.sort(key=lambda entry: entry[0].value)
    runs: list[list[tuple[str, bool]]] = [[]]
    for piece, fits, is_first in inside:
        if fits:
            runs[-1].append((piece.written, is_first))
        elif runs[-1]:
            runs.append([])
    return [run[0][0] for run in runs if run and not any(is_first for _, is_first in run)][:most]
