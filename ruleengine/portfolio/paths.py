"""From what users name to the files that are read.

In: paths, patterns, folders, addresses of an object store, `-`. Out: files in order, and how large they are. Guaranteed: a
file that exists is taken by its name, whatever signs that holds; a pattern that fits nothing and a folder that holds no
facts are refused with one message; the files of a pattern or a folder are in the order of their names.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence

from ruleengine.diagnostics import did_you_mean
from ruleengine.facts.blocks import STANDARD_INPUT
from ruleengine.facts.readers import ENDINGS
from ruleengine.facts.records import unreadable
from ruleengine.portfolio.parquet import ENDINGS as PARQUET_ENDINGS

_REMOTE = (
    "s3://",
    "s3a://",
    "s3n://",
    "gs://",
    "gcs://",
    "r2://",
    "http://",
    "https://",
    "hf://",
    "az://",
    "azure://",
)
_PATTERN = frozenset("*?[")


def is_remote(path: str) -> bool:
    """Whether a path is an address that only the engine can open."""
    return path.lower().startswith(_REMOTE)


def files_of(paths: Sequence[str]) -> list[str]:
    """The files that are meant. Raises `FactsUnreadable`."""
    return [file for path in paths for file in _files(path)]


def size_of(paths: Sequence[str]) -> int:
    """How many bytes the files have on disk; what cannot be told counts nothing."""
    total = 0
    for path in paths:
        if path != STANDARD_INPUT and not is_remote(path):
            try:
                total += os.stat(path).st_size
            except (OSError, ValueError):
                continue
    return total


def _files(path: str) -> list[str]:
    if path == STANDARD_INPUT or is_remote(path) or "\0" in path or os.path.isfile(path):
        return [path]
    if os.path.isdir(path):
        found = sorted(_within(path))
        if not found:
            known = ", ".join((*ENDINGS, PARQUET_ENDINGS[0]))
            raise unreadable(
                path, f"the folder `{path}` holds no facts", f"files of facts end in {known}, also with .gz"
            )
        return found
    if not _PATTERN & set(path):
        return [path]
    found = sorted(each for each in glob.iglob(path, recursive=True) if os.path.isfile(each))
    if not found:
        folder = os.path.dirname(path) or "."
        names = os.listdir(folder) if os.path.isdir(folder) else []
        raise unreadable(path, f"no file fits `{path}`", did_you_mean(os.path.basename(path), names))
    return found


def _within(folder: str) -> Iterator[str]:
    """The files of facts in a folder, however deep; what begins with a dot or an underscore is no data."""
    for above, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        for name in names:
            if not name.startswith((".", "_")) and _has_known_ending(name.lower()):
                yield os.path.join(above, name)


def _has_known_ending(name: str) -> bool:
    return name.removesuffix(".gz").endswith((*ENDINGS, *PARQUET_ENDINGS))
