"""Lists: every query over lists with undecided elements, empty and absent ones; and series of dated values."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.conformance.making.writing import Case, Group, Topic, account, accounts, na, topic, value, values

ITEMS = [
    {"day": "2024-01-10", "n": 4, "word": "a", "yes": True, "tags": ["x", "y"]},
    {"n": 7, "word": "b", "yes": False},
    {"day": "2024-02-20", "n": 2, "word": "c", "yes": True, "tags": []},
    {"day": "2024-03-20", "word": "d", "tags": ["y"]},
    {"day": "2024-02-20", "n": 4, "word": "e", "yes": False},
]


def queries() -> list[Case]:
    """Queries over five elements, of which some facts are missing."""
    return [
        value("(latest i in items by i.day).word", "d"), value("(latest i in items where i.day <= as_of by i.day).word", "c"),
        value("(earliest i in items by i.day).word", "a"), value("(latest i in items by i.n).word", "b"), value("(earliest i in items by i.n).word", "c"),
        value("(latest i in items where i.n < 5 by i.n).word", "a"), value("(first i in items).word", "a"), value("(first i in items where i.n > 5).word", "b"),
        value("list of i.word for i in items where i.n >= 4", ["a", "b", "e"]), value("list of i.word for i in items where i.yes", ["a", "c"]),
        value("list of i.word for i in (top 2 i in items by i.n)", ["b", "a"]), value("list of i.word for i in (bottom 2 i in items by i.n)", ["c", "a"]),
        value("list of i.word for i in (top 9 i in items where i.yes by i.n)", ["a", "c"]), value("list of i.word for i in (top 1 i in items by i.day)", ["d"]),
        value("any i in items where i.n > 5", True), na("any i in items where i.n > 9", "missing"), value("any i in items where i.word = \"z\"", False),
        value("all i in items where i.n > 5", False), na("all i in items where i.n > 1", "missing"), value("all i in items where i.word is known", True),
        value("count i in items", 5), na("count i in items where i.n > 3", "missing"), value("count i in items where i.n is known and i.n > 3", 3),
        value("count i in items where i.word in (\"a\", \"e\", \"z\")", 2), na("sum of i.n for i in items", "missing"), value("sum of i.n for i in items where i.n is known", 17),
        value("mean of i.n for i in items where i.n is known", Fraction(17, 4)), value("min of i.n for i in items where i.n is known", 2),
        value("max of i.n for i in items where i.n is known", 7), na("max of i.n for i in items", "missing"), na("mean of i.n for i in items where i.n > 3", "missing"),
        na("sum of i.n * 2 for i in items where i.yes", "missing"), value("sum of count(i.tags) for i in items where i.tags is known", 3),
        na("count i in items where i.tags contains \"y\"", "missing"),
        value("list of i.word for i in items where i.tags contains \"y\"", ["a", "d"]), value("any i in items where i.tags contains \"x\"", True),
        value("count(list i in items where i.yes)", 2), value("any i in items where (any t in i.tags where t = \"y\")", True),
        value("count x in numbers where x > 1", 2), value("sum of x for x in numbers", 6), value("max(numbers)", 3),
        value("list x in numbers where x != 2", [1, 3]), value("(latest x in numbers by x) + 1", 4), value("(earliest x in numbers where x > 1 by x)", 2),
        value("any f in flags", True), value("all f in flags", False), value("count f in flags where f", 1), value("latest d in days by d", "2024-02-29"),
        value("list of d for d in days where d within 3 months", ["2024-02-29"]), value("words contains \"p\"", True), value("count w in words where w contains \"q\"", 1),
        value("list of w for w in words where length(w) > 1", ["qq"]), na("(first i in items where i.word = \"z\").n", "missing"),
        na("(latest i in items where i.word = \"d\" by i.day).n", "missing"), na("(latest i in items where i.word = \"b\" by i.day).n", "missing"),
        na("count i in items where i.day within 3 months", "missing"),
        value("list of i.word for i in items where i.day within 3 months", ["a", "c", "e"]),
    ]  # fmt: skip


EMPTY = {
    "count i in items where i.n > 100": 0, "any i in items where i.n > 100": False, "all i in items where i.n > 100": True,
    "sum of i.n for i in items": 0, "list i in items where i.n > 1": [], "top 2 i in items by i.n": [], "list of i.n for i in items": [],
    "mean of i.n for i in items": "missing", "min of i.n for i in items": "missing", "max of i.n for i in items": "missing",
    "(latest i in items by i.n).n": "missing", "(earliest i in items by i.n).n": "missing", "(first i in items).n": "missing",
    "count(items)": 0, "(bottom 3 i in items by i.n)": [],
}  # fmt: skip


def empty(reason: str = "") -> list[Case]:
    """Every query over an empty list, or over one that is not there."""
    found = []
    for expression, wanted in EMPTY.items():
        if reason or isinstance(wanted, str):
            found.append(na(expression, reason or str(wanted)))
        else:
            found.append(value(expression, wanted))
    return found


def series() -> list[Case]:
    """What is asked of 150, 147, 140 and 133 on the first days of four months; as of 1 March."""
    return [
        value("value of s at as_of", 133), value("value of s at 2024-01-15", 147), value("value of s at 2024-01-01", 147), value("value of s at 2023-12-31", 150),
        na("value of s at 2023-11-30", "missing"), value("value of s 1 month ago", 140), value("value of s 2 months ago", 147), value("value of s 29 days ago", 140),
        value("value of s 30 days ago", 147), value("change of s over 1 month", -7), value("change of s over 3 months", -17), na("change of s over 4 months", "missing"),
        value("growth of s over 1 month", Fraction(-1, 20)), value("growth of s over 2 months", Fraction(-14, 147)), value("mean of s over 2 months", Fraction(273, 2)),
        value("mean of s over 3 months", 140), value("sum of s over 2 months", 273), value("min of s over 90 days", 133), value("max of s over 90 days", 147),
        value("max of s over 91 days", 147), value("max of s over 92 days", 150), value("mean of s over 2 values", Fraction(273, 2)), value("sum of s over 4 values", 570),
        na("mean of s over 5 values", "missing"), value("min of s over 1 value", 133), value("max of s over 3 values", 147), value("consecutive declines of s", 3),
        value("consecutive rises of s", 0), value("days without change of s", 0), value("months without change of s", 0), value("s is known", True), value("s is missing", False),
        value("consecutive rises of up", 2), value("consecutive declines of up", 0), value("days without change of level", 29), value("months without change of level", 1),
        na("growth of zero over 1 month", "invalid"), value("change of zero over 1 month", 5),
        na("change of old over 1 month", "missing"), value("value of old at as_of", 9), na("mean of old over 1 month", "missing"), na("consecutive rises of old", "missing"), value("days without change of old", 60),
        na("value of none at as_of", "missing"), na("daily slope of old over 1 year", "missing"), value("daily slope of steady over 3 months", 2), value("monthly slope of steady over 3 months", Fraction("60.87375")),
        value("daily slope of steady over 2 values", 2), value("value of twice at as_of", 1), value("change of s over (period)", -17), value("growth of s over 1 month < -1%", True),
    ]  # fmt: skip


SERIES = """let s = series of i.n for i in items by i.day
let up = series of i.v for i in [{d: 2024-01-01, v: 5}, {d: 2024-02-01, v: 6}, {d: 2024-03-01, v: 8}] by i.d
let level = series of i.w for i in [{d: 2024-01-01, w: "a"}, {d: 2024-02-01, w: "b"}, {d: 2024-02-15, w: "b"}] by i.d
let zero = series of i.v for i in [{d: 2024-01-01, v: 0}, {d: 2024-02-20, v: 5}] by i.d
let old = series of i.v for i in [{d: 2024-01-01, v: 9}] by i.d
let none = series of i.n for i in nested_items by i.day
let steady = series of i.v for i in [{d: 2024-01-01, v: 0}, {d: 2024-02-01, v: 62}, {d: 2024-03-01, v: 120}] by i.d
let twice = series of i.v for i in [{d: 2024-02-01, v: 1}, {d: 2024-02-01, v: 2}] by i.d
let period = 3 months
let nested_items = if yes then na else items
output used = change of s over (period) + (value of none at as_of) + (value of old at as_of) + (value of up at as_of) + (value of zero at as_of)
output more = (value of steady at as_of) + (value of twice at as_of)
output last = value of level at as_of
"""


def readings() -> list[Case]:
    """A list as it is read: elements of the wrong type are invalid, the others are counted."""
    return [
        account(
            {"numbers": [1, "x", 3]},
            {"outputs": {"total": None, "known": 4, "many": 3, "wrong": True}, "problems": ["RE504"]},
        ),
        account(
            {"numbers": [1, None, 3]},
            {"outputs": {"total": None, "known": 4, "many": 3, "wrong": False}, "problems": []},
        ),
        account(
            {"numbers": []}, {"outputs": {"total": 0, "known": 0, "many": 0, "wrong": False}, "problems": []}
        ),
        account(
            {"numbers": None},
            {"outputs": {"total": None, "known": None, "many": None, "wrong": False}, "problems": []},
        ),
        account(
            {"numbers": 5},
            {"outputs": {"total": None, "known": None, "many": None, "wrong": True}, "problems": ["RE504"]},
        ),
        account(
            {"numbers": [2, 2.5]},
            {"outputs": {"total": 4.5, "known": 4.5, "many": 2, "wrong": False}, "problems": []},
        ),
    ]


def groups() -> list[Group]:
    """All groups about lists."""
    facts: dict[str, Any] = {
        "items": ITEMS,
        "numbers": [1, 2, 3],
        "flags": [True, False],
        "days": ["2024-02-29", "2023-11-30"],
        "words": ["p", "qq"],
        "yes": True,
    }
    monthly = [
        {"day": f"{month}-01", "n": n}
        for month, n in (
            ("2023-12", 150),
            ("2024-01", 147),
            ("2024-02", 140),
            ("2024-03", 133),
            ("2024-04", 999),
        )
    ]
    odd = [{"n": 999}, {"day": "2023-11-01"}]
    reading = "output total = sum(numbers)\noutput known = sum of x for x in numbers where x is known\noutput many = count(numbers)\noutput wrong = sum(numbers) is invalid"
    return [
        values("queries", "output u = 1", facts, queries(), rules=[4]),
        values("nothing there", "output u = 1", {"items": []}, empty(), rules=[4]),
        values("no list", "output u = 1", {}, empty("missing"), rules=[4]),
        values("no list that is one", "output u = 1", {"items": 5}, empty("invalid"), rules=[4, 5]),
        values("series", SERIES, {"items": monthly + odd, "yes": True}, series(), rules=[1, 17, 18]),
        accounts("readings", reading, readings(), rules=[4, 5]),
    ]


def topics() -> list[Topic]:
    """One file."""
    return [topic("lists", "Queries over lists, and series of dated values.", groups())]
