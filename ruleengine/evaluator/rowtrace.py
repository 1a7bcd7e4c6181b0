"""Values of single expressions for one account: which rows hold, what the named values are.

The expressions of a program are compiled once more by the same generator, as extra conditions and outputs of a copy of
the program, so that an explanation can never disagree with the score.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs

from ruleengine.evaluator.printing import shown_value
from ruleengine.evaluator.program import Evaluator
from ruleengine.evaluator.work import AccountProblems
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NA, Kind


class RowTracer:
    """Looks up what the conditions, baselines and lets of a program are for one account."""

    def __init__(
        self, evaluator: Evaluator, facts: dict[str, Any], as_of: date, previous: dict[str, Any] | None = None
    ) -> None:
        traced = traced_evaluator(evaluator)
        self.keys: dict[int, str] = traced.keys
        self.kinds: dict[str, str] = traced.kinds
        day = as_of.toordinal()
        self.values: dict[str, Any] = traced.evaluator._trace(
            facts, day, evaluator.months(day), AccountProblems(), None, previous
        )[1]

    def raw(self, node: e.Expression | None) -> Any:
        """The value of an expression: present, `NA`, or None when it was not traced."""
        return self.values.get(self.keys.get(id(node), ""))

    def holds(self, condition: e.Expression | None) -> bool | None:
        """Whether a condition holds; no condition always does; None when it is undecided."""
        if condition is None:
            return True
        found = self.raw(condition)
        return found if isinstance(found, bool) else None

    def why(self, condition: e.Expression | None) -> str:
        """Why a condition is undecided."""
        found = self.raw(condition)
        return f"{found.reason.replace('_', ' ')}: {found.describe()}" if isinstance(found, NA) else ""

    def value(self, node: e.Expression) -> Any:
        """The value of an expression, as it stands in results; None when it is NA."""
        return self._shown(self.raw(node), node.type.kind)

    def let(self, name: str) -> Any:
        """The value of a let; None when it is NA."""
        found = self.values.get(f"let {name}")
        return self._shown(found, Kind(self.kinds.get(name, "number")))

    def record(self, name: str) -> dict[str, Any] | None:
        """The record that a let found, as it stands in the facts."""
        found = self.values.get(f"let {name}")
        return found if isinstance(found, dict) else None

    def _shown(self, value: Any, kind: Kind) -> Any:
        return shown_value(value, kind.value)


@attrs.define(slots=True)
class _Traced:
    evaluator: Evaluator
    keys: dict[int, str]
    kinds: dict[str, str]


_KEPT = "_traced"


def traced_evaluator(evaluator: Evaluator) -> _Traced:
    """The evaluator of the program with every row condition, baseline and let as an extra; made once."""
    found = evaluator.__dict__.get(_KEPT)
    if isinstance(found, _Traced):
        return found
    keys: dict[int, str] = {}
    kinds: dict[str, str] = {}
    steps: list[r.Step] = []
    for step in evaluator.program.steps:
        if isinstance(step, r.Check):
            continue
        steps.append(step)
        if isinstance(step, r.Let):
            steps.append(
                _extra(f"let {step.name}", e.Variable(step.name, type=step.value.type, span=step.span))
            )
            kinds[step.name] = step.value.type.kind.value
        elif isinstance(step, r.Measure):
            for let in step.lets:
                steps.append(
                    _extra(f"let {let.name}", e.Variable(let.name, type=let.value.type, span=let.span))
                )
                kinds[let.name] = let.value.type.kind.value
            for node in _traced_expressions(step):
                keys[id(node)] = f"row {len(keys)}"
                steps.append(_extra(keys[id(node)], node))
        elif isinstance(step, r.Trigger):
            for alternative in step.alternatives:
                keys[id(alternative.condition)] = f"row {len(keys)}"
                steps.append(_extra(keys[id(alternative.condition)], alternative.condition))
    program = attrs.evolve(evaluator.program, steps=tuple(steps))
    made = _Traced(Evaluator(program, evaluator.source_lines), keys, kinds)
    evaluator.__dict__[_KEPT] = made
    return made


def _extra(name: str, node: e.Expression) -> r.Check:
    return r.Check("condition", name, node, span=node.span)


def _traced_expressions(measure: r.Measure) -> Iterator[e.Expression]:
    for block in measure.rates:
        if block.condition is not None:
            yield block.condition
        for row in block.rows:
            if row.condition is not None:
                yield row.condition
    if measure.baseline is not None:
        yield measure.baseline
