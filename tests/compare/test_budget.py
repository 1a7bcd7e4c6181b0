"""Whether more moves than was allowed, and how that is said."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

import pytest
from attrs import frozen

from ruleengine.compare.budget import Amount, ConditionLimit, CountLimit, settle, total


@frozen
class Totals:
    """A population of 1,204 accounts, by what moves."""

    moved: int = 0
    newly: Mapping[str, int] = MappingProxyType({})
    accounts: int = 1204


FIVE_PERCENT = CountLimit("--max-moved 5%", Amount(Fraction(5), percent=True))


@pytest.mark.parametrize(("moved", "kept"), [(0, True), (60, True), (61, False)])
def test_five_percent_of_1204_are_60(moved: int, kept: bool) -> None:
    verdict = FIVE_PERCENT.verdict(Totals(moved))
    assert (verdict["ok"], verdict["allowed"], verdict["found"]) == (kept, 60, moved)


def test_a_share_is_compared_exactly() -> None:
    limit = CountLimit("--max-moved 0.1%", Amount(Fraction("0.1"), percent=True))
    assert limit.verdict(Totals(3, accounts=3000))["ok"]
    assert not limit.verdict(Totals(4, accounts=3999))["ok"]
    assert limit.verdict(Totals(4, accounts=4000))["ok"]


def test_a_share_of_nobody_is_not_exceeded() -> None:
    assert FIVE_PERCENT.verdict(Totals(accounts=0))["ok"]


@pytest.mark.parametrize(
    ("limit", "totals", "summary"),
    [
        (FIVE_PERCENT, Totals(41), "41 of 1,204 accounts change band; at most 60 may (5% of 1,204)"),
        (FIVE_PERCENT, Totals(1, accounts=9), "1 of 9 accounts changes band; none may (5% of 9)"),
        (CountLimit("", Amount(Fraction(1))), Totals(1, accounts=1), "1 of 1 account changes band; at most 1 may"),
        (CountLimit("", Amount(Fraction(0)), "red"), Totals(newly={"red": 2}), "2 of 1,204 accounts are newly red; none may be"),
        (CountLimit("", Amount(Fraction("12.5"), True), "na"), Totals(newly={"na": 1}),
         "1 of 1,204 accounts is newly without a score; at most 150 may be (12.5% of 1,204)"),
    ],
)  # fmt: skip
def test_limits_in_words(limit: CountLimit, totals: Totals, summary: str) -> None:
    assert limit.verdict(totals)["summary"] == summary


@pytest.mark.parametrize(
    ("held", "kept", "verdict"),
    [(True, False, "holds"), (False, True, "does not hold"), (None, True, "is undecided")],
)
def test_a_condition_must_not_hold(held: bool | None, kept: bool, verdict: str) -> None:
    limit = ConditionLimit("--fail-on x", "x", ("newly red", "moved", "accounts"), lambda totals: held)
    assert limit.verdict(Totals(1041, {"red": 7})) == {
        "limit": "--fail-on x", "ok": kept, "allowed": None, "found": None,
        "summary": f"`x` {verdict}: newly red 7, moved 1,041, accounts 1,204",
    }  # fmt: skip


def test_totals_by_name() -> None:
    totals = Totals(4, {"red": 3})
    names = ("accounts", "moved", "newly red", "newly green")
    assert [total(totals, name) for name in names] == [1204, 4, 3, 0]


def test_a_budget_is_kept_when_all_limits_are() -> None:
    none_red = CountLimit("--max-newly red=0", Amount(Fraction(0)), "red")
    kept, exceeded = (
        settle([FIVE_PERCENT, none_red], Totals(9)),
        settle([FIVE_PERCENT, none_red], Totals(9, {"red": 1})),
    )
    assert kept is not None
    assert exceeded is not None
    assert (kept["ok"], [each["ok"] for each in kept["limits"]]) == (True, [True, True])
    assert (exceeded["ok"], [each["ok"] for each in exceeded["limits"]]) == (False, [True, False])
    assert settle([], Totals(9)) is None
