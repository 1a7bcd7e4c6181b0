"""Evaluation tree → what its measures may come to, for all accounts of a box.

The order is the evaluator's: applies, value, freshness, rows, caps, floors, overrides.
"""

from __future__ import annotations

import math

from attrs import evolve

from ruleengine.analysis.edges import from_on, sides, up_to
from ruleengine.analysis.expressions import Expressions
from ruleengine.analysis.limits import acting, limited
from ruleengine.analysis.may import (
    NO_REASONS,
    TRUE,
    May,
    Numbers,
    Words,
    as_numbers,
    na,
    truth,
    wider,
    word,
)
from ruleengine.analysis.outcomes import Outcome, Scale, Way, any_of, gathered
from ruleengine.analysis.situation import NOWHERE, Around, Bound
from ruleengine.analysis.time import last_fresh
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import LACKING

_RELATION = {"above": ">", "from": ">=", "below": "<", "up to": "<="}
_SLACK = 1e-9


class Measures(Expressions):
    """What measures may come to."""

    scales: dict[str, Scale]

    def rated(self, node: r.Measure, past: bool = False) -> Outcome:
        """What a measure may come to; `past` as if it never grew old."""
        reasons, goes_on = self.gate(node, past)
        if not goes_on:
            return self._finished(node, Outcome(frozenset(reasons)), past)
        found = self._outcome(node)
        stale = self._stale(node, past)
        return self._finished(node, evolve(found, reasons=found.reasons | reasons, stale=stale), past)

    def seen_value(self, node: r.Measure) -> May:
        """The value of a measure as others see it."""
        reasons, goes_on = self.gate(node, past=False)
        if not goes_on or node.value is None:
            return May(frozenset(reasons))
        return May(frozenset(reasons), self.value(node.value).present)

    # ── before it is rated ──

    def gate(self, node: r.Measure, past: bool = False) -> tuple[set[str], bool]:
        """The reasons for which it is not rated, and whether it may be rated at all."""
        reasons: set[str] = set()
        if node.applies:
            test = self.every(each.condition for each in node.applies)
            reasons |= test.reasons
            if test.holds(False):
                reasons.add("not_applicable")
            if not test.holds(True):
                return reasons, False
        if node.value is not None:
            value = self.value(node.value)
            reasons |= value.reasons
            if value.present is None:
                return reasons, False
        return reasons, past or self._may_be_fresh(node, reasons)

    def _may_be_fresh(self, node: r.Measure, reasons: set[str]) -> bool:
        fresh = node.fresh
        if fresh is None:
            return True
        day = self.day_of(fresh.by)
        if day.reasons:
            reasons.add("missing")
        if day.present is None:
            return False
        if fresh.expired is None:
            return True
        expired = self._older(fresh.by, day, fresh.expired, fresh.expired_unit)
        if expired.holds(True):
            reasons.add("expired")
        return expired.holds(False)

    def _older(self, by: e.Expression, day: May, length: float, unit: str) -> May:
        first = last_fresh(self.as_of, length, unit)
        old, young = (-math.inf, first - 1), (first, math.inf)
        found = self.days_in(by, day, [old], [young], NOWHERE)
        return May(present=found.present)

    def _stale(self, node: r.Measure, past: bool) -> May:
        fresh = node.fresh
        if fresh is None or fresh.stale is None or past:
            return truth(False, True)
        day = self.day_of(fresh.by)
        return self._older(fresh.by, day, fresh.stale, fresh.stale_unit)

    # ── rating ──

    def _outcome(self, node: r.Measure) -> Outcome:
        if node.as_given:
            return self._as_given(node)
        if not node.rates:
            return Outcome(ways=(Way(None, None, None),))
        known = self.known_value(node)
        found: list[Outcome] = []
        for block in node.rates:
            test = TRUE if block.condition is None else self.value(block.condition, known)
            if test.reasons:
                found.append(Outcome(test.reasons))
            if test.holds(True):
                found.append(self._of_rows(node, block, known))
            if test.is_surely is True:
                return any_of(found)
        return any_of([*found, Outcome(frozenset({"invalid"}))])

    def known_value(self, node: r.Measure) -> Around:
        """The value of a measure as its own rows see it: they are only asked where it is there."""
        if node.value is None:
            return NOWHERE
        found = self.value(node.value)
        key, resolved = self.keys.of(node.value), self.keys.resolve(node.value)
        return {f"{node.name}.value": Bound(May(present=found.present), key, resolved, found.reasons)}

    def _of_rows(self, node: r.Measure, block: r.RateBlock, known: Around) -> Outcome:
        """The rows in their order; one that is surely undecided leaves of those after it what would come to the same."""
        found: list[Outcome] = []
        undecided: list[Outcome] = []
        for row in block.rows:
            test = TRUE if row.condition is None else self.value(row.condition, known)
            if test.reasons:
                found.append(Outcome(test.reasons))
            if test.holds(True):
                outcome = self._row(node, row.outcome, known)
                for other in undecided:
                    outcome = _alike(outcome, other)
                found.append(outcome)
            if test.is_surely is True:
                return any_of(found)
            if test.present is None:
                undecided.append(self._row(node, row.outcome, known))
        return any_of([*found, Outcome(frozenset({"invalid"}))])

    def _row(self, node: r.Measure, outcome: r.Outcome, known: Around) -> Outcome:
        if isinstance(outcome, r.BandOutcome):
            return Outcome(ways=(self.scales[node.bands].of_band(outcome.position),))
        if isinstance(outcome, r.NaOutcome):
            return Outcome(frozenset({outcome.reason}))
        points = self._points(outcome, known)
        present = as_numbers(points.present)
        if present is None:
            return Outcome(points.reasons)
        scale = self.scales.get(node.bands) if node.banded_points else None
        if scale is None or not scale.has_intervals:
            return Outcome(points.reasons, (Way(None, present, present),))
        ways, outside = scale.ways(present)
        return Outcome(points.reasons | (frozenset({"invalid"}) if outside else NO_REASONS), tuple(ways))

    def _points(self, outcome: r.PointsOutcome | r.StepsOutcome | r.LinearOutcome, known: Around) -> May:
        if isinstance(outcome, r.PointsOutcome):
            return self.value(outcome.value, known)
        if isinstance(outcome, r.StepsOutcome):
            return self._steps(outcome, known)
        return self._linear(outcome, known)

    def _steps(self, outcome: r.StepsOutcome, around: Around) -> May:
        value = self.value(outcome.value, around)
        least = most = 0
        reasons = value.reasons
        operator = _RELATION[outcome.relation]
        for edge in outcome.edges:
            at = self.value(edge, around)
            reasons |= at.reasons
            known, number = value.present, at.present
            if not isinstance(known, Numbers) or not isinstance(number, Numbers) or not number.is_one:
                most += 1
                continue
            whole = evolve(value, reasons=NO_REASONS)
            test = self._against_edge(outcome.value, whole, operator, number.low, around)
            least += test.is_surely is True
            most += test.holds(True)
        if value.present is None:
            return May(reasons)
        return May(reasons, Numbers(least, most, 1))

    def _against_edge(
        self, subject: e.Expression, found: May, operator: str, edge: float, around: Around
    ) -> May:
        true, false = sides(operator, edge)
        return self.in_ranges(subject, found, true, false, around)

    def _linear(self, outcome: r.LinearOutcome, around: Around) -> May:
        """Points along a line; a row that is `when in a..b` lies between its ends, but for the tolerance of equal numbers."""
        parts = [
            self.value(each, around)
            for each in (outcome.value, outcome.start, outcome.end, outcome.low, outcome.high)
        ]
        reasons = frozenset[str]().union(*(part.reasons for part in parts))
        known = [part.present for part in parts]
        if not all(isinstance(each, Numbers) for each in known):
            return May(
                reasons, Numbers(-math.inf, math.inf) if all(each is not None for each in known) else None
            )
        value, start, end, low, high = (each for each in known if isinstance(each, Numbers))
        fixed = all(each.is_one for each in (start, end, low, high))
        if not fixed or start.low == end.low:
            return May(reasons, Numbers(-math.inf, math.inf))
        first, last = (start.low, end.low) if start.low <= end.low else (end.low, start.low)
        near, far = max(value.low, from_on(first)[0]), min(value.high, up_to(last)[1])
        if near > far:
            near, far = value.low, value.high
        if not value.is_one:
            self.open_between(outcome.value, value, (near, far), around)
        slope = (high.low - low.low) / (end.low - start.low)
        ends = sorted(low.low + (at - start.low) * slope for at in (near, far))
        return May(reasons, wider(ends[0], ends[1]))

    def open_between(
        self, node: e.Expression, value: Numbers, ends: tuple[float, float], around: Around
    ) -> None:
        """Note that a number could be known better: its range falls into halves."""
        near, far = ends
        middle = (near + far) / 2
        if math.isinf(near) or math.isinf(far) or far - near < _SLACK:
            return
        ranges = [(value.low, middle), (math.nextafter(middle, math.inf), value.high)]
        parts = [Numbers(low, high, value.step) for low, high in ranges if low <= high]
        self.open(node, [May(present=part) for part in parts], around)

    def _as_given(self, node: r.Measure) -> Outcome:
        assert node.value is not None
        scale = self.scales[node.bands]
        value = self.value(node.value)
        found = value.present
        if not isinstance(found, Words):
            return any_of(
                [
                    Outcome(frozenset({"invalid"})),
                    *(Outcome(ways=(scale.of_band(at),)) for at in range(len(scale.names))),
                ]
            )
        if len(found.words) + found.others > 1:
            parts = [word(each) for each in sorted(found.words & set(scale.names), key=str)]
            rest = found.words - set(scale.names)
            if rest or found.others:
                parts.append(
                    May(
                        present=Words(
                            rest,
                            found.others,
                            found.without | frozenset(scale.names) if found.others else frozenset(),
                        )
                    )
                )
            self.open(node.value, [*parts, *(na(reason) for reason in sorted(value.reasons))], NOWHERE)
        bands = [
            place
            for place, name in enumerate(scale.names)
            if name in found.words or (found.others and name not in found.without)
        ]
        others = found.others or not found.words <= set(scale.names)
        reasons = frozenset({"invalid"}) if others else NO_REASONS
        return Outcome(reasons, tuple(scale.of_band(place) for place in bands))

    # ── after it is rated ──

    def _finished(self, node: r.Measure, found: Outcome, past: bool) -> Outcome:
        if not node.limits:
            return found
        scale = self.scales.get(node.bands) if node.bands else None
        derives = scale is not None and scale.has_intervals and (node.banded_points or node.as_given)
        holding = acting(node.limits, lambda expression: self.value(expression))
        return limited(found, holding, scale, derives, strict=True)

    def imputed(self, missing: r.Missing | None, found: Outcome) -> Outcome:
        """What a parent counts where data lack and a policy puts a number in their place."""
        if missing is None or missing.value is None or missing.policy not in ("impute", "as zero"):
            return found
        lacking = found.reasons & LACKING
        unseen = any(way.seen is None for way in found.ways)
        if not lacking and not unseen:
            return found
        value = self.value(missing.value)
        present = as_numbers(value.present)
        if present is None:
            return found
        kept = found.reasons - LACKING | (lacking if value.reasons else NO_REASONS)
        way = Way(None, present, present)
        return Outcome(
            frozenset(kept),
            gathered((*found.ways, way)) if lacking else found.ways,
            found.before,
            found.stale,
        )


def _alike(outcome: Outcome, other: Outcome) -> Outcome:
    """What of an outcome could be the same as another one."""
    bands = {way.band for way in other.ways}
    return evolve(outcome, ways=tuple(way for way in outcome.ways if way.band in bands))
