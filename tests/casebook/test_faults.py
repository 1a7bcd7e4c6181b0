"""Test files that cannot be run: each fault is told once, where it stands."""

from __future__ import annotations

import pytest

from ruleengine.casebook.reading import open_casebook
from tests.casebook.books import RULES, Project

COMPLETE = 'as of 2024-03-01\n  facts "ann.json"\n  expect big'


@pytest.mark.parametrize(
    ("text", "reports"),
    [
        ('test "x" {\n  facts "ann.json"\n  expect big\n}\n', ["1:1 RE111 this test does not say on which day it is"]),
        ('test "x" {\n  as of 2024-03-01\n  expect big\n}\n', ["1:1 RE111 this test has no facts"]),
        ('test "x" {\n  as of 2024-03-01\n  facts "ann.json"\n}\n', ["1:1 RE111 this test expects nothing"]),
        (
            f'test "x" {{\n  {COMPLETE}\n  as of 2024-03-02\n  facts {{}}\n}}\n',
            ["5:3 RE110 `as of` appears twice in this test", "6:3 RE110 `facts` appears twice in this test"],
        ),
        (
            f'test "x" {{\n  {COMPLETE}\n}}\ntest "x" {{\n  {COMPLETE}\n}}\n',
            ['6:1 RE202 another test is called "x", in line 1'],
        ),
        (f'test "" {{\n  {COMPLETE}\n}}\n', ["1:1 RE111 this test has no title"]),
        (f'test " " {{\n  {COMPLETE}\n}}\ntest "" {{\n  {COMPLETE}\n}}\n', ["1:1 RE111 this test has", "6:1 RE111 this test has"]),
        ("# nothing\n", ["1:1 RE111 this file holds no test"]),
        (f'test "x" {{\n  {COMPLETE}\n}}\nlet y = 1\n', ["6:1 RE112 a test file holds tests and nothing else"]),
        (f'test "x" {{\n  {COMPLETE}\n  as of 2024-03-01T10:00\n}}\n', ["5:9 RE108", "5:3 RE110"]),
        (f'test "x" {{\n  {COMPLETE}\n  expct big\n}}\n', ["5:3 RE101 unexpected `expct`"]),
        ('test "x" {\n  as off 2024-03-01\n  facts "ann.json"\n  expect big\n}\n', ["2:3 RE101"]),
        ('test "x"\n  as of 2024-03-01\n}\n', ["RE102"]),
    ],
)  # fmt: skip
def test_each_fault_is_told_once(project: Project, text: str, reports: list[str]) -> None:
    found = project.reports(text)
    assert len(found) == len(reports), found
    for expected in reports:
        assert any(expected in each for each in found), found
    assert project.book(text).cases == ()


def test_a_test_file_needs_the_ruleset_beside_it(project: Project) -> None:
    path = project.write("rulesets/demo/2.0.0.test.rules", f'test "x" {{\n  {COMPLETE}\n}}\n')
    book = open_casebook(path, project.workspace)
    assert [(each.code, each.message) for each in book.diagnostics] == [
        ("RE211", "there is no ruleset `2.0.0.rules` beside this test file")
    ]
    assert book.broken


def test_a_file_that_is_no_text_is_reported(project: Project) -> None:
    path = project.write("rulesets/demo/1.0.0.test.rules", "")
    path.write_bytes(b"\xff\xfe")
    assert [each.code for each in open_casebook(path, project.workspace).diagnostics] == ["RE107"]
    path.unlink()
    assert [each.code for each in open_casebook(path, project.workspace).diagnostics] == ["RE107"]


def test_the_errors_of_the_ruleset_are_told_and_its_warnings_are_not(project: Project) -> None:
    project.write("rulesets/demo/1.0.0.rules", RULES.replace("value    seats", "value    seets"))
    (report,) = project.book(project.one_test("expect big")).diagnostics
    assert report.code in ("RE201", "RE203")
    assert report.span.path.endswith("/1.0.0.rules")
    project.write("rulesets/demo/1.0.0.rules", RULES + "\nlet unused = 1 / 0\n")
    assert project.book(project.one_test("expect big")).diagnostics == ()


def test_one_faulty_test_keeps_the_whole_file_from_running(project: Project) -> None:
    book = project.book(project.one_test("expect big") + 'test "two" {\n as of 2024-03-01\n facts {}\n}\n')
    assert book.broken
    assert book.program is None
    assert book.cases == ()
