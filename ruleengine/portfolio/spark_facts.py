"""Facts as Spark reads them: lines, whole files, Parquet and tables, as one relation.

In: paths (files, folders, globs, whatever file systems Spark knows) or `table:NAME`, and how to read. Out: a data frame
with `position`, the fact columns of the program, and `~origin`. Guaranteed: nothing is inferred from NDJSON, CSV or JSON;
an input that is not there is one `FactsUnreadable`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ruleengine.columnar.types import spark_type
from ruleengine.facts.blocks import STANDARD_INPUT
from ruleengine.facts.readers import ENDINGS
from ruleengine.facts.records import FactsUnreadable, unreadable
from ruleengine.portfolio.engine_faults import EngineFailed
from ruleengine.portfolio.spark_session import cause_of
from ruleengine.portfolio.spark_workers import (
    ORIGIN,
    ORIGIN_TYPE,
    UNREADABLE,
    Reading,
    file_reading,
    line_reading,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: What stands before the name of a table.
TABLE = "table:"
POSITION = "position"
_PARQUET = "parquet"
#: Endings of compressed text that is read line by line: Spark unpacks these, and Python does not.
_UNPACKED = (".bz2", ".zst", ".lz4", ".snappy")


def read_facts(session: SparkSession, paths: Sequence[str], reading: Reading) -> DataFrame:
    """All inputs as one relation, in their order. Raises `FactsUnreadable`."""
    frames = [_frame(session, kind, members, reading) for kind, members in _by_kind(paths, reading)]
    found = frames[0]
    for each in frames[1:]:
        found = found.unionByName(each)
    from pyspark.sql import functions as f

    names = [f"`{name}`" for name in (*_names(reading), ORIGIN)]
    return found.select(f.monotonically_increasing_id().alias(POSITION), *names)


def _by_kind(paths: Sequence[str], reading: Reading) -> Iterator[tuple[str, list[str]]]:
    """Neighbours that are read in the same way, together."""
    kind, members = "", list[str]()
    for path in paths:
        found = kind_of(path, reading.options.format)
        if members and (found != kind or kind == "table"):
            yield kind, members
            members = []
        kind = found
        members.append(path)
    if members:
        yield kind, members


def kind_of(path: str, wanted: str = "") -> str:
    """How an input is read: `table`, `parquet`, `lines`, or `files` (each as a whole, by one task)."""
    if path == STANDARD_INPUT:
        raise unreadable(
            path, "Spark does not read standard input", "write the facts to a file, or take --engine python"
        )
    if path.startswith(TABLE):
        return "table"
    endings = [ending.lower() for ending in PurePosixPath(path).suffixes]
    packed = endings.pop() if endings and endings[-1] in (".gz", *_UNPACKED) else ""
    chosen = wanted or ENDINGS.get(endings[-1] if endings else "", "")
    if not wanted and endings[-1:] == [".parquet"]:
        return _PARQUET
    if chosen in ("json", "csv") or packed == ".gz":
        return "files"
    if chosen == "ndjson":
        return "lines"
    raise unreadable(
        path,
        f"`{path}` does not tell its format",
        "let it end in .ndjson, .parquet, .csv or .json (`folder/*.ndjson`), or say --facts-format",
    )


def _frame(session: SparkSession, kind: str, paths: list[str], reading: Reading) -> DataFrame:
    with readable(paths[0] if len(paths) == 1 else ", ".join(paths)):
        if kind in ("table", _PARQUET):
            from ruleengine.portfolio.spark_tables import table_facts

            stored = (
                session.table(paths[0].removeprefix(TABLE))
                if kind == "table"
                else session.read.parquet(*map(_escaped, paths))
            )
            return table_facts(stored, paths[0], reading)
        return _lines(session, paths, reading) if kind == "lines" else _files(session, paths, reading)


def _lines(session: SparkSession, paths: list[str], reading: Reading) -> DataFrame:
    stored = session.read.text(list(map(_escaped, paths)), lineSep="\n")
    lines = stored.selectExpr(
        "CAST(value AS BINARY) AS value", "_metadata.file_path AS path", "_metadata.file_block_start AS block"
    )
    return lines.mapInArrow(line_reading(reading), _row_type(reading))


def _files(session: SparkSession, paths: list[str], reading: Reading) -> DataFrame:
    stored = session.read.format("binaryFile").load(list(map(_escaped, paths)))
    return stored.select("path", "content").mapInArrow(file_reading(reading), _row_type(reading))


def _row_type(reading: Reading) -> str:
    fields = (f"`{each.name.replace('`', '``')}` {spark_type(each.type)}" for each in reading.columns)
    return ", ".join((f"`{ORIGIN}` {ORIGIN_TYPE}", *fields))


def _names(reading: Reading) -> Iterable[str]:
    return (each.name.replace("`", "``") for each in reading.columns)


def _escaped(path: str) -> str:
    """A path of a file that is there, with no sign that Spark would take for a pattern."""
    return pattern_free(os.path.abspath(path)) if os.path.exists(path) else path


def pattern_free(path: str) -> str:
    """A path of one file as Spark wants it: signs of patterns are its own."""
    path = unquote(urlsplit(path).path) if path.startswith("file:") else path
    return "".join(f"\\{sign}" if sign in "*?[]{}\\" else sign for sign in path)


@contextmanager
def readable(path: str) -> Iterator[None]:
    """What Spark says about its inputs and its work, as reports of our own."""
    from pyspark.errors import AnalysisException

    try:
        yield
    except AnalysisException as error:
        condition = error.getCondition() or ""
        if condition in ("PATH_NOT_FOUND", "TABLE_OR_VIEW_NOT_FOUND"):
            thing = "table" if condition.startswith("TABLE") else "file or folder"
            raise unreadable(path, f"there is no {thing} `{path.removeprefix(TABLE)}`") from None
        raise unreadable(path, f"`{path}` cannot be read: {cause_of(error)}") from None


def failure_of(error: Exception) -> FactsUnreadable | EngineFailed:
    """The report about an exception of Spark in the middle of a run."""
    text = str(error)
    if UNREADABLE in text:
        told = text.partition(UNREADABLE)[2].splitlines()[0]
        path, message, remedy = json.JSONDecoder().raw_decode(told)[0]
        return unreadable(shown_path(path), message.replace(path, shown_path(path)), remedy)
    return EngineFailed("spark", f"Spark gives up: {cause_of(error)}")


def shown_path(path: str, given: Sequence[str] = ()) -> str:
    """How reports name a file: as it was given, or where it lies."""
    if not path.startswith("file:"):
        return path
    local = unquote(urlsplit(path).path)
    return next((each for each in given if os.path.abspath(each) == local), local)
