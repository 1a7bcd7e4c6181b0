"""Compare the solver's terms with the evaluator on as many random rulesets as one wants.

    python -m tests.analysis.solver --rulesets 200 --seed 1

Prints for how many subjects the evaluator's outcome was the only one possible, was left open, or was denied.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from tests.analysis.solver.truth import Agreement, compared
from tests.differential.pairs import load_checked, write
from tests.differential.random_facts import random_facts
from tests.differential.random_rulesets import random_ruleset


def random_agreement(seed: int, documents: int) -> Agreement | None:
    """The ruleset of a seed with some documents; None where the engine refuses the ruleset."""
    random = Random(seed)
    found: list[dict[str, Any]] = [random_facts(random, valid=True) for _ in range(documents)]
    with tempfile.TemporaryDirectory() as name:
        path = write(random_ruleset(seed).files, Path(name))
        try:
            ruleset = load_checked(path, Path(name))
        except Exception:
            return None
        return compared(ruleset, found, date.fromisoformat(found[0]["id"]))


def main() -> int:
    """Run, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rulesets", type=int, default=50)
    parser.add_argument("--documents", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    for seed in range(options.seed, options.seed + options.rulesets):
        found = random_agreement(seed, options.documents)
        counts["refused" if found is None else "rulesets"] += 1
        if found is not None:
            counts += found.counts
            for line in found.denied[:2]:
                sys.stdout.write(f"seed {seed}: denied {line[:600]}\n")
    sys.stdout.write(", ".join(f"{count} {word}" for word, count in sorted(counts.items())) + "\n")
    return 1 if counts["denied"] else 0


if __name__ == "__main__":
    sys.exit(main())
