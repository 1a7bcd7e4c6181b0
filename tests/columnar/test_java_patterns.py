"""What becomes of a regular expression for Java, and what is left to the evaluator."""

from __future__ import annotations

import pytest

from ruleengine.columnar.java_patterns import java_pattern
from tests.columnar.pattern_cases import usable_patterns


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^team-[0-9]$", r"\Ateam\x{2d}[0-9]\z"),
        ("a.b", r"a[^\x{a}]b"),
        (r"(?P<x>ab)\s", r"(?:ab)[\x{9}\x{a}\x{c}\x{d}\x{20}]"),
        ("[]a&&b]", r"[\x{5d}a\x{26}\x{26}b]"),
        ("[[:word:]-]", r"[0-9A-Za-z_\x{2d}]"),
        (r"a{2,3}?\.", r"a{2,3}?\x{2e}"),
    ],
)
def test_everything_is_written_out(pattern: str, expected: str) -> None:
    """So that no default of Java's matters."""
    found = java_pattern(pattern)
    assert found is not None
    assert found.text == expected


@pytest.mark.parametrize(
    "pattern",
    [
        r"\pL",
        "(a*)*",
        "(a|b)+",
        "(?s).",
        "(?m)^",
        r"\Qa\E",
        "a*b*c*d*",
        "[[:punct:]]",
        "(?i)[^a]",
        r"[\D]",
        "a{,2}",
        "a?" * 11,
        "a)",
        "(a",
        "a**",
        "a{2}+",
        "(a|",
        "a" + chr(92),
    ],
)
def test_what_is_not_sure_is_left_alone(pattern: str) -> None:
    """Other signs, other flags, and what could take Java too long."""
    assert java_pattern(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "longest", "ascii_only"),
    [
        ("a", 1_000_000, False), ("a+", 10_000, False), ("a*b*", 464, False), ("(ab){3}", 1_000, False),
        ("(?i)a", 1_000_000, True), (r"\ba", 1_000_000, True),
    ],
)  # fmt: skip
def test_for_which_texts_a_pattern_is(pattern: str, longest: int, ascii_only: bool) -> None:
    """Java tries alternatives one after the other, and knows other signs."""
    found = java_pattern(pattern)
    assert found is not None
    assert (found.longest, found.ascii_only) == (longest, ascii_only)


def test_most_patterns_can_be_written() -> None:
    """Two thirds even of random ones."""
    patterns = usable_patterns(300)
    assert sum(java_pattern(pattern) is not None for pattern in patterns) > len(patterns) * 2 / 3
