"""Conditions that are seldom written: open ends that are computed, lists of flags, calendar periods changed by hand."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from ruleengine.report.words.text import plain
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from tests.report.test_words import said

STRATEGIES = "(list of p.has_strategy for p in success_plans)"
LATEST = "(first s in (list of p.has_strategy for p in success_plans))"
OF_STRATEGIES = "the list of has strategy over success plans"


def condition(folder: Path, written: str) -> tuple[str, e.Expression]:
    words, program = said(folder, f'problem "p" when {written}')
    check = next(step for step in program.steps if isinstance(step, r.Check))
    return plain(words.condition(check.condition)), check.condition


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("subscription.licensed_users in 10..support.tickets_last_month",
         "subscription licensed users are at least 10 and at most support tickets last month"),
        ("subscription.licensed_users in >support.tickets_last_month..",
         "subscription licensed users are above support tickets last month"),
        ("not subscription.licensed_users in ..<support.tickets_last_month",
         "subscription licensed users are not (below support tickets last month)"),
        (f"any s in {STRATEGIES}", f"at least one of ({OF_STRATEGIES}) holds"),
        (f"not (any s in {STRATEGIES})", f"none of ({OF_STRATEGIES}) holds"),
        (f"all s in {STRATEGIES}", f"every one of ({OF_STRATEGIES}) holds"),
        (f"not (all s in {STRATEGIES})", f"not all of ({OF_STRATEGIES}) holds"),
        (LATEST, f"the first of ({OF_STRATEGIES}) is yes"),
        (f"not {LATEST}", f"the first of ({OF_STRATEGIES}) is no"),
        ("subscription.renewal_date in this month or last", "subscription renewal date is in the last month or this one"),
        ("subscription.renewal_date in last fiscal year", "subscription renewal date is in the last fiscal year"),
    ],
)  # fmt: skip
def test_conditions_that_are_seldom_written(tmp_path: Path, written: str, expected: str) -> None:
    assert condition(tmp_path, written)[0] == expected


def period(folder: Path, written: str) -> e.Between:
    found = condition(folder, f"subscription.renewal_date in {written}")[1]
    assert isinstance(found, e.Between)
    return found


def spoken(folder: Path, node: e.Expression) -> str:
    words, _ = said(folder, "output o = 1")
    return plain(words.condition(node)).removeprefix("subscription renewal date is ")


def test_a_period_is_named_only_where_it_is_one(tmp_path: Path) -> None:
    """Trees that are changed, as mutants of a ruleset are, are told by their ends when they are no period any more."""
    last, this, following = (period(tmp_path, f"{which} month") for which in ("last", "this", "next"))
    assert (
        spoken(tmp_path, attrs.evolve(last, high=following.high)) == "in the last month, this one or the next"
    )
    opened = attrs.evolve(this, high_open=True)
    assert spoken(tmp_path, opened).startswith("on or after the start of this month and before ")
    step = last.low
    assert isinstance(step, e.Call)
    length = step.arguments[1]
    assert isinstance(length, e.Constant)
    longer = attrs.evolve(step, arguments=(step.arguments[0], attrs.evolve(length, value=2)))
    assert spoken(tmp_path, attrs.evolve(last, low=longer)).startswith("on or after ")
    other = attrs.evolve(step, function="day of month")
    assert "in the last month" not in spoken(tmp_path, attrs.evolve(last, low=other))
    start = step.arguments[0]
    assert isinstance(start, e.Call)
    of_nothing = attrs.evolve(this, low=attrs.evolve(step, arguments=(start.arguments[0], length)))
    assert "in the last month" not in spoken(tmp_path, of_nothing)
