"""Properties of the formatter, for all trees and all ways to lay them out."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.format import format_file
from ruleengine.syntax.formatting.document import WIDTH
from ruleengine.syntax.parse import parse
from tests.properties import casebook_trees, layouts, matrix_trees, trees

FILES = trees.files | matrix_trees.files | casebook_trees.files
LIMITS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> tuple[t.File, Source]:
    """The tree of a text that must have no faults."""
    source = Source("formatted.rules", text)
    file, diagnostics = parse(source)
    assert [str(report) for report in diagnostics] == []
    return file, source


@LIMITS
@given(FILES)
def test_a_formatted_tree_reads_back_as_itself(file: t.File) -> None:
    text = format_file(file, trees.SOURCE)
    found, _ = read(text)
    assert found.items == file.items


@LIMITS
@given(FILES)
def test_formatting_twice_changes_nothing(file: t.File) -> None:
    text = format_file(file, trees.SOURCE)
    assert format_file(*read(text)) == text


@LIMITS
@given(FILES)
def test_a_long_line_cannot_be_broken(file: t.File) -> None:
    for line in format_file(file, trees.SOURCE).splitlines():
        if len(line) > WIDTH:
            assert layouts.places_for_line_ends(line.strip()) == []


@LIMITS
@given(FILES, layouts.chances())
def test_any_layout_reads_the_same_and_keeps_its_comments(file: t.File, chance: layouts.Chance) -> None:
    text, comments = layouts.relaid(format_file(file, trees.SOURCE), chance)
    scattered, source = read(text)
    assert scattered.items == file.items
    assert [comment.text for comment in scattered.comments] == comments
    formatted, formatted_source = read(format_file(scattered, source))
    assert formatted.items == file.items
    assert [comment.text for comment in formatted.comments] == comments
    assert format_file(formatted, formatted_source) == formatted_source.text
