"""Which triggers fired for an account, which did not, and why: each condition with what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ruleengine.evaluator.rowtrace import RowTracer
from ruleengine.source import Span
from ruleengine.tree import ruleset as r

#: What a condition that is true, false or undecided is called.
_STATES = {True: "holds", False: "does not hold", None: "undecided"}


def explain_triggers(
    program: r.Program,
    result: Mapping[str, Any],
    tracer: RowTracer,
    source: Callable[[Span], dict[str, Any]],
    text: Callable[[Span], str],
) -> list[dict[str, Any]]:
    """Every visible trigger in the order of the file: whether it fires, its conditions, and what it says if it does."""
    said = {entry["name"]: entry for entry in result["triggers"]}
    triggers = [step for step in program.steps if isinstance(step, r.Trigger) and step.visible]
    triggers.sort(key=lambda trigger: trigger.position)
    return [_explained(trigger, said.get(trigger.name), tracer, source, text) for trigger in triggers]


def _explained(
    trigger: r.Trigger,
    said: Mapping[str, Any] | None,
    tracer: RowTracer,
    source: Callable[[Span], dict[str, Any]],
    text: Callable[[Span], str],
) -> dict[str, Any]:
    conditions = []
    for alternative in trigger.alternatives:
        holds = tracer.holds(alternative.condition)
        conditions.append(
            {
                "line": alternative.condition.span.line,
                "text": text(alternative.condition.span),
                "result": _STATES[holds],
                "why": tracer.why(alternative.condition),
            }
        )
    undecided = said is None and any(condition["result"] == "undecided" for condition in conditions)
    return {
        "name": trigger.name,
        "title": trigger.title,
        "fires": None if undecided else said is not None,
        "source": source(trigger.span),
        "conditions": conditions,
        "says": None
        if said is None
        else {key: value for key, value in said.items() if key not in ("name", "title", "line")},
    }
