"""Comparisons held against the truth at length: `python -m tests.compare.truth.run --pairs 5000 --seed 0`."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from math import inf
from time import monotonic

from tests.compare.truth.trial import Report, trial


def _reports(pairs: int, seed: int, accounts: int, seconds: float) -> Iterator[Report]:
    """Trials until so many accounts were scored under sets of edits, or until the time is over."""
    done, started = 0, monotonic()
    while done < pairs and monotonic() - started < seconds:
        try:
            report = trial(seed, accounts)
        except Exception:
            report = Report(seed, "raised", faults=[f"raised: {traceback.format_exc()}"])
        yield report
        done += max(report.pairs, 1)
        seed += 1


def _show(report: Report) -> None:
    sys.stdout.write(f"\nseed {report.seed}, {report.name}\n")
    for number, edit in enumerate(report.edits):
        sys.stdout.write(f"  edit {number}: {edit}\n")
    for fault in report.faults:
        sys.stdout.write(f"  {fault}\n")
    sys.stdout.flush()


def main() -> int:
    """Run, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2000, help="accounts, each under one set of edits")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--accounts", type=int, default=12, help="accounts for each ruleset")
    parser.add_argument("--seconds", type=float, default=inf, help="begin no other ruleset after so long")
    parser.add_argument("--kinds", action="store_true", help="say how often each kind of edit was made")
    options = parser.parse_args()
    pairs = rulesets = 0
    kinds: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for report in _reports(options.pairs, options.seed, options.accounts, options.seconds):
        pairs += report.pairs
        rulesets += bool(report.pairs)
        kinds.update(report.kinds)
        kinds.update(f"idle: {each}" for each in report.idle)
        kinds.update(f"fused: {each}" for each in report.fused)
        found.update(fault.partition(":")[0] for fault in report.faults[:1])
        if report.faults:
            _show(report)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{pairs:,} of {options.pairs:,} pairs, {found.total()} rulesets with faults ")
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    if options.kinds:
        sys.stdout.writelines(f"{number:6} {kind}\n" for kind, number in kinds.most_common())
    told = ", ".join(f"{number} {kind}" for kind, number in found.most_common()) or "no faults"
    sys.stdout.write(f"{pairs:,} pairs of {rulesets:,} rulesets: {told}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
