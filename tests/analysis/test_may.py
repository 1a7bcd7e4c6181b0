"""Sets of what a value may be: meeting, joining and leaving out, held against whether single values belong to them."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest

from ruleengine.analysis.may import (
    ANYTHING,
    BOTH,
    EVERY,
    Anything,
    May,
    Numbers,
    Words,
    join,
    meet,
    na,
    numbers,
    one,
    truth,
    without,
    word,
)

VALUES: list[Any] = ["a", "b", "c", 0.5, 1.0, 1.5, 2.0, 3.0, -7.0]
REASONS = ("missing", "expired")
SETS = [
    May(), na("missing"), na("missing", "expired"), one(1.0), word("a"), May(present=ANYTHING), May(present=EVERY),
    May(frozenset({"expired"}), Numbers(0.5, 1.5)), May(present=Numbers(1.0, 3.0, 1)), May(present=Numbers(-math.inf, 1.0)),
    May(present=Words(frozenset({"a", "b"}))), May(present=Words(frozenset(), True)),
    May(present=Words(frozenset({"a"}), True, frozenset({"b"}))), May(present=Words(frozenset(), True, frozenset({"b", "c"}))),
]  # fmt: skip
PAIRS = list(itertools.product(SETS, SETS))


def has(may: May, value: Any) -> bool:
    """Whether a value belongs to a set."""
    present = may.present
    if isinstance(present, Numbers):
        inside = isinstance(value, float) and present.low <= value <= present.high
        return inside and (present.step is None or value % present.step == 0)
    if isinstance(present, Words):
        inside = isinstance(value, str)
        return inside and (value in present.words or (present.others and value not in present.without))
    return isinstance(present, Anything)


def test_what_both_allow_and_nothing_else() -> None:
    for left, right in PAIRS:
        found = meet(left, right)
        assert found.reasons == left.reasons & right.reasons
        assert [has(found, each) for each in VALUES] == [
            has(left, each) and has(right, each) for each in VALUES
        ]


def test_what_any_allows_is_never_left_out() -> None:
    for left, right in PAIRS:
        found = join((left, right))
        assert found.reasons == left.reasons | right.reasons
        assert all(has(found, each) for each in VALUES if has(left, each) or has(right, each))
        if isinstance(left.present, Words) and isinstance(right.present, Words):  # of words nothing is added
            assert all(has(left, each) or has(right, each) for each in VALUES if has(found, each))


def test_words_but_for_some() -> None:
    for may in SETS:
        if isinstance(may.present, Words):
            left = May(present=without(may.present, frozenset({"a", "c"})))
            assert [has(left, each) for each in "abc"] == [False, has(may, "b"), False]


@pytest.mark.parametrize(
    ("may", "single", "surely"),
    [
        (May(), True, None),
        (na("missing"), True, None),
        (na("missing", "expired"), False, None),
        (one(3.0), True, None),
        (May(present=Numbers(3, 4)), False, None),
        (May(frozenset({"missing"}), Numbers(3, 3)), False, None),
        (word(True), True, True),
        (word(False), True, False),
        (May(present=BOTH), False, None),
        (truth(True, False, frozenset({"missing"})), False, None),
        (May(present=ANYTHING), False, None),
    ],
)
def test_what_is_just_one_value(may: May, single: bool, surely: bool | None) -> None:
    assert (may.is_single, may.is_surely) == (single, surely)


def test_numbers_on_a_step() -> None:
    assert numbers(0.4, 3.7, 1) == Numbers(1, 3, 1)
    assert numbers(1.2, 1.8, 1) is None
    assert numbers(3, 2) is None
    assert numbers(-math.inf, 2.5, 1) == Numbers(-math.inf, 2, 1)
