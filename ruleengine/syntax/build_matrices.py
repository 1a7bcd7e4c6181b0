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
