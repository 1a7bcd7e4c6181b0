"""Lines under one another: which are aligned together, how wide columns may be, and what stands behind them; to the very column."""

from __future__ import annotations

import pytest

from ruleengine.syntax.formatting.document import WIDTH, flat
from ruleengine.syntax.formatting.rows import Alignable, Form, align, plain_form

Row = tuple[str, ...]


def aligned(
    kind: str, rows: list[Row], indent: int = 0, strict: bool = False, blank_before: int = -1
) -> list[str]:
    """Rows of columns and a rest, as they are written."""
    entries = []
    for number, (*columns, rest) in enumerate(rows):
        form = Form(tuple(columns), rest, strict)
        entries.append(Alignable(kind, (form,), plain_form(form), after_blank=number == blank_before))
    align(entries, indent)
    return [flat(entry.document) for entry in entries]


@pytest.mark.parametrize(
    ("kind", "rows", "expected"),
    [
        ("table", [("a", "gives 1"), ("abc", "gives 2")], ["a   gives 1", "abc gives 2"]),
        ("table", [("a", "gives 1")], ["a gives 1"]),
        # the least width, which is the greatest too where it is fixed
        ("header", [("title", "x")], ["title      x"]),
        ("header", [("a_long_title", "x"), ("b", "y")], ["a_long_title x", "b            y"]),
        ("measure", [("value", "x"), ("rate", "y")], ["value    x", "rate     y"]),
        ("measure", [("a_long_word", "x"), ("b", "y")], ["a_long_word x", "b        y"]),
        ("template", [("value", "x")], ["value   x"]),
        ("test", [("value", "x")], ["value  x"]),
        ("trigger", [("when", "x")], ["when     x"]),
        # the gaps behind columns, and columns at the right
        ("segment", [("a", "b")], ["a  b"]),
        ("band", [("a", "5", "x"), ("bcd", "10", "y")], ["a     5    x", "bcd  10    y"]),
        ("row", [("a", "5", "x"), ("bcd", "10", "y")], ["a   5  x", "bcd 10 y"]),
        ("member", [("a", "5", "x"), ("bcd", "10", "y")], ["a    5 x", "bcd 10 y"]),
        ("group", [("a", "b", "5", "x"), ("bcd", "ef", "10", "y")], ["a   b   5 x", "bcd ef 10 y"]),
        # what is empty everywhere has no room, what is empty somewhere has
        ("row", [("a", "", "x"), ("bcd", "", "y")], ["a   x", "bcd y"]),
        ("row", [("a", "", "x"), ("bcd", "ef", "y")], ["a      x", "bcd ef y"]),
        ("row", [("a", "b", ""), ("bcd", "ef", "")], ["a   b", "bcd ef"]),
        # names whose lengths differ by no more than six
        ("let", [("a", "x"), ("1234567", "y")], ["a       x", "1234567 y"]),
        ("let", [("a", "x"), ("12345678", "y")], ["a x", "12345678 y"]),
        ("let", [("1234567", "x"), ("a", "y")], ["1234567 x", "a       y"]),
        ("let", [("12345678", "x"), ("a", "y")], ["12345678 x", "a y"]),
        ("let", [("abcd", "x"), ("a", "y"), ("12345678", "z")], ["abcd x", "a    y", "12345678 z"]),
        ("let", [("a", "x"), ("12345678", "y"), ("ab", "z")], ["a x", "12345678 y", "ab       z"]),
    ],
)  # fmt: skip
def test_columns(kind: str, rows: list[Row], expected: list[str]) -> None:
    assert aligned(kind, rows) == expected


def test_an_empty_line_begins_a_new_run_of_lets_and_not_of_rows() -> None:
    rows: list[Row] = [("a", "x"), ("bcd", "y")]
    assert aligned("let", rows, blank_before=1) == ["a x", "bcd y"]
    assert aligned("segment", rows, blank_before=1) == ["a  x", "bcd  y"]
    assert aligned("table", rows, blank_before=1) == ["a   x", "bcd y"]


def test_other_kinds_end_a_run_and_what_has_none_stays_as_it_is() -> None:
    forms = [Form((name,), "x") for name in ("a", "bcd", "ef", "ghijk")]
    kinds = ["table", "let", "", "table"]
    entries = [Alignable(kind, (form,), plain_form(form)) for kind, form in zip(kinds, forms, strict=True)]
    align(entries, 0)
    assert [flat(entry.document) for entry in entries] == ["a x", "bcd x", "ef x", "ghijk x"]
    assert [entry.aligned is None for entry in entries] == [False, False, True, False]
    align([], 0)


@pytest.mark.parametrize(("width", "together"), [(54, True), (55, True), (56, False)])
def test_columns_do_not_begin_too_far_to_the_right(width: int, together: bool) -> None:
    long = "x" * width
    found = aligned("table", [("a", "1"), (long, "2")])
    assert found == [f"a{' ' * width if together else ' '}1", f"{long} 2"]


