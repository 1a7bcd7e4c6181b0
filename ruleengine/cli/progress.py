"""A line on the terminal that tells how far a long run has come.

Nothing is written unless somebody looks at standard error, and nothing in the first second.
"""

from __future__ import annotations

import sys
from time import monotonic

from ruleengine.cli.console import is_terminal

_QUIET_SECONDS = 1.0
_EVERY_SECONDS = 0.25
_CLEAR_LINE = "\r\x1b[K"


class Progress:
    """Counts accounts, and shows the count now and then."""

    def __init__(self) -> None:
        self._wanted = is_terminal(sys.stderr)
        self._started = monotonic()
        self._next = self._started + _QUIET_SECONDS
        self._shown = False

    def at(self, count: int) -> None:
        """Tell that `count` accounts are done."""
        if not self._wanted or count % 64 or monotonic() < self._next:
            return
        now = monotonic()
        speed = count / (now - self._started)
        sys.stderr.write(f"{_CLEAR_LINE}{count:,} accounts, {speed:,.0f} a second")
        sys.stderr.flush()
        self._next = now + _EVERY_SECONDS
        self._shown = True

    def done(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()
            self._shown = False
