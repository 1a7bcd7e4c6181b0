"""Rows that cross, and the pieces for which a test holds: found by sorting, and the same as by trying everything."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from ruleengine.checker.cells import Grid, Key
from ruleengine.checker.crossing import _entangled, crossing
from ruleengine.checker.index import Index
from ruleengine.checker.ladders import Taken
from ruleengine.checker.pieces import Line, Piece
from ruleengine.checker.pieces import Test as Comparison
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.values import NUMBER, TEXT

HERE = Span("x", 0, 0, 1, 1)


def constant(value: float | str) -> e.Constant:
    return e.Constant(value, type=TEXT if isinstance(value, str) else NUMBER, span=HERE)


def pieces(values: Sequence[float | str]) -> tuple[Piece, ...]:
    return tuple(Piece(value, str(value)) for value in values)


def grid(*keys: tuple[Piece, ...]) -> Grid:
    """The cells of some keys."""
    found, size = Grid(cast(Index, None)), 1
    for number, each in enumerate(keys):
        node = constant(float(number))
        found.keys[number, False] = Key(node, node, pieces=each, line=Line.of(each), stride=size)
        size *= len(each)
    found.size, found.everything = size, (1 << size) - 1
    return found


NUMBERS = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=6, unique=True).map(sorted)
RELATIONS = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
ENDS = st.integers(-6, 6).map(float)


@given(NUMBERS, RELATIONS, ENDS, st.booleans())
def test_a_comparison_holds_for_the_same_numbers_as_one_by_one(
    values: list[float], relation: str, end: float, turned: bool
) -> None:
    ordered = [*values[1:], values[0]] if turned else values  # the lowest piece may stand last

    assert _held(Comparison(relation, (constant(end),)), ordered) == _one_by_one(
        Comparison(relation, (constant(end),)), ordered
    )


@given(NUMBERS, st.none() | ENDS, st.none() | ENDS, st.booleans(), st.booleans())
def test_an_interval_takes_the_same_numbers_as_one_by_one(
    values: list[float], low: float | None, high: float | None, low_open: bool, high_open: bool
) -> None:
    ends = tuple(None if end is None else constant(end) for end in (low, high))
    test = Comparison("between", ends, low_open, high_open)

    assert _held(test, values) == _one_by_one(test, values)


@given(NUMBERS, st.lists(ENDS, max_size=4))
def test_choices_take_the_same_numbers_as_one_by_one(values: list[float], choices: list[float]) -> None:
    test = Comparison("one of", tuple(map(constant, choices)))

    assert _held(test, values) == _one_by_one(test, values)


@given(st.sampled_from(("=", "!=", "one of")), st.sampled_from("abcd"))
def test_words_are_looked_up(relation: str, word: str) -> None:
    test = Comparison(relation, (constant(word),))

    assert _held(test, ["b", "a", "c"]) == _one_by_one(test, ["b", "a", "c"])


def _held(test: Comparison, values: Sequence[float | str]) -> list[int]:
    runs = test.runs(Line.of(pieces(values)))
    return sorted({place for start, end in runs for place in range(start, end)})


def _one_by_one(test: Comparison, values: Sequence[float | str]) -> list[int]:
    return [place for place, value in enumerate(values) if test.holds(value)]


@given(st.lists(st.tuples(st.integers(1, 31), st.integers(1, 7)), min_size=1, max_size=8), st.booleans())
def test_rows_cross_that_differ_in_one_key_of_which_neither_takes_in_the_other(
    rows: list[tuple[int, int]], turned: bool
) -> None:
    first = [1.0, 2.0, 3.0, 4.0, 0.0] if turned else [0.0, 1.0, 2.0, 3.0, 4.0]
    found = grid(pieces(first), pieces(["a", "b", "c"]))
    sure = [_cells(found, *row) for row in rows]

    by_definition = {
        (later, earlier)
        for earlier, later in combinations(range(len(rows)), 2)
        if sure[earlier] & sure[later] and _cross(rows[earlier], rows[later])
    }
    given_pairs = [(later, earlier) for later, before in crossing(found, sure) for earlier in before]
    overlapping = [pair for pair in given_pairs if sure[pair[0]] & sure[pair[1]]]
    assert overlapping == sorted(by_definition)


def _cells(found: Grid, one: int, other: int) -> int:
    """The cells of some pieces of the first key and some of the second, a bit for each piece."""
    return sum(1 << (5 * y + x) for x in range(5) for y in range(3) if one >> x & 1 and other >> y & 1)


def _cross(earlier: tuple[int, int], later: tuple[int, int]) -> bool:
    differing = [(one, other) for one, other in zip(earlier, later, strict=True) if one != other]
    return len(differing) == 1 and all(one & ~other and other & ~one for one, other in differing)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 63)), max_size=8), st.sampled_from("abc"))
def test_what_others_take_is_all_that_rows_with_another_outcome_take(
    rows: list[tuple[str, int]], outcome: str
) -> None:
    taken, others = Taken(), 0
    for gives, cells in rows:
        taken.add(gives, cells)
        others |= cells if gives != outcome else 0

    assert taken.by_others(outcome) == others


class Counted(int):
    """Pieces that count how often they are held against others."""

    asked = 0

    def __and__(self, other: int) -> int:
        Counted.asked += 1
        return int(self) & other


ROWS = st.sets(st.integers(1, 511), min_size=1, max_size=12)
STRETCHES = st.sets(
    st.tuples(st.integers(0, 24), st.integers(0, 24)).map(lambda ends: (min(ends), max(ends))), min_size=1, max_size=25
)  # fmt: skip


def entangled(bits: set[int], count: int, turned: bool, stride: int) -> set[int]:
    """Which of some sets of pieces cross another, a bit for each piece of the only key that tells rows apart."""
    values = [*map(float, range(1, count)), 0.0] if turned else [*map(float, range(count))]
    found = grid(pieces([*map(float, range(stride))]), pieces(values))
    found_key = list(found.keys.values())[1]
    spread = {sum(1 << stride * place for place in range(count) if each >> place & 1): each for each in bits}
    return {spread[each] for each in _entangled({Counted(each) for each in spread}, found, found_key)}


def crossing_by_definition(bits: set[int]) -> set[int]:
    return {
        each
        for one, other in combinations(bits, 2)
        if one & other and one & ~other and other & ~one
        for each in (one, other)
    }


@given(ROWS, st.booleans(), st.sampled_from((1, 3)))
def test_sets_of_pieces_that_cross_another_are_found(bits: set[int], turned: bool, stride: int) -> None:
    assert entangled(bits, 9, turned, stride) == crossing_by_definition(bits)


@given(STRETCHES, st.sampled_from((1, 2)))
def test_stretches_that_cross_another_are_found_without_trying_all_pairs(
    stretches: set[tuple[int, int]], stride: int
) -> None:
    bits = {(1 << last + 1) - (1 << first) for first, last in stretches}
    Counted.asked = 0
    found = entangled(bits, 25, False, stride)
    assert Counted.asked <= len(bits)
    assert found == crossing_by_definition(bits)


def test_stretches_of_which_each_begins_within_many() -> None:
    steps = {((1 << 11) - 1) << place for place in range(14)}
    assert entangled(steps, 25, False, 1) == steps
    shells = {((1 << 25 - 2 * place) - 1) << place for place in range(12)}
    assert entangled(shells, 25, False, 1) == set()
    late = ((1 << 12) - 1) << 13
    assert entangled(shells | {late}, 25, False, 1) == {
        late,
        *(each for each in shells if each & late and each & ~late and late & ~each),
    }
