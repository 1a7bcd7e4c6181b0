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
LARGE = 100_000_000
_BY_ENDING = {
    ".parquet": "parquet", ".pq": "parquet", ".duckdb": "duckdb", ".ndjson": "ndjson", ".jsonl": "ndjson",
    ".csv": "csv", ".json": "json", ".md": "markdown",
}  # fmt: skip
_PARQUET = (".parquet", ".pq")


def format_for(wanted: str | None, out: str | None) -> str:
    """The format of the output: as named, else as the ending of the file tells, else a table."""
    if wanted is not None:
        return wanted
    name = (out or "").lower().removesuffix(".gz")
    return _BY_ENDING.get(Path(name).suffix, "table")


@frozen(slots=True)
class Wanted:
    """What a run is to do, as far as engines differ in it."""

    engine: str
    format: str
    out: str | None
    facts: tuple[str, ...]
    facts_format: str | None
    previous: str | None
    by_field: tuple[tuple[str, ...], Field] | None


def choose_engine(wanted: Wanted, selection: Selection) -> str:
    """The engine that runs. Raises a usage error, `NotEmitted` and `EngineUnavailable`."""
    if wanted.format in TYPED and wanted.out in (None, "-"):
        raise click.UsageError(f"--format {wanted.format} needs --out FILE.")
    if wanted.engine == "python":
        _check_python(wanted)
        return "python"
    if wanted.engine != "auto":
        obstacle = _obstacle(wanted, wanted.engine)
        if obstacle:
            raise click.UsageError(obstacle)
        return wanted.engine
    needed = wanted.format in TYPED or _reads_parquet(wanted)
    if not needed and _size(wanted.facts) < LARGE:
        return "python"
    from ruleengine.portfolio.duckdb_session import is_installed

    obstacle = _obstacle(wanted, "duckdb")
    if needed:
        if obstacle:
            raise click.UsageError(obstacle)
        return "duckdb"
    return "duckdb" if not obstacle and is_installed() and _is_emitted(selection) else "python"


def _is_emitted(selection: Selection) -> bool:
    """Whether SQL can say the whole ruleset."""
    from datetime import date

    from ruleengine.columnar.emit import NotEmitted, emit

    try:
        emit(selection.ruleset.program, "duckdb", date(2000, 1, 1))
    except NotEmitted:
        return False
    return True


def _check_python(wanted: Wanted) -> None:
    if wanted.format in TYPED:
        raise click.UsageError(f"--format {wanted.format} is written by --engine duckdb.")
    if _reads_parquet(wanted):
        raise click.UsageError("Parquet is read by --engine duckdb.")


def _obstacle(wanted: Wanted, engine: str) -> str:
    """Why an engine cannot do what is wanted, with the one that can; empty when it can."""
    if wanted.previous is not None:
        return f"--previous is for --engine python, not for {engine}."
    if wanted.by_field is not None and not _prints_alike(wanted.by_field[1].type):
        name = ".".join(wanted.by_field[0])
        return f"--by {name} is for --engine python; {engine} groups by fields that hold texts or flags."
    return ""


def _prints_alike(kind: Type) -> bool:
    """Whether values of a type are in columns as they stand in documents."""
    if kind.kind is Kind.LIST and kind.element is not None:
        return _prints_alike(kind.element)
    return kind.kind in (Kind.TEXT, Kind.CHOICE, Kind.FLAG)


def _reads_parquet(wanted: Wanted) -> bool:
    if wanted.facts_format is not None:
        return wanted.facts_format == "parquet"
    return any(path.lower().endswith(_PARQUET) for path in wanted.facts)


def _size(paths: Sequence[str]) -> int:
    """How many bytes the inputs have, as far as that can be told; gzip data count tenfold."""
    total = 0
    for path in paths:
        file = Path(path)
        if file.is_file():
            total += file.stat().st_size * (10 if file.suffix.lower() == ".gz" else 1)
    return total
