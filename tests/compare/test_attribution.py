"""Shares of a change: published and hand-computed games, and properties that hold for every game."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ruleengine.compare.attribution import Share, share_out
from tests.compare.games import ComputedGame, TableGame, World, band_of, by_all_orders, game

BANDS = st.sampled_from(["green", "yellow", "red"])
SCORES = st.decimals(0, 100, places=4).map(float)
WORLDS = st.one_of(st.tuples(SCORES, BANDS), st.just((None, None)))


def points(share: Share) -> dict[int, float | None]:
    return dict(share.parts)


@st.composite
def tables(draw: st.DrawFn, most: int = 6, worlds: st.SearchStrategy[World] = WORLDS) -> TableGame:
    """Games of any values, with a score at both ends."""
    players = draw(st.integers(1, most))
    table = dict(enumerate(draw(st.lists(worlds, min_size=1 << players, max_size=1 << players))))
    assume(table[0][0] is not None and table[(1 << players) - 1][0] is not None)
    return TableGame(tuple(range(10, 10 + players)), table)


# ── Published games ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_left_glove_and_two_right_ones() -> None:
    # A pair is worth 6: who has the left glove gets 2/3 of it, each of the others 1/6.
    share = share_out(game(3, lambda made: 6.0 if 0 in made and made & {1, 2} else 0.0), "")
    assert share.parts == ((0, 4.0), (1, 1.0), (2, 1.0))
    assert (share.change, share.method, share.error) == (6.0, "exact", 0.0)


def test_four_airlines_share_a_runway() -> None:
    # It costs as much as the longest of 8, 11, 13 and 18: 8/4, then 3/3 more, then 2/2 more, then 5 more.
    costs = (8.0, 11.0, 13.0, 18.0)
    share = share_out(game(4, lambda made: max((costs[each] for each in made), default=0.0)), "")
    assert share.parts == ((0, 2.0), (1, 3.0), (2, 4.0), (3, 9.0))


def test_a_majority_of_unequal_voters() -> None:
    # Votes 4, 3, 2, 1 and 6 decide: pivotal in 10, 6, 6 and 2 of the 24 orders.
    votes = (4, 3, 2, 1)
    share = share_out(game(4, lambda made: 24.0 if sum(votes[each] for each in made) >= 6 else 0.0), "")
    assert share.parts == ((0, 10.0), (1, 6.0), (2, 6.0), (3, 2.0))


# ── By hand ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_weighted_mean_whose_weights_are_shared_out_anew() -> None:
    # a: 100 points, weight 1, becomes 2; b: 40 points, weight 1; c: 10 points, weight 2, is removed.
    # None: 160 / 4 = 40. Weight: 260 / 5 = 52. Removal: 140 / 2 = 70. Both: 240 / 3 = 80.
    # Weight: (12 + 10) / 2 = 11; removal: (30 + 28) / 2 = 29.
    worth = {frozenset(): 40.0, frozenset({0}): 52.0, frozenset({1}): 70.0, frozenset({0, 1}): 80.0}
    share = share_out(game(2, worth.__getitem__), "")
    assert share == Share(40.0, ((0, 11.0), (1, 29.0)), (0, 1))  # 52 and 70 are yellow, 80 is green


def test_who_only_works_together_shares_equally() -> None:
    assert share_out(game(2, lambda made: 10.0 if len(made) == 2 else 0.0), "").parts == ((0, 5.0), (1, 5.0))


def test_edits_that_cancel_are_told_apart() -> None:
    share = share_out(game(2, lambda made: 60.0 + 3 * (0 in made) - 3 * (1 in made)), "")
    assert share == Share(0.0, ((0, 3.0), (1, -3.0)))


def test_thirds_add_up_as_decimals() -> None:
    share = share_out(game(3, lambda made: 40.0 if len(made) == 3 else 30.0), "")
    assert share.parts == ((0, 3.3333333334), (1, 3.3333333333), (2, 3.3333333333))
    share = share_out(game(3, lambda made: 20.0 if len(made) == 3 else 30.0), "")
    assert sorted(str(each) for _, each in share.parts) == ["-3.3333333333", "-3.3333333333", "-3.3333333334"]


def test_a_set_without_a_score_counts_as_the_old_score() -> None:
    # 50, then NA for the first alone (counts as 50), 60 for the second alone, 80 for both: (0 + 20) / 2, (10 + 30) / 2.
    worth = {frozenset(): 50.0, frozenset({0}): None, frozenset({1}): 60.0, frozenset({0, 1}): 80.0}
    assert share_out(game(2, worth.__getitem__), "").parts == ((0, 10.0), (1, 20.0))


@pytest.mark.parametrize(("old", "new"), [(50.0, None), (None, 50.0)])
def test_without_a_score_at_one_end_there_are_no_points(old: float | None, new: float | None) -> None:
    share = share_out(game(2, lambda made: new if 0 in made else old), "")
    assert share == Share(None, ((0, None),), (0,))


def test_without_a_score_at_either_end_nothing_is_shared_out() -> None:
    share = share_out(game(2, lambda made: 50.0 if made == {1} else None), "")
    assert share == Share(None, ((0, None), (1, None)))


def test_who_never_matters_is_left_out() -> None:
    share = share_out(game(3, lambda made: 60.0 - 20 * (2 in made)), "")
    assert share == Share(-20.0, ((2, -20.0),), (2,))


def test_a_player_that_changes_only_the_band_is_in() -> None:
    table = {0: (60.0, "yellow"), 1: (60.0, "green"), 2: (60.0, "yellow"), 3: (60.0, "green")}
    assert share_out(TableGame((5, 7), table), "") == Share(0.0, ((5, 0.0),), (5,))


def test_without_players_nothing_changes() -> None:
    assert share_out(TableGame((), {0: (60.0, "yellow")}), "") == Share(0.0, ())


def test_a_score_without_bands_has_another_place_than_none() -> None:
    share = share_out(TableGame((4,), {0: (None, None), 1: (60.0, None)}), "")
    assert share == Share(None, ((4, None),), (4,))


def test_large_scores_add_up_too() -> None:
    values = [123456789012.3, 223456789012.7, 323456789013.1, 923456789015.9]
    share = share_out(TableGame((0, 1), {mask: (each, None) for mask, each in enumerate(values)}), "")
    assert share.change == 800000000003.6
    assert share.parts == ((0, 350000000001.6), (1, 450000000002.0))


# ── Bands ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_edit_without_which_the_band_would_stay_is_decisive() -> None:
    # 80, minus 4 and 3 and 1: without the first or the second it is 76 or 75 and green, without the third 73.
    share = share_out(game(3, lambda made: 80.0 - sum((4, 3, 1)[each] for each in made)), "")
    assert (share.decisive, share.sufficient) == ((0, 1), ())


def test_when_each_suffices_all_are_named() -> None:
    share = share_out(game(2, lambda made: 80.0 - 10 * len(made)), "")
    assert (share.decisive, share.sufficient) == ((), ((0,), (1,)))


def test_the_smallest_sets_of_two() -> None:
    share = share_out(game(3, lambda made: 80.0 - 3 * len(made)), "")
    assert (share.decisive, share.sufficient) == ((), ((0, 1), (0, 2), (1, 2)))


def test_without_a_band_change_nothing_is_decisive() -> None:
    share = share_out(game(2, lambda made: 60.0 - (1 if made else 0)), "")
    assert (share.decisive, share.sufficient) == ((), ())


def test_sets_larger_than_four_are_not_searched() -> None:
    def worth(made: frozenset[int]) -> float:
        return 80.0 if len(made) < needed else 60.0

    needed = 4
    assert len(share_out(game(6, worth), "").sufficient) == 15
    needed = 5
    assert share_out(game(6, worth), "").sufficient == ()


# ── For every game ──────────────────────────────────────────────────────────────────────────────────────────────────


@given(tables())
def test_parts_add_up_exactly(found: TableGame) -> None:
    share = share_out(found, "")
    old, new = found.table[0][0], found.table[len(found.table) - 1][0]
    assert Decimal(repr(share.change)) == Decimal(repr(new)) - Decimal(repr(old))
    assert sum(Decimal(repr(each)) for _, each in share.parts) == Decimal(repr(share.change))
    assert "-0.0" not in [repr(each) for _, each in share.parts]


@settings(max_examples=60)
@given(tables())
def test_it_is_the_mean_over_all_orders(found: TableGame) -> None:
    expected = by_all_orders(found.table, len(found.players))
    shared = points(share_out(found, ""))
    for player, each in zip(found.players, expected, strict=True):
        part = shared.get(player, 0.0)
        assert part is not None
        assert abs(Decimal(repr(part)) - Decimal(each.numerator) / Decimal(each.denominator)) <= Decimal(
            "1e-10"
        )


@given(tables(5), st.randoms(use_true_random=False))
def test_renumbering_changes_nothing(found: TableGame, random: Random) -> None:
    order = list(range(len(found.players)))
    random.shuffle(order)

    def renumbered(mask: int) -> World:
        return found.table[sum(1 << order[bit] for bit in range(len(order)) if mask >> bit & 1)]

    players = tuple(found.players[each] for each in order)
    other = share_out(TableGame(players, {mask: renumbered(mask) for mask in found.table}), "")
    share = share_out(found, "")
    assert points(other) == points(share)
    assert set(other.decisive) == set(share.decisive)
    assert {frozenset(each) for each in other.sufficient} == {frozenset(each) for each in share.sufficient}


@given(tables(4), st.integers(0, 4))
def test_a_player_without_effect_changes_nothing(found: TableGame, position: int) -> None:
    bit = min(position, len(found.players))
    low = (1 << bit) - 1
    table = {mask: found.table[mask >> 1 & ~low | mask & low] for mask in range(2 * len(found.table))}
    players = (*found.players[:bit], 99, *found.players[bit:])
    assert share_out(TableGame(players, table), "") == share_out(found, "")


@given(st.lists(SCORES, min_size=2, max_size=7))
def test_equal_players_have_equal_parts(by_size: list[float]) -> None:
    share = share_out(game(len(by_size) - 1, lambda made: by_size[len(made)]), "")
    shown = [each for _, each in share.parts if each is not None]
    assert not shown or max(shown) - min(shown) <= 1.01e-10


@given(tables(5))
def test_decisive_and_sufficient_are_what_they_say(found: TableGame) -> None:
    share, every = share_out(found, ""), len(found.table) - 1
    bands = {mask: found.table[mask][1] or "na" for mask in found.table}
    moved = bands[0] != bands[every]
    wanted = [
        player
        for bit, player in enumerate(found.players)
        if moved and bands[every ^ 1 << bit] != bands[every]
    ]
    assert list(share.decisive) == wanted
    reaching = [mask for mask in found.table if bands[mask] == bands[every]]
    smallest = min(mask.bit_count() for mask in reaching)
    expected = {
        frozenset(player for bit, player in enumerate(found.players) if mask >> bit & 1)
        for mask in reaching
        if mask.bit_count() == smallest
    }
    assert {frozenset(each) for each in share.sufficient} == (expected if moved and not wanted else set())


# ── Sampled ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def weighted(random: Random, players: int) -> ComputedGame:
    """A weighted mean; each edit changes one weight or one member's points, some take a member away."""
    members = [(random.uniform(0, 100), random.randint(1, 9)) for _ in range(players)]
    edited = [
        random.choice([(points, weight * 2), (100 - points, weight), (points, 0)])
        for points, weight in members
    ]

    def value(mask: int) -> World:
        chosen = [edited[bit] if mask >> bit & 1 else members[bit] for bit in range(players)]
        total = sum(weight for _, weight in chosen)
        score = round(sum(points * weight for points, weight in chosen) / total, 10) if total else None
        return score, band_of(score)

    return ComputedGame(tuple(range(players)), value)


