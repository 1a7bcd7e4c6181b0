"""What values are here: exact fractions, plain Python dates, texts, flags, lists and records, or NA with a
reason.

Guaranteed: nothing in this module is a double, so nothing depends on the order of additions.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

from attrs import field, frozen

ORDER_OF_REASONS = ("invalid", "expired", "missing", "grace", "excluded", "not_applicable")
LACKING = ("missing", "expired", "invalid")
CONTEXT = Context(prec=60, Emax=10**9, Emin=-(10**9))
LARGEST = Fraction(10**290)


@frozen
class NA:
    """A value that is not there. `code` is the problem that it stands for, when it is one of its own."""

    reason: str
    code: str | None = field(default=None, eq=False)


MISSING = NA("missing")
INVALID = NA("invalid")
UNCOMPUTABLE = NA("invalid", "RE506")


def declared_na(reason: str) -> NA:
    """What a ruleset calls NA itself."""
    return UNCOMPUTABLE if reason == "invalid" else NA(reason)


class Months(Fraction):
    """A number of months: the one duration that no number of days is equal to."""


def like(result: Fraction, *sources: object) -> Fraction:
    """`result` as a number of months when one of its sources is one."""
    return Months(result) if any(isinstance(source, Months) for source in sources) else Fraction(result)


def equal_numbers(a: Fraction, b: Fraction) -> bool:
    """Within 10⁻¹⁰, or within 10⁻¹⁴ of the larger magnitude."""
    tolerance = max(Fraction(1, 10**10), Fraction(1, 10**14) * max(abs(a), abs(b)))
    return abs(Fraction(a) - Fraction(b)) <= tolerance


def less_numbers(a: Fraction, b: Fraction) -> bool:
    """Below by more than the tolerance."""
    return a < b and not equal_numbers(a, b)


def equal(a: Any, b: Any) -> bool:
    """Whether two values, either of which may be NA, are the same outcome."""
    if isinstance(a, NA) or isinstance(b, NA):
        return isinstance(a, NA) and isinstance(b, NA) and a.reason == b.reason
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return equal_numbers(a, b)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and bool(a == b)


def less(a: Any, b: Any) -> bool:
    """Whether `a` comes before `b`: numbers with the tolerance, dates as they are."""
    if isinstance(a, Fraction):
        return less_numbers(a, b)
    return bool(a < b)


def first_na(values: Sequence[Any]) -> NA | None:
    """The leftmost NA."""
    return next((each for each in values if isinstance(each, NA)), None)


def worst_reason(reasons: Sequence[str]) -> NA:
    """The reason that a parent takes over from children of which none counts."""
    return NA(next((each for each in ORDER_OF_REASONS if each in reasons), "missing"))


# ── Dates ──


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_duration(day: date, duration: Fraction) -> date | NA:
    """`day` and a duration in days or in months."""
    try:
        if isinstance(duration, Months):
            return add_months(day, int(duration))
        return day + timedelta(days=int(duration))
    except (ValueError, OverflowError):
        return UNCOMPUTABLE


def months_between(start: date, end: date) -> int:
    """The greatest n with start + n months ≤ end."""
    n = (end.year - start.year) * 12 + end.month - start.month
    return n if add_months(start, n) <= end else n - 1


def _end_of(day: date, months: Fraction) -> date:
    """`day` and so many months; the end of the calendar where that is beyond it."""
    try:
        return add_months(day, int(months))
    except (ValueError, OverflowError):
        return date.max if months > 0 else date.min


def within(day: date, duration: Fraction, as_of: date) -> bool:
    """Whether `day` lies at most `duration` back, and not in the future."""
    if isinstance(duration, Months):
        return day <= as_of <= _end_of(day, duration)
    return 0 <= (as_of - day).days <= duration


def older(day: date, duration: Fraction, as_of: date) -> bool:
    """`after N days`."""
    if isinstance(duration, Months):
        return as_of > _end_of(day, duration)
    return (as_of - day).days > duration


def younger(day: date, duration: Fraction, as_of: date) -> bool:
    """`first N days`."""
    if isinstance(duration, Months):
        return as_of < _end_of(day, duration)
    return (as_of - day).days < duration


# ── Rounding ──


def rounded(number: Fraction, digits: int, mode: str) -> Fraction:
    """`number` to `digits` decimals, after it went to ten of them half-up."""
    return like(_to_decimals(_to_decimals(number, 10, "half_up"), digits, mode), number)


def _to_decimals(number: Fraction, digits: int, mode: str) -> Fraction:
    scaled = abs(Fraction(number)) * 10**digits
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    negative = number < 0
    away = {
        "up": rest > 0,
        "down": False,
        "floor": rest > 0 and negative,
        "ceiling": rest > 0 and not negative,
        "half_up": rest >= Fraction(1, 2),
        "half_down": rest > Fraction(1, 2),
        "half_even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1),
    }[mode]
    result = Fraction(whole + (1 if away else 0), 10**digits)
    return -result if negative else result


def to_decimal(number: Fraction) -> Decimal:
    """A fraction as a decimal of 60 digits."""
    return CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


def significant(number: Decimal) -> Fraction:
    """Twelve significant digits, half-up."""
    if number == 0:
        return Fraction(0)
    return Fraction(number.quantize(Decimal(1).scaleb(number.adjusted() - 11), ROUND_HALF_UP, CONTEXT))


# ── Out ──


def to_json(value: Any) -> Any:
    """A value as JSON has it: NA is null, numbers are doubles of at most ten decimals."""
    if value is None or isinstance(value, NA):
        return None
    if isinstance(value, Fraction):
        return float(rounded(value, 10, "half_up")) + 0.0
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: to_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(each) for each in value]
    return value
