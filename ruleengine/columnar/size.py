"""How large emitted expressions are as text, where parts of them are shared."""

from __future__ import annotations

from attrs import define, field
from sqlglot import exp

from ruleengine.columnar.build import Sql


@define(slots=True)
class Sizes:
    """Counts the nodes of expressions; each object is looked at once, however often it is shared."""

    _known: dict[int, tuple[Sql, int]] = field(factory=dict)

    def of(self, sql: Sql) -> int:
        """How many nodes an expression has when it is written out."""
        stack = [sql]
        while stack:
            top = stack[-1]
            if id(top) in self._known:
                stack.pop()
                continue
            parts = [part for part in parts_of(top) if id(part) not in self._known]
            if parts:
                stack += parts
                continue
            stack.pop()
            # the object is kept, so that its number stays its own
            self._known[id(top)] = (top, 1 + sum(self._known[id(part)][1] for part in parts_of(top)))
        return self._known[id(sql)][1]


def parts_of(node: Sql) -> list[Sql]:
    """The expressions that an expression is made of."""
    found: list[Sql] = []
    for value in node.args.values():
        if isinstance(value, exp.Expr):
            found.append(value)
        elif isinstance(value, list):
            found += [each for each in value if isinstance(each, exp.Expr)]
    return found
