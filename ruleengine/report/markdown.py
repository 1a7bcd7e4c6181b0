"""Results as a Markdown table, and texts made safe for Markdown.

In: rows, already in order, or any text. Out: Markdown in which text of users is text and never markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ruleengine.diagnostics.visible import visible
from ruleengine.report.rows import AccountRow
from ruleengine.report.table import columns_of

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#&])")
#: Signs that make a list or a heading only at the beginning of a line.
_LEADING = re.compile(r"^(\s*)([-+=]|\d+(?=[.)](?:\s|$)))")
_LINKS = re.compile(r"(?i)\b(https?|ftp)://|\bwww\.|@")
_RIGHT = ("score", "coverage")


def escape(text: str) -> str:
    """`text` on one line with every sign escaped that Markdown would obey; links and mentions are broken."""
    escaped = _SPECIAL.sub(r"\\\1", visible(text))
    escaped = _LEADING.sub(_escape_leading, escaped)
    return _LINKS.sub(_break_link, escaped)


def code(text: str) -> str:
    """`text` as code, whatever backticks it holds."""
    shown = visible(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}" if longest else f"`{shown}`"


def render_markdown(rows: Sequence[AccountRow], summary: str) -> str:
    """All rows as a table with the summary below it."""
    parts = []
    if rows:
        columns = columns_of(rows)
        parts.append(f"| {' | '.join(escape(title) for title in columns)} |\n")
        parts.append(f"| {' | '.join('---:' if title in _RIGHT else '---' for title in columns)} |\n")
        lines = zip(*columns.values(), strict=True)
        parts.extend(f"| {' | '.join(escape(text) for text in cells)} |\n" for cells in lines)
        parts.append("\n")
    parts.append(f"{escape(summary)}\n")
    return "".join(parts)


def _escape_leading(match: re.Match[str]) -> str:
    blanks, sign = match.groups()
    return f"{blanks}{sign}\\" if sign.isdigit() else f"{blanks}\\{sign}"


def _break_link(match: re.Match[str]) -> str:
    """An entity in place of the sign that makes a link or a mention: shown alike, followed by nobody."""
    found = match.group()
    return found.replace("@", "&#64;").replace("://", "&#58;//").replace("www.", "www&#46;")
