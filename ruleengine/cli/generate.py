"""`ruleengine generate`: make plausible fact documents from a schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import click

from ruleengine.cli.options import as_of_option, out_option, rulesets_option, schemas_option, settled_date

if TYPE_CHECKING:
    from ruleengine.facts.model import FactSchema
    from ruleengine.values import Type

_Document = dict[str, Any]


@click.command("generate")
@click.option("--schema", required=True, metavar="NAME@VERSION|FILE", help="The fact schema.")
@click.option(
    "--count", type=click.IntRange(min=0), default=100, show_default=True, help="How many documents."
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="The same seed makes the same documents."
)
@as_of_option
@click.option(
    "--missing",
    type=click.FloatRange(0, 1),
    default=0.15,
    show_default=True,
    help="The share of missing values.",
)
@click.option(
    "--stale",
    type=click.FloatRange(0, 1),
    default=0.1,
    show_default=True,
    help="The share of dates long ago.",
)
@click.option(
    "--format", "output_format", type=click.Choice(("ndjson", "json", "csv")), default=None,
    help="How the documents are written.  [default: told by --out, otherwise ndjson]",
)  # fmt: skip
@out_option
@rulesets_option
@schemas_option
def command(
    schema: str,
    count: int,
    seed: int,
    as_of: date | None,
    missing: float,
    stale: float,
    output_format: str | None,
    out: str | None,
    rulesets: str | None,
    schemas: str | None,
) -> None:
    """Make fact documents with random but plausible values, for trials and load tests."""
    from ruleengine.cli.output import open_output
    from ruleengine.cli.schema_files import find_schema
    from ruleengine.generate import generate_documents
    from ruleengine.workspace import open_workspace

    found = find_schema(schema, open_workspace(rulesets, schemas).schemas)
    day = settled_date(as_of)
    documents = generate_documents(found, count, seed, day, missing, stale)
    chosen = output_format or _told_by_name(out)
    with open_output(out, (found.path,)) as output:
        for content in _WRITERS[chosen](documents, found):
            output.write(content)


def _told_by_name(out: str | None) -> str:
    name = PurePath((out or "").lower().removesuffix(".gz"))
    return {".json": "json", ".csv": "csv"}.get(name.suffix, "ndjson")


def _as_ndjson(documents: Iterable[_Document], schema: FactSchema) -> Iterator[bytes]:
    import orjson

    for document in documents:
        yield orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def _as_json(documents: Iterable[_Document], schema: FactSchema) -> Iterator[bytes]:
    import orjson

    separator = b"[\n"
    for document in documents:
        yield separator + orjson.dumps(document)
        separator = b",\n"
    yield b"\n]\n" if separator == b",\n" else b"[]\n"


def _as_csv(documents: Iterable[_Document], schema: FactSchema) -> Iterator[bytes]:
    """Dotted columns; a list is JSON in its cell, a missing value an empty one."""
    from ruleengine.report.delimited import quoted_line

    columns = list(_columns(schema.root, ()))
    yield quoted_line([".".join(column) for column in columns]).encode()
    for document in documents:
        yield quoted_line([_cell(document, column) for column in columns]).encode()


_WRITERS: dict[str, Callable[[Iterable[_Document], FactSchema], Iterator[bytes]]] = {
    "ndjson": _as_ndjson,
    "json": _as_json,
    "csv": _as_csv,
}


def _columns(record: Type, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The paths of everything that takes one cell."""
    for each in record.fields:
        path = (*above, each.name)
        if each.type.fields:
            yield from _columns(each.type, path)
        else:
            yield path


def _cell(document: _Document, column: tuple[str, ...]) -> str:
    found: Any = document
    for step in column:
        found = found.get(step) if isinstance(found, dict) else None
    if found is None or isinstance(found, str):
        return found or ""
    import orjson

    return orjson.dumps(found).decode()
