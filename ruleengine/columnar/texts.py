"""Functions of texts in SQL.

In: texts (expressions that are cheap to repeat). Out: expressions, and for which texts they are not promised. Engines know
signs beyond ASCII from tables of different age: where these matter, only texts of ASCII are promised.
"""

from __future__ import annotations

import sys
from functools import lru_cache

from ruleengine.columnar import build as b
from ruleengine.columnar.answers import Answer, decided
from ruleengine.columnar.build import Sql
from ruleengine.columnar.dialect import Dialect
from ruleengine.columnar.types import DOUBLE


@lru_cache(maxsize=1)
def blanks() -> str:
    """All signs that `trim` takes away."""
    return "".join(sign for sign in map(chr, range(sys.maxunicode + 1)) if sign.isspace())


def _other_than_ascii(dialect: Dialect, text: Sql) -> Sql:
    return decided(b.negation(dialect.is_ascii(text)))


def lower(dialect: Dialect, text: Sql) -> Answer:
    """A text in small letters."""
    return Answer(b.function("lower", text), _other_than_ascii(dialect, text))


def upper(dialect: Dialect, text: Sql) -> Answer:
    """A text in capital letters."""
    return Answer(b.function("upper", text), _other_than_ascii(dialect, text))


def trim(dialect: Dialect, text: Sql) -> Sql:
    """A text without blanks of any kind at its ends."""
    return dialect.trimmed(text, blanks())


def length(text: Sql) -> Sql:
    """How many characters a text has."""
    return b.cast(b.function("length", text), DOUBLE)


def starts_with(dialect: Dialect, text: Sql, start: Sql) -> Sql:
    """Whether a text begins with another."""
    return dialect.starts_with(text, start)


def ends_with(dialect: Dialect, text: Sql, end: Sql) -> Sql:
    """Whether a text ends with another."""
    return dialect.ends_with(text, end)


def contains(text: Sql, part: Sql) -> Sql:
    """Whether a text holds another."""
    return b.function("contains", text, part)


def matches(dialect: Dialect, text: Sql, pattern: str) -> Answer:
    """Whether a regular expression fits somewhere in a text."""
    return dialect.fits(text, pattern)
