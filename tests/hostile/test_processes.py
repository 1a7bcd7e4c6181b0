"""Processes that share the work, and are ended from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ruleengine.compare.workers import Workers
from tests.cli.conftest import project
from tests.cli.project import AS_OF, ROOT

__all__ = ["project"]


def _deadly(parent: int) -> Callable[[int], int]:
    def work(item: int) -> int:
        if item == 1_000 and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return item

    return work


def test_a_process_that_is_killed_ends_the_others() -> None:
    workers = Workers(partial(_deadly, os.getpid()), 2)
    with pytest.raises(ChildProcessError, match="was ended from outside"):
        list(workers.over(range(5_000)))


def _children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(word) for word in listed.read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found through /proc")
def test_a_comparison_whose_process_is_killed_says_so(tmp_path: Path) -> None:
    text = Path("rulesets/demo/1.0.0.rules").read_text(encoding="utf-8")
    newer = text.replace("demo 1.0.0", "demo 2.0.0").replace("green when <= 3", "green when <= 9")
    Path("rulesets/demo/2.0.0.rules").write_text(newer, encoding="utf-8")
    lines = (json.dumps({"id": f"a{n}", "seats": n % 14, "tickets": n % 12}) + "\n" for n in range(60_000))
    Path("many.ndjson").write_text("".join(lines), encoding="utf-8")
    words = [
        "diff",
        "demo@1",
        "demo@2",
        "many.ndjson",
        "--as-of",
        AS_OF,
        "--jobs",
        "2",
        "--format",
        "json",
        "--out",
        "report.json",
    ]
    # what is killed cannot write down what it has run, and a measurement says so on standard error
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    running = subprocess.Popen(
        [sys.executable, "-m", "ruleengine", *words],
        stderr=subprocess.PIPE,
        env={**unmeasured, "PYTHONPATH": str(ROOT)},
    )
    deadline = time.monotonic() + 30
    while not (found := _children(running.pid)) and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(found[0], signal.SIGKILL)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 5
    assert b"error: a process that shared the work was ended from outside" in said
    assert b"Traceback" not in said
    assert not Path("report.json").exists()
    assert not list(Path().glob(".*.tmp"))
