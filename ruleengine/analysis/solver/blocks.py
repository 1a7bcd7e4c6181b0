"""Scorecards as terms: members, weights, roll-ups, policies, from the leaves up.

A weighted mean is not divided out: while few sets of children can count, it is told for each such set, where the weights are
constant; else by how it compares with each edge that it meets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

from attrs import define, field

from ruleengine.analysis.solver.atoms import switched
from ruleengine.analysis.solver.bands import NO_BAND, Rated, either_rated
from ruleengine.analysis.solver.expressions import is_constant, less
from ruleengine.analysis.solver.measures import Measures
from ruleengine.analysis.solver.terms import (
    Flag,
    Number,
    Value,
    both,
    choose,
    compare,
    either,
    exact,
    no,
    plus,
    reasons,
    scaled,
    z3,
)  # fmt: skip
from ruleengine.tree import ruleset as r
from ruleengine.tree.edges import high_edge, low_edge
from ruleengine.values import LACKING, NA_REASONS

_MOST_SETS = 64


@define(slots=True, eq=False)
class Place:
    """A child at its place in a card: what it is, the points that its parent sees, its weight."""

    node: r.Member | r.Block
    path: str
    what: Rated
    points: Value
    band: Number
    weight: Number
    children: list[Place] = field(factory=list)
    computed: Rated | None = None
    in_grace: Flag = False
    portion: Number = 0  # the nominal weight as a share of its block

    def leaves(self) -> Iterator[Place]:
        """The members below, in order."""
        for child in self.children:
            if isinstance(child.node, r.Block):
                yield from child.leaves()
            else:
                yield child


def _portions(weights: Sequence[Fraction | int], mean: bool) -> list[Number]:
    """Weights as shares of their sum."""
    total = sum(weights, Fraction(0)) if mean else Fraction(1)
    return [exact(Fraction(weight) / (total or 1)) for weight in weights]


def passed_up(children: Sequence[Place]) -> dict[str, Flag]:
    """Why a block is NA of which nothing counts: the worst reason of its children; not applicable only if all are."""
    found: dict[str, Flag] = {}
    worse: Flag = False
    for reason in NA_REASONS:
        here = either(*(child.what.na.get(reason, False) for child in children))
        found[reason] = both(here, no(worse))
        worse = either(worse, here)
    found["missing"] = either(found["missing"], no(worse))
    return found


class Blocks(Measures):
    """Terms for blocks."""

    places: dict[tuple[str, str], Place]
    card: r.Scorecard

    def block(self, block: r.Block, inherited: r.Missing | None, in_grace: Flag) -> Place:
        """Say a block and everything below it."""
        policy = block.missing if block.missing is not None else inherited
        place = Place(block, block.path, Rated(), Value(0), NO_BAND, exact(block.weight))
        self.places[self.card.name, block.path] = place
        passing = policy if policy is not None and policy.policy in ("impute", "as zero") else None
        for child in block.children:
            if isinstance(child, r.Block):
                place.children.append(self.block(child, passing, in_grace))
            else:
                place.children.append(self._member(block, child, passing, in_grace))
        self._weights(block, place)
        found = self._rolled_up(block, place, policy.policy if policy is not None else "")
        self._finish(block, place, self._required(block, place, found))
        return place

    # ── members ──

    def _member(self, block: r.Block, member: r.Member, policy: r.Missing | None, in_grace: Flag) -> Place:
        path = f"{block.path}.{member.label}" if block.path else member.label
        grace = self.card.grace
        graced = in_grace if grace is not None and member.label not in grace.excepted else False
        if member.kind == "measure":
            what, key = self.measures[member.name].final, self.nodes[member.name].bands
            own = self.nodes[member.name].missing
        else:
            what, key, own = self.places[member.name, ""].what, self.cards[member.name].bands, None
        what = either_rated(graced, Rated({"grace": True}), what)
        points = what.value()
        if member.by_band and key:
            number, known = self.points_of(key, what.band)
            points = Value(number, reasons([*what.na.items(), ("missing", both(what.present, no(known)))]))
        place = Place(member, path, what, points, what.band, exact(member.weight), in_grace=graced)
        self.places[self.card.name, path] = place
        used = own if own is not None else policy
        if used is not None and used.value is not None:
            self._impute(place, used)
        return place

    cards: dict[str, r.Scorecard]

    def _impute(self, place: Place, missing: r.Missing) -> None:
        """What a member contributes where it lacks data."""
        assert missing.value is not None
        value = self.expression(missing.value, {})
        lacks = both(either(*(place.what.na.get(reason, False) for reason in LACKING)), value.present)
        na = reasons((reason, both(flag, no(lacks))) for reason, flag in place.points.na.items())
        place.points = Value(choose(lacks, value.term, place.points.term), na)
        band: Number = NO_BAND
        if missing.band is not None:
            names = [each.name for each in self.sets[self.card.bands].bands] if self.card.bands else []
            band = names.index(missing.band) if missing.band in names else NO_BAND
        elif self.has_intervals(self.card.bands):
            band = self.band_of(self.card.bands, value.term)
        known = choose(place.what.present, place.band, NO_BAND)
        place.band = choose(lacks, band, known)

    # ── weights ──

    def _weights(self, block: r.Block, place: Place) -> None:
        mean = block.rollup == "weighted mean"
        for child, portion in zip(
            place.children, _portions([child.weight for child in place.children], mean), strict=True
        ):
            child.portion = portion
        chosen: Flag = False
        for column in block.columns:
            test = self.expression(column.condition, {}).is_true()
            taken = both(test, no(chosen))
            self.mark(column, taken)
            weights = [exact(weight) for weight in column.weights]
            for child, weight, portion in zip(place.children, weights, _portions(weights, mean), strict=True):
                child.weight = choose(taken, weight, child.weight)
                child.portion = choose(taken, portion, child.portion)
            chosen = either(chosen, taken)

    def _counts(self, child: Place) -> Flag:
        return both(child.points.present, compare(">", child.weight, 0))

    def _counts_by_band(self, child: Place) -> Flag:
        banded = both(child.what.present, compare("!=", child.band, NO_BAND))
        return both(either(child.points.present, banded), compare(">", child.weight, 0))

    # ── roll-ups ──

    def _rolled_up(self, block: r.Block, place: Place, policy: str) -> Rated:
        """The outcome of a block before its band; the band only where the roll-up gives one."""
        if block.formula is not None:
            found = self.expression(block.formula, {})
            return Rated(found.na, NO_BAND, found.term, True)
        kind = block.rollup
        if kind == "weighted mean" and policy == "redistribute flat" and not block.path:
            return self._flat_mean(place)
        if kind == "weighted mean":
            counting = [(self._counts(child), child.weight, child.points.term) for child in place.children]
            return self._mean(counting, passed_up(place.children))
        if kind == "sum":
            return self._sum_of(place)
        if kind in ("minimum", "maximum"):
            return self._extreme_of(place, kind)
        return self._worst_band(place) if kind == "worst band" else self._count_band(block, place)

    def _unless(self, counted: Flag, place: Place, score: Number, band: Number = NO_BAND) -> Rated:
        na = reasons((reason, both(no(counted), flag)) for reason, flag in passed_up(place.children).items())
        return Rated(na, band, score, True)

    def _mean(self, counting: Sequence[tuple[Flag, Number, Number]], why: dict[str, Flag]) -> Rated:
        """The weighted mean of what counts."""
        able = [each for each in counting if each[0] is not False]
        na = reasons(
            (reason, both(no(either(*(each[0] for each in able))), flag)) for reason, flag in why.items()
        )
        if not able:
            return Rated(na)
        return Rated(na, NO_BAND, self._mean_of(able), True)

    def _mean_of(self, able: Sequence[tuple[Flag, Number, Number]]) -> Number:
        if len(able) == 1:
            return able[0][2]
        sets = 2 ** sum(each[0] is not True for each in able)
        if sets <= _MOST_SETS and all(is_constant(weight) for _, weight, _ in able):
            return self._mean_by_sets(able)
        weighted = [self.times(weight, score) for _, weight, score in able]
        if any(each is None for each in weighted):
            return self.atoms.fresh("Real", "mean")
        above = plus(*(switched(each, flag) for (flag, _, _), each in zip(able, weighted, strict=True)))
        below = plus(*(switched(weight, flag) for flag, weight, _ in able))
        return self.atoms.quotient(above, below, self._edges())

    def _mean_by_sets(self, able: Sequence[tuple[Flag, Number, Number]]) -> Number:
        """A number that is the mean for each weight that those that count can have together."""
        by_weight: dict[Fraction, list[Flag]] = {}
        for chosen in product(*([True] if flag is True else [False, True] for flag, _, _ in able)):
            weight = sum((each[1] for each, here in zip(able, chosen, strict=True) if here), Fraction(0))
            this = both(*(each[0] if here else no(each[0]) for each, here in zip(able, chosen, strict=True)))
            if weight and this is not False:
                by_weight.setdefault(Fraction(weight), []).append(this)
        above = plus(*(switched(scaled(weight, score), flag) for flag, weight, score in able))
        if len(by_weight) == 1:
            return scaled(exact(1 / next(iter(by_weight))), above)
        key = ("mean", self.atoms.identity(above), tuple(self.atoms.identity(flag) for flag, _, _ in able))
        if key not in self.atoms.known:
            found = self.atoms.fresh("Real", "mean")
            for weight, sets in by_weight.items():
                self.atoms.require(
                    z3().Implies(either(*sets), compare("=", scaled(exact(weight), found), above))
                )
            self.atoms.bounded(found, [score for _, _, score in able])
            self.atoms.known[key] = Value(found)
        return self.atoms.known[key].term

    def _edges(self) -> list[Fraction]:
        """The edges of the bands of the card, moved by the tolerance."""
        if not self.has_intervals(self.card.bands):
            return []
        edges = []
        for band in self.sets[self.card.bands].bands:
            if band.low is not None:
                edges.append(low_edge(band.low, band.low_open))
            if band.high is not None:
                edges.append(high_edge(band.high, band.high_open))
        return [Fraction(exact(edge)) for edge in edges]

    def nominal(self, place: Place) -> dict[int, Number]:
        """The nominal share of every child below a block in the whole, by identity of its place; missing where not linear."""
        shares: dict[int, Number] = {}
        stack: list[tuple[Place, Number]] = [(place, 1)]
        while stack:
            current, share = stack.pop()
            for child in current.children:
                found = self.times(share, child.portion)
                if found is not None:
                    shares[id(child)] = found
                    if isinstance(child.node, r.Block):
                        stack.append((child, found))
        return shares

    def _flat_mean(self, place: Place) -> Rated:
        shares = self.nominal(place)
        leaves = list(place.leaves())
        why = passed_up(place.children)
        if any(id(leaf) not in shares for leaf in leaves):
            counted = both(
                self.atoms.fresh("Bool", "counted"), either(*(leaf.points.present for leaf in leaves))
            )
            na = reasons((reason, both(no(counted), flag)) for reason, flag in why.items())
            return Rated(na, NO_BAND, self.atoms.fresh("Real", "mean"), True)
        counting = [
            (both(leaf.points.present, compare(">", shares[id(leaf)], 0)), shares[id(leaf)], leaf.points.term)
            for leaf in leaves
        ]
        return self._mean(counting, why)

    def _sum_of(self, place: Place) -> Rated:
        parts = []
        for child in place.children:
            found = self.times(child.weight, child.points.term)
            parts.append(
                switched(self.atoms.fresh("Real", "part") if found is None else found, self._counts(child))
            )
        return self._unless(either(*(self._counts(child) for child in place.children)), place, plus(*parts))

    def _extreme_of(self, place: Place, kind: str) -> Rated:
        found: Number = 0
        any_yet: Flag = False
        for child in place.children:
            counts = self._counts(child)
            if counts is False:
                continue
            score = child.points.term
            if any_yet is False:
                found, any_yet = score, counts
                continue
            nearer = less(score, found) if kind == "minimum" else less(found, score)
            found = choose(both(counts, either(no(any_yet), nearer)), score, found)
            any_yet = either(any_yet, counts)
        return self._unless(any_yet, place, found)

    def _worst_band(self, place: Place) -> Rated:
        worst: Number = NO_BAND
        for child in place.children:
            position = self._position_in_card(child)
            counts = both(self._counts_by_band(child), compare(">", position, worst))
            worst = choose(counts, position, worst)
        points, known = self.points_of(self.card.bands, worst)
        counted = compare(">=", worst, 0)
        na = reasons((reason, both(no(counted), flag)) for reason, flag in passed_up(place.children).items())
        return Rated(na, worst, points, known)

    def _position_in_card(self, child: Place) -> Number:
        """The band of a child as a band of the card, which is of the same set; none where the child has none."""
        return child.band if self._bands_of(child) == self.card.bands else NO_BAND

    def _bands_of(self, child: Place) -> str:
        if isinstance(child.node, r.Block):
            return self.card.bands
        if child.node.kind == "measure":
            return self.nodes[child.node.name].bands
        return self.cards[child.node.name].bands

    def _count_band(self, block: r.Block, place: Place) -> Rated:
        parts = []
        for child in place.children:
            key = self._bands_of(child)
            names = [band.name for band in self.sets[key].bands] if key else []
            if block.count_band in names:
                here = compare("=", child.band, names.index(str(block.count_band)))
                parts.append(choose(both(self._counts_by_band(child), here), 1, 0))
        counted = either(*(self._counts_by_band(child) for child in place.children))
        return self._unless(counted, place, plus(*parts))

    # ── policies ──

    def _required(self, block: r.Block, place: Place, found: Rated) -> Rated:
        missing = block.missing
        if missing is None or missing.policy not in ("require all", "require", "coverage"):
            return found
        leaves = list(place.leaves())
        if missing.policy == "require all":
            return self._require_all(leaves, found)
        if missing.policy == "require":
            scored = plus(*(choose(leaf.what.present, 1, 0) for leaf in leaves))
            return either_rated(compare(">=", scored, missing.number or 0), found, Rated({"missing": True}))
        assert missing.value is not None
        shares = self.nominal(place)
        enough = self._covered(leaves, shares, self.expression(missing.value, {}).term)
        return either_rated(enough, found, Rated({"missing": True}))

    def _require_all(self, leaves: Sequence[Place], found: Rated) -> Rated:
        na: dict[str, Flag] = {}
        worse: Flag = False
        for reason in ("invalid", "expired", "missing"):
            here = either(*(leaf.what.na.get(reason, False) for leaf in leaves))
            na[reason] = both(here, no(worse))
            worse = either(worse, here)
        lacking = Rated(reasons(na.items()), found.band, found.score, found.has_score)
        return either_rated(worse, lacking, found)

    def _covered(self, leaves: Sequence[Place], shares: dict[int, Number], share: Number) -> Flag:
        """Whether the coverage is not below a share."""
        above, below = self.coverage_parts(leaves, shares)
        if above is None or below is None or not is_constant(share):
            return self.atoms.fresh("Bool", "covered")
        slack = exact(1e-10)
        return either(
            compare("<=", below, 0), compare(">=", above, scaled(exact(Fraction(share) - slack), below))
        )

    def coverage_parts(
        self, leaves: Sequence[Place], shares: dict[int, Number]
    ) -> tuple[Number | None, Number | None]:
        """The scored and the expected nominal weight."""
        if any(id(leaf) not in shares for leaf in leaves):
            return None, None
        scored = plus(*(switched(shares[id(leaf)], leaf.what.present) for leaf in leaves))
        lacks = [either(*(leaf.what.na.get(reason, False) for reason in LACKING)) for leaf in leaves]
        lacked = plus(*(switched(shares[id(leaf)], flag) for leaf, flag in zip(leaves, lacks, strict=True)))
        return scored, plus(scored, lacked)

    # ── rounding, bands, limits ──

    def _finish(self, block: r.Block, place: Place, found: Rated) -> None:
        if block.rounding is not None:
            digits, mode = block.rounding
            score = self.rounded(found.score, digits, mode)
            found = Rated(found.na, found.band, score, found.has_score)
        found = self._with_band(block, found)
        computed = Rated(found.na, found.band, found.score, found.has_score, found.score, found.has_score)
        final = computed
        if block.limits:
            derives = self.has_intervals(self.card.bands)
            place.what, place.points, place.band, place.computed = (
                computed,
                computed.value(),
                computed.band,
                computed,
            )
            final = self.limited(
                computed, self.acting(block.limits, {}), self.card.bands, derives, not block.path
            )
        place.computed, place.what, place.points, place.band = computed, final, final.value(), final.band

    def _with_band(self, block: r.Block, found: Rated) -> Rated:
        """With the band of a block; a card whose score lies outside its bands is invalid."""
        if not self.has_intervals(self.card.bands):
            return found
        scored = found.has_score
        band = choose(scored, self.band_of(self.card.bands, found.score), found.band)
        outside = both(found.present, scored, compare("=", band, NO_BAND)) if not block.path else False
        return Rated(reasons([*found.na.items(), ("invalid", outside)]), band, found.score, found.has_score)
