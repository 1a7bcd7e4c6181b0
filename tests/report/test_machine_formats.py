"""Reports for machines: JSON, GitHub annotations, GitLab Code Quality."""

from __future__ import annotations

import json
import re

import pytest

from ruleengine.diagnostics import Diagnostic, Fix, Label, Severity
from ruleengine.report.diagnostics import FORMATS, github, gitlab
from ruleengine.report.diagnostics import json as json_format
from tests.report.places import RULES, source, span_of

TEXT = "let a = 1\nlet b = {\n  2 }\nlet b = 3\n"
SOURCE = source(TEXT)
SOURCES = {RULES: SOURCE}


def test_the_table_names_every_format() -> None:
    assert list(FORMATS) == ["text", "json", "sarif", "github", "gitlab"]


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "text"])
def test_machine_formats_keep_terminal_escapes_out(name: str) -> None:
    report = Diagnostic("RE201", SOURCE.span(0, 3), "\x1b[2J \u202e \x9b", help="\x07", note="\ud800")
    assert all(sign.isprintable() or sign == "\n" for sign in FORMATS[name]([report], SOURCES))


def test_json_says_everything() -> None:
    span = span_of(SOURCE, "{\n  2 }")
    report = Diagnostic(
        "RE202", span, "twice", note="note", help="help", labels=(Label(span_of(SOURCE, "a"), "first"),),
        fix=Fix(span_of(SOURCE, "b"), "c"), pointer="/x/0",
    )  # fmt: skip
    assert json.loads(json_format.render([report], SOURCES)) == [
        {
            "code": "RE202", "severity": "error",
            "path": RULES, "line": 2, "column": 9, "end_line": 3, "end_column": 6,
            "message": "twice", "note": "note", "help": "help",
            "labels": [
                {"path": RULES, "line": 1, "column": 5, "end_line": 1, "end_column": 6, "text": "first"}
            ],
            "fix": {
                "path": RULES, "line": 2, "column": 5, "end_line": 2, "end_column": 6, "replacement": "c"
            },
            "pointer": "/x/0",
        }
    ]  # fmt: skip
    assert json_format.render([], {}) == "[]\n"


def test_json_without_the_source_takes_the_place_for_one_line() -> None:
    (found,) = json.loads(json_format.render([Diagnostic("RE201", SOURCE.span(4, 7), "x")], {}))
    assert (found["line"], found["column"], found["end_line"], found["end_column"]) == (1, 5, 1, 8)
    assert found["fix"] is None
    assert found["pointer"] is None


def test_github_annotations_escape_what_would_end_them() -> None:
    odd = source("x, y\n", "./a,b:c%.rules")
    report = Diagnostic(
        "RE201", odd.span(0, 1), "100% of\n`x`", note="see: a, b", help="write %25", pointer="/p"
    )
    assert github.render([report], {odd.path: odd}) == (
        "::error file=a%2Cb%3Ac%25.rules,line=1,col=1,endColumn=2,title=RE201%3A unknown name"
        "::100%25 of\\x0a`x`%0Aat /p%0Asee: a, b%0Awrite %2525\n"
    )


def test_github_gives_columns_only_within_a_line_and_its_own_severities() -> None:
    over_lines = Diagnostic("RE405", span_of(SOURCE, "{\n  2 }"), "w")
    note = Diagnostic("RE404", SOURCE.span(4, 4), "n", severity=Severity.NOTE)
    assert github.render([over_lines, note], SOURCES) == (
        f"::warning file={RULES},line=2,endLine=3,title=RE405%3A a measure is in no scorecard::w\n"
        f"::notice file={RULES},line=1,col=5,endColumn=6,title=RE404%3A never used::n\n"
    )


def test_gitlab_entries_have_what_gitlab_reads() -> None:
    reports = [
        Diagnostic("RE202", span_of(SOURCE, "{\n  2 }"), "twice", help="rename it"),
        Diagnostic("RE404", SOURCE.span(0, 3), "unused"),
        Diagnostic("RE404", SOURCE.span(0, 3), "told", severity=Severity.NOTE),
    ]
    found = json.loads(gitlab.render(reports, SOURCES))
    assert [entry["severity"] for entry in found] == ["major", "minor", "info"]
    assert [entry["check_name"] for entry in found] == ["RE202", "RE404", "RE404"]
    assert found[0]["description"] == "twice (rename it)"
    assert found[0]["location"] == {"path": RULES, "lines": {"begin": 2, "end": 3}}
    assert all(re.fullmatch("[0-9a-f]{64}", entry["fingerprint"]) for entry in found)


def prints(text: str, *places: tuple[str, str]) -> list[str]:
    """The GitLab fingerprints of faults, each given by its message and the text it stands at."""
    found = source(text)
    reports = [Diagnostic("RE404", span_of(found, part), message) for message, part in places]
    return [entry["fingerprint"] for entry in json.loads(gitlab.render(reports, {RULES: found}))]


def test_a_fingerprint_survives_edits_elsewhere_and_new_indentation() -> None:
    before = prints("let a = 1\nlet b = 2\n", ("`b` is unused", "b"))
    assert prints("# new\n\nlet a = 1\n\n  let b  = 2\n", ("`b` is unused", "b")) == before
    assert prints("let a = 1\nlet b = 3\n", ("`b` is unused", "b")) != before
    assert prints("let a = 1\nlet b = 2\n", ("`b` is wrong", "b")) != before


def test_equal_faults_have_different_fingerprints() -> None:
    first, second = prints("let a = 1\n", ("same", "a"), ("same", "a"))
    assert first != second
    assert prints("let a = 1\n", ("same", "a")) == [first]
