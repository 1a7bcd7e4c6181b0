"""Facts for which an expression has a wanted value: a guess, going backwards through what the expression computes.

In: an expression and a value. Out: patches, the likelier ones first. Nothing here is certain: whoever asks evaluates the
account and looks. Numbers are as the language sees them, dates are day numbers, timestamps the day numbers of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from attrs import evolve, field, frozen

from ruleengine.casebook import wished_dates as dates
from ruleengine.casebook.accounts import (
    ABSENT,
    AS_OF,
    OF_ALL,
    PREVIOUS,
    Account,
    Alone,
    New,
    Patch,
    Path,
    blank_of,
    joined,
    plain,
    stored,
)
from ruleengine.casebook.edges import Edges
from ruleengine.casebook.folding import folded
from ruleengine.checker.index import Index
from ruleengine.library.dates import add_months
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FLAG, Field, Kind, Type

#: What lies deeper is not looked into.
_DEEPEST = 24
#: So many steps are taken for one goal: nested choices and calls have more ways than anybody can try.
MOST_STEPS = 5_000
_MOST_ELEMENTS = 40
#: So many ways are taken to make a record the one that is chosen.
_OF_A_CONDITION = 2


@frozen(slots=True, eq=False)
class Place:
    """A variable that stands for something in the facts."""

    path: Path
    type: Type


@frozen(slots=True, eq=False)
class Meaning:
    """A variable that stands for an expression, with what its own variables stand for."""

    node: e.Expression
    around: Around


Around = dict[str, Place | Meaning]


@frozen(slots=True, eq=False)
class _Elements:
    """A list in the facts, the conditions on those elements that are looked at, and what makes that it is the list that is taken."""

    path: Path
    type: Type
    filters: tuple[tuple[str, e.Expression, Around], ...] = field(default=())
    begun: Patch = field(default=())

    @property
    def emptied(self) -> Patch:
        """What makes that there is such a list, and that it is empty."""
        return (*self.begun, (self.path, []))


class Values:
    """Guesses for values. `account` is the one that a patch will be applied to."""

    account: Account

    def __init__(self, index: Index, edges: Edges) -> None:
        self.index = index
        self.edges = edges
        self.depth = self.steps = 0
        self.taken: dict[tuple[int, Path], New] = {}
        self.matrices = {step.name: step for step in index.program.steps if isinstance(step, r.Matrix)}
        self.triggers = {step.name: step for step in index.program.steps if isinstance(step, r.Trigger)}

    def begin(self, account: Account) -> None:
        """Guess for another account, or for another goal of the same."""
        self.account = account
        self.depth = self.steps = 0

    # ── what stands behind names ──

    def behind(self, node: e.Expression, around: Around) -> tuple[e.Expression, Around]:
        """What a name stands for; a variable that stands for a place in the facts stays."""
        for _ in range(50):
            if not isinstance(node, e.Variable):
                break
            known = around.get(node.name)
            if isinstance(known, Place):
                break
            if isinstance(known, Meaning):
                node, around = known.node, known.around
                continue
            meaning = self.index.meaning(node.name)
            trigger = self.triggers.get(node.name)
            if meaning is None and trigger is not None:
                conditions = tuple(each.condition for each in trigger.alternatives)
                meaning = e.Logic("or", conditions, type=node.type, span=node.span)
            if meaning is None:
                break
            node = meaning
        return node, around

    def constant(self, node: e.Expression | None, around: Around) -> float | str | bool | None:
        """The value of what rests on no fact; None for everything else."""
        return folded(self, node, around) if node is not None else None

    def given(self, node: e.Expression, wanted: Any, around: Around) -> tuple[Any, list[Patch]]:
        """The value of what rests on no fact; for everything else the wanted value, and what brings it about."""
        known = self.constant(node, around)
        return (known, [()]) if known is not None else (wanted, list(self.become(node, wanted, around)))

    # ── values ──

    def become(self, node: e.Expression, value: Any, around: Around) -> Iterator[Patch]:
        """Patches after which `node` may have the value."""
        self.steps += 1
        if self.depth > _DEEPEST or self.steps > MOST_STEPS:
            return
        node, around = self.behind(node, around)
        handler: Callable[..., Iterator[Patch]] | None = getattr(
            self, f"_become_{type(node).__name__.lower()}", None
        )
        if handler is None:
            return
        self.depth += 1
        try:
            yield from islice(handler(node, value, around), OF_ALL)
        finally:
            self.depth -= 1

    def _become_constant(self, node: e.Constant, value: Any, around: Around) -> Iterator[Patch]:
        if node.value == value:
            yield ()

    def _become_fact(self, node: e.Fact, value: Any, around: Around) -> Iterator[Patch]:
        yield from self._stored(node.path, value, node.fact)

    def _stored(self, path: Path, value: Any, declared: Field) -> Iterator[Patch]:
        found = stored(value, declared)
        if found is not None:
            yield ((path, found),)

    def _become_variable(self, node: e.Variable, value: Any, around: Around) -> Iterator[Patch]:
        known = around.get(node.name)
        if isinstance(known, Place):
            yield from self._stored(known.path, value, Field("", known.type))

    def _become_attribute(self, node: e.Attribute, value: Any, around: Around) -> Iterator[Patch]:
        base, inner = self.behind(node.base, around)
        if isinstance(base, e.RecordOf):
            yield from self.become(base.values[base.names.index(node.name)], value, inner)
            return
        body = self.index.called[base.instance] if isinstance(base, e.CallDefinition) else None
        if isinstance(base, e.CallDefinition) and isinstance(body, r.Definition):
            yield from self.become(evolve(node, base=body.body), value, self.bound(base, inner))
            return
        if node.fact is None:
            yield from self._of_own_record(base, node.name, value, inner)
            return
        for path, patch in self.places(node.base, around):
            for edits in self._stored((*path, node.name), value, node.fact):
                yield (*patch, *edits)

    def _of_own_record(self, base: e.Expression, name: str, value: Any, around: Around) -> Iterator[Patch]:
        """A field of what a table gives."""
        table = self.index.called.get(base.instance) if isinstance(base, e.CallDefinition) else None
        if isinstance(base, e.CallDefinition) and isinstance(table, r.Table):
            inside = self.bound(base, around)
            for row in table.rows:
                if isinstance(row.result, e.RecordOf) and name in row.result.names:
                    part = row.result.values[row.result.names.index(name)]
                    yield from self._of_row(table, row, part, value, inside)

    def _of_row(
        self, table: r.Table, row: r.TableRow, part: e.Expression, value: Any, inside: Around
    ) -> Iterator[Patch]:
        """A part of what a row gives: the row holds; then also, those before it do not."""
        held = [self.hold(row.condition, True, inside)] if row.condition is not None else []
        yield from joined(*held, self.become(part, value, inside))
        kinds = zip(table.parameters, table.parameter_types, strict=False)
        known = [self.present(e.Variable(name, type=kind, span=row.span), inside) for name, kind in kinds]
        before = table.rows[: table.rows.index(row)]
        failed = [self.hold(each.condition, False, inside) for each in before if each.condition is not None]
        held = [self.hold(row.condition, True, inside)] if row.condition is not None else []
        yield from joined(*known, *failed, *held, self.become(part, value, inside))

    def _become_asof(self, node: e.AsOf, value: Any, around: Around) -> Iterator[Patch]:
        from datetime import date

        if isinstance(value, int | float) and 1 <= value <= date.max.toordinal():
            yield (((AS_OF,), date.fromordinal(int(value))),)

    def _become_previous(self, node: e.Previous, value: Any, around: Around) -> Iterator[Patch]:
        yield (((PREVIOUS, *node.path), value),)

    def _become_default(self, node: e.Default, value: Any, around: Around) -> Iterator[Patch]:
        for operand in node.operands:
            yield from self.become(operand, value, around)

    def _become_choose(self, node: e.Choose, value: Any, around: Around) -> Iterator[Patch]:
        earlier: list[Iterator[Patch]] = []
        for branch in node.branches:
            holds = self.hold(branch.condition, True, around)
            yield from joined(holds, self.become(branch.value, value, around))
            earlier.append(self.hold(branch.condition, False, around))
        yield from joined(*earlier, self.become(node.otherwise, value, around))

    def _become_elapsed(self, node: e.Elapsed, value: Any, around: Around) -> Iterator[Patch]:
        sign = -1 if node.direction == "since" else 1
        today = self.account.as_of.toordinal()
        if node.unit in ("days", "weeks"):
            day: float | None = today + sign * value * (7 if node.unit == "weeks" else 1)
        else:
            day = add_months(today, sign * value * {"months": 1, "quarters": 3, "years": 12}[node.unit])
        if day is not None:
            yield from self.become(node.date, day, around)

    def _become_counttrue(self, node: e.CountTrue, value: Any, around: Around) -> Iterator[Patch]:
        for order in (node.items, node.items[::-1]):
            truths = (self.hold(item, place < value, around) for place, item in enumerate(order))
            yield from joined(*truths)

    def _become_calldefinition(self, node: e.CallDefinition, value: Any, around: Around) -> Iterator[Patch]:
        body, inside = self.index.called[node.instance], self.bound(node, around)
        if isinstance(body, r.Definition):
            yield from self.become(body.body, value, inside)
        else:
            for row in body.rows:
                yield from self._of_row(body, row, row.result, value, inside)

    def bound(self, node: e.CallDefinition, around: Around) -> Around:
        """What the parameters of a call stand for."""
        body = self.index.called.get(node.instance)
        names = body.parameters if body is not None else ()
        return {name: Meaning(given, around) for name, given in zip(names, node.arguments, strict=False)}

    # ── arithmetic and functions ──

    def _become_call(self, node: e.Call, value: Any, around: Around) -> Iterator[Patch]:
        rule = _CALLS.get(node.function)
        if rule is not None:
            yield from rule(self, node, value, around)

    def _both(self, node: e.Call, pairs: Iterable[tuple[Any, Any]], around: Around) -> Iterator[Patch]:
        left, right = node.arguments
        for first, second in pairs:
            yield from joined(self.become(right, second, around), self.become(left, first, around))

    def _sum(self, node: e.Call, value: float, around: Around) -> Iterator[Patch]:
        left, right = (self.constant(argument, around) for argument in node.arguments)
        minus = node.function == "-"
        if isinstance(right, int | float):
            yield from self.become(
                node.arguments[0], _tidy(value + right if minus else value - right), around
            )
        elif isinstance(left, int | float):
            yield from self.become(node.arguments[1], _tidy(left - value if minus else value - left), around)
        elif minus:
            yield from self._both(node, [(value, 0), (value + 10, 10), (0, -value), (value + 1, 1)], around)
        else:
            yield from self._both(
                node, [(value, 0), (0, value), (value / 2, value / 2), (value - 1, 1)], around
            )

    def _product(self, node: e.Call, value: float, around: Around) -> Iterator[Patch]:
        left, right = (self.constant(argument, around) for argument in node.arguments)
        if isinstance(right, int | float) and right:
            yield from self.become(node.arguments[0], _tidy(value / right), around)
        elif isinstance(left, int | float) and left:
            yield from self.become(node.arguments[1], _tidy(value / left), around)
        else:
            yield from self._both(node, [(value, 1), (1, value), (0, 0), (value / 10, 10)], around)

    def _quotient(self, node: e.Call, value: float, around: Around) -> Iterator[Patch]:
        right = self.constant(node.arguments[1], around)
        if isinstance(right, int | float):
            yield from self.become(node.arguments[0], _tidy(value * right), around)
            return
        denominators = (100.0, 1000.0, 10.0, 1.0, 10_000.0, 3.0, 20.0)
        whole = [d for d in denominators if abs(value * d - round(value * d)) < 1e-9]
        for denominator in [*whole, *(d for d in denominators if d not in whole)]:
            yield from self._both(node, [(_tidy(value * denominator), denominator)], around)

    def _negative(self, node: e.Call, value: float, around: Around) -> Iterator[Patch]:
        yield from self.become(node.arguments[0], -value, around)

    def _through(self, node: e.Call, value: Any, around: Around) -> Iterator[Patch]:
        """What gives back what it is given, more or less."""
        first, *others = node.arguments
        yield from self.become(first, value, around)
        if node.function in ("min", "max", "mean"):
            yield from joined(*(self.become(argument, value, around) for argument in node.arguments))
            for other in others:
                yield from self.become(other, value, around)

    def _length(self, node: e.Call, value: float, around: Around) -> Iterator[Patch]:
        counted, inside = self.behind(node.arguments[0], around)
        if isinstance(counted, e.Query):  # as many as there are elements, whatever is taken of them
            counted = evolve(counted, kind="list", projection=None) if counted.kind == "list_of" else counted
        if counted.type.kind is Kind.LIST:
            yield from self._many(counted, value, inside)
        elif 0 <= value <= _MOST_ELEMENTS:
            yield from self.become(node.arguments[0], "x" * int(value), around)

    # ── lists ──

    def _become_query(self, node: e.Query, value: Any, around: Around) -> Iterator[Patch]:
        if node.kind == "count":
            yield from self._many(e.Query("list", node.variable, node.source, node.where, None, None, None,
                                          type=node.source.type, span=node.span), value, around)  # fmt: skip
        elif node.kind in ("any", "all"):
            yield from self.hold(node, value is True, around)
        elif node.projection is not None and node.kind.endswith("_of"):
            yield from self._one(node, value, around)
        else:  # one element
            for path, patch in self.places(node, around):
                element = node.type
                for edits in self._stored(path, value, Field("", element)):
                    yield (*patch, *edits)

    def _one(self, node: e.Query, value: Any, around: Around) -> Iterator[Patch]:
        """A list of one element with a value; of none where that is enough."""
        assert node.projection is not None
        if node.kind == "sum_of" and value == 0:
            yield from self.emptied(node.source, around)
        for elements in self.elements(node.source, around):
            path = (*elements.path, New())
            inside = around | {node.variable: Place(path, elements.type)}
            wanted = [self.element(elements, path)]
            if node.where is not None:
                wanted.append(self.hold(node.where, True, inside))
            yield from joined([elements.emptied], *wanted, self.become(node.projection, value, inside))

    def _many(self, node: e.Expression, value: float, around: Around) -> Iterator[Patch]:
        """A list with so many elements."""
        if not 0 <= value <= _MOST_ELEMENTS:
            return
        if value == 0:
            yield from self.emptied(node, around)
        for elements in self.elements(node, around):
            paths = [(*elements.path, New()) for _ in range(int(value))]
            yield from joined([elements.emptied], *(self.element(elements, path) for path in paths))

    def emptied(self, node: e.Expression, around: Around) -> Iterator[Patch]:
        """Patches after which a list may be empty."""
        for elements in self.elements(node, around):
            yield elements.emptied

    def elements(self, node: e.Expression, around: Around) -> Iterator[_Elements]:
        """The lists in the facts that a list is taken from, with what its elements must fulfil."""
        node, around = self.behind(node, around)
        element = node.type.element or Type(Kind.UNKNOWN)
        if isinstance(node, e.Fact):
            yield _Elements(node.path, element)
        elif isinstance(node, e.Attribute):
            for path, patch in self.places(node.base, around):
                yield _Elements((*path, node.name), element, begun=patch)
        elif isinstance(node, e.Query) and node.kind in ("list", "top", "bottom"):
            for found in self.elements(node.source, around):
                more = tuple((node.variable, each, around) for each in _asked_of_elements(node))
                yield evolve(found, filters=(*found.filters, *more))
        elif isinstance(node, e.Default):
            for operand in node.operands:
                yield from self.elements(operand, around)

    def element(self, elements: _Elements, path: Path) -> Iterator[Patch]:
        """Patches after which there may be an element at a path that a list looks at."""
        begun: Patch = ((path, blank_of(elements.type, self.account.as_of)),)
        return joined([begun], self.filtered(elements, path))

    def filtered(self, elements: _Elements, path: Path) -> Iterator[Patch]:
        """Patches after which the element at a path may be one that a list looks at."""
        wanted = (
            self.hold(condition, True, around | {variable: Place(path, elements.type)})
            for variable, condition, around in elements.filters
        )
        return joined(*wanted)

    def places(self, node: e.Expression, around: Around) -> Iterator[tuple[Path, Patch]]:
        """The places in the facts where a record may stand, with what makes that the record that is taken."""
        node, around = self.behind(node, around)
        if isinstance(node, e.Variable):
            if isinstance(place := around.get(node.name), Place):
                yield place.path, ()
        elif isinstance(node, e.Fact):
            yield node.path, ()
        elif isinstance(node, e.Attribute):
            for path, patch in self.places(node.base, around):
                yield (*path, node.name), patch
        elif isinstance(node, e.Query):
            yield from self._taken(node, around)
        elif isinstance(node, e.Default):
            for operand in node.operands:
                yield from self.places(operand, around)
        elif isinstance(node, e.Choose):
            yield from self._chosen(node, around)

    def _chosen(self, node: e.Choose, around: Around) -> Iterator[tuple[Path, Patch]]:
        """The records of a choice, then the same with what makes that they are chosen."""
        for value in (node.otherwise, *(branch.value for branch in node.branches)):
            yield from self.places(value, around)
        earlier: list[list[Patch]] = []
        for branch in node.branches:
            held = joined(*earlier, self.hold(branch.condition, True, around))
            yield from self._after(held, branch.value, around)
            earlier.append(list(self.hold(branch.condition, False, around)))
        yield from self._after(joined(*earlier), node.otherwise, around)

    def _after(
        self, held: Iterator[Patch], node: e.Expression, around: Around
    ) -> Iterator[tuple[Path, Patch]]:
        found = list(self.places(node, around))
        for before in islice(held, _OF_A_CONDITION):
            yield from ((path, (*before, *patch)) for path, patch in found)

    def _taken(self, node: e.Query, around: Around) -> Iterator[tuple[Path, Patch]]:
        """The first element as it is, where there is one; else a new one that stands alone, the same in all of a patch."""
        for elements in self.elements(node.source, around):
            if self.account.at((*elements.path, 0)) is not None:
                yield (*elements.path, 0), ()
            place = self.taken.setdefault((id(node), elements.path), New())
            path = (*elements.path, place)
            inside = around | {node.variable: Place(path, elements.type)}
            alone: Patch = ((path, Alone(blank_of(elements.type, self.account.as_of))),)
            wanted = [self.filtered(elements, path)]
            if node.where is not None:
                wanted.append(self.hold(node.where, True, inside))
            if node.by is not None and node.by.type.kind in (Kind.DATE, Kind.TIMESTAMP):
                wanted.append(self.become(node.by, self.account.as_of.toordinal() - 1, inside))
            elif node.by is not None:
                wanted.append(self.become(node.by, 1, inside))
            for patch in joined([alone], *wanted):
                yield path, patch

    # ── what `wishes.py` adds ──

    def hold(self, node: e.Expression, truth: bool, around: Around) -> Iterator[Patch]:
        """Patches after which a condition may be true, or false."""
        raise NotImplementedError  # pragma: no cover - abstract

    def present(self, node: e.Expression, around: Around) -> Iterator[Patch]:
        """Patches after which a value may be known."""
        raise NotImplementedError  # pragma: no cover - abstract


def _asked_of_elements(node: e.Query) -> Iterator[e.Expression]:
    """What must hold of an element for a query to give it: its condition, and that its key is known."""
    if node.where is not None:
        yield node.where
    if node.by is not None:
        yield e.IsStatus(node.by, ("scored",), type=FLAG, span=node.span)


def _tidy(value: float) -> float:
    return round(value, 10)


_THROUGH = (
    "abs", "min", "max", "round", "round_half_up", "round_half_even", "round_half_down", "round_up", "round_down",
    "floor", "ceiling", "date of", "lower", "upper", "trim", "sum", "mean", "date",
)  # fmt: skip
_CALLS: dict[str, Callable[[Any, e.Call, Any, Around], Iterator[Patch]]] = {
    "+": Values._sum, "-": Values._sum, "*": Values._product, "/": Values._quotient, "negative": Values._negative,
    "days between": dates.days_between, "date + days": dates.shift, "date - days": dates.shift,
    "date + months": dates.shift, "date - months": dates.shift, "count": Values._length, "length": Values._length,
    "year": dates.part_of_date, "month": dates.part_of_date, "day": dates.part_of_date,
    "fiscal quarter": dates.period, "fiscal year": dates.period, "start of": dates.period, "end of": dates.period,
    "name of": dates.period, **dict.fromkeys(_THROUGH, Values._through),
}  # fmt: skip
__all__ = ["ABSENT", "Around", "Meaning", "Place", "Values", "joined", "plain"]