@pytest.mark.parametrize("seed", range(8))
def test_sampled_parts_are_near_the_exact_ones(seed: int) -> None:
    found = weighted(Random(seed), 12)
    sampled = share_out(found, f"account {seed}")
    found.exact = True
    exact = points(share_out(found, ""))
    assert sampled.method == "sampled"
    assert 0 < sampled.error < 0.05
    for player, each in sampled.parts:
        expected = exact[player]
        assert each is not None
        assert expected is not None
        assert abs(each - expected) <= 4 * sampled.error
    assert sum(Decimal(repr(each)) for _, each in sampled.parts) == Decimal(repr(sampled.change))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.tuples(SCORES, BANDS), min_size=256, max_size=256), st.text(max_size=5))
def test_sampling_a_game_without_any_pattern_stays_within_its_error(values: list[World], seed: str) -> None:
    found = TableGame(tuple(range(8)), dict(enumerate(values)), exact=False)
    sampled = share_out(found, seed)
    found.exact = True
    exact = points(share_out(found, ""))
    for player, each in sampled.parts:
        assert each is not None
        assert abs(each - (exact[player] or 0.0)) <= 4 * sampled.error + 1e-9
    assert sum(Decimal(repr(each)) for _, each in sampled.parts) == Decimal(repr(sampled.change))


