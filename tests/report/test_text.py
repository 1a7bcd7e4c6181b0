"""Reports as text: the exact look, and that nothing from a user's file reaches the terminal unseen."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ruleengine.diagnostics import Diagnostic, Fix, Label
from ruleengine.report.diagnostics.text import render, summary
from tests.report.places import RULES, source, span_of

LINE = "  rate when account.csm_prioritty = 1 { green when <= 35 days ; red otherwise }"


def block(text: str) -> str:
    """An indented block as it is meant, without the line ends around it."""
    lines = text.strip("\n").split("\n")
    return "".join(line.removeprefix("        ") + "\n" for line in lines[:-1])


def test_one_report_has_its_line_its_caret_and_its_remedy() -> None:
    rules = source("\n" * 40 + LINE + "\n")
    report = Diagnostic(
        "RE203",
        span_of(rules, "account.csm_prioritty"),
        "unknown field `account.csm_prioritty`",
        note="the schema `account 1` has no such field",
        help="did you mean `account.csm_priority`?",
    )
    assert render([report], {RULES: rules}) == block(
        """
        error[RE203]: unknown field `account.csm_prioritty`
          --> rulesets/health/2.0.0.rules:41:13
           |
        41 |   rate when account.csm_prioritty = 1 { green when <= 35 days ; red otherwise }
           |             ^^^^^^^^^^^^^^^^^^^^^ the schema `account 1` has no such field
           = help: did you mean `account.csm_priority`?
        """
    )


def test_labels_stand_under_their_lines_and_gaps_are_marked() -> None:
    rules = source("bands rag {\n  red\n}\n\n\nbands rag {\n}\n")
    second = rules.text.rindex("rag")
    report = Diagnostic(
        "RE202",
        rules.span(second, second + 3),
        "`rag` is declared twice",
        labels=(
            Label(span_of(rules, "rag"), "first here"),
            Label(rules.span(second - 6, second - 1), "as bands"),
        ),
    )
    assert render([report], {RULES: rules}) == block(
        """
        error[RE202]: `rag` is declared twice
         --> rulesets/health/2.0.0.rules:6:7
          |
        1 | bands rag {
          |       --- first here
        ...
        6 | bands rag {
          |       ^^^
          | ----- as bands
        """
    )


def test_a_label_in_another_file_names_that_file() -> None:
    rules, schema = source("x = 1\n"), source('{"a": 2}\n', "schemas/a.json")
    report = Diagnostic(
        "RE304", span_of(rules, "x"), "no such word", labels=(Label(span_of(schema, '"a"'), "declared here"),)
    )
    assert render([report], {RULES: rules, "schemas/a.json": schema}) == block(
        """
        error[RE304]: no such word
         --> rulesets/health/2.0.0.rules:1:1
          |
        1 | x = 1
          | ^
         ::: schemas/a.json:1:2
          |
        1 | {"a": 2}
          |  --- declared here
        """
    )


@pytest.mark.parametrize(
    ("line", "part", "shown", "caret"),
    [
        ("\tlet x = y", "x", "    let x = y", "        ^"),
        ('title "健康" x', "x", 'title "健康" x', "             ^"),
        ('title "健康" x', "健康", 'title "健康" x', "       ^^^^"),
        ("cafe\u0301 x", "x", "cafe\u0301 x", "     ^"),
        ("a\x1b[31m x", "x", "a\\x1b[31m x", "          ^"),
        ("a\u202ex", "x", "a\\u202ex", "       ^"),
        ("a\rb x", "x", "a\\x0db x", "       ^"),
    ],
)
def test_the_caret_stands_under_the_place(line: str, part: str, shown: str, caret: str) -> None:
    rules = source(line + "\n")
    lines = render([Diagnostic("RE101", span_of(rules, part), "fault")], {RULES: rules}).splitlines()
    assert lines[3] == f"1 | {shown}"
    assert lines[4] == f"  | {caret}"


def test_an_empty_span_at_the_end_of_a_line_has_a_caret_behind_it() -> None:
    rules = source("let x =\n")
    assert render([Diagnostic("RE101", rules.span(7, 7), "too early")], {RULES: rules}).endswith(
        "1 | let x =\n  |        ^\n"
    )


def test_a_span_over_several_lines_is_marked_to_the_end_of_its_first_line() -> None:
    rules = source("measure m {\n  value a\n}\n")
    lines = render([Diagnostic("RE405", rules.span(0, 23), "unused")], {RULES: rules}).splitlines()
    assert lines[3:] == ["1 | measure m {", "  | ^^^^^^^^^^^"]


def test_a_very_long_line_is_cut_around_the_place() -> None:
    facts = source("a" * 5000 + "HERE" + "b" * 5000, "facts.ndjson")
    lines = render(
        [Diagnostic("RE504", span_of(facts, "HERE"), "wrong")], {"facts.ndjson": facts}
    ).splitlines()
    assert len(lines[3]) <= 170
    assert lines[3].startswith("1 | …aaaa")
    assert lines[3].endswith("bbb…")
    caret = lines[4].index("^")
    assert lines[3][caret : caret + 4] == "HERE"
    assert lines[4].count("^") == 4


def test_without_its_source_a_report_still_says_everything() -> None:
    place = source("abc\n", "gone.rules").span(1, 2)
    report = Diagnostic(
        "RE514", place, "cannot be read", note="no such file", help="check the path",
        labels=(Label(place, "named here"),), pointer="/a/b",
    )  # fmt: skip
    assert render([report], {}) == block(
        """
        error[RE514]: cannot be read
         --> gone.rules:1:2
          = at: /a/b
          = note: no such file
          = note: named here
          = help: check the path
        """
    )


def test_a_fix_is_told_where_there_is_no_help() -> None:
    rules = source("a\n")
    span = rules.span(0, 1)
    report = Diagnostic("RE101", span, "fault", fix=Fix(span, "b"))
    assert "  = help: write `b`\n" in render([report], {RULES: rules})


def test_words_from_a_user_are_shown_escaped_everywhere() -> None:
    rules = source("x\n", "a\x1b]0;b\x07.rules")
    span = rules.span(0, 1)
    report = Diagnostic(
        "RE201", span, "unknown `\x1b[2J`", note="\u2066n\n", help="\x9bh", labels=(Label(span, "\ud800l"),),
        pointer="/\u2028p",
    )  # fmt: skip
    text = render([report], {rules.path: rules})
    for shown in (
        "\\x1b[2J",
        "a\\x1b]0;b\\x07.rules:1:1",
        "\\u2066n\\x0a",
        "\\x9bh",
        "\\ud800l",
        "/\\u2028p",
    ):
        assert shown in text
    assert all(sign.isprintable() or sign == "\n" for sign in text)


def test_colour_only_when_asked_for() -> None:
    rules = source("x\n")
    reports = [Diagnostic("RE201", rules.span(0, 1), "unknown", help="help")] * 2
    plain, coloured = render(reports, {RULES: rules}), render(reports, {RULES: rules}, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror[RE201]\x1b[0m" in coloured
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[1;31m", "\x1b[1;34m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain


def test_reports_are_separated_by_an_empty_line_and_none_gives_nothing() -> None:
    rules = source("x\n")
    report = Diagnostic("RE404", rules.span(0, 1), "unused")
    assert render([report, report], {RULES: rules}).count("\n\nwarning[RE404]") == 1
    assert render([], {}) == ""


def test_summary_counts_by_severity() -> None:
    span = source("x\n").span(0, 1)
    reports = [Diagnostic(code, span, "") for code in ("RE201", "RE201", "RE404")]
    assert summary(reports) == "2 errors, 1 warning"
    assert summary([]) == ""


def test_the_text_needs_neither_rich_nor_click() -> None:
    program = "import sys, ruleengine.report.diagnostics; print({'rich', 'click'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
