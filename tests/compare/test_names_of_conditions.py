"""Names that edits take from conditions, bands and keys: every kind of condition in words, and what is cut off."""

from __future__ import annotations

import pytest

from ruleengine.compare.edits import Choice, Subject
from ruleengine.compare.fusing import _rank, name_of
from ruleengine.compare.slugs import BandNames, condition_slug, slug
from ruleengine.compare.things import subject_of, things_of
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import DATE, FLAG, NA_REASONS, NUMBER, PERCENT
from tests.compare.nodes import (
    PLACE,
    SEATS,
    band,
    band_set,
    block,
    called,
    card,
    compare,
    definition,
    is_band,
    let,
    logic,
    measure,
    number,
    over,
    program,
    query,
    reference,
    table,
    text,
    variable,
)  # fmt: skip

X = variable("m.x")


def matrix(name: str, *cells: r.MatrixCell) -> r.Matrix:
    return r.Matrix(name, name, name, (), cells, (), None, 0, "", span=PLACE)


def names() -> BandNames:
    rag = band_set("rag", band("green"), band("yellow"), band("red"))
    first = program(measure("m", bands="rag"), card("c", block("c"), "rag"), measure("n"), band_sets=(rag,))
    return BandNames([first], {})


def between(low: float | None, high: float | None) -> e.Between:
    ends = [None if end is None else number(end) for end in (low, high)]
    return e.Between(X, ends[0], ends[1], False, False, type=FLAG, span=PLACE)


def status(*words: str) -> e.IsStatus:
    return e.IsStatus(X, words, type=FLAG, span=PLACE)


CONDITIONS: list[tuple[e.Expression | None, str]] = [
    (None, "always"),
    *((compare(sign, X, number(5)), f"x_{word}_5")
      for sign, word in (("=", "is"), ("!=", "is_not"), ("<", "below"), ("<=", "up_to"), (">", "above"), (">=", "from"))),
    (logic("and", over(1), over(2), over(3)), "seats_above_1_and_seats_above_2_and_seats_above_3"),
    (logic("or", over(1), over(2)), "seats_above_1_or_seats_above_2"),
    (e.Not(over(4), type=FLAG, span=PLACE), "not_seats_above_4"),
    (between(1, 9), "x_in_1_9"),
    (between(None, 9), "x_in_9"),
    (between(1, None), "x_in_1"),
    (e.OneOf(X, (text("one"), text("Two")), type=FLAG, span=PLACE), "x_in_one_Two"),
    (status(*NA_REASONS), "x_is_na"),
    (status("ok", "stale"), "x_is_known"),
    (status("missing"), "x_is_missing"),
    (e.IsMeasureStatus(reference("measure", "m"), ("stale",), type=FLAG, span=PLACE), "m_is_stale"),
    (is_band(reference("measure", "m"), 0, 2, 7), "m_is_green_red_7"),
    (is_band(reference("card", "c"), 1), "c_is_yellow"),
    (is_band(reference("node", "c", path="use.seats"), 1), "seats_is_yellow"),
    (is_band(reference("measure", "n"), 1), "n_is_1"),
    (is_band(reference("measure", "unknown"), 0), "unknown_is_0"),
    (compare(">", X, number(0.125, PERCENT)), "x_above_12_5"),
    (compare(">", X, number(0.07, PERCENT)), "x_above_7"),
    (compare("=", X, e.Constant(True, type=FLAG, span=PLACE)), "x_is_true"),
    (compare("=", X, e.Constant(738000, type=DATE, span=PLACE)), "x_is_738000"),
    (compare(">", X, number(1234567.5)), "x_above_1_23457e_06"),
    (compare("=", variable("a.b.c"), variable("d")), "c_is_d"),
    (compare(">", reference("measure", "other.m"), number(1)), "m_above_1"),
    (compare("=", e.Attribute(X, "day", None, type=NUMBER, span=PLACE), number(1)), "day_is_1"),
    (compare("=", e.Call("days between", (X, SEATS), type=NUMBER, span=PLACE), number(1)), "days_between_x_seats_is_1"),
    (compare("=", called("own(number)", X), number(1)), "own_x_is_1"),
    (compare("=", e.Default((X, SEATS), type=NUMBER, span=PLACE), number(1)), "x_is_1"),
    (compare(">", e.Elapsed("days", "since", X, type=NUMBER, span=PLACE), number(1)), "days_since_x_above_1"),
    (compare(">", query("c", over(3)), number(1)), "count_above_1"),
    (text("!?"), "condition"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "expected"), CONDITIONS, ids=[name for _, name in CONDITIONS])
