"""Queries over lists: `latest i in usage.instances where … by i.reported_at` and its relatives."""

from __future__ import annotations

from fractions import Fraction
from functools import cmp_to_key
from typing import Any

from ruleengine.syntax import tree
from tests.differential.reference import expressions, series
from tests.differential.reference.functions import fold
from tests.differential.reference.states import Scope
from tests.differential.reference.values import MISSING, NA, first_na, less


def query(node: tree.Query, scope: Scope) -> Any:
    """The value of a query; a list that is NA gives NA."""
    items = expressions.evaluate(node.source, scope)
    if isinstance(items, NA):
        return items
    scopes = [scope.having(**{node.variable: item}) for item in items]
    if node.kind in ("any", "all"):
        tests = [expressions.evaluate(node.where, each) if node.where else item
                 for item, each in zip(items, scopes, strict=True)]  # fmt: skip
        return expressions.kleene("or" if node.kind == "any" else "and", tests)
    where = [expressions.decide(node.where, each) for each in scopes]
    chosen = [(item, each) for item, each, test in zip(items, scopes, where, strict=True) if test is True]
    if node.kind in ("latest", "earliest", "top", "bottom"):
        return _ranked(node, chosen)
    if node.kind == "first":
        return chosen[0][0] if chosen else MISSING
    if node.kind == "list":
        return [item for item, _ in chosen]
    if node.kind == "count":
        return first_na(where) or Fraction(len(chosen))
    assert node.projection is not None
    if node.kind == "series_of":
        return series.series(node, [each for _, each in chosen])
    if node.kind == "list_of":
        return [expressions.evaluate(node.projection, each) for _, each in chosen]
    return _folded(node, list(zip(where, scopes, strict=True)))


def _ranked(node: tree.Query, chosen: list[tuple[Any, Scope]]) -> Any:
    assert node.by is not None
    keyed = [(expressions.evaluate(node.by, each), item) for item, each in chosen]
    known = [(key, item) for key, item in keyed if not isinstance(key, NA)]
    by_key = cmp_to_key(_order)
    ranked = sorted(known, key=lambda pair: by_key(pair[0]), reverse=node.kind in ("latest", "top"))
    if node.kind in ("latest", "earliest"):
        return ranked[0][1] if ranked else MISSING
    return [item for _, item in ranked[: node.number]]


def _order(a: Any, b: Any) -> int:
    """Before, level or after; equal numbers are level."""
    return -1 if less(a, b) else 1 if less(b, a) else 0


def _folded(node: tree.Query, tested: list[tuple[Any, Scope]]) -> Any:
    """`sum of` and its relatives: NA by the first element that is undecided or NA."""
    assert node.projection is not None
    values = []
    for test, scope in tested:
        if isinstance(test, NA):
            return test
        if test:
            values.append(expressions.evaluate(node.projection, scope))
    return fold(node.kind.removesuffix("_of"), values)
