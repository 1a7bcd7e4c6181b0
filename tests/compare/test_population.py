"""Counts over accounts, by hand; and that counting apart and merging is the same as counting together."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ruleengine.compare.attribution import Share
from ruleengine.compare.compared import (
    Change,
    ComparedAccount,
    ComparedCard,
    Outcome,
    Player,
    joined_bands,
)
from ruleengine.compare.population import Population

BANDS = ("green", "yellow", "red")
HEALTH = ComparedCard("health", "Customer health", BANDS)
SUM = ComparedCard("points", "Points", ())
PLAYERS = (Player("a.weight"), Player("b.weight"), Player("time", "time"))


def outcome(score: float | None) -> Outcome:
    """Green from 75, yellow from 50; missing without a score."""
    if score is None:
        return Outcome(None, None, "missing")
    return Outcome(score, "green" if score >= 75 else "yellow" if score >= 50 else "red", "scored")


def account(
    name: str, old: float | None, new: float | None, share: Share | None = None, **more: Any
) -> ComparedAccount:
    """An account that is compared in the scorecard `health` alone."""
    return ComparedAccount(name, None, (Change(outcome(old), outcome(new), share),), **more)


def population(*accounts: ComparedAccount) -> Population:
    """The population of accounts that are compared in `health`, with two segments and two triggers."""
    found = Population(
        (HEALTH,), PLAYERS, {"churn": "Churn risk", "upsell": "Upsell", "silent": "Silent"}, ("big", "new")
    )
    for each in accounts:
        found.add(each)
    return found


ACCOUNTS = (
    account("stays", 80.0, 80.0, segments=("big",), old_triggers=("upsell",), new_triggers=("upsell",)),
    account("drops", 80.0, 70.0, Share(-10.0, ((0, -6.0), (1, -4.0)), (0, 1)), segments=("big", "new"),
            new_triggers=("churn",)),
    account("falls", 60.0, 40.5, Share(-19.5, ((0, -19.5),), (0,)), segments=("big",), new_triggers=("churn",)),
    account("climbs", 60.0, 61.0, Share(1.0, ((0, -1.0), (1, 2.0))), old_triggers=("churn",)),
    account("loses it", 30.0, None, Share(None, ((2, None), (1, None)), (2,)), segments=("big",)),
    account("gets one", None, 90.0, Share(None, ((0, None),), (0,))),
    account("has none", None, None, segments=("new",)),
    account("cancels out", 55.0, 55.0, Share(0.0, ((0, 3.0), (1, -3.0)))),
)  # fmt: skip


def test_a_scorecard_is_counted() -> None:
    found = population(*ACCOUNTS).to_dict()
    assert (found["accounts"], found["moved"], found["scorecard"]) == (8, 4, "health")
    card = found["scorecards"]["health"]
    assert found["matrix"] == card["matrix"] == {
        "green": {"green": 1, "yellow": 1},
        "yellow": {"yellow": 2, "red": 1},
        "red": {"na": 1},
        "na": {"green": 1, "na": 1},
    }  # fmt: skip
    assert card["scored"] == {"old": 6, "new": 6}
    assert (card["moved"], card["changed"], card["unchanged"]) == (4, 5, 3)
    assert card["newly"] == {"green": 1, "yellow": 1, "red": 1, "na": 1}
    # (80 + 80 + 60 + 60 + 30 + 55) / 6 and (80 + 70 + 40.5 + 61 + 90 + 55) / 6
    assert card["mean"] == {"old": 60.8333333333, "new": 66.0833333333}
    assert [each for each in card["distribution"] if each["accounts"]] == [
        {"from": -20.0, "to": -18.0, "accounts": 1},
        {"from": -10.0, "to": -8.0, "accounts": 1},
        {"from": 0.0, "to": 2.0, "accounts": 1},
    ]
    assert list(card["matrix"]) == ["green", "yellow", "red", "na"]


def test_segments_are_counted() -> None:
    big, new = population(*ACCOUNTS).to_dict()["scorecards"]["health"]["by"]
    assert big == {
        "segment": "big", "accounts": 4, "moved": 3, "changed": 3, "newly": {"yellow": 1, "red": 1, "na": 1},
        "mean_change": -9.8333333333,
    }  # fmt: skip
    assert new == {
        "segment": "new", "accounts": 2, "moved": 1, "changed": 1, "newly": {"yellow": 1}, "mean_change": -10.0,
    }  # fmt: skip
    [empty, _] = population().to_dict()["scorecards"]["health"]["by"]
    assert (empty["accounts"], empty["mean_change"]) == (0, None)


def test_triggers_are_counted() -> None:
    assert population(*ACCOUNTS).to_dict()["triggers"] == [
        {"name": "churn", "title": "Churn risk", "started": 2, "stopped": 1, "both": 0},
        {"name": "upsell", "title": "Upsell", "started": 0, "stopped": 0, "both": 1},
    ]


def test_effects_are_counted() -> None:
    found = population(*ACCOUNTS)
    # a: -6 - 19.5 - 1 + 3 over four accounts, and one account without points; b: -4 + 2 - 3 over three, and one without
    assert found.effects(0) == {"health": {"touched": 5, "decisive": 3, "points": -23.5, "mean": -5.875}}
    assert found.effects(1) == {
        "health": {"touched": 4, "decisive": 1, "points": -5.0, "mean": -1.6666666667}
    }
    assert found.effects(2) == {"health": {"touched": 1, "decisive": 1, "points": 0.0, "mean": None}}


def test_only_movers_are_kept() -> None:
    assert [each.id for each in population(*ACCOUNTS).movers] == [
        "drops",
        "falls",
        "climbs",
        "loses it",
        "gets one",
    ]


def test_an_account_counts_once_for_the_budget() -> None:
    other = ComparedCard("other", "Other", ("good", "red"))
    found = Population((HEALTH, other), PLAYERS)
    both = (
        Change(outcome(60.0), outcome(40.0)),
        Change(Outcome(9.0, "good", "scored"), Outcome(1.0, "red", "scored")),
    )
    second = Change(outcome(60.0), outcome(60.0)), both[1]
    found.add(ComparedAccount("both", None, both))
    found.add(ComparedAccount("second", None, second))
    assert (found.moved, dict(found.newly)) == (2, {"red": 2})
    assert found.to_dict()["moved"] == 2
    assert found.to_dict()["scorecards"]["health"]["moved"] == 1
    assert [(each.id, each.scorecard) for each in found.movers] == [
        ("both", "health"), ("both", "other"), ("second", "other")
    ]  # fmt: skip


def test_a_scale_without_bands() -> None:
    found = Population((SUM,), PLAYERS)
    for name, old, new in (("a", 1.0, 2.0), ("b", None, 2.0), ("c", 3.0, 3.0)):
        before, after = (Outcome(each, None, "scored" if each else "missing") for each in (old, new))
        found.add(ComparedAccount(name, None, (Change(before, after),)))
    card = found.to_dict()["scorecards"]["points"]
    assert card["matrix"] == {"scored": {"scored": 2}, "na": {"scored": 1}}
    assert (card["moved"], card["changed"], card["unchanged"], card["bands"]) == (1, 2, 1, [])


def test_without_scorecards_and_accounts() -> None:
    found = Population((), ()).to_dict()
    assert (found["scorecard"], found["matrix"], found["moved"]) == (None, {}, 0)
    empty = population().to_dict()["scorecards"]["health"]
    assert (empty["mean"], empty["matrix"], empty["distribution"]) == ({"old": None, "new": None}, {}, [])


def test_sums_do_not_depend_on_the_order() -> None:
    tenths = [account(str(number), 0.1 * number, 0.3 * number) for number in range(100)]
    forward, backward = population(*tenths), population(*reversed(tenths))
    assert forward.to_dict() == backward.to_dict()


@given(st.lists(st.integers(0, len(ACCOUNTS) - 1), max_size=12), st.integers(0, 12))
def test_merging_is_counting_on(numbers: list[int], place: int) -> None:
    accounts = [ACCOUNTS[number] for number in numbers]
    first, second = population(*accounts[:place]), population(*accounts[place:])
    first.rejected, second.rejected = 1, 2
    second.only_old, second.only_new = 3, 4
    first.merge(second)
    together = population(*accounts)
    together.rejected, together.only_old, together.only_new = 3, 3, 4
    assert first == together
    assert first.to_dict() == together.to_dict()


def test_bands_of_both_versions() -> None:
    assert joined_bands(BANDS, BANDS) == BANDS
    assert joined_bands(BANDS, ("green", "red")) == BANDS
    assert joined_bands(("green", "red"), BANDS) == BANDS
    assert joined_bands(("green", "amber", "red"), BANDS) == ("green", "amber", "yellow", "red")
    assert joined_bands(("best", "good", "red"), BANDS) == ("best", "good", "green", "yellow", "red")
    assert joined_bands((), BANDS) == joined_bands(BANDS, ()) == BANDS
