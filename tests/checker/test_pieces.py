"""How a domain is cut at constants, how the pieces are written, and in which order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

import pytest
from attrs import evolve

from ruleengine.checker.domains import Domain, Flags, Numbers, Words
from ruleengine.checker.index import Index
from ruleengine.checker.pieces import Line, Piece, pieces_of, written
from ruleengine.checker.pieces import Test as Comparison
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.values import COUNT, DATE, DAYS, FLAG, MONEY, MONTHS, NUMBER, PERCENT, TEXT, Type

HERE = Span("x", 0, 0, 1, 1)
USD = Type(NUMBER.kind, "money USD")
NOBODY = cast(Index, None)
WHOLE = Numbers(step=1)
LEAP = date(2024, 2, 29).toordinal()


def constant(value: float | str, kind: Type = NUMBER) -> e.Constant:
    return e.Constant(value, type=kind, span=HERE)


def cut(
    domain: Domain | None,
    constants: Sequence[float | str],
    kind: Type = NUMBER,
    bounded: bool = True,
    compared: Type | None = None,
) -> list[str]:
    """The pieces of a variable of a type, as they are written."""
    tests = [Comparison("=", (constant(each, compared or kind),)) for each in constants]
    found = pieces_of(e.Variable("x", type=kind, span=HERE), domain, tests, NOBODY, False, bounded)
    return [piece.written for piece in found]


@pytest.mark.parametrize(
    ("domain", "constants", "expected"),
    [
        (None, [], "0"),
        (Numbers(), [], "0"),
        (Numbers(), [0], "0 1 -1"),
        (Numbers(), [5], "5 6 4"),
        (Numbers(), [2.5], "2.5 3 2"),
        (Numbers(), [-2.5], "-2.5 -2 -3"),
        (Numbers(), [1, 5], "1 3 5 6 0"),
        (Numbers(), [5, 1, 5, 1], "1 3 5 6 0"),
        (Numbers(), [1, 2], "1 1.5 2 3 0"),
        (Numbers(), [0.1, 0.2], "0.1 0.15 0.2 1 0"),
        (Numbers(), [1, 1 + 1e-12], "1 2 0"),
        (Numbers(), [1, 10, 100], "1 6 10 55 100 101 0"),  # the middle 5.5 is rounded to the even 6
        # whole numbers, and other steps
        (WHOLE, [], "0"),
        (WHOLE, [1, 2], "1 2 3 0"),
        (WHOLE, [1, 4], "1 2 4 5 0"),
        (WHOLE, [2.5], "3 2"),
        (WHOLE, [2.5, 3.5], "3 4 2"),
        (WHOLE, [1.6, 2.2], "2 3 1"),
        (WHOLE, [1.2, 1.8], "2 1"),
        (Numbers(step=2), [1, 3], "2 4 0"),
        (Numbers(step=2), [3.2, 4.4], "4 6 2"),
        (Numbers(step=0.01), [0.29], "0.29 0.3 0.28"),
        (Numbers(step=0.01), [0.57], "0.57 0.58 0.56"),
        (Numbers(step=0.1), [0.25], "0.3 0.2"),
        # bounds are cuts too, and nothing lies beyond them
        (Numbers(0, 100), [50], "0 25 50 75 100"),
        (Numbers(0, 100), [], "0 50 100"),
        (Numbers(0, 10, True, False), [], "5 10"),
        (Numbers(0, 10, False, True), [], "0 5"),
        (Numbers(0, 10, True, True), [10], "5"),
        (Numbers(low=0, step=1), [0], "0 1"),
        (Numbers(low=0, step=1), [3], "0 1 3 4"),
        (Numbers(high=3), [3], "3 2"),
        (Numbers(low=3), [3], "3 4"),
        (Numbers(low=3, low_open=True), [], "4"),
        (Numbers(high=3, high_open=True), [], "2"),
        (Numbers(3, 3, step=1), [], "3"),
        (Numbers(0, 10), [-5, 15], "0 5 10"),
    ],
)  # fmt: skip
def test_numbers_are_cut(domain: Domain | None, constants: list[float], expected: str) -> None:
    assert " ".join(cut(domain, constants)) == expected


def test_bounds_that_are_not_relied_on_are_no_cuts_but_steps_stay() -> None:
    assert cut(Numbers(0, 100), [50], bounded=False) == ["50", "51", "49"]
    assert cut(Numbers(0, 100, step=1), [100], bounded=False) == ["100", "101", "99"]
    assert cut(Numbers(0, 100, step=1), [2.5], bounded=False) == ["3", "2"]


@pytest.mark.parametrize(
    ("kind", "constants", "expected"),
    [
        (PERCENT, [0.5], "50%, 51%, 49%"),
        (PERCENT, [0.505], "50.5%, 51%, 50%"),
        (PERCENT, [0.1, 0.2], "10%, 15%, 20%, 21%, 9%"),
        (DAYS, [1], "1 day, 2 days, 0 days"),
        (MONTHS, [1], "1 month, 2 months, 0 months"),
        (COUNT, [1], "1, 2, 0"),
        (USD, [1], "1 USD, 2 USD, 0 USD"),
        (MONEY, [1], "1, 2, 0"),
        (DATE, [LEAP], "2024-02-29, 2024-03-01, 2024-02-28"),
        (DATE, [1], "0001-01-01, 0001-01-02, 0001-01-01"),
        (DATE, [date.max.toordinal()], "9999-12-31, 9999-12-31, 9999-12-30"),
    ],
)
def test_units_are_written(kind: Type, constants: list[float], expected: str) -> None:
    assert ", ".join(cut(None, constants, kind)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (1 / 3, "0.3333333333"),
        (1234567.891, "1234567.891"),
        (1e14, "100000000000000"),
        (-1e14, "-100000000000000"),
        (1e15, "1e+15"),
        (999999999999999.0, "999999999999999"),
        (-1e15, "-1e+15"),
        (2.0, "2"),
        (-1, "-1"),
    ],
)
def test_numbers_are_written_short(value: float, expected: str) -> None:
    assert written(value, NUMBER) == expected


def test_a_plain_number_is_written_like_what_it_is_compared_with() -> None:
    assert cut(None, [0.5], NUMBER, compared=PERCENT) == ["50%", "51%", "49%"]
    assert cut(None, [0], PERCENT, compared=NUMBER) == ["0%", "1%", "-1%"]  # zero has no unit of its own
    assert cut(None, [0, 2], PERCENT, compared=NUMBER)[0] == "0"


@pytest.mark.parametrize(
    ("domain", "mentioned", "bounded", "expected"),
    [
        (Words(("a", "b", "c"), closed=True), [], True, "a"),
        (Words(("a", "b", "c"), closed=True), ["b"], True, "b, a"),
        (Words(("a", "b", "c"), closed=True), ["c", "a", "c"], True, "c, a, b"),
        (Words(("a", "b"), closed=True), ["b", "a"], True, "b, a"),
        (Words(("a", "b"), closed=True), ["x", "b"], True, "b, a"),
        (Words(("a", "b"), closed=True), ["x"], False, "x, something else"),
        (Words(("a", "b")), ["x", "x"], True, "x, something else"),
        (Words(), [], True, "something else"),
        (None, ["x"], True, "x, something else"),
        (None, ["something else"], True, "something else, something else 2"),
        (None, ["something else 2", "something else"], True, "something else 2, something else, something else 3"),
    ],
)  # fmt: skip
def test_words_that_are_mentioned_and_one_for_all_others(
    domain: Domain | None, mentioned: list[str], bounded: bool, expected: str
) -> None:
    quoted = ", ".join(f'"{word}"' for word in expected.split(", "))
    assert ", ".join(cut(domain, mentioned, TEXT, bounded)) == quoted


@pytest.mark.parametrize(
    ("domain", "bounded", "expected"),
    [
        (None, True, ["false", "true"]),
        (Flags(), True, ["false", "true"]),
        (Flags(True), True, ["true"]),
        (Flags(False), True, ["false"]),
        (Flags(True), False, ["false", "true"]),
    ],
)
def test_flags(domain: Domain | None, bounded: bool, expected: list[str]) -> None:
    assert cut(domain, [], FLAG, bounded) == expected


@pytest.mark.parametrize(
    ("values", "ordered", "turned", "ascending"),
    [
        ([], True, 0, ()),
        ([1.0], True, 0, (1.0,)),
        ([1.0, 2.0, 3.0], True, 0, (1.0, 2.0, 3.0)),
        ([2.0, 3.0, 1.0], True, 1, (1.0, 2.0, 3.0)),
        ([1.0, 2.0, 2.0, 0.0], True, 1, (0.0, 1.0, 2.0, 2.0)),
        ([1.0, 1.0], True, 1, (1.0, 1.0)),
        ([3.0, 1.0, 2.0], False, 0, (3.0, 1.0, 2.0)),
        ([1.0, 3.0, 2.0], False, 0, (1.0, 3.0, 2.0)),
    ],
)
def test_the_lowest_piece_may_stand_last(
    values: list[float], ordered: bool, turned: int, ascending: tuple[float, ...]
) -> None:
    assert Line.of([Piece(each, "") for each in values]) == Line(ascending, ordered, turned)


def test_words_have_places() -> None:
    line = Line.of([Piece("b", ""), Piece("a", "")])
    assert (line.is_ordered, dict(line.places)) == (False, {"b": 0, "a": 1})
    assert list(Comparison("one of", (constant("a", TEXT), constant("x", TEXT))).runs(line)) == [(1, 2)]
    assert list(Comparison("!=", (constant("a", TEXT),)).runs(line)) == [(0, 1)]
    assert list(Comparison("<", (constant("a", TEXT),)).runs(line)) == []


@pytest.mark.parametrize("relation", ["=", "!=", "<", "<=", ">", ">="])
def test_a_comparison_without_a_known_constant_never_holds(relation: str) -> None:
    assert not Comparison(relation, (None,)).holds(1.0)
    assert list(Comparison(relation, (None,)).runs(Line.of([Piece(1.0, "")]))) == []


def test_relations_of_one_value() -> None:
    between = Comparison("between", (constant(1), constant(3)))
    assert [between.holds(each) for each in (0.0, 1.0, 2.0, 3.0, 4.0)] == [False, True, True, True, False]
    opened = evolve(between, low_open=True, high_open=True)
    assert [opened.holds(each) for each in (0.0, 1.0, 2.0, 3.0, 4.0)] == [False, False, True, False, False]
    upwards = Comparison("between", (constant(1), None))
    assert [upwards.holds(each) for each in (0.0, 1.0, 9.0)] == [False, True, True]
    downwards = Comparison("between", (None, constant(1)))
    assert [downwards.holds(each) for each in (0.0, 1.0, 9.0)] == [True, True, False]
    assert not Comparison("<", (constant(1),)).holds("a")
    assert [Comparison("is").holds(each) for each in (True, False, 1)] == [True, False, False]
    assert [Comparison("band", positions=(0, 2)).holds(each) for each in (0, 1, 2)] == [True, False, True]
    chosen = Comparison("one of", (constant(1), None, constant(3)))
    assert [chosen.holds(each) for each in (1.0, 2.0, 3.0)] == [True, False, True]
