"""Statements of templates as entries that can be aligned; their texts are given back as written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting.document import Align
from ruleengine.syntax.formatting.rows import Alignable
from ruleengine.syntax.formatting.triggers import TriggerPrinter, text_with_values


class TemplatePrinter(TriggerPrinter):
    """Prints the statements of templates, and all others."""

    def statement(self, node: t.Node, kind: str) -> Alignable:
        """The entry for one statement."""
        printer = _STATEMENTS.get(type(node))
        return super().statement(node, kind) if printer is None else printer(self, node, kind)

    def _template_for(self, node: t.TemplateFor, kind: str) -> Alignable:
        return self._keyword(kind, "for", self.expression(node.condition))

    def _template_format(self, node: t.TemplateFormat, kind: str) -> Alignable:
        return self._keyword(kind, "format", node.name)

    def _template_text(self, node: t.TemplateText, kind: str) -> Alignable:
        if "\n" in node.text.raw or node.text.raw.startswith('"'):
            return self._plain(f'{node.key} """{node.text.raw}"""')
        return self._keyword(kind, node.key, text_with_values(node.text))

    def _template_labels(self, node: t.TemplateLabels, kind: str) -> Alignable:
        return self._keyword(kind, "labels", Align(self.comma_list(node.texts, text_with_values)))


_STATEMENTS: dict[type[t.Node], Callable[[TemplatePrinter, Any, str], Alignable]] = {
    t.TemplateFor: TemplatePrinter._template_for,
    t.TemplateFormat: TemplatePrinter._template_format,
    t.TemplateText: TemplatePrinter._template_text,
    t.TemplateLabels: TemplatePrinter._template_labels,
}
