"""Look-ups of the checker: what a name stands for, how an expression is called, the first line of a place, and whole conditions."""

from __future__ import annotations

from collections import Counter

import pytest
from attrs import evolve

from ruleengine.checker.cells import Grid, Key
from ruleengine.checker.examined import Examined
from ruleengine.checker.index import Index
from ruleengine.checker.lints.domain import conditions
from ruleengine.checker.pieces import Test as Comparison
from ruleengine.compiler.compile import compile_ruleset
from ruleengine.source import Source, Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NUMBER
from ruleengine.workspace import Workspace
from tests.conformance.suite import SCHEMAS

HERE = Span("x", 0, 0, 1, 1)
RULES = """ruleset case 1.0.0 { facts case 1 }
bands rag { green 75..100 points 87.5 ; red 0..<75 points 25 }
let total = a + b
let again = total
let least = 5
segment large when a > 9
define doubled(x number) = x + x
measure m { value people + 4 ; rate { red when < 10 ; green otherwise } }
measure bare { rate { red when a < 10 ; green otherwise } }
scorecard s { m ; bare }
output one = again
output two = least
output three = m.value + doubled(3)
output five = (a > 5 or not b > 1) and (n in 1..2 or (if a = 3 then b = 4 else n in (1, 2)))
output six = count i in items where i.n > (if a = 6 then 1 else 2) and s is red
output four = a +
  b   *   n
"""


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> Examined:
    """The ruleset as lints see it."""
    path = tmp_path_factory.mktemp("index") / "1.0.0.rules"
    path.write_text(RULES, encoding="utf-8")
    compilation = compile_ruleset(path, Workspace(path.parent, SCHEMAS))
    assert compilation.tree is not None
    [root] = [module for module in compilation.modules if module.is_root]
    declarations = {symbol.name: symbol.node for symbol in root.symbols.values()}
    return Examined(root, Index(compilation.tree, compilation.sources, str(path), declarations), ())


@pytest.fixture
def index(examined: Examined) -> Index:
    return examined.index


def output(index: Index, name: str) -> e.Expression:
    """The value of an output."""
    [found] = [step.value for step in index.program.steps if isinstance(step, r.Output) and step.name == name]
    return found


def number(value: float, span: Span = HERE) -> e.Constant:
    return e.Constant(value, type=NUMBER, span=span)


def test_a_name_is_what_the_author_calls_it(index: Index) -> None:
    [measure] = [step for step in index.program.steps if isinstance(step, r.Measure) and step.name == "m"]
    condition = measure.rates[0].rows[0].condition
    assert isinstance(condition, e.Compare)
    [doubled] = [each for each in index.called.values() if isinstance(each, r.Definition)]
    assert isinstance(doubled.body, e.Call)
    nodes = [output(index, "one"), output(index, "two"), condition.left, doubled.body.arguments[0]]
    assert [index.text(node) for node in nodes] == ["again", "least", "value", "x"]
    assert index.text(output(index, "four")) == "a + b * n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a" * 59, "a" * 59), ("a" * 60, "a" * 60), ("a" * 61, "a" * 57 + "…"), ("a" * 90, "a" * 57 + "…"),
        ("a  +\n\t b", "a + b"), ("a" * 30 + " " * 9 + "a" * 29, "a" * 30 + " " + "a" * 29),
    ],
)  # fmt: skip
def test_an_expression_is_called_by_its_text_on_one_line(written: str, shown: str, index: Index) -> None:
    source = Source("x", f"so {written} on")
    index = evolve(index, sources={"x": source})
    node = number(1, source.span(3, 3 + len(written)))
    assert index.text(node) == shown
    assert index.text(evolve(node, span=evolve(node.span, path="elsewhere"))) == ""


