"""Measures: value, rating, freshness, applicability, limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ruleengine.compiler import units
from ruleengine.compiler.bands import Bands
from ruleengine.compiler.context import CompiledMeasure, qualified, unknown
from ruleengine.compiler.expressions import number_value
from ruleengine.compiler.scope import Scope, Symbol
from ruleengine.compiler.tables import Definitions
from ruleengine.diagnostics import did_you_mean
from ruleengine.source import Span
from ruleengine.syntax import tree as t
from ruleengine.syntax.walk import bare_names
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import FLAG, NUMBER, UNKNOWN, Kind

NA_REASONS_OF_ROWS = ("not_applicable", "missing", "excluded", "invalid", "expired")


def only(statements: Iterable[Any], kind: type, report: Definitions) -> Any:
    """The one statement of a kind; a second one is reported."""
    found: list[Any] = [statement for statement in statements if isinstance(statement, kind)]
    for extra in found[1:]:
        report.context.report("RE110", extra.span, "this statement appears twice", "keep one of them")
    return found[0] if found else None


def description_of(statements: Iterable[Any], what: str, report: Definitions) -> str:
    """The `description` of a block, which has no other property."""
    found = only(statements, t.Property, report)
    if found is None:
        return ""
    if found.key != "description":
        message = f"a {what} has no `{found.key}`"
        report.context.report("RE213", found.span, message, "write `description`")
    return str(found.text)


class Measures(Definitions):
    """Compiles the measures of one module."""

    def compile_measure(self, symbol: Symbol) -> CompiledMeasure:
        """The evaluation node of a measure."""
        node = symbol.node
        assert isinstance(node, t.Measure)
        name = self.context.unique(qualified(symbol))
        bands = self.bands_of_measure(node)
        if bands is not None:
            self.context.bands_of[name] = bands.key
        lets, late, before, scope, value = self._values(node, name)
        if value is not None:
            self.context.value_types[name] = value.type
        rates = self._rates(node, scope, bands, value)
        as_given = only(node.statements, t.RateAsGiven, self)
        self._check_rating(node, value, as_given)
        use = only(node.statements, t.BandsUse, self)
        measure = r.Measure(
            name, node.name, node.title or node.name, (*lets, *late), self._applies(node, before), value,
            self._percent(node), self._fresh(node, scope), rates, as_given is not None,
            bands.key if bands is not None else "",
            bands is not None and (use is not None or _has_band_rows(node)),
            self.limits(node.statements, scope, bands), self.missing_policy(node.statements, bands, in_card=False),
            self._baseline(node, scope), description_of(node.statements, "measure", self), visible=self.module.is_root, span=node.span,
        )  # fmt: skip
        if not rates and as_given is None and bands is not None:
            del self.context.bands_of[name]
        return CompiledMeasure(measure, value.type if value is not None else unknown(node.span).type)

    # ── values ──

    def _values(
        self, node: t.Measure, name: str
    ) -> tuple[list[r.Let], list[r.Let], Scope, Scope, e.Expression | None]:
        """Lets that do not need the value, lets that do, the scope before there is a value and with it, and the value."""
        statement = only(node.statements, t.Value, self)
        late = _lets_about_value(node) if statement is not None else []
        known_late = {id(let) for let in late}  # nodes are equal wherever they stand
        early = [let for let in node.statements if isinstance(let, t.Let) and id(let) not in known_late]
        lets, before = self._lets(early, name, Scope())
        scope = before
        value = None
        if statement is not None:
            value = self.elaborate(statement.value, scope)
            variable = e.Variable(f"{name}.value", type=value.type, span=statement.value.span)
            variables = (
                scope.variables if "value" in scope.variables else {**scope.variables, "value": variable}
            )
            scope = Scope(variables, value=variable)
        elif node.name in self.module.damaged:  # its `value` may be what was reported
            missing = e.Variable(f"{name}.value", type=UNKNOWN, span=node.span)
            scope = Scope({"value": missing, **scope.variables}, value=missing)
        late_lets, scope = self._lets(late, name, scope)
        return lets, late_lets, before, scope, value

    def _lets(self, lets: list[t.Let], name: str, scope: Scope) -> tuple[list[r.Let], Scope]:
        compiled = []
        for let in lets:
            if let.name in scope.variables:
                self.context.report("RE202", let.name_span, f"`{let.name}` is declared twice in this measure")
            value = self.elaborate_any(let.value, scope)
            unique = self.context.unique(f"{name}.{let.name}")
            compiled.append(r.Let(unique, let.name, value, span=let.span))
            inner = scope.with_variable(let.name, unique, value.type, let.name_span)
            scope = Scope(inner.variables, value=scope.value)
        return compiled, scope

    def _percent(self, node: t.Measure) -> bool:
        return any(isinstance(statement, t.Value) and statement.percent for statement in node.statements)

    def _applies(self, node: t.Measure, scope: Scope) -> tuple[r.Applies, ...]:
        conditions = []
        for statement in node.statements:
            if isinstance(statement, t.AppliesWhen):
                conditions.append(r.Applies(self.condition(statement.condition, scope), span=statement.span))
            elif isinstance(statement, t.AppliesTo):
                segments = [self.segment(word) for word in statement.names]
                any_of: e.Expression = (
                    segments[0] if len(segments) == 1 else e.Logic("or", tuple(segments), type=FLAG, span=statement.span)
                ) if segments else e.Constant(False, type=FLAG, span=statement.span)  # fmt: skip
                test = e.Not(any_of, type=FLAG, span=statement.span) if statement.everyone else any_of
                conditions.append(r.Applies(test, span=statement.span))
        return tuple(conditions)

    def segment(self, word: t.Word) -> e.Expression:
        """The flag of a segment."""
        symbol = self.module.symbols.get(word.name)
        if symbol is None or symbol.origin.kind != "segment":
            if word.name in self.module.damaged:
                return unknown(word.span)
            names = [known.name for known in self.module.symbols_of("segment")]
            hint = did_you_mean(word.name, names) or (
                "segments are " + ", ".join(f"`{name}`" for name in names) if names else ""
            )
            return self.context.fault("RE201", word.span, f"unknown segment `{word.name}`", hint)
        return self.elaborate(t.Name(word.name, span=word.span), Scope())

    def _fresh(self, node: t.Measure, scope: Scope) -> r.Fresh | None:
        statement = only(node.statements, t.Fresh, self)
        if statement is None:
            return None
        if statement.stale is None and statement.expired is None:
            self.context.report(
                "RE111",
                statement.span,
                "`fresh by` needs a limit",
                "add `, stale after 90 days` or `, expired after 120 days`",
            )
        by = self._day(statement.by, scope)
        (stale, stale_unit), (expired, expired_unit) = (
            self.duration(statement.stale),
            self.duration(statement.expired),
        )
        if stale is not None and expired is not None and stale_unit == expired_unit and stale >= expired:
            self.context.report(
                "RE403",
                statement.stale.span,
                "this is never stale: it expires first",
                "stale comes before expired",
            )
        return r.Fresh(by, stale, stale_unit, expired, expired_unit, span=statement.span)

    def duration(self, number: t.Number | None) -> tuple[float | None, str]:
        """A duration literal in whole days or months."""
        if number is None:
            return None, "days"
        kind = units.UNIT_WORDS[number.unit][1]
        value = number_value(number, kind)
        if value != int(value):
            self.context.report("RE320", number.span, "ages are counted in whole days or months")
        return value, kind.unit

    def _baseline(self, node: t.Measure, scope: Scope) -> e.Expression | None:
        statement = only(node.statements, t.Baseline, self)
        return None if statement is None else self.quantity(statement.value, scope)

    # ── rating ──

    def bands_of_measure(self, node: t.Measure) -> r.BandSet | None:
        use = only(node.statements, t.BandsUse, self)
        words = list(_band_words(node))
        given = any(isinstance(statement, t.RateAsGiven) for statement in node.statements)
        if use is None and not words and not given:
            return None
        return Bands(self.context, self.module).find(use, words, node.name_span)

    def _check_rating(
        self, node: t.Measure, value: e.Expression | None, as_given: t.RateAsGiven | None
    ) -> None:
        ratings = [s for s in node.statements if isinstance(s, t.Rate | t.RateAsGiven | t.Points)]
        if as_given is not None and len(ratings) > 1:
            self.context.report(
                "RE110", as_given.span, "`rate as given` stands alone", "remove the other ratings"
            )
        if (
            as_given is not None
            and value is not None
            and not units.is_text(value.type)
            and not units.is_any(value.type)
        ):
            self.context.report(
                "RE301",
                as_given.span,
                f"`as given` needs the word of a band, and the value is {units.named(value.type)}",
            )
        if as_given is not None and value is None:
            self.context.report("RE111", as_given.span, "`rate as given` needs a `value`")
        if value is None and not ratings and node.name not in self.module.damaged:
            self.context.report(
                "RE111",
                node.name_span,
                f"the measure `{node.name}` has neither a value nor a rating",
                "add `value …` and `rate { … }`",
            )

    def _rates(
        self, node: t.Measure, scope: Scope, bands: r.BandSet | None, value: e.Expression | None
    ) -> tuple[r.RateBlock, ...]:
        blocks = []
        always: Span | None = None
        for statement in node.statements:
            if isinstance(statement, t.Points):
                outcome = self._outcome(statement.outcome, None, scope, bands)
                row = r.Row(None, outcome, None, span=statement.span)
                block = r.RateBlock(None, (row,), span=statement.span)
            elif isinstance(statement, t.Rate):
                condition = (
                    None if statement.condition is None else self.condition(statement.condition, scope)
                )
                block = r.RateBlock(condition, self._rows(statement, scope, bands), span=statement.span)
            else:
                continue
            if always is not None:
                self.context.report(
                    "RE403", statement.span, "this rating can never win: the one before always holds"
                )
            if block.condition is None:
                always = statement.span
            blocks.append(block)
        return tuple(blocks)

    def _rows(self, rate: t.Rate, scope: Scope, bands: r.BandSet | None) -> tuple[r.Row, ...]:
        rows = []
        inner = scope.about(scope.value)
        for row in rate.rows:
            condition = None if row.test is None else self.condition(row.test, inner)
            outcome = self._outcome(row.outcome, row.test, scope, bands)
            rows.append(r.Row(condition, outcome, row.because, span=row.span))
        if not rows and not self.module.damaged:
            self.context.report("RE111", rate.span, "this rating has no rows")
        return tuple(rows)

    def _outcome(
        self, outcome: t.Outcome, test: t.Expression | None, scope: Scope, bands: r.BandSet | None
    ) -> r.Outcome:
        if isinstance(outcome, t.BandOutcome):
            position = Bands(self.context, self.module).position(bands, outcome.word)
            return r.BandOutcome(position if position is not None else 0)
        if isinstance(outcome, t.PointsOutcome):
            return r.PointsOutcome(self.points(outcome.value, scope))
        if isinstance(outcome, t.StepsOutcome):
            return self._steps(outcome, scope)
        if isinstance(outcome, t.LinearOutcome):
            return self._linear(outcome, test, scope)
        if outcome.reason not in NA_REASONS_OF_ROWS:
            help_text = did_you_mean(outcome.reason, NA_REASONS_OF_ROWS) or "reasons are " + ", ".join(
                NA_REASONS_OF_ROWS
            )
            self.context.report("RE214", outcome.span, f"`{outcome.reason}` is no reason for NA", help_text)
        return r.NaOutcome(outcome.reason, outcome.text or "")

    def points(self, node: t.Expression, scope: Scope) -> e.Expression:
        """An expression for points: a plain number."""
        found = self.quantity(node, scope)
        if found.type.kind is Kind.NUMBER and found.type.unit not in ("", "count", "percent"):
            return self.context.fault(
                "RE302",
                node.span,
                f"points are a plain number, and this is {units.named(found.type)}",
                "divide by the unit: for example `/ 1 day`",
            )
        return found

    def _steps(self, outcome: t.StepsOutcome, scope: Scope) -> r.Outcome:
        edges = tuple(self.elaborate(edge, scope) for edge in outcome.edges)
        if scope.value is None:
            self.context.report(
                "RE111", outcome.span, "`steps` counts edges of the value, and this measure has no `value`"
            )
            return r.NaOutcome("invalid", "")
        for edge, syntax in zip(edges, outcome.edges, strict=True):
            objection = units.compare("<", scope.value.type, edge.type, literal=True)
            if objection is not None and not (isinstance(edge, e.Constant) and edge.value == 0):
                self.context.report(objection.code, syntax.span, objection.message, objection.help)
        return r.StepsOutcome(scope.value, outcome.relation, edges)

    def _linear(self, outcome: t.LinearOutcome, test: t.Expression | None, scope: Scope) -> r.Outcome:
        interval = (
            test.target if isinstance(test, t.In) and test.subject is None and not test.negated else None
        )
        if (
            not isinstance(interval, t.Interval)
            or interval.low is None
            or interval.high is None
            or scope.value is None
        ):
            self.context.report(
                "RE111",
                outcome.span,
                "`linear` needs an interval with two ends",
                "for example `linear 20..40 when in 10..15`",
            )
            return r.NaOutcome("invalid", "")
        found = self.between(scope.value, interval, scope, interval.span)
        if not isinstance(found, e.Between) or found.low is None or found.high is None:
            return r.NaOutcome("invalid", "")
        return r.LinearOutcome(
            scope.value,
            self.points(outcome.low, scope),
            self.points(outcome.high, scope),
            found.low,
            found.high,
        )

    # ── limits and missing policies, shared with scorecards ──

    def limits(self, statements: Iterable[Any], scope: Scope, bands: r.BandSet | None) -> tuple[r.Limit, ...]:
        """Caps, floors and overrides."""
        found = []
        for statement in statements:
            if not isinstance(statement, t.Limit):
                continue
            condition = None if statement.condition is None else self.condition(statement.condition, scope)
            band = (
                None
                if statement.band is None
                else Bands(self.context, self.module).position(bands, statement.band)
            )
            score = None if statement.score is None else self.points(statement.score, scope)
            found.append(
                r.Limit(statement.kind, band, score, condition, statement.because, span=statement.span)
            )
        return tuple(found)

    def missing_policy(
        self, statements: Iterable[Any], bands: r.BandSet | None, in_card: bool
    ) -> r.Missing | None:
        """The `missing` statement of a measure, card or group."""
        statement = only(statements, t.Missing, self)
        if statement is None:
            return None
        if not in_card and statement.policy not in ("redistribute", "impute", "as zero"):
            self.context.report(
                "RE213", statement.span, f"`missing {statement.policy}` belongs to a scorecard or group"
            )
            return None
        value: e.Expression | None = None
        band = None
        if statement.policy == "impute":
            band = _imputed_band(statement, bands)
            value = self._imputed(statement, band)
        elif statement.policy == "as zero":
            value = e.Constant(0, type=NUMBER, span=statement.span)
        elif statement.policy == "coverage":
            value = self.elaborate(statement.value, Scope())
        label = band.name if band is not None else None
        return r.Missing(
            statement.policy, value, statement.number, statement.total, label, span=statement.span
        )

    def _imputed(self, statement: t.Missing, band: r.Band | None) -> e.Expression:
        node = statement.value
        assert node is not None  # `impute` says what
        if band is None:
            return self.points(node, Scope())
        if band.points is None:
            return self.context.fault(
                "RE314",
                statement.span,
                f"the band `{band.name}` has no points",
                "declare its points, or impute a number",
            )
        return e.Constant(band.points, type=NUMBER, span=node.span)


def _lets_about_value(node: t.Measure) -> list[t.Let]:
    """The lets that rest on the value of the measure, directly or through one another."""
    found: list[t.Let] = []
    names = {"value"}
    for let in node.statements:
        if isinstance(let, t.Let) and not names.isdisjoint(bare_names(let.value)):
            found.append(let)
            names.add(let.name)
    return found


def _imputed_band(statement: t.Missing, bands: r.BandSet | None) -> r.Band | None:
    node = statement.value
    word = node.name if isinstance(node, t.Name) else node.value if isinstance(node, t.Text) else None
    return next((band for band in bands.bands if band.name == word), None) if bands is not None else None


def _band_words(node: t.Measure) -> Iterable[t.Word]:
    for statement in node.statements:
        if isinstance(statement, t.Rate):
            for row in statement.rows:
                if isinstance(row.outcome, t.BandOutcome):
                    yield row.outcome.word
        elif isinstance(statement, t.Limit) and statement.band is not None:
            yield statement.band


def _has_band_rows(node: t.Measure) -> bool:
    rates = [statement for statement in node.statements if isinstance(statement, t.Rate)]
    return any(isinstance(row.outcome, t.BandOutcome) for rate in rates for row in rate.rows)
