"""Gates: conditions on the command line that decide how a run ends.

In: the text of `--fail-on`. Out: the conditions to evaluate on each account, and in the end whether the gate
failed and what to say about it. A condition over one account fails when it holds for any; one with
`count of (…)`, `share of (…)` or `accounts` is computed once, over the whole run. Guaranteed: a fault of the
text is reported before any account is read; a gate that cannot be decided says so and does not fail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from ruleengine.cli.console import counted

if TYPE_CHECKING:
    from ruleengine.cli.run_condition import RunCondition

#: The name of the option, and of the condition that it gives.
OPTION = "--fail-on"
_OVER_A_RUN = re.compile(r"\b(?:count|share)\s+of\s*\(|\baccounts\b")
_NAMED = 20


class Gate(Protocol):
    """What decides about a run."""

    @property
    def conditions(self) -> Mapping[str, str]:
        """The conditions to evaluate on each account, by name."""

    def add(self, account: str, conditions: Mapping[str, bool | None]) -> None:
        """Take in what the conditions came to for one account."""

    def verdict(self) -> tuple[bool, list[str]]:
        """Whether the gate failed, and what to say."""


def read_gate(text: str) -> Gate:
    """The gate of an expression; raises `RunConditionFault` for a condition over the run that has a fault."""
    if not _OVER_A_RUN.search(text):
        return AccountGate(text)
    from ruleengine.cli.run_condition import read_run_condition

    condition = read_run_condition(OPTION, text)
    return AccountGate(text) if condition is None else RunGate(text, condition)


class AccountGate:
    """Fails when the condition holds for any account."""

    def __init__(self, text: str) -> None:
        self.conditions: Mapping[str, str] = {OPTION: text}
        self._text = text
        self._named: list[str] = []
        self._failing = self._undecided = 0

    def add(self, account: str, conditions: Mapping[str, bool | None]) -> None:
        """Take in what the condition came to for one account."""
        held = conditions[OPTION]
        self._undecided += held is None
        self._failing += held is True
        if held and len(self._named) < _NAMED:
            self._named.append(account)

    def verdict(self) -> tuple[bool, list[str]]:
        """Whether any account failed, and which."""
        lines = []
        if self._failing:
            more = (
                f" and {self._failing - len(self._named):,} more" if self._failing > len(self._named) else ""
            )
            held = counted(self._failing, "account")
            lines.append(f"gate failed: `{self._text}` holds for {held}: {', '.join(self._named)}{more}")
        if self._undecided:
            lines.append(f"gate: `{self._text}` is undecided for {counted(self._undecided, 'account')}")
        return self._failing > 0, lines


class RunGate:
    """Fails when the condition over all accounts holds."""

    def __init__(self, text: str, condition: RunCondition) -> None:
        self._text = text
        self._condition = condition
        self._holding = dict.fromkeys(condition.conditions, 0)
        self._undecided = dict.fromkeys(condition.conditions, 0)
        self._accounts = 0

    @property
    def conditions(self) -> Mapping[str, str]:
        """What stands in `count of (…)` and `share of (…)`, by name."""
        return self._condition.conditions

    def add(self, account: str, conditions: Mapping[str, bool | None]) -> None:
        """Count one account."""
        self._accounts += 1
        for name in self._holding:
            self._holding[name] += conditions[name] is True
            self._undecided[name] += conditions[name] is None

    def verdict(self) -> tuple[bool, list[str]]:
        """Whether the condition holds over the run, and the counts it was decided by."""
        held = self._condition.holds(self._holding, self._accounts)
        counts = [
            f"`{text}` holds for {self._holding[name]:,}"
            + (f" (undecided for {self._undecided[name]:,})" if self._undecided[name] else "")
            for name, text in self._condition.conditions.items()
        ]
        known = f"{'; '.join([*counts, ''])}{counted(self._accounts, 'account')}"
        if held is None:
            return False, [f"gate: `{self._text}` is undecided: {known}"]
        return held, [f"gate failed: `{self._text}` holds: {known}"] if held else []
