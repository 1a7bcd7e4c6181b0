"""Where conditions hold, cell by cell; the arithmetic of cells against counting; and what an expression rests on."""

from __future__ import annotations

import re
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleengine.checker.cells import Grid, Key
from ruleengine.checker.dependencies import Dependencies
from ruleengine.checker.index import Index
from ruleengine.checker.pieces import Line, Piece
from ruleengine.compiler.compile import compile_ruleset
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FLAG, NUMBER
from ruleengine.workspace import Workspace
from tests.conformance.suite import SCHEMAS

DECLARED = """ruleset case 1.0.0 { facts case 1 }
bands rag { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }
let big = a > 5
let bigger = big and yes
let least = 5
let x = a
let newest = latest i in items by i.day
let oldest = earliest i in items by i.day
segment large "Large" when n > 90
table graded(v number) { < 3 gives 1 ; otherwise gives 4 }
define longer(v number) = v + b
measure m { value people + 4 ; rate { red when < 10 ; green otherwise } }
scorecard s { bands rag ; m }
matrix q "Q" {
  rows m
  columns tier
  green gives keep, see, see
  yellow gives keep, see, see
  red gives keep, see, act
  cell keep "Keep"
  cell see "See"
  cell act "Act"
}
"""
#: A condition, in which cells it surely holds, and in which it surely does not: the pieces of each key, in the order of the text.
CONDITIONS = {
    "a > 5": ("6", "5 4"),
    "a >= 5": ("5 6", "4"),
    "a < 5": ("4", "5 6"),
    "a <= 5": ("5 4", "6"),
    "a = 5": ("5", "6 4"),
    "a != 5": ("6 4", "5"),
    "5 > a": ("4", "5 6"),
    "5 >= a": ("5 4", "6"),
    "5 < a": ("6", "5 4"),
    "5 <= a": ("5 6", "4"),
    "5 = a": ("5", "6 4"),
    "5 != a": ("6 4", "5"),
    "a > least": ("6", "5 4"),
    "x > 5": ("6", "5 4"),
    "big": ("6", "5 4"),
    "a in 1..5": ("1 3 5", "6 0"),
    "a in >1..<5": ("3", "1 5 6 0"),
    "a in (1, 5)": ("1 5", "3 6 0"),
    "n in 10..20": ("10 15 20", "0 5 60 100"),
    "not a > 5": ("5 4", "6"),
    "not (not a > 5)": ("6", "5 4"),
    "a > 5 or a < 5": ("6 4", "5"),
    "a > 5 and a < 5": ("", "5 6 4"),
    "a > 1 and a < 9 and a != 5": ("3 7", "1 5 9 10 0"),
    "a < 1 or a = 5 or a > 9": ("5 10 0", "1 3 7 9"),
    "not (a < 1 or a = 5)": ("1 3 6", "5 0"),
    "yes": ("true", "false"),
    "not yes": ("false", "true"),
    "yes = true": ("true", "false"),
    "yes and also": ("true,true", "false,false true,false false,true"),
    "yes or also": ("true,false false,true true,true", "false,false"),
    "yes and a > 5": ("true,6", "false,5 true,5 false,6 false,4 true,4"),
    "bigger": ("6,true", "5,false 6,false 4,false 5,true 4,true"),
    "big and x < 6 and a > 4": ("5.5", "6 5 4.5 4 7 3"),
    'tier = "gold"': ('"gold"', '"silver"'),
    'tier in ("gold", "bronze")': ('"gold" "bronze"', '"silver"'),
    'word = "x"': ('"x"', '"something_else"'),
    'word != "x"': ('"something_else"', '"x"'),
    "q is act": ("act", "keep see"),
    "m is red": ("red", "green yellow"),
    "m is in (green, red)": ("green red", "yellow"),
    "s is red or m is red": ("green,red yellow,red red,green red,yellow red,red", "green,green green,yellow yellow,green yellow,yellow"),
    # what cannot be looked into may hold or not
    'word contains "x"': ("", ""),
    'word contains "x" and a > 5': ("", "5 4"),
    'word contains "x" or a > 5': ("6", ""),
    'not (word contains "x" and a > 5)': ("5 4", ""),
    "a > b": ("", ""),
    "a in b..5": ("", ""),
    "a in (b, 5)": ("", ""),
    "moment > 2024-01-01": ("", ""),
    "day > 2024-01-01T10:00:00Z": ("", ""),
    "day in 2024-01-01T10:00:00Z..2024-02-01": ("", ""),
    "day in ..2024-02-01T10:00:00Z": ("", ""),
    "day in (2024-02-01, 2024-02-01T10:00:00Z)": ("", ""),
    # constants
    "true or a > 5": ("5 6 4", ""),
    "false or a > 5": ("6", "5 4"),
    "true and a > 5": ("6", "5 4"),
}  # fmt: skip
#: What an expression rests on.
RESTS_ON = {
    "a": "a",
    "a + n": "a n",
    "3": "",
    "as_of": "as_of",
    "days since day": "day",
    "nested.a": "nested.a",
    "x": "a",
    "if bigger then 1 else 0": "a yes",
    "if large then 1 else 0": "n",
    "if yes then a else n": "a n yes",
    "a default b": "a b",
    "count i in items": "items",
    "count i in items where i.n > a": "a items variable i.*.n",
    "newest.n": "items.*.n",
    "(newest default oldest).n": "items.*.n",
    "(if yes then newest else oldest).n": "items.*.n",
    "graded(a)": "a",
    "longer(n)": "b n",
    "m.value": "people",
    "if m is red then 1 else 0": "people",
    "if s is red then 1 else 0": "people",
    "s.score": "people",
    "if q is act then 1 else 0": "people tier",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """One ruleset with all of them as outputs."""
    path = tmp_path_factory.mktemp("cells") / "1.0.0.rules"
    texts = [*CONDITIONS, *RESTS_ON]
    path.write_text(
        DECLARED + "".join(f"output o{number} = {text}\n" for number, text in enumerate(texts)),
        encoding="utf-8",
    )
    compilation = compile_ruleset(path, Workspace(path.parent, SCHEMAS))
    assert compilation.tree is not None
    return Index(compilation.tree, compilation.sources, "x", {})


@pytest.fixture(scope="module")
def written(index: Index) -> dict[str, e.Expression]:
    outputs = [step.value for step in index.program.steps if isinstance(step, r.Output)]
    return dict(zip([*CONDITIONS, *RESTS_ON], outputs, strict=True))


def shown(grid: Grid, mask: int) -> set[str]:
    """Cells, each by the pieces of its keys."""
    keys = list(grid.keys.values())
    return {
        ",".join(key.pieces[key.place(1 << cell)].written.replace(" ", "_") for key in keys)
        for cell in range(grid.size)
        if mask >> cell & 1
    }


@pytest.mark.parametrize("text", CONDITIONS)
def test_where_a_condition_holds(text: str, index: Index, written: dict[str, e.Expression]) -> None:
    grid = Grid.over([written[text], None], index)
    assert grid is not None
    yes, no = grid.truth(written[text])
    expected = tuple(set(each.split()) for each in CONDITIONS[text])
    assert (shown(grid, yes), shown(grid, no)) == expected
    assert (yes & no, yes | no | grid.everything) == (0, (1 << grid.size) - 1)
    assert grid.may(written[text]) == grid.everything & ~no
    assert grid.truth(None) == (grid.everything, 0)
    assert grid.has_unknown == (grid.everything != yes | no)


def test_a_part_that_cannot_be_looked_into_can_be_a_key_of_its_own(
    index: Index, written: dict[str, e.Expression]
) -> None:
    conditions = [written['word contains "x"'], written["a > b"]]
    grid = Grid.over(conditions, index, split_opaque=True)
    assert grid is not None
    assert shown(grid, grid.truth(conditions[0])[0]) == {"true,false", "true,true"}
    assert shown(grid, grid.truth(conditions[1])[1]) == {"false,false", "true,false"}
    assert [key.opaque for key in grid.keys.values()] == [True, True]


def test_bounds_can_be_left_out(index: Index, written: dict[str, e.Expression]) -> None:
    grid = Grid.over([written["n in 10..20"]], index, bounded=False)
    assert grid is not None
    assert shown(grid, grid.everything) == {"10", "15", "20", "21", "9"}


def test_the_keys_of_a_condition(index: Index, written: dict[str, e.Expression]) -> None:
    whole = [written["bigger"], written["yes or also"]]
    grid = Grid.over(whole, index)
    assert grid is not None
    names = {id(key): index.text(key.shown) for key in grid.keys.values()}
    assert {names[found] for found in grid.keys_in(whole[0])} == {"a", "yes"}
    assert {names[found] for found in grid.keys_in(whole[1])} == {"yes", "also"}
    assert grid.keys_in(None) == set()


# ── the arithmetic of cells ─────────────────────────────────────────────────────────────────────────────────────────


def made(sizes: list[int]) -> Grid:
    """A grid of keys with so many pieces each; the last piece of each is the lowest."""
    grid, size = Grid(cast(Index, None)), 1
    for number, count in enumerate(sizes):
        values = [*map(float, range(1, count)), 0.0]
        node = e.Constant(float(number), type=NUMBER, span=Span("x", 0, 0, 1, 1))
        found = tuple(Piece(value, str(value)) for value in values)
        grid.keys[number, False] = Key(node, node, pieces=found, line=Line.of(found), stride=size)
        size *= count
    grid.size, grid.everything = size, (1 << size) - 1
    return grid


SIZES = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@given(SIZES, st.data())
def test_cells_are_counted_by_the_places_of_their_pieces(sizes: list[int], data: st.DataObject) -> None:
    grid = made(sizes)
    number = data.draw(st.integers(0, len(sizes) - 1))
    key, count = grid.keys[number, False], sizes[number]
    mask = data.draw(st.integers(0, grid.everything))
    start = data.draw(st.integers(0, count - 1))
    end = data.draw(st.integers(start + 1, count))
    cell = data.draw(st.integers(0, grid.size - 1))

    def place(each: int) -> int:
        stride = 1
        for size in sizes[:number]:
            stride *= size
        return each // stride % count

    assert key.place(1 << cell) == place(cell)
    assert grid.cells(key, start, end) == sum(
        1 << each for each in range(grid.size) if start <= place(each) < end
    )
    fitting = {place(each) for each in range(grid.size) if mask >> each & 1}
    assert grid.projected(mask, key) == sum(1 << each * key.stride for each in fitting)
    rising = {(each + 1) % count for each in fitting} if count > 1 else fitting
    assert grid.ascending(grid.projected(mask, key), key) == sum(1 << each * key.stride for each in rising)
    assert grid.same_but(1 << cell, key) == sum(
        1 << cell + (other - place(cell)) * key.stride for other in range(count)
    )


def test_grids_have_a_largest_size(index: Index) -> None:
    flags = [e.Variable(f"v{number}", type=FLAG, span=Span("x", 0, 0, 1, 1)) for number in range(17)]
    assert Grid.over(flags, index) is None
    largest = Grid.over(flags[:16], index)
    assert largest is not None
    assert largest.size == 65536


# ── what expressions rest on ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", RESTS_ON)
def test_what_an_expression_rests_on(text: str, index: Index, written: dict[str, e.Expression]) -> None:
    paths = {re.sub(r"_\d+", "", ".".join(path)) for path in Dependencies(index).of(written[text])}
    assert sorted(paths) == sorted(re.findall(r"variable \S+|\S+", RESTS_ON[text]))


@pytest.mark.parametrize(
    ("one", "other", "independent"),
    [
        ("a", "nested.a", True),
        ("a", "a + n", False),
        ("x", "a", False),
        ("longer(n)", "a", True),
        ("longer(n)", "a default b", False),
        ("count i in items", "newest.n", False),
        ("newest.n", "a", True),
        ("3", "a", True),
    ],
)
def test_two_expressions_are_independent_when_neither_rests_on_a_part_of_the_other(
    one: str, other: str, independent: bool, index: Index, written: dict[str, e.Expression]
) -> None:
    dependencies = Dependencies(index)
    assert dependencies.independent(written[one], written[other]) is independent
    assert dependencies.independent(written[other], written[one]) is independent
