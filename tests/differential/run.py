"""Compare the engine with the reference on as many random pairs as one wants.

    python -m tests.differential.run --pairs 20000 --seed 1

Prints how many pairs came out the same, different, refused or raised, and the first differences shrunken.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from typing import Any

from tests.differential.pairs import Files, random_pairs, try_pairs
from tests.differential.print_ruleset import print_file
from tests.differential.shrink import shrink

DOCUMENTS_EACH = 8


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


def main() -> int:
    """Run, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--show", type=int, default=5, help="how many kinds of differences to shrink and print"
    )
    parser.add_argument("--tries", type=int, default=400, help="how long to shrink each")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    kinds: dict[str, tuple[Files, dict[str, Any], str, str]] = {}
    tally: Counter[str] = Counter()
    for at in range(-(-options.pairs // DOCUMENTS_EACH)):
        files, documents = random_pairs(options.seed + at, DOCUMENTS_EACH)
        for document, outcome in zip(documents, try_pairs(files, documents), strict=True):
            counts[outcome.kind] += 1
            for line in outcome.lines[:1]:
                key = f"{outcome.kind} {kind_of(line)}"
                tally[key] += 1
                kinds.setdefault(key, (files, document, outcome.kind, line))
    for key, found in list(kinds.items())[: options.show]:
        say(f"\n{tally[key]} × {key}")
        show(*found, options.tries)
    say("\n" + ", ".join(f"{count} {kind}" for kind, count in counts.most_common()))
    return 0 if set(counts) <= {"same"} else 1


if __name__ == "__main__":
    sys.exit(main())
