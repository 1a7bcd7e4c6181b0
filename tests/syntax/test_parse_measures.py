"""Every statement of a measure: text → expected tree."""

from __future__ import annotations

import pytest

from ruleengine.syntax import tree as t
from tests.syntax.nodes import (
    A,
    B,
    arithmetic,
    compare,
    interval,
    name,
    node,
    number,
    text,
    within,
    word,
    words,
)
from tests.syntax.reading import read_item, read_measure

RED = node(t.BandOutcome, word("red"))
EDGES = (number("10"), node(t.Negative, number("5")), A)

STATEMENTS = [
    ('title "T"', node(t.Property, "title", "T")),
    ("bands rag", node(t.BandsUse, "rag")),
    ("let x = a", node(t.Let, "x", A)),
    ("value a / b", node(t.Value, arithmetic("/", A, B), False)),
    ("value a / b   shown as percent", node(t.Value, arithmetic("/", A, B), True)),
    ("value any x in l", node(t.Value, node(t.Query, "any", "x", name("l")), False)),
    ("rate as given", node(t.RateAsGiven)),
    ("points a * 3", node(t.Points, node(t.PointsOutcome, arithmetic("*", A, number("3"))))),
    ("points steps above 10, -5, a", node(t.Points, node(t.StepsOutcome, "above", EDGES))),
    ("points steps up to 10", node(t.Points, node(t.StepsOutcome, "up to", (number("10"),)))),
    ("fresh by a.b", node(t.Fresh, name("a.b"), None, None)),
    ("fresh by a, stale after 90 days", node(t.Fresh, A, number("90", "days"), None)),
    ("fresh by a, expired after 3 months", node(t.Fresh, A, None, number("3", "months"))),
    (
        "fresh by a, stale after 90 days, expired after 120 days",
        node(t.Fresh, A, number("90", "days"), number("120", "days")),
    ),
    ("applies to scale, `tech touch`", node(t.AppliesTo, False, (word("scale"), word("tech touch", quoted=True)))),
    ("applies to all", node(t.AppliesTo, True, ())),
    ("applies to all except scale, growth", node(t.AppliesTo, True, words("scale", "growth"))),
    ("applies when a in (1, 2)", node(t.AppliesWhen, within(A, number("1"), number("2")))),
    ("missing redistribute", node(t.Missing, "redistribute")),
    ("missing redistribute flat", node(t.Missing, "redistribute flat")),
    ("missing as zero", node(t.Missing, "as zero")),
    ("missing require all", node(t.Missing, "require all")),
    ("missing impute 40", node(t.Missing, "impute", number("40"))),
    ("missing require 8 of 10", node(t.Missing, "require", None, 8, 10)),
    ("missing require coverage 60%", node(t.Missing, "coverage", number("60", "%"))),
    ("baseline 40", node(t.Baseline, number("40"))),
    ("cap red when a", node(t.Limit, "cap", word("red"), None, A, None)),
    ("floor score 10 + b when a", node(t.Limit, "floor", None, arithmetic("+", number("10"), B), A, None)),
    ("cap points 60", node(t.Limit, "cap", None, number("60"), None, None)),
    ('override "B+" when a because "so"', node(t.Limit, "override", word("B+", quoted=True), None, A, "so")),
    ('override red because "so"', node(t.Limit, "override", word("red"), None, None, "so")),
    ('accept RE407 because "so"', node(t.Accept, "RE407", None, "so")),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), STATEMENTS)
def test_measure_statement(written: str, expected: t.MeasureStatement) -> None:
    assert read_measure(written) == expected


OUTCOMES = [
    ("red", RED),
    ('"A+"', node(t.BandOutcome, word("A+", quoted=True))),
    ("`na`", node(t.BandOutcome, word("na", quoted=True))),
    ("points 3 * value", node(t.PointsOutcome, arithmetic("*", number("3"), name("value")))),
    ("points a default b", node(t.PointsOutcome, node(t.Default, (A, B)))),
    *(
        (f"points steps {relation} 10, -5, a", node(t.StepsOutcome, relation, EDGES))
        for relation in ("above", "from", "below", "up to")
    ),
    ("linear 20..40", node(t.LinearOutcome, number("20"), number("40"))),
    ("linear -1..a", node(t.LinearOutcome, node(t.Negative, number("1")), A)),
    ("na not_applicable", node(t.NaOutcome, "not_applicable", None)),
    ('na excluded "too early"', node(t.NaOutcome, "excluded", "too early")),
]
TESTS = [
    ("otherwise", None),
    ("when >= 10", compare(None, ">=", number("10"))),
    ("when in 1..5", within(None, interval("1", "5"))),
    ('when a = "x"', compare(A, "=", text("x"))),
    ("when is red", node(t.Is, None, "is", words("red"))),
    ("when any x in l", node(t.Query, "any", "x", name("l"))),
]


def rate(condition: t.Expression | None, *rows: tuple[object, object, str | None]) -> t.Rate:
    """A rate block."""
    made: t.Rate = node(t.Rate, condition, tuple(node(t.Row, *row) for row in rows))
    return made


@pytest.mark.parametrize(("written", "expected"), OUTCOMES)
def test_outcome(written: str, expected: t.Outcome) -> None:
    assert read_measure(f"rate {{ {written} when a }}") == rate(None, (expected, A, None))
    assert read_measure(f'rate {{ {written} otherwise because "so" }}') == rate(None, (expected, None, "so"))


@pytest.mark.parametrize(("written", "expected"), TESTS)
def test_row_test(written: str, expected: t.Expression | None) -> None:
    assert read_measure(f"rate {{ red {written} }}") == rate(None, (RED, expected, None))


def test_rate_blocks() -> None:
    written = 'rate when a {\n  red when < 10%   because "low"\n  yellow otherwise\n}\n'
    assert read_measure(written) == rate(
        A,
        (RED, compare(None, "<", number("10", "%")), "low"),
        (node(t.BandOutcome, word("yellow")), None, None),
    )
    assert read_measure("rate when a in 2.. { red otherwise }") == rate(
        within(A, interval("2", None)), (RED, None, None)
    )


def test_measure() -> None:
    assert read_item('measure m "Title" {\n  value a\n\n  rate as given ; baseline 1\n}') == node(
        t.Measure,
        "m",
        "Title",
        (node(t.Value, A, False), node(t.RateAsGiven), node(t.Baseline, number("1"))),
    )
    assert read_item("measure m { }") == node(t.Measure, "m", None, ())
