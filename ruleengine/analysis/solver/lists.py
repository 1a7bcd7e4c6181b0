"""Queries over lists as terms: the element that one finds is any element for which its conditions hold.

What a query over a list of the facts gives is missing where the list is. Elements of two queries are two elements, of which
nothing says that they may stand in one list: a model can be impossible for that, and an account is looked at before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ruleengine.analysis.solver.atoms import Record
from ruleengine.analysis.solver.functions import Functions
from ruleengine.analysis.solver.opaque import Environment
from ruleengine.analysis.solver.terms import Flag, Value, either, z3
from ruleengine.tree import expressions as e
from ruleengine.values import Kind

_FINDING = ("latest", "earliest", "first")
_SUBSETS = ("list", "top", "bottom")
_LONGEST_CHAIN = 20


@frozen(slots=True, eq=False)
class Found:
    """A query that finds an element: its value, the element, and the path of the list."""

    node: e.Query
    value: Value
    record: Record
    path: tuple[str, ...]


class Lists(Functions):
    """Terms for queries."""

    found: dict[int, Found]
    linked: set[int]

    def _on_query(self, node: e.Query, around: Environment) -> Value | None:
        chain = list(self._chain(node))
        path = self._path(chain[-1].source)
        value = self.opaque(node, around)
        if path is None or any(each.variable in around for each in chain):
            return value
        there = self.atoms.fact(path).present
        self._link(value, there)
        record = value.term
        if node.kind in _FINDING and isinstance(record, Record) and id(record) not in self.found:
            self.found[id(record)] = Found(node, value, record, path)
            for each in chain:
                self._holds_for(each, record, value.present, around)
        return value

    def _chain(self, node: e.Query) -> Iterator[e.Query]:
        """A query, and those that give the list that it looks at."""
        yield node
        for _ in range(_LONGEST_CHAIN):
            source = self.index.resolve(node.source)
            if not isinstance(source, e.Query) or source.kind not in _SUBSETS:
                return
            node = source
            yield node

    def _path(self, source: e.Expression) -> tuple[str, ...] | None:
        found = self.index.resolve(source)
        return found.path if isinstance(found, e.Fact) and found.type.kind is Kind.LIST else None

    def _link(self, value: Value, there: Flag) -> None:
        """Without its list a query is missing."""
        missing = value.na.get("missing", False)
        if there is not True and id(value) not in self.linked:
            self.linked.add(id(value))
            self.atoms.require(either(there, missing) if missing is not False else there)

    def _holds_for(self, query: e.Query, record: Record, present: Flag, around: Environment) -> None:
        """The conditions of a query hold for the element that it finds."""
        inside = {**around, query.variable: Value(record)}
        conditions: list[Flag] = []
        if query.where is not None:
            conditions.append(self.expression(query.where, inside).is_true())
        if query.by is not None:
            conditions.append(self.expression(query.by, inside).present)
        for condition in conditions:
            if condition is not True:
                self.atoms.require(condition if present is True else z3().Implies(present, condition))
