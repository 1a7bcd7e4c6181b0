"""Definitions and decision tables in SQL: written out at each call, with the arguments as columns where a row has them."""

from __future__ import annotations

from functools import cached_property

from attrs import frozen

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.forms import unified
from ruleengine.columnar.rows import Same
from ruleengine.columnar.series import SeriesEmitter
from ruleengine.columnar.types import INTEGER
from ruleengine.columnar.value import (
    CODE,
    PLAIN,
    VALUE,
    Form,
    Value,
    all_codes,
    element_type,
    stored_type,
)
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind, equal

_KEPT = "kept"


@frozen(slots=True)
class Rows:
    """The rows of a table: conditions (None for `otherwise`), results stored alike, and whether two of these are the same."""

    node: r.Table
    name: str
    conditions: list[Value | None]
    results: list[Value]
    same: Same


class DefinitionEmitter(SeriesEmitter):
    """Emits calls of definitions and tables."""

    @cached_property
    def _instances(self) -> dict[str, r.Definition | r.Table]:
        tables = {table.key: table for table in self.program.tables}
        return {**{body.key: body for body in self.program.definitions}, **tables}

    def _on_calldefinition(self, node: e.CallDefinition) -> Value:
        body = self._instances[node.instance]
        with self.for_the_row(node):
            arguments = [self.value_of(argument) for argument in node.arguments]
            before, elements = dict(self.variables), self.elements
            self.variables |= dict(zip(body.parameters, arguments, strict=True))
            if self.in_lambda:  # what they are given may depend on the element
                self.elements |= frozenset(body.parameters)
            found = self._table(node, body) if isinstance(body, r.Table) else self.expression(body.body)
            self.variables, self.elements = before, elements
            self.not_too_large(found, node)
            return self.kept(found, self._label(node))

    # ── tables ──

    def _table(self, node: e.CallDefinition, table: r.Table) -> Value:
        name = self._label(node)
        conditions = [
            None if row.condition is None else self.value_of(row.condition, f"{name} when")
            for row in table.rows
        ]
        results = [self.value_of(row.result) for row in table.rows]
        none_fits = self.code("invalid", f"no row of `{table.name}` fits", "", "RE505")
        if table.hits == "first":
            return self.chosen(conditions, [*results, self.constant_na(table.type, none_fits)], name)
        shown = unified(self, results)
        nodes = [row.result for row in table.rows]

        def same(one: int, other: int) -> bool | Sql:
            known = _same_now(nodes[one], nodes[other])
            return self.same_values(shown[one], shown[other]) if known is None else known

        rows = Rows(table, name, conditions, shown, same)
        return self._every_hit(node, rows) if table.hits == "all" else self._one_hit(rows, none_fits)

    def _pending(self, rows: Rows) -> tuple[Sql, Sql, frozenset[int]] | None:
        """Whether a row is undecided, the reason of the first such row, and the codes that it can have."""
        undecided = [value for value in rows.conditions if value is not None and value.codes]
        if not undecided:
            return None
        tests = [b.is_null(value.sql) for value in undecided]
        why = b.case([(test, value.code) for test, value in zip(tests, undecided, strict=True)])
        return b.disjunction(tests), why, all_codes(undecided)

    def _first_hit(self, rows: Rows) -> Sql:
        """The number of the first row that holds; the number of rows where none does."""
        tested = [
            (value.sql, b.integer(row)) for row, value in enumerate(rows.conditions) if value is not None
        ]
        last = next((row for row, value in enumerate(rows.conditions) if value is None), len(rows.conditions))
        return self.named(b.case(tested, b.integer(last)), f"{rows.name} row")

    def _one_hit(self, rows: Rows, none_fits: int) -> Value:
        """One row may hold, or several that agree; undecided rows must have given the same."""
        table = rows.node
        first = self._first_hit(rows)
        kind = next((value.type for value in rows.results if value.type.kind is not Kind.NOTHING), table.type)
        nothing = b.null(stored_type(kind, rows.results[0].form))
        several = self.code("invalid", f"several rows of `{table.name}` fit", "", "RE510")
        codes = all_codes(rows.results) | {none_fits}
        faults: list[tuple[Sql, Sql]] = []
        clash = self._clash(rows, first)
        if clash is not None:
            faults.append((clash, b.integer(several)))
            codes |= {several}
        pending = self._pending(rows)
        if pending is not None:
            differing = self._differing(rows, first)
            faults.append((differing, pending[1]))
            codes |= pending[2]
        number = first
        if faults:
            number = self.named(
                b.case([(b.disjunction([test for test, _ in faults]), b.null(INTEGER))], first),
                f"{rows.name} row that counts",
            )
        branches = [
            (b.compare("=", number, b.integer(row)), value.sql) for row, value in enumerate(rows.results)
        ]
        own = [
            (b.compare("=", number, b.integer(row)), value.code)
            for row, value in enumerate(rows.results)
            if value.codes
        ]
        na = b.case([*own, *faults], b.integer(none_fits))
        form = Form(codes, rows.results[0].form.element, rows.results[0].form.fields)
        return Value(b.case(branches, nothing), kind, na, form)

    def _clash(self, rows: Rows, first: Sql) -> Sql | None:
        """Whether more rows hold than may: any second one, or with `agreeing` one that differs from the first."""
        tests: list[Sql] = []
        for row, value in enumerate(rows.conditions):
            if value is None:
                continue
            others = [
                (other, found)
                for other, found in enumerate(rows.conditions)
                if found is not None and other > row
            ]
            clashing = [self._holds_and_differs(rows, row, other, found) for other, found in others]
            found_tests = [test for test in clashing if test is not None]
            if found_tests:
                tests.append(
                    b.conjunction([b.compare("=", first, b.integer(row)), b.disjunction(found_tests)])
                )
        return b.coalesce(b.disjunction(tests), b.FALSE()) if tests else None

    def _holds_and_differs(self, rows: Rows, row: int, other: int, found: Value) -> Sql | None:
        if rows.node.hits == "one":
            return found.sql
        same = rows.same(other, row)
        if isinstance(same, bool):
            return None if same else found.sql
        return b.conjunction([found.sql, b.negation(b.coalesce(same, b.FALSE()))])

    def _differing(self, rows: Rows, first: Sql) -> Sql:
        """Whether an undecided row would have given something else than the row that counts, or none does."""
        tests: list[Sql] = []
        none = len(rows.conditions)
        for row, value in enumerate(rows.conditions):
            if value is None or not value.codes:
                continue
            always = [b.integer(none)]
            sometimes: list[Sql] = []
            for other in range(none):
                same = other == row or rows.same(row, other)
                if same is False:
                    always.append(b.integer(other))
                elif not isinstance(same, bool):
                    differs = b.negation(b.coalesce(same, b.FALSE()))
                    sometimes.append(b.conjunction([b.compare("=", first, b.integer(other)), differs]))
            unlike = b.disjunction([b.one_of(first, always), *sometimes])
            tests.append(b.conjunction([b.is_null(value.sql), unlike]))
        return b.disjunction(tests)

    def _every_hit(self, node: e.CallDefinition, rows: Rows) -> Value:
        """A list of the results of all rows that hold; `otherwise` stands for a list of one where none does."""
        results, codes = rows.results, all_codes(rows.results)
        form = Form(codes, results[0].form.element, results[0].form.fields) if results else PLAIN
        kind = node.type.element if node.type.element is not None else rows.node.type
        element = element_type(stored_type(kind, form), form)
        tested = [
            (value, result)
            for value, result in zip(rows.conditions, results, strict=True)
            if value is not None
        ]
        marked = [
            self.dialect.record([(_KEPT, value.sql), (VALUE, self._item(result, form))])
            for value, result in tested
        ]
        if marked:
            mark_type = stored_type(kind, PLAIN)
            every = self.dialect.list_of(marked, mark_type)
            hits = self.dialect.kept(every, lambda each: self.dialect.get(each, _KEPT))
            sql = self.dialect.made(hits, lambda each: self.dialect.get(each, VALUE))
        else:
            sql = self.dialect.list_of([], element)
        otherwise = [result for value, result in zip(rows.conditions, results, strict=True) if value is None]
        if otherwise:
            any_hit = b.coalesce(b.disjunction([value.sql for value, _ in tested]), b.FALSE())
            alone = self.dialect.list_of([self._item(otherwise[0], form)], element)
            sql = b.case([(any_hit, sql)], alone)
        pending = self._pending(rows)
        if pending is None:
            return Value(sql, node.type, None, Form(element=form))
        test, why, pending_codes = pending
        listed = Form(pending_codes, form)
        sql = b.case([(test, b.null(stored_type(node.type, listed)))], sql)
        return Value(sql, node.type, why, listed)

    def _item(self, result: Value, form: Form) -> Sql:
        if not form.codes:
            return result.sql
        code = result.code if result.codes else b.null(INTEGER)
        return self.dialect.record([(VALUE, result.sql), (CODE, code)])


def _same_now(one: e.Expression, other: e.Expression) -> bool | None:
    """Whether two results are the same, as far as that is known from how they are written."""
    if isinstance(one, e.Constant) and isinstance(other, e.Constant) and one.type.kind is other.type.kind:
        if one.type.kind is Kind.NUMBER:
            return equal(float(one.value), float(other.value))
        return one.value == other.value
    if isinstance(one, e.NotAvailable) and isinstance(other, e.NotAvailable):
        return one.reason == other.reason
    return None
