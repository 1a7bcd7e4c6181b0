"""Queries over lists as terms: the element that one finds is any element for which its condition holds."""

from __future__ import annotations

from attrs import frozen

from ruleengine.analysis.solver.atoms import Record
from ruleengine.analysis.solver.functions import Functions
from ruleengine.analysis.solver.opaque import Environment
from ruleengine.analysis.solver.terms import Value, z3
from ruleengine.tree import expressions as e
from ruleengine.values import Kind

_FINDING = ("latest", "earliest", "first")


@frozen(slots=True, eq=False)
class Found:
    """A query that finds an element, its value, and the element."""

    node: e.Query
    value: Value
    record: Record


class Lists(Functions):
    """Terms for queries."""

    found: dict[int, Found]

    def _on_query(self, node: e.Query, around: Environment) -> Value | None:
        if node.kind not in _FINDING or node.type.kind is not Kind.RECORD:
            return None
        value = self.opaque(node, around)
        record = value.term
        if not isinstance(record, Record) or id(record) in self.found:
            return value
        self.found[id(record)] = Found(node, value, record)
        inside = {**around, node.variable: Value(record)}
        for condition in ([] if node.where is None else [self.expression(node.where, inside).is_true()]) + (
            [] if node.by is None else [self.expression(node.by, inside).present]
        ):
            if condition is not True:
                present = value.present
                self.atoms.require(condition if present is True else z3().Implies(present, condition))
        return value
