"""Where a span begins and ends, in lines and columns.

In: a span and the sources. Out: a `Region`. Lines and columns count from 1, columns count characters, and
the end is the place just after the last character.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from attrs import frozen

from ruleengine.source import Source, Span


@frozen(slots=True)
class Region:
    """From `line:column` up to, not including, `end_line:end_column`."""

    line: int
    column: int
    end_line: int
    end_column: int


def region(span: Span, sources: Mapping[str, Source]) -> Region:
    """The region of `span`; where its source is not known, all of it is taken to stand on one line."""
    source = sources.get(span.path)
    length = max(0, span.end - span.start)
    if source is None:
        return Region(span.line, span.column, span.line, span.column + length)
    end = source.span(max(span.start, min(span.end, len(source.text))), span.end)
    return Region(span.line, span.column, end.line, end.column)


def source_line(span: Span, sources: Mapping[str, Source]) -> str:
    """The text of the line on which `span` begins; empty when it is not known."""
    source = sources.get(span.path)
    return source.line(span.line) if source is not None else ""


def relative_path(path: str) -> str:
    """`path` with slashes and without a leading `./`, as services expect it that know the repository."""
    slashed = path.replace("\\", "/")
    while slashed.startswith("./"):
        slashed = slashed[2:]
    return slashed


def uri(path: str) -> str:
    """`path` as a URI reference: relative where it is relative, `file:///…` where it is absolute."""
    slashed = relative_path(path)
    if slashed.startswith("/"):
        return "file://" + quote(slashed, errors="replace")
    if slashed[1:3] == ":/":  # a drive letter
        return "file:///" + slashed[:2] + quote(slashed[2:], errors="replace")
    return quote(slashed, errors="replace")
