"""Under a box: what an expression may be, and which tests stay undecided.

In: an expression and a box. Out: what is left of it under the box. An undecided test is noted with the parts of its subject that
would decide it; the parts of an age are those of the date that it is counted from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ruleengine.analysis.edges import (
    Ranges,
    cut_to,
)
from ruleengine.analysis.may import (
    BOTH,
    EVERY,
    May,
    Numbers,
    Words,
    meet,
    na,
    numbers,
    truth,
    without,
    word,
)
from ruleengine.analysis.situation import NOWHERE, Around, Box, Impossible, Key, Keys, Open
from ruleengine.analysis.time import FIRST_DAY, LAST_DAY, last_passed
from ruleengine.checker.index import Index
from ruleengine.tree import expressions as e
from ruleengine.values import Kind

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}

MONTHS_IN = {"months": 1, "quarters": 3, "years": 12}
DAYS_IN = {"days": 1, "weeks": 7}
_ENOUGH_OPENS = 400


class Boxed:
    """What expressions may be. `box` is what is assumed; `looked_at` notes every key that was asked for."""

    index: Index
    keys: Keys
    box: Box
    as_of: float
    opens: list[Open]
    looked_at: set[Key]

    @property
    def handlers(self) -> Mapping[type, str]:
        """The names of the methods that know the kinds of nodes."""
        raise NotImplementedError  # pragma: no cover - abstract

    def value(self, node: e.Expression, around: Around = NOWHERE) -> May:
        """What an expression may be."""
        handler: Callable[..., May] = getattr(self, self.handlers[node.__class__])
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
                told = frozenset[str]().union(*(part.reasons for part in listed))
                unsaid = tuple(na(reason) for reason in sorted(bound.reasons - told))
                self._open_key(bound.key, bound.node, (*listed, *unsaid))
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
        if node.unit in DAYS_IN:
            size = DAYS_IN[node.unit]
            first, last = (
                math.ceil(low) * size,
                math.floor(high) * size + size - 1 if high < math.inf else math.inf,
            )
            if node.direction == "since":
                return self.as_of - last, self.as_of - first
            return self.as_of + first, self.as_of + last
        if node.direction != "since":
            return None
        size = MONTHS_IN[node.unit]
        newest = min(self.as_of, last_passed(self.as_of, math.ceil(low) * size))
        if high >= LAST_DAY / 28:
            return FIRST_DAY, newest
        return max(FIRST_DAY, last_passed(self.as_of, (math.floor(high) + 1) * size) + 1), newest

    def in_ranges(
        self, subject: e.Expression, found: May, true: Ranges, false: Ranges, around: Around
    ) -> May:
        """Whether a number lies in some ranges; `false` are all the others."""
        if found.present is None:
            return May(found.reasons)
        current = found.present if isinstance(found.present, Numbers) else EVERY
        inside, outside = cut_to(current, true), cut_to(current, false)
        result = truth(bool(inside), bool(outside), found.reasons)
        if result.is_surely is None:
            parts = [May(present=part) for part in (*inside, *outside)]
            self.open(subject, [*parts, *(na(reason) for reason in sorted(found.reasons))], around)
        return result

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

    def named(self, node: e.Variable) -> May:
        """What a let, a segment or the value of a measure may be."""
        raise NotImplementedError  # pragma: no cover - abstract
