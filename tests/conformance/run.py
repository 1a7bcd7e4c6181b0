"""Runs the suite against this engine and says what came out.

    python -m tests.conformance.run
    python -m tests.conformance.run rejected_numbers
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.conformance.engine import disagreements
from tests.conformance.suite import Group, groups


def failures_of(found: list[Group]) -> list[tuple[str, str]]:
    """The differences of all groups, each run in a folder of its own."""
    failed: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, group in enumerate(found):
            place = Path(folder) / str(number)
            place.mkdir()
            failed += disagreements(group, place)
    return failed


def main(arguments: list[str]) -> int:
    """Run, and print the figures."""
    found = [group for group in groups() if not arguments or group.topic in arguments or str(group) in arguments]
    failed = failures_of(found)
    for identity, line in failed:
        sys.stdout.write(f"{identity}: {line}\n")
    counts = Counter(group.kind for group in found for _ in group.cases)
    sys.stdout.write(f"{counts} {len({identity for identity, _ in failed})} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