@pytest.mark.parametrize(
    ("text", "start", "end", "first"),
    [
        ("a = 1", 0, 5, (0, 5)), ("a = 1", 2, 4, (2, 4)), ("a = 1\nb", 0, 7, (0, 5)), ("a = 1\nb\nc\n", 2, 10, (2, 5)),
        ("a = 1  \r\nb\nc", 2, 11, (2, 5)), ("a\nb", 2, 3, (2, 3)), ("a\nb\n", 0, 1, (0, 1)), ("a\nb\n", 2, 4, (2, 3)),
        ("\nb", 0, 2, (0, 0)),
    ],
)  # fmt: skip
def test_the_first_line_of_a_place(
    text: str, start: int, end: int, first: tuple[int, int], index: Index
) -> None:
    source = Source("x", text)
    place = source.span(start, end)
    index = evolve(index, sources={"x": source})
    assert index.first_line(place) == source.span(*first)
    away = evolve(place, path="elsewhere")
    assert index.first_line(away) == away


def test_a_name_stands_for_what_it_was_given(index: Index) -> None:
    named = output(index, "one")
    assert isinstance(index.resolve(named), e.Call)
    assert index.resolve(named) is index.lets["total"].value  # type: ignore[union-attr]  # a let, and no segment
    one = number(1)
    assert index.resolve(one) is index.constant(one) is one
    assert index.constant(None) is index.constant(named) is None
    least = index.constant(output(index, "two"))
    assert least is not None
    assert least.value == 5
    assert index.meaning("large") is not None
    assert index.meaning("nobody") is None
    assert index.meaning("bare.value") is None


def test_whole_conditions_and_those_of_choices_within_them(examined: Examined) -> None:
    """What is part of the logic of a condition is no condition by itself, but for a question after a band."""
    source = examined.index.sources[examined.index.path].text
    found = [source[each.span.start : each.span.end] for each in conditions(examined)]
    assert sorted(found) == sorted([
        "a > 9", "< 10", "a < 10", "(a > 5 or not b > 1) and (n in 1..2 or (if a = 3 then b = 4 else n in (1, 2)))", "a = 3", "b = 4",
        "n in (1, 2)", "i.n > (if a = 6 then 1 else 2) and s is red", "s is red", "a = 6",
    ])  # fmt: skip


def test_conditions_of_other_files_and_beside_faults_are_left_out(examined: Examined) -> None:
    every = list(conditions(examined))
    away = evolve(examined, index=evolve(examined.index, path="elsewhere"))
    assert list(conditions(away)) == []
    for found in every:
        beside = evolve(examined, faulty=(evolve(found.span, end=found.span.start + 1),))
        kept = [
            each.span
            for each in every
            if each.span.start > found.span.start or each.span.end <= found.span.start
        ]
        assert [each.span for each in conditions(beside)] == kept


def test_the_value_of_a_measure_is_what_it_stands_for(index: Index) -> None:
    three = output(index, "three")
    assert isinstance(three, e.Call)
    value = three.arguments[0]
    assert index.resolve(value) is index.measures["m"].value
    bare = e.Reference("measure", "bare", "value", type=NUMBER, span=HERE)
    nobody = e.Reference("measure", "nobody", "value", type=NUMBER, span=HERE)
    points = e.Reference("measure", "m", "points", type=NUMBER, span=HERE)
    card = e.Reference("card", "m", "value", type=NUMBER, span=HERE)
    assert [index.resolve(each) is each for each in (bare, nobody, points, card)] == [True] * 4


@pytest.mark.parametrize(
    ("constants", "spent", "looked_at"),
    [
        (125_000, 0, True), (125_001, 0, False), (125_000, 4_750_000, True), (125_000, 4_750_001, False), (2, 4_999_996, True),
        (2, 4_999_997, False),
    ],
)  # fmt: skip
def test_grids_end_where_they_take_too_long(
    constants: int, spent: int, looked_at: bool, index: Index
) -> None:
    """Two pieces, each compared with every constant: 250,000 comparisons of one grid, five millions of all."""
    index = evolve(index, spent=Counter(grids=spent))
    grid, node = Grid(index), number(1)
    test = Comparison("one of", (node,) * constants)
    grid.keys[0, False] = Key(node, node, opaque=True, tests=[test])
    assert grid._lay_out() is looked_at
    assert index.spent["grids"] - spent in (0, 2 * constants)
    assert (grid.size == 2) is looked_at
