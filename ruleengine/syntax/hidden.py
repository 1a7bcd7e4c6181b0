r"""Signs of a source that look like nothing, or like something else.

In: the text of a ruleset or of tests; a name in backticks. Out: the places of such signs, or what is wrong with the name. What
runs must be what a reader sees: marks that turn the order of writing, control characters and line ends that only some programs
know are found everywhere, also in texts and comments; in names also what has no width, and letters of scripts that mix with Latin
ones unseen. Letters of any one script are good in names, and emoji and marks of right-to-left writing in texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ruleengine.diagnostics.visible import escape

#: Controls but for tab and line end, a carriage return alone, line and paragraph separators, marks that turn the order of writing,
#: and a byte order mark that is not at the beginning.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|(?<=.)\ufeff|\r(?!\n)",
    re.DOTALL,
)
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Beside the categories of Unicode: signs without width that count as letters or as marks.
_WITHOUT_WIDTH = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
#: Scripts with letters that look like Latin ones. No writing mixes either of them with Latin in one word.
_ALIKE = (("Greek", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")), ("Cyrillic", re.compile("[\u0400-\u052f]")))


def hidden_signs(text: str) -> Iterator[tuple[int, str]]:
    """The offset of each hidden sign, and what is to be said of it."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return
    for found in _HIDDEN.finditer(text):
        sign = found.group()
        what = unicodedata.name(sign, "a control character").lower()
        if sign == "\r":
            what = "a carriage return without a line feed"
        does = "changes the order in which this line is shown" if sign in _TURNING else "cannot be seen"
        yield found.start(), f"`{escape(sign)}`, {what}, {does}"


def fault_of_name(name: str) -> str:
    """What is wrong with a name in backticks; empty when it is what it looks like."""
    if name.isascii():
        return ""
    for sign in name:
        if (
            unicodedata.category(sign) in ("Cf", "Zl", "Zp")
            or sign in _WITHOUT_WIDTH
            or 0xFE00 <= ord(sign) <= 0xFE0F
        ):
            return f"`{escape(sign)}`, which cannot be seen, stands in this name"
    if _LATIN.search(name):
        for script, letters in _ALIKE:
            if found := letters.search(name):
                return f"the {script} letter `{escape(found.group())}` stands among Latin ones in this name"
    return ""
