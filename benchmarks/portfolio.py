"""Portfolios: files of accounts to files of results, against the floor and hand-written SQL.

Every run is a process of its own, so that its peak of memory is its own; all kinds of run take their turn in every round, and
ratios are taken within a round.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from attrs import frozen

import ruleengine
from benchmarks import portfolio_sql
from benchmarks.large_ruleset import with_measures
from benchmarks.portfolio_runs import Run, command, run
from benchmarks.tables import Table, Target, number
from benchmarks.workload import portfolio
from benchmarks.workload.accounts import AS_OF, RULESET, accounts
from ruleengine.portfolio.duckdb_session import is_installed

_MAKE = {"NDJSON": portfolio.ndjson, "Parquet": portfolio.parquet}
_SUFFIX = {"NDJSON": "ndjson", "Parquet": "parquet", "": "none"}
_WORDS = {
    "floor": "DuckDB reads all fields, nothing else (floor)",
    "scores": "hand-written SQL, scores only",
    "explained": "hand-written SQL, explained",
    "strict_scores": "the same, reading strictly",
    "strict_explained": "the same, reading strictly",
    "engine_scores": "ruleengine, scores only",
    "engine_explained": "ruleengine, whole results",
    "python": "evaluator on 2 processes, whole results",
}
_TARGET = Target(1.15)
#: So many accounts are compared before anything is timed.
_CHECKED = 1_000
#: From this many accounts on one run is enough.
_MANY = 1_000_000


@frozen(slots=True)
class Case:
    """One kind of run: what is done, from which files to which."""

    work: str
    source: str
    out: str = ""

    @property
    def name(self) -> str:
        """As the tables say it."""
        return f"{_WORDS[self.work]}, {self.source}{' → ' + self.out if self.out else ''}"

    @property
    def aim(self) -> str:
        """What comes out of it: scores, or everything explained."""
        return self.work.rpartition("_")[2]


CASES = (
    Case("floor", "NDJSON"),
    Case("scores", "NDJSON", "Parquet"),
    Case("strict_scores", "NDJSON", "Parquet"),
    Case("engine_scores", "NDJSON", "Parquet"),
    Case("explained", "NDJSON", "Parquet"),
    Case("strict_explained", "NDJSON", "Parquet"),
    Case("engine_explained", "NDJSON", "Parquet"),
    Case("explained", "NDJSON", "NDJSON"),
    Case("engine_explained", "NDJSON", "NDJSON"),
    Case("python", "NDJSON", "NDJSON"),
    Case("floor", "Parquet"),
    Case("scores", "Parquet", "Parquet"),
    Case("engine_scores", "Parquet", "Parquet"),
    Case("explained", "Parquet", "Parquet"),
    Case("engine_explained", "Parquet", "Parquet"),
)
_QUICK = tuple(case for case in CASES if not case.work.startswith("strict") and "scores" not in case.work)
Found = dict[Case, list[Run]]


def measure(quick: bool, large: bool = False, folder: Path | None = None) -> list[Table]:
    """The tables of portfolios; `large` adds ten million accounts. Accounts are kept in `folder`."""
    if not is_installed():
        print("portfolio: left out, for the extra `duckdb` is not installed", file=sys.stderr)
        return []
    place = folder or Path(tempfile.gettempdir()) / f"ruleengine-benchmarks-{os.getuid()}"
    _check(place)
    count = 2_000 if quick else _MANY
    tables = [_ways(rounds(_QUICK if quick else CASES, count, place, 1), count)]
    if not quick:
        sizes = (10_000, 100_000, count, *([10_000_000] if large else []))
        tables += [_sizes(sizes, place), _engines((1_000, 10_000, 30_000, 100_000, 300_000), place)]
    numbers = {12: (500, 2_000)} if quick else {12: (20_000, 100_000), 120: (5_000, 25_000)}
    return [*tables, _measures(numbers, place)]


def _check(folder: Path) -> None:
    """Raises when the hand-written SQL does not agree with the engine."""
    ruleset = ruleengine.load(RULESET)
    results = (ruleset.score_dict(document, AS_OF) for document in accounts(_CHECKED))
    faults = portfolio_sql.check(results, portfolio.reading(portfolio.ndjson(_CHECKED, folder)), AS_OF)
    if faults:
        raise AssertionError("\n".join(["the hand-written SQL and the engine disagree:", *faults[:20]]))


def rounds(cases: Sequence[Case], count: int, folder: Path, times: int, ruleset: Path = RULESET) -> Found:
    """Run every case so many times over, in turn."""
    found: Found = {case: [] for case in cases}
    sources = {case: _MAKE[case.source](count, folder) for case in cases}
    with tempfile.TemporaryDirectory(dir=folder) as results:
        for _ in range(times):
            for case in cases:
                out = Path(results) / f"results.{_SUFFIX[case.out]}"
                found[case].append(run(case.work, sources[case], out, ruleset))
                out.unlink(missing_ok=True)
    return found


def _ways(found: Found, count: int) -> Table:
    rows = []
    for case, runs in found.items():
        rate = count / median(each.seconds for each in runs)
        against = [_against(found, case, work) for work in ("floor", case.aim, f"strict_{case.aim}")]
        cells = ["" if ratio is None else number(ratio) for ratio in against]
        ratio = next((each for each in reversed(against[1:]) if each is not None), None)
        target = ""
        if count >= _MANY and case.work.startswith("engine") and case.out == "Parquet" and ratio is not None:
            target = _TARGET.text(ratio)
        rows.append((case.name, f"{rate:,.0f}", *cells, _megabytes(runs), target))
    head = ("accounts to results", "accounts/s", "× floor", "× SQL", "× SQL, strict", "MB", "target")
    notes = (
        f"{count:,} accounts, without starting Python and importing; × are ratios of times within one round;",
        "× SQL is against the hand-written SQL with the same outcome; MB is the peak of the (largest) process.",
    )
    return Table("portfolio", "Portfolios", head, tuple(rows), notes)


def _against(found: Found, case: Case, work: str) -> float | None:
    """How many times as long a case takes as other work on the same files; None when there is none."""
    other = Case(work, case.source, "" if work == "floor" else case.out)
    if case not in found or other not in found or case.work in (work, "floor"):
        return None
    return median(one.seconds / base.seconds for one, base in zip(found[case], found[other], strict=True))


def _megabytes(runs: Sequence[Run]) -> str:
    return f"{max(each.peak for each in runs) >> 20:,}"


def _sizes(sizes: Sequence[int], folder: Path) -> Table:
    works = ("explained", "engine_explained")
    cases = [case for case in CASES if case.work in works and case.out == "Parquet"]
    rows = []
    for count in sizes:
        for case, runs in rounds(cases, count, folder, 1 if count >= _MANY else 3).items():
            seconds = median(each.seconds for each in runs)
            rows.append(
                (f"{count:,}", case.name, number(seconds), f"{count / seconds:,.0f}", _megabytes(runs))
            )
    head = ("accounts", "how", "seconds", "accounts/s", "MB")
    return Table("portfolio sizes", "Portfolios, by the number of accounts", head, tuple(rows))


def _engines(sizes: Sequence[int], folder: Path) -> Table:
    """The command as a user types it, with both engines: from which size on DuckDB is faster."""
    rows = []
    for count in sizes:
        source = portfolio.ndjson(count, folder)
        found: dict[str, list[Run]] = {"python": [], "duckdb": []}
        with tempfile.TemporaryDirectory(dir=folder) as results:
            for _ in range(3):
                for engine, runs in found.items():
                    runs.append(command(source, Path(results) / "results.ndjson", engine))
        ratio = median(one.whole / other.whole for one, other in zip(*found.values(), strict=True))
        megabytes = f"{source.stat().st_size / 1e6:.0f}"
        seconds = [number(median(each.whole for each in runs)) for runs in found.values()]
        rows.append((f"{count:,}", megabytes, *seconds, number(ratio)))
    head = ("accounts", "MB of NDJSON", "python, s", "duckdb, s", "python / duckdb")
    notes = ("`ruleengine eval --engine … --out X.ndjson`, whole processes, NDJSON to NDJSON.",)
    return Table("portfolio engines", "Which engine, by the size of the input", head, tuple(rows), notes)


def _measures(numbers: dict[int, tuple[int, int]], folder: Path) -> Table:
    """What comes before the first account and what each account adds, from runs over two sizes."""
    case = Case("engine_explained", "Parquet", "Parquet")
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for measures, (few, many) in numbers.items():
            ruleset = Path(name) / f"large_{measures}" / "1.0.0.rules"
            ruleset.parent.mkdir()
            text = with_measures(measures).replace("ruleset large ", f"ruleset large_{measures} ", 1)
            ruleset.write_text(text, encoding="utf-8")
            less, more = (rounds([case], count, folder, 3, ruleset)[case] for count in (few, many))
            short, long = (median(each.seconds for each in runs) for runs in (less, more))
            each = max(long - short, 0.0) / (many - few)
            before = max(short - few * each, 0.0)
            cost = number(each / measures * 1e6)
            rows.append((f"{measures:,}", number(before), number(each * 1e6), cost, _megabytes(more)))
    head = ("measures", "before, s", "µs an account", "µs an account and measure", "MB")
    notes = ("Whole results, Parquet → Parquet; told apart by runs over two sizes.",)
    return Table("portfolio measures", "Portfolios, by the number of measures", head, tuple(rows), notes)
