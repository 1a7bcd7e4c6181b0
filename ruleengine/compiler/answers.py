"""How the criteria of a checklist are answered, as numbers: `criteria.yes`, `criteria.no`, `criteria.unknown`."""

from __future__ import annotations

from ruleengine.compiler.context import CompiledMeasure, Context, unknown
from ruleengine.compiler.scope import Symbol
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.values import COUNT, FLAG, NUMBER

#: An answer, and the statuses of the criteria that are answered so.
ANSWERS = {
    "yes": ("scored", "stale"),
    "no": ("not_applicable",),
    "unknown": ("missing", "expired", "invalid", "excluded", "grace"),
}


def criteria_of(checklist: Symbol) -> list[Symbol]:
    """The criteria of a checklist; without one whose name means something else, which is reported where it stands."""
    node = checklist.node
    assert isinstance(node, t.Checklist)
    symbols = checklist.module.symbols
    found = (symbols.get(each.name) for each in node.criteria)
    return [
        symbol
        for symbol, each in zip(found, node.criteria, strict=True)
        if symbol is not None and symbol.node is each
    ]


def answers(
    context: Context, symbol: Symbol | None, members: list[t.Member], span: Span
) -> e.Expression | None:
    """`criteria.yes` and its relatives; None when this is something else."""
    if symbol is None or symbol.origin.kind != "checklist" or len(members) != 1:
        return None
    words = ANSWERS.get(members[0].name)
    if words is None:
        return None
    symbol.used = True
    tests = []
    for criterion in criteria_of(symbol.origin):
        criterion.used = True
        compiled = context.require(criterion, span)
        if not isinstance(compiled, CompiledMeasure):
            return unknown(span)
        measure = e.Reference("measure", compiled.measure.name, "status", type=NUMBER, span=span)
        tests.append(e.IsMeasureStatus(measure, words, type=FLAG, span=span))
    return e.CountTrue(tuple(tests), type=COUNT, span=span)
