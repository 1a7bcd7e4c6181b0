"""What `score`, `explanation` and `with_facts` are: callables for facts, as of the day of a test's marker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen

from ruleengine.facts.readers import id_of
from ruleengine.inputs import day
from ruleengine.pytest_plugin.changes import Path, changed

if TYPE_CHECKING:
    from ruleengine.api import Ruleset
    from ruleengine.pytest_plugin.accounts import Accounts
    from ruleengine.result import Result

#: pytest shows the line of the test, and not how this is made.
__tracebackhide__ = True
#: A fact document, or the id of one of the marker's accounts.
Facts = dict[str, Any] | str | int
Changes = Mapping[Path, Any]


@frozen(slots=True, repr=False)
class Asking:
    """What is asked of a ruleset by one test; accounts and earlier results are read when they are needed."""

    place: str
    ruleset: Ruleset
    as_of: date | None
    accounts: Callable[[], Accounts]
    earlier: Callable[[], Mapping[Any, dict[str, Any]]]

    def __str__(self) -> str:
        as_of = f" as of {self.as_of}" if self.as_of is not None else ""
        return f"{self.ruleset.name} {self.ruleset.version}{as_of}"

    def facts(self, facts: Facts, changes: Changes | None) -> dict[str, Any]:
        """The document that is meant, changed as wished; the one that was given stays as it is."""
        found = self.accounts()[facts] if isinstance(facts, str | int) else facts
        return found if changes is None else changed(found, changes, self.ruleset.facts_model.root)

    def day(self, as_of: date | str | None) -> date:
        """The day: as given, by the marker, by the command line or by the ini file."""
        found = self.as_of if as_of is None else day(as_of)
        if found is None:
            pytest.fail(no_day(self.place), pytrace=False)
        return found

    def account(
        self,
        facts: Facts,
        changes: Changes | None,
        as_of: date | str | None,
        previous: dict[str, Any] | None,
    ) -> tuple[dict[str, Any], date, dict[str, Any] | None]:
        """What a ruleset is given for an account: its document, the day and the earlier result."""
        document = self.facts(facts, changes)
        return document, self.day(as_of), self.previous(document, previous)

    def previous(self, facts: dict[str, Any], previous: dict[str, Any] | None) -> dict[str, Any] | None:
        """The earlier result: as given, otherwise that of the marker's `previous` with the same id."""
        if previous is not None:
            return previous
        return self.earlier().get(id_of(facts, self.ruleset.program.id_path))


def no_day(place: str) -> str:
    """What is said where nothing says as of which day."""
    return (
        f"{place}: as of which day? A test that depends on today passes until it fails. Say it in one of these:\n"
        '  @pytest.mark.ruleset(…, as_of="2024-03-01")\n'
        "  ruleset_as_of = 2024-03-01    in the ini file of pytest\n"
        "  pytest --ruleset-as-of 2024-03-01"
    )


@frozen(slots=True, repr=False)
class Scoring:
    """The fixture `score`."""

    _asking: Asking

    def __repr__(self) -> str:
        return f"<score of {self._asking}>"

    def __call__(
        self,
        facts: Facts,
        changes: Changes | None = None,
        *,
        as_of: date | str | None = None,
        previous: dict[str, Any] | None = None,
    ) -> Result:
        """The result of an account, which is given as its document or by its id."""
        return self._asking.ruleset.score(*self._asking.account(facts, changes, as_of, previous))


@frozen(slots=True, repr=False)
class Explaining:
    """The fixture `explanation`."""

    _asking: Asking

    def __repr__(self) -> str:
        return f"<explanation of {self._asking}>"

    def __call__(
        self,
        facts: Facts,
        changes: Changes | None = None,
        *,
        as_of: date | str | None = None,
        previous: dict[str, Any] | None = None,
    ) -> str:
        """What an account scores and why, as `ruleengine snapshot` keeps it: the same bytes everywhere."""
        return self._asking.ruleset.snapshot(*self._asking.account(facts, changes, as_of, previous))


@frozen(slots=True, repr=False)
class Changing:
    """The fixture `with_facts`."""

    _asking: Asking

    def __repr__(self) -> str:
        return f"<with_facts of {self._asking}>"

    def __call__(self, facts: Facts, changes: Changes) -> dict[str, Any]:
        """A copy of a document with other facts; `None` takes a field away."""
        return self._asking.facts(facts, changes)
