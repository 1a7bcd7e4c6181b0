"""A portfolio summary for a terminal, as Markdown, and as JSON.

In: the document of a summary. Out: text. Guaranteed: the first line says what matters; what users have written is text and
never markup or a control character; JSON is as `schemas/portfolio_summary/1.schema.json` describes it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ruleengine.report.cells import BOLD, DIM, band_style, cell, cell_width, paint
from ruleengine.report.markdown import escape
from ruleengine.report.portfolio.headline import Document, headline, notes
from ruleengine.report.portfolio.sections import Section, bands_of, sections_of
from ruleengine.report.table import row_line

_GAP = 2
_NARROWEST = 12


def render_text(document: Document, *, width: int | None = None, color: bool = False) -> str:
    """The summary for people."""
    bands = bands_of(document)
    lines = [paint(headline(document), BOLD, color), "", _origin(document)]
    lines += [paint(note, DIM, color) for note in notes(document)]
    for section in sections_of(document):
        lines += ["", paint(section.title, BOLD, color), *_table(section, bands, width, color)]
    return "".join(f"{line}\n" for line in lines)


def render_markdown(document: Document) -> str:
    """The summary for a report or a wiki."""
    parts = [f"{escape(headline(document))}\n\n{escape(_origin(document))}\n"]
    parts += [f"\n{escape(note)}\n" for note in notes(document)]
    for section in sections_of(document):
        rules = ("---" if number < section.texts else "---:" for number in range(len(section.head)))
        parts.append(
            f"\n## {escape(section.title)}\n\n| {' | '.join(map(escape, section.head))} |\n| {' | '.join(rules)} |\n"
        )
        parts += [f"| {' | '.join(map(escape, row))} |\n" for row in section.rows]
    return "".join(parts)


def render_json(document: Document) -> str:
    """The whole summary, with its first sentence and its notes."""
    import orjson

    whole = {**document, "headline": headline(document), "notes": notes(document)}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _origin(document: Document) -> str:
    ruleset = document["ruleset"]
    return f"{cell(ruleset['name'])} {cell(ruleset['version'])} as of {document['as_of']}, {document['accounts']:,} results"


def _table(section: Section, bands: Sequence[str], width: int | None, color: bool) -> list[str]:
    columns = {f"{number}": [row[number] for row in section.rows] for number in range(len(section.head))}
    head = {key: title.upper() for key, title in zip(columns, section.head, strict=True)}
    numeric = [key for key in columns if int(key) >= section.texts]
    widths = _fitted(
        {key: max(map(cell_width, [head[key], *texts])) for key, texts in columns.items()}, numeric, width
    )
    lines = [paint(row_line(widths, head, "", numeric), DIM, color)]
    for number, row in enumerate(section.rows):
        band = section.bands[number] if section.bands else None
        line = row_line(widths, dict(zip(columns, row, strict=True)), "", numeric)
        lines.append(paint(line, band_style(band, bands), color))
    return lines


def _fitted(widths: dict[str, int], numeric: Collection[str], limit: int | None) -> dict[str, int]:
    """Widths of columns that come to at most `limit`, as far as texts can be cut; numbers are never cut."""
    found = dict(widths)
    for key in sorted(found, key=lambda key: -found[key]):
        excess = sum(found.values()) + _GAP * (len(found) - 1) - limit if limit is not None else 0
        if excess > 0 and key not in numeric:
            found[key] = max(min(_NARROWEST, found[key]), found[key] - excess)
    return found
