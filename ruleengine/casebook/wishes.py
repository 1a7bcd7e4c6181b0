"""Facts for which a condition holds, or does not; for which something is known, or missing; for which a band is given.

In: a condition and whether it shall hold. Out: patches, the likelier ones first, as in `wished_values.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from ruleengine.casebook.accounts import ABSENT, New, Patch, blank_of, plain
from ruleengine.casebook.edges import MIRRORED, NEGATED
from ruleengine.casebook.wished_series import SeriesValues
from ruleengine.casebook.wished_values import MOST_STEPS, Around, Place, joined
from ruleengine.library.dates import add_months
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import leaves
from ruleengine.tree.cells import places_of
from ruleengine.values import Field, Kind

_MOST = 24
_DEEPEST = 24
_MOST_CHILDREN = 30
#: Beyond every grace period.
_LONG_AGO = 400


class Wishes(SeriesValues):
    """Guesses for conditions."""

    def hold(self, node: e.Expression, truth: bool, around: Around) -> Iterator[Patch]:
        """Patches after which a condition may be true, or false."""
        self.steps += 1
        if self.depth > _DEEPEST or self.steps > MOST_STEPS:
            return
        node, around = self.behind(node, around)
        handler: Callable[..., Iterator[Patch]] | None = getattr(
            self, f"_hold_{type(node).__name__.lower()}", None
        )
        self.depth += 1
        try:
            if handler is None:
                yield from self.become(node, truth, around)
            else:
                yield from islice(handler(node, truth, around), _MOST)
        finally:
            self.depth -= 1

    # ── comparisons ──

    def _hold_compare(self, node: e.Compare, truth: bool, around: Around) -> Iterator[Patch]:
        operator = node.operator if truth else NEGATED[node.operator]
        left, right = self.constant(node.left, around), self.constant(node.right, around)
        if right is not None:
            yield from self._compared(node.left, operator, right, around)
        elif left is not None:
            yield from self._compared(node.right, MIRRORED[operator], left, around)
        else:
            yield from self._of_two(node, operator, around)

    def _compared(self, subject: e.Expression, operator: str, edge: Any, around: Around) -> Iterator[Patch]:
        real = self.behind(subject, around)[0]
        for value in self.edges.satisfying(real, operator, edge):
            yield from self.become(subject, value, around)

    def _of_two(self, node: e.Compare, operator: str, around: Around) -> Iterator[Patch]:
        """Both sides vary: values that lie apart as they should."""
        kind = node.left.type.kind
        if kind in (Kind.TEXT, Kind.CHOICE, Kind.FLAG):
            words = [*(node.left.type.choices or node.right.type.choices), "one", "another"]
            pairs: list[tuple[Any, Any]] = [(words[0], words[0]), (words[0], words[1])]
            pairs = [(True, True), (True, False)] if kind is Kind.FLAG else pairs
            pairs = pairs[:1] if operator == "=" else pairs[1:]
        else:
            today = self.account.as_of.toordinal()
            middle = today - 30 if kind in (Kind.DATE, Kind.TIMESTAMP) else 50
            by_relation: dict[str, list[tuple[Any, Any]]] = {
                "=": [(middle, middle), (1, 1)], "!=": [(middle, middle + 1)], "<": [(middle, middle + 10), (0.4, 0.6)],
                "<=": [(middle, middle), (1, 1)], ">=": [(middle, middle), (1, 1)],
                ">": [(middle + 10, middle), (0.6, 0.4), (middle, middle - 10)],
            }  # fmt: skip
            pairs = by_relation[operator]
        for first, second in pairs:
            yield from joined(self.become(node.right, second, around), self.become(node.left, first, around))

    def _hold_between(self, node: e.Between, truth: bool, around: Around) -> Iterator[Patch]:
        low, high = (self.constant(end, around) for end in (node.low, node.high))
        ends = tuple(end if isinstance(end, int | float) else None for end in (low, high))
        subject = self.behind(node.subject, around)[0]
        values = self.edges.inside(subject, *ends) if truth else self.edges.outside(subject, *ends)
        for value in values:
            yield from self.become(node.subject, value, around)
        if any(
            end is not None and known is None for end, known in zip((node.low, node.high), ends, strict=True)
        ):
            yield from self.hold(_two_comparisons(node), truth, around)

    def _hold_oneof(self, node: e.OneOf, truth: bool, around: Around) -> Iterator[Patch]:
        choices = [self.constant(choice, around) for choice in node.choices]
        known = [choice for choice in choices if choice is not None]
        if len(known) < len(choices):
            compared = (
                e.Compare("=", node.subject, choice, type=node.type, span=node.span)
                for choice in node.choices
            )
            yield from self.hold(
                e.Logic("or", tuple(compared), type=node.type, span=node.span), truth, around
            )
        elif truth:
            for choice in known:
                yield from self.become(node.subject, choice, around)
        else:
            subject = self.behind(node.subject, around)[0]
            others = (value for choice in known for value in self.edges.satisfying(subject, "!=", choice))
            for value in others:
                if value not in known:
                    yield from self.become(node.subject, value, around)

    def _hold_within(self, node: e.Within, truth: bool, around: Around) -> Iterator[Patch]:
        length, made = self.given(node.duration, 2, around)
        today = self.account.as_of.toordinal()
        last = today - int(length) if node.duration.type.unit == "days" else add_months(today, -length)
        if last is None:
            return
        days = [today - 1, last, today] if truth else [last - 1, last - 40, today + 1]
        for day in days:
            yield from joined(made, self.become(node.subject, day, around))

    # ── logic ──

    def _hold_constant(self, node: e.Constant, truth: bool, around: Around) -> Iterator[Patch]:
        if node.value is truth:
            yield ()

    def _hold_not(self, node: e.Not, truth: bool, around: Around) -> Iterator[Patch]:
        yield from self.hold(node.operand, not truth, around)

    def _hold_logic(self, node: e.Logic, truth: bool, around: Around) -> Iterator[Patch]:
        if (node.operator == "and") is truth:
            yield from joined(*(self.hold(operand, truth, around) for operand in node.operands))
            return
        turns = [self.hold(operand, truth, around) for operand in node.operands]
        while turns:  # by turns: the first way of each, then the second
            for turn in list(turns):
                found = next(turn, None)
                if found is None:
                    turns.remove(turn)
                else:
                    yield found

    def _hold_choose(self, node: e.Choose, truth: bool, around: Around) -> Iterator[Patch]:
        earlier: list[Iterator[Patch]] = []
        for branch in node.branches:
            yield from joined(
                self.hold(branch.condition, True, around), self.hold(branch.value, truth, around)
            )
            earlier.append(self.hold(branch.condition, False, around))
        yield from joined(*earlier, self.hold(node.otherwise, truth, around))

    def _hold_calldefinition(self, node: e.CallDefinition, truth: bool, around: Around) -> Iterator[Patch]:
        body = self.index.called.get(node.instance)
        if isinstance(body, r.Definition):
            yield from self.hold(body.body, truth, self.bound(node, around))
        else:
            yield from self.become(node, truth, around)

    def _hold_call(self, node: e.Call, truth: bool, around: Around) -> Iterator[Patch]:
        if node.function == "list contains":
            yield from self._contains(node, truth, around)
        elif node.function in ("text contains", "starts_with", "ends_with"):
            wanted, made = self.given(node.arguments[1], "a", around)
            yield from joined(
                made, self.become(node.arguments[0], wanted if truth else "something else", around)
            )
        else:  # matches
            pattern = "".join(map(str, node.options))
            plain_part = "".join(sign for sign in pattern if sign not in "^$\\.?*+()[]{}|")
            for text in (
                (plain_part, pattern.split("|")[0].strip("^$()")) if truth else ("", "something else")
            ):
                yield from self.become(node.arguments[0], text, around)

    def _contains(self, node: e.Call, truth: bool, around: Around) -> Iterator[Patch]:
        source, inside = self.behind(node.arguments[0], around)
        if isinstance(source, e.ListOf):
            one_of = e.OneOf(node.arguments[1], source.items, type=node.type, span=node.span)
            yield from self.hold(one_of, truth, inside)
        wanted, made = self.given(node.arguments[1], self._anything(node.arguments[1])[0], around)
        for elements in self.elements(node.arguments[0], around):
            with_it: Patch = (((*elements.path, New()), wanted),)
            ways = (elements.begun, elements.emptied) if truth else (elements.emptied,)
            yield from joined(made, ((*way, *(with_it if truth else ())) for way in ways))

    # ── lists ──

    def _hold_query(self, node: e.Query, truth: bool, around: Around) -> Iterator[Patch]:
        if node.kind not in ("any", "all"):
            yield from self.become(node, truth, around)
            return
        if truth is (node.kind == "all"):
            yield from self.emptied(node.source, around)
        for elements in self.elements(node.source, around):
            for alone in (elements.begun, elements.emptied):
                path = (*elements.path, New())
                inside = around | {node.variable: Place(path, elements.type)}
                wanted = (
                    self.hold(node.where, truth, inside) if node.where is not None else [(((path), truth),)]
                )
                yield from joined([alone], self.element(elements, path), wanted)
            if self.account.at((*elements.path, 0)) is not None and node.where is not None:
                first = around | {node.variable: Place((*elements.path, 0), elements.type)}
                yield from self.hold(node.where, truth, first)

    # ── what is known ──

    def _hold_isstatus(self, node: e.IsStatus, truth: bool, around: Around) -> Iterator[Patch]:
        known = "scored" in node.words
        yield from self.present(node.subject, around) if known is truth else self.absent(node.subject, around)

    def present(self, node: e.Expression, around: Around) -> Iterator[Patch]:
        """Patches after which a value may be known."""
        node, around = self.behind(node, around)
        if isinstance(node, e.Fact):
            yield from self._present(node.path, node.fact)
        elif isinstance(node, e.Attribute) and node.fact is not None:
            for path, patch in self.places(node.base, around):
                for edits in self._present((*path, node.name), node.fact):
                    yield (*patch, *edits)
                    yield (*edits, *patch)  # what makes it the element that is taken has the last word
        elif isinstance(node, e.Call | e.Elapsed | e.Compare):
            inner = node.arguments if isinstance(node, e.Call) else _sides(node)
            yield from joined(*(self.present(part, around) for part in inner))
        elif isinstance(node, e.Constant):
            yield ()
        elif isinstance(node, e.Default):
            yield from self.present(node.operands[0], around)
        elif isinstance(node, e.Query):
            for _, patch in self.places(node, around):
                yield patch
        else:
            for value in self._anything(node):
                yield from self.become(node, value, around)

    def _present(self, path: tuple[Any, ...], declared: Field) -> Iterator[Patch]:
        if self.account.at(path) is not None:
            yield ()
        elif declared.type.kind in (Kind.LIST, Kind.RECORD):
            yield ((path, blank_of(declared.type, self.account.as_of)),)
        else:
            yield from self._stored(path, plain(declared, self.account.as_of), declared)

    def _anything(self, node: e.Expression) -> tuple[Any, ...]:
        kind = node.type.kind
        if kind is Kind.FLAG:
            return (True, False)
        if kind in (Kind.DATE, Kind.TIMESTAMP):
            return (self.account.as_of.toordinal() - 1,)
        return (1.0, 0.5, 10.0) if kind is Kind.NUMBER else (*node.type.choices, "any")

    def absent(self, node: e.Expression, around: Around) -> Iterator[Patch]:
        """Patches after which a value may be missing."""
        node, around = self.behind(node, around)
        if isinstance(node, e.Fact):
            yield ((node.path, ABSENT),)
        elif isinstance(node, e.Attribute):
            for path, patch in self.places(node.base, around):
                yield (*patch, ((*path, node.name), ABSENT))
        elif isinstance(node, e.Reference):
            if node.name in self.index.measures:
                yield from self.status(self.index.measures[node.name], "missing")
        elif isinstance(node, e.Query):
            yield from self.emptied(node.source, around)
            yield from self.absent(node.source, around)
        elif isinstance(node, e.OfSeries):
            series, inside = self.behind(node.series, around)
            if isinstance(series, e.Query):
                yield from self.emptied(series.source, inside)
        elif isinstance(node, e.Default):
            yield from joined(*(self.absent(operand, around) for operand in node.operands))
        elif isinstance(node, e.Call | e.CallDefinition | e.Elapsed | e.Compare):
            for part in _sides(node) if isinstance(node, e.Elapsed | e.Compare) else node.arguments:
                yield from self.absent(part, around)
        elif isinstance(node, e.Choose):
            for branch in node.branches:
                yield from self.absent(branch.condition, around)
                yield from joined(
                    self.hold(branch.condition, True, around), self.absent(branch.value, around)
                )
            yield from self.absent(node.otherwise, around)

    # ── measures and cards ──

    def _become_reference(self, node: e.Reference, value: Any, around: Around) -> Iterator[Patch]:
        measure = self.index.measures.get(node.name) if node.kind == "measure" else None
        if measure is not None and node.part == "value" and measure.value is not None:
            yield from self.become(measure.value, value, {})
            if measure.applies or measure.fresh is not None:  # else it has no value for others
                becoming = self.become(measure.value, value, {})
                yield from joined(self._applying(measure), becoming, self._fresh(measure))
        elif isinstance(value, str) and node.part in ("band", "computed_band"):
            yield from self.banded(node, [value])
        else:
            yield from self.banded(node, None)

    def _hold_isband(self, node: e.IsBand, truth: bool, around: Around) -> Iterator[Patch]:
        matrix = self.matrices.get(node.subject.name) if node.subject.kind == "matrix" else None
        if matrix is not None:
            yield from self._celled(
                matrix, {place for place in range(len(matrix.cells)) if (place in node.positions) is truth}
            )
            return
        bands = self.index.bands_of(node.subject)
        if bands is not None:
            names = [
                band.name for place, band in enumerate(bands.bands) if (place in node.positions) is truth
            ]
            yield from self.banded(node.subject, names)

    def _celled(self, node: r.Matrix, wanted: set[int]) -> Iterator[Patch]:
        """Patches after which a matrix may give one of some cells."""
        for values, number, _ in places_of(node):
            if number in wanted:
                axes = zip(node.axes, values, strict=True)
                yield from joined(*(self.become(axis.subject, value, {}) for axis, value in axes))

    def _hold_isbandthanband(self, node: e.IsBandThanBand, truth: bool, around: Around) -> Iterator[Patch]:
        names = node.names
        worse = (node.relation == "worse") is truth
        for left, first in enumerate(names):
            for right, second in enumerate(names):
                if (left > right) if worse else (left < right):
                    yield from joined(
                        self.become(node.right, second, around), self.become(node.left, first, around)
                    )

    def _hold_ismeasurestatus(self, node: e.IsMeasureStatus, truth: bool, around: Around) -> Iterator[Patch]:
        measure = self.index.measures.get(node.subject.name)
        if measure is None:
            matrix = self.matrices.get(node.subject.name)
            if matrix is not None:
                yield from self._matrix_status(matrix, ("scored" in node.words) is truth)
            else:
                yield from self._card_status(self.index.cards[node.subject.name], node, truth)
            return
        for word in node.words if truth else ("scored",) if "scored" not in node.words else ("missing",):
            yield from self.status(measure, word)

    def _card_status(self, card: r.Scorecard, node: e.IsMeasureStatus, truth: bool) -> Iterator[Patch]:
        """A card has a score when its measures are rated, and none when all of them lack data."""
        if ("scored" in node.words) is truth:
            yield from self.all_rated(card, None, node.subject.path)
        else:
            yield ()
            measures = [self.index.measures.get(member.name) for _, member in leaves(card.block)]
            yield from joined(*(self.status(each, "missing") for each in measures if each is not None))

    def _matrix_status(self, node: r.Matrix, is_known: bool) -> Iterator[Patch]:
        """A matrix is known at a place with a cell, and not known at one with `na`, or where an axis is not known."""
        if is_known:
            yield from self._celled(node, set(range(len(node.cells))))
            return
        yield from self._celled(node, {-1})  # what stands for `na`
        for axis in node.axes:
            yield from self.absent(axis.subject, {})

    def status(self, node: r.Measure, word: str) -> Iterator[Patch]:
        """Patches after which a measure may have a status."""
        for block in node.rates:
            for row in block.rows:
                if isinstance(row.outcome, r.NaOutcome) and row.outcome.reason == word:
                    yield from self.row(node, block, row)
        if word == "scored":
            yield from self.rated(node, None)
        elif word == "not_applicable":
            for applies in node.applies:
                yield from self.hold(applies.condition, False, {})
        elif word in ("stale", "expired") and node.fresh is not None:
            yield from joined(self.rated(node, None), self.aged(node.fresh, word))
        elif word == "missing" and node.value is not None:
            yield from joined(self._applying(node), self.absent(node.value, {}))

    def aged(self, fresh: r.Fresh, word: str) -> Iterator[Patch]:
        """Patches after which a measure may be stale or expired, by a day."""
        limit, unit = (
            (fresh.stale, fresh.stale_unit) if word == "stale" else (fresh.expired, fresh.expired_unit)
        )
        today = self.account.as_of.toordinal()
        last = add_months(today, -(limit or 0)) if unit == "months" else today - int(limit or 0)
        for days in (1, 2, 5, 40) if last is not None else ():
            yield from self.become(fresh.by, (last or today) - days, {})

    def banded(self, node: e.Reference, bands: list[str] | None) -> Iterator[Patch]:
        """Patches after which a measure or card may have one of some bands, or any."""
        if node.kind == "measure" and node.name in self.index.measures:
            yield from self.rated(self.index.measures[node.name], bands)
        elif node.name in self.index.cards:
            yield from self.all_rated(self.index.cards[node.name], bands, node.path)

    def all_rated(self, card: r.Scorecard, bands: list[str] | None, path: str = "") -> Iterator[Patch]:
        """Patches after which all measures of a card, or of a group in it, may have one of some bands."""
        members = [
            member
            for where, member in leaves(card.block)
            if not path or where == path or where.startswith(f"{path}.")
        ]
        for band in bands if bands is not None else [None]:
            patch: list[Any] = []
            for member in members[:_MOST_CHILDREN]:
                measure = self.index.measures.get(member.name)
                wanted = None if band is None else [band]
                if measure is not None:
                    patch += next(self.rated(measure, wanted), ())
                else:
                    patch += next(self.all_rated(self.index.cards[member.name], wanted), ())
            patch += next(self._out_of_grace(card), ())
            yield tuple(patch)

    def _out_of_grace(self, card: r.Scorecard) -> Iterator[Patch]:
        if card.grace is not None:
            yield from self.become(card.grace.start, self.account.as_of.toordinal() - _LONG_AGO, {})

    def rated(self, node: r.Measure, bands: list[str] | None) -> Iterator[Patch]:
        """Patches after which a measure may have one of some bands, or any rating."""
        if node.as_given and node.value is not None:
            for band in bands or ["green"]:
                yield from joined(self._applying(node), self.become(node.value, band, {}), self._fresh(node))
            return
        scale = self.index.bands.get(node.bands)
        for block in node.rates:
            for row in block.rows:
                if bands is None or (scale is not None and _gives(row, scale, bands)):
                    yield from self.row(node, block, row)

    def row(self, node: r.Measure, block: r.RateBlock, row: r.Row) -> Iterator[Patch]:
        """Patches after which a row may decide."""
        parts = [self._applying(node)]
        if block.condition is not None:
            parts.append(self.hold(block.condition, True, {}))
        before = block.rows[: block.rows.index(row)]
        parts += [self.hold(each.condition, False, {}) for each in before if each.condition is not None]
        if row.condition is not None:
            parts.append(self.hold(row.condition, True, {}))
        elif node.value is not None:
            parts.insert(0, self.present(node.value, {}))
        return joined(*parts, self._fresh(node))

    def _applying(self, node: r.Measure) -> Iterator[Patch]:
        return joined(*(self.hold(applies.condition, True, {}) for applies in node.applies))

    def _fresh(self, node: r.Measure) -> Iterator[Patch]:
        if node.fresh is None:
            return iter([()])
        return islice(self.become(node.fresh.by, self.account.as_of.toordinal() - 1, {}), 3)


def _two_comparisons(node: e.Between) -> e.Expression:
    """An interval as comparisons with its ends."""
    low = (
        e.Compare(">" if node.low_open else ">=", node.subject, node.low, type=node.type, span=node.span)
        if node.low
        else None
    )
    high = (
        e.Compare("<" if node.high_open else "<=", node.subject, node.high, type=node.type, span=node.span)
        if node.high
        else None
    )
    return e.Logic(
        "and", tuple(each for each in (low, high) if each is not None), type=node.type, span=node.span
    )


def _sides(node: e.Elapsed | e.Compare) -> tuple[e.Expression, ...]:
    return (node.date,) if isinstance(node, e.Elapsed) else (node.left, node.right)


def _gives(row: r.Row, scale: r.BandSet, bands: list[str]) -> bool:
    """Whether a row gives one of some bands, or points, which may lie in one of them."""
    if isinstance(row.outcome, r.BandOutcome):
        return scale.bands[row.outcome.position].name in bands
    return not isinstance(row.outcome, r.NaOutcome)
