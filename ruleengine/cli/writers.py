"""The formats of `eval`: what is written of each result, and of the run as a whole.

In: results one after the other, then the summary. Out: bytes of the format. NDJSON, JSON and CSV are written
as the results come; a table and Markdown keep one row an account, because the worst stands first. To add a
format, write a class and add a row to `WRITERS`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import orjson
from attrs import frozen

from ruleengine.cli.console import is_terminal, terminal_width, wants_color

if TYPE_CHECKING:
    from ruleengine.report.groups import GroupedSummary
    from ruleengine.report.rows import AccountRow
    from ruleengine.report.summary import Card, RunSummary


class Sink(Protocol):
    """Where bytes go."""

    def write(self, content: bytes) -> None:
        """Append bytes."""


@frozen(slots=True)
class Job:
    """What a writer knows before the first result. `card` is the scorecard that tables show."""

    as_of: str
    ruleset: Mapping[str, Any]
    engine: str
    card: Card | None
    cards: tuple[str, ...]
    measures: tuple[str, ...]
    sink: Sink
    color: str = "auto"
    to_stdout: bool = True
    trigger: str | None = None
    groups: GroupedSummary | None = None


class Writer(Protocol):
    """Writes one format. `explains` tells whether `add` wants the costliest measure of each account."""

    explains: bool

    def add(self, result: dict[str, Any], name: str, cost: Mapping[str, Any] | None) -> None:
        """Take one result."""

    def finish(self, summary: RunSummary) -> None:
        """Write what comes last."""


class NdjsonWriter:
    """One result a line."""

    explains = False

    def __init__(self, job: Job) -> None:
        self._sink = job.sink

    def add(self, result: dict[str, Any], name: str, cost: Mapping[str, Any] | None) -> None:
        """Write the line of one result."""
        self._sink.write(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE))

    def finish(self, summary: RunSummary) -> None:
        """Nothing comes last."""


class JsonWriter:
    """One document, with one result a line inside."""

    explains = False

    def __init__(self, job: Job) -> None:
        self._sink = job.sink
        self._groups = job.groups
        self._opening = orjson.dumps({"as_of": job.as_of, "ruleset": job.ruleset, "engine": job.engine})
        self._begun = False

    def add(self, result: dict[str, Any], name: str, cost: Mapping[str, Any] | None) -> None:
        """Write one result."""
        self._begin(b",\n")
        self._sink.write(orjson.dumps(result))

    def finish(self, summary: RunSummary) -> None:
        """Close the document with the summary."""
        self._begin(b"")
        counts = summary.to_dict() | ({"groups": self._groups.to_dict()} if self._groups is not None else {})
        self._sink.write(b'\n],"summary":' + orjson.dumps(counts) + b"}\n")

    def _begin(self, separator: bytes) -> None:
        if self._begun:
            self._sink.write(separator)
        else:
            self._sink.write(self._opening[:-1] + b',"results":[\n')
        self._begun = True


class CsvWriter:
    """One row an account, or one a group. On a terminal everything that it would obey or hide is seen instead."""

    explains = False

    def __init__(self, job: Job) -> None:
        from ruleengine.report.delimited import DelimitedRows

        self._rows = DelimitedRows(job.cards, job.measures)
        self._sink = job.sink
        self._groups = job.groups
        self._seen = job.to_stdout and is_terminal(sys.stdout)
        self._begun = False

    def add(self, result: dict[str, Any], name: str, cost: Mapping[str, Any] | None) -> None:
        """Write the row of one result, unless groups are written instead."""
        if self._groups is not None:
            return
        if not self._begun:
            self._write(self._rows.heading(result))
            self._begun = True
        self._write(self._rows.row(result))

    def finish(self, summary: RunSummary) -> None:
        """Write the groups, or the heading if no result did."""
        if self._groups is not None:
            for line in self._groups.delimited():
                self._write(line)
        elif not self._begun:
            self._write(self._rows.heading(None))

    def _write(self, line: str) -> None:
        if self._seen:
            from ruleengine.diagnostics.visible import visible

            line = visible(line.removesuffix("\n")) + "\n"
        self._sink.write(line.encode())


class _RowsWriter:
    """Keeps one row an account until the end."""

    explains = True

    def __init__(self, job: Job) -> None:
        self._job = job
        self._rows: list[AccountRow] = []

    def add(self, result: dict[str, Any], name: str, cost: Mapping[str, Any] | None) -> None:
        """Keep the row of one result, unless groups are shown instead."""
        if self._job.groups is not None:
            return
        from ruleengine.report.rows import account_row

        card = self._job.card.name if self._job.card else None
        self._rows.append(account_row(result, card, name, cost, self._job.trigger))

    def _ordered(self) -> tuple[list[AccountRow], tuple[str, ...]]:
        from ruleengine.report.rows import worst_first

        bands = self._job.card.bands if self._job.card else ()
        return worst_first(self._rows, bands), bands

    def _closing(self, summary: RunSummary) -> str:
        return summary.line(self._job.card.name if self._job.card else None)


class TableWriter(_RowsWriter):
    """A table for people, the worst first, and the summary."""

    def finish(self, summary: RunSummary) -> None:
        """Write the table."""
        from ruleengine.report.table import render_table

        to_stdout = self._job.to_stdout
        width = terminal_width(sys.stdout) if to_stdout else None
        color = wants_color(self._job.color, sys.stdout) if to_stdout else self._job.color == "always"
        if self._job.groups is not None:
            text = self._job.groups.table(
                self._job.card.name if self._job.card else None, width=width, color=color
            )
        else:
            text = render_table(*self._ordered(), width=width, color=color)
        text += ("\n" if text else "") + self._closing(summary) + "\n"
        encoding = (sys.stdout.encoding if to_stdout else None) or "utf-8"
        self._job.sink.write(text.encode(encoding, "backslashreplace"))


class MarkdownWriter(_RowsWriter):
    """The same table in Markdown."""

    def finish(self, summary: RunSummary) -> None:
        """Write the table."""
        from ruleengine.report.markdown import escape, render_markdown

        if self._job.groups is not None:
            groups = self._job.groups.markdown(self._job.card.name if self._job.card else None)
            self._job.sink.write(f"{groups}\n{escape(self._closing(summary))}\n".encode())
            return
        rows, _ = self._ordered()
        self._job.sink.write(render_markdown(rows, self._closing(summary)).encode())


class TypedWriter:
    """Typed columns are written by the engine that computes them; nothing is left to write here."""

    explains = False

    def __init__(self, job: Job) -> None:
        pass

    def add(self, result: dict[str, Any], name: str, cost: Mapping[str, Any] | None) -> None:
        """Nothing: the engine has written it."""

    def finish(self, summary: RunSummary) -> None:
        """Nothing comes last."""


#: Every format with its writer.
WRITERS: Mapping[str, Callable[[Job], Writer]] = {
    "table": TableWriter,
    "json": JsonWriter,
    "ndjson": NdjsonWriter,
    "csv": CsvWriter,
    "markdown": MarkdownWriter,
    "parquet": TypedWriter,
    "duckdb": TypedWriter,
}
