"""The cells of matrices have numbers, and tests such as `priority is high` hold them: here both versions count alike.

In: two programs. Out: the old one with the cells of its matrices in the order of the new one's, those that only the old
one has last. Guaranteed: it computes what it did before.
"""

from __future__ import annotations

from typing import Any

import attrs

from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.rebuild import rebuild


def with_cells_of(old: r.Program, new: r.Program) -> r.Program:
    """The old program with the numbers that cells have in the new one; the same where they have them already."""
    moved: dict[str, dict[int, int]] = {}
    cells: dict[str, tuple[r.MatrixCell, ...]] = {}
    known = {step.name: step for step in new.steps if isinstance(step, r.Matrix)}
    for step in old.steps:
        other = known.get(step.name) if isinstance(step, r.Matrix) else None
        if isinstance(step, r.Matrix) and other is not None:
            moves, together = _numbered(step.cells, other.cells)
            if any(before != after for before, after in moves.items()):
                moved[step.name], cells[step.name] = moves, together

    def change(node: Any) -> Any:
        if isinstance(node, r.Matrix) and node.name in moved:
            return _renumbered(node, moved[node.name], cells[node.name])
        if isinstance(node, e.IsBand) and node.subject.kind == "matrix" and node.subject.name in moved:
            moves = moved[node.subject.name]
            return attrs.evolve(node, positions=tuple(moves.get(each, each) for each in node.positions))
        return node

    found: r.Program = rebuild(old, change) if moved else old
    return found


def _numbered(
    old: tuple[r.MatrixCell, ...], new: tuple[r.MatrixCell, ...]
) -> tuple[dict[int, int], tuple[r.MatrixCell, ...]]:
    """Where each old cell goes, and all cells in that order; what only the new one has stands in its place there."""
    places = {_key(cell): number for number, cell in enumerate(new)}
    together = list(new)
    moves: dict[int, int] = {}
    for number, cell in enumerate(old):
        place = places.get(_key(cell))
        if place is None:
            moves[number] = len(together)
            together.append(cell)
        else:
            moves[number] = place
            together[place] = cell
    return moves, tuple(together)


def _key(cell: r.MatrixCell) -> tuple[str, str]:
    return cell.name, "" if cell.name else cell.label


def _renumbered(matrix: r.Matrix, moves: dict[int, int], cells: tuple[r.MatrixCell, ...]) -> r.Matrix:
    rows = tuple(
        attrs.evolve(row, cells=tuple(moves.get(each, each) for each in row.cells)) for row in matrix.rows
    )
    otherwise = None if matrix.otherwise is None else moves.get(matrix.otherwise, matrix.otherwise)
    return attrs.evolve(matrix, cells=cells, rows=rows, otherwise=otherwise)
