"""What is seldom written: ends of lines of points, one value of a series, signs in names, negative edges; and the order of a walk."""

from __future__ import annotations

import pytest

from ruleengine.compiler.bands import constant
from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.format import format_file
from ruleengine.syntax.hidden import fault_of_name
from ruleengine.syntax.walk import bare_names, walk
from tests.syntax.reading import PATH, read, read_file, read_item

LINE = "measure m {\n  value a\n  rate { linear 1..%s5 when > 3 ; points 0 otherwise }\n}\n"


def test_points_of_a_line_include_both_ends() -> None:
    assert read(LINE % "")[1] == []
    [report] = read(LINE % "<")[1]
    assert (report.code, report.message, report.help) == (
        "RE101",
        "points of `linear` run from `a..b`",
        "write `..`",
    )
    assert (report.span.line, report.span.column) == (3, 18)


@pytest.mark.parametrize("words", ["1 value", "2 values"])
def test_one_value_is_written_as_one(words: str) -> None:
    text = f"output o = monthly slope of (series of i.n for i in items by i.day) over {words}\n"
    assert format_file(read_file(text), Source(PATH, text)) == text


@pytest.mark.parametrize("sign", ["\ufe00", "\ufe07", "\ufe0f", "\u200b", "\u2028", "\u2029", "\u202e"])
def test_a_sign_that_cannot_be_seen_is_a_fault_of_a_name(sign: str) -> None:
    assert fault_of_name(f"a{sign}b").endswith("which cannot be seen, stands in this name")


@pytest.mark.parametrize("name", ["ab", "äb", "日本", "a\ufdff", "a\ufe10"])
def test_what_can_be_seen_is_none(name: str) -> None:
    assert fault_of_name(name) == ""


@pytest.mark.parametrize(
    ("text", "value"), [("5", 5.0), ("-5", -5.0), ("1_000", 1000.0), ("50%", 0.5), ("-12.5%", -0.125), ("5 days", None), ("-a", None)]
)  # fmt: skip
def test_a_plain_number_is_told_from_what_has_to_be_computed(text: str, value: float | None) -> None:
    item = read_item(f"output o = {text}\n")
    assert isinstance(item, t.Output)
    assert constant(item.value) == value


def test_a_walk_goes_from_left_to_right() -> None:
    item = read_item("output o = a + b * c - d\n")
    assert [node.name for node in walk(item) if isinstance(node, t.Name)] == ["a", "b", "c", "d"]
    assert bare_names(item) == {"a", "b", "c", "d"}
