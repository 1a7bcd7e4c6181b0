"""rule-engine (Python): one expression a rating."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from benchmarks.peers import Peer
from benchmarks.peers.ratings import RATINGS, ternary


def peers() -> Iterator[Peer]:
    """The engine, once."""
    rule_engine: Any = import_module("rule_engine")
    words = {"and": "and", "or": "or"}
    rules = {name: rule_engine.Rule(ternary(rows, words=words)) for name, rows in RATINGS.items()}
    yield Peer(
        "rule-engine (Python)",
        lambda facts: {name: rule.evaluate(facts) for name, rule in rules.items()},
        lambda found: dict(found),
        slow=True,
    )
