"""Which cell of each matrix an account stands in, and why: its value on every axis, and the row that holds the cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ruleengine.source import Span
from ruleengine.tree import ruleset as r
from ruleengine.tree.secrets import Secrets


def explain_matrices(
    program: r.Program,
    result: Mapping[str, Any],
    secrets: Secrets,
    source: Callable[[Span, int | None], dict[str, Any]],
) -> list[dict[str, Any]]:
    """Every visible matrix in the order of the file: what it gives, the axes, and the line that decided."""
    matrices = [step for step in program.steps if isinstance(step, r.Matrix) and step.visible]
    matrices.sort(key=lambda matrix: matrix.span.start)
    return [_explained(matrix, result["matrices"][matrix.name], secrets, source) for matrix in matrices]


def _explained(
    matrix: r.Matrix,
    found: Mapping[str, Any],
    secrets: Secrets,
    source: Callable[[Span, int | None], dict[str, Any]],
) -> dict[str, Any]:
    axes = [
        {
            "name": axis.label,
            "kind": axis.kind,
            "value": found["at"][axis.label],
            "secret": secrets.hides(axis.subject),
            "values": list(axis.values),
            "line": axis.span.line,
        }
        for axis in matrix.axes
    ]
    return {
        "name": matrix.name,
        "title": matrix.title,
        **{key: value for key, value in found.items() if key not in ("at", "line")},
        "axes": axes,
        "source": source(matrix.span, found["line"]),
        "decided": found["line"] is not None,
    }
