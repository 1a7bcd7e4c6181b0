"""The columns of `cases`: what a test says with the values of one row in place of its columns.

In: a node of a test and the cells of a row by column. Out: the node with cells instead of columns. A column may stand
for a value, for a band, a status or a cell after `is`, for a day, for an id. A cell keeps its own place, so a fault in
it is reported where it stands; so it does where a word belongs and the cell holds something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from ruleengine.syntax import tree as t

Cells = Mapping[str, t.Expression]
#: The text of a cell as it is written.
Written = Callable[[t.Expression], str]
_Node = TypeVar("_Node", bound=t.Node)


def _unwritten(_: t.Expression) -> str:
    return "…"


def filled(node: _Node, cells: Cells, written: Written = _unwritten) -> _Node:
    """`node` with the cells of a row in place of its columns; facts, which have no `is`, need not tell what is `written`."""
    found: Any = _filled(node, cells, written) if cells else node
    return found  # type: ignore[no-any-return]  # a node of the same kind, but for a name that was a column


def _filled(node: Any, cells: Cells, written: Written) -> Any:
    if isinstance(node, tuple):
        return tuple(_filled(item, cells, written) for item in node)
    if not isinstance(node, t.Node):
        return node
    if isinstance(node, t.Name):
        return cells.get(node.name, node)
    if isinstance(node, t.Is):
        subject, other = (_filled(each, cells, written) for each in (node.subject, node.other))
        words = tuple(_word(word, cells, written) for word in node.words)
        return attrs.evolve(node, subject=subject, words=words, other=other)
    inner = _without(cells, node.variable) if isinstance(node, t.Query) else cells
    changes: dict[str, Any] = {}
    for name in (field.name for field in attrs.fields(type(node))):
        before = getattr(node, name)
        if isinstance(before, t.Node | tuple):
            after = _filled(before, inner, written)
            if after is not before:
                changes[name] = after
    return attrs.evolve(node, **changes) if changes else node


def _without(cells: Cells, name: str) -> Cells:
    """The variable of a query hides a column of the same name."""
    return {column: cell for column, cell in cells.items() if column != name} if name in cells else cells


def _word(word: t.Word, cells: Cells, written: Written) -> t.Word:
    """The band or status that a cell names, where a column stands for one; else a word that is none."""
    cell = None if word.quoted else cells.get(word.name)
    if isinstance(cell, t.Name):
        return t.Word(cell.name, span=cell.span)
    if isinstance(cell, t.Text):
        return t.Word(cell.value, quoted=True, span=cell.span)
    if isinstance(cell, t.NotAvailable):
        return t.Word(cell.reason or "na", span=cell.span)
    return word if cell is None else t.Word(written(cell), span=cell.span)


def columns_in(node: Any) -> set[str]:
    """All names that could be columns, in a part of a test."""
    from ruleengine.syntax.walk import walk

    found: set[str] = set()
    for each in walk(node):
        if isinstance(each, t.Name | t.Word):
            found.add(each.name)
    return found
