"""What a result must not show: values that come from fields which the schema marks `x-secret`.

A value is secret when a secret field goes into it, directly or through lets and values of measures. A condition over a
secret is not: that a field is known, or above a threshold, is what rulesets are for. A flag is secret when it is a secret
flag itself: the field, its opposite, a let or a default of it, or one that an `if` chooses. The answer of a criterion is a
condition always.
"""

from __future__ import annotations

from typing import Any

from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import Kind, Type

#: Queries that are conditions, whatever they look at.
_CONDITIONS = ("any", "all")


class Secrets:
    """Knows which values of a program are secret."""

    def __init__(self, program: r.Program) -> None:
        self.names: set[str] = set()
        self._bodies: dict[str, r.Definition | r.Table] = {found.key: found for found in program.definitions}
        self._bodies |= {found.key: found for found in program.tables}
        #: Of each definition that was called: whether it reads a secret. What it reads comes before what calls it.
        self._reading: dict[str, bool] = {}
        self._none = not program.secrets
        if self._none:
            return
        for step in program.steps:
            if isinstance(step, r.Let):
                self._learn(step.name, step.value)
            elif isinstance(step, r.Output):  # what tests and conditions ask for
                self._learn(f"output {step.name}", step.value)
            elif isinstance(step, r.Trigger):
                for field in step.fields:
                    self._learn(f"{step.name}.{field.name}", field.value)
                if step.due is not None:
                    self._learn(f"{step.name}.due", step.due)
            elif isinstance(step, r.Measure):
                for let in step.lets:
                    self._learn(let.name, let.value)
                if self.hides_value(step):
                    self.names.add(f"{step.name}.value")

    def _learn(self, name: str, value: e.Expression) -> None:
        if self.hides(value):
            self.names.add(name)

    def hides_value(self, measure: r.Measure) -> bool:
        """Whether the value of a measure is secret."""
        return not measure.checklist and self.hides(measure.value)

    def hides(self, node: e.Expression | None) -> bool:
        """Whether the value of an expression is secret."""
        if node is None or self._none:
            return False
        return self._is_secret_flag(node) if node.type.kind is Kind.FLAG else self._reads(node)

    def _is_secret(self, node: Any) -> bool:
        """Whether a node is a secret value itself, whatever is below it."""
        if isinstance(node, e.Fact | e.Attribute):
            return node.fact is not None and node.fact.secret
        if isinstance(node, e.Variable):
            return node.name in self.names
        if isinstance(node, e.Reference):
            return node.part == "value" and f"{node.name}.value" in self.names
        return isinstance(node, e.Said) and f"{node.name}.{node.part}" in self.names

    def _reads(self, node: Any) -> bool:
        """Whether a secret goes into a node."""
        return any(
            self._is_secret(found)
            or (isinstance(found, e.CallDefinition) and self._call_reads(found.instance))
            for found in walk(node)
        )

    def _call_reads(self, instance: str) -> bool:
        if instance not in self._reading:
            self._reading[instance] = self._reads(self._bodies[instance])
        return self._reading[instance]

    def _is_secret_flag(self, node: e.Expression) -> bool:
        """Whether a flag is a secret, handed on: followed through definitions to the arguments that they hand on."""
        stack, seen = [node], set[int]()
        given: dict[str, list[e.Expression]] = {}
        handed: set[str] = set()
        while stack:
            current = stack.pop()
            if id(current) in seen:
                continue
            seen.add(id(current))
            if self._is_secret(current):
                return True
            if isinstance(current, e.Variable):
                handed.add(current.name)
                stack += given.get(current.name, ())
            elif current.type.kind is not Kind.FLAG:
                if self._reads(current):
                    return True
            elif isinstance(current, e.CallDefinition):
                body = self._bodies[current.instance]
                stack += [body.body] if isinstance(body, r.Definition) else [row.result for row in body.rows]
                for parameter, argument in zip(body.parameters, current.arguments, strict=True):
                    given.setdefault(parameter, []).append(argument)
                    stack += [argument] if parameter in handed else []
            else:
                stack += _handed_on(current)
        return False


def _handed_on(node: e.Expression) -> list[e.Expression]:
    """The values of which a flag is one: it is secret when one of them is."""
    found: list[e.Expression | None] = []
    if isinstance(node, e.Not):
        found = [node.operand]
    elif isinstance(node, e.Default):
        found = [*node.operands]
    elif isinstance(node, e.Choose):
        found = [*(branch.value for branch in node.branches), node.otherwise]
    elif isinstance(node, e.Fact):
        found = [node.assumed]
    elif isinstance(node, e.Attribute):
        found = [node.base]
    elif isinstance(node, e.Query) and node.kind not in _CONDITIONS:
        found = [node.source, node.projection]
    elif isinstance(node, e.OfSeries):
        found = [node.series]
    elif isinstance(node, e.Call):
        found = [each for each in node.arguments if _has_flags(each.type)]
    return [each for each in found if each is not None]


def _has_flags(of_type: Type) -> bool:
    return of_type.kind is Kind.FLAG or (of_type.element is not None and _has_flags(of_type.element))
