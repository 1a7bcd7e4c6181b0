"""Checklists and matrices as text, in the plainest way."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from ruleengine.syntax import tree


def _word(word: tree.Word) -> str:
    return json.dumps(word.name, ensure_ascii=False) if word.quoted else word.name


def _title(title: str | None) -> str:
    return f" {json.dumps(title, ensure_ascii=False)}" if title is not None else ""


def checklist_lines(item: tree.Checklist, expression: Callable[[tree.Expression], str]) -> list[str]:
    """The statements of a checklist."""
    lines = []
    for each in item.statements:
        if isinstance(each, tree.BandsUse):
            lines.append(f"bands {each.name}")
        elif isinstance(each, tree.Criterion):
            unless = f" unless {', '.join(word.name for word in each.unless)}" if each.unless else ""
            head = f"{_word(each.band)} {each.name}{_title(each.title)}"
            lines.append(f"{head} when {expression(each.condition)}{unless}")
    return lines


def matrix_lines(item: tree.Matrix, expression: Callable[[tree.Expression], str]) -> list[str]:
    """The statements of a matrix."""
    lines = []
    for each in item.statements:
        match each:
            case tree.Axis():
                subject = "segments" if each.subject is None else expression(each.subject)
                values = f": {', '.join(map(_word, each.values))}" if each.values else ""
                lines.append(f"{each.kind} {subject}{values}")
            case tree.MatrixRow():
                lines.append(_row(each))
            case tree.MatrixBlock():
                rows = " ; ".join(map(_row, each.rows))
                lines.append(f"for {', '.join(map(_word, each.values))} {{ {rows} }}")
            case tree.MatrixOtherwise():
                lines.append(f"otherwise gives {_uses((each.cell,))}")
            case tree.Cell():
                lines.append(
                    f"cell {each.name}{_title(each.title)} {{ {' ; '.join(map(_said, each.statements))} }}"
                )
    return lines


def _row(row: tree.MatrixRow) -> str:
    return f"{_word(row.value)} gives {_uses(row.cells)}"


def _uses(cells: Sequence[tree.CellUse]) -> str:
    return ", ".join("na" if use.word is None else _word(use.word) for use in cells)


def _said(node: tree.CellText | tree.CellField) -> str:
    key = node.key if isinstance(node, tree.CellText) else f"field {node.name}"
    return f'{key} "{node.text.raw}"'
