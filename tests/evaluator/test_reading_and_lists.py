"""What facts become when they are read, and what lists, tables and roll-ups make of values that are there or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ruleengine.evaluator.runtime import (
    NOTHING_COUNTS,
    TO_WHOLE,
    BadRecord,
    DateCache,
    DayOf,
    Reader,
    among,
    contains_text,
    first_na,
    is_within,
    linear,
    list_contains,
    one_hit,
    passed_up,
    ranked,
    settle,
    shown,
    whole_number,
    zone_of,
)  # fmt: skip
from ruleengine.tree.shape import alike
from ruleengine.values import (
    COUNT,
    DATE,
    DAYS,
    FLAG,
    MONTHS,
    NA,
    NUMBER,
    TEXT,
    TIMESTAMP,
    UNKNOWN,
    Field,
    Kind,
    Type,
    timestamp_of,
)

WORD = Type(Kind.CHOICE, choices=("small", "large"))
GONE, LATE = NA("missing", "gone"), NA("expired", "late")


def reader(kind: Type, secrets: tuple[str, ...] = (), zone: str = "UTC", **more: Any) -> Reader:
    return Reader(Field("f", kind, **more), "/a/f", zone, DateCache(), DateCache(), secrets)


def micro(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


NOON = micro(datetime(2024, 6, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (NUMBER, 3, "3.0"), (NUMBER, 2.5, "2.5"), (NUMBER, -0.0, "0.0"), (NUMBER, True, None), (NUMBER, "3", None), (NUMBER, 1e15, None),
        (NUMBER, 999_999_999_999_999, "999999999999999.0"), (NUMBER, -1e15, None), (NUMBER, [], None), (FLAG, False, "False"),
        (FLAG, 0, None),
        (FLAG, "true", None), (TEXT, "", "''"), (TEXT, 5, None), (WORD, "small", "'small'"), (WORD, "huge", None), (WORD, ["small"], None),
        (DATE, "2024-02-29", str(date(2024, 2, 29).toordinal())), (DATE, "2023-02-29", None), (DATE, "20240229", None),
        (DATE, "2024-W09-4", str(date(2024, 2, 29).toordinal())),
        (DATE, "2024-02-29T", None), (DATE, 5, None), (TIMESTAMP, "2024-06-01T12:00:00Z", str(NOON)),
        (TIMESTAMP, "2024-06-01T14:00:00+02:00", str(NOON)),
        (TIMESTAMP, "2024-06-01 12:00", str(NOON)), (TIMESTAMP, "2024-06-01", None), (TIMESTAMP, "2024-06-01T25:00", None),
        (TIMESTAMP, 5, None),
        (TIMESTAMP, "9999-12-31T23:59:59-23:59", None), (Type(Kind.LIST), [], "[]"), (Type(Kind.LIST), {}, None),
        (Type(Kind.RECORD), {}, "{}"),
        (Type(Kind.RECORD), [], None), (NUMBER, LATE, repr(LATE)),
    ],
)  # fmt: skip
def test_facts_are_read(kind: Type, raw: Any, value: str | None) -> None:
    problems: list[dict[str, Any]] = []
    document = {"a": {"f": raw}}
    found = reader(kind)(raw, document["a"], document, problems)
    if value is not None:
        assert (repr(found), problems) == (value, [])
        return
    assert (found.reason, found.code, found.pointer) == ("invalid", "RE504", "/a/f")
    assert problems == [{"code": "RE504", "message": found.describe(), "line": None, "pointer": "/a/f"}]
    again = reader(kind)(raw, document["a"], document, problems)
    assert (again.text, len(problems)) == (found.text, 1)


def test_stored_numbers_become_values() -> None:
    read = reader(NUMBER, scale=0.01)
    assert [read(raw, None, {}, []) for raw in (50, 0.5, 33)] == [0.5, 0.005, 0.33]
    whole = reader(COUNT, integer=True)
    assert [repr(whole(raw, None, {}, [])) for raw in (3, 3.0, -4.0)] == ["3", "3", "-4"]
    assert whole(3.5, None, {}, []).text == "a whole number is expected, and 3.5 was found"
    assert whole(None, None, {}, []) is whole.missing
    assert (whole.missing.reason, whole.missing.pointer) == ("missing", "/a/f")


@pytest.mark.parametrize(
    ("kind", "raw", "text"),
    [
        (NUMBER, "5", 'a number is expected, and "5" was found'), (NUMBER, True, "a number is expected, and true was found"),
        (NUMBER, 10**15, "a number below 10^15 is expected, and 1000000000000000 was found"),
        (FLAG, 1, "true or false is expected, and 1 was found"),
        (NUMBER, -(10**15), "a number below 10^15 is expected, and -1000000000000000 was found"),
        (DATE, 5, "a date is expected, and 5 was found"),
        (DATE, "x", 'a date that exists is expected, and "x" was found'),
        (TIMESTAMP, "x", 'a timestamp that exists is expected, and "x" was found'),
        (WORD, "x", 'one of "small", "large" is expected, and "x" was found'), (TEXT, {}, "a text is expected, and a record was found"),
        (Type(Kind.CHOICE, choices=tuple("abcdefgh")), "x", 'one of "a", "b", "c", "d", "e", "f", "g", "h" is expected, and "x" was found'),
        (Type(Kind.CHOICE, choices=tuple("abcdefghi")), "x", 'one of its words is expected, and "x" was found'),
        (Type(Kind.LIST), "x", 'a list is expected, and "x" was found'),
        (Type(Kind.RECORD), [], "a record is expected, and a list was found"),
    ],
)  # fmt: skip
def test_what_was_found_instead(kind: Type, raw: Any, text: str) -> None:
    assert reader(kind)(raw, None, {}, []).text == text
    hidden = text.rpartition(", and ")[0] + ", and a value was found"
    assert reader(kind, secret=True)(raw, None, {}, []).text == hidden
    assert reader(kind, ("/a",))(raw, None, {}, []).text == hidden
    assert reader(kind, ("/b", "/a/f/x"))(raw, None, {}, []).text == text


def test_places_in_lists() -> None:
    document: dict[str, Any] = {"l": [{"f": "x"}, 5, None, "a"]}
    inner = Reader(Field("f", NUMBER), "[].f", "UTC", DateCache(), DateCache(), ())
    assert inner("x", document["l"][0], document, []).pointer == "/l/0/f"
    assert inner("x", document, document, []).pointer == "[].f"
    texts = Reader(Field("", TEXT), "[]", "UTC", DateCache(), DateCache(), ())
    values = document["l"]
    assert texts.element("a", values, document, []) == "a"
    bad, gone = texts.element(values[1], values, document, []), texts.element(None, values, document, [])
    assert (bad.reason, bad.pointer, gone.reason, gone.pointer) == ("invalid", "/l/1", "missing", "/l/2")
    stand_in = BadRecord(bad)
    assert stand_in.get("anything") is bad
    assert stand_in.get("anything", 5) is bad


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1}, "a record"), ([1], "a list"), (True, "true"), (5, "5"), (2.5, "2.5"), ("it's", '"it\'s"'), ("a\nb", '"a\\nb"'),
        ("x" * 58, '"' + "x" * 58 + '"'), ("x" * 59, '"' + "x" * 56 + "…"), (10**59, "1" + "0" * 59), (10**60, "1" + "0" * 56 + "…"),
    ],
)  # fmt: skip
def test_what_was_found_is_short(value: Any, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("pointer", "places", "expected"),
    [
        ("/a", ["/a"], True), ("/a/b", ["/a"], True), ("/ab", ["/a"], False), ("/a", ["/a/b"], False), ("/a/0/b", ["/a/*/b"], True),
        ("/a/x/b", ["/a/*/b"], False), ("/a/12", ["/a/*"], True), ("/b", ["/a", "/b"], True), ("/b", [], False),
        ("/a/0/c", ["/a/*/b"], False),
    ],
)  # fmt: skip
def test_below_a_place(pointer: str, places: list[str], expected: bool) -> None:
    assert is_within(pointer, places) is expected


def test_zones() -> None:
    berlin = zone_of("Europe/Berlin")
    assert zone_of("UTC") is UTC
    assert zone_of("Europe/Berlin") is berlin
    local = reader(TIMESTAMP, zone="Europe/Berlin")
    assert local("2024-06-01T14:00:00", None, {}, []) == NOON
    assert local("2024-06-01T12:00:00Z", None, {}, []) == NOON
    late = micro(datetime(2024, 6, 1, 22, tzinfo=UTC))
    day = date(2024, 6, 1).toordinal()
    assert (DayOf("UTC")[late], DayOf("Europe/Berlin")[late], DayOf("Europe/Berlin")[late - 1]) == (
        day,
        day + 1,
        day,
    )
    assert DayOf("UTC")[-1] == date(1969, 12, 31).toordinal()
    assert DayOf("UTC")[0] == date(1970, 1, 1).toordinal()
    for text in (
        "2024-06-01T12:00:00xZ",
        "2024-06-01T24:00",
        "2024-06-01T12:60",
        "2024-06-01T12:00:00+24:00",
        "2024-06-01T12:00:60",
    ):
        with pytest.raises(ValueError, match="no timestamp"):
            timestamp_of(text)
    assert timestamp_of("2024-06-01t1200z") == timestamp_of("2024-06-01 12:00:00.000+0000")


# ── undecided rows ──


def test_undecided_rows_are_settled_when_all_would_give_the_same() -> None:
    assert settle([(GONE, 5), (LATE, 5.00000000001)], 5) == 5
    assert settle([(GONE, 5), (LATE, 6)], 5) is GONE
    assert settle([(LATE, NA("excluded", "otherwise"))], NA("excluded")).reason == "excluded"
    assert settle([], 5) == 5
    several = NA("invalid", "several rows hold")
    assert one_hit([5], [], several, False) == 5
    assert one_hit([5, 5], [], several, True) == 5
    assert one_hit([5, 5], [], several, False) is several
    assert one_hit([5, 6], [], several, True) is several
    assert one_hit([], [], several, True) is None
    assert one_hit([], [(LATE, 5), (GONE, 5)], several, False) is LATE
    assert one_hit([5], [(GONE, 5)], several, False) == 5
    assert one_hit([5], [(GONE, 6)], several, True) is GONE


# ── lists ──


def test_lists_contain() -> None:
    assert list_contains([1, 2.00000000001], 2, NUMBER, None) is True
    assert list_contains([1, 2], 3, NUMBER, None) is False
    assert list_contains([], 3, NUMBER, None) is False
    assert list_contains([GONE, LATE, 1], 3, NUMBER, None) is GONE
    assert list_contains([GONE, 3], 3, NUMBER, None) is True
    assert list_contains(["3"], "4", NUMBER, lambda raw: raw + "") is False
    assert list_contains(["3"], 3, NUMBER, int) is True
    assert list_contains([True], 1, NUMBER, None) is True  # a flag among numbers is read before
    assert contains_text(["a", 5], "a", TEXT, lambda raw: GONE) is True
    assert contains_text(["a", "b"], "c", TEXT, lambda raw: GONE) is False
    assert contains_text(["a", 5], "c", TEXT, lambda raw: raw if isinstance(raw, str) else GONE) is GONE


def test_the_first_of_many() -> None:
    entries = [(2, "a"), (3, "b"), (2.00000000001, "c"), (1, "d")]
    assert ranked(entries, 3, highest=True) == ["b", "a", "c"]
    assert ranked(entries, 9, highest=False) == ["d", "a", "c", "b"]
    assert ranked(entries, 0, highest=True) == ranked([], 3, highest=True) == []
    assert first_na([1, LATE, GONE]) is LATE
    assert first_na([1, 2]) is None


def test_one_of_many_numbers() -> None:
    numbers = (1.0, 2.0, 3.0)
    for value, expected in (
        (1, True), (3, True), (2 + 5e-11, True), (2 - 5e-11, True), (3 + 5e-11, True), (1 - 5e-11, True), (0, False), (4, False),
        (2.5, False),
    ):  # fmt: skip
        assert among(value, numbers) is expected


def test_numbers_on_a_line_and_whole_ones() -> None:
    assert [linear(value, 0, 10, 20, 40) for value in (0, 5, 10, 15, -5)] == [20, 30, 40, 50, 10]
    assert linear(5, 10, 0, 20, 40) == 30
    assert linear(5, 3, 3 + 1e-11, 20, 40) == 20
    assert repr(linear(5, 3, 3, 20, 40)) == "20.0"
    assert [repr(whole_number(value)) for value in (3.0, -0.0, 2.0**53, -(2.0**53), 2.0**53 + 2)] == [
        "3", "0", "9007199254740992", "-9007199254740992", "9007199254740994.0",
    ]  # fmt: skip
    assert 2.5 + TO_WHOLE - TO_WHOLE == 2
    assert 3.5 + TO_WHOLE - TO_WHOLE == 4


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (["missing", "invalid", "expired"], "invalid"), (["missing", "expired"], "expired"), (["grace", "missing"], "missing"),
        (["excluded", "grace"], "grace"), (["not_applicable", "excluded"], "excluded"), (["not_applicable"], "not_applicable"),
    ],
)  # fmt: skip
def test_the_worst_reason_is_passed_up(reasons: list[str], expected: str) -> None:
    children = [NA(reason, f"{reason} it is") for reason in reasons]
    assert passed_up([("green", 1), *children]).reason == expected
    assert passed_up([("green", 1), *children]).text == f"{expected} it is"
    first, second = NA("missing", "first"), NA("missing", "second")
    assert passed_up([first, second]) is first
    coded = passed_up([NA("invalid", "odd", "/a", "RE504")])
    assert (coded.reason, coded.text, coded.pointer, coded.code) == ("invalid", "odd", "/a", "")
    assert passed_up([]) is NOTHING_COUNTS
    assert passed_up([("green", 1)]) is NOTHING_COUNTS


# ── types of two versions ──


def record(**fields: Type) -> Type:
    return Type(Kind.RECORD, fields=tuple(Field(name, kind) for name, kind in fields.items()))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (NUMBER, COUNT, True), (DAYS, MONTHS, False), (DAYS, DAYS, True), (DAYS, NUMBER, False), (NUMBER, DAYS, False), (TEXT, WORD, True),
        (WORD, TEXT, True), (TEXT, DATE, False), (DATE, TEXT, False), (UNKNOWN, DATE, True), (DATE, UNKNOWN, True), (FLAG, FLAG, True),
        (Type(Kind.TEXT), Type(Kind.TEXT, "uri"), False), (Type(Kind.LIST), Type(Kind.LIST), True),
        (Type(Kind.LIST, element=TEXT), Type(Kind.LIST), False),
        (Type(Kind.LIST), Type(Kind.LIST, element=TEXT), False), (Type(Kind.LIST, element=TEXT), Type(Kind.LIST, element=WORD), True),
        (Type(Kind.LIST, element=TEXT), Type(Kind.LIST, element=DATE), False), (record(a=TEXT), record(a=WORD, b=DATE), True),
        (record(a=TEXT, b=DATE), record(a=TEXT), False), (record(a=TEXT), record(a=DATE), False), (record(), record(a=DATE), True),
        (Type(Kind.NOTHING), FLAG, True),
    ],
)  # fmt: skip
def test_whether_a_type_can_stand_where_another_stood(old: Type, new: Type, expected: bool) -> None:
    assert alike(old, new) is expected
