"""Compare SQL with the evaluator on as many random pairs as one wants.

    python -m tests.differential.columnar --pairs 20000 --seed 1 [--engine duckdb|spark]

Prints how many results are the same to the byte, how many accounts SQL leaves to the evaluator, and the first differences
shrunken.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from random import Random
from typing import Any

from tests.differential.columnar.accounts import accounts, day_of
from tests.differential.columnar.batch import Engine, on_duckdb, try_batch
from tests.differential.columnar.tally import Tally, faults
from tests.differential.pairs import Files
from tests.differential.print_ruleset import print_file
from tests.differential.random_rulesets import random_ruleset
from tests.differential.shrink import shrink

ACCOUNTS_EACH = 125


def say(text: str) -> None:
    """One line for whoever runs this."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def random_batch(seed: int, count: int) -> tuple[Files, list[dict[str, Any]], date]:
    """The ruleset of a seed with some accounts, and the day that they are scored for."""
    random = Random(seed)
    day = day_of(random)
    return random_ruleset(seed).files, accounts(random, count, day), day


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
    parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    parser.add_argument(
        "--show", type=int, default=5, help="how many kinds of differences to shrink and print"
    )
    parser.add_argument("--tries", type=int, default=400, help="how long to shrink each")
    options = parser.parse_args()
    with engine(options.engine) as run:
        return compare(options, run)


def compare(options: argparse.Namespace, run: Engine) -> int:
    """Run batch after batch; 1 when something must not be."""
    started, tally, seed = time.monotonic(), Tally(), options.seed
    while tally.pairs < options.pairs and seed < options.seed + options.pairs:
        tally.add(seed, try_batch(*random_batch(seed, options.accounts), run, options.engine))
        seed += 1
    for kind, number in tally.kinds.most_common(options.show):
        first, account, _ = tally.first[kind]
        files, documents, day = random_batch(first, options.accounts)
        say(f"\n{number} × {kind}")
        show(files, documents[account], day, kind, run, options.engine, options.tries)
    say("\n".join(tally.objections()))
    say(", ".join(f"{count} {kind}" for kind, count in tally.counts.most_common()))
    share = tally.counts["left"] / max(1, tally.fit)
    say(f"{tally.pairs} pairs, {share:.1%} of {tally.fit} valid accounts left to the evaluator")
    say(f"{time.monotonic() - started:.1f} s")
    return 1 if tally.objections() else 0


if __name__ == "__main__":
    sys.exit(main())
