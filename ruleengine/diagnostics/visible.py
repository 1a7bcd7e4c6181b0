"""Text of unknown origin, made safe to show.

In: any text, for example a line of a user's file. Out: the same with every character that a terminal would
obey or hide written as an escape: control characters, terminal escapes, marks that turn the direction of
writing, line separators, lone surrogates. What can be seen stays as it is.
"""

from __future__ import annotations

import unicodedata

#: Zero width joiner and non-joiner: emoji and several scripts cannot be written without them.
_JOINERS = frozenset("\u200c\u200d")
_HIDDEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def is_hidden(sign: str) -> bool:
    """Whether `sign`, one character, would be obeyed or hidden by a terminal instead of being seen."""
    return unicodedata.category(sign) in _HIDDEN_CATEGORIES and sign not in _JOINERS


def escape(sign: str) -> str:
    r"""One character in the notation `\x1b`, `\u202e` or `\U000e0001`."""
    number = ord(sign)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def quoted(text: str) -> str:
    """`text` as a name in a sentence: in backticks, of which it holds none, so that Markdown shows it as it is too."""
    return f"`{visible(text).replace('`', chr(39))}`"


def visible(text: str) -> str:
    """`text` on one line with everything hidden written as an escape."""
    if text.isprintable():  # nearly always; a printable text holds nothing that is hidden
        return text
    return "".join(escape(sign) if is_hidden(sign) else sign for sign in text)


def for_terminal(text: str) -> str:
    r"""A result as it may go to a terminal: what is hidden beyond ASCII, and DEL, in the notation of JSON, `\u009b`.

    Control characters of ASCII stay: line feeds and our own colours are such. Formats that show texts of strangers have escaped
    theirs already.
    """
    if text.isprintable():
        return text
    return "".join(_in_json(sign) if sign >= "\x7f" and is_hidden(sign) else sign for sign in text)


def _in_json(sign: str) -> str:
    pair = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pair[place : place + 2].hex()}" for place in range(0, len(pair), 2))
