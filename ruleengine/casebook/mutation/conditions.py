"""The small changes of expressions: numbers moved, comparisons and ends of intervals, and ↔ or, words, queries.

In: an expression and where it stands. Out: notes of changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import attrs

from ruleengine.casebook.mutation import numbers
from ruleengine.casebook.mutation.context import Around, Notes
from ruleengine.casebook.mutation.wording import band_name
from ruleengine.checker.index import parts
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.values import Kind

_OTHER_SIGN = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}
_OTHER_CALL = {
    "+": ("+", "-", "-"), "-": ("-", "+", "+"), "*": ("*", "/", "/"), "/": ("/", "*", "*"),
    "min": ("min", "max", "max"), "max": ("max", "min", "min"),
    "date + days": ("+", "-", "date - days"), "date - days": ("-", "+", "date + days"),
    "date + months": ("+", "-", "date - months"), "date - months": ("-", "+", "date + months"),
}  # fmt: skip
_OTHER_QUERY = {"any": "all", "all": "any", "latest": "earliest", "earliest": "latest", "min_of": "max_of",
                "max_of": "min_of"}  # fmt: skip
_OTHER_MODE = {
    "half_up": "half_even",
    "half_even": "half_up",
    "half_down": "half_up",
    "up": "down",
    "down": "up",
}
_NEGATED = (e.IsStatus, e.IsMeasureStatus, e.IsBandThanBand, e.OneOf, e.Within)
_DEEPEST = 200
_NOT = re.compile(r"\bnot\s+")
_IS = re.compile(r"\b(?:is|was)(?:\s+not)?\b")
_ALL_EXCEPT = re.compile(r"applies\s+to\s+all\s+except\s+")


class Conditions:
    """Notes the changes of expressions."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.index = notes.index
        self.words = notes.words
        # What a written `not` is about: to deny it again would be to take that `not` away. And what is asked whether it
        # is known: that stays as it is when it is denied.
        self.denied: set[int] = set()

    def visit(
        self, node: e.Expression, around: Around, subject: e.Expression | None = None, depth: int = 0
    ) -> None:
        """Note the changes of an expression and of all in it; `subject` is what a constant is compared with."""
        if depth > _DEEPEST or not self.notes.is_own(node.span) or not self.notes.first(node):
            return
        handler: Callable[..., None] | None = _HANDLERS.get(type(node))
        if isinstance(node, e.Constant):
            self.constant(node, around, subject)
        elif handler is not None:
            handler(self, node, around)
        if isinstance(node, e.IsStatus):
            self.denied.add(id(node.subject))
        if isinstance(node, _NEGATED) or (
            isinstance(node, e.Fact | e.Attribute | e.Call) and node.type.kind is Kind.FLAG
        ):
            self._negated(node, around)
        for part, compared in _parts(node):
            self.visit(part, around, compared, depth + 1)

    # ── numbers ──

    def constant(
        self, node: e.Constant, around: Around, subject: e.Expression | None, ways: tuple[int, ...] = (1, -1)
    ) -> None:
        """Move a number a little, up and down."""
        if not numbers.movable(node) or not self.words.is_literal(node.span):
            return
        step = numbers.step_of(node, subject, self.index)
        for way in ways:
            value = numbers.moved(node, way * step)
            if numbers.is_possible(node, float(value)):
                text = numbers.rewritten(self.words.text(node.span), node, float(value))
                said = self.words.replaced(around.shown, node.span, text)
                self.notes.add("threshold", around, node, _with(value=value), said)

    # ── comparisons ──

    def _compare(self, node: e.Compare, around: Around) -> None:
        other = _OTHER_SIGN[node.operator]
        self._sign(
            "comparison",
            node,
            around,
            _with(operator=other),
            _between(node.left, node.right, node.span),
            node.operator,
            other,
        )
        for side, subject in ((node.right, node.left), (node.left, node.right)):
            if isinstance(side, e.Constant) and isinstance(side.value, str):
                self._word(side, subject, around)
        direct = isinstance(node.right, e.Constant) and numbers.is_counted(node.left, self.index)
        if direct and node.operator not in ("=", "!=") and isinstance(node.right, e.Constant):
            # In whole numbers `< 5` moved up is `<= 5`, which is there already.
            same = 1 if node.operator in ("<", ">=") else -1
            self.notes.first(node.right)  # so that it is not moved again when its turn comes
            self.constant(node.right, around, node.left, (-same,))

    def _word(self, node: e.Constant, subject: e.Expression, around: Around) -> None:
        """Another word of the same field."""
        choices = self.index.resolve(subject).type.choices
        other = next((word for word in choices if word != node.value), None)
        if other is not None and self.words.is_literal(node.span):
            said = self.words.replaced(around.shown, node.span, f'"{other}"')
            self.notes.add(self._kind(around), around, node, _with(value=other), said)

    def _interval(self, node: e.Between, around: Around) -> None:
        if numbers.is_counted(node.subject, self.index) and all(
            end is None or isinstance(end, e.Constant) for end in (node.low, node.high)
        ):
            return  # moving an end by one is the same
        text = self.words.text(node.span)
        begin = text.rfind(" in ") + 1
        dots = text.find("..", begin)
        if dots < 0:
            return  # a quarter, or another period of the calendar
        at = node.span.start + dots
        if node.high is not None:
            wide = 3 if text[dots + 2 : dots + 3] == "<" else 2
            said = self.words.edited(around.shown, [(at, at + wide, ".." if wide == 3 else "..<")])
            self.notes.add(
                "comparison",
                around,
                node,
                lambda each: attrs.evolve(each, high_open=not each.high_open),
                said,
            )
        if node.low is not None:
            start = node.low.span.start
            sign = node.span.start + text.find(">", begin, start - node.span.start)
            edit = (sign, sign + 1, "") if sign >= node.span.start else (start, start, ">")
            said = self.words.edited(around.shown, [edit])
            self.notes.add(
                "comparison", around, node, lambda each: attrs.evolve(each, low_open=not each.low_open), said
            )

    # ── logic ──

    def _kind(self, around: Around) -> str:
        return "segment" if around.segment else "condition"

    def _logic(self, node: e.Logic, around: Around) -> None:
        if any(each.span == node.span for each in node.operands):
            return  # nobody wrote it: what `unless` stands for
        other = "or" if node.operator == "and" else "and"
        pairs = zip(node.operands, node.operands[1:], strict=False)
        signs = [
            self.words.sign(left.span.end, right.span.start, node.span.path, node.operator)
            for left, right in pairs
        ]
        found = [(*place, other) for place in signs if place is not None]
        if len(found) == len(signs):
            said = self.words.edited(around.shown, found)
        else:
            text = self.words.replaced(around.shown, node.span, self.words.text(node.span))[0]
            said = text, f"{text}, with `{other}` for `{node.operator}`"
        self.notes.add(self._kind(around), around, node, _with(operator=other), said)

    def _not(self, node: e.Not, around: Around) -> None:
        self.denied.add(id(node.operand))
        text, inner = self.words.text(node.span), self.words.text(node.operand.span)
        if _ALL_EXCEPT.match(text):
            inner = _ALL_EXCEPT.sub("applies to ", text)
        elif node.operand.span == node.span:
            inner = self._without_not(node)
        said = self.words.replaced(around.shown, node.span, inner)
        self.notes.add(self._kind(around), around, node, lambda each: each.operand, said)

    def _without_not(self, node: e.Not) -> str:
        """`is known` for `is not known`, `in (…)` for `not in (…)`."""
        subject: e.Expression = getattr(node.operand, "subject", getattr(node.operand, "left", node))
        inside = node.span.start <= subject.span.start and subject.span.end < node.span.end
        start = subject.span.end if inside else node.span.start
        rest = self.words.text(attrs.evolve(node.span, start=start))
        return self.words.text(attrs.evolve(node.span, end=start)) + _NOT.sub("", rest, 1)

    def _negated(self, node: e.Expression, around: Around) -> None:
        if isinstance(node, e.IsStatus | e.IsMeasureStatus) and node.subject.span == node.span:
            return  # nobody wrote it: `criteria.yes` asks for the status of each criterion
        if id(node) in self.denied:
            return
        text = self.words.text(node.span).strip()
        said = self.words.replaced(around.shown, node.span, f"not ({text})" if " " in text else f"not {text}")
        self.notes.add(self._kind(around), around, node, _inverted, said)

    def _one_of(self, node: e.OneOf, around: Around) -> None:
        if len(node.choices) < 2:
            return
        for place, choice in enumerate(node.choices):
            rest = ", ".join(self.words.text(each.span) for each in node.choices if each is not choice)
            span = Span(node.span.path, node.choices[0].span.start, node.choices[-1].span.end,
                        choice.span.line, choice.span.column)  # fmt: skip
            said = self.words.replaced(around.shown, span, rest)
            self.notes.add(self._kind(around), around, node, _without("choices", place), said)

    def _is_band(self, node: e.IsBand, around: Around) -> None:
        if node.subject.kind != "matrix":
            self._wider(node, around)
        self._negated(node, around)

    def _wider(self, node: e.IsBand, around: Around) -> None:
        """One more band is meant."""
        scale = self.index.bands_of(node.subject)
        if scale is None or not node.positions:
            return  # nothing is better than the best band: there is none beside it
        last = max(node.positions)
        wider = last + 1 if last + 1 < len(scale.bands) else min(node.positions) - 1
        if wider >= 0:
            more = tuple(sorted({*node.positions, wider}))
            names = ", ".join(band_name(scale.bands[position].name) for position in more)
            text = self.words.text(node.span)
            verb = _IS.search(text)
            wide = f"{text[: verb.end()]} in ({names})" if verb is not None else text
            said = self.words.replaced(around.shown, node.span, wide)
            self.notes.add(self._kind(around), around, node, _with(positions=more), said)

    # ── values ──

    def _default(self, node: e.Default, around: Around) -> None:
        if len(node.operands) == 2:
            said = self.words.replaced(around.shown, node.span, self.words.text(node.operands[0].span))
            self.notes.add("missing", around, node, lambda each: each.operands[0], said)

    def _call(self, node: e.Call, around: Around) -> None:
        known = _OTHER_CALL.get(node.function)
        if known is not None:
            written, other, function = known
            where = node.span
            if written not in ("min", "max") and len(node.arguments) == 2:
                where = _between(*node.arguments, node.span)
            self._sign("calculation", node, around, _with(function=function), where, written, other)
        elif node.function.startswith("round"):
            said = self.words.replaced(around.shown, node.span, self.words.text(node.arguments[0].span))
            self.notes.add("calculation", around, node, lambda each: each.arguments[0], said)

    def _query(self, node: e.Query, around: Around) -> None:
        other = _OTHER_QUERY.get(node.kind)
        if other is not None:
            words = node.kind.removesuffix("_of"), other.removesuffix("_of")
            self._sign("calculation", node, around, _with(kind=other), node.span, *words)
        if node.where is not None and node.kind not in ("any", "all"):
            start = self.words.sign(node.source.span.end, node.where.span.start, node.span.path, "where")
            edits = [(start[0], node.where.span.end, "")] if start is not None else []
            said = self.words.edited(around.shown, edits)
            self.notes.add("calculation", around, node, _with(where=None), said)
        if node.number is not None and node.number > 1:
            self._number(node, around)

    def _number(self, node: e.Query | e.OfSeries, around: Around) -> None:
        """The number in `top 3 of`, `mean of the last 3 values`."""
        number = node.number or 0
        self._sign(
            "threshold", node, around, _with(number=number + 1), node.span, str(number), str(number + 1)
        )

    def _series(self, node: e.OfSeries, around: Around) -> None:
        if node.number is not None:
            self._number(node, around)

    def _sign(
        self,
        kind: str,
        node: e.Expression,
        around: Around,
        make: Callable[[Any], Any],
        where: Span,
        sign: str,
        other: str,
    ) -> None:
        """Another sign or word in the place of one."""
        place = self.words.sign(where.start, where.end, where.path, sign)
        if place is not None:
            said = self.words.edited(around.shown, [(*place, other)])
        else:
            text = self.words.replaced(around.shown, node.span, self.words.text(node.span))[0]
            said = text, f"{text}, with `{other}` for `{sign}`"
        self.notes.add(kind, around, node, make, said)


