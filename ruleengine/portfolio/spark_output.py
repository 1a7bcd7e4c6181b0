"""Where Spark's results go: folders of part files, and tables.

In: a data frame of results, and the name of an output: a path of any file system that Spark knows, or `table:NAME`. Out: the
output, replaced as a whole. Guaranteed: results are first written beside their place (`.NAME.….tmp`), by Spark's own
committers; only a complete output, with its `_SUCCESS`, is moved to its place, and what stood there before is removed after
that. On object stores moving is copying, so what stands there is replaced by Spark itself when a run begins to write.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruleengine.diagnostics import Diagnostic
from ruleengine.portfolio.spark_facts import TABLE
from ruleengine.source import Span

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

FORMATS = ("parquet", "ndjson", "csv")


class OutputRefused(Exception):
    """An output that cannot be written, with the report that says why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"`{path}` cannot be written: {reason}")
        self.diagnostic = Diagnostic("RE515", Span(path, 0, 0, 1, 1), str(self))


def format_of(out: str) -> str:
    """The format that the name of an output tells; Parquet for a table, and for a name that tells none."""
    endings = {".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv"}
    return "parquet" if out.startswith(TABLE) else endings.get(Path(out).suffix.lower(), "parquet")


@contextmanager
def replacing(out: str) -> Iterator[str]:
    """A place to write to, which takes the place of the output when all has gone well, and is removed otherwise."""
    local = local_path(out)
    if local is None:
        yield out
        return
    check_writable(out, local)
    beside = local.with_name(f".{local.name[:100]}.{os.urandom(6).hex()}.tmp")
    try:
        yield beside.as_uri()
        _move(beside, local)
    except OSError as error:
        raise OutputRefused(out, (error.strerror or str(error)).lower()) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def local_path(out: str) -> Path | None:
    """The path of an output on this machine; None for other file systems and tables."""
    if out.startswith(TABLE):
        return None
    if out.startswith("file:"):
        from urllib.parse import unquote, urlsplit

        return Path(unquote(urlsplit(out).path))
    return None if "://" in out else Path(os.path.abspath(out))


def check_writable(out: str, local: Path) -> None:
    """Raise `OutputRefused` for what can be seen to go wrong before anything is scored."""
    if not local.parent.is_dir():
        raise OutputRefused(out, f"there is no folder `{local.parent}`")
    if not os.access(local.parent, os.W_OK):
        raise OutputRefused(out, "permission denied")
    if local.is_dir() and not _is_ours(local):
        raise OutputRefused(out, "it is a folder that holds something else than results of Spark")


def _is_ours(folder: Path) -> bool:
    """Whether a folder is empty, or holds an output of Spark and nothing else."""
    names = [each.name for each in folder.iterdir()]
    return all(name.startswith(("part-", "_SUCCESS", "._SUCCESS", ".part-")) for name in names)


def _move(beside: Path, local: Path) -> None:
    """Put the new output in its place: the earlier one steps aside, and goes when the new one stands."""
    aside = None
    if local.exists() or local.is_symlink():
        aside = beside.with_suffix(".old")
        local.rename(aside)
    try:
        beside.rename(local)
    except OSError:
        if aside is not None:
            aside.rename(local)
        raise
    if aside is not None:
        with suppress(OSError):
            shutil.rmtree(aside) if aside.is_dir() else aside.unlink()


def write(results: DataFrame, out: str, chosen: str) -> None:
    """Write results in a format: `parquet` columns, or lines of text."""
    if out.startswith(TABLE):
        results.write.mode("overwrite").saveAsTable(out.removeprefix(TABLE))
        return
    writers: dict[str, Callable[[Any], Any]] = {"parquet": lambda writer: writer.parquet(out)}
    writers.get(chosen, lambda writer: writer.text(out, lineSep="\n"))(results.write.mode("overwrite"))