def test_a_condition_in_words(node: e.Expression | None, expected: str) -> None:
    assert condition_slug(node, names()) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", ""), ("__a -- b__", "a_b"), ("a.b", "a_b"), ("!", ""), ("x" * 60, "x" * 60), ("x" * 61, "x" * 60),
        ("x" * 59 + " tail", "x" * 59), ("x" * 58 + " tail", "x" * 58 + "_t"), ("Ä1z", "1z"), ("aZ09", "aZ09"),
    ],
)  # fmt: skip
def test_texts_as_parts_of_names(given: str, expected: str) -> None:
    assert slug(given) == expected


def test_cells_are_known_by_name_or_label_and_bands_of_both_versions_come_first() -> None:
    cells = r.MatrixCell("", "High", (), span=PLACE), r.MatrixCell("low", "Low", (), span=PLACE)
    rag = band_set("rag", band("green"), band("red"))
    given = program(
        matrix("p", *cells), measure("m", bands="rag"), card("c", block("c"), "rag"), band_sets=(rag,)
    )
    found = BandNames([given], {"rag": ("green", "amber", "red")})
    assert found.of(reference("matrix", "p")) == ("High", "low")
    assert found.of_measure("m") == found.of_card("c") == ("green", "amber", "red")
    assert found.of(reference("measure", "c")) == found.of_measure("c") == found.of_card("m") == ()


# ── edits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def choice(key: str, kind: str = "rating") -> Choice:
    return Choice(key, kind, "changed", Subject("measure", "m", "M"), None, None, None, None)


@pytest.mark.parametrize(
    ("thing", "key", "expected"),
    [
        (("measure", "m"), "rate.red", "m.rate.red"), (("scorecard", "c"), "", "c"), (("named_value", "v"), "", "let.v"),
        (("definition", "d(number)"), "", "define.d"), (("table", "t(text)"), "row_1", "table.t.row_1"),
        (("assumption", "use.seats"), "", "assume.use.seats"), (("bands", "rag"), "green", "bands.rag.green"),
        (("check", "problem: too: many seats"), "", "check.too_many_seats"), (("segment", "s"), "", "segment.s"),
    ],
)  # fmt: skip
def test_names_of_edits(thing: tuple[str, str], key: str, expected: str) -> None:
    assert name_of(thing, choice(key)) == expected


def test_causes_stand_before_what_only_speaks_of_them() -> None:
    several = [
        (("output", "o"), choice("")), (("measure", "m"), choice("limits", "limit")), (("bands", "rag"), choice("")),
        (("measure", "m"), choice("rate.a.b.c")), (("scorecard", "c"), choice("a.b", "member")),
        (("scorecard", "c"), choice("a", "member")),
    ]  # fmt: skip
    ranks = [_rank(each) for each in several]
    assert ranks == [(2, 0, 0), (1, 1, 0), (0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 0, 0)]
    assert _rank((("scorecard", "c"), choice("x", "column")))[1] == 1
    assert _rank((("measure", "m"), choice("applies", "applies")))[1] == 1


# ── things ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_things_by_key_in_their_order_and_equal_names_numbered() -> None:
    check = r.Check("problem", "odd", over(1), span=PLACE)
    given = program(
        let("v"), check, check, check, measure("m"), r.Probe(1, (), span=PLACE),
        band_sets=(band_set("rag"),), definitions=(definition("d", SEATS),), tables=(table("t"),),
        assumptions=(
            r.Assumption(("use", "seats"), number(1), "", span=PLACE),
            r.Assumption(("use",), number(1), "", span=type(PLACE)("x/lib/1.0.0.rules", 0, 1, 1, 1)),
        ),
    )  # fmt: skip
    assert list(things_of(given)) == [
        ("bands", "rag"), ("definition", "d"), ("table", "t"), ("named_value", "v"), ("check", "problem: odd"),
        ("check", "problem: odd (2)"), ("check", "problem: odd (3)"), ("measure", "m"), ("assumption", "use.seats"),
        ("assumption", "lib:use"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "thing", "expected"),
    [
        (("table", "t(number)"), table("t(number)"), Subject("table", "t", "t")),
        (("definition", "d(text)"), definition("d(text)", SEATS), Subject("definition", "d", "d")),
        (("scorecard", "c"), card("c", block("Whole")), Subject("scorecard", "c", "Whole")),
        (("named_value", "lib.v"), let("lib.v"), Subject("named value", "lib.v", "v")),
        (("measure", "m"), measure("m", title="Seats in use"), Subject("measure", "m", "Seats in use")),
        (("check", "problem: odd"), r.Check("problem", "odd", over(1), span=PLACE), Subject("check", "problem: odd", "odd")),
        (("bands", "rag"), band_set("rag"), Subject("bands", "rag", "rag")),
    ],
)  # fmt: skip
def test_what_an_edit_of_a_thing_is_about(key: tuple[str, str], thing: object, expected: Subject) -> None:
    assert subject_of(key, thing) == expected
