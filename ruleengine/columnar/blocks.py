"""Evaluation tree → SQL, for members and blocks of scorecards: what they are, their weights, from the leaves up."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ruleengine.columnar import build as b
from ruleengine.columnar.bands import chosen
from ruleengine.columnar.build import Sql
from ruleengine.columnar.limits import Limits, Rated
from ruleengine.columnar.logic import has_reason
from ruleengine.columnar.places import Amount, Place, amount
from ruleengine.columnar.rollups import RollupEmitter
from ruleengine.columnar.types import BOOLEAN, DOUBLE
from ruleengine.columnar.value import Form, Value
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import LACKING, NUMBER


class BlockEmitter(RollupEmitter):
    """Emits members and blocks."""

    places: dict[tuple[str, str], Place]

    def block(
        self, card: r.Scorecard, block: r.Block, inherited: r.Missing | None, in_grace: Sql | None
    ) -> Place:
        """Emit a block and everything below it."""
        policy = block.missing if block.missing is not None else inherited
        passing = policy if policy is not None and policy.policy in ("impute", "as zero") else None
        children: list[Place] = []
        for child in block.children:
            if isinstance(child, r.Block):
                children.append(self.block(card, child, passing, in_grace))
            else:
                children.append(self._member(card, block, child, passing, in_grace))
        name = f"{card.name}.{block.path}" if block.path else card.name
        what = "group" if block.path else "scorecard"
        with self.owned(name, f"{what} {block.label}, line {block.span.line}"):
            self._weights(block, children, name)
            nothing = Rated(Value(b.null(DOUBLE), NUMBER), b.null(DOUBLE), b.null_code(), b.null(DOUBLE))
            place = Place(block.path, block, nothing, b.null(DOUBLE), b.null_code(), children=children)
            place.policy = policy.policy if policy is not None else "redistribute"
            self.places[card.name, block.path] = place
            state = self.rolled_up(card, block, place, name)
            state = self.required(block, place, state, name)
            if block.formula is not None:
                self.report_invalid(state, block.span.line, block.label)
            self._finish(card, block, place, state, name)
        return place

    # ── members ──

    def _member(
        self,
        card: r.Scorecard,
        block: r.Block,
        member: r.Member,
        policy: r.Missing | None,
        in_grace: Sql | None,
    ) -> Place:
        path = f"{block.path}.{member.label}" if block.path else member.label
        name = f"{card.name}.{path}"
        rated, seen = self._seen(member)
        if in_grace is not None and card.grace is not None and member.label not in card.grace.excepted:
            rated, seen = self._graced(card.grace, rated, seen, in_grace, name, self._has_points(member))
        else:
            in_grace = None
        place = Place(path, member, rated, seen, rated.band, in_grace=in_grace)
        self.places[card.name, path] = place
        own = self.measures[member.name].node.missing if member.kind == "measure" else None
        used = own if own is not None else policy
        if used is not None and used.value is not None:
            place.imputed_bands = card.bands
            if own is not None and used.band is not None:
                place.imputed_bands = self.measures[member.name].node.bands
            self._impute(card, place, used, used.value, name)
        return place

    def _seen(self, member: r.Member) -> tuple[Rated, Sql]:
        """What a member has come to wherever it stands, and the points that a parent sees."""
        if member.kind == "measure":
            found = self.measures[member.name]
            rated, key = found.rated, found.node.bands
        else:
            rated, key = self.places[member.name, ""].rated, self.cards[member.name].bands
        if member.by_band and key:
            return rated, self.named(self.scales[key].points_of(rated.band), f"{member.name} by band")
        return rated, rated.seen

    def _graced(
        self, grace: r.Grace, rated: Rated, seen: Sql, in_grace: Sql, name: str, always: bool
    ) -> tuple[Rated, Sql]:
        """A member that may be in grace; `always`: it has points wherever it is not NA."""
        code = self.code("grace", f"in the first {grace.length:g} {grace.unit}")
        codes = rated.state.codes | {code}
        na = b.case([(in_grace, b.integer(code))], rated.state.code if rated.state.codes else b.null_code())

        def unless(sql: Sql, kind: Sql, words: str) -> Sql:
            return self.named(b.case([(in_grace, kind)], sql), f"{name} {words}")

        points = unless(seen, b.null(DOUBLE), "points")
        state = points if always else unless(rated.state.sql, b.null(DOUBLE), "state")
        known = Value(state, NUMBER, self.named(na, f"{name} na"), Form(codes), atom=True)
        band = unless(rated.band, b.null_code(), "band")
        score = points if seen is rated.score else unless(rated.score, b.null(DOUBLE), "score")
        return Rated(known, score, band, points), points

    def _impute(
        self, card: r.Scorecard, place: Place, missing: r.Missing, imputed: e.Expression, name: str
    ) -> None:
        """What a member contributes where it lacks data: points, and the band that goes with them."""
        place.imputes = True
        lacking = has_reason(place.state, tuple(LACKING))
        value = self.value_of(imputed, f"{name} imputed")
        acts = self.named(b.conjunction([lacking, b.is_known(value.sql)]), f"{name} imputes")
        place.points = self.named(b.case([(acts, value.sql)], place.points), f"{name} points")
        band: Sql = b.null_code()
        if missing.band is not None:
            band = b.integer(self.scales[place.imputed_bands].position(missing.band))
        elif card.bands and self.scales[card.bands].has_intervals:
            band = self.scales[card.bands].band(value.sql)
        place.band = self.named(b.case([(acts, band)], place.band), f"{name} band")

    def _has_points(self, member: r.Member) -> bool:
        """Whether a measure has points wherever it is not NA."""
        if member.kind == "card" or member.by_band:
            return False
        found = self.measures[member.name]
        rated = [each for each in found.rating.entries if each.code is None]
        return found.limited is None and all(
            each.fixed is not None or each.value is not None for each in rated
        )

    # ── weights ──

    def _weights(self, block: r.Block, children: Sequence[Place], name: str) -> None:
        for child in children:
            child.weight = float(child.node.weight)
        if not block.columns:
            return
        tests = [
            self.value_of(column.condition, f"{name} column {n}") for n, column in enumerate(block.columns, 1)
        ]
        first = b.case([(test.sql, b.integer(n)) for n, test in enumerate(tests, 1)], b.integer(0))
        taken = self.named(first, f"{name} weights")
        for place, (test, column) in enumerate(zip(tests, block.columns, strict=True), 1):
            if test.codes:
                before = b.disjunction(
                    [b.compare(">", taken, b.integer(place)), b.compare("=", taken, b.integer(0))]
                )
                undecided = b.conjunction([b.is_null(test.sql), before])
                sql = b.case([(undecided, b.null(BOOLEAN))], b.FALSE())
                self.undecided("a column of weights", evolve(test, sql=sql), column.span.line, block.label)
        for number, child in enumerate(children):
            weights: list[Sql | None] = [b.double(child.node.weight)]
            weights += [b.double(column.weights[number]) for column in block.columns]
            child.weight = self.named(
                chosen(taken, weights, b.null(DOUBLE)), f"{card_path(name, child)} weight"
            )

    def nominal(self, place: Place) -> dict[int, Amount]:
        """The nominal share of every leaf below a block in the whole, by identity of its place."""
        shares: dict[int, Amount] = {}
        stack: list[tuple[Place, Amount]] = [(place, 1.0)]
        while stack:
            current, share = stack.pop()
            mean = isinstance(current.node, r.Block) and current.node.rollup == "weighted mean"
            total = self._sum_of_weights(current) if mean else 1.0
            for child in current.children:
                found = self._share(share, child.weight, total, child.path)
                shares[id(child)] = found
                if isinstance(child.node, r.Block):
                    stack.append((child, found))
        return shares

    def _share(self, share: Amount, weight: Amount, total: Amount, path: str) -> Amount:
        if isinstance(share, float) and isinstance(weight, float) and isinstance(total, float):
            return share * weight / total
        return self.named(b.divide(b.multiply(amount(share), amount(weight)), amount(total)), f"{path} share")

    # ── rounding, bands, limits ──

    def _finish(self, card: r.Scorecard, block: r.Block, place: Place, state: Value, name: str) -> None:
        score = state.sql
        worst = block.rollup == "worst band" and block.formula is None
        scale = self.scales[card.bands] if card.bands else None
        if worst and place.worst is not None and scale is not None:
            if block.missing is not None and state.codes:  # a policy can make all NA though a band is known
                held = b.case([(b.is_known(state.sql), place.worst)], b.null_code())
                place.worst = self.named(held, f"{name} worst band")
            score = self.named(scale.points_of(place.worst), f"{name} points of the worst")
        if block.rounding is not None:
            score = self.rounded(score, block.rounding, name)
        band = self._band(card, place, score, worst, name)
        rated = Rated(state, score, band, score)
        if not block.path and scale is not None and scale.has_intervals:
            rated = self._inside(card, block, rated, name)
        place.rated, place.points, place.band = rated, rated.seen, rated.band
        if block.limits:
            self._limited_block(card, block, place, name)

    def _band(self, card: r.Scorecard, place: Place, score: Sql, worst: bool, name: str) -> Sql:
        scale = self.scales[card.bands] if card.bands else None
        fallback = place.worst if worst and place.worst is not None else b.null_code()
        if scale is None or not scale.has_intervals:
            return fallback
        found = scale.band(score)
        return self.named(b.case([(b.is_known(score), found)], fallback), f"{name} band")

    def _inside(self, card: r.Scorecard, block: r.Block, rated: Rated, name: str) -> Rated:
        """A card whose score lies outside its bands is invalid."""
        outside = self.reasons.code(self.scales[card.bands].outside)
        beyond = self.named(
            b.conjunction([b.is_null(rated.band), b.is_known(rated.score)]), f"{name} outside"
        )
        before = rated.state
        na = b.case([(beyond, b.integer(outside))], before.code if before.codes else b.null_code())
        sql = self.named(b.case([(beyond, b.null(DOUBLE))], before.sql), f"{name} state")
        state = Value(sql, NUMBER, self.named(na, f"{name} na"), Form(before.codes | {outside}), atom=True)
        self.report_codes(beyond, b.integer(outside), [outside], block.span.line, block.label)
        score = self.named(b.case([(beyond, b.null(DOUBLE))], rated.score), f"{name} score")
        return Rated(state, score, rated.band, score)

    def _limited_block(self, card: r.Scorecard, block: r.Block, place: Place, name: str) -> None:
        scale = self.scales[card.bands] if card.bands else None
        derives = scale is not None and scale.has_intervals
        acting = self.acting(block.limits, name)
        found = Limits(self, name, scale, derives, not block.path, acting).applied(place.rated)
        place.limited, place.rated = found, found.after
        place.points, place.band = found.after.seen, found.after.band
        changed = b.conjunction([b.is_null(found.after.state.sql), b.is_known(found.before.state.sql)])
        if not block.path and derives and found.after.state.codes:
            state = found.after.state
            self.report_codes(changed, state.code, state.codes, block.span.line, block.label)


def card_path(name: str, child: Place) -> str:
    """What a child of a block is called in columns."""
    return f"{name.split('.')[0]}.{child.path}"
