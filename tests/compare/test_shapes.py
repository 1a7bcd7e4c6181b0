"""What nodes say, trees with parts replaced, and which cuts of a ladder can be moved alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from ruleengine.compare.holes import frame_of, holes_of, with_holes
from ruleengine.compare.ladders import disjoint, groups_of_cuts, same_along
from ruleengine.compare.needs import in_order
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.rebuild import rebuild
from ruleengine.tree.shape import alike, meaning_of, shape_of
from ruleengine.values import COUNT, DATE, DAYS, FLAG, MONTHS, NUMBER, PERCENT, TEXT, Field, Kind, Type
from tests.compare.two_versions import BODY, program_of

PLACE = Span("a.rules", 0, 1, 1, 1)
ELSEWHERE = Span("b.rules", 40, 44, 7, 3)
VALUE = e.Variable("m.value", type=NUMBER, span=PLACE)


def number(value: float, kind: Type = NUMBER, place: Span = PLACE) -> e.Constant:
    return e.Constant(value, type=kind, span=place)


def below(value: float, operator: str = "<") -> e.Compare:
    return e.Compare(operator, VALUE, number(value), type=FLAG, span=PLACE)


def between(low: float, high: float, high_open: bool = False) -> e.Between:
    return e.Between(VALUE, number(low), number(high), False, high_open, type=FLAG, span=PLACE)


def query(variable: str) -> e.Query:
    calls = e.Variable("calls", type=Type(Kind.LIST), span=PLACE)
    found = e.Variable(variable, type=NUMBER, span=PLACE)
    where = e.Compare(">", found, number(3), type=FLAG, span=PLACE)
    return e.Query("count", variable, calls, where, None, None, None, type=COUNT, span=PLACE)


def test_places_and_names_of_query_variables_do_not_count() -> None:
    assert shape_of(number(3)) == shape_of(number(3, place=ELSEWHERE))
    assert shape_of(query("c")) == shape_of(query("c_2"))
    assert shape_of(VALUE) != shape_of(attrs.evolve(VALUE, name="n.value"))


def test_facts_and_units_of_time_count() -> None:
    seats, users = (
        e.Fact((name,), Field(name, COUNT), type=COUNT, span=PLACE) for name in ("seats", "users")
    )
    assert shape_of(seats) != shape_of(users)
    assert shape_of(number(2, DAYS)) != shape_of(number(2, MONTHS))
    assert shape_of(number(0.5, PERCENT)) == shape_of(number(0.5))


def test_words_do_not_count_for_the_meaning() -> None:
    one = r.Row(None, r.NaOutcome("missing", "no data"), "because", span=PLACE)
    other = r.Row(None, r.NaOutcome("missing", "nothing"), None, span=ELSEWHERE)
    assert shape_of(one) != shape_of(other)
    assert meaning_of(one) == meaning_of(other)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (NUMBER, COUNT, True), (NUMBER, PERCENT, True), (DAYS, MONTHS, False), (DAYS, NUMBER, False), (TEXT, FLAG, False),
        (TEXT, Type(Kind.CHOICE, choices=("a",)), True), (NUMBER, DATE, False), (Type(Kind.NOTHING), DATE, True),
        (Type(Kind.LIST, element=NUMBER), Type(Kind.LIST, element=TEXT), False),
    ],
)  # fmt: skip
def test_which_values_can_stand_for_each_other(one: Type, other: Type, expected: bool) -> None:
    assert alike(one, other) is expected


def test_a_tree_in_which_nothing_changes_is_the_identical_object(tmp_path: Path) -> None:
    program = program_of(tmp_path, "1.0.0", BODY)
    assert rebuild(program, lambda node: node) is program
    same = rebuild(program, lambda node: attrs.evolve(node, value=4) if _is_three(node) else node)
    changed = [now for was, now in zip(program.steps, same.steps, strict=True) if was is not now]
    assert [getattr(step, "name", "") for step in changed] == ["busy"]


def _is_three(node: Any) -> bool:
    return isinstance(node, e.Constant) and node.value == 3


# ── holes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_holes_tell_the_side_that_an_edge_belongs_to() -> None:
    assert [(hole.constant.value, hole.edge) for hole in holes_of(between(1, 5, high_open=True))] == [
        (1, "from"), (5, "below"),
    ]  # fmt: skip
    assert frame_of(below(3)) == frame_of(below(4, "<="))
    assert frame_of(below(3)) != frame_of(below(3, ">"))


def test_holes_are_filled_where_they_are() -> None:
    [_, high] = holes_of(between(2, 8, high_open=True))
    filled = with_holes(between(1, 5), {1: high})
    assert (filled.low.value, filled.high.value, filled.high_open) == (1, 8, True)
    assert with_holes(filled, {}) is filled


# ── ladders ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def cuts(old: list[Any], new: list[Any]) -> list[frozenset[int]]:
    """The groups of a ladder in which each row has moved as a whole."""
    return groups_of_cuts(
        len(old), lambda moved: [new[place] if place in moved else old[place] for place in range(len(old))]
    )


def test_cuts_move_alone_as_long_as_each_row_still_wins() -> None:
    old, new, crossing = ([below(25), below(50)], [below(20), below(60)], [below(60), below(80)])
    closed = [[*rows, None] for rows in (old, new, crossing)]

    def groups(after: list[Any]) -> list[frozenset[int]]:
        return groups_of_cuts(2, lambda moved: [(after if n in moved else closed[0])[n] for n in range(3)])

    assert groups(closed[1]) == [frozenset([0]), frozenset([1])]
    assert groups(closed[2]) == [frozenset([0, 1])]


def test_cuts_that_would_leave_a_gap_or_meet_move_together() -> None:
    assert cuts([between(1, 5), between(6, 15)], [between(1, 8), between(9, 15)]) == [frozenset([0, 1])]
    assert cuts([between(1, 5), between(8, 15)], [between(1, 6), between(7, 15)]) == [
        frozenset([0]), frozenset([1]),
    ]  # fmt: skip


def test_rows_about_several_numbers_move_together_unless_something_catches_the_rest() -> None:
    other = e.Compare("<", e.Variable("n.value", type=NUMBER, span=PLACE), number(3), type=FLAG, span=PLACE)
    assert cuts([below(5), other], [below(6), other]) == [frozenset([0, 1])]


def test_ladders_are_the_same_when_every_number_gets_the_same() -> None:
    up = [(below(25), "red"), (below(50), "yellow"), (None, "green")]
    down = [(below(50, ">="), "green"), (below(25, ">="), "yellow"), (None, "red")]
    assert same_along(up, down)
    assert not same_along(up, [(below(50, ">"), "green"), *down[1:]])
    assert disjoint([between(1, 5), between(6, 15), below(15, ">")])
    assert not disjoint([between(1, 5), between(5, 15)])


# ── order ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_everything_comes_after_what_it_needs_and_circles_stand_together() -> None:
    a, b, c, d = (("named_value", name) for name in "abcd")
    assert in_order([a, b, c, d], {a: [b], b: [c], c: [b], d: []}) == [[b, c], [a], [d]]


def test_a_long_chain_needs_no_recursion() -> None:
    keys = [("named_value", str(place)) for place in range(5000)]
    needs = {key: [keys[place + 1]] if place < 4999 else [] for place, key in enumerate(keys)}
    assert [circle[0] for circle in in_order(keys, needs)] == keys[::-1]
