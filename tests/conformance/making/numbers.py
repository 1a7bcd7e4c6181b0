"""Numbers: equality, order, edges of intervals, rounding, arithmetic with units, printing, functions."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from fractions import Fraction
from typing import Any

from tests.conformance.making.writing import Case, Group, Topic, account, accounts, na, topic, value, values

MODES = {
    "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "half_down": ROUND_HALF_DOWN, "up": ROUND_UP,
    "down": ROUND_DOWN, "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING,
}  # fmt: skip
#: Two numbers with the tolerance between them: equal, so little apart that they count as equal, and apart.
PAIRS = (
    ("5", "5"), ("0.1 + 0.2", "0.3"), ("5", "5.00000000005"), ("5.00000000005", "5"), ("5", "5.0000000002"),
    ("5.0000000002", "5"), ("-1", "1"), ("1_000_000", "1_000_000.000000001"), ("1_000_000", "1_000_000.00000002"),
    ("100 - 25.1 - 74.9", "0"), ("0", "-0"), ("1 / 3 * 3", "1"),
)  # fmt: skip
EXACT = {"0.1 + 0.2": Fraction(3, 10), "100 - 25.1 - 74.9": Fraction(0), "1 / 3 * 3": Fraction(1)}


def exact(text: str) -> Fraction:
    """The number that a text is by the rules of arithmetic."""
    return EXACT[text] if text in EXACT else Fraction(text.replace("_", ""))


def same(one: Fraction, other: Fraction) -> bool:
    """Equal by the rule: 10⁻¹⁰, or 10⁻¹⁴ of the larger magnitude."""
    apart = abs(one - other)
    return apart <= Fraction(1, 10**10) or apart <= Fraction(1, 10**14) * max(abs(one), abs(other))


def holds(sign: str, one: Fraction, other: Fraction) -> bool:
    """Whether a comparison holds."""
    equal = same(one, other)
    return {
        "=": equal, "!=": not equal, "<": one < other and not equal, ">": one > other and not equal,
        "<=": one < other or equal, ">=": one > other or equal,
    }[sign]  # fmt: skip


def comparisons() -> list[Case]:
    """Every comparison of every pair."""
    return [
        value(f"{one} {sign} {other}", holds(sign, exact(one), exact(other)), "rule")
        for one, other in PAIRS
        for sign in ("=", "!=", "<", ">", "<=", ">=")
    ]


FORMS = {
    "2..6": (">=", "<="), "2..<6": (">=", "<"), ">2..6": (">", "<="), ">2..<6": (">", "<"), "2..": (">=", None),
    "..6": (None, "<="), "..<6": (None, "<"), ">2..": (">", None),
}  # fmt: skip


def intervals() -> list[Case]:
    """Every form of an interval below, on and above each of its edges."""
    numbers = ("1.9", "2", "2.1", "5.9", "6", "6.1")
    found = []
    for form, (low, high) in FORMS.items():
        for number in numbers:
            inside = (low is None or holds(low, Fraction(number), Fraction(2))) and (
                high is None or holds(high, Fraction(number), Fraction(6))
            )
            found.append(account({"a": float(number)}, {"outputs": {_name(form): inside}}, "rule"))
    return found


def _name(form: str) -> str:
    return "in_" + "".join({".": "d", "<": "l", ">": "g"}.get(sign, sign) for sign in form)


def edges_of_facts() -> list[Case]:
    """Sums that are on an edge by arithmetic, and not in doubles."""
    thirds = ((0.1, 0.2), (0.7, 0.1), (1.1, 2.2), (0.3, 0.6), (4.35, 0.1))
    return [
        account({"a": one, "b": other, "c": float(Decimal(str(one)) + Decimal(str(other)))},
                {"outputs": {"equal": True, "above": False, "below": False, "inside": True, "outside": False}}, "rule")
        for one, other in thirds
    ]  # fmt: skip


def rounded(text: str, digits: int, mode: str) -> Decimal:
    """A number to so many decimals: first taken to ten of them, half up."""
    ten = Decimal(text).quantize(Decimal(1).scaleb(-10), ROUND_HALF_UP)
    return ten.quantize(Decimal(1).scaleb(-digits), MODES[mode])


def rounding() -> list[Case]:
    """Every mode on numbers with ties of both signs."""
    numbers = (
        "2.5",
        "3.5",
        "-2.5",
        "2.4",
        "-2.6",
        "2.675",
        "-2.675",
        "0.125",
        "1.00499999999",
        "1.00500000000000001",
    )
    return [
        value(f"round({text}, {digits}, {mode})", float(rounded(text, digits, mode)) + 0.0, "rule")
        for text in numbers
        for mode in MODES
        for digits in ((0,) if len(text) < 6 else (2,))
    ]


def rounding_by_name() -> list[Case]:
    """The functions that are named for a mode."""
    names = {"round_half_up": "half_up", "round_half_even": "half_even", "round_half_down": "half_down", "round_up": "up",
             "round_down": "down", "floor": "floor", "ceiling": "ceiling"}  # fmt: skip
    return [
        value(f"{name}({text}, 1)", float(rounded(text, 1, mode)) + 0.0, "rule")
        for name, mode in names.items()
        for text in ("0.25", "-0.25", "0.35", "7.0", "-0.04")
    ]


def functions() -> list[Case]:
    """Each function of numbers and texts."""
    return [
        value("abs(-3)", 3), value("abs(3.5)", 3.5), value("abs(0)", 0), value("abs(-2 days) = 2 days", True),
        value("sqrt(9)", 3), value("sqrt(2)", 1.41421356237), value("sqrt(0)", 0), na("sqrt(-1)", "invalid"),
        value("exp(0)", 1), value("exp(1)", 2.71828182846), value("exp(-1)", 0.367879441171), na("exp(1000)", "invalid"),
        value("ln(1)", 0), value("ln(10)", 2.30258509299), na("ln(0)", "invalid"), na("ln(-1)", "invalid"),
        value("power(2, 10)", 1024), value("power(2, -1)", 0.5), value("power(-2, 3)", -8), value("power(0, 0)", 1),
        value("power(2, 0.5)", 1.41421356237), na("power(-2, 0.5)", "invalid"), na("power(0, -1)", "invalid"),
        value("min(3, 1, 2)", 1), value("max(3, 1, 2)", 3), value("sum(1, 2, 3)", 6), value("mean(1, 2)", 1.5),
        value("min([4, 2])", 2), value("max([4, 2])", 4), value("sum([0.5, 0.5])", 1), value("mean([2, 4, 6])", 4),
        value("count([4, 5])", 2), value("count(numbers)", 3), value("sum(numbers)", 6), value("mean(numbers)", 2),
        value("count(no_numbers)", 0), value("sum(no_numbers)", 0), na("min(no_numbers)", "missing"),
        na("max(no_numbers)", "missing"), na("mean(no_numbers)", "missing"),
        value("lower(\"AbC\")", "abc"), value("upper(\"AbC\")", "ABC"), value("upper(\"straße\")", "STRASSE"),
        value("trim(\"  a b \")", "a b"), value("trim(\"\\u00a0a\\u3000\")", "a"), value("trim(\"\")", ""),
        value("length(\"four\")", 4), value("length(\"\")", 0), value("length(\"äöü\")", 3), value("length(\"😀\")", 1),
        value("starts_with(\"ab\", \"a\")", True), value("starts_with(\"ab\", \"b\")", False), value("starts_with(\"ab\", \"\")", True),
        value("ends_with(\"ab\", \"b\")", True), value("ends_with(\"ab\", \"a\")", False), value("ends_with(\"\", \"a\")", False),
        value("concat(\"a\", \"b\", \"c\")", "abc"), value("concat(word, \"!\")", "ab12!"),
        value("matches(\"ab12\", \"[0-9]+\")", True), value("matches(\"ab\", \"^b\")", False), value("matches(word, \"2$\")", True),
        value("matches(\"a\\nb\", \"^b\")", False), value("matches(\"AB\", \"(?i)ab\")", True),
        value("year(2024-02-29)", 2024), value("month(2024-02-29)", 2), value("day(2024-02-29)", 29),
        value("year(day)", 2023), value("month(day)", 12), value("day(day)", 31),
        value("date(2024-02-29T23:30:00Z)", "2024-02-29"), value("date(2024-02-29T23:30:00-01:00)", "2024-03-01"),
    ]  # fmt: skip


NUMERIC = ("abs({})", "sqrt({})", "exp({})", "ln({})", "power({}, 2)", "power(2, {})", "min(1, {})", "max({}, 1)", "sum(1, {})",
           "mean({}, 1)", "round({})", "round_half_up({})", "round_half_even({})", "round_half_down({})", "round_up({})",
           "round_down({})", "floor({})", "ceiling({})", "min([1, {}])", "sum([{}, 1])")  # fmt: skip
TEXTUAL = ("lower({})", "upper({})", "trim({})", "length({})", "starts_with({}, \"a\")", "ends_with(\"a\", {})",
           "concat(\"a\", {})", "matches({}, \"a\")")  # fmt: skip
DATED = ("year({})", "month({})", "day({})", "date({})")


def unavailable() -> list[Case]:
    """Every function of something that is NA: for the same reason. `c`, `nested.word` and `nested.day` are absent."""
    missing = [na(call.format("c"), "missing", "rule") for call in NUMERIC]
    invalid = [na(call.format("(a / 0 * 1)".replace("0", "zero")), "invalid", "rule") for call in NUMERIC]
    texts = [na(call.format("nested.word"), "missing", "rule") for call in TEXTUAL]
    excluded = [
        na(call.format("(if yes then na excluded else word)"), "excluded", "rule") for call in TEXTUAL
    ]
    dates = [na(call.format("nested.day"), "missing", "rule") for call in DATED]
    return [*missing, *invalid, *texts, *excluded, *dates]


def arithmetic() -> list[Case]:
    """Operators, their order, units, and what has no value."""
    return [
        value("2 + 3 * 4", 14), value("(2 + 3) * 4", 20), value("100 / 10 / 2", 5), value("10 - 3 - 2", 5),
        value("-2 * 3 + 10", 4), value("2 - -3", 5), value("-(2 + 3)", -5), value("6 / 4", 1.5), value("7 / 3 * 3", 7),
        value("10% + 5%", Fraction(15, 100)), value("50% * 80%", Fraction(2, 5)), value("200 * (100% + 10%)", 220),
        value("2 weeks + 3 days", 17), value("1 year - 1 quarter", 9), value("36 hours", 1.5), value("90 minutes * 16", 1),
        value("3 * 2 days", 6), value("45 days / 1 day", 45), value("10 days / 4", 2.5), value("price / 2", 60),
        value("price > 100 USD", True), value("price * 50% = 60 USD", True), value("price / 40 USD", 3),
        value("0.1 + 0.2", 0.3), value("1_000_000 + 1", 1000001), value("rate", 0.125), value("rate = 12.5%", True),
        value("share", 0.25), value("share * 4 = 100%", True), value("people / 4", 3), value("people * 2", 24),
        value("age + 1 day", 11), value("term - 1 month", 5), value("0 days = age - 10 days", True), value("age > 0", True),
        na("a / zero", "invalid"), na("a / (b - b)", "invalid"), na("1 / (0.1 + 0.2 - 0.3)", "invalid"), na("zero / zero", "invalid"),
        na("a + c", "missing"), na("c * zero", "missing"), na("a / zero + c", "invalid"), na("c + a / zero", "missing"),
        value("zero * -1", 0), value("-zero", 0), value("round(-0.4)", 0), value("`odd key`", 7), value("nested.`odd key`", 8),
        value("facts.`count` + count(numbers)", 12), value("facts.a", 5), value("{x: 1, y: {z: 2}}.y.z", 2), value("[1, 2, 3] contains 2", True),
        value("[1, 2, 3] contains 4", False), value("word contains \"b1\"", True), value("word contains \"B1\"", False),
        value("word contains \"\"", True), value("5 in (1, 2, 5)", True), value("5 not in (1, 2, 5)", False), value("word in (\"ab12\", \"x\")", True),
        value("0.1 + 0.2 in (0.3, 7)", True), value("15% in 10..20%", True), value("4 months in 2..<6 months", True),
        value("day in 2023-01-01..2023-12-31", True), value("day in 2024-01-01..", False), value("5 not in 1..4", True),
    ]  # fmt: skip


def magnitudes() -> list[Case]:
    """Numbers that are too large, of the wrong type, or odd."""
    invalid = {"outputs": {"o": None, "known": False, "wrong": True}, "problems": ["RE504"]}
    return [
        account({"a": 999999999999999}, {"outputs": {"o": 999999999999999, "known": True, "wrong": False}, "problems": []}),
        account({"a": 10**15}, invalid), account({"a": -(10**15)}, invalid), account({"a": 1e300}, invalid),
        account({"a": "5"}, invalid), account({"a": True}, invalid), account({"a": []}, invalid), account({"a": {}}, invalid),
        account({"a": None}, {"outputs": {"o": None, "known": False, "wrong": False}, "problems": []}),
        account({}, {"outputs": {"o": None, "known": False, "wrong": False}, "problems": []}),
        account({"a": -0.0}, {"outputs": {"o": 0, "known": True}}), account({"a": 1e-300}, {"outputs": {"o": 0, "known": True}}),
        account({"a": 5.0}, {"outputs": {"o": 5, "known": True}}),
    ]  # fmt: skip


def groups() -> list[Group]:
    """All groups about numbers."""
    facts: dict[str, Any] = {
        "a": 5, "b": 2.5, "word": "ab12", "yes": True, "day": "2023-12-31", "numbers": [1, 2, 3], "price": 120, "rate": 12.5, "share": 0.25,
        "people": 12, "age": 10, "term": 6, "odd key": 7, "nested": {"odd key": 8}, "count": 9,
    }  # fmt: skip
    lets = "let zero = b - b\nlet no_numbers = list x in numbers where x > 9\n"
    unused = "output u = zero + count(no_numbers)\n"
    forms = "".join(f"output {_name(form)} = a in {form}\n" for form in FORMS)
    edge = ("output equal = a + b = c\noutput above = a + b > c\noutput below = a + b < c\noutput inside = a + b in c..<100\n"
            "output outside = a + b in 0..<c\n")  # fmt: skip
    return [
        values("comparisons", "output u = 1", facts, comparisons(), rules=[17]),
        accounts("intervals", forms, intervals(), rules=[17]),
        accounts("edges by arithmetic", edge, edges_of_facts(), rules=[17]),
        values("rounding", "output u = 1", facts, rounding(), rules=[17]),
        values("rounding by name", "output u = 1", facts, rounding_by_name(), rules=[17]),
        values("functions", lets + unused, facts, functions(), rules=[17]),
        values("functions of NA", lets + unused, facts, unavailable(), rules=[1, 5]),
        values("arithmetic", lets + unused, facts, arithmetic(), rules=[1, 5, 16, 17]),
        accounts("magnitudes", "output o = a\noutput known = a is known\noutput wrong = a is invalid", magnitudes(), rules=[5, 17]),
    ]  # fmt: skip


def topics() -> list[Topic]:
    """One file."""
    return [
        topic(
            "numbers",
            "How numbers are compared, rounded and computed, and the functions of the library.",
            groups(),
        )
    ]
