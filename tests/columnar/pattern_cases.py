"""Random regular expressions, which DuckDB and Spark must read as the evaluator does, or leave to it."""

from __future__ import annotations

from random import Random

from ruleengine.columnar import build as b
from ruleengine.columnar.types import TEXT
from ruleengine.library.texts import compile_pattern
from tests.columnar.scalar_tables import Case, Table, library_case

_SINGLE = (
    "a", "b", "1", "-", "_", "é", "日", " ", ".", r"\d", r"\w", r"\s", r"\W", r"\D", r"\S", r"\.", r"\n", r"\x61", r"\x{e9}", "[ab]",
    "[^a]", "[a-c1]", r"[\w-]", "[^\\d\n]", "[[:digit:]]", "[[:space:]_]", "^", "$", r"\b", r"\B", r"\A", r"\z", "#", "&", "~", "]", "[a&&b]",
    "[-a]", "[a-]", "[b\\]]", "/", ",", ":", "=", "<", "@", '"', "'", "%", "\\$", "\\^",
)  # fmt: skip
_TIMES = ("", "", "", "", "", "*", "+", "?", "{2}", "{1,2}", "*?", "+?", "{2,}")
_SIGNS = "ab1-_é日 \n\r.\x85\u2028\x0bc&#]A"


def random_pattern(rng: Random, depth: int = 0) -> str:
    """A pattern; not always one that can be used."""
    parts = []
    for _ in range(rng.randrange(1, 4)):
        if depth < 2 and rng.random() < 0.2:
            opening = rng.choice(("(", "(?:", "(?P<n>"))
            parts.append(f"{opening}{random_pattern(rng, depth + 1)}){rng.choice(_TIMES)}")
        else:
            parts.append(rng.choice(_SINGLE) + rng.choice(_TIMES))
    if rng.random() < 0.15:
        parts.insert(rng.randrange(len(parts) + 1), "|")
    text = "".join(parts)
    return f"(?i){text}" if depth == 0 and rng.random() < 0.1 else text


def usable_patterns(count: int) -> list[str]:
    """Patterns that a ruleset may have."""
    rng, found = Random(21), dict[str, None]()
    while len(found) < count:
        pattern = random_pattern(rng)
        try:
            compile_pattern(pattern)
        except ValueError:
            continue
        found[pattern] = None
    return list(found)


def _case(pattern: str) -> Case:
    return library_case("matches", [b.column("text")], 1.0, (pattern,))


def patterns_table(scale: float) -> Table:
    """Short texts of few signs, and many patterns."""
    rng = Random(22)
    texts = [
        ("".join(rng.choice(_SIGNS) for _ in range(rng.randrange(6))),) for _ in range(int(600 * scale) + 60)
    ]
    cases = tuple(_case(pattern) for pattern in usable_patterns(int(300 * scale) + 60))
    return Table("patterns", (("text", TEXT),), texts, cases)
