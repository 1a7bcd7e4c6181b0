"""Small parts that all readers of the evaluation tree share: edges, magnitudes, whole numbers, walking, quoting, needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.edges import adjusted, high_edge, low_edge
from ruleengine.tree.magnitude import KnownMagnitudes, grows, magnitude, overflows
from ruleengine.tree.needs import Needs, given_by
from ruleengine.tree.pointers import escape, pointer_of
from ruleengine.tree.source_text import SourceText
from ruleengine.tree.walk import walk
from ruleengine.tree.whole import DECIMAL, WHOLE, Shape, Wholeness, field_is_whole, shape_of_field
from ruleengine.values import COUNT, DATE, DAYS, FLAG, NUMBER, TEXT, Field, Kind, Type

PLACE = Span("a.rules", 0, 1, 1, 1)
NUMBERS = Type(Kind.LIST, element=NUMBER)


def number(value: float | str | bool) -> e.Constant:
    return e.Constant(value, type=NUMBER, span=PLACE)


def variable(name: str, kind: Type = NUMBER) -> e.Variable:
    return e.Variable(name, type=kind, span=PLACE)


def fact(name: str = "n", integer: bool = True, assumed: e.Expression | None = None) -> e.Fact:
    return e.Fact((name,), Field(name, NUMBER, integer=integer), assumed, type=NUMBER, span=PLACE)


def call(function: str, *arguments: e.Expression, options: tuple[str | int, ...] = ()) -> e.Call:
    return e.Call(function, arguments, options, type=NUMBER, span=PLACE)


TRUE = e.Constant(True, type=FLAG, span=PLACE)
DAY = e.AsOf(type=DATE, span=PLACE)
SINCE = e.Elapsed("days", "since", DAY, type=DAYS, span=PLACE)
COUNTED = e.CountTrue((TRUE,), type=COUNT, span=PLACE)


# ── edges ──


@pytest.mark.parametrize(
    ("operator", "expected"), [("<", 5 - 1e-10), (">=", 5 - 1e-10), ("<=", 5 + 1e-10), (">", 5 + 1e-10)]
)
def test_what_is_equal_to_an_edge_is_on_its_side(operator: str, expected: float) -> None:
    assert adjusted(operator, 5.0) == expected


def test_ends_of_bands() -> None:
    assert (low_edge(None, True), high_edge(None, False)) == (-math.inf, math.inf)
    assert (low_edge(50.0, False), high_edge(50.0, False)) == (50 - 1e-10, 50 + 1e-10)
    assert low_edge(50.0, True) == math.nextafter(50 + 1e-10, math.inf)
    assert high_edge(50.0, True) == math.nextafter(50 - 1e-10, -math.inf)
    assert low_edge(0.0, False) == -1e-10  # an end at zero is an end


# ── magnitudes: so many digits a number has at most ──

KNOWN = {"small": 2.0, "large": 280.0, "largest": 290.0}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (number(999.0), 3.0), (number(-999), 3.0), (number(0), 0.0), (number("text"), 0.0), (fact(), 15.0), (variable("small"), 2.0),
        (variable("unknown"), 160.0), (SINCE, 8.0), (COUNTED, 8.0), (e.Not(TRUE, type=FLAG, span=PLACE), 160.0),
        (call("abs", number(9)), 160.0), (call("+", variable("small"), fact()), 16.0), (call("-", fact(), variable("small")), 16.0),
        (call("*", variable("small"), fact()), 17.0), (call("/", variable("small"), variable("largest")), 12.0),
        (call("+", variable("largest"), number(9)), 290.0), (call("*", variable("large"), number(9_999_999_999)), 290.0),
        (call("*", variable("large"), fact()), 290.0), (call("/", variable("largest"), number(9)), 290.0),
        (e.Attribute(variable("i"), "n", None, type=NUMBER, span=PLACE), 15.0),
    ],
)  # fmt: skip
def test_magnitudes(node: e.Expression, expected: float) -> None:
    remembering = KnownMagnitudes()
    remembering.update(KNOWN)
    assert magnitude(node, KNOWN) == pytest.approx(expected)
    for _ in range(2):
        assert magnitude(node, remembering) == pytest.approx(expected)


def test_what_could_be_too_large_for_a_number() -> None:
    assert not overflows(call("*", variable("large"), number(9_999_999_999 - 1)), KNOWN)
    assert overflows(call("*", variable("large"), fact()), KNOWN)
    assert not overflows(call("/", variable("large"), fact()), KNOWN)
    assert overflows(call("/", variable("largest"), fact()), KNOWN)
    assert not grows(call("+", variable("large"), fact()), KNOWN)
    assert grows(call("+", fact(), variable("largest")), KNOWN)
    assert grows(call("-", variable("largest"), fact()), KNOWN)


# ── whole numbers ──


def program(
    *steps: r.Step, definitions: Sequence[r.Definition] = (), tables: Sequence[r.Table] = ()
) -> r.Program:
    return r.Program(
        "p", "1.0.0", "", "", "", "", "", None, None, "UTC", 1, ("id",), (), tuple(definitions), tuple(tables), (), steps,
    )  # fmt: skip


def let(name: str, value: e.Expression) -> r.Let:
    return r.Let(name, name, value, span=PLACE)


def query(kind: str, source: e.Expression, projection: e.Expression | None = None) -> e.Query:
    return e.Query(kind, "q", source, None, None, projection, None, type=NUMBER, span=PLACE)


def of_series(kind: str, values: e.Expression) -> e.OfSeries:
    return e.OfSeries(kind, values, None, None, None, type=NUMBER, span=PLACE)


WHOLES = e.ListOf((number(1), number(2)), type=NUMBERS, span=PLACE)
MIXED = e.ListOf((number(1), number(2.5)), type=NUMBERS, span=PLACE)
RECORD = e.RecordOf(("a", "b"), (number(1), number(1.5)), type=Type(Kind.RECORD), span=PLACE)
ITEM = variable("q")
NOT_THERE = e.NotAvailable("missing", "", type=NUMBER, span=PLACE)
CHOSEN = (e.Branch(TRUE, number(1)),)


def attribute(name: str, base: e.Expression = RECORD, field: Field | None = None) -> e.Attribute:
    return e.Attribute(base, name, field, type=NUMBER, span=PLACE)


def choose(otherwise: e.Expression, branches: tuple[e.Branch, ...] = CHOSEN) -> e.Choose:
    return e.Choose(branches, otherwise, type=NUMBER, span=PLACE)


def total(several: e.Expression) -> e.Call:
    return call("sum", attrs.evolve(several, type=NUMBERS))


def asked(kind: str, name: str, part: str) -> e.Reference:
    return e.Reference(kind, name, part, type=NUMBER, span=PLACE)


def said(kind: str, name: str, part: str) -> e.Said:
    return e.Said(kind, name, part, type=NUMBER, span=PLACE)


def default(*operands: e.Expression) -> e.Default:
    return e.Default(operands, type=NUMBER, span=PLACE)


W, D = number(7), number(7.5)


@pytest.mark.parametrize(
    ("node", "whole"),
    [
        (W, True), (D, False), (number(7.0), False), (NOT_THERE, True), (SINCE, True), (COUNTED, True), (fact(), True),
        (fact(integer=False), False), (fact(assumed=W), True), (fact(assumed=D), False), (fact(integer=False, assumed=W), False),
        (attribute("a"), True), (attribute("b"), False), (attribute("b", field=Field("b", NUMBER, integer=True)), True),
        (attribute("a", field=Field("a", NUMBER)), False), (variable("whole"), True), (variable("decimal"), False),
        (variable("nobody"), False), (variable("chain"), True), (default(W, W), True), (default(W, D), False), (default(D, W), False),
        (choose(W), True), (choose(D), False), (choose(W, (e.Branch(TRUE, D),)), False), (choose(NOT_THERE), True),
        (call("+", W, W), True), (call("+", W, D), False), (call("-", D, W), False), (call("*", W, W), True), (call("/", W, W), False),
        (call("negative", W), True), (call("abs", D), False), (call("sqrt", W), False), (call("length", D), True), (call("year", D), True),
        (call("count", MIXED), True), (call("max", W, D), False), (call("min", WHOLES), True), (call("sum", MIXED), False),
        (call("mean", WHOLES), False), (call("round", D, options=(0,)), True), (call("round", D, options=(1,)), False),
        (call("round", W, options=(1,)), True), (call("floor", D), False), (call("floor", D, options=(0,)), True), (call("floor", W), True),
        (query("count", MIXED), True), (query("latest", WHOLES), True), (query("latest", MIXED), False), (query("first", MIXED), False),
        (query("earliest", WHOLES), True), (query("sum_of", WHOLES, ITEM), True), (query("sum_of", MIXED, ITEM), False),
        (query("sum_of", MIXED, W), True), (query("mean_of", WHOLES, ITEM), False), (query("max_of", WHOLES), False),
        (total(query("top", WHOLES)), True), (total(query("list", MIXED)), False), (total(query("bottom", WHOLES)), True),
        (total(query("list_of", MIXED, W)), True), (total(query("series_of", WHOLES, D)), False),
        (of_series("value", WHOLES), True), (of_series("value", MIXED), False), (of_series("change", WHOLES), True),
        (of_series("growth", WHOLES), False), (of_series("consecutive decreases", MIXED), True), (of_series("sum", MIXED), False),
        (of_series("months without change", MIXED), True), (of_series("mean", WHOLES), False), (of_series("max", WHOLES), True),
        (asked("measure", "m", "value"), True), (asked("measure", "m", "points"), False),
        (asked("card", "m", "value"), False), (asked("measure", "n", "value"), False),
        (variable("inner"), True), (said("trigger", "t", "due"), True),
        (said("trigger", "t", "share"), False), (said("trigger", "t", "many"), True),
        (said("template", "t", "due"), False), (e.Not(TRUE, type=FLAG, span=PLACE), False),
    ],
)  # fmt: skip
def test_which_numbers_are_whole(node: e.Expression, whole: bool) -> None:
    assert Wholeness(NAMED).of(node) is whole


def measure(name: str, value: e.Expression | None, *lets: r.Let) -> r.Measure:
    return r.Measure(
        name, name, "", lets, (), value, False, None, (), False, "", False, (), None, None, "", span=PLACE
    )


TRIGGER = r.Trigger(
    "t", "t", "", (), "", "", None, None, fact(),
    (r.TriggerField("share", number(0.5), None), r.TriggerField("many", W, None)), "", span=PLACE,
)  # fmt: skip
NAMED = program(
    let("whole", W), let("decimal", D), let("chain", call("+", variable("whole"), fact())),
    measure("m", variable("inner"), let("inner", W)), measure("n", D), measure("none", None), TRIGGER,
)  # fmt: skip


def called(key: str, *arguments: e.Expression) -> e.CallDefinition:
    return e.CallDefinition(key, arguments, type=NUMBER, span=PLACE)


def defined(key: str, body: e.Expression, *parameters: str) -> r.Definition:
    return r.Definition(key, key, parameters, body, span=PLACE)


def decided(key: str, hits: str, *results: e.Expression) -> r.Table:
    rows = tuple(r.TableRow(None, result, None, span=PLACE) for result in results)
    return r.Table(key, key, ("p",), (NUMBER,), hits, rows, NUMBER, span=PLACE)


DEFINED = program(
    definitions=[
        defined("twice", call("+", variable("p"), variable("p")), "p"), defined("half", call("/", variable("p"), number(2)), "p"),
        defined("field", attribute("a", variable("p")), "p"), defined("total", call("sum", variable("ps", NUMBERS)), "ps"),
        defined("both", e.ListOf((variable("p"), variable("o")), type=NUMBERS, span=PLACE), "p", "o"),
        defined("outer", called("twice", variable("p")), "p"),
    ],
    tables=[decided("first", "first", W, variable("p")), decided("all", "all", W, D), decided("every", "all", W)],
)  # fmt: skip


@pytest.mark.parametrize(
    ("node", "whole"),
    [
        (called("twice", W), True), (called("twice", D), False), (called("half", W), False), (called("outer", W), True),
        (called("outer", D), False), (called("field", RECORD), True),
        (called("field", e.RecordOf(("a",), (D,), type=Type(Kind.RECORD), span=PLACE)), False), (called("total", WHOLES), True),
        (called("total", MIXED), False), (total(called("both", W, W)), True), (total(called("both", W, D)), False),
        (called("first", W), True), (called("first", D), False), (query("first", called("all", W)), False),
        (query("first", called("every", D)), True), (called("nobody", W), False),
    ],
)  # fmt: skip
def test_what_definitions_give_for_arguments(node: e.Expression, whole: bool) -> None:
    reader = Wholeness(DEFINED)
    assert reader.of(node) is whole
    assert reader.of(called("twice", W)) is True  # what one call was given is no matter for the next


def test_what_a_schema_declares_as_whole() -> None:
    assert field_is_whole(Field("a", NUMBER, integer=True))
    assert not field_is_whole(Field("a", NUMBER))
    assert not field_is_whole(Field("a", NUMBER, integer=True, scale=0.01))
    assert not field_is_whole(Field("a", TEXT, integer=True))
    assert shape_of_field(Field("a", NUMBER, integer=True)) is WHOLE
    assert shape_of_field(Field("a", NUMBER)) is DECIMAL
    assert shape_of_field(Field("a", TEXT)) is WHOLE
    assert shape_of_field(Field("a", NUMBERS, integer=True)).of_element() is DECIMAL
    assert shape_of_field(Field("a", Type(Kind.LIST))) is WHOLE
    given = Shape(given=frozenset({("p",)}))
    assert not given.whole
    assert given.of_field("a").given == {("p", "a")}
    assert WHOLE.of_field("a") is WHOLE


# ── walking, pointers, quoting ──


def test_walking_goes_from_left_to_right_and_into_everything() -> None:
    found = [node for node in walk(call("+", call("-", W, D), choose(fact()))) if not isinstance(node, Field)]
    assert [type(node).__name__ for node in found] == [
        "Call", "Call", "Constant", "Constant", "Choose", "Branch", "Constant", "Constant", "Fact",
    ]  # fmt: skip
    assert found[2:4] == [W, D]
    assert list(walk((W, D))) == [W, D]
    assert list(walk("text")) == []


def test_pointers() -> None:
    assert (escape("a/b~c"), escape("plain")) == ("a~1b~0c", "plain")
    nested = e.Fact(("a/b", "c"), Field("c", NUMBER), type=NUMBER, span=PLACE)
    assert pointer_of((W, nested, fact())) == "/a~1b/c"
    assert pointer_of((W, D)) == pointer_of(()) == ""


def test_the_words_of_a_place(tmp_path: Path) -> None:
    file = tmp_path / "a.rules"
    file.write_text("\ufefflet a =  1\nlet b\t= 22\n", encoding="utf-8")
    text = SourceText()
    assert text.of(Span(str(file), 0, 10, 1, 1)) == "let a = 1"
    assert text.of(Span(str(file), 17, 23, 2, 5)) == "b = 22"
    assert text.of(Span(str(file), 17, 18, 2, 5)) == "b"
    assert text.of(Span(str(file), 90, 91, 3, 1)) == ""
    assert text.of(Span(str(file), 90, 91, 9, 1)) == "line 9"
    file.unlink()
    assert text.of(Span(str(file), 0, 5, 1, 1)) == "let a"  # read once
    assert text.of(Span(str(tmp_path / "none"), 0, 5, 2, 1)) == "line 2"
    assert SourceText({"x": ["abc"]}).of(Span("x", 1, 3, 1, 2)) == "bc"


# ── what has to be computed ──


def member(name: str, weight: float) -> r.Member:
    return r.Member("measure", name, name, "", weight, False, span=PLACE)


def block(
    *children: r.Member | r.Block, formula: e.Expression | None = None, columns: tuple[r.Column, ...] = ()
) -> r.Block:
    return r.Block(
        "b", "b", "", "", 1.0, children, columns, "weighted mean", None, formula, None, (), None, span=PLACE
    )


def test_members_without_weight_make_no_difference_to_scores() -> None:
    scores, whole = Needs((), reasons=False), Needs(())
    none, one = member("a", 0), member("b", 1)
    assert scores.ignores(none, block(none, one))
    assert not scores.ignores(one, block(none, one))
    assert not scores.ignores(none, block(none, member("c", 0)))  # all have the same weight: none
    assert not scores.ignores(none, block(none, one, formula=W))
    assert not scores.ignores(none, block(none, one, columns=(r.Column(TRUE, (1.0, 1.0), span=PLACE),)))
    assert not scores.ignores(block(one), block(none, one))
    assert not whole.ignores(none, block(none, one))


def test_names_that_steps_give() -> None:
    output = r.Output("o", "o", W, False, span=PLACE)
    check = r.Check("never", "", TRUE, span=PLACE)
    segment = r.Segment("s", "s", None, TRUE, span=PLACE)
    assert [list(given_by(step)) for step in (let("a", W), segment, output, check, TRIGGER)] == [
        ["a"], ["s"], ["output o"], [], ["t"],
    ]  # fmt: skip
    assert list(given_by(measure("m", W, let("m inner", W)))) == ["m", "m inner", "m.value"]
