"""Measures as terms: applies → value → freshness → rating → caps, floors, overrides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ruleengine.analysis.solver.bands import NO_BAND, OUTCOMES, Bands, Rated, either_rated, lacking
from ruleengine.analysis.solver.expressions import equal
from ruleengine.analysis.solver.rows import kleene, settled
from ruleengine.analysis.solver.terms import (
    NOTHING,
    Flag,
    Number,
    Value,
    both,
    choose,
    compare,
    either,
    guarded,
    minus,
    missing,
    no,
    plus,
    reasons,
)  # fmt: skip
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk

PAST = " was"


@attrs.frozen(slots=True, eq=False)
class Measured:
    """A measure at work: its final outcome, what it was before limits, its value, whether it is stale."""

    final: Rated
    computed: Rated
    value: Value
    stale: Flag


class Measures(Bands):
    """Terms for measures."""

    measures: dict[str, Measured]
    nodes: dict[str, r.Measure]

    def measure(self, node: r.Measure, name: str) -> None:
        """Say one measure; `name` is another where it is said as if it never expired."""
        late = self._about_value(node)
        for let in node.lets:
            if let not in late:
                self.let(let)
        value = self._valued(node)
        fresh, stale = self._fresh(node, value)
        self.variables[f"{node.name}.value"] = Value(value.term, fresh)
        for let in late:
            self.let(let)
        known = no(either(*fresh.values()))
        rated = self._rate(node, Value(value.term, {}))
        na = {**{reason: both(known, flag) for reason, flag in rated.na.items()}}
        found = Rated(
            reasons([*fresh.items(), *na.items()]),
            rated.band,
            rated.score,
            rated.has_score,
            rated.seen,
            rated.has_seen,
        )
        self.computed_of[name] = found
        final = found
        if node.limits:
            derives = self.has_intervals(node.bands) and (node.banded_points or node.as_given)
            final = self.limited(found, self.acting(node.limits, {}), node.bands, derives, True)
        self.measures[name] = Measured(final, found, Value(value.term, fresh), both(stale, known))

    computed_of: dict[str, Rated]

    def past(self, node: r.Measure) -> None:
        """The measure once more, as if it never expired, for `was`."""
        kept, marks = dict(self.variables), dict(self.marks)
        self.measure(attrs.evolve(node, fresh=None), node.name + PAST)
        self.variables, self.marks = kept, marks

    def let(self, node: r.Let) -> None:
        """Say one named value."""
        found = self.expression(node.value, {})
        self.variables[node.name] = found
        self.named(node.name, node.value)

    def _about_value(self, node: r.Measure) -> list[r.Let]:
        """The lets that rest on the value of the measure, directly or through one another."""
        names, found = {f"{node.name}.value"}, []
        for let in node.lets:
            if any(isinstance(each, e.Variable) and each.name in names for each in walk(let.value)):
                names.add(let.name)
                found.append(let)
        return found

    def _valued(self, node: r.Measure) -> Value:
        """The value of a measure that applies."""
        applies = (
            kleene("and", [self.expression(each.condition, {}) for each in node.applies])
            if node.applies
            else Value(True)
        )
        value = Value(NOTHING) if node.value is None else self.expression(node.value, {})
        if node.value is not None:
            self.named(f"{node.name}.value", node.value)
        known = applies.is_true()
        na = reasons(
            [
                ("not_applicable", applies.is_false()), *applies.na.items(),
                *((reason, both(known, flag)) for reason, flag in value.na.items()),
            ]
        )  # fmt: skip
        return Value(value.term, na, value.key)

    def _fresh(self, node: r.Measure, value: Value) -> tuple[Mapping[str, Flag], Flag]:
        """Why the value is NA once its age is looked at, and whether it is stale."""
        if node.fresh is None:
            return value.na, False
        day = self.expression(node.fresh.by, {})
        known = value.present
        parts: list[tuple[str, Flag]] = [*value.na.items(), ("missing", both(known, day.absent))]
        dated = both(known, day.present)
        if node.fresh.expired is not None:
            expired = self.older(day.term, node.fresh.expired, node.fresh.expired_unit)
            parts.append(("expired", both(dated, expired)))
        stale: Flag = False
        if node.fresh.stale is not None:
            stale = both(dated, self.older(day.term, node.fresh.stale, node.fresh.stale_unit))
        return reasons(parts), stale

    # ── rating ──

    def _rate(self, node: r.Measure, value: Value) -> Rated:
        """The outcome where the value is there and fresh."""
        if node.as_given:
            return self._as_given(node, value)
        if not node.rates:
            return Rated()
        kept = self.variables[f"{node.name}.value"]
        self.variables[f"{node.name}.value"] = value
        blocks: list[tuple[Value | None, Rated]] = []
        inner: list[tuple[r.RateBlock, Any]] = []
        for block in node.rates:
            rows = [
                (
                    None if row.condition is None else self.expression(row.condition, {}),
                    self._outcome(node, row),
                )
                for row in block.rows
            ]
            found = settled(rows, lacking("invalid"), OUTCOMES)
            condition = None if block.condition is None else self.expression(block.condition, {})
            blocks.append((condition, found.outcome))
            inner.append((block, found))
        whole = settled(blocks, lacking("invalid"), OUTCOMES)
        for (block, found), taken in zip(inner, whole.taken, strict=True):
            for row, flag in zip(block.rows, found.taken, strict=True):
                self.mark(row, both(taken, flag, kept.present))
        self.variables[f"{node.name}.value"] = kept
        return whole.outcome

    def _as_given(self, node: r.Measure, value: Value) -> Rated:
        bands = self.sets[node.bands].bands
        found = lacking("invalid")
        for position, band in enumerate(bands):
            given = compare("=", value.term, self.atoms.code(band.name))
            found = either_rated(given, self.of_band(node.bands, position), found)
        return found

    def _outcome(self, node: r.Measure, row: r.Row) -> Rated:
        outcome = row.outcome
        if isinstance(outcome, r.BandOutcome):
            return self.of_band(node.bands, outcome.position)
        if isinstance(outcome, r.NaOutcome):
            return lacking(outcome.reason)
        points = self._points(outcome)
        if node.banded_points and self.has_intervals(node.bands):
            band = self.band_of(node.bands, points.term)
            outside = both(points.present, compare("=", band, NO_BAND))
            na = reasons([*points.na.items(), ("invalid", outside)])
            return Rated(na, band, points.term, True, points.term, True)
        return Rated(points.na, NO_BAND, points.term, True, points.term, True)

    def _points(self, outcome: r.PointsOutcome | r.StepsOutcome | r.LinearOutcome) -> Value:
        if isinstance(outcome, r.PointsOutcome):
            return self.expression(outcome.value, {})
        if isinstance(outcome, r.StepsOutcome):
            return self._steps(outcome)
        return self._linear(outcome)

    def _steps(self, outcome: r.StepsOutcome) -> Value:
        operator = {"above": ">", "from": ">=", "below": "<", "up to": "<="}[outcome.relation]
        tests = [
            self.compared(operator, outcome.value, edge, {}) or missing("invalid") for edge in outcome.edges
        ]
        passed = plus(*(choose(test.term, 1, 0) for test in tests))
        return guarded([self.expression(outcome.value, {}), *tests], passed)

    def _linear(self, outcome: r.LinearOutcome) -> Value:
        parts = [outcome.value, outcome.start, outcome.end, outcome.low, outcome.high]
        values = [self.expression(part, {}) for part in parts]
        value, start, end, low, high = (each.term for each in values)
        rise, run = minus(high, low), minus(end, start)
        climb = self.times(rise, minus(value, start))
        if climb is None:
            return guarded(values, self.atoms.fresh("Real", "linear"))
        flat = equal(start, end)
        found: Number = plus(low, self.atoms.quotient(climb, run)) if flat is not True else low
        return guarded(values, choose(flat, low, found))

    # ── references ──

    def of_measure(self, name: str, part: str) -> Value:
        """A part of a measure as a value."""
        found = self.measures[name + PAST if part == "past_band" and name + PAST in self.measures else name]
        if part == "value":
            return found.value
        rated = found.computed if part.startswith("computed") else found.final
        return rated.position() if "band" in part else rated.number()

    def measure_status(self, name: str, words: tuple[str, ...], computed: bool) -> Flag:
        """Whether a measure has one of some statuses."""
        found = self.measures[name]
        rated = found.computed if computed else found.final
        tests = [rated.present] if "scored" in words else []
        if "stale" in words and "scored" not in words:
            tests.append(both(rated.present, found.stale))
        tests += [rated.na.get(word, False) for word in words]
        return either(*tests)
