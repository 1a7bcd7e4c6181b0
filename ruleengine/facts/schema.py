"""Fact schemas: from a JSON Schema 2020-12 file to the typed fact model.

In: a folder with `<name>/<version>.schema.json`, or a parsed document. Out: a `FactSchema` and the reports
about it. Guaranteed: no exception for whatever the file holds; a property that the engine cannot use is
reported (RE516) and left out, so that a ruleset which names it is told; a schema is returned whenever its
documents are objects with properties. Read facts with it only when no report is an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from attrs import evolve

from ruleengine.diagnostics import Diagnostic, Label, Severity, did_you_mean
from ruleengine.facts.mapping import map_record
from ruleengine.facts.model import ELEMENT, ExampleHint, FactSchema, find_field
from ruleengine.facts.parse import RejectedDocument, parse_object
from ruleengine.facts.reading import Reading
from ruleengine.limits import limits
from ruleengine.source import Source, Span, content_of
from ruleengine.values import Kind, Type

#: How the name of every schema file ends.
SUFFIX = ".schema.json"
_BOM = b"\xef\xbb\xbf"


def load_schema(
    name: str, version: str, directory: str | FilePath
) -> tuple[FactSchema | None, list[Diagnostic]]:
    """Read `<directory>/<name>/<version>.schema.json`.

    A file that is missing or unreadable is RE209, everything else RE516. No name leads out of the directory.
    """
    folder = FilePath(directory)
    if name in (".", "..") or set(name) & set("/\\\0"):
        remedy = _what_is_there(folder, name, version)
        span = Span(str(folder), 0, 0, 1, 1)
        return None, [Diagnostic("RE209", span, f"`{name}` is no name of a fact schema", help=remedy)]
    path = folder / name / f"{version}{SUFFIX}"
    try:
        content = content_of(path, limits().schema_bytes)
    except OSError as error:
        return None, [unreadable(path, error, remedy=_what_is_there(folder, name, version))]
    return schema_from_bytes(content, name=name, version=version, path=str(path))


def schema_from_bytes(
    content: bytes, *, name: str, version: str, path: str
) -> tuple[FactSchema | None, list[Diagnostic]]:
    """The schema in the bytes of a file; `path` is where reports place it."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    document, source, reports = read_document(content, path)
    if document is None:
        return None, reports
    return schema_from_document(
        document, name=name, version=version, path=path, text=source.text, digest=digest
    )


def schema_from_document(
    document: Mapping[str, Any], *, name: str, version: str, path: str = "", text: str = "", digest: str = ""
) -> tuple[FactSchema | None, list[Diagnostic]]:
    """The schema in a parsed document; `text` is its source, in which reports find their places."""
    reading = Reading(document, Source(path or f"{name} {version}", text))
    root = map_record(reading)
    if root is None:
        return None, reading.reports
    _check_ids(reading)
    _resolve_limits(reading, root)
    said = document.get("description", document.get("title", ""))
    schema = FactSchema(
        name=name,
        version=version,
        root=root,
        id_path=reading.ids[0][0] if reading.ids else (),
        path=path,
        digest=digest,
        description=" ".join(said.split()) if isinstance(said, str) else "",
        hints=reading.hints,
        elements=reading.elements,
    )
    return schema, reading.reports


def read_document(content: bytes, path: str) -> tuple[dict[str, Any] | None, Source, list[Diagnostic]]:
    """The JSON object of a schema file with its source; None with one report when it is none."""
    content = content.removeprefix(_BOM)
    source = Source(path, content.decode("utf-8", errors="replace"))
    try:
        return parse_object(content, limits().schema_nesting), source, []
    except RejectedDocument as rejected:
        start = (
            source.line_starts[min(rejected.line, len(source.line_starts)) - 1] + (rejected.column or 1) - 1
        )
        start = min(start, len(source.text))
        span = source.span(start, min(start + 1, len(source.text)))
        return (
            None,
            source,
            [Diagnostic("RE516", span, f"the schema cannot be read: {rejected.reason}", pointer="")],
        )


def _check_ids(reading: Reading) -> None:
    """Exactly one property carries `x-id`."""
    if not reading.ids:
        if not any(report.pointer and report.pointer.endswith("/x-id") for report in reading.reports):
            reading.fault(
                "/properties",
                "no property carries `x-id`",
                'add `"x-id": true` to the property that names a document',
            )
        return
    first_path, first = reading.ids[0]
    for path, pointer in reading.ids[1:]:
        message = f"`{'.'.join(path)}` is a second id beside `{'.'.join(first_path)}`"
        label = Label(reading.span(first), "the first id is here")
        help_text = "keep `x-id` on one property"
        span = reading.span(pointer)
        reading.reports.append(Diagnostic("RE516", span, message, "", help_text, (label,), pointer=pointer))


def _resolve_limits(reading: Reading, root: Type) -> None:
    """Find what `x-example-at-most` names: beside the field itself, or from the root of the document."""
    for path, named, pointer in reading.at_most:
        parts = tuple(named.split("."))
        # Within a list, only what stands in the same element can be meant.
        candidates = [(*path[:-1], *parts)] if ELEMENT in path else [(*path[:-1], *parts), parts]
        for candidate in candidates:
            found = find_field(root, candidate)
            if found is not None and found.type.kind is Kind.NUMBER and candidate != path:
                reading.hints[path] = evolve(reading.hints.get(path, ExampleHint()), at_most=candidate)
                break
        else:
            reading.note(
                pointer, f"`x-example-at-most` names `{named}`, which is no number here", Severity.WARNING
            )


def unreadable(path: FilePath, error: OSError, remedy: str = "") -> Diagnostic:
    """The report about a schema file that cannot be read."""
    reason = (
        "no such file" if isinstance(error, FileNotFoundError) else (error.strerror or str(error)).lower()
    )
    message = f"the fact schema `{path}` cannot be read: {reason}"
    return Diagnostic("RE209", Span(str(path), 0, 0, 1, 1), message, help=remedy)


def _what_is_there(folder: FilePath, name: str, version: str) -> str:
    """What could have been meant: a near name, or the versions that exist."""
    try:
        names = sorted(each.name for each in folder.iterdir() if each.is_dir())
        if name not in names:
            return did_you_mean(name, names) or (f"there are {', '.join(names)}" if names else "")
        versions = sorted(each.name.removesuffix(SUFFIX) for each in (folder / name).glob(f"*{SUFFIX}"))
    except OSError:
        return f"there is no folder `{folder}`"
    return f"`{name}` has version {', '.join(versions)}" if versions else f"`{name}` has no version here"
