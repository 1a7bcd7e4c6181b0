"""Lines, tables and bars of a terminal that keep to a width.

In: texts, safe to show. Out: lines. Guaranteed: with a width no line is wider, as long as it is at least a few columns
wide; without one nothing is folded or cut; colour changes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ruleengine.report.cells import BOLD, cell_width, cut, paint

_GAP = "  "
#: No column becomes narrower than this, whatever the width.
_NARROWEST = 3
_FULL, _LEAST = "█", "▏"


@frozen(slots=True)
class Cell:
    """One cell of a table, in a style."""

    text: str
    style: str = ""


@frozen(slots=True)
class Column:
    """A column of a table. Those that may be cut suffer before those that may not."""

    title: str
    right: bool = False
    elastic: bool = False


def folded(text: str, width: int | None, indent: str = "", hanging: str | None = None) -> Iterator[str]:
    """`text` in lines: the first begins with `indent`, the others with `hanging`."""
    after = indent if hanging is None else hanging
    if width is None:
        yield indent + text
        return
    line = indent
    begun = False
    for word in text.split(" "):
        wanted = word if not begun else f" {word}"
        if begun and cell_width(line + wanted) > width:
            yield line.rstrip()
            line, wanted = after, word
        while cell_width(line + wanted) > width and len(wanted) > 1:
            taken = _fitting(wanted, max(width - cell_width(line), 1))
            yield line + taken
            line, wanted = after, wanted[len(taken) :]
        line += wanted
        begun = True
    yield line.rstrip()


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    width: int | None,
    color: bool,
    indent: str = "  ",
) -> Iterator[str]:
    """All rows under a heading. Columns that are empty in every row are left out."""
    shown = [number for number in range(len(columns)) if any(row[number].text for row in rows)]
    heads = [columns[number] for number in shown]
    widths = [
        max(cell_width(heads[place].title), *(cell_width(row[number].text) for row in rows))
        for place, number in enumerate(shown)
    ]
    if width is not None:
        widths = _narrowed(heads, widths, width - len(indent))
    yield indent + _line(heads, widths, [Cell(head.title, BOLD) for head in heads], color)
    for row in rows:
        yield indent + _line(heads, widths, [row[number] for number in shown], color)


def fits(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int | None, indent: str = "  "
) -> bool:
    """Whether a table can be shown without a cell cut off."""
    if width is None:
        return True
    wide = sum(
        max([cell_width(column.title), *(cell_width(row[number].text) for row in rows)])
        for number, column in enumerate(columns)
    )
    return wide + len(_GAP) * (len(columns) - 1) + len(indent) <= width


def bar(number: int, most: int, columns: int) -> str:
    """A bar as long as `number` is large; something is seen of everything that is not nothing."""
    if not number:
        return ""
    return _FULL * round(number / most * columns) or _LEAST


def _line(heads: Sequence[Column], widths: Sequence[int], cells: Sequence[Cell], color: bool) -> str:
    parts = []
    for head, columns, found in zip(heads, widths, cells, strict=True):
        shown = cut(found.text, columns)
        blanks = " " * max(columns - cell_width(shown), 0)
        painted = paint(shown, found.style, color)
        parts.append(blanks + painted if head.right else painted + blanks)
    return _GAP.join(parts).rstrip()


def _narrowed(heads: Sequence[Column], widths: Sequence[int], limit: int) -> list[int]:
    """Widths that come to at most `limit`: the widest column that may be cut gives first."""
    found = list(widths)
    for group in ([h.elastic for h in heads], [not h.right for h in heads], [True] * len(heads)):
        places = [place for place, may in enumerate(group) if may]
        while places and sum(found) + len(_GAP) * (len(found) - 1) > limit:
            widest = max(places, key=lambda place: found[place])
            if found[widest] <= _NARROWEST:
                break
            excess = sum(found) + len(_GAP) * (len(found) - 1) - limit
            others = [found[place] for place in places if place != widest]
            down_to = max(min(max(others, default=0), found[widest] - 1), found[widest] - excess, _NARROWEST)
            found[widest] = down_to
    return found


def _fitting(text: str, columns: int) -> str:
    """The beginning of `text` that takes at most `columns`; one character at least."""
    if cell_width(text) <= columns:
        return text
    end, taken = 0, 0
    for sign in text:
        taken += cell_width(sign)
        if taken > columns:
            break
        end += 1
    return text[: max(end, 1)]
