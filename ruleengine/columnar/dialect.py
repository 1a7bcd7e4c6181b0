"""What a dialect of SQL can do, as the emitter asks for it.

Methods take and give sqlglot expressions. Guaranteed of each: it never raises on any data, it gives the same on every
dialect, and NULL operands give NULL unless said otherwise. Numbers are doubles, positions in lists begin with 0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from itertools import count

from sqlglot import exp

from ruleengine.columnar.answers import Answer
from ruleengine.columnar.build import Sql, case, cast, column, compare, function, integer, is_known, name_of
from ruleengine.columnar.types import TEXT, ColumnType

#: Makes an expression of the variable of a lambda.
Body = Callable[[Sql], Sql]


class Dialect(ABC):
    """One dialect; an object is used for one query, as it counts its variables."""

    #: How sqlglot calls it.
    name: str

    def __init__(self) -> None:
        self._numbers = count(1)

    def text_of(self, node: Sql, pretty: bool = False) -> str:
        """A node as text."""
        return node.sql(dialect=self.name, pretty=pretty, identify=True)

    def variable(self, stem: str = "x") -> str:
        """A name that no other variable of a lambda has."""
        return f"{stem}_{next(self._numbers)}"

    def function_of(self, names: Sequence[str], body: Sql) -> exp.Lambda:
        """A lambda."""
        return exp.Lambda(this=body, expressions=[name_of(name) for name in names])

    # ── lists ──

    @abstractmethod
    def list_of(self, items: Sequence[Sql], element: ColumnType) -> Sql:
        """A list of these items."""

    def kept(self, values: Sql, test: Body) -> Sql:
        """The elements for which a test is TRUE."""
        name = self.variable()
        return self.kept_by(values, name, test(column(name)))

    @abstractmethod
    def kept_by(self, values: Sql, variable: str, test: Sql) -> Sql:
        """The same by a test that has been written over a variable of a given name."""

    def made(self, values: Sql, body: Body) -> Sql:
        """What each element becomes."""
        name = self.variable()
        return self.made_by(values, name, body(column(name)))

    @abstractmethod
    def made_by(self, values: Sql, variable: str, body: Sql) -> Sql:
        """The same by a body that has been written over a variable of a given name."""

    @abstractmethod
    def reduced(self, values: Sql, step: Callable[[Sql, Sql], Sql]) -> Sql:
        """Elements taken together from the left: `step(so far, next)` of one type with them; NULL of no elements."""

    @abstractmethod
    def size(self, values: Sql) -> Sql:
        """How many elements, as a double."""

    @abstractmethod
    def at(self, values: Sql, place: Sql) -> Sql:
        """The element at a place (an integer from 0); NULL where there is none."""

    @abstractmethod
    def shortened(self, values: Sql, number: int) -> Sql:
        """The first elements, at most so many."""

    @abstractmethod
    def largest(self, values: Sql) -> Sql:
        """The largest element that is not NULL; NULL where there is none. Exact: without tolerance."""

    @abstractmethod
    def smallest(self, values: Sql) -> Sql:
        """The smallest element that is not NULL."""

    @abstractmethod
    def last(self, values: Sql) -> Sql:
        """The last element; NULL where there is none."""

    @abstractmethod
    def place_of(self, values: Sql, value: Sql) -> Sql:
        """The place of the first element that equals a value (an integer from 0); NULL where none does."""

    @abstractmethod
    def total(self, values: Sql) -> Sql:
        """Doubles added to 0 one after the other from the left; the list and its elements must not be NULL."""

    @abstractmethod
    def number_of_true(self, tests: Sql) -> Sql:
        """How many tests are TRUE, as a double; the list must not be NULL."""

    @abstractmethod
    def numbered(self, values: Sql, body: Callable[[Sql, Sql], Sql]) -> Sql:
        """What each element becomes, by a body of the element and its place, a double from 0."""

    @abstractmethod
    def kept_by_place(self, values: Sql, test: Callable[[Sql, Sql], Sql]) -> Sql:
        """The elements for which a test of the element and its place (an integer from 0) is TRUE."""

    @abstractmethod
    def ascending(self, values: Sql) -> Sql:
        """Elements in ascending order; records by their first fields. None of them is NULL."""

    @abstractmethod
    def backwards(self, values: Sql) -> Sql:
        """Elements in the opposite order."""

    @abstractmethod
    def joined(self, values: Sql, separator: str) -> Sql:
        """Texts joined by a separator; a list of no texts gives the empty text."""

    def first(self, values: Sql) -> Sql:
        """The first element; NULL where there is none."""
        return self.at(values, integer(0))

    def is_empty(self, values: Sql) -> Sql:
        """Whether a list has no elements."""
        return compare("=", self.size(values), exp.Literal.number("0e0"))

    def any_is(self, values: Sql, test: Body) -> Sql:
        """Whether a test is TRUE of some element: TRUE or FALSE, never undecided; NULL only where the list is."""
        name = self.variable()
        return self.any_by(values, name, test(column(name)))

    @abstractmethod
    def any_by(self, values: Sql, variable: str, test: Sql) -> Sql:
        """The same by a test that has been written over a variable of a given name."""

    def absolute(self, number: Sql) -> Sql:
        """A number without its sign."""
        return function("abs", number)

    # ── numbers and texts ──

    @abstractmethod
    def scientific(self, number: Sql, decimals: int) -> Sql:
        """A number as text, `1.5e+00`, with so many decimals; the last digit may differ where the next ones are 5000…"""

    @abstractmethod
    def parsed(self, text: Sql) -> Sql:
        """The double nearest to a decimal that is written as text, as `scientific` writes it."""

    @abstractmethod
    def repeated(self, value: Sql, times: Sql) -> Sql:
        """The list of a double so many times (a whole number)."""

    def whole_number(self, number: Sql) -> Sql:
        """A double without decimals, smaller than 2^31, as an integer."""
        return exp.cast(number, "INT")

    @abstractmethod
    def is_ascii(self, text: Sql) -> Sql:
        """Whether a text has only signs of ASCII."""

    @abstractmethod
    def starts_with(self, text: Sql, start: Sql) -> Sql:
        """Whether a text begins with another."""

    @abstractmethod
    def ends_with(self, text: Sql, end: Sql) -> Sql:
        """Whether a text ends with another."""

    @abstractmethod
    def trimmed(self, text: Sql, signs: str) -> Sql:
        """A text without any of some signs at its ends."""

    @abstractmethod
    def fits(self, text: Sql, pattern: str) -> Answer:
        """Whether a regular expression of RE2 fits somewhere in a text."""

    def as_text(self, value: Sql) -> Sql:
        """An integer as digits; a date and a timestamp as `2024-03-01 10:00:00.5`."""
        return cast(value, TEXT)

    # ── records, and names for values ──

    @abstractmethod
    def record(self, fields: Sequence[tuple[str, Sql]]) -> Sql:
        """A record; never NULL."""

    @abstractmethod
    def get(self, record: Sql, name: str) -> Sql:
        """A field of a record."""

    def bound(self, value: Sql, body: Body) -> Sql:
        """`body` of a value that is computed once, where no column can hold it; NULL where the value is."""
        return case([(is_known(value), self.bound_or_null(value, body))])

    def bound_or_null(self, value: Sql, body: Body) -> Sql:
        """The same, with `body` also of NULL."""
        return self.first(self.made(self.one(value), body))

    @abstractmethod
    def one(self, value: Sql) -> Sql:
        """The list with one value in it, which may be NULL."""

    # ── words of a closed set, and differences ──

    def word(self, text: str, of: str) -> Sql:
        """A text that is one of the words of a closed set, which is called `of`."""
        return exp.Literal.string(text)

    def prelude(self) -> list[str]:
        """What has to be run once before the query."""
        return []

    def differs(self, one: Sql, other: Sql) -> Sql:
        """Whether two values are different; NULL is a value here."""
        return exp.Not(this=exp.Paren(this=exp.NullSafeEQ(this=one, expression=other)))

    # ── dates ──

    @abstractmethod
    def date(self, day: int) -> Sql:
        """A date by its day number (1 is 0001-01-01)."""

    @abstractmethod
    def instant(self, microseconds: int) -> Sql:
        """An instant by its microseconds since 1970-01-01 in UTC."""

    @abstractmethod
    def days_between(self, first: Sql, last: Sql) -> Sql:
        """`last - first` in days, as a double."""

    @abstractmethod
    def plus_days(self, day: Sql, days: Sql) -> Sql:
        """A date so many days later (an integer); years beyond 1..9999 can come out."""

    @abstractmethod
    def plus_months(self, day: Sql, months: Sql) -> Sql:
        """A date so many months later (an integer), at most at the month's end; years beyond 1..9999 can come out."""

    @abstractmethod
    def day_of(self, instant: Sql, zone: str) -> Sql:
        """The calendar date of an instant in a zone."""

    @abstractmethod
    def later(self, instant: Sql, seconds: Sql) -> Sql:
        """An instant so many seconds later (an integer)."""
