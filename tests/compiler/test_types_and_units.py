"""Which types go together, as whole tables: every pair of units of each operation, and the words of what does not go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ruleengine.compiler import units
from ruleengine.compiler.tables import _accepts, _signature
from ruleengine.compiler.units import Objection
from ruleengine.values import (
    COUNT,
    DATE,
    DAYS,
    FACT_LIST,
    FLAG,
    MONEY,
    MONTHS,
    NOTHING,
    NUMBER,
    OWN_RECORD,
    PERCENT,
    TEXT,
    TIMESTAMP,
    UNKNOWN,
    Field,
    Kind,
    Type,
)  # fmt: skip

DOLLARS, EUROS = Type(Kind.NUMBER, "money USD"), Type(Kind.NUMBER, "money EUR")
BY_SIGN = {
    "n": NUMBER,
    "c": COUNT,
    "p": PERCENT,
    "d": DAYS,
    "m": MONTHS,
    "$": MONEY,
    "U": DOLLARS,
    "E": EUROS,
}
SIGNS = "ncpdm$UE"
AB, BC = Type(Kind.CHOICE, choices=("a", "b")), Type(Kind.CHOICE, choices=("b", "c"))
BAND, LIST, SERIES = Type(Kind.BAND, band_set="rag"), Type(Kind.LIST), Type(Kind.SERIES)


def table(said: str) -> dict[tuple[str, str], str]:
    """For each pair of units what a table of signs says: its rows are the left sides, its columns the right ones."""
    rows = [row.split() for row in said.strip().splitlines()]
    return {(row[0], sign): cell for row in rows for sign, cell in zip(SIGNS, row[1:], strict=True)}


#: `-` does not go; `%` neither, with a hint about percentages.
ADDED = table("""
    n n n % - - - - -
    c n c % - - - - -
    p % % p - - - - -
    d - - - d - - - -
    m - - - - m - - -
    $ - - - - - $ U E
    U - - - - - U U -
    E - - - - - E - E
""")
MULTIPLIED = table("""
    n n n n d m $ U E
    c n c n d m $ U E
    p n n p d m $ U E
    d d d d - - - - -
    m m m m - - - - -
    $ $ $ $ - - - - -
    U U U U - - - - -
    E E E E - - - - -
""")
DIVIDED = table("""
    n n n n - - - - -
    c n n n - - - - -
    p p p n - - - - -
    d d d d n - - - -
    m m m m - n - - -
    $ $ $ $ - - n n n
    U U U U - - n n -
    E E E E - - n - n
""")
UNIFIED = table("""
    n n n - - - - - -
    c n c - - - - - -
    p - - p - - - - -
    d - - - d - - - -
    m - - - - m - - -
    $ - - - - - $ U E
    U - - - - - U U -
    E - - - - - E - E
""")
#: `.` goes.
COMPARED = table("""
    n . . . - - - - -
    c . . . - - - - -
    p . . . - - - - -
    d - - - . - - - -
    m - - - - . - - -
    $ - - - - - . . .
    U - - - - - . . -
    E - - - - - . - .
