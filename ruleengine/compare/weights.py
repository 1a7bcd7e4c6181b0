"""Which edits of a scorecard only change weights, and of what: a weight of what is not available makes no difference.

In: a scorecard without and with an edit. Out: the paths whose weights differ with both weights (None in a block with replacement
columns), or None when anything else differs. Guaranteed: told only of scorecards in which weights of what is NA count for
nothing, not even for coverage.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from ruleengine.evaluator.units import Asked
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk

_APART = ("weight", "children", "columns", "span")
_Weights = dict[str, tuple[float, float] | None]


def weights_changed(one: r.Scorecard, other: r.Scorecard, asked: Asked) -> _Weights | None:
    """The paths of the members and groups whose weights differ; None when that is not all that differs."""
    if not (_by_weight_alone(one, asked) and _by_weight_alone(other, asked)):
        return None
    alike = all(
        getattr(one, name) is getattr(other, name) for name in ("bands", "grace", "borderline", "name")
    )
    paths: _Weights = {}
    return paths if alike and _compare(one.block, other.block, paths) else None


def _compare(one: r.Block, other: r.Block, paths: _Weights) -> bool:
    """Collect the paths in two blocks; False when anything but weights differs."""
    if not _equal_but_for(one, other, _APART) or len(one.children) != len(other.children):
        return False
    names = [_path(one, child) for child in one.children]
    if len(one.columns) != len(other.columns):
        return False
    for first, second in zip(one.columns, other.columns, strict=True):
        if first.condition is not second.condition:
            return False
        pairs = zip(names, first.weights, second.weights, strict=True)
        paths.update((name, None) for name, before, after in pairs if before != after)
    for name, child, changed in zip(names, one.children, other.children, strict=True):
        if type(child) is not type(changed) or child.label != changed.label:
            return False
        if child.weight != changed.weight:
            paths[name] = None if one.columns else (child.weight, changed.weight)
        if isinstance(child, r.Block) and isinstance(changed, r.Block):
            if not _compare(child, changed, paths):
                return False
        elif not _equal_but_for(child, changed, ("weight", "span")):
            return False
    return True


def _path(block: r.Block, child: r.Member | r.Block) -> str:
    return f"{block.path}.{child.label}" if block.path else child.label


def _equal_but_for(one: Any, other: Any, left_out: tuple[str, ...]) -> bool:
    fields = (field.name for field in attrs.fields(type(one)) if field.name not in left_out)
    return all(
        getattr(one, name) is getattr(other, name) or _plainly_equal(one, other, name) for name in fields
    )


def _plainly_equal(one: object, other: object, name: str) -> bool:
    first, second = getattr(one, name), getattr(other, name)
    return isinstance(first, str | int | float | bool) and bool(first == second)


def _by_weight_alone(card: r.Scorecard, asked: Asked) -> bool:
    """Whether weights are seen in weighted means only: no formula, no coverage, nothing that stands in for missing data."""
    if (card.name, "coverage") in asked:
        return False
    for node in walk(card):
        if isinstance(node, r.Block) and node.formula is not None:
            return False
        if isinstance(node, r.Missing) and node.policy not in ("redistribute", "require all", "require"):
            return False
        if isinstance(node, e.Reference) and node.part in ("effective_weight", "contribution", "coverage"):
            return False
    return True


def members_below(card: r.Scorecard, paths: frozenset[str]) -> Iterator[r.Member]:
    """The members at some paths of a scorecard, or below them."""
    waiting: list[tuple[r.Block, bool]] = [(card.block, False)]
    while waiting:
        block, inside = waiting.pop()
        for child in block.children:
            found = inside or _path(block, child) in paths
            if isinstance(child, r.Block):
                waiting.append((child, found))
            elif found:
                yield child
