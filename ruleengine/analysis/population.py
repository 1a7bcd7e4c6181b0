"""Accounts to try things on, and what a ruleset gives them.

In: a program, its schema, accounts to begin with. Out: distinct accounts of many kinds, results, programs in which one measure
always comes to one outcome. Guaranteed: the same input gives the same accounts; nothing depends on the time that it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import attrs

from ruleengine.casebook.accounts import Account, Patch, changed
from ruleengine.casebook.search import Search
from ruleengine.casebook.shrinking import shrunk
from ruleengine.casebook.ways import Goal
from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.model import FactSchema
from ruleengine.generate import generate_documents
from ruleengine.source import Source
from ruleengine.tree import ruleset as r

_GENERATED = 300
_SPARSE = 0.35
_SEED = 7
_PATCHES = 12
SCORED = ("scored", "stale")

#: So many things are tried to be left out of an account.
_MOST_REMOVED = 80

Result = Mapping[str, Any]


class Population:
    """Accounts of one program, on the as-of date of the first that is given."""

    def __init__(
        self,
        program: r.Program,
        sources: Mapping[str, Source],
        schema: FactSchema,
        accounts: Sequence[Account],
        search: Search | None = None,
    ) -> None:
        self.program = program
        self.schema = schema
        self.search = search or Search(program, sources, schema, accounts)
        self.index = self.search.index
        self.evaluator = Evaluator(program)
        self._results: dict[int, Result] = {}
        self._forced: dict[tuple[str, object], Evaluator] = {}

    @cached_property
    def accounts(self) -> list[Account]:
        """The accounts: those given, those that reach something, and many that were made."""
        as_of = self.search.blank.as_of
        made = generate_documents(self.schema, _GENERATED, _SEED, as_of, missing=_SPARSE)
        found = [*self.search.given, *self.search.pool.values(), *(Account(each, as_of) for each in made)]
        return list({id(each): each for each in found if each.as_of == as_of}.values())

    def result(self, account: Account) -> Result:
        """The whole result of an account."""
        return self.evaluator.result(account.facts, account.as_of, previous=account.previous)

    def kept_result(self, account: Account) -> Result:
        """The same for one of `accounts`, computed once."""
        if id(account) not in self._results:
            self._results[id(account)] = self.result(account)
        return self._results[id(account)]

    def forced(self, measure: r.Measure, outcome: r.Outcome, key: object) -> Evaluator:
        """A program in which a measure that is rated always comes to one outcome."""
        if (measure.name, key) not in self._forced:
            row = r.Row(None, outcome, None, span=measure.span)
            block = r.RateBlock(None, (row,), span=measure.span)
            other = attrs.evolve(measure, as_given=False, rates=(block,))
            steps = tuple(other if step is measure else step for step in self.program.steps)
            self._forced[measure.name, key] = Evaluator(attrs.evolve(self.program, steps=steps))
        return self._forced[measure.name, key]

    def tried(self, account: Account, goal: Goal) -> Iterator[tuple[Account, Patch]]:
        """The account changed so that a goal may be reached, in several ways, each with what was changed."""
        wishes = self.search.wishes
        wishes.begin(account)
        for patch in list(islice(goal.patches(wishes), _PATCHES)):
            other = self.patched(account, patch)
            if other is not None:
                yield other, patch

    def smallest(self, account: Account, keeps: Callable[[Account], bool]) -> Account:
        """The account without what is not needed to keep something."""
        left = _MOST_REMOVED

        def kept(smaller: Account, before: Account) -> Account:
            nonlocal left
            left -= 1
            return smaller if left >= 0 and keeps(smaller) else before

        return shrunk(account, kept, self.schema.root)

    def patched(self, account: Account, patch: Patch) -> Account | None:
        """The account after a patch; None where it is for another kind of document."""
        try:
            return changed(account, patch, self.schema.root)
        except (TypeError, OverflowError):  # a wish for something that this document cannot be
            return None


def is_scored(result: Result, measure: r.Measure) -> bool:
    """Whether a measure has a rating in a result."""
    return result["measures"][measure.name]["status"] in SCORED
