"""Accounts that tell two rulesets apart, found by evaluating both.

In: two rulesets with what differs, accounts to begin with. Out: for each way in which a result changes the smallest account
found. Guaranteed: every account has been evaluated by both; the same input gives the same answer, as evaluations are counted; time
is looked at only to stop earlier.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import attrs
from attrs import define, field, frozen

from ruleengine.analysis.equivalence_subjects import NA_WORD, Subject, given, of_scores, part_of_change
from ruleengine.analysis.findings import Given
from ruleengine.analysis.sides import Side, validity
from ruleengine.casebook.accounts import Account
from ruleengine.casebook.search import Search
from ruleengine.casebook.shrinking import shrunk
from ruleengine.evaluator.program import Evaluator
from ruleengine.values import Type

MOST_EVALUATIONS = 15_000
_SHRINKING = 400
_NEIGHBOURS = 260
_MOST_ITEMS = 120
_KIN = 4

#: The subject (its number), what differs, the word before and after.
Way = tuple[int, str, str, str]


@frozen(slots=True, eq=False)
class Witness:
    """An account that is given something else, and what both give it."""

    account: Account
    old: Given
    new: Given


@define(slots=False, eq=False)
class Witnesses:
    """Evaluates accounts by both rulesets and keeps one for each way in which a result changes."""

    old: Side
    new: Side
    subjects: Sequence[Subject]
    root: Type
    until: float
    found: dict[Way, Witness] = field(factory=dict)
    evaluations: int = 0
    moves: Search | None = None

    def __attrs_post_init__(self) -> None:
        self.is_valid = validity([self.old, self.new])
        self.was, self.now = Evaluator(self.old.program), Evaluator(self.new.program)

    @property
    def is_over(self) -> bool:
        """Whether no more is tried."""
        return self.evaluations >= MOST_EVALUATIONS or time.monotonic() > self.until

    def changes(self, account: Account) -> dict[Way, Witness]:
        """The ways in which the results of an account change."""
        self.evaluations += 1
        results = [
            evaluator.result(account.facts, account.as_of, previous=account.previous)
            for evaluator in (self.was, self.now)
        ]
        changes: dict[Way, Witness] = {}
        for number, subject in enumerate(self.subjects):
            before = given(results[0], subject.kind, subject.old)
            after = given(results[1], subject.kind, subject.new)
            part = part_of_change(before, after)
            if part:
                changes[number, part, before.word, after.word] = Witness(account, before, after)
        return changes

    def tried(self, account: Account) -> bool:
        """Evaluate an account; whether it shows a way that is new. Only valid accounts show anything."""
        if not self._may_be_new(account):
            self.evaluations += 1
            return False
        fresh = {way: each for way, each in self.changes(account).items() if way not in self.found}
        if not fresh or not self.is_valid(account):
            return False
        self.found |= fresh
        return bool(fresh)

    def _may_be_new(self, account: Account) -> bool:
        """Whether an account could show a way that is new: told by final scores alone, which is much quicker."""
        if any(subject.kind != "card" for subject in self.subjects):
            return True
        old, new = (
            evaluator.scores(account.facts, account.as_of, account.previous)
            for evaluator in (self.was, self.now)
        )
        for number, subject in enumerate(self.subjects):
            before, after = of_scores(old[subject.old.name]), of_scores(new[subject.new.name])
            if (
                before.word == after.word == NA_WORD
                and (number, "reason", NA_WORD, NA_WORD) not in self.found
            ):
                return True
            part = part_of_change(before, after)
            if part and (number, part, before.word, after.word) not in self.found:
                return True
        return False

    def has(self, way: Way) -> Callable[[Account], bool]:
        """A test whether an account changes in one way."""

        def test(account: Account) -> bool:
            self.tried(account)
            return way in self.found

        return test

    # ── searching ──

    def search(self, accounts: Sequence[Account], as_of: Any, differing: frozenset[int]) -> None:
        """Look for ways: accounts that are given or generated, those that reach what differs, and what lies near them."""
        pool: dict[int, Account] = {}
        for side in (self.new, self.old):
            search = self.moves = self._search(side, accounts, as_of)
            pool |= {id(account): account for account in search.pool.values()}
            for account in list(pool.values()):
                if self.is_over:
                    return
                self.tried(account)
            for account in self._reaching(search, differing):
                pool[id(account)] = account
            self._near(search, list(pool.values()))

    def _search(self, side: Side, accounts: Sequence[Account], as_of: Any) -> Search:
        schema = attrs.evolve(side.schema, root=self.root)
        given_accounts = [attrs.evolve(each, as_of=as_of) for each in accounts] or [Account({}, as_of)]
        return Search(side.program, side.sources, schema, given_accounts)

    def _reaching(self, search: Search, differing: frozenset[int]) -> Iterator[Account]:
        """Accounts that reach items of what differs, and that no account has reached yet."""
        items = [
            item
            for item in search.covering.inventory.items.values()
            if item.id not in search.pool and id(search.covering.inventory.nodes[item.id][1]) in differing
        ][:_MOST_ITEMS]
        ways = search.prepare(items)
        for item in items:
            if self.is_over:
                return
            account = search.found(item, ways[item.id])
            self.evaluations += 50
            if account is not None:
                self.tried(attrs.evolve(account, as_of=search.blank.as_of))
                yield account

    def _near(self, search: Search, accounts: Iterable[Account]) -> None:
        """What lies one change away from accounts; from those that show something new, further on."""
        waiting = list(accounts)
        seen = 0
        while waiting and not self.is_over:
            account = waiting.pop(0)
            moved = 0
            for patch in search.moves.of(account):
                if self.is_over or moved >= _NEIGHBOURS:
                    break
                neighbour = search.patched(account, patch)
                if neighbour is None or neighbour.as_of != search.blank.as_of:
                    continue
                moved += 1
                if self.tried(neighbour) and seen < _MOST_ITEMS:
                    seen += 1
                    waiting.insert(0, neighbour)

    def kin_of(self, way: Way) -> list[Account]:
        """Accounts of the same subject that come from the same word, or to it."""
        kin = (each for each in self.found if each[0] == way[0] and (each[2] == way[2] or each[3] == way[3]))
        return [self.found[each].account for each in islice(kin, _KIN)]

    def near(self, accounts: Sequence[Account], way: Way) -> bool:
        """Whether an account that changes in a way lies one change away from some accounts."""
        if self.moves is None:
            return False
        for account in accounts:
            for patch in islice(self.moves.moves.of(account), _NEIGHBOURS):
                neighbour = self.moves.patched(account, patch)
                if neighbour is not None and neighbour.as_of == account.as_of:
                    self.tried(neighbour)
                if way in self.found:
                    return True
        return False

    # ── the smallest ──

    def smallest(self, way: Way) -> Witness:
        """The account of a way without all that is not needed to change so."""
        left = _SHRINKING

        def kept(smaller: Account, larger: Account) -> Account:
            nonlocal left
            left -= 1
            return (
                smaller if left >= 0 and way in self.changes(smaller) and self.is_valid(smaller) else larger
            )

        account = shrunk(self.found[way].account, kept, self.root)
        return self.changes(account)[way]
