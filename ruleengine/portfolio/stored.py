"""Stored results, opened for questions over all of them: Parquet, NDJSON (also gzipped), a DuckDB database.

In: paths, and which results of them are wanted. Out: a `Stored`: what an engine reads from, and whose results these are.
Guaranteed: results of one ruleset, one version and one as-of date, or one report that says which there are; what holds no
results is refused with one report; names and paths are quoted. Lines are parsed once, into a Parquet file among the
temporary files of the run, which goes with it; memory does not grow with the number of results.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from ruleengine.facts.records import FactsUnreadable, unreadable
from ruleengine.portfolio.duckdb_session import SessionOptions, failed, open_session
from ruleengine.portfolio.engine_faults import EngineFailed
from ruleengine.portfolio.parquet import failed as unusable
from ruleengine.portfolio.paths import files_of, is_remote
from ruleengine.portfolio.remote import remote_files
from ruleengine.portfolio.stored_shape import (
    NEEDED,
    NoResults,
    StoredShape,
    at,
    columns_argument,
    json_columns,
    shape_of_document,
    shape_of_types,
)
from ruleengine.portfolio.typed import literal, quoted

#: The table that `eval` writes into a database.
TABLE = "results"
_HINT = "results are what `eval` writes with --format parquet, duckdb or ndjson"
_SAMPLE = {
    "as_of": "VARCHAR", "ruleset": "STRUCT(name VARCHAR, version VARCHAR)", "scorecards": "JSON", "measures": "JSON",
    "matrices": "JSON", "outputs": "JSON",
}  # fmt: skip
_NAMED = 5
#: Each thread holds some lines at a time; more of them than this would not fit into the memory of a session.
_THREADS = min(os.cpu_count() or 1, 8)


@frozen(slots=True)
class Wanted:
    """Which results are wanted of those that are there: of a ruleset (a name, or `name@version`), of a date; empty for any."""

    ruleset: str = ""
    as_of: str = ""

    def condition(self) -> str:
        """The condition over rows."""
        name, _, version = self.ruleset.partition("@")
        parts = [f"{at('ruleset', 'name')} = {literal(name)}"] if name else []
        parts += (
            [f"starts_with({at('ruleset', 'version')} || '.', {literal(version + '.')})"] if version else []
        )
        parts += [f"CAST(as_of AS VARCHAR) = {literal(self.as_of)}"] if self.as_of else []
        return " AND ".join(parts) or "true"


@frozen(slots=True)
class Identity:
    """Whose results these are."""

    ruleset: str
    version: str
    digests: tuple[str, ...]
    as_of: str
    engines: tuple[str, ...]
    accounts: int


@frozen(slots=True)
class Stored:
    """Opened results: `source` stands after FROM and has the columns of `shape`."""

    connection: Any
    source: str
    shape: StoredShape
    identity: Identity
    paths: tuple[str, ...]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query. Raises `FactsUnreadable`, `EngineFailed`."""
        return _rows(self.connection, query, self.paths)


@contextmanager
def open_stored(
    paths: Sequence[str], wanted: Wanted | None = None, options: SessionOptions | None = None
) -> Iterator[Stored]:
    """Open results. Raises `FactsUnreadable`, `EngineUnavailable`, `EngineFailed`."""
    wanted = wanted or Wanted()
    with (
        tempfile.TemporaryDirectory(prefix="ruleengine-") as folder,
        closing(open_session(options or SessionOptions(threads=_THREADS))) as connection,
    ):
        files = _existing(remote_files(connection, files_of(paths)))
        kinds = {_kind(file) for file in files}
        if len(kinds) > 1:
            raise unreadable(
                files[0],
                f"these files are of several formats: {', '.join(sorted(kinds))}",
                "summarise each by itself",
            )
        opening = {"Parquet": _open_parquet, "DuckDB": _open_databases, "NDJSON": _open_lines}
        source, shape = opening[kinds.pop()](connection, files, wanted, folder)
        source = f"(SELECT * FROM {source} WHERE {wanted.condition()})"
        found = Stored(connection, source, shape, Identity("", "", (), "", (), 0), tuple(files))
        yield evolve(found, identity=_identity(found, wanted))


def _existing(files: Sequence[str]) -> list[str]:
    for file in files:
        if file == "-":
            raise unreadable(
                "<stdin>", "results are read more than once, which a pipe does not allow", "name a file"
            )
        if not is_remote(file) and not os.path.isfile(file):
            raise unreadable(file, f"there is no file `{file}`", _HINT)
    return list(dict.fromkeys(files))


