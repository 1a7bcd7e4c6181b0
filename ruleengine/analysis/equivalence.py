"""Whether two rulesets give every account the same, or which accounts tell them apart.

In: two rulesets, accounts to begin with, an as-of date, a time limit. Out: an `Equivalence`: proved equal, or for each way in
which a result can change the smallest account found that changes so. Guaranteed: each account that is shown has been
evaluated by both rulesets, and its facts are valid by both schemas.

What the two say is compared first: what says the same, with all that it rests on, is equal. Then accounts are looked for. What
is left is asked of the solver, where there is one: whether something can differ at all, then each way by itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs
from attrs import define, field

from ruleengine.analysis.equivalence_facts import shared
from ruleengine.analysis.equivalence_subjects import Sayings, Subject, subjects, words_of
from ruleengine.analysis.equivalence_witness import Way, Witnesses
from ruleengine.analysis.findings import Answer, Change, Compared, Equivalence, Method, Verdict
from ruleengine.analysis.sides import Side
from ruleengine.analysis.solver.solver import is_available
from ruleengine.casebook.accounts import Account
from ruleengine.tree import ruleset as r
from ruleengine.values import Type

if TYPE_CHECKING:
    from ruleengine.analysis.solver.product import Product

#: The share of the time that is spent on looking for accounts, before anything is asked of the solver.
_SEARCHING = 0.4
_FOR_A_WAY = 5.0


def equivalent(
    old: Side, new: Side, accounts: Sequence[Account], as_of: date, seconds: float, solver: bool
) -> Equivalence:
    """Compare two rulesets for all accounts at one as-of date, for so many seconds at most; `solver`: with z3, where there is one."""
    return _Comparison(old, new, as_of, seconds, solver and is_available()).run(accounts)


def compared(program: r.Program) -> Compared:
    """What a report says of one of the two."""
    return Compared(program.name, program.version, program.digest)


@define(slots=False, eq=False)
class _Comparison:
    old: Side
    new: Side
    as_of: date
    seconds: float
    solver: bool
    apart: list[str] = field(factory=list)
    changes: dict[Way, Change] = field(factory=dict)
    equal: dict[int, Method] = field(factory=dict)
    left_open: set[int] = field(factory=set)
    asked: int = 0

    def run(self, accounts: Sequence[Account]) -> Equivalence:
        start = time.monotonic()
        self.until = start + self.seconds
        self.subjects = list(subjects(self.old.program, self.new.program, self.apart))
        root = shared(self.old.schema.root, self.new.schema.root, self.apart)
        sayings = Sayings()
        said = [sayings.of(self.old.program), sayings.of(self.new.program)]
        self.asked = len(self.subjects)
        for number, subject in enumerate(self.subjects):
            names = [_saying(subject.kind, step) for step in (subject.old, subject.new)]
            if said[0].get(names[0]) == said[1].get(names[1]):
                self.equal[number] = Method.TREE
        if len(self.equal) < len(self.subjects):
            self._told_apart(accounts, root, said, start)
        return self._result()

    def _told_apart(
        self, accounts: Sequence[Account], root: Type, said: list[dict[str, int]], start: float
    ) -> None:
        searching = start + self.seconds * (_SEARCHING if self.solver else 0.8)
        witnesses = Witnesses(self.old, self.new, self.subjects, root, searching)
        witnesses.search(accounts, self.as_of, frozenset(self._differing(said)))
        product = self._product(root) if self.solver else None
        for number, subject in enumerate(self.subjects):
            if number not in self.equal:
                self._subject(number, subject, witnesses, product)
        for way in list(witnesses.found):
            self._show(way, witnesses, Method.SEARCH)

    def _differing(self, said: list[dict[str, int]]) -> Iterator[int]:
        """The steps of which the other ruleset says something else, by identity."""
        for number, side in enumerate((self.old, self.new)):
            mine, known = said[number], set(said[1 - number].values())
            for step in side.program.steps:
                if mine.get(_saying("output" if isinstance(step, r.Output) else "", step)) not in known:
                    yield id(step)

    def _product(self, root: Type) -> Product | None:
        from ruleengine.analysis.solver.product import Product

        sides = [
            attrs.evolve(side, schema=attrs.evolve(side.schema, root=root)) for side in (self.old, self.new)
        ]
        return Product(sides[0], sides[1], self.as_of, self.until)

    # ── one subject ──

    def _subject(self, number: int, subject: Subject, witnesses: Witnesses, product: Product | None) -> None:
        known = [way for way in witnesses.found if way[0] == number]
        if product is not None and not known and self._is_equal(number, subject, witnesses, product):
            self.equal[number] = Method.SOLVER
            return
        ways = list(self._ways(number, subject))
        if not ways and not known and not any(way[0] == number for way in witnesses.found):
            self.left_open.add(number)
        waiting = [way for way in ways if way not in witnesses.found]
        while waiting:
            way = waiting.pop(0)
            if way not in witnesses.found:
                self._way(way, subject, witnesses, product, 1 + len(waiting))

    def _is_equal(self, number: int, subject: Subject, witnesses: Witnesses, product: Product) -> bool:
        def differs(account: Account) -> bool:
            witnesses.tried(account)
            return any(way[0] == number for way in witnesses.found)

        answer = product.ask(product.differs(subject), differs, self._limit(2))
        return answer.verdict is Verdict.PROVED

    def _ways(self, number: int, subject: Subject) -> Iterator[Way]:
        """The ways in which something can change, where they can be listed."""
        old = words_of(subject, self.old.program, subject.old)
        new = words_of(subject, self.new.program, subject.new)
        for before in old:
            for after in new:
                if before != after:
                    yield number, "band", before, after
                elif subject.kind == "card":
                    yield number, "reason" if before == "na" else "score", before, after

    def _way(
        self, way: Way, subject: Subject, witnesses: Witnesses, product: Product | None, waiting: int
    ) -> None:
        """Ask for one way; `waiting` are as many as are to be asked for, with this one."""
        self.asked += 1
        limit = max(self._limit(), (self.until - time.monotonic()) / (waiting + 1))
        answer = Answer(Verdict.UNKNOWN, Method.SEARCH, tried=witnesses.evaluations)
        if product is not None and limit > 0:
            answer = product.ask_way(subject, way[1:], witnesses.has(way), limit)
            kin = [*product.rejected, *witnesses.kin_of(way)]
            if answer.verdict is Verdict.UNKNOWN and witnesses.near(kin, way):
                answer = attrs.evolve(answer, account=witnesses.found[way].account)
        if answer.account is not None:
            self._show(way, witnesses, Method.SOLVER)
        else:
            self.changes[way] = self._change(way, answer)

    def _limit(self, times: int = 1) -> float:
        return max(0.0, min(_FOR_A_WAY * times, self.until - time.monotonic()))

    def _show(self, way: Way, witnesses: Witnesses, method: Method) -> None:
        if way in self.changes and self.changes[way].answer.verdict is Verdict.SHOWN:
            return
        smallest = witnesses.smallest(way)
        answer = Answer(Verdict.SHOWN, method, smallest.account, witnesses.evaluations)
        change = self._change(way, answer)
        self.changes[way] = attrs.evolve(change, old=smallest.old, new=smallest.new)

    def _change(self, way: Way, answer: Answer) -> Change:
        number, part, before, after = way
        subject = self.subjects[number]
        return Change(subject.kind, subject.label, part, before, after, answer)

    # ── the whole ──

    def _result(self) -> Equivalence:
        ordered = [self.changes[way] for way in sorted(self.changes, key=self._order)]
        shown = [each for each in ordered if each.answer.verdict is Verdict.SHOWN]
        unknown = sum(each.answer.verdict is Verdict.UNKNOWN for each in ordered) + len(self.left_open)
        verdict = Verdict.SHOWN if shown else Verdict.UNKNOWN if unknown else Verdict.PROVED
        if any(text.startswith("only the") and "ruleset" in text for text in self.apart) and not shown:
            verdict = Verdict.UNKNOWN if verdict is Verdict.UNKNOWN else Verdict.SHOWN
        methods = {*self.equal.values()} | {each.answer.method for each in (shown or ordered)}
        strongest = next(
            (each for each in (Method.SOLVER, Method.SEARCH, Method.TREE) if each in methods), Method.TREE
        )
        return Equivalence(
            compared(self.old.program), compared(self.new.program), self.as_of.isoformat(), verdict,
            (Method.SEARCH if Method.SEARCH in methods else strongest) if shown else strongest,
            tuple(self.subjects[number].label for number in sorted(self.equal)), tuple(ordered), tuple(self.apart),
            self.asked, unknown, self.solver,
        )  # fmt: skip

    def _order(self, way: Way) -> tuple[int, int, str, str, str]:
        words = list(words_of(self.subjects[way[0]], self.old.program, self.subjects[way[0]].old))
        return way[0], words.index(way[2]) if way[2] in words else len(words), way[1], way[2], way[3]


def _saying(kind: str, step: object) -> str:
    name = str(getattr(step, "name", ""))
    return f"output {name}" if kind == "output" else name
