"""In what surroundings commands are run: hash seeds, time zones, locales, processes, caches, the order of keys, other
Pythons.

In: a folder. Out: `Variation`s, each with the environment and the interpreter it needs. Guaranteed: the first is plain;
each of the others differs from it in one thing, but for `everything`, which differs in all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from attrs import field, frozen

import ruleengine
from tests.determinism.commands import ROOT

#: What another Python must be able to import.
_NEEDED = "import attrs, click, re2, jsonschema, lark, orjson"
_PYTHONS = tuple(f"python3.{minor}" for minor in range(11, 20))


@frozen
class Variation:
    """One surrounding. `facts` is the folder of the facts, `other` says that it is another interpreter."""

    name: str
    environment: Mapping[str, str] = field(factory=dict)
    options: tuple[str, ...] = ()
    facts: str = "plain"
    python: str = sys.executable


PLAIN = Variation("plain")
_TOGETHER = {
    "PYTHONHASHSEED": "4242",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "tr_TR.UTF-8",
    "JOBS": "2",
    "COLUMNS": "40",
}
EVERYTHING = Variation("everything", {**_TOGETHER, "CACHE": "kept"}, ("-O",))
REVERSED = Variation("keys reversed", facts="reversed")


def single() -> Iterator[Variation]:
    """Those that differ in one thing."""
    yield from (
        Variation(f"hash seed {seed}", {"PYTHONHASHSEED": seed}) for seed in ("1", "2", "99", "4294967295")
    )
    yield from (
        Variation(f"zone {zone}", {"TZ": zone})
        for zone in ("Pacific/Kiritimati", "America/St_Johns", "Etc/GMT+12")
    )
    yield from (
        Variation(f"locale {name}", {"LC_ALL": name})
        for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "C.UTF-8", "POSIX")
    )
    yield from (Variation(f"{jobs} processes", {"JOBS": jobs}) for jobs in ("2", "3"))
    yield from (Variation(f"{temper} cache", {"CACHE": "kept"}) for temper in ("cold", "warm"))
    yield Variation("without asserts", options=("-O",))
    yield Variation("without docstrings", options=("-OO",))
    yield Variation("narrow terminal", {"COLUMNS": "30"})
    yield EVERYTHING
    yield REVERSED


@cache
def others() -> tuple[Variation, ...]:
    """Other Pythons that have what the engine needs: those of RULEENGINE_OTHER_PYTHON (paths, separated as in PATH),
    and on PATH."""
    told = [each for each in os.environ.get("RULEENGINE_OTHER_PYTHON", "").split(os.pathsep) if each]
    found: dict[str, str] = {}
    for candidate in (*told, *(path for name in _PYTHONS if (path := shutil.which(name)))):
        version = version_of(candidate)
        if version and version != ".".join(map(str, sys.version_info[:2])):
            found.setdefault(version, candidate)
    return tuple(Variation(f"Python {version}", python=path) for version, path in sorted(found.items()))


def version_of(python: str) -> str:
    """The version of an interpreter such as 3.12; empty when it cannot run the engine."""
    line = f"{_NEEDED}, sys; print('%d.%d' % sys.version_info[:2]) if sys.version_info >= (3, 11) else None"
    try:
        done = subprocess.run([python, "-c", line], capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 and done.stdout.strip() != "None" else ""


def environment(variation: Variation, folder: Path) -> dict[str, str]:
    """The whole environment of a process: nothing of the caller's but where programs are."""
    caches = {
        "RULEENGINE_CACHE": str(folder / f"cache {variation.name}")
        if "CACHE" in variation.environment
        else ""
    }
    plain = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }
    kept = {
        name: os.environ[name] for name in ("HOME", "LOCPATH", "SYSTEMROOT", "TMPDIR") if name in os.environ
    }
    return {**kept, **plain, **caches, "PYTHONDONTWRITEBYTECODE": "1", **variation.environment}


def write_facts(folder: Path) -> None:
    """The facts as they are and with the keys of every record the other way round, and results of some of them."""
    lines = (ROOT / "examples/accounts.ndjson").read_text(encoding="utf-8").splitlines()
    rules = ruleengine.load("customer_health@2.0.0", rulesets=ROOT / "rulesets", cache=False)
    results = b"".join(rules.score_json(line, "2024-03-01") + b"\n" for line in lines[::5])
    for name, change in (("plain", _as_it_is), ("reversed", _reversed)):
        (folder / name).mkdir()
        written = [json.dumps(change(json.loads(line)), ensure_ascii=False) for line in lines]
        (folder / name / "facts.ndjson").write_text("\n".join(written) + "\n", encoding="utf-8")
        (folder / name / "few.ndjson").write_text("\n".join(written[::5]) + "\n", encoding="utf-8")
        (folder / name / "results.ndjson").write_bytes(results)


def _as_it_is(value: Any) -> Any:
    return value


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(each) for key, each in reversed(value.items())}
    return [_reversed(each) for each in value] if isinstance(value, list) else value
