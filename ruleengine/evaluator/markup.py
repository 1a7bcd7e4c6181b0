"""Text of users made safe for Markdown.

In: any text. Out: one line of Markdown in which that text is text and never markup.
"""

from __future__ import annotations

import re

from ruleengine.diagnostics.visible import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#&])")
#: Signs that make a list or a heading only at the beginning of a line.
_LEADING = re.compile(r"^(\s*)([-+=]|\d+(?=[.)](?:\s|$)))")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()+,;=%-]{1,2000}")
#: What trackers make something of: commands at the beginning of a line, references to requests, milestones, snippets and
#: issues, pictures by name, formulas.
_REFERENCES = re.compile(r"^/|!(?=\d)|%(?=\w)|\$|:(?=[a-z0-9_+-]+:)|(?<=\bGH)-(?=\d)")
_LINKS = re.compile(r"(?i)\b(https?|ftp)://|\bwww\.|@")
#: Trackers look for mentions and references in the text that a reader sees, where no escape is left: a blank of no width, which
#: no text of a user can hold, keeps the sign from what follows it.
_TELLING = re.compile(r"(&#64;|&#33;|\bGH&#45;|\\#)(?=\w)")
_APART = r"\1&#8203;"


def link(text: str) -> str:
    """A link to an address of the web, where that is all that the text is; else the text, escaped."""
    return f"<{text}>" if _ADDRESS.fullmatch(text) else escape(text)


def escape(text: str) -> str:
    """`text` on one line with every sign escaped that Markdown would obey; links and mentions are broken."""
    escaped = _SPECIAL.sub(r"\\\1", visible(text).strip(" "))
    escaped = _LEADING.sub(_escape_leading, escaped)
    escaped = _LINKS.sub(_break_link, escaped)
    escaped = _REFERENCES.sub(lambda match: f"&#{ord(match.group())};", escaped)
    return _TELLING.sub(_APART, escaped)


def _escape_leading(match: re.Match[str]) -> str:
    blanks, sign = match.groups()
    return f"{blanks}{sign}\\" if sign.isdigit() else f"{blanks}\\{sign}"


def _break_link(match: re.Match[str]) -> str:
    """An entity in place of the sign that makes a link or a mention: shown alike."""
    found = match.group()
    return found.replace("@", "&#64;").replace("://", "&#58;//").replace("www.", "www&#46;")
