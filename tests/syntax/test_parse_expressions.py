"""Every form of expression: text → expected tree."""

from __future__ import annotations

import pytest

from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.parse import parse_expression
from tests.syntax.nodes import (
    A,
    B,
    C,
    arithmetic,
    call,
    compare,
    interval,
    logic,
    name,
    node,
    number,
    text,
    within,
    word,
    words,
)
from tests.syntax.reading import read_expression

X, L = name("x"), name("l")

LITERALS = [
    ("12", number("12")),
    ("1_000.50", number("1_000.50")),
    ("10%", number("10", "%")),
    ("10 %", number("10", "%")),
    ("35 days", number("35", "days")),
    ("1 hour", number("1", "hour")),
    ("500 USD", number("500", "USD")),
    ("2024-03-01", node(t.Date, "2024-03-01")),
    ("2024-03-01T12:00:00Z", node(t.Date, "2024-03-01T12:00:00Z")),
    ("2024-03-01T12:00+02:00", node(t.Date, "2024-03-01T12:00+02:00")),
    ('"a \\"b\\" \\\\ \\n \\u00e9"', text('a "b" \\ \n é')),
    ('"tab\there # no comment"', text("tab\there # no comment")),
    ("true", node(t.Flag, True)),
    ("false", node(t.Flag, False)),
    ("as_of", node(t.AsOf)),
    ("na", node(t.NotAvailable)),
    ("na excluded", node(t.NotAvailable, "excluded")),
    ('na missing "no deployment"', node(t.NotAvailable, "missing", "no deployment")),
    ("[]", node(t.ListLiteral, ())),
    ("[1, a]", node(t.ListLiteral, (number("1"), A))),
    ("{}", node(t.Record, ())),
    (
        '{label: "Protect", `odd key`: 1, "+": a}',
        node(
            t.Record,
            (
                node(t.RecordField, "label", text("Protect")),
                node(t.RecordField, "odd key", number("1")),
                node(t.RecordField, "+", A),
            ),
        ),
    ),
]

NAMES = [
    ("a", A),
    ("a.b.c", name("a.b.c")),
    ("`odd name`.`odd key`", node(t.Member, node(t.Name, "odd name"), "odd key")),
    ("a.value.type.date.kind.weight", name("a.value.type.date.kind.weight")),
    ("a.and.or.not.in.if.true.na.when", name("a.and.or.not.in.if.true.na.when")),
    ("facts.count", name("facts.count")),
    ("a . b", name("a.b")),
    ("value", name("value")),
    ("rate", name("rate")),
    ("f(a).b", node(t.Member, call("f", A), "b")),
    ("f()", call("f")),
    ("round(a, 1, half_up)", call("round", A, number("1"), name("half_up"))),
    ("count(l)", call("count", L)),
    ("first(l)", call("first", L)),
    ("(a)", A),
    ("(a).b", name("a.b")),
]

OPERATORS = [
    ("a + b - c", arithmetic("+-", A, B, C)),
    ("a * b / c", arithmetic("*/", A, B, C)),
    ("a + b * c", arithmetic("+", A, arithmetic("*", B, C))),
    ("(a + b) * c", arithmetic("*", arithmetic("+", A, B), C)),
    ("(a + b) + c", arithmetic("+", arithmetic("+", A, B), C)),
    ("-a", node(t.Negative, A)),
    ("-a.b", node(t.Negative, name("a.b"))),
    ("a - -b", arithmetic("-", A, node(t.Negative, B))),
    ("-(-a)", node(t.Negative, node(t.Negative, A))),
    ("a and b and c", logic("and", A, B, C)),
    ("a or b or c", logic("or", A, B, C)),
    ("a or b and c", logic("or", A, logic("and", B, C))),
    ("(a or b) and c", logic("and", logic("or", A, B), C)),
    ("not a and b", logic("and", node(t.Not, A), B)),
    ("not a = b", node(t.Not, compare(A, "=", B))),
    ("a default b default c", node(t.Default, (A, B, C))),
    ("a or b default c", node(t.Default, (logic("or", A, B), C))),
    ("(a default b) = c", compare(node(t.Default, (A, B)), "=", C)),
]

