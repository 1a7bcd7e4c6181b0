"""Checklists and matrices: text → expected tree, and their look."""

from __future__ import annotations

import pytest

from ruleengine.syntax import tree as t
from tests.syntax.nodes import A, B, name, node, word
from tests.syntax.reading import block, formatted, read, read_item

EXPAND = node(t.CellUse, word("expand"))
LABEL = node(t.CellUse, word("Wait", quoted=True))
NOTHING = node(t.CellUse, None)


def said(text: str) -> t.TextWithValues:
    made: t.TextWithValues = node(t.TextWithValues, text, (node(t.Words, text),))
    return made


CRITERIA = [
    ('red leaves "They leave" when a', node(t.Criterion, "leaves", word("red"), "They leave", A, ())),
    ("red leaves when a", node(t.Criterion, "leaves", word("red"), None, A, ())),
    (
        '"B+" leaves when a unless x, `odd name`',
        node(t.Criterion, "leaves", word("B+", quoted=True), None, A, (word("x"), word("odd name", quoted=True))),
    ),
    ("red unless_it when a\n    unless x", node(t.Criterion, "unless_it", word("red"), None, A, (word("x"),))),
    ("red leaves\n    when a", node(t.Criterion, "leaves", word("red"), None, A, ())),
    ("bands rag", node(t.BandsUse, "rag")),
    ('description "d"', node(t.Property, "description", "d")),
    ('accept RE405 because "so"', node(t.Accept, "RE405", None, "so")),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), CRITERIA)
def test_statement_of_a_checklist(written: str, expected: t.ChecklistStatement) -> None:
    item = read_item(f"checklist c {{\n  {written}\n}}\n")
    assert item == node(t.Checklist, "c", None, (expected,))


STATEMENTS = [
    ("rows a", node(t.Axis, "rows", A, ())),
    ("columns a.b: x, \"y z\"", node(t.Axis, "columns", node(t.Member, A, "b"), (word("x"), word("y z", quoted=True)))),
    ("blocks a default b: x", node(t.Axis, "blocks", node(t.Default, (A, B)), (word("x"),))),
    ("rows segments: x, y", node(t.Axis, "rows", None, (word("x"), word("y")))),
    ("rows segments", node(t.Axis, "rows", name("segments"), ())),
    ('green gives expand, "Wait", na', node(t.MatrixRow, word("green"), (EXPAND, LABEL, NOTHING))),
    ("rows gives na", node(t.MatrixRow, word("rows"), (NOTHING,))),
    ("cell gives na", node(t.MatrixRow, word("cell"), (NOTHING,))),
    ("owner gives na", node(t.MatrixRow, word("owner"), (NOTHING,))),
    (
        "for x, y { green gives expand ; red gives na }",
        node(t.MatrixBlock, (word("x"), word("y")), (
            node(t.MatrixRow, word("green"), (EXPAND,)), node(t.MatrixRow, word("red"), (NOTHING,)),
        )),
    ),
    ("otherwise gives expand", node(t.MatrixOtherwise, EXPAND)),
    ("otherwise na", node(t.MatrixOtherwise, NOTHING)),
    ("cell expand", node(t.Cell, "expand", None, ())),
    ('cell expand "Now" { }', node(t.Cell, "expand", "Now", ())),
    (
        'cell expand { owner "us" ; text "all" ; field playbook "P" }',
        node(t.Cell, "expand", None, (
            node(t.CellText, "owner", said("us")), node(t.CellText, "text", said("all")), node(t.CellField, "playbook", said("P")),
        )),
    ),
    ('description "d"', node(t.Property, "description", "d")),
    ('accept RE401 because "so"', node(t.Accept, "RE401", None, "so")),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), STATEMENTS)
def test_statement_of_a_matrix(written: str, expected: t.MatrixStatement) -> None:
    assert read_item(f'matrix m "M" {{\n  {written}\n}}\n') == node(t.Matrix, "m", "M", (expected,))


LOOK = block(
    """
    checklist criteria "Triage criteria" {
      bands       rag
      description "Asked once a month"

      red    leaves  "They told us that they leave"      when triage.told_us_they_cancel
      red    far     "Two or more major releases behind" when triage.major_releases_behind >= 2
      yellow behind  "One major release behind"          when triage.major_releases_behind >= 1 unless far
      green  adopted "Healthy user adoption"             when triage.healthy_user_adoption  # ask the manager
    }

    matrix strategy "Which strategy to use" {
      description "What to do"
      rows    health
      columns growth_potential: high, medium, low
      blocks  segments: large, small

      for large {
        green  gives expand,    grow,           nurture
        yellow gives stabilize, "Only a label", na
        # an escalation
        red    gives stabilize, na,             na
      }
      for small { green gives nurture, nurture, nurture ; red gives na, na, na }
      otherwise gives nurture

      cell expand    "Expand now" { owner "Account executive" ; text "{account.name} can grow" }
      cell grow
      cell stabilize "Stabilize"  { field playbook "At-Risk" }
      cell nurture {
        owner "CSM"
        field visits "4"
      }
    }
    """
)


def test_the_look_is_a_fixed_point() -> None:
    assert formatted(LOOK) == LOOK


def test_the_look_comes_back_from_squeezed_text() -> None:
    lines = (" ".join(line.split()) for line in LOOK.splitlines())
    assert formatted("\n".join(lines)) == LOOK


def test_a_row_that_is_too_long_is_filled() -> None:
    label = '"' + "a long label " * 4 + '"'
    text = formatted(f"matrix m {{\n  green gives {label}, {label}, na\n}}\n")
    first, second = text.splitlines()[1:3]
    assert first == f"  green gives {label},"
    assert second == " " * len("  green gives ") + f"{label}, na"


@pytest.mark.parametrize(
    ("written", "help"),
    [
        ("matrix m {\n  green give a, b\n}", "did you mean `gives`?"),
        ("matrix m {\n  for x {\n    green gives a b\n  }\n}", "a statement ends at the end of its line or at `;`"),
        ("checklist c {\n  red a \"A\" wen b\n}", "did you mean `when`?"),
        ("checklis c {\n  red a when b\n}", "did you mean `checklist`?"),
    ],
)  # fmt: skip
def test_a_mistake_has_a_remedy(written: str, help: str) -> None:
    _, (report,) = read(f"ruleset r 1.0.0 {{ facts account 1 }}\n{written}\n")
    assert (report.code, report.help) == ("RE101", help)


def test_a_criterion_may_be_called_points() -> None:
    text = formatted("ruleset r 1.0.0 { facts account 1 }\nchecklist c {\n  red `points` when a\n}\n")
    assert "  red `points` when a\n" in text
    assert formatted(text) == text
