"""Whole processes, from the shell's point of view: how long until a command has done its work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.compile_time import SCHEMAS, save
from benchmarks.large_ruleset import with_lines
from benchmarks.tables import Table, Target, number
from benchmarks.timing import interleaved, ratio
from benchmarks.workload.accounts import AS_OF, RULESET, accounts

BARE = "python -c pass"
_TIMES = {"ruleengine eval, compiled before": Target(5), "ruleengine eval, without the cache": Target(14)}
_SECONDS = {"ruleengine --help": Target(0.1, "s"), "ruleengine check, 1,000 lines": Target(0.4, "s")}


def measure(quick: bool) -> list[Table]:
    """The table of start-up times."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = interleaved(_work(folder), 1 if quick else 15)
    rows = []
    for words, seconds in found.items():
        times, middle = ratio(found, words, BARE), median(seconds)
        target = ""
        if words in _TIMES:
            target = _TIMES[words].text(times)
        elif words in _SECONDS:
            target = _SECONDS[words].text(middle)
        rows.append((words, number(middle * 1e3), number(times), target))
    head = ("process", "ms", "× bare Python", "target")
    return [Table("start-up", "Start-up: whole processes", head, tuple(rows))]


def _work(folder: Path) -> dict[str, tuple[Callable[[], object], int]]:
    facts = folder / "account.json"
    facts.write_text(json.dumps(next(iter(accounts(1)))), encoding="utf-8")
    large = save(folder, "large", with_lines(1000))
    evaluate = ["eval", str(RULESET), str(facts), "--as-of", AS_OF.isoformat(), "--format", "json"]
    check = ["check", str(large), "--schemas", str(SCHEMAS)]
    engine = [sys.executable, "-m", "ruleengine"]
    kept = {"RULEENGINE_CACHE": str(folder / "cache")}
    none = {"RULEENGINE_CACHE": ""}
    by_hand = "import json, sys; from datetime import date; from benchmarks.yardsticks import score; "
    by_hand += f"print(score(json.load(open({str(facts)!r})), date(2024, 3, 1)))"
    return {
        BARE: (_process([sys.executable, "-c", "pass"], {}), 1),
        "hand-written score of one account": (_process([sys.executable, "-c", by_hand], {}), 1),
        "ruleengine --help": (_process([*engine, "--help"], {}), 1),
        "ruleengine eval, compiled before": (_process([*engine, *evaluate], kept), 1),
        "ruleengine eval, compiled before, as a table": (
            _process([*engine, *evaluate[:-1], "table"], kept),
            1,
        ),
        "ruleengine eval, without the cache": (_process([*engine, *evaluate], none), 1),
        "ruleengine check, 1,000 lines": (_process([*engine, *check], kept), 1),
        "ruleengine check, 1,000 lines, without the cache": (_process([*engine, *check], none), 1),
    }


def _process(command: list[str], environment: dict[str, str]) -> Callable[[], object]:
    surroundings = {**os.environ, **environment}

    def run() -> None:
        done = subprocess.run(command, capture_output=True, env=surroundings, check=False)
        if done.returncode:
            raise AssertionError(f"{command} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")

    return run
