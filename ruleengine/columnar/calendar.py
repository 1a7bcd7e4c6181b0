"""Dates in SQL: months added and counted, periods and their names.

In: DATEs and numbers (expressions that are cheap to repeat), options as the tree has them. Out: expressions that give what
`ruleengine.library.dates` gives. Years are 1..9999; where a result could lie beyond, each function says what comes out.
"""

from __future__ import annotations

from datetime import date

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.numbers import constant_of
from ruleengine.columnar.rounding import cut, remainder
from ruleengine.columnar.types import DOUBLE
from ruleengine.columnar.zones import day_of

__all__ = [
    "add_days", "add_months", "after_months", "day_of", "elapsed", "fiscal_quarter", "fiscal_year", "months_between", "part",
    "period_end", "period_name", "period_start", "weekday",
]  # fmt: skip

_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()
#: More months, or days, than these lead from every day of the calendar out of it.
_ALL_MONTHS, _ALL_DAYS = 120_000, 3_700_000
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


# ── Parts of dates, as doubles ──────────────────────────────────────────────────────────────────────────────────────


def part(name: str, day: Sql) -> Sql:
    """The `year`, `month`, `day` or `dayofyear` of a date."""
    return b.cast(b.function(name, day), DOUBLE)


def weekday(dialect: Dialect, day: Sql) -> Sql:
    """0 for Monday; 0001-01-01 was one."""
    return remainder(dialect.days_between(dialect.date(_FIRST), day), 7.0)


def _quotient(value: Sql, divisor: float) -> Sql:
    """A whole number that is not negative divided, without the rest."""
    return b.divide(b.subtract(value, remainder(value, divisor)), b.double(divisor))


# ── Adding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _bounded(dialect: Dialect, amount: Sql | float, most: int) -> Sql:
    """A number of months or days as an integer without decimals, never larger than what leaves the calendar."""
    constant = amount if isinstance(amount, float | int) else constant_of(amount)
    if constant is not None:
        return b.integer(max(-most, min(most, int(constant))))
    assert not isinstance(amount, float | int)
    within = b.case(
        [
            (b.compare(">", amount, b.double(most)), b.double(most)),
            (b.compare("<", amount, b.double(-most)), b.double(-most)),
        ],
        amount,
    )
    return dialect.whole_number(cut(within))


def after_months(dialect: Dialect, day: Sql, months: Sql | float) -> Sql:
    """The date so many months later, for comparisons: beyond the calendar a date after all others, or before them."""
    return dialect.plus_months(day, _bounded(dialect, months, _ALL_MONTHS))


def add_months(dialect: Dialect, day: Sql, months: Sql | float) -> Sql:
    """The date so many months later, at most at the month's end; NULL beyond the calendar."""
    return _within_calendar(dialect, after_months(dialect, day, months))


def add_days(dialect: Dialect, day: Sql, days: Sql | float) -> Sql:
    """The date so many days later; NULL beyond the calendar."""
    return _within_calendar(dialect, dialect.plus_days(day, _bounded(dialect, days, _ALL_DAYS)))


def _within_calendar(dialect: Dialect, day: Sql) -> Sql:
    return b.case([(b.between(day, dialect.date(_FIRST), dialect.date(_LAST)), day)])


# ── Counting ────────────────────────────────────────────────────────────────────────────────────────────────────────


def months_between(dialect: Dialect, first: Sql, last: Sql) -> Sql:
    """The greatest n such that `first` + n months (at most at the month's end) is not after `last`, as a double."""
    years = b.subtract(part("year", last), part("year", first))
    months = b.add(b.multiply(years, b.double(12)), b.subtract(part("month", last), part("month", first)))
    reached = b.disjunction(
        [
            b.compare(">=", part("day", last), part("day", first)),
            b.compare("=", last, b.function("last_day", last)),
        ]
    )
    return b.subtract(months, b.case([(reached, b.double(0))], b.double(1)))


def elapsed(dialect: Dialect, first: Sql, last: Sql, unit: str) -> Sql:
    """Whole days, weeks, months, quarters or years from a date to another that is not before it; else NULL."""
    if unit in ("days", "weeks"):
        amount = dialect.days_between(first, last)
        amount = _quotient(amount, 7.0) if unit == "weeks" else amount
    else:
        months = months_between(dialect, first, last)
        divisor = {"months": 1, "quarters": 3, "years": 12}[unit]
        amount = months if divisor == 1 else _quotient(months, float(divisor))
    return b.case([(b.compare("<=", first, last), amount)])


