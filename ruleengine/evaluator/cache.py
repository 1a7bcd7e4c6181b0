"""The cache of compiled rulesets: the evaluation tree as data, never code.

An entry is found by the path of the ruleset and is used only when the engine (its version and its files) and the digests
of every file that went into it still agree. A foreign, damaged or unwritable entry is as good as none.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from ruleengine.cache_folder import cache_folder, keep, kept
from ruleengine.limits import limits
from ruleengine.tree.data import from_data, to_data
from ruleengine.tree.ruleset import Program
from ruleengine.version import __version__
from ruleengine.workspace import Workspace

_FORMAT = 2


def _entry(path: Path, workspace: Workspace) -> Path | None:
    folder = cache_folder()
    if folder is None:
        return None
    places = "\0".join(map(str, (Path.cwd(), path, workspace.rulesets, workspace.schemas, limits())))
    return folder / f"{hashlib.sha256(places.encode()).hexdigest()[:32]}.json"


@lru_cache(maxsize=1)
def _engine() -> str:
    """The version of the engine and a digest of its files' names, sizes and times: a changed engine compiles anew."""
    package = Path(__file__).parent.parent
    files = hashlib.sha256()
    for folder in ("", "compiler", "facts", "library", "syntax", "tree"):
        for entry in sorted(os.scandir(package / folder), key=lambda found: found.name):
            if entry.is_file() and not entry.name.startswith("."):
                state = entry.stat()
                files.update(f"{folder}/{entry.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return f"{__version__} {files.hexdigest()}"


def _digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def load_cached(path: Path, workspace: Workspace) -> Program | None:
    """The program of a ruleset file from the cache; None when there is none that can be trusted."""
    entry = _entry(path, workspace)
    if entry is None:
        return None
    try:
        data: Any = orjson.loads(kept(entry))
        if (data["format"], data["engine"], data["entry"]) != (_FORMAT, _engine(), entry.name):
            return None
        if any(_digest(name) != digest for name, digest in data["files"].items()):
            return None
        program = from_data(data["program"])
        return program if isinstance(program, Program) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return None


def store(program: Program, path: Path, workspace: Workspace, files: Iterable[Path]) -> None:
    """Keep a program; silently does nothing where that is not possible."""
    entry = _entry(path, workspace)
    if entry is None:
        return
    try:
        schemas = [workspace.schemas / f"{name}/{version}.schema.json" for name, version in program.schemas]
        digests = {str(name): _digest(str(name)) for name in [*files, *schemas]}
        data = {
            "format": _FORMAT,
            "engine": _engine(),
            "entry": entry.name,
            "files": digests,
            "program": to_data(program),
        }
        keep(entry, orjson.dumps(data))
    except (OSError, ValueError, TypeError, RecursionError):
        return
