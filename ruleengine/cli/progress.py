"""A line on the terminal that tells how far a long run has come.

Nothing is written unless somebody looks at standard error, and nothing in the first second.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from time import monotonic

from ruleengine.cli.console import is_terminal

_QUIET_SECONDS = 1.0
_EVERY_SECONDS = 0.25
_CLEAR_LINE = "\r\x1b[K"
#: Files with a record a line, as far as their names tell.
_LINES = (".ndjson", ".jsonl", ".csv")
_BLOCK = 2**20


class Progress:
    """Counts accounts, and shows the count now and then; with `total`, also how much of it is done."""

    def __init__(self, total: int | None = None) -> None:
        self._total = total
        self._wanted = is_terminal(sys.stderr)
        self._started = monotonic()
        self._next = self._started + _QUIET_SECONDS
        self._shown = False

    def at(self, count: int) -> None:
        """Tell that `count` accounts are done."""
        if not count % 64:
            self.reached(count, min(count / self._total, 1) if self._total else None)

    def reached(self, count: int, share: float | None = None) -> None:
        """The same, with the share of the whole that is done."""
        if not self._wanted or monotonic() < self._next:
            return
        now = monotonic()
        speed = count / (now - self._started)
        part = f" ({share:.0%})" if share is not None else ""
        sys.stderr.write(f"{_CLEAR_LINE}{count:,} accounts{part}, {speed:,.0f} a second")
        sys.stderr.flush()
        self._next = now + _EVERY_SECONDS
        self._shown = True

    def done(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()
            self._shown = False


def lines_in(paths: Iterable[str]) -> int | None:
    """About how many records files hold; None when that cannot be told without reading them as facts."""
    count = 0
    for path in paths:
        if not path.lower().endswith(_LINES) or not Path(path).is_file():
            return None
        with Path(path).open("rb") as file:
            while block := file.read(_BLOCK):
                count += block.count(b"\n")
    return count
