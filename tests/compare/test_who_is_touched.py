"""Where conditions hold along a line, who is touched by an edit, what is drawn, and which cards and triggers are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from ruleengine.compare.account_changes import Versions
from ruleengine.compare.attribution import NO_SCORE, _Sample
from ruleengine.compare.edits import Differences
from ruleengine.compare.ladders import _Line, disjoint, groups_of_cuts, same_along
from ruleengine.compare.plan import Plan
from ruleengine.compare.shared import SharedEvaluation, _State, bits_of, dependence, subsets
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FLAG, NA, TEXT, Field, Kind, Type
from tests.compare.games import ComputedGame
from tests.compare.nodes import (
    PLACE,
    band,
    band_set,
    block,
    card,
    compare,
    is_band,
    logic,
    number,
    over,
    program,
    reference,
    text,
    variable,
)  # fmt: skip
from tests.compare.two_versions import changed

# ── ladders ─────────────────────────────────────────────────────────────────────────────────────────────────────────

X = variable("x")


def listed(*values: float) -> e.OneOf:
    return e.OneOf(X, tuple(number(each) for each in values), type=FLAG, span=PLACE)


def negated(node: e.Expression) -> e.Not:
    return e.Not(node, type=FLAG, span=PLACE)


def holds(condition: e.Expression) -> list[float]:
    """The places among -1, 0, 0.5, 1, 1.5, 2, 3 at which a condition holds."""
    line = _Line([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0])
    found = line.picture([condition])
    return [place for number, place in enumerate(line.places) if number not in found.gaps]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (compare("=", X, number(1)), [1]), (compare("!=", X, number(1)), [-1, 0, 0.5, 1.5, 2, 3]),
        (compare("<", X, number(1)), [-1, 0, 0.5]), (compare("<=", X, number(1)), [-1, 0, 0.5, 1]),
        (compare(">", X, number(1)), [1.5, 2, 3]), (compare(">=", X, number(1)), [1, 1.5, 2, 3]),
        (listed(0, 2), [0, 2]), (negated(listed(0, 2)), [-1, 0.5, 1, 1.5, 3]),
        (logic("and", compare(">", X, number(0)), compare("<", X, number(2))), [0.5, 1, 1.5]),
        (logic("or", compare("<", X, number(0)), compare(">", X, number(2))), [-1, 3]),
        *((e.Between(X, None if low is None else number(low), None if high is None else number(high), *ends, type=FLAG, span=PLACE), found)
          for low, high, ends, found in (
              (0, 2, (False, False), [0, 0.5, 1, 1.5, 2]), (0, 2, (True, False), [0.5, 1, 1.5, 2]),
              (0, 2, (False, True), [0, 0.5, 1, 1.5]), (None, 1, (False, True), [-1, 0, 0.5]), (1, None, (True, False), [1.5, 2, 3]),
          )),
    ],
)  # fmt: skip
def test_where_a_condition_holds(condition: e.Expression, expected: list[float]) -> None:
    assert holds(condition) == expected


def test_a_line_is_cut_at_all_constants() -> None:
    line = _Line.about(
        [listed(1, 3), None, negated(compare("<", X, number(2))), logic("or", listed(5), listed(1))]
    )
    assert line is not None
    assert line.places == [0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0]


@pytest.mark.parametrize(
    "conditions",
    [
        [], [None], [compare("<", X, number(1)), compare("<", variable("y"), number(1))], [compare("=", X, text("a"))],
        [compare("<", X, variable("y"))], [is_band(reference("measure", "m"), 0)], [compare("<", number(1), number(2))],
        [compare("=", X, e.Constant(True, type=FLAG, span=PLACE))], [logic("and", listed(1), X)], [negated(X)],
    ],
)  # fmt: skip
def test_no_line_without_one_number_and_constants(conditions: list[Any]) -> None:
    assert _Line.about(conditions) is None
    assert not disjoint(conditions)
    assert not same_along([(each, 1) for each in conditions], [])


def test_more_than_eight_cuts_move_together() -> None:
    for count, expected in ((8, 8), (9, 1)):
        old, new = ([compare("<", X, number(10 * n + shift)) for n in range(count)] for shift in (0, 1))

        def conditions(moved: frozenset[int], old: Any = old, new: Any = new) -> list[Any]:
            return [*((new if n in moved else old)[n] for n in range(len(old))), None]

        assert len(groups_of_cuts(count, conditions)) == expected
    assert groups_of_cuts(1, lambda moved: []) == [frozenset([0])]
    assert groups_of_cuts(0, lambda moved: []) == []


# ── who is touched ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_masks() -> None:
    assert subsets(0) == (0,)
    assert subsets(0b101) == (0, 1, 4, 5)
    assert bits_of(0b10110) == (1, 2, 4)
    assert bits_of(0) == ()
    assert dependence({0: 7, 1: 7, 4: 8, 5: 8}, 5) == 4
    assert dependence({0: 0, 1: 1, 2: 1, 3: 0}, 3) == 3
    assert dependence({0: 3, 2: 3}, 2) == 0


def test_equal_values_have_one_number() -> None:
    state = _State(0, None, [(1.0, "a")])
    assert [
        state.number_of(each) for each in ((1.0, "a"), (2.0, "a"), (1.0, "b"), (2.0, "a"), (1.0, "a"))
    ] == [0, 1, 2, 1, 0]
    assert state.values == [(1.0, "a"), (2.0, "a"), (1.0, "b")]
    several = _State(0, None, [(NA("missing"), 1, None)])
    asked = [
        (NA("missing", "otherwise"), 1, None),
        (NA("stale"), 1, None),
        (3.0, 1, None),
        (NA("stale"), 1, None),
        (3, 1, None),
    ]
    assert [several.number_of(each) for each in asked] == [0, 1, 2, 1, 2]


def test_an_edit_touches_what_rests_on_it_and_nothing_else(tmp_path: Path) -> None:
    found = changed(
        tmp_path,
        ("red    when > 15", "red    when > 16"),
        ("let busy = tickets > 3", "let busy = tickets > 4"),
    )
    plan = Plan(found.hybrids, found.ids, ["health"])
    bits = {unit.name: unit.bits for unit in plan.units}
    [edit] = [number for number, name in enumerate(found.ids) if name.startswith("load.")]
    assert set(bits) == {"large", "seat_use", "load", "mood_given", "calling", "health"}
    assert {name: each for name, each in bits.items() if each} == {"load": 1 << edit}
    shared = SharedEvaluation(plan)
    assert [unit.name for unit in shared.affected] == ["load", "health"]
    seats = SharedEvaluation(plan, ("seats", "mood"))
    reading = ("seat_use", "load", "mood_given", "health")
    assert [unit.name for unit in seats.affected] == [
        each.name for each in plan.units if each.name in reading
    ]
    assert len(SharedEvaluation(plan, over_time=True).affected) == len(plan.units)
    assert seats.causes == (
        *((name, "ruleset") for name in found.ids),
        ("data: seats", "data"),
        ("data: mood", "data"),
    )
    assert SharedEvaluation(plan, over_time=True).causes[-1] == ("time", "time")


# ── samples ─────────────────────────────────────────────────────────────────────────────────────────────────────────

FOURTEEN = tuple(range(14))


def test_who_only_matters_alone_or_to_all_others_is_touching() -> None:
    every = (1 << 14) - 1
    alone = ComputedGame(FOURTEEN, lambda mask: (float(mask == 1 << 3), "b"))
    assert _Sample(alone, "s")._touching == {3}
    last = ComputedGame(FOURTEEN, lambda mask: (float(mask == every ^ 1 << 5), "b"))
    assert _Sample(last, "s")._touching == {5}
    assert _Sample(ComputedGame(FOURTEEN, lambda mask: (1.0, "b")), "s")._touching == set()


def test_without_a_score_at_an_end_twenty_pairs_of_orders_are_enough() -> None:
    sample = _Sample(
        ComputedGame(FOURTEEN, lambda mask: (None if not mask else float(mask * mask % 97), None)), "s"
    )
    found = sample.share()
    assert (found.change, sample._pairs) == (None, 20)
    wild = _Sample(ComputedGame(FOURTEEN, lambda mask: (float(mask * mask % 97), None)), "s")
    wild.share()
    assert wild._pairs == 200
    assert NO_SCORE == "na"


# ── what is compared ────────────────────────────────────────────────────────────────────────────────────────────────


class Fixed:
    """Programs with edits made, of which only the old one is asked for."""

    def __init__(self, old: r.Program) -> None:
        self._old = old

    def program(self, chosen: frozenset[str]) -> r.Program:
        assert not chosen
        return self._old


def both(old: r.Program, new: r.Program) -> Versions:
    fixed: Any = Fixed(old)
    return Versions(old, new, Differences({}, (), (), ()), fixed)


def at(step: Any, start: int, **values: Any) -> Any:
    return attrs.evolve(step, span=Span("a.rules", start, start, 1, 1), **values)


def test_cards_that_the_ruleset_declares_itself_are_compared_in_the_order_of_its_file() -> None:
    a, b, c, d = (card(name, block(name), "rag") for name in "abcd")
    bands: dict[str, Any] = {"band_sets": (band_set("rag", band("green"), band("red")),)}
    old = program(a, b, c, **bands)
    steps = at(a, 9), at(b, 5, visible=False), at(c, 3), at(d, 1)
    found = both(
        old, program(*steps, band_sets=(band_set("rag", band("green"), band("amber"), band("red")),))
    )
    assert [each.name for each in found.every_card()] == ["a", "b", "c"]
    assert [each.name for each in found.cards()] == ["c", "a"]
    assert {each.bands for each in found.cards()} == {("green", "amber", "red")}
    hidden = program(*(attrs.evolve(each, visible=False) for each in (a, b)), **bands)
    assert [each.name for each in both(old, hidden).cards()] == ["a", "b"]


def test_triggers_and_sections_of_both() -> None:
    def of(name: str, start: int, title: str = "", visible: bool = True) -> r.Trigger:
        place = Span("a.rules", start, start, 1, 1)
        when = (r.Alternative(over(1), None, span=PLACE),)
        return r.Trigger(
            name, name, title or name, when, "call", "", None, None, None, (), "", visible=visible, span=place
        )

    def record(*names: str) -> Type:
        return Type(Kind.RECORD, fields=tuple(Field(name, TEXT) for name in names))

    old = program(
        of("gone", 7), of("first", 3, "Old"), of("hidden", 1, visible=False), facts=record("a", "b")
    )
    new = program(of("second", 9), of("first", 2, "New"), facts=record("c", "a"))
    found = both(old, new)
    assert list(found.triggers().items()) == [("first", "New"), ("second", "second"), ("gone", "gone")]
    assert found.sections() == ("a", "b", "c")
