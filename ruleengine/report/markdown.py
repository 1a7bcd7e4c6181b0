"""Results as a Markdown table, and texts made safe for Markdown.

In: rows, already in order, or any text. Out: Markdown in which text of users is text and never markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ruleengine.diagnostics.visible import visible
from ruleengine.evaluator.markup import escape as escape
from ruleengine.report.rows import AccountRow
from ruleengine.report.table import columns_of

_RIGHT = ("score", "coverage")


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
