"""Why a value is NA, as a whole number: SQL carries the number, and says it in words only where a result shows it.

A code is the place of its reason (the worst first) times a million, plus a number of its own. `silent` codes say the same in words and
are no problem of their own: a parent that takes one over reports nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from ruleengine.values import NA, NA_REASONS

#: So many codes has each reason.
SPAN = 1_000_000
#: What is added to a code to make it silent.
SILENT = 500_000

_PLACES = {reason: (place + 1) * SPAN for place, reason in enumerate(NA_REASONS)}
#: Writes the words of a code that only a row knows, from its columns.
Words = Callable[[], exp.Expr]


class Reasons:
    """The codes of one program, each with its NA."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str, str, str], int] = {}
        self._known: dict[int, NA] = {}
        self._words: dict[int, Words] = {}
        self._next = dict.fromkeys(NA_REASONS, 1)

    def code(self, na: NA) -> int:
        """The code of an NA that is always the same."""
        key = (na.reason, na.text, na.pointer, na.code)
        found = self._codes.get(key)
        if found is None:
            found = self._codes[key] = self._take(na)
        return found

    def with_words(self, na: NA, words: Words) -> int:
        """The code of an NA whose words (what `describe` gives) depend on the row."""
        code = self._take(na)
        self._words[code] = words
        return code

    def _take(self, na: NA) -> int:
        code = _PLACES[na.reason] + self._next[na.reason]
        self._next[na.reason] += 1
        self._known[code] = na
        return code

    def na(self, code: int) -> NA:
        """The NA of a code; a silent one has lost the code of its problem, as `passed_up` of the evaluator drops it."""
        found = self._known[self.loud(code)]
        return found if code == self.loud(code) else NA(found.reason, found.text, found.pointer)

    def words(self, code: int) -> exp.Expr:
        """What a code says, as SQL."""
        made = self._words.get(self.loud(code))
        return made() if made is not None else exp.Literal.string(self.na(code).describe())

    def any_with_words(self, codes: Iterable[int]) -> bool:
        """Whether some of these codes have words that only a row knows."""
        return any(self.loud(code) in self._words for code in codes)

    @staticmethod
    def loud(code: int) -> int:
        """A code that is not silent."""
        return code - SILENT if code % SPAN > SILENT else code

    def reports(self, code: int) -> bool:
        """Whether the code is a problem by itself; a fact of the wrong type has been reported where it was read."""
        na = self.na(code)
        return code % SPAN < SILENT and na.reason == "invalid" and na.code not in ("", "RE504")


def reason_of(code: int) -> str:
    """The reason of a code."""
    return NA_REASONS[code // SPAN - 1]


def codes_for(codes: Iterable[int], reasons: Iterable[str]) -> frozenset[int]:
    """Those codes that have one of some reasons."""
    wanted = set(reasons)
    return frozenset(code for code in codes if reason_of(code) in wanted)


def bounds_of(reason: str) -> tuple[int, int]:
    """The first code that a reason could have, and the first that it could not."""
    return _PLACES[reason], _PLACES[reason] + SPAN
