"""The word a user probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

#: Comparing longer words takes long, and nobody mistypes one.
_LONGEST = 100


def nearest(word: str, candidates: Iterable[str], count: int = 1) -> list[str]:
    """Up to `count` candidates that are close to `word`, the closest first; empty when none is close."""
    if len(word) > _LONGEST:
        return []
    known = sorted({candidate for candidate in candidates if len(candidate) <= _LONGEST})
    by_lower = {candidate.lower(): candidate for candidate in reversed(known)}
    if word.lower() in by_lower and by_lower[word.lower()] != word:
        return [by_lower[word.lower()]]
    return get_close_matches(word, known, n=count, cutoff=0.6)


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """A help text with the nearest candidate in backticks, or an empty text."""
    found = nearest(word, candidates)
    return f"did you mean `{found[0]}`?" if found else ""
