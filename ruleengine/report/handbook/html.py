"""A handbook page as one HTML file that needs nothing else.

In: a `Page`. Out: HTML with its style inside. Guaranteed: what authors wrote is text: it is escaped everywhere, and the
page allows no scripts and loads nothing, whatever it holds; every heading and every table row that is linked to has an
anchor.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

from ruleengine.diagnostics.visible import visible
from ruleengine.report.handbook.page import (
    GROUP_ROW,
    NESTED_ROW,
    Block,
    Bullets,
    Cell,
    Column,
    Page,
    Paragraph,
    Quote,
    Row,
    Section,
    Table,
    Terms,
)
from ruleengine.report.words.text import ANCHOR, BAND, CODE, NAME, QUIET, STRONG, Run, Text

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_DEEPEST_HEADING = 6
#: A table of more columns than this becomes a list of cards on a narrow screen.
_NARROW = 2


def page_html(page: Page) -> str:
    """The whole page."""
    style = Path(__file__).with_name("handbook.css").read_text(encoding="utf-8")
    body = "".join(_block(block, 2) for block in page.lead)
    sections = "".join(_block(section, 2) for section in page.sections)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_escape(page.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#content">To the content</a>\n'
        f'<header><div class="inner"><h1>{_escape(page.title)}</h1>\n{body}</div></header>\n'
        f'<div class="page">\n{_contents(page)}<main id="content">\n{sections}</main>\n</div>\n'
        f"<footer>{_text(page.foot)}</footer>\n</body>\n</html>\n"
    )


def _contents(page: Page) -> str:
    items = []
    for section in page.sections:
        inner = [block for block in section.blocks if isinstance(block, Section)]
        below = "".join(f"<li>{_way(block)}</li>" for block in inner)
        items.append(f"<li>{_way(section)}{f'<ul>{below}</ul>' if below else ''}</li>\n")
    return f'<nav aria-labelledby="contents"><h2 id="contents">Contents</h2>\n<ul>\n{"".join(items)}</ul></nav>\n'


def _way(section: Section) -> str:
    return f'<a href="#{section.anchor}">{_words(section.title)}</a>'


def _block(block: Block, level: int) -> str:
    if isinstance(block, Section):
        return _section(block, level)
    if isinstance(block, Paragraph):
        kind = f' class="{block.kind}"' if block.kind else ""
        return f"<p{kind}>{_text(block.text)}</p>\n"
    if isinstance(block, Bullets):
        return f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in block.items)}</ul>\n"
    if isinstance(block, Terms):
        pairs = (f"<div><dt>{_escape(name)}</dt><dd>{_text(text)}</dd></div>" for name, text in block.pairs)
        return f"<dl>{''.join(pairs)}</dl>\n"
    if isinstance(block, Quote):
        lines = (f"<div>{_text(line) or '<br>'}</div>" for line in block.lines)
        return f"<blockquote>{''.join(lines)}</blockquote>\n"
    return _table(block)


def _section(section: Section, level: int) -> str:
    heading = f"h{min(level, _DEEPEST_HEADING)}"
    note = f'<p class="place">{_escape(section.note)}</p>\n' if section.note else ""
    below = "".join(_block(block, level + 1) for block in section.blocks)
    return (
        f'<section id="{section.anchor}" aria-labelledby="{section.anchor}-title">\n'
        f'<{heading} id="{section.anchor}-title">{_text(section.title)}'
        f'<a class="here" href="#{section.anchor}" aria-label="Link to {_words(section.title)}">#</a></{heading}>\n'
        f"{note}{below}</section>\n"
    )


# ── tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(table: Table) -> str:
    """Roles are written out: a table that is shown as cards would lose its own."""
    kind = " ".join(part for part in (table.kind, "cards" if len(table.columns) > _NARROW else "") if part)
    heads = "".join(
        f'<th role="columnheader" scope="col"{_classes("number" if column.number else "")}>{_escape(column.title)}</th>'
        for column in table.columns
    )
    rows = "".join(_row(table, row) for row in table.rows)
    return (
        f'<table role="table"{_classes(kind)}>'
        f"<caption>{_escape(table.caption)}</caption>\n"
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n<tbody role="rowgroup">\n{rows}</tbody></table>\n'
    )


def _row(table: Table, row: Row) -> str:
    kinds = {GROUP_ROW: ["group"], NESTED_ROW: ["nested"]}.get(row.kind, [])
    kinds += [f"depth-{min(row.depth, 4)}"] if row.depth else []
    cells = "".join(
        _cell(column, found, not number and not found.is_empty)
        for number, (column, found) in enumerate(zip(table.columns, row.cells, strict=True))
    )
    return f'<tr role="row"{_classes(*kinds)}>{cells}</tr>\n'


def _cell(column: Column, found: Cell, heads: bool) -> str:
    lines = list(_lines(found))
    inside = lines[0] if len(lines) == 1 else "".join(f"<div>{line}</div>" for line in lines)
    if heads:
        return f'<th role="rowheader" scope="row">{inside}</th>'
    kinds = " ".join(kind for kind in ("number" if column.number else "", "" if lines else "empty") if kind)
    label = _escape(column.title)
    return f'<td role="cell"{_classes(kinds)} data-label="{label}">{inside}</td>'


def _classes(*kinds: str) -> str:
    shown = " ".join(kind for kind in kinds if kind)
    return f' class="{shown}"' if shown else ""


def _lines(found: Cell) -> Iterator[str]:
    for line in found.lines:
        yield _text(line)


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(text: Text) -> str:
    return "".join(_run(run) for run in text)


def _words(text: Text) -> str:
    """The words alone, for where no markup may stand."""
    return _escape("".join(run.text for run in text))


def _run(run: Run) -> str:
    words = _escape(run.text)
    if run.kind == CODE:
        return f"<code>{words}</code>"
    if run.kind == STRONG:
        return f"<strong>{words}</strong>"
    if run.kind == QUIET:
        return f'<span class="quiet">{words}</span>'
    if run.kind == NAME:
        return f'<a href="#{run.target}">{words}</a>'
    if run.kind == ANCHOR:
        return f'<span id="{run.target}">{words}</span>'
    if run.kind == BAND:
        return f'<span class="band {run.target}">{words}</span>'
    return words


def _escape(text: str) -> str:
    return html.escape(visible(text), quote=True)
