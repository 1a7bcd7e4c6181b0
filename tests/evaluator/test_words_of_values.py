"""Values as texts and results say them: numbers, units, dates, lists, secrets, and what is not there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ruleengine.evaluator import spoken
from ruleengine.evaluator.names import Names
from ruleengine.evaluator.printing import printer, shown_value
from ruleengine.evaluator.work import AccountProblems, TooMuchWork, spend
from ruleengine.limits import limits
from ruleengine.tree.whole import DECIMAL, WHOLE, Shape
from ruleengine.values import (
    COUNT,
    DATE,
    DAYS,
    FACT_LIST,
    FLAG,
    MONEY,
    MONTHS,
    NA,
    NUMBER,
    OWN_RECORD,
    PERCENT,
    TEXT,
    TIMESTAMP,
    Field,
    Kind,
    Type,
    added_up,
    equal,
    less,
    significant,
    tolerance,
)  # fmt: skip

DAY = date(2024, 2, 29).toordinal()
DOLLARS = Type(Kind.NUMBER, "money USD")
GONE = NA("missing")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (-0.004, "0"), (-0.005, "-0.01"), (0.005, "0.01"), (2.675, "2.68"), (1.5, "1.5"), (1.25, "1.25"),
        (100, "100"), (1200.0, "1200"), (0.1 + 0.2, "0.3"), (-3.999, "-4"), (10.0, "10"), (1e14, "100000000000000"),
        (1e15, "1e+15"), (-1e15, "-1e+15"), (123456789012345.0, "123456789012345"),
    ],
)  # fmt: skip
def test_numbers_have_two_decimals_at_most(value: float, text: str) -> None:
    assert spoken.number(value) == text


@pytest.mark.parametrize(
    ("kind", "percent", "value", "text"),
    [
        (NUMBER, False, 0.8333, "0.83"), (NUMBER, True, 0.8333, "83.33%"), (PERCENT, False, 0.5, "50%"), (DAYS, False, 1, "1 day"),
        (DAYS, False, 2, "2 days"), (DAYS, False, 0.999, "1 day"), (DAYS, False, 1.5, "1.5 days"), (MONTHS, False, 1, "1 month"),
        (MONTHS, False, 0, "0 months"), (MONTHS, False, -1, "-1 months"), (DOLLARS, False, 1, "1 USD"), (DOLLARS, False, 7.25, "7.25 USD"),
        (Type(Kind.NUMBER, "money XYs"), False, 1, "1 XYs"), (MONEY, False, 3, "3"), (COUNT, False, 3, "3"), (DOLLARS, True, 0.5, "50%"),
        (FLAG, False, True, "yes"), (FLAG, False, False, "no"), (DATE, False, DAY, "2024-02-29"), (DAYS, True, 1, "100%"),
        (TIMESTAMP, False, 86_399_000_000, "1970-01-01 23:59 UTC"), (TEXT, False, "a\tb\n\x1b[1m", "a b  [1m"), (TEXT, False, "", ""),
        (Type(Kind.LIST, element=DAYS), False, [1, 2], "1 day, 2 days"), (Type(Kind.LIST, element=PERCENT), False, [], ""),
        (Type(Kind.LIST), False, ["a\n", 1], "a , 1"), (Type(Kind.LIST, element=NUMBER), True, [0.5], "50%"),
        (Type(Kind.LIST, element=TEXT), False, ["a", GONE, "b"], "a, unknown, b"), (Type(Kind.LIST, element=TEXT), False, GONE, "unknown"),
        (NUMBER, False, GONE, "unknown"), (NUMBER, False, None, "unknown"), (TEXT, False, GONE, "unknown"), (NUMBER, False, 0, "0"),
    ],
)  # fmt: skip
def test_values_in_a_text(kind: Type, percent: bool, value: Any, text: str) -> None:
    assert spoken.speaker(kind, percent)(value) == text


def test_elements_are_said_one_by_one() -> None:
    assert spoken.spoken_elements(Type(Kind.LIST, element=DAYS), False)([1, GONE, 3]) == [
        "1 day",
        "unknown",
        "3 days",
    ]
    assert spoken.spoken_elements(Type(Kind.LIST, element=NUMBER), True)([1]) == ["100%"]
    assert spoken.spoken_elements(Type(Kind.LIST), False)(["a\n"]) == ["a "]
    assert spoken.spoken_elements(Type(Kind.LIST, element=TEXT), False)(GONE) == []
    assert spoken.hidden(5) == spoken.hidden(None) == "(secret)"
    assert spoken.hidden(GONE) == "unknown"


# ── results ──


def reader(field: Field) -> Any:
    """Reads what has the class of its kind: numbers and texts."""
    wanted = {Kind.NUMBER: (int, float), Kind.TEXT: (str,)}[field.type.kind]
    return lambda raw: raw if raw.__class__ in wanted else GONE


FIELDS = (Field("a", COUNT, integer=True), Field("b", NUMBER), Field("s", TEXT, secret=True))


@pytest.mark.parametrize(
    ("kind", "shape", "value", "shown"),
    [
        (COUNT, WHOLE, 3.0, "3"), (COUNT, WHOLE, -0.0, "0"), (NUMBER, DECIMAL, 3, "3.0"), (NUMBER, DECIMAL, 0.1 + 0.2, "0.3"),
        (NUMBER, Shape(given=frozenset({("p",)})), 3, "3.0"), (COUNT, WHOLE, 2.0**53, "9007199254740992"),
        (COUNT, WHOLE, 2.0**53 + 2, "9007199254740994.0"), (COUNT, WHOLE, -(2.0**53), "-9007199254740992"), (NUMBER, DECIMAL, GONE, "None"),
        (NUMBER, DECIMAL, None, "None"), (DATE, WHOLE, DAY, "'2024-02-29'"), (TIMESTAMP, WHOLE, 1_000_000, "'1970-01-01T00:00:01Z'"),
        (TEXT, WHOLE, "", "''"), (FLAG, WHOLE, False, "False"), (Type(Kind.LIST), WHOLE, ["x", 1], "['x', 1]"),
        (Type(Kind.LIST, element=COUNT), Shape(inside={"[]": WHOLE}), [1.0, GONE], "[1, None]"),
        (Type(Kind.LIST, element=COUNT), Shape(inside={"[]": DECIMAL}), [1, GONE], "[1.0, None]"),
        (Type(Kind.LIST, FACT_LIST, element=TEXT), WHOLE, ["x", 1, None], "['x', None, None]"),
        (Type(Kind.RECORD, fields=FIELDS), WHOLE, {"a": 1, "b": 1, "s": "x", "c": 2}, "{'a': 1, 'b': 1.0, 's': None}"),
        (Type(Kind.RECORD, fields=FIELDS), WHOLE, {"a": "x"}, "{'a': None, 'b': None, 's': None}"),
        (Type(Kind.RECORD, OWN_RECORD, fields=FIELDS[:2]), Shape(inside={"a": DECIMAL, "b": WHOLE}), {"a": 1, "b": 2.0},
         "{'a': 1.0, 'b': 2}"),
    ],
)  # fmt: skip
def test_values_in_a_result(kind: Type, shape: Shape, value: Any, shown: str) -> None:
    assert repr(printer(kind, shape, reader)(value)) == shown


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (GONE, "number", None), (None, "text", None), (0.1 + 0.2, "number", 0.3), (DAY, "date", "2024-02-29"),
        (0, "timestamp", "1970-01-01T00:00:00Z"), ("x", "text", "x"), (True, "flag", True),
        ([0.1 + 0.2, "x", GONE], "list", [0.3, "x", None]),
        ({"a": 0.1 + 0.2, "b": [0.1 + 0.2], "c": GONE}, "record", {"a": 0.3, "b": [0.3], "c": None}), (0.1 + 0.2, "text", 0.1 + 0.2),
    ],
)  # fmt: skip
def test_values_beside_a_result(value: Any, kind: str, shown: Any) -> None:
    assert shown_value(value, kind) == shown


# ── names of the generated text ──


def test_names_are_new_and_can_be_read() -> None:
    names = Names()
    assert names.variable("group a/b", "v_") == names.variable("group a/b", "v_") == "v_group_a_b"
    assert names.variable("group a-b", "v_") == "v_group_a_b_2"
    assert names.variable("group a+b", "v_") == "v_group_a_b_3"
    assert names.variable("group a/b", "s_") == "s_group_a_b"
    assert [names.variable(each) for each in ("class", "1st", "", "x", "len", "score")] == [
        "x_class", "x_1st", "x_", "x", "len_2", "score_2",
    ]  # fmt: skip
    names.reserve(["taken"])
    assert names.variable("taken") == "taken_2"
    assert len(names.variable("a" * 100)) == 60
    assert names.variable("a" * 100 + "b") == "a" * 60 + "_2"
    assert [names.temporary(), names.temporary("row")] == ["t1", "row2"]


def test_equal_entries_and_the_same_object_have_one_name() -> None:
    names = Names()
    entry = {"band": None}
    first = names.entry(entry)
    assert names.entry({"band": None}) == first == "ENTRY_1"
    assert names.entry({"band": 1}) == "ENTRY_2"
    assert names.constant(entry, "other") == first
    assert names.constant({"band": None}, "other") == "OTHER_3"
    assert names.objects == {"ENTRY_1": entry, "ENTRY_2": {"band": 1}, "OTHER_3": {"band": None}}


# ── how much one account may cost ──


def test_queries_in_queries_have_an_end() -> None:
    problems = AccountProblems()
    spend(problems, [1, 2, 3])
    spend(problems, "x" * 99)
    assert problems.looked_at == 3
    spend(problems, "x" * 200)
    assert problems.looked_at == 5
    for other in (GONE, 5, None, {"a": 1}):
        spend(problems, other)
    assert problems.looked_at == 5
    most = limits().steps
    problems.looked_at = most - 1
    spend(problems, [1])
    with pytest.raises(TooMuchWork) as raised:
        spend(problems, [1])
    assert f"more than {most:,} elements" in str(raised.value)
    assert raised.value.diagnostic.code == "RE501"
    assert raised.value.diagnostic.message == f"the record is rejected: {raised.value.reason}"


# ── numbers ──


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (0.0, 0.0), (1 / 3, 0.333333333333), (2 / 3, 0.666666666667), (-2 / 3, -0.666666666667), (123456789012.5, 123456789013.0),
        (1234567890123.0, 1234567890120.0), (1e-20 / 3, 3.33333333333e-21), (9.9999999999999, 10.0), (5.0, 5.0),
    ],
)  # fmt: skip
def test_twelve_digits(value: float, rounded: float) -> None:
    assert significant(value) == rounded


def test_numbers_that_nobody_can_tell_apart() -> None:
    assert tolerance(5.0) == tolerance(-9999.0, 3.0) == 1e-10
    assert tolerance(1e6) == tolerance(1.0, -1e6) == 1e-8
    assert equal(1e6, 1e6 + 9e-9)
    assert not equal(1e6, 1e6 + 2e-8)
    assert equal(0.0, 1e-10)
    assert not less(0.0, 1e-10)
    assert less(0.0, 1.1e-10)
    assert not less(1.1e-10, 0.0)
    assert added_up([]) == 0.0
    assert added_up([0.1] * 10) == 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1


def test_what_is_not_there_says_why() -> None:
    for found, words in (
        (NA("not_applicable"), "not applicable"), (NA("missing", "", "/a/b"), "`a.b`"), (NA("invalid", "odd", "/a"), "`a`: odd"),
        (NA("invalid", "odd", "/a", "RE506"), "odd"), (NA("missing", "said"), "said"), (NA("missing", "", "[].x"), "`x`"),
    ):  # fmt: skip
        assert found.describe() == words
        assert found.describe() == words
