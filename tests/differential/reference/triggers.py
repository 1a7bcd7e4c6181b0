"""Triggers: whether they fire, and what they say when they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.reference import expressions, spoken
from tests.differential.reference.states import Scope
from tests.differential.reference.values import MISSING, NA, equal, to_json


@frozen(eq=False)
class Signal:
    """A trigger of an account: true, false or NA, and which of its conditions hold."""

    fires: Any
    held: tuple[tree.TriggerWhen, ...]
    declared: tree.Trigger
    scope: Scope

    def all(self, kind: type) -> list[Any]:
        """The statements of one kind."""
        return [each for each in self.declared.statements if isinstance(each, kind)]


def signal(declared: tree.Trigger, scope: Scope) -> Signal:
    """One condition that holds is enough."""
    tests = [
        (expressions.evaluate(each.condition, scope), each)
        for each in declared.statements
        if isinstance(each, tree.TriggerWhen)
    ]
    held = tuple(each for test, each in tests if test is True)
    return Signal(expressions.kleene("or", [test for test, _ in tests]), held, declared, scope)


def part(found: Signal, name: str) -> Any:
    """`churn.due`: what a trigger that fires says; undecided as long as nobody knows whether it fires."""
    if found.fires is not True:
        return found.fires if isinstance(found.fires, NA) else NA("not_applicable")
    standard: dict[str, Callable[[], Any]] = {
        "kind": lambda: _word(found, "kind"), "severity": lambda: _word(found, "severity"),
        "playbook": lambda: _text(found, "playbook"), "reason": lambda: _reason(found),
        "due": lambda: _due(found), "flagged": lambda: _flagged(found),
    }  # fmt: skip
    value = standard[name]() if name in standard else _fields(found)[name]
    return MISSING if value is None else value


def result(found: Signal, name: str) -> dict[str, Any]:
    """A trigger that fires as the JSON result shows it."""
    return {
        "name": name,
        "title": found.declared.title or found.declared.name,
        "kind": _word(found, "kind"),
        "severity": _word(found, "severity"),
        "playbook": _text(found, "playbook"),
        "reason": _reason(found),
        "because": _because(found),
        "due": to_json(_due(found)),
        "fields": {name: to_json(value) for name, value in _fields(found).items()},
        "flagged": _flagged(found),
        "line": found.held[0].span.line,
    }


# ── What it says ──


def _word(found: Signal, key: str) -> str | None:
    return next((each.word.name for each in found.all(tree.TriggerWord) if each.key == key), None)


def _text(found: Signal, key: str) -> str | None:
    texts = (each.text for each in found.all(tree.TriggerText) if each.key == key)
    return next((spoken.text(each, found.scope) for each in texts), None)


def _because(found: Signal) -> list[str]:
    return [spoken.text(each.because, found.scope) for each in found.held if each.because is not None]


def _reason(found: Signal) -> str | None:
    written = _text(found, "reason")
    return ("; ".join(_because(found)) or None) if written is None else written


def _due(found: Signal) -> Any:
    return next((expressions.evaluate(each.date, found.scope) for each in found.all(tree.Due)), None)


def _fields(found: Signal) -> dict[str, Any]:
    return {each.name: expressions.evaluate(each.value, found.scope) for each in found.all(tree.TriggerField)}


def _flagged(found: Signal) -> list[str]:
    """The fields whose default still stands: their value is that of the default."""
    fields = [each for each in found.all(tree.TriggerField) if each.flagged]
    values = [
        (
            each.name,
            *(expressions.evaluate(value, found.scope) for value in (each.value, each.value.operands[-1])),
        )
        for each in fields
    ]
    return [name for name, value, default in values if equal(value, default)]
