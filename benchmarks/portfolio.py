"""Portfolios: files of accounts to files of results, against the floor and hand-written SQL.

Every run is a process of its own, so that its peak of memory is its own; all kinds of run take their turn in every round, and
ratios are taken within a round.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from attrs import frozen

import ruleengine
from benchmarks import portfolio_sql
from benchmarks.portfolio_runs import Run, run
from benchmarks.tables import Table, number
from benchmarks.workload import portfolio
from benchmarks.workload.accounts import AS_OF, RULESET, accounts

_MAKE = {"NDJSON": portfolio.ndjson, "Parquet": portfolio.parquet}
_SUFFIX = {"NDJSON": "ndjson", "Parquet": "parquet", "": "none"}
_FLOOR = "DuckDB reads all fields, nothing else (floor)"


#: So many accounts are compared before anything is timed.
_CHECKED = 1_000


@frozen(slots=True)
class Case:
    """One kind of run: what is done, from which files to which, and the kind of run that it is compared with."""

    what: str
    work: str
    source: str
    out: str = ""

    @property
    def name(self) -> str:
        """As the table says it."""
        return f"{self.what}, {self.source}{' → ' + self.out if self.out else ''}"


CASES = (
    Case(_FLOOR, "floor", "NDJSON"),
    Case(_FLOOR, "floor", "Parquet"),
    Case("hand-written SQL, scores only", "scores", "NDJSON", "Parquet"),
    Case("hand-written SQL, scores only", "scores", "Parquet", "Parquet"),
    Case("hand-written SQL, explained", "explained", "NDJSON", "Parquet"),
    Case("hand-written SQL, explained", "explained", "NDJSON", "NDJSON"),
    Case("hand-written SQL, explained", "explained", "Parquet", "Parquet"),
    Case("evaluator on 2 processes, whole results", "python", "NDJSON", "NDJSON"),
)
Found = dict[Case, list[Run]]


def measure(quick: bool, large: bool = False, folder: Path | None = None) -> list[Table]:
    """The tables of portfolios; `large` adds ten million accounts. Accounts are kept in `folder`."""
    place = folder or Path(tempfile.gettempdir()) / f"ruleengine-benchmarks-{os.getuid()}"
    count = 2_000 if quick else 1_000_000
    _check(place)
    found = rounds(CASES, count, place, 1 if quick else 3)
    sizes = (500, count) if quick else (10_000, 100_000, count, *([10_000_000] if large else []))
    return [_ways(found, count), _sizes(sizes, place)]


def _check(folder: Path) -> None:
    """Raises when the hand-written SQL does not agree with the engine."""
    ruleset = ruleengine.load(RULESET)
    results = (ruleset.score_dict(document, AS_OF) for document in accounts(_CHECKED))
    faults = portfolio_sql.check(results, portfolio.reading(portfolio.ndjson(_CHECKED, folder)), AS_OF)
    if faults:
        raise AssertionError("\n".join(["the hand-written SQL and the engine disagree:", *faults[:20]]))


def rounds(cases: Sequence[Case], count: int, folder: Path, number_of: int) -> Found:
    """Run every case so many times over, in turn."""
    found: Found = {case: [] for case in cases}
    sources = {case: _MAKE[case.source](count, folder) for case in cases}
    with tempfile.TemporaryDirectory(dir=folder) as results:
        for _ in range(number_of):
            for case in cases:
                out = Path(results) / f"results.{_SUFFIX[case.out]}"
                found[case].append(run(case.work, sources[case], out))
                out.unlink(missing_ok=True)
    return found


def _ways(found: Found, count: int) -> Table:
    rows = []
    for case, runs in found.items():
        rate = count / median(each.seconds for each in runs)
        cells = [case.name, f"{rate:,.0f}"]
        for other in (
            _like(found, "floor", case),
            _like(found, "scores", case),
            _like(found, "explained", case),
        ):
            cells.append(number(_ratio(runs, found[other])) if other and case.work != "floor" else "")  # noqa: PERF401  # a cell at a time reads better
        rows.append((*cells, f"{max(each.peak for each in runs) >> 20:,}"))
    head = ("accounts to results", "accounts/s", "× floor", "× SQL, scores", "× SQL, explained", "MB at peak")
    notes = (
        f"{count:,} accounts; without starting Python and importing; × are medians of ratios of times within a round.",
    )
    return Table("portfolio", "Portfolios", head, tuple(rows), notes)


def _like(found: Found, work: str, case: Case) -> Case | None:
    """The kind of run that does this work on the same files."""
    outs = ("",) if work == "floor" else (case.out,)
    return next(
        (each for each in found if (each.work, each.source) == (work, case.source) and each.out in outs), None
    )


def _ratio(runs: Sequence[Run], others: Sequence[Run]) -> float:
    return median(one.seconds / other.seconds for one, other in zip(runs, others, strict=True))


def _sizes(sizes: Sequence[int], folder: Path) -> Table:
    cases = [
        case for case in CASES if (case.work, case.out) in (("explained", "Parquet"), ("python", "NDJSON"))
    ]
    rows = []
    for count in sizes:
        many = count >= 1_000_000
        chosen = [case for case in cases if case.work != "python" or not many]
        for case, runs in rounds(chosen, count, folder, 1 if many else 3).items():
            seconds = median(each.seconds for each in runs)
            whole = median(each.whole for each in runs)
            peak = f"{max(each.peak for each in runs) >> 20:,}"
            rows.append((f"{count:,}", case.name, f"{count / seconds:,.0f}", number(whole), peak))
    head = ("accounts", "how", "accounts/s", "seconds of the process", "MB at peak")
    return Table("portfolio sizes", "Portfolios, by the number of accounts", head, tuple(rows))
