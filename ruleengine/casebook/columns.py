"""The columns of `cases`: what a test says with the values of one row in place of its columns.

In: a node of a test and the cells of a row by column. Out: the node with cells instead of columns. A column may stand
for a value, for a band, a status or a cell after `is`, for a day, for an id. A cell keeps its own place, so a fault in
it is reported where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from ruleengine.syntax import tree as t

Cells = Mapping[str, t.Expression]
_Node = TypeVar("_Node", bound=t.Node)


def filled(node: _Node, cells: Cells) -> _Node:
    """`node` with the cells of a row in place of its columns."""
    found: Any = _filled(node, cells) if cells else node
    return found  # type: ignore[no-any-return]  # a node of the same kind, but for a name that was a column


def _filled(node: Any, cells: Cells) -> Any:
    if isinstance(node, tuple):
        return tuple(_filled(item, cells) for item in node)
    if not isinstance(node, t.Node):
        return node
    if isinstance(node, t.Name):
        return cells.get(node.name, node)
    if isinstance(node, t.Is):
        words = tuple(_word(word, cells) for word in node.words)
        return attrs.evolve(
            node, subject=_filled(node.subject, cells), words=words, other=_filled(node.other, cells)
        )
    inner = _without(cells, node.variable) if isinstance(node, t.Query) else cells
    changes: dict[str, Any] = {}
    for name in (field.name for field in attrs.fields(type(node))):
        before = getattr(node, name)
        if isinstance(before, t.Node | tuple):
            after = _filled(before, inner)
            if after is not before:
                changes[name] = after
    return attrs.evolve(node, **changes) if changes else node


def _without(cells: Cells, name: str) -> Cells:
    """The variable of a query hides a column of the same name."""
    return {column: cell for column, cell in cells.items() if column != name} if name in cells else cells


def _word(word: t.Word, cells: Cells) -> t.Word:
    """The band or status that a cell names, where a column stands for one."""
    cell = None if word.quoted else cells.get(word.name)
    if isinstance(cell, t.Name):
        return t.Word(cell.name, span=cell.span)
    if isinstance(cell, t.Text):
        return t.Word(cell.value, quoted=True, span=cell.span)
    if isinstance(cell, t.NotAvailable):
        return t.Word(cell.reason or "na", span=cell.span)
    return word


def columns_in(node: Any) -> set[str]:
    """All names that could be columns, in a part of a test."""
    from ruleengine.syntax.walk import walk

    found: set[str] = set()
    for each in walk(node):
        if isinstance(each, t.Name | t.Word):
            found.add(each.name)
    return found
