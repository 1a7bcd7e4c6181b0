"""Facts for which what is computed of dates has a wanted value.

In: a call of one of the functions of dates, and a value. Out: patches, the likelier ones first, as in `wished_values.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from ruleengine.casebook.accounts import Patch, joined
from ruleengine.library.dates import add_months
from ruleengine.tree import expressions as e

if TYPE_CHECKING:
    from ruleengine.casebook.wished_values import Around, Values


def days_between(values: Values, node: e.Call, value: float, around: Around) -> Iterator[Patch]:
    """A number of days between two dates: they lie so far apart, one of them mostly on the as-of date."""
    today = values.account.as_of.toordinal()
    left, right = node.arguments
    yield from joined(values.become(right, today - value, around), values.become(left, today, around))
    yield from values.become(right, today - value, around)
    yield from values.become(left, today + value, around)


def shift(values: Values, node: e.Call, value: float, around: Around) -> Iterator[Patch]:
    """A date that is shifted: the date before that."""
    amount, made = values.given(node.arguments[1], 2, around)
    _, operator, unit = node.function.split()
    back = -amount if operator == "+" else amount
    day = value + back if unit == "days" else add_months(int(value), back)
    if day is not None:
        yield from joined(made, values.become(node.arguments[0], day, around))


def part_of_date(values: Values, node: e.Call, value: float, around: Around) -> Iterator[Patch]:
    """The year, month or day of a date: a date that has it."""
    today = values.account.as_of
    made = {
        "year": (value, 6, 15),
        "month": (today.year - 1, value, 15),
        "day": (today.year - 1, 1, value),
    }[node.function]
    try:
        day = date(*(int(part) for part in made)).toordinal()
    except ValueError:
        return
    yield from values.become(node.arguments[0], day, around)


def period(values: Values, node: e.Call, value: Any, around: Around) -> Iterator[Patch]:
    """What tells the period of a date: dates of several periods."""
    today = values.account.as_of.toordinal()
    for days in (0, 92, 183, 274, 365, -92, -183, -274):
        yield from values.become(node.arguments[0], today - days, around)
