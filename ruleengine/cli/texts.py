"""Where the texts of templates go: one after the other into one output, or a file an account.

Guaranteed: a file is written as a whole or not at all; its name is the id of the account with every sign escaped that
means something in a path, so no id leads out of the folder; two ids never share a file, and of one id the
first text stays and a further one is reported; nothing that the command reads
is written over.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from ruleengine.cli.output import Output
    from ruleengine.diagnostics import Diagnostic
    from ruleengine.source import Span

_ENDINGS = {"markdown": ".md", "text": ".txt"}
_LONGEST_NAME = 120


class TextStream:
    """Writes texts one after the other."""

    #: Texts that are not written: none.
    reports: Sequence[Diagnostic] = ()

    def __init__(self, output: Output, output_format: str) -> None:
        self._output = output
        self._format = output_format
        self.written = 0

    def take(self, text: Mapping[str, Any], place: Span) -> None:
        """Write one text, of the record at `place`."""
        if self._format == "ndjson":
            import orjson

            self._output.write(orjson.dumps(text, option=orjson.OPT_APPEND_NEWLINE))
        else:
            gap = "\n" if self.written else ""
            from ruleengine.report.cells import cell

            self._output.write(
                f"{gap}── {cell(text['id'])} · {cell(text['title'])}\n{whole_text(text)}".encode()
            )
        self.written += 1


class TextFiles:
    """Writes each text into a file of its own; `several` templates have their names in those of the files."""

    def __init__(self, folder: str, inputs: Iterable[str] = (), *, several: bool) -> None:
        self._folder = Path(folder)
        self._inputs = frozenset(os.path.realpath(each) for each in inputs if each != "-")
        self._several = several
        self._names: dict[str, str] = {}
        self._taken: dict[str, Span] = {}
        self.written = 0
        self.reports: list[Diagnostic] = []

    def take(self, text: Mapping[str, Any], place: Span) -> None:
        """Write one text, of the record at `place`."""
        from ruleengine.cli.output import OutputFailed, refuse_inputs, write_file

        if not self.written:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise OutputFailed(str(self._folder), error) from error
        name = self._name(text)
        path = str(self._folder / name)
        first = self._taken.setdefault(name, place)
        if first is not place:
            self.reports.append(_lost(text, path, first, place))
            return
        if os.path.realpath(path) in self._inputs:
            refuse_inputs(path, [path])
        write_file(path, whole_text(text).encode())
        self.written += 1

    def _name(self, text: Mapping[str, Any]) -> str:
        identity = str(text["id"])
        stem = quote(identity, safe=" ()+,=@")
        if stem.startswith("."):
            stem = stem.replace(".", "%2E")
        template = f".{text['template']}" if self._several else ""
        taken = self._names.setdefault(f"{stem}{template}".casefold(), identity)
        if len(stem) > _LONGEST_NAME or taken != identity:
            stem = f"{stem[:_LONGEST_NAME]}~{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
        return f"{stem}{template}{_ENDINGS[text['format']]}"


def _lost(text: Mapping[str, Any], path: str, first: Span, place: Span) -> Diagnostic:
    from ruleengine.diagnostics import Diagnostic, Label, Severity

    message = f"the text for a second record with the id `{text['id']}` is not written: `{path}` holds that of the first"
    return Diagnostic(
        "RE503", place, message, help="keep one record an account, or write one output with --out",
        labels=(Label(first, "first here"),), pointer="", severity=Severity.ERROR,
    )  # fmt: skip


def whole_text(text: Mapping[str, Any]) -> str:
    """Subject and labels before the text, as front matter that trackers and pages read."""
    import json

    head = []
    if text["subject"] is not None:
        head.append(f"subject: {json.dumps(text['subject'], ensure_ascii=False)}\n")
    if text["labels"]:
        listed = ", ".join(json.dumps(label, ensure_ascii=False) for label in text["labels"])
        head.append(f"labels: [{listed}]\n")
    front = f"---\n{''.join(head)}---\n" if head else ""
    return f"{front}{text['body']}\n"
