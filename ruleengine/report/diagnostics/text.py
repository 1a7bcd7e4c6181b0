"""Diagnostics as text for a person: the line, a caret under the place, and what to do.

In: diagnostics and sources. Out: one block a report, an empty line between two. Nothing from a user's text
reaches the terminal as a control character. Colour is added only when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from ruleengine.diagnostics import Diagnostic, Severity
from ruleengine.diagnostics.visible import visible
from ruleengine.report.diagnostics.columns import cut_around, show_line
from ruleengine.report.diagnostics.region import region
from ruleengine.source import Source, Span

_RESET = "\x1b[0m"
_BOLD, _FRAME = "\x1b[1m", "\x1b[1;34m"
_COLOURS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.NOTE: "\x1b[1;36m"}


@frozen(slots=True)
class _Mark:
    """One underlined place: where, with which sign, and the words beside it."""

    span: Span
    sign: str
    words: str
    colour: str


@frozen(slots=True)
class _Painter:
    """Adds colour, or leaves it."""

    colour: bool

    def paint(self, text: str, code: str) -> str:
        return f"{code}{text}{_RESET}" if self.colour and text else text


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], *, colour: bool = False) -> str:
    """All reports, one under the other."""
    painter = _Painter(colour)
    return "\n".join(
        "".join(f"{line}\n" for line in _block(report, sources, painter)) for report in diagnostics
    )


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How many reports there are of each severity, such as `2 errors, 1 warning`; empty for none."""
    counts = [(severity, sum(report.severity is severity for report in diagnostics)) for severity in Severity]
    return ", ".join(f"{count} {severity.value}{'s' * (count > 1)}" for severity, count in counts if count)


def _block(report: Diagnostic, sources: Mapping[str, Source], painter: _Painter) -> Iterator[str]:
    colour = _COLOURS[report.severity]
    title = painter.paint(f"{report.severity.value}[{report.code}]", colour)
    yield f"{title}{painter.paint(f': {visible(report.message)}', _BOLD)}"
    marks = [_Mark(report.span, "^", report.note, colour)]
    marks += [_Mark(label.span, "-", label.text, _FRAME) for label in report.labels]
    shown = [mark for mark in marks if mark.span.path in sources]
    margin = max((len(str(mark.span.line)) for mark in shown), default=1)
    yield f"{' ' * margin}{painter.paint('-->', _FRAME)} {visible(str(report.span))}"
    yield from _excerpts(marks, sources, margin, painter)
    yield from _remarks(report, sources, margin, painter)


def _excerpts(
    marks: Sequence[_Mark], sources: Mapping[str, Source], margin: int, painter: _Painter
) -> Iterator[str]:
    """The marked lines of each source; the source of the report itself comes first."""
    bar = painter.paint(f"{' ' * margin} |", _FRAME)
    for path in dict.fromkeys(mark.span.path for mark in marks):
        here = [mark for mark in marks if mark.span.path == path]
        if path != marks[0].span.path:
            yield f"{' ' * margin}{painter.paint(':::', _FRAME)} {visible(str(here[0].span))}"
        if path not in sources:
            continue
        yield bar
        previous = 0
        for number in sorted({mark.span.line for mark in here}):
            if previous and number > previous + 1:
                yield painter.paint("...", _FRAME)
            previous = number
            yield from _line([mark for mark in here if mark.span.line == number], sources, margin, painter)


def _line(
    marks: Sequence[_Mark], sources: Mapping[str, Source], margin: int, painter: _Painter
) -> Iterator[str]:
    """One line of a source, and under it a line for each mark."""
    first = marks[0].span
    whole = sources[first.path].line(first.line)
    regions = [region(mark.span, sources) for mark in marks]
    ends = [place.end_column - 1 if place.end_line == place.line else len(whole) for place in regions]
    text, moved = cut_around(whole, first.column - 1)
    line = show_line(text)
    number = painter.paint(f"{first.line:>{margin}} |", _FRAME)
    yield f"{number} {line.text()}".rstrip()
    bar = painter.paint(f"{' ' * margin} |", _FRAME)
    for mark, end in zip(marks, ends, strict=True):
        start = min(max(0, mark.span.column - 1 - moved), len(text))
        left, right = line.columns(start, min(end - moved, len(text)))
        words = f" {visible(mark.words)}" if mark.words else ""
        yield f"{bar} {' ' * left}{painter.paint(mark.sign * (right - left) + words, mark.colour)}"


def _remarks(
    report: Diagnostic, sources: Mapping[str, Source], margin: int, painter: _Painter
) -> Iterator[str]:
    """What stands under the excerpt: the place in a fact document, words without a line, the remedy."""
    remarks = []
    if report.pointer:
        remarks.append(("at", report.pointer))
    if report.span.path not in sources and report.note:
        remarks.append(("note", report.note))
    remarks += [("note", label.text) for label in report.labels if label.span.path not in sources]
    if report.help:
        remarks.append(("help", report.help))
    elif report.fix is not None:
        remarks.append(("help", f"write `{report.fix.replacement}`"))
    for kind, words in remarks:
        sign = painter.paint("=", _FRAME)
        yield f"{' ' * margin} {sign} {painter.paint(kind, _BOLD)}: {visible(words)}"
