"""The cells of a matrix at their places, and the parts of a cell."""

from __future__ import annotations

from collections.abc import Iterator

from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

#: A part of a cell: owner, text or field, and the name of the field.
Part = tuple[str, str]


def places_of(node: r.Matrix) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """The values of all axes of every place that has a row, with the number of its cell, and its line."""
    for row in node.rows:
        for column, number in zip(node.axes[1].values, row.cells, strict=True):
            yield (row.values[0], column, *row.values[1:]), number, row.span.line


def part_of(node: e.Reference) -> Part:
    """The part of a cell that a reference means."""
    if node.part.startswith("field "):
        return "field", node.part.removeprefix("field ")
    return node.part, node.part
