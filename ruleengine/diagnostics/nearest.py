"""The word a user probably meant."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from difflib import get_close_matches

#: Comparing longer words takes long, and nobody mistypes one.
_LONGEST = 100
#: Among more names than this, only those are compared that begin or end alike and stand close by in the alphabet.
_MANY = 700


def nearest(word: str, candidates: Iterable[str], count: int = 1) -> list[str]:
    """Up to `count` candidates that are close to `word`, the closest first; empty when none is close."""
    if len(word) > _LONGEST:
        return []
    every = list(candidates)
    known = sorted({each for each in _likely(word, every) if len(each) <= _LONGEST})
    if len(known) > _MANY:
        place = bisect(known, word)
        known = known[max(0, place - _MANY // 2) : place + _MANY // 2]
    by_lower = {candidate.lower(): candidate for candidate in reversed(known)}
    if word.lower() in by_lower and by_lower[word.lower()] != word:
        return [by_lower[word.lower()]]
    return get_close_matches(word, known, n=count, cutoff=0.6)


def _likely(word: str, names: list[str]) -> list[str]:
    """The names that are worth a closer look."""
    if len(names) <= _MANY:
        return names
    head, tail = word[:2], word[-2:]
    return [each for each in names if each[:2] == head or each[-2:] == tail]


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """A help text with the nearest candidate in backticks, or an empty text."""
    found = nearest(word, candidates)
    return f"did you mean `{found[0]}`?" if found else ""
