"""Nodes of matrices: axes, rows of cells, blocks, and what a cell says."""

from __future__ import annotations

from attrs import field, frozen

from ruleengine.source import Span
from ruleengine.syntax.expression_nodes import Expression, Node, Word
from ruleengine.syntax.item_nodes import Accept, Declaration, Property
from ruleengine.syntax.trigger_nodes import TextWithValues


@frozen(slots=True, eq=False, repr=False)
class Axis(Node):
    """`rows health`, `columns growth: high, low`, `blocks segments: large, small`; without `subject` it is segments."""

    kind: str
    subject: Expression | None
    values: tuple[Word, ...] = ()


@frozen(slots=True, eq=False, repr=False)
class CellUse(Node):
    """A cell in a row: the name of a cell, a text that is a label alone, or `na` (no `word`)."""

    word: Word | None


@frozen(slots=True, eq=False, repr=False)
class MatrixRow(Node):
    """`green gives expand, grow, na`."""

    value: Word
    cells: tuple[CellUse, ...]


@frozen(slots=True, eq=False, repr=False)
class MatrixBlock(Node):
    """`for large { … }`: the rows for one value of each further axis."""

    values: tuple[Word, ...]
    rows: tuple[MatrixRow, ...]


@frozen(slots=True, eq=False, repr=False)
class CellText(Node):
    """`owner "…"`, `text "…"`; `key` is owner or text."""

    key: str
    text: TextWithValues


@frozen(slots=True, eq=False, repr=False)
class CellField(Node):
    """`field playbook "Expansion"`: a field of the author's own."""

    name: str
    text: TextWithValues


@frozen(slots=True, eq=False, repr=False)
class Cell(Node):
    """`cell expand "Expand now" { … }`: what the cells of that name say."""

    name: str
    title: str | None
    statements: tuple[CellText | CellField, ...] = ()
    name_span: Span = field(eq=False, repr=False, kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class MatrixOtherwise(Node):
    """`otherwise gives nurture`: where a value is known and stands in no row, column or block."""

    cell: CellUse


MatrixStatement = Property | Axis | MatrixRow | MatrixBlock | Cell | MatrixOtherwise | Accept


@frozen(slots=True, eq=False, repr=False)
class Matrix(Declaration):
    """`matrix strategy "Which strategy to use" { … }`."""

    title: str | None
    statements: tuple[MatrixStatement, ...]
