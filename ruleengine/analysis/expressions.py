"""Evaluation tree → what its expressions may be, for all accounts of a box.

In: an expression and a box. Out: a `May` that holds every value that the evaluator can give for an account of the box; tests
that stay undecided are noted, with the parts that would decide them. What cannot be said closely (lists, series, texts that
are made) may be anything that its type allows: that costs answers, never their truth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ruleengine.analysis.arithmetic import called
from ruleengine.analysis.may import (
    ALL_REASONS,
    ANYTHING,
    BOTH,
    EVERY,
    NO_REASONS,
    TRUE,
    May,
    Numbers,
    Present,
    Words,
    join,
    meet,
    na,
    numbers,
    one,
    truth,
    without,
    word,
)
from ruleengine.analysis.situation import NOWHERE, Around, Bound, Box, Impossible, Key, Keys, Open
from ruleengine.analysis.time import FIRST_DAY, LAST_DAY, last_passed
from ruleengine.checker.domains import Numbers as Domain
from ruleengine.checker.domains import Words as KnownWords
from ruleengine.checker.domains import domain_of
from ruleengine.checker.index import Index, walk
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.edges import adjusted
from ruleengine.values import LARGEST_FACT, Field, Kind, Type, equal, less

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_FAILING = frozenset({"missing", "invalid"})
MICROSECONDS, EPOCH = 86_400_000_000, 719_163
_MONTHS_IN = {"months": 1, "quarters": 3, "years": 12}
_DAYS_IN = {"days": 1, "weeks": 7}
_ENOUGH_OPENS = 400

Ranges = list[tuple[float, float]]


def below(edge: float) -> tuple[float, float]:
    """Numbers less than an edge."""
    return -math.inf, math.nextafter(adjusted("<", edge), -math.inf)


def from_on(edge: float) -> tuple[float, float]:
    """Numbers that are not less than an edge."""
    return adjusted(">=", edge), math.inf


def up_to(edge: float) -> tuple[float, float]:
    """Numbers that are not more than an edge."""
    return -math.inf, adjusted("<=", edge)


def above(edge: float) -> tuple[float, float]:
    """Numbers more than an edge."""
    return math.nextafter(adjusted(">", edge), math.inf), math.inf


class Expressions:
    """What expressions may be. `box` is what is assumed; `looked_at` notes every key that was asked for."""

    index: Index
    keys: Keys
    box: Box
    as_of: float
    opens: list[Open]
    looked_at: set[Key]

    def value(self, node: e.Expression, around: Around = NOWHERE) -> May:
        """What an expression may be."""
        handler: Callable[..., May] = getattr(self, _HANDLERS[node.__class__])
        found = handler(node, around)
        if isinstance(node, e.Constant | e.Variable | e.AsOf):
            return found
        key = self.keys.of(node)
        return found if key is None else self.restricted(key, found)

    def restricted(self, key: Key, found: May) -> May:
        """What is left of a value under the box."""
        self.looked_at.add(key)
        held = self.box.get(key)
        if held is None:
            return found
        left = meet(found, held)
        if left.is_empty:
            raise Impossible
        return left

    def open(self, node: e.Expression, parts: Iterable[May], around: Around) -> None:
        """Note that a test is undecided, with the parts of its subject."""
        if len(self.opens) >= _ENOUGH_OPENS:
            return
        listed = tuple(part for part in parts if not part.is_empty)
        if isinstance(node, e.Variable) and node.name in around:
            bound = around[node.name]
            if bound.key is not None and bound.node is not None:
                self._open_key(bound.key, bound.node, listed)
            return
        resolved = self.keys.resolve(node)
        key = self.keys.of(node)
        if key is not None:
            self._open_key(key, resolved, listed)

    def _open_key(self, key: Key, node: e.Expression, parts: tuple[May, ...]) -> None:
        if isinstance(node, e.Elapsed) and node.date.type.kind is Kind.DATE:
            date_key = self.keys.of(node.date)
            dates = self._dates_of(node, parts)
            if date_key is not None and dates is not None:
                self.opens.append(Open(date_key, self.keys.resolve(node.date), dates))
                return
        if len(parts) > 1:
            self.opens.append(Open(key, node, parts))

    def _dates_of(self, node: e.Elapsed, parts: Sequence[May]) -> tuple[May, ...] | None:
        """The dates that belong to parts of an age."""
        found: list[May] = []
        for part in parts:
            if isinstance(part.present, Numbers):
                ends = self._stretch(node, part.present)
                if ends is None:
                    return None
                dates = numbers(*ends, 1)
                found += [May(present=dates)] if dates is not None else []
        current = self.value(node.date)
        outside = (
            numbers(self.as_of + 1, math.inf, 1)
            if node.direction == "since"
            else numbers(-math.inf, self.as_of - 1, 1)
        )
        for part in (May(current.reasons), May(present=outside)):
            left = meet(current, part)
            found += [left] if not left.is_empty else []
        return tuple(found) if len(found) > 1 else None

    def _stretch(self, node: e.Elapsed, found: Numbers) -> tuple[float, float] | None:
        low, high = max(0.0, found.low), found.high
        if node.unit in _DAYS_IN:
            size = _DAYS_IN[node.unit]
            first, last = (
                math.ceil(low) * size,
                math.floor(high) * size + size - 1 if high < math.inf else math.inf,
            )
            if node.direction == "since":
                return self.as_of - last, self.as_of - first
            return self.as_of + first, self.as_of + last
        if node.direction != "since":
            return None
        size = _MONTHS_IN[node.unit]
        newest = min(self.as_of, last_passed(self.as_of, math.ceil(low) * size))
        if high >= LAST_DAY / 28:
            return FIRST_DAY, newest
        return max(FIRST_DAY, last_passed(self.as_of, (math.floor(high) + 1) * size) + 1), newest

    # ── what a type allows ──

    def of_type(self, kind: Type, reasons: frozenset[str]) -> May:
        """Anything that a type allows."""
        return May(reasons, _present_of(kind))

    def opaque(self, node: e.Expression, reasons: frozenset[str]) -> May:
        """Anything that the domain of an expression allows."""
        domain = domain_of(node, self.index)
        if isinstance(domain, Domain) and node.type.kind is Kind.NUMBER:
            low = (
                -math.inf if domain.low is None else (above(domain.low)[0] if domain.low_open else domain.low)
            )
            high = (
                math.inf
                if domain.high is None
                else (below(domain.high)[1] if domain.high_open else domain.high)
            )
            return May(reasons, numbers(low, high, domain.step))
        if isinstance(domain, KnownWords) and domain.closed:
            return May(reasons, Words(frozenset(domain.words)))
        return self.of_type(node.type, reasons)

    def _of_field(self, node: e.Fact | e.Attribute, field: Field, reasons: frozenset[str]) -> May:
        if field.type.kind is Kind.NUMBER:
            found = self.opaque(e.Fact((), field, type=field.type, span=node.span), reasons)
            limits = May(reasons, Numbers(-LARGEST_FACT, LARGEST_FACT))
            return meet(found, limits)
        return self.of_type(field.type, reasons)

    # ── leaves ──

    def _constant(self, node: e.Constant, around: Around) -> May:
        if isinstance(node.value, bool | str):
            return word(node.value)
        if node.type.kind is Kind.BAND:
            return word(int(node.value))
        if node.type.kind is Kind.TIMESTAMP:
            return one(node.value / MICROSECONDS + EPOCH)
        return one(float(node.value))

    def _not_available(self, node: e.NotAvailable, around: Around) -> May:
        return na(node.reason)

    def _as_of(self, node: e.AsOf, around: Around) -> May:
        return one(self.as_of)

    def _fact(self, node: e.Fact, around: Around) -> May:
        known = self.required_paths
        reasons = NO_REASONS if node.path in known else frozenset({"missing"})
        found = self._of_field(node, node.fact, reasons)
        if node.assumed is not None and reasons:
            return join((May(present=found.present), self.value(node.assumed, around)))
        return found

    required_paths: frozenset[tuple[str, ...]]

    def _variable(self, node: e.Variable, around: Around) -> May:
        bound = around.get(node.name)
        if bound is not None:
            return bound.value
        return self.named(node)

    def named(self, node: e.Variable) -> May:
        """What a let, a segment or the value of a measure may be."""
        raise NotImplementedError

    def _attribute(self, node: e.Attribute, around: Around) -> May:
        base = self.value(node.base, around)
        if base.present is None:
            return May(base.reasons)
        if node.fact is None:
            return self.opaque(node, ALL_REASONS)
        required = node.fact.required
        return self._of_field(
            node, node.fact, base.reasons | (NO_REASONS if required else frozenset({"missing"}))
        )

    # ── calls ──

    def _call(self, node: e.Call, around: Around) -> May:
        [*parts] = node.arguments
        if len(parts) == 1 and isinstance(parts[0], e.ListOf):
            parts = list(parts[0].items)
        arguments = [self.value(each, around) for each in parts]
        if any(each.present is None for each in arguments):
            return May(frozenset().union(*(each.reasons for each in arguments)))
        reasons = frozenset[str]().union(*(each.reasons for each in arguments))
        found = called(node, arguments)
        if found is None:
            return self.opaque(node, reasons | _FAILING)
        return May(reasons | found.reasons, found.present)

    def _definition(self, node: e.CallDefinition, around: Around) -> May:
        owner = self.index.called.get(node.instance)
        if owner is None:
            return self.of_type(node.type, ALL_REASONS)
        inner: dict[str, Bound] = {}
        for name, argument in zip(owner.parameters, node.arguments, strict=True):
            plain = around.get(argument.name) if isinstance(argument, e.Variable) else None
            value = self.value(argument, around)
            inner[name] = plain or Bound(value, self.keys.of(argument), self.keys.resolve(argument))
        if isinstance(owner, r.Definition):
            return self.value(owner.body, inner)
        return self._table(owner, inner, node.type)

    def _table(self, table: r.Table, around: Around, kind: Type) -> May:
        if table.hits == "first":
            rows = [(row.condition, row.result) for row in table.rows]
            return self.first_of(rows, lambda result: self.value(result, around), around)
        tests = [TRUE if row.condition is None else self.value(row.condition, around) for row in table.rows]
        if table.hits == "all":
            return self.of_type(kind, ALL_REASONS)
        possible = [
            self.value(row.result, around)
            for row, test in zip(table.rows, tests, strict=True)
            if test.holds(True)
        ]
        reasons = frozenset[str]().union(*(test.reasons for test in tests))
        return join([*possible, May(reasons | _FAILING)])

    def first_of(
        self, rows: Iterable[tuple[e.Expression | None, Any]], outcome: Callable[[Any], May], around: Around
    ) -> May:
        """What the first row that holds may give; an undecided row before it makes it NA."""
        found: list[May] = []
        undecided: list[May] = []
        for condition, result in rows:
            test = TRUE if condition is None else self.value(condition, around)
            if test.reasons:
                found.append(May(test.reasons))
            if test.holds(True):
                value = outcome(result)
                for other in undecided:  # it counts where both would give the same
                    value = May(value.reasons, meet(value, other).present)
                found.append(value)
            if test.is_surely is True:
                return join(found)
            if test.present is None:
                undecided.append(outcome(result))
        return join([*found, na("invalid")])

    def _choose(self, node: e.Choose, around: Around) -> May:
        rows: list[tuple[e.Expression | None, e.Expression]] = [
            (each.condition, each.value) for each in node.branches
        ]
        return self.first_of(
            [*rows, (None, node.otherwise)], lambda result: self.value(result, around), around
        )

    def _default(self, node: e.Default, around: Around) -> May:
        found: list[May] = []
        for operand in node.operands:
            part = self.value(operand, around)
            if "missing" not in part.reasons:
                return join([*found, part])
            found.append(May(part.reasons - {"missing"}, part.present))
        return join([*found, na("missing")])

    # ── conditions ──

    def _compare(self, node: e.Compare, around: Around) -> May:
        left, right = self.value(node.left, around), self.value(node.right, around)
        if isinstance(right.present, Numbers) and right.present.is_one and not right.reasons:
            return self._against(node, node.left, left, node.operator, right.present.low, around)
        if isinstance(left.present, Numbers) and left.present.is_one and not left.reasons:
            return self._against(node, node.right, right, _MIRRORED[node.operator], left.present.low, around)
        reasons = left.reasons | right.reasons
        if left.present is None or right.present is None:
            return May(reasons)
        if (
            isinstance(left.present, Words)
            and isinstance(right.present, Words)
            and node.operator in ("=", "!=")
        ):
            return self._words(node, (left, right), around)
        if isinstance(left.present, Numbers) and isinstance(right.present, Numbers):
            possible, impossible = _two_numbers(node.operator, left.present, right.present)
            return self.left_open(node, truth(possible, impossible, reasons), around)
        return self.left_open(node, May(reasons, BOTH), around)

    def _against(
        self, node: e.Compare, subject: e.Expression, found: May, operator: str, edge: float, around: Around
    ) -> May:
        """A comparison with one number."""
        if subject.type.kind is Kind.TIMESTAMP:
            return self.left_open(
                node, May(found.reasons, BOTH if found.present is not None else None), around
            )
        true, false = sides(operator, edge)
        return self.in_ranges(subject, found, true, false, around)

    def in_ranges(
        self, subject: e.Expression, found: May, true: Ranges, false: Ranges, around: Around
    ) -> May:
        """Whether a number lies in some ranges; `false` are all the others."""
        if found.present is None:
            return May(found.reasons)
        current = found.present if isinstance(found.present, Numbers) else EVERY
        inside, outside = _cut(current, true), _cut(current, false)
        result = truth(bool(inside), bool(outside), found.reasons)
        if result.is_surely is None:
            parts = [May(present=part) for part in (*inside, *outside)]
            self.open(subject, [*parts, *(na(reason) for reason in sorted(found.reasons))], around)
        return result

    def _words(self, node: e.Compare, both: tuple[May, May], around: Around) -> May:
        left, right = both
        same = node.operator == "="
        for subject, found, other in ((node.left, left, right), (node.right, right, left)):
            assert isinstance(other.present, Words)
            if not other.reasons and len(other.present.words) == 1 and not other.present.others:
                result = self.among(subject, found, other.present.words, around)
                return result if same else _negated(result)
        return self.left_open(node, May(left.reasons | right.reasons, BOTH), around)

    def among(self, subject: e.Expression, found: May, wanted: frozenset[Any], around: Around) -> May:
        """Whether a word is one of some."""
        if not isinstance(found.present, Words):
            return May(found.reasons, BOTH if found.present is not None else None)
        inside = meet(May(present=found.present), May(present=Words(wanted))).present
        outside = without(found.present, wanted)
        result = truth(inside is not None, outside is not None, found.reasons)
        if result.is_surely is None:
            parts = [May(present=inside), May(present=outside)]
            self.open(subject, [*parts, *(na(reason) for reason in sorted(found.reasons))], around)
        return result

    def left_open(self, node: e.Expression, found: May, around: Around) -> May:
        """A test that cannot be taken apart by its subject: it is true, false, or undecided."""
        if found.is_surely is None and not found.is_single:
            parts = [word(value) for value in (True, False) if found.holds(value)]
            self.open(node, [*(May(present=each.present) for each in parts), May(found.reasons)], around)
        return found

    def _between(self, node: e.Between, around: Around) -> May:
        found = self.value(node.subject, around)
        ends = [None if end is None else self.value(end, around) for end in (node.low, node.high)]
        reasons = found.reasons.union(*(end.reasons for end in ends if end is not None))
        if found.present is None or any(end is not None and end.present is None for end in ends):
            return May(reasons)
        known = [None if end is None else _single(end) for end in ends]
        fixed = all(end is None or value is not None for end, value in zip(ends, known, strict=True))
        if not fixed or node.subject.type.kind is Kind.TIMESTAMP:
            return self.left_open(node, May(reasons, BOTH), around)
        low, high = known
        true, false = (-math.inf, math.inf), []
        if low is not None:
            true = (above(low)[0] if node.low_open else from_on(low)[0], true[1])
            false.append(up_to(low) if node.low_open else below(low))
        if high is not None:
            true = (true[0], below(high)[1] if node.high_open else up_to(high)[1])
            false.append(from_on(high) if node.high_open else above(high))
        return self.in_ranges(node.subject, found, [true], false, around)

    def _one_of(self, node: e.OneOf, around: Around) -> May:
        found = self.value(node.subject, around)
        choices = [self.value(choice, around) for choice in node.choices]
        if found.present is None:
            return May(found.reasons)
        if isinstance(found.present, Words) and all(_is_word(choice) for choice in choices):
            wanted = frozenset(each for choice in choices for each in choice.present.words)  # type: ignore[union-attr]  # all are words
            return self.among(node.subject, found, wanted, around)
        edges = [_single(choice) for choice in choices]
        if (
            isinstance(found.present, Numbers)
            and None not in edges
            and node.subject.type.kind is not Kind.TIMESTAMP
        ):
            known = sorted({edge for edge in edges if edge is not None})
            inside = [(from_on(edge)[0], up_to(edge)[1]) for edge in known]
            starts = [-math.inf, *(above(edge)[0] for edge in known)]
            outside = list(zip(starts, [*(below(edge)[1] for edge in known), math.inf], strict=True))
            return self.in_ranges(node.subject, found, inside, outside, around)
        reasons = found.reasons.union(*(choice.reasons for choice in choices))
        return self.left_open(node, May(reasons, BOTH), around)

    def _logic(self, node: e.Logic, around: Around) -> May:
        if node.operator == "and":
            return self.every(node.operands, around)
        parts: list[May] = []
        for operand in node.operands:
            part = self.value(operand, around)
            if part.is_surely is True:
                return part
            parts.append(part)
        true, false = any(part.holds(True) for part in parts), all(part.holds(False) for part in parts)
        return truth(true, false, frozenset[str]().union(*(part.reasons for part in parts)))

    def every(self, conditions: Iterable[e.Expression], around: Around = NOWHERE) -> May:
        """Whether all of some conditions hold."""
        parts: list[May] = []
        for condition in conditions:
            part = self.value(condition, around)
            if part.is_surely is False:
                return part
            parts.append(part)
        true, false = all(part.holds(True) for part in parts), any(part.holds(False) for part in parts)
        return truth(true, false, frozenset[str]().union(*(part.reasons for part in parts)))

    def _not(self, node: e.Not, around: Around) -> May:
        return _negated(self.value(node.operand, around))

    def _is_status(self, node: e.IsStatus, around: Around) -> May:
        found = self.value(node.subject, around)
        known = "scored" in node.words
        wanted = NO_REASONS if known else frozenset(node.words)
        in_reasons = found.reasons & wanted
        present = found.present is not None
        result = truth(
            bool(in_reasons) or (present and known), bool(found.reasons - wanted) or (present and not known)
        )
        if result.is_surely is None:
            self.open(
                node.subject,
                [May(in_reasons), May(found.reasons - wanted), May(present=found.present)],
                around,
            )
        return result

    # ── dates ──

    def day_of(self, node: e.Expression, around: Around = NOWHERE) -> May:
        """The day of a date or a timestamp."""
        found = self.value(node, around)
        if node.type.kind is not Kind.TIMESTAMP:
            return found
        present = found.present
        if isinstance(present, Numbers):
            present = Numbers(math.floor(present.low) - 1, math.floor(present.high) + 1, 1)
        key = self.keys.of(node)
        whole = May(found.reasons, present)
        return whole if key is None else self.restricted(("day", key), whole)

    def days_in(self, node: e.Expression, found: May, true: Ranges, false: Ranges, around: Around) -> May:
        """Whether the day of a date or timestamp lies in some ranges."""
        if node.type.kind is not Kind.TIMESTAMP:
            return self.in_ranges(node, found, true, false, around)
        current = found.present if isinstance(found.present, Numbers) else EVERY
        if found.present is None:
            return May(found.reasons)
        inside, outside = _cut(current, true), _cut(current, false)
        result = truth(bool(inside), bool(outside), found.reasons)
        key = self.keys.of(node)
        if result.is_surely is None and key is not None:
            parts = [May(present=part) for part in (*inside, *outside)]
            listed = (*parts, *(na(reason) for reason in sorted(found.reasons)))
            self.opens.append(Open(("day", key), node, tuple(listed)))
        return result

    def _elapsed(self, node: e.Elapsed, around: Around) -> May:
        found = self.day_of(node.date, around)
        if not isinstance(found.present, Numbers):
            return May(
                found.reasons | {"invalid"} if found.present else found.reasons,
                EVERY if found.present else None,
            )
        since = node.direction == "since"
        first, last = max(found.present.low, FIRST_DAY), min(found.present.high, LAST_DAY)
        beyond = last > self.as_of if since else first < self.as_of
        reasons = found.reasons | ({"invalid"} if beyond else NO_REASONS)
        near, far = (min(last, self.as_of), first) if since else (max(first, self.as_of), last)
        if (near < far) if since else (near > far):
            return May(reasons)
        ages = sorted(_age(node.unit, self.as_of, day) for day in (near, far))
        return May(reasons, Numbers(ages[0], ages[1], 1))

    def _within(self, node: e.Within, around: Around) -> May:
        found = self.day_of(node.subject, around)
        length = _single(self.value(node.duration, around))
        if length is None or found.present is None:
            return May(found.reasons, BOTH if found.present is not None else None)
        if node.duration.type.unit == "days":
            first = math.ceil(self.as_of - adjusted("<=", length))
        else:
            first = int(max(FIRST_DAY, last_passed(self.as_of - 1, length) + 1))
        true = [(float(first), self.as_of)]
        return self.days_in(
            node.subject, found, true, [(-math.inf, first - 1.0), (self.as_of + 1, math.inf)], around
        )

    # ── lists, and what else is not looked into ──

    def _query(self, node: e.Query, around: Around) -> May:
        reasons = _FAILING | self._reasons_below(node)
        if node.kind in ("any", "all"):
            return self.left_open(node, self._kept(node, May(reasons, BOTH)), around)
        return self.opaque(node, reasons)

    def _kept(self, node: e.Expression, found: May) -> May:
        key = self.keys.of(node)
        return found if key is None else self.restricted(key, found)

    def _reasons_below(self, node: e.Expression) -> frozenset[str]:
        """The reasons that may come from inside of a list."""
        for each in walk(node):
            if isinstance(each, e.Reference | e.CallDefinition | e.Variable) and self._reaches_out(each):
                return ALL_REASONS
        return frozenset(each.reason for each in walk(node) if isinstance(each, e.NotAvailable))

    def _reaches_out(self, node: e.Expression) -> bool:
        return not isinstance(node, e.Variable) or self.index.meaning(node.name) is not None

    def _count_true(self, node: e.CountTrue, around: Around) -> May:
        items = [self.value(item, around) for item in node.items]
        least = sum(item.is_surely is True for item in items)
        most = sum(item.holds(True) for item in items)
        reasons = frozenset[str]().union(*(item.reasons for item in items))
        return May(reasons, Numbers(least, most, 1))

    def _anything(self, node: e.Expression, around: Around) -> May:
        return self.opaque(node, ALL_REASONS)

    def _made(self, node: e.ListOf | e.RecordOf, around: Around) -> May:
        return May(present=ANYTHING)


def _age(unit: str, as_of: float, day: float) -> float:
    from ruleengine.library.dates import months_between

    if unit in _DAYS_IN:
        return float(abs(as_of - day) // _DAYS_IN[unit])
    first, last = sorted((int(day), int(as_of)))
    return float(months_between(first, last) // _MONTHS_IN[unit])


def _present_of(kind: Type) -> Present:
    if kind.kind in (Kind.DATE, Kind.TIMESTAMP):
        return Numbers(FIRST_DAY, LAST_DAY + 1, 1 if kind.kind is Kind.DATE else None)
    if kind.kind is Kind.NUMBER:
        return EVERY
    if kind.kind is Kind.FLAG:
        return BOTH
    if kind.kind is Kind.CHOICE and kind.choices:
        return Words(frozenset(kind.choices))
    return Words(frozenset(), others=True) if kind.kind in (Kind.TEXT, Kind.CHOICE) else ANYTHING


def _cut(current: Numbers, ranges: Ranges) -> list[Numbers]:
    found = (numbers(max(current.low, low), min(current.high, high), current.step) for low, high in ranges)
    return [part for part in found if part is not None]


def sides(operator: str, edge: float) -> tuple[Ranges, Ranges]:
    """Where a comparison with an edge holds, and where not."""
    if operator in ("=", "!="):
        same, other = [(from_on(edge)[0], up_to(edge)[1])], [below(edge), above(edge)]
        return (same, other) if operator == "=" else (other, same)
    holds = {"<": below, "<=": up_to, ">": above, ">=": from_on}
    opposite = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
    return [holds[operator](edge)], [holds[opposite[operator]](edge)]


def _two_numbers(operator: str, left: Numbers, right: Numbers) -> tuple[bool, bool]:
    """Whether a comparison of two numbers may hold, and whether it may not."""
    may_be_less, may_be_more = _is_less(left.low, right.high), _is_less(right.low, left.high)
    surely_less, surely_more = _is_less(left.high, right.low), _is_less(right.high, left.low)
    same = not (surely_less or surely_more)
    surely_same = left.is_one and right.is_one and equal(left.low, right.low)
    table = {
        "<": (may_be_less, not surely_less), ">": (may_be_more, not surely_more),
        "<=": (may_be_less or same, may_be_more), ">=": (may_be_more or same, may_be_less),
        "=": (same, not surely_same), "!=": (not surely_same, same),
    }  # fmt: skip
    return table[operator]


def _is_less(one: float, other: float) -> bool:
    """Whether one number is below another by more than the tolerance, which infinity knows nothing of."""
    return one < other if math.isinf(one) or math.isinf(other) else less(one, other)


def _negated(found: May) -> May:
    return truth(found.holds(False), found.holds(True), found.reasons)


def _single(found: May) -> float | None:
    present = found.present
    return present.low if not found.reasons and isinstance(present, Numbers) and present.is_one else None


def _is_word(found: May) -> bool:
    present = found.present
    return not found.reasons and isinstance(present, Words) and not present.others


_HANDLERS: dict[type, str] = {
    e.Constant: "_constant", e.NotAvailable: "_not_available", e.AsOf: "_as_of", e.Fact: "_fact", e.Variable: "_variable",
    e.Attribute: "_attribute", e.Call: "_call", e.CallDefinition: "_definition", e.Choose: "_choose", e.Default: "_default",
    e.Compare: "_compare", e.Between: "_between", e.OneOf: "_one_of", e.Logic: "_logic", e.Not: "_not", e.IsStatus: "_is_status",
    e.Elapsed: "_elapsed", e.Within: "_within", e.Query: "_query", e.CountTrue: "_count_true", e.ListOf: "_made",
    e.RecordOf: "_made", e.OfSeries: "_anything", e.Previous: "_anything", e.Said: "_anything", e.Reasons: "_anything",
    e.Reference: "_reference", e.IsBand: "_is_band", e.IsMeasureStatus: "_is_measure_status",
    e.IsBandThanBand: "_than_band",
}  # fmt: skip
