"""Expressions as documents.

In: an expression node. Out: a document with as few parentheses as the grammar allows; queries and `if` have
them wherever they are operands. The tree holds no parentheses, so they follow from `_LEVELS`, the
precedences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from attrs import define

from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting import words
from ruleengine.syntax.formatting.document import Align, Break, Document, Fill, Group, flat
from ruleengine.syntax.formatting.remarks import Remarks

#: Where an operand may stand: only what binds at least as tightly needs no parentheses.
ANY, DEFAULT, OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, POSTFIX, ATOM = range(-1, 10)
_LEVELS: dict[type[t.Expression], int] = {
    t.If: ANY, t.Query: ANY, t.Default: DEFAULT, t.Not: NOT, t.Compare: COMPARISON, t.In: COMPARISON,
    t.Contains: COMPARISON, t.Within: COMPARISON, t.Is: COMPARISON, t.Negative: UNARY, t.Elapsed: UNARY,
    t.Computed: UNARY, t.OfSeries: UNARY, t.Previous: UNARY, t.Member: POSTFIX,
}  # fmt: skip
#: A shorter right side of a comparison is never sent to a line of its own.
_SHORT = 24


def level(node: t.Expression) -> int:
    """How tightly `node` binds."""
    if isinstance(node, t.Logic):
        return OR if node.operator == "or" else AND
    if isinstance(node, t.Arithmetic):
        return PRODUCT if node.operators[0] in "*/" else SUM
    return _LEVELS.get(type(node), ATOM)


def _ends_with_this(node: t.Expression) -> bool:
    """Whether `node` is printed with `in this month` at its end."""
    while isinstance(node, t.Not):
        node = node.operand
    target = node.target if isinstance(node, t.In) else None
    return isinstance(target, t.CalendarPeriod) and target.which == "this" and target.other is None


@define(slots=True)
class ExpressionPrinter:
    """Prints expressions; it takes the comments inside them along."""

    remarks: Remarks

    def expression(self, node: t.Expression, least: int = ANY) -> Document:
        """`node`, in parentheses if it binds less tightly than `least`."""
        printed = _PRINTERS[type(node)](self, node)
        return printed if level(node) >= least else ("(", Align(printed), ")")

    def break_between(self, before: int, after: int) -> Break:
        """A break between two offsets of the source, with the comments that stand there."""
        kept = self.remarks.line_end_between(before, after)
        return Break(" ", kept, self.remarks.take_before(after))

    def comma_list(
        self, nodes: Sequence[t.Node], print_one: Callable[[Any], Document], keep: bool = False
    ) -> Document:
        """Nodes with commas between them; lines end where full, or as the author had it if `keep`."""
        parts: list[Document] = []
        for number, node in enumerate(nodes):
            if number:
                gap = self.break_between(nodes[number - 1].span.end, node.span.start)
                parts.append(gap if keep else Break(" ", False, gap.remarks))
            comma = "," if number + 1 < len(nodes) else ""
            parts.append((print_one(node), comma))
        return Fill(tuple(parts)) if parts else ""

    def interval(self, node: t.Interval) -> Document:
        """An interval with its signs."""
        low: Document = self.bound(node.low) if node.low is not None else ""
        high: Document = self.bound(node.high) if node.high is not None else ""
        dots = "..<" if node.high_open and node.high is not None else ".."
        return (">" if node.low_open else "", low, dots, high)

    def bound(self, node: t.Expression) -> Document:
        """One end of an interval; behind it `points` would begin the points of a band."""
        if isinstance(node, t.Negative):
            return ("-", self.bound(node.operand))
        if isinstance(node, t.Member):
            return (self.bound(node.base), f".{words.member_name(node.name)}")
        if isinstance(node, t.Name) and node.name == "points":
            return "`points`"
        return self.expression(node, UNARY)

    # ── literals and names ──

    def _number(self, node: t.Number) -> Document:
        return words.number(node)

    def _date(self, node: t.Date) -> Document:
        return node.text

    def _text(self, node: t.Text) -> Document:
        return words.quoted(node.value)

    def _flag(self, node: t.Flag) -> Document:
        return "true" if node.value else "false"

    def _not_available(self, node: t.NotAvailable) -> Document:
        reason = f" {node.reason}" if node.reason is not None else ""
        return f"na{reason}" + (f" {words.quoted(node.text)}" if node.text is not None else "")

    def _as_of(self, node: t.AsOf) -> Document:
        return "as_of"

    def _name(self, node: t.Name) -> Document:
        return words.name(node.name)

    def _member(self, node: t.Member) -> Document:
        names: list[str] = []
        base: t.Expression = node
        while isinstance(base, t.Member):
            names.append(words.member_name(base.name))
            base = base.base
        return (self.expression(base, POSTFIX), "." + ".".join(reversed(names)))

    # ── brackets ──

    def _listed(self, opening: str, nodes: Sequence[t.Expression], closing: str) -> Document:
        return (opening, Align(self.comma_list(nodes, self.expression)), closing)

    def _call(self, node: t.Call) -> Document:
        return self._listed(f"{words.function_name(node.function)}(", node.arguments, ")")

    def _list(self, node: t.ListLiteral) -> Document:
        return self._listed("[", node.items, "]")

    def _record(self, node: t.Record) -> Document:
        return ("{", Align(self.comma_list(node.fields, self._field)), "}")

    def _field(self, node: t.RecordField) -> Document:
        return (f"{words.field_name(node.name)}: ", self.expression(node.value))

    def _count_true(self, node: t.CountTrue) -> Document:
        return self._listed("count true of (", node.items, ")")

    def _over_run(self, node: t.OverRun) -> Document:
        return self._listed(f"{node.kind} of (", (node.condition,), ")")

    def _period(self, node: t.Period) -> Document:
        head = f"{node.edge} of {'fiscal ' if node.fiscal else ''}{node.unit}"
        return self._listed(f"{head} (", (node.date,), ")") if node.date is not None else head

    def _fiscal_number(self, node: t.FiscalNumber) -> Document:
        head = f"fiscal {node.unit}"
        return self._listed(f"{head} (", (node.date,), ")") if node.date is not None else head

    def _of_series(self, node: t.OfSeries) -> Document:
        head: Document = (f"{node.kind} of ", self.expression(node.series, POSTFIX))
        if node.date is not None:
            return (head, " at ", self.expression(node.date, POSTFIX))
        if node.number is not None:
            return (head, f" over {node.number} {'value' if node.number == 1 else 'values'}")
        if node.period is None:
            return head
        period = self.expression(node.period, POSTFIX)
        return (head, " ", period, " ago") if node.kind == "value" else (head, " over ", period)

    # ── operators ──

    def _elapsed(self, node: t.Elapsed) -> Document:
        return (f"{node.unit} {node.direction} ", self.expression(node.date, POSTFIX))

    def _computed(self, node: t.Computed) -> Document:
        return ("computed ", self.expression(node.operand, POSTFIX))

    def _reasons(self, node: t.Reasons) -> Document:
        return f"reasons of {words.name(node.card.name)}"

    def _previous(self, node: t.Previous) -> Document:
        return ("previous ", self.expression(node.operand, POSTFIX))

    def _negative(self, node: t.Negative) -> Document:
        return ("-", self.expression(node.operand, POSTFIX))

    def _arithmetic(self, node: t.Arithmetic) -> Document:
        """A line may begin with `+`, `*` or `/`, but not with `-`, which then ends the line before."""
        least = level(node) + 1
        operators = (*node.operators, "")
        parts: list[Document] = []
        for number, operand in enumerate(node.operands):
            lead: Document = ""
            if number:
                parts.append(self.break_between(node.operands[number - 1].span.end, operand.span.start))
                lead = "" if operators[number - 1] == "-" else f"{operators[number - 1]} "
            trail = " -" if operators[number] == "-" else ""
            parts.append((lead, self.expression(operand, least), trail))
        return Align(Fill(tuple(parts)), 2)

    def _chain(self, word: str, operands: Sequence[t.Expression], least: int) -> Document:
        """Operands with a word between them; either all on one line or each on its own."""
        printed = self.expression(operands[0], least)
        parts: list[Document] = []
        for before, operand in pairwise(operands):
            gap = self.break_between(before.span.end, operand.span.start)
            following = self.expression(operand, least)
            if word == "or" and _ends_with_this(before) and flat(following).startswith(("last", "next")):
                printed = ("(", Align(printed), ")")  # `in this month or next` is one period
            parts += [printed, gap, f"{word} "]
            printed = following
        return Group(Align((*parts, printed), 2))

    def _logic(self, node: t.Logic) -> Document:
        """`and` inside `or` has parentheses too: nobody should have to know which of them binds tighter."""
        return self._chain(node.operator, node.operands, NOT)

    def _default(self, node: t.Default) -> Document:
        return self._chain("default", node.operands, OR)

    def _not(self, node: t.Not) -> Document:
        return ("not ", self.expression(node.operand, COMPARISON))

    # ── comparisons ──

    def _subject(self, node: t.Expression | None) -> Document:
        return (self.expression(node, SUM), " ") if node is not None else ""

    def _compare(self, node: t.Compare) -> Document:
        subject = self._subject(node.left)
        before_right = self.remarks.take_before(node.right.span.start) if node.left is not None else ()
        right = self.expression(node.right, SUM)
        if not before_right and len(flat(right)) <= _SHORT:
            return (subject, f"{node.operator} ", right)
        return Align(Fill(((subject, node.operator), Break(" ", False, before_right), right)), 2)

    def _in(self, node: t.In) -> Document:
        subject = self._subject(node.subject)
        word = "not in " if node.negated else "in "
        if isinstance(node.target, t.Interval):
            return (subject, word, self.interval(node.target))
        if isinstance(node.target, t.CalendarPeriod):
            return (subject, word, words.calendar_period(node.target))
        return (subject, self._listed(f"{word}(", node.target, ")"))

    def _contains(self, node: t.Contains) -> Document:
        return (self._subject(node.subject), "contains ", self.expression(node.item, SUM))

    def _within(self, node: t.Within) -> Document:
        return (self._subject(node.subject), "within ", self.expression(node.duration, SUM))

    def _is(self, node: t.Is) -> Document:
        head = ("was " if node.past else "is ") + ("not " if node.negated else "")
        subject = self._subject(node.subject)
        if node.relation == "in":
            return (subject, head, "in (", Align(self.comma_list(node.words, words.word)), ")")
        relation = "" if node.relation == "is" else f"{node.relation} than "
        other: Document = (
            words.word(node.words[0]) if node.other is None else self.expression(node.other, UNARY)
        )
        return (subject, head, relation, other)

    # ── choices and queries ──

    def _if(self, node: t.If) -> Document:
        parts: list[Document] = []
        end = 0
        for number, branch in enumerate(node.branches):
            if number:
                parts += [self.break_between(end, branch.condition.span.start), "else "]
            parts += ["if ", self.expression(branch.condition, DEFAULT)]
            parts.append(self.break_between(branch.condition.span.end, branch.value.span.start))
            parts += ["then ", self.expression(branch.value, DEFAULT)]
            end = branch.value.span.end
        parts.append(self.break_between(end, node.otherwise.span.start))
        parts += ["else ", self.expression(node.otherwise, DEFAULT)]
        return Group(Align(tuple(parts)))

    def _query(self, node: t.Query) -> Document:
        head: Document
        if node.projection is not None:
            kind = node.kind.removesuffix("_of")
            head = (
                f"{kind} of ",
                self.expression(node.projection, SUM),
                f" for {words.name(node.variable)} in ",
            )
        else:
            number = f" {node.number}" if node.number is not None else ""
            head = f"{node.kind}{number} {words.name(node.variable)} in "
        head = (head, self.expression(node.source, POSTFIX))
        end = node.source.span.end
        clauses: list[Document] = []
        for word, part, least in (("where ", node.where, DEFAULT), ("by ", node.by, SUM)):
            if part is not None:
                clauses += [self.break_between(end, part.span.start), (word, self.expression(part, least))]
                end = part.span.end
        return Group(Align((head, clauses[0], Fill(tuple(clauses[1:]))), 2)) if clauses else head


_PRINTERS: dict[type[t.Expression], Callable[[ExpressionPrinter, Any], Document]] = {
    t.Number: ExpressionPrinter._number,
    t.Date: ExpressionPrinter._date,
    t.Text: ExpressionPrinter._text,
    t.Flag: ExpressionPrinter._flag,
    t.NotAvailable: ExpressionPrinter._not_available,
    t.AsOf: ExpressionPrinter._as_of,
    t.Name: ExpressionPrinter._name,
    t.Member: ExpressionPrinter._member,
    t.Call: ExpressionPrinter._call,
    t.Arithmetic: ExpressionPrinter._arithmetic,
    t.Negative: ExpressionPrinter._negative,
    t.Logic: ExpressionPrinter._logic,
    t.Not: ExpressionPrinter._not,
    t.Default: ExpressionPrinter._default,
    t.Compare: ExpressionPrinter._compare,
    t.In: ExpressionPrinter._in,
    t.Contains: ExpressionPrinter._contains,
    t.Within: ExpressionPrinter._within,
    t.Is: ExpressionPrinter._is,
    t.Computed: ExpressionPrinter._computed,
    t.Previous: ExpressionPrinter._previous,
    t.Reasons: ExpressionPrinter._reasons,
    t.If: ExpressionPrinter._if,
    t.Query: ExpressionPrinter._query,
    t.OfSeries: ExpressionPrinter._of_series,
    t.CountTrue: ExpressionPrinter._count_true,
    t.OverRun: ExpressionPrinter._over_run,
    t.Elapsed: ExpressionPrinter._elapsed,
    t.Period: ExpressionPrinter._period,
    t.FiscalNumber: ExpressionPrinter._fiscal_number,
    t.ListLiteral: ExpressionPrinter._list,
    t.Record: ExpressionPrinter._record,
}
