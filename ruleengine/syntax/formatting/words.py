"""Names, band words, texts and numbers as they are written.

In: what the tree holds, without quotes and escapes. Out: text that reads back as the same. A name that the
grammar would take for something else, or that has odd characters, stands in backticks.
"""

from __future__ import annotations

import json
import re
import unicodedata

from ruleengine.syntax import tree as t

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Words that are never a name without backticks.
RESERVED = frozenset(
    (
        "and", "or", "not", "in", "is", "was", "if", "then", "else", "default", "contains", "within",
        "where", "by", "for", "true", "false", "na", "as_of", "because", "when", "otherwise", "gives",
        "never", "always", "except",
    )
)  # fmt: skip
#: Words that are something else beside certain words, so as a name they are always marked.
_QUERY_WORDS = frozenset(
    ("latest", "earliest", "first", "any", "all", "count", "list", "computed", "previous", "unless")
)
#: Words with which a statement of a scorecard begins, so no member is called so without backticks.
_CARD_WORDS = frozenset(
    (
        "title", "owner", "description", "bands", "grace", "missing", "rollup", "score", "round",
        "borderline", "group", "weights", "cap", "floor", "override", "accept",
    )
)  # fmt: skip
_HIDDEN_CATEGORIES = frozenset(("Cc", "Cs", "Zl", "Zp"))
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def name(text: str) -> str:
    """A name that is declared, referred to or listed."""
    return text if _PLAIN.fullmatch(text) and text not in RESERVED | _QUERY_WORDS else f"`{text}`"


def member_name(text: str) -> str:
    """A name after a dot, where every word is free."""
    return text if _PLAIN.fullmatch(text) else f"`{text}`"


def function_name(text: str) -> str:
    """A name before an opening parenthesis, where query words are plain names."""
    return text if _PLAIN.fullmatch(text) and text not in RESERVED and text != "points" else f"`{text}`"


def line_name(text: str) -> str:
    """A name with which a line of a scorecard begins."""
    return name(text) if text not in _CARD_WORDS else f"`{text}`"


def field_name(text: str) -> str:
    """The name of a field of a record; it may be any text."""
    if not text or "`" in text or not text.isprintable():
        return quoted(text)
    return text if _PLAIN.fullmatch(text) and text not in RESERVED else f"`{text}`"


def word(node: t.Word) -> str:
    """A band or status word where a quoted text may stand."""
    return quoted(node.name) if node.quoted else node.name


def word_name(node: t.Word) -> str:
    """A word where only a name may stand."""
    return f"`{node.name}`" if node.quoted else node.name


def quoted(text: str) -> str:
    """A text in quotes; what cannot be seen is escaped."""
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def number(node: t.Number) -> str:
    """A number with its unit, its digits as the author wrote them."""
    return node.digits + (node.unit if node.unit in ("", "%") else f" {node.unit}")


def calendar_period(node: t.CalendarPeriod) -> str:
    """A period of the calendar."""
    other = f" or {node.other}" if node.other is not None else ""
    return f"{node.which} {'fiscal ' if node.fiscal else ''}{node.unit}{other}"


def weight(node: t.Weight) -> str:
    """A weight."""
    return node.digits + ("%" if node.percent else "")


def _escaped(sign: str) -> str:
    hidden = unicodedata.category(sign) in _HIDDEN_CATEGORIES or sign in _DIRECTION_MARKS
    return json.dumps(sign)[1:-1] if hidden or sign in '"\\' else sign
