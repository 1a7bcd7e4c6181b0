"""What is said of texts that cannot be read: the code, the place and its length, the words, and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.syntax.reading import read

#: A text, and what is said of it: code, line, column and length, message, and help.
CASES: dict[str, list[str]] = json.loads(Path(__file__).with_name("said.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", CASES)
def test_what_is_said(text: str) -> None:
    found = read(f"{text}\n")[1]
    assert [
        f"{each.code} {each.span.line}:{each.span.column}+{each.span.end - each.span.start} {each.message}"
        + (f" | {each.help}" if each.help else "")
        for each in found
    ] == CASES[text]


@pytest.mark.parametrize("text", CASES)
def test_the_same_is_said_further_down(text: str) -> None:
    above = read(f"{text}\n")[1]
    below = read(f"let z = 1\n\n# a comment\n{text}\n")[1]
    assert [(each.code, each.span.line + 3, each.span.column, each.message, each.help) for each in above] == [
        (each.code, each.span.line, each.span.column, each.message, each.help) for each in below
    ]


@pytest.mark.parametrize(
    ("depth", "start", "end", "message"),
    [
        (101, "(", ")", "brackets are nested more than 100 deep"),
        (33, "(0 < 1 + 2 * min(1, if a > 1 then -(1 + 1) else (", ")))", "this is nested too deeply"),
        (100, "(", ")", ""),
    ],
)
def test_what_is_nested_too_deeply_is_said_once_for_each_statement(
    depth: int, start: str, end: str, message: str
) -> None:
    deep = f"= {start * depth}a{end * depth}\n"
    found = read(f"output o {deep}output p = 1\noutput q {deep}")[1]
    expected = [("RE106", line, message, "name a part of it with `let`") for line in (1, 3)]
    assert [(each.code, each.span.line, each.message, each.help) for each in found] == (
        expected if message else []
    )


@pytest.mark.parametrize(("count", "reports"), [(99, 99), (100, 100), (101, 100), (150, 100)])
@pytest.mark.parametrize("fault", ['output o = "x', "output o = a)"])
def test_of_faults_of_signs_no_more_than_a_hundred_are_told(fault: str, count: int, reports: int) -> None:
    assert len(read(f"{fault}\n" * count)[1]) == reports
