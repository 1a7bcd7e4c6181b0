"""Which engine runs `eval`, and which format its output has.

In: the words of the options, the inputs. Out: the name of an engine. Guaranteed: what is asked for and cannot be done is a
usage error that says which engine can; `auto` never fails where some engine can do it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from ruleengine.values import Kind

if TYPE_CHECKING:
    from ruleengine.cli.selection import Selection
    from ruleengine.values import Field, Type

ENGINES = ("auto", "python", "duckdb", "spark")
#: Formats with typed columns, which DuckDB and Spark write.
TYPED = ("parquet", "duckdb")
FORMATS = ("table", "json", "ndjson", "csv", "markdown", *TYPED)
#: From this many bytes of input on, `auto` takes DuckDB.
LARGE = 60_000_000
_BY_ENDING = {
    ".parquet": "parquet", ".pq": "parquet", ".duckdb": "duckdb", ".ndjson": "ndjson", ".jsonl": "ndjson",
    ".csv": "csv", ".json": "json", ".md": "markdown",
}  # fmt: skip
_PARQUET = (".parquet", ".pq")
_ON_SPARK = ("parquet", "ndjson", "csv")


def format_for(wanted: str | None, out: str | None) -> str:
    """The format of the output: as named, else as the ending of the file tells, else a table."""
    if wanted is not None:
        return wanted
    name = (out or "").lower().removesuffix(".gz")
    return _BY_ENDING.get(Path(name).suffix, "table")


@frozen(slots=True)
class Wanted:
    """What a run is to do, as far as engines differ in it. `counts`: --by, --fail-on or --strict is given."""

    engine: str
    format: str
    out: str | None
    facts: tuple[str, ...]
    facts_format: str | None
    previous: str | None
    by: tuple[tuple[str, ...], Field] | None
    counts: bool = False
    master: str | None = None


def choose_engine(wanted: Wanted, selection: Selection) -> str:
    """The engine that runs. Raises a usage error."""
    if wanted.format in TYPED and wanted.out in (None, "-"):
        raise click.UsageError(f"--format {wanted.format} needs --out FILE.")
    if wanted.master is not None and wanted.engine != "spark":
        raise click.UsageError("--master is for --engine spark.")
    if wanted.engine != "auto":
        _check(_obstacle(wanted, selection, wanted.engine))
        return wanted.engine
    if wanted.format in TYPED or any(map(_needs_engine, wanted.facts)) or wanted.facts_format == "parquet":
        _check(_obstacle(wanted, selection, "duckdb"))
        return "duckdb"
    return "duckdb" if _gains(wanted, selection) else "python"


def _check(obstacle: str) -> None:
    if obstacle:
        raise click.UsageError(obstacle)


def _gains(wanted: Wanted, selection: Selection) -> bool:
    """Whether the input is large, and DuckDB can score it."""
    if _size(wanted.facts) < LARGE or _obstacle(wanted, selection, "duckdb"):
        return False
    from ruleengine.portfolio.duckdb_session import is_installed

    return is_installed() and _is_emitted(selection)


def _is_emitted(selection: Selection) -> bool:
    """Whether SQL can say the whole ruleset."""
    from datetime import date

    from ruleengine.columnar.emit import NotEmitted, emit

    try:
        emit(selection.ruleset.program, "duckdb", date(2000, 1, 1))
    except NotEmitted:
        return False
    return True


def _obstacle(wanted: Wanted, selection: Selection, engine: str) -> str:
    """Why an engine cannot do what is wanted, with the one that can; empty when it can."""
    if engine == "python":
        return _obstacle_for_python(wanted)
    if wanted.previous is not None:
        return f"--previous is for --engine python, not for {engine}."
    if engine == "spark":
        return _obstacle_for_spark(wanted, selection)
    if wanted.by is not None and not _prints_alike(wanted.by[1].type):
        name = ".".join(wanted.by[0])
        return f"--by {name} is for --engine python; {engine} groups by fields that hold texts or flags."
    return ""


def _obstacle_for_python(wanted: Wanted) -> str:
    if wanted.format in TYPED:
        return f"--format {wanted.format} is written by --engine duckdb."
    if wanted.facts_format == "parquet" or any(path.lower().endswith(_PARQUET) for path in wanted.facts):
        return "Parquet is read by --engine duckdb."
    return ""


def _obstacle_for_spark(wanted: Wanted, selection: Selection) -> str:
    if wanted.out in (None, "-"):
        return "--engine spark needs --out; it writes folders and tables."
    if wanted.format not in _ON_SPARK:
        return f"--format {wanted.format} is for --engine duckdb; Spark writes {', '.join(_ON_SPARK)}."
    if wanted.counts or selection.segment or selection.conditional or selection.trigger:
        return "--where, --select, --by, --fail-on and --strict are for --engine duckdb, not for spark."
    return ""


def _prints_alike(kind: Type) -> bool:
    """Whether values of a type are in columns as they stand in documents."""
    if kind.kind is Kind.LIST and kind.element is not None:
        return _prints_alike(kind.element)
    return kind.kind in (Kind.TEXT, Kind.CHOICE, Kind.FLAG)


def _needs_engine(path: str) -> bool:
    """Whether Python's readers do not know what a path names: Parquet, folders, patterns, object stores."""
    file = Path(path)
    if path == "-" or file.is_file():
        return file.suffix.lower() in _PARQUET
    return (
        file.suffix.lower() in _PARQUET
        or "://" in path
        or file.is_dir()
        or any(sign in path for sign in "*?[")
    )


def _size(paths: Sequence[str]) -> int:
    """How many bytes the inputs have, as far as that can be told; gzip data count tenfold."""
    total = 0
    for path in paths:
        file = Path(path)
        if file.is_file():
            total += file.stat().st_size * (10 if file.suffix.lower() == ".gz" else 1)
    return total
