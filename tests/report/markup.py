"""Reads handbook pages as a browser or a wiki would, for tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = {"meta", "br", "hr", "img", "input", "link"}
#: What stands beside such a tag does not belong to its words.
_APART = {"dt", "dd", "p", "li", "td", "th", "div", "caption", "title", "h1", "h2", "h3", "h4", "h5", "h6"}
_ROW = re.compile(r"(?<!\\)\|")


class ReadPage(HTMLParser):
    """What a page holds: its text, its tags with attributes, its anchors and links, its tables as rows of cells."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.headings: list[tuple[int, str]] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    @property
    def anchors(self) -> list[str]:
        """Every id."""
        return [values["id"] or "" for _, values in self.tags if "id" in values]

    @property
    def links(self) -> list[str]:
        """Every target of a link."""
        return [values["href"] or "" for tag, values in self.tags if tag == "a" and "href" in values]

    @property
    def text(self) -> str:
        """All words that are seen."""
        return " ".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that opens."""
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "div" and self._in_cell() and self.tables[-1][-1][-1]:
            self.tables[-1][-1][-1] += " | "
        elif re.fullmatch(r"h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        """A tag that closes what was opened last."""
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
            return
        self.open.pop()
        if tag in _APART:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        """Words."""
        if "style" in self.open:
            return
        self.words.append(data)
        if self._in_cell():
            self.tables[-1][-1][-1] += data
        if self.headings and re.fullmatch(r"h[1-6]", self.open[-1] if self.open else ""):
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + data)

    def _in_cell(self) -> bool:
        return bool({"td", "th"} & {*self.open}) and bool(self.tables) and bool(self.tables[-1])


def markdown_tables(text: str) -> Iterator[list[list[str]]]:
    """The tables of a page in Markdown, as rows of cells with the line of dashes left out."""
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            assert line.endswith("|"), line
            rows.append([cell.strip() for cell in _ROW.split(line)[1:-1]])
        elif rows:
            assert all(set(cell) <= {"-", ":"} for cell in rows[1]), rows[1]
            yield [rows[0], *rows[2:]]
            rows = []
