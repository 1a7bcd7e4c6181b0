"""The movement budget: how many accounts may move before a comparison fails.

In: limits that have been read already, and a population. Out: the part `budget` of the document. Guaranteed: shares are
compared exactly (of 1,204 accounts 5% are 60.2: 60 keep to it, 61 do not); what cannot be decided does not fail and says so.
An account counts once, in however many of the compared scorecards it moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from attrs import frozen

from ruleengine.compare.attribution import NO_SCORE


class Totals(Protocol):
    """What a budget is about: accounts, those that move in any scorecard, and those newly in a band, by band."""

    @property
    def accounts(self) -> int: ...
    @property
    def moved(self) -> int: ...
    @property
    def newly(self) -> Mapping[str, int]: ...


@frozen(slots=True)
class Amount:
    """A number of accounts, or a percentage of all."""

    number: Fraction
    percent: bool = False

    def of(self, accounts: int) -> int:
        """The largest number of accounts that is within it."""
        return int(self.number * accounts / 100 if self.percent else self.number)

    def __str__(self) -> str:
        """As people write it."""
        digits = f"{float(self.number):,.10f}".rstrip("0").rstrip(".")
        return f"{digits}%" if self.percent else digits


@frozen(slots=True)
class CountLimit:
    """At most so many accounts may change band, or be newly in one. `option` is what the command line says."""

    option: str
    amount: Amount
    band: str | None = None

    def verdict(self, totals: Totals) -> dict[str, Any]:
        """Whether it is kept to."""
        found = totals.moved if self.band is None else totals.newly.get(self.band, 0)
        allowed = self.amount.of(totals.accounts)
        return {
            "limit": self.option,
            "ok": found <= allowed,
            "allowed": allowed,
            "found": found,
            "summary": f"{_found(found, totals.accounts, self.band)}; {self._allowed(allowed, totals.accounts)}",
        }

    def _allowed(self, allowed: int, accounts: int) -> str:
        number = f"at most {allowed:,}" if allowed else "none"
        share = f" ({self.amount} of {accounts:,})" if self.amount.percent else ""
        return f"{number} may{'' if self.band is None else ' be'}{share}"


@frozen(slots=True)
class ConditionLimit:
    """A condition that must not hold. `totals` names those that it is about; `holds` is None when it is undecided."""

    option: str
    text: str
    names: tuple[str, ...]
    holds: Callable[[Totals], bool | None]

    def verdict(self, totals: Totals) -> dict[str, Any]:
        """Whether it is kept to."""
        held = self.holds(totals)
        verdict = "is undecided" if held is None else "holds" if held else "does not hold"
        known = ", ".join(f"{name} {total(totals, name):,}" for name in self.names)
        return {
            "limit": self.option,
            "ok": not held,
            "allowed": None,
            "found": None,
            "summary": f"`{self.text}` {verdict}{known and f': {known}'}",
        }


Limit = CountLimit | ConditionLimit


def total(totals: Totals, name: str) -> int:
    """The total of a name: `accounts`, `moved`, or `newly` and a band."""
    if name == "accounts":
        return totals.accounts
    return totals.moved if name == "moved" else totals.newly.get(name.removeprefix("newly "), 0)


def settle(limits: Sequence[Limit], totals: Totals) -> dict[str, Any] | None:
    """The part `budget` of the document; None when nothing is limited."""
    verdicts = [limit.verdict(totals) for limit in limits]
    return {"ok": all(each["ok"] for each in verdicts), "limits": verdicts} if verdicts else None


def _found(found: int, accounts: int, band: str | None) -> str:
    noun = "account" if accounts == 1 else "accounts"
    who = f"{found:,} of {accounts:,} {noun}"
    if band is None:
        return f"{who} {'changes' if found == 1 else 'change'} band"
    where = "without a score" if band == NO_SCORE else band
    return f"{who} {'is' if found == 1 else 'are'} newly {where}"