""")
OPERATIONS: list[tuple[Callable[[Type, Type], Type | Objection | None], dict[tuple[str, str], str]]] = [
    (lambda left, right: units.add("+", left, right), ADDED),
    (lambda left, right: units.add("-", left, right), ADDED),
    (units.multiply, MULTIPLIED),
    (units.divide, DIVIDED),
    (units.unify, UNIFIED),
    (lambda left, right: units.compare("<", left, right, False), COMPARED),
]


@pytest.mark.parametrize("number", range(len(OPERATIONS)))
def test_every_pair_of_units(number: int) -> None:
    operation, expected = OPERATIONS[number]
    for (left, right), cell in expected.items():
        found = operation(BY_SIGN[left], BY_SIGN[right])
        if cell == "." or (cell == "-" and operation is units.unify):
            assert found is None, (left, right)
        elif cell in "-%":
            assert isinstance(found, Objection), (left, right)
            assert found.code == "RE302"
            assert ("1% is 0.01" in found.help) == (cell == "%"), (left, right)
        else:
            assert found == BY_SIGN[cell], (left, right)


NAMES = [
    (NUMBER, "a plain number"), (COUNT, "a count"), (PERCENT, "a percentage"), (DAYS, "a number of days"),
    (MONTHS, "a number of months"), (MONEY, "an amount of money"), (DOLLARS, "an amount in USD"), (DATE, "a date"),
    (TIMESTAMP, "a timestamp"), (TEXT, "a text"), (AB, "a text"), (FLAG, "true or false"), (LIST, "a list"),
    (Type(Kind.RECORD), "a record"), (BAND, "a band"), (SERIES, "a series of values"), (NOTHING, "a value"), (UNKNOWN, "a value"),
]  # fmt: skip


def test_types_in_words() -> None:
    assert [units.named(kind) for kind, _ in NAMES] == [words for _, words in NAMES]


def test_what_has_no_unit_yet_goes_with_everything() -> None:
    for any_type in (NOTHING, UNKNOWN):
        assert units.add("+", any_type, DAYS) is DAYS
        assert units.add("+", DAYS, any_type) is DAYS
        assert units.add("-", any_type, DATE) is any_type  # what is taken from what is open
        assert units.add("-", DATE, any_type) is DATE
        assert units.multiply(any_type, DAYS) is DAYS
        assert units.multiply(DAYS, any_type) is DAYS
        assert units.divide(any_type, DAYS) == NUMBER
        assert units.divide(TEXT, any_type) == NUMBER
        assert units.unify(any_type, TEXT) is TEXT
        assert units.unify(TEXT, any_type) is TEXT
        assert units.compare("<", any_type, TEXT, False) is None
        assert units.compare("<", TEXT, any_type, False) is None
        assert _accepts(DAYS, any_type)
        assert _accepts(FLAG, any_type)


@pytest.mark.parametrize(
    ("left", "right", "wrong"),
    [(TEXT, NUMBER, "a text"), (NUMBER, FLAG, "true or false"), (FLAG, TEXT, "true or false"), (DAYS, LIST, "a list")],
)  # fmt: skip
def test_the_first_that_is_no_number_is_named(left: Type, right: Type, wrong: str) -> None:
    for sign, found in (
        ("+", units.add("+", left, right)),
        ("*", units.multiply(left, right)),
        ("/", units.divide(left, right)),
    ):
        assert found == Objection("RE306", f"`{sign}` needs numbers, and this is {wrong}")


def test_dates_and_numbers_of_days() -> None:
    for day in (DATE, TIMESTAMP):
        assert units.add("-", day, DATE) == DAYS
        assert units.add("-", day, TIMESTAMP) == DAYS
        for amount in (DAYS, MONTHS):
            assert units.add("+", day, amount) == DATE
            assert units.add("-", day, amount) == DATE
    both = units.add("+", DATE, DATE)
    assert isinstance(both, Objection)
    assert (both.code, both.message) == ("RE301", "a date cannot be added to a date")
    count = units.add("-", DATE, COUNT)
    assert isinstance(count, Objection)
    assert (count.code, count.message) == ("RE301", "a count cannot be subtracted from a date")
    behind = units.add("+", DAYS, DATE)
    assert isinstance(behind, Objection)
    assert behind.message == "`+` needs numbers, and this is a date"
    taken = units.add("-", PERCENT, NUMBER)
    assert isinstance(taken, Objection)
    assert taken.message == "a percentage and a plain number cannot be subtracted"
    added = units.add("+", COUNT, PERCENT)
    assert isinstance(added, Objection)
    assert added.message == "a count and a percentage cannot be added"


@pytest.mark.parametrize(
    ("operator", "left", "right", "literal", "code", "help_begins"),
    [
        ("<", PERCENT, NUMBER, True, "RE302", "write `%` after"), ("<", PERCENT, COUNT, True, "RE302", "write `%` after"),
        ("<", PERCENT, NUMBER, False, None, ""), ("<", NUMBER, PERCENT, True, None, ""), ("=", COUNT, PERCENT, True, None, ""),
        ("<", DAYS, NUMBER, True, "RE302", "write the unit: for example `30 days`"), ("<", DAYS, NUMBER, False, "RE302", ""),
        ("<", MONTHS, COUNT, True, "RE302", "write the unit: for example `30 months`"), ("<", NUMBER, DAYS, True, "RE302", ""),
        ("<", MONEY, NUMBER, True, "RE302", "write the unit: for example `30 USD`"),
        ("<", EUROS, NUMBER, True, "RE302", "write the unit: for example `30 EUR`"), ("<", DAYS, PERCENT, True, "RE302", ""),
        ("<", DAYS, MONTHS, True, "RE302", "days never compare with months"), ("=", MONTHS, DAYS, False, "RE302", "days never"),
        ("<", DAYS, EUROS, False, "RE302", ""), ("<", DATE, TIMESTAMP, False, None, ""), ("=", TIMESTAMP, DATE, False, None, ""),
        ("=", TEXT, AB, False, None, ""), ("!=", AB, TEXT, False, None, ""), ("<", TEXT, AB, False, "RE301", "use `=` or"),
        (">=", AB, AB, False, "RE301", "use `=` or"), ("=", FLAG, FLAG, False, None, ""), ("!=", BAND, BAND, False, None, ""),
        ("<", FLAG, FLAG, False, "RE301", ""), (">", BAND, BAND, False, "RE301", ""), ("=", FLAG, BAND, False, "RE301", ""),
        ("=", LIST, LIST, False, "RE301", ""), ("<", DATE, NUMBER, False, "RE301", "a date is written"),
        ("=", TIMESTAMP, COUNT, True, "RE301", "a date is written"), ("<", DATE, DAYS, False, "RE301", ""),
        ("<", DATE, TEXT, False, "RE301", ""), ("<", TEXT, NUMBER, False, "RE301", ""), ("<", NUMBER, DATE, False, "RE301", ""),
    ],
)  # fmt: skip
def test_what_may_be_compared(
    operator: str, left: Type, right: Type, literal: bool, code: str | None, help_begins: str
) -> None:
    found = units.compare(operator, left, right, literal)
    if code is None:
        assert found is None
    else:
        assert found is not None
        assert (found.code, found.help.startswith(help_begins), bool(found.help)) == (
            code,
            True,
            bool(help_begins),
        )


def listed(kind: Type | None, of: Kind = Kind.LIST) -> Type:
    return Type(of, element=kind)


def record(*fields: tuple[str, Type], unit: str = "") -> Type:
    return Type(Kind.RECORD, unit, fields=tuple(Field(name, kind) for name, kind in fields))


UNITED = [
    (AB, BC, Type(Kind.CHOICE, choices=("a", "b", "c"))), (BC, AB, Type(Kind.CHOICE, choices=("b", "c", "a"))), (AB, TEXT, TEXT),
    (TEXT, AB, TEXT), (AB, FLAG, None), (FLAG, FLAG, FLAG), (TEXT, DATE, None), (DATE, TIMESTAMP, None), (NUMBER, TEXT, None),
    (listed(COUNT), listed(NUMBER), listed(NUMBER)), (listed(COUNT), listed(TEXT), None), (LIST, listed(TEXT), listed(TEXT)),
    (listed(TEXT), LIST, listed(TEXT)), (LIST, LIST, LIST), (listed(COUNT, Kind.SERIES), listed(NUMBER, Kind.SERIES),
    listed(NUMBER, Kind.SERIES)), (listed(COUNT), listed(COUNT, Kind.SERIES), None), (LIST, SERIES, None),
    (record(("a", COUNT)), record(("a", NUMBER)), record(("a", NUMBER))), (record(("a", COUNT)), record(("b", COUNT)), None),
    (record(("a", COUNT)), record(("a", COUNT), ("b", COUNT)), None), (record(("a", COUNT)), record(("a", TEXT)), None),
    (record(("a", COUNT), unit=OWN_RECORD), record(("a", NUMBER)), None), (record(("a", COUNT)), LIST, None),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(UNITED)))
def test_one_or_the_other(number: int) -> None:
    left, right, expected = UNITED[number]
    assert units.unify(left, right) == expected


def test_records_of_one_or_the_other_are_as_careful_as_both() -> None:
    def one(**more: bool | float) -> Type:
        return Type(Kind.RECORD, fields=(Field("a", NUMBER, **more),))  # type: ignore[arg-type]  # names of its fields

    for left, right, integer, secret in (
        ({"integer": True}, {"integer": True}, True, False), ({"integer": True}, {}, False, False),
        ({}, {"integer": True}, False, False), ({"secret": True}, {}, False, True), ({}, {"secret": True}, False, True),
        ({"description": "x"}, {}, False, False),
    ):  # fmt: skip
        found = units.unify(one(**left), one(**right))
        assert found is not None
        assert (found.fields[0].integer, found.fields[0].secret) == (integer, secret)
    assert units.unify(one(scale=0.01), one()) is None
    facts, own = Type(Kind.LIST, FACT_LIST, element=TEXT), Type(Kind.LIST, element=TEXT)
    assert units.unify(record(("a", facts)), record(("a", own))) is None
    assert units.unify(record(("a", own), ("b", facts)), record(("a", own), ("b", facts))) is not None
    assert units.unify(record(("a", facts)), record(("a", NOTHING))) == record(("a", facts))


def test_words_of_durations() -> None:
    size_in_days = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7}
    size_in_months = {"month": 1, "quarter": 3, "year": 12}
    expected = {"": (1, NUMBER), "%": (0.01, PERCENT)}
    for sizes, kind in ((size_in_days, DAYS), (size_in_months, MONTHS)):
        for word, size in sizes.items():
            expected |= {word: (size, kind), word + "s": (size, kind)}
    assert expected == units.UNIT_WORDS


# ── what a definition is given ──

ACCEPTED = {
    "n": "n c p",
    "c": "n c p",
    "p": "n c p",
    "d": "d",
    "m": "m",
    "$": "$ U E",
    "U": "$ U",
    "E": "$ E",
}


def test_what_a_parameter_accepts() -> None:
    for sign, several in ACCEPTED.items():
        for other in SIGNS:
            assert _accepts(BY_SIGN[sign], BY_SIGN[other]) == (other in several.split()), (sign, other)
    for wanted, given, expected in (
        (TEXT, AB, True), (TEXT, TEXT, True), (TEXT, NUMBER, False), (NUMBER, TEXT, False), (DATE, DATE, True), (DATE, DAYS, False),
        (FLAG, FLAG, True), (FLAG, TEXT, False), (LIST, listed(TEXT), True), (DATE, TIMESTAMP, False),
    ):  # fmt: skip
        assert _accepts(wanted, given) is expected


def test_types_that_a_body_treats_alike_have_one_signature() -> None:
    percent_field = Type(Kind.RECORD, fields=(Field("share", PERCENT, scale=0.01), Field("kind", AB)))
    for kind, expected in (
        (NUMBER, "number"), (DOLLARS, "money USD"), (AB, "choice a|b"), (LIST, "list"), (listed(AB), " list of choice a|b"),
        (Type(Kind.LIST, FACT_LIST, element=DATE), "facts list of date"), (SERIES, "series"),
        (percent_field, " record {share 0.01 percent, kind 1 choice a|b}"), (record(unit=OWN_RECORD), "own record {}"),
    ):  # fmt: skip
        assert _signature(kind) == expected
