"""What is written out of habit is one report: the whole piece, and how the language writes it."""

from __future__ import annotations

import pytest

from ruleengine.syntax.habits import habit_at
from tests.syntax.reading import read

HABITS = [
    ("a =< 5", "=<", "write `<=`"),
    ("a => 5", "=>", "write `>=`"),
    ("a == 5", "==", "write `=`"),
    ("a <> 5", "<>", "write `!=`"),
    ("a < 5,5%", "5,5%", "a fraction has a point: `5.5%`"),
    ("a < 5,5 %", "5,5 %", "a fraction has a point: `5.5%`"),
    ("a < 0,75", "0,75", "a fraction has a point: `0.75`"),
    ("a < 1.250,5", "1.250,5", "a fraction has a point: `1250.5`"),
    ("a < 1,000", "1,000", "write `1000` or `1_000`; a fraction has a point: `1.000`"),
    ("a < 1,000,000", "1,000,000", "write `1000000`"),
    ("a < 12'500", "12'500", "write `12500`"),
    ("a < 1.000.000", "1.000.000", "write `1000000`"),
    ("a < 1e6", "1e6", "write the number in full: `1000000`"),
    ("a < 2.5E-2", "2.5E-2", "write the number in full: `0.025`"),
    ("a < 1e400", "1e400", "a number has at most 40 digits"),
    ("a < 1 March 2024", "1 March 2024", "a date is written `2024-03-01`"),
    ("a < 1st mar. 2024", "1st mar. 2024", "a date is written `2024-03-01`"),
    ("a < March 1, 2024", "March 1, 2024", "a date is written `2024-03-01`"),
    ("a < 31 February 2024", "31 February 2024", "a date is written as year, month and day: `2024-03-01`"),
    ("a < 01.03.2024", "01.03.2024", "a date is written as year, month and day: `2024-03-01`"),
    ("a < $5", "$5", "write `5 USD`: the currency stands behind, by its three letters"),
    ("a < €1,200.50", "€1,200.50", "write `1200.50 EUR`: the currency stands behind, by its three letters"),
    ("a < 5 percent", "5 percent", "write `5%`"),
    ("a < 30days", "30days", "write `30 days`"),
]


@pytest.mark.parametrize(("text", "piece", "remedy"), HABITS)
def test_habits_are_told_as_a_whole(text: str, piece: str, remedy: str) -> None:
    _, reports = read(f"let b = {text}\n")
    assert [(each.code, each.message, each.help) for each in reports] == [
        ("RE101", f"unexpected `{piece}`", remedy)
    ]
    assert reports[0].span.column == 9 + text.index(piece)


@pytest.mark.parametrize("text", [text for text, _, _ in HABITS if "," in text])
def test_habits_are_told_in_rows_too(text: str) -> None:
    _, reports = read(f"measure m {{ value a ; rate {{ red when {text[2:]} ; green otherwise }} }}\n")
    assert len(reports) == 1
    assert reports[0].help


@pytest.mark.parametrize(
    "text",
    ["a in (5,5)", "max(1,000)", "[1,5]", "a = 2024-03-01", "a < 1_000", "a in 1..5", "a >= 5 and b <= 3"],
)
def test_what_is_well_written_is_no_habit(text: str) -> None:
    assert read(f"let b = {text}\n")[1] == []


def test_habits_elsewhere_in_the_statement_are_left_alone() -> None:
    assert habit_at("f(1,5) + +", 9) is None


@pytest.mark.parametrize(("written", "full"), [("2.1", "2.1.0"), ("2", "2.0.0")])
def test_a_version_has_three_numbers(written: str, full: str) -> None:
    for text in (f"ruleset r {written} {{ }}\n", f"import r {written} (x)\n"):
        _, reports = read(text)
        assert [each.help for each in reports] == [f"a version has three numbers: `{full}`"]
    _, reports = read("import r latest (x)\n")
    assert [each.help for each in reports] == ["here stands a version such as `1.0.0`"]
