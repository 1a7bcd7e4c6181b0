"""business-rules (Python): a list of rules a rating, of which the first that holds acts.

Its conditions compare one variable with a constant, so quotients and absent values are variables of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from benchmarks.peers import Peer
from benchmarks.peers.ratings import RATINGS, Test

_OPERATORS = {
    "<": "less_than", "<=": "less_than_or_equal_to", ">": "greater_than", ">=": "greater_than_or_equal_to",
    "=": "equal_to",
}  # fmt: skip


def peers() -> Iterator[Peer]:
    """The engine, once."""
    actions, engine, fields, variables = _parts()
    made: dict[str, Callable[[Any], Any]] = {}
    ratings = {name: [_rule(test, outcome, made) for test, outcome in rows] for name, rows in RATINGS.items()}

    def __init__(self: Any, facts: dict[str, Any]) -> None:
        self.facts = facts

    decorators = {
        "n_": variables.numeric_rule_variable, "t_": variables.string_rule_variable,
        "b_": variables.boolean_rule_variable,
    }  # fmt: skip
    body = {name: decorators[name[:2]](function) for name, function in made.items()}
    offered = type("Offered", (variables.BaseVariables,), {"__init__": __init__, **body})

    class Outcome(actions.BaseActions):  # type: ignore[misc, name-defined]  # the package has no types
        """Keeps the band that a rule names."""

        band: str | None = None

        @actions.rule_action(params={"band": fields.FIELD_TEXT})  # type: ignore[untyped-decorator]  # as above
        def rate(self, band: str) -> None:
            """Keep a band; `none` is no band."""
            self.band = band if band != "none" else None

    def rate(facts: dict[str, Any]) -> dict[str, str | None]:
        held, found = offered(facts), {}
        for name, rules in ratings.items():
            outcome = Outcome()
            engine.run_all(rules, held, outcome, stop_on_first_trigger=True)
            found[name] = outcome.band
        return found

    yield Peer("business-rules (Python)", rate, lambda found: dict(found), slow=True)


def _parts() -> list[Any]:
    return [import_module(f"business_rules.{name}") for name in ("actions", "engine", "fields", "variables")]


def _rule(test: Test, outcome: str | None, made: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    made["b_otherwise"] = lambda held: True
    otherwise = {"name": "b_otherwise", "operator": "is_true", "value": True}
    condition = _condition(test, made) if test is not None else otherwise
    return {
        "conditions": {"all": [condition]},
        "actions": [{"name": "rate", "params": {"band": outcome or "none"}}],
    }


def _condition(test: Test, made: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    operator, *operands = test
    if operator in ("and", "or"):
        return {"all" if operator == "and" else "any": [_condition(operand, made) for operand in operands]}
    if operator in ("null", "in", "!=") or isinstance(operands[1], bool):
        name, function = _truth(test)
        made["b_" + name] = function
        return {"name": "b_" + name, "operator": "is_true", "value": True}
    subject, value = operands
    if isinstance(value, tuple):
        made["t_" + subject] = _field(subject, "")
        return {"name": "t_" + subject, "operator": "equal_to", "value": value[1]}
    if isinstance(subject, tuple):
        _, over, under = subject
        name = f"{over}_by_{under}"
        made["n_" + name] = lambda held: (held.facts[over] or 0) / (held.facts[under] or 1)
    else:
        name = subject
        made["n_" + name] = _field(subject, 0)
    return {"name": "n_" + name, "operator": _OPERATORS[operator], "value": value}


def _field(name: str, absent: Any) -> Callable[[Any], Any]:
    return lambda held: held.facts[name] if held.facts[name] is not None else absent


def _truth(test: Test) -> tuple[str, Callable[[Any], Any]]:
    """A variable for what the engine's own operators cannot test."""
    operator, first, *rest = test
    if operator == "null":
        return f"no_{first}", lambda held: held.facts[first] is None
    if operator == "in":
        role, field = first[1], rest[0]
        return f"{field}_{role.replace(' ', '_')}", lambda held: role in (held.facts[field] or ())
    value = rest[0][1] if isinstance(rest[0], tuple) else rest[0]
    if operator == "!=":
        return f"{first}_is_not_{value}", lambda held: held.facts[first] != value
    return f"{first}_is_{value}", lambda held: held.facts[first] is value
