"""Parse tree → syntax tree, for series of dated values and for periods of the calendar."""

from __future__ import annotations

from ruleengine.syntax import tree as t
from ruleengine.syntax.build_expressions import ExpressionBuilder, ParseToken, ParseTree, words


class SeriesBuilder(ExpressionBuilder):
    """Builds series, what is asked of them, and periods of the calendar."""

    def on_series(self, tree: ParseTree) -> t.Query:
        projection, name, source, where, by = tree.children
        return t.Query(
            "series_of", self.build(name).name, self.build(source), self.optional(where), self.build(by),
            self.build(projection), span=self.span(tree),
        )  # fmt: skip

    def on_value_at(self, tree: ParseTree) -> t.OfSeries:
        series, day = tree.children
        return t.OfSeries("value", self.build(series), date=self.build(day), span=self.span(tree))

    def on_value_ago(self, tree: ParseTree) -> t.OfSeries:
        series, period = tree.children
        return t.OfSeries("value", self.build(series), self.number_of(period), span=self.span(tree))

    def on_over_time(self, tree: ParseTree) -> t.OfSeries:
        kind, series, period = tree.children
        return t.OfSeries(_kind(kind), self.build(series), self.build(period), span=self.span(tree))

    def on_over_values(self, tree: ParseTree) -> t.OfSeries:
        kind, series, number = tree.children
        count = int(number.value.replace("_", "").split(".")[0][:9])
        return t.OfSeries(_kind(kind), self.build(series), number=count, span=self.span(tree))

    def on_whole_series(self, tree: ParseTree) -> t.OfSeries:
        kind, series = tree.children
        return t.OfSeries(_kind(kind), self.build(series), span=self.span(tree))

    def on_calendar_period(self, tree: ParseTree) -> t.CalendarPeriod:
        which, *rest = tree.children[0].value.split()
        fiscal = rest[0] == "fiscal"
        other = rest[-1] if "or" in rest else None
        return t.CalendarPeriod(which, fiscal, rest[fiscal], other, span=self.span(tree))


def _kind(token: ParseToken) -> str:
    """`growth` of `growth of`."""
    return words(token.value).removesuffix(" of")
