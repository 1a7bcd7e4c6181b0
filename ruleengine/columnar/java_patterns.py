"""Regular expressions of RE2 as Java reads them.

In: a pattern that RE2 takes. Out: a pattern that Java matches to the same texts, and for which texts: not those longer than a
limit, as Java tries alternatives one after the other, and not those with other signs than ASCII's where the two know
different ones. None for a pattern of which the same is not sure, or which could take Java too long.

Everything is written out in full, so that no default of Java's matters: `.` is `[^\\n]`, `$` the very end, signs are numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import frozen

_SIGNS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "a": 7}
_BLANKS = r"\x{9}\x{a}\x{c}\x{d}\x{20}"
_SETS = {"d": "0-9", "w": "0-9A-Za-z_", "s": _BLANKS}
_NAMED = {
    "alpha": "A-Za-z", "digit": "0-9", "alnum": "0-9A-Za-z", "upper": "A-Z", "lower": "a-z", "xdigit": "0-9A-Fa-f",
    "word": "0-9A-Za-z_", "space": rf"\x{{b}}{_BLANKS}",
}  # fmt: skip
_COUNTED = re.compile(r"\{(\d{1,4})(,(\d{1,4})?)?\}")
_HEXADECIMAL = re.compile(r"x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))")
_CLASS_NAME = re.compile(r"\[:([a-z]+):\]")
_GROUP = re.compile(r"\((\?:|\?P<\w+>|(?!\?))")
#: The longest text by the number of repetitions that can be tried in different ways: at most 10⁸ steps.
_LONGEST = (1_000_000, 10_000, 464, 100)
#: With this many parts that may be there or not, a text can be tried in a thousand ways.
_MOST_OPTIONAL = 10


class _UnsureError(Exception):
    """It is not sure that both mean the same."""


@frozen(slots=True)
class JavaPattern:
    """A pattern for Java, the longest text that it is for, and whether texts must be ASCII."""

    text: str
    longest: int
    ascii_only: bool


def java_pattern(pattern: str) -> JavaPattern | None:
    """The pattern for Java; None where it is not sure to mean the same."""
    reader = _Reader(pattern)
    try:
        text = reader.whole()
    except _UnsureError:
        return None
    if reader.repetitions >= len(_LONGEST) or reader.optional > _MOST_OPTIONAL:
        return None
    longest = min(_LONGEST[reader.repetitions], 1_000 if reader.groups_repeat else _LONGEST[0])
    return JavaPattern(text, longest, reader.folds or reader.has_edges)


def _sign(code: int) -> str:
    sign = chr(code)
    return sign if sign.isascii() and sign.isalnum() else f"\\x{{{code:x}}}"


class _Reader:
    """Reads a pattern from the left."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.repetitions = self.optional = 0
        self.folds = self.has_edges = self.groups_repeat = False

    def _rest(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def _take(self, found: re.Match[str] | None) -> re.Match[str]:
        if found is None:
            raise _UnsureError
        self.at = found.end()
        return found

    def _next(self) -> str:
        if self.at >= len(self.pattern):
            raise _UnsureError
        self.at += 1
        return self.pattern[self.at - 1]

    def whole(self) -> str:
        """The whole pattern."""
        if self._rest("(?i)"):
            self.at, self.folds = 4, True
        text, _ = self._alternatives()
        if self.at < len(self.pattern):
            raise _UnsureError
        return f"(?i){text}" if self.folds else text

    def _alternatives(self) -> tuple[str, bool]:
        """Alternatives, and whether there is but one way to match them."""
        branches, plain = [""], True
        while self.at < len(self.pattern) and not self._rest(")"):
            if self._rest("|"):
                self.at += 1
                branches.append("")
                plain = False
                continue
            part, single = self._repeated()
            branches[-1] += part
            plain = plain and single
        return "|".join(branches), plain

    def _repeated(self) -> tuple[str, bool]:
        """A part with how often it may follow."""
        group = self._rest("(")
        part, plain = self._group() if group else (self._single(), True)
        least, most, sign = self._times()
        if not sign:
            return part, plain
        if group and not plain:
            raise _UnsureError  # the same text could be split up in very many ways
        if least != most:
            if most == 1:
                self.optional += 1
            else:
                self.repetitions += 1
        self.groups_repeat = self.groups_repeat or group
        return part + sign, False

    def _times(self) -> tuple[int, int | None, str]:
        """The least and the most times, and how that is written; the last is empty where nothing is said."""
        rest = self.pattern[self.at : self.at + 1]
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if rest in simple:
            self.at += 1
            least, most = simple[rest]
        elif rest == "{":
            found = self._take(_COUNTED.match(self.pattern, self.at))
            rest = found.group()
            least = int(found.group(1))
            most = least if found.group(2) is None else int(found.group(3)) if found.group(3) else None
        else:
            return 1, 1, ""
        if self._rest("?"):
            self.at += 1
            rest += "?"
        if self.pattern[self.at : self.at + 1] in tuple("*+?{"):
            raise _UnsureError
        return least, most, rest

    def _group(self) -> tuple[str, bool]:
        self._take(_GROUP.match(self.pattern, self.at))
        text, plain = self._alternatives()
        self._next()  # the `)`, for nothing else ends alternatives; at the end of the text nothing is sure
        return f"(?:{text})", plain

    def _single(self) -> str:
        sign = self._next()
        special: dict[str, Callable[[], str]] = {
            ".": lambda: r"[^\x{a}]", "^": lambda: r"\A", "$": lambda: r"\z", "[": self._class, "\\": self._escape,
        }  # fmt: skip
        if sign in special:
            return special[sign]()
        if sign in "*+?{})]":
            raise _UnsureError
        return _sign(ord(sign))

    def _escape(self) -> str:
        sign = self._next()
        if sign in "dwsDWS":
            return f"[{'^' if sign.isupper() else ''}{_SETS[sign.lower()]}]"
        if sign in "bB":
            self.has_edges = True
            return f"\\{sign}"
        if sign in "Az":
            return f"\\{sign}"
        self.at -= 1
        return _sign(self._escaped())

    def _escaped(self) -> int:
        """The sign that an escape stands for."""
        if self._rest("x"):
            found = self._take(_HEXADECIMAL.match(self.pattern, self.at))
            return int(found.group(1) or found.group(2), 16)
        sign = self._next()
        if sign in _SIGNS:
            return _SIGNS[sign]
        if not sign.isascii() or sign.isalnum() or sign == "_":
            raise _UnsureError
        return ord(sign)

    def _class(self) -> str:
        negative = self._rest("^")
        if negative and self.folds:
            raise _UnsureError
        self.at += negative
        items: list[str] = []
        while not self._rest("]") or not items:
            items.append(self._item())
        self.at += 1
        return f"[{'^' if negative else ''}{''.join(items)}]"

    def _item(self) -> str:
        if self._rest("[:"):
            name = self._take(_CLASS_NAME.match(self.pattern, self.at)).group(1)
            if name not in _NAMED:
                raise _UnsureError
            return _NAMED[name]
        if self.pattern[self.at : self.at + 2] in (r"\d", r"\w", r"\s"):
            self.at += 2
            return _SETS[self.pattern[self.at - 1]]
        first = self._class_sign()
        if not self._rest("-") or self._rest("-]"):
            return _sign(first)
        self.at += 1
        return f"{_sign(first)}-{_sign(self._class_sign())}"

    def _class_sign(self) -> int:
        sign = self._next()
        return self._escaped() if sign == "\\" else ord(sign)