def test_interactions_in_twos_are_sampled_exactly() -> None:
    found = ComputedGame(tuple(range(15)), lambda mask: (50.0 + mask.bit_count() ** 2 / 10, "yellow"))
    share = share_out(found, "acme")
    assert share.parts == tuple((player, 1.5) for player in range(15))
    assert (share.change, share.error, share.method) == (22.5, 0.0, "sampled")
    assert found.asked < 800


def test_the_same_seed_draws_the_same_orders() -> None:
    first, again, other = (share_out(weighted(Random(3), 14), seed) for seed in ("acme", "acme", "globex"))
    assert first == again
    assert first.parts != other.parts


def test_sampling_ends_after_four_hundred_orders() -> None:
    random = Random(5)
    values: dict[int, World] = {}
    found = ComputedGame(
        tuple(range(16)), lambda mask: values.setdefault(mask, (random.uniform(0, 100), "red"))
    )
    share = share_out(found, "acme")
    assert share.error > 0.05
    assert found.asked <= 2 + 2 * 16 + 400 * 15


def test_sampling_names_decisive_edits_and_sufficient_sets() -> None:
    def one_decides(mask: int) -> World:
        return (40.0, "red") if mask & 1 else (60.0, "yellow")

    def any_two_do(mask: int) -> World:
        score = 60.0 - 6 * (mask & 0b111).bit_count()
        return score, band_of(score)

    players = tuple(range(20, 34))
    share = share_out(ComputedGame(players, one_decides), "acme")
    assert share == Share(-20.0, ((20, -20.0),), (20,), method="sampled")
    share = share_out(ComputedGame(players, any_two_do), "acme")
    assert share == Share(
        -18.0, ((20, -6.0), (21, -6.0), (22, -6.0)), (), ((20, 21), (20, 22), (21, 22)), "sampled"
    )


def test_sampling_without_a_score_gives_no_points() -> None:
    found = ComputedGame(tuple(range(13)), lambda mask: (None, None) if mask & 3 == 3 else (60.0, "yellow"))
    share = share_out(found, "acme")
    assert share == Share(None, ((0, None), (1, None)), (0, 1), method="sampled")
