"""The ledger of the fuzzer: how long each target was fuzzed, how many inputs it took, what it found.

In: the figures of one slice. Out: the ledger, a small JSON file that is replaced as a whole. Guaranteed: figures only
add up; corpus and edges are those of the last slice that told them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from attrs import frozen

LEDGER = Path(__file__).with_name("ledger.json")


@frozen(slots=True)
class Slice:
    """What one run of one target came to. `edges` is 0 without a guide; `found` are the names of findings."""

    target: str
    guided: bool
    seconds: float
    executions: int
    corpus: int
    edges: int
    found: tuple[str, ...] = ()


def read_ledger(path: Path) -> dict[str, Any]:
    """What a ledger says; an empty one when there is none."""
    if not path.exists():
        return {"targets": {}}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def add(path: Path, done: Slice, day: str) -> None:
    """Enter a slice."""
    ledger = read_ledger(path)
    fresh = {"seconds": 0, "guided_seconds": 0, "executions": 0, "corpus": 0, "edges": 0, "findings": []}
    entry = ledger["targets"].setdefault(done.target, fresh)
    entry["seconds"] += round(done.seconds)
    entry["guided_seconds"] += round(done.seconds) if done.guided else 0
    entry["executions"] += done.executions
    entry["corpus"] = done.corpus or entry["corpus"]
    entry["edges"] = done.edges or entry["edges"]
    entry["findings"] = sorted({*entry["findings"], *done.found})
    ledger["from"], ledger["until"] = ledger.get("from", day), day
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    beside.write_text(json.dumps(ledger, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    beside.replace(path)


def told(ledger: dict[str, Any]) -> Iterable[str]:
    """The ledger as lines."""
    entries = ledger["targets"]
    yield f"{'target':<10} {'hours':>6} {'executions':>11} {'a second':>9} {'corpus':>7} {'edges':>7} {'causes found':>13}"
    for name, each in sorted(entries.items()):
        rate = each["executions"] / max(1, each["seconds"])
        yield (
            f"{name:<10} {each['seconds'] / 3600:>6.2f} {each['executions']:>11,} {rate:>9.0f} {each['corpus']:>7,} "
            f"{each['edges']:>7,} {len(each['findings']):>13}"
        )
    seconds, executions = (sum(each[key] for each in entries.values()) for key in ("seconds", "executions"))
    guided = sum(each["guided_seconds"] for each in entries.values())
    found = sum(len(each["findings"]) for each in entries.values())
    yield (
        f"in all {seconds / 3600:.2f} hours ({guided / 3600:.2f} guided by coverage), {executions:,} executions, "
        f"{found} causes found, {ledger.get('from', '-')} to {ledger.get('until', '-')}"
    )
