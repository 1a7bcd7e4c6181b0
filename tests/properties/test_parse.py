"""Properties of the parser, for all trees that can be written and all texts whatever."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.format import format_file
from ruleengine.syntax.parse import parse
from tests.properties import layouts, trees

LIMITS = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PIECES = (
    "measure", "m", "{", "}", "(", ")", "[", "]", "\n", ";", "let", "=", "a", "and", "or", "when", "rate", "red",
    "..", "5", "10%", '"', "`", "#", ",", ".", "-", "+", "<", "if", "then", "in", "any", "x", "gives", "\\", "\r",
    "é", "\x00", "ruleset", "1.0.0", "scorecard", "2024-13-01", "group", "@", "otherwise", "na", "not", "where",
    "by", "\ufeff",
)  # fmt: skip


def children(node: t.Node) -> Iterator[t.Node]:
    """The nodes in the fields of a node."""
    for attribute in type(node).__attrs_attrs__:
        yield from _nodes(getattr(node, attribute.name))


def _nodes(value: Any) -> Iterator[t.Node]:
    if isinstance(value, t.Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)


def check_nesting(node: t.Node, text: str) -> None:
    """Spans lie inside those of the nodes around them, hold something, and begin and end with no blank."""
    part = text[node.span.start : node.span.end]
    assert part == part.strip()
    assert part
    for child in children(node):
        assert node.span.start <= child.span.start < child.span.end <= node.span.end
        check_nesting(child, text)


@LIMITS
@given(trees.files, layouts.chances())
def test_spans_nest_and_items_follow_one_another(file: t.File, chance: layouts.Chance) -> None:
    text, _ = layouts.relaid(format_file(file, trees.SOURCE), chance)
    found, _ = parse(Source("x", text))
    for item in found.items:
        check_nesting(item, text)
    for before, after in pairwise(found.items):
        assert before.span.end <= after.span.start
    for comment in found.comments:
        assert text[comment.span.start : comment.span.end].rstrip() == comment.text


@LIMITS
@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join) | st.text(max_size=60))
def test_whatever_the_text_there_are_reports_and_no_crash(text: str) -> None:
    source = Source("x", text)
    file, diagnostics = parse(source)
    for report in diagnostics:
        assert 0 <= report.span.start <= report.span.end <= len(text)
        assert report.span == source.span(report.span.start, report.span.end)
        assert report.message
    if file.damaged:
        assert diagnostics
