"""How long it takes to say who would move and why: ten edits of the workload's ruleset over a portfolio.

The whole command is timed, from reading the facts to the written document, with as many processes as there are cores; beside it
what sharing measure results between sets of edits spares, against scoring every set of edits as a ruleset by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from statistics import mean
from time import perf_counter
from typing import Any

import orjson

import ruleengine
from benchmarks.tables import Table, Target, number
from benchmarks.timing import interleaved, ratio
from benchmarks.workload.accounts import AS_OF, RULESET, accounts, lines
from ruleengine.compare.hybrid import Hybrids
from ruleengine.compare.meaning import differences
from ruleengine.compare.plan import Plan
from ruleengine.compare.shared import Moment, SharedEvaluation
from ruleengine.evaluator.program import Evaluator

SCHEMAS = RULESET.parents[2] / "schemas"
#: What operations might change in one release: the balance of four groups, and six thresholds.
EDITS = (
    ('"Product" 50%', '"Product" 45%'),
    ('"Risk"                  25%', '"Risk"                  30%'),
    ('"Voice of the customer"  5%', '"Voice of the customer" 10%'),
    ('"Outcomes"              10%', '"Outcomes"               5%'),
    (
        "rate when tenure >= 9 months     { red when <= 75%",
        "rate when tenure >= 9 months     { red when <= 60%",
    ),
    ("red    when < 50%\n    yellow when < 80%", "red    when < 40%\n    yellow when < 80%"),
    ("yellow when <= 33%", "yellow when <= 25%"),
    ("yellow when <= 40\n", "yellow when <= 30\n"),
    ("yellow when in 6..15\n    red    when > 15", "yellow when in 6..20\n    red    when > 20"),
    ("{ green when <= 35 days", "{ green when <= 30 days"),
)
_TARGET = Target(60, "s")


def measure(quick: bool) -> list[Table]:
    """The tables of comparisons."""
    count = 2_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        new = save_edited(folder)
        facts = folder / "accounts.ndjson"
        facts.write_bytes(b"".join(lines(count)))
        seconds, document = _whole_command(folder, new, facts)
        shared = _sharing(new, 100 if quick else 400, 3 if quick else 7)
    touched = [len(mover["attribution"]) for mover in document["movers"]]
    moved = document["population"]["moved"]
    verdict = _TARGET.text(seconds) if not quick else ""
    rows = (
        ("edits", str(len(document["edits"])), ""),
        ("accounts", f"{document['population']['accounts']:,}", ""),
        ("accounts whose score changes", f"{len(document['movers']):,}", ""),
        ("accounts whose band changes", f"{moved:,}", ""),
        ("edits that touch such an account, on average", number(mean(touched)), ""),
        ("seconds, from facts to document", number(seconds), verdict),
        ("accounts a second", f"{count / seconds:,.0f}", ""),
    )
    note = f"{os.cpu_count()} processes; the document holds every mover with its attribution."
    return [Table("diff", "A comparison of two versions", ("what", "found", "target"), rows, (note,)), shared]


def save_edited(folder: Path) -> Path:
    """The workload's ruleset with every edit made, as a file; where it lies."""
    text = RULESET.read_text(encoding="utf-8")
    for old, edited in EDITS:
        if text.count(old) != 1:
            raise AssertionError(f"`{old}` stands {text.count(old)} times in the ruleset")
        text = text.replace(old, edited)
    path = folder / "rulesets" / "workload" / "1.1.0.rules"
    path.parent.mkdir(parents=True)
    path.write_text(text.replace("ruleset workload 1.0.0", "ruleset workload 1.1.0"), encoding="utf-8")
    return path


def _whole_command(folder: Path, new: Path, facts: Path) -> tuple[float, dict[str, Any]]:
    out = folder / "comparison.json"
    command = [
        sys.executable, "-m", "ruleengine", "diff", str(RULESET), str(new), "--facts", str(facts),
        "--as-of", AS_OF.isoformat(), "--schemas", str(SCHEMAS), "--format", "json", "--out", str(out),
    ]  # fmt: skip
    start = perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    seconds = perf_counter() - start
    if done.returncode:
        raise AssertionError(f"{command} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    document: dict[str, Any] = orjson.loads(out.read_bytes())
    return seconds, document


def _sharing(new: Path, count: int, rounds: int) -> Table:
    """All sets of the edits that touch an account: shared, and each scored as a ruleset by itself."""
    old = ruleengine.load(RULESET, schemas=SCHEMAS, cache=False)
    edited = ruleengine.load(new, schemas=SCHEMAS, cache=False)
    found = differences(old.program, edited.program)
    hybrids = Hybrids(old.program, edited.program, found)
    names = [edit.id for edit in found.edits]
    evaluation = SharedEvaluation(Plan(hybrids, names, ["health"]))
    documents = list(accounts(count))
    players = [evaluation.games(Moment(each, AS_OF))["health"].players for each in documents]
    subsets = [list(_subsets(tuple(names[player] for player in each))) for each in players]
    evaluators = {chosen: Evaluator(hybrids.program(chosen)) for each in subsets for chosen in each}

    def shared() -> None:
        for each in documents:
            game = evaluation.games(Moment(each, AS_OF))["health"]
            for mask in range(1 << len(game.players)):
                game.value(mask)

    def alone() -> None:
        for each, sets in zip(documents, subsets, strict=True):
            for chosen in sets:
                evaluators[chosen].scores(each, AS_OF)

    both = {"ruleset": _both(old, edited, documents, AS_OF), "shared": shared, "alone": alone}
    times = interleaved({name: (work, count) for name, work in both.items()}, rounds)
    words = {
        "ruleset": "the old and the new version, scores only",
        "alone": "every set of touching edits as a ruleset by itself",
        "shared": "every set of touching edits, measure results shared",
    }
    rows = tuple(
        (text, number(sorted(times[name])[rounds // 2] * 1e6), number(ratio(times, name, "ruleset")))
        for name, text in words.items()
    )
    note = (
        f"{count} accounts; {len(evaluators)} different sets of edits come up, compiled before the clock starts. "
        f"All {1 << len(names):,} sets would cost ×{(1 << len(names)) // 2}."
    )
    return Table("sharing", "What sharing spares", ("one process", "µs an account", "×"), rows, (note,))


def _both(old: ruleengine.Ruleset, new: ruleengine.Ruleset, documents: Iterable[Any], day: date) -> Any:
    def work() -> None:
        for each in documents:
            old.scores(each, day)
            new.scores(each, day)

    return work


def _subsets(names: tuple[str, ...]) -> Iterable[frozenset[str]]:
    for mask in range(1 << len(names)):
        yield frozenset(name for place, name in enumerate(names) if mask >> place & 1)
