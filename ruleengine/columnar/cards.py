"""Evaluation tree → SQL, for whole scorecards: grace, and the weights that took effect, from the card down."""

from __future__ import annotations

from attrs import define, field, frozen

from ruleengine.columnar import build as b
from ruleengine.columnar.blocks import BlockEmitter
from ruleengine.columnar.build import Sql
from ruleengine.columnar.logic import has_reason
from ruleengine.columnar.nearness import neighbour
from ruleengine.columnar.places import Amount, Place, amount, is_zero
from ruleengine.columnar.rounding import clean
from ruleengine.columnar.types import DOUBLE
from ruleengine.columnar.value import Form, Value, first_code
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import LACKING, NA, NUMBER

_NO_WEIGHT = NA("missing", "this roll-up has no weights")
_NO_COVERAGE = NA("missing", "nothing here was expected to be scored")


@frozen(slots=True)
class Node:
    """What took effect at a place, to all digits: NULL where a roll-up has no weights."""

    place: Place
    weight: Amount
    effective: Sql
    contribution: Sql


@define(slots=True)
class Carded:
    """A scorecard that has been emitted."""

    card: r.Scorecard
    place: Place
    nodes: list[Node] = field(factory=list)
    coverage: Sql | None = None
    score: Sql | None = None
    near: tuple[Sql, Sql] | None = None


