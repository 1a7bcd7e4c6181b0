"""The same inputs give the same bytes: in every process, in every thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

import ruleengine
from tests.properties.documents import ACCOUNTS, ROOT

THREADS = 8
SHARED = ACCOUNTS[::6]
COMMANDS = {
    "eval": "eval customer_health@2.0.0 examples/accounts.ndjson --as-of 2024-03-01 --format ndjson",
    "explain": "explain customer_health@2.0.0 examples/accounts.ndjson --id {id} --as-of 2024-03-01 --format json",
    "tree": "compile customer_health@2.0.0 --to tree",
    "python": "compile customer_health@2.0.0 --to python",
    "generate": "generate --schema schemas/account/1.schema.json --count 20 --seed 7",
    "check": "check tests/cases/errors/rulesets --format json",
}


def output_of(command: str, seed: str) -> bytes:
    words = command.format(id=ACCOUNTS[0]["id"]).split()
    environment = {**os.environ, "PYTHONHASHSEED": seed, "RULEENGINE_CACHE": ""}
    done = subprocess.run(
        [sys.executable, "-m", "ruleengine", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 3), done.stderr
    assert done.stdout
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_the_order_of_hashes_changes_nothing(command: str) -> None:
    assert len({output_of(command, seed) for seed in ("0", "1", "4242")}) == 1


def test_threads_that_share_a_fresh_ruleset_get_the_same() -> None:
    """The first calls of all threads come at once, when nothing has been generated yet."""
    alone = ruleengine.load("customer_health@2.0.0", rulesets=ROOT / "rulesets", cache=False)
    expected = [results(account, alone) for account in SHARED]
    shared = ruleengine.load("customer_health@2.0.0", rulesets=ROOT / "rulesets", cache=False)
    start = Barrier(THREADS)

    def run(number: int) -> list[str]:
        start.wait()
        turned = SHARED[number:] + SHARED[:number]
        found = [results(account, shared) for account in turned]
        return found[len(found) - number :] + found[: len(found) - number]

    with ThreadPoolExecutor(THREADS) as pool:
        for found in pool.map(run, range(THREADS)):
            assert found == expected


def results(account: dict[str, Any], ruleset: ruleengine.Ruleset) -> str:
    """Result, scores and explanation of an account on two days."""
    days = ("2024-03-01", "2024-02-29")
    return json.dumps(
        [
            [
                ruleset.score_dict(account, day),
                ruleset.scores(account, day),
                ruleset.explain(account, day).to_dict(),
            ]
            for day in days
        ]
    )
