"""Which numbers of a program are whole: results show these without a decimal point, and all others with one.

In: a program, and expressions of it. Out: whether an expression gives whole numbers only, told from what it is made of
and never from what an account holds, so that every reader of the tree prints the same account alike. Guaranteed: each
part of a program is looked at once, however often something is asked; chains of named values may be of any length.

Whole are: facts that the schema declares as integers, numbers written without a decimal point, what counts (elements,
characters, days, months, years, quarters, runs), what is rounded to no decimals, sums, differences, products, extremes and
choices of whole numbers. Elements of plain lists of numbers are not: the tree does not know them as integers. Neither are
points, scores, quotients, means, percentages, and what an earlier result holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

from attrs import field, frozen

from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import Field, Kind, Type

#: A parameter of a definition, and the way into what is given for it: names of fields, `[]` for the elements of a list.
_Given = tuple[str, ...]
_ELEMENT = "[]"


@frozen(slots=True, eq=False)
class Shape:
    """What is known of a value: a number that may be no whole one is `decimal`; lists and records have shapes inside.

    `given` are the arguments that have to be whole besides: empty but for what stands in a definition.
    """

    decimal: bool = False
    given: frozenset[_Given] = frozenset()
    inside: Mapping[str, Shape] = field(factory=dict)

    @property
    def whole(self) -> bool:
        """Whether the value is a whole number, whatever a definition around it is given."""
        return not self.decimal and not self.given

    def of_element(self) -> Shape:
        """The shape of the elements of a list."""
        return self.of_field(_ELEMENT)

    def of_field(self, name: str) -> Shape:
        """The shape of a field of a record."""
        known = self.inside.get(name, WHOLE)
        if not self.given:
            return known
        return Shape(known.decimal, known.given | {(*path, name) for path in self.given}, known.inside)


#: Whole, or not there at all: what others are joined with stays as it is.
WHOLE = Shape()
DECIMAL = Shape(decimal=True)


def field_is_whole(fact: Field) -> bool:
    """Whether the values of a field of the facts are whole numbers."""
    return fact.type.kind is Kind.NUMBER and fact.integer and fact.scale == 1.0


def _joined(one: Shape, other: Shape) -> Shape:
    """The shape of what may be the one or the other."""
    if one is other or other is WHOLE:
        return one
    if one is WHOLE:
        return other
    names = dict.fromkeys((*one.inside, *other.inside))
    inside = {name: _joined(one.inside.get(name, WHOLE), other.inside.get(name, WHOLE)) for name in names}
    return Shape(one.decimal or other.decimal, one.given | other.given, inside)


def _all(shapes: Iterable[Shape]) -> Shape:
    return reduce(_joined, shapes, WHOLE)


def _with_given(shape: Shape, arguments: Mapping[str, Shape]) -> Shape:
    """What a definition gives for some arguments."""
    if not shape.given and not shape.inside:
        return shape
    inside = {name: _with_given(each, arguments) for name, each in shape.inside.items()}
    found = Shape(shape.decimal, frozenset(), inside)
    for name, *way in shape.given:
        found = _joined(found, reduce(Shape.of_field, way, arguments.get(name, DECIMAL)))
    return found


def shape_of_field(fact: Field) -> Shape:
    """The shape of what the facts hold at a field; the fields of records are asked for one by one."""
    return _of_fact(fact.type, field_is_whole(fact))


def _of_fact(kind: Type, whole: bool) -> Shape:
    if kind.kind is Kind.NUMBER:
        return WHOLE if whole else DECIMAL
    if kind.kind is Kind.LIST and kind.element is not None:
        return Shape(inside={_ELEMENT: _of_fact(kind.element, False)})
    return WHOLE


class Wholeness:
    """Tells which expressions of a program are whole numbers."""

    def __init__(self, program: r.Program) -> None:
        self._program = program
        self._named = dict(_named(program))
        self._queries: dict[str, e.Query] | None = None
        self._known = {
            name: Shape(given=frozenset({(name,)})) for body in _bodies(program) for name in body.parameters
        }
        self._entered: set[str] = set()
        self._nodes: dict[
            int, tuple[e.Expression, Shape]
        ] = {}  # the node is kept, so that its number stays its own

    def of(self, node: e.Expression) -> bool:
        """Whether an expression of the program that is a number is always a whole one."""
        return self.shape(node).whole

    def shape(self, node: e.Expression) -> Shape:
        """What is known of the value of an expression of the program."""
        known = self._nodes.get(id(node))
        if known is None:
            read = _READERS.get(type(node))
            known = self._nodes[id(node)] = (node, DECIMAL if read is None else read(self, node))
        return known[1]

    # ── what has a name ──

    def _of_name(self, name: str) -> Shape:
        known = self._known.get(name)
        if known is None:
            if name in self._named and name not in self._entered:
                self._resolve(name)
            elif name not in self._named:
                self._known[name] = self._of_query_variable(name)
            known = self._known.get(name, DECIMAL)  # nothing rests on itself in a ruleset without faults
        return known

    def _resolve(self, name: str) -> None:
        """Find out about something that has a name, and before that about all that it rests on."""
        stack = [name]
        while stack:
            top = stack[-1]
            if top not in self._entered:
                self._entered.add(top)
                names = _names_in(self._named[top])
                stack += [each for each in names if each in self._named and each not in self._entered]
            if top == stack[-1]:
                stack.pop()
                if top not in self._known:
                    self._known[top] = self._of_named(self._named[top])

    def _of_named(self, what: e.Expression | r.Definition | r.Table) -> Shape:
        if isinstance(what, e.Expression):
            return self.shape(what)
        if isinstance(what, r.Definition):
            return self.shape(what.body)
        found = _all(self.shape(row.result) for row in what.rows)
        return Shape(inside={_ELEMENT: found}) if what.hits == "all" else found

    def _of_query_variable(self, name: str) -> Shape:
        """The variable of a query that is asked about before the query around it."""
        if self._queries is None:
            nodes = walk(self._program)
            self._queries = {node.variable: node for node in nodes if isinstance(node, e.Query)}
        query = self._queries.get(name)
        return DECIMAL if query is None else self.shape(query.source).of_element()

    # ── expressions ──

    def _constant(self, node: e.Constant) -> Shape:
        return WHOLE if node.value.__class__ is int else DECIMAL

    def _always(self, node: e.Expression) -> Shape:
        return WHOLE

    def _fact(self, node: e.Fact) -> Shape:
        found = shape_of_field(node.fact)
        return found if node.assumed is None else _joined(found, self.shape(node.assumed))

    def _attribute(self, node: e.Attribute) -> Shape:
        if node.fact is not None:
            return shape_of_field(node.fact)
        return self.shape(node.base).of_field(node.name)

    def _variable(self, node: e.Variable) -> Shape:
        return self._of_name(node.name)

    def _reference(self, node: e.Reference) -> Shape:
        asked = node.kind == "measure" and node.part == "value"
        return self._of_name(_value_of(node.name)) if asked else DECIMAL

    def _said(self, node: e.Said) -> Shape:
        return self._of_name(_said_by(node.name, node.part)) if node.kind == "trigger" else DECIMAL

    def _call(self, node: e.Call) -> Shape:
        if node.function in _COUNTING:
            return WHOLE
        if node.function in _ROUNDING and node.options and node.options[0] == 0:
            return WHOLE
        if node.function not in _ROUNDING and node.function not in _KEEPING:
            return DECIMAL
        shapes = [self.shape(argument) for argument in node.arguments]
        listed = len(shapes) == 1 and node.arguments[0].type.kind is Kind.LIST
        return shapes[0].of_element() if listed else _all(shapes)

    def _default(self, node: e.Default) -> Shape:
        return _all(self.shape(operand) for operand in node.operands)

    def _choose(self, node: e.Choose) -> Shape:
        values = [branch.value for branch in node.branches]
        return _all(self.shape(value) for value in (*values, node.otherwise))

    def _query(self, node: e.Query) -> Shape:
        source = self.shape(node.source)
        self._known[node.variable] = source.of_element()
        if node.kind in ("list", "top", "bottom"):
            return source
        if node.kind in ("latest", "earliest", "first"):
            return source.of_element()
        if node.kind == "count":
            return WHOLE
        if node.projection is None or node.kind == "mean_of":
            return DECIMAL
        found = self.shape(node.projection)
        return Shape(inside={_ELEMENT: found}) if node.kind in ("list_of", "series_of") else found

    def _of_series(self, node: e.OfSeries) -> Shape:
        if node.kind.startswith("consecutive") or node.kind.endswith("without change"):
            return WHOLE
        keeps = node.kind in ("value", "change", "sum", "min", "max")
        return self.shape(node.series).of_element() if keeps else DECIMAL

    def _list(self, node: e.ListOf) -> Shape:
        return Shape(inside={_ELEMENT: _all(self.shape(item) for item in node.items)})

    def _record(self, node: e.RecordOf) -> Shape:
        return Shape(inside=dict(zip(node.names, map(self.shape, node.values), strict=True)))

    def _call_of_definition(self, node: e.CallDefinition) -> Shape:
        found = self._of_name(_body_of(node.instance))
        body = self._named.get(_body_of(node.instance))
        names = body.parameters if isinstance(body, r.Definition | r.Table) else ()
        return _with_given(found, dict(zip(names, map(self.shape, node.arguments), strict=False)))


#: Functions that give whole numbers, whatever they are given.
_COUNTING = frozenset(
    {"days between", "length", "count", "year", "month", "day", "fiscal quarter", "fiscal year"}
)
#: Functions that give whole numbers where they are given whole numbers.
_KEEPING = frozenset({"+", "-", "*", "negative", "abs", "min", "max", "sum"})
_ROUNDING = frozenset(
    {
        "round",
        "round_half_up",
        "round_half_even",
        "round_half_down",
        "round_up",
        "round_down",
        "floor",
        "ceiling",
    }
)

_Read = Callable[[Wholeness, Any], Shape]
_READERS: dict[type, _Read] = {
    e.Constant: Wholeness._constant, e.NotAvailable: Wholeness._always, e.Elapsed: Wholeness._always,
    e.CountTrue: Wholeness._always, e.Fact: Wholeness._fact, e.Attribute: Wholeness._attribute,
    e.Variable: Wholeness._variable, e.Reference: Wholeness._reference, e.Said: Wholeness._said, e.Call: Wholeness._call,
    e.Default: Wholeness._default, e.Choose: Wholeness._choose, e.Query: Wholeness._query, e.OfSeries: Wholeness._of_series,
    e.ListOf: Wholeness._list, e.RecordOf: Wholeness._record, e.CallDefinition: Wholeness._call_of_definition,
}  # fmt: skip


def _value_of(measure: str) -> str:
    return f"{measure}.value"


def _said_by(trigger: str, part: str) -> str:
    return f"said {trigger} {part}"


def _body_of(instance: str) -> str:
    return f"body {instance}"


def _bodies(program: r.Program) -> Iterator[r.Definition | r.Table]:
    yield from program.definitions
    yield from program.tables


def _named(program: r.Program) -> Iterator[tuple[str, e.Expression | r.Definition | r.Table]]:
    """What expressions speak of by name."""
    for body in _bodies(program):
        yield _body_of(body.key), body
    for step in program.steps:
        if isinstance(step, r.Let):
            yield step.name, step.value
        elif isinstance(step, r.Measure):
            yield from ((let.name, let.value) for let in step.lets)
            if step.value is not None:
                yield _value_of(step.name), step.value
        elif isinstance(step, r.Output):
            yield f"output {step.name}", step.value
        elif isinstance(step, r.Trigger):
            yield from ((_said_by(step.name, each.name), each.value) for each in step.fields)
            if step.due is not None:
                yield _said_by(step.name, "due"), step.due


def _names_in(what: object) -> Iterator[str]:
    """The names that something speaks of."""
    for node in walk(what):
        if isinstance(node, e.Variable):
            yield node.name
        elif isinstance(node, e.Reference):
            if node.part == "value":
                yield _value_of(node.name)
        elif isinstance(node, e.Said):
            yield _said_by(node.name, node.part)
        elif isinstance(node, e.CallDefinition):
            yield _body_of(node.instance)
