"""Conditions of the evaluation tree in plain English: `tenure is at least 2 and below 6 months`.

In: a node that is a flag. Out: a clause. Guaranteed: ends of intervals, `<` against `≤` and the scope of `not` are as in
the tree; `not` is moved inwards only as Kleene's logic allows. A condition that tests one known subject alone is said
without naming it: `below 10%`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from ruleengine.report.words.names import is_plural
from ruleengine.report.words.quantities import Stretch, stretch_words
from ruleengine.report.words.text import Part, Text, code, joined, listed, say
from ruleengine.report.words.values import Values, period_words
from ruleengine.tree import expressions as e
from ruleengine.values import NA_REASONS, Kind

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NUMBERS = {"=": "", "!=": "not ", "<": "below ", "<=": "at most ", ">": "above ", ">=": "at least "}
_DATES = {
    "=": "on ",
    "!=": "not on ",
    "<": "before ",
    "<=": "on or before ",
    ">": "after ",
    ">=": "on or after ",
}
#: Tests of two values that are no comparisons: what one says, and what one says of the opposite.
_TESTS = {
    "list contains": ("includes ", "does not include "), "text contains": ("contains ", "does not contain "),
    "starts_with": ("begins with ", "does not begin with "), "ends_with": ("ends with ", "does not end with "),
}  # fmt: skip
_PLURALS = {"includes ": "include ", "does not include ": "do not include "}
_STATUS = {"not_applicable": "not applicable", "grace": "in grace"}
_GROUPS = {frozenset(NA_REASONS): "without a value", frozenset({"scored", "stale"}): "known"}


class Words(Values):
    """Says values and conditions."""

    def about(self, subject: str) -> Words:
        """The same, where one variable is what everything is about."""
        return attrs.evolve(self, subject=subject)

    def condition(self, node: e.Expression, negated: bool = False) -> Text:
        """The clause for a condition, or for its opposite."""
        found: Callable[[Any, bool], Text] | None = getattr(self, _test_name(node), None)
        if found is not None:
            return found(node, negated)
        return say(self.value(node), " does not hold" if negated else " holds")

    def meaning(self, node: e.Expression) -> Text:
        """What a name stands for: a value, or what has to hold."""
        return self.condition(node) if node.type.kind is Kind.FLAG else self.value(node)

    def short(self, node: e.Expression) -> Text:
        """The clause without its subject where it is about nothing else: `below 10%`."""
        if self.subject and is_about_alone(node, self.subject):
            return attrs.evolve(self, silent=True).condition(node)
        return self.condition(node)

    # ── subjects ──

    def _starts(self, node: e.Expression) -> Text:
        """`licensed users are `; nothing where the subject goes without saying."""
        if self._goes_without_saying(node):
            return ()
        return say(self.inner(node), " are " if is_plural(node) else " is ")

    def _goes_without_saying(self, node: e.Expression) -> bool:
        return self.silent and isinstance(node, e.Variable) and node.name == self.subject

    # ── comparisons ──

    def _test_compare(self, node: e.Compare, negated: bool) -> Text:
        left, right, operator = node.left, node.right, node.operator
        if isinstance(left, e.Constant) and not isinstance(right, e.Constant):
            left, right, operator = right, left, _MIRRORED[operator]
        if negated:
            operator = _OPPOSITE[operator]
        words = _DATES if left.type.kind in (Kind.DATE, Kind.TIMESTAMP) else _NUMBERS
        start = self._starts(left)
        alone = not start and words is _NUMBERS and operator == "=" and right.type.kind is Kind.NUMBER
        return say(start, "exactly " if alone else words[operator], self.inner(right))

    def _test_between(self, node: e.Between, negated: bool) -> Text:
        start = say(self._starts(node.subject), "not " if negated else "")
        period = _calendar_words(node)
        if period:
            return say(start, f"in {period}")
        ends = [end.value if isinstance(end, e.Constant) else None for end in (node.low, node.high)]
        if all(isinstance(end, e.Constant | None) for end in (node.low, node.high)):
            low, high = (float(end) if isinstance(end, int | float) else None for end in ends)
            kind = (node.low or node.high or node.subject).type
            stretch = Stretch(low, high, node.low_open, node.high_open)
            return say(
                start, f"({stretch_words(stretch, kind)})" if negated else stretch_words(stretch, kind)
            )
        parts: list[Part] = []
        words = _DATES if node.subject.type.kind in (Kind.DATE, Kind.TIMESTAMP) else _NUMBERS
        if node.low is not None:
            parts.append(say(words[">" if node.low_open else ">="], self.inner(node.low)))
        if node.high is not None:
            parts.append(say(words["<" if node.high_open else "<="], self.inner(node.high)))
        return say(start, "(" if negated else "", joined(parts, " and "), ")" if negated else "")

    def _test_oneof(self, node: e.OneOf, negated: bool) -> Text:
        start = self._starts(node.subject)
        choices = [self.inner(choice) for choice in node.choices]
        if len(choices) < 3:
            return say(
                start,
                ("neither " if len(choices) > 1 else "not ") if negated else "",
                listed(choices, "nor" if negated else "or"),
            )
        return say(start, "none of " if negated else "one of ", listed(choices, "and" if negated else "or"))

    # ── logic ──

    def _test_logic(self, node: e.Logic, negated: bool) -> Text:
        operator = {"and": "or", "or": "and"}[node.operator] if negated else node.operator
        parts = []
        for operand in node.operands:
            text = self.condition(operand, negated)
            mixed = isinstance(operand, e.Logic) and operand.operator != node.operator
            parts.append(say("(", text, ")") if mixed else text)
        return joined(parts, f" {operator} ")

    def _test_not(self, node: e.Not, negated: bool) -> Text:
        return self.condition(node.operand, not negated)

    def _test_constant(self, node: e.Constant, negated: bool) -> Text:
        return say("always" if bool(node.value) is not negated else "never")

    def _test_choose(self, node: e.Choose, negated: bool) -> Text:
        parts: list[Part] = []
        for number, branch in enumerate(node.branches):
            parts += ["; otherwise if " if number else "if ", self.condition(branch.condition), ": "]
            parts.append(self.condition(branch.value, negated))
        return say("(", *parts, "; otherwise ", self.condition(node.otherwise, negated), ")")

    # ── flags ──

    def _test_variable(self, node: e.Variable, negated: bool) -> Text:
        run = self.names.variables.get(node.name)
        if run is not None and run.target.startswith("segment-"):
            return say("not in the segment " if negated else "in the segment ", run)
        if run is not None and run.target.startswith("trigger-"):
            return say("the trigger ", run, " does not fire" if negated else " fires")
        if node.name == self.subject:
            return say("" if self.silent else "the value is ", "no" if negated else "yes")
        return say("not " if negated else "", self._say_variable(node))

    def _test_fact(self, node: e.Fact, negated: bool) -> Text:
        return say(self.value(node), " is no" if negated else " is yes")

    def _test_attribute(self, node: e.Attribute, negated: bool) -> Text:
        return say(self.value(node), " is no" if negated else " is yes")

    def _test_default(self, node: e.Default, negated: bool) -> Text:
        return say("(", self.value(node), ") is no" if negated else ") is yes")

    def _test_notavailable(self, node: e.NotAvailable, negated: bool) -> Text:
        return self.value(node)

    def _test_calldefinition(self, node: e.CallDefinition, negated: bool) -> Text:
        return say(self.value(node), " does not hold" if negated else " holds")

    def _test_call(self, node: e.Call, negated: bool) -> Text:
        if node.function in _TESTS and len(node.arguments) == 2:
            subject, item = node.arguments
            verb = _TESTS[node.function][negated]
            if is_plural(subject):
                verb = _PLURALS.get(verb, verb)
            named = () if self._goes_without_saying(subject) else say(self.inner(subject), " ")
            return say(named, verb, self.inner(item))
        if node.function == "matches" and node.options:
            verb = " does not fit the pattern " if negated else " fits the pattern "
            return say(self.inner(node.arguments[0]), verb, code(str(node.options[0])))
        written = say(f"{node.function}(", joined(map(self.value, node.arguments), ", "), ")")
        return say(written, " does not hold" if negated else " holds")

    # ── statuses and bands ──

    def _test_isstatus(self, node: e.IsStatus, negated: bool) -> Text:
        if node.subject.type.kind is Kind.FLAG and not isinstance(
            node.subject, e.Variable | e.Fact | e.Attribute
        ):
            return say("(", self.value(node.subject), ") is ", self._statuses(node.words, negated))
        return say(self._starts(node.subject), self._statuses(node.words, negated))

    def _test_ismeasurestatus(self, node: e.IsMeasureStatus, negated: bool) -> Text:
        computed = "as computed, " if node.subject.part == "computed_status" else ""
        return say(self.referred(node.subject), f" is {computed}", self._statuses(node.words, negated))

    def _statuses(self, words: tuple[str, ...], negated: bool) -> Text:
        told = _GROUPS.get(frozenset(words))
        shown = say(told) if told else listed([_STATUS.get(word, word) for word in words], "or")
        return say("not " if negated else "", shown)

    def _test_isband(self, node: e.IsBand, negated: bool) -> Text:
        computed = {"computed_band": " is, as computed, ", "past_band": " was, however old, "}
        verb = computed.get(node.subject.part, " is ")
        bands = self.bands(node.subject, node.positions)
        return say(self.referred(node.subject), verb, "not " if negated else "", bands)

    def _test_isbandthanband(self, node: e.IsBandThanBand, negated: bool) -> Text:
        verb = " is not " if negated else " is "
        return say(self.inner(node.left), f"{verb}{node.relation} than ", self.inner(node.right))

    # ── lists and dates ──

    def _test_query(self, node: e.Query, negated: bool) -> Text:
        if node.kind not in ("any", "all"):
            return say(self.value(node), " is no" if negated else " is yes")
        source = self.inner(node.source)
        if node.where is None:
            many = "none" if node.kind == "any" else "not all"
            few = "at least one" if node.kind == "any" else "every one"
            return say(many if negated else few, " of ", source, " holds")
        where = attrs.evolve(self, innermost=node.variable).condition(node.where)
        if node.kind == "any":
            return say("none of " if negated else "at least one of ", source, " where ", where)
        return say("not for every one of " if negated else "for every one of ", source, ": ", where)

    def _test_within(self, node: e.Within, negated: bool) -> Text:
        verb = "not within the last " if negated else "within the last "
        return say(self._starts(node.subject), verb, self.inner(node.duration))


def _test_name(node: e.Expression) -> str:
    return f"_test_{type(node).__name__.lower()}"


def _calendar_words(node: e.Between) -> str:
    """`this fiscal quarter or the next` for the first and last day of calendar periods; empty for anything else."""
    low, high = node.low, node.high
    if not isinstance(low, e.Call) or not isinstance(high, e.Call) or high.function != "end of":
        return ""
    first, last = _which_period(low), _which_period(high.arguments[0])
    if not first or not last or node.low_open or node.high_open:
        return ""
    period = period_words(high)
    which = {"this": "this", "next": "the next", "last": "the last"}
    if first == last:
        return f"{which[first]} {period}"
    if (first, last) == ("last", "next"):
        return f"the last {period}, this one or the next"
    return f"{which[first]} {period} or {'this one' if last == 'this' else which[last]}"


def _which_period(start: e.Expression) -> str:
    """Whether the first day of a period is that of the last, of this, or of the next."""
    if not isinstance(start, e.Call):
        return ""
    if start.function == "start of":
        return "this" if isinstance(start.arguments[0], e.AsOf) else ""
    if start.function.startswith(("date +", "date -")) and _which_period(start.arguments[0]) == "this":
        step = start.arguments[1]
        lengths = {"week": 7, "month": 1, "quarter": 3, "year": 12}
        inner = start.arguments[0]
        unit = inner.options[0] if isinstance(inner, e.Call) else ""
        if isinstance(step, e.Constant) and step.value == lengths.get(str(unit)):
            return "next" if "+" in start.function else "last"
    return ""


def is_about_alone(node: e.Expression, subject: str) -> bool:
    """Whether a condition consists of tests of one variable against what does not mention it."""
    if isinstance(node, e.Logic):
        return all(is_about_alone(operand, subject) for operand in node.operands)
    if isinstance(node, e.Not):
        return is_about_alone(node.operand, subject)
    if isinstance(node, e.Variable):
        return node.name == subject
    if isinstance(node, e.Call) and node.function in _TESTS:
        return _is(node.arguments[0], subject) and not mentions(node.arguments[1], subject)
    if isinstance(node, e.Compare):
        return _is(node.left, subject) and not mentions(node.right, subject)
    if isinstance(node, e.Between | e.OneOf | e.Within | e.IsStatus):
        others = [part for part in parts_of(node) if part is not node.subject]
        return _is(node.subject, subject) and not any(mentions(part, subject) for part in others)
    return False


def mentions(node: Any, name: str) -> bool:
    """Whether a variable occurs in a node or below it."""
    return any(isinstance(each, e.Variable) and each.name == name for each in walk(node))


def walk(node: Any) -> Iterator[Any]:
    """A node of the tree and all below it."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(list(parts_of(current))))


def parts_of(node: Any) -> Iterator[Any]:
    """The nodes directly below a node, in order; places, types and fields are none."""
    for field in attrs.fields(type(node)):
        if field.name in ("span", "type", "fact"):
            continue
        value = getattr(node, field.name)
        if isinstance(value, tuple):
            yield from (item for item in value if attrs.has(type(item)))
        elif attrs.has(type(value)):
            yield value


def _is(node: e.Expression, name: str) -> bool:
    return isinstance(node, e.Variable) and node.name == name
