"""How many branches of the package the tests take, room by room.

In: what `coverage run -m pytest` has left behind, of as many runs as one likes. Out: a table of rooms, the whole package, and
exit code 1 where it has less than 95% of its branches or the evaluator less than all. What is missing: `coverage report`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from attrs import define

ROOT = Path(__file__).resolve().parents[1]
#: The share of branches that each must have, in percent.
WANTED = {"the package": 95.0, "evaluator": 100.0}


@define(slots=True)
class Taken:
    """How many statements and branches there are, and how many are reached."""

    statements: int = 0
    reached: int = 0
    branches: int = 0
    taken: int = 0

    def add(self, summary: dict[str, int]) -> None:
        """Count a file."""
        self.statements += summary["num_statements"]
        self.reached += summary["covered_lines"]
        self.branches += summary["num_branches"]
        self.taken += summary["covered_branches"]

    @property
    def share(self) -> float:
        """How many percent of the branches are taken."""
        return 100 * self.taken / self.branches if self.branches else 100.0


def by_room(files: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Taken]:
    """The rooms, which are the folders of the package or its files, and the package itself, which comes last."""
    rooms: dict[str, Taken] = defaultdict(Taken)
    whole = Taken()
    for path, found in files:
        room = Path(path).parts[1]
        rooms[room].add(found["summary"])
        whole.add(found["summary"])
    return {**dict(sorted(rooms.items())), "the package": whole}


def measured() -> dict[str, Any]:
    """What coverage knows of the files of the package."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        if any(ROOT.glob(".coverage.*")):
            subprocess.run(
                [sys.executable, "-m", "coverage", "combine", "-q", "--append"], cwd=ROOT, check=True
            )
        command = [sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)]
        subprocess.run(command, cwd=ROOT, check=True)
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["files"]
    return found


def main() -> int:
    """Print the table."""
    rooms = by_room(measured().items())
    for room, taken in rooms.items():
        line = f"{room:<18} {taken.reached:>6} of {taken.statements:>6} statements {taken.taken:>6} of {taken.branches:>6} branches"
        sys.stdout.write(f"{line} {taken.share:>6.2f}%\n")
    missed = [room for room, least in WANTED.items() if rooms[room].share < least]
    sys.stdout.write("".join(f"{room} has less than {WANTED[room]:g}% of its branches\n" for room in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
