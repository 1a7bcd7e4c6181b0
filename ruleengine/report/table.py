"""Results as a table for a terminal or a pipe.

In: rows, already in order. Out: text. Guaranteed: with a width, no line is wider as long as its columns can
be cut; costs and names are cut first. Without a width nothing is cut; colour is the only other difference.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ruleengine.report.cells import (
    BOLD,
    DIM,
    NOTHING,
    band_style,
    cell,
    cell_width,
    cut,
    decimals_for,
    number_text,
    padded,
    paint,
    percent_text,
    plain_value,
)
from ruleengine.report.rows import AccountRow

_GAP = "  "
_NUMERIC = ("score", "coverage")
#: Columns that may be cut, the first to suffer first, and how narrow they may become.
_ELASTIC = (
    ("costs most", 14), ("triggers", 14), ("name", 8), ("notes", 8), ("reason", 24), ("account", 10),
)  # fmt: skip
_NARROWEST = 4


def columns_of(rows: Sequence[AccountRow]) -> dict[str, list[str]]:
    """The texts of all cells by column. Columns that would be empty in every row are left out."""
    decimals = decimals_for(row.score for row in rows)
    columns = {
        "account": [row.id for row in rows],
        "name": [row.name for row in rows],
        "band": [band_text(row) for row in rows],
        "score": [number_text(row.score, decimals) if row.status else "" for row in rows],
        "coverage": [percent_text(row.coverage, 0) if row.status else "" for row in rows],
        "notes": [", ".join(row.notes) for row in rows],
        "costs most": [row.cost for row in rows],
        "due": [row.due for row in rows],
        "reason": [row.reason for row in rows],
        "triggers": [", ".join(row.triggers) for row in rows],
    }
    for matrix in rows[0].cells if rows else ():
        columns[cell(matrix)] = [row.cells.get(matrix, "") for row in rows]
    told = any(row.triggers or row.cells or row.reason for row in rows)
    if not told and not any(row.status for row in rows):  # no scorecard: the outputs are what there is to see
        for output in rows[0].outputs if rows else ():
            columns[cell(output)] = [cell(plain_value(row.outputs.get(output))) for row in rows]
    return {title: texts for title, texts in columns.items() if title == "account" or any(texts)}


def band_text(row: AccountRow) -> str:
    """The band, or in its place why there is none."""
    if row.band is not None:
        return cell(row.band)
    if row.score is not None or not row.status:
        return NOTHING if row.status else ""
    return f"no score: {row.status.replace('_', ' ')}"


def render_table(
    rows: Sequence[AccountRow], bands: Sequence[str], *, width: int | None = None, color: bool = False
) -> str:
    """All rows under a heading; an empty text when there are none."""
    if not rows:
        return ""
    columns = columns_of(rows)
    widths = fitted({title: max(map(cell_width, [title, *texts])) for title, texts in columns.items()}, width)
    lines = [paint(row_line(widths, {title: title.upper() for title in columns}), BOLD, color)]
    for number, row in enumerate(rows):
        texts = {title: column[number] for title, column in columns.items()}
        style = band_style(row.band, bands) or (DIM if row.score is None and row.status else "")
        lines.append(row_line(widths, texts, style if color else ""))
    return "".join(f"{line}\n" for line in lines)


def row_line(
    widths: dict[str, int], texts: dict[str, str], band_color: str = "", numeric: Collection[str] = _NUMERIC
) -> str:
    """One line of a table; numbers stand at the right of their columns."""
    cells = []
    for title, columns in widths.items():
        text = padded(cut(texts[title], columns), columns, right=title in numeric)
        cells.append(paint(text, band_color, title == "band"))
    return _GAP.join(cells).rstrip()


def fitted(widths: dict[str, int], limit: int | None) -> dict[str, int]:
    """Column widths that come to at most `limit`, as far as columns can be cut."""
    if limit is None:
        return widths
    fitted = dict(widths)
    elastic = [*_ELASTIC, *((title, _NARROWEST) for title in reversed(widths) if title not in _NUMERIC)]
    for title, narrowest in elastic:
        excess = sum(fitted.values()) + len(_GAP) * (len(fitted) - 1) - limit
        if excess > 0 and title in fitted:
            fitted[title] = max(min(narrowest, fitted[title]), fitted[title] - excess)
    return fitted
