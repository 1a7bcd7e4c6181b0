"""What a value may be: a set that holds every value that can come up, and perhaps more.

A `May` has the reasons for which the value may be NA, and what it may be where it is there: numbers between two ends,
words, or anything. Dates are day numbers; timestamps are day numbers with the time of the day as a fraction. True and
false are words, and so are the positions of bands. Both ends of `Numbers` are included and may be infinite.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable

from attrs import frozen

from ruleengine.values import NA_REASONS

#: For the results of arithmetic, which may be off in the last digits.
_RELATIVE = 4e-16
_SNAP = 1e-13


@frozen(slots=True)
class Numbers:
    """Numbers from `low` to `high`; only multiples of `step` when there is one."""

    low: float
    high: float
    step: float | None = None

    @property
    def is_one(self) -> bool:
        """Whether this is a single number."""
        return self.low == self.high


@frozen(slots=True)
class Words:
    """Some words; any others too when `others`, but for those in `without`."""

    words: frozenset[Hashable]
    others: bool = False
    without: frozenset[Hashable] = frozenset()


@frozen(slots=True)
class Anything:
    """A value of which nothing is known: a list, a record."""


Present = Numbers | Words | Anything
ANYTHING = Anything()
EVERY = Numbers(-math.inf, math.inf)
BOTH = Words(frozenset({True, False}))
NO_REASONS: frozenset[str] = frozenset()
ALL_REASONS = frozenset(NA_REASONS)


@frozen(slots=True)
class May:
    """What a value may be: NA for one of `reasons`, or `present`, which is None where it never is."""

    reasons: frozenset[str] = NO_REASONS
    present: Present | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no such value."""
        return not self.reasons and self.present is None

    @property
    def is_single(self) -> bool:
        """Whether there is just one such value, as far as that can be told."""
        if self.present is None:
            return len(self.reasons) <= 1
        if self.reasons:
            return False
        if isinstance(self.present, Numbers):
            return self.present.is_one
        return isinstance(self.present, Words) and len(self.present.words) == 1 and not self.present.others

    def holds(self, truth: bool) -> bool:
        """Whether a condition may be true, or false."""
        found = self.present
        return isinstance(found, Anything) or (isinstance(found, Words) and truth in found.words)

    @property
    def is_surely(self) -> bool | None:
        """True or false when a condition can be nothing else; None otherwise."""
        if self.reasons or not isinstance(self.present, Words) or len(self.present.words) != 1:
            return None
        return True in self.present.words


NOTHING = May()
TRUE, FALSE = May(present=Words(frozenset({True}))), May(present=Words(frozenset({False})))


def as_numbers(present: Present | None) -> Numbers | None:
    """What is there as numbers: any, where nothing is known of it."""
    return present if present is None or isinstance(present, Numbers) else EVERY


def truth(true: bool, false: bool, reasons: frozenset[str] = NO_REASONS) -> May:
    """A condition that may be true, may be false, may be undecided."""
    words = frozenset(value for value, possible in ((True, true), (False, false)) if possible)
    return May(reasons, Words(words) if words else None)


def numbers(low: float, high: float, step: float | None = None) -> Numbers | None:
    """Numbers between two ends, on the step; None where there are none."""
    if step:
        low = low if math.isinf(low) else _snapped(low, step, math.ceil)
        high = high if math.isinf(high) else _snapped(high, step, math.floor)
    return Numbers(low, high, step) if low <= high else None


def _snapped(value: float, step: float, to: object) -> float:
    count = value / step
    near = round(count)
    if abs(value - near * step) > _SNAP + abs(value) * _RELATIVE:
        near = math.ceil(count) if to is math.ceil else math.floor(count)
    return float(near) if step == 1 else round(near * step, 12)


def one(value: float) -> May:
    """A single number."""
    return May(present=Numbers(value, value))


def word(value: Hashable) -> May:
    """A single word."""
    return May(present=Words(frozenset({value})))


def na(*reasons: str) -> May:
    """NA for one of some reasons."""
    return May(frozenset(reasons))


def wider(low: float, high: float) -> Numbers:
    """The numbers between two computed ends, a little wider where they are not the same."""
    if low == high:
        return Numbers(low, high)
    return Numbers(low - abs(low) * _RELATIVE, high + abs(high) * _RELATIVE)


# ── sets ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def meet(left: May, right: May) -> May:
    """What both allow."""
    return May(left.reasons & right.reasons, _met(left.present, right.present))


def _met(left: Present | None, right: Present | None) -> Present | None:
    if left is None or right is None:
        return None
    if isinstance(left, Anything):
        return right
    if isinstance(right, Anything):
        return left
    if isinstance(left, Numbers) and isinstance(right, Numbers):
        return numbers(max(left.low, right.low), min(left.high, right.high), left.step or right.step)
    if isinstance(left, Words) and isinstance(right, Words):
        return _common(left, right)
    return None


def _common(left: Words, right: Words) -> Words | None:
    words = {each for each in left.words | right.words if _has(left, each) and _has(right, each)}
    others = left.others and right.others
    found = Words(frozenset(words), others, left.without | right.without if others else frozenset())
    return found if words or others else None


def _has(words: Words, each: Hashable) -> bool:
    return each in words.words or (words.others and each not in words.without)


def join(parts: Iterable[May]) -> May:
    """What any of them allows."""
    reasons: frozenset[str] = NO_REASONS
    present: Present | None = None
    for part in parts:
        reasons |= part.reasons
        present = _joined(present, part.present)
    return May(reasons, present)


def _joined(left: Present | None, right: Present | None) -> Present | None:
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, Numbers) and isinstance(right, Numbers):
        step = left.step if left.step == right.step else None
        return Numbers(min(left.low, right.low), max(left.high, right.high), step)
    if isinstance(left, Words) and isinstance(right, Words):
        without = frozenset(
            each for each in left.without | right.without if not (_has(left, each) or _has(right, each))
        )
        return Words(left.words | right.words, left.others or right.others, without)
    return ANYTHING


def without(words: Words, removed: frozenset[Hashable]) -> Words | None:
    """The words but for some."""
    left = words.words - removed
    if not left and not words.others:
        return None
    return Words(left, words.others, words.without | removed if words.others else frozenset())
