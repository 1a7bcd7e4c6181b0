"""Caps, floors and overrides in SQL, of measures and of blocks alike.

The lowest cap wins, a cap beats a floor, an override beats both. By band the number stays and a parent takes the band's
points; by score the band is derived again. Overrides act on an NA score, caps and floors do not.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field, frozen

from ruleengine.columnar import build as b
from ruleengine.columnar.bands import Scale
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import Context
from ruleengine.columnar.types import DOUBLE
from ruleengine.columnar.value import Form, Value
from ruleengine.tree import ruleset as r
from ruleengine.values import NUMBER


@frozen(slots=True)
class Acting:
    """A limit and whether it holds: TRUE or FALSE. `score` is what it sets, where it is one by score."""

    limit: r.Limit
    holds: Sql
    score: Sql | None


@frozen(slots=True)
class Rated:
    """What something comes to: its `state` (known exactly where it is not NA), its number and its band.

    `score` may be NULL though the state is known: then there is a band without a number. `seen` are the points that a
    parent sees, NULL where there are none.
    """

    state: Value
    score: Sql
    band: Sql
    seen: Sql


@define(slots=True)
class Limited:
    """Something after its limits, and what acted. `override` is the number of the override that acts, among `acting`."""

    before: Rated
    after: Rated
    acting: list[Acting] = field(factory=list)
    override: Sql | None = None


def in_order(limits: Sequence[r.Limit]) -> list[r.Limit]:
    """Floors, caps and overrides, in the order in which they act."""
    return [limit for kind in ("floor", "cap", "override") for limit in limits if limit.kind == kind]


@define(slots=True)
class Limits:
    """Applies the limits of one thing; `derives` says that its points have a band on the scale, `strict` that a number
    outside of the scale is invalid."""

    context: Context
    name: str
    scale: Scale | None
    derives: bool
    strict: bool
    acting: list[Acting]

    def applied(self, before: Rated) -> Limited:
        """What comes out."""
        kept = self._named
        score, band = kept(self._bounded(before.score), "bounded"), before.band
        outside: Sql = b.FALSE()
        if self.derives and self.scale is not None and score != before.score:
            moved = b.compare("!=", score, before.score)
            band = kept(b.case([(moved, self.scale.band(score))], band), "bounded band")
            outside = b.conjunction([b.coalesce(moved, b.FALSE()), b.is_null(band)])
        raised = kept(self._bounded_band(band), "band in limits")
        return self._overridden(
            before, (score, band, raised), kept(outside, "outside") if self.strict else b.FALSE()
        )

    def _named(self, sql: Sql, words: str) -> Sql:
        return self.context.named(sql, f"{self.name} {words}")

    def _of(self, kind: str, by_band: bool) -> list[Acting]:
        return [
            each
            for each in self.acting
            if each.limit.kind == kind and (each.limit.band is not None) == by_band
        ]

    def _bounded(self, score: Sql) -> Sql:
        """A number after floors and caps by score."""
        for kind, function in (("floor", "greatest"), ("cap", "least")):
            found = self._of(kind, by_band=False)
            if found:
                values = [
                    b.case([(each.holds, each.score or b.null(DOUBLE))], b.null(DOUBLE)) for each in found
                ]
                score = b.case([(b.is_known(score), b.function(function, score, *values))], b.null(DOUBLE))
        return score

    def _bounded_band(self, band: Sql) -> Sql:
        """A band after floors and caps by band: positions grow from best to worst."""
        for kind, function in (("floor", "least"), ("cap", "greatest")):
            found = self._of(kind, by_band=True)
            if found and self.scale is not None:
                values = [
                    b.case([(each.holds, b.integer(each.limit.band or 0))], b.null_code()) for each in found
                ]
                band = b.case([(b.is_known(band), b.function(function, band, *values))], b.null_code())
        return band

    def _overridden(self, before: Rated, bounded: tuple[Sql, Sql, Sql], outside: Sql) -> Limited:
        score, unbounded, band = bounded
        by_band = b.FALSE() if band == unbounded else b.coalesce(b.compare("!=", band, unbounded), b.FALSE())
        overrides = [
            (number, each) for number, each in enumerate(self.acting) if each.limit.kind == "override"
        ]
        outside_code = self.context.reasons.code(self.scale.outside) if self.scale is not None else 0
        own = frozenset([outside_code]) if self.strict and self.derives and self.acting else frozenset()
        first = b.case([(each.holds, b.integer(number)) for number, each in overrides], b.null_code())
        chosen = self._named(first, "override") if overrides else None
        scores, bands, codes, sides = [], [], [], []
        for number, each in overrides:
            assert chosen is not None
            taken = b.compare("=", chosen, b.integer(number))
            if each.limit.band is not None and self.scale is not None:
                new_score, new_band, moved = score, b.integer(each.limit.band), b.TRUE()
                code = b.null_code()
            else:
                new_score, moved = each.score or b.null(DOUBLE), b.FALSE()
                new_band = self.scale.band(new_score) if self.derives and self.scale is not None else band
                missing = b.conjunction([b.is_null(new_band)])
                code = b.case([(missing, b.integer(outside_code))], b.null_code()) if own else b.null_code()
            scores.append((taken, new_score))
            bands.append((taken, new_band))
            codes.append((taken, code))
            sides.append((taken, moved))
        why = b.case(
            [(b.is_null(before.state.sql), before.state.code)] if before.state.codes else [], b.null_code()
        )
        why = b.case([(outside, b.integer(outside_code))], why) if own else why
        na = self._named(b.case(codes, why), "na")
        known = b.is_null(na)
        final_score = self._named(b.case([(known, b.case(scores, score))], b.null(DOUBLE)), "limited score")
        final_band = self._named(b.case([(known, b.case(bands, band))], b.null_code()), "limited band")
        side: Sql = b.case(sides, by_band)
        seen = final_score
        if self.scale is not None:
            seen = b.case([(side, b.coalesce(self.scale.points_of(final_band), final_score))], final_score)
        state = self._named(b.case([(known, b.double(1))], b.null(DOUBLE)), "state")
        everything = before.state.codes | own
        after = Rated(
            Value(state, NUMBER, na, Form(everything), atom=True),
            final_score,
            final_band,
            self._named(seen, "seen"),
        )
        return Limited(before, after, self.acting, chosen)
