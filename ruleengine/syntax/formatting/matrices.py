"""Statements of checklists and matrices as entries that can be aligned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting import words
from ruleengine.syntax.formatting.document import Document, Fill, Indent
from ruleengine.syntax.formatting.rows import Alignable, Form, plain_form
from ruleengine.syntax.formatting.triggers import TriggerPrinter


class MatrixPrinter(TriggerPrinter):
    """Prints the statements of checklists and matrices, and all others."""

    def statement(self, node: t.Node, kind: str) -> Alignable:
        """The entry for one statement."""
        printer = _STATEMENTS.get(type(node))
        return super().statement(node, kind) if printer is None else printer(self, node, kind)

    # ── checklists ──

    def _criterion(self, node: t.Criterion, kind: str) -> Alignable:
        gap = self.break_between(node.name_span.end, node.condition.span.start)
        parts: list[Document] = [("when ", self.expression(node.condition))]
        if node.title is not None:
            parts = [words.quoted(node.title), gap, *parts]
        if node.unless:
            before = self.break_between(node.condition.span.end, node.unless[0].span.start)
            parts += [before, ("unless ", self._names(node.unless))]
        form = Form((words.word(node.band), words.name(node.name)), Indent(Fill(tuple(parts))))
        return Alignable("criterion", (form,), plain_form(form))


_STATEMENTS: dict[type[t.Node], Callable[[MatrixPrinter, Any, str], Alignable]] = {
    t.Criterion: MatrixPrinter._criterion,
}
