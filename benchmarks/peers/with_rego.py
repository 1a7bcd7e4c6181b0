"""Rego, by regopy (the C++ interpreter): one function with else branches a rating."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from benchmarks.peers import Peer
from benchmarks.peers.ratings import RATINGS, Rows, Test


def peers() -> Iterator[Peer]:
    """The interpreter, once."""
    regopy: Any = import_module("regopy")
    interpreter = regopy.Interpreter()
    parts = ["package workload"]
    for name, rows in RATINGS.items():
        tests: list[str] = []
        parts.append(_rating(name, rows, tests))
        parts += tests
    listed = ", ".join(f'"{name}": {name}' for name in RATINGS)
    interpreter.add_module("workload", "\n\n".join([*parts, f"result := {{{listed}}}"]))

    def rate(facts: dict[str, Any]) -> Any:
        interpreter.set_input(facts)
        return interpreter.query("x := data.workload.result")

    yield Peer("Rego (regopy)", rate, lambda found: json.loads(str(found.binding("x"))), slow=True)


def _rating(name: str, rows: Rows, tests: list[str]) -> str:
    parts: list[str] = []
    for position, (test, outcome) in enumerate(rows):
        value = json.dumps(outcome)
        body = "true" if test is None else _test(test, f"{name}_{position}", tests)
        head = f"{name} := {value}" if not parts else f"else := {value}"
        parts.append(f"{head} if {{ {body} }}")
    return " ".join(parts)


def _test(test: Test, name: str, tests: list[str]) -> str:
    """A test as the body of a rule; alternatives become rules of their own."""
    if isinstance(test, str):
        return f"input.{test}"
    if not isinstance(test, tuple):
        return json.dumps(test)
    operator, *operands = test
    if operator == "text":
        return json.dumps(operands[0])
    written = [_test(operand, f"{name}_{position}", tests) for position, operand in enumerate(operands)]
    if operator == "or":
        tests += [f"{name} if {{ {body} }}" for body in written]
        return name
    if operator == "and":
        return "; ".join(written)
    if operator == "null":
        return f"{written[0]} == null"
    if operator == "in":
        return f"{written[1]}[_] == {written[0]}"
    spelled = {"=": "=="}.get(operator, operator)
    return f"({written[0]} / {written[1]})" if operator == "/" else f"{written[0]} {spelled} {written[1]}"
