"""Triggers, and texts with values in them."""

from __future__ import annotations

from collections.abc import Iterable

from ruleengine.compiler import units
from ruleengine.compiler.cards import Cards
from ruleengine.compiler.context import qualified
from ruleengine.compiler.earlier import stands_alone
from ruleengine.compiler.measures import description_of, only
from ruleengine.compiler.scope import Scope, Symbol
from ruleengine.diagnostics import did_you_mean
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind

#: What a severity can be, the worst last.
SEVERITIES = ("low", "medium", "high", "critical")
_SPEAKABLE = (
    Kind.NUMBER,
    Kind.TEXT,
    Kind.CHOICE,
    Kind.FLAG,
    Kind.DATE,
    Kind.TIMESTAMP,
    Kind.UNKNOWN,
    Kind.NOTHING,
)


class Triggers(Cards):
    """Compiles the triggers of one module."""

    def compile_trigger(self, symbol: Symbol) -> r.Trigger:
        """The evaluation node of a trigger."""
        node = symbol.node
        assert isinstance(node, t.Trigger)
        name = self.context.unique(qualified(symbol))
        alternatives = tuple(
            self._alternative(when) for when in node.statements if isinstance(when, t.TriggerWhen)
        )
        if not alternatives and node.name not in self.module.damaged:
            self.context.report(
                "RE111", node.name_span, f"the trigger `{node.name}` does not say when it fires",
                "for example `when health is red`",
            )  # fmt: skip
        description = description_of(node.statements, "trigger", self)
        return r.Trigger(
            name, node.name, node.title or node.name, alternatives, self._word(node, "kind"), self._severity(node),
            self._text(node, "playbook"), self._text(node, "reason"), self._due(node), self._fields(node),
            description,
            node.span.start if symbol.place is None else symbol.place,
            visible=self.module.is_root or bool(symbol.label), span=node.span,
        )  # fmt: skip

    def _alternative(self, node: t.TriggerWhen) -> r.Alternative:
        condition = self.condition(node.condition, Scope())
        because = None if node.because is None else self.text_with_values(node.because, Scope())
        return r.Alternative(condition, because, span=node.span)

    # ── what it says ──

    def _single(
        self, statements: Iterable[t.TriggerStatement], kind: type, key: str
    ) -> t.TriggerWord | t.TriggerText | None:
        keyed = [
            statement for statement in statements if isinstance(statement, t.TriggerWord | t.TriggerText)
        ]
        found: t.TriggerWord | t.TriggerText | None = only(
            [each for each in keyed if each.key == key], kind, self
        )
        return found

    def _word(self, node: t.Trigger, key: str) -> str:
        found = self._single(node.statements, t.TriggerWord, key)
        return found.word.name if isinstance(found, t.TriggerWord) else ""

    def _severity(self, node: t.Trigger) -> str:
        found = self._single(node.statements, t.TriggerWord, "severity")
        if not isinstance(found, t.TriggerWord):
            return ""
        if found.word.name not in SEVERITIES:
            listed = (
                "a severity is "
                + ", ".join(f"`{word}`" for word in SEVERITIES[:-1])
                + f" or `{SEVERITIES[-1]}`"
            )
            hint = did_you_mean(found.word.name, SEVERITIES) or listed
            self.context.report("RE214", found.word.span, f"unknown severity `{found.word.name}`", hint)
        return found.word.name

    def _text(self, node: t.Trigger, key: str) -> r.TextWithValues | None:
        found = self._single(node.statements, t.TriggerText, key)
        return self.text_with_values(found.text, Scope()) if isinstance(found, t.TriggerText) else None

    def _due(self, node: t.Trigger) -> e.Expression | None:
        found = only(node.statements, t.Due, self)
        if found is None:
            return None
        value = self.elaborate(found.date, Scope())
        if not units.is_any(value.type) and value.type.kind is not Kind.DATE:
            return self.context.fault(
                "RE301", found.date.span, f"a date is needed here, and this is {units.named(value.type)}",
                "for example `due as_of + 14 days`",
            )  # fmt: skip
        return value

    def _fields(self, node: t.Trigger) -> tuple[r.TriggerField, ...]:
        fields: dict[str, r.TriggerField] = {}
        for statement in node.statements:
            if not isinstance(statement, t.TriggerField):
                continue
            if statement.name in fields:
                self.context.report(
                    "RE202",
                    statement.span,
                    f"the field `{statement.name}` stands twice in this trigger",
                    "keep one of them",
                )
            value = self.elaborate(statement.value, Scope())
            standing = None
            if statement.flagged:
                if isinstance(value, e.Default):
                    standing = value.operands[-1]
                else:
                    self.context.report(
                        "RE213", statement.span, "only a default can be flagged until it is changed",
                        'for example `renewal.risk_reason default "Other Risk Reason", flagged until changed`',
                    )  # fmt: skip
            fields[statement.name] = r.TriggerField(statement.name, value, standing)
        return tuple(fields.values())

    # ── texts with values ──

    def text_with_values(self, node: t.TextWithValues, scope: Scope) -> r.TextWithValues:
        """The evaluation node of a text with values in it."""
        parts = tuple(
            part.text if isinstance(part, t.Words) else self._placeholder(part, scope) for part in node.parts
        )
        return r.TextWithValues(parts, span=node.span)

    def _placeholder(self, node: t.Placeholder, scope: Scope) -> r.Placeholder:
        banded = self._banded(node.value, scope)
        value = banded if banded is not None else self.elaborate(node.value, scope)
        kind = value.type.element if value.type.kind is Kind.LIST else value.type
        if kind is not None and kind.kind not in _SPEAKABLE:
            value = self.context.fault(
                "RE301",
                node.span,
                f"{units.named(kind)} does not read as text",
                "name the part that is meant, for example `.name`",
            )
        percent = node.percent or self._measured_in_percent(value)
        if node.percent and value.type.kind is not Kind.NUMBER and not units.is_any(value.type):
            self.context.report("RE306", node.span, "only a number can be shown as percent")
        return r.Placeholder(value, percent)

    def _banded(self, node: t.Expression, scope: Scope) -> e.Expression | None:
        """A measure, scorecard or group that stands alone reads as its band, where it has bands."""
        if isinstance(node, t.Previous):
            return self.earlier_band_alone(node, scope)
        if self.chain(node) is None:
            return None
        reference = self.reference(node, scope)
        if reference is None or not stands_alone(node, reference):
            return None
        if self.bands_of_reference(reference) is None:
            return None
        return self._band(
            e.Reference(
                reference.kind, reference.name, "band", reference.path, type=reference.type, span=node.span
            )
        )

    def _measured_in_percent(self, value: e.Expression) -> bool:
        """Whether this is the value of a measure that is shown as percent."""
        name = None
        if isinstance(value, e.Reference) and value.kind == "measure" and value.part == "value":
            name = value.name
        elif isinstance(value, e.Previous) and value.path[0] == "measures" and value.path[-1] == "value":
            name = value.path[1]
        measure = None if name is None else self.context.step(r.Measure, name)
        return measure is not None and measure.percent
