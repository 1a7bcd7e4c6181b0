"""What every function and operator must give in SQL: the same as the evaluator's Python, or that it is not promised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ruleengine.columnar import build as b
from ruleengine.columnar import numbers
from ruleengine.columnar.answers import Answer
from ruleengine.columnar.functions import list_functions_of
from ruleengine.columnar.types import DATE, DOUBLE, TEXT, TIMESTAMP, ColumnType, list_of
from ruleengine.evaluator import runtime
from ruleengine.evaluator.spoken import speaker
from ruleengine.library import FUNCTIONS
from ruleengine.values import ROUNDING_MODES, Kind, Type, equal, less
from tests.columnar import scalar_arguments as arguments
from tests.columnar.date_cases import date_cases, instant_cases
from tests.columnar.pattern_cases import patterns_table
from tests.columnar.scalar_tables import Case, Table, calls, library_case, speaks

# ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_X, _Y = b.column("x"), b.column("y")


def _several(name: str) -> Case:
    implementation = FUNCTIONS[name].implementation
    return Case(
        f"{name} of several",
        calls(name, [_X, _Y, b.double(0.5)]),
        lambda x, y: implementation((x, y, 0.5)),
    )


def _roundings(all_digits: Sequence[int]) -> Iterator[Case]:
    for mode in ROUNDING_MODES:
        for digits in all_digits:
            most = 0.12 if digits >= 8 else 0.03
            yield library_case("round", [_X], most, (digits, mode))
    for name in (
        "round_half_up",
        "round_half_even",
        "round_half_down",
        "round_up",
        "round_down",
        "floor",
        "ceiling",
    ):
        yield library_case(name, [_X], 0.03, (1,))


def _power(exponent: float, most_beyond: float) -> Case:
    implementation = FUNCTIONS["power"].implementation
    return Case(
        f"power {exponent}",
        calls("power", [_X, b.double(exponent)]),
        lambda x, y: implementation(x, exponent),
        most_beyond,
    )


def _line(x: float, y: float) -> float:
    return runtime.linear(x, 0.1, 0.9, 30.0, 100.0)


def number_cases(all_digits: Sequence[int]) -> Iterator[Case]:
    """Over two numbers."""
    yield Case("clean", lambda d: Answer(numbers.clean(d, _X)), lambda x, y: runtime.clean(x), printed=True)
    yield Case("equal", lambda d: Answer(numbers.equal(d, _X, _Y)), equal)
    yield Case("less", lambda d: Answer(numbers.less(d, _X, _Y)), less)
    ends = [b.double(end) for end in (0.1, 0.9, 30.0, 100.0)]
    yield Case("linear", lambda d: Answer(numbers.linear(d, _X, *ends)), _line)
    yield Case(
        "flat linear",
        lambda d: Answer(numbers.linear(d, _X, _Y, _Y, b.double(7), b.double(9))),
        lambda x, y: runtime.linear(x, y, y, 7.0, 9.0),
    )
    yield from _roundings(all_digits)
    for name in ("abs", "sqrt", "ln", "exp"):
        yield library_case(name, [_X], 0.03 if name == "exp" else 0.01)
    for exponent in (0.0, 1.0, 2.0, 3.0, -1.0, -2.0, 24.0, 25.0, -60.0, 1000.0, 0.5, -0.5, 1.7, 1001.0):
        yield _power(
            exponent, 0.1 if exponent == 1001 else 0.03
        )  # nearly all of those are too large, or too small
    yield library_case("power", [_X, _Y], 0.06)
    for name in ("min", "max", "sum", "mean"):
        yield _several(name)
    for unit in ("", "percent", "days", "money USD"):
        yield _spoken_number(Type(Kind.NUMBER, unit))


def _spoken_number(kind: Type) -> Case:
    say = speaker(kind, False)
    return Case(f"spoken {kind}", speaks(_X, kind), lambda x, y: say(x), 0.25)


# ── Texts and lists ─────────────────────────────────────────────────────────────────────────────────────────────────

_TEXT, _PART = b.column("text"), b.column("part")
#: Patterns that Java reads for sure as RE2 does.
PLAIN_PATTERNS = (
    "a", "^a", "b$", "^$", "a.b", "[0-9]+", r"\d{2}", "^team-[0-9]$", "[^a-z]", "a|b|日", r"\s$", "(?i)ab", "^[A-Za-z_]+$", "a{2,}",
    r"\.", r"\bab", "x*y?1", "[[:alpha:]]+7", "é", "(ab|x)1", r"[\w-]+$", r"\x{65e5}", r"\n", "[]a]", "a*?b", "(?:ab){2}", r"\\", r"\S\W",
    r"\Aab", r"a\z", "'", "[$]", r"\{",
)  # fmt: skip
#: Patterns for which it is not sure, or which could take Java too long.
OTHER_PATTERNS = (
    r"\pL",
    "(a|b)*",
    "(a*)*b",
    "(?s)a.b",
    "(?m)^b",
    r"\Qa.b\E",
    "a*b*a*b*1",
    "[[:punct:]]",
    "(?i)[^a]",
    "(?U)a+",
    r"\C",
)


def _pattern(pattern: str, most_beyond: float) -> Case:
    return library_case("matches", [_TEXT], most_beyond, (pattern,))


def _text_cases() -> Iterator[Case]:
    for name in ("lower", "upper"):
        yield library_case(name, [_TEXT], 0.5)  # as many texts have other signs than ASCII's
    for name in ("trim", "length"):
        yield library_case(name, [_TEXT])
    for name in ("starts_with", "ends_with"):
        yield library_case(name, [_TEXT, _PART])
    concat = FUNCTIONS["concat"].implementation
    yield Case(
        "concat",
        calls("concat", [_TEXT, _PART]),
        lambda text, part: concat((text, part)),
    )
    yield Case(
        "contains",
        calls("text contains", [_TEXT, _PART]),
        lambda text, part: part in text,
    )
    for pattern in PLAIN_PATTERNS:
        yield _pattern(pattern, 0.55 if r"\b" in pattern or "(?i)" in pattern else 0.01)
    for pattern in OTHER_PATTERNS:
        yield _pattern(pattern, 1.0)
    yield Case(
        "constant",
        lambda d: Answer(b.concat([b.text(arguments.CONSTANT), _TEXT])),
        lambda text, part: arguments.CONSTANT + text,
    )
    yield Case(
        "spoken text",
        speaks(_TEXT, Type(Kind.TEXT)),
        lambda text, part: speaker(Type(Kind.TEXT), False)(text),
        0.65,
    )


_VALUES, _ITEM, _WORDS, _WORD = b.column("values"), b.column("item"), b.column("words"), b.column("word")


def _of_list(name: str) -> Case:
    implementation = FUNCTIONS[name].implementation
    empty = {"sum": 0.0, "count": 0}.get(name)
    return Case(
        f"{name} of a list",
        lambda dialect: list_functions_of(name)(dialect, [_VALUES], ()),
        lambda values, *_: implementation(values) if values else empty,
    )


def _list_cases() -> Iterator[Case]:
    for name in ("min", "max", "sum", "mean", "count"):
        yield _of_list(name)
    yield Case(
        "list contains number",
        lambda d: list_functions_of("list contains number")(d, [_VALUES, _ITEM], ()),
        lambda values, item, words, word: any(equal(value, item) for value in values),
    )
    yield Case(
        "list contains",
        lambda d: list_functions_of("list contains")(d, [_WORDS, _WORD], ()),
        lambda values, item, words, word: word in words,
    )
    listed = {"numbers": (_VALUES, Type(Kind.NUMBER), 0), "texts": (_WORDS, Type(Kind.TEXT), 2)}
    for name, (column, element, place) in listed.items():
        kind = Type(Kind.LIST, element=element)
        say = speaker(kind, False)
        yield Case(f"spoken {name}", speaks(column, kind), lambda *row, s=say, p=place: s(row[p]), 0.9)


def tables(scale: float = 1.0) -> list[Table]:
    """All tables; `scale` is how many arguments there are, compared to the usual number; below 1 there are fewer cases of rounding."""

    def count(usual: int) -> int:
        return max(60, int(usual * scale))

    texts = list_of(TEXT)
    digits = (0, 1, 2, 4, 6, 8, 9, 10) if scale >= 1 else (0, 2, 8)
    columns: dict[str, tuple[tuple[str, ColumnType], ...]] = {
        "numbers": (("x", DOUBLE), ("y", DOUBLE)),
        "dates": (("day", DATE), ("other", DATE), ("amount", DOUBLE)),
        "instants": (("at", TIMESTAMP),),
        "texts": (("text", TEXT), ("part", TEXT)),
        "lists": (("values", list_of(DOUBLE)), ("item", DOUBLE), ("words", texts), ("word", TEXT)),
    }
    return [
        Table("numbers", columns["numbers"], arguments.numbers(count(8000)), tuple(number_cases(digits))),
        Table("dates", columns["dates"], arguments.dates(count(5000)), tuple(date_cases())),
        Table("instants", columns["instants"], arguments.instants(count(20000)), tuple(instant_cases())),
        Table("texts", columns["texts"], arguments.texts(count(3000)), tuple(_text_cases())),
        Table("lists", columns["lists"], arguments.lists(count(2000)), tuple(_list_cases())),
        patterns_table(scale),
    ]
