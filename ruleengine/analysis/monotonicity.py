"""Measures of which an improvement can lower a scorecard.

In: a ruleset and accounts to begin with. Out: a finding for each scorecard and measure where an account gets worse when that
measure, and nothing else, comes to a better outcome; one that is unknown where neither that was found nor a proof that it
cannot be. Guaranteed: what is shown has been evaluated, with the measure held at each of the two outcomes; where an account
was found whose own facts make the difference, it is the second one of the finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from attrs import evolve, frozen

from ruleengine.analysis.findings import Finding, Method, Verdict
from ruleengine.analysis.outlook import Outlook
from ruleengine.analysis.population import Population, Result, is_scored
from ruleengine.analysis.rising import effects
from ruleengine.analysis.standing import Standing, Standings, changed_words
from ruleengine.casebook.accounts import Account, Patch
from ruleengine.casebook.search import Search
from ruleengine.checker.index import Index
from ruleengine.evaluator.program import Evaluator
from ruleengine.facts.model import FactSchema
from ruleengine.source import Source, Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import NUMBER

_MOST_OUTCOMES = 8
_MOST_REAL = 12


def monotonicity(
    program: r.Program,
    sources: Mapping[str, Source],
    schema: FactSchema,
    accounts: Sequence[Account],
    as_of: date,
    search: Search | None = None,
) -> list[Finding]:
    """Where an improvement can lower a score; `search` is one of the same program that has been made already."""
    outlook = Outlook(program, Index(program, sources, program.path, {}))
    given = [*accounts] or [Account({}, as_of)]
    work = _Work(outlook, lambda: Population(program, sources, schema, given, search))
    return list(work.findings())


@frozen(slots=True, eq=False)
class _Drop:
    """An account that gets worse, held at two outcomes of a measure: the worse outcome first."""

    account: Account
    outcomes: tuple[Standing, Standing]
    cards: tuple[Standing, Standing]
    size: tuple[int, float]


class _Work:
    """One search. The population is made when something is looked for."""

    def __init__(self, outlook: Outlook, population: Callable[[], Population]) -> None:
        self.outlook = outlook
        self.standings = Standings(outlook)
        self.population = cache(population)

    def findings(self) -> Iterator[Finding]:
        """One for each scorecard and measure where improvements are not surely harmless."""
        for measure in self.outlook.measures.values():
            unsure = [card for card, sure in effects(self.outlook, measure) if not sure]
            if unsure:
                yield from self._of_measure(measure, unsure, self.population())

    def _of_measure(
        self, measure: r.Measure, cards: Sequence[r.Scorecard], population: Population
    ) -> Iterator[Finding]:
        held = [
            population.forced(measure, outcome, key) for key, outcome in outcomes_of(measure, self.outlook)
        ]
        drops = self._drops(measure, cards, held, population)
        for card in cards:
            found = drops.get(card.name)
            yield self._unknown(measure, card) if not found else self._shown(measure, card, found, population)

    # ── looking for drops ──

    def _drops(
        self,
        measure: r.Measure,
        cards: Sequence[r.Scorecard],
        held: Sequence[Evaluator],
        population: Population,
    ) -> dict[str, list[_Drop]]:
        """By scorecard, accounts that get worse, the worst first."""
        found: dict[str, list[_Drop]] = {}
        for account in population.accounts:
            if not is_scored(population.kept_result(account), measure):
                continue
            scores = [each.scores(account.facts, account.as_of, account.previous) for each in held]
            for card in cards:
                standings = [self.standings.of_card(card, *each[card.name]) for each in scores]
                drop = self._drop(measure, card, standings, held, account)
                if drop is not None:
                    found.setdefault(card.name, []).append(drop)
        return {
            name: sorted(drops, key=lambda drop: drop.size, reverse=True) for name, drops in found.items()
        }

    def _drop(
        self,
        measure: r.Measure,
        card: r.Scorecard,
        standings: Sequence[Standing],
        held: Sequence[Evaluator],
        account: Account,
    ) -> _Drop | None:
        """The worst that an improvement of the measure does to one account in one scorecard."""
        if len(set(standings)) < 2:
            return None
        ends = [self._held(measure, each, account) for each in held]
        best: _Drop | None = None
        for before, worse in enumerate(ends):
            for after, better in enumerate(ends):
                if not _improves(worse, better):
                    continue
                size = standings[after].loss(standings[before])
                if size > (best.size if best is not None else (0, 0.0)):
                    best = _Drop(account, (worse, better), (standings[before], standings[after]), size)
        return best

    def _held(self, measure: r.Measure, evaluator: Evaluator, account: Account) -> Standing:
        result = evaluator.result(account.facts, account.as_of, previous=account.previous)
        return self.standings.of_measure(measure, result["measures"][measure.name])

    # ── findings ──

    def _shown(
        self, measure: r.Measure, card: r.Scorecard, drops: Sequence[_Drop], population: Population
    ) -> Finding:
        pair = _Real(self, measure, card, population).found(drops[:_MOST_REAL])
        drop = drops[0] if pair is None else pair[0]
        worse, better = drop.outcomes
        text = (
            f"`{card.label}` goes {changed_words(*drop.cards)} when `{measure.label}` improves "
            f"{changed_words(worse, better)} and nothing else changes"
        )
        details = {
            "names": [card.label],
            "measure": [_told(each) for each in drop.outcomes],
            "card": [_told(each) for each in drop.cards],
            "by_its_facts": pair is not None,
        }
        return Finding(
            "RE706", _id(measure, card), measure.label, text, self._place(measure, card), Verdict.SHOWN, Method.SEARCH,
            "look at the overrides, caps, formulas and weights that speak of it", drop.account,
            None if pair is None else pair[1], details,
        )  # fmt: skip

    def _unknown(self, measure: r.Measure, card: r.Scorecard) -> Finding:
        text = f"whether an improvement of `{measure.label}` can lower `{card.label}` is not known"
        return Finding(
            "RE706", _id(measure, card), measure.label, text, self._place(measure, card), Verdict.UNKNOWN,
            Method.SEARCH, details={"names": [card.label]},
        )  # fmt: skip

    def _place(self, measure: r.Measure, card: r.Scorecard) -> Span:
        """Where the author put the measure into the scorecard; else the measure, else the card."""
        index = self.outlook.index
        for node in walk(card.block):
            if isinstance(node, r.Member) and node.name == measure.name:
                return index.first_line(node.span)
        return index.first_line(measure.span if index.is_here(measure.span) else card.span)


class _Real:
    """Looks for an account that gets worse by a change of its own facts, with the measure improved by it."""

    def __init__(self, work: _Work, measure: r.Measure, card: r.Scorecard, population: Population) -> None:
        self.measure = measure
        self.card = card
        self.population = population
        self.standings = work.standings
        reached = work.outlook.resting_on(measure.name)
        self.others = [each for each in work.outlook.measures if each not in reached]

    def found(self, drops: Sequence[_Drop]) -> tuple[_Drop, Account] | None:
        """An account and what becomes of it."""
        for drop in drops:
            before = self.population.result(drop.account)
            if self._own(before).good_band != drop.outcomes[0].good_band:
                continue  # it is at another outcome by its facts
            for other, patch in self._changed(drop.account):
                worse = self._compared(drop.account, before, self.population.result(other))
                if worse is not None:
                    return self._small(worse, other, patch)
        return None

    def _small(self, drop: _Drop, other: Account, patch: Patch) -> tuple[_Drop, Account]:
        """The same change by an account in which there is no more than it needs."""

        def keeps(account: Account) -> bool:
            after = self.population.patched(account, patch)
            if after is None:
                return False
            found = self._compared(account, self.population.result(account), self.population.result(after))
            return found is not None and (found.outcomes, found.cards) == (drop.outcomes, drop.cards)

        one = self.population.smallest(drop.account, keeps)
        return evolve(drop, account=one), self.population.patched(one, patch) or other

    def _changed(self, account: Account) -> Iterator[tuple[Account, Patch]]:
        """The account with other facts, which may bring the measure to another outcome."""
        ways, items = self.population.search.ways, self.population.search.covering.inventory.items
        for item in self._items():
            for way in ways.to(items[item]):
                for goal in way:
                    yield from self.population.tried(account, goal)

    def _items(self) -> list[str]:
        """What stands for the outcomes of the measure: its rows, or its bands where these are given."""
        inventory, measure = self.population.search.covering.inventory, self.measure
        rows = [row for block in measure.rates for row in block.rows]
        bands = [item for (_, name, _), item in inventory.bands.items() if name == measure.name]
        return [inventory.of_node[id(row)] for row in rows if id(row) in inventory.of_node] or bands

    def _compared(self, account: Account, before: Result, after: Result) -> _Drop | None:
        if not is_scored(after, self.measure) or not self._others_are_same(before, after):
            return None
        own, new = self._own(before), self._own(after)
        cards = (self._of_card(before), self._of_card(after))
        size = cards[1].loss(cards[0])
        return _Drop(account, (own, new), cards, size) if _improves(own, new) and size > (0, 0.0) else None

    def _own(self, result: Result) -> Standing:
        return self.standings.of_measure(self.measure, result["measures"][self.measure.name])

    def _of_card(self, result: Result) -> Standing:
        entry = result["scorecards"][self.card.name]
        return self.standings.of_card(self.card, entry["score"], entry["band"])

    def _others_are_same(self, before: Result, after: Result) -> bool:
        pairs = ((before["measures"][each], after["measures"][each]) for each in self.others)
        return all(one[key] == other[key] for one, other in pairs for key in ("status", "band", "points"))


def outcomes_of(measure: r.Measure, outlook: Outlook) -> list[tuple[object, r.Outcome]]:
    """What a measure can come to, each with a key; of points some."""
    rows = [row.outcome for block in measure.rates for row in block.rows]
    if measure.as_given:
        bands = outlook.bands[measure.bands].bands
        return [(place, r.BandOutcome(place)) for place in range(len(bands))]
    places = sorted({each.position for each in rows if isinstance(each, r.BandOutcome)})
    found: list[tuple[object, r.Outcome]] = [(place, r.BandOutcome(place)) for place in places]
    points = sorted({amount for each in rows for amount in _amounts(each)})
    if len(points) > _MOST_OUTCOMES:
        points = points[:: len(points) // _MOST_OUTCOMES + 1] + points[-1:]
    for amount in points:
        node = e.Constant(amount, type=NUMBER, span=measure.span)
        found.append((f"points {amount}", r.PointsOutcome(node)))
    return found


def _improves(worse: Standing, better: Standing) -> bool:
    """Whether a measure gets a better band, or in the same band better points."""
    gain = better.band_gain(worse)
    return gain > 0 or (gain == 0 and better.score_gain(worse) > 0)


def _amounts(outcome: r.Outcome) -> Iterator[float]:
    """Points that an outcome surely can give."""
    if isinstance(outcome, r.PointsOutcome):
        parts: tuple[e.Expression, ...] = (outcome.value,)
    elif isinstance(outcome, r.LinearOutcome):
        parts = (outcome.low, outcome.high)
    else:
        parts = ()
    for each in parts:
        if isinstance(each, e.Constant) and isinstance(each.value, int | float):
            yield float(each.value)
    if isinstance(outcome, r.StepsOutcome):
        yield from map(float, range(len(outcome.edges) + 1))


def _told(standing: Standing) -> dict[str, object]:
    return {"score": standing.score, "band": standing.band}


def _id(measure: r.Measure, card: r.Scorecard) -> str:
    return f"improvement {card.name} {measure.name}"
