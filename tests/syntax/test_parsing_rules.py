"""Where statements end, where they go on, which words are free, and what a file may be made of."""

from __future__ import annotations

import pytest

from ruleengine.syntax import tree as t
from tests.syntax.nodes import A, B, C, arithmetic, compare, logic, name, node, number, word
from tests.syntax.reading import read, read_expression, read_file, read_item, read_measure

GIVEN = node(t.RateAsGiven)


def statements(inside: str) -> tuple[t.MeasureStatement, ...]:
    """The statements of a measure."""
    item = read_item(f"measure m {{{inside}}}")
    assert isinstance(item, t.Measure)
    return item.statements


def value(expression: t.Expression) -> t.Value:
    """A value statement."""
    found: t.Value = node(t.Value, expression, False)
    return found


def lets(text: str) -> list[t.Expression]:
    """The values of a file of lets."""
    return [item.value for item in read_file(text).items if isinstance(item, t.Let)]


# ── Where a statement ends ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "inside",
    [
        "\nvalue a\nrate as given\n",
        "value a\nrate as given",
        "value a;rate as given",
        "value a ; rate as given ;",
        "\n;value a;\n;rate as given;;\n",
        "\n\n  value a   \n\n\n  rate as given\n\n",
        "\nvalue a # ; comment\n# rate {\nrate as given # }\n",
        "\r\nvalue a\r\nrate as given\r\n",
        "\tvalue a\n\trate as given",
    ],
)
def test_a_statement_ends_at_a_line_end_a_semicolon_or_a_brace(inside: str) -> None:
    assert statements(inside) == (value(A), GIVEN)


def test_items_end_at_line_ends_and_semicolons() -> None:
    assert lets("let x = a\nlet y = b") == [A, B]
    assert lets("let x = a ; let y = b") == [A, B]
    assert lets("let x = a\n\n\n  let y = b\n") == [A, B]


# ── Where a statement goes on ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("(\na\n)", A),
        ("(\n\n# comment\n a + b # comment\n)", arithmetic("+", A, B)),
        ("(a\n- b)", arithmetic("-", A, B)),
        ("f(a,\nb\n,\nc)", node(t.Call, "f", (A, B, C))),
        ("[a,\n b,\n c\n]", node(t.ListLiteral, (A, B, C))),
        ("{\nx: a,\ny: b\n}", node(t.Record, (node(t.RecordField, "x", A), node(t.RecordField, "y", B)))),
        ("a\nand b", logic("and", A, B)),
        ("a # comment\n\n  # comment\n  and b", logic("and", A, B)),
        ("a\n or b\n or c", logic("or", A, B, C)),
        ("a\ndefault b", node(t.Default, (A, B))),
        ("if a\nthen b\nelse c", node(t.If, (node(t.Branch, A, B),), C)),
        (
            "if a then b\nelse if c then b\nelse a",
            node(t.If, (node(t.Branch, A, B), node(t.Branch, C, B)), A),
        ),
        ("any x in a\nwhere b", node(t.Query, "any", "x", A, B)),
        ("latest x in a\nwhere b\nby c", node(t.Query, "latest", "x", A, B, C)),
        ("a\n+ b", arithmetic("+", A, B)),
        ("a\n* b\n/ c", arithmetic("*/", A, B, C)),
        ("a +\n    b", arithmetic("+", A, B)),
        ("a and\n    b", logic("and", A, B)),
        ("a -\n    b", arithmetic("-", A, B)),
        ("a <=\n    b", compare(A, "<=", B)),
    ],
)
def test_an_expression_goes_on(written: str, expected: t.Expression) -> None:
    assert lets(f"let x = {written}\nlet y = 1\n") == [expected, number("1")]
    assert statements(f"\nvalue {written}\nrate as given\n") == (value(expected), GIVEN)


def test_a_value_may_stand_on_the_line_after_the_equals_sign() -> None:
    assert lets("let x =\n  a\nlet y = b") == [A, B]


def test_an_operator_at_the_end_of_a_line_needs_an_indented_line_after_it() -> None:
    """So a forgotten operand is reported where it is missing, and not one line later."""
    _, diagnostics = read("let x = a +\nlet y = b\nmeasure m {\n  value a <=\n  rate as given\n}\n")
    assert [(report.code, report.span.line) for report in diagnostics] == [("RE101", 1), ("RE101", 4)]