# ── Periods ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def period_start(dialect: Dialect, day: Sql, unit: str, first_month: int) -> Sql:
    """The first day of the week, month, quarter or year that holds a date; years begin in `first_month`."""
    return _not(dialect, "<", _start(dialect, day, unit, first_month), _FIRST)


def period_end(dialect: Dialect, day: Sql, unit: str, first_month: int) -> Sql:
    """The last day of that period."""
    start = _start(dialect, day, unit, first_month)
    if unit == "week":
        return _not(dialect, ">", dialect.plus_days(start, b.integer(6)), _LAST)
    following = dialect.plus_months(start, b.integer(_MONTHS_IN[unit]))
    return _not(dialect, ">", dialect.plus_days(following, b.integer(-1)), _LAST)


def _not(dialect: Dialect, beyond: str, day: Sql, end: int) -> Sql:
    """A date, or the end of the calendar where it is beyond that."""
    limit = dialect.date(end)
    return b.case([(b.compare(beyond, day, limit), limit)], day)


def _start(dialect: Dialect, day: Sql, unit: str, first_month: int) -> Sql:
    """The first day of a period, which may lie in the year 0."""
    if unit == "week":
        return dialect.plus_days(day, _negative(dialect, weekday(dialect, day)))
    first_of_month = dialect.plus_days(day, _negative(dialect, b.subtract(part("day", day), b.double(1))))
    if unit == "month":
        return first_of_month
    passed = remainder(b.add(part("month", day), b.double(12 - first_month)), float(_MONTHS_IN[unit]))
    return dialect.plus_months(first_of_month, _negative(dialect, passed))


def _negative(dialect: Dialect, value: Sql) -> Sql:
    return dialect.whole_number(b.subtract(b.double(0), value))


def fiscal_quarter(dialect: Dialect, day: Sql, first_month: int) -> Sql:
    """The quarter (1..4) of the fiscal year that begins in `first_month`."""
    passed = remainder(b.add(part("month", day), b.double(12 - first_month)), 12.0)
    return b.add(_quotient(passed, 3.0), b.double(1))


def fiscal_year(dialect: Dialect, day: Sql, first_month: int) -> Sql:
    """The fiscal year, named after the calendar year in which it ends."""
    year = part("year", day)
    if first_month == 1:
        return year
    begun = b.compare(">=", part("month", day), b.double(first_month))
    return b.add(year, b.case([(begun, b.double(1))], b.double(0)))


def period_name(dialect: Dialect, day: Sql, unit: str, first_month: int, fiscal: int) -> Sql:
    """What the period that holds a date is called: `FY24-Q3`, `FY24`, `2024-Q1`, `2024`, `2024-03`, `2024-W09`."""
    if unit == "week":  # belongs to the year of its Thursday
        thursday = dialect.plus_days(
            day, dialect.whole_number(b.subtract(b.double(3), weekday(dialect, day)))
        )
        week = b.add(_quotient(b.subtract(part("dayofyear", thursday), b.double(1)), 7.0), b.double(1))
        return b.concat(
            [_digits(dialect, part("year", thursday), 4), b.text("-W"), _digits(dialect, week, 2)]
        )
    calendar_year = _digits(dialect, part("year", day), 4)
    if unit == "month":
        return b.concat([calendar_year, b.text("-"), _digits(dialect, part("month", day), 2)])
    year = calendar_year
    if fiscal:
        number = remainder(fiscal_year(dialect, day, first_month), 100.0)
        year = b.concat([b.text("FY"), _digits(dialect, number, 2)])
    if unit == "year":
        return year
    quarter = dialect.as_text(dialect.whole_number(fiscal_quarter(dialect, day, first_month)))
    return b.concat([year, b.text("-Q"), quarter])


def _digits(dialect: Dialect, number: Sql, digits: int) -> Sql:
    """A whole number with zeros before it."""
    text = dialect.as_text(dialect.whole_number(number))
    return b.function("lpad", text, b.integer(digits), b.text("0"))
