"""Types, units, NA with reasons, and the decimal rules that every reader of the evaluation tree shares.

A value is present, or NA with a reason. Numbers are doubles that compare with a tolerance (`equal`, `less`), so that
a score exactly on an edge falls where the interval says. Dates are day numbers (`date.toordinal`), timestamps are
microseconds since 1970-01-01 in UTC, durations are numbers of days or of months.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from enum import Enum
from functools import reduce
from operator import add

from attrs import field, frozen

#: Every reason a value can be NA for, the worst first: this is the order in which a parent takes one over.
NA_REASONS = ("invalid", "expired", "missing", "grace", "excluded", "not_applicable")
#: The statuses of a result: scored, stale (scored, and flagged), or an NA reason.
STATUSES = ("scored", "stale", *NA_REASONS)
#: NA for these reasons says that the account lacks data; the others say that nothing was expected.
LACKING = frozenset({"missing", "expired", "invalid"})

ABSOLUTE_TOLERANCE = 1e-10
RELATIVE_TOLERANCE = 1e-14
#: A fact of this magnitude or more is NA `invalid`.
LARGEST_FACT = 1e15


#: From here on (2^53) every double is whole: there is nothing to round.
LARGEST_WITH_DECIMALS = 9007199254740992.0


#: The `unit` of the type of a list that comes from the facts: its elements are checked when they are read.
FACT_LIST = "facts"
#: The `unit` of the type of a record that a ruleset makes itself; the fields of other records are checked when read.
OWN_RECORD = "own"


class Kind(Enum):
    """The kinds of values."""

    NUMBER = "number"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"
    LIST = "list"
    RECORD = "record"
    BAND = "band"
    SERIES = "series"  # dated values; `element` is the type of the values
    NOTHING = "nothing"  # the type of a bare `na`: goes with everything
    UNKNOWN = "unknown"  # after a fault: goes with everything, so that one fault gives one report


@frozen(slots=True)
class Type:
    """The type of a value.

    `unit` of a number is one of `` (plain), `count`, `percent`, `days`, `months`, `money`, `money USD`.
    `choices` are the words of a choice, `element` the type of a list's elements, `fields` those of a record,
    `band_set` the key of a band's band set.
    """

    kind: Kind
    unit: str = ""
    choices: tuple[str, ...] = ()
    element: Type | None = None
    fields: tuple[Field, ...] = field(default=(), repr=False)
    band_set: str = ""

    def __str__(self) -> str:
        """The words of the domain for this type."""
        if self.kind is Kind.NUMBER:
            return self.unit or "number"
        if self.kind is Kind.LIST:
            return f"list of {self.element}" if self.element else "list"
        if self.kind is Kind.SERIES:
            return f"series of {self.element}" if self.element else "series"
        return str(self.kind.value)


@frozen(slots=True)
class Field:
    """One named part of a record, as the fact schema declares it.

    `scale` turns the stored number into the value: 0.01 for a percent stored as 0..100, otherwise 1.
    `minimum` and `maximum` are in stored terms and inclusive unless the `exclusive_` flag says otherwise.
    """

    name: str
    type: Type
    description: str = ""
    secret: bool = False
    required: bool = False
    integer: bool = False
    scale: float = 1.0
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False


def _path(pointer: str) -> str:
    """A JSON pointer as people write paths; `[].name` is a field of an element that has no place of its own."""
    return pointer.removeprefix("[].").removeprefix("/").replace("/", ".")


NUMBER = Type(Kind.NUMBER)
COUNT = Type(Kind.NUMBER, "count")
PERCENT = Type(Kind.NUMBER, "percent")
DAYS = Type(Kind.NUMBER, "days")
MONTHS = Type(Kind.NUMBER, "months")
MONEY = Type(Kind.NUMBER, "money")
DATE = Type(Kind.DATE)
TIMESTAMP = Type(Kind.TIMESTAMP)
TEXT = Type(Kind.TEXT)
#: A text that the fact schema calls an address of the web: `"format": "uri"`.
ADDRESS = Type(Kind.TEXT, "uri")
FLAG = Type(Kind.FLAG)
NOTHING = Type(Kind.NOTHING)
UNKNOWN = Type(Kind.UNKNOWN)


class NA:
    """A value that is not there, with the reason why and, where there is one, the place and what was found.

    `pointer` is a JSON pointer into the facts; `text` says in words what is wrong; `code` is the diagnostic code of an
    `invalid` value. Instances are never changed.
    """

    __slots__ = ("_phrase", "code", "pointer", "reason", "text")

    def __init__(self, reason: str, text: str = "", pointer: str = "", code: str = "") -> None:
        self.reason = reason
        self.text = text
        self.pointer = pointer
        self.code = code
        self._phrase: str | None = None

    def __repr__(self) -> str:
        return f"NA({self.reason!r}, {self.text!r}, {self.pointer!r})"

    def describe(self) -> str:
        """One phrase for people: what is NA and why."""
        if self._phrase is None:
            self._phrase = self._described()
        return self._phrase

    def _described(self) -> str:
        own_words = self.code == "RE506"  # what cannot be computed says itself which expression that is
        path = f"`{_path(self.pointer)}`" if self.pointer and not own_words else ""
        parts = [part for part in (path, self.text) if part]
        return ": ".join(parts) if parts else self.reason.replace("_", " ")


def tolerance(a: float, b: float = 0.0) -> float:
    """How far apart `a` and `b` may be and still be equal."""
    return max(ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE * max(abs(a), abs(b)))


def equal(a: float, b: float) -> bool:
    """Whether two numbers are equal within 10⁻¹⁰, or within 10⁻¹⁴ of the larger magnitude."""
    return abs(a - b) <= tolerance(a, b)


def less(a: float, b: float) -> bool:
    """Whether `a` is below `b` by more than the tolerance."""
    return b - a > tolerance(a, b)


ROUNDING_MODES = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "half_down": ROUND_HALF_DOWN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}
_CONTEXT = Context(prec=60)
_TEN_DECIMALS = Decimal(1).scaleb(-10)
_QUANTA = tuple(Decimal(1).scaleb(-digits) for digits in range(11))


def round_to(value: float, digits: int, mode: str) -> float:
    """Round `value` to `digits` decimals (0 to 10) with a named mode.

    The number is first taken to 10 decimals, half-up on its shortest decimal, so that 2.675 rounds as people expect.
    """
    if abs(value) >= LARGEST_WITH_DECIMALS:
        return float(value)
    exact = Decimal(repr(value)).quantize(_TEN_DECIMALS, ROUND_HALF_UP, _CONTEXT)
    return float(exact.quantize(_QUANTA[digits], ROUNDING_MODES[mode], _CONTEXT)) + 0.0


#: How a timestamp is written. Python takes more, such as `10:00:00xZ`, and in other versions other things, such as 24:00.
_TIMESTAMP = re.compile(
    r"[0-9]{4}-(?:[0-9]{2}-[0-9]{2}|W[0-9]{2}-[1-7])[Tt ](?:[01][0-9]|2[0-3])"
    r"(?::[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?|[0-5][0-9](?:[0-5][0-9](?:[.,][0-9]+)?)?)"
    r"(?:[Zz]|[-+](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?"
)


def timestamp_of(text: str) -> datetime:
    """The timestamp that a text tells, without a zone where it names none. Raises `ValueError` where it tells none."""
    if not _TIMESTAMP.fullmatch(text):
        raise ValueError(f"{text!r} is no timestamp")
    return datetime.fromisoformat(text.upper())


def significant(value: float, digits: int = 12) -> float:
    """`value` to 12 significant digits, half-up on its shortest decimal: for `ln`, `exp`, `sqrt`, fractional powers."""
    if value == 0.0:
        return 0.0
    exact = Decimal(repr(value))
    quantum = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return float(exact.quantize(quantum, ROUND_HALF_UP, _CONTEXT))


def added_up(numbers: Iterable[float]) -> float:
    """Doubles added one after the other: `sum` gives other last digits from Python 3.12 on."""
    return reduce(add, numbers, 0.0)
