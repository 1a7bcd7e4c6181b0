"""Short ways to write expected trees by hand."""

from __future__ import annotations

from typing import Any

from ruleengine.source import Source
from ruleengine.syntax import tree as t

PLACE = Source("expected", "").span(0, 0)


def node(kind: type[Any], *fields: Any, **named: Any) -> Any:
    """A node with its fields in the order of its definition; places do not count in comparisons."""
    attributes = {attribute.name: attribute for attribute in kind.__attrs_attrs__}
    places = {
        name: PLACE for name in ("span", "name_span", "function_span", "zone_span") if name in attributes
    }
    return kind(*fields, **named, **places)


def name(text: str) -> t.Expression:
    """A path such as `a.b.c`."""
    first, *rest = text.split(".")
    found: t.Expression = node(t.Name, first)
    for part in rest:
        found = node(t.Member, found, part)
    return found


def number(digits: str, unit: str = "") -> t.Number:
    """A number."""
    found: t.Number = node(t.Number, digits, unit)
    return found


def text(value: str) -> t.Text:
    """A text."""
    found: t.Text = node(t.Text, value)
    return found


def word(value: str, quoted: bool = False) -> t.Word:
    """A band or status word."""
    found: t.Word = node(t.Word, value, quoted)
    return found


def words(*values: str) -> tuple[t.Word, ...]:
    """Several words."""
    return tuple(word(value) for value in values)


def call(function: str, *arguments: t.Expression) -> t.Call:
    """A call."""
    found: t.Call = node(t.Call, function, arguments)
    return found


def compare(left: t.Expression | None, operator: str, right: t.Expression) -> t.Compare:
    """A comparison."""
    found: t.Compare = node(t.Compare, left, operator, right)
    return found


def logic(operator: str, *operands: t.Expression) -> t.Logic:
    """`and` or `or`."""
    found: t.Logic = node(t.Logic, operator, operands)
    return found


def arithmetic(operators: str, *operands: t.Expression) -> t.Arithmetic:
    """A sum or a product."""
    found: t.Arithmetic = node(t.Arithmetic, tuple(operators), operands)
    return found


def interval(
    low: str | None, high: str | None, low_open: bool = False, high_open: bool = False
) -> t.Interval:
    """An interval between plain numbers."""
    ends = [None if end is None else number(*end.split(" ", 1)) for end in (low, high)]
    found: t.Interval = node(t.Interval, *ends, low_open, high_open)
    return found


def within(subject: t.Expression | None, *target: Any, negated: bool = False) -> t.In:
    """`in` a list of choices, or in one interval or period."""
    if len(target) == 1 and isinstance(target[0], t.Interval | t.CalendarPeriod):
        found: t.In = node(t.In, subject, target[0], negated)
    else:
        found = node(t.In, subject, target, negated)
    return found


A, B, C = name("a"), name("b"), name("c")
