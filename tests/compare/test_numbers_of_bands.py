"""Numbers of bands and cells where two versions of a set have others, on trees made by hand."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ruleengine.compare.bands import _boundary, _sound, higher_is_better, same_bands, split_bands
from ruleengine.compare.cells import with_cells_of
from ruleengine.compare.compared import joined_bands
from ruleengine.compare.numbering import Numbering, Renumbered, SetsInUse, _limit, _moved, _renamed, _row
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FLAG
from tests.compare.nodes import (
    PLACE,
    SEATS,
    band,
    band_set,
    block,
    card,
    is_band,
    limit,
    measure,
    member,
    missing,
    number,
    over,
    program,
    reference,
    row,
)  # fmt: skip

OLD = band_set("rag", band("green", 75, 100), band("yellow", 50, 75), band("red", 0, 50))
#: `red` is `poor` now, and `best` is new: numbers of the old bands become 1, 2, 3.
NEW = band_set(
    "rag", band("best", 90, 100), band("green", 75, 90), band("yellow", 50, 75), band("red", 0, 50)
)


def rates(*rows: r.Row, when: e.Expression | None = None) -> r.RateBlock:
    return r.RateBlock(when, rows, span=PLACE)


def rated(name: str = "m", bands: str = "rag", positions: tuple[int, ...] = (0, 1, 2)) -> r.Measure:
    return measure(name, bands=bands, rates=(rates(*(row(each) for each in positions)),))


def positions(found: r.Measure) -> list[int]:
    return [each.outcome.position for each in found.rates[0].rows if isinstance(each.outcome, r.BandOutcome)]


# ── which set ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_place_of_a_card_is_rated_by_a_set() -> None:
    inner = block("deep", member("m"), path="use.deep")
    use = block("use", inner, member("n"), member("unknown"), path="use")
    sets = SetsInUse(program(rated(), rated("n", "own"), card("c", block("c", use, member("m")), "rag")))
    assert sets.sets == {
        ("measure", "m", ""): "rag", ("measure", "n", ""): "own", ("card", "c", ""): "rag", ("node", "c", "use"): "rag",
        ("node", "c", "use.deep"): "rag", ("node", "c", "use.deep.m"): "rag", ("node", "c", "use.n"): "own",
        ("node", "c", "use.unknown"): "", ("node", "c", "m"): "rag",
    }  # fmt: skip
    assert sets.of(reference("node", "c", path="use.n")) == "own"
    assert sets.of(reference("matrix", "p")) == ""


# ── other numbers ───────────────────────────────────────────────────────────────────────────────────────────────────

MOVES: dict[int, int | None] = {0: 1, 1: None, 2: 0}


def test_positions_of_a_test_move_and_stay_in_order() -> None:
    assert _moved((0, 1, 2, 5), MOVES) == (0, 1, 5)
    assert _moved((1,), MOVES) == ()


def test_rows_move_with_their_band_and_go_with_it() -> None:
    kept, other = row(5), r.Row(None, r.NaOutcome("missing", ""), None, span=PLACE)
    assert _row(kept, MOVES) is kept
    assert _row(other, MOVES) is other
    assert _row(row(1), MOVES) is None
    moved = _row(row(2), MOVES)
    assert moved is not None
    assert isinstance(moved.outcome, r.BandOutcome)
    assert moved.outcome.position == 0


def test_limits_move_with_their_band_and_go_with_it() -> None:
    free, kept = limit("cap", score=50), limit("cap", 5)
    assert _limit(free, MOVES) is free
    assert _limit(kept, MOVES) is kept
    assert _limit(limit("cap", 1), MOVES) is None
    moved = _limit(limit("floor", 0), MOVES)
    assert moved is not None
    assert (moved.kind, moved.band) == ("floor", 1)


def renumbered(*steps: Any) -> Renumbered:
    return Renumbered(SetsInUse(program(*steps)), {"rag": MOVES}, {"rag": {"red": "poor"}})


def test_a_measure_in_other_numbers() -> None:
    given = measure(
        "m", bands="rag", rates=(rates(row(0), row(1), row(2)), rates(row(4))), limits=(limit("cap", 1), limit("floor", 2)),
        missing=missing("impute", "red"),
    )  # fmt: skip
    found = renumbered(given).done(given)
    assert positions(found) == [1, 0]
    assert found.rates[1] is given.rates[1]
    assert [(each.kind, each.band) for each in found.limits] == [("floor", 0)]
    assert found.missing.band == "poor"


def test_what_no_set_that_changes_rates_stays_the_identical_object() -> None:
    other = attrs.evolve(rated("n", "own"), limits=(limit("cap", 1),), missing=missing("impute", "red"))
    plain = measure(
        "p",
        bands="rag",
        rates=(rates(row(4)),),
        limits=(limit("cap", 7),),
        missing=missing("impute", "green"),
    )
    whole = card("c", block("c", member("n"), count_band="red"), "own")
    same = is_band(reference("measure", "n"), 0, 1)
    also = is_band(reference("measure", "m"), 4)
    for node in (other, plain, whole, same, also):
        assert renumbered(rated(), other, plain, whole).done(node) is node


def test_a_card_in_other_numbers() -> None:
    inner = block(
        "use", member("m"), path="use", limits=(limit("override", 0), limit("cap", 1)), count_band="red"
    )
    given = card("c", block("c", inner, missing=missing("impute", "red"), count_band="green"), "rag")
    found = renumbered(rated(), given).done(given).block
    assert [(each.kind, each.band) for each in found.children[0].limits] == [("override", 1)]
    assert found.children[0].count_band == "poor"
    assert (found.missing.band, found.count_band) == ("poor", "green")


def test_tests_in_other_numbers_wherever_they_stand() -> None:
    asked = is_band(reference("measure", "m"), 0, 2)
    given = measure("n", value=e.CountTrue((asked,), type=FLAG, span=PLACE))
    found = renumbered(rated(), given).done(given)
    assert found.value.items[0].positions == (0, 1)


def test_parts_in_other_numbers() -> None:
    given = (
        row(0),
        row(1),
        limit("cap", 2),
        limit("cap", 1),
        missing("impute", "red"),
        is_band(reference("measure", "m"), 2),
    )
    found = renumbered(rated()).part(given, "rag")
    assert [each.outcome.position for each in found[:2]] == [1, 1]  # what would go stays: it is only told of
    assert [each.band for each in found[2:5]] == [0, 1, "poor"]
    assert found[5].positions == (0,)
    free = renumbered(rated()).part(given, "own")
    assert free[:5] == given[:5]
    assert free[5].positions == (0,)


# ── both versions of a set ──────────────────────────────────────────────────────────────────────────────────────────


def numbering(old: r.BandSet = OLD, new: r.BandSet = NEW, *steps: Any) -> Numbering:
    given = steps or (rated(),)
    return Numbering(program(*given, band_sets=(old,)), program(*given, version="2.0.0", band_sets=(new,)))


def test_bands_of_both_versions_have_one_row_of_numbers() -> None:
    found = numbering()
    assert found.names == {"rag": ("best", "green", "yellow", "red")}
    assert found.lone == {"rag": frozenset([0])}
    assert found.lone_names == {"rag": frozenset(["best"])}
    assert positions(found.old.steps[0]) == [1, 2, 3]  # type: ignore[arg-type]  # it is the measure


def test_bands_that_only_the_old_version_has_come_last() -> None:
    found = numbering(NEW, OLD, rated(positions=(0, 1, 2, 3)))
    assert found.names == {"rag": ("green", "yellow", "red", "best")}
    assert found.lone == {"rag": frozenset([3])}
    assert positions(found.old.steps[0]) == [3, 0, 1, 2]  # type: ignore[arg-type]  # it is the measure


def test_the_same_bands_keep_their_numbers_and_programs_stay_as_they_are() -> None:
    found = numbering(OLD, attrs.evolve(OLD, step=1.0))
    assert found.names == {}
    assert found.old is found.given
    thing = object()
    assert found.fitting(thing, ()) is thing
    assert found.as_given(thing, "rag") is thing


def test_a_mixture_has_the_numbers_of_the_set_that_is_there() -> None:
    found = numbering()
    thing = rated(positions=(0, 1, 3))
    old, new = found.fitting(thing, (OLD,)), found.fitting(thing, (NEW,))
    assert positions(old) == [0, 2]
    assert new is thing
    assert found.fitting(thing, (OLD,)) is old
    assert positions(rated(positions=(1, 3))) == [1, 3]
    assert [each.outcome.position for each in found.as_given((row(1), row(3)), "rag")] == [0, 2]


POOR = band_set("rag", band("green", 75, 100), band("yellow", 50, 75), band("poor", 0, 50))


def test_a_band_that_only_changed_its_name_is_the_same_band() -> None:
    assert dict(_renamed(OLD, POOR)) == {"red": "poor"}
    found = numbering(
        OLD, POOR, measure("m", bands="rag", rates=(rates(row(2)),), missing=missing("impute", "red"))
    )
    assert (found.names, found.lone) == ({"rag": ("green", "yellow", "poor")}, {"rag": frozenset()})
    [known] = found.old.steps
    assert isinstance(known, r.Measure)
    assert known.missing is not None
    assert (positions(known), known.missing.band) == ([2], "poor")
    assert found.fitting(known, (OLD,)).missing.band == "red"
    assert found.fitting(known, (POOR,)) is known


@pytest.mark.parametrize(
    "new",
    [
        band_set("rag", band("green", 75, 100), band("yellow", 50, 75)),
        band_set("rag", band("green", 75, 100), band("yellow", 50, 75), band("poor", 0, 49)),
        band_set("rag", band("green", 75, 100), band("yellow", 50, 75), band("poor", 1, 50)),
        band_set("rag", band("green", 75, 100), band("yellow", 50, 75), band("poor", 0, 50, points=9)),
        band_set("rag", band("yellow", 75, 100), band("green", 50, 75), band("red", 0, 50)),
    ],
    ids=["fewer", "lower end", "upper end", "points", "swapped"],
)  # fmt: skip
def test_bands_that_say_something_else_are_others(new: r.BandSet) -> None:
    assert dict(_renamed(OLD, new)) == {}


def test_who_speaks_of_a_band_that_one_version_has() -> None:
    found = numbering(OLD, NEW, rated(), rated("n", "own"))

    def speaks(node: Any, inside: bool = False) -> bool:
        return found.speaks_of_lone((node,), "rag", inside)

    def than(*names: str) -> e.IsBandThanBand:
        return e.IsBandThanBand(SEATS, "worse", SEATS, names, type=FLAG, span=PLACE)

    assert speaks(is_band(reference("measure", "m"), 0, 2))
    assert not speaks(is_band(reference("measure", "m"), 1, 2))
    assert not speaks(is_band(reference("measure", "n"), 0))
    assert speaks(than("best", "green"))
    assert not speaks(than("green", "red"))
    for lone, common in (
        (row(0), row(1)), (limit("cap", 0), limit("cap", 1)), (missing("impute", "best"), missing("impute", "red")),
        (block("b", count_band="best"), block("b", count_band="red")),
    ):  # fmt: skip
        assert [speaks(lone, True), speaks(lone), speaks(common, True)] == [True, False, False]
    assert not speaks(number(0), True)


# ── boundaries ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_which_way_a_scale_runs() -> None:
    risk = band_set("risk", band("low", 0, 40), band("high", 40, 100))
    assert (higher_is_better(OLD), higher_is_better(risk)) == (True, False)
    assert higher_is_better(band_set("names", band("a"), band("b")))
    assert not higher_is_better(band_set("half", band("a"), band("b", 3, 9)))
    assert not higher_is_better(band_set("one", band("a", 1, 2), band("b", 1, 2)))
    assert same_bands(OLD, OLD)
    assert not same_bands(risk, band_set("risk", band("low", 60, 100), band("high", 0, 60)))
    assert not same_bands(OLD, NEW)
    assert not same_bands(OLD, band_set("rag", band("green"), *OLD.bands[1:]))


def test_two_bands_meet_in_a_boundary_and_one_stands_at_the_end() -> None:
    green, yellow, red = OLD.bands
    found = _boundary(OLD.bands, ((0, False), (1, True)))
    assert (found.better, found.worse) == (green, yellow)
    top = _boundary(OLD.bands, ((0, True),))
    assert (top.better, top.worse, top.span) == (None, green, PLACE)
    bottom = _boundary(OLD.bands, ((2, False),))
    assert (bottom.better, bottom.worse) == (red, None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (band("b", 1, 2), True), (band("b", 2, 1), False), (band("b", 1, 1), False), (band("b", 1, 1, high_open=False), True),
        (band("b", 1, 1, low_open=True, high_open=False), False), (band("b", 0, 10, 10), True), (band("b", 0, 10, 0), True),
        (band("b", 0, 10, 10.5), False), (band("b", 0, 10, -0.5), False), (band("b", points=5), True), (band("b", 3, None, 2), False),
        (band("b", 3, None, 4), True), (band("b", None, 3, 4), False), (band("b", None, 3, 2), True),
        (band("b", 2, 1, high_open=False), False),
    ],
)  # fmt: skip
def test_whether_a_band_holds_scores_and_its_own_points(given: r.Band, expected: bool) -> None:
    assert _sound(given) is expected


def moved(*ends: float, points: tuple[float, float, float] = (90, 60, 20)) -> r.BandSet:
    top, upper, lower = ends
    return band_set(
        "rag",
        band("green", upper, top, points[0]),
        band("yellow", lower, upper, points[1]),
        band("red", 0, lower, points[2]),
    )


def together(old: r.BandSet, new: r.BandSet) -> set[frozenset[str]]:
    return set(split_bands(old, new).together)


def test_each_boundary_is_a_choice() -> None:
    old, new = moved(100, 75, 50), moved(110, 80, 40, points=(95, 60, 20))
    split = split_bands(old, new)
    assert [(each.key, each.kind) for each in split.choices] == [
        ("green.end", "bands"), ("green", "bands"), ("yellow", "bands"), ("green.points", "points"),
    ]  # fmt: skip
    assert split.together == ()

    def ends(*chosen: str) -> list[tuple[Any, ...]]:
        return [(each.low, each.high, each.points) for each in split.assemble(frozenset(chosen)).bands]

    assert ends() == [(75, 100, 90), (50, 75, 60), (0, 50, 20)]
    assert ends("green.end") == [(75, 110, 90), (50, 75, 60), (0, 50, 20)]
    assert ends("green") == [(80, 100, 90), (50, 80, 60), (0, 50, 20)]
    assert ends("yellow") == [(75, 100, 90), (40, 75, 60), (0, 40, 20)]
    assert ends("green.points") == [(75, 100, 95), (50, 75, 60), (0, 50, 20)]
    assert split.assemble(frozenset(each.key for each in split.choices)).bands == new.bands


def test_ends_that_would_cross_and_points_that_would_leave_their_band_go_together() -> None:
    assert together(moved(100, 75, 50), moved(100, 45, 20, points=(90, 30, 10))) == {
        frozenset(["green", "yellow", "yellow.points"])
    }
    assert together(moved(100, 75, 50), moved(100, 75, 65, points=(90, 70, 20))) == {
        frozenset(["yellow", "yellow.points"])
    }


def test_with_another_step_all_ends_go_together() -> None:
    old, new = attrs.evolve(moved(100, 75, 50), step=1.0), attrs.evolve(moved(100, 80, 50), step=5.0)
    assert together(old, new) == {frozenset(["step", "green"])}
    assert together(old, attrs.evolve(old, step=5.0)) == set()
    assert [each.key for each in split_bands(old, attrs.evolve(old, step=5.0)).choices] == ["step"]
    assert split_bands(old, attrs.evolve(old)).choices == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("abc", "abc", "abc"), ("abc", "", "abc"), ("", "abc", "abc"), ("axc", "abc", "axbc"), ("xyab", "ab", "xyab"),
        ("abxy", "ab", "abxy"), ("cxb", "abc", "abcx"),
    ],
)  # fmt: skip
def test_bands_of_both_versions_from_best_to_worst(old: str, new: str, expected: str) -> None:
    assert joined_bands(tuple(old), tuple(new)) == tuple(expected)


# ── cells ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def matrix(cells: str, rows: tuple[tuple[int, ...], ...], otherwise: int | None = None) -> r.Matrix:
    named = tuple(r.MatrixCell("" if each.isupper() else each, each, (), span=PLACE) for each in cells)
    lines = tuple(r.MatrixRow(("x",), each, span=PLACE) for each in rows)
    return r.Matrix("p", "p", "p", (), named, lines, otherwise, 0, "", span=PLACE)


def asking(*numbers: int, kind: str = "matrix", name: str = "p") -> r.Segment:
    return r.Segment("s", "s", None, is_band(reference(kind, name), *numbers), span=PLACE)


def test_cells_of_both_versions_count_alike() -> None:
    old = program(
        matrix("aBc", ((0, 1, 2), (2, 2, 0)), 1), asking(0, 1), asking(0, kind="measure"), asking(0, name="q")
    )
    new = program(matrix("dcB", ((0, 1, 2),)), version="2.0.0")
    found, one, two, three = with_cells_of(old, new).steps
    assert isinstance(found, r.Matrix)
    assert [each.label for each in found.cells] == ["d", "c", "B", "a"]
    assert [each.cells for each in found.rows] == [(3, 2, 1), (1, 1, 3)]
    assert found.otherwise == 2
    assert [each.condition.positions for each in (one, two, three)] == [(3, 2), (0,), (0,)]  # type: ignore[union-attr]  # segments


def test_cells_that_have_their_numbers_already_change_nothing() -> None:
    old = program(matrix("ab", ((0, 1),)), asking(0))
    assert with_cells_of(old, program(matrix("abc", ((2, 1),)))) is old
    assert with_cells_of(old, program(over_segment())) is old
    found = with_cells_of(program(matrix("ab", ((0, 1),))), program(matrix("ba", ((0, 1),)))).steps[0]
    assert isinstance(found, r.Matrix)
    assert found.otherwise is None


def over_segment() -> r.Segment:
    return r.Segment("p", "p", None, over(3), span=PLACE)
