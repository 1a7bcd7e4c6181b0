"""The lowest and the highest that a roll-up can give, when each child has a range and may be left out.

Exact for children that do not depend on one another: of a weighted mean, a child that may be left out is taken where it
helps, and left out where it does not.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ruleengine.analysis.may import Numbers, wider


@frozen(slots=True)
class Part:
    """A child that counts with a weight; `optional` when it may be left out. `range` is None where it never counts."""

    weight: float
    range: Numbers | None
    optional: bool


@frozen(slots=True)
class Mixed:
    """What comes out: a range (None where nothing ever counts), and whether nothing may count."""

    range: Numbers | None
    may_be_empty: bool


def _counting(parts: Sequence[Part]) -> tuple[list[tuple[float, Numbers]], list[tuple[float, Numbers]], bool]:
    """Those that always count, those that may, and whether nothing may count."""
    usable = [part for part in parts if part.range is not None and part.weight > 0]
    always = [(part.weight, part.range) for part in usable if not part.optional and part.range is not None]
    sometimes = [(part.weight, part.range) for part in usable if part.optional and part.range is not None]
    return always, sometimes, not always


def mean(parts: Sequence[Part]) -> Mixed:
    """The weighted mean of those that count."""
    always, sometimes, empty = _counting(parts)
    if not always and not sometimes:
        return Mixed(None, True)
    return Mixed(wider(_least_mean(always, sometimes), _greatest_mean(always, sometimes)), empty)


def _greatest_mean(always: list[tuple[float, Numbers]], sometimes: list[tuple[float, Numbers]]) -> float:
    if not always:
        return max(found.high for _, found in sometimes)
    weight = sum(share for share, _ in always)
    total = sum(share * found.high for share, found in always)
    for share, found in sorted(sometimes, key=lambda each: -each[1].high):
        if found.high * weight <= total:
            break
        weight, total = weight + share, total + share * found.high
    return total / weight


def _least_mean(always: list[tuple[float, Numbers]], sometimes: list[tuple[float, Numbers]]) -> float:
    mirrored = [
        [(share, Numbers(-found.high, -found.low)) for share, found in some] for some in (always, sometimes)
    ]
    return -_greatest_mean(mirrored[0], mirrored[1])


def total(parts: Sequence[Part]) -> Mixed:
    """The weighted sum of those that count."""
    always, sometimes, empty = _counting(parts)
    if not always and not sometimes:
        return Mixed(None, True)
    low = sum(share * found.low for share, found in always) + sum(
        min(0.0, share * found.low) for share, found in sometimes
    )
    high = sum(share * found.high for share, found in always) + sum(
        max(0.0, share * found.high) for share, found in sometimes
    )
    return Mixed(wider(low, high), empty)


def extreme(parts: Sequence[Part], kind: str) -> Mixed:
    """The least or the greatest of those that count."""
    always, sometimes, empty = _counting(parts)
    every = [found for _, found in (*always, *sometimes)]
    if not every:
        return Mixed(None, True)
    if kind == "minimum":
        high = min(found.high for _, found in always) if always else max(found.high for found in every)
        return Mixed(Numbers(min(found.low for found in every), high), empty)
    low = max(found.low for _, found in always) if always else min(found.low for found in every)
    return Mixed(Numbers(low, max(found.high for found in every)), empty)
