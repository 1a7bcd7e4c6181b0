"""What is left of a file with faults: the items, their statements, and the names that a fault may have declared."""

from __future__ import annotations

import attrs
import pytest

from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.parse import parse_expression
from tests.syntax.reading import PATH, read


def outline(item: t.Node) -> str:
    """An item and its statements, by the names of their kinds."""
    statements = [type(each).__name__ for each in getattr(item, "statements", ())]
    return type(item).__name__ + (f"({' '.join(statements)})" if statements else "")


@pytest.mark.parametrize(
    ("text", "left", "damaged", "reports"),
    [
        ("let a = 1\nlet b = 2\n", "Let Let", "", ""),
        ("let a\nlet b = 2\n", "Let", "a", "1:5"),
        ("let b = 2\nlet a\n", "Let", "a", "2:5"),
        ("let ok = 1\nmeasre m {\n value a\n}\nlet also = 2\n", "Let Let", "m", "2:1"),
        ("measure m { value a } measure n { value b }\n", "", "m", "1:23"),
        # one statement is left out, wherever it stands
        ("measure m {\n  valu b\n  value a\n  missing as zero\n}\n", "Measure(Value Missing)", "b m valu", "2:3"),
        ("measure m {\n  value a\n  valu b\n  missing as zero\n}\n", "Measure(Value Missing)", "b m valu", "3:3"),
        ("measure m {\n  value a\n  missing as zero\n  valu b\n}\n", "Measure(Value Missing)", "b m valu", "4:3"),
        ("measure m { value a ; valu b ; missing as zero }\n", "Measure(Value Missing)", "b m valu", "1:23"),
        ("measure m { value a ; missing as zero ; valu b }\n", "Measure(Value Missing)", "b m valu", "1:41"),
        ("measure m { valu b ; value a }\n", "Measure(Value)", "b m valu", "1:13"),
        ("measure m { value a ; missing }\n", "Measure(Value)", "m", "1:29"),
        # two faults of one item
        (
            "measure m {\n  valu b\n  value a\n  mising as zero\n}\n",
            "Measure(Value)",
            "as b m mising valu zero",
            "2:3 4:3",
        ),
        ("scorecard s {\n  m wieght 3\n  n\n  round to x decimals\n}\n", "Scorecard(MemberLine)", "m s wieght", "2:5 4:12"),
        ("scorecard s {\n  group g { m wieght 3 ; n }\n}\n", "Scorecard(Group)", "g m s wieght", "2:15"),
        # a statement with brackets of its own
        ("measure m {\n  rate { red whn a ; green otherwise }\n  value a\n}\n", "Measure(Rate Value)", None, "2:14"),
        ("trigger t {\n  whn a\n  kind x\n}\n", "Trigger(TriggerWord)", None, "2:3"),
        # a word of the language gives no name
        ("measure m {\n  value a\n  fresh by\n}\n", "Measure(Value)", "m", "3:10"),
        # words in capital letters may be names in small ones
        ("scorecard s {\n  Mood weigth 3\n  n\n}\n", "Scorecard(MemberLine)", "Mood mood s weigth", "2:8"),
        # brackets that are not closed
        ("measure m {\n  value (\n  rate { red when a }\n}\nlet x = 1\n", "Let", "m", "2:9"),
        ("measure m {\n  value a\n", "Measure(Value)", None, "1:11"),
        ("measure m\n  value a\n}\nlet x = 1\n", "Let", "a m", "1:9"),
        # all words of an import or a checklist may be names
        ("import a 1.0 as b\nlet x = 1\n", "Let", "a as b import", "1:10"),
    ],
)  # fmt: skip
def test_what_is_left(text: str, left: str, damaged: str | None, reports: str) -> None:
    file, found = read(text)
    assert " ".join(map(outline, file.items)) == left
    if damaged is not None:
        assert " ".join(sorted(file.damaged)) == damaged
    assert " ".join(f"{each.span.line}:{each.span.column}" for each in found) == reports


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [("a >", "RE101", 3), ("a ≥ 5", "RE105", 3), ('"x', "RE104", 1), ("(a", "RE102", 1), ("a b", "RE101", 3), ("", "RE101", 1)],
)  # fmt: skip
def test_one_expression_with_a_fault(text: str, code: str, column: int) -> None:
    node, found = parse_expression(Source(PATH, text))
    assert node is None
    assert [(each.code, each.span.line, each.span.column) for each in found] == [(code, 1, column)]


@pytest.mark.parametrize(
    ("text", "code", "column", "width"),
    [
        ("a {} b", "RE101", 22, 2),
        ("a {  } b", "RE101", 22, 4),
        ("a {b +} c", "RE101", 25, 1),
        ("a {b c} d", "RE101", 25, 1),
    ],
)
def test_a_fault_between_the_braces_of_a_text(text: str, code: str, column: int, width: int) -> None:
    (report,) = read(f'template t {{ body "{text}" }}\n')[1]
    place = report.span
    assert (report.code, place.line, place.column, place.end - place.start) == (
        code,
        1,
        column,
        width,
    )


def test_faults_of_one_item_are_told_up_to_a_number() -> None:
    lines = "".join(f"  wrong{number} b\n" for number in range(40))
    found = read(f"measure m {{\n{lines}}}\nlet x\n")[1]
    told = [each.span.line for each in found]
    assert told == [*range(2, len(told) + 1), 43]
    assert attrs.asdict(found[-1].span)["column"] == 5
