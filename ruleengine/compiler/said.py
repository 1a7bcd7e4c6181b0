"""What a ruleset says of an account as values: the parts of a trigger, and beside a ruleset its outputs and texts.

`churn.reason`, `churn.due` and a field of a trigger are values where the trigger fires, and not applicable where it does
not. Outputs and the texts of templates are values only for what stands beside a ruleset: its tests, and conditions from
the command line.
"""

from __future__ import annotations

from ruleengine.compiler.context import unknown
from ruleengine.compiler.references import References
from ruleengine.compiler.scope import Symbol
from ruleengine.diagnostics import did_you_mean
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import DATE, TEXT, Kind, Type

_TEXTS = Type(Kind.LIST, element=TEXT)
_TRIGGER_PARTS = {
    "kind": TEXT,
    "severity": TEXT,
    "playbook": TEXT,
    "reason": TEXT,
    "due": DATE,
    "flagged": _TEXTS,
}
_TEMPLATE_PARTS = {"subject": TEXT, "body": TEXT, "labels": _TEXTS}


class SaidParts(References):
    """Compiles what a ruleset says."""

    def said(self, symbol: Symbol, first: t.Name, members: list[t.Member]) -> e.Expression | None:
        """A part of a trigger, an output, or a text of a template; None for everything else."""
        origin = symbol.origin
        if origin.kind == "trigger" and members:
            return self._part_of_trigger(symbol, first, members)
        if origin.kind == "output" and self.context.beside:
            found = self.context.step(r.Output, origin.name) if origin.module.is_root else None
            if found is None:
                return self.context.fault(
                    "RE213", first.span, f"`{first.name}` is an output of another ruleset, which this one does not give",
                    "name the value with `let` there, and import that",
                )  # fmt: skip
            value = e.Variable(f"output {origin.name}", type=found.value.type, span=first.span)
            return self.attributes(value, members)
        if origin.kind == "template" and self.context.beside:
            return self._part("template", symbol.name, _TEMPLATE_PARTS, first, members, "body")
        return None

    def _part_of_trigger(self, symbol: Symbol, first: t.Name, members: list[t.Member]) -> e.Expression:
        self.context.require(symbol.origin, first.span)
        steps = (
            s for s in self.context.steps if isinstance(s, r.Trigger) and s.span == symbol.origin.node.span
        )
        found = next(steps, None)
        if found is None:
            return unknown(first.span)
        fields = {field.name: field.value.type for field in found.fields}
        return self._part("trigger", found.name, {**fields, **_TRIGGER_PARTS}, first, members, "reason")

    def _part(
        self, kind: str, name: str, parts: dict[str, Type], first: t.Name, members: list[t.Member], usual: str
    ) -> e.Expression:
        part = members[0].name if members else usual
        if part not in parts:
            hint = did_you_mean(part, parts) or "there is " + ", ".join(f"`{each}`" for each in parts)
            return self.context.fault("RE203", members[0].span, f"`{first.name}` has no `{part}`", hint)
        value = e.Said(kind, name, part, type=parts[part], span=first.span)
        return self.attributes(value, members[1:])
