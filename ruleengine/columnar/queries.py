"""Queries over lists in SQL.

In: a query of the tree. Out: its value, by functions of lists with lambdas. Guaranteed: which elements count, what decides
among equal ones, and which undecided element makes the whole NA is as in the evaluator's loops. Keys that are numbers are
compared with tolerance; where that leaves no order at all, the row is left to the evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import evolve, frozen

from ruleengine.columnar import build as b
from ruleengine.columnar import numbers
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import NotEmitted, is_atom
from ruleengine.columnar.expressions import ExpressionEmitter
from ruleengine.columnar.value import (
    CODE,
    PLAIN,
    VALUE,
    Form,
    Value,
    all_codes,
    first_code,
    stored_type,
)
from ruleengine.tree import expressions as e
from ruleengine.tree.walk import walk
from ruleengine.values import FACT_LIST, Kind, Type

#: More nodes than these has no expression that is emitted.
MOST_NODES = 50_000
_KEY, _PLACE = "key", "place"


@frozen(slots=True)
class Asked:
    """What a query asks of each element, written over the variable of its lambdas."""

    node: e.Query
    source: Value
    variable: str
    where: Value | None
    by: Value | None
    projection: Value | None

    @property
    def element(self) -> Form:
        """How the elements of the list are stored."""
        return self.source.form.element or PLAIN

    def where_holds(self, value: Sql, otherwise: Sql | None = None) -> Sql:
        """`value` of the elements that count, and `otherwise` (or NULL) of the others."""
        return value if self.where is None else b.case([(self.where.sql, value)], otherwise)


class QueryEmitter(ExpressionEmitter):
    """Emits queries."""

    #: The variables that stand for elements, while lambdas are being written.
    elements: frozenset[str] = frozenset()

    def query(self, node: e.Query) -> Value:
        """The value of a query; what does not depend on the element of a query around it is a column of the row."""
        with self.for_the_row(node):
            found = self._query(node)
            self.not_too_large(found, node)
            return self.kept(found, self._label(node))

    @contextmanager
    def for_the_row(self, node: e.Expression) -> Iterator[None]:
        """Leave the lambdas that are being written, where an expression does not depend on their elements."""
        names = (found.name for found in walk(node) if isinstance(found, e.Variable))
        if not self.in_lambda or not self.elements.isdisjoint(names):
            yield
            return
        before, self.beyond = self.beyond, [self.beyond[0]]
        elements, self.elements = self.elements, frozenset()
        yield
        self.beyond, self.elements = before, elements

    def not_too_large(self, value: Value, node: e.Expression) -> None:
        """Refuse what would become an expression of monstrous size."""
        parts = [value.sql] if value.na is None else [value.sql, value.na]
        if sum(map(self.sizes.of, parts)) > MOST_NODES:
            words = (
                f"`{self.text_of(node.span)}` becomes an expression of more than {MOST_NODES} parts in SQL"
            )
            raise NotEmitted(words, node.span)

    def _query(self, node: e.Query) -> Value:
        asked = self.asked(node)
        writers: dict[str, Callable[[Asked], Value]] = {
            "latest": self._extreme, "earliest": self._extreme, "first": self._first, "any": self._any, "all": self._any,
            "count": self._count, "list": self._collected, "list_of": self._collected, "top": self._ranked,
            "bottom": self._ranked, "series_of": self.series,
        }  # fmt: skip
        return writers.get(node.kind, self._aggregated)(asked)

    def series(self, asked: Asked) -> Value:
        """A series; written by `series.py`."""
        raise NotImplementedError  # pragma: no cover - abstract

    # ── elements ──

    def asked(self, node: e.Query) -> Asked:
        """What a query asks, written over a variable of its own."""
        source = self.value_of(node.source)
        variable = self.dialect.variable(_stem(node.variable))
        before = self.elements
        self.elements = before | {node.variable}
        with self.inside(source.sql, variable):
            element = self.variables[node.variable] = self._element(node, source, b.column(variable))
            parts = [
                None if part is None else self.expression(part)
                for part in (node.where, node.by, node.projection)
            ]
            where, by, projection = parts
            if by is not None and node.kind == "series_of":
                by = self.as_day(by)
            where, by, projection = map(self._once, (where, by, projection))
        self.elements = before
        if node.kind in ("any", "all") and where is None:
            where = element
        for value in (where, by, projection):
            if value is not None:
                self.not_too_large(value, node)
        return Asked(node, source, variable, where, by, projection)

    def _once(self, value: Value | None) -> Value | None:
        """A value of an element, in which nothing large is written twice."""
        if value is None or value.atom:
            return value
        na = None if value.na is None else self.computed_once(value.na)
        return evolve(value, sql=self.computed_once(value.sql), na=na)

    def _element(self, node: e.Query, source: Value, sql: Sql) -> Value:
        form, kind = source.form.element or PLAIN, node.source.type.element
        assert kind is not None
        if form.codes:
            return Value(self.dialect.get(sql, VALUE), kind, self.dialect.get(sql, CODE), form, atom=True)
        return Value(_as_read(node.source.type, sql), kind, None, form, atom=True)

    def shared(self, sql: Sql, name: str, body: Callable[[Sql], Sql]) -> Sql:
        """`body` of something that it may repeat; `body` is also asked of NULL."""
        if is_atom(sql) or not self.in_lambda:
            return body(self.named(sql, name))
        return self.dialect.bound_or_null(sql, body)

    def kept_list(self, asked: Asked) -> Sql:
        """The elements that count."""
        if asked.where is None:
            return asked.source.sql
        return self.dialect.kept_by(asked.source.sql, asked.variable, asked.where.sql)

    def each(self, asked: Asked, body: Sql) -> Sql:
        """What each element becomes."""
        return self.dialect.made_by(asked.source.sql, asked.variable, body)

    def keys(self, asked: Asked) -> Sql:
        """The keys of all elements; NULL of those that do not count."""
        assert asked.by is not None
        return self.each(asked, asked.where_holds(asked.by.sql))

    # ── one element ──

    def _extreme(self, asked: Asked) -> Value:
        assert asked.by is not None
        latest, key = asked.node.kind == "latest", asked.by.type.kind
        label = self._label(asked.node)

        def place(keys: Sql) -> Sql:
            best = self.dialect.largest(keys) if latest else self.dialect.smallest(keys)
            return self.shared(
                best, f"{label} key", lambda found: self._place_of_key(keys, found, key, latest)
            )

        return self._at_place(asked, self.shared(self.keys(asked), f"{label} keys", place))

    def _place_of_key(self, keys: Sql, best: Sql, kind: Kind, latest: bool) -> Sql:
        """The place of the element that wins by its key; in a list of numbers almost equal ones are told one by one."""
        first = b.case([(b.is_known(best), self.dialect.place_of(keys, best))])
        if kind is not Kind.NUMBER:
            return first

        def near(key: Sql) -> Sql:
            low, high = (key, best) if latest else (best, key)
            return b.conjunction(
                [b.compare("!=", key, best), b.negation(numbers.less(self.dialect, low, high))]
            )

        return b.case([(self.dialect.any_is(keys, near), self._place_one_by_one(keys, latest))], first)

    def _place_one_by_one(self, keys: Sql, latest: bool) -> Sql:
        def step(best: Sql, following: Sql) -> Sql:
            old, new = self.dialect.get(best, _KEY), self.dialect.get(following, _KEY)
            better = numbers.less(self.dialect, old, new) if latest else numbers.less(self.dialect, new, old)
            return b.case([(better, following)], best)

        winner = self.dialect.reduced(self._with_places(keys), step)
        return self.dialect.whole_number(self.dialect.get(winner, _PLACE))

    def _with_places(self, keys: Sql, sign: int = 1) -> Sql:
        """Records of the keys that there are, each with its place (or the negative of that)."""

        def record(key: Sql, place: Sql) -> Sql:
            signed = place if sign > 0 else b.subtract(b.double(0), place)
            return self.dialect.record([(_KEY, key), (_PLACE, signed)])

        return self.dialect.kept(
            self.dialect.numbered(keys, record), lambda each: b.is_known(self.dialect.get(each, _KEY))
        )

    def _first(self, asked: Asked) -> Value:
        if asked.where is None:
            return self._at_place(asked, b.integer(0))
        tests = self.each(asked, asked.where.sql)
        return self._at_place(asked, self.dialect.place_of(tests, b.TRUE()))

    def _at_place(self, asked: Asked, place: Sql) -> Value:
        """The element at a place; NA where there is none."""
        node, form = asked.node, asked.element
        empty = self.empty(node)
        found = self.dialect.at(asked.source.sql, place)
        kind = node.type
        whole = Form(asked.source.codes | {empty} | form.codes, form.element, form.fields)
        if not form.codes:
            na = first_code([asked.source], b.integer(empty))
            return Value(_as_read(node.source.type, found), kind, na, whole)
        element = self.named(found, self._label(node))
        branches = [(b.is_null(asked.source.sql), asked.source.code)] if asked.source.codes else []
        na = b.case([*branches, (b.is_null(element), b.integer(empty))], self.dialect.get(element, CODE))
        return Value(self.dialect.get(element, VALUE), kind, na, whole)

    def empty(self, node: e.Query) -> int:
        """The code of a query that finds nothing."""
        return self.code("missing", f"`{self.text_of(node.span)}` finds nothing")

    # ── any, all ──

    def _any(self, asked: Asked) -> Value:
        """By Kleene's logic; where it is undecided, for the reason of the first undecided element."""
        node, test, source = asked.node, asked.where, asked.source
        assert test is not None
        is_any = node.kind == "any"
        deciding = test.sql if is_any else b.negation(test.sql)
        found = self.dialect.any_by(source.sql, asked.variable, deciding)
        if not test.codes:
            return evolve(source, sql=found if is_any else b.negation(found), type=node.type, atom=False,
                          na=first_code([source]), form=Form(source.codes))  # fmt: skip
        undecided = self.dialect.any_by(source.sql, asked.variable, b.is_null(test.sql))
        decided = b.TRUE() if is_any else b.FALSE()
        sql = b.case([(found, decided), (b.negation(undecided), b.negation(decided))])
        return self._or_undecided(asked, sql, test.codes, b.case([(b.is_null(test.sql), test.code)]))

    def _or_undecided(self, asked: Asked, sql: Sql, codes: frozenset[int], why: Sql) -> Value:
        """`sql`, which is NULL where an element is undecided, then for the first reason that `why` gives."""
        if len(codes) == 1:
            reason: Sql = b.integer(next(iter(codes)))
        else:
            reasons = self.each(asked, why)
            reason = self.dialect.first(self.dialect.kept(reasons, b.is_known))
        na = first_code([asked.source], reason)
        return Value(sql, asked.node.type, na, Form(asked.source.codes | codes))

    # ── numbers ──

    def _undecided(self, asked: Asked) -> tuple[Sql, Sql, frozenset[int]] | None:
        """Whether an element makes the whole NA, why, and the codes that this can have."""
        where, projection = asked.where, asked.projection
        tests: list[Sql] = []
        why: list[tuple[Sql, Sql]] = []
        if where is not None and where.codes:
            tests.append(b.is_null(where.sql))
            why.append((b.is_null(where.sql), where.code))
        if projection is not None and projection.codes:
            lacking = b.is_null(projection.sql)
            test = lacking if where is None else b.conjunction([where.sql, lacking])
            tests.append(test)
            why.append((test, projection.code))
        codes = all_codes([value for value in (where, projection) if value is not None])
        return (b.disjunction(tests), b.case(why), codes) if tests else None

    def _unless_undecided(self, asked: Asked, sql: Sql, empty: int | None = None) -> Value:
        """`sql`, unless an element is undecided; `empty` is the code of a NULL by itself."""
        undecided = self._undecided(asked)
        if undecided is None:
            last = None if empty is None else b.integer(empty)
            codes = asked.source.codes | (frozenset() if empty is None else {empty})
            return Value(sql, asked.node.type, first_code([asked.source], last), Form(codes))
        test, why, codes = undecided
        stopped = self.named(
            self.dialect.any_by(asked.source.sql, asked.variable, test),
            f"{self._label(asked.node)} undecided",
        )
        guarded = b.case([(stopped, b.null(stored_type(asked.node.type, PLAIN)))], sql)
        found = self._or_undecided(asked, guarded, codes, why)
        if empty is None:
            return found
        inner = b.case([(stopped, self._reason_alone(asked, codes, why))], b.integer(empty))
        return evolve(found, na=first_code([asked.source], inner), form=Form(found.codes | {empty}))

    def _reason_alone(self, asked: Asked, codes: frozenset[int], why: Sql) -> Sql:
        if len(codes) == 1:
            return b.integer(next(iter(codes)))
        return self.dialect.first(self.dialect.kept(self.each(asked, why), b.is_known))

    def _count(self, asked: Asked) -> Value:
        return self._unless_undecided(asked, self._number(asked))

    def _number(self, asked: Asked) -> Sql:
        if asked.where is None:
            return self.dialect.size(asked.source.sql)
        return where_known(asked.source, self.dialect.number_of_true(self.each(asked, asked.where.sql)))

    def _aggregated(self, asked: Asked) -> Value:
        """`sum of`, `mean of`, `min of`, `max of`."""
        node, value = asked.node, asked.projection
        assert value is not None
        if node.kind in ("min_of", "max_of"):
            values = self.each(asked, asked.where_holds(value.sql))
            best = self.dialect.smallest(values) if node.kind == "min_of" else self.dialect.largest(values)
            return self._unless_undecided(asked, best, self.empty(node))
        known = b.coalesce(value.sql, b.double(0)) if value.codes else value.sql
        total = self.dialect.total(self.each(asked, asked.where_holds(known, b.double(0))))
        if node.kind == "sum_of":
            return self._unless_undecided(asked, where_known(asked.source, total))

        def mean(number: Sql) -> Sql:
            return b.case([(b.compare(">", number, b.double(0)), b.divide(total, number))])

        sql = self.shared(self._number(asked), f"{self._label(node)} number", mean)
        return self._unless_undecided(asked, sql, self.empty(node))

    # ── lists ──

    def _collected(self, asked: Asked) -> Value:
        """`list …` and `list of …`."""
        value, node = asked.projection, asked.node
        kept = self.kept_list(asked)
        if value is None:
            return self._list(asked, _all_as_read(self, node.source.type, kept), asked.element)
        element = value.sql
        if value.codes:
            element = self.dialect.record([(VALUE, value.sql), (CODE, value.code)])
        return self._list(asked, self.dialect.made_by(kept, asked.variable, element), value.form)

    def _list(self, asked: Asked, sql: Sql, element: Form) -> Value:
        form = Form(asked.source.codes, element)
        return Value(sql, asked.node.type, first_code([asked.source]), form)

    def _ranked(self, asked: Asked) -> Value:
        """`top` and `bottom`: sorted by key and place; what is almost equal has no order, and is left."""
        node = asked.node
        assert asked.by is not None
        assert node.number is not None
        top, numeric = node.kind == "top", asked.by.type.kind is Kind.NUMBER
        keyed = self._with_places(self.keys(asked), -1 if top else 1)
        found = self.named(self.dialect.ascending(keyed), f"{self._label(node)} order")
        if numeric:
            self.leave(b.coalesce(self._some_are_near(found), b.FALSE()))
        best = self.dialect.shortened(self.dialect.backwards(found) if top else found, node.number)

        def element(each: Sql) -> Sql:
            place = self.dialect.absolute(self.dialect.get(each, _PLACE))
            found = self.dialect.at(asked.source.sql, self.dialect.whole_number(place))
            return _as_read(node.source.type, found)

        return self._list(asked, self.dialect.made(best, element), asked.element)

    def _some_are_near(self, ordered: Sql) -> Sql:
        """Whether two keys are equal within the tolerance, and not the same; the keys are in ascending order."""

        def near(each: Sql, place: Sql) -> Sql:
            before = self.dialect.at(ordered, b.subtract(place, b.integer(1)))
            low, high = self.dialect.get(before, _KEY), self.dialect.get(each, _KEY)
            tests = [
                b.compare(">", place, b.integer(0)),
                b.compare("!=", low, high),
                b.negation(numbers.less(self.dialect, low, high)),
            ]
            return b.conjunction(tests)

        return b.negation(self.dialect.is_empty(self.dialect.kept_by_place(ordered, near)))


def where_known(source: Value, sql: Sql) -> Sql:
    """`sql`, and NULL where a list is NA."""
    return b.case([(b.is_known(source.sql), sql)]) if source.codes else sql


def _as_read(kind: Type, sql: Sql) -> Sql:
    """An element of a list as it is read: of plain lists of numbers -0 is 0."""
    if kind.unit == FACT_LIST and kind.element is not None and kind.element.kind is Kind.NUMBER:
        return b.add(sql, b.double(0))
    return sql


def _all_as_read(emitter: QueryEmitter, kind: Type, values: Sql) -> Sql:
    """All elements of a list as they are read."""
    if kind.unit == FACT_LIST and kind.element is not None and kind.element.kind is Kind.NUMBER:
        return emitter.dialect.made(values, lambda each: _as_read(kind, each))
    return values


def _stem(name: str) -> str:
    """What the author called a variable, as far as it is a plain name."""
    word = name.split(".")[-1]
    return word if word.isascii() and word.isidentifier() else "x"
