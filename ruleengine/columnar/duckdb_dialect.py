"""What the emitter asks for, in DuckDB's SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.answers import Answer, decided
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.types import DATE, DOUBLE, TIMESTAMP, ColumnType, list_of

#: What a pattern has that asks for properties of signs: classes of them, and small letters that stand for capital ones.
_OF_ALL_SIGNS = re.compile(r"\\[pP]|\(\?\w*i")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DuckDB(Dialect):
    """DuckDB from 1.3 on, which writes lambdas as `lambda x: …`."""

    name = "duckdb"

    def __init__(self, enumerated: bool = False) -> None:
        super().__init__()
        #: The words of each closed set, where they get a type of their own: a third less time to write them.
        self.words: dict[str, dict[str, None]] | None = {} if enumerated else None

    def word(self, text: str, of: str) -> Sql:
        """A literal, of the type of its set where there is one."""
        if self.words is None:
            return b.text(text)
        self.words.setdefault(of, {})[text] = None
        kind = exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=b.name_of(f"{of} words"))
        return exp.Cast(this=b.text(text), to=kind)

    def prelude(self) -> list[str]:
        """The types of the closed sets."""
        found = []
        for of, words in (self.words or {}).items():
            listed = ", ".join(self.text_of(b.text(word)) for word in words)
            found.append(
                f"CREATE OR REPLACE TYPE {self.text_of(b.name_of(f'{of} words'))} AS ENUM ({listed})"
            )
        return found

    def list_of(self, items: Sequence[Sql], element: ColumnType) -> Sql:
        """A list literal; an empty one needs its type."""
        found = exp.Array(expressions=list(items))
        return found if items else b.cast(found, list_of(element))

    def kept_by(self, values: Sql, variable: str, test: Sql) -> Sql:
        """`list_filter`."""
        return b.function("list_filter", values, self.function_of([variable], test))

    def made_by(self, values: Sql, variable: str, body: Sql) -> Sql:
        """`list_transform`."""
        return b.function("list_transform", values, self.function_of([variable], body))

    def reduced(self, values: Sql, step: Callable[[Sql, Sql], Sql]) -> Sql:
        """`list_reduce`, which raises for an empty list."""
        so_far, following = self.variable("so_far"), self.variable("x")
        made = self.function_of([so_far, following], step(b.column(so_far), b.column(following)))
        filled = b.compare(">", b.function("len", values), b.integer(0))
        return b.case([(filled, b.function("list_reduce", values, made))])

    def size(self, values: Sql) -> Sql:
        """`len`."""
        return b.cast(b.function("len", values), DOUBLE)

    def at(self, values: Sql, place: Sql) -> Sql:
        """`list_extract` counts from 1, and gives NULL beyond the end."""
        position = (
            b.integer(int(place.name) + 1) if isinstance(place, exp.Literal) else b.add(place, b.integer(1))
        )
        return b.function("list_extract", values, position)

    def shortened(self, values: Sql, number: int) -> Sql:
        """`list_slice`."""
        return b.function("list_slice", values, b.integer(1), b.integer(number))

    def largest(self, values: Sql) -> Sql:
        """`list_max`."""
        return b.function("list_max", values)

    def smallest(self, values: Sql) -> Sql:
        """`list_min`."""
        return b.function("list_min", values)

    def last(self, values: Sql) -> Sql:
        """`list_extract` counts from the end with -1."""
        return b.function("list_extract", values, b.integer(-1))

    def place_of(self, values: Sql, value: Sql) -> Sql:
        """`list_position` counts from 1."""
        found = b.function("nullif", b.function("list_position", values, value), b.integer(0))
        return b.subtract(found, b.integer(1))

    def total(self, values: Sql) -> Sql:
        """`list_sum`, which adds one after the other, and is NULL for no elements."""
        return b.coalesce(b.function("list_sum", values), b.double(0))

    def number_of_true(self, tests: Sql) -> Sql:
        """`list_aggregate(…, 'count_if')`, which is NULL for no elements."""
        found = b.function("list_aggregate", tests, b.text("count_if"))
        return b.coalesce(b.cast(found, DOUBLE), b.double(0))

    def numbered(self, values: Sql, body: Callable[[Sql, Sql], Sql]) -> Sql:
        """`list_transform` counts from 1."""
        each, place = self.variable(), self.variable("place")
        number = b.cast(b.subtract(b.column(place), b.integer(1)), DOUBLE)
        return b.function(
            "list_transform", values, self.function_of([each, place], body(b.column(each), number))
        )

    def kept_by_place(self, values: Sql, test: Callable[[Sql, Sql], Sql]) -> Sql:
        """`list_filter` counts from 1."""
        each, place = self.variable(), self.variable("place")
        number = b.subtract(b.column(place), b.integer(1))
        return b.function(
            "list_filter", values, self.function_of([each, place], test(b.column(each), number))
        )

    def ascending(self, values: Sql) -> Sql:
        """`list_sort`; told the order, which a setting of the database could change."""
        return b.function("list_sort", values, b.text("ASC"))

    def backwards(self, values: Sql) -> Sql:
        """`list_reverse`."""
        return b.function("list_reverse", values)

    def joined(self, values: Sql, separator: str) -> Sql:
        """`list_aggregate(…, 'string_agg')` is NULL for an empty list; so `array_to_string`, which is not."""
        return b.function("array_to_string", values, b.text(separator))

    def any_by(self, values: Sql, variable: str, test: Sql) -> Sql:
        """Whether TRUE is among the tests: that copies no elements, as a filter would."""
        return b.function("list_contains", self.made_by(values, variable, test), b.TRUE())

    def scientific(self, number: Sql, decimals: int) -> Sql:
        """`printf`."""
        return b.function("printf", b.text(f"%.{decimals}e"), number)

    def parsed(self, text: Sql) -> Sql:
        """`CAST`."""
        return b.cast(text, DOUBLE)

    def repeated(self, value: Sql, times: Sql) -> Sql:
        """`list_resize` of a list without elements."""
        return b.function("list_resize", self.list_of([], DOUBLE), times, value)

    def is_ascii(self, text: Sql) -> Sql:
        """As many bytes as signs."""
        return b.compare("=", b.function("strlen", text), b.function("length", text))

    def starts_with(self, text: Sql, start: Sql) -> Sql:
        """`starts_with`."""
        return b.function("starts_with", text, start)

    def ends_with(self, text: Sql, end: Sql) -> Sql:
        """`ends_with`."""
        return b.function("ends_with", text, end)

    def trimmed(self, text: Sql, signs: str) -> Sql:
        """`trim`."""
        return b.function("trim", text, b.text(signs))

    def fits(self, text: Sql, pattern: str) -> Answer:
        """`regexp_matches`, which is RE2 of another version: only what it knows of signs beyond ASCII may differ."""
        fits = b.function("regexp_matches", text, b.text(pattern))
        if _OF_ALL_SIGNS.search(pattern) is None:
            return Answer(fits)
        return Answer(fits, decided(b.negation(self.is_ascii(text))))

    def record(self, fields: Sequence[tuple[str, Sql]]) -> Sql:
        """A struct literal."""
        return exp.Struct(
            expressions=[exp.PropertyEQ(this=b.name_of(name), expression=value) for name, value in fields]
        )

    def get(self, record: Sql, name: str) -> Sql:
        """`struct_extract`."""
        return b.function("struct_extract", record, b.text(name))

    def one(self, value: Sql) -> Sql:
        """`[value]`."""
        return exp.Array(expressions=[value])

    def date(self, day: int) -> Sql:
        """`CAST('2024-03-01' AS DATE)`."""
        return b.cast(b.text(date.fromordinal(day).isoformat()), DATE)

    def instant(self, microseconds: int) -> Sql:
        """A timestamp literal."""
        moment = (_EPOCH + timedelta(microseconds=microseconds)).replace(tzinfo=None)
        return b.cast(b.text(moment.isoformat(sep=" ")), TIMESTAMP)

    def days_between(self, first: Sql, last: Sql) -> Sql:
        """Dates are subtracted."""
        return b.cast(b.subtract(last, first), DOUBLE)

    def plus_days(self, day: Sql, days: Sql) -> Sql:
        """A date and an integer are added."""
        return b.add(day, exp.cast(days, "INT"))

    def plus_months(self, day: Sql, months: Sql) -> Sql:
        """A date and an interval give a timestamp."""
        return b.cast(b.add(day, b.function("to_months", exp.cast(months, "INT"))), DATE)

    def day_of(self, instant: Sql, zone: str) -> Sql:
        """`timezone(zone, timezone('UTC', t))`."""
        if zone == "UTC":
            return b.cast(instant, DATE)
        at = b.function("timezone", b.text("UTC"), instant)
        return b.cast(b.function("timezone", b.text(zone), at), DATE)

    def later(self, instant: Sql, seconds: Sql) -> Sql:
        """A timestamp and an interval are added."""
        return b.add(instant, b.function("to_seconds", seconds))
