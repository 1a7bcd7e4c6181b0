"""Series of dated values in SQL, and what is asked of them.

A series is a list of records of day and value, in the order of the days, none twice. Guaranteed: the evaluator's numbers to
the last bit. The sum of a slope is exact: it carries what rounding loses, and leaves a row where even that would be rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from attrs import frozen

from ruleengine.columnar import build as b
from ruleengine.columnar import calendar, numbers
from ruleengine.columnar.build import Sql
from ruleengine.columnar.lists import ListEmitter
from ruleengine.columnar.queries import Asked
from ruleengine.columnar.rounding import cut
from ruleengine.columnar.value import DAY, PLAIN, VALUE, Form, Value, all_codes, first_code, stored_type
from ruleengine.library.dates import add_months
from ruleengine.library.series import DAYS_OF_A_MONTH
from ruleengine.tree import expressions as e
from ruleengine.values import ABSOLUTE_TOLERANCE, NA, Kind

_PLACE, _RUN = "place", "run"
_SUM, _LOST, _AGAIN = "sum", "lost", "lost again"
_LARGEST = 1e290
_LARGEST_WHOLE = float(2**53)
_LAST_DAY = 3652059
#: For up to so many values it is told how many there are; where more are asked for and lacking the row is left.
_MOST_TOLD = 60
_NOT_WITHIN = NA("missing", "no value is dated within this time")
_NOT_SO_EARLY = NA("missing", "no value is dated so early")

#: A condition, and the NA of the rows for which it holds.
Fault = tuple[Sql, NA]


@frozen(slots=True)
class Start:
    """The day after which a period begins: tests of a day, whether it lies after that, or not."""

    after: Callable[[Sql], Sql]
    until: Callable[[Sql], Sql]


class SeriesEmitter(ListEmitter):
    """Emits series and questions about them."""

    # ── making ──

    def series(self, asked: Asked) -> Value:
        """`series of E for x in L by K`: points without date or value are left out, and those after the as-of date."""
        by, value = asked.by, asked.projection
        assert by is not None
        assert value is not None
        day = by.sql
        counts = [b.compare("<=", day, self.today)]
        counts += [b.is_known(value.sql)] if value.codes else []
        counts += [asked.where.sql] if asked.where is not None else []
        point = self.dialect.record([(DAY, b.case([(b.conjunction(counts), day)])), (VALUE, value.sql)])
        name = self._label(asked.node)
        sql = self.shared(self.each(asked, point), f"{name} points", partial(self._by_day, name))
        return Value(sql, asked.node.type, first_code([asked.source]), Form(asked.source.codes))

    def _by_day(self, name: str, points: Sql) -> Sql:
        """Points in the order of their days, of several on one day the first; those without a day are left out."""
        get = self.dialect.get

        def placed(each: Sql, place: Sql) -> Sql:
            return self.dialect.record([(DAY, get(each, DAY)), (_PLACE, place), (VALUE, get(each, VALUE))])

        dated = self.dialect.kept(
            self.dialect.numbered(points, placed), lambda each: b.is_known(get(each, DAY))
        )

        def once(ordered: Sql) -> Sql:
            def is_first(each: Sql, place: Sql) -> Sql:
                before = get(self.dialect.at(ordered, b.subtract(place, b.integer(1))), DAY)
                return b.disjunction(
                    [b.compare("=", place, b.integer(0)), b.compare("!=", before, get(each, DAY))]
                )

            firsts = self.dialect.kept_by_place(ordered, is_first)
            return self.dialect.made(
                firsts,
                lambda each: self.dialect.record([(DAY, get(each, DAY)), (VALUE, get(each, VALUE))]),
            )

        return self.shared(self.dialect.ascending(dated), f"{name} in order", once)

    # ── asking ──

    def _on_ofseries(self, node: e.OfSeries) -> Value:
        with self.for_the_row(node):
            series = self.value_of(node.series)
            asked = node.date if node.date is not None else node.period
            operands = [series]
            faults: list[Fault] = []
            start = None
            if asked is not None:
                operand = self.value_of(asked)
                operand = self.as_day(operand) if asked is node.date else operand
                operands.append(operand)
                start = self._start(node, operand)
                faults += self._too_short(node, operand)
            answer = self._answer(node, series.sql, start, faults)
            found = self._answered(node, operands, faults, answer)
            self.not_too_large(found, node)
            return self.kept(found, self._label(node))

    def _answered(self, node: e.OfSeries, operands: list[Value], faults: list[Fault], answer: Sql) -> Value:
        """The answer, or the first fault; a number that is too large is one too."""
        label = f"`{self.text_of(node.span)}`"
        coded = [(test, self._code_of(label, na)) for test, na in faults]
        codes = all_codes(operands) | {code for _, code in coded}
        nothing = b.null(stored_type(node.type, PLAIN))
        lacking = [b.is_null(value.sql) for value in operands if value.codes]
        tests = [*lacking, *(test for test, _ in coded)]
        sql = b.case([(b.disjunction(tests), nothing)], answer) if tests else answer
        reasons = [(test, b.integer(code)) for test, code in coded]
        if node.type.kind is Kind.NUMBER and not _counts(node.kind):
            large = self.reasons.code(NA("invalid", f"{label} is too large a number", "", "RE506"))
            sql = self.named(sql, f"{self._label(node)} of any size")
            sql = b.case([(b.compare("<", self.dialect.absolute(sql), b.double(_LARGEST)), sql)])
            why: Sql = b.case(reasons, b.integer(large))
            return Value(sql, node.type, first_code(operands, why), Form(codes | {large}))
        last = b.case(reasons) if reasons else None
        return Value(sql, node.type, first_code(operands, last), Form(codes))

    def _code_of(self, label: str, na: NA) -> int:
        return self.reasons.code(NA(na.reason, f"{label}: {na.text}", "", na.code))

    def _too_short(self, node: e.OfSeries, period: Value) -> list[Fault]:
        """A time that is computed can be shorter than a day or a month."""
        if node.period is None or isinstance(node.period, e.Constant):
            return []
        unit = node.period.type.unit[:-1]
        short = NA("invalid", f"the time is shorter than one {unit}", "", "RE506")
        return [(numbers.less(self.dialect, period.sql, b.double(1)), short)]

    def _start(self, node: e.OfSeries, operand: Value) -> Start:
        if node.date is not None:
            return _from_day(operand.sql)
        assert node.period is not None
        months = node.period.type.unit == "months"
        if isinstance(node.period, e.Constant) and self.as_of is not None:
            number = int(float(node.period.value))
            return self._from_number(_months_ago(self.as_of, number) if months else self.as_of - number)
        whole = cut(b.add(operand.sql, b.double(ABSOLUTE_TOLERANCE)))
        today = self.today
        if months:
            back = calendar.after_months(self.dialect, today, b.subtract(b.double(0), whole))
            return _from_day(self.named(back, f"{self._label(node)} start"))
        whole = self.named(whole, f"{self._label(node)} days")
        return Start(
            lambda day: b.compare("<", self.dialect.days_between(day, today), whole),
            lambda day: b.compare(">=", self.dialect.days_between(day, today), whole),
        )

    def _from_number(self, day: int) -> Start:
        """A period that begins after a day that is known now, which may lie before the calendar."""
        if day < 1:
            return Start(lambda each: b.TRUE(), lambda each: b.FALSE())
        return _from_day(self.dialect.date(day))

    def _answer(self, node: e.OfSeries, series: Sql, start: Start | None, faults: list[Fault]) -> Sql:
        if node.kind == "value":
            assert start is not None
            return self._value_at(node, series, start, faults)
        if node.kind in ("change", "growth"):
            assert start is not None
            return self._changed(node, series, start, faults)
        if node.kind.startswith("consecutive"):
            return self._run(node, series, faults)
        if node.kind.endswith("without change"):
            return self._unchanged(node, series, faults)
        points = self._points(node, series, start, faults)
        if node.kind.endswith("slope"):
            return self._slope(node, points, faults)
        values = self.dialect.made(points, lambda each: self.dialect.get(each, VALUE))
        if node.kind == "min":
            return self.dialect.smallest(values)
        if node.kind == "max":
            return self.dialect.largest(values)
        total = self.dialect.total(values)
        return total if node.kind == "sum" else b.divide(total, self.dialect.size(points))

    # ── values, and how they changed ──

    def _value_at(self, node: e.OfSeries, series: Sql, start: Start, faults: list[Fault]) -> Sql:
        """The newest value that is not after a day."""
        get = self.dialect.get
        older = self.dialect.kept(series, lambda each: start.until(get(each, DAY)))
        found = self.named(get(self.dialect.last(older), VALUE), f"{self._label(node)} then")
        faults.append((b.is_null(found), _NOT_SO_EARLY))
        return found

    def _changed(self, node: e.OfSeries, series: Sql, start: Start, faults: list[Fault]) -> Sql:
        newest = self.named(self.dialect.last(series), f"{self._label(node)} newest")
        day = self.dialect.get(newest, DAY)
        faults.append((b.disjunction([b.is_null(day), b.negation(start.after(day))]), _NOT_WITHIN))
        earlier = self._value_at(node, series, start, faults)
        change = b.subtract(self.dialect.get(newest, VALUE), earlier)
        if node.kind == "change":
            return change
        zero = b.compare("<=", self.dialect.absolute(earlier), b.double(ABSOLUTE_TOLERANCE))
        faults.append((zero, NA("invalid", "the earlier value is zero", "", "RE506")))
        return b.divide(change, earlier)

    # ── over a period, or over the newest values ──

    def _points(self, node: e.OfSeries, series: Sql, start: Start | None, faults: list[Fault]) -> Sql:
        """The points that an answer is over."""
        if node.number is None:
            assert start is not None
            within = start.after
            recent = self.dialect.kept(series, lambda each: within(self.dialect.get(each, DAY)))
            points = self.named(recent, f"{self._label(node)} points")
            faults.append((self.dialect.is_empty(points), _NOT_WITHIN))
            return points
        size = self.named(self.dialect.size(series), f"{self._label(node)} number")
        if node.number > _MOST_TOLD:
            self.leave(b.coalesce(b.compare("<", size, b.double(node.number)), b.FALSE()))
        else:
            for there in range(node.number):
                words = f"there {'is' if there == 1 else 'are'} only {there} of {node.number} values"
                faults.append((b.compare("=", size, b.double(there)), NA("missing", words)))
        newest = self.dialect.shortened(self.dialect.backwards(series), node.number)
        return self.named(self.dialect.backwards(newest), f"{self._label(node)} points")

    def _slope(self, node: e.OfSeries, points: Sql, faults: list[Fault]) -> Sql:
        """The slope of the line of least squares; days are counted from the last point."""
        get, name = self.dialect.get, self._label(node)
        size = self.named(self.dialect.size(points), f"{name} points number")
        faults.append((b.compare("<", size, b.double(2)), NA("missing", "a slope needs two values")))
        last = self.named(get(self.dialect.last(points), DAY), f"{name} last day")
        first = self.named(get(self.dialect.first(points), VALUE), f"{name} first value")

        def day(each: Sql) -> Sql:
            return self.dialect.days_between(last, get(each, DAY))

        total = self.named(self.dialect.total(self.dialect.made(points, day)), f"{name} days")
        squares = self.dialect.total(self.dialect.made(points, lambda each: b.multiply(day(each), day(each))))
        product = self.named(b.multiply(size, squares), f"{name} squares")
        self.leave(b.coalesce(b.compare(">", product, b.double(_LARGEST_WHOLE)), b.FALSE()))

        def term(each: Sql) -> Sql:
            weight = b.subtract(b.multiply(size, day(each)), total)
            return b.multiply(weight, b.subtract(get(each, VALUE), first))

        rise = self._exact_sum(self.dialect.made(points, term), name)
        spread = b.subtract(product, b.multiply(total, total))
        slope = b.divide(rise, spread)
        slope = b.case([(b.compare(">", spread, b.double(0)), slope)])
        return slope if node.kind == "daily slope" else b.multiply(slope, b.double(DAYS_OF_A_MONTH))

    def _exact_sum(self, terms: Sql, name: str) -> Sql:
        """Numbers added up as if without rounding, then rounded once.

        Beside the sum goes what it has lost, which is exact, added up too; where that loses something the row is left.
        """
        get = self.dialect.get

        def begin(term: Sql) -> Sql:
            return self.dialect.record([(_SUM, term), (_LOST, b.double(0)), (_AGAIN, b.double(0))])

        def step(so_far: Sql, following: Sql) -> Sql:
            added, lost = _added(get(so_far, _SUM), get(following, _SUM))
            all_lost, again = _added(get(so_far, _LOST), lost)
            again = b.add(get(so_far, _AGAIN), self.dialect.absolute(again))
            return self.dialect.record([(_SUM, added), (_LOST, all_lost), (_AGAIN, again)])

        found = self.named(self.dialect.reduced(self.dialect.made(terms, begin), step), f"{name} sum")
        self.leave(b.coalesce(b.compare(">", get(found, _AGAIN), b.double(0)), b.FALSE()))
        return b.add(get(found, _SUM), get(found, _LOST))

    # ── runs at the end ──

    def _run(self, node: e.OfSeries, series: Sql, faults: list[Fault]) -> Sql:
        """How often in a row the value has fallen or risen."""
        get = self.dialect.get
        too_few = b.compare("<", self.dialect.size(series), b.double(2))
        faults.append((too_few, NA("missing", "two values are needed to see a change")))
        falls = node.kind == "consecutive declines"

        def step(before: Sql, after: Sql) -> Sql:
            old, new = get(before, VALUE), get(after, VALUE)
            on = numbers.less(self.dialect, new, old) if falls else numbers.less(self.dialect, old, new)
            run = b.case([(on, b.add(get(before, _RUN), b.double(1)))], b.double(0))
            return self.dialect.record([(VALUE, new), (_RUN, run)])

        begun = self.dialect.made(
            series, lambda each: self.dialect.record([(VALUE, get(each, VALUE)), (_RUN, b.double(0))])
        )
        return get(self.dialect.reduced(begun, step), _RUN)

    def _unchanged(self, node: e.OfSeries, series: Sql, faults: list[Fault]) -> Sql:
        """Since when the value is what it is."""
        get = self.dialect.get
        kind = node.series.type.element
        numeric = kind is not None and kind.kind is Kind.NUMBER

        def step(before: Sql, after: Sql) -> Sql:
            old, new = get(before, VALUE), get(after, VALUE)
            same = numbers.equal(self.dialect, old, new) if numeric else b.compare("=", old, new)
            since = b.case([(same, get(before, DAY))], get(after, DAY))
            return self.dialect.record([(DAY, since), (VALUE, new)])

        day = self.named(get(self.dialect.reduced(series, step), DAY), f"{self._label(node)} day")
        faults.append((b.is_null(day), NA("missing", "there are no values")))
        today = self.today
        if node.kind == "days without change":
            return self.dialect.days_between(day, today)
        return calendar.months_between(self.dialect, day, today)


def _from_day(start: Sql) -> Start:
    return Start(lambda day: b.compare(">", day, start), lambda day: b.compare("<=", day, start))


def _added(one: Sql, other: Sql) -> tuple[Sql, Sql]:
    """The sum of two doubles, and what rounding loses of it."""
    total = b.add(one, other)
    share = b.subtract(total, one)
    lost = b.add(b.subtract(one, b.subtract(total, share)), b.subtract(other, share))
    return total, lost


def _counts(kind: str) -> bool:
    """Whether the answer is a number of days, months or changes, which is never too large."""
    return kind.startswith("consecutive") or kind.endswith("without change")


def _months_ago(as_of: int, number: int) -> int:
    """The day so many months before; one that never was, or never comes, beyond the calendar."""
    found = add_months(as_of, -number)
    if found is not None:
        return found
    return 0 if number > 0 else _LAST_DAY + 1
