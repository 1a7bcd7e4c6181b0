"""Parse tree → syntax tree, for templates."""

from __future__ import annotations

from ruleengine.syntax import tree as t
from ruleengine.syntax.build_expressions import ParseTree
from ruleengine.syntax.build_triggers import TriggerBuilder


class TemplateBuilder(TriggerBuilder):
    """Builds templates."""

    def on_template(self, tree: ParseTree) -> t.Template:
        name, title, *statements = tree.children
        word = self.build(name)
        return t.Template(
            word.name, self.text(title), self.all(statements), span=self.span(tree), name_span=word.span
        )

    def on_template_for(self, tree: ParseTree) -> t.TemplateFor:
        return t.TemplateFor(self.build(tree.children[0]), span=self.span(tree))

    def on_template_format(self, tree: ParseTree) -> t.TemplateFormat:
        return t.TemplateFormat(tree.children[0].value, span=self.span(tree))

    def on_template_text(self, tree: ParseTree) -> t.TemplateText:
        key, text = tree.children
        return t.TemplateText(key.value, self._required(text), span=self.span(tree))

    def on_template_labels(self, tree: ParseTree) -> t.TemplateLabels:
        texts = tuple(self._required(token) for token in tree.children)
        return t.TemplateLabels(texts, span=self.span(tree))

    def on_reasons(self, tree: ParseTree) -> t.Reasons:
        word = self.build(tree.children[0])
        return t.Reasons(t.Name(word.name, span=word.span), span=self.span(tree))
