"""Draws mutants of the core, tries each, and prints how many were noticed.

python -m tests.mutation.reach FOLDER                                   (once: which tests reach which lines)
python -m tests.mutation.run --map FOLDER --sample 600 --seed 1 [--rooms evaluator,compare] [--jobs 2] [--ledger FILE]
python -m tests.mutation.run --map FOLDER --only ruleengine/values.py:57:comparison
python -m tests.mutation.run --map FOLDER --again FILE                  (what survived then)

A mutant is tried for a while with what reaches it, what is nearest first. `--effort 6` with `--again` runs for six times as long.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TextIO

import attrs
from attrs import frozen

from tests.mutation.equivalents import is_equivalent
from tests.mutation.mutants import Mutant, drawn, mutants_of
from tests.mutation.noticing import Map, chosen
from tests.mutation.processes import KILLED, SURVIVED, Verdict, everything_apart, verdicts
from tests.mutation.reach import digests
from tests.mutation.rooms import ROOMS, ROOT
from tests.mutation.trial import keep_parser, tried
from tests.mutation.units import Unit, units

PRELOADED = ("lark", "orjson", "jsonschema", "re2", "click.testing", "hypothesis.strategies", "rich.console", "rich.table",
             "fractions", "statistics", "csv", "gzip", "zoneinfo", "concurrent.futures", "unittest.mock")  # fmt: skip


@frozen
class Outcome:
    """What became of a mutant: killed, timeout, or survived; `who` noticed, or how much was run."""

    mutant: Mutant
    what: str
    who: str

    @property
    def counts(self) -> bool:
        """Whether it survived, though somebody could have noticed."""
        return self.what == "survived" and not is_equivalent(self.mutant)

    @property
    def said(self) -> str:
        """In one line, for people."""
        return f"{self.what} {self.mutant.place} {self.mutant.before} → {self.mutant.after} ({self.who})"

    def line(self) -> str:
        """A line of the ledger."""
        said = attrs.asdict(self.mutant)
        return json.dumps(
            {"what": self.what, "place": self.mutant.place, **said, "who": self.who}, ensure_ascii=False
        )


def outcome_of(mutant: Mutant, verdict: Verdict) -> Outcome:
    """The outcome of a trial; what hangs is noticed too, but by the clock."""
    if verdict is None:
        return Outcome(mutant, "timeout", "")
    return Outcome(mutant, "killed" if verdict[0] == KILLED else "survived", verdict[1])


def trials(
    mutants: Sequence[Mutant], reach: Map, jobs: int, seconds: int, ledger: TextIO | None, effort: int = 1
) -> list[Outcome]:
    """Try mutants, some at once; writes what survives, and shows how far it is where somebody watches."""
    for name in PRELOADED:
        __import__(name)
    known = {unit.name: unit for unit in units()}
    found: list[Outcome] = []
    with tempfile.TemporaryDirectory() as kept:
        everything_apart([partial(keep_parser, Path(kept))], 1)
        work = [partial(_one, mutant, reach, effort, known, Path(kept)) for mutant in mutants]
        for number, verdict in verdicts(work, jobs, effort * seconds):
            found.append(outcome_of(mutants[number], verdict))
            if ledger is not None and found[-1].counts:
                ledger.write(found[-1].line() + "\n")
                ledger.flush()
            if sys.stderr.isatty():
                survived = sum(each.what == "survived" for each in found)
                sys.stderr.write(f"\r{len(found)} of {len(mutants)}, {survived} survived ")
    return found


def _one(mutant: Mutant, reach: Map, effort: int, known: Mapping[str, Unit], kept: Path) -> tuple[int, str]:
    cases, tests = chosen(reach, mutant, effort)
    if not cases and not tests:
        return SURVIVED, "nothing reaches it"
    return tried(mutant, [name for name in cases if name in known], tests, known, kept)


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Figures for each room and for all, with and without what cannot be noticed by anyone."""
    lines = [
        f"{'room':<10} {'mutants':>8} {'killed':>8} {'timeout':>8} {'survived':>9} {'noticed':>8} {'equivalent':>11} {'without':>8}"
    ]
    for room in (*ROOMS, "all"):
        several = [each for each in outcomes if room in ("all", each.mutant.room)]
        if several:
            lines.append(_row(room, several))
    return lines


def _row(room: str, outcomes: Sequence[Outcome]) -> str:
    found = Counter(each.what for each in outcomes)
    noticed = found["killed"] + found["timeout"]
    same = sum(each.what == "survived" and is_equivalent(each.mutant) for each in outcomes)
    rest = len(outcomes) - same
    return (
        f"{room:<10} {len(outcomes):>8} {found['killed']:>8} {found['timeout']:>8} {found['survived']:>9} "
        f"{noticed / len(outcomes):>8.1%} {same:>11} {noticed / rest if rest else 1:>8.1%}"
    )


def _asked(options: argparse.Namespace) -> list[Mutant]:
    """The mutants that the options ask for."""
    rooms = options.rooms.split(",") if options.rooms else list(ROOMS)
    if options.only:
        return [each for room in ROOMS for each in mutants_of(room) if each.place == options.only]
    if options.again:
        lines = [json.loads(line) for line in Path(options.again).read_text(encoding="utf-8").splitlines()]
        keys = Counter(
            (line["path"], line["text"], line["operator"], line["before"], line["after"]) for line in lines
        )
        every = [each for room in rooms for each in mutants_of(room)]
        return [
            each for each in every if (each.path, each.text, each.operator, each.before, each.after) in keys
        ]
    return drawn(rooms, options.sample, options.seed)


def main(arguments: Sequence[str]) -> int:
    """Run."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.run", description=__doc__)
    parser.add_argument("--map", required=True, type=Path)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rooms")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--only")
    parser.add_argument("--again")
    parser.add_argument(
        "--effort", type=int, default=1, help="times as much is run, and may take as much longer"
    )
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args(arguments)
    reach = Map(options.map.resolve())
    moved = [path for path, digest in digests().items() if reach.digests.get(path) != digest]
    if moved:
        sys.stderr.write(
            f"changed since the map was made, so that it may lead to other lines: {', '.join(moved)}\n"
        )
    before = time.monotonic()
    with ExitStack() as stack:
        ledger = stack.enter_context(options.ledger.open("w", encoding="utf-8")) if options.ledger else None
        outcomes = trials(_asked(options), reach, options.jobs, options.seconds, ledger, options.effort)
    if options.only or options.again:
        sys.stdout.write("".join(f"{each.said}\n" for each in outcomes))
    took = time.monotonic() - before
    sys.stdout.write(
        "\n".join([*table(outcomes), f"{took:.0f} s, {took / max(1, len(outcomes)):.1f} s a mutant"]) + "\n"
    )
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
