"""Parse tree → syntax tree, for checklists and matrices."""

from __future__ import annotations

from ruleengine.syntax import tree as t
from ruleengine.syntax.build_expressions import ParseTree
from ruleengine.syntax.build_triggers import TriggerBuilder


class MatrixBuilder(TriggerBuilder):
    """Builds checklists and matrices."""

    # ── checklists ──

    def on_checklist(self, tree: ParseTree) -> t.Checklist:
        name, title, *statements = tree.children
        word = self.build(name)
        return t.Checklist(
            word.name, self.text(title), self.all(statements), span=self.span(tree), name_span=word.span
        )

    def on_criterion(self, tree: ParseTree) -> t.Criterion:
        band, name, title, condition, *unless = tree.children
        word = self.build(name)
        return t.Criterion(
            word.name, self.build(band), self.text(title), self.build(condition), self.all(unless),
            span=self.span(tree), name_span=word.span,
        )  # fmt: skip

    # ── matrices ──

    def on_matrix(self, tree: ParseTree) -> t.Matrix:
        name, title, *statements = tree.children
        word = self.build(name)
        return t.Matrix(
            word.name, self.text(title), self.all(statements), span=self.span(tree), name_span=word.span
        )

    def on_axis(self, tree: ParseTree) -> t.Axis:
        kind, subject, *values = tree.children
        expression = None if getattr(subject, "type", "") == "SEGMENTS" else self.build(subject)
        return t.Axis(kind.value, expression, self.all(values), span=self.span(tree))

    def on_matrix_row(self, tree: ParseTree) -> t.MatrixRow:
        return t.MatrixRow(self.build(tree.children[0]), self.all(tree.children[1:]), span=self.span(tree))

    def on_cell_use(self, tree: ParseTree) -> t.CellUse:
        found = tree.children[0]
        return t.CellUse(None if hasattr(found, "type") else self.build(found), span=self.span(tree))

    def on_matrix_block(self, tree: ParseTree) -> t.MatrixBlock:
        nodes = self.all(tree.children)
        values = tuple(node for node in nodes if isinstance(node, t.Word))
        rows = tuple(node for node in nodes if isinstance(node, t.MatrixRow))
        return t.MatrixBlock(values, rows, span=self.span(tree))

    def on_matrix_cell(self, tree: ParseTree) -> t.Cell:
        name, title, *statements = tree.children
        word = self.build(name)
        return t.Cell(
            word.name, self.text(title), self.all(statements), span=self.span(tree), name_span=word.span
        )

    def on_cell_text(self, tree: ParseTree) -> t.CellText:
        key, text = tree.children
        return t.CellText(key.value, self._required(text), span=self.span(tree))

    def on_cell_field(self, tree: ParseTree) -> t.CellField:
        name, text = tree.children
        return t.CellField(self.build(name).name, self._required(text), span=self.span(tree))

    def on_matrix_otherwise(self, tree: ParseTree) -> t.MatrixOtherwise:
        return t.MatrixOtherwise(self.build(tree.children[-1]), span=self.span(tree))
