"""Evaluation tree → SQL, for measures: what applies, the value, its age, the row that wins, caps, floors and overrides."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, evolve

from ruleengine.columnar import build as b
from ruleengine.columnar import numbers
from ruleengine.columnar.bands import Scale, chosen
from ruleengine.columnar.build import Sql
from ruleengine.columnar.expressions import ExpressionEmitter
from ruleengine.columnar.limits import Acting, Limited, Limits, Rated, in_order
from ruleengine.columnar.logic import has_reason, kleene
from ruleengine.columnar.ratings import Entry, Rating, entry_of_band, same_entries
from ruleengine.columnar.rows import Won, is_undecided, won_by
from ruleengine.columnar.types import DOUBLE
from ruleengine.columnar.value import Form, Value, stored_type
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.magnitude import magnitude
from ruleengine.tree.walk import walk
from ruleengine.values import FLAG, NA, NUMBER

#: What a parent sees of something that has a band without points, or neither.
NO_POINTS = NA("missing", "has no points")
NO_BAND = NA("missing", "has no band")
#: What the name of a measure ends with when it is emitted as if it never expired.
PAST = " was"


@define(slots=True)
class Measured:
    """What a measure has come to: its value, the winning row, and what it was before its limits."""

    node: r.Measure
    value: Value
    rated: Rated
    rating: Rating
    number: Sql
    stale: Sql | None = None
    limited: Limited | None = None

    @property
    def computed(self) -> Rated:
        """Before the limits."""
        return self.rated if self.limited is None else self.limited.before


class MeasureEmitter(ExpressionEmitter):
    """Emits measures."""

    scales: dict[str, Scale]
    measures: dict[str, Measured]
    past: set[str]

    def measure(self, node: r.Measure) -> None:
        """Emit one measure."""
        with self.owned(node.name, f"measure {node.label}, line {node.span.line}"):
            self.measures[node.name] = self._measured(node, node.name)
            if node.name in self.past:
                late = tuple(self._lets_about_value(node))
                past = evolve(node, fresh=None, lets=late)
                kept = dict(self.variables)
                self.measures[node.name + PAST] = self._measured(past, node.name + PAST)
                self.variables = kept
            self.variables[f"{node.name}.value"] = self.measures[node.name].value

    def _measured(self, node: r.Measure, name: str) -> Measured:
        late = self._lets_about_value(node)
        for let in node.lets:
            if let not in late:
                self.let(let)
        gates: list[tuple[Sql, Sql]] = []
        codes: set[int] = set()
        self._applies(node, gates, codes)
        value = self._value(node, name, gates, codes)
        gate = self.named(b.case(gates, b.null_code()), f"{name} gate") if gates else None
        stale = self._stale(node, name, gate)
        known = evolve(value, na=None, form=value.form.known()) if value is not None else None
        if known is not None:
            self.variables[f"{node.name}.value"] = known
        for let in late:
            self.let(let)
        rating, won = self._rated(node, name, known)
        found = self._outcome(name, rating, won, gate, frozenset(codes))
        seen_value = self._seen_value(node, name, value, gate, frozenset(codes))
        measured = Measured(node, seen_value, found, rating, won.number, stale)
        self.variables[f"{node.name}.value"] = seen_value
        if node.limits:
            self._limited(node, name, measured, late)
        return measured

    def let(self, node: r.Let) -> None:
        """Emit one named value."""
        self.variables[node.name] = self.value_of(node.value, node.name)
        self.magnitudes[node.name] = magnitude(node.value, self.magnitudes)

    def _lets_about_value(self, node: r.Measure) -> list[r.Let]:
        """The lets that rest on the value of the measure, directly or through one another."""
        names, found = {f"{node.name}.value"}, []
        for let in node.lets:
            if not names.isdisjoint(each.name for each in walk(let.value) if isinstance(each, e.Variable)):
                names.add(let.name)
                found.append(let)
        return found

    # ── what a measure needs before it is rated ──

    def _applies(self, node: r.Measure, gates: list[tuple[Sql, Sql]], codes: set[int]) -> None:
        if not node.applies:
            return
        words = " and ".join(f"`{self.text_of(applies.span)}`" for applies in node.applies)
        test = self.kept(
            kleene("and", [self.value_of(each.condition) for each in node.applies]), f"{node.name} applies"
        )
        code = self.code("not_applicable", words)
        codes.add(code)
        if not test.codes:
            gates.append((b.negation(test.sql), b.integer(code)))
            return
        gates.append((b.compare("=", test.sql, b.FALSE()), b.integer(code)))
        gates.append((b.is_null(test.sql), test.code))
        codes.update(test.codes)

    def _value(
        self, node: r.Measure, name: str, gates: list[tuple[Sql, Sql]], codes: set[int]
    ) -> Value | None:
        if node.value is None:
            self._fresh(node, gates, codes)
            return None
        value = self.value_of(node.value, f"{name} found" if gates or node.fresh else f"{name} value")
        if value.codes:
            gates.append((b.is_null(value.sql), value.code))
            codes.update(value.codes)
        self._fresh(node, gates, codes)
        return value

    def _fresh(self, node: r.Measure, gates: list[tuple[Sql, Sql]], codes: set[int]) -> None:
        fresh = node.fresh
        if fresh is None:
            return
        day = self.as_day(self.value_of(fresh.by))
        if day.codes:
            unknown = self.code("missing", f"the age is unknown: `{self.text_of(fresh.by.span)}` is missing")
            gates.append((b.is_null(day.sql), b.integer(unknown)))
            codes.add(unknown)
        if fresh.expired is not None:
            expired = self.code("expired", f"older than {fresh.expired:g} {fresh.expired_unit}")
            gates.append((self.older(day.sql, fresh.expired, fresh.expired_unit), b.integer(expired)))
            codes.add(expired)

    def _stale(self, node: r.Measure, name: str, gate: Sql | None) -> Sql | None:
        """Whether the value is old; what has no value is not, also where an override gives it a band."""
        fresh = node.fresh
        if fresh is None or fresh.stale is None:
            return None
        day = self.as_day(self.value_of(fresh.by))
        old = b.coalesce(self.older(day.sql, fresh.stale, fresh.stale_unit), b.FALSE())
        return self.named(old if gate is None else b.conjunction([b.is_null(gate), old]), f"{name} stale")

    def _seen_value(
        self, node: r.Measure, name: str, value: Value | None, gate: Sql | None, codes: frozenset[int]
    ) -> Value:
        """The value as others see it: NA for the same reason as the measure, where that comes before the rating."""
        if value is None:
            nothing = b.null(DOUBLE)
            return Value(nothing, NUMBER, gate, Form(codes), atom=True)
        if gate is None:
            return value
        only_own = codes == value.codes
        sql = value.sql
        if not only_own:
            sql = self.named(
                b.case([(b.is_null(gate), value.sql)], b.null(stored_type(value.type, value.form))),
                f"{name} value",
            )
        return Value(sql, value.type, gate, evolve(value.form, codes=codes), atom=True)

    # ── rating ──

    def _rated(self, node: r.Measure, name: str, value: Value | None) -> tuple[Rating, Won]:
        rating = Rating(self._scale(node.bands))
        if node.as_given:
            return rating, self._as_given(node, rating, value)
        if not node.rates:
            rating.entries.append(Entry(None, b.null(DOUBLE), node.span.line, None))
            return rating, Won(b.integer(0))
        starts: list[int] = []
        wons: list[Won] = []
        none_fits = self.code("invalid", f"no row of `{node.label}` fits", "", "RE505")
        for number, block in enumerate(node.rates):
            starts.append(len(rating.entries))
            wons.append(self._block(node, block, rating, f"{name} rate {number + 1}", none_fits))
        if len(node.rates) == 1 and node.rates[0].condition is None:
            return rating, wons[0]
        return rating, self._blocks(node, rating, wons, name, none_fits)

    def _scale(self, key: str) -> Scale | None:
        return self.scales[key] if key else None

    def _as_given(self, node: r.Measure, rating: Rating, value: Value | None) -> Won:
        assert value is not None
        scale = self.scales[node.bands]
        for place in range(len(scale.names)):
            rating.entries.append(entry_of_band(scale, place, node.span.line, None))
        words = f"the given word is no band: the bands are {', '.join(scale.names)}"
        code = self.code("invalid", words, "", "RE512")
        rating.entries.append(Entry(None, b.null(DOUBLE), node.span.line, None, code=code))
        places = [
            (b.compare("=", value.sql, b.text(word)), b.integer(place))
            for place, word in enumerate(scale.names)
        ]
        return Won(b.case(places, b.integer(len(scale.names))))

    def _block(self, node: r.Measure, block: r.RateBlock, rating: Rating, name: str, none_fits: int) -> Won:
        """The rows of a block, numbered among all entries of the measure."""
        start = len(rating.entries)
        conditions = [None if row.condition is None else self.condition(row.condition) for row in block.rows]
        rating.entries += [
            self._row_entry(node, row, f"{name} row {place + 1}") for place, row in enumerate(block.rows)
        ]
        if None not in conditions:
            rating.entries.append(Entry(None, b.null(DOUBLE), block.span.line, None, code=none_fits))
        entries = rating.entries[start:]
        won = won_by(
            self, conditions, lambda one, other: same_entries(self, entries[one], entries[other]), name
        )
        number = won.number if not start else b.add(won.number, b.integer(start))
        return Won(self.named(number, f"{name} row") if len(node.rates) > 1 else number, won.na, won.codes)

    def _blocks(self, node: r.Measure, rating: Rating, wons: list[Won], name: str, none_fits: int) -> Won:
        conditions = [
            None if block.condition is None else self.condition(block.condition) for block in node.rates
        ]
        numbers_of = [won.number for won in wons]
        last = len(rating.entries)
        if None not in conditions:
            rating.entries.append(Entry(None, b.null(DOUBLE), node.span.line, None, code=none_fits))
            numbers_of.append(b.integer(last))
            wons = [*wons, Won(b.integer(last))]
        asked = is_undecided(conditions)
        signatures = (
            [rating.signature(self, won, asked, f"{name} rate {place}") for place, won in enumerate(wons, 1)]
            if any(each is not None and each.codes for each in conditions)
            else []
        )
        outer = won_by(
            self, conditions, lambda one, other: rating.alike(self, signatures[one], signatures[other]), name
        )
        block = self.named(outer.number, f"{name} rate")
        number = chosen(block, list(numbers_of), b.null_code())
        codes = outer.codes.union(*(won.codes for won in wons))
        branches = [(b.is_null(block), outer.na)] if outer.na is not None else []
        branches += [
            (b.compare("=", block, b.integer(place)), won.na)
            for place, won in enumerate(wons)
            if won.na is not None
        ]
        return Won(number, b.case(branches, b.null_code()) if branches else None, codes)

    def _row_entry(self, node: r.Measure, row: r.Row, name: str) -> Entry:
        outcome, line = row.outcome, row.span.line
        if isinstance(outcome, r.BandOutcome):
            return entry_of_band(self.scales[node.bands], outcome.position, line, row.because)
        if isinstance(outcome, r.NaOutcome):
            mark = "RE506" if outcome.reason == "invalid" else ""
            return Entry(
                None,
                b.null(DOUBLE),
                line,
                None,
                code=self.code(outcome.reason, outcome.text or row.because or "", "", mark),
            )
        points = self.kept(self._points_of_row(outcome), f"{name} points")
        if not (node.banded_points and self.scales[node.bands].has_intervals if node.bands else False):
            return Entry(None, points.sql, line, row.because, points if points.codes else None)
        scale = self.scales[node.bands]
        band = self.named(scale.band(points.sql), f"{name} band")
        outside = self.reasons.code(scale.outside)
        code = b.case([(b.is_null(points.sql), points.code)] if points.codes else [], b.integer(outside))
        inside = self.named(b.case([(b.is_known(band), points.sql)], b.null(DOUBLE)), f"{name} points inside")
        return Entry(
            band,
            inside,
            line,
            row.because,
            Value(inside, NUMBER, code, Form(points.codes | {outside}), atom=True),
        )

    def _points_of_row(self, outcome: r.PointsOutcome | r.StepsOutcome | r.LinearOutcome) -> Value:
        if isinstance(outcome, r.PointsOutcome):
            return self.expression(outcome.value)
        if isinstance(outcome, r.StepsOutcome):
            return self._steps(outcome)
        parts = [
            self.value_of(part)
            for part in (outcome.value, outcome.start, outcome.end, outcome.low, outcome.high)
        ]
        made = numbers.linear(self.dialect, *(part.sql for part in parts))
        return self.strict(parts, made, outcome.value)

    def _steps(self, outcome: r.StepsOutcome) -> Value:
        operator = {"above": ">", "from": ">=", "below": "<", "up to": "<="}[outcome.relation]
        value = self.value_of(outcome.value)
        tests = [
            self.value_of(e.Compare(operator, outcome.value, edge, type=FLAG, span=edge.span))
            for edge in outcome.edges
        ]
        total: Sql = b.double(0)
        for test in tests:
            total = b.add(total, b.case([(test.sql, b.double(1))], b.double(0)))
        operands = [value, *tests]
        tested = [each for each in operands if each.codes]
        known = (
            b.case([(b.disjunction([b.is_null(each.sql) for each in tested]), b.null(DOUBLE))], total)
            if tested
            else total
        )
        return self.strict(operands, known, outcome.value)

    # ── the outcome ──

    def _outcome(self, name: str, rating: Rating, won: Won, gate: Sql | None, gated: frozenset[int]) -> Rated:
        number = self.named(won.number, f"{name} row") if rating.gives_na(won) else won.number
        inner, codes = rating.na_of(number, won)
        branches = [(b.is_known(gate), gate)] if gate is not None else []
        everything = gated | codes
        na: Sql | None = None
        if everything:
            na = b.case(branches, inner if inner is not None else b.null_code()) if branches else inner
            assert na is not None
            na = self.named(na, f"{name} na") if inner is not None or gate is None else gate
        known = [(b.is_null(na), number)] if na is not None else []
        row = self.named(b.case(known, b.null_code()) if known else number, f"{name} won")
        band = self.named(rating.band_of(row), f"{name} band")
        points = self.named(rating.points_of(row), f"{name} points")
        state = Value(row, NUMBER, na, Form(everything), atom=True)
        return Rated(state, points, band, points)

    def _limited(self, node: r.Measure, name: str, measured: Measured, late: list[r.Let]) -> None:
        asked = {
            each.name
            for limit in node.limits
            for each in walk((limit.condition, limit.score))
            if isinstance(each, e.Variable)
        }
        if not asked.isdisjoint(let.name for let in late):
            for let in late:
                self.let(let)
        scale = self._scale(node.bands)
        derives = scale is not None and scale.has_intervals and (node.banded_points or node.as_given)
        acting = self.acting(node.limits, name)
        measured.limited = Limits(self, name, scale, derives, True, acting).applied(measured.rated)
        measured.rated = measured.limited.after

    def acting(self, limits: Sequence[r.Limit], name: str) -> list[Acting]:
        """Which limits hold."""
        found = []
        for place, limit in enumerate(in_order(limits), 1):
            score = (
                None
                if limit.score is None
                else self.value_of(limit.score, f"{name} {limit.kind} {place} score")
            )
            tests = [b.is_known(score.sql)] if score is not None and score.codes else []
            if limit.condition is not None:
                test = self.value_of(limit.condition, f"{name} {limit.kind} {place} condition")
                tests.append(b.coalesce(test.sql, b.FALSE()) if test.codes else test.sql)
            holds = self.named(b.conjunction(tests), f"{name} {limit.kind} {place} holds")
            found.append(Acting(limit, holds, None if score is None else score.sql))
        return found

    # ── references ──

    def measure_reference(self, node: e.Reference) -> Value:
        """The points or the value of a measure."""
        found = self.measures[node.name]
        if node.part == "value":
            return found.value
        rated = found.computed if node.part.startswith("computed") else found.rated
        return self._or_nothing(rated, rated.score, NO_POINTS)

    def measure_band(self, name: str, computed: bool) -> Value:
        """The position of the band of a measure, or NA."""
        found = self.measures[name]
        rated = found.computed if computed else found.rated
        return self._or_nothing(rated, rated.band, NO_BAND)

    def _or_nothing(self, rated: Rated, sql: Sql, none: NA) -> Value:
        """A part of what something comes to: NA as it is, or because there is no such part."""
        code = self.reasons.code(none)
        na = b.case(
            [(b.is_null(rated.state.sql), rated.state.code)] if rated.state.codes else [], b.integer(code)
        )
        return Value(sql, NUMBER, na, Form(rated.state.codes | {code}), atom=True)

    def measure_status(self, name: str, words: Sequence[str], computed: bool) -> Value:
        """A test of the status of a measure, before its limits when it is `computed`."""
        found = self.measures[name]
        state = (found.computed if computed else found.rated).state
        tests: list[Sql] = []
        if "scored" in words:
            tests.append(b.is_known(state.sql))
        elif "stale" in words and found.stale is not None:
            tests.append(b.conjunction([b.is_known(state.sql), found.stale]))
        reasons = [word for word in words if word not in ("scored", "stale")]
        if reasons:
            tests.append(has_reason(state, reasons))
        return Value(b.disjunction(tests), FLAG)
