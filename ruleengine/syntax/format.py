"""The formatter: the one layout of a ruleset file.

In: a file that was read without faults, and its source. Out: its text in the one layout, with `\\n` as line
end. Guaranteed: the text reads back as an equal tree, formatting it again changes nothing, every comment is
there once and in order, and a line is longer than 110 columns only where it cannot be broken.

An author decides three things: empty lines (one at most), whether a short block stands on one line, and
whether a statement has line ends before joining words. All else follows from the tree.
"""

from __future__ import annotations

from collections.abc import Sequence

from ruleengine.source import Source
from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting.blocks import BlockPrinter, Body, Entry
from ruleengine.syntax.formatting.document import Line, Remark, add_remarks, lay_out
from ruleengine.syntax.formatting.remarks import Remarks
from ruleengine.syntax.formatting.rows import align

#: Items with a block of their own stand apart from their neighbours.
_BLOCKS = (
    t.Header,
    t.BandSet,
    t.Table,
    t.Measure,
    t.Scorecard,
    t.Trigger,
    t.Template,
    t.Checklist,
    t.Matrix,
    t.Test,
)
#: Comments beside adjacent lines stand under one another unless the lines differ in length by more than this.
_REMARK_SPREAD = 30


def format_file(file: t.File, source: Source) -> str:
    """The text of `file` in the one layout; raises `ValueError` if parts of it could not be read."""
    if file.damaged:
        raise ValueError("a file with faults has no layout")
    end = len(source.text) + 1
    body = BlockPrinter(Remarks(source, file.comments)).body(file.items, "", end, 0)
    lines: list[Line] = []
    _write_remarks(lines, body.opening, 0, apart=False)
    align([entry.alignable for entry in body.entries], 0)
    previous: Entry | None = None
    for entry in body.entries:
        if previous is not None and _needs_blank(previous, entry):
            lines.append(Line(0))
        _write_entry(lines, entry, 0, apart=bool(lines))
        previous = entry
    _write_remarks(lines, body.closing, 0, apart=bool(lines))
    return _text(lines)


def _needs_blank(previous: Entry, entry: Entry) -> bool:
    """Whether an empty line must be put between two items, because the author left none there."""
    together = type(previous.node) is type(entry.node) and not isinstance(entry.node, _BLOCKS)
    return not together and not entry.alignable.after_blank


def _write_body(lines: list[Line], body: Body, indent: int) -> None:
    align([entry.alignable for entry in body.entries], indent)
    add_remarks(lines, body.opening, indent)
    for number, entry in enumerate(body.entries):
        _write_entry(lines, entry, indent, apart=number > 0)
    _write_remarks(lines, body.closing, indent, apart=bool(body.entries))


def _write_entry(lines: list[Line], entry: Entry, indent: int, apart: bool) -> None:
    """Write an entry; `apart`: something stands before it, so the author's empty lines are kept."""
    _write_remarks(lines, entry.leading, indent, apart)
    if entry.after_blank and (apart or entry.leading):
        lines.append(Line(0))
    lines += lay_out(entry.alignable.document, indent)
    if entry.body is not None:
        _write_body(lines, entry.body, indent + entry.inner)
        lines.append(Line(indent, "}"))
    add_remarks(lines, entry.trailing, indent)


def _write_remarks(lines: list[Line], remarks: Sequence[Remark], indent: int, apart: bool) -> None:
    """Write comments on lines of their own."""
    for number, remark in enumerate(remarks):
        if remark.after_blank and (apart or number):
            lines.append(Line(0))
        lines.append(Line(indent, "", remark.text))


def _text(lines: Sequence[Line]) -> str:
    run: list[Line] = []
    written: list[str] = []
    for line in lines:
        if not _goes_on(run, line):
            written += _run_text(run)
            run = []
        run.append(line)
    return "".join(f"{line}\n" for line in (*written, *_run_text(run)))


def _goes_on(run: Sequence[Line], line: Line) -> bool:
    """Whether the comment beside `line` may stand under those beside the lines of `run`."""
    lengths = [_length(one) for one in (*run, line)]
    beside = all(one.text and one.remark is not None for one in (*run, line))
    return beside and max(lengths) - min(lengths) <= _REMARK_SPREAD


def _length(line: Line) -> int:
    return line.indent + len(line.text)


def _run_text(run: Sequence[Line]) -> list[str]:
    column = max((_length(line) for line in run if line.text), default=0) + 2
    return [_line_text(line, column) for line in run]


def _line_text(line: Line, column: int) -> str:
    text = " " * line.indent + line.text if line.text else ""
    if line.remark is None:
        return text.rstrip()
    return (text.ljust(column) if line.text else " " * line.indent) + line.remark
