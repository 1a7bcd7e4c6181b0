"""Everything that is wrong with a fact schema file: the whole of `ruleengine schema check`.

In: the path of a schema file. Out: its reports, in the order of their places. Guaranteed: no exception;
beside what the engine cannot use, the file is held against the 2020-12 meta-schema. Only this module needs
jsonschema, and only while it checks: importing it takes a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from ruleengine.diagnostics import Diagnostic, Severity
from ruleengine.facts.model import pointer_of
from ruleengine.facts.reading import Reading
from ruleengine.facts.schema import SUFFIX, read_document, schema_from_bytes, unreadable
from ruleengine.limits import limits
from ruleengine.source import content_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def check_schema(path: str | FilePath) -> list[Diagnostic]:
    """All reports about one schema file; errors are what makes it unusable as it is."""
    file = FilePath(path)
    try:
        content = content_of(file, limits().schema_bytes)
    except OSError as error:
        return [unreadable(file, error)]
    document, source, reports = read_document(content, str(path))
    if document is None:
        return reports
    name, version = file.resolve().parent.name, file.name.removesuffix(SUFFIX)
    _, reports = schema_from_bytes(content, name=name, version=version, path=str(path))
    known = {report.pointer for report in reports}
    reading = Reading(document, source)
    for pointer, message in _against_the_meta_schema(document):
        if pointer not in known:
            known.add(pointer)
            reading.fault(pointer, message)
    if str(document.get("$schema", DIALECT)).rstrip("#") != DIALECT:
        message = "the schema names another dialect and is read as JSON Schema 2020-12"
        reading.note("/$schema", message, Severity.WARNING)
    if not file.name.endswith(SUFFIX):
        reading.note("", f"rulesets find a schema only as `NAME/VERSION{SUFFIX}`")
    return sorted((*reports, *reading.reports), key=lambda report: (report.span.start, report.message))


def _against_the_meta_schema(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The pointer and the message of each place that is no JSON Schema 2020-12."""
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    for error in validator.iter_errors(document):
        for deepest in _innermost(error):
            yield pointer_of(deepest.absolute_path), f"no JSON Schema 2020-12: {_shortened(deepest.message)}"


def _innermost(error: Any) -> Iterator[Any]:
    """The errors at the bottom: those above only say that something below is wrong."""
    if not error.context:
        yield error
    for inner in error.context:
        yield from _innermost(inner)


def _shortened(message: str) -> str:
    return message if len(message) <= 160 else f"{message[:157]}…"
