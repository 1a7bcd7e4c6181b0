"""Statements and single-line items as entries that can be aligned.

In: a node without a block of its own. Out: an `Alignable`. What has a block is put together in `blocks.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting import words
from ruleengine.syntax.formatting.document import Align, Break, Document, Fill, Group, Indent
from ruleengine.syntax.formatting.expressions import DEFAULT, SUM, UNARY, ExpressionPrinter
from ruleengine.syntax.formatting.rows import Alignable, Form, plain_form


class StatementPrinter(ExpressionPrinter):
    """Prints statements; `kind` is that of the block they stand in: header, measure, card, or empty."""

    #: How many cells a row of the table has that is being printed; `otherwise` stands for all of them.
    cell_count = 1

    def statement(self, node: t.Node, kind: str) -> Alignable:
        """The entry for one statement."""
        printed: Alignable = _STATEMENTS[type(node)](self, node, kind)
        return printed

    # ── parts ──

    def aligned(self, kind: str, *forms: Form) -> Alignable:
        """An entry with its forms; the last one also makes the plain form."""
        return Alignable(kind, forms, plain_form(forms[-1]))

    def _keyword(self, kind: str, keyword: str, rest: Document) -> Alignable:
        return self.aligned(kind, Form((keyword,), rest))

    def _plain(self, *parts: Document) -> Alignable:
        return Alignable("", (), tuple(parts))

    def _because(self, text: str | None, before: int, end: int) -> Document:
        if text is None:
            return ""
        gap = self.break_between(before, end)
        return Group(Indent((gap, f"because {words.quoted(text)}")))

    def _flat_because(self, text: str | None) -> str:
        return f"because {words.quoted(text)}" if text is not None else ""

    def _names(self, nodes: Sequence[t.Word]) -> Document:
        return self.comma_list(nodes, words.word_name)

    # ── properties ──

    def _property(self, node: t.Property, kind: str) -> Alignable:
        return self._keyword(kind, node.key, words.quoted(node.text))

    def _effective(self, node: t.Effective, kind: str) -> Alignable:
        until = f" until {node.until.text}" if node.until is not None else ""
        return self._keyword(kind, "effective", f"from {node.start.text}{until}")

    def _facts(self, node: t.FactsSchema, kind: str) -> Alignable:
        return self._keyword(kind, "facts", f"{words.name(node.name)} {node.version}")

    def _calendar(self, node: t.Calendar, kind: str) -> Alignable:
        month = f"fiscal year starts {node.month}" if node.month is not None else None
        zone = f"zone {words.quoted(node.zone)}" if node.zone is not None else None
        return self._keyword(kind, "calendar", ", ".join(part for part in (month, zone) if part))

    def _accept(self, node: t.Accept, kind: str) -> Alignable:
        subject = f" for {words.name(node.name)}" if node.name is not None else ""
        reason = self._because(node.reason, node.span.start, node.span.end)
        return self._plain(f"accept {node.code}{subject}", reason)

    def _bands_use(self, node: t.BandsUse, kind: str) -> Alignable:
        return self._keyword(kind, "bands", words.name(node.name))

    # ── items ──

    def _import(self, node: t.Import, kind: str) -> Alignable:
        kept = self.remarks.line_end_between(node.span.start, node.names[0].span.start)
        first = Break("", kept, self.remarks.take_before(node.names[0].span.start))
        names = self.comma_list(node.names, self._imported, keep=True)
        head = f"import {words.name(node.ruleset)} {node.version} ("
        return self._plain(Group((head, Indent((first, names)), Break("", kept), ")")))

    def _imported(self, node: t.ImportedName) -> Document:
        alias = f" as {words.name(node.alias)}" if node.alias is not None else ""
        return words.name(node.name) + alias

    def _segment(self, node: t.Segment, kind: str) -> Alignable:
        title = f" {words.quoted(node.title)}" if node.title is not None else ""
        condition = ("when ", self.expression(node.condition))
        return self.aligned("segment", Form((f"segment {words.name(node.name)}{title}",), condition))

    def _let(self, node: t.Let, kind: str) -> Alignable:
        value = ("= ", self.expression(node.value))
        return self.aligned("let", Form((f"let {words.name(node.name)}",), value))

    def _define(self, node: t.Define, kind: str) -> Alignable:
        parameters = self.comma_list(node.parameters, self.parameter)
        head = (f"define {words.name(node.name)}(", Align(parameters), ") = ")
        return self._plain(head, self.expression(node.body))

    def parameter(self, node: t.Parameter) -> Document:
        """A parameter of a definition or a table."""
        return words.name(node.name) + (f" {node.type}" if node.type is not None else "")

    def _assume(self, node: t.Assume, kind: str) -> Alignable:
        head = ("assume ", Align(self.comma_list(node.paths, self.expression)), " = ")
        value = self.expression(node.value)
        return self._plain(head, value, self._because(node.because, node.value.span.end, node.span.end))

    def _clause(self, head: str, node: t.Problem | t.Invariant, word: str) -> Alignable:
        gap = self.break_between(node.span.start, node.condition.span.start)
        clause = (f"{word} ", self.expression(node.condition))
        return self._plain(Indent(Fill((head, gap, clause))))

    def _problem(self, node: t.Problem, kind: str) -> Alignable:
        return self._clause(f"problem {words.quoted(node.text)}", node, "when")

    def _invariant(self, node: t.Invariant, kind: str) -> Alignable:
        return self._clause(
            f"invariant {words.quoted(node.text)}", node, "always" if node.always else "never"
        )

    def _output(self, node: t.Output, kind: str) -> Alignable:
        percent = "   shown as percent" if node.percent else ""
        return self._plain(f"output {words.name(node.name)} = ", self.expression(node.value), percent)

    # ── bands, tables, rates ──

    def _band(self, node: t.Band, kind: str) -> Alignable:
        interval = self.interval(node.interval) if node.interval is not None else ""
        points: Document = ""
        if node.points is not None:
            points = ("points ", self.expression(node.points, UNARY))
        return self.aligned("band", Form((words.word(node.word), interval), points))

    def _table_row(self, node: t.TableRow, kind: str) -> Alignable:
        cells: list[Document] = ["otherwise", *[""] * (self.cell_count - 1)]
        if node.cells is not None:
            last = len(node.cells) - 1
            cells = [(self._cell(cell), "," * (number < last)) for number, cell in enumerate(node.cells)]
        result = ("gives ", self.expression(node.result))
        because = self._because(node.because, node.result.span.end, node.span.end)
        wide = Form((*cells, result), self._flat_because(node.because), strict=True)
        narrow = Form(tuple(cells), (result, because))
        beside = [part for cell in cells if cell for part in (Break(), cell)][1:]
        return Alignable("table", (wide, narrow), (Indent(Fill(tuple(beside))), " ", result, because))

    def _cell(self, node: t.Expression | t.AnyCell) -> Document:
        return "any" if isinstance(node, t.AnyCell) else self.expression(node)

    def _row(self, node: t.Row, kind: str) -> Alignable:
        outcome = self.outcome(node.outcome)
        test: Document = "otherwise"
        before = node.outcome.span.end
        if node.test is not None:
            test = ("when ", self.expression(node.test))
            before = node.test.span.end
        because = self._because(node.because, before, node.span.end)
        wide = Form((outcome, test), self._flat_because(node.because), strict=True)
        return self.aligned("row", wide, Form((outcome,), (test, because)))

    def outcome(self, node: t.Outcome) -> Document:
        """What a row of a rating gives."""
        match node:
            case t.BandOutcome():
                return words.word(node.word)
            case t.PointsOutcome():
                return ("points ", self.expression(node.value, DEFAULT))
            case t.StepsOutcome():
                return ("points ", self._steps(node))
            case t.LinearOutcome():
                return ("linear ", self.bound(node.low), "..", self.bound(node.high))
            case t.NaOutcome():
                return f"na {node.reason}" + (f" {words.quoted(node.text)}" if node.text is not None else "")

    def _steps(self, node: t.StepsOutcome) -> Document:
        edges = self.comma_list(node.edges, lambda edge: self.expression(edge, SUM))
        return (f"steps {node.relation} ", Align(edges))

    # ── measures ──

    def _value(self, node: t.Value, kind: str) -> Alignable:
        percent = "   shown as percent" if node.percent else ""
        return self._keyword(kind, "value", (self.expression(node.value), percent))

    def _rate_as_given(self, node: t.RateAsGiven, kind: str) -> Alignable:
        return self._keyword(kind, "rate", "as given")

    def _points(self, node: t.Points, kind: str) -> Alignable:
        if isinstance(node.outcome, t.StepsOutcome):
            return self._keyword(kind, "points", self._steps(node.outcome))
        return self._keyword(kind, "points", self.expression(node.outcome.value))

    def _fresh(self, node: t.Fresh, kind: str) -> Alignable:
        parts: list[Document] = [self.expression(node.by, SUM)]
        for word, limit in (("stale", node.stale), ("expired", node.expired)):
            if limit is not None:
                parts[-1] = (parts[-1], ",")
                gap = Break(" ", False, self.remarks.take_before(limit.span.start))
                parts += [gap, f"{word} after {words.number(limit)}"]
        return self._keyword(kind, "fresh by", Align(Fill(tuple(parts))))

    def _applies_to(self, node: t.AppliesTo, kind: str) -> Alignable:
        if not node.everyone:
            return self._keyword(kind, "applies", ("to ", Align(self._names(node.names))))
        exceptions = ("except ", Align(self._names(node.names))) if node.names else ""
        return self._keyword(kind, "applies", ("to all", " " if exceptions else "", exceptions))

    def _applies_when(self, node: t.AppliesWhen, kind: str) -> Alignable:
        return self._keyword(kind, "applies", ("when ", self.expression(node.condition)))

    def _missing(self, node: t.Missing, kind: str) -> Alignable:
        policy: Document = node.policy
        if node.policy == "require":
            policy = f"require {node.number} of {node.total}"
        elif node.value is not None:
            word = "require coverage" if node.policy == "coverage" else node.policy
            policy = (f"{word} ", self.expression(node.value, DEFAULT))
        return self._keyword(kind, "missing", policy)

    def _baseline(self, node: t.Baseline, kind: str) -> Alignable:
        return self._keyword(kind, "baseline", self.expression(node.value, SUM))

    def _limit(self, node: t.Limit, kind: str) -> Alignable:
        outcome: Document = words.word(node.band) if node.band is not None else ""
        before = node.span.start
        if node.score is not None:
            outcome, before = ("score ", self.expression(node.score, SUM)), node.score.span.end
        condition: Document = ""
        if node.condition is not None:
            condition, before = (" when ", self.expression(node.condition)), node.condition.span.end
        because = self._because(node.because, before, node.span.end)
        return self._plain(f"{node.kind} ", outcome, condition, because)

    # ── scorecards ──

    def _grace(self, node: t.Grace, kind: str) -> Alignable:
        start = (f"first {words.number(node.duration)} from ", self.expression(node.start, SUM))
        if not node.names:
            return self._keyword(kind, "grace", start)
        gap = Break(" ", False, self.remarks.take_before(node.names[0].span.start))
        exceptions = ("except ", Align(self._names(node.names)))
        return self._keyword(kind, "grace", Align(Fill(((start, ","), gap, exceptions))))

    def _rollup(self, node: t.Rollup, kind: str) -> Alignable:
        counted = f"count of {words.word(node.band)}" if node.band is not None else node.kind
        return self._keyword(kind, "rollup", counted)

    def _score(self, node: t.ScoreFormula, kind: str) -> Alignable:
        return self._keyword(kind, "score", self.expression(node.value))

    def _round(self, node: t.Round, kind: str) -> Alignable:
        unit = "decimal" if node.digits == 1 else "decimals"
        return self._keyword(
            kind, "round", f"to {node.digits} {unit}" + (f" {node.mode}" if node.mode else "")
        )

    def _borderline(self, node: t.Borderline, kind: str) -> Alignable:
        return self._plain("borderline within ", self.expression(node.distance, SUM))

    def _member_line(self, node: t.MemberLine, kind: str) -> Alignable:
        weight = words.weight(node.weight) if node.weight is not None else ""
        columns = (words.line_name(node.name), weight)
        return self.aligned("member", Form(columns, "by band" if node.by_band else ""))

    def _weight_entry(self, node: t.WeightEntry, kind: str) -> Alignable:
        return self.aligned("member", Form((words.name(node.name), words.weight(node.weight)), ""))


_STATEMENTS: dict[type[t.Node], Callable[[StatementPrinter, Any, str], Alignable]] = {
    t.Property: StatementPrinter._property,
    t.Effective: StatementPrinter._effective,
    t.FactsSchema: StatementPrinter._facts,
    t.Calendar: StatementPrinter._calendar,
    t.Accept: StatementPrinter._accept,
    t.BandsUse: StatementPrinter._bands_use,
    t.Import: StatementPrinter._import,
    t.Segment: StatementPrinter._segment,
    t.Let: StatementPrinter._let,
    t.Define: StatementPrinter._define,
    t.Assume: StatementPrinter._assume,
    t.Problem: StatementPrinter._problem,
    t.Invariant: StatementPrinter._invariant,
    t.Output: StatementPrinter._output,
    t.Band: StatementPrinter._band,
    t.TableRow: StatementPrinter._table_row,
    t.Row: StatementPrinter._row,
    t.Value: StatementPrinter._value,
    t.RateAsGiven: StatementPrinter._rate_as_given,
    t.Points: StatementPrinter._points,
    t.Fresh: StatementPrinter._fresh,
    t.AppliesTo: StatementPrinter._applies_to,
    t.AppliesWhen: StatementPrinter._applies_when,
    t.Missing: StatementPrinter._missing,
    t.Baseline: StatementPrinter._baseline,
    t.Limit: StatementPrinter._limit,
    t.Grace: StatementPrinter._grace,
    t.Rollup: StatementPrinter._rollup,
    t.ScoreFormula: StatementPrinter._score,
    t.Round: StatementPrinter._round,
    t.Borderline: StatementPrinter._borderline,
    t.MemberLine: StatementPrinter._member_line,
    t.WeightEntry: StatementPrinter._weight_entry,
}
