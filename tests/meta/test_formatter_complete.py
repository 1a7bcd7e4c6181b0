"""The formatter has a handler for every node of the syntax tree."""

from __future__ import annotations

from typing import get_args

from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting import expressions, matrices, statements, templates, tests, triggers

#: Nodes that have a block; `BlockPrinter` handles each by name, and the properties of the formatter meet all of them.
BLOCKS = {
    t.Header, t.BandSet, t.Table, t.Measure, t.Scorecard, t.Weights, t.Rate, t.Group, t.Trigger, t.Checklist, t.Matrix,
    t.Template,
    t.MatrixBlock, t.Test, t.Cases,
}  # fmt: skip


def every_kind_of(parent: type[t.Node]) -> set[type[t.Node]]:
    """All classes below `parent` that have none below themselves."""
    below = {kind for child in parent.__subclasses__() for kind in every_kind_of(child)}
    return below or {parent}


def test_every_expression_has_a_printer() -> None:
    assert set(expressions._PRINTERS) == every_kind_of(t.Expression)


def test_every_statement_and_item_has_a_printer() -> None:
    kinds = every_kind_of(t.Item)
    unions = (
        t.HeaderStatement,
        t.MeasureStatement,
        t.CardStatement,
        t.TriggerStatement,
        t.ChecklistStatement,
    )
    for union in (*unions, t.TemplateStatement, t.MatrixStatement, t.TestStatement):
        kinds |= set(get_args(union))
    printers = (statements, triggers, matrices, templates, tests)
    assert kinds - BLOCKS <= {kind for printer in printers for kind in printer._STATEMENTS}
    assert kinds >= BLOCKS