def test_because_never_always_except_and_at_the_margin_when_go_on() -> None:
    limit = node(t.Limit, "override", word("red"), None, A, "so")
    assert statements('\noverride red when a\n  because "so"\nrate as given\n') == (limit, GIVEN)
    everyone = node(t.AppliesTo, True, (word("x"), word("y")))
    assert statements("\napplies to all\n except x,\n y\nrate as given\n") == (everyone, GIVEN)
    text = 'invariant "i"\n  never a\ninvariant "j"\n  always b\nproblem "p"\n  when c\nsegment s\n  when a\n'
    assert read_file(text).items == (
        node(t.Invariant, "i", False, A),
        node(t.Invariant, "j", True, B),
        node(t.Problem, "p", C),
        node(t.Segment, "s", None, A),
    )


def test_a_line_that_begins_with_minus_is_new() -> None:
    assert read_item("table f(a) {\n  a gives b\n  -1 gives c\n}") == node(
        t.Table,
        "f",
        (node(t.Parameter, "a", None),),
        "first",
        (
            node(t.TableRow, (A,), B, None),
            node(t.TableRow, (node(t.Negative, number("1")),), C, None),
        ),
    )
    _, diagnostics = read("measure m {\n  value a\n  - b\n  rate as given\n}")
    assert [(report.code, report.span.line) for report in diagnostics] == [("RE101", 3)]


def test_in_a_block_a_line_does_not_go_on_with_when() -> None:
    _, diagnostics = read("measure m {\n  rate {\n    red\n    when a\n  }\n}")
    assert [(report.code, report.span.line) for report in diagnostics] == [("RE101", 3), ("RE101", 4)]


# ── Which words are free ─────────────────────────────────────────────────────────────

WORDS = (
    "and or not in is was if then else default contains within where by for true false na as_of because when"
    " otherwise gives never always except value type date kind weight count list any all rate points measure let"
)


@pytest.mark.parametrize("free", WORDS.split())
def test_after_a_dot_every_word_is_free(free: str) -> None:
    assert read_expression(f"a.{free}.{free}") == name(f"a.{free}.{free}")
    assert lets(f"let x = a.{free}\nlet y = a.{free} + 1\n") == [
        name(f"a.{free}"),
        arithmetic("+", name(f"a.{free}"), number("1")),
    ]


@pytest.mark.parametrize("free", WORDS.split())
def test_in_backticks_every_word_is_a_name(free: str) -> None:
    assert read_expression(f"`{free}` + facts.{free}") == arithmetic("+", name(free), name(f"facts.{free}"))


@pytest.mark.parametrize(
    "free", ["value", "rate", "points", "measure", "band", "score", "date", "number", "group", "title", "missing"]
)  # fmt: skip
def test_words_of_statements_are_free_as_names(free: str) -> None:
    assert lets(f"let {free} = {free}.{free} + f({free})") == [
        arithmetic("+", name(f"{free}.{free}"), node(t.Call, "f", (name(free),)))
    ]


def test_words_end_where_they_end() -> None:
    """`a orb` is not `a or b`, `nota` is a name, and `whenever` does not begin with `when`."""
    _, diagnostics = read("let x = a orb\n")
    assert len(diagnostics) == 1
    assert lets("let x = nota\nlet y = order\nlet z = iso\n") == [name("nota"), name("order"), name("iso")]
    assert read_measure("value whenever") == value(name("whenever"))


# ── Intervals ────────────────────────────────────────────────────────────────────────


def test_an_open_interval_at_the_end_of_a_line_ends_the_statement() -> None:
    interval = node(t.Interval, number("5"), None, False, False)
    assert statements("\nvalue a in 5..\nrate as given\n") == (value(node(t.In, A, interval)), GIVEN)


# ── Files ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["", "\n\n", "   ", "\ufeff", ";", "# only a comment", "# one\n\n  # two\n"])
def test_a_file_may_hold_nothing(text: str) -> None:
    assert read_file(text).items == ()


def test_line_ends_and_byte_order_marks_do_not_matter() -> None:
    text = 'ruleset r 1.0.0 {\n  title "a"\n}\n\nlet x = a # c\n  and b\n'
    expected = read_file(text)
    for variant in (text.replace("\n", "\r\n"), "\ufeff" + text, text.rstrip("\n")):
        assert read_file(variant) == expected
    crlf = read_file(text.replace("\n", "\r\n"))
    assert [str(item.span) for item in crlf.items] == ["test.rules:1:1", "test.rules:5:1"]
    assert [comment.text for comment in crlf.comments] == ["# c"]


def test_comments_have_their_text_and_place() -> None:
    text = '# one\nlet x = a # two "\n  #three \nlet y = "# none" + `# none`#four'
    comments = read_file(text).comments
    assert [(comment.text, comment.alone) for comment in comments] == [
        ("# one", True),
        ('# two "', False),
        ("#three", True),
        ("#four", False),
    ]
    assert [(comment.span.line, comment.span.column) for comment in comments] == [
        (1, 1),
        (2, 11),
        (3, 3),
        (4, 28),
    ]
