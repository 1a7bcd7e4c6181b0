"""Which values a condition lets through: stretches of the number line, and what rows leave to the rows below them.

In: conditions that test one variable against constants. Out: regions, which are stretches in order that do not touch.
Guaranteed: a region is exact, also at its ends; a condition about anything else has none.
"""

from __future__ import annotations

from collections.abc import Sequence

from ruleengine.report.words.quantities import Stretch
from ruleengine.tree import expressions as e

Region = tuple[Stretch, ...]
EVERYTHING: Region = (Stretch(None, None),)


def region_of(node: e.Expression | None, subject: str) -> Region | None:
    """Where a condition holds; None when it is about more than numbers of the subject."""
    if node is None:
        return EVERYTHING
    if isinstance(node, e.Compare):
        value = _constant(node.right) if _is(node.left, subject) else None
        return _compared(node.operator, value) if value is not None else None
    if isinstance(node, e.Between) and _is(node.subject, subject):
        ends = [_constant(end) for end in (node.low, node.high)]
        if any(
            end is None and given is not None for end, given in zip(ends, (node.low, node.high), strict=True)
        ):
            return None
        stretch = Stretch(ends[0], ends[1], node.low_open, node.high_open)
        return () if stretch.is_empty else (stretch,)
    if isinstance(node, e.OneOf) and _is(node.subject, subject):
        values = [_constant(choice) for choice in node.choices]
        known = [value for value in values if value is not None]
        return _united([(Stretch(value, value),) for value in known]) if len(known) == len(values) else None
    return _combined(node, subject)


def _combined(node: e.Expression, subject: str) -> Region | None:
    if isinstance(node, e.Not):
        region = region_of(node.operand, subject)
        return None if region is None else beyond(region)
    if not isinstance(node, e.Logic):
        return None
    regions = [region_of(operand, subject) for operand in node.operands]
    known = [region for region in regions if region is not None]
    if len(known) != len(regions):
        return None
    if node.operator == "or":
        return _united(known)
    found = EVERYTHING
    for region in known:
        found = common(found, region)
    return found


def common(one: Region, other: Region) -> Region:
    """What lies in both."""
    met = (_met(left, right) for left in one for right in other)
    return tuple(stretch for stretch in met if not stretch.is_empty)


def beyond(region: Region) -> Region:
    """What lies outside."""
    found: list[Stretch] = []
    low: float | None = None
    low_open, open_ended = False, False
    for stretch in region:
        if stretch.low is not None:
            found.append(Stretch(low, stretch.low, low_open, not stretch.low_open))
        if stretch.high is None:
            open_ended = True
            break
        low, low_open = stretch.high, not stretch.high_open
    if not open_ended:
        found.append(Stretch(low, None, low_open))
    return tuple(stretch for stretch in found if not stretch.is_empty)


def _united(regions: Sequence[Region]) -> Region:
    """What lies in any of them: all that is not outside of every one."""
    outside = EVERYTHING
    for region in regions:
        outside = common(outside, beyond(region))
    return beyond(outside)


def _met(one: Stretch, other: Stretch) -> Stretch:
    low, low_open = one.low, one.low_open
    if low is None or (other.low is not None and other.low > low):
        low, low_open = other.low, other.low_open
    elif other.low == low:
        low_open = low_open or other.low_open
    high, high_open = one.high, one.high_open
    if high is None or (other.high is not None and other.high < high):
        high, high_open = other.high, other.high_open
    elif other.high == high:
        high_open = high_open or other.high_open
    return Stretch(low, high, low_open, high_open)


def _compared(operator: str, value: float) -> Region:
    exactly = (Stretch(value, value),)
    return {
        "=": exactly,
        "!=": beyond(exactly),
        "<": (Stretch(None, value, high_open=True),),
        "<=": (Stretch(None, value),),
        ">": (Stretch(value, None, low_open=True),),
        ">=": (Stretch(value, None),),
    }[operator]


def _constant(node: e.Expression | None) -> float | None:
    if (
        isinstance(node, e.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        return float(node.value)
    return None


def _is(node: e.Expression, subject: str) -> bool:
    return isinstance(node, e.Variable) and node.name == subject
