"""An account in a few lines: what it holds, path by path, without what an account has in any case.

In: an account. Out: pairs of a path and a value as text. Nothing that a schema keeps secret stands in an account of an
analysis, and nothing in these texts is obeyed by a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruleengine.casebook.accounts import Account
from ruleengine.report.cells import cell, cut, plain_value

_MOST, _WIDEST = 10, 100


def facts_of(account: Account, id_path: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every fact but the id; lists of records element by element."""
    return [
        (cell(path), cell(plain_value(value)))
        for path, value in _flat(account.facts, "")
        if path != ".".join(id_path)
    ]


def lines(account: Account, id_path: tuple[str, ...]) -> Iterator[str]:
    """The facts under one another; of many, the first."""
    facts = facts_of(account, id_path)
    if not facts:
        yield "nothing but its id"
    room = max((len(path) for path, _ in facts[:_MOST]), default=0)
    for path, value in facts[:_MOST]:
        yield cut(f"{path.ljust(room)}  {value}", _WIDEST)
    if len(facts) > _MOST:
        yield f"and {len(facts) - _MOST} further facts"
    if account.previous is not None:
        yield cut(f"earlier result: {cell(plain_value(account.previous))}", _WIDEST)


def title(account: Account) -> str:
    """What stands above the lines."""
    return f"an account as of {account.as_of.isoformat()}"


def same_facts(one: Account, other: Account) -> bool:
    """Whether two accounts differ in nothing but the day."""
    return one.facts == other.facts and one.previous == other.previous


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{place}]")
    else:
        yield path, "nothing" if value in ({}, []) and value is not False and value != 0 else value
