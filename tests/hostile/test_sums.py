"""Sums of doubles have the same last digits whichever Python adds them up: from 3.12 on `sum` corrects what it rounds."""

from __future__ import annotations

from ruleengine.evaluator.cards import sum_text
from ruleengine.report.diff.headline import together
from ruleengine.report.diff.pictures import _n
from ruleengine.values import added_up

TENTHS = [0.1] * 10
#: What comes of adding 0.1 ten times, one after the other, each time rounded to a double.
ONE_AFTER_THE_OTHER = 0.9999999999999999


def test_doubles_are_added_one_after_the_other() -> None:
    assert added_up(TENTHS) == ONE_AFTER_THE_OTHER
    assert added_up([1e100, 1.0, -1e100]) == 0.0
    assert added_up([]) == 0.0


def test_generated_programs_and_reports_add_so() -> None:
    assert sum_text(["0.1"] * 10) == "0.9999999999999999"
    assert together([("a", number) for number in TENTHS]) == ONE_AFTER_THE_OTHER


def test_no_place_in_a_picture_is_less_than_nothing() -> None:
    assert [_n(number) for number in (-1e-15, -0.0, 0.004, -0.004, 1.5)] == ["0", "0", "0", "0", "1.5"]