COMPARISONS = [
    *((f"a {sign} b", compare(A, sign, B)) for sign in ("=", "!=", "<", "<=", ">", ">=")),
    *((f"{sign} b", compare(None, sign, B)) for sign in ("=", "!=", "<", "<=", ">", ">=")),
    ("a + b < c * 2", compare(arithmetic("+", A, B), "<", arithmetic("*", C, number("2")))),
    (">= 10 and < 20", logic("and", compare(None, ">=", number("10")), compare(None, "<", number("20")))),
    ('a in ("x", "y")', within(A, text("x"), text("y"))),
    ("a in (1)", within(A, number("1"))),
    ("in (1, 2)", within(None, number("1"), number("2"))),
    ("a not in (1, 2)", within(A, number("1"), number("2"), negated=True)),
    ("a in 1..5", within(A, interval("1", "5"))),
    ("a not in 1..5", within(A, interval("1", "5"), negated=True)),
    ("in 2..<6 months", within(None, interval("2", "6 months", high_open=True))),
    ("in >1..5", within(None, interval("1", "5", low_open=True))),
    ("in >1..<5", within(None, interval("1", "5", low_open=True, high_open=True))),
    ("in 75..", within(None, interval("75", None))),
    ("in >75..", within(None, interval("75", None, low_open=True))),
    ("in ..5", within(None, interval(None, "5"))),
    ("in ..<5", within(None, interval(None, "5", high_open=True))),
    ("in 75.. and b", logic("and", within(None, interval("75", None)), B)),
    (
        "in -5..-1",
        within(None, node(t.Interval, node(t.Negative, number("5")), node(t.Negative, number("1")))),
    ),
    ("in a.b..f(c)", within(None, node(t.Interval, name("a.b"), call("f", C)))),
    (
        "a in 2024-01-01..<2024-02-01",
        within(A, node(t.Interval, node(t.Date, "2024-01-01"), node(t.Date, "2024-02-01"), False, True)),
    ),
    ('a.roles contains "Dev Lead"', node(t.Contains, name("a.roles"), text("Dev Lead"))),
    ('contains "x"', node(t.Contains, None, text("x"))),
    ("a within 3 months", node(t.Within, A, number("3", "months"))),
    ("within 7 days", node(t.Within, None, number("7", "days"))),
]

STATES = [
    ("a is red", node(t.Is, A, "is", words("red"))),
    ('a is "B+"', node(t.Is, A, "is", (word("B+", quoted=True),))),
    ("a is not red", node(t.Is, A, "is", words("red"), negated=True)),
    ("a is na", node(t.Is, A, "is", words("na"))),
    ("a is not na", node(t.Is, A, "is", words("na"), negated=True)),
    ("a is not_applicable", node(t.Is, A, "is", words("not_applicable"))),
    ("a is worse than red", node(t.Is, A, "worse", words("red"))),
    ("a is not better  than red", node(t.Is, A, "better", words("red"), negated=True)),
    ("a is in (amber, red)", node(t.Is, A, "in", words("amber", "red"))),
    ("a is not in (amber)", node(t.Is, A, "in", words("amber"), negated=True)),
    ("is red", node(t.Is, None, "is", words("red"))),
    ("a was red", node(t.Is, A, "is", words("red"), past=True)),
    ("a was not in (red)", node(t.Is, A, "in", words("red"), negated=True, past=True)),
    ("computed health is red", node(t.Is, node(t.Computed, name("health")), "is", words("red"))),
    ("computed a.b", node(t.Computed, name("a.b"))),
    ("computed", name("computed")),
    ("computed(a)", call("computed", A)),
]


def branch(condition: t.Expression, value: t.Expression) -> t.Branch:
    """One branch of an `if`."""
    found: t.Branch = node(t.Branch, condition, value)
    return found


WHERE_X = name("x.a")
CHOICES = [
    ("if a then b else c", node(t.If, (branch(A, B),), C)),
    ("if a then b else if b then c else a", node(t.If, (branch(A, B), branch(B, C)), A)),
    ("if a then na excluded else c", node(t.If, (branch(A, node(t.NotAvailable, "excluded")),), C)),
    ("(if a then b else c) + 1", arithmetic("+", node(t.If, (branch(A, B),), C), number("1"))),
    *(
        (f"{kind} x in l", node(t.Query, kind, "x", L))
        for kind in ("latest", "earliest", "first", "any", "all", "count", "list")
    ),
    ("any x in l where x.a", node(t.Query, "any", "x", L, WHERE_X)),
    ("latest x in l where x.a by x.b", node(t.Query, "latest", "x", L, WHERE_X, name("x.b"))),
    ("latest x in l by x.b", node(t.Query, "latest", "x", L, None, name("x.b"))),
    ("any x in l where x.a and b", node(t.Query, "any", "x", L, logic("and", WHERE_X, B))),
    ("any `x y` in l", node(t.Query, "any", "x y", L)),
    ("top 3 x in l where x.a by x.b", node(t.Query, "top", "x", L, WHERE_X, name("x.b"), number=3)),
    ("bottom 1 x in l by x", node(t.Query, "bottom", "x", L, None, X, number=1)),
    *(
        (f"{kind} of x.a for x in l where b", node(t.Query, f"{kind}_of", "x", L, B, projection=WHERE_X))
        for kind in ("sum", "mean", "min", "max", "list")
    ),
    ("count x in (list y in l) where x", node(t.Query, "count", "x", node(t.Query, "list", "y", L), X)),
    ("(count x in l) > 1", compare(node(t.Query, "count", "x", L), ">", number("1"))),
    ("count true of (a, b, c)", node(t.CountTrue, (A, B, C))),
    ("count of (a is red) > 3", compare(node(t.OverRun, "count", node(t.Is, A, "is", words("red"))), ">", number("3"))),
    ("share of (a)", node(t.OverRun, "share", A)),
]  # fmt: skip

