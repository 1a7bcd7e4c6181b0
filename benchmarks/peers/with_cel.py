"""Common Expression Language: one map expression with the twelve ratings, by the Rust binding."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from benchmarks.peers import Peer
from benchmarks.peers.ratings import RATINGS, ternary


def peers() -> Iterator[Peer]:
    """The Rust binding."""
    cel: Any = import_module("cel")
    words = {"divide": "(double({}) / double({}))"}
    ratings = ", ".join(f'"{name}": {ternary(rows, words=words)}' for name, rows in RATINGS.items())
    program = cel.compile(f"{{{ratings}}}")
    yield Peer("CEL (Rust binding)", program.execute, lambda found: dict(found))
