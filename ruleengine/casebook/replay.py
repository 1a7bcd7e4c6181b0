"""Stored results computed anew from the facts, and compared: byte for byte, and where that fails value for value.

In: stored results, facts, the rulesets that the results name. Out: what came of it. Guaranteed: a result counts as identical
only if the bytes are those that are written today; facts are read once for each schema, one after the other, and
only what differs is kept. What computed a result (digest of the ruleset, version of the engine) is told apart from what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from itertools import islice
from typing import Any, Protocol

import orjson
from attrs import define, field, frozen

from ruleengine.casebook.file_names import Identity
from ruleengine.casebook.stored_results import Stored, StoredResults
from ruleengine.facts.records import Record

#: So many differences of one result are kept; the others are counted.
MOST_DIFFERENCES = 100
#: Where a result says what computed it.
RULESET, ENGINE = "/ruleset/", "/engine"


class Replayable(Protocol):
    """A loaded ruleset."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def version(self) -> str:
        """Its version."""

    @property
    def digest(self) -> str:
        """Its digest."""

    def score_dict(
        self, facts: dict[str, Any], as_of: str, previous: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The result of one account."""


#: Name, version and digest.
Ruleset = tuple[str, str, str]


class Outcome(Enum):
    """What came of one result. `REWRITTEN`: the same values, but not the bytes that are written today, as after a formatter."""

    IDENTICAL = "identical"
    REWRITTEN = "rewritten"
    SAME_VALUES = "same_values"
    DIFFERENT = "different"
    WITHOUT_FACTS = "without_facts"


@frozen(slots=True)
class Difference:
    """A value that is not as it was: its JSON pointer, and both values; `Absent` for one that is not there."""

    pointer: str
    old: Any
    new: Any


class Absent:
    """Stands for a value that is not there."""


@frozen(slots=True)
class Replayed:
    """A result that is not identical. `about` are the differences of ruleset and engine, `count` all others."""

    stored: Stored
    outcome: Outcome
    about: tuple[Difference, ...] = ()
    differences: tuple[Difference, ...] = ()
    count: int = 0


@define(slots=True, eq=False)
class Replay:
    """Compares stored results with what `ruleset_for` gives for each, as records of facts come."""

    stored: StoredResults
    ruleset_for: Callable[[Stored], Replayable]
    earlier_for: Callable[[Stored], dict[str, Any] | None]
    by_id: dict[tuple[type, Identity], list[Stored]] = field(factory=dict)
    #: What is not identical so far, by the number of the stored result; all are without facts in the beginning.
    open: dict[int, Replayed] = field(factory=dict)

    def expect(self, wanted: Iterable[Stored]) -> None:
        """Begin with these results: those that the facts to come are for."""
        self.by_id = {}
        for each in wanted:
            self.by_id.setdefault((type(each.identity), each.identity), []).append(each)
            self.open[each.number] = Replayed(each, Outcome.WITHOUT_FACTS)

    def record(self, record: Record) -> None:
        """Compare the results of one account.

        Of an id that occurs twice in the facts every record is tried, and the one kept that fits.
        """
        for each in self.by_id.get((type(record.id), record.id), ()):
            before = self.open.get(each.number)
            if before is None or before.outcome is Outcome.REWRITTEN:
                continue
            found = self._compared(each, record.document)
            if found is None:
                del self.open[each.number]
            elif before.outcome is Outcome.WITHOUT_FACTS or found.count < before.count:
                self.open[each.number] = found

    def _compared(self, stored: Stored, document: dict[str, Any]) -> Replayed | None:
        ruleset = self.ruleset_for(stored)
        result = ruleset.score_dict(document, stored.origin.as_of, self.earlier_for(stored))
        old, new = self.stored.bytes_of(stored), orjson.dumps(result)
        if old == new and stored.as_written:
            return None
        if old == new:
            return Replayed(stored, Outcome.REWRITTEN)
        found = list(differences(orjson.loads(old), orjson.loads(new)))
        about = tuple(each for each in found if each.pointer.startswith((RULESET, ENGINE)))
        count = len(found) - len(about)
        if not found:
            return Replayed(stored, Outcome.REWRITTEN)
        others = islice((each for each in found if each not in about), MOST_DIFFERENCES)
        outcome = Outcome.DIFFERENT if count else Outcome.SAME_VALUES
        return Replayed(stored, outcome, about, tuple(others), count)

    def count(self, outcome: Outcome) -> int:
        """How many results came out so."""
        if outcome is Outcome.IDENTICAL:
            return len(self.stored.results) - len(self.open)
        return sum(each.outcome is outcome for each in self.open.values())

    def not_identical(self) -> list[Replayed]:
        """What is not identical, in the order of the results."""
        return [self.open[number] for number in sorted(self.open)]

    def other_rulesets(self) -> dict[tuple[Ruleset, Ruleset], int]:
        """Which rulesets are not those that computed the results, then and now, each with the number of results."""
        counts: dict[tuple[Ruleset, Ruleset], int] = {}
        for each in self.not_identical():
            if any(found.pointer.startswith(RULESET) for found in each.about):
                origin, now = each.stored.origin, self.ruleset_for(each.stored)
                key = (origin.name, origin.version, origin.digest), (now.name, now.version, now.digest)
                counts[key] = counts.get(key, 0) + 1
        return counts

    def other_engines(self) -> dict[str, int]:
        """Which other engines computed results, and how many."""
        counts: dict[str, int] = {}
        for each in self.not_identical():
            if any(found.pointer == ENGINE for found in each.about):
                counts[each.stored.origin.engine] = counts.get(each.stored.origin.engine, 0) + 1
        return counts


def differences(old: Any, new: Any, pointer: str = "") -> Iterator[Difference]:
    """The values in which two JSON documents differ; `1` and `1.0` do, the order of keys does not."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            below = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            yield from differences(old.get(key, Absent), new.get(key, Absent), below)
    elif isinstance(old, list) and isinstance(new, list):
        for number in range(max(len(old), len(new))):
            one = old[number] if number < len(old) else Absent
            other = new[number] if number < len(new) else Absent
            yield from differences(one, other, f"{pointer}/{number}")
    elif type(old) is not type(new) or old != new:
        yield Difference(pointer, old, new)
