"""Evaluation tree → whether its conditions may hold, for all accounts of a box: comparisons, logic, dates."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ruleengine.analysis.boxed import DAYS_IN, MONTHS_IN, Boxed
from ruleengine.analysis.edges import (
    Ranges,
    above,
    below,
    compared,
    cut_to,
    from_on,
    is_word,
    negated,
    sides,
    single,
    up_to,
)
from ruleengine.analysis.may import (
    BOTH,
    EVERY,
    NO_REASONS,
    May,
    Numbers,
    Words,
    na,
    truth,
)
from ruleengine.analysis.situation import NOWHERE, Around, Open
from ruleengine.analysis.time import FIRST_DAY, LAST_DAY, last_passed
from ruleengine.library.dates import months_between
from ruleengine.tree import expressions as e
from ruleengine.tree.edges import adjusted
from ruleengine.values import Kind

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
MICROSECONDS, EPOCH = 86_400_000_000, 719_163


class Conditions(Boxed):
    """Whether conditions may hold."""

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
            possible, impossible = compared(node.operator, left.present, right.present)
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

    def _words(self, node: e.Compare, both: tuple[May, May], around: Around) -> May:
        left, right = both
        same = node.operator == "="
        for subject, found, other in ((node.left, left, right), (node.right, right, left)):
            assert isinstance(other.present, Words)
            if not other.reasons and len(other.present.words) == 1 and not other.present.others:
                result = self.among(subject, found, other.present.words, around)
                return result if same else negated(result)
        return self.left_open(node, May(left.reasons | right.reasons, BOTH), around)

    def _between(self, node: e.Between, around: Around) -> May:
        found = self.value(node.subject, around)
        ends = [None if end is None else self.value(end, around) for end in (node.low, node.high)]
        reasons = found.reasons.union(*(end.reasons for end in ends if end is not None))
        if found.present is None or any(end is not None and end.present is None for end in ends):
            return May(reasons)
        known = [None if end is None else single(end) for end in ends]
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
        if isinstance(found.present, Words) and all(is_word(choice) for choice in choices):
            wanted = frozenset(each for choice in choices for each in choice.present.words)  # type: ignore[union-attr]  # all are words
            return self.among(node.subject, found, wanted, around)
        edges = [single(choice) for choice in choices]
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
        return negated(self.value(node.operand, around))

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
        inside, outside = cut_to(current, true), cut_to(current, false)
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
        length = single(self.value(node.duration, around))
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


def _age(unit: str, as_of: float, day: float) -> float:
    if unit in DAYS_IN:
        return float(abs(as_of - day) // DAYS_IN[unit])
    first, last = sorted((int(day), int(as_of)))
    return float(months_between(first, last) // MONTHS_IN[unit])
