"""Templates: the texts that are written for accounts."""

from __future__ import annotations

from collections.abc import Iterator

from ruleengine.compiler.context import CompiledCard, qualified, unknown
from ruleengine.compiler.measures import description_of, only
from ruleengine.compiler.scope import Scope, Symbol
from ruleengine.compiler.triggers import Triggers
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import TEXT, Kind, Type


class Templates(Triggers):
    """Compiles the templates of one module."""

    def compile_template(self, symbol: Symbol) -> None:
        """The evaluation node of a template, as a step of the program; those of imports are not written."""
        node = symbol.node
        assert isinstance(node, t.Template)
        condition = only(node.statements, t.TemplateFor, self)
        form = only(node.statements, t.TemplateFormat, self)
        labels = only(node.statements, t.TemplateLabels, self)
        subject, body = self._keyed(node, "subject"), self._keyed(node, "body")
        if body is None and node.name not in self.module.damaged:
            self.context.report(
                "RE111", node.name_span, f"the template `{node.name}` has no text", 'add `body """…"""`'
            )
        description = description_of(node.statements, "template", self)
        self.context.steps.append(
            r.Template(
                self.context.unique(qualified(symbol)), node.name, node.title or node.name,
                None if condition is None else self.condition(condition.condition, Scope()),
                form.name if form is not None else "text",
                None if subject is None else self.text_with_values(subject, Scope()),
                () if labels is None else tuple(self.text_with_values(text, Scope()) for text in labels.texts),
                () if body is None else tuple(self._lines(self.text_with_values(body, Scope()))),
                description, span=node.span,
            )
        )  # fmt: skip

    def _keyed(self, node: t.Template, key: str) -> t.TextWithValues | None:
        texts = [each for each in node.statements if isinstance(each, t.TemplateText) and each.key == key]
        found: t.TemplateText | None = only(texts, t.TemplateText, self)
        return None if found is None else found.text

    def _lines(self, text: r.TextWithValues) -> Iterator[r.TextWithValues]:
        """The lines of a text."""
        line: list[str | r.Placeholder] = []
        for part in text.parts:
            if isinstance(part, r.Placeholder):
                line.append(part)
                continue
            first, *more = part.split("\n")
            line.append(first)
            for following in more:
                yield r.TextWithValues(tuple(line), span=text.span)
                line = [following]
        yield r.TextWithValues(tuple(line), span=text.span)

    def _on_reasons(self, node: t.Reasons, scope: Scope) -> e.Expression:
        symbol = self.module.symbols.get(node.card.name)
        if symbol is None and node.card.name in self.module.damaged:
            return unknown(node.span)
        if symbol is None or symbol.origin.kind != "scorecard":
            return self.context.fault(
                "RE213",
                node.card.span,
                f"`{node.card.name}` is no scorecard",
                "`reasons of` needs a scorecard, such as `health`",
            )
        symbol.used = True
        compiled = self.context.require(symbol.origin, node.span)
        if not isinstance(compiled, CompiledCard):
            return unknown(node.span)  # it has been reported
        return e.Reasons(compiled.card.name, type=Type(Kind.LIST, element=TEXT), span=node.span)
