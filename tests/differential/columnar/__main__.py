"""Compare SQL with the evaluator on as many random pairs as one wants.

    python -m tests.differential.columnar --pairs 20000 --seed 1 [--engine duckdb|spark]

Each ruleset gets 125 accounts; with DuckDB the rulesets are shared out to as many processes as there are cores.
Prints how many results are the same to the byte, how many accounts SQL leaves to the evaluator, and the first differences
shrunken.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from typing import Any

from tests.differential.columnar.batch import Batch, Engine, on_duckdb, try_batch
from tests.differential.columnar.seeds import ACCOUNTS_EACH, random_batch, tried_on_duckdb
from tests.differential.columnar.tally import Tally, faults
from tests.differential.pairs import Files
from tests.differential.print_ruleset import print_file
from tests.differential.shrink import shrink


def say(text: str) -> None:
    """One line for whoever runs this."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def show(
    files: Files, document: dict[str, Any], day: date, kind: str, run: Engine, dialect: str, tries: int
) -> None:
    """Print one pair as small as it gets."""

    def still(smaller: Files, smaller_document: dict[str, Any]) -> bool:
        try:
            batch = try_batch(smaller, [smaller_document], day, run, dialect)
        except Exception:
            return False  # what is left may be no ruleset at all
        return any(found == kind for found, _, _ in faults(batch))

    files, document = shrink(files, document, still, tries)
    say("─" * 100)
    for file in files:
        say(print_file(file))
    say(f"{day}: {json.dumps(document, ensure_ascii=False)}")
    batch = try_batch(files, [document], day, run, dialect)
    for line in [batch.words, *(line for each in batch.different for line in each.lines)][:10]:
        say(f"  {line}")


@contextmanager
def engine(name: str) -> Iterator[Engine]:
    """What runs queries."""
    if name == "duckdb":
        yield on_duckdb
        return
    from tests.differential.columnar.spark import spark_engine

    with spark_engine() as run:
        yield run


def main() -> int:
    """Run, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--accounts", type=int, default=ACCOUNTS_EACH, help="how many accounts each ruleset gets"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes for DuckDB")
    parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    parser.add_argument(
        "--show", type=int, default=5, help="how many kinds of differences to shrink and print"
    )
    parser.add_argument("--tries", type=int, default=400, help="how long to shrink each")
    options = parser.parse_args()
    with engine(options.engine) as run:
        return compare(options, run)


def batches(options: argparse.Namespace, run: Engine) -> Generator[tuple[int, Batch], None, None]:
    """What comes of each seed, in their order, as far as it is asked for."""
    seeds = range(options.seed, options.seed + options.pairs)
    if options.engine == "duckdb" and options.jobs > 1:
        with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
            yield from pool.imap(partial(tried_on_duckdb, options.accounts), seeds)
        return
    for seed in seeds:
        yield seed, try_batch(*random_batch(seed, options.accounts), run, options.engine)


def compare(options: argparse.Namespace, run: Engine) -> int:
    """Run batch after batch; 1 when something must not be."""
    started, tally = time.monotonic(), Tally()
    with closing(batches(options, run)) as found:
        for seed, batch in found:
            tally.add(seed, batch)
            if tally.pairs >= options.pairs:
                break
    for kind, number in tally.kinds.most_common(options.show):
        first, account, _ = tally.first[kind]
        files, documents, day = random_batch(first, options.accounts)
        say(f"\n{number} × {kind}")
        show(files, documents[account], day, kind, run, options.engine, options.tries)
    say("\n".join(tally.objections()))
    say(", ".join(f"{count} {kind}" for kind, count in tally.counts.most_common()))
    share = tally.counts["left"] / max(1, tally.fit)
    rulesets, seconds = tally.counts["rulesets compared"], time.monotonic() - started
    said = (
        f"{tally.pairs} pairs, {rulesets} rulesets, {seconds:.0f} s, {tally.counts['different']} differences"
    )
    say(f"{said}; {share:.1%} of {tally.fit} valid accounts left to the evaluator")
    return 1 if tally.objections() else 0


if __name__ == "__main__":
    sys.exit(main())
