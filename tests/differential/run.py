"""Compare the engine with the reference on as many random pairs as one wants.

    python -m tests.differential.run --pairs 20000 --seed 1

Prints how many pairs came out the same, different, refused or raised, or lost digits, and the first differences shrunken. Each ruleset gets
ten documents; the rulesets are shared out to as many processes as there are cores, which changes no result.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from attrs import define, field

from tests.differential.pairs import Files, Outcome, random_pairs, try_pairs
from tests.differential.print_ruleset import print_file
from tests.differential.shrink import shrink

DOCUMENTS_EACH = 10
#: In so many pairs digits may be lost; what loses them more often is a fault.
MOST_LOST = 0.001


def say(text: str) -> None:
    """One line for whoever runs this."""
    sys.stdout.write(text + "\n")


def kind_of(line: str) -> str:
    """A difference without its values and the numbers in its names: what tells kinds apart."""
    codes = re.findall(r"RE\d+", line) if line.startswith("RulesetError") else []
    head = codes[0] if codes else line.split(":")[0]
    return head if codes else "".join(each for each in head if not each.isdigit())


def show(files: Files, document: dict[str, Any], kind: str, line: str, tries: int) -> None:
    """Print one pair as small as it gets."""

    def still(smaller_files: Files, smaller_document: dict[str, Any]) -> bool:
        try:
            outcome = try_pairs(smaller_files, [smaller_document])[0]
        except Exception:
            return False  # what is left may be no ruleset at all, which the reference does not care for
        return outcome.kind == kind and any(kind_of(each) == kind_of(line) for each in outcome.lines)

    files, document = shrink(files, document, still, tries)
    outcome = try_pairs(files, [document])[0]
    say("─" * 100)
    for file in files:
        say(print_file(file))
    say(json.dumps(document, ensure_ascii=False))
    for each in outcome.lines[:8]:
        say(f"  {outcome.kind}: {each}")


def tried(seed: int) -> tuple[int, list[Outcome]]:
    """What comes of the ruleset of a seed."""
    return seed, try_pairs(*random_pairs(seed, DOCUMENTS_EACH))


def all_tried(seeds: range, jobs: int) -> Iterator[tuple[int, list[Outcome]]]:
    """What comes of each seed, in their order."""
    if jobs == 1:
        yield from map(tried, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(tried, seeds, chunksize=10)


@define(slots=True)
class Found:
    """What came of all pairs so far, and the first pair of each kind that is not the same."""

    counts: Counter[str] = field(factory=Counter)
    tally: Counter[str] = field(factory=Counter)
    first: dict[str, tuple[int, int, str, str]] = field(factory=dict)

    def add(self, seed: int, outcomes: list[Outcome]) -> None:
        """Count what came of a seed."""
        for place, outcome in enumerate(outcomes):
            self.counts[outcome.kind] += 1
            for line in outcome.lines[:1] if outcome.kind != "digits lost" else ():
                key = f"{outcome.kind} {kind_of(line)}"
                self.tally[key] += 1
                self.first.setdefault(key, (seed, place, outcome.kind, line))


def parsed() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes")
    parser.add_argument(
        "--show", type=int, default=5, help="how many kinds of differences to shrink and print"
    )
    parser.add_argument("--tries", type=int, default=400, help="how long to shrink each")
    return parser.parse_args()


def main() -> int:
    """Run, and say what came out."""
    options, started, found = parsed(), time.monotonic(), Found()
    rulesets = -(-options.pairs // DOCUMENTS_EACH)
    for seed, outcomes in all_tried(range(options.seed, options.seed + rulesets), options.jobs):
        found.add(seed, outcomes)
    seconds = time.monotonic() - started
    for key, (seed, place, kind, line) in list(found.first.items())[: options.show]:
        files, documents = random_pairs(seed, DOCUMENTS_EACH)
        say(f"\n{found.tally[key]} × {key}, first in seed {seed}")
        show(files, documents[place], kind, line, options.tries)
    say(", ".join(f"{count} {kind}" for kind, count in found.counts.most_common()))
    pairs, fine = found.counts.total(), found.counts["same"] + found.counts["digits lost"]
    say(f"{pairs} pairs, {rulesets} rulesets, {seconds:.0f} s, {pairs - fine} differences")
    return 0 if pairs == fine and found.counts["digits lost"] <= MOST_LOST * pairs else 1


if __name__ == "__main__":
    sys.exit(main())
