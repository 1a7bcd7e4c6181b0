"""Questions about one ruleset or two, answered by z3: impossible for every valid account, possible by one, or unknown.

In: rulesets, an as-of date, a claim about the account. Out: whether it can hold, with a model's account where it can, which the
caller's test has confirmed by an evaluator. Guaranteed: `PROVED` means that no valid account makes the claim true; an account
that is given has passed the test; each question ends within its time (z3 itself looks at the clock).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from attrs import frozen

from ruleengine.analysis.findings import Answer, End, Method, Verdict
from ruleengine.analysis.sides import Side, validity
from ruleengine.analysis.solver.atoms import Atoms
from ruleengine.analysis.solver.encoding import Encoding
from ruleengine.analysis.solver.items import claim_of
from ruleengine.analysis.solver.models import Models
from ruleengine.analysis.solver.terms import Flag, both, compare, exact, term, z3
from ruleengine.casebook.accounts import Account
from ruleengine.casebook.edges import Edges
from ruleengine.casebook.wishes import Wishes
from ruleengine.evaluator.coverage import inventory
from ruleengine.evaluator.covering import Covering
from ruleengine.evaluator.program import Evaluator
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r

_TRIES = 4
_PART = 1e-7
_HALVES = 24
#: What tells whether an account is what was asked for.
Test = Callable[[Account], bool]


def is_available() -> bool:
    """Whether z3 is installed."""
    try:
        z3()
    except ImportError:
        return False
    return True


class Questions:
    """Questions about the terms of one program, or of several over the same account."""

    def __init__(self, sides: Sequence[Side], as_of: date) -> None:
        self.sides = tuple(sides)
        self.as_of = as_of
        self.is_valid = validity(sides)
        self.atoms = Atoms([side.schema.root for side in sides], as_of.toordinal())
        self._said = 0
        self._solver: Any = None
        self.rejected: list[
            Account
        ] = []  # of the last question: accounts of models that the test did not confirm
        self.encodings: tuple[Encoding, ...] = ()
        for number, side in enumerate(sides):
            settle = self.settled if number else None
            self.encodings += (Encoding(side.program, side.sources, self.atoms, number, settle),)
        wishes = [Wishes(encoding.index, Edges(encoding.index)) for encoding in self.encodings]
        self.models = Models(self.atoms, self.encodings, wishes, sides[0].program.id_path)

    def settled(self, encoding: Encoding, step: r.Measure | r.Scorecard) -> None:
        """A measure or scorecard of a further ruleset has been said: what it shares with the first one may be used."""

    def ask(self, claim: Flag, test: Test, seconds: float, tries: int = _TRIES) -> Answer:
        """Whether some valid account makes a claim true; an account is shown where the test confirms it."""
        if claim is False:
            return Answer(Verdict.PROVED, Method.SOLVER)
        until = time.monotonic() + seconds
        self.rejected = []
        solver = self._with_conditions()
        solver.push()
        try:
            solver.add(claim if claim is not True else z3().BoolVal(True))
            return self._ask(solver, test, until, tries)
        finally:
            solver.pop()

    def _ask(self, solver: Any, test: Test, until: float, tries: int) -> Answer:
        for tried in range(1, tries + 1):
            if time.monotonic() >= until:
                break
            found = self._found(solver, until)
            if found == z3().unsat:
                verdict = Verdict.PROVED if tried == 1 else Verdict.UNKNOWN
                return Answer(verdict, Method.SOLVER, tried=tried)
            if found != z3().sat:
                break
            model = solver.model()
            for account in self.models.accounts(model):
                if self.is_valid(account) and test(account):
                    return Answer(Verdict.SHOWN, Method.SOLVER, account, tried)
                self.rejected.append(account)
            solver.add(z3().Not(z3().And(*self._pattern(model))))
        return Answer(Verdict.UNKNOWN, Method.SOLVER)

    def _found(self, solver: Any, until: float) -> Any:
        """What z3 finds where no computation is rounded; what is impossible there may be possible by rounding."""
        for conditions in ((self.atoms.exactly,), ()) if self.atoms.exactly is not None else ((),):
            left = until - time.monotonic()
            solver.set("timeout", max(1, int(left * 1000)))
            found = checked(solver, *conditions)
            if found != z3().unsat:
                break
        return found

    def _pattern(self, model: Any) -> list[Any]:
        """What the next model shall have another way: what is there, and what was left open."""
        flags = [there for there, _ in self.atoms.variables.values() if not isinstance(there, bool)]
        for value in self.atoms.known.values():
            flags += [flag for flag in value.na.values() if not isinstance(flag, bool)]
            if (
                not isinstance(value.term, bool | int)
                and z3().is_expr(value.term)
                and z3().is_bool(value.term)
            ):
                flags.append(value.term)
        flags = flags or [z3().BoolVal(True)]
        return [flag if self.models.holds(model, flag) else z3().Not(flag) for flag in flags]

    def _with_conditions(self) -> Any:
        if self._solver is None:
            self._solver = z3().Solver()
        self._solver.add(*self.atoms.conditions[self._said :])
        self._said = len(self.atoms.conditions)
        return self._solver

    def extreme(self, number: Any, known: Flag, highest: bool, seconds: float) -> Extreme:
        """A bound that a number does not pass where a claim holds, as far as one was found in time."""
        optimizer = z3().Optimize()
        optimizer.set("timeout", max(1, int(seconds * 1000)))
        optimizer.add(*self.atoms.conditions, known if known is not True else z3().BoolVal(True))
        goal = optimizer.maximize(number) if highest else optimizer.minimize(number)
        found = checked(optimizer)
        if found == z3().unsat:
            return Extreme(True, None, None)
        if found != z3().sat:
            return Extreme(False, None, None)
        value = optimizer.upper(goal) if highest else optimizer.lower(goal)
        limit = None
        if z3().is_rational_value(value):
            limit = value.numerator_as_long() / value.denominator_as_long()
        elif z3().is_int_value(value):
            limit = float(value.as_long())
        return Extreme(False, limit, optimizer.model())


@frozen(slots=True, eq=False)
class Extreme:
    """The end of a number: none where it is `never` there; None for what was not found in time."""

    never: bool
    limit: float | None
    model: Any


def checked(solver: Any, *conditions: Any) -> Any:
    """What z3 finds under conditions; unknown where it gives up, be it for lack of memory."""
    try:
        return solver.check(*conditions)
    except z3().Z3Exception:
        return z3().unknown


class Solver(Questions):
    """Questions about one ruleset."""

    def __init__(self, side: Side, as_of: date) -> None:
        super().__init__([side], as_of)
        self.encoding = self.encodings[0]
        self.evaluator = Evaluator(side.program)
        self.covering = Covering(self.evaluator)
        self.inventory = inventory(side.program)

    def possible(self, target: e.Expression | str | Flag, seconds: float, test: Test | None = None) -> Answer:
        """Whether an account can reach an item (its id), make a condition of the program true, or a claim in terms.

        A claim in terms comes with its own test.
        """
        if isinstance(target, str):
            claim = claim_of(self.encoding, self.inventory, target)
            if claim is None:
                return Answer(Verdict.UNKNOWN, Method.SOLVER)
            return self.ask(claim, test or (lambda account: self._reaches(account, target)), seconds)
        if isinstance(target, e.Expression):
            holds = test or self._holding(target)
            return self.ask(self.encoding.expression(target, {}).is_true(), holds, seconds)
        if test is None:
            raise ValueError("a claim in terms comes with a test")
        return self.ask(target, test, seconds)

    def _reaches(self, account: Account, item: str) -> bool:
        return item in self.covering.reached(account.facts, account.as_of, account.previous)

    def _holding(self, condition: e.Expression) -> Test:
        import attrs

        check = r.Check("condition", "asked", condition, span=condition.span)
        program = attrs.evolve(self.encoding.program, steps=(*self.encoding.program.steps, check))
        evaluator = Evaluator(program)

        def test(account: Account) -> bool:
            found = evaluator.result(account.facts, account.as_of, previous=account.previous)
            return found["conditions"]["asked"] is True

        return test

    # ── bounds ──

    def bounds(
        self, card: str, seconds: float, among: Flag = True, test: Test | None = None
    ) -> tuple[End, End]:
        """The lowest and the highest score of a scorecard (by the name of its step), among some of the accounts.

        `test` tells of an account whether it is one of them. A limit that was not found in time is None, or
        infinite where there is no score either: without both no account has a score.
        """
        final = self.encoding.final(card)
        known = both(among, final.present, final.has_score)
        if known is False:
            return End(None, None, None), End(None, None, None)
        score = term(final.score)

        def scored(account: Account) -> float | None:
            fits = self.is_valid(account) and (test is None or test(account))
            return self._score(account, card) if fits else None

        lowest, highest = (self._end(card, score, known, high, seconds / 2, scored) for high in (False, True))
        return lowest, highest

    def _end(
        self,
        card: str,
        number: Any,
        known: Flag,
        highest: bool,
        seconds: float,
        scored: Callable[[Account], float | None],
    ) -> End:
        until = time.monotonic() + seconds
        found = self.extreme(number, known, highest, seconds / 2)
        if found.never:
            return End(None, None, None)
        climb = _Climb(self, number, known, highest, scored)
        within = [climb.limit, self._of_bands(card, highest)]
        if found.limit is not None:
            within.append(found.limit)
        climb.limit = min(within) if highest else max(within)
        for account in self.models.accounts(found.model) if found.model is not None else ():
            climb.note(account)
        climb.run(until)
        if climb.best is None:
            return End(None, climb.limit, None)
        return End(climb.best[0], None if math.isinf(climb.limit) else climb.limit, climb.best[1])

    def _of_bands(self, card: str, highest: bool) -> float:
        """The end of the bands of a scorecard: a score beyond them is no score."""
        key = self.encoding.cards[card].bands
        if not self.encoding.has_intervals(key):
            return math.inf if highest else -math.inf
        bands = self.encoding.sets[key].bands
        ends = [each.high if highest else each.low for each in bands if each.has_interval]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return math.inf if highest else -math.inf
        return max(known) + _PART if highest else min(known) - _PART

    def _score(self, account: Account, card: str) -> float | None:
        result = self.evaluator.result(account.facts, account.as_of, previous=account.previous)
        found = result["scorecards"].get(card)
        return None if found is None else found["score"]


class _Climb:
    """Narrows an end: a better score by an account, or a nearer limit by a proof, by halves."""

    def __init__(
        self,
        solver: Solver,
        number: Any,
        known: Flag,
        highest: bool,
        scored: Callable[[Account], float | None],
    ) -> None:
        self.solver, self.number, self.known = solver, number, known
        self.highest, self.scored = highest, scored
        self.best: tuple[float, Account] | None = None
        ends = solver.atoms.ends_of(number)
        nowhere = math.inf if highest else -math.inf
        self.limit = nowhere if ends is None else float(ends[1] if highest else ends[0])

    def note(self, account: Account) -> bool:
        """Keep an account where its score is better; whether it has one."""
        score = self.scored(account)
        if score is not None and (self.best is None or (score > self.best[0]) is self.highest):
            self.best = (score, account)
        return score is not None

    def run(self, until: float) -> None:
        """Ask first for the limit itself, then half way between it and the best."""
        target = self.limit
        for _ in range(_HALVES):
            left = until - time.monotonic()
            if (
                left <= 0
                or math.isinf(target)
                or (self.best and abs(self.best[0] - self.limit) <= 10 * _PART)
            ):
                return
            beside = exact(target - _PART if self.highest else target + _PART)
            claim = both(self.known, compare(">=" if self.highest else "<=", self.number, beside))
            answer = self.solver.ask(claim, partial(self._reaches, target), left / 2)
            if answer.verdict is Verdict.PROVED:
                self.limit = float(beside)
            elif answer.verdict is Verdict.UNKNOWN and self.best is not None:
                return
            step = 1.0 if self.highest else -1.0
            target = self.limit - step if self.best is None else (self.best[0] + self.limit) / 2

    def _reaches(self, target: float, account: Account) -> bool:
        """Whether the score of an account is as good as was asked for; its score is kept in any case."""
        if not self.note(account) or self.best is None:
            return False
        score = self.scored(account)
        return score is not None and (
            score >= target - 2 * _PART if self.highest else score <= target + 2 * _PART
        )
