"""Parse tree → syntax tree, for items and statements."""

from __future__ import annotations

from typing import Any

from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.syntax.build_expressions import ParseToken, ParseTree, words
from ruleengine.syntax.build_matrices import MatrixBuilder
from ruleengine.syntax.build_series import SeriesBuilder
from ruleengine.syntax.build_templates import TemplateBuilder
from ruleengine.syntax.build_tests import TestBuilder


class StatementBuilder(MatrixBuilder, TemplateBuilder, SeriesBuilder, TestBuilder):
    """Builds items and statements on top of expressions."""

    def _value(self, token: ParseToken | None) -> str | None:
        return None if token is None else words(token.value)

    def _named(self, child: Any) -> tuple[str, Span]:
        word = self.build(child)
        return word.name, word.span

    # ── header ──

    def on_ruleset(self, tree: ParseTree) -> t.Header:
        name, span = self._named(tree.children[0])
        version = tree.children[1].value
        return t.Header(name, version, self.all(tree.children[2:]), span=self.span(tree), name_span=span)

    def on_text_property(self, tree: ParseTree) -> t.Property:
        key, text = tree.children
        return t.Property(key.value, self.text(text) or "", span=self.span(tree))

    def on_effective(self, tree: ParseTree) -> t.Effective:
        start, until = tree.children
        return t.Effective(
            self.date_of(start), None if until is None else self.date_of(until), span=self.span(tree)
        )

    def on_facts(self, tree: ParseTree) -> t.FactsSchema:
        return t.FactsSchema(self._named(tree.children[0])[0], tree.children[1].value, span=self.span(tree))

    def on_calendar(self, tree: ParseTree) -> t.Calendar:
        month = zone = None
        place = self.span(tree)
        for part in tree.children:
            if (month if part.data == "fiscal_start" else zone) is not None:
                self.diagnostics.report(
                    "RE110", self.span(part), "the calendar says this twice", "keep one of them"
                )
            elif part.data == "fiscal_start":
                month = part.children[0].value
            else:
                zone, place = self.text(part.children[0]), self.span(part)
        return t.Calendar(month, zone, zone_span=place, span=self.span(tree))

    def on_accept(self, tree: ParseTree) -> t.Accept:
        code, name, reason = tree.children
        word = self.optional(name)
        return t.Accept(code.value, word and word.name, self.text(reason) or "", span=self.span(tree))

    def on_import(self, tree: ParseTree) -> t.Import:
        name, version, *names = tree.children
        return t.Import(self._named(name)[0], version.value, self.all(names), span=self.span(tree))

    def on_imported(self, tree: ParseTree) -> t.ImportedName:
        name, alias = tree.children
        word = self.optional(alias)
        return t.ImportedName(self._named(name)[0], word and word.name, span=self.span(tree))

    # ── bands, segments, named values ──

    def on_bands(self, tree: ParseTree) -> t.BandSet:
        name, step, *bands = tree.children
        word, span = self._named(name)
        digits = None
        if step is not None:
            digits = "1" if step.data == "whole_numbers" else step.children[0].value
        return t.BandSet(word, digits, self.all(bands), span=self.span(tree), name_span=span)

    def on_band(self, tree: ParseTree) -> t.Band:
        word, interval, points = tree.children
        return t.Band(self.build(word), self.optional(interval), self.optional(points), span=self.span(tree))

    def on_segment(self, tree: ParseTree) -> t.Segment:
        name, title, condition = tree.children
        word, span = self._named(name)
        return t.Segment(word, self.text(title), self.build(condition), span=self.span(tree), name_span=span)

    def on_let(self, tree: ParseTree) -> t.Let:
        word, span = self._named(tree.children[0])
        return t.Let(word, self.build(tree.children[-1]), span=self.span(tree), name_span=span)

    def on_define(self, tree: ParseTree) -> t.Define:
        word, span = self._named(tree.children[0])
        parameters, body = self.all(tree.children[1:-2]), self.build(tree.children[-1])
        return t.Define(word, parameters, body, span=self.span(tree), name_span=span)

    def on_parameter(self, tree: ParseTree) -> t.Parameter:
        name, kind = tree.children
        return t.Parameter(self._named(name)[0], self._value(kind), span=self.span(tree))

    def on_assume(self, tree: ParseTree) -> t.Assume:
        *rest, because = tree.children
        nodes = self.all([child for child in rest if not _is_token(child)])
        return t.Assume(nodes[:-1], nodes[-1], self.text(because), span=self.span(tree))

    def on_problem(self, tree: ParseTree) -> t.Problem:
        return t.Problem(
            self.text(tree.children[0]) or "", self.build(tree.children[1]), span=self.span(tree)
        )

    def on_output(self, tree: ParseTree) -> t.Output:
        name, _, value, percent = tree.children
        word, span = self._named(name)
        return t.Output(word, self.build(value), percent is not None, span=self.span(tree), name_span=span)

    def on_invariant(self, tree: ParseTree) -> t.Invariant:
        text, word, condition = tree.children
        return t.Invariant(
            self.text(text) or "", word.value == "always", self.build(condition), span=self.span(tree)
        )

    def on_table(self, tree: ParseTree) -> t.Table:
        name, *rest = tree.children
        word, span = self._named(name)
        parameters = tuple(
            self.build(c) for c in rest if c is not None and getattr(c, "data", "") == "parameter"
        )
        rows = tuple(
            self.build(c)
            for c in rest
            if c is not None and getattr(c, "data", "") in ("table_row", "table_otherwise")
        )
        hits = next((c.value for c in rest if getattr(c, "type", "") == "HIT_POLICY"), "first")
        return t.Table(word, parameters, hits, rows, span=self.span(tree), name_span=span)

    def on_table_row(self, tree: ParseTree) -> t.TableRow:
        *cells, result, because = tree.children
        return t.TableRow(self.all(cells), self.build(result), self.text(because), span=self.span(tree))

    def on_table_otherwise(self, tree: ParseTree) -> t.TableRow:
        _, result, because = tree.children
        return t.TableRow(None, self.build(result), self.text(because), span=self.span(tree))

    def on_any_cell(self, tree: ParseTree) -> t.AnyCell:
        return t.AnyCell(span=self.span(tree))

    # ── measures ──

    def on_measure(self, tree: ParseTree) -> t.Measure:
        name, title, *statements = tree.children
        word, span = self._named(name)
        return t.Measure(word, self.text(title), self.all(statements), span=self.span(tree), name_span=span)

    def on_bands_use(self, tree: ParseTree) -> t.BandsUse:
        return t.BandsUse(self._named(tree.children[0])[0], span=self.span(tree))

    def on_value(self, tree: ParseTree) -> t.Value:
        value, percent = tree.children
        return t.Value(self.build(value), percent is not None, span=self.span(tree))

    def on_rate(self, tree: ParseTree) -> t.Rate:
        condition, *rows = tree.children
        return t.Rate(self.optional(condition), self.all(rows), span=self.span(tree))

    def on_rate_as_given(self, tree: ParseTree) -> t.RateAsGiven:
        return t.RateAsGiven(span=self.span(tree))

    def on_row(self, tree: ParseTree) -> t.Row:
        outcome, test, because = tree.children
        condition = None if _is_token(test) else self.build(test)
        return t.Row(self.build(outcome), condition, self.text(because), span=self.span(tree))

    def on_band_outcome(self, tree: ParseTree) -> t.BandOutcome:
        return t.BandOutcome(self.build(tree.children[0]), span=self.span(tree))

    def on_points_outcome(self, tree: ParseTree) -> t.PointsOutcome:
        return t.PointsOutcome(self.build(tree.children[0]), span=self.span(tree))

    def on_steps_outcome(self, tree: ParseTree) -> t.StepsOutcome:
        token, *edges = tree.children
        relation = words(token.value).removeprefix("steps ")
        return t.StepsOutcome(relation, self.all(edges), span=self.span(tree))

    def on_linear_outcome(self, tree: ParseTree) -> t.LinearOutcome:
        low, dots, high = tree.children
        if dots.value != "..":
            self.diagnostics.report(
                "RE101", self.token_span(dots), "points of `linear` run from `a..b`", help="write `..`"
            )
        return t.LinearOutcome(self.build(low), self.build(high), span=self.span(tree))

    def on_na_outcome(self, tree: ParseTree) -> t.NaOutcome:
        reason, text = tree.children
        return t.NaOutcome(reason.value, self.text(text), span=self.span(tree))

    def on_points_expression(self, tree: ParseTree) -> t.Points:
        value = self.build(tree.children[0])
        return t.Points(t.PointsOutcome(value, span=value.span), span=self.span(tree))

    def on_points_steps(self, tree: ParseTree) -> t.Points:
        return t.Points(self.on_steps_outcome(tree), span=self.span(tree))

    def on_fresh(self, tree: ParseTree) -> t.Fresh:
        by, *limits = tree.children
        found = {limit.data: self.number_of(limit.children[0]) for limit in limits if limit is not None}
        return t.Fresh(
            self.build(by), found.get("stale_after"), found.get("expired_after"), span=self.span(tree)
        )

    def on_applies_to_all(self, tree: ParseTree) -> t.AppliesTo:
        return t.AppliesTo(True, self.all(tree.children), span=self.span(tree))

    def on_applies_to(self, tree: ParseTree) -> t.AppliesTo:
        return t.AppliesTo(False, self.all(tree.children), span=self.span(tree))

    def on_applies_when(self, tree: ParseTree) -> t.AppliesWhen:
        return t.AppliesWhen(self.build(tree.children[0]), span=self.span(tree))

    def on_missing_plain(self, tree: ParseTree) -> t.Missing:
        return t.Missing(words(tree.children[0].value), span=self.span(tree))

    def on_missing_impute(self, tree: ParseTree) -> t.Missing:
        return t.Missing("impute", self.build(tree.children[0]), span=self.span(tree))

    def on_missing_require(self, tree: ParseTree) -> t.Missing:
        number, total = (int(token.value.replace("_", "").split(".")[0][:9]) for token in tree.children)
        return t.Missing("require", number=number, total=total, span=self.span(tree))

    def on_missing_coverage(self, tree: ParseTree) -> t.Missing:
        return t.Missing("coverage", self.number_of(tree.children[0]), span=self.span(tree))

    def on_baseline(self, tree: ParseTree) -> t.Baseline:
        return t.Baseline(self.build(tree.children[0]), span=self.span(tree))

    def on_limit(self, tree: ParseTree) -> t.Limit:
        kind, outcome, condition, because = tree.children
        band = score = None
        if outcome.data == "word":
            band = self.build(outcome)
        else:
            score = self.build(outcome.children[0])
        return t.Limit(
            kind.value, band, score, self.optional(condition), self.text(because), span=self.span(tree)
        )

    # ── scorecards ──

    def on_scorecard(self, tree: ParseTree) -> t.Scorecard:
        name, title, *statements = tree.children
        word, span = self._named(name)
        return t.Scorecard(word, self.text(title), self.all(statements), span=self.span(tree), name_span=span)

    def on_group(self, tree: ParseTree) -> t.Group:
        name, title, weight, *statements = tree.children
        word, span = self._named(name)
        return t.Group(
            word,
            self.text(title),
            self.optional(weight),
            self.all(statements),
            span=self.span(tree),
            name_span=span,
        )

    def on_weight(self, tree: ParseTree) -> t.Weight:
        number = self.number_of(tree.children[0])
        return t.Weight(number.digits, number.unit == "%", span=number.span)

    def on_grace(self, tree: ParseTree) -> t.Grace:
        duration, start, *names = [child for child in tree.children if child is not None]
        found = self.all([name for name in names if not _is_token(name)])
        return t.Grace(self.number_of(duration), self.build(start), found, span=self.span(tree))

    def on_rollup(self, tree: ParseTree) -> t.Rollup:
        return t.Rollup(words(tree.children[0].value), span=self.span(tree))

    def on_rollup_count(self, tree: ParseTree) -> t.Rollup:
        return t.Rollup("count", self.build(tree.children[0]), span=self.span(tree))

    def on_score(self, tree: ParseTree) -> t.ScoreFormula:
        return t.ScoreFormula(self.build(tree.children[0]), span=self.span(tree))

    def on_round(self, tree: ParseTree) -> t.Round:
        digits, mode = tree.children
        return t.Round(int(digits.value.split(".")[0][:3]), self._value(mode), span=self.span(tree))

    def on_borderline(self, tree: ParseTree) -> t.Borderline:
        return t.Borderline(self.build(tree.children[0]), span=self.span(tree))

    def on_member(self, tree: ParseTree) -> t.MemberLine:
        name, weight, by_band = tree.children
        return t.MemberLine(
            self._named(name)[0], self.optional(weight), by_band is not None, span=self.span(tree)
        )

    def on_weights(self, tree: ParseTree) -> t.Weights:
        selector, *entries = tree.children
        node = self.build(selector)
        segment = node if isinstance(node, t.Word) else None
        condition = None if segment is not None else node
        return t.Weights(condition, segment, self.all(entries), span=self.span(tree))

    def on_weight_entry(self, tree: ParseTree) -> t.WeightEntry:
        return t.WeightEntry(
            self._named(tree.children[0])[0], self.build(tree.children[1]), span=self.span(tree)
        )


def _is_token(child: Any) -> bool:
    return hasattr(child, "type")
