"""Matrices: where an account stands on every axis, the cell that is there, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.reference import expressions, spoken
from tests.differential.reference.facts import schema_at
from tests.differential.reference.modules import path_of
from tests.differential.reference.states import Place, Scope, State
from tests.differential.reference.values import MISSING, NA

NOWHERE = NA("invalid", "RE505")
NOTHING_HERE = NA("not_applicable")
IN_NONE = ""


@frozen
class Chosen:
    """The cell that an account stands in; a label alone has no name."""

    name: str | None
    label: str
    texts: dict[tuple[str, str], str]

    def part(self, name: str) -> Any:
        """What `matrix.NAME` is."""
        if name == "cell":
            return MISSING if self.name is None else self.name
        if name == "label":
            return self.label
        return next((text for (_, key), text in self.texts.items() if key == name), MISSING)


@frozen
class Standing:
    """What came of a matrix: its cell or NA, and the value on each axis."""

    cell: Chosen | NA
    at: dict[str, str | None]


def matrix(declared: tree.Matrix, scope: Scope) -> Standing:
    """The cell of an account."""
    written = [each for each in declared.statements if isinstance(each, tree.Axis)]
    axes = [
        *(each for each in written if each.kind == "rows"),
        *(each for each in written if each.kind == "columns"),
        *(each for each in written if each.kind == "blocks"),
    ]
    values = [_value(each, scope) for each in axes]
    at = {
        _label(axis): None if isinstance(value, NA) or value == IN_NONE else value
        for axis, value in zip(axes, values, strict=True)
    }
    undecided = next((value for value in values if isinstance(value, NA)), None)
    return Standing(undecided if undecided else _cell(declared, axes, values, scope), at)


def seen(standing: Standing) -> Chosen | NA:
    """What an expression sees of a matrix; that an account stands nowhere is its own problem, told once."""
    return NA("invalid") if standing.cell is NOWHERE else standing.cell


def result(standing: Standing) -> dict[str, Any]:
    """One matrix as the JSON result shows it."""
    cell = standing.cell
    if isinstance(cell, NA):
        nothing = dict.fromkeys(("cell", "label", "owner", "text"))
        return {"status": cell.reason, **nothing, "fields": {}, "at": standing.at}
    return {
        "status": "scored", "cell": cell.name, "label": cell.label,
        "owner": cell.texts.get(("owner", "owner")), "text": cell.texts.get(("text", "text")),
        "fields": {name: text for (kind, name), text in cell.texts.items() if kind == "field"},
        "at": standing.at,
    }  # fmt: skip


# ── Axes ──


def _value(axis: tree.Axis, scope: Scope) -> Any:
    """The band, the word or the segment of an account."""
    if axis.subject is None:
        cases = ((expressions.named(word.name, scope), partial(str, word.name)) for word in axis.values)
        return expressions.choose(cases, lambda: IN_NONE)
    found = expressions.refer(axis.subject, scope)
    if isinstance(found, Place):
        found = expressions.state_of(found.child)
    if isinstance(found, State):
        return found.na or (MISSING if found.band is None else found.band)
    return found


def _label(axis: tree.Axis) -> str:
    if axis.subject is None:
        return "segments"
    return ".".join(path_of(axis.subject)) or "an expression"


def _names(axis: tree.Axis, declared: tree.Matrix, scope: Scope) -> list[str]:
    """The values of an axis: as listed, the bands, or those that rows are written for."""
    if axis.values:
        return [word.name for word in axis.values]
    found = expressions.refer(axis.subject, scope) if axis.subject else None
    if isinstance(found, Place):
        found = found.child.state
    if isinstance(found, State):
        assert found.bands is not None
        return list(found.bands.names)
    assert axis.subject is not None
    words: list[str] = schema_at(path_of(axis.subject), scope.account.schema)["enum"]
    return words


# ── Cells ──


def _cell(declared: tree.Matrix, axes: Sequence[tree.Axis], values: list[Any], scope: Scope) -> Chosen | NA:
    row, column, *blocks = values
    columns = _names(axes[1], declared, scope)
    rows = [each for each in declared.statements if isinstance(each, tree.MatrixRow)]
    for each in declared.statements:
        if isinstance(each, tree.MatrixBlock) and [word.name for word in each.values] == blocks:
            rows = list(each.rows)
    fitting = [each for each in rows if each.value.name == row]
    if fitting and column in columns and (not blocks or rows):
        return _used(fitting[0].cells[columns.index(column)], declared, scope)
    for rest in declared.statements:
        if isinstance(rest, tree.MatrixOtherwise):
            return _used(rest.cell, declared, scope)
    return NOWHERE


def _used(use: tree.CellUse, declared: tree.Matrix, scope: Scope) -> Chosen | NA:
    if use.word is None:
        return NOTHING_HERE
    for each in declared.statements:
        if isinstance(each, tree.Cell) and each.name == use.word.name:
            return Chosen(
                each.name, each.title or each.name, dict(_text(text, scope) for text in each.statements)
            )
    return Chosen(None, use.word.name, {})


def _text(node: tree.CellText | tree.CellField, scope: Scope) -> tuple[tuple[str, str], str]:
    kind, name = (node.key, node.key) if isinstance(node, tree.CellText) else ("field", node.name)
    return (kind, name), spoken.text(node.text, scope)