TIME = [
    *(
        (f"{unit} {direction} a.b", node(t.Elapsed, unit, direction, name("a.b")))
        for unit in ("days", "weeks", "months", "quarters", "years")
        for direction in ("since", "until")
    ),
    ("months since a < 3 months", compare(node(t.Elapsed, "months", "since", A), "<", number("3", "months"))),
    ("months", name("months")),
    ("start of month", node(t.Period, "start", False, "month", None)),
    ("end of fiscal quarter (a)", node(t.Period, "end", True, "quarter", A)),
    (
        "start of week + 1 day",
        arithmetic("+", node(t.Period, "start", False, "week", None), number("1", "day")),
    ),
    ("fiscal quarter (a)", node(t.FiscalNumber, "quarter", A)),
    ("fiscal year", node(t.FiscalNumber, "year", None)),
    ("start + end", arithmetic("+", name("start"), name("end"))),
    ("name of fiscal quarter", node(t.Period, "name", True, "quarter", None)),
    ("name of week (a)", node(t.Period, "name", False, "week", A)),
    ("a in this fiscal quarter", within(A, node(t.CalendarPeriod, "this", True, "quarter"))),
    ("a in this month or next", within(A, node(t.CalendarPeriod, "this", False, "month", "next"))),
    ("a in last year", within(A, node(t.CalendarPeriod, "last", False, "year"))),
    (
        "a in this month or next.b",
        node(
            t.Logic,
            "or",
            (within(A, node(t.CalendarPeriod, "this", False, "month")), node(t.Member, name("next"), "b")),
        ),
    ),
    ("a in this..5", within(A, node(t.Interval, name("this"), number("5"), False, False))),
]
SERIES = [
    (
        "series of p.n for p in a where b by p.day",
        node(
            t.Query, "series_of", "p", A, B, node(t.Member, name("p"), "day"), node(t.Member, name("p"), "n")
        ),
    ),
    ("value of a at as_of", node(t.OfSeries, "value", A, date=node(t.AsOf))),
    (
        "value of a at (b - 3 days)",
        node(t.OfSeries, "value", A, date=arithmetic("-", B, number("3", "days"))),
    ),
    ("value of a 3 months ago", node(t.OfSeries, "value", A, number("3", "months"))),
    ("growth of a over 1 month", node(t.OfSeries, "growth", A, number("1", "month"))),
    ("change of a over b", node(t.OfSeries, "change", A, B)),
    ("monthly slope of a over 6 values", node(t.OfSeries, "monthly slope", A, number=6)),
    ("mean of a over 1 value", node(t.OfSeries, "mean", A, number=1)),
    ("mean of a for b in c", node(t.Query, "mean_of", "b", C, projection=A)),
    ("consecutive declines of a.b", node(t.OfSeries, "consecutive declines", node(t.Member, A, "b"))),
    ("days without change of a", node(t.OfSeries, "days without change", A)),
    (
        "growth of a over 1 month < b",
        compare(node(t.OfSeries, "growth", A, number("1", "month")), "<", B),
    ),
    (
        "value of a 1 day ago - value of b at c",
        arithmetic(
            "-",
            node(t.OfSeries, "value", A, number("1", "day")),
            node(t.OfSeries, "value", B, date=C),
        ),
    ),
    ("growth + over + at", arithmetic("++", name("growth"), name("over"), name("at"))),
]


@pytest.mark.parametrize(
    ("written", "expected"),
    [*LITERALS, *NAMES, *OPERATORS, *COMPARISONS, *STATES, *CHOICES, *TIME, *SERIES],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_expression(written: str, expected: t.Expression) -> None:
    assert read_expression(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "a orb",
        "a andb",
        "a isred",
        "nota b",
        "a < b < c",
        "a = b = c",
        "not not a",
        "a +",
        "a b",
        "f(a,)",
        "f(a",
        "1..5",
        "any x in l where if a then b else c",
        "a and any x in l",
        "1 + if a then b else c",
        "if a then b",
        "top x in l by x",
        "top 3 x in l",
        "12abc",
        "2024-03-01x",
        "a.",
        "and",
        "",
    ],
)
def test_no_expression(written: str) -> None:
    node_found, diagnostics = parse_expression(Source("test", written))
    assert node_found is None
    assert len(diagnostics) == 1


@pytest.mark.parametrize("written", ["2024-02-30", "2024-13-01", "2024-03-01T24:00Z", "9" * 41])
def test_numbers_and_dates_that_cannot_be(written: str) -> None:
    _, diagnostics = parse_expression(Source("test", f"a = {written}"))
    assert [(report.code, report.span.column) for report in diagnostics] == [("RE108", 5)]


def test_deep_nesting_is_reported_and_not_a_crash() -> None:
    _, diagnostics = parse_expression(Source("test", "(" * 500 + "a" + ")" * 500))
    assert [report.code for report in diagnostics] == ["RE106"]


def test_long_chains_are_flat() -> None:
    found = read_expression(" + ".join(["a"] * 2000))
    assert isinstance(found, t.Arithmetic)
    assert len(found.operands) == 2000
