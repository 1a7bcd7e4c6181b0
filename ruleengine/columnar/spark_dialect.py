"""What the emitter asks for, in Spark's SQL, with ANSI rules: what could raise is guarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlglot import exp

from ruleengine.columnar import build as b
from ruleengine.columnar.answers import Answer, decided
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.java_patterns import java_pattern
from ruleengine.columnar.types import DATE, DOUBLE, TIMESTAMP, ColumnType, list_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Spark(Dialect):
    """Spark from 3.5 on, in a session whose time zone is UTC."""

    name = "spark"

    def text_of(self, node: Sql, pretty: bool = False) -> str:
        """A node as text; Spark puts variables and the environment in place of `${…}`, in texts too, so none is left."""
        for cast in list(node.find_all(exp.Cast)):
            _untyped_beside_values(cast)
        return super().text_of(node, pretty).replace("${", "\\u0024{")

    def list_of(self, items: Sequence[Sql], element: ColumnType) -> Sql:
        """`array(…)`; an empty one needs its type."""
        found = b.function("array", *items)
        return found if items else b.cast(found, list_of(element))

    def kept_by(self, values: Sql, variable: str, test: Sql) -> Sql:
        """`filter`."""
        return b.function("filter", values, self.function_of([variable], test))

    def made_by(self, values: Sql, variable: str, body: Sql) -> Sql:
        """`transform`."""
        return b.function("transform", values, self.function_of([variable], body))

    def reduced(self, values: Sql, step: Callable[[Sql, Sql], Sql]) -> Sql:
        """`aggregate` over the rest, from the first element on."""
        so_far, following = self.variable("so_far"), self.variable("x")
        made = self.function_of([so_far, following], step(b.column(so_far), b.column(following)))
        filled = b.compare(">", b.function("size", values), b.integer(0))
        rest = b.function("slice", values, b.integer(2), b.function("size", values))
        return b.case([(filled, b.function("aggregate", rest, self.first(values), made))])

    def size(self, values: Sql) -> Sql:
        """`size`, which is -1 for NULL unless told otherwise."""
        return b.case([(b.is_known(values), b.cast(b.function("size", values), DOUBLE))])

    def at(self, values: Sql, place: Sql) -> Sql:
        """`get` counts from 0, and gives NULL beyond the end."""
        return b.function("get", values, place if isinstance(place, exp.Literal) else exp.cast(place, "INT"))

    def shortened(self, values: Sql, number: int) -> Sql:
        """`slice`."""
        return b.function("slice", values, b.integer(1), b.integer(number))

    def largest(self, values: Sql) -> Sql:
        """`array_max`."""
        return b.function("array_max", values)

    def smallest(self, values: Sql) -> Sql:
        """`array_min`."""
        return b.function("array_min", values)

    def last(self, values: Sql) -> Sql:
        """`get` at -1, where the list is empty, is NULL."""
        return b.function("get", values, b.subtract(b.function("size", values), b.integer(1)))

    def place_of(self, values: Sql, value: Sql) -> Sql:
        """`array_position` counts from 1; 0 is none."""
        found = b.function("nullif", b.function("array_position", values, value), b.integer(0))
        return b.subtract(found, b.integer(1))

    def total(self, values: Sql) -> Sql:
        """`aggregate` from 0 on."""
        so_far, following = self.variable("so_far"), self.variable("x")
        added = self.function_of([so_far, following], b.add(b.column(so_far), b.column(following)))
        return b.function("aggregate", values, b.double(0), added)

    def number_of_true(self, tests: Sql) -> Sql:
        """How many are left of the list."""
        each = self.variable()
        kept = b.function("filter", tests, self.function_of([each], b.column(each)))
        return b.cast(b.function("size", kept), DOUBLE)

    def numbered(self, values: Sql, body: Callable[[Sql, Sql], Sql]) -> Sql:
        """`transform` counts from 0."""
        each, place = self.variable(), self.variable("place")
        made = body(b.column(each), b.cast(b.column(place), DOUBLE))
        return b.function("transform", values, self.function_of([each, place], made))

    def kept_by_place(self, values: Sql, test: Callable[[Sql, Sql], Sql]) -> Sql:
        """`filter` counts from 0."""
        each, place = self.variable(), self.variable("place")
        found = test(b.column(each), b.column(place))
        return b.function("filter", values, self.function_of([each, place], found))

    def ascending(self, values: Sql) -> Sql:
        """`array_sort`."""
        return b.function("array_sort", values)

    def backwards(self, values: Sql) -> Sql:
        """`reverse`."""
        return b.function("reverse", values)

    def joined(self, values: Sql, separator: str) -> Sql:
        """`array_join`."""
        return b.function("array_join", values, b.text(separator))

    def any_by(self, values: Sql, variable: str, test: Sql) -> Sql:
        """`exists`, which is NULL where nothing decides."""
        found = b.coalesce(b.function("exists", values, self.function_of([variable], test)), b.FALSE())
        return b.case([(b.is_known(values), found)])

    def scientific(self, number: Sql, decimals: int) -> Sql:
        """`format_string`, which says `null` for NULL."""
        found = b.function("format_string", b.text(f"%.{decimals}e"), number)
        return b.function("nullif", found, b.text("null"))

    def parsed(self, text: Sql) -> Sql:
        """`try_to_number` wants a form, and sqlglot writes `TRY_CAST` as `CAST`: the text must be a number."""
        return b.cast(text, DOUBLE)

    def repeated(self, value: Sql, times: Sql) -> Sql:
        """`array_repeat`."""
        return b.function("array_repeat", value, times)

    def is_ascii(self, text: Sql) -> Sql:
        """As many bytes as signs."""
        return b.compare("=", b.function("octet_length", text), b.function("char_length", text))

    def starts_with(self, text: Sql, start: Sql) -> Sql:
        """`startswith`."""
        return b.function("startswith", text, start)

    def ends_with(self, text: Sql, end: Sql) -> Sql:
        """`endswith`."""
        return b.function("endswith", text, end)

    def trimmed(self, text: Sql, signs: str) -> Sql:
        """`btrim`."""
        return b.function("btrim", text, b.text(signs))

    def fits(self, text: Sql, pattern: str) -> Answer:
        """`regexp_like`, which is Java's: for what both read alike."""
        java = java_pattern(pattern)
        if java is None:
            return Answer(b.case([(b.is_known(text), b.FALSE())]), b.TRUE())
        tests = [b.compare(">", b.function("char_length", text), b.integer(java.longest))]
        if java.ascii_only:
            tests.append(b.negation(self.is_ascii(text)))
        fits = b.function("regexp_like", text, b.text(java.text))
        too_long = b.case([(b.negation(tests[0]), fits), (tests[0], b.FALSE())])
        return Answer(too_long, decided(b.disjunction(tests)))

    def record(self, fields: Sequence[tuple[str, Sql]]) -> Sql:
        """`named_struct`."""
        parts = [part for name, value in fields for part in (b.text(name), value)]
        return b.function("named_struct", *parts)

    def get(self, record: Sql, name: str) -> Sql:
        """`record.field`."""
        return exp.Dot(this=b.paren(record), expression=b.name_of(name))

    def one(self, value: Sql) -> Sql:
        """`array(value)`."""
        return b.function("array", value)

    def date(self, day: int) -> Sql:
        """`CAST('2024-03-01' AS DATE)`."""
        return b.cast(b.text(date.fromordinal(day).isoformat()), DATE)

    def instant(self, microseconds: int) -> Sql:
        """A timestamp literal; the session's zone is UTC."""
        moment = (_EPOCH + timedelta(microseconds=microseconds)).replace(tzinfo=None)
        return b.cast(b.text(moment.isoformat(sep=" ")), TIMESTAMP)

    def days_between(self, first: Sql, last: Sql) -> Sql:
        """`datediff`."""
        return b.cast(b.function("datediff", last, first), DOUBLE)

    def plus_days(self, day: Sql, days: Sql) -> Sql:
        """`date_add`."""
        return b.function("date_add", day, exp.cast(days, "INT"))

    def plus_months(self, day: Sql, months: Sql) -> Sql:
        """`add_months`."""
        return b.function("add_months", day, exp.cast(months, "INT"))

    def day_of(self, instant: Sql, zone: str) -> Sql:
        """`from_utc_timestamp`."""
        if zone != "UTC":
            instant = b.function("from_utc_timestamp", instant, b.text(zone))
        return b.cast(instant, DATE)

    def later(self, instant: Sql, seconds: Sql) -> Sql:
        """By microseconds since 1970."""
        moved = b.multiply(exp.cast(seconds, "BIGINT"), b.integer(1_000_000))
        return b.function("timestamp_micros", b.add(b.function("unix_micros", instant), moved))


def _untyped_beside_values(cast: exp.Cast) -> None:
    """Leave the type of a NULL record to the values beside it.

    Facts in lists hold the fields that are read and no others; Spark wants records of one choice to have the same fields.
    """
    if not isinstance(cast.this, exp.Null) or cast.to.find(exp.ColumnDef) is None:
        return
    holder = cast.parent
    whole = holder.parent if isinstance(holder, exp.If) else holder
    if isinstance(whole, exp.Case):
        values = [each.args["true"] for each in whole.args["ifs"]] + [whole.args.get("default")]
    elif isinstance(whole, exp.Coalesce):
        values = [whole.this, *whole.expressions]
    else:
        return
    if any(value is not None and not isinstance(value, exp.Null | exp.Cast) for value in values):
        cast.replace(exp.null())
