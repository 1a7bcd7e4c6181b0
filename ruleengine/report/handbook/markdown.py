"""A handbook page as Markdown, for a repository or a wiki.

In: a `Page`. Out: GitHub Markdown. Guaranteed: what authors wrote is text and never markup, links or mentions; every
table has the same number of cells in each row; every link leads to an anchor of the page.
"""

from __future__ import annotations

from collections.abc import Iterator

from ruleengine.report.handbook.page import (
    GROUP_ROW,
    Block,
    Bullets,
    Cell,
    Page,
    Paragraph,
    Quote,
    Row,
    Section,
    Table,
    Terms,
)
from ruleengine.report.markdown import code as as_code
from ruleengine.report.markdown import escape
from ruleengine.report.words.text import ANCHOR, BAND, CODE, NAME, STRONG, Run, Text

_DEEPEST_HEADING = 6
_MARKS = {"best": "🟢", "good": "🔵", "middle": "🟡", "poor": "🟠", "worst": "🔴"}


def page_markdown(page: Page) -> str:
    """The whole page."""
    parts = [f"# {escape(page.title)}\n"]
    parts += [_block(block, 2) for block in page.lead]
    parts.append(_contents(page))
    parts += [_block(section, 2) for section in page.sections]
    parts.append(f"---\n\n{_text(page.foot)}\n")
    return "\n".join(part.rstrip("\n") + "\n" for part in parts if part.strip())


def _contents(page: Page) -> str:
    lines = []
    for section in page.sections:
        lines.append(f"- [{_text(section.title)}](#{section.anchor})\n")
        inner = [block for block in section.blocks if isinstance(block, Section)]
        lines += [f"  - [{_text(block.title)}](#{block.anchor})\n" for block in inner]
    return f"## Contents\n\n{''.join(lines)}"


def _block(block: Block, level: int) -> str:
    if isinstance(block, Section):
        return _section(block, level)
    if isinstance(block, Paragraph):
        text = _text(block.text)
        return f"*{text}*\n" if block.kind == "note" and "*" not in text else f"{text}\n"
    if isinstance(block, Bullets):
        return "".join(f"- {_text(item)}\n" for item in block.items)
    if isinstance(block, Terms):
        return "".join(f"- **{escape(name)}:** {_text(text)}\n" for name, text in block.pairs)
    if isinstance(block, Quote):
        return "".join(f"> {_text(line)}{'<br>' if line else ''}\n" for line in block.lines)
    return "".join(_table(block))


def _section(section: Section, level: int) -> str:
    heading = "#" * min(level, _DEEPEST_HEADING)
    parts = [f'<a id="{section.anchor}"></a>\n\n{heading} {_text(section.title)}\n']
    if section.note:
        parts.append(f"<sub>{escape(section.note)}</sub>\n")
    parts += [_block(block, level + 1) for block in section.blocks]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts if part.strip())


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(escape(column.title) or ' ' for column in table.columns)} |\n"
    yield f"| {' | '.join('---:' if column.number else '---' for column in table.columns)} |\n"
    for row in table.rows:
        yield f"| {' | '.join(_cells(row))} |\n"


def _cells(row: Row) -> Iterator[str]:
    for number, found in enumerate(row.cells):
        text = _cell(found)
        if text and row.kind == GROUP_ROW and number and not text.startswith("**"):
            text = f"**{text}**" if "<br>" not in text and "[" not in text else text
        yield ("&nbsp;&nbsp;&nbsp;&nbsp;" * row.depth + text) if not number and text else text


def _cell(found: Cell) -> str:
    return "<br>".join(_text(line) for line in found.lines)


def _text(text: Text) -> str:
    return "".join(_run(run) for run in text)


def _run(run: Run) -> str:
    blank_before = " " if run.text.startswith(" ") else ""
    blank_after = " " if run.text.endswith(" ") and run.text.strip() else ""
    words = run.text.strip()
    if not words:
        return " " if run.text else ""
    return f"{blank_before}{_marked(run, words)}{blank_after}"


def _marked(run: Run, words: str) -> str:
    if run.kind == CODE:
        return as_code(words)
    text = escape(words)
    if run.kind == STRONG:
        return f"**{text}**"
    if run.kind == NAME:
        return f"[{text}](#{run.target})"
    if run.kind == ANCHOR:
        return f'<a id="{run.target}"></a>{text}'
    if run.kind == BAND:
        mark = _MARKS.get(run.target, "")
        return f"{mark}&nbsp;{text}" if mark else text
    return text
