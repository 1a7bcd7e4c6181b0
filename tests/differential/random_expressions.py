"""Expressions made at random that the checker accepts: each is asked for by its kind.

In: a seeded generator and the names that may be used. Out: nodes of the syntax tree.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from attrs import frozen

from ruleengine.syntax import tree
from tests.differential.fields import DATES, NUMBERS, VISIT, WORDS
from tests.differential.names import Names
from tests.differential.nodes import call, compare, is_, make, number, path, word
from tests.differential.random_series import calendar_period, can_ask, question

COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
STATUSES = (
    "na",
    "known",
    "missing",
    "expired",
    "not_applicable",
    "scored",
    "stale",
    "grace",
    "invalid",
    "excluded",
)
REASONS = ("missing", "excluded", "not_applicable", "invalid", "expired")
MODES = ("half_up", "half_even", "half_down", "up", "down", "floor", "ceiling")


@frozen
class Maker:
    """Makes expressions that mention `names`."""

    random: Random
    names: Names

    def one(self, *makers: Callable[[], Any]) -> Any:
        """What one of several makers makes."""
        return self.random.choice(makers)()

    def chance(self, share: float) -> bool:
        """Whether something happens this time."""
        return self.random.random() < share

    def literal(self, kind: str) -> Any:
        """A number, date or text as it is written."""
        if kind == "date":
            return make(tree.Date, self.random.choice(DATES))
        if kind == "timestamp":
            return make(tree.Date, self.random.choice(DATES) + "T12:30:00Z")
        if kind == "text":
            return make(tree.Text, self.random.choice(WORDS))
        if kind == "flag":
            return make(tree.Flag, self.chance(0.5))
        written = number(self.random.choice(NUMBERS[kind]))
        return make(tree.Negative, written) if kind == "number" and self.chance(0.06) else written

    def named(self, kind: str) -> Any:
        """A fact, a let or a parameter of a kind; a literal where there is none."""
        known = self.names.values.get(kind)
        return path(*self.random.choice(known)) if known else self.literal(kind)

    def expression(self, kind: str, depth: int) -> Any:
        """Any expression of a kind."""
        if depth <= 0:
            return self.named(kind) if self.chance(0.75) else self.literal(kind)
        if self.chance(0.12):
            return self.choice_between(kind, depth)
        if self.chance(0.03):
            record = make(tree.RecordField, "part", self.expression(kind, depth - 1))
            return make(tree.Member, make(tree.Record, (record,)), "part")
        if can_ask(kind) and self.names.depth_of_queries < 2 and self.chance(0.05):
            return question(self, kind, depth)
        if kind == "flag":
            return self.flag(depth)
        if kind in NUMBERS:
            return self.amount(kind, depth)
        if kind == "date":
            return self.date(depth)
        return self.text(depth) if kind == "text" else self.named(kind)

    def choice_between(self, kind: str, depth: int) -> Any:
        """`if`, `default`, or what a table or definition gives."""

        def one() -> Any:
            return self.expression(kind, depth - 1)

        if self.chance(0.4):
            return make(
                tree.Default, (self.named(kind), *(one() for _ in range(self.random.choice((1, 1, 2)))))
            )
        fitting = [each for each in self.names.callables if each.result == kind]
        if fitting and self.chance(0.5):
            chosen = self.random.choice(fitting)
            return call(chosen.name, *(self.expression(each, depth - 2) for each in chosen.parameters))
        branches = tuple(
            make(tree.Branch, self.flag(depth - 1), one()) for _ in range(self.random.choice((1, 1, 2)))
        )
        otherwise = make(tree.NotAvailable, self.random.choice(REASONS)) if self.chance(0.15) else one()
        return make(tree.If, branches, otherwise)

    # ── Numbers ──

    def amount(self, kind: str, depth: int) -> Any:
        """A number of a unit."""

        def same() -> Any:
            return self.expression(kind, depth - 1)

        def plain() -> Any:
            return self.expression("number", depth - 1)

        makers = [
            lambda: self.named(kind),
            lambda: self.named(kind),
            lambda: make(tree.Arithmetic, (self.random.choice("+-"),), (same(), same())),
            lambda: make(tree.Arithmetic, ("*",), (same(), same() if kind == "percent" else plain())),
            lambda: make(tree.Arithmetic, ("/",), (same(), plain())),
            lambda: make(tree.Negative, same()),
            lambda: call(self.random.choice(("min", "max")), same(), same()),
            lambda: call("abs", same()),
        ]
        extra = {"number": self.number_alone, "count": self.count, "days": self.days, "months": self.months}
        if kind in extra and self.chance(0.5):
            return extra[kind](depth)
        return self.one(*makers)

    def number_alone(self, depth: int) -> Any:
        """What only plain numbers come from."""
        unit = self.random.choice(("percent", "days", "months", "money", "count"))
        return self.one(
            lambda: make(
                tree.Arithmetic, ("/",), (self.expression(unit, depth - 1), self.expression(unit, depth - 1))
            ),
            lambda: make(
                tree.Arithmetic, ("*",), (self.expression("percent", depth - 1), self.expression("number", 0))
            ),
            lambda: self.rounding(depth),
            lambda: call(self.random.choice(("sqrt", "ln", "exp")), self.expression("number", depth - 1)),
            lambda: call("power", self.expression("number", depth - 1), self.literal_power()),
            lambda: make(
                tree.Elapsed,
                self.random.choice(("weeks", "quarters", "years")),
                self.random.choice(("since", "until")),
                self.expression("date", depth - 1),
            ),
            lambda: make(
                tree.FiscalNumber,
                self.random.choice(("quarter", "year")),
                self.expression("date", depth - 1) if self.chance(0.7) else None,
            ),
            lambda: call(self.random.choice(("year", "month", "day")), self.expression("date", depth - 1)),
            lambda: call("length", self.expression("text", depth - 1)),
            lambda: self.fold_visits("score", depth),
            lambda: self.fold_readings(depth),
            lambda: self.member_of_visit("score", depth),
            self.state_number,
            self.state_number,
        )

    def literal_power(self) -> Any:
        """An exponent: whole, negative or broken."""
        return number(self.random.choice(("2", "3", "0", "-1", "0.5", "1.5")))

    def rounding(self, depth: int) -> Any:
        """`round(x, 1, half_even)` and its relatives."""
        inner = self.expression("number", depth - 1)
        digits = number(self.random.choice(("0", "1", "2")))
        if self.chance(0.4):
            return call("round", inner, digits, path(self.random.choice(MODES)))
        names = ("round", "floor", "ceiling", "round_half_even", "round_down", "round_up", "round_half_down")
        name = self.random.choice(names)
        return call(name, inner, digits) if self.chance(0.5) else call(name, inner)

    def state_number(self) -> Any:
        """The number of a measure or of a scorecard."""
        measures = self.names.measures
        valued = [each for each in self.names.measures if each.value == "number"]
        options = [path(each.name) for each in measures] + [path(each.name, "points") for each in measures]
        options += [path(each.name, "value") for each in valued]
        options += [
            make(tree.Computed, path(*each.name.split("."))) for each in (*measures, *self.names.groups)
        ]
        for each in self.names.cards:
            options += [path(each.name), path(each.name, "score"), path(each.name, "computed_score")]
        return self.random.choice(options) if options else self.named("number")

    def count(self, depth: int) -> Any:
        """A number of things."""
        if self.chance(0.25):
            flags = tuple(self.flag(depth - 1) for _ in range(self.random.choice((2, 3))))
            return make(tree.CountTrue, flags)
        if self.chance(0.3):
            return call("count", path(self.random.choice(("visits", "readings", "words"))))
        if self.chance(0.3):
            return self.fold_visits("people", depth, kinds=("sum_of", "min_of", "max_of"))
        return self.query("count", depth, by=False)

    def days(self, depth: int) -> Any:
        """A number of days."""
        if self.chance(0.6):
            direction = self.random.choice(("since", "since", "until"))
            return make(tree.Elapsed, "days", direction, self.expression("date", depth - 1))
        return make(tree.Arithmetic, ("-",), (self.expression("date", depth - 1), self.expression("date", 0)))

    def months(self, depth: int) -> Any:
        """A number of months."""
        direction = self.random.choice(("since", "since", "until"))
        return make(tree.Elapsed, "months", direction, self.expression("date", depth - 1))

    # ── Dates and texts ──

    def date(self, depth: int) -> Any:
        """A date."""
        edge, (fiscal, unit) = self.random.choice(("start", "end")), self.fiscal_unit()
        inner = self.expression("date", depth - 1)
        return self.one(
            lambda: self.named("date"),
            lambda: self.named("date"),
            lambda: make(tree.AsOf),
            lambda: make(tree.Period, edge, fiscal, unit, inner if self.chance(0.7) else None),
            lambda: make(
                tree.Arithmetic,
                (self.random.choice("+-"),),
                (inner, self.literal(self.random.choice(("days", "months")))),
            ),
            lambda: self.member_of_visit("on", depth),
            lambda: self.fold_visits("on", depth, kinds=("min_of", "max_of")),
            lambda: call("date", self.named("timestamp")),
        )

    def fiscal_unit(self) -> tuple[bool, str]:
        """A unit of the calendar, and whether it is fiscal."""
        unit = self.random.choice(("week", "month", "quarter", "year"))
        return unit in ("quarter", "year") and self.chance(0.5), unit

    def text(self, depth: int) -> Any:
        """A text."""
        inner = self.expression("text", depth - 1)
        return self.one(
            lambda: self.named("text"),
            lambda: call(self.random.choice(("lower", "upper", "trim")), inner),
            lambda: call("concat", inner, self.expression("text", 0)),
            lambda: make(tree.Period, "name", *self.fiscal_unit(), self.expression("date", depth - 1)),
            lambda: inner,
        )

    # ── Conditions ──

    def flag(self, depth: int) -> Any:
        """A condition."""
        if depth <= 0:
            return self.named("flag") if self.chance(0.3) else self.comparison(0)
        return self.one(
            lambda: self.comparison(depth),
            lambda: self.comparison(depth),
            lambda: self.comparison(depth),
            lambda: make(
                tree.Logic,
                self.random.choice(("and", "or")),
                tuple(self.flag(depth - 1) for _ in range(self.random.choice((2, 2, 3)))),
            ),
            lambda: make(tree.Not, self.flag(depth - 1)),
            lambda: self.status_of_fact(),
            lambda: self.state_test(),
            lambda: self.state_test(),
            lambda: self.word_test(depth),
            lambda: self.day_test(depth),
            lambda: self.element_test(depth),
            lambda: self.tag_test() if self.chance(0.6) else self.ratio_test(depth),
            lambda: (
                path(self.random.choice(self.names.segments)) if self.names.segments else self.named("flag")
            ),
            lambda: self.named("flag"),
        )

    def comparison(self, depth: int) -> Any:
        """Two numbers, or a number and an interval."""
        kind = self.random.choice(tuple(NUMBERS))
        left = self.expression(kind, depth - 1)
        if self.chance(0.3):
            return make(tree.In, left, self.interval(kind), negated=self.chance(0.2))
        right = self.literal(kind) if self.chance(0.6) else self.expression(kind, depth - 1)
        return compare(left, self.random.choice(COMPARISONS), right)

    def interval(self, kind: str) -> Any:
        """An interval between two literals of a kind; either end may be open."""
        first, second = self.two_edges(kind)
        low_open, high_open = self.chance(0.25), self.chance(0.4)
        if self.chance(0.12):
            return make(tree.Interval, None, number(second), False, high_open)
        if self.chance(0.12):
            return make(tree.Interval, number(first), None, low_open, False)
        return make(tree.Interval, number(first), number(second), low_open, high_open)

    def two_edges(self, kind: str) -> tuple[str, str]:
        """Two literals of a kind, the smaller one first."""
        pool = NUMBERS[kind]
        if kind in ("days", "months"):
            pool = (
                ("0 days", "7 days", "30 days", "90 days")
                if kind == "days"
                else ("0 months", "2 months", "6 months")
            )
        low, high = sorted(self.random.sample(range(len(pool)), 2), key=lambda at: size(pool[at]))
        return pool[low], pool[high]

    def status_of_fact(self) -> Any:
        """`x is missing`."""
        kind = self.random.choice(("number", "percent", "date", "text", "flag"))
        status = self.random.choice(("known", "na", "missing", "invalid"))
        return is_(self.named(kind), status, negated=self.chance(0.3))

    def state_test(self) -> Any:
        """`health is worse than yellow`, `m1 is expired`."""
        states = [*self.names.measures, *self.names.cards, *self.names.groups]
        if not states:
            return self.comparison(1)
        chosen = self.random.choice(states)
        subject, negated = path(*chosen.name.split(".")), self.chance(0.25)
        if self.chance(0.15):
            subject = make(tree.Computed, subject)
        if chosen.bands is None or self.chance(0.25):
            status = self.random.choice(STATUSES)
            return is_(subject, status, negated=negated)
        words = chosen.bands.words
        if self.chance(0.2):
            return is_(subject, *self.random.sample(words, 2), relation="in", negated=negated)
        relation = self.random.choice(("is", "is", "worse", "better"))
        if chosen in self.names.measures and isinstance(subject, tree.Name) and self.chance(0.15):
            return is_(subject, self.random.choice(words), negated=negated, past=True)
        return is_(subject, self.random.choice(words), relation=relation, negated=negated)

    def word_test(self, depth: int) -> Any:
        """A condition about texts, choices and lists."""
        chosen = self.random.choice(self.names.choices)
        words = [make(tree.Text, each) for each in self.random.sample(chosen.words, 2)]
        inner = self.expression("text", depth - 1)
        return self.one(
            lambda: compare(path(*chosen.path), self.random.choice(("=", "!=")), words[0]),
            lambda: make(tree.In, path(*chosen.path), tuple(words), negated=self.chance(0.3)),
            lambda: compare(inner, self.random.choice(("=", "!=")), self.literal("text")),
            lambda: make(tree.Contains, inner, make(tree.Text, self.random.choice(("e", "Lead", "ß", "x")))),
            lambda: make(tree.Contains, path("words"), self.literal("text")),
            lambda: call(self.random.choice(("starts_with", "ends_with")), inner, make(tree.Text, "d")),
            lambda: call(
                "matches", inner, make(tree.Text, self.random.choice(("^[a-z]+$", "Lead", "[0-9]")))
            ),
        )

    def day_test(self, depth: int) -> Any:
        """A condition about dates and timestamps."""
        inner = self.expression("date", depth - 1)
        duration = self.literal(self.random.choice(("days", "months")))
        return self.one(
            lambda: make(tree.Within, inner, duration),
            lambda: make(tree.Within, self.named("timestamp"), duration),
            lambda: compare(inner, self.random.choice(COMPARISONS), self.expression("date", 0)),
            lambda: compare(
                self.named("timestamp"), self.random.choice(COMPARISONS), self.expression("date", 0)
            ),
            lambda: make(tree.In, inner, make(tree.Interval, *self.date_interval(), False, self.chance(0.5))),
            lambda: make(
                tree.In, self.named("timestamp") if self.chance(0.3) else inner, calendar_period(self)
            ),
        )

    def date_interval(self) -> tuple[Any, Any]:
        """Two dates in their order."""
        first, second = sorted(self.random.sample(DATES, 2))
        return make(tree.Date, first), make(tree.Date, second)

    # ── Queries ──

    def element_test(self, depth: int) -> Any:
        """`any x in visits where …`."""
        return self.query(self.random.choice(("any", "all")), depth, by=False)

    def within_query(self) -> tuple[str, Maker]:
        """A variable, and a maker that knows the fields of a visit by it."""
        variable = f"v{self.names.depth_of_queries}"
        return variable, Maker(self.random, self.names.inside(variable, VISIT))

    def query(self, kind: str, depth: int, by: bool) -> Any:
        """A query over the visits, or over what is left of them."""
        variable, inner = self.within_query()
        deep = self.names.depth_of_queries >= 2
        where = (
            inner.flag(0 if deep else min(depth - 1, 2))
            if kind in ("any", "all") or self.chance(0.7)
            else None
        )
        key = path(variable, self.random.choice(("on", "at", "score", "people"))) if by else None
        amount = self.random.choice((1, 2, 3)) if kind in ("top", "bottom") else None
        return make(tree.Query, kind, variable, self.source(depth), where, key, number=amount)

    def source(self, depth: int) -> Any:
        """A list of visits."""
        if depth > 1 and self.names.depth_of_queries == 0 and self.chance(0.25):
            kind = self.random.choice(("list", "top", "bottom"))
            return self.query(kind, depth - 1, by=kind != "list")
        return path(*self.random.choice([("visits",), *self.names.values.get("visits", [])]))

    def member_of_visit(self, field: str, depth: int) -> Any:
        """`(latest v in visits by v.on).score`."""
        if self.names.records and self.chance(0.5):
            return path(*self.random.choice(self.names.records), field)
        kind = self.random.choice(("latest", "earliest", "first"))
        return make(tree.Member, self.query(kind, depth, by=kind != "first"), field)

    def fold_visits(self, field: str, depth: int, kinds: tuple[str, ...] = ()) -> Any:
        """`sum of v.score for v in visits where …`."""
        kind = self.random.choice(kinds or ("sum_of", "mean_of", "min_of", "max_of"))
        variable, inner = self.within_query()
        where = inner.flag(min(depth - 1, 1)) if self.chance(0.5) else None
        if self.chance(0.4):
            known = is_(path(variable, field), "known")
            where = known if where is None else make(tree.Logic, "and", (known, where))
        return make(tree.Query, kind, variable, self.source(depth), where, projection=path(variable, field))

    def plain_list(self, depth: int) -> Any:
        """A list of numbers, texts, dates, lists or records, or a record."""
        variable, inner = self.within_query()
        rank, amount = self.random.choice(("top", "bottom")), self.random.choice((1, 2))
        of = path(
            variable, self.random.choice(("score", "on", "at", "ok", "kind", "tags", "share", "people"))
        )
        return self.one(
            lambda: path(self.random.choice(("readings", "words", "visits"))),
            lambda: make(tree.Query, rank, "r", path("readings"), None, path("r"), number=amount),
            lambda: make(
                tree.Query, "list", "w", path("words"), make(tree.Contains, path("w"), make(tree.Text, "e"))
            ),
            lambda: make(tree.Query, "list_of", variable, self.source(depth), inner.flag(1), projection=of),
            lambda: self.query(self.random.choice(("list", "first")), depth, by=False),
            lambda: make(
                tree.Record,
                (
                    make(tree.RecordField, "a", self.expression("number", 1)),
                    make(tree.RecordField, "b", self.expression("date", 1)),
                    make(tree.RecordField, "c", path("words")),
                ),
            ),
            lambda: make(tree.ListLiteral, tuple(self.expression("percent", 1) for _ in range(2))),
        )

    def tag_test(self) -> Any:
        """A condition about the tags of visits, or about words."""
        variable, _ = self.within_query()
        text = make(tree.Text, self.random.choice(("gold", "Dev Lead", "dev")))
        tags = path(variable, "tags")
        tagged = self.one(
            lambda: make(tree.Contains, tags, text),
            lambda: make(tree.Query, "any", "t", tags, compare(path("t"), "=", text)),
            lambda: compare(call("count", tags), ">", number("1")),
        )
        return self.one(
            lambda: make(tree.Query, self.random.choice(("any", "all")), variable, path("visits"), tagged),
            lambda: compare(make(tree.Query, "count", variable, path("visits"), tagged), ">", number("0")),
            lambda: make(
                tree.Query, "all", "w", path("words"), call("starts_with", path("w"), make(tree.Text, "d"))
            ),
        )

    def ratio_test(self, depth: int) -> Any:
        """A ratio of numbers against a percentage."""
        ratio = make(
            tree.Arithmetic, ("/",), (self.expression("number", depth - 1), self.expression("count", 0))
        )
        return compare(ratio, self.random.choice(COMPARISONS), self.literal("percent"))

    def fold_readings(self, depth: int) -> Any:
        """A number from a list of numbers."""
        name = self.random.choice(("sum", "mean", "min", "max"))
        if self.chance(0.3):
            return call(name, path("facts", "readings") if self.chance(0.5) else path("readings"))
        if self.chance(0.3):
            return call(name, make(tree.ListLiteral, tuple(self.expression("number", 0) for _ in range(3))))
        tables = [each for each in self.names.callables if each.result == "numbers"]
        if tables:
            chosen = self.random.choice(tables)
            return call(name, call(chosen.name, *(self.expression(each, 0) for each in chosen.parameters)))
        test = compare(path("r"), self.random.choice(COMPARISONS), self.literal("number"))
        query = make(tree.Query, self.random.choice(("list", "first")), "r", path("readings"), test)
        return query if query.kind == "first" else call(name, query)


def size(written: str) -> float:
    """The amount of a literal, to put literals of one unit in order."""
    return float(written.split()[0].rstrip("%").replace("_", ""))


__all__ = ["Maker", "size", "word"]