def _kind(file: str) -> str:
    """The format of a file, by how it begins."""
    if is_remote(file):
        return (
            "NDJSON"
            if file.lower().removesuffix(".gz").endswith((".ndjson", ".jsonl", ".json"))
            else "Parquet"
        )
    try:
        with Path(file).open("rb") as stream:
            start = stream.read(4096)
    except OSError as error:
        raise unreadable(file, f"`{file}` cannot be read: {(error.strerror or str(error)).lower()}") from None
    if start.startswith(b"PAR1"):
        return "Parquet"
    if start[8:12] == b"DUCK":
        return "DuckDB"
    if start.startswith(b"\x1f\x8b") or start.lstrip().startswith(b"{"):
        return "NDJSON"
    raise unreadable(file, f"`{file}` holds no results", _HINT)


def _rows(connection: Any, query: str, paths: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a query; what the engine says of the files becomes a report."""
    import duckdb

    try:
        found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    except duckdb.OutOfMemoryException as error:
        raise EngineFailed(
            "duckdb", "counting needs more memory than it may take", "summarise fewer files"
        ) from error
    except (duckdb.InterruptException, RuntimeError) as error:
        if "nterrupt" in str(error):
            raise KeyboardInterrupt from error
        raise
    except duckdb.Error as error:
        words = str(error).strip().split("\n")[0].partition(": ")[2][:240]
        if "No space left" in words:
            raise failed(error) from error
        path = next((path for path in paths if path in words), paths[0])
        raise unreadable(path, f"`{path}` cannot be read as results: {words}", _HINT) from error
    return found


def _no_results(path: str, reason: NoResults) -> FactsUnreadable:
    return unreadable(path, f"`{path}` holds no results: {reason}", _HINT)


def _identity(stored: Stored, wanted: Wanted) -> Identity:
    """Whose results these are. Raises `FactsUnreadable` where there are none, or results of several."""
    name, version, digest = (at("ruleset", each) for each in ("name", "version", "digest"))
    engine = "list(DISTINCT engine) FILTER (engine IS NOT NULL)" if _has_engine(stored) else "[]"
    query = (
        f"SELECT {name}, {version}, CAST(as_of AS VARCHAR), count(*), list(DISTINCT {digest}), {engine} "
        f"FROM {stored.source} GROUP BY ALL ORDER BY count(*) DESC, 1, 2, 3"
    )
    rows = stored.rows(query)
    first = stored.paths[0]
    if not rows:
        asked = " that were asked for" if wanted.condition() != "true" else ""
        raise unreadable(first, f"there are no results{asked} in {_shown(stored.paths)}", _HINT)
    if any(row[0] is None or row[1] is None or row[2] is None for row in rows):
        number = sum(row[3] for row in rows if None in row[:3])
        rows_are = "1 row is" if number == 1 else f"{number:,} rows are"
        raise unreadable(first, f"{rows_are} no result in {_shown(stored.paths)}", _HINT)
    check_one(rows, stored.paths)
    ruleset, version_found, as_of, accounts, digests, engines = rows[0]
    return Identity(ruleset, version_found, tuple(sorted(digests)), as_of, tuple(sorted(engines)), accounts)


def check_one(rows: Sequence[tuple[Any, ...]], paths: Sequence[str]) -> None:
    """Raise `FactsUnreadable` where rows are of several rulesets, versions or dates: counting them together means nothing."""
    if len(rows) < 2:
        return
    listed = "; ".join(f"{row[0]} {row[1]} as of {row[2]}: {row[3]:,}" for row in rows[:_NAMED])
    more = f"; and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else ""
    rulesets = len({row[:2] for row in rows})
    what = f"{rulesets} versions or rulesets" if rulesets > 1 else f"{len(rows)} as-of dates"
    choice = f"--ruleset {rows[0][0]}@{rows[0][1]}" if rulesets > 1 else f"--as-of {rows[0][2]}"
    raise unreadable(
        paths[0],
        f"{_shown(paths)} hold results of {what} ({listed}{more})",
        f"choose one, such as `{choice}`",
    )


def _has_engine(stored: Stored) -> bool:
    import duckdb

    try:
        return "engine" in stored.connection.sql(f"SELECT * FROM {stored.source}").columns
    except duckdb.Error as error:
        raise failed(error) from error


def _shown(paths: Sequence[str]) -> str:
    return f"`{paths[0]}`" if len(paths) == 1 else f"{len(paths):,} files"


# ── Formats ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _open_parquet(connection: Any, files: list[str], wanted: Wanted, folder: str) -> tuple[str, StoredShape]:
    return _typed(
        connection,
        {file: f"read_parquet({literal(_escaped(file))}, hive_partitioning = false)" for file in files},
        wanted,
    )


def _open_databases(
    connection: Any, files: list[str], wanted: Wanted, folder: str
) -> tuple[str, StoredShape]:
    sources = {}
    for number, file in enumerate(files):
        _rows(connection, f"ATTACH {literal(file)} AS stored{number} (READ_ONLY)", files)
        tables = _rows(
            connection,
            f"SELECT table_name FROM duckdb_tables() WHERE database_name = 'stored{number}'",
            files,
        )
        if (TABLE,) not in tables:
            raise _no_results(file, NoResults(f"there is no table `{TABLE}`"))
        sources[file] = f"stored{number}.{quoted(TABLE)}"
    return _typed(connection, sources, wanted)


def _typed(connection: Any, sources: Mapping[str, str], wanted: Wanted) -> tuple[str, StoredShape]:
    """What all sources hold together. Those of which nothing is wanted are left out."""
    shapes = {file: _shape(connection, file, source) for file, source in sources.items()}
    first = next(iter(shapes.values()))
    if not all(shape.same_as(first) for shape in shapes.values()):
        kept = _with_wanted(connection, sources, wanted)
        shapes = {file: shapes[file] for file in kept}
        if not kept:
            raise unreadable(
                next(iter(sources)),
                f"there are no results that were asked for in {_shown(list(sources))}",
                _HINT,
            )
        first = next(iter(shapes.values()))
        odd = next((file for file, shape in shapes.items() if not shape.same_as(first)), None)
        if odd is not None:
            raise unreadable(
                odd, f"`{odd}` and `{kept[0]}` have other scorecards or measures", "summarise each by itself"
            )
    names = list(shapes)
    if all(sources[name].startswith("read_parquet") for name in names):
        listed = ", ".join(literal(_escaped(name)) for name in names)
        return f"read_parquet([{listed}], hive_partitioning = false)", first
    return "(" + " UNION ALL BY NAME ".join(f"SELECT * FROM {sources[name]}" for name in names) + ")", first


def _with_wanted(connection: Any, sources: Mapping[str, str], wanted: Wanted) -> list[str]:
    """The files that hold wanted results. Raises `FactsUnreadable` when these are of several rulesets, versions or dates."""
    found: dict[tuple[Any, ...], int] = {}
    kept = []
    name, version = at("ruleset", "name"), at("ruleset", "version")
    for file, source in sources.items():
        query = f"SELECT {name}, {version}, CAST(as_of AS VARCHAR), count(*) FROM {source} WHERE {wanted.condition()} GROUP BY ALL"
        rows = _rows(connection, query, [file])
        kept += [file] if rows else []
        for row in rows:
            found[row[:3]] = found.get(row[:3], 0) + row[3]
    check_one(sorted(((*key, count) for key, count in found.items()), key=lambda row: -row[3]), list(sources))
    return kept


def _shape(connection: Any, file: str, source: str) -> StoredShape:
    import duckdb

    try:
        found = connection.sql(f"SELECT * FROM {source}")
    except duckdb.Error as error:
        raise unusable(file, error) from error
    try:
        return shape_of_types(dict(zip(found.columns, found.types, strict=True)))
    except NoResults as reason:
        raise _no_results(file, reason) from None


def _open_lines(connection: Any, files: list[str], wanted: Wanted, folder: str) -> tuple[str, StoredShape]:
    """Lines as a Parquet file of their own, with the shape of the first of them."""
    import orjson

    sample = _lines(files, columns_argument(_SAMPLE))
    rows = _rows(connection, f"SELECT * FROM {sample} WHERE {wanted.condition()} LIMIT 1", files)
    if not rows:
        raise unreadable(files[0], f"there are no results that were asked for in {_shown(files)}", _HINT)
    document = dict(zip(_SAMPLE, rows[0], strict=True))
    if any(document[name] is None for name in NEEDED):
        raise _no_results(files[0], NoResults("a line is no result of `eval`"))
    try:  # a text that is half a sign is no JSON to others than DuckDB
        parts = {
            name: orjson.loads(document[name] or "{}")
            for name in ("scorecards", "measures", "matrices", "outputs")
        }
        shape = shape_of_document(parts)
    except orjson.JSONDecodeError:
        raise _no_results(files[0], NoResults("a line is no JSON")) from None
    except NoResults as reason:
        raise _no_results(files[0], reason) from None
    typed = os.path.join(folder, "results.parquet")
    connection.execute("SET preserve_insertion_order = false")
    query = f"SELECT * FROM {_lines(files, json_columns(shape))} WHERE {wanted.condition()}"
    _rows(connection, f"COPY ({query}) TO {literal(typed)} (FORMAT parquet, ROW_GROUP_SIZE 20000)", files)
    return f"read_parquet({literal(_escaped(typed))})", shape


def _lines(files: Sequence[str], columns: str) -> str:
    """What reads lines."""
    gzipped = {_is_gzip(file) for file in files}
    compression = "auto" if len(gzipped) > 1 else "gzip" if gzipped.pop() else "uncompressed"
    listed = ", ".join(literal(_escaped(file)) for file in files)
    return f"read_json([{listed}], format = 'newline_delimited', compression = '{compression}', columns = {columns})"


def _is_gzip(file: str) -> bool:
    if is_remote(file):
        return file.lower().endswith(".gz")
    with Path(file).open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def _escaped(path: str) -> str:
    """A path in which no sign stands for others."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in path)
