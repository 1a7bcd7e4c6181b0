"""A ruleset → tests that say what it says today: at every cut, for every word, for what is missing, stale or expired.

In: a program, its fact schema, and the cases that there are already. Out: `Generated` tests, in the order of the file. Guaranteed:
everything that is expected is what the ruleset gave for just these facts; the facts are valid, and nothing in them is there for
no reason; the same ruleset and tests give the same tests; values that the schema keeps secret are not taken over from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

import attrs
from attrs import frozen

from ruleengine.casebook.accounts import Account, Patch, changed
from ruleengine.casebook.coverage import first_of_usual_day, validator
from ruleengine.casebook.generated.cuts import Cuts, Subject, described
from ruleengine.casebook.generated.holders import Holder, Said, holders_of, in_grace, of_flag
from ruleengine.casebook.generated.varied import Variation, Varying, at
from ruleengine.casebook.generated.writing import Writing
from ruleengine.casebook.model import Case
from ruleengine.casebook.mutation.numbers import plain
from ruleengine.casebook.said import everything_said
from ruleengine.casebook.search import Search
from ruleengine.casebook.shrinking import shrunk
from ruleengine.casebook.suggested import Expectations, equals
from ruleengine.checker.pieces import written
from ruleengine.evaluator.covering import Covering
from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.model import FactSchema
from ruleengine.library.dates import add_months
from ruleengine.source import Source
from ruleengine.syntax.formatting import words
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FLAG, Kind, equal

_MOST_BASES = 4
_MOST_TRIED = 60
#: What is said of a thing that could not be told.
_LACKING = ("missing", "invalid", "not_applicable", "expired", "grace", "excluded")


@frozen(slots=True)
class Generated:
    """One test: the thing that it is about, its line in the ruleset, the text, and how many cases it is."""

    of: str
    line: int
    text: str
    cases: int


def generate_tests(
    program: r.Program,
    sources: Mapping[str, Source],
    schema: FactSchema,
    cases: Sequence[Case] = (),
    only: str = "",
) -> list[Generated]:
    """Tests of a ruleset that say what the `cases` do not say yet; `only` is one thing of it."""
    accounts = [Account(case.facts, case.as_of, case.previous) for case in cases]
    titles = {case.title for case in cases}
    search = _Generating(program, sources, schema, first_of_usual_day(accounts, program), titles)
    return list(search.all_of(cases, only))


class _Generating(Search):
    """The search for accounts, and what is made of them."""

    def __init__(
        self,
        program: r.Program,
        sources: Mapping[str, Source],
        schema: FactSchema,
        accounts: Sequence[Account],
        titles: Iterable[str],
    ) -> None:
        super().__init__(program, sources, schema, accounts)
        self.plain = Evaluator(program)
        self.valid = validator(schema)
        self.cuts = Cuts(self.index, self.wishes)
        self.expectations = Expectations(program, self.covering.inventory)
        self.writing = Writing(program, self.root, titles)
        self.tested: set[str] = set()
        self.keys_of: dict[int, str] = {}
        self.kept: list[Any] = []
        self.flags = {
            step.name: e.Variable(step.name, type=FLAG, span=step.span)
            for step in program.steps if isinstance(step, r.Segment | r.Trigger)
        }  # fmt: skip

    def all_of(self, cases: Sequence[Case], only: str) -> Iterator[Generated]:
        """The tests, holder by holder."""
        holders = [
            each for each in holders_of(self.program, self.covering.inventory) if only in ("", each.label)
        ]
        self._account_for(cases)
        subjects = {holder.name: self._subjects(holder) for holder in holders}
        self._observe_all(subject for found in subjects.values() for subject in found)
        inventory = self.covering.inventory
        ways_of = self.prepare([inventory.items[item] for holder in holders for item in holder.items])
        for holder in holders:
            bases = [
                account for item in holder.items
                if (account := self.found(inventory.items[item], ways_of[item])) is not None
            ]  # fmt: skip
            made: list[Generated] = []
            for subject in subjects[holder.name]:
                made += self._varied(holder, subject, bases, cases)
            for item in holder.items:
                if item not in self.tested and item in self.pool:
                    made += self._single(holder, item, self.found(inventory.items[item], ways_of[item]))
            asked = self._asks(holder, cases)
            if isinstance(holder.step, r.Scorecard) and not asked:
                made += self._weights(holder, holder.step)
            yield from made if made or asked else self._plainly(holder)
        for item in self._others(only):
            account = self.found(inventory.items[item], self.prepare([inventory.items[item]])[item])
            yield from self._single(None, item, account)

    def _asks(self, holder: Holder, cases: Sequence[Case]) -> bool:
        """Whether a case asks for the thing."""
        subjects = (
            each for case in cases for expectation in case.expectations for each in expectation.subjects
        )
        return any(each.name.removeprefix("output ") == holder.name for each in subjects)

    def _plainly(self, holder: Holder) -> Iterator[Generated]:
        """One test of a thing in which nothing decides, such as a formula."""
        accounts = [*self.rich, *{id(each): each for each in self.pool.values()}.values()][:_MOST_TRIED]
        found = [
            (account, said)
            for account in accounts
            if (said := holder.said(self._result(account))) is not None
        ]
        found.sort(key=lambda each: each[1][1] in _LACKING)
        if not found:
            return
        account, said = found[0]
        smaller = shrunk(
            account,
            lambda small, large: small if holder.said(self._result(small)) == said else large,
            self.root,
        )
        text = self.writing.single(holder.label, smaller, ["".join(said)])
        if text:
            yield Generated(holder.label, holder.line, text, 1)

    def _others(self, only: str) -> list[str]:
        """What belongs to no step: rows of tables."""
        found = self.covering.inventory
        return [
            item.id for item in found.items.values()
            if item.kind == "table row" and item.own and item.id not in self.tested and only in ("", item.of)
        ]  # fmt: skip

    def _account_for(self, cases: Sequence[Case]) -> None:
        for case in cases:
            self.tested |= self.covering.reached(case.facts, case.as_of, case.previous)

    # ── subjects ──

    def _subjects(self, holder: Holder) -> list[Subject]:
        """What decides about a thing, and which values of it are tried."""
        self.wishes.begin(self.blank)
        found: dict[Hashable, Subject] = {}
        for condition in holder.conditions:
            self.cuts.of(condition.node, condition.where, found)
        step = holder.step
        if isinstance(step, r.Measure):
            if step.as_given and step.value is not None:
                bands = self.index.bands[step.bands].bands
                subject = found.setdefault("given", Subject(step.value, ()))
                subject.values.update(band.name for band in bands)
            if step.fresh is not None:
                self._ages(step, step.fresh, found)
        elif isinstance(step, r.Scorecard) and step.grace is not None:
            length = plain(step.grace.length)
            subject = found.setdefault(
                "grace", Subject(step.grace.start, (), note=f"grace for {length} {step.grace.unit}")
            )
            self._days(subject, step.grace.length, step.grace.unit)
        return [subject for subject in found.values() if subject.values]

    def _ages(self, step: r.Measure, fresh: r.Fresh, found: dict[Hashable, Subject]) -> None:
        subject = Subject(fresh.by, ())
        notes = []
        for word in ("stale", "expired"):
            length = getattr(fresh, word)
            if length is not None:
                unit = getattr(fresh, f"{word}_unit")
                self._days(subject, length, unit)
                notes.append(f"{word} after {plain(length)} {unit}")
        subject.note = ", ".join(notes)
        found["fresh"] = subject

    def _days(self, subject: Subject, length: float, unit: str) -> None:
        """The day on which a limit is reached, and its neighbours."""
        today = self.blank.as_of.toordinal()
        last = add_months(today, -length) if unit == "months" else today - int(length)
        if last is not None:
            subject.cuts.add(last)
            subject.values.update((float(last - 1), float(last), float(last + 1)))

    def _observe_all(self, subjects: Any) -> None:
        """Observe subjects and where they count, besides what is observed already."""
        nodes = [node for subject in subjects for node in (subject.node, *subject.where)]
        for node in (*nodes, *self.flags.values()):
            if id(node) not in self.keys_of:
                self.keys_of[id(node)] = f"subject {len(self.keys_of)}"
                self.kept.append(node)
        checks = tuple(
            r.Check("condition", self.keys_of[id(node)], node, span=node.span) for node in self.kept
        )
        self.watching = Covering(Evaluator(attrs.evolve(self.program, steps=(*self.program.steps, *checks))))

    def _seen(self, account: Account, node: e.Expression) -> Any:
        found = self.watching.reached(account.facts, account.as_of, account.previous)
        return found.conditions.get(self.keys_of[id(node)])

    def _fits(self, subject: Subject) -> Callable[[Account, Any], bool]:
        keys = [self.keys_of[id(node)] for node in subject.where]
        key = self.keys_of[id(subject.node)]

        def fits(account: Account, value: Any) -> bool:
            found = self.watching.reached(account.facts, account.as_of, account.previous).conditions
            if not all(found.get(each) is True for each in keys) or not self.valid(account.facts):
                return False
            seen = found.get(key)
            if subject.node.type.kind is Kind.TIMESTAMP and isinstance(seen, int | float):
                seen = _day_of(seen)
            if isinstance(value, bool | str) or isinstance(seen, bool | str):
                return seen.__class__ is value.__class__ and seen == value
            return isinstance(seen, int | float) and equal(float(seen), float(value))

        return fits

    # ── tests ──

    def _varied(
        self, holder: Holder, subject: Subject, bases: Sequence[Account], cases: Sequence[Case]
    ) -> Iterator[Generated]:
        fits = self._fits(subject)
        left = [
            value for value in subject.ordered() if not self._is_tested(holder, subject, value, fits, cases)
        ]
        varying = Varying(self.root, lambda account, value: self._patches(account, subject, value))
        ranked = sorted(bases, key=lambda base: self._rank(base, holder, subject))[:_MOST_BASES]
        starts = ranked or [self.blank]  # nothing leads to an output, and it depends on little
        while left:
            several = [list(varying.of(base, left, fits)) for base in (*starts, *self.rich[:1])]
            best = max(several, key=lambda found: self._worth(holder, subject, found), default=[])
            if not best:
                return
            for variation in best:
                yield from self._table(holder, subject, variation)
                left = [value for value in left if value not in dict(variation.accounts)]

    def _rank(self, base: Account, holder: Holder, subject: Subject) -> tuple[bool, bool]:
        """Accounts first in which the subject counts, and where the thing is rated."""
        counts = all(self._seen(base, node) is True for node in subject.where)
        result = self._result(base)
        rated = (
            not isinstance(holder.step, r.Measure) or result["measures"][holder.name]["status"] == "scored"
        )
        return not counts, not rated

    def _worth(
        self, holder: Holder, subject: Subject, variations: Sequence[Variation]
    ) -> tuple[int, int, int]:
        """How many values are covered, how many outcomes they have, in how few tests."""
        accounts = [account for variation in variations for _, account in variation.accounts]
        said = {self._said(holder, subject, account) for account in accounts}
        return len(accounts), len(said), -len(variations)

    def _said(self, holder: Holder, subject: Subject, account: Account) -> Said | None:
        step = holder.step
        if isinstance(step, r.Segment | r.Trigger):
            return of_flag(step, self._seen(account, self.flags[step.name]))
        if subject.note and isinstance(step, r.Scorecard):
            return in_grace(step, self._result(account))
        return holder.said(self._result(account))

    def _result(self, account: Account) -> dict[str, Any]:
        return self.plain.result(account.facts, account.as_of, previous=account.previous)

    def _patches(self, account: Account, subject: Subject, value: Any) -> Iterator[Patch]:
        self.wishes.begin(account)
        if isinstance(value, bool) and subject.node.type == FLAG:
            return self.wishes.hold(subject.node, value, {})
        return self.wishes.become(subject.node, value, {})

    def _is_tested(
        self,
        holder: Holder,
        subject: Subject,
        value: Any,
        fits: Callable[[Account, Any], bool],
        cases: Sequence[Case],
    ) -> bool:
        """Whether a case that asks for the thing has this value already."""
        for case in cases:
            asked = {each.name for expectation in case.expectations for each in expectation.subjects}
            if holder.name in asked and fits(Account(case.facts, case.as_of, case.previous), value):
                return True
        return False

    def _table(self, holder: Holder, subject: Subject, variation: Variation) -> Iterator[Generated]:
        """A table of cases for what varies, with a row for what is not there."""
        rows: dict[str, list[tuple[Account, str]]] = {}
        first = variation.accounts[0][1]
        for account in [each for _, each in variation.accounts] + self.writing.without(
            first, variation.place
        ):
            said = self._said(holder, subject, account)
            if said is not None and not (
                account is not first
                and at(account.facts, variation.place) == at(first.facts, variation.place)
            ):
                rows.setdefault(said[0], []).append((account, said[1]))
                self.tested |= self.reached(account) & set(holder.items)
        if sum(map(len, rows.values())) == 1 and len(subject.values) > 1:
            return  # a table of one row tells nothing that a test of its own does not tell better
        title = self._title(holder, subject)
        for sentence, found in rows.items():
            text = self.writing.table(title, variation.place, sentence, found)
            if text:
                yield Generated(holder.label, holder.line, text, len(found))

    def _title(self, holder: Holder, subject: Subject) -> str:
        name = holder.label
        if subject.note:
            return f"{name}: {subject.note}"
        rates = holder.step.rates if isinstance(holder.step, r.Measure) else ()
        where = next((node for node in subject.where if any(node is each.condition for each in rates)), None)
        told = f" where {self._words(where)}" if where is not None else ""
        own = isinstance(holder.step, r.Measure) and self.index.resolve(subject.node) is holder.step.value
        by = "" if own else f", by {self._words(subject.node)}"
        cuts = {cut for cut in subject.cuts if isinstance(cut, int | float) and not isinstance(cut, bool)}
        if not cuts:
            return f"{name}{by}{told}"
        kind = _dated(subject.shown or subject.node.type)
        return f"{name}{by} around {described(cuts, lambda cut: written(cut, kind))}{told}"

    def _words(self, node: e.Expression | None) -> str:
        return "" if node is None else " ".join(self.index.text(node).replace('"', "'").split())

    def _single(self, holder: Holder | None, item: str, account: Account | None) -> Iterator[Generated]:
        """A test of one thing that no table reaches."""
        if account is None or item in self.tested or not self.valid(account.facts):
            return
        inventory = self.covering.inventory
        reached = self.reached(account)
        result = self._result(account)
        own = [
            inventory.items[each] for each in (holder.items if holder is not None else ()) if each in reached
        ]
        own = [inventory.items[item], *(each for each in own if each.id != item)]
        said = self.expectations.of(own, result)
        if holder is not None and isinstance(holder.step, r.Scorecard):
            score = result["scorecards"][holder.name]["score"]
            said += [equals(f"{words.name(holder.label)}.score", score)] if score is not None else []
        text = self.writing.single(inventory.items[item].title, account, said)
        if text:
            self.tested |= {each.id for each in own}
            yield Generated(inventory.items[item].of, inventory.items[item].line, text, 1)

    def _weights(self, holder: Holder, step: r.Scorecard) -> Iterator[Generated]:
        """What every member of a scorecard weighs, in an account that has as many of them as can be."""
        self.wishes.begin(self.blank)
        patches = [
            *islice(self.wishes.all_rated(step, None), 1),
            *islice(self.wishes.all_rated(step, self._best(step)), 1),
        ]
        accounts = [
            *self.rich,
            *(changed(base, patch, self.root) for patch in patches for base in (self.blank, *self.rich)),
        ]
        fitting = [account for account in accounts if self.valid(account.facts)]
        if not fitting:
            return
        account = max(fitting, key=lambda each: len(self._weighed(step, each)))
        said = self._weighed(step, account)
        if not said:
            return
        account = shrunk(
            account,
            lambda smaller, larger: smaller if self._weighed(step, smaller) == said else larger,
            self.root,
        )
        text = self.writing.single(f"{holder.label}: what every measure weighs", account, list(said))
        if text:
            yield Generated(holder.label, holder.line, text, 1)

    def _best(self, step: r.Scorecard) -> list[str] | None:
        scale = self.index.bands.get(step.bands)
        return None if scale is None else [scale.bands[0].name]

    def _weighed(self, step: r.Scorecard, account: Account) -> tuple[str, ...]:
        said = everything_said(self.program, self._result(account))
        own = [
            text
            for (_, name, part), text in said.items()
            if part == "weight" and name.split(" ")[0] == step.name
        ]
        score = said.get(("card", step.name, "score"))
        return (*own, *([score] if score is not None else []))


def _dated(kind: Any) -> Any:
    return attrs.evolve(kind, kind=Kind.DATE) if kind.kind is Kind.TIMESTAMP else kind


def _day_of(microseconds: float) -> float:
    return float(date(1970, 1, 1).toordinal() + microseconds // 86_400_000_000)