def _parts(node: e.Expression) -> list[tuple[e.Expression, e.Expression | None]]:
    """The expressions in an expression, each with what it is compared with."""
    if isinstance(node, e.Compare):
        return [(node.left, node.right), (node.right, node.left)]
    if isinstance(node, e.Between):
        ends = [end for end in (node.low, node.high) if end is not None]
        return [(node.subject, None), *((end, node.subject) for end in ends)]
    if isinstance(node, e.OneOf):
        return [(node.subject, None), *((choice, node.subject) for choice in node.choices)]
    found: list[tuple[e.Expression, e.Expression | None]] = []
    waiting = list(parts(node))
    for each in waiting:
        if isinstance(each, e.Expression):
            found.append((each, None))
        else:
            waiting += parts(each)
    return found


def _between(left: e.Expression, right: e.Expression, whole: Span) -> Span:
    """The place between two operands; the left one may stand elsewhere, as in `green when >= 5`."""
    inside = whole.start <= left.span.start and left.span.end <= right.span.start
    start = left.span.end if inside else whole.start
    end = right.span.start if right.span.start > start else whole.end
    return attrs.evolve(whole, start=start, end=end)


def _with(**fields: Any) -> Callable[[Any], Any]:
    return lambda node: attrs.evolve(node, **fields)


def _without(name: str, place: int) -> Callable[[Any], Any]:
    def make(node: Any) -> Any:
        items = getattr(node, name)
        return attrs.evolve(node, **{name: (*items[:place], *items[place + 1 :])})

    return make


def _inverted(node: e.Expression) -> e.Expression:
    return e.Not(node, type=node.type, span=node.span)


_HANDLERS: dict[type, Callable[..., None]] = {
    e.Compare: Conditions._compare, e.Between: Conditions._interval, e.Logic: Conditions._logic, e.Not: Conditions._not,
    e.OneOf: Conditions._one_of, e.IsBand: Conditions._is_band, e.Default: Conditions._default, e.Call: Conditions._call,
    e.Query: Conditions._query, e.OfSeries: Conditions._series,
}  # fmt: skip
