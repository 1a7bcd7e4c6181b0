"""Parquet files as slices of rows.

In: a path, the schema of the facts, the fields that are wanted. Out: `Slice`s in order, each some row groups of the file,
with the SQL that reads them; and the documents of rows. Guaranteed: columns are found by name, never by place; a file that
cannot be used is one `FactsUnreadable`, before any row is read where its end tells; names and paths are literals.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from attrs import frozen

from ruleengine.diagnostics import did_you_mean
from ruleengine.facts.blocks import name_of
from ruleengine.facts.csv_rows import unknown_columns
from ruleengine.facts.model import ELEMENT, FactSchema, every_field
from ruleengine.facts.records import FactsUnreadable, ReadSummary, unreadable
from ruleengine.portfolio.layout import POSITION
from ruleengine.portfolio.parquet_columns import Sql, WrongType, constant, field_sql
from ruleengine.portfolio.typed import literal, no_plain_id, quoted
from ruleengine.values import Field

ENDINGS = (".parquet", ".pq")
_MAGIC = b"PAR1"
_ROW = "file_row_number"
_NO_PARTITION = "__HIVE_DEFAULT_PARTITION__"


@frozen(slots=True)
class Slice:
    """Rows `first` to `end` of a file, whose first row has the position `start`."""

    file: ParquetFile
    start: int
    first: int
    end: int

    def _rows(self) -> str:
        return f"FROM {self.file.source} WHERE {_ROW} >= {self.first} AND {_ROW} < {self.end}"

    def _position(self) -> str:
        return f"{_ROW} + {self.start} AS {POSITION}"

    def selected(self, valid: bool) -> str:
        """The query for the typed rows; where `valid`, only for those that are plainly valid."""
        columns = ", ".join(f"{sql.value} AS {quoted(name)}" for name, sql in self.file.columns.items())
        rows = f"{self._rows()} AND {self._faults()} IS NOT TRUE" if valid else self._rows()
        return f"SELECT {self._position()}, {columns} {rows}"

    def invalid(self) -> str:
        """The query for the positions and documents of rows that are not plainly valid."""
        return f"{self.documents()} AND {self._faults()} IS TRUE ORDER BY {_ROW}"

    def _faults(self) -> str:
        faults = [self.file.no_id, *(fault for sql in self.file.columns.values() for fault in sql.faults)]
        return f"({' OR '.join(f'({each})' for each in faults)})"

    def documents(self) -> str:
        """The query for positions and documents."""
        raws = ", ".join(f"{sql.raw} AS {quoted(name)}" for name, sql in self.file.columns.items())
        return f"SELECT {self._position()}, {raws} {self._rows()}"


class ParquetFile:
    """One file: what reads it, and the SQL of the wanted fields."""

    def __init__(
        self, connection: Any, path: str, schema: FactSchema, fields: Sequence[Field], summary: ReadSummary
    ) -> None:
        if "://" not in path and not os.path.isfile(path):
            message = f"`{name_of(path)}` is no file on disk, and Parquet is read from its end"
            raise unreadable(name_of(path), message, "write it to a file first")
        self.connection = connection
        self.path = path
        self.schema = schema
        self.source = f"read_parquet({literal(_escaped(path))}, {_ROW} = true, hive_partitioning = false)"
        types = self._types()
        folders = _folders(path)
        self._check(types, folders, summary)
        self.columns: dict[str, Sql] = {}
        try:
            for field in fields:
                self.columns[field.name] = (
                    constant(field, folders[field.name])
                    if field.name in folders and field.name not in types
                    else field_sql(field, types)
                )
            self.no_id = self._no_id(types)
        except WrongType as wrong:
            message = (
                f"the column `{wrong.path}` of `{path}` is {wrong.found}, and its fact needs {wrong.wanted}"
            )
            raise unreadable(path, message, "write the column with another type") from None

    def run(self, query: str) -> Any:
        """The rows of a query."""
        return list(self.rows(query, 10_000))

    def rows(self, query: str, many: int) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, so many at a time; what the engine says of the file becomes a report."""
        import duckdb

        try:
            found = self.connection.execute(query)
            while rows := found.fetchmany(many):
                yield from rows
        except duckdb.Error as error:
            raise failed(self.path, error) from error

    def _types(self) -> dict[str, Any]:
        """The types of the columns by name."""
        import duckdb

        try:
            found = self.connection.sql(f"SELECT * FROM {self.source}")
        except duckdb.Error as error:
            raise failed(self.path, error) from error
        types = dict(zip(found.columns, found.types, strict=True))
        types.pop(_ROW)
        return types

    def row_groups(self) -> list[int]:
        """How many rows each group has, in order."""
        rows = self.run(
            f"SELECT row_group_id, any_value(row_group_num_rows) FROM parquet_metadata({literal(_escaped(self.path))}) "
            f"GROUP BY ALL ORDER BY ALL"
        )
        return [count for _, count in rows]

    def slices(self, start: int) -> Iterator[Slice]:
        """One slice for each row group."""
        first = 0
        for count in self.row_groups():
            yield Slice(self, start, first, first + count)
            first += count

    def _check(self, types: Mapping[str, Any], folders: Mapping[str, str], summary: ReadSummary) -> None:
        names = list(types)
        known = {".".join(path): each for path, each in every_field(self.schema.root) if ELEMENT not in path}
        for name in names:
            if name in known and any(other.startswith(f"{name}.") and other in known for other in names):
                message = f"the column `{name}` overlaps with its own parts"
                raise unreadable(self.path, message, "keep one of them")
        wanted = ".".join(self.schema.id_path)
        if not _has(types, self.schema.id_path) and wanted not in folders:
            message = f"`{self.path}` has no column `{wanted}` for the id"
            raise unreadable(self.path, message, did_you_mean(wanted, names))
        unknown = [name for name in names if name not in known]
        if unknown:
            summary.keep(unknown_columns(unknown, list(known), self.schema, self.path, 1))

    def _no_id(self, types: Mapping[str, Any]) -> str:
        record, found = self.schema.root, None
        for step in self.schema.id_path:
            found = next(field for field in record.fields if field.name == step)
            record = found.type
        assert found is not None
        return no_plain_id(found, self._id_raw())

    def _id_raw(self) -> str:
        first, *rest = self.schema.id_path
        value = f"({self.columns[first].value})"
        for step in rest:
            value = f"struct_extract({value}, {literal(step)})"
        return value


