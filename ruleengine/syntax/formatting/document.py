"""Documents: text that knows where it may be broken, and how it is laid out in a given width.

In: a document made of texts, breaks, groups and fills. Out: lines. A group stays on one line if it fits, or
else all its own breaks become line ends; a fill takes each of its breaks as late as it can. A break that
carries comments, or that the author made, is a line end in any case, and so are the groups around it
broken.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TypeAlias

from attrs import define, field, frozen

WIDTH = 110
#: A document that starts further right than this goes on further left when it is broken.
_DEEPEST_COLUMN = 50


@frozen(slots=True)
class Remark:
    """A comment to be printed: its text, whether it stands alone, whether an empty line stands before it."""

    text: str
    alone: bool
    after_blank: bool = False


@frozen(slots=True)
class Break:
    """A place for a line end; else `flat` is written. `kept` and `remarks` make it one in any case."""

    flat: str = " "
    kept: bool = False
    remarks: tuple[Remark, ...] = ()


@frozen(slots=True)
class Group:
    """On one line if it fits, else with a line end at each of its own breaks."""

    content: Document


@frozen(slots=True)
class Fill:
    """Contents and breaks by turns; a break becomes a line end only if what follows it does not fit."""

    parts: tuple[Document, ...]


@frozen(slots=True)
class Align:
    """Lines that begin inside `content` stand `extra` columns to the right of where it began."""

    content: Document
    extra: int = 0


@frozen(slots=True)
class Indent:
    """Lines that begin inside `content` stand two columns to the right of those around it."""

    content: Document


@frozen(slots=True)
class _Rest:
    """The parts of a fill from number `start` on: what is left of it while it is written."""

    parts: tuple[Document, ...]
    start: int


Document: TypeAlias = "str | Break | Group | Fill | _Rest | Align | Indent | tuple[Document, ...]"


@define(slots=True)
class Line:
    """One line of output: blanks, text, and the comment at its end; without text the comment is alone."""

    indent: int
    text: str = ""
    remark: str | None = None


def _leaves(document: Document) -> Iterator[str | Break]:
    """The texts and breaks of `document` in order; a loop, because documents may be nested very deep."""
    waiting = [document]
    while waiting:
        match waiting.pop():
            case (str() | Break()) as leaf:
                yield leaf
            case Fill(parts=parts) | (tuple() as parts):
                waiting.extend(reversed(parts))
            case _Rest() as rest:
                waiting.extend(reversed(rest.parts[rest.start :]))
            case inner:
                waiting.append(inner.content)


def must_break(document: Document) -> bool:
    """Whether `document` holds a break that is a line end in any case."""
    return any(leaf.kept or bool(leaf.remarks) for leaf in _leaves(document) if isinstance(leaf, Break))


def flat(document: Document) -> str:
    """`document` on one line, whether it fits or not."""
    return "".join(leaf.flat if isinstance(leaf, Break) else leaf for leaf in _leaves(document))


def before_first_break(document: Document) -> str:
    """The text of `document` up to its first break, whether that becomes a line end or not."""
    texts = takewhile(lambda leaf: not isinstance(leaf, Break), _leaves(document))
    return "".join(text for text in texts if isinstance(text, str))


@frozen(slots=True)
class _Task:
    """A document that waits to be written: where its lines begin, and whether its breaks are line ends.

    `fits`: all of it is known to fit on the line with what follows, so nothing within needs to be asked again.
    """

    indent: int
    broken: bool
    document: Document
    fits: bool = False


@define(slots=True)
class _Writer:
    lines: list[Line]
    column: int
    widths: dict[int, float]  # of every part, on one line
    tasks: list[_Task] = field(factory=list)

    def run(self) -> None:
        while self.tasks:
            self._write(self.tasks.pop())

    def _write(self, task: _Task) -> None:
        document = task.document
        match document:
            case str():
                self.lines[-1].text += document
                self.column += len(document)
            case tuple():
                self._push(task, document)
            case Fill(parts=parts) if task.fits:
                self._push(task, parts)
            case Align():
                start = self.column if self.column <= _DEEPEST_COLUMN else task.indent
                self.tasks.append(_Task(start + document.extra, task.broken, document.content, task.fits))
            case Indent():
                self.tasks.append(_Task(task.indent + 2, task.broken, document.content, task.fits))
            case Group():
                fits = task.fits or self._fits((document,), follow=True)
                self.tasks.append(_Task(task.indent, not fits, document.content, fits))
            case Fill():
                self._fill(task, document.parts, 0)
            case _Rest():
                self._fill(task, document.parts, document.start)
            case Break():
                self._break(task, document)

    def _push(self, task: _Task, parts: tuple[Document, ...]) -> None:
        self.tasks.extend(_Task(task.indent, task.broken, part, task.fits) for part in reversed(parts))

    def _break(self, task: _Task, document: Break) -> None:
        if not task.broken and not must_break(document):
            self.lines[-1].text += document.flat
            self.column += len(document.flat)
            return
        add_remarks(self.lines, document.remarks, task.indent)
        self.lines.append(Line(task.indent))
        self.column = task.indent

    def _fill(self, task: _Task, parts: tuple[Document, ...], start: int) -> None:
        """Write the content at `start`, decide about the break after it, and leave the rest for later."""
        first = parts[start]
        left = len(parts) - start
        if left == 1:
            fits = self._fits((first,), follow=True)
            self.tasks.append(_Task(task.indent, not fits, first, fits))
            return
        middle, second, last = parts[start + 1], parts[start + 2], left == 3
        together = self._fits((first, middle, second), follow=last)
        self.tasks.append(_Task(task.indent, task.broken, _Rest(parts, start + 2)))
        self.tasks.append(_Task(task.indent, not together, middle))
        self.tasks.append(_Task(task.indent, not self._fits((first,), follow=False), first))

    def _fits(self, documents: tuple[Document, ...], follow: bool) -> bool:
        """Whether `documents` fit on the line, with all that comes before the next line end if `follow`."""
        room = WIDTH - self.column - sum(self.widths[id(document)] for document in documents)
        pending: list[_Task] = []
        waiting = len(self.tasks) if follow else 0
        while room >= 0:
            if not pending:
                if waiting == 0:
                    return True
                waiting -= 1
                pending.append(self.tasks[waiting])
                continue
            task = pending.pop()
            match task.document:
                case str():
                    room -= len(task.document)
                case tuple():
                    pending.extend(_Task(0, task.broken, part) for part in reversed(task.document))
                case Fill() as fill:
                    pending.append(_Task(0, task.broken, _Rest(fill.parts, 0)))
                case _Rest(parts=parts, start=start):
                    if start + 1 < len(parts):
                        pending.append(_Task(0, task.broken, _Rest(parts, start + 1)))
                    pending.append(_Task(0, task.broken, parts[start]))
                case Break():
                    if task.broken or must_break(task.document):
                        return True
                    room -= len(task.document.flat)
                case _:
                    pending.append(_Task(0, task.broken, task.document.content))
        return False


def add_remarks(lines: list[Line], remarks: Iterable[Remark], indent: int) -> None:
    """Put comments at the end of the last line, or on lines of their own where that place is taken."""
    for remark in remarks:
        last = lines[-1]
        if not remark.alone and last.text and last.remark is None:
            last.remark = remark.text
        else:
            if remark.after_blank and last.text + (last.remark or ""):
                lines.append(Line(0))
            lines.append(Line(indent, "", remark.text))


def _widths(document: Document) -> dict[int, float]:
    """How wide each part of `document` is on one line, by its identity; infinite where a break is a line end in any case."""
    found: dict[int, float] = {}
    waiting: list[tuple[Document, tuple[Document, ...] | None]] = [(document, None)]
    while waiting:
        current, inner = waiting.pop()
        if inner is not None:  # what it holds has been measured
            found[id(current)] = sum(found[id(part)] for part in inner)
        elif isinstance(current, str):
            found[id(current)] = len(current)
        elif isinstance(current, Break):
            found[id(current)] = math.inf if must_break(current) else len(current.flat)
        else:
            inner = _inner(current)
            waiting.append((current, inner))
            waiting.extend((part, None) for part in inner)
    return found


def _inner(document: Fill | _Rest | Group | Align | Indent | tuple[Document, ...]) -> tuple[Document, ...]:
    match document:
        case Fill(parts=parts) | (tuple() as parts):
            return parts
        case _Rest() as rest:
            return rest.parts[rest.start :]
        case holder:
            return (holder.content,)


def lay_out(document: Document, indent: int) -> list[Line]:
    """The lines of `document`, which begins at column `indent`."""
    writer = _Writer([Line(indent)], indent, _widths(document))
    writer.tasks.append(_Task(indent, True, document))
    writer.run()
    return writer.lines