@pytest.mark.parametrize(
    ("first", "second", "together"), [(27, 27, True), (28, 26, True), (28, 27, False), (27, 28, False)]
)
def test_all_columns_together_count(first: int, second: int, together: bool) -> None:
    wide = ("x" * first, "y" * second, "2")
    found = aligned("row", [("a", "b", "1"), wide])
    padded = "a".ljust(first + 1) + "b".ljust(second + 1) + "1"
    assert found == [padded if together else "a b 1", " ".join(wide)]


@pytest.mark.parametrize(("rest", "padded"), [(WIDTH - 13, True), (WIDTH - 12, False)])
def test_what_stands_behind_must_find_room(rest: int, padded: bool) -> None:
    """Nine columns and a blank, with an indent of three: the rest begins in column 13."""
    words = "r" * rest
    found = aligned("table", [("a", words), ("123456789", "x")], indent=3)
    assert found == [f"a{' ' * (9 if padded else 1)}{words}", "123456789 x"]


@pytest.mark.parametrize(("rest", "padded"), [(WIDTH - 13, True), (WIDTH, True)])
def test_what_is_never_broken_needs_none(rest: int, padded: bool) -> None:
    words = "r" * rest
    found = aligned("header", [("a", words), ("b", "x")], indent=3)
    assert found == [f"a{' ' * 10}{words}", f"b{' ' * 10}x"]


@pytest.mark.parametrize(("rest", "fits"), [(WIDTH - 13, True), (WIDTH - 12, False)])
def test_a_strict_form_is_for_rows_that_are_on_one_line_each(rest: int, fits: bool) -> None:
    words = "r" * rest
    found = aligned("table", [("a", words), ("123456789", "x")], indent=3, strict=True)
    assert found == [f"a{' ' * (9 if fits else 1)}{words}", "123456789 x"]


def test_the_first_form_that_fits_all_rows_is_taken() -> None:
    def entry(name: str, middle: str, rest: str) -> Alignable:
        forms = (Form((name, middle), rest, strict=True), Form((name,), f"{middle} {rest}"))
        return Alignable("row", forms, plain_form(forms[1]))

    short = [entry("a", "b", "x"), entry("cde", "fg", "y")]
    align(short, 0)
    assert [flat(each.document) for each in short] == ["a   b  x", "cde fg y"]

    one_is_long = [entry("a", "b", "x" * WIDTH), entry("cde", "fg", "y")]
    align(one_is_long, 0)
    assert [flat(each.document) for each in one_is_long] == [f"a b {'x' * WIDTH}", "cde fg y"]


def test_a_form_without_alignment_has_single_blanks() -> None:
    assert flat(plain_form(Form(("a", "", "b"), "c"))) == "a b c"
    assert flat(plain_form(Form(("", "b"), ""))) == "b"
    assert flat(plain_form(Form(("",), ""))) == ""


def test_where_a_strict_form_lacks_room_for_one_row_none_is_padded() -> None:
    rows: list[Row] = [("a", "r" * (WIDTH - 12)), ("123456789", "x"), ("b", "y")]
    assert aligned("table", rows, indent=3, strict=True)[1:] == ["123456789 x", "b y"]
    assert aligned("table", rows, indent=3)[1:] == ["123456789 x", "b         y"]


def test_a_row_that_is_no_single_line_does_not_take_part() -> None:
    rows: list[Row] = [("a_long_one", "x" * WIDTH), ("bcd", "y"), ("e", "z")]
    assert aligned("table", rows, strict=True)[1:] == ["bcd y", "e   z"]


@pytest.mark.parametrize(
    ("kind", "rows", "expected"),
    [
        ("table", [("a", "b", "c", "x"), ("de", "fg", "hi", "y")], ["a  b  c  x", "de fg hi y"]),
        ("band", [("a", "5", "c", "x"), ("de", "10", "fg", "y")], ["a    5    c     x", "de  10    fg    y"]),
        ("segment", [("a", "b", "x"), ("de", "fg", "y")], ["a   b   x", "de  fg  y"]),
        # the lengths of names are what counts for lets, and not those of other columns
        ("let", [("a", "b", "x"), ("cd", "123456789", "y")], ["a  b         x", "cd 123456789 y"]),
        ("let", [("a", "b", "x"), ("12345678", "c", "y")], ["a b x", "12345678 c y"]),
        ("card", [("cap", "x")], ["cap     x"]),
        ("matrix", [("rows", "x")], ["rows    x"]),
        ("checklist", [("a", "x")], ["a x"]),
        ("rate", [("a", "x"), ("bc", "y")], ["a  x", "bc y"]),
    ],
)
def test_more_columns_than_gaps(kind: str, rows: list[Row], expected: list[str]) -> None:
    assert aligned(kind, rows) == expected
