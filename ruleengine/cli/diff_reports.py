"""Comparisons in the format that was asked for, to standard output or to a file.

In: comparisons, and what else there is to tell. Out: bytes of the format. Several comparisons (`--against`) are one text or one
Markdown document, one JSON array, and in HTML a page each, beside the file that was named. Guaranteed: with `--against`, JSON
is an array whatever the number; outputs are opened before accounts are read, so that one that cannot be written is known.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import PurePath
from typing import TYPE_CHECKING

import click

from ruleengine.cli.console import say, terminal_width, wants_color
from ruleengine.cli.output import Output, open_output
from ruleengine.diagnostics.visible import quoted, visible

if TYPE_CHECKING:
    from ruleengine.api import Ruleset
    from ruleengine.cli.diff_choice import DiffChoice
    from ruleengine.comparison import Comparison


class Reports:
    """Where the reports of one run go."""

    def __init__(
        self, choice: DiffChoice, rulesets: Sequence[Ruleset], stack: ExitStack, inputs: Sequence[str]
    ) -> None:
        self._choice = choice
        self._pages = choice.output_format == "html" and len(rulesets) > 1
        self.outputs: list[Output] = [
            stack.enter_context(open_output(path, (*inputs, *([choice.rejects] if choice.rejects else []))))
            for path in self._paths(rulesets)
        ]

    def _paths(self, rulesets: Sequence[Ruleset]) -> list[str | None]:
        out = self._choice.out
        if not self._pages:
            return [out]
        if out is None or out == "-":
            raise click.UsageError(
                f"{len(rulesets)} rulesets differ, and html is a page for each; name a file with --out, and each "
                "page is written beside it, or name one of the rulesets."
            )
        place = PurePath(out)
        return [
            str(place.with_name(f"{place.stem}.{each.name}.{each.version}{place.suffix}"))
            for each in rulesets
        ]

    def write(self, compared: Sequence[Comparison], told: Sequence[str], revision: str | None) -> None:
        """Write everything; `told` are sentences about what was not compared."""
        if self._pages:
            for output, each in zip(self.outputs, compared, strict=True):
                output.write(each.to_html(self._choice.listed).encode())
        else:
            self.outputs[0].write(self._content(compared, told, revision))
        if self._choice.output_format not in ("text", "markdown"):
            say("".join(f"{each}\n" for each in told))
        self._tell_budget(compared)

    def _content(self, compared: Sequence[Comparison], told: Sequence[str], revision: str | None) -> bytes:
        kind = self._choice.output_format
        if kind == "json":
            return compared[0].to_json() if revision is None else _array(compared)
        if kind == "html":
            return (
                compared[0].to_html(self._choice.listed).encode()
                if compared
                else _empty_page(_nothing_compared(visible(str(revision)), told))
            )
        render = self._markdown if kind == "markdown" else self._text
        parts = [render(each) for each in compared]
        if len(compared) > 1:
            parts = [self._heading(each, part) for each, part in zip(compared, parts, strict=True)]
        if not compared:
            parts = [f"{_nothing_compared(quoted(str(revision)), told)}\n"]
        parts += (
            ["".join(f"- {each}\n" if kind == "markdown" else f"{each}\n" for each in told)] if told else []
        )
        return "\n".join(parts).encode(self._encoding(), "backslashreplace")

    def _heading(self, found: Comparison, text: str) -> str:
        """A report under the name of its ruleset."""
        from ruleengine.report.cells import cell
        from ruleengine.report.diff.headline import title
        from ruleengine.report.markdown import escape

        name = title(found.to_dict())
        if self._choice.output_format == "markdown":
            return f"## {escape(name)}\n\n{text}"
        return f"── {cell(name)} ──\n\n{text}"

    def _markdown(self, found: Comparison) -> str:
        return found.to_markdown(self._choice.listed)

    def _text(self, found: Comparison) -> str:
        from ruleengine.report.diff import text

        to_stdout = self._to_stdout
        return text.render(
            found.to_dict(),
            color=wants_color(self._choice.color, sys.stdout)
            if to_stdout
            else self._choice.color == "always",
            width=terminal_width(sys.stdout) if to_stdout else None,
            movers=self._choice.listed,
        )

    @property
    def _to_stdout(self) -> bool:
        return self._choice.out in (None, "-")

    def _encoding(self) -> str:
        """Text for a terminal as it can show it; everything else as UTF-8."""
        shown = self._to_stdout and self._choice.output_format == "text"
        return (sys.stdout.encoding if shown else None) or "utf-8"

    def _tell_budget(self, compared: Sequence[Comparison]) -> None:
        """Say which limits are not kept, where the report is not before the reader's eyes."""
        if self._choice.output_format == "text" and self._to_stdout:
            return
        for each in compared:
            budget = each.to_dict()["budget"]
            for limit in budget["limits"] if budget else ():
                if not limit["ok"]:
                    say(f"{limit['limit']}: {limit['summary']}")


def _nothing_compared(revision: str, told: Sequence[str]) -> str:
    """That nothing differs, or that what differs cannot be compared: `told` says why."""
    return f"No ruleset can be compared with {revision}." if told else f"No ruleset differs from {revision}."


def _empty_page(said: str) -> bytes:
    from html import escape

    words = escape(said)
    return f'<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{words}</title>\n<p>{words}</p>\n</html>\n'.encode()


def _array(compared: Sequence[Comparison]) -> bytes:
    import orjson

    documents = [each.to_dict() for each in compared]
    return orjson.dumps(documents, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
