"""The workload written out by hand as DuckDB SQL, as a person would write it for one ruleset: the yardstick of portfolios.

In: a relation of accounts as `benchmarks.workload.portfolio` types them, and the day. Out: queries; `scores` gives id, score
and band, `explained` every measure with status, value, band, points, weights, contribution and reason. `differences` says
where they disagree with the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import agreement

_FOLDER = Path(__file__).parent
_PARTS = ("status", "value", "band", "points", "weight", "effective_weight", "contribution", "reason")
_GROUPS = ("product", "risk", "outcomes", "voice", "engagement")


def scores(source: str, as_of: date) -> str:
    """Score and band of every account."""
    return _text("scores.sql", source, as_of)


def explained(source: str, as_of: date) -> str:
    """Every measure of every account."""
    return _text("explained.sql", source, as_of)


def nested(source: str, as_of: date) -> str:
    """Every measure of every account as nested records, for JSON."""
    return _text("nested.sql", explained(source, as_of), as_of)


def _text(name: str, source: str, as_of: date) -> str:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    return text.replace("$SOURCE", source).replace("$AS_OF", f"DATE '{as_of.isoformat()}'")


def check(results: Iterable[dict[str, Any]], source: str, as_of: date) -> list[str]:
    """Everything in which the engine's results of some accounts differ from the queries over the same accounts."""
    import duckdb

    with duckdb.connect() as connection:
        scored = {row[0]: row[1:] for row in connection.execute(scores(source, as_of)).fetchall()}
        query = connection.execute(explained(source, as_of))
        names = [column[0] for column in query.description or ()]
        rows = {row[0]: dict(zip(names, row, strict=True)) for row in query.fetchall()}
    found = []
    for result in results:
        identity = result["id"]
        words = differences(result, scored.pop(identity), rows.pop(identity))
        found += [f"{identity}: {word}" for word in words]
    return found + [f"{identity}: scored, and not asked for" for identity in {**scored, **rows}]


def differences(result: dict[str, Any], scored: Sequence[Any], row: dict[str, Any]) -> list[str]:
    """Everything in which the engine's result differs from a row of `scores` (score, band) and one of `explained`."""
    card = result["scorecards"]["health"]
    found = agreement.differences(result, (scored[0], scored[1]), _trace(row, result["measures"]))
    for group in _GROUPS:
        node = card["nodes"][group]
        for part in ("score", "band", "effective_weight", "contribution"):
            found.append(agreement.differs(f"{group}.{part}", node[part], row[f"{group}_{part}"]))
    return [words for words in found if words]


def _trace(row: dict[str, Any], measures: Iterable[str]) -> dict[str, Any]:
    card = {name: row[name] for name in ("score", "band", "computed_score", "computed_band", "override")}
    parts = {name: {part: row.get(f"{name}_{part}") for part in _PARTS} for name in measures}
    return {**card, "measures": parts}
