"""A search for accounts that reach what no test reaches.

In: a program, accounts to begin with, items. Out: for an item an account that reaches it, with nothing in it that is not
needed, as far as one is found. Guaranteed: every account that is given has been evaluated and reaches its item, and its
facts are valid by the fact schema; the same input gives the same answer everywhere: what bounds the search is the number
of evaluations, not time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

import attrs

from ruleengine.casebook.accounts import Account, Patch, blank, changed
from ruleengine.casebook.edges import Edges
from ruleengine.casebook.shrinking import shrunk
from ruleengine.casebook.wandering import Gap, Moves, distance, gap_of
from ruleengine.casebook.ways import Goal, Way, Ways
from ruleengine.casebook.wishes import Wishes
from ruleengine.checker.index import Index
from ruleengine.evaluator.coverage import CoverageItem
from ruleengine.evaluator.covering import Covering, Reached
from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.model import FactSchema
from ruleengine.generate import generate_documents
from ruleengine.source import Source
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import Type

#: So many evaluations are made for one item, and for all.
MOST_FOR_ONE, MOST_WANDERING, MOST_FOR_ALL = 700, 1_500, 40_000
_GENERATED = 250
_ROUNDS = 3
_ALTERNATIVES = 10
_BASES = 6
_WANDERED_WAYS = 2


class Spent(Exception):
    """No more evaluations are made for this item."""


class Search:
    """Searches for accounts, one item after the other; what was found for one helps with the next."""

    def __init__(
        self,
        program: r.Program,
        sources: Mapping[str, Source],
        schema: FactSchema,
        accounts: Sequence[Account],
    ) -> None:
        self.program = program
        self.schema = schema
        self.root = schema.root
        self.index = Index(program, sources, program.path, {})
        self.wishes = Wishes(self.index, Edges(self.index))
        self.covering = Covering(Evaluator(program))
        self.ways = Ways(self.wishes, self.covering.inventory)
        self.moves = Moves(self.index, self.wishes.edges)
        self.keys: dict[int, str] = {}
        self.gaps: dict[int, Gap] = {}
        self.blank = blank(self.root, accounts[0].as_of, program.id_path)
        self.given = [attrs.evolve(each, facts=without_secrets(each.facts, self.root)) for each in accounts]
        self.pool: dict[str, Account] = {}
        self.evaluations = 0
        self.left = 0
        self._begin()

    def _begin(self) -> None:
        """What the accounts that are given reach, and a number of generated ones."""
        as_of = self.blank.as_of
        documents = generate_documents(self.schema, _GENERATED, 1, as_of, missing=0.1)
        generated = [Account(document, as_of) for document in documents]
        for account in (self.blank, *self.given, *generated):
            for item in self.covering.reached(account.facts, account.as_of, account.previous):
                self.pool.setdefault(item, account)
        self.rich = [*self.given[:1], *generated[:2]]

    def prepare(self, items: Iterable[CoverageItem]) -> dict[str, list[Way]]:
        """The ways to items; their conditions are observed from now on."""
        ways = {item.id: self.ways.to(item) for item in items}
        self.watch(ways)
        return ways

    def watch(self, ways: Mapping[str, Sequence[Way]]) -> None:
        """Observe the conditions of some ways from now on."""
        conditions = self.ways.goals_with_conditions(way for several in ways.values() for way in several)
        self.keys = {id(node): f"goal {place}" for place, node in enumerate(conditions)}
        checks = [_observed(self.keys[id(node)], node) for node in conditions]
        goals = (goal for several in ways.values() for way in several for goal in way)
        for goal in goals:
            gap = gap_of(goal.node, goal.truth, self.index) if goal.node is not None else None
            if gap is not None and id(goal) not in self.gaps:
                self.gaps[id(goal)] = gap
                checks.append(_observed(f"value {id(goal)}", gap.subject))
        program = attrs.evolve(self.program, steps=(*self.program.steps, *checks))
        self.observing = Covering(Evaluator(program))

    def found(self, item: CoverageItem, ways: Sequence[Way]) -> Account | None:
        """An account that reaches an item, with nothing in it that is not needed; None when none is found."""
        self.left = min(MOST_FOR_ONE, MOST_FOR_ALL - self.evaluations)
        account: Account | None = None
        with suppress(Spent):
            account = self._climbed(item, ways)
        account = account or self.pool.get(item.id)
        if account is None:
            self.left = min(MOST_WANDERING, MOST_FOR_ALL - self.evaluations)
            with suppress(Spent):
                account = self._wandered(item, ways)
        if account is None:
            return None
        self.pool.setdefault(item.id, account)
        self.left = MOST_FOR_ONE
        return self._shrunk(account, item.id)

    def reached(self, account: Account) -> Reached:
        """What an account reaches."""
        return self.covering.reached(account.facts, account.as_of, account.previous)

    # ── climbing ──

    def _climbed(self, item: CoverageItem, ways: Sequence[Way]) -> Account | None:
        for base in self._bases(item):
            for way in ways:
                account = self._along(item.id, way, base)
                if account is not None:
                    return account
        return None

    def _bases(self, item: CoverageItem) -> Iterator[Account]:
        """Accounts to start from: an empty one, those that reach what belongs to the same, and full ones."""
        siblings = [
            self.pool[other.id] for other in self.covering.inventory.items.values()
            if other.of == item.of and other.id in self.pool
        ]  # fmt: skip
        every = {id(account): account for account in (self.blank, *siblings[:2], *self.rich, *siblings[2:])}
        yield from islice(every.values(), _BASES)

    def _along(self, item: str, way: Way, account: Account) -> Account | None:
        """Follow one way from an account: each goal in turn, by the patch after which most goals are reached."""
        observed, reached = self._observe(account, way)
        if item in reached:
            return account
        for turn in range(_ROUNDS):
            before = account
            for place, goal in enumerate(way):
                if (goal.node is None and turn > 0) or observed[place]:
                    continue
                account, observed, found = self._step(item, way, goal, account, observed)
                if found:
                    return account
            if account is before:
                return None
        return None

    def _step(
        self, item: str, way: Way, goal: Goal, account: Account, observed: list[bool]
    ) -> tuple[Account, list[bool], bool]:
        best, best_observed, best_score = account, observed, sum(observed) - (1 if goal.node is None else 0)
        self.wishes.begin(account)
        for patch in islice(goal.patches(self.wishes), _ALTERNATIVES):
            tried = self.patched(account, patch)
            if tried is None:
                continue
            now, reached = self._observe(tried, way)
            if item in reached:
                return tried, now, True
            if sum(now) > best_score:
                best, best_observed, best_score = tried, now, sum(now)
        return best, best_observed, False

    def patched(self, account: Account, patch: Patch) -> Account | None:
        """The account after a patch; None where no document can be so."""
        try:
            return changed(account, patch, self.root)
        except (TypeError, OverflowError):  # a wish for something that this document cannot be
            return None

    def _observe(self, account: Account, way: Way) -> tuple[list[bool], Reached]:
        if self.left <= 0:
            raise Spent
        self.left -= 1
        self.evaluations += 1
        reached = self.observing.reached(account.facts, account.as_of, account.previous)
        observed = [
            goal.node is not None and reached.conditions.get(self.keys[id(goal.node)]) is goal.truth
            for goal in way
        ]
        return observed, reached

    # ── wandering ──

    def _wandered(self, item: CoverageItem, ways: Sequence[Way]) -> Account | None:
        told = [way for way in ways if any(id(goal) in self.gaps for goal in way)]
        for way in told[:_WANDERED_WAYS]:
            for base in (*self.rich[-1:], *self._bases(item)):
                account = self._nearer(item.id, way, base)
                if account is not None:
                    return account
        return None

    def _nearer(self, item: str, way: Way, account: Account) -> Account | None:
        """Change one fact after another, each where that brings the goals nearer."""
        gaps = {place: self.gaps.get(id(goal)) for place, goal in enumerate(way) if goal.node is not None}

        def far(observed: list[bool], reached: Reached) -> float:
            found = {place: reached.conditions.get(f"value {id(way[place])}") for place in gaps}
            return distance(gaps, observed, found)

        best = far(*self._observe(account, way))
        since, tried = 0, 1
        while since < tried:  # until a whole round has brought nothing
            tried = 0
            for patch in self.moves.of(account):
                tried, since = tried + 1, since + 1
                changed_account = self.patched(account, patch)
                if changed_account is None:
                    continue
                observed, reached = self._observe(changed_account, way)
                if item in reached:
                    return changed_account
                if far(observed, reached) < best - 1e-9:
                    account, best, since = changed_account, far(observed, reached), 0
        return None

    # ── shrinking ──

    def _shrunk(self, account: Account, item: str) -> Account:
        """The account without all that is not needed to reach the item."""
        return shrunk(account, lambda smaller, larger: self._kept(smaller, larger, item), self.root)

    def _kept(self, smaller: Account, account: Account, item: str) -> Account:
        if self.left <= 0:
            return account
        self.left -= 1
        self.evaluations += 1
        return smaller if item in self.reached(smaller) else account


def without_secrets(value: Any, kind: Type) -> Any:
    """A document without what the schema keeps secret: what is suggested is shown."""
    if isinstance(value, dict):
        fields = {each.name: each for each in kind.fields}
        return {
            name: without_secrets(inner, fields[name].type) if name in fields else inner
            for name, inner in value.items()
            if name not in fields or not fields[name].secret
        }
    if isinstance(value, list) and kind.element is not None:
        return [without_secrets(inner, kind.element) for inner in value]
    return value


def _observed(key: str, node: e.Expression) -> r.Check:
    return r.Check("condition", key, node, span=node.span)
