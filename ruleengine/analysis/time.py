"""Which dates lie so far back: from an age to the dates that have it.

An age only grows as a date lies further back, so that the dates of an age are always a stretch of the calendar.
"""

from __future__ import annotations

import math

from ruleengine.library.dates import add_months

LAST_DAY = 3652059.0
FIRST_DAY = 1.0
_NEAR = 4


def last_passed(as_of: float, months: float) -> float:
    """The last day D with D + months ≤ as-of; minus infinity where there is none."""
    guess = add_months(int(as_of), -months)
    if guess is None:
        return -math.inf
    day = min(guess + _NEAR, int(LAST_DAY))
    while day >= FIRST_DAY:
        later = add_months(day, months)
        if later is not None and later <= as_of:
            return float(day)
        day -= 1
    return -math.inf


def last_fresh(as_of: float, length: float, unit: str) -> float:
    """The first day that is not yet older than so many days or months: from it on, `after N` does not hold."""
    if unit == "days":
        return as_of - length
    # `after N months` holds as long as D + N months < as-of
    return last_passed(as_of - 1, length) + 1


def first_younger(as_of: float, length: float, unit: str) -> float:
    """The first day D for which `first N` still holds: the age is below N."""
    if unit == "days":
        return math.floor(as_of - length) + 1
    return last_passed(as_of, length) + 1
