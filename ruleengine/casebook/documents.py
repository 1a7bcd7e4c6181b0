"""The documents that tests name: fact documents and earlier results, by file and id.

In: a path relative to the project's root, an id, the place that names them. Out: the document, or None after a report.
Guaranteed: nothing outside the project is read, not through a link either; each file is read once. What is no regular
file is not opened: a pipe into which nobody writes would be waited for without end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from attrs import define, field

from ruleengine.diagnostics import Diagnostic, Diagnostics, nearest
from ruleengine.facts.model import FactSchema
from ruleengine.facts.readers import read_facts, read_samples
from ruleengine.facts.records import FactsUnreadable, ReadSummary, Rejection
from ruleengine.source import Span
from ruleengine.workspace import Workspace

#: A file of more documents is no file of examples.
MOST_DOCUMENTS = 100_000

_Documents = dict[str, dict[str, Any]]


@define(slots=True)
class Documents:
    """Reads the files that one test file names; `schema` tells where the id of a document stands."""

    workspace: Workspace
    schema: FactSchema
    diagnostics: Diagnostics
    read: dict[tuple[str, bool], _Documents | Diagnostic] = field(factory=dict)

    def facts(self, path: str, identity: str | None, span: Span) -> dict[str, Any] | None:
        """A fact document; without an id the only one of its file. An empty id has been reported."""
        return self._chosen(self._file(path, span, results=False), path, identity, span)

    def result(self, path: str, identity: str | None, span: Span) -> dict[str, Any] | None:
        """An earlier result."""
        return self._chosen(self._file(path, span, results=True), path, identity, span)

    def _chosen(
        self, documents: _Documents | None, path: str, identity: str | None, span: Span
    ) -> dict[str, Any] | None:
        if documents is None or identity == "":
            return None
        if identity is None:
            if len(documents) == 1:
                return next(iter(documents.values()))
            message = f"`{path}` holds {len(documents):,} documents, and the test does not say which it means"
            self.diagnostics.report("RE513", span, message, f'add `id "{next(iter(documents), "…")}"`')
            return None
        if identity not in documents:
            close = [f"`{each}`" for each in nearest(identity, documents, count=3)]
            hint = f"did you mean {' or '.join(close)}?" if close else f"it holds {_listed(documents)}"
            self.diagnostics.report("RE513", span, f"`{path}` has no document with the id `{identity}`", hint)
            return None
        return documents[identity]

    def _file(self, path: str, span: Span, results: bool) -> _Documents | None:
        """The documents of a file by id; None after a report, which every place that names the file gets."""
        place = self._place(path, span)
        if place is None:
            return None
        if (path, results) not in self.read:
            try:
                self.read[path, results] = self._documents(place, results)
            except FactsUnreadable as error:
                self.read[path, results] = error.diagnostic
        found = self.read[path, results]
        if isinstance(found, Diagnostic):
            hint = found.help or "paths are relative to the project's root"
            self.diagnostics.report("RE514", span, found.message, hint)
            return None
        return found

    def _place(self, path: str, span: Span) -> Path | None:
        """The file at a path inside of the project; None after a report."""
        root = self.workspace.rulesets.parent
        try:
            outside = Path(path).is_absolute() or not (root / path).resolve().is_relative_to(root.resolve())
        except (OSError, RuntimeError, ValueError):  # a link that leads to itself, a name with NUL
            outside = True
        if outside:
            self.diagnostics.report(
                "RE519", span, f"`{path}` is outside of the project",
                f"a test reads files inside of `{root.resolve().name}`: name them from there, as `examples/…`",
            )  # fmt: skip
            return None
        if (root / path).exists() and not (root / path).is_file() and not (root / path).is_dir():
            self.diagnostics.report(
                "RE514", span, f"`{path}` is a pipe or a device, and no file",
                "write the documents to a file, and name that",
            )  # fmt: skip
            return None
        return root / path

    def _documents(self, place: Path, results: bool) -> _Documents:
        found: _Documents = {}
        rejected: list[str] = []
        for identity, document in _results(place) if results else self._facts(place, rejected):
            found.setdefault(identity, document)
            if len(found) > MOST_DOCUMENTS:
                message = f"`{place}` holds more than {MOST_DOCUMENTS:,} documents"
                raise _unreadable(place, message, "test with a smaller file")
        if not found:
            reason = f": {rejected[0]}" if rejected else ""
            raise _unreadable(place, f"`{place}` holds no document that can be read{reason}")
        return found

    def _facts(self, place: Path, rejected: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        for item in read_facts([str(place)], self.schema, summary=ReadSummary()):
            if isinstance(item, Rejection):
                rejected.append(item.reason)
            else:
                yield str(item.id), item.document


def _results(place: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in read_samples([str(place)]):
        if isinstance(item, Rejection):
            raise _unreadable(place, f"`{place}` holds what is no result: {item.reason}")
        inner = item.get("results")
        for result in inner if isinstance(inner, list) and "id" not in item else [item]:
            if not isinstance(result, dict) or not isinstance(result.get("scorecards"), dict):
                raise _unreadable(place, f"`{place}` holds what is no result of `ruleengine eval`")
            yield str(result.get("id")), result


def _unreadable(place: Path, message: str, remedy: str = "") -> FactsUnreadable:
    return FactsUnreadable(Diagnostic("RE514", Span(str(place), 0, 0, 1, 1), message, help=remedy))


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    rest = f" and {len(every) - 5:,} more" if len(every) > 5 else ""
    return ", ".join(f"`{name}`" for name in every[:5]) + rest
