"""Tables of measurements: on the terminal, and as Markdown between markers of a page.

A page holds `<!-- measured: NAME -->` and `<!-- end of NAME -->`; what stands between them is replaced.
"""

from __future__ import annotations

import re
from pathlib import Path

from attrs import frozen


@frozen(slots=True)
class Table:
    """One table: a name for its place in the page, a title, and rows of texts below a head."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@frozen(slots=True)
class Target:
    """What we set out to reach: at most so much, in the unit of the measurement."""

    most: float
    unit: str = "×"

    def met(self, value: float) -> bool:
        """Whether a measurement reaches it."""
        return value <= self.most

    def text(self, value: float | None = None) -> str:
        """The target in words, and whether a measurement reaches it."""
        words = f"≤ {self.most:g}{'×' if self.unit == '×' else ' ' + self.unit}"
        return words if value is None else f"{words}: {'met' if self.met(value) else 'not met'}"


def number(value: float) -> str:
    """A number with as many digits as can be trusted."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def terminal(table: Table) -> str:
    """A table for people at a terminal."""
    widths = [max(map(len, column)) for column in zip(table.head, *table.rows, strict=True)]
    lines = [table.title, "", _row(table.head, widths), "  ".join("─" * width for width in widths)]
    lines += [_row(row, widths) for row in table.rows]
    return "\n".join([*lines, *(f"  {note}" for note in table.notes), ""])


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *others = (
        cell.ljust(width) if at == 0 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *others]).rstrip()


def markdown(table: Table) -> str:
    """A table for a page."""
    lines = [f"**{table.title}**", "", "| " + " | ".join(table.head) + " |"]
    lines.append("| --- |" + " ---: |" * (len(table.head) - 1))
    lines += ["| " + " | ".join(row) + " |" for row in table.rows]
    return "\n".join([*lines, *(f"\n{note}" for note in table.notes)])


def write(page: Path, tables: list[Table]) -> list[str]:
    """Put tables into a page; the names of those that have no place there."""
    text = page.read_text(encoding="utf-8")
    homeless = []
    for table in tables:
        place = re.compile(
            rf"(<!-- measured: {re.escape(table.name)} -->\n).*?(<!-- end of {re.escape(table.name)} -->)",
            re.DOTALL,
        )
        if not place.search(text):
            homeless.append(table.name)
        made = markdown(table)
        text = place.sub(lambda found, made=made: f"{found[1]}\n{made}\n\n{found[2]}", text)  # type: ignore[misc]  # mypy has no type for a lambda with a default
    page.write_text(text, encoding="utf-8")
    return homeless
