"""Opening DuckDB for a run over a portfolio.

Out: a connection with the settings under which the engine gives the evaluator's results: time zone UTC, the order of the
input kept, memory bounded, what does not fit on disk. Guaranteed: where DuckDB or what belongs to it is not installed,
`EngineUnavailable` says which command installs it.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

from attrs import frozen

from ruleengine.portfolio.engine_faults import EngineFailed, EngineUnavailable
from ruleengine.portfolio.typed import literal

#: What the extra `ruleengine[duckdb]` brings along.
_PACKAGES = ("duckdb", "sqlglot", "pyarrow")
INSTALL = "pip install 'ruleengine[duckdb]'"


@frozen(slots=True)
class SessionOptions:
    """How much of the machine a run may take; 0 threads are as many as there are processors."""

    threads: int = 0
    memory: str = "1200MB"
    temporary: str = ""


def is_installed() -> bool:
    """Whether everything that the engine needs can be imported; nothing is imported for that."""
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in _PACKAGES)


def check_installed(folder: str = "") -> None:
    """Raise `EngineUnavailable` when something is missing; `folder` is one that nothing else reads."""
    if is_installed():
        return
    if folder:
        message = (
            f"`{folder}` is a folder, which only the engine for portfolios reads, and that is not installed"
        )
        raise EngineUnavailable("duckdb", message, f"name files of facts, or run `{INSTALL}`")
    raise EngineUnavailable("duckdb", "the engine for portfolios is not installed", f"run `{INSTALL}`")


def open_session(options: SessionOptions, database: str = ":memory:") -> Any:
    """A connection to a database of its own."""
    check_installed()
    import duckdb

    connection = duckdb.connect(database)
    # DuckDB makes this folder when it first needs it, and removes it when the connection is closed.
    beside = options.temporary or os.path.join(
        tempfile.gettempdir(), f"ruleengine-{os.getpid()}-{os.urandom(4).hex()}"
    )
    settings = {
        "TimeZone": "'UTC'",
        "preserve_insertion_order": "true",
        "memory_limit": f"'{options.memory}'",
        "threads": str(options.threads or os.cpu_count() or 1),
        "temp_directory": literal(beside),
        # Wide projections take these passes minutes, and narrow ones gain nothing by them.
        "disabled_optimizers": "'projection_placement,join_order,statistics_propagation'",
        "enable_progress_bar": "false",
        # Nothing is ever downloaded: what belongs to DuckDB is built in, all else is loaded by name.
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    for name, value in settings.items():
        connection.execute(f"SET {name} = {value}")
    return connection


def failed(error: Exception) -> EngineFailed:
    """What is said when DuckDB gave up."""
    words = str(error).strip().split("\n")[0][:300]
    if "Out of Memory" in words or "OutOfMemory" in type(error).__name__:
        return EngineFailed("duckdb", "the run needs more memory than it may take", "take `--engine python`")
    if "No space left" in words or "disk" in words.lower():
        return EngineFailed(
            "duckdb", "there is no room left for temporary files", "set TMPDIR to a larger disk"
        )
    return EngineFailed("duckdb", f"DuckDB stopped: {words}", "take `--engine python`")
