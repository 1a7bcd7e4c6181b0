"""The shape of a node: what it says, without its place in a file and without names that nobody wrote.

In: a node of the evaluation tree, or a tuple of nodes. Out: nested tuples that are equal just when the nodes say the
same. Variables of queries and parameters count by their order; all other names count as they are.
"""

from __future__ import annotations

from typing import Any

import attrs

from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Kind, Type

#: Fields that never count: places, types that follow from the rest, names that the compiler gave.
_NEVER = frozenset(
    ["span", "type", "fact", "digest", "visible", "variable", "key", "parameters", "parameter_types"]
)
_NEVER_OF: dict[type, frozenset[str]] = {
    r.Program: frozenset({"path"}),
    r.Trigger: frozenset({"position"}),
    r.Matrix: frozenset({"otherwise_line"}),
    r.Block: frozenset({"name"}),
}
#: Whose words are none of the ruleset's names: fields of facts, functions, operators, units.
_NO_NAMES = frozenset({e.Fact, e.Attribute, e.Call, e.Compare, e.Logic, e.Elapsed, e.RecordOf})
#: Fields that nobody is scored by: titles, reasons, how a number is shown.
WORDING: dict[type, frozenset[str]] = {
    e.NotAvailable: frozenset({"text"}),
    r.NaOutcome: frozenset({"text"}),
    r.TableRow: frozenset({"because"}),
    r.Row: frozenset({"because"}),
    r.Limit: frozenset({"because"}),
    r.Assumption: frozenset({"because"}),
    r.Segment: frozenset({"title", "label"}),
    r.Let: frozenset({"label"}),
    r.Measure: frozenset({"label", "title", "percent", "description"}),
    r.Member: frozenset({"title"}),
    r.Block: frozenset({"title", "percent", "description"}),
    r.Scorecard: frozenset({"label"}),
    r.Output: frozenset({"percent"}),
    r.Trigger: frozenset({"label", "title", "description"}),
    r.Matrix: frozenset({"label", "title", "description"}),
    r.Template: frozenset({"label", "title", "description"}),
    r.Axis: frozenset({"label"}),
}


def shape_of(
    node: Any, without: dict[type, frozenset[str]] | None = None, names: dict[str, str] | None = None
) -> Any:
    """What a node says. `without` are fields by class that do not count; `names` are read as other names."""
    return _Shape(without or {}, names or {}).of(node)


def meaning_of(node: Any, names: dict[str, str] | None = None) -> Any:
    """What a node says as far as a number, a band or an action can tell; an assumption is a thing of its own."""
    return shape_of(node, _NO_WORDS, names)


_NO_WORDS = {**WORDING, e.Fact: frozenset({"assumed"})}


class _Shape:
    """Takes one node apart."""

    def __init__(self, without: dict[type, frozenset[str]], names: dict[str, str]) -> None:
        self.without = without
        self.names = names
        self.numbers: dict[str, int] = {}

    def of(self, value: Any) -> Any:
        """The shape of a node, a tuple or a plain value."""
        kind = type(value)
        if kind is tuple:
            return tuple([self.of(item) for item in value])
        if not attrs.has(kind):
            return self._plain(value)
        if kind is e.Variable:
            return ("variable", self.numbers.get(value.name, self._plain(value.name)))
        if kind is e.Constant:
            return ("constant", value.value, *_measured(value.type))
        if kind is e.CallDefinition:
            name, _, types = value.instance.partition("(")
            return ("call", self._plain(name), types, self.of(value.arguments))
        if kind is e.OneOf:
            choices = sorted((self.of(choice) for choice in value.choices), key=repr)
            return ("one of", self.of(value.subject), *choices)
        if kind is e.Query:
            self.numbers[value.variable] = len(self.numbers)
        elif kind is r.Table or kind is r.Definition:
            self.numbers.update({name: -1 - number for number, name in enumerate(value.parameters)})
        return (kind.__name__, *self._fields(value, kind))

    def _plain(self, value: Any) -> Any:
        return self.names.get(value, value) if isinstance(value, str) else value

    def _fields(self, value: Any, kind: type) -> list[Any]:
        skipped = _NEVER | _NEVER_OF.get(kind, frozenset()) | self.without.get(kind, frozenset())
        said = [getattr(value, field.name) for field in attrs.fields(kind) if field.name not in skipped]
        if kind in _NO_NAMES:
            return [part if _is_words(part) else self.of(part) for part in said]
        return [self.of(part) for part in said]


def _is_words(part: Any) -> bool:
    return isinstance(part, str) or (isinstance(part, tuple) and all(isinstance(each, str) for each in part))


def _measured(kind: Type) -> tuple[str, str]:
    """What of the type of a constant makes a difference: 2 days are not 2 months."""
    return kind.kind.value, kind.unit if kind.unit in ("days", "months") else ""


def alike(old: Type, new: Type) -> bool:
    """Whether a value of one type can stand where one of the other is expected: nothing that reads it would break."""
    if Kind.NOTHING in (old.kind, new.kind) or Kind.UNKNOWN in (old.kind, new.kind):
        return True
    texts = (Kind.TEXT, Kind.CHOICE)
    if old.kind is not new.kind:
        return old.kind in texts and new.kind in texts
    if old.kind is Kind.NUMBER:
        timed = {"days", "months"}
        return old.unit == new.unit or (old.unit not in timed and new.unit not in timed)
    if old.unit != new.unit:
        return False
    if (old.element is None) != (new.element is None):
        return False
    if old.element is not None and new.element is not None and not alike(old.element, new.element):
        return False
    fields = {field.name: field.type for field in new.fields}
    return all(field.name in fields and alike(field.type, fields[field.name]) for field in old.fields)


def span_of(node: Any) -> Span | None:
    """The place of a node, where it has one."""
    found = getattr(node, "span", None)
    return found if isinstance(found, Span) else None
