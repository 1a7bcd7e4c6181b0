"""Functions of texts. `matches` takes time linear in the text, whatever the pattern."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ruleengine.library.function import function
from ruleengine.limits import limits


@function("lower", ("text",), "text", examples={'lower("AbC")': "abc"})
def lower(text: str) -> str:
    """`lower(t)`: the text in small letters."""
    return text.lower()


@function("upper", ("text",), "text", examples={'upper("AbC")': "ABC"})
def upper(text: str) -> str:
    """`upper(t)`: the text in capital letters."""
    return text.upper()


@function("trim", ("text",), "text", examples={'trim("  a b ")': "a b", 'trim("\\u00a0a\\u3000")': "a"})
def trim(text: str) -> str:
    """`trim(t)`: the text without blanks of any kind at its ends, such as the unbreakable ones of spreadsheets."""
    return text.strip()


@function("length", ("text",), "count", examples={'length("four")': 4, 'length("")': 0})
def length(text: str) -> int:
    """`length(t)`: how many characters the text has."""
    return len(text)


@function(
    "starts_with",
    ("text", "text"),
    "flag",
    examples={'starts_with("ab", "a")': True, 'starts_with("ab", "b")': False},
)
def starts_with(text: str, prefix: str) -> bool:
    """`starts_with(t, prefix)`: true when the text begins with the prefix."""
    return text.startswith(prefix)


@function(
    "ends_with",
    ("text", "text"),
    "flag",
    examples={'ends_with("ab", "b")': True, 'ends_with("ab", "a")': False},
)
def ends_with(text: str, suffix: str) -> bool:
    """`ends_with(t, suffix)`: true when the text ends with the suffix."""
    return text.endswith(suffix)


@function("concat", ("texts",), "text", examples={'concat("a", "b", "c")': "abc"})
def concat(texts: tuple[str, ...]) -> str:
    """`concat(a, b, …)`: the texts one after the other."""
    return "".join(texts)


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Any:
    """The compiled pattern; raises ValueError with the reason when it cannot be used."""
    import re2

    if len(pattern) > limits().pattern_length:
        raise ValueError(f"it is longer than {limits().pattern_length} characters")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        detail = error.args[0] if error.args else ""
        raise ValueError(detail.decode() if isinstance(detail, bytes) else str(detail)) from None


@function(
    "matches", ("text", "pattern"), "flag",
    examples={'matches("ab12", "[0-9]+")': True, 'matches("ab", "^b")': False, 'matches("team-7", "^team-[0-9]$")': True},
)  # fmt: skip
def matches(text: str, pattern: str) -> bool:
    """`matches(t, "pattern")`: true when the regular expression (RE2 syntax) fits somewhere in the text; `^` and `$` tie it
    to its ends."""
    return compile_pattern(pattern).search(text) is not None


TEXT_FUNCTIONS = (lower, upper, trim, length, starts_with, ends_with, concat, matches)
