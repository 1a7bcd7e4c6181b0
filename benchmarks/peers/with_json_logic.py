"""JSON Logic, by datalogic (Rust) and by json-logic (Python): a list of twelve nested conditions."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from benchmarks.peers import Peer
from benchmarks.peers.ratings import RATINGS, Rows, Test


def peers() -> Iterator[Peer]:
    """Whichever of the two is installed."""
    logic = [_rows(rows) for rows in RATINGS.values()]
    try:
        datalogic: Any = import_module("datalogic_py")
        rule = datalogic.Engine().compile(logic)
        yield Peer("datalogic (Rust JSON Logic)", rule.evaluate, _bands)
    except ImportError:
        pass
    try:
        json_logic: Any = import_module("json_logic")
        yield Peer(
            "json-logic (Python)", lambda facts: [json_logic.jsonLogic(each, facts) for each in logic], _bands
        )
    except ImportError:
        pass


def _bands(found: Any) -> dict[str, str | None]:
    return dict(zip(RATINGS, found, strict=True))


def _rows(rows: Rows) -> Any:
    parts: list[Any] = []
    for test, outcome in rows:
        parts += [outcome] if test is None else [_test(test), outcome]
    return {"if": parts}


def _test(test: Test) -> Any:
    if isinstance(test, str):
        return {"var": test}
    if not isinstance(test, tuple):
        return test
    operator, *operands = test
    if operator == "text":
        return operands[0]
    if operator == "null":
        return {"===": [_test(operands[0]), None]}
    return {{"=": "===", "!=": "!=="}.get(operator, operator): [_test(operand) for operand in operands]}
