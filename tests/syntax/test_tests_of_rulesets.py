"""Tests of rulesets: text → expected tree, and the one layout of their files."""

from __future__ import annotations

import pytest

from ruleengine.syntax import tree as t
from tests.syntax.nodes import A, B, compare, name, node, number, text, word
from tests.syntax.reading import block, formatted, read, read_item

RECORD = node(t.Record, (node(t.RecordField, "a", number("1")),))
STATEMENTS = [
    ("as of 2024-03-01", node(t.TestDay, node(t.Date, "2024-03-01"))),
    ("as  of day", node(t.TestDay, name("day"))),
    ('facts "a.json"', node(t.TestFacts, "a.json")),
    ('facts "a.json" id "x"', node(t.TestFacts, "a.json", text("x"))),
    ('facts "a.json" id 7', node(t.TestFacts, "a.json", number("7"))),
    ('facts "a.json" id account', node(t.TestFacts, "a.json", name("account"))),
    ("facts {a: 1}", node(t.TestFacts, None, None, RECORD)),
    ("facts {}", node(t.TestFacts, None, None, node(t.Record, ()))),
    ("with a = na", node(t.TestChange, A, node(t.NotAvailable, None, None))),
    ("with a.b = {a: 1}", node(t.TestChange, node(t.Member, A, "b"), RECORD)),
    ("with `odd key` = b", node(t.TestChange, name("odd key"), B)),
    ('previous "r.json" id "x"', node(t.TestPrevious, "r.json", text("x"))),
    ("previous {a: 1}", node(t.TestPrevious, None, None, RECORD)),
    (
        "previous as of 2024-02-01 {a: 1}",
        node(t.TestPrevious, None, None, RECORD, node(t.Date, "2024-02-01")),
    ),
    ("expect a = b", node(t.Expect, compare(A, "=", B))),
    ("expect a = b to within 2%", node(t.Expect, compare(A, "=", B), number("2", "%"))),
    ("expect previous a = b", node(t.Expect, compare(node(t.Previous, A), "=", B))),
    ("expect problem = a", node(t.Expect, compare(name("problem"), "=", A))),
    ('expect problem "x"', node(t.ExpectProblem, "x")),
    ("expect no problem", node(t.ExpectProblem, None, absent=True)),
    ('expect no  problem "x"', node(t.ExpectProblem, "x", absent=True)),
    (
        "cases a, b { 1, green ; na, 2 }",
        node(
            t.Cases,
            (word("a"), word("b")),
            (
                node(t.CaseRow, (number("1"), name("green"))),
                node(t.CaseRow, (node(t.NotAvailable, None, None), number("2"))),
            ),
        ),
    ),
    ("cases a { }", node(t.Cases, (word("a"),), ())),
]


@pytest.mark.parametrize(("statement", "tree"), STATEMENTS, ids=[statement for statement, _ in STATEMENTS])
def test_statements_of_tests(statement: str, tree: t.TestStatement) -> None:
    item = read_item(f'test "x" {{\n{statement}\n}}\n')
    assert item == node(t.Test, "x", (tree,))


@pytest.mark.parametrize("statement", [statement for statement, _ in STATEMENTS])
def test_statements_stay_what_they_are_when_formatted(statement: str) -> None:
    before = f'test "x" {{\n{statement}\n}}\n'
    after = formatted(before)
    assert read_item(after) == read_item(before)
    assert formatted(after) == after


def test_words_of_tests_are_free_elsewhere() -> None:
    read_item('problem "x" when cases = 1 and test.expect = id and with = no\n')


LOOK = block(
    """
    # What must stay as it is.
    test "one" {
      as of  2024-03-01
      facts  "examples/accounts.ndjson" id "ann"
      with   account.csm_priority = na  # nobody cares
      with   usage.instances = [{name: "main", type: "production"},
                                {name: "second", type: "production"}]
      previous as of 2024-02-01 {health: {band: green}}
      expect health.product.effective_weight = 90.909% to within 0.001%
      expect no problem
    }

    test "two" {
      as of  day
      facts  {
        id: "x",
        account: {size: "large"},
        # the last ones
        usage: {instances: []}
      }
      expect calls is expected
      cases  day,              expected {  # best first
             2024-01-26,       green
             as_of - 120 days, "B+"  # an odd one
             # the edge
             2024-01-25,       not_applicable
      }
    }

    test "three" {
      as of  2024-03-01
      facts  {}
      with   a = x
      expect a = 1
      cases  x { 1 ; 2 }
    }
    """
)


def test_the_look() -> None:
    assert formatted(LOOK) == LOOK


def test_the_look_from_another_layout() -> None:
    other = block(
        """
        # What must stay as it is.
        test "one" { as of 2024-03-01
          facts "examples/accounts.ndjson"   id "ann"
          with account.csm_priority=na # nobody cares
          with usage.instances=[{name:"main",type:"production"},
          {name: "second", type:"production"}]
          previous as of 2024-02-01 { health: {band:green} }
          expect health.product.effective_weight=90.909 % to within 0.001 %
          expect no  problem
        }
        test "two"   {
          as of day
          facts {
              id: "x",
            account: {size: "large"},
            # the last ones
            usage:{instances:[]} }
          expect calls is expected
          cases day, expected { # best first
            2024-01-26, green
            as_of-120 days,"B+" # an odd one
            # the edge
            2024-01-25, not_applicable
          }
        }
        test "three" {
          as of 2024-03-01
          facts {}; with a=x; expect a=1
          cases x {1;2}
        }
        """
    )
    assert formatted(other) == LOOK


def test_rows_that_are_too_wide_are_not_aligned() -> None:
    long = '"' + "x" * 95 + '"'
    text_of = f'test "x" {{\n  cases  a, b {{\n         {long}, 1\n         1, 22222\n  }}\n}}\n'
    assert formatted(text_of) == text_of


def test_a_row_goes_on_after_a_comma() -> None:
    item = read_item('test "x" {\n  cases a, b {\n    1,\n      2\n    3, 4\n  }\n}\n')
    assert isinstance(item, t.Test)
    (cases,) = item.statements
    assert isinstance(cases, t.Cases)
    assert [len(row.cells) for row in cases.rows] == [2, 2]


@pytest.mark.parametrize(
    ("text_of", "report"),
    [
        ("test {\n}\n", "1:6"),
        ('test "x" {\n  expects a\n}\n', "did you mean `expect`?"),
        ('test "x" {\n  with a is b\n}\n', "2:10"),
        ('test "x" {\n  cases { 1 }\n}\n', "2:9"),
        ('test "x"\n  as of 2024-03-01\n}\n', "RE102"),
        ('test "x" {\n  facts accounts.json\n}\n', "2:9"),
    ],
)
def test_faults_have_a_place(text_of: str, report: str) -> None:
    _, reports = read(text_of)
    assert len(reports) == 1, [str(each) for each in reports]
    assert report in str(reports[0])
