"""Accounts that tell a mutant from the ruleset, and the tests that would notice it.

In: the survivors among the mutants of a ruleset. Out: the outcomes, with a test for some of the survivors. Guaranteed: what
a test expects holds for the ruleset as it is and not for the mutant; its facts are valid by the fact schema, and
nothing can be taken away from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs

from ruleengine.casebook.accounts import Account
from ruleengine.casebook.coverage import first_of_usual_day, validator
from ruleengine.casebook.model import Case, Casebook
from ruleengine.casebook.mutation.mutant import Mutant, Outcome, Told
from ruleengine.casebook.mutation.mutating import Parts
from ruleengine.casebook.said import everything_said
from ruleengine.casebook.search import MOST_FOR_ONE, MOST_WANDERING, Search, Spent
from ruleengine.casebook.suggested import test_text
from ruleengine.casebook.ways import Goal, Way, becoming, condition, days_ago
from ruleengine.checker.index import walk
from ruleengine.evaluator.coverage import CoverageItem
from ruleengine.evaluator.covering import Reached
from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.model import FactSchema
from ruleengine.facts.schema import load_schema
from ruleengine.source import Source
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.blocks import leaves
from ruleengine.tree.rebuild import rebuild
from ruleengine.values import FLAG, NUMBER, Kind

_TOLD = "the mutant is told"
#: So many survivors are looked at for each test that is wanted.
_TRIES = 3
_SIBLINGS = 4


def tell(
    casebook: Casebook,
    cases: Sequence[Case],
    schemas: Path,
    outcomes: Sequence[Outcome],
    survivors: Mapping[int, Mutant],
    most: int,
) -> list[Outcome]:
    """The outcomes, with so many tests at most for the first of the survivors; a test that notices several is told for each."""
    program = casebook.ruleset
    assert program is not None
    schema = load_schema(program.schema_name, program.schema_version, schemas)[0]
    if schema is None:
        return list(outcomes)
    accounts = [Account(case.facts, case.as_of, case.previous) for case in cases]
    teller = Telling(program, casebook.sources, schema, first_of_usual_day(accounts, program))
    teller.titles.update(case.title for case in casebook.cases)
    found = list(outcomes)
    for number, mutant in list(survivors.items())[: most * _TRIES]:
        if len(teller.tests) == most:
            break
        found[number] = attrs.evolve(found[number], told=teller.told(mutant), sought=True)
    return found


class Telling(Search):
    """The search for accounts, with another aim: that the mutant gives another result than the ruleset."""

    def __init__(
        self,
        program: r.Program,
        sources: Mapping[str, Source],
        schema: FactSchema,
        accounts: Sequence[Account],
    ) -> None:
        super().__init__(program, sources, schema, accounts)
        self.plain = Evaluator(program)
        self.parts = Parts(program)
        self.valid = validator(schema)
        self.changed: Evaluator | None = None
        self.titles: set[str] = set()
        self.tests: list[tuple[Account, Told]] = []
        self.items = {
            id(node): item
            for item, (holder, _) in self.covering.inventory.nodes.items()
            if attrs.has(type(holder))
            for node in walk(holder)
        }

    def told(self, mutant: Mutant) -> Told | None:
        """The test that would notice a mutant, one that is told already if it does; None where no account was found."""
        self.changed = Evaluator(self.parts.changed(mutant))
        for known, test in self.tests:
            if not set(test.expectations).isdisjoint(self._difference(known)):
                return test
        ways = self._ways(mutant)
        self.watch({_TOLD: ways})
        account = next((each for each in self._known() if self._differs(each)), None)
        item = CoverageItem(_TOLD, "", "", "", 0, "", "", True)
        if account is None:
            self.left = MOST_FOR_ONE
            with suppress(Spent):
                account = self._climbed(item, ways)
        if account is None:
            self.left = MOST_WANDERING
            with suppress(Spent):
                account = self._wandered(item, ways)
        if account is None or not self.valid(account.facts):
            return None
        self.left = MOST_FOR_ONE
        account = self._shrunk(account, _TOLD)
        return self._test(mutant, account) if self.valid(account.facts) else None

    def _known(self) -> Iterator[Account]:
        """The accounts of the tests, and those that were found before."""
        yield from self.given
        yield from {id(each): each for each in self.pool.values()}.values()

    # ── what is looked for ──

    def _both(self, account: Account) -> tuple[dict[str, Any], dict[str, Any]]:
        assert self.changed is not None
        facts, day, previous = account.facts, account.as_of, account.previous
        return self.plain.result(facts, day, previous=previous), self.changed.result(
            facts, day, previous=previous
        )

    def _differs(self, account: Account) -> bool:
        return bool(self._difference(account))

    def _difference(self, account: Account) -> list[str]:
        """What a test could expect of the account that does not hold for the mutant."""
        own, other = self._both(account)
        if own == other:
            return []
        mine, theirs = everything_said(self.program, own), everything_said(self.program, other)
        found = [said for thing, said in mine.items() if said and theirs.get(thing) != said]
        found += [f"no {theirs[thing]}" for thing in theirs if thing[0] == "problem" and thing not in mine]
        return found

    def reached(self, account: Account) -> Reached:
        """What an account reaches: that it tells the mutant is one of these things."""
        found = super().reached(account)
        if self.changed is not None and self._differs(account):
            found.add(_TOLD)
        return found

    def _observe(self, account: Account, way: Way) -> tuple[list[bool], Reached]:
        observed, reached = super()._observe(account, way)
        if self._differs(account):
            reached.add(_TOLD)
        return observed, reached

    # ── ways ──

    def _ways(self, mutant: Mutant) -> list[Way]:
        """What may lead to such an account: the row in which the change is, and that it makes a difference there."""
        found: list[Way] = []
        for swap in mutant.swaps[:2]:
            item = self.items.get(id(swap.old))
            ways = self.ways.to(self.covering.inventory.items[item])[:4] if item is not None else [()]
            apart = [*self._apart(swap.old, swap.new), *self._of_rules(swap.old, swap.new)]
            for way in ways:
                found += [(*way, *goals) for goals in apart]
                found += [(*goals, *way) for goals in apart]
                found.append(way)
        return found

    def _apart(self, old: Any, new: Any) -> Iterator[Way]:
        """That a condition holds and no longer does, or the other way round."""
        inner, outer = _condition_around(self.program, old)
        if inner is None:
            return
        changed = rebuild(inner, lambda each: new if each is old else each)
        for first, second in ((True, False), (False, True)):
            if outer:
                yield (condition(inner, first), condition(changed, second))
            else:
                yield (_wished(inner, first), _wished(changed, second))

    def _of_rules(self, old: Any, new: Any) -> Iterator[Way]:
        """An age, or a score, for which a moved limit makes a difference."""
        if isinstance(old, r.Fresh) and isinstance(new, r.Fresh):
            lengths = {old.stale, old.expired, new.stale, new.expired} - {None}
            for length in sorted(each for each in lengths if each is not None):
                yield from ((days_ago(old.by, int(length) + more),) for more in (0, 1))
        elif isinstance(old, r.Grace) and isinstance(new, r.Grace):
            yield from ((days_ago(old.start, int(length)),) for length in sorted({old.length, new.length}))
        elif isinstance(old, r.BandSet) and isinstance(new, r.BandSet):
            for one, other in zip(old.bands, new.bands, strict=True):
                moved = (one.low, one.low_open) != (other.low, other.low_open)
                if moved and one.low is not None and other.low is not None:
                    yield from self._scores_between(old.key, *sorted((one.low, other.low)))
        elif isinstance(old, r.Block) and isinstance(new, r.Block):
            yield from self._weighing(old, new)

    def _weighing(self, old: r.Block, new: r.Block) -> Iterator[Way]:
        """A member whose weight was changed, and another beside it, rated as far apart as can be."""
        pairs = zip(old.children, new.children, strict=True)
        changed = [one for one, other in pairs if one.weight != other.weight]
        for child in changed[:2]:
            for other in [each for each in old.children if each is not child][:_SIBLINGS]:
                for first, then in ((0, -1), (-1, 0)):
                    yield (self._extreme(child, first), self._extreme(other, then))

    def _extreme(self, child: r.Member | r.Block, place: int) -> Goal:
        """That a member has its best band (place 0), or its worst (-1)."""
        owner = None if isinstance(child, r.Block) else self.index.measures.get(child.name)
        if owner is None:
            return Goal(lambda wishes: iter(()))
        outcomes = [row.outcome for block in owner.rates for row in block.rows]
        given = sorted({each.position for each in outcomes if isinstance(each, r.BandOutcome)})
        scale = self.index.bands.get(owner.bands)
        bands = [scale.bands[given[place]].name] if scale is not None and given else None
        return Goal(lambda wishes: wishes.rated(owner, bands))

    def _scores_between(self, bands: str, low: float, high: float) -> Iterator[Way]:
        for card in self.index.cards.values():
            if card.bands == bands:
                span = card.span
                score = e.Reference("card", card.name, "score", type=NUMBER, span=span)
                first, last = (e.Constant(end, type=NUMBER, span=span) for end in (low, high))
                yield (condition(e.Between(score, first, last, False, False, type=FLAG, span=span)),)
                yield from ((becoming(node, (low + high) / 2),) for node in self._scoring(card))

    def _scoring(self, card: r.Scorecard) -> Iterator[e.Expression]:
        """What can make a score by itself: the formula, or the points of one measure where the others have none."""
        if card.block.formula is not None:
            yield card.block.formula
        measures = (self.index.measures.get(member.name) for _, member in leaves(card.block))
        outcomes = (row.outcome for each in measures if each for block in each.rates for row in block.rows)
        yield from (each.value for each in outcomes if isinstance(each, r.PointsOutcome))

    # ── the test ──

    def _test(self, mutant: Mutant, account: Account) -> Told | None:
        said = self._difference(account)[:1]
        if not said:
            return None
        title = self._title(mutant)
        text = test_text(title, account, said, self.root)
        told = Told(account.as_of.isoformat(), account.facts, account.previous, tuple(said), text)
        self.tests.append((account, told))
        return told

    def _title(self, mutant: Mutant) -> str:
        said = f"{mutant.of}, line {mutant.span.line}: {mutant.before}"
        said = " ".join(said.replace('"', "'").replace("`", "").replace("\\", "").split())
        title, number = said, 1
        while title in self.titles:
            number += 1
            title = f"{said} ({number})"
        self.titles.add(title)
        return title


def _wished(node: e.Expression, truth: bool) -> Goal:
    return Goal(lambda wishes: wishes.hold(node, truth, {}))


def _condition_around(program: r.Program, node: Any) -> tuple[e.Expression | None, bool]:
    """The smallest condition around a node, and whether it can be observed: it stands in no definition or table."""
    for holder in (*program.steps, *program.definitions, *program.tables):
        found: e.Expression | None = None
        for each in walk(holder):  # from the outside to the inside
            if (
                isinstance(each, e.Expression)
                and each.type.kind is Kind.FLAG
                and any(below is node for below in walk(each))
            ):
                found = each
        if found is not None:
            free = any(isinstance(each, e.Query) for each in walk(holder) if _holds(each, node))
            return found, not free and not isinstance(holder, r.Definition | r.Table)
    return None, False


def _holds(outer: Any, node: Any) -> bool:
    return any(each is node for each in walk(outer))
