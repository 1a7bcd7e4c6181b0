"""Functions of numbers, the calendar, and what is asked of a series, each called by itself at its edges."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

import pytest

from ruleengine.library import dates, numbers, series, texts
from ruleengine.limits import limits
from ruleengine.values import NA, significant


def on(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def iso(day: int | None) -> str:
    return "" if day is None else date.fromordinal(day).isoformat()


# ── dates ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("year", [1900, 2000, 2001, 2023, 2024, 2100, 2400])
def test_lengths_of_months(year: int) -> None:
    found = [dates.month_length(year, month) for month in range(1, 13)]
    assert found == [calendar.monthrange(year, month)[1] for month in range(1, 13)]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-01-31", 13, "2025-02-28"),
        ("2024-01-31", -1, "2023-12-31"),
        ("2024-03-31", -1.0, "2024-02-29"),
        ("2024-01-31", 0, "2024-01-31"),
        ("2024-12-15", 1, "2025-01-15"),
        ("2024-01-15", 11, "2024-12-15"),
        ("9999-11-30", 1, "9999-12-30"),
        ("9999-12-01", 1, ""),
        ("0001-02-03", -1, "0001-01-03"),
        ("0001-01-01", -1, ""),
    ],
)
def test_months_are_added(day: str, months: float, expected: str) -> None:
    assert iso(dates.add_months(on(day), months)) == expected


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        ("2024-02-28", 2, "2024-03-01"),
        ("2024-02-28", 1.9, "2024-02-29"),
        ("2024-03-01", -1.9, "2024-02-29"),
        ("9999-12-30", 1, "9999-12-31"),
        ("9999-12-31", 1, ""),
        ("0001-01-02", -1, "0001-01-01"),
        ("0001-01-01", -1, ""),
    ],
)
def test_days_are_added(day: str, days: float, expected: str) -> None:
    assert iso(dates.add_days(on(day), days)) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2023-01-31", "2023-02-28", 1),
        ("2024-01-15", "2024-02-14", 0),
        ("2024-01-15", "2024-02-15", 1),
        ("2024-01-15", "2024-01-15", 0),
        ("2022-12-31", "2024-01-01", 12),
        ("2022-01-01", "2024-12-31", 35),
        ("2024-02-15", "2024-01-16", -1),
        ("2024-02-15", "2024-01-15", -1),
        ("2024-02-15", "2024-01-14", -2),
    ],
)
def test_months_between(start: str, end: str, expected: int) -> None:
    assert dates.months_between(on(start), on(end)) == expected


@pytest.mark.parametrize(
    ("day", "unit", "first_month", "start", "end"),
    [
        ("2024-03-13", "week", 1, "2024-03-11", "2024-03-17"),
        ("2024-03-11", "week", 2, "2024-03-11", "2024-03-17"),
        ("2024-03-17", "week", 1, "2024-03-11", "2024-03-17"),
        ("2024-02-10", "month", 2, "2024-02-01", "2024-02-29"),
        ("2024-12-31", "month", 1, "2024-12-01", "2024-12-31"),
        ("2024-03-13", "quarter", 1, "2024-01-01", "2024-03-31"),
        ("2024-04-01", "quarter", 1, "2024-04-01", "2024-06-30"),
        ("2024-03-13", "quarter", 2, "2024-02-01", "2024-04-30"),
        ("2024-01-15", "quarter", 2, "2023-11-01", "2024-01-31"),
        ("2024-03-13", "year", 1, "2024-01-01", "2024-12-31"),
        ("2024-03-13", "year", 2, "2024-02-01", "2025-01-31"),
        ("2024-01-15", "year", 2, "2023-02-01", "2024-01-31"),
        # at the ends of the calendar
        ("0001-01-03", "week", 1, "0001-01-01", "0001-01-07"),
        ("0001-01-15", "year", 2, "0001-01-01", "0001-01-31"),
        ("0001-01-15", "month", 1, "0001-01-01", "0001-01-31"),
        ("0001-02-15", "month", 1, "0001-02-01", "0001-02-28"),
        ("9999-12-31", "week", 1, "9999-12-27", "9999-12-31"),
        ("9999-12-15", "month", 1, "9999-12-01", "9999-12-31"),
        ("9999-11-15", "month", 1, "9999-11-01", "9999-11-30"),
        ("9999-12-15", "year", 2, "9999-02-01", "9999-12-31"),
        ("9999-12-15", "quarter", 2, "9999-11-01", "9999-12-31"),
    ],
)
def test_periods(day: str, unit: str, first_month: int, start: str, end: str) -> None:
    found = dates.period_start(on(day), unit, first_month), dates.period_end(on(day), unit, first_month)
    assert tuple(map(iso, found)) == (start, end)


@pytest.mark.parametrize(
    ("day", "first_month", "quarter", "year"),
    [
        ("2024-01-31", 2, 4, 2024),
        ("2024-02-01", 2, 1, 2025),
        ("2024-04-30", 2, 1, 2025),
        ("2024-05-01", 2, 2, 2025),
        ("2024-03-31", 1, 1, 2024),
        ("2024-04-01", 1, 2, 2024),
        ("2024-12-31", 1, 4, 2024),
        ("2024-11-30", 12, 4, 2024),
        ("2024-12-01", 12, 1, 2025),
    ],
)
def test_fiscal_quarters_and_years(day: str, first_month: int, quarter: int, year: int) -> None:
    assert dates.fiscal_quarter(on(day), first_month) == quarter
    assert dates.fiscal_year(on(day), first_month) == year


@pytest.mark.parametrize(
    ("day", "unit", "first_month", "fiscal", "expected"),
    [
        ("2024-03-13", "week", 1, False, "2024-W11"),
        ("2021-01-03", "week", 1, False, "2020-W53"),
        ("2024-01-04", "week", 2, True, "2024-W01"),
        ("2024-03-13", "month", 2, True, "2024-03"),
        ("0007-03-13", "month", 1, False, "0007-03"),
        ("2024-03-13", "quarter", 1, False, "2024-Q1"),
        ("2024-03-13", "quarter", 2, True, "FY25-Q1"),
        ("2024-01-13", "quarter", 2, True, "FY24-Q4"),
        ("2024-03-13", "year", 1, False, "2024"),
        ("0007-03-13", "year", 1, False, "0007"),
        ("2024-03-13", "year", 2, True, "FY25"),
        ("2099-03-13", "year", 2, True, "FY00"),
    ],
)
def test_names_of_periods(day: str, unit: str, first_month: int, fiscal: bool, expected: str) -> None:
    assert dates.period_name(on(day), unit, first_month, fiscal) == expected


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        (2, 10, 1024),
        (2, 0, 1),
        (0, 0, 1),
        (-2, 3, -8),
        (-2, -3, -0.125),
        (-0.5, -2, 4),
        (0, -1, None),
        (0, 2, 0),
        (1e-4, -3, None),
        (-1e-4, -3, None),
        (0.01, -4, 1e8),
        (1e200, 2, None),
        (-1e200, 3, None),
        (-1e100, 2, 1e200),
        (2, 963, 2.0**963),
        (2, 964, None),
        (1, 1001, 1),
        (1.0001, 1001, significant(1.0001**1001)),
        (1.0001, 1000.5, significant(1.0001**1000.5)),
        (4, 0.5, 2),
        (4, -0.5, 0.5),
        (0, 0.5, 0),
        (0, -0.5, None),
        (-8, 0.5, None),
        (10, 289.5, significant(10**289.5)),
        (10, 290.5, None),
        (10, 1000.5, None),
    ],
)
def test_powers(base: float, exponent: float, expected: float | None) -> None:
    found = numbers.power.implementation(float(base), float(exponent))
    assert found == (expected if expected is None else pytest.approx(expected, rel=1e-13))


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        (numbers.exp, 700, None),
        (numbers.exp, 699, None),
        (numbers.exp, 668, None),
        (numbers.exp, 1, 2.71828182846),
        (numbers.exp, -1000, 0),
        (numbers.ln, 0, None),
        (numbers.ln, -1, None),
        (numbers.ln, 0.5, -0.69314718056),
        (numbers.sqrt, 0, 0),
        (numbers.sqrt, 4, 2),
        (numbers.sqrt, -1e-9, None),
        (numbers.sqrt, 2, 1.41421356237),
        (numbers.abs_, -3, 3),
        (numbers.abs_, 3, 3),
    ],
)
def test_roots_and_logarithms(function: Any, value: float, expected: float | None) -> None:
    assert function.implementation(float(value)) == expected


VALUES = (-2.7, -2.5, -1.5, -0.5, 0.5, 1.5, 2.3, 2.7)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (numbers.round_half_up, (-3, -3, -2, -1, 1, 2, 2, 3)),
        (numbers.round_half_even, (-3, -2, -2, 0, 0, 2, 2, 3)),
        (numbers.round_half_down, (-3, -2, -1, 0, 0, 1, 2, 3)),
        (numbers.round_up, (-3, -3, -2, -1, 1, 2, 3, 3)),
        (numbers.round_down, (-2, -2, -1, 0, 0, 1, 2, 2)),
        (numbers.floor, (-3, -3, -2, -1, 0, 1, 2, 2)),
        (numbers.ceiling, (-2, -2, -1, 0, 1, 2, 3, 3)),
    ],
)
def test_rounding(function: Any, expected: tuple[float, ...]) -> None:
    assert tuple(function.implementation(value, 0) for value in VALUES) == expected
    tenths = tuple(function.implementation(value / 10, 1) for value in VALUES)
    assert tenths == pytest.approx([value / 10 for value in expected])


def test_functions_of_several_numbers() -> None:
    some = [3.0, -1.0, 2.0]
    found = [
        each.implementation(some)
        for each in (numbers.min_, numbers.max_, numbers.sum_, numbers.mean, numbers.count)
    ]
    assert found == [-1, 3, 4, pytest.approx(4 / 3), 3]
    assert numbers.sum_.implementation([]) == 0


# ── series ──────────────────────────────────────────────────────────────────────────────────────────────────────────

SALES = [(10, 100.0), (20, 120.0), (30, 126.0)]
TOO_EARLY = "no value is dated so early"
NOT_WITHIN = "no value is dated within this time"


def asked(question: series.Question, *arguments: Any) -> Any:
    """The answer, or the words why there is none."""
    found = question.implementation(*arguments)
    return found.text if isinstance(found, NA) else found


def test_points_stand_in_the_order_of_days_and_of_one_day_the_first_counts() -> None:
    assert series.points_by_day([(20, "b"), (10, "a"), (20, "c"), (30, "d")]) == [
        (10, "a"),
        (20, "b"),
        (30, "d"),
    ]
    assert series.points_by_day([]) == []


@pytest.mark.parametrize(("day", "expected"), [(9, TOO_EARLY), (10, 100), (19, 100), (20, 120), (99, 126)])
def test_the_value_at_a_day(day: int, expected: Any) -> None:
    assert asked(series.value, SALES, day) == expected


@pytest.mark.parametrize(
    ("start", "change", "growth"),
    [
        (9, TOO_EARLY, TOO_EARLY),
        (10, 26, 0.26),
        (20, 6, 0.05),
        (29, 6, 0.05),
        (30, NOT_WITHIN, NOT_WITHIN),
        (31, NOT_WITHIN, NOT_WITHIN),
    ],
)
def test_change_and_growth(start: int, change: Any, growth: Any) -> None:
    assert asked(series.change, SALES, start) == change
    assert asked(series.growth, SALES, start) == growth
    assert asked(series.change, [], start) == NOT_WITHIN


@pytest.mark.parametrize(("earlier", "has_growth"), [(0, 0), (1e-11, 0), (-1e-11, 0), (1e-9, 1), (-1e-9, 1)])
def test_there_is_no_growth_from_zero(earlier: float, has_growth: int) -> None:
    found = series.growth.implementation([(1, earlier), (2, 5.0)], 1)
    assert isinstance(found, float) == bool(has_growth)
    if isinstance(found, NA):
        assert (found.reason, found.text, found.code) == ("invalid", "the earlier value is zero", "RE506")


@pytest.mark.parametrize(
    ("start", "number", "values"),
    [
        (9, None, (100, 120, 126)),
        (10, None, (120, 126)),
        (29, None, (126,)),
        (None, 1, (126,)),
        (None, 2, (120, 126)),
        (None, 3, (100, 120, 126)),
    ],
)
def test_values_of_a_period_or_the_newest(
    start: int | None, number: int | None, values: tuple[int, ...]
) -> None:
    answers = (series.sum_of, series.mean, series.min_of, series.max_of)
    found = [asked(each, SALES, start, number) for each in answers]
    assert found == [sum(values), pytest.approx(sum(values) / len(values)), min(values), max(values)]


@pytest.mark.parametrize(
    "question",
    [series.sum_of, series.mean, series.min_of, series.max_of, series.daily_slope, series.monthly_slope],
    ids=lambda question: question.name,
)
def test_too_few_values(question: series.Question) -> None:
    assert asked(question, SALES, 30, None) == NOT_WITHIN
    assert asked(question, SALES, None, 4) == "there are only 3 of 4 values"
    assert asked(question, SALES[:1], None, 2) == "there is only 1 of 2 values"
    assert asked(question, [], None, 1) == "there are only 0 of 1 values"


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(0, 0), (10, 20), (20, 40)], 2),
        ([(5, 7), (6, 7)], 0),
        ([(0, 1), (1, 3), (4, 4)], 17 / 26),
        ([(100, 10), (101, 8), (103, 2)], -19 / 7),
        ([(0, 1)], "a slope needs two values"),
    ],
)
def test_slopes(points: list[tuple[int, float]], expected: Any) -> None:
    daily = asked(series.daily_slope, points, -1, None)
    monthly = asked(series.monthly_slope, points, -1, None)
    if isinstance(expected, str):
        assert daily == monthly == expected
    else:
        assert daily == pytest.approx(expected)
        assert monthly == pytest.approx(expected * 30.436875)


FEW = "two values are needed to see a change"


@pytest.mark.parametrize(
    ("values", "declines", "rises"),
    [
        ([5, 4, 3], 2, 0),
        ([5, 4, 4], 0, 0),
        ([4, 5, 3], 1, 0),
        ([3, 1, 2], 0, 1),
        ([1, 2, 3, 4], 0, 3),
        ([1, 1 + 1e-12], 0, 0),
        ([2, 1], 1, 0),
        ([1], FEW, FEW),
        ([], FEW, FEW),
    ],
)
def test_runs(values: list[float], declines: Any, rises: Any) -> None:
    points = list(enumerate(values))
    assert asked(series.consecutive_declines, points) == declines
    assert asked(series.consecutive_rises, points) == rises


@pytest.mark.parametrize(
    ("values", "since"),
    [
        (["a", "b", "b"], 20),
        (["b", "b", "b"], 10),
        (["b", "b", "a"], 30),
        (["b", "a", "b"], 30),
        ([1.0, 2.0, 2.0 + 1e-12], 20),
        ([1, 2, 2.0], 20),
        ([False, True, True], 20),
        (["a"], 10),
    ],
)
def test_since_when_a_value_is_what_it_is(values: list[Any], since: int) -> None:
    points = [(10 * (at + 1), value) for at, value in enumerate(values)]
    assert asked(series.days_without_change, points, 35) == 35 - since


def test_months_without_change() -> None:
    points = [(on("2023-12-01"), "a"), (on("2024-01-15"), "b")]
    assert asked(series.months_without_change, points, on("2024-03-14")) == 1
    assert asked(series.months_without_change, points, on("2024-03-15")) == 2
    assert asked(series.months_without_change, [], 5) == "there are no values"
    assert asked(series.days_without_change, [], 5) == "there are no values"


# ── texts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (texts.lower, ("AbC",), "abc"),
        (texts.upper, ("AbC",), "ABC"),
        (texts.trim, ("\u00a0a b\u3000",), "a b"),
        (texts.length, ("four",), 4),
        (texts.starts_with, ("abc", "ab"), True),
        (texts.starts_with, ("abc", "bc"), False),
        (texts.ends_with, ("abc", "bc"), True),
        (texts.ends_with, ("abc", "ab"), False),
        (texts.concat, (("a", "", "c"),), "ac"),
        (texts.matches, ("ab12", "[0-9]+$"), True),
        (texts.matches, ("ab12", "^[0-9]"), False),
    ],
)
def test_functions_of_texts(function: Any, arguments: tuple[Any, ...], expected: Any) -> None:
    assert function.implementation(*arguments) == expected


def test_patterns_that_cannot_be_used_say_why() -> None:
    most = limits().pattern_length
    assert texts.compile_pattern("a" * most).search("b") is None
    with pytest.raises(ValueError, match=f"^it is longer than {most} characters$"):
        texts.compile_pattern("a" * (most + 1))
    with pytest.raises(ValueError, match="missing"):
        texts.compile_pattern("(a")
