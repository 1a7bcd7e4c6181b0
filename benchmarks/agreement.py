"""Whether the hand-written functions and the engine say the same of an account.

In: the result of the engine and those of the yardsticks. Out: what differs, in words. Scores and weights may differ by
rounding; statuses, values, bands and points may not. Reasons are worded differently and are only there or not there.
"""

from __future__ import annotations

import math
from typing import Any

_TOLERANCE = 1e-9


def differences(
    result: dict[str, Any], score: tuple[float | None, str | None], trace: dict[str, Any]
) -> list[str]:
    """Everything in which a result differs from the hand-written score and trace; empty when they agree."""
    card = result["scorecards"]["health"]
    found = [
        differs("score", card["score"], score[0]),
        differs("band", card["band"], score[1]),
        *(
            differs(name, card[name], trace[name])
            for name in ("score", "band", "computed_score", "computed_band")
        ),
        differs("override", card["override"] is not None, trace["override"]),
    ]
    places = {path.rpartition(".")[2]: node for path, node in card["nodes"].items() if "." in path}
    if places.keys() != trace["measures"].keys():
        found.append(f"measures: {sorted(places.keys() ^ trace['measures'].keys())}")
        return [text for text in found if text]
    for name, ours in trace["measures"].items():
        measure, node = result["measures"][name], places[name]
        in_grace = node["status"] == "grace"
        found.append(differs(f"{name}.status", node["status"], ours["status"]))
        if not in_grace:
            found += [
                differs(f"{name}.{part}", measure[part], ours[part]) for part in ("value", "band", "points")
            ]
            if ours["reason"] is not None and measure["reason"] is None:
                found.append(f"{name}.reason: the engine gives none")
        found += [
            differs(f"{name}.{part}", node[part], ours[part])
            for part in ("weight", "effective_weight", "contribution")
        ]
    return [text for text in found if text]


def differs(what: str, engine: Any, ours: Any) -> str:
    """In words how two values differ; empty when they are the same but for rounding."""
    if isinstance(engine, float | int) and isinstance(ours, float | int):
        same = math.isclose(engine, ours, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    else:
        same = engine == ours
    return "" if same else f"{what}: the engine says {engine!r}, the hand-written function {ours!r}"
