"""Other engines on the same ratings, where they are installed: `pip install -r benchmarks/requirements-peers.txt`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from attrs import frozen

from benchmarks.peers.ratings import RATINGS, flat

#: From a flat document to the band of each measure.
Rate = Callable[[dict[str, Any]], Any]


@frozen(slots=True)
class Peer:
    """Another engine at work: `rate` is timed, `bands` reads what it gave. `explains`: it gives a trace."""

    name: str
    rate: Rate
    bands: Callable[[Any], dict[str, str | None]]
    explains: bool = False
    slow: bool = False


_MODULES = ("zen", "cel", "json_logic", "rego", "business_rules", "rule_engine")


def installed() -> Iterator[Peer]:
    """The engines that can be imported here; the others are left out without a word."""
    for name in _MODULES:
        module = importlib.import_module(f"benchmarks.peers.with_{name}")
        try:
            yield from module.peers()
        except ImportError:
            continue


def wrong(peer: Peer, documents: list[dict[str, Any]], results: list[dict[str, Any]]) -> list[str]:
    """Where the bands of an engine are not ours."""
    found = []
    for document, result in zip(documents, results, strict=True):
        bands = peer.bands(peer.rate(flat(document)))
        found += [
            f"{document['id']} {name}: {bands[name]!r} instead of {result['measures'][name]['band']!r}"
            for name in RATINGS
            if bands[name] != result["measures"][name]["band"]
        ]
    return found


__all__ = ["Peer", "flat", "installed", "wrong"]
