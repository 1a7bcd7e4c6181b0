"""Every item of a file but measures and scorecards: text → expected tree."""

from __future__ import annotations

import pytest

from ruleengine.syntax import tree as t
from tests.syntax.nodes import (
    A,
    B,
    C,
    arithmetic,
    compare,
    interval,
    logic,
    name,
    node,
    number,
    text,
    within,
    word,
)
from tests.syntax.reading import read_file, read_header, read_item

HEADER = [
    ('title "Health"', node(t.Property, "title", "Health")),
    ('owner "us"', node(t.Property, "owner", "us")),
    ('description "all"', node(t.Property, "description", "all")),
    ("effective from 2023-02-01", node(t.Effective, node(t.Date, "2023-02-01"))),
    (
        "effective from 2023-02-01 until 2024-02-01",
        node(t.Effective, node(t.Date, "2023-02-01"), node(t.Date, "2024-02-01")),
    ),
    ("facts account 1", node(t.FactsSchema, "account", "1")),
    ("facts `my account` 1.2.0", node(t.FactsSchema, "my account", "1.2.0")),
    ("calendar fiscal year starts february", node(t.Calendar, "february", None)),
    ('calendar zone "UTC"', node(t.Calendar, None, "UTC")),
    ('calendar fiscal  year starts may, zone "UTC"', node(t.Calendar, "may", "UTC")),
    ('accept RE401 because "so"', node(t.Accept, "RE401", None, "so")),
    ('accept RE401 for m because "so"', node(t.Accept, "RE401", "m", "so")),
]


@pytest.mark.parametrize(("written", "expected"), HEADER)
def test_header_statement(written: str, expected: t.HeaderStatement) -> None:
    assert read_header(written) == expected


def test_header() -> None:
    assert read_item("ruleset customer_health 2.0.0 { }") == node(t.Header, "customer_health", "2.0.0", ())
    assert read_item('ruleset r 2.0.0 { title "a" ; facts account 1 }') == node(
        t.Header, "r", "2.0.0", (node(t.Property, "title", "a"), node(t.FactsSchema, "account", "1"))
    )


PARAMETERS = (node(t.Parameter, "a", "number"), node(t.Parameter, "b", None))
ITEMS = [
    (
        "import other 1.2.3 (a, b as c)",
        node(t.Import, "other", "1.2.3", (node(t.ImportedName, "a", None), node(t.ImportedName, "b", "c"))),
    ),
    ('segment s when a = "x"', node(t.Segment, "s", None, compare(A, "=", text("x")))),
    ('segment s "Title" when a', node(t.Segment, "s", "Title", A)),
    ("let x = a + b", node(t.Let, "x", arithmetic("+", A, B))),
    ("let `odd name` = a", node(t.Let, "odd name", A)),
    ("let points = a", node(t.Let, "points", A)),
    ("define f() = 1", node(t.Define, "f", (), number("1"))),
    ("define f(a number, b) = a / b", node(t.Define, "f", PARAMETERS, arithmetic("/", A, B))),
    ("assume a.b = false", node(t.Assume, (name("a.b"),), node(t.Flag, False), None)),
    ('assume a, b = 0 because "so"', node(t.Assume, (A, B), number("0"), "so")),
    ('problem "p" when a', node(t.Problem, "p", A)),
    ("output x = a", node(t.Output, "x", A, False)),
    ("output x = a / b shown as percent", node(t.Output, "x", arithmetic("/", A, B), True)),
    ('invariant "i" never a and b', node(t.Invariant, "i", False, logic("and", A, B))),
    ('invariant "i" always a', node(t.Invariant, "i", True, A)),
    ('accept RE404 for x because "so"', node(t.Accept, "RE404", "x", "so")),
]


@pytest.mark.parametrize(("written", "expected"), ITEMS)
def test_item(written: str, expected: t.Item) -> None:
    assert read_item(written) == expected


def band(found: t.Word, where: t.Interval | None = None, points: t.Expression | None = None) -> t.Band:
    """A band."""
    made: t.Band = node(t.Band, found, where, points)
    return made


def test_bands() -> None:
    written = (
        'bands rag {\n  green 75..100 points 87.5\n  "B+" 50..<75\n  `odd one` ..<50 points -5\n  f\n}\n'
    )
    assert read_item(written) == node(
        t.BandSet,
        "rag",
        None,
        (
            band(word("green"), interval("75", "100"), number("87.5")),
            band(word("B+", quoted=True), interval("50", "75", high_open=True)),
            band(
                word("odd one", quoted=True),
                interval(None, "50", high_open=True),
                node(t.Negative, number("5")),
            ),
            band(word("f")),
        ),
    )


@pytest.mark.parametrize(
    ("step", "expected"), [("", None), (" of whole numbers", "1"), (" of steps of 0.1", "0.1")]
)
def test_steps_of_bands(step: str, expected: str | None) -> None:
    assert read_item(f"bands b{step} {{ }}") == node(t.BandSet, "b", expected, ())


def row(cells: tuple[object, ...] | None, result: t.Expression, because: str | None = None) -> t.TableRow:
    """A row of a table."""
    made: t.TableRow = node(t.TableRow, cells, result, because)
    return made


def test_table() -> None:
    rows = ("in 20..39, true gives 8", 'any, >= c gives 0 because "so"', "otherwise gives c")
    written = "table f(a number, b) {\n  " + "\n  ".join(rows) + "\n}\n"
    assert read_item(written) == node(
        t.Table,
        "f",
        PARAMETERS,
        "first",
        (
            row((within(None, interval("20", "39")), node(t.Flag, True)), number("8")),
            row((node(t.AnyCell), compare(None, ">=", C)), number("0"), "so"),
            row(None, C),
        ),
    )


@pytest.mark.parametrize("policy", ["first", "one", "agreeing", "all"])
def test_hit_policies(policy: str) -> None:
    assert read_item(f"table f(a number, b) hits {policy} {{ any gives in 1..2 }}") == node(
        t.Table,
        "f",
        PARAMETERS,
        policy,
        (row((node(t.AnyCell),), within(None, interval("1", "2"))),),
    )


@pytest.mark.parametrize(
    "kind",
    [
        "number", "percent", "days", "months", "money", "count", "date", "timestamp", "text", "flag", "choice", "list",
        "record",
    ],
)  # fmt: skip
def test_parameter_types(kind: str) -> None:
    assert read_item(f"define f(a {kind}) = a") == node(t.Define, "f", (node(t.Parameter, "a", kind),), A)


def test_places_of_declared_names() -> None:
    header, let, segment = read_file("ruleset r 1.0.0 { }\n\nlet x = 1\n  segment s when a\n").items
    assert isinstance(header, t.Header)
    assert str(header.name_span) == "test.rules:1:9"
    assert isinstance(let, t.Let)
    assert (str(let.name_span), let.name_span.end - let.name_span.start) == ("test.rules:3:5", 1)
    assert isinstance(segment, t.Segment)
    assert str(segment.name_span) == "test.rules:4:11"
    assert str(segment.condition.span) == "test.rules:4:18"