class CardEmitter(BlockEmitter):
    """Emits scorecards."""

    carded: dict[str, Carded]
    #: Whether effective weights, contributions and coverage are wanted: always but for scores alone.
    whole: bool
    #: The cards of which an expression asks a weight, a contribution or the coverage.
    weights_asked: set[str]

    def card(self, node: r.Scorecard) -> None:
        """Emit one scorecard."""
        self.cards[node.name] = node
        comment = f"scorecard {node.label}, line {node.span.line}"
        in_grace = None
        with self.owned(node.name, comment):
            if node.grace is not None:
                in_grace = self._grace(node, node.grace)
        place = self.block(node, node.block, None, in_grace)
        found = self.carded[node.name] = Carded(node, place)
        with self.owned(f"{node.name} weights", f"effective weights of {node.label}"):
            if self.whole or node.name in self.weights_asked:
                self._effective(found)
            self._near(found)

    def _grace(self, node: r.Scorecard, grace: r.Grace) -> Sql:
        day = self.as_day(self.value_of(grace.start))
        test = self.younger(day.sql, grace.length, grace.unit)
        if day.codes:
            self.undecided("the grace period", day, grace.span.line, node.label)
            test = b.coalesce(test, b.FALSE())
        return self.named(test, f"{node.name} in grace")

    # ── how close another band is ──

    def _near(self, found: Carded) -> None:
        """The score as it is shown, and the neighbouring band that is close to it."""
        node, rated = found.card, found.place.rated
        found.score = self.named(clean(self.dialect, rated.score), f"{node.name} score shown")
        scale = self.scales[node.bands] if node.bands else None
        if node.borderline is None or scale is None or not scale.has_intervals:
            return
        within = self.value_of(node.borderline)
        found.near = neighbour(self, scale, found.score, rated.band, within, node.name)

    # ── effective weights, from the card down ──

    def _effective(self, found: Carded) -> None:
        place, node = found.place, found.card
        shares = self.nominal(place)
        mean = node.block.formula is None and node.block.rollup == "weighted mean"
        if place.policy == "redistribute flat" and mean:
            self._flat(found, place, shares)
        else:
            self._below(found, place, b.double(1), shares)
        self._coverage(found, shares)

    def _coverage(self, found: Carded, shares: dict[int, Amount]) -> None:
        leaves = list(found.place.leaves())
        whole = self.summed([amount(shares[id(leaf)]) for leaf in leaves])
        lacking, unexpected = [], []
        for leaf in leaves:
            weight = shares[id(leaf)]
            if is_zero(weight) or not leaf.state.codes:
                continue
            lacks = has_reason(leaf.state, tuple(LACKING))
            lacking.append(b.case([(lacks, amount(weight))], b.double(0)))
            other = b.conjunction([b.is_null(leaf.state.sql), b.negation(lacks)])
            unexpected.append(b.case([(other, amount(weight))], b.double(0)))
        name = found.card.name
        expected = self.named(b.subtract(whole, self.summed(unexpected)), f"{name} weight expected")
        lack = self.named(self.summed(lacking), f"{name} weight lacking")
        part = clean(self.dialect, b.divide(b.subtract(expected, lack), expected))
        nothing, everything = b.compare("<", expected, b.double(1e-12)), b.compare("=", lack, b.double(0))
        covered = b.case([(nothing, b.null(DOUBLE)), (everything, b.double(1))], part)
        found.coverage = self.named(covered, f"{name} coverage")

    def _flat(self, found: Carded, place: Place, shares: dict[int, Amount]) -> None:
        name = found.card.name
        total = place.total if place.total is not None else b.double(0)
        whole = b.case([(b.compare("!=", total, b.double(0)), b.divide(b.double(1), total))], b.double(0))
        whole = self.named(whole, f"{name} whole")
        effective: dict[int, Sql] = {}
        for leaf in place.leaves():
            part = b.case(
                [(b.is_known(leaf.points), b.multiply(amount(shares[id(leaf)]), whole))], b.double(0)
            )
            effective[id(leaf)] = self.named(part, f"{name}.{leaf.path} effective")
        stack = list(reversed(place.children))
        while stack:
            child = stack.pop()
            if isinstance(child.node, r.Block):
                below = list(child.leaves())
                parts = [
                    b.case(
                        [
                            (
                                b.compare("!=", effective[id(leaf)], b.double(0)),
                                b.multiply(effective[id(leaf)], leaf.points),
                            )
                        ],
                        b.double(0),
                    )
                    for leaf in below
                ]
                weight = self.summed([effective[id(leaf)] for leaf in below])
                self._node(found, child, weight, self.summed(parts), shares)
                stack.extend(reversed(child.children))
            else:
                self._node(found, child, effective[id(child)], None, shares)

    def _below(self, found: Carded, place: Place, effective: Sql | None, shares: dict[int, Amount]) -> None:
        """Effective weight and contribution of everything below a block."""
        block = place.node
        assert isinstance(block, r.Block)
        kind = "formula" if block.formula is not None else block.rollup
        share = effective
        if kind == "weighted mean" and effective is not None and place.total is not None:
            counts = b.compare("!=", place.total, b.double(0))
            share = b.case([(counts, b.divide(effective, place.total))], b.double(0))
            share = self.named(share, f"{found.card.name}.{place.path} share of a weight")
        for position, child in enumerate(place.children):
            factor, contribution = self._factor(found, place, child, position, kind, share)
            if factor is not None:
                factor = self.named(factor, f"{found.card.name}.{child.path} effective")
            self._node(found, child, factor, contribution, shares)
            if isinstance(child.node, r.Block):
                self._below(found, child, factor, shares)

    def _factor(
        self, found: Carded, place: Place, child: Place, position: int, kind: str, share: Sql | None
    ) -> tuple[Sql | None, Sql | None]:
        """The effective weight of a child (None: it has none), and its contribution where that is not weight times points."""
        nothing = b.double(0)
        if share is None or kind == "formula":
            return None, b.null(DOUBLE)
        if kind == "count":
            return None, self._counted(found, place, child, share)
        if kind in ("minimum", "maximum", "worst band"):
            assert place.decider is not None
            decides = b.compare("=", place.decider, b.integer(position))
            factor = b.case([(decides, share)], nothing)
            if kind != "worst band":
                return factor, None
            assert place.worst is not None
            points = b.coalesce(self.scales[found.card.bands].points_of(place.worst), nothing)
            return factor, b.case([(decides, b.multiply(share, points))], nothing)
        if is_zero(child.weight):
            return nothing, None
        weighted = share if child.weight == 1.0 else b.multiply(amount(child.weight), share)
        return b.case([(b.is_known(child.points), weighted)], nothing), None

    def _counted(self, found: Carded, place: Place, child: Place, share: Sql) -> Sql:
        block = place.node
        assert isinstance(block, r.Block)
        test = next((test for other, test in self.counting_by_band(place) if other is child), b.FALSE())
        is_it = self.has_band(found.card, child, block.count_band or "")
        return b.case([(b.conjunction([test, is_it]), share)], b.double(0))

    def _node(
        self,
        found: Carded,
        child: Place,
        effective: Sql | None,
        contribution: Sql | None,
        shares: dict[int, Amount],
    ) -> None:
        """Note effective weight and contribution of one child."""
        name = f"{found.card.name}.{child.path}"
        weight = effective if effective is not None else b.null(DOUBLE)
        product = b.coalesce(b.multiply(weight, child.points), b.double(0))
        given = contribution if contribution is not None else product
        if effective is not None:
            weight = self.named(weight, f"{name} effective weight")
        if not b.is_typed_null(given):
            given = self.named(given, f"{name} contribution")
        found.nodes.append(Node(child, shares[id(child)], weight, given))

    # ── references ──

    def card_reference(self, node: e.Reference) -> Value:
        """A number of a card or a node."""
        place = self.places[node.name, node.path]
        if node.part in ("effective_weight", "contribution"):
            return self._part_of_node(node)
        if node.part == "coverage":
            found = self.carded[node.name].coverage
            code = self.reasons.code(_NO_COVERAGE)
            assert found is not None
            return Value(found, NUMBER, b.integer(code), Form(frozenset([code])), atom=True)
        if isinstance(place.node, r.Member):
            return self._of_member(node, place, place.node)
        if node.kind == "node" and node.part == "score":
            return self._points_at(place)
        rated = place.computed if node.part == "computed_score" else place.rated
        return self._or_nothing(rated, rated.score, NA("missing", "has a band but no score"))

    def _points_at(self, place: Place) -> Value:
        """The points that a parent sees: NA as the child is, or because there are none."""
        code = self.reasons.code(NA("missing", "has no points"))
        codes = place.state.codes | {code}
        na = first_code([place.state], b.integer(code))
        return Value(place.points, NUMBER, na, Form(codes), atom=True)

    def _part_of_node(self, node: e.Reference) -> Value:
        nodes = self.carded[node.name].nodes
        found = next(each for each in nodes if each.place.path == node.path)
        sql = found.effective if node.part == "effective_weight" else found.contribution
        code = self.reasons.code(_NO_WEIGHT)
        return Value(sql, NUMBER, b.integer(code), Form(frozenset([code])), atom=True)

    def _of_member(self, node: e.Reference, place: Place, member: r.Member) -> Value:
        """What a member has wherever it stands, unless it is in grace at this place."""
        if node.part == "computed_score":
            kind = "measure" if member.kind == "measure" else "card"
            inner = e.Reference(kind, member.name, node.part, "", type=node.type, span=node.span)
            return self.at_place(place, member, self.value_of(inner))
        return self._points_at(place)

    def at_place(self, place: Place, member: r.Member, found: Value) -> Value:
        """A value of a member, unless the member is in grace at this place."""
        graced = self.in_grace(place, member)
        if graced is None:
            return found
        codes = found.codes | frozenset(
            code for code in place.state.codes if self.reasons.na(code).reason == "grace"
        )
        sql = b.case([(b.negation(graced), found.sql)], b.null(DOUBLE))
        na = b.case([(graced, place.state.code)], found.code) if found.codes else place.state.code
        return Value(sql, found.type, na, Form(codes))

    def in_grace(self, place: Place, member: r.Member) -> Sql | None:
        """Whether a member is in grace at its place; None where it never is."""
        own = (
            self.measures[member.name].rated.state
            if member.kind == "measure"
            else self.places[member.name, ""].state
        )
        if own is place.state:
            return None
        return has_reason(place.state, ["grace"])
