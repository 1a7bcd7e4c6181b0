"""Measures made at random: every rating form, freshness, applicability, missing policies, limits."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.fields import FACTS, NUMBERS, WORDS
from tests.differential.names import BandSet, Rated
from tests.differential.nodes import compare, is_, make, number, path, word
from tests.differential.random_expressions import COMPARISONS, Maker

FORMS = (
    "value", "value", "value", "conditions", "points", "points", "statement", "steps", "given", "worded", "dated",
)  # fmt: skip
DURATIONS = ("7 days", "30 days", "90 days", "2 weeks", "1 month", "6 months", "1 year")


@frozen
class MeasureMaker:
    """Makes one measure of a ruleset whose band set is known."""

    maker: Maker
    bands: BandSet
    must_name_bands: bool

    def measure(self, name: str) -> tuple[Any, Rated]:
        """A measure, and what others may know about it."""
        form = self.maker.random.choice(FORMS)
        statements, rated = getattr(self, f"_{form}")(name)
        if rated.bands is not None and self.must_name_bands:
            statements = [make(tree.BandsUse, self.bands.name), *statements]
        chance = self.maker.chance
        if chance(0.3):
            statements.append(self._fresh())
        statements += self._applies()
        if chance(0.25):
            statements.append(self._missing(rated))
        for _ in range(self.maker.random.choice((0, 0, 0, 1, 2))):
            statements.append(self.limit(rated.bands, self.bands.pool))
        return make(tree.Measure, name, None, tuple(statements)), rated

    # ── Rating ──

    def _value(self, name: str) -> tuple[list[Any], Rated]:
        """A number that is held against edges, each row with a band."""
        kind = self.maker.random.choice(tuple(NUMBERS))
        value = make(tree.Value, self.maker.expression(kind, 2))
        blocks = [self._block(kind, None)]
        if self.maker.chance(0.3):
            blocks = [self._block(kind, self.maker.flag(1)) for _ in range(2)]
            if self.maker.chance(0.7):
                blocks.append(self._block(kind, None))
        return [value, *blocks], Rated(name, self.bands, kind, self.bands.has_points())

    def _block(self, kind: str, condition: Any) -> Any:
        count = self.maker.random.choice((1, 2, 3))
        rows = [make(tree.Row, self._outcome(kind), self._test(kind)) for _ in range(count)]
        banded = any(isinstance(row.outcome, tree.BandOutcome) for row in rows)
        if self.maker.chance(0.75) or not banded:
            rows.append(make(tree.Row, self._banded(), None))
        return make(tree.Rate, condition, tuple(rows))

    def _test(self, kind: str) -> Any:
        """What a row says about the value, now and then with something else."""
        if self.maker.chance(0.4):
            return make(tree.In, None, self.maker.interval(kind))
        test = compare(None, self.maker.random.choice(COMPARISONS), self.maker.literal(kind))
        if self.maker.chance(0.15):
            other = compare(None, self.maker.random.choice(COMPARISONS), self.maker.literal(kind))
            return make(tree.Logic, self.maker.random.choice(("and", "or")), (test, other))
        if self.maker.chance(0.15):
            return make(tree.Logic, "and", (test, self.maker.flag(1)))
        return test

    def _worded(self, name: str) -> tuple[list[Any], Rated]:
        """A text, a choice or a list whose rows say what it is."""
        text = self.maker.random.choice(WORDS)
        tests = [
            compare(None, "=", make(tree.Text, text)),
            make(tree.In, None, (make(tree.Text, text), make(tree.Text, "x"))),
        ]
        value = self.maker.expression("text", 2)
        if self.maker.chance(0.3):
            value = path("words")
            tests = []
        tests.append(
            make(tree.Contains, None, make(tree.Text, self.maker.random.choice(("dev", "e", "gold"))))
        )
        tests.append(is_(None, self.maker.random.choice(("known", "missing"))))
        return self._about(name, value, tests)

    def _dated(self, name: str) -> tuple[list[Any], Rated]:
        """A date or a moment whose rows say when it was."""
        value = self.maker.expression("date", 2) if self.maker.chance(0.7) else self.maker.named("timestamp")
        ends = self.maker.date_interval()
        tests = [
            compare(None, self.maker.random.choice(COMPARISONS), self.maker.literal("date")),
            make(tree.Within, None, number(self.maker.random.choice(DURATIONS))),
            make(tree.In, None, make(tree.Interval, *ends, False, self.maker.chance(0.5))),
        ]
        return self._about(name, value, tests)

    def _about(self, name: str, value: Any, tests: list[Any]) -> tuple[list[Any], Rated]:
        """Rows with tests about a value, and perhaps one for all others."""
        rows = [
            make(tree.Row, self._banded(), each)
            for each in self.maker.random.sample(tests, min(2, len(tests)))
        ]
        if self.maker.chance(0.7):
            rows.append(make(tree.Row, self._banded(), None))
        return [make(tree.Value, value), make(tree.Rate, None, tuple(rows))], self._banded_only(name)

    def _banded(self) -> Any:
        return make(tree.BandOutcome, word(self.maker.random.choice(self.bands.words)))

    def _outcome(self, kind: str) -> Any:
        if self.maker.chance(0.08):
            return make(
                tree.NaOutcome, self.maker.random.choice(("not_applicable", "excluded", "missing")), "no"
            )
        if self.maker.chance(0.12):
            return make(tree.PointsOutcome, number(self.maker.random.choice(self.bands.pool)))
        return self._banded()

    def _conditions(self, name: str) -> tuple[list[Any], Rated]:
        """Rows with conditions of their own."""
        rows = [
            make(tree.Row, self._banded(), self.maker.flag(2))
            for _ in range(self.maker.random.choice((1, 2)))
        ]
        if self.maker.chance(0.8):
            rows.append(make(tree.Row, self._banded(), None))
        return [make(tree.Rate, None, tuple(rows))], self._banded_only(name)

    def _points(self, name: str) -> tuple[list[Any], Rated]:
        """Rows with points: constant, computed, in steps, along a line."""
        kind = self.maker.random.choice(("number", "percent", "days"))
        rows = []
        for _ in range(self.maker.random.choice((1, 2, 3))):
            if self.maker.chance(0.35):
                rows.append(self._linear(kind))
            else:
                rows.append(make(tree.Row, self._some_points(), self._test(kind)))
        if self.maker.chance(0.7):
            rows.append(make(tree.Row, self._some_points(), None))
        value = make(tree.Value, self.maker.expression(kind, 2))
        return self._with_bands([value, make(tree.Rate, None, tuple(rows))], name, kind)

    def _with_bands(self, statements: list[Any], name: str, kind: str | None) -> tuple[list[Any], Rated]:
        """Points with a scale, or without one."""
        if self.maker.chance(0.4):
            uses = [] if self.must_name_bands else [make(tree.BandsUse, self.bands.name)]
            return [*uses, *statements], Rated(name, self.bands, kind)
        return statements, Rated(name, None, kind)

    def _some_points(self) -> Any:
        if self.maker.chance(0.6):
            return make(tree.PointsOutcome, number(self.maker.random.choice(self.bands.pool)))
        return make(tree.PointsOutcome, self.maker.expression("number", 1))

    def _linear(self, kind: str) -> Any:
        low, high = self.maker.two_edges(kind)
        test = make(
            tree.In, None, make(tree.Interval, number(low), number(high), False, self.maker.chance(0.5))
        )
        ends = [number(each) for each in self.maker.random.sample(self.bands.pool, 2)]
        return make(tree.Row, make(tree.LinearOutcome, *ends), test)

    def _statement(self, name: str) -> tuple[list[Any], Rated]:
        """`points EXPR`."""
        outcome = make(tree.PointsOutcome, self.maker.expression("number", 2))
        return self._with_bands([make(tree.Points, outcome)], name, None)

    def _steps(self, name: str) -> tuple[list[Any], Rated]:
        """`points steps above 10, 20, 30`."""
        kind = self.maker.random.choice(("number", "percent", "money"))
        edges = tuple(self.maker.literal(kind) for _ in range(self.maker.random.choice((1, 2, 3))))
        relation = self.maker.random.choice(("above", "from", "below", "up to"))
        value = make(tree.Value, self.maker.expression(kind, 2))
        points = make(tree.Points, make(tree.StepsOutcome, relation, edges))
        return self._with_bands([value, points], name, kind)

    def _given(self, name: str) -> tuple[list[Any], Rated]:
        """`rate as given`: a text or a choice that is a word of the band set."""
        words = [make(tree.Text, each) for each in self.bands.words]
        choice = make(tree.Branch, self.maker.flag(1), self.maker.random.choice(words))
        otherwise = self.maker.one(lambda: path("account", "contact", "name"), lambda: words[0])
        value: Any = make(tree.If, (choice,), otherwise)
        if "yellow" in self.bands.words and self.maker.chance(0.5):
            value = path("account", "contact", "rating")
        return [make(tree.Value, value), make(tree.RateAsGiven)], self._banded_only(name)

    def _banded_only(self, name: str) -> Rated:
        return Rated(name, self.bands, None, self.bands.has_points())

    # ── The rest ──

    def _fresh(self) -> Any:
        by = path(
            *self.maker.random.choice(
                [("account", "since"), ("account", "seen"), ("account", "contact", "rated")]
            )
        )
        if self.maker.chance(0.2):
            by = self.maker.expression("date", 1)
        stale, expired = (number(self.maker.random.choice(DURATIONS)) for _ in range(2))
        shape = self.maker.random.choice(((stale, None), (None, expired), (stale, expired)))
        return make(tree.Fresh, by, *shape)

    def _applies(self) -> list[Any]:
        found: list[Any] = []
        segments = self.maker.names.segments
        if segments and self.maker.chance(0.2):
            names = self.maker.random.sample(segments, self.maker.random.randint(1, len(segments)))
            found.append(make(tree.AppliesTo, self.maker.chance(0.6), tuple(word(each) for each in names)))
        if self.maker.chance(0.12):
            found.append(make(tree.AppliesWhen, self.maker.flag(1)))
        return found

    def _missing(self, rated: Rated) -> Any:
        policy = self.maker.random.choice(("redistribute", "as zero", "impute"))
        if policy == "impute":
            return make(tree.Missing, "impute", impute(self.maker, rated.bands, self.bands.pool))
        return make(tree.Missing, policy)

    def limit(self, bands: BandSet | None, pool: tuple[str, ...]) -> Any:
        """A cap, a floor or an override, by band or by score."""
        kind = self.maker.random.choice(("cap", "floor", "override"))
        condition = None if self.maker.chance(0.15) and kind != "override" else self.maker.flag(1)
        because = "it is so" if self.maker.chance(0.5) else None
        if bands and self.maker.chance(0.6):
            return make(
                tree.Limit, kind, word(self.maker.random.choice(bands.words)), None, condition, because
            )
        score = number(self.maker.random.choice(pool))
        if self.maker.chance(0.2):
            score = self.maker.expression("number", 1)
        return make(tree.Limit, kind, None, score, condition, because)


def impute(maker: Maker, bands: BandSet | None, pool: tuple[str, ...]) -> Any:
    """What stands in for a leaf that lacks data: a band, or points."""
    if bands and bands.has_points() and maker.chance(0.5):
        chosen = maker.random.choice(bands.words)
        return path(chosen) if chosen.isidentifier() else make(tree.Text, chosen)
    return maker.expression("number", 1) if maker.chance(0.15) else number(maker.random.choice(pool))


__all__ = ["FACTS", "MeasureMaker", "impute"]
