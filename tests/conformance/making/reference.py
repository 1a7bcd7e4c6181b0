"""Expectations by the reference: the second evaluator, which computes in exact fractions and knows nothing of the engine but its parser.

In: a ruleset, the facts of an account, and the keys of a result that a case is about. Out: these keys, as the reference finds them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tests.conformance.making.writing import AS_OF, Case, account, with_head
from tests.conformance.suite import RULESET, SCHEMAS
from tests.differential.reference import evaluate

Keys = Mapping[str, Iterable[str]]


def by_reference(ruleset: str, documents: Iterable[Mapping[str, Any]], keys: Keys, **more: Any) -> list[Case]:
    """A case for each document; `keys` names for each part of a result what is kept of every entry there."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / RULESET
        path.parent.mkdir(parents=True)
        path.write_text(with_head(ruleset), encoding="utf-8")
        return [_case(path, document, keys, more) for document in documents]


def _case(path: Path, document: Mapping[str, Any], keys: Keys, more: Mapping[str, Any]) -> Case:
    day = date.fromisoformat(more.get("as_of", AS_OF))
    found = evaluate(path, {"id": "x", **document}, day, path.parents[1], SCHEMAS, more.get("previous"))
    return account(
        document, {part: _kept(found[part], names) for part, names in keys.items()}, "reference", **more
    )


def _kept(found: Any, names: Iterable[str]) -> Any:
    if not isinstance(found, dict) or not names:
        return found
    return {
        name: {key: _nodes(entry[key]) if key == "nodes" else entry[key] for key in names if key in entry}
        for name, entry in found.items()
    }


def _nodes(nodes: Mapping[str, Any]) -> dict[str, Any]:
    """Of a node what it weighs and adds."""
    keys = ("status", "score", "effective_weight", "contribution")
    return {path: {key: node[key] for key in keys} for path, node in nodes.items()}
