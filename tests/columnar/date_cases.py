"""What functions of dates and instants must give in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from ruleengine.columnar import build as b
from ruleengine.columnar import calendar, printing
from ruleengine.columnar.answers import Answer
from ruleengine.evaluator import printing as printed
from ruleengine.evaluator import runtime
from ruleengine.evaluator.spoken import speaker
from ruleengine.library import dates
from ruleengine.values import Kind, Type
from tests.columnar.scalar_tables import Case, calls, library_case, speaks

_DAY, _OTHER, _AMOUNT = b.column("day"), b.column("other"), b.column("amount")
_AS_OF = date(2024, 2, 29).toordinal()


def date_cases() -> Iterator[Case]:
    """Over two dates and a number of days or months."""
    yield _shift("date + days", dates.add_days, 1)
    yield _shift("date - days", dates.add_days, -1)
    yield _shift("date + months", dates.add_months, 1)
    yield _shift("date - months", dates.add_months, -1)
    for months in (1.0, -13.0, 1e12, -1e12):
        yield _months_later(months)
        yield _not_before(months)
    yield Case(
        "not before some months later",
        lambda dialect: Answer(b.compare(">=", _OTHER, calendar.after_months(dialect, _DAY, _AMOUNT))),
        lambda day, other, amount: other >= runtime.after_months(day, amount),
    )
    yield Case(
        "months between",
        lambda dialect: Answer(calendar.months_between(dialect, _DAY, _OTHER)),
        lambda day, other, amount: dates.months_between(day, other),
    )
    for unit in ("days", "weeks", "months", "quarters", "years"):
        yield from _elapsed_cases(unit)
    yield Case("days between", calls("days between", [_DAY, _OTHER]), lambda day, other, amount: day - other)
    for name in ("year", "month", "day"):
        yield library_case(name, [_DAY])
    for unit in ("week", "month", "quarter", "year"):
        for first in (1, 2, 7, 12):
            yield from _period_cases(unit, first)
    for first in range(1, 13):
        yield from _fiscal_cases(first)
    say = speaker(Type(Kind.DATE), False)
    yield Case(
        "printed date",
        lambda dialect: Answer(printing.date_text(dialect, _DAY)),
        lambda day, *_: printed.shown_value(day, "date"),
    )
    yield Case("spoken date", speaks(_DAY, Type(Kind.DATE)), lambda day, *_: say(day))


def _shift(name: str, add: Callable[[int, float], int | None], sign: int) -> Case:
    return Case(name, calls(name, [_DAY, _AMOUNT]), lambda day, other, amount: add(day, sign * amount))


def _months_later(months: float) -> Case:
    return Case(
        f"date + {months} months",
        calls("date + months", [_DAY, b.double(months)]),
        lambda day, other, amount: dates.add_months(day, months),
    )


def _not_before(months: float) -> Case:
    return Case(
        f"not before {months} months later",
        lambda dialect: Answer(b.compare(">=", _OTHER, calendar.after_months(dialect, _DAY, months))),
        lambda day, other, amount: other >= runtime.after_months(day, months),
    )


def _elapsed(unit: str, first: int, last: int) -> int | None:
    if first > last:
        return None
    if unit in ("days", "weeks"):
        return last - first if unit == "days" else (last - first) // 7
    return dates.months_between(first, last) // {"months": 1, "quarters": 3, "years": 12}[unit]


def _elapsed_cases(unit: str) -> Iterator[Case]:
    yield Case(
        f"{unit} since",
        lambda dialect: Answer(calendar.elapsed(dialect, _DAY, dialect.date(_AS_OF), unit)),
        lambda day, other, amount: _elapsed(unit, day, _AS_OF),
    )
    yield Case(
        f"{unit} until",
        lambda dialect: Answer(calendar.elapsed(dialect, dialect.date(_AS_OF), _DAY, unit)),
        lambda day, other, amount: _elapsed(unit, _AS_OF, day),
    )


def _period_cases(unit: str, first: int) -> Iterator[Case]:
    for fiscal in (0, 1):
        yield _period_name(unit, first, fiscal)
    options = (unit, first, 0)
    yield Case(
        f"start of {options}",
        calls("start of", [_DAY], options),
        lambda day, other, amount: dates.period_start(day, unit, first),
    )
    yield Case(
        f"end of {options}",
        calls("end of", [_DAY], options),
        lambda day, other, amount: dates.period_end(day, unit, first),
    )


def _period_name(unit: str, first: int, fiscal: int) -> Case:
    return Case(
        f"name of {unit} {first} {fiscal}",
        calls("name of", [_DAY], (unit, first, fiscal)),
        lambda day, other, amount: dates.period_name(day, unit, first, fiscal),
    )


def _fiscal_cases(first: int) -> Iterator[Case]:
    yield Case(
        f"fiscal quarter {first}",
        calls("fiscal quarter", [_DAY], (first,)),
        lambda day, other, amount: dates.fiscal_quarter(day, first),
    )
    yield Case(
        f"fiscal year {first}",
        calls("fiscal year", [_DAY], (first,)),
        lambda day, other, amount: dates.fiscal_year(day, first),
    )


# ── Instants ────────────────────────────────────────────────────────────────────────────────────────────────────────

_AT = b.column("at")
_ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Africa/Monrovia",
)


def instant_cases() -> Iterator[Case]:
    """Over instants."""
    for zone in _ZONES:
        yield _date_of(zone)
    say = speaker(Type(Kind.TIMESTAMP), False)
    yield Case(
        "printed timestamp",
        lambda dialect: Answer(printing.timestamp_text(dialect, _AT)),
        lambda at: printed.shown_value(at, "timestamp"),
    )
    yield Case("spoken timestamp", speaks(_AT, Type(Kind.TIMESTAMP)), say)


def _date_of(zone: str) -> Case:
    known = runtime.DayOf(zone)
    far = 0.0 if zone == "UTC" else 0.2  # the arguments reach far beyond the years that are promised
    return Case(f"date of {zone}", calls("date of", [_AT], (zone,)), known.__getitem__, far)
