"""GoRules ZEN: one expression node with the twelve ratings, without and with its trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from benchmarks.peers import Peer
from benchmarks.peers.ratings import RATINGS, ternary


def peers() -> Iterator[Peer]:
    """ZEN, twice."""
    zen: Any = import_module("zen")
    decision = zen.ZenEngine().create_decision(json.dumps(_graph()))
    yield Peer("GoRules ZEN", decision.evaluate, _bands)
    yield Peer(
        "GoRules ZEN, with its trace",
        lambda facts: decision.evaluate(facts, {"trace": True}),
        _bands,
        explains=True,
    )


def _bands(found: Any) -> dict[str, str | None]:
    return {name: found["result"].get(name) for name in RATINGS}


def _graph() -> dict[str, Any]:
    words = {"and": "and", "or": "or"}
    expressions = [
        {"id": name, "key": name, "value": ternary(rows, words=words)} for name, rows in RATINGS.items()
    ]
    at = {"x": 0, "y": 0}
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": at},
            {
                "id": "rate",
                "type": "expressionNode",
                "name": "rate",
                "position": at,
                "content": {"expressions": expressions},
            },
            {"id": "out", "type": "outputNode", "name": "out", "position": at},
        ],
        "edges": [
            {"id": "first", "sourceId": "in", "targetId": "rate", "type": "edge"},
            {"id": "second", "sourceId": "rate", "targetId": "out", "type": "edge"},
        ],
    }
