"""Statements of triggers as entries that can be aligned; texts with values are given back as written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting import words
from ruleengine.syntax.formatting.document import Document, Group, Indent
from ruleengine.syntax.formatting.rows import Alignable
from ruleengine.syntax.formatting.statements import StatementPrinter


def text_with_values(node: t.TextWithValues) -> str:
    """The text between its quotes, as the author wrote it."""
    return f'"{node.raw}"'


class TriggerPrinter(StatementPrinter):
    """Prints the statements of triggers, and all others."""

    def statement(self, node: t.Node, kind: str) -> Alignable:
        """The entry for one statement."""
        printer = _STATEMENTS.get(type(node))
        return super().statement(node, kind) if printer is None else printer(self, node, kind)

    def _trigger_when(self, node: t.TriggerWhen, kind: str) -> Alignable:
        condition = self.expression(node.condition)
        because: Document = ""
        if node.because is not None:
            gap = self.break_between(node.condition.span.end, node.because.span.start)
            because = Group(Indent((gap, f"because {text_with_values(node.because)}")))
        return self._keyword(kind, "when", (condition, because))

    def _trigger_word(self, node: t.TriggerWord, kind: str) -> Alignable:
        return self._keyword(kind, node.key, words.word(node.word))

    def _trigger_text(self, node: t.TriggerText, kind: str) -> Alignable:
        return self._keyword(kind, node.key, text_with_values(node.text))

    def _due(self, node: t.Due, kind: str) -> Alignable:
        return self._keyword(kind, "due", self.expression(node.date))

    def _trigger_field(self, node: t.TriggerField, kind: str) -> Alignable:
        flagged = ", flagged until changed" if node.flagged else ""
        return self._keyword(
            kind, "field", (f"{words.name(node.name)} = ", self.expression(node.value), flagged)
        )


_STATEMENTS: dict[type[t.Node], Callable[[TriggerPrinter, Any, str], Alignable]] = {
    t.TriggerWhen: TriggerPrinter._trigger_when,
    t.TriggerWord: TriggerPrinter._trigger_word,
    t.TriggerText: TriggerPrinter._trigger_text,
    t.Due: TriggerPrinter._due,
    t.TriggerField: TriggerPrinter._trigger_field,
}