def failed(path: str, error: Exception) -> FactsUnreadable:
    """The refusal of a file that the engine cannot read."""
    words = str(error).split("\n")[0].partition("Error: ")[2] or str(error).split("\n")[0]
    if "httpfs" in str(error) or "extension" in words:
        return no_remote(path, words)
    if "No magic bytes" in words or "too small to be a Parquet" in words:
        return unreadable(path, f"`{path}` is no whole Parquet file", "write it again")
    return unreadable(path, f"`{path}` cannot be read: {words[:200]}")


def no_remote(path: str, reason: str) -> FactsUnreadable:
    """The refusal of an address for want of what opens it."""
    remedy = "install it once: python -c \"import duckdb; duckdb.sql('INSTALL httpfs')\""
    return unreadable(
        path, f"`{path}` cannot be read: DuckDB's extension `httpfs` is not there ({reason[:120]})", remedy
    )


def is_parquet(path: str, wanted: str) -> bool:
    """Whether a path names a Parquet file, or what it holds begins like one."""
    if wanted:
        return wanted == "parquet"
    if path.lower().endswith(ENDINGS):
        return True
    if not os.path.isfile(path):  # what is no file, such as a pipe, gives its bytes only once
        return False
    try:
        with open(path, "rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def without_absent(value: Any) -> Any:
    """A row's value as a document has it: what is NULL in a record is not there."""
    if isinstance(value, dict):
        return {name: without_absent(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_absent(each) for each in value]
    return value


def _has(types: Mapping[str, Any], path: Sequence[str]) -> bool:
    for depth in range(len(path), 0, -1):
        found = types.get(".".join(path[:depth]))
        if found is not None:
            for step in path[depth:]:
                found = dict(found.children).get(step) if found is not None and found.id == "struct" else None
            return found is not None
    return False


def _folders(path: str) -> dict[str, str]:
    """What the folders of a partitioned data set say: `region=EU`."""
    found = {}
    for part in PurePosixPath(path).parts[:-1]:
        name, sign, text = part.partition("=")
        if sign and name and text != _NO_PARTITION:
            found[unquote(name)] = unquote(text)
    return found


def _escaped(path: str) -> str:
    """A path whose signs are no pattern."""
    return path if "://" in path else "".join(f"[{sign}]" if sign in "*?[" else sign for sign in path)
