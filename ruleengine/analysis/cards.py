"""Evaluation tree → what its scorecards, groups and members may come to, for all accounts of a box.

The order is the evaluator's: grace, weights, roll-up, what is required, rounding, band, caps and floors, overrides.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from attrs import define, evolve, field

from ruleengine.analysis.limits import acting, limited
from ruleengine.analysis.may import NO_REASONS, May, Numbers, as_numbers, truth
from ruleengine.analysis.measures import Measures
from ruleengine.analysis.mixtures import Mixed, Part, extreme, mean, total
from ruleengine.analysis.outcomes import Outcome, Scale, Way, any_of, gathered, restricted, spanned
from ruleengine.analysis.situation import NOWHERE, Impossible
from ruleengine.analysis.time import first_younger
from ruleengine.tree import ruleset as r
from ruleengine.values import LACKING, round_to

_GRACE = frozenset({"grace"})
#: So many ways in which the leaves of a flat scorecard share are looked at one by one.
_MOST_SHARES = 200


@define(slots=True, eq=False)
class Place:
    """A block or a member at its place in a card, with what it may come to there."""

    path: str
    node: r.Block | r.Member
    outcome: Outcome = field(factory=Outcome)
    counted: Outcome = field(factory=Outcome)
    bands: str = ""
    children: list[Place] = field(factory=list)

    def leaves(self) -> Iterator[Place]:
        """The members below."""
        for child in self.children:
            if isinstance(child.node, r.Member):
                yield child
            else:
                yield from child.leaves()


class Cards(Measures):
    """What scorecards may come to."""

    cards: Mapping[str, r.Scorecard]
    #: The places of the cards that are being looked at, and of those that were.
    places: dict[tuple[str, str], Place]

    def measure(self, name: str) -> Outcome:
        """What a measure may come to, wherever it stands."""
        raise NotImplementedError  # pragma: no cover - abstract

    def card(self, name: str) -> Mapping[str, Place]:
        """The places of a card."""
        raise NotImplementedError  # pragma: no cover - abstract

    def carded(self, card: r.Scorecard) -> Mapping[str, Place]:
        """Look at a card anew; its places by their paths."""
        in_grace = truth(False, True)
        if card.grace is not None:
            day = self.day_of(card.grace.start)
            first = first_younger(self.as_of, card.grace.length, card.grace.unit)
            young, old = (first, math.inf), (-math.inf, first - 1)
            found = self.days_in(card.grace.start, day, [young], [old], NOWHERE)
            in_grace = truth(found.holds(True), found.holds(False) or bool(found.reasons))
        made: dict[str, Place] = {}
        self._block(card, card.block, None, in_grace, made)
        return made

    def _placed(
        self, card: r.Scorecard, place: Place, made: dict[str, Place], policy: r.Missing | None = None
    ) -> Place:
        """Note a place, under what the box says of it; `policy` puts a number in the place of what it lacks then."""
        key = ("place", card.name, place.path)
        self.looked_at.add(key)
        held = self.box.get(key)
        if held is not None:
            place.outcome = restricted(place.outcome, held)
            if not place.outcome.reasons and not place.outcome.ways:
                raise Impossible
        place.counted = self.imputed(policy, place.outcome)
        made[place.path] = place
        self.places[card.name, place.path] = place
        return place

    def _block(
        self,
        card: r.Scorecard,
        block: r.Block,
        inherited: r.Missing | None,
        in_grace: May,
        made: dict[str, Place],
    ) -> Place:
        policy = block.missing if block.missing is not None else inherited
        passing = policy if policy is not None and policy.policy in ("impute", "as zero") else None
        place = Place(block.path, block, bands=card.bands)
        for child in block.children:
            if isinstance(child, r.Block):
                place.children.append(self._block(card, child, passing, in_grace, made))
            else:
                place.children.append(self._member(card, block, child, passing, in_grace, made))
        self.places[card.name, block.path] = place
        found = self._required(block, place, self._rolled_up(card, block, place, policy))
        place.outcome = self._finished_block(card, block, found)
        return self._placed(card, place, made)

    def _member(
        self,
        card: r.Scorecard,
        block: r.Block,
        member: r.Member,
        policy: r.Missing | None,
        in_grace: May,
        made: dict[str, Place],
    ) -> Place:
        path = f"{block.path}.{member.label}" if block.path else member.label
        if member.kind == "measure":
            found, bands = self.measure(member.name), self.index.measures[member.name].bands
            own = self.index.measures[member.name].missing
        else:
            found, bands, own = self.card(member.name)[""].outcome, self.cards[member.name].bands, None
        if member.by_band and bands:
            found = evolve(found, ways=gathered(self._by_band(way, self.scales[bands]) for way in found.ways))
        if card.grace is not None and member.label not in card.grace.excepted and in_grace.holds(True):
            surely = not in_grace.holds(False)
            found = Outcome(_GRACE) if surely else evolve(found, reasons=found.reasons | _GRACE)
        return self._placed(card, Place(path, member, found, bands=bands), made, own or policy)

    @staticmethod
    def _by_band(way: Way, scale: Scale) -> Way:
        return Way(way.band, way.score, None if way.band is None else scale.points[way.band])

    # ── roll-ups ──

    def _rolled_up(
        self, card: r.Scorecard, block: r.Block, place: Place, policy: r.Missing | None
    ) -> Outcome:
        if block.formula is not None:
            found = self.value(block.formula)
            present = as_numbers(found.present)
            ranges = (Way(None, present, present),) if present is not None else ()
            return Outcome(found.reasons, ranges)
        flat = policy is not None and policy.policy == "redistribute flat" and block.rollup == "weighted mean"
        if block.rollup == "worst band":
            return self._worst(card, place)
        found_ways: list[Outcome] = []
        for weights in self._weights(block):
            if flat and not block.path:
                found_ways += self._of_leaves(place, weights)
                continue
            found_ways.append(self._of_mixed(place, self._mixed(card, block, place, weights), weights))
        return any_of(found_ways)

    def _of_leaves(self, place: Place, weights: Sequence[float]) -> Iterator[Outcome]:
        """The mean of all leaves, for each choice of the weights of the groups below."""
        for parts in self._flat(place, weights):
            mixed = mean(parts)
            found = self._of_mixed(place, mixed, weights)
            # an override may give every group a score of which no leaf has any
            yield evolve(found, reasons=found.reasons | {"missing"}) if mixed.may_be_empty else found

    def _weights(self, block: r.Block) -> list[tuple[float, ...]]:
        """The weights that may be taken."""
        plain = tuple(child.weight for child in block.children)
        found: list[tuple[float, ...]] = []
        for column in block.columns:
            test = self.value(column.condition)
            if test.holds(True):
                found.append(column.weights)
            if test.is_surely is True:
                return found
        return [*found, plain]

    def _mixed(self, card: r.Scorecard, block: r.Block, place: Place, weights: Sequence[float]) -> Mixed:
        parts = [
            Part(weight, child.counted.seen, child.counted.may_be_unseen)
            for child, weight in zip(place.children, weights, strict=True)
        ]
        if block.rollup == "sum":
            return total(parts)
        if block.rollup in ("minimum", "maximum"):
            return extreme(parts, block.rollup)
        if block.rollup == "count":
            return self._count(block, place, weights)
        return mean(parts)

    def _of_mixed(self, place: Place, mixed: Mixed, weights: Sequence[float]) -> Outcome:
        ways = (Way(None, mixed.range, mixed.range),) if mixed.range is not None else ()
        return Outcome(self._passed_up(place, weights) if mixed.may_be_empty else NO_REASONS, ways)

    def _passed_up(self, place: Place, weights: Sequence[float]) -> frozenset[str]:
        """The reasons for which a block is NA of which nothing counts."""
        children = [child.outcome for child in place.children]
        reasons = frozenset[str]().union(*(child.reasons for child in children)) - {"not_applicable"}
        some = any("not_applicable" in child.reasons for child in children)
        if some and all("not_applicable" in child.reasons or child.ways for child in children):
            reasons |= {"not_applicable"}
        idle = any(
            child.ways and (not weight or child.may_be_unseen)
            for child, weight in zip(children, weights, strict=True)
        )
        return reasons | {"missing"} if idle or not children else reasons

    def _flat(self, place: Place, weights: Sequence[float]) -> list[list[Part]]:
        """All leaves with their shares of the whole, in each way in which the groups below may share."""
        found: list[list[Part]] = [[]]
        whole = sum(weights) or 1.0
        for child, weight in zip(place.children, weights, strict=True):
            share = weight / whole
            if isinstance(child.node, r.Member):
                ways = [[Part(share, child.counted.seen, child.counted.may_be_unseen)]]
            else:
                ways = [
                    [evolve(part, weight=part.weight * share) for part in parts]
                    for inner in self._weights(child.node)
                    for parts in self._flat(child, inner)
                ]
            found = [[*before, *parts] for before in found for parts in ways]
            if len(found) > _MOST_SHARES:
                found = [_any_shares(found)]
        return found

    def _worst(self, card: r.Scorecard, place: Place) -> Outcome:
        """The worst band of those that count; what cannot be counted is left out."""
        scale = self.scales[card.bands]
        least, candidates, sure = -1, set[int](), False
        for child in place.children:
            if not child.node.weight:
                continue
            own = self.scales.get(child.bands)
            places = {
                scale.names.index(own.names[at])
                for at in child.counted.bands
                if own is not None and own.names[at] in scale.names
            }
            if any(way.band is None for way in child.counted.ways):  # imputed: the band its number lies in
                places |= set(range(len(scale.names)))
            candidates |= places
            if (
                not child.counted.reasons
                and places
                and all(way.band is not None for way in child.counted.ways)
            ):
                least, sure = max(least, min(places)), True
        possible = [at for at in sorted(candidates) if at >= least]
        ways = tuple(Way(at, scale.points[at], scale.points[at]) for at in possible)
        weights = [child.node.weight for child in place.children]
        return Outcome(NO_REASONS if sure else self._passed_up(place, weights) | {"missing"}, ways)

    def _count(self, block: r.Block, place: Place, weights: Sequence[float]) -> Mixed:
        surely = possibly = 0
        empty = True
        for child, weight in zip(place.children, weights, strict=True):
            scale = self.scales.get(child.bands)
            if not weight or not child.counted.ways:
                continue
            names = {scale.names[at] for at in child.counted.bands} if scale is not None else set()
            plain = any(way.band is None for way in child.counted.ways)
            possibly += block.count_band in names or plain
            always = not child.counted.reasons and not plain
            surely += always and names == {block.count_band}
            empty = empty and not always
        return Mixed(
            Numbers(surely, possibly) if any(child.counted.ways for child in place.children) else None, empty
        )

    # ── what is required, rounding, bands, limits ──

    def _required(self, block: r.Block, place: Place, found: Outcome) -> Outcome:
        missing = block.missing
        if missing is None or missing.policy not in ("require all", "require", "coverage"):
            return found
        leaves = [leaf.outcome for leaf in place.leaves()]
        lacking = frozenset[str]().union(*(leaf.reasons & LACKING for leaf in leaves))
        if missing.policy == "require all":
            surely = any(not leaf.ways and leaf.reasons <= LACKING for leaf in leaves)
            return Outcome(found.reasons | lacking, () if surely else found.ways)
        if missing.policy == "require":
            most = sum(bool(leaf.ways) for leaf in leaves)
            least = sum(not leaf.reasons for leaf in leaves)
            number = missing.number or 0
            short = frozenset({"missing"}) if least < number else NO_REASONS
            return Outcome(found.reasons | short, () if most < number else found.ways)
        return Outcome(found.reasons | (frozenset({"missing"}) if lacking else NO_REASONS), found.ways)

    def _finished_block(self, card: r.Scorecard, block: r.Block, found: Outcome) -> Outcome:
        scale = self.scales.get(card.bands) if card.bands else None
        if block.rounding is not None:
            found = evolve(found, ways=tuple(_rounded(way, block.rounding) for way in found.ways))
        intervals = scale is not None and scale.has_intervals
        if scale is not None and scale.has_intervals:
            found = self._banded(found, scale, is_card=not block.path)
        if not block.limits:
            return found
        holding = acting(block.limits, lambda expression: self.value(expression))
        return limited(found, holding, scale, intervals, strict=not block.path)

    @staticmethod
    def _banded(found: Outcome, scale: Scale, is_card: bool) -> Outcome:
        """The bands in which the numbers lie; a card outside of all is invalid."""
        ways: list[Way] = []
        reasons = found.reasons
        for way in found.ways:
            if way.score is None:
                ways.append(way)
                continue
            inside, outside = scale.ways(way.score)
            ways += inside
            if outside and is_card:
                reasons |= {"invalid"}
            elif outside:
                ways.append(Way(None, way.score, way.score))
        return Outcome(reasons, gathered(ways))


def _any_shares(ways: Sequence[Sequence[Part]]) -> list[Part]:
    """Leaves of which nobody knows how they share: any of them may count for all."""
    every = spanned(part.range for parts in ways for part in parts)
    return [Part(1.0, every, True)]


def _rounded(way: Way, declared: tuple[int, str]) -> Way:
    if way.score is None:
        return way
    low, high = (
        end if math.isinf(end) else round_to(end, *declared) for end in (way.score.low, way.score.high)
    )
    return Way(way.band, Numbers(low, high), Numbers(low, high))
