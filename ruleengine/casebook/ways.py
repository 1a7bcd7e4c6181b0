"""Ways that may lead to an item of coverage: what must hold one after the other for it to decide.

In: an item of the inventory. Out: ways, the straighter ones first; each is a series of goals. A goal that is a condition
can be observed, the others are only wished for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import attrs
from attrs import frozen

from ruleengine.casebook.accounts import ABSENT, Patch
from ruleengine.casebook.wished_values import Around, Meaning, joined
from ruleengine.casebook.wishes import Wishes
from ruleengine.checker.index import Index, parts
from ruleengine.evaluator.coverage import CoverageItem, Inventory
from ruleengine.evaluator.coverage_reasons import AGE, Cause
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import blocks, leaves
from ruleengine.values import FLAG, NUMBER, Field

_MOST_WAYS = 24
_MOST_SITES = 8
_MOST_LEAVES = 16
_MOST_GOALS = 40
_DEEPEST = 30


@frozen(slots=True, eq=False)
class Goal:
    """What shall come about: a condition that holds or does not, or what a series of patches brings about."""

    patches: Callable[[Wishes], Iterator[Patch]]
    node: e.Expression | None = None
    truth: bool = True


Way = tuple[Goal, ...]


def condition(node: e.Expression, truth: bool = True) -> Goal:
    """The goal that a condition holds, or does not."""
    return Goal(lambda wishes: wishes.hold(node, truth, {}), node, truth)


def becoming(node: e.Expression, value: Any) -> Goal:
    """The goal that an expression has a value."""
    return Goal(lambda wishes: wishes.become(node, value, {}))


def is_text(node: e.Expression, value: str) -> Goal:
    """The goal that an expression is a text, which can be observed."""
    constant = e.Constant(value, type=node.type, span=node.span)
    equals = e.Compare("=", node, constant, type=FLAG, span=node.span)
    return Goal(lambda wishes: wishes.become(node, value, {}), equals)


def days_ago(node: e.Expression, days: int) -> Goal:
    """The goal that a date lies so many days before the as-of date."""
    return Goal(lambda wishes: wishes.become(node, wishes.account.as_of.toordinal() - days, {}))


def missing(node: r.Measure) -> Goal:
    """The goal that a measure lacks data."""
    return Goal(lambda wishes: wishes.status(node, "missing"))


def conditions(wishes: Wishes, node: e.Expression, truth: bool = True) -> list[Goal]:
    """The same as several goals, where a condition is made of several that must all hold."""
    found: list[Goal] = []
    stack = [(node, truth)]
    while stack and len(found) < _MOST_GOALS:
        current, wanted = stack.pop()
        inner = wishes.behind(current, {})[0]
        if isinstance(inner, e.Logic) and (inner.operator == "and") is wanted:
            stack += [(operand, wanted) for operand in reversed(inner.operands)]
        elif isinstance(inner, e.Not):
            stack.append((inner.operand, not wanted))
        else:
            found.append(condition(current, wanted))
    return found


@frozen(slots=True, eq=False)
class _Site:
    """A call of a table: what its parameters stand for, and the measure in which it stands."""

    around: Around
    measure: r.Measure | None


class Ways:
    """Finds the ways to the items of one program."""

    def __init__(self, wishes: Wishes, inventory: Inventory) -> None:
        self.wishes = wishes
        self.index = wishes.index
        self.program = wishes.index.program
        self.inventory = inventory
        self.sites = self._sites()

    def to(self, item: CoverageItem) -> list[Way]:
        """The ways to an item."""
        node, owner = self.inventory.nodes[item.id]
        return list(islice(self._to(item, node, owner), _MOST_WAYS))

    def _to(self, item: CoverageItem, node: Any, owner: Any) -> Iterator[Way]:
        if isinstance(node, r.Row):
            yield from self._row(owner, node)
        elif isinstance(node, r.TableRow):
            yield from self._table_row(owner, node)
        elif isinstance(node, r.Limit):
            yield from self._limit(owner, node)
        elif isinstance(node, r.Column):
            yield (*self._holds(node.condition), *self._earlier_columns(owner, node))
        elif isinstance(node, r.Segment | r.Check | r.Alternative):
            yield tuple(self._holds(node.condition))
        elif isinstance(node, r.Trigger):
            yield from (tuple(self._holds(each.condition)) for each in node.alternatives)
        elif isinstance(node, Cause):
            yield from self._cause(owner, node)
        elif isinstance(node, r.Grace):
            yield from self._grace(node)
        elif isinstance(node, r.Scorecard):
            yield from self._no_score(node)
        elif item.kind == "cell":
            yield from self._cell(owner, node)
        elif item.kind == "band" and isinstance(owner, r.Measure):
            yield from self._measure_band(owner, item.name)
        elif item.kind == "band" and isinstance(owner, r.Scorecard):
            yield from self._card_band(owner, item.name)

    def goals_with_conditions(self, ways: Iterable[Way]) -> list[e.Expression]:
        """The conditions in ways, which are to be observed."""
        return list(
            {id(goal.node): goal.node for way in ways for goal in way if goal.node is not None}.values()
        )

    def _holds(self, node: e.Expression | None, truth: bool = True) -> list[Goal]:
        return [] if node is None else conditions(self.wishes, node, truth)

    # ── measures ──

    def _prepared(self, node: r.Measure) -> list[Goal]:
        """That a measure applies, and is fresh."""
        goals = [goal for applies in node.applies for goal in self._holds(applies.condition)]
        fresh = node.fresh
        if fresh is not None:
            goals.append(days_ago(fresh.by, 1))
        return goals

    def _row(self, owner: r.Measure, row: r.Row) -> Iterator[Way]:
        place = next(place for place, block in enumerate(owner.rates) if row in block.rows)
        block = owner.rates[place]
        goals = self._prepared(owner)
        goals += self._holds(block.condition)
        goals += [goal for each in owner.rates[:place] for goal in self._holds(each.condition, False)]
        before = block.rows[: block.rows.index(row)]
        others = [goal for each in before for goal in self._holds(each.condition, False)]
        own: list[Goal] = []
        if row.condition is not None:
            own += self._holds(row.condition)
        elif owner.value is not None:
            own.append(self._present(owner.value))
        value = getattr(row.outcome, "value", None)
        if isinstance(value, e.Expression):
            own.append(self._present(value))
        yield (*goals, *own, *others)
        yield (*goals, *others, *own)

    def _present(self, value: e.Expression) -> Goal:
        return Goal(lambda wishes: wishes.present(value, {}))

    def _measure_band(self, owner: r.Measure, band: str) -> Iterator[Way]:
        if owner.as_given and owner.value is not None:
            value = owner.value
            yield (*self._prepared(owner), Goal(lambda wishes: wishes.become(value, band, {})))
        scale = self.index.bands[owner.bands]
        position = next(place for place, each in enumerate(scale.bands) if each.name == band)
        for block in owner.rates:
            for row in block.rows:
                outcome = row.outcome
                if isinstance(outcome, r.BandOutcome):
                    if outcome.position == position:
                        yield from self._row(owner, row)
                elif not isinstance(outcome, r.NaOutcome):
                    yield from self._row_with_points(owner, row, scale.bands[position])
        for limit in owner.limits:
            if limit.band == position:
                yield from self._limit(owner, limit)

    def _row_with_points(self, owner: r.Measure, row: r.Row, band: r.Band) -> Iterator[Way]:
        value = getattr(row.outcome, "value", None)
        ends = [end for end in (band.low, band.high) if end is not None]
        points = [*ends, *([sum(ends) / 2] if len(ends) == 2 else [])]
        for way in self._row(owner, row):
            if isinstance(value, e.Expression) and not isinstance(value, e.Constant):
                yield from ((*way, becoming(value, wanted)) for wanted in points)
            else:
                yield way

    # ── limits and weights ──

    def _limit(self, owner: Any, limit: r.Limit) -> Iterator[Way]:
        best_first = {"cap": [0], "floor": [-1]}.get(limit.kind, [0, -1])
        holders = (owner,) if isinstance(owner, r.Measure) else blocks(owner.block)
        limits = next((each.limits for each in holders if limit in each.limits), None)
        if limits is None:
            return
        others = [
            goal
            for each in limits[: limits.index(limit)]
            if each.kind == "override" and limit.kind == "override"
            for goal in self._holds(each.condition, False)
        ]  # fmt: skip
        own = self._holds(limit.condition)
        for place in best_first:
            yield (*self._rated(owner, place), *own, *others)
            yield (*own, *self._rated(owner, place), *own, *others)
        yield (*own, *others, *self._score_beyond(owner, limit))

    def _score_beyond(self, owner: Any, limit: r.Limit) -> list[Goal]:
        """That the score of a card lies where a cap or floor by score changes it."""
        if limit.score is None or limit.kind == "override" or not isinstance(owner, r.Scorecard):
            return []
        score = e.Reference("card", owner.name, "computed_score", type=NUMBER, span=limit.span)
        relation = ">" if limit.kind == "cap" else "<"
        return [condition(e.Compare(relation, score, limit.score, type=FLAG, span=limit.span))]

    def _rated(self, owner: Any, place: int) -> list[Goal]:
        """That a measure or a card has its best band (place 0), or its worst (-1)."""
        scale = self.index.bands.get(owner.bands)
        bands = None if scale is None else [scale.bands[place].name]
        if isinstance(owner, r.Measure):
            return [*self._prepared(owner), Goal(lambda wishes: wishes.rated(owner, bands))]
        return [Goal(lambda wishes: wishes.all_rated(owner, bands))]

    def _earlier_columns(self, owner: r.Scorecard, column: r.Column) -> list[Goal]:
        columns = next((block.columns for block in blocks(owner.block) if column in block.columns), (column,))
        before = columns[: columns.index(column)]
        return [goal for each in before for goal in self._holds(each.condition, False)]

    # ── cards ──

    def _card_band(self, owner: r.Scorecard, band: str) -> Iterator[Way]:
        yield (Goal(lambda wishes: wishes.all_rated(owner, [band])), *self._score_in(owner, band))
        members = [member for _, member in leaves(owner.block)][:_MOST_LEAVES]
        members.sort(key=lambda member: -member.weight)
        for first, then in ((0, -1), (-1, 0)):
            goals = self._rated(owner, first)
            yield (*goals, *(goal for member in members for goal in self._member_rated(member, then)))
        yield from (tuple(self._member_rated(member, None, band)) for member in members[:4])
        for limit in owner.block.limits:
            scale = self.index.bands.get(owner.bands)
            if limit.band is not None and scale is not None and scale.bands[limit.band].name == band:
                yield from self._limit(owner, limit)

    def _score_in(self, owner: r.Scorecard, band: str) -> list[Goal]:
        """That the score of a card lies in a band, where bands have intervals."""
        place = next(each for each in self.index.bands[owner.bands].bands if each.name == band)
        if not place.has_interval:
            return []
        score = e.Reference("card", owner.name, "score", type=NUMBER, span=owner.span)
        low, high = (
            None if end is None else e.Constant(end, type=NUMBER, span=owner.span)
            for end in (place.low, place.high)
        )
        between = e.Between(score, low, high, place.low_open, place.high_open, type=FLAG, span=owner.span)
        formula = owner.block.formula
        ends = [end for end in (place.low, place.high) if end is not None]

        def wish(wishes: Wishes) -> Iterator[Patch]:
            if formula is not None and ends:
                for value in (sum(ends) / len(ends), *ends):
                    yield from wishes.become(formula, value, {})

        return [Goal(wish, between)]

    def _member_rated(self, member: r.Member, place: int | None, band: str = "") -> list[Goal]:
        owner = self.index.measures.get(member.name) or self.index.cards[member.name]
        if place is not None:
            return self._rated(owner, place)
        if isinstance(owner, r.Measure):
            return [*self._prepared(owner), Goal(lambda wishes: wishes.rated(owner, [band]))]
        return [Goal(lambda wishes: wishes.all_rated(owner, [band]))]

    def _grace(self, node: r.Grace) -> Iterator[Way]:
        yield from ((days_ago(node.start, days),) for days in (0, 1, 10))

    def _no_score(self, owner: r.Scorecard) -> Iterator[Way]:
        yield ()
        measures = [self.index.measures.get(member.name) for _, member in leaves(owner.block)]
        known = [measure for measure in measures if measure is not None]
        yield tuple(missing(measure) for measure in known)

    # ── reasons ──

    def _cause(self, owner: r.Measure, cause: Cause) -> Iterator[Way]:
        fresh, node = owner.fresh, cause.node
        if cause.reason == "not_applicable" and isinstance(node, r.Measure):
            yield from ((condition(applies.condition, False),) for applies in owner.applies)
        elif cause.reason in ("stale", "expired") and isinstance(node, r.Fresh):
            word = cause.reason
            yield (*self._any_rating(owner), Goal(lambda wishes: wishes.aged(node, word)))
        elif cause.pointer == AGE and fresh is not None:
            by = fresh.by
            yield (*self._any_rating(owner), Goal(lambda wishes: wishes.absent(by, {})))
        elif isinstance(node, e.NotAvailable):
            for way in self._leading_to(node, owner):
                yield (*self._prepared(owner), *way)
        elif isinstance(node, e.Call):
            yield from self._zero(owner, node)
        elif isinstance(node, r.Measure) and owner.value is not None:
            value = owner.value
            yield (
                *self._prepared(owner),
                Goal(lambda wishes: wishes.become(value, "no band of that name", {})),
            )
        else:
            yield from self._missing(owner, node)

    def _any_rating(self, owner: r.Measure) -> list[Goal]:
        return [*self._prepared(owner), Goal(lambda wishes: wishes.rated(owner, None))]

    def _missing(self, owner: r.Measure, node: e.Expression) -> Iterator[Way]:
        absent = Goal(lambda wishes: self._without(wishes, node))
        yield (*self._prepared(owner), absent)
        yield (*self._any_rating(owner), absent)
        for block in owner.rates:
            for row in block.rows:
                for way in islice(self._row(owner, row), 1):
                    yield (*way, absent)

    def _without(self, wishes: Wishes, node: e.Expression) -> Iterator[Patch]:
        yield from wishes.absent(node, {})
        if isinstance(node, e.Attribute):
            for elements in self._lists_of(wishes, node):
                if isinstance(wishes.account.at(elements), list):
                    for place, _ in enumerate(wishes.account.at(elements)[:3]):
                        yield (((*elements, place, node.name), ABSENT),)

    def _lists_of(self, wishes: Wishes, node: e.Attribute) -> Iterator[tuple[str, ...]]:
        """The lists of the facts whose elements have a field of that name."""
        for each in wishes.index.program.facts.fields:
            stack: list[tuple[tuple[str, ...], Field]] = [((each.name,), each)]
            while stack:
                path, declared = stack.pop()
                element = declared.type.element
                if element is not None and any(inner.name == node.name for inner in element.fields):
                    yield path
                stack += [((*path, inner.name), inner) for inner in declared.type.fields]

    def _zero(self, owner: r.Measure, node: e.Call) -> Iterator[Way]:
        numerator, denominator = node.arguments

        def zero(wishes: Wishes) -> Iterator[Patch]:
            return joined(wishes.present(numerator, {}), wishes.become(denominator, 0, {}))

        yield (*self._any_rating(owner), Goal(zero))
        yield (*self._prepared(owner), Goal(zero))

    def _leading_to(self, node: e.Expression, owner: r.Measure) -> Iterator[Way]:
        """What must hold for an expression inside of choices and tables to be the value."""
        everything: list[Any] = [self.program]
        while everything:
            current = everything.pop()
            everything.extend(parts(current))
            if isinstance(current, e.Choose):
                earlier: list[Goal] = []
                for branch in current.branches:
                    if branch.value is node:
                        yield (*earlier, condition_of(branch.condition, True))
                    earlier.append(condition_of(branch.condition, False))
                if current.otherwise is node:
                    yield tuple(earlier)
            elif isinstance(current, r.Table):
                yield from (
                    way for row in current.rows if row.result is node for way in self._table_row(current, row)
                )
        yield ()

    # ── matrices and tables ──

    def _cell(self, owner: r.Matrix, values: tuple[str, ...] | None) -> Iterator[Way]:
        if values is not None:
            goals = tuple(
                is_text(axis.subject, value) for axis, value in zip(owner.axes, values, strict=True)
            )
            yield goals
            yield goals[::-1]
            return
        for beside in owner.axes:
            known = [is_text(axis.subject, axis.values[0]) for axis in owner.axes if axis is not beside]
            words = [
                word
                for word in (*beside.subject.type.choices, "anything else", "")
                if word not in beside.values
            ]
            yield from ((*known, is_text(beside.subject, word)) for word in words)

    def _table_row(self, table: r.Table, row: r.TableRow) -> Iterator[Way]:
        before = [each for each in table.rows[: table.rows.index(row)] if each.condition is not None]
        for site in self.sites.get(table.key, [])[:_MOST_SITES]:
            around = site.around
            goals = self._prepared(site.measure) if site.measure is not None else []
            others = [self._row_holds(each.condition, False, around) for each in before]
            if row.condition is not None:
                own = [self._row_holds(row.condition, True, around)]
                yield (*goals, *own)
                yield (*goals, *others, *own)
            else:
                yield (*goals, self._parameters(table, around), *others)

    def _row_holds(self, node: e.Expression | None, truth: bool, around: Around) -> Goal:
        assert node is not None
        known = grounded(node, around, self.index)
        return Goal(lambda wishes: wishes.hold(node, truth, around), known, truth)

    def _parameters(self, table: r.Table, around: Around) -> Goal:
        names = [e.Variable(name, type=kind, span=table.span)
                 for name, kind in zip(table.parameters, table.parameter_types, strict=False)]  # fmt: skip
        return Goal(lambda wishes: joined(*(wishes.present(name, around) for name in names)))

    def _sites(self) -> dict[str, list[_Site]]:
        """Every call of a table from outside of definitions and tables, through those."""
        found: dict[str, list[_Site]] = {}
        for step in self.program.steps:
            stack: list[tuple[Any, Around, int]] = [(step, {}, 0)]
            while stack:
                node, around, depth = stack.pop()
                stack.extend((part, around, depth) for part in reversed(list(parts(node))))
                if isinstance(node, e.CallDefinition) and depth < _MOST_SITES:
                    inside = self.wishes.bound(node, around)
                    measure = step if isinstance(step, r.Measure) else None
                    found.setdefault(node.instance, []).append(_Site(inside, measure))
                    body = self.index.called.get(node.instance)
                    if body is not None and len(found[node.instance]) <= _MOST_SITES:
                        stack.append((body, inside, depth + 1))
        return found


_GROUNDED = (
    e.Compare, e.Between, e.OneOf, e.Logic, e.Not, e.Call, e.Elapsed, e.Within, e.Constant, e.Fact, e.Reference, e.IsBand,
    e.AsOf,
)  # fmt: skip


def grounded(node: e.Expression, around: Around, index: Index, depth: int = 0) -> e.Expression | None:
    """A condition on parameters with what they stand for in their place; None where that cannot be observed."""
    if depth > _DEEPEST:
        return None
    if isinstance(node, e.Variable):
        meant = around.get(node.name)
        if isinstance(meant, Meaning):
            return grounded(meant.node, meant.around, index, depth + 1)
        return node if meant is None and index.meaning(node.name) is not None else None
    if not isinstance(node, _GROUNDED):
        return None
    changes: dict[str, Any] = {}
    for name in (each.name for each in attrs.fields(type(node))):
        part = getattr(node, name)
        inner = part if isinstance(part, tuple) else (part,)
        if not any(isinstance(each, e.Expression) for each in inner):
            continue
        found = tuple(
            grounded(each, around, index, depth + 1) for each in inner if isinstance(each, e.Expression)
        )
        if None in found:
            return None
        changes[name] = found if isinstance(part, tuple) else found[0]
    return attrs.evolve(node, **changes) if changes else node


def condition_of(node: e.Expression, truth: bool) -> Goal:
    """The goal that a condition holds which may stand where it cannot be observed."""
    return Goal(lambda wishes: wishes.hold(node, truth, {}))
