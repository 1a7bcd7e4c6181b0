"""What bounds the time of one account: queries inside of queries look at so many elements together, and no more.

A query alone takes time in proportion to its list, which has a limit; a query inside of another is done once for each element, and
one inside of that once for each pair. So these count, and nothing is counted anywhere else. The bound is a number of elements and
no time: an account is refused on every machine or on none.
"""

from __future__ import annotations

from typing import Any

from ruleengine.diagnostics import Diagnostic
from ruleengine.inputs import InputError
from ruleengine.limits import limits
from ruleengine.source import Span

#: So many characters of a text that a query inside of a query reads count like one element.
_CHARACTERS = 100


class TooMuchWork(InputError):
    """An account that is refused, because scoring it would take too long; `diagnostic` is the report of it."""

    def __init__(self, most: int) -> None:
        self.reason = (
            f"the ruleset's queries inside of queries would look at more than {most:,} elements of it"
        )
        super().__init__(self.reason)
        self.diagnostic = Diagnostic(
            "RE501", Span("<facts>", 0, 0, 1, 1), f"the record is rejected: {self.reason}",
            help="shorten its lists, or ask each list once, with `let`",
        )  # fmt: skip


class AccountProblems(list[Any]):
    """The problems of one account, and how many elements queries inside of queries have looked at."""

    __slots__ = ("looked_at",)

    def __init__(self) -> None:
        super().__init__()
        self.looked_at = 0


def spend(problems: AccountProblems, value: Any) -> None:
    """Count what a query inside of a query is about to look at. Raises `TooMuchWork`."""
    if value.__class__ is list:
        problems.looked_at += len(value)
    elif value.__class__ is str:
        problems.looked_at += len(value) // _CHARACTERS
    most = limits().steps
    if problems.looked_at > most:
        raise TooMuchWork(most)


WORK_GLOBALS = {"spend": spend}
