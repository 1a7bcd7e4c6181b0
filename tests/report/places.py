"""Sources and spans for the tests of reports."""

from __future__ import annotations

from ruleengine.source import Source, Span

RULES = "rulesets/health/2.0.0.rules"


def source(text: str, path: str = RULES) -> Source:
    """A source with the usual path."""
    return Source(path, text)


def span_of(found: Source, part: str) -> Span:
    """The span of the first place where `part` stands in `found`."""
    start = found.text.index(part)
    return found.span(start, start + len(part))
