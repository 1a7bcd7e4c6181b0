"""One program with everything that answers questions about it: cells, search, solver, and the evaluator that confirms.

In: a program, its schema, accounts to start from, how much time there is. Out: answers. The order is the same for every
question: an account that is known already, then cells, then the search, then the solver; what none can tell is unknown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import attrs

from ruleengine.analysis.claims import Claim, claim_of
from ruleengine.analysis.findings import Answer, Method, Question, Verdict
from ruleengine.analysis.may import May
from ruleengine.analysis.options import Options
from ruleengine.analysis.prove import Prover, Test
from ruleengine.analysis.run import Looking
from ruleengine.analysis.sides import Side
from ruleengine.analysis.situation import Key
from ruleengine.analysis.witness import Witnesses
from ruleengine.casebook.accounts import Account
from ruleengine.casebook.coverage import validator
from ruleengine.casebook.search import Search
from ruleengine.evaluator.coverage import CoverageItem
from ruleengine.evaluator.program import Evaluator
from ruleengine.generate import generate_documents
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

#: So long may one question take, by cells and by the solver.
EACH_BY_CELLS, EACH_BY_SOLVER = 2.0, 5.0
_GENERATED = 400
_KINDS_OF_MISSING = (0.05, 0.35, 0.7)

Result = Mapping[str, Any]


class Asked:
    """Answers questions about one program."""

    def __init__(self, side: Side, accounts: Sequence[Account], as_of: date, options: Options) -> None:
        self.side = side
        self.program = side.program
        self.as_of = as_of
        self.options = options
        self.until = time.monotonic() + options.seconds
        self.search = Search(side.program, side.sources, side.schema, accounts)
        self.index = self.search.index
        self.inventory = self.search.covering.inventory
        self.looking = Looking(side.program, self.index, as_of, side.schema)
        blank = attrs.evolve(self.search.blank, as_of=as_of)
        self.witnesses = Witnesses(
            self.looking.keys, self.search.wishes, side.schema.root, blank, side.program
        )
        self.prover = Prover(self.looking, self.witnesses.of)
        self.evaluator = Evaluator(side.program)
        self._validator = validator(side.schema)
        self.asked = 0
        self.unanswered: list[Question] = []

    def is_valid(self, account: Account) -> bool:
        """Whether an account is one of those that are spoken of."""
        valid: bool = self._validator(account.facts)
        return valid and account.previous is None

    def left(self, most: float) -> float:
        """How long a question may take, of what is left; who gives the whole more time gives each question more."""
        patience = max(1.0, self.options.seconds / Options().seconds)
        return max(0.0, min(most * patience, self.until - time.monotonic()))

    def result(self, account: Account) -> Result:
        """What the ruleset gives an account."""
        return self.evaluator.result(account.facts, account.as_of, None, account.previous)

    @cached_property
    def results(self) -> list[tuple[Account, Result]]:
        """Accounts that are at hand, and what the ruleset gives them."""
        made: list[Account] = []
        for seed, missing in enumerate(_KINDS_OF_MISSING):
            documents = generate_documents(
                self.side.schema, _GENERATED // 3, seed + 1, self.as_of, missing=missing
            )
            made += [Account(document, self.as_of) for document in documents]
        known = [*self.search.given, *self.search.pool.values(), *made]
        every = {id(each): each for each in known if each.as_of == self.as_of and self.is_valid(each)}
        return [(each, self.result(each)) for each in every.values()]

    # ── questions ──

    def ask(
        self,
        question: Question,
        claim: Claim,
        test: Test,
        box: Mapping[Key, May] | None = None,
        more: Callable[[], Answer | None] | None = None,
        seconds: float = EACH_BY_CELLS,
    ) -> Answer:
        """Whether a claim, in words a question, holds for some account; `more` is asked where cells cannot tell."""
        self.asked += 1

        def fits(account: Account) -> bool:
            return self.is_valid(account) and test(account)

        found = self.prover.ask(claim, fits, self.left(seconds), box)
        if found.verdict is Verdict.UNKNOWN and more is not None:
            found = more() or found
        if found.verdict is Verdict.UNKNOWN:
            self.unanswered.append(question)
        if found.account is not None:
            self.results.append((found.account, self.result(found.account)))
        return found

    def known(self, test: Callable[[Result], bool]) -> Account | None:
        """An account at hand whose result is as asked, the one with the fewest facts."""
        fitting = (account for account, result in self.results if test(result))
        return min(fitting, key=lambda each: len(str(each.facts)), default=None)

    def reach(
        self, items: Sequence[CoverageItem], question: Callable[[CoverageItem], Question]
    ) -> Iterator[tuple[CoverageItem, Answer]]:
        """For each item, whether an account can reach it."""
        for item in items:
            self.options.progress(item.title)
            yield item, self._reached(item, question(item))

    def _reached(self, item: CoverageItem, question: Question) -> Answer:
        account = self.search.pool.get(item.id)
        if account is not None:
            self.asked += 1
            return Answer(Verdict.SHOWN, Method.SEARCH, account)
        claim = claim_of(item, self.inventory, self.program)

        def test(account: Account) -> bool:
            return item.id in self.search.reached(account)

        if claim is None:
            self.asked += 1
            found = self._searched(item) or self._by_solver(item, test)
            if found is None:
                self.unanswered.append(question)
            return found or Answer(Verdict.UNKNOWN, Method.SEARCH)
        return self.ask(
            question, claim, test, more=lambda: self._searched(item) or self._by_solver(item, test)
        )

    def _searched(self, item: CoverageItem) -> Answer | None:
        if not self.left(EACH_BY_CELLS):
            return None
        ways = self.search.prepare([item])
        account = self.search.found(item, ways[item.id])
        return None if account is None else Answer(Verdict.SHOWN, Method.SEARCH, account)

    def _by_solver(self, item: CoverageItem, test: Test) -> Answer | None:
        solver = self.solver
        seconds = self.left(EACH_BY_SOLVER)
        if solver is None or not seconds:
            return None
        found: Answer = solver.possible(item.id, seconds, test)
        return None if found.verdict is Verdict.UNKNOWN else found

    @cached_property
    def solver(self) -> Any:
        """The solver, where it is wanted and installed."""
        if not self.options.solver:
            return None
        from ruleengine.analysis.solver.solver import Solver, is_available

        return Solver(self.side, self.as_of) if is_available() else None

    def holding(self, condition: e.Expression, wanted: bool) -> Test:
        """The test whether a condition is true, or false, for an account."""
        check = r.Check("condition", "asked", condition, span=condition.span)
        evaluator = Evaluator(attrs.evolve(self.program, steps=(*self.program.steps, check)))

        def test(account: Account) -> bool:
            found = evaluator.result(account.facts, account.as_of, None, account.previous)
            return found.get("conditions", {}).get("asked") is wanted

        return test
