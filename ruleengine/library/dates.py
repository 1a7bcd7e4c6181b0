"""Functions of dates, and the calendar arithmetic that the generated programs use.

Dates are day numbers (`date.toordinal`). A month added to a date is clamped to the month's end.
"""

from __future__ import annotations

from datetime import date

from ruleengine.library.function import function

_LAST_ORDINAL = date.max.toordinal()
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_length(year: int, month: int) -> int:
    """How many days a month has."""
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _LENGTHS[month - 1]


def add_months(day: int, months: float) -> int | None:
    """The day number `months` (whole) after `day`, clamped to the month's end; None beyond the years 1..9999."""
    start = date.fromordinal(day)
    number = start.year * 12 + start.month - 1 + int(months)
    year, month = divmod(number, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(start.day, month_length(year, month + 1))).toordinal()


def add_days(day: int, days: float) -> int | None:
    """The day number `days` after `day`; parts of days do not count; None beyond the years 1..9999."""
    result = day + int(days)
    return result if 1 <= result <= _LAST_ORDINAL else None


def months_between(start: int, end: int) -> int:
    """The greatest n such that `start` + n months (clamped) is not after `end`."""
    first, last = date.fromordinal(start), date.fromordinal(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if min(first.day, month_length(last.year, last.month)) <= last.day else months - 1


def period_start(day: int, unit: str, first_month: int) -> int:
    """The first day of the week, month, quarter or year that holds `day`; years begin in `first_month`."""
    if unit == "week":
        return max(1, day - date.fromordinal(day).weekday())
    return _first_of(_first_month(day, unit, first_month))


def period_end(day: int, unit: str, first_month: int) -> int:
    """The last day of the period that holds `day`."""
    if unit == "week":
        return min(day - date.fromordinal(day).weekday() + 6, _LAST_ORDINAL)
    return _first_of(_first_month(day, unit, first_month) + _MONTHS_IN[unit]) - 1


_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


def _first_month(day: int, unit: str, first_month: int) -> int:
    """The number of the month in which the period of a day begins, counted from the year 0, before which there is none."""
    current = date.fromordinal(day)
    return current.year * 12 + current.month - 1 - (current.month - first_month) % _MONTHS_IN[unit]


def _first_of(month: int) -> int:
    """The first day of a month by its number; the first or the day after the last of the calendar beyond its ends."""
    if month < 12:
        return 1
    return date(month // 12, month % 12 + 1, 1).toordinal() if month < 120_000 else _LAST_ORDINAL + 1


def fiscal_quarter(day: int, first_month: int) -> int:
    """The quarter (1..4) of the fiscal year that begins in `first_month`."""
    return (date.fromordinal(day).month - first_month) % 12 // 3 + 1


def fiscal_year(day: int, first_month: int) -> int:
    """The fiscal year, named after the calendar year in which it ends."""
    current = date.fromordinal(day)
    return current.year + (1 if first_month > 1 and current.month >= first_month else 0)


def period_name(day: int, unit: str, first_month: int, fiscal: int) -> str:
    """What the period that holds `day` is called: `FY24-Q3`, `FY24`, `2024-Q1`, `2024`, `2024-03`, `2024-W09`."""
    current = date.fromordinal(day)
    if unit == "week":
        number = current.isocalendar()
        return f"{number.year:04}-W{number.week:02}"
    if unit == "month":
        return f"{current.year:04}-{current.month:02}"
    year = f"FY{fiscal_year(day, first_month) % 100:02}" if fiscal else f"{current.year:04}"
    return year if unit == "year" else f"{year}-Q{fiscal_quarter(day, first_month)}"


@function("year", ("date",), "number", examples={"year(2024-02-29)": 2024})
def year(day: int) -> int:
    """`year(d)`: the calendar year."""
    return date.fromordinal(day).year


@function("month", ("date",), "number", examples={"month(2024-02-29)": 2})
def month(day: int) -> int:
    """`month(d)`: the month, 1 to 12."""
    return date.fromordinal(day).month


@function("day", ("date",), "number", examples={"day(2024-02-29)": 29})
def day_of_month(day: int) -> int:
    """`day(d)`: the day of the month, 1 to 31."""
    return date.fromordinal(day).day


DATE_FUNCTIONS = (year, month, day_of_month)
