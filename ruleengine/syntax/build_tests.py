"""Parse tree → syntax tree, for ruleset tests."""

from __future__ import annotations

from ruleengine.syntax import tree as t
from ruleengine.syntax.build_expressions import ExpressionBuilder, ParseTree


class TestBuilder(ExpressionBuilder):
    """Builds tests on top of expressions."""

    def on_test(self, tree: ParseTree) -> t.Test:
        title, *statements = tree.children
        return t.Test(self.text(title) or "", self.all(statements), span=self.span(tree))

    def on_test_day(self, tree: ParseTree) -> t.TestDay:
        return t.TestDay(self._day(tree.children[0]), span=self.span(tree))

    def _day(self, child: ParseTree) -> t.Date | t.Name:
        """A day without a time, or the name of a column."""
        day: t.Date | t.Name | t.Word = self.build(child)
        if isinstance(day, t.Word):
            day = t.Name(day.name, span=day.span)
        if isinstance(day, t.Date) and "T" in day.text:
            self.diagnostics.report(
                "RE108", day.span, "the as-of date is a day without a time", help=f"write `{day.text[:10]}`"
            )
            day = t.Date(day.text[:10], span=day.span)
        return day

    def on_test_facts(self, tree: ParseTree) -> t.TestFacts:
        path, identity = tree.children
        return t.TestFacts(self.text(path) or "", self.optional(identity), span=self.span(tree))

    def on_test_facts_record(self, tree: ParseTree) -> t.TestFacts:
        record = t.Record(self.all(tree.children), span=self.span(tree))
        return t.TestFacts(record=record, span=self.span(tree))

    def on_test_change(self, tree: ParseTree) -> t.TestChange:
        path, _, value = tree.children
        return t.TestChange(self.build(path), self.build(value), span=self.span(tree))

    def on_test_previous(self, tree: ParseTree) -> t.TestPrevious:
        path, identity = tree.children
        return t.TestPrevious(self.text(path) or "", self.optional(identity), span=self.span(tree))

    def on_test_previous_record(self, tree: ParseTree) -> t.TestPrevious:
        day, *fields = tree.children
        found = None if day is None else self._day(day)
        record = t.Record(self.all(fields), span=self.span(tree))
        return t.TestPrevious(record=record, day=found, span=self.span(tree))

    def on_expect(self, tree: ParseTree) -> t.Expect:
        condition, tolerance = tree.children
        return t.Expect(self.build(condition), self.optional(tolerance), span=self.span(tree))

    def on_expect_problem(self, tree: ParseTree) -> t.ExpectProblem:
        return t.ExpectProblem(self.text(tree.children[0]), span=self.span(tree))

    def on_expect_no_problem(self, tree: ParseTree) -> t.ExpectProblem:
        return t.ExpectProblem(self.text(tree.children[0]), absent=True, span=self.span(tree))

    def on_cases(self, tree: ParseTree) -> t.Cases:
        nodes = self.all(tree.children)
        columns = tuple(node for node in nodes if isinstance(node, t.Word))
        rows = tuple(node for node in nodes if isinstance(node, t.CaseRow))
        return t.Cases(columns, rows, span=self.span(tree))

    def on_case_row(self, tree: ParseTree) -> t.CaseRow:
        return t.CaseRow(self.all(tree.children), span=self.span(tree))
