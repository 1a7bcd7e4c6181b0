"""A program at work: generated once, then called for one account after another.

Safe to share between threads: what is generated never changes, and the tables of dates that it keeps only grow by
entries that any thread would compute alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from ruleengine.evaluator.earlier import usable
from ruleengine.evaluator.generate import GLOBALS, Generated, generate
from ruleengine.evaluator.runtime import Months
from ruleengine.evaluator.work import AccountProblems
from ruleengine.tree.ruleset import Program
from ruleengine.version import __version__

_MOST_DATES = 64


class Evaluator:
    """Scores fact documents with one program."""

    def __init__(self, program: Program, source_lines: Mapping[str, list[str]] | None = None) -> None:
        self.program = program
        self.source_lines = dict(source_lines or {})
        self.ruleset = {"name": program.name, "version": program.version, "digest": program.digest}
        self._months: dict[int, Months] = {}
        self._last_day: tuple[date, int, Months, str] | None = None

    def generated(self, tracing: bool) -> Generated:
        """The generated module, with the whole result (`tracing`) or final scores only."""
        return generate(self.program, self.source_lines, tracing)

    def _function(self, tracing: bool) -> Callable[..., Any]:
        module = self.generated(tracing)
        namespace: dict[str, Any] = {**GLOBALS, **module.objects}
        name = "trace" if tracing else "score"
        exec(compile(module.text, f"<{self.program.name} {self.program.version}>", "exec"), namespace)
        found: Callable[..., Any] = namespace[name]
        return found

    @cached_property
    def _trace(self) -> Callable[..., Any]:
        return self._function(tracing=True)

    @cached_property
    def _score(self) -> Callable[..., Any]:
        return self._function(tracing=False)

    def months(self, as_of: int) -> Months:
        """The table of whole months up to an as-of date."""
        found = self._months.get(as_of)
        if found is None:
            if len(self._months) >= _MOST_DATES:
                self._months = {}
            found = self._months[as_of] = Months(as_of)
        return found

    def _day(self, as_of: date) -> tuple[date, int, Months, str]:
        """An as-of date with its number, its table of months and its text; the last one is kept."""
        found = self._last_day
        if found is None or found[0] is not as_of:
            number = as_of.toordinal()
            found = self._last_day = (as_of, number, self.months(number), as_of.isoformat())
        return found

    def result(
        self,
        facts: dict[str, Any],
        as_of: date,
        notes: list[Any] | None = None,
        previous: dict[str, Any] | None = None,
        probe: tuple[int, list[Any]] | None = None,
        texts: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """The whole result of one account, as in `schemas/result`; conditions from outside under `conditions`.

        `previous` is the account's earlier result; one that cannot be used is a problem of the account, and left aside.
        `probe`: the number of a case, and the list that takes what the program's probes find in it.
        `texts` takes the texts of the templates that are for this account.
        """
        _, day, months, text = self._day(as_of)
        identity = self._identity(facts)
        problems = AccountProblems()
        previous = self._usable(previous, identity, text, problems)
        asked = {} if probe is None else {"probe_case": probe[0], "probe_found": probe[1]}
        found, conditions = self._trace(facts, day, months, problems, notes, previous, texts, **asked)
        result = {"id": identity, "as_of": text, "ruleset": self.ruleset, "engine": __version__, **found}
        if conditions:
            result["conditions"] = {
                name: value if isinstance(value, bool) else None for name, value in conditions.items()
            }
        return result

    def _identity(self, facts: Any) -> Any:
        for name in self.program.id_path:
            facts = facts.get(name) if isinstance(facts, dict) else None
        return facts if facts.__class__ is str or facts.__class__ is int else None

    def _usable(self, previous: Any, identity: Any, as_of: str, problems: list[Any]) -> Any:
        """The earlier result, or None after a problem where it cannot be used."""
        if previous is None:
            return None
        objection = usable(previous, identity, as_of)
        if objection:
            problems.append(
                {"code": "RE518", "message": f"the earlier result is left aside: {objection}", "line": 1}
            )
        return None if objection else previous

    def usable_previous(
        self, previous: dict[str, Any] | None, facts: dict[str, Any], as_of: date
    ) -> dict[str, Any] | None:
        """The earlier result, or None where it cannot be used for this account on this date."""
        found: dict[str, Any] | None = self._usable(previous, self._identity(facts), as_of.isoformat(), [])
        return found

    def scores(
        self, facts: dict[str, Any], as_of: date, previous: dict[str, Any] | None = None
    ) -> dict[str, tuple[float | None, str | None]]:
        """Final score and band of each scorecard, and nothing else."""
        _, day, months, text = self._day(as_of)
        if previous is not None:
            previous = self._usable(previous, self._identity(facts), text, [])
        found: dict[str, tuple[float | None, str | None]] = self._score(
            facts, day, months, AccountProblems(), previous
        )[0]
        return found
