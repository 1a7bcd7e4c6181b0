"""Reading texts in tests: files without faults, single items, single statements and single expressions."""

from __future__ import annotations

from textwrap import dedent

from ruleengine.diagnostics import Diagnostic
from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.format import format_file
from ruleengine.syntax.parse import parse, parse_expression

PATH = "test.rules"


def block(text: str) -> str:
    """An indented block as it is meant, without its first line end."""
    return dedent(text.removeprefix("\n"))


def read(text: str) -> tuple[t.File, list[Diagnostic]]:
    """The tree and the reports of a text."""
    return parse(Source(PATH, text))


def read_file(text: str) -> t.File:
    """The tree of a text that must have no faults."""
    file, diagnostics = read(text)
    assert [str(report) for report in diagnostics] == []
    return file


def read_item(text: str) -> t.Item:
    """The only item of a text."""
    (item,) = read_file(text).items
    return item


def read_measure(statement: str) -> t.MeasureStatement:
    """A statement of a measure."""
    item = read_item(f"measure m {{\n{statement}\n}}\n")
    assert isinstance(item, t.Measure)
    (found,) = item.statements
    return found


def read_card(statement: str) -> t.CardStatement:
    """A statement of a scorecard."""
    item = read_item(f"scorecard c {{\n{statement}\n}}\n")
    assert isinstance(item, t.Scorecard)
    (found,) = item.statements
    return found


def read_header(statement: str) -> t.HeaderStatement:
    """A statement of the header."""
    item = read_item(f"ruleset r 1.0.0 {{\n{statement}\n}}\n")
    assert isinstance(item, t.Header)
    (found,) = item.statements
    return found


def read_expression(text: str) -> t.Expression:
    """An expression that must have no faults."""
    node, diagnostics = parse_expression(Source(PATH, text))
    assert [str(report) for report in diagnostics] == []
    assert node is not None
    return node


def formatted(text: str) -> str:
    """A text in the one layout."""
    source = Source(PATH, text)
    file, diagnostics = parse(source)
    assert [str(report) for report in diagnostics] == []
    return format_file(file, source)
