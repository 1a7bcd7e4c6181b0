"""Facts of a row: columns of the relation, read once, as values.

The rows that SQL answers for are regular: whatever is there is valid, so a fact is known or missing.
"""

from __future__ import annotations

from attrs import evolve

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import FACTS, Context
from ruleengine.columnar.types import DOUBLE, INTEGER
from ruleengine.columnar.value import PLAIN, Form, Value, code_field
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.values import OWN_RECORD, Field, Kind


class FactEmitter(Context):
    """Emits facts, and fields of records."""

    _facts: dict[tuple[tuple[str, ...], Span | None], Value]

    def expression(self, node: e.Expression) -> Value:
        """The value of a node; written by `expressions.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    def fact(self, node: e.Fact) -> Value:
        """The value of a fact, or what the file that reads it assumes where it is missing."""
        key = (node.path, None if node.assumed is None else node.assumed.span)
        known = self._facts.get(key)
        if known is None:
            before, self.beyond = (
                self.beyond,
                [self.beyond[0]],
            )  # facts are columns, wherever they are first read
            owner, self.owner = self.owner, FACTS
            known = self._facts[key] = self._plain(node) if node.assumed is None else self._assumed(node)
            self.beyond, self.owner = before, owner
        return known

    def _assumed(self, node: e.Fact) -> Value:
        from ruleengine.columnar.logic import default_of

        assert node.assumed is not None
        found = default_of(self, [self.fact(evolve(node, assumed=None)), self.expression(node.assumed)])
        return self.kept(found, f"{'.'.join(node.path)} or assumed")

    def _plain(self, node: e.Fact) -> Value:
        sql: Sql = b.column(node.path[0])
        missing: list[tuple[Sql, Sql]] = []
        codes: list[int] = []
        for depth, name in enumerate(node.path):
            if depth:
                sql = self.dialect.get(sql, name)
            code = self.code("missing", "", "/" + "/".join(node.path[: depth + 1]))
            codes.append(code)
            if depth < len(node.path) - 1:
                missing.append((b.is_null(sql), b.integer(code)))
        stored = self.stored(sql, node.fact)
        na = b.case(missing, b.integer(codes[-1])) if missing else None
        value = Value(stored, node.fact.type, na, Form(frozenset(codes)))
        return self.kept(value, ".".join(node.path))

    def stored(self, sql: Sql, fact: Field) -> Sql:
        """A stored value as what the ruleset computes with: numbers as doubles, percentages as shares; -0 is 0."""
        if fact.type.kind is not Kind.NUMBER:
            return sql
        if fact.scale != 1.0:
            return b.divide(b.cast(sql, DOUBLE), b.double(round(1 / fact.scale)))
        return b.cast(sql, DOUBLE) if fact.integer else b.add(sql, b.double(0))

    def attribute(self, node: e.Attribute) -> Value:
        """A field of a record that is a value itself."""
        base = self.expression(node.base)
        found = self.dialect.get(base.sql, node.name)
        if node.fact is None or node.base.type.unit == OWN_RECORD:
            return self._own(node, base, found)
        code = self.code("missing", "", f"[].{node.name}")
        na = b.case([(b.is_null(base.sql), base.code)], b.integer(code)) if base.codes else None
        value = Value(self.stored(found, node.fact), node.fact.type, na, Form(base.codes | {code}))
        return self.kept(value, node.name)

    def _own(self, node: e.Attribute, base: Value, found: Sql) -> Value:
        form = base.form.fields.get(node.name, PLAIN)
        branches = [(b.is_null(base.sql), base.code)] if base.codes else []
        inner = self.dialect.get(base.sql, code_field(node.name)) if form.codes else b.null(INTEGER)
        na = b.case(branches, inner) if branches or form.codes else None
        own = evolve(form, codes=base.codes | form.codes)
        return self.kept(Value(found, node.type, na, own), node.name)
