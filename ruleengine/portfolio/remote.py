"""Addresses of object stores and of the web, opened by DuckDB's own extension.

In: addresses. Out: files, and their bytes. Guaranteed: nothing is downloaded but what is asked for; where the extension is
not installed, one message says how it is. A file that is no Parquet is held in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ruleengine.facts.records import unreadable
from ruleengine.portfolio.parquet import failed, no_remote
from ruleengine.portfolio.paths import is_remote
from ruleengine.portfolio.typed import literal


def load_remote(connection: Any, path: str) -> None:
    """Load what opens addresses. Raises `FactsUnreadable` about `path` where that cannot be."""
    import duckdb

    try:
        connection.execute("LOAD httpfs")
    except duckdb.Error as error:
        raise no_remote(path, str(error).split("\n")[0]) from None


def remote_files(connection: Any, paths: Sequence[str]) -> list[str]:
    """The same paths, with patterns among the addresses as the files that they mean."""
    first = next((path for path in paths if is_remote(path)), None)
    if first is not None:
        load_remote(connection, first)
    return [file for path in paths for file in (_files(connection, path) if _is_pattern(path) else [path])]


def remote_blocks(connection: Any, path: str) -> Iterator[bytes]:
    """The bytes of a file."""
    import duckdb

    try:
        row = connection.execute(f"SELECT content FROM read_blob({literal(path)})").fetchone()
    except duckdb.Error as error:
        raise failed(path, error) from None
    if row is None:
        raise unreadable(path, f"there is no file `{path}`")
    yield row[0]


def _is_pattern(path: str) -> bool:
    return is_remote(path) and not path.lower().startswith("http") and bool({"*", "["} & set(path))


def _files(connection: Any, path: str) -> list[str]:
    import duckdb

    try:
        rows = connection.execute(f"SELECT file FROM glob({literal(path)}) ORDER BY file").fetchall()
    except duckdb.Error as error:
        raise failed(path, error) from None
    if not rows:
        raise unreadable(path, f"no file fits `{path}`")
    return [row[0] for row in rows]
