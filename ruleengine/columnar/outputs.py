"""Evaluation tree → SQL, for segments, checks, outputs and assumptions: what a result says besides cards and measures.

Guaranteed: problems are in the evaluator's order when steps are emitted in theirs, then `outputs` is called after all measures
have reported theirs.
"""

from __future__ import annotations

from functools import cached_property

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.earlier import EarlierEmitter
from ruleengine.columnar.matrices import MatrixEmitter
from ruleengine.columnar.slots import Slots
from ruleengine.columnar.types import BOOLEAN, TEXT, ColumnType, list_of, record_of
from ruleengine.columnar.value import Value
from ruleengine.tree import ruleset as r


class OutputEmitter(MatrixEmitter, EarlierEmitter):
    """Emits segments, checks, outputs and assumptions."""

    @cached_property
    def conditions(self) -> dict[str, Value]:
        """The conditions from outside the ruleset, by their text."""
        return {}

    @cached_property
    def assumption_slots(self) -> Slots:
        """Where the values of assumptions stand: `value`, and a field more for each further type."""
        return Slots()

    def segment(self, node: r.Segment) -> None:
        """Emit one segment."""
        with self.owned(node.name, f"segment {node.label}, line {node.span.line}"):
            self.variables[node.name] = self.value_of(node.condition, node.name)

    def segments(self) -> tuple[Sql, ColumnType]:
        """The segments that the account is in, in the order of the ruleset."""
        steps = [step for step in self.program.steps if isinstance(step, r.Segment)]
        names = [b.case([(self.variables[step.name].sql, b.text(step.name))]) for step in steps]
        listed = self.dialect.list_of(names, TEXT)
        return self.dialect.kept(listed, b.is_known) if names else listed, list_of(TEXT)

    def check(self, node: r.Check) -> None:
        """Emit a problem or an invariant that the ruleset declares, or a condition from outside."""
        with self.owned(f"{node.kind} {node.span.line}", f"{node.kind}, line {node.span.line}"):
            found = self.value_of(node.condition)
            if node.kind == "condition":
                self.conditions[node.text] = found
                return
            test = b.negation(found.sql) if node.kind == "always" else found.sql
            code, words = (
                ("RE507", node.text) if node.kind == "problem" else ("RE508", f"violated: {node.text}")
            )
            self.problem(b.coalesce(test, b.FALSE()) if found.codes else test, code, words, node.span.line)

    def condition_column(self) -> tuple[Sql, ColumnType] | None:
        """What the conditions from outside came to, by name; None where there are none."""
        if not self.conditions:
            return None
        found = [(name, value.sql) for name, value in self.conditions.items()]
        return self.dialect.record(found), record_of((name, BOOLEAN) for name, _ in found)

    def output(self, node: r.Output) -> None:
        """Emit one output."""
        with self.owned(node.name, f"output {node.label}, line {node.span.line}"):
            self.variables[f"output {node.name}"] = self.value_of(node.value, f"{node.name} output")

    def outputs(self) -> tuple[Sql, ColumnType] | None:
        """The outputs by name, with a problem for each that is invalid; None where there are none."""
        steps = [step for step in self.program.steps if isinstance(step, r.Output)]
        fields: list[tuple[str, Sql]] = []
        types: list[tuple[str, ColumnType]] = []
        for step in steps:
            value = self.variables[f"output {step.name}"]
            self.report_invalid(value, step.span.line, step.name)
            sql, kind = self.shown(value, step.value)
            fields.append((step.name, sql))
            types.append((step.name, kind))
        return (self.dialect.record(fields), record_of(types)) if fields else None

    def assumptions(self) -> tuple[Sql, ColumnType]:
        """The assumptions that stand in for facts which are absent."""
        slots = self.assumption_slots
        found: list[tuple[r.Assumption, str, Sql]] = []
        for each in self.program.assumptions:
            sql, kind = self.shown(self.value_of(each.value), each.value)
            found.append((each, slots.place("value", kind), sql))
        element = record_of([("path", TEXT), *slots.fields.items(), ("reason", TEXT)])
        entries: list[Sql] = []
        for each, slot, sql in found:
            fields = [
                ("path", b.text(".".join(each.path))), *slots.filled({slot: sql}), ("reason", b.text(each.because)),
            ]  # fmt: skip
            entries.append(b.case([(self._is_absent(each.path), self.dialect.record(fields))]))
        listed = self.dialect.list_of(entries, element)
        return self.dialect.kept(listed, b.is_known) if entries else listed, list_of(element)

    def _is_absent(self, path: tuple[str, ...]) -> Sql:
        """Whether a fact is absent, or a record that would hold it."""
        found: Sql = b.column(path[0])
        for name in path[1:]:
            found = self.dialect.get(found, name)
        return b.is_null(found)
