"""Evaluation tree → Python text, for measures.

A measure becomes one local that is NA, or the tuple (band, points, line, because, points as a parent sees them); where
only its points are needed, it is these points. Outcomes of rows that give a band end with their entry in the result.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, nullcontext

import attrs

from ruleengine.evaluator.queries import QueryWriter
from ruleengine.evaluator.runtime import clean
from ruleengine.evaluator.scales import NO_BAND, NO_POINTS, Scale
from ruleengine.evaluator.writer import Code
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.magnitude import magnitude
from ruleengine.tree.needs import needs_of_result
from ruleengine.tree.walk import walk
from ruleengine.values import NA

#: Whole numbers of so many digits are printed as they are.
_MANY_DIGITS = 15.0
#: What the name of a measure ends with when it is written as if it never expired.
PAST = " was"


def name_of_value(node: r.Measure) -> str:
    """The name by which the expressions of a measure speak of its value."""
    return f"{node.name.removesuffix(PAST)}.value"


class MeasureWriter(QueryWriter):
    """Writes measures."""

    def __init__(self, program: r.Program, source_lines: dict[str, list[str]]) -> None:
        super().__init__(program, source_lines)
        self.bands = {bands.key: bands for bands in program.band_sets}
        self.measures: dict[str, r.Measure] = {}
        self.limited: set[str] = set()
        self.whole_values: set[str] = set()
        self.scales: dict[str, str] = {}
        self.needs = needs_of_result(program)
        self.suffix = ""  # of the locals that hold lets: those of a measure as it was have others

    def measure(self, node: r.Measure) -> None:
        """Write one measure."""
        self.measures[node.name] = node
        self.out.line("")
        self.out.line(f"# {node.span.line}: measure {node.label}")
        target = self.names.variable(node.name, "m_")
        value = self.names.variable(f"{node.name}.value", "v_")
        if node.fresh is not None and node.fresh.stale is not None:
            self.out.line(f"{self.names.variable(f'{node.name}.stale', 's_')} = False")
        late = self._lets_about_value(node)
        inside = self._lets_inside(node, late)
        for let in node.lets:
            if let.name in inside:
                continue
            if let in late:
                unset = self.names.constant(NA("missing", "there is no value"), "unset")
                self.out.line(f"{self.names.variable(let.name + self.suffix)} = {unset}")
            else:
                self.let(let)
        self.variables[name_of_value(node)] = Code(value, na=True, atom=True)
        with ExitStack() as stack:
            if node.applies:
                self._applies(node, target, value)
                stack.enter_context(self.out.block(f"if {target} is None"))
                for let in node.lets:
                    if let.name in inside:
                        self.let(let)
            self._value(node, target, value, stack)
            self._rate(node, target)
        self._limits(node, target)
        self.variables[name_of_value(node)] = Code(value, na=True, atom=True)
        for let in late:
            self.variables[let.name] = Code(self.names.variable(let.name + self.suffix), na=True, atom=True)

    def past_measure(self, node: r.Measure) -> None:
        """The measure once more, as if it never expired: for `was`. Nothing else sees what is written here."""
        kept = {name: self.variables[name] for name in (name_of_value(node), *(let.name for let in node.lets))
                if name in self.variables}  # fmt: skip
        self.suffix = PAST
        late = tuple(self._lets_about_value(node))
        self.measure(attrs.evolve(node, name=node.name + PAST, fresh=None, lets=late))
        self.suffix = ""
        self.variables |= kept

    def _lets_inside(self, node: r.Measure, late: list[r.Let]) -> set[str]:
        """The lets that nothing needs where the measure does not apply. Whole results have all: they are explained."""
        if self.tracing or not node.applies:
            return set()
        policy = node.missing.value if node.missing is not None else None
        limits = [part for limit in node.limits for part in (limit.condition, limit.score)]
        needed = variables_in((*(applies.condition for applies in node.applies), *limits, policy))
        needed |= {let.name for let in late}
        inside: set[str] = set()
        for let in reversed(node.lets):
            if let.name in needed:
                needed |= variables_in(let.value)
            else:
                inside.add(let.name)
        return inside

    def let(self, node: r.Let) -> None:
        """Write one named value."""
        name = self.names.variable(node.name + self.suffix)
        found = self.expression(node.value)
        self.out.line(f"{name} = {found.text}")
        self.variables[node.name] = Code(name, found.na, atom=True, whole=found.whole)
        self.magnitudes[node.name] = magnitude(node.value, self.magnitudes)

    def _lets_about_value(self, node: r.Measure) -> list[r.Let]:
        """The lets that rest on the value of the measure, directly or through one another."""
        names, found = {name_of_value(node)}, []
        for let in node.lets:
            if not names.isdisjoint(variables_in(let.value)):
                names.add(let.name)
                found.append(let)
        return found

    def _applies(self, node: r.Measure, target: str, value: str) -> None:
        words = " and ".join(f"`{self.text_of(applies.span)}`" for applies in node.applies)
        na = self.names.constant(NA("not_applicable", words), "not_applicable")
        test = self.logic("and", [applies.condition for applies in node.applies])
        if test.na:
            test = self.atom(test)
            self.out.line(
                f"{target} = None if {test.text} is True else {na} if {test.text} is False else {test.text}"
            )
        else:
            self.out.line(f"{target} = None if {test.text} else {na}")
        self.out.line(f"{value} = {target}")

    def _value(self, node: r.Measure, target: str, value: str, stack: ExitStack) -> None:
        """Write value and freshness; what follows stands where both are there."""
        stale = self.names.variable(f"{node.name}.stale", "s_")
        known = Code("None", atom=True)
        if node.value is not None:
            known = self.expression(node.value)
            if known.whole and magnitude(node.value, self.magnitudes) <= _MANY_DIGITS:
                self.whole_values.add(node.name)
            self.out.line(f"{value} = {known.text}")
            if known.na:
                with self.out.block(f"if {value}.__class__ is NA"):
                    self.out.line(f"{target} = {value}")
                stack.enter_context(self.out.block("else"))
        elif not node.applies:
            self.out.line(f"{value} = None")
        if node.fresh is not None:
            self._fresh(node, node.fresh, target, value, stale, stack)
        self.variables[name_of_value(node)] = Code(value, na=False, atom=True, whole=known.whole)
        for let in self._lets_about_value(node):
            self.let(let)

    def _fresh(
        self, node: r.Measure, fresh: r.Fresh, target: str, value: str, stale: str, stack: ExitStack
    ) -> None:
        day = self.value_of(fresh.by)
        unknown = self.names.constant(self.age_unknown(fresh), "age_unknown")
        tests = []
        if day.na:
            tests.append((f"{day.text}.__class__ is NA", unknown))
        if fresh.expired is not None:
            words = f"older than {fresh.expired:g} {fresh.expired_unit}"
            expired = self.names.constant(NA("expired", words), "expired")
            tests.append((self._older(day.text, fresh.expired, fresh.expired_unit), expired))
        for position, (test, na) in enumerate(tests):
            with self.out.block(f"{'elif' if position else 'if'} {test}"):
                self.out.line(f"{target} = {value} = {na}")
        if tests:
            stack.enter_context(self.out.block("else"))
        if fresh.stale is not None:
            self.out.line(f"{stale} = {self._older(day.text, fresh.stale, fresh.stale_unit)}")

    def age_unknown(self, fresh: r.Fresh) -> NA:
        """The NA of a measure whose age is not known."""
        return NA("missing", f"the age is unknown: `{self.text_of(fresh.by.span)}` is missing")

    def _older(self, day: str, limit: float, unit: str) -> str:
        """Whether a date lies more than `limit` days or months back."""
        if unit == "days":
            return f"as_of - {day} > {int(limit)}"
        return f"as_of > {self.plus_months(limit)}[{day}]"

    # ── rating ──

    def _rate(self, node: r.Measure, target: str) -> None:
        if node.as_given:
            self._as_given(node, target)
            return
        if not node.rates:
            self.out.line(
                f"{target} = {self.names.constant((None, None, node.span.line, None, NO_POINTS), 'unrated')}"
            )
            return
        if len(node.rates) == 1 and node.rates[0].condition is None:
            self._rows_of(node, node.rates[0], target)
            return
        blocks: list[tuple[e.Expression | None, Callable[[str], bool]]] = []
        for block in node.rates:

            def write(name: str, block: r.RateBlock = block) -> bool:
                return self._rows_of(node, block, name)

            blocks.append((block.condition, write))
        self.rows(target, blocks, self._no_row_fits(node))

    def _no_row_fits(self, node: r.Measure | r.Table) -> str:
        na = NA("invalid", f"no row of `{getattr(node, 'label', node.name)}` fits", "", "RE505")
        return self.names.constant(na, "no_row_fits")

    def _rows_of(self, node: r.Measure, block: r.RateBlock, target: str) -> bool:
        rows: list[tuple[e.Expression | None, Callable[[str], bool]]] = []
        for row in block.rows:

            def write(name: str, row: r.Row = row) -> bool:
                return self._outcome(node, row, name)

            rows.append((row.condition, write))
        return self.rows(target, rows, self._no_row_fits(node))

    def _as_given(self, node: r.Measure, target: str) -> None:
        bands = self.bands[node.bands]
        outcomes = {band.name: self._of_band(node, band, node.span.line, None) for band in bands.bands}
        given = self.names.constant(outcomes, "given")
        value = self.names.variable(f"{node.name}.value", "v_")
        names = ", ".join(band.name for band in bands.bands)
        na = self.names.constant(
            self.no_band_given(f"the given word is no band: the bands are {names}"), "no_band"
        )
        self.out.line(f"{target} = {given}.get({value}, {na})")

    def no_band_given(self, words: str) -> NA:
        """The NA of a given word that is no band."""
        return NA("invalid", words, "", "RE512")

    def _outcome(self, node: r.Measure, row: r.Row, target: str) -> bool:
        """Write one outcome into `target`; returns whether it can be NA."""
        outcome, line = row.outcome, row.span.line
        if isinstance(outcome, r.BandOutcome):
            band = self.bands[node.bands].bands[outcome.position]
            found = self._of_band(node, band, line, row.because)
            text = repr(found) if found.__class__ is float else self.names.constant(found, f"row_{line}")
            self.out.line(f"{target} = {text}")
            return False
        if isinstance(outcome, r.NaOutcome):
            code = "RE506" if outcome.reason == "invalid" else ""
            na = NA(outcome.reason, outcome.text or row.because or "", "", code)
            self.out.line(f"{target} = {self.names.constant(na, f'row_{line}')}")
            return True
        points = self.atom(self._points(outcome), "points")
        if node.banded_points and self._has_intervals(node.bands):
            call = f"{self.scale(node.bands)}.outcome({points.text}, {line}, {row.because!r})"
            found = self.guarded((points,), call, na=True)
        else:
            entry = f"(None, {points.text}, {line}, {row.because!r}, {points.text})"
            found = points if node.name in self.needs.points_only else self.guarded((points,), entry)
        self.out.line(f"{target} = {found.text}")
        return found.na

    def _of_band(self, node: r.Measure, band: r.Band, line: int, because: str | None) -> object:
        """The outcome of a row that gives a band."""
        if node.name in self.needs.points_only:
            return _seen(band)
        entry = {
            "status": "scored",
            "value": None,
            "band": band.name,
            "points": None if band.points is None else clean(band.points),
            "reason": because,
            "line": line,
        }
        return (band.name, band.points, line, because, _seen(band), entry)

    def _has_intervals(self, key: str) -> bool:
        return bool(key) and any(band.has_interval for band in self.bands[key].bands)

    def _points(self, outcome: r.PointsOutcome | r.StepsOutcome | r.LinearOutcome) -> Code:
        if isinstance(outcome, r.PointsOutcome):
            return self.decimal(outcome.value)
        if isinstance(outcome, r.StepsOutcome):
            value = self.value_of(outcome.value)
            operator = {"above": ">", "from": ">=", "below": "<", "up to": "<="}[outcome.relation]
            tests = [
                self.expression(
                    e.Compare(operator, outcome.value, edge, type=outcome.value.type, span=edge.span)
                )
                for edge in outcome.edges
            ]
            undecided = [test for test in tests if test.na]
            if undecided:
                tests = undecided = [self.atom(test) for test in tests]
            passed = "".join(f"{test.text}, " for test in tests)
            return self.guarded((value, *undecided), f"({passed}).count(True) + 0.0")
        parts = [
            self.value_of(part)
            for part in (outcome.value, outcome.start, outcome.end, outcome.low, outcome.high)
        ]
        return self.guarded(parts, f"linear({', '.join(part.text for part in parts)})")

    def decimal(self, node: e.Expression) -> Code:
        """Points or a score that an expression gives: a double, also where that gives whole numbers."""
        if isinstance(node, e.Constant):
            return Code(repr(float(node.value) + 0.0), atom=True)
        found = self.value_of(node)
        return self.guarded((found,), f"{found.text} + 0.0")

    def has_entries(self, node: r.Measure) -> bool:
        """Whether each outcome ends with its entry in the result."""
        outcomes = [row.outcome for block in node.rates for row in block.rows]
        plain = all(isinstance(outcome, r.BandOutcome | r.NaOutcome) for outcome in outcomes)
        return plain and bool(outcomes or node.as_given) and not node.limits

    def computes_points(self, node: r.Measure) -> bool:
        """Whether points come out of arithmetic, or have many decimals, so that they are cleaned for the result."""
        outcomes = [row.outcome for block in node.rates for row in block.rows]
        written = [band.points for band in self.bands[node.bands].bands] if node.bands else []
        for outcome in outcomes:
            if isinstance(outcome, r.PointsOutcome) and isinstance(outcome.value, e.Constant):
                written.append(float(outcome.value.value))
            elif isinstance(outcome, r.LinearOutcome | r.PointsOutcome):
                return True
        if any(points is not None and clean(points) != points for points in written):
            return True
        return any(limit.score is not None for limit in node.limits)

    # ── limits ──

    def _limits(self, node: r.Measure, target: str) -> None:
        """Caps and floors, then the first override that holds."""
        if not node.limits:
            return
        self.limited.add(node.name)
        computed = self.names.variable(node.name, "c_")
        acted = self.names.variable(f"{node.name}.acted", "a_")
        self.out.line(f"{computed} = {target}")
        self.out.line(f"{acted} = []")
        self._lets_for_limits(node)
        self.limits(node.limits, acted)
        scale = self.scale(node.bands) if node.bands else "None"
        self.out.line(f"{target} = limited({computed}, {acted}, {scale}, {self._derives(node)})")

    def _lets_for_limits(self, node: r.Measure) -> None:
        """Write once more what rests on the value, for limits that speak of it: here it may be NA."""
        self.variables[name_of_value(node)] = Code(
            self.names.variable(f"{node.name}.value", "v_"), na=True, atom=True
        )
        about = self._lets_about_value(node)
        asked = variables_in(tuple((limit.condition, limit.score) for limit in node.limits))
        if not asked.isdisjoint(let.name for let in about):
            for let in about:
                self.let(let)

    def limits(self, limits: tuple[r.Limit, ...], acted: str) -> None:
        """Write which limits hold, into the list `acted`: (kind, band position, score, reason, line)."""
        for kind in ("floor", "cap", "override"):
            for limit in (found for found in limits if found.kind == kind):
                self._limit(limit, acted)

    def _limit(self, limit: r.Limit, acted: str) -> None:
        score = Code("None") if limit.score is None else self.atom(self.decimal(limit.score))
        entry = f"{acted}.append(({limit.kind!r}, {limit.band!r}, {score.text}, {limit.because!r}, {limit.span.line}))"
        tests = [f"{score.text}.__class__ is not NA"] if score.na else []
        if limit.condition is not None:
            test = self.expression(limit.condition)
            tests.append(f"{test.text} is True" if test.na else test.text)
        with self.out.block(f"if {' and '.join(tests)}") if tests else nullcontext():
            self.out.line(entry)
            self.limit_acts(limit, acted)

    def limit_acts(self, limit: r.Limit, acted: str) -> None:
        """A limit that holds has been noted in `acted`: for programs that count what they reach."""

    def scale(self, key: str) -> str:
        """The name of the band scale of a band set."""
        name = f"scale {key}"
        if name not in self.scales:
            self.scales[name] = self.names.constant(Scale(self.bands[key]), f"bands_{self.bands[key].name}")
        return self.scales[name]

    # ── references ──

    def measure_band(self, name: str, computed: bool) -> Code:
        """The band name of a measure, or NA."""
        found = self.names.variable(name, "c_" if computed and name in self.limited else "m_")
        none = self.names.constant(NO_BAND, "no_band")
        unknown = (
            "" if self._always_banded(self.measures[name]) else f" if {found}[0] is not None else {none}"
        )
        return self.atom(Code(f"({found} if {found}.__class__ is NA else {found}[0]{unknown})", na=True))

    def _always_banded(self, node: r.Measure) -> bool:
        """Whether each outcome that is not NA has a band."""
        outcomes = [row.outcome for rate in node.rates for row in rate.rows]
        if not outcomes and not node.as_given:
            return False
        if self._derives(node):
            return True
        by_score = any(limit.score is not None for limit in node.limits)
        return not by_score and all(isinstance(each, r.BandOutcome | r.NaOutcome) for each in outcomes)

    def _derives(self, node: r.Measure) -> bool:
        """Whether points of the measure have a band on the scale of its band set."""
        return self._has_intervals(node.bands) and (node.banded_points or node.as_given)

    def measure_reference(self, node: e.Reference) -> Code:
        """The points or the value of a measure."""
        if node.part == "value":
            return Code(self.names.variable(f"{node.name}.value", "v_"), na=True, atom=True)
        computed = node.part.startswith("computed") and node.name in self.limited
        found = self.names.variable(node.name, "c_" if computed else "m_")
        unrated = self.names.constant(NO_POINTS, "no_points")
        text = (
            f"({found} if {found}.__class__ is NA else {found}[1] if {found}[1] is not None else {unrated})"
        )
        return self.atom(Code(text, na=True))

    def measure_status(self, name: str, words: tuple[str, ...], computed: bool) -> Code:
        """A test of the status of a measure, before its limits when it is `computed`."""
        found = self.names.variable(name, "c_" if computed and name in self.limited else "m_")
        measure = self.measures[name]
        has_stale = measure.fresh is not None and measure.fresh.stale is not None
        stale = self.names.variable(f"{name}.stale", "s_")
        tests = []
        if "scored" in words:
            tests.append(f"{found}.__class__ is not NA")
        elif "stale" in words and has_stale:
            tests.append(f"({found}.__class__ is not NA and {stale})")
        reasons = [word for word in words if word not in ("scored", "stale")]
        if reasons:
            tests.append(
                f"({found}.__class__ is NA and {found}.reason in {{{', '.join(map(repr, sorted(reasons)))}}})"
            )
        return Code("(" + (" or ".join(tests) or "False") + ")")


def _seen(band: r.Band) -> float | NA:
    """What a parent sees of a band."""
    return NO_POINTS if band.points is None else band.points


def variables_in(node: object) -> set[str]:
    """The variables that stand somewhere in an expression."""
    return {found.name for found in walk(node) if isinstance(found, e.Variable)}
