"""What a result must not show: values that come from fields which the schema marks `x-secret`.

A value is secret when a secret field goes into it, directly or through lets and values of measures. A condition over a
secret is not: that a field is known, or above a threshold, is what rulesets are for.
"""

from __future__ import annotations

from typing import Any

from ruleengine.evaluator.walk import walk
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind


class Secrets:
    """Knows which variables of a program are secret."""

    def __init__(self, program: r.Program) -> None:
        self.names: set[str] = set()
        if not program.secrets:
            return
        bodies: dict[str, r.Definition | r.Table] = {found.key: found for found in program.definitions}
        bodies |= {found.key: found for found in program.tables}
        self.calls = {key for key, body in bodies.items() if self._reads_secret(body)}
        for step in program.steps:
            if isinstance(step, r.Let):
                self._learn(step.name, step.value)
            elif isinstance(step, r.Trigger):
                for field in step.fields:
                    self._learn(f"{step.name}.{field.name}", field.value)
                if step.due is not None:
                    self._learn(f"{step.name}.due", step.due)
            elif isinstance(step, r.Measure):
                for let in step.lets:
                    self._learn(let.name, let.value)
                if step.value is not None:
                    self._learn(f"{step.name}.value", step.value)

    calls: set[str] = set()  # noqa: RUF012 - replaced, never changed

    def _learn(self, name: str, value: e.Expression) -> None:
        if self.hides(value):
            self.names.add(name)

    def _reads_secret(self, node: Any) -> bool:
        return any(
            isinstance(found, e.Fact | e.Attribute) and found.fact and found.fact.secret
            for found in walk(node)
        )

    def hides(self, node: e.Expression | None) -> bool:
        """Whether the value of an expression is secret."""
        if node is None or node.type.kind is Kind.FLAG:
            return False
        for found in walk(node):
            if isinstance(found, e.Variable) and found.name in self.names:
                return True
            if (
                isinstance(found, e.Reference)
                and found.part == "value"
                and f"{found.name}.value" in self.names
            ):
                return True
            if isinstance(found, e.Said) and f"{found.name}.{found.part}" in self.names:
                return True
            if isinstance(found, e.CallDefinition) and found.instance in self.calls:
                return True
        return self._reads_secret(node)
