"""Statements of checklists and matrices as entries that can be aligned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting import words
from ruleengine.syntax.formatting.document import Align, Document, Fill, Indent, must_break
from ruleengine.syntax.formatting.expressions import DEFAULT
from ruleengine.syntax.formatting.rows import Alignable, Form, plain_form
from ruleengine.syntax.formatting.templates import TemplatePrinter
from ruleengine.syntax.formatting.triggers import text_with_values


class MatrixPrinter(TemplatePrinter):
    """Prints the statements of checklists and matrices, and all others."""

    def statement(self, node: t.Node, kind: str) -> Alignable:
        """The entry for one statement."""
        printer = _STATEMENTS.get(type(node))
        return super().statement(node, kind) if printer is None else printer(self, node, kind)

    # ── checklists ──

    def _criterion(self, node: t.Criterion, kind: str) -> Alignable:
        gap = self.break_between(node.name_span.end, node.condition.span.start)
        condition = ("when ", self.expression(node.condition))
        title = words.quoted(node.title) if node.title is not None else ""
        parts: list[Document] = [(title, " " if title else "", condition)]
        if must_break(gap):  # the author ended a line before `when`
            parts = [title, gap, condition]
        if node.unless:
            before = self.break_between(node.condition.span.end, node.unless[0].span.start)
            parts += [before, ("unless ", self._names(node.unless))]
        name = (
            "`points`" if node.name == "points" else words.name(node.name)
        )  # else the points of the band begin
        head = (words.word(node.band), name)
        unless = f" unless {', '.join(words.word_name(word) for word in node.unless)}" if node.unless else ""
        wide = Form((*head, title), (*condition, unless), strict=True)
        narrow = Form(head, Indent(Fill(tuple(parts))))
        return Alignable("criterion", (wide, narrow), plain_form(narrow))

    # ── matrices ──

    def _axis(self, node: t.Axis, kind: str) -> Alignable:
        subject: Document = "segments"
        if node.subject is not None:
            named = isinstance(node.subject, t.Name) and node.subject.name == "segments"
            subject = "`segments`" if named else self.expression(node.subject, DEFAULT)
        values = (": ", Align(self.comma_list(node.values, words.word))) if node.values else ""
        return self._keyword(kind, node.kind, (subject, values))

    def _matrix_row(self, node: t.MatrixRow, kind: str) -> Alignable:
        return self._cells_of(words.word(node.value), node.cells)

    def _matrix_otherwise(self, node: t.MatrixOtherwise, kind: str) -> Alignable:
        return self._cells_of("otherwise", (node.cell,))

    def _cells_of(self, head: str, cells: Sequence[t.CellUse]) -> Alignable:
        """A row of cells, each in its column where the line holds them all."""
        plain = (f"{head} gives ", Align(self.comma_list(cells, self._cell_use)))
        last = len(cells) - 1
        columns = tuple(self._cell_use(cell) + "," * (number < last) for number, cell in enumerate(cells))
        return Alignable("matrix row", (Form((head, "gives", *columns), "", strict=True),), plain)

    def _cell_use(self, node: t.CellUse) -> str:
        return words.word(node.word) if node.word is not None else "na"

    def block_head(self, node: t.MatrixBlock) -> Document:
        """`for large, emea`."""
        return ("for ", Align(self.comma_list(node.values, words.word)))

    def cell_columns(self, node: t.Cell) -> tuple[str, str]:
        """The name of a cell and its title."""
        return f"cell {words.name(node.name)}", words.quoted(node.title) if node.title is not None else ""

    def _declared_cell(self, node: t.Cell, kind: str) -> Alignable:
        form = Form(self.cell_columns(node), "")
        return Alignable("cell", (form,), plain_form(form))

    def _cell_text(self, node: t.CellText, kind: str) -> Alignable:
        return self._keyword(kind, node.key, text_with_values(node.text))

    def _cell_field(self, node: t.CellField, kind: str) -> Alignable:
        return self._keyword(kind, "field", f"{words.name(node.name)} {text_with_values(node.text)}")


_STATEMENTS: dict[type[t.Node], Callable[[MatrixPrinter, Any, str], Alignable]] = {
    t.Criterion: MatrixPrinter._criterion,
    t.Axis: MatrixPrinter._axis,
    t.MatrixRow: MatrixPrinter._matrix_row,
    t.MatrixOtherwise: MatrixPrinter._matrix_otherwise,
    t.Cell: MatrixPrinter._declared_cell,
    t.CellText: MatrixPrinter._cell_text,
    t.CellField: MatrixPrinter._cell_field,
}
