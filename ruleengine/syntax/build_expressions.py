"""Parse tree → syntax tree, for expressions.

In: the parser's tree of one item. Out: nodes of `tree.py` with their spans. `TreeBuilder.build` dispatches on the
name of the grammar rule; a rule that only groups others never reaches this file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

from ruleengine.diagnostics import Diagnostics
from ruleengine.limits import limits
from ruleengine.source import Source, Span
from ruleengine.syntax import tree as t
from ruleengine.values import timestamp_of

#: Builders below one another; brackets alone are nested less deeply.
MAX_DEPTH = 160


class ParseToken(Protocol):
    """What the parser calls a token."""

    type: str
    value: str
    start_pos: int
    end_pos: int


class ParseTree(Protocol):
    """What the parser calls a tree; children are trees, tokens, or None for what was left out."""

    @property
    def data(self) -> str:
        """The name of the grammar rule."""

    @property
    def children(self) -> list[Any]:
        """Trees, tokens, or None."""

    @property
    def meta(self) -> Any:
        """Where it stands."""


def words(text: str) -> str:
    """`text` with single blanks between its words."""
    return " ".join(text.split())


class _TooDeep(Exception):
    """What stands at a place is nested so deeply that building its node could end the interpreter's stack."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.span = span


class ExpressionBuilder:
    """Builds expression nodes; `StatementBuilder` adds the statements."""

    def __init__(self, source: Source, offset: int, diagnostics: Diagnostics) -> None:
        self.source = source
        self.offset = offset
        self.diagnostics = diagnostics
        self.depth = 0

    # ── access to the parser's tree ──

    def span(self, tree: ParseTree) -> Span:
        """The place of a parse tree."""
        meta = tree.meta
        # A bracket that the text never closes is closed behind its end, where nothing can be pointed at.
        end = min(self.offset + meta.end_pos, len(self.source.text))
        return self.source.span(self.offset + meta.start_pos, end)

    def token_span(self, token: ParseToken) -> Span:
        """The place of a token."""
        return self.source.span(self.offset + token.start_pos, self.offset + token.end_pos)

    def whole(self, tree: ParseTree) -> Any:
        """The node for the outermost parse tree; None after a report where something in it is nested too deeply."""
        try:
            return self.build(tree)
        except _TooDeep as error:
            self.diagnostics.report(
                "RE106", error.span, "this is nested too deeply", help="name a part of it with `let`"
            )
            return None

    def build(self, tree: ParseTree) -> Any:
        """The node for a parse tree."""
        handler: Callable[[ParseTree], Any] = getattr(self, f"on_{tree.data}")
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                raise _TooDeep(self.span(tree))
            return handler(tree)
        finally:
            self.depth -= 1

    def optional(self, child: ParseTree | None) -> Any:
        """The node for a child that may be left out."""
        return None if child is None else self.build(child)

    def all(self, children: list[Any]) -> tuple[Any, ...]:
        """The nodes for children that are there."""
        return tuple(self.build(child) for child in children if child is not None)

    def items(self, tree: ParseTree, children: list[Any]) -> tuple[Any, ...]:
        """The nodes for the items of a list, of which there may not be too many."""
        most = limits().list_items
        if len(children) > most:
            message = f"this has more than {most:,} items"
            self.diagnostics.report(
                "RE106", self.span(tree), message, help="divide it with `let`, or make it a table"
            )
        return self.all(children[:most])

    def text(self, token: ParseToken | None) -> str | None:
        """The content of a quoted text."""
        if token is None:
            return None
        body = token.value.replace("\t", "\\t")
        try:
            content: str = json.loads(body)
        except ValueError:
            self.diagnostics.report(
                "RE101", self.token_span(token), 'a backslash in a text stands before `"`, `\\`, `n`, `t` or `u0000` only',
                help="write `\\\\` for a backslash",
            )  # fmt: skip
            content = token.value[1:-1]
        return self.whole_signs(content, self.token_span(token))

    def whole_signs(self, content: str, span: Span) -> str:
        """A text without halves of characters, such as `\\ud83d` without its other half; they are reported."""
        if not any("\ud800" <= sign <= "\udfff" for sign in content):
            return content
        self.diagnostics.report(
            "RE101", span, "this text holds half a character",
            help="write the character itself, or both of its halves: `\\ud83d\\ude00`",
        )  # fmt: skip
        return "".join(sign for sign in content if not "\ud800" <= sign <= "\udfff")

    def on_name(self, tree: ParseTree) -> t.Word:
        return self.word_of(tree.children[0])

    on_word = on_name

    def word_of(self, token: ParseToken) -> t.Word:
        """The word that a token spells: a name, a name in backticks, or a quoted text."""
        span = self.token_span(token)
        if token.type == "TEXT":
            return t.Word(self.text(token) or "", quoted=True, span=span)
        if token.type == "QUOTED_NAME":
            return t.Word(token.value[1:-1], quoted=True, span=span)
        return t.Word(token.value, span=span)

    # ── literals ──

    def on_number(self, tree: ParseTree) -> t.Number:
        return self.number_of(tree.children[0])

    def number_of(self, token: ParseToken) -> t.Number:
        """A number with its unit as written."""
        found = re.fullmatch(r"([0-9_]+(?:\.[0-9]+)?)\s*(.*)", token.value, re.DOTALL)
        assert found is not None
        digits, unit = found.group(1), found.group(2)
        span = self.token_span(token)
        if len(digits) > limits().digits:
            self.diagnostics.report("RE108", span, f"this number has more than {limits().digits} digits")
            digits = "0"
        return t.Number(digits, unit, span=span)

    def on_signed(self, tree: ParseTree) -> t.Expression:
        number = self.number_of(tree.children[-1])
        if tree.children[0] is not None and len(tree.children) == 2:
            return t.Negative(number, span=self.span(tree))
        return number

    def on_date(self, tree: ParseTree) -> t.Date:
        return self.date_of(tree.children[0])

    def date_of(self, token: ParseToken) -> t.Date:
        """A date or timestamp that exists in the calendar."""
        span = self.token_span(token)
        try:
            timestamp_of(token.value) if "T" in token.value else date.fromisoformat(token.value)
        except ValueError:
            self.diagnostics.report(
                "RE108", span, f"`{token.value}` is no date of the calendar", help="dates are YYYY-MM-DD"
            )
            return t.Date("2000-01-01", exists=False, span=span)
        return t.Date(token.value, span=span)

    def on_text(self, tree: ParseTree) -> t.Text:
        return t.Text(self.text(tree.children[0]) or "", span=self.span(tree))

    def on_flag(self, tree: ParseTree) -> t.Flag:
        return t.Flag(tree.children[0].value == "true", span=self.span(tree))

    def on_as_of(self, tree: ParseTree) -> t.AsOf:
        return t.AsOf(span=self.span(tree))

    def on_na(self, tree: ParseTree) -> t.NotAvailable:
        reason, text = [*tree.children, None, None][:2]
        return t.NotAvailable(reason and reason.value, self.text(text), span=self.span(tree))

    def on_list(self, tree: ParseTree) -> t.ListLiteral:
        return t.ListLiteral(self.items(tree, tree.children), span=self.span(tree))

    def on_record(self, tree: ParseTree) -> t.Record:
        return t.Record(self.items(tree, tree.children), span=self.span(tree))

    def on_record_field(self, tree: ParseTree) -> t.RecordField:
        return t.RecordField(
            self.word_of(tree.children[0]).name, self.build(tree.children[1]), span=self.span(tree)
        )

    # ── names and calls ──

    def on_reference(self, tree: ParseTree) -> t.Name:
        return t.Name(self.build(tree.children[0]).name, span=self.span(tree))

    def on_path(self, tree: ParseTree) -> t.Expression:
        first = self.build(tree.children[0])
        node: t.Expression = t.Name(first.name, span=first.span)
        for token in tree.children[1:]:
            node = self._member(node, token)
        return node

    def on_member_of(self, tree: ParseTree) -> t.Member:
        return self._member(self.build(tree.children[0]), tree.children[1])

    def _member(self, base: t.Expression, token: ParseToken) -> t.Member:
        name = token.value[1:].strip().strip("`")
        return t.Member(base, name, span=base.span.to(self.token_span(token)))

    def on_call(self, tree: ParseTree) -> t.Call:
        name = self.build(tree.children[0])
        return t.Call(
            name.name, self.items(tree, tree.children[1:]), span=self.span(tree), function_span=name.span
        )

    # ── operators ──

    def on_sum(self, tree: ParseTree) -> t.Arithmetic:
        operators = tuple(token.value for token in tree.children[1::2])
        return t.Arithmetic(operators, self.all(tree.children[::2]), span=self.span(tree))

    on_product = on_sum

    def on_negate(self, tree: ParseTree) -> t.Negative:
        return t.Negative(self.build(tree.children[-1]), span=self.span(tree))

    def on_or(self, tree: ParseTree) -> t.Logic:
        return t.Logic("or", self.all(tree.children), span=self.span(tree))

    def on_and(self, tree: ParseTree) -> t.Logic:
        return t.Logic("and", self.all(tree.children), span=self.span(tree))

    def on_not(self, tree: ParseTree) -> t.Not:
        return t.Not(self.build(tree.children[0]), span=self.span(tree))

    def on_default(self, tree: ParseTree) -> t.Default:
        return t.Default(self.all(tree.children), span=self.span(tree))

    def on_parentheses(self, tree: ParseTree) -> t.Expression:
        inner: t.Expression = self.build(tree.children[0])
        return inner

    def on_compare(self, tree: ParseTree) -> t.Compare:
        left, operator, right = tree.children
        return t.Compare(self.build(left), operator.value, self.build(right), span=self.span(tree))

    def on_implied_compare(self, tree: ParseTree) -> t.Compare:
        operator, right = tree.children
        return t.Compare(None, operator.value, self.build(right), span=self.span(tree))

    def on_in(self, tree: ParseTree) -> t.In:
        return t.In(self.build(tree.children[0]), self.build(tree.children[1]), span=self.span(tree))

    def on_not_in(self, tree: ParseTree) -> t.In:
        return t.In(
            self.build(tree.children[0]), self.build(tree.children[1]), negated=True, span=self.span(tree)
        )

    def on_implied_in(self, tree: ParseTree) -> t.In:
        return t.In(None, self.build(tree.children[0]), span=self.span(tree))

    def on_choices(self, tree: ParseTree) -> tuple[t.Expression, ...]:
        return self.items(tree, tree.children)

    def on_interval(self, tree: ParseTree) -> t.Interval:
        children = tree.children
        low_open = children[0] is not None
        high = self.optional(children[3] if len(children) > 3 else None)
        return t.Interval(
            self.build(children[1]), high, low_open, children[2].value == "..<", span=self.span(tree)
        )

    def on_interval_below(self, tree: ParseTree) -> t.Interval:
        dots, high = tree.children
        return t.Interval(None, self.build(high), high_open=dots.value == "..<", span=self.span(tree))

    def on_contains(self, tree: ParseTree) -> t.Contains:
        return t.Contains(self.build(tree.children[0]), self.build(tree.children[1]), span=self.span(tree))

    def on_implied_contains(self, tree: ParseTree) -> t.Contains:
        return t.Contains(None, self.build(tree.children[0]), span=self.span(tree))

    def on_within(self, tree: ParseTree) -> t.Within:
        return t.Within(self.build(tree.children[0]), self.build(tree.children[1]), span=self.span(tree))

    def on_implied_within(self, tree: ParseTree) -> t.Within:
        return t.Within(None, self.build(tree.children[0]), span=self.span(tree))

    def on_is(self, tree: ParseTree) -> t.Is:
        return self._is(tree, self.build(tree.children[0]), tree.children[1:])

    def on_was(self, tree: ParseTree) -> t.Is:
        return self._is(tree, self.build(tree.children[0]), tree.children[1:], past=True)

    def on_implied_is(self, tree: ParseTree) -> t.Is:
        return self._is(tree, None, tree.children)

    def _is(self, tree: ParseTree, subject: t.Expression | None, tail: list[Any], past: bool = False) -> t.Is:
        relation, negated, other = "is", False, None
        found: tuple[t.Word, ...] = ()
        for child in tail:
            if child is None:
                continue
            if getattr(child, "type", "") == "NOT":
                negated = True
            elif getattr(child, "type", "") == "RELATION":
                relation = child.value.split()[0]
            elif getattr(child, "type", "") == "NA_WORD":
                found = (t.Word("na", span=self.token_span(child)),)
            elif child.data == "is_in":
                relation, found = "in", self.all(child.children)
            elif child.data == "previous":
                other = self.build(child)
            else:
                found = (self.build(child),)
        return t.Is(subject, relation, found, negated, past, other, span=self.span(tree))

    def on_previous(self, tree: ParseTree) -> t.Previous:
        return t.Previous(self.build(tree.children[0]), span=self.span(tree))

    def on_computed(self, tree: ParseTree) -> t.Computed:
        return t.Computed(self.build(tree.children[0]), span=self.span(tree))

    # ── choices and queries ──

    def on_if(self, tree: ParseTree) -> t.If:
        nodes = self.all(tree.children)
        branches = tuple(
            t.Branch(condition, value, span=condition.span.to(value.span))
            for condition, value in zip(nodes[:-1:2], nodes[1:-1:2], strict=True)
        )
        return t.If(branches, nodes[-1], span=self.span(tree))

    def on_query(self, tree: ParseTree) -> t.Query:
        kind, name, source, where, by = (*tree.children, None, None)[:5]
        return t.Query(
            kind.value, self.build(name).name, self.build(source), self.optional(where), self.optional(by),
            span=self.span(tree),
        )  # fmt: skip

    def on_rank_query(self, tree: ParseTree) -> t.Query:
        kind, number, name, source, where, by = tree.children
        count = int(number.value.replace("_", "").split(".")[0][:9])
        return t.Query(
            kind.value, self.build(name).name, self.build(source), self.optional(where), self.build(by), number=count,
            span=self.span(tree),
        )  # fmt: skip

    def on_projection_query(self, tree: ParseTree) -> t.Query:
        kind, projection, name, source, where = (*tree.children, None)[:5]
        return t.Query(
            kind.value.split()[0] + "_of", self.build(name).name, self.build(source), self.optional(where),
            projection=self.build(projection), span=self.span(tree),
        )  # fmt: skip

    def on_count_true(self, tree: ParseTree) -> t.CountTrue:
        return t.CountTrue(self.all(tree.children), span=self.span(tree))

    def on_count_of(self, tree: ParseTree) -> t.OverRun:
        kind, condition = tree.children
        return t.OverRun(kind.value.split()[0], self.build(condition), span=self.span(tree))

    # ── dates ──

    def on_elapsed(self, tree: ParseTree) -> t.Elapsed:
        unit, direction = tree.children[0].value.split()
        return t.Elapsed(unit, direction, self.build(tree.children[1]), span=self.span(tree))

    def on_period(self, tree: ParseTree) -> t.Period:
        found = tree.children[0].value.split()
        argument = self.optional([*tree.children, None][1])
        return t.Period(found[0], "fiscal" in found, found[-1], argument, span=self.span(tree))

    def on_fiscal_number(self, tree: ParseTree) -> t.FiscalNumber:
        unit = tree.children[0].value.split()[-1]
        return t.FiscalNumber(unit, self.optional([*tree.children, None][1]), span=self.span(tree))
