"""Edges of the calendar, of numbers and of series: what the functions below the language give there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ruleengine.evaluator.runtime import after_months, clean, same
from ruleengine.library.dates import month_length
from ruleengine.library.series import _last_values
from ruleengine.values import NA, round_to
from tests.evaluator.test_seldom_asked import load


@pytest.mark.parametrize(
    ("year", "days"), [(1900, 28), (2000, 29), (2023, 28), (2024, 29), (2100, 28), (2400, 29)]
)
def test_every_fourth_february_is_longer_but_for_three_of_four_centuries(year: int, days: int) -> None:
    assert month_length(year, 2) == days


def test_months_have_their_lengths() -> None:
    found = [month_length(2023, month) for month in range(1, 13)]
    assert found == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_beyond_the_calendar_a_day_never_comes_or_never_was() -> None:
    day = date(2024, 1, 31).toordinal()
    assert after_months(day, 1) == date(2024, 2, 29).toordinal()
    assert after_months(day, -2) == date(2023, 11, 30).toordinal()
    assert after_months(day, 12 * 8_000) > date.max.toordinal()
    assert after_months(day, -12 * 2_100) < date.min.toordinal()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1.00000000005, True), (1, 1.0000000002, False), ("a", "a", True), ("a", "b", False), (True, True, True),
        (NA("missing"), NA("missing", "otherwise said"), True), (NA("missing"), NA("excluded"), False),
        (NA("missing"), 0, False), (0, NA("missing"), False), ((1, 50.0), (1, 50.00000000001), True),
        ((1, 50.0), (2, 50.0), False), ((1, 50.0), (1, 51.0), False), ((1, None), (1, None), True), ((1, None), (1, 0.0), False),
        ((1, 0.0), (1, None), False),
    ],
)  # fmt: skip
def test_outcomes_are_the_same_when_nobody_can_tell_them_apart(
    one: object, other: object, expected: bool
) -> None:
    assert same(one, other) is expected


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.1 + 0.2, 0.3), (-0.00000000004, 0.0), (0.00000000006, 0.0000000001), (999.99999999996, 1000.0),
        (1000.00000000004, 1000.0), (-1234.56789012344, -1234.5678901234), (900718.1 + 0.00000000004, 900718.1), (3e15, 3e15),
    ],
)  # fmt: skip
def test_numbers_are_printed_to_ten_decimals(value: float, printed: float) -> None:
    assert clean(value) == printed
    assert str(clean(value)) == str(printed)


@pytest.mark.parametrize(("digits", "rounded"), [(0, 3.0), (1, 2.5), (9, 2.512345679), (10, 2.5123456789)])
def test_a_number_has_up_to_ten_decimals(digits: int, rounded: float) -> None:
    assert round_to(2.51234567889, digits, "half_up") == rounded


def test_one_value_is_spoken_of_as_one() -> None:
    one, none = _last_values([(1, 2.0)], 3), _last_values([], 2)
    assert isinstance(one, NA)
    assert isinstance(none, NA)
    assert (one.text, none.text) == ("there is only 1 of 3 values", "there are only 0 of 2 values")


def outputs(folder: Path, expression: str, **facts: object) -> object:
    """What an output gives on 2024-06-30."""
    ruleset = load(folder, f"output o = {expression}\n")
    return ruleset.score({"id": "a", "certain": 1, **facts}, "2024-06-30").to_dict()["outputs"]["o"]


@pytest.mark.parametrize(
    ("since", "expected"), [("2024-05-30", True), ("2024-06-10", False), ("2023-09-30", False)]
)
def test_the_lower_end_of_an_interval_takes_sign_and_unit(since: str, expected: bool, tmp_path: Path) -> None:
    # 1, 0 and 9 months, less 3
    assert outputs(tmp_path, "months since since - 3 months in -2..<6 months", since=since) is expected


MANY = " * ".join(["positive"] * 20)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (" * ".join(["positive"] * 19), 9e14**19),  # 1.35 * 10^284; facts are below 10^15
        (MANY, None),  # 1.2 * 10^299: beyond 10^290 there is no number
        (f"{MANY} * 9_999_999_999", None),  # and it is no infinity that goes on
        (f"{MANY} * positive", None),
        (" * ".join(["positive"] * 19) + " / 0.0000000002", None),  # 6.8 * 10^293
        (" * ".join(["positive"] * 19) + " / 0.0000000002 / 0.0000000002 / 0.0000000002", None),
        (" * ".join(["positive"] * 18) + " / 0.0000000002", 9e14**18 / 2e-10),  # 7.5 * 10^278
    ],
    ids=range(7),
)
def test_what_is_larger_than_all_numbers_is_invalid(
    expression: str, expected: float | None, tmp_path: Path
) -> None:
    assert outputs(tmp_path, expression, positive=9e14) == (expected and pytest.approx(expected))
