"""Dates and timestamps as results print them, in SQL."""

from __future__ import annotations

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect


def date_text(dialect: Dialect, day: Sql) -> Sql:
    """`2024-03-01`."""
    return dialect.as_text(day)


def timestamp_text(dialect: Dialect, instant: Sql) -> Sql:
    """`2024-03-01T10:00:00Z`, with six decimals of a second where there are any."""
    text = dialect.as_text(instant)
    day = b.function("substr", text, b.integer(1), b.integer(10))
    time = b.function("substr", text, b.integer(12), b.integer(8))
    decimals = b.function("rpad", b.function("substr", text, b.integer(20)), b.integer(7), b.text("0"))
    has_decimals = b.compare(">", b.function("length", text), b.integer(19))
    return b.concat([day, b.text("T"), time, b.case([(has_decimals, decimals)], b.text("")), b.text("Z")])
