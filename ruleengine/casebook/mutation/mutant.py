"""A mutant: a ruleset with one small thing changed, as data; and what came of it.

A mutant does not hold a program of its own. It says which nodes of the tree have others in their place, so that a thousand
mutants of a ruleset share everything that they do not change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from ruleengine.source import Span

#: The kinds of changes with the words for many of them, in the order of reports.
KINDS: Mapping[str, str] = {
    "threshold": "thresholds and other numbers",
    "comparison": "comparisons and ends of intervals",
    "condition": "conditions: and, or, not, words, statuses",
    "segment": "segments and whom a measure is for",
    "outcome": "bands, results and cells that rows give",
    "row": "rows",
    "weight": "weights",
    "band": "edges and points of bands",
    "freshness": "limits of freshness",
    "limit": "overrides, caps and floors",
    "missing": "what happens without data, and grace",
    "calculation": "calculations, queries and rounding",
}
KILLED, SURVIVED, EQUIVALENT = "killed", "survived", "equivalent"


@frozen(slots=True, eq=False)
class Swap:
    """One node of the tree, and what stands in its place."""

    old: Any
    new: Any


@frozen(slots=True, eq=False)
class Mutant:
    """One small change. `of` is the measure, card or other thing in which it is; `swaps` do it.

    `before` and `after` are the changed place as the ruleset writes it, or as it could.
    """

    kind: str
    of: str
    span: Span
    before: str
    after: str
    swaps: tuple[Swap, ...]


@frozen(slots=True)
class Told:
    """An account which tells a mutant from the ruleset, and the test that would notice."""

    as_of: str
    facts: dict[str, Any]
    previous: dict[str, Any] | None
    expectations: tuple[str, ...]
    test: str


@frozen(slots=True)
class Outcome:
    """What came of one mutant. `why` says by which case it was killed, or why it changes nothing.

    `told` is an account that shows the difference, where one was looked for and found; `sought` says that one was looked for.
    """

    kind: str
    of: str
    path: str
    line: int
    before: str
    after: str
    status: str
    why: str = ""
    told: Told | None = None
    sought: bool = False


@frozen(slots=True)
class Mutation:
    """What came of all mutants of one ruleset; without `outcomes` where its tests fail as they are (`failing` cases)."""

    ruleset: str
    path: str
    tests: str
    cases: int
    outcomes: tuple[Outcome, ...]
    failing: int = 0
    seconds: float = field(default=0.0, eq=False)

    def of(self, status: str, kind: str = "") -> int:
        """How many mutants have a status, of one kind or of all."""
        return sum(each.status == status and kind in ("", each.kind) for each in self.outcomes)

    @property
    def counted(self) -> int:
        """The mutants that a test could notice."""
        return self.of(KILLED) + self.of(SURVIVED)

    @property
    def percent(self) -> float:
        """The share of those that the tests notice, never rounded up; 0 where the tests fail as they are."""
        if self.failing:
            return 0.0
        return math.floor(self.of(KILLED) * 1000 / self.counted) / 10 if self.counted else 100.0

    def is_at_least(self, percent: float) -> bool:
        """Whether the tests notice no smaller share than a percentage."""
        return not self.failing and self.of(KILLED) * 100 >= percent * self.counted - 1e-9

    @property
    def survivors(self) -> tuple[Outcome, ...]:
        """The changes that no test notices, in the order of the file."""
        return tuple(each for each in self.outcomes if each.status == SURVIVED)

    def kinds(self) -> Iterator[tuple[str, str, int, int]]:
        """Every kind that there is here: its words, how many the tests notice, of how many."""
        for kind, words in KINDS.items():
            killed, survived = self.of(KILLED, kind), self.of(SURVIVED, kind)
            if killed + survived:
                yield kind, words, killed, killed + survived


@frozen(slots=True)
class MutationOptions:
    """`suggestions`: for so many survivors at most a test is looked for; `imports`: what a ruleset imports is changed too."""

    suggestions: int = 3
    imports: bool = False
