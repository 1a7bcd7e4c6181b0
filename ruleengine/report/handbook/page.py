"""What a handbook page is made of: sections, paragraphs, lists, terms, tables.

It is data; `markdown.py` and `html.py` turn it into text. All words in it are `Text`: nothing in it is markup yet.
"""

from __future__ import annotations

from attrs import field, frozen

from ruleengine.report.words.text import Part, Text, say

#: Kinds of rows: of a group of others, inside of another one.
PLAIN_ROW, GROUP_ROW, NESTED_ROW = "", "group", "nested"


@frozen(slots=True)
class Paragraph:
    """Some sentences. A `lead` says what the page or section is about; a `note` stands back."""

    text: Text
    kind: str = ""


@frozen(slots=True)
class Bullets:
    """A list."""

    items: tuple[Text, ...]


@frozen(slots=True)
class Terms:
    """Names with what they mean."""

    pairs: tuple[tuple[str, Text], ...]


@frozen(slots=True)
class Quote:
    """The lines of a text that is written somewhere else; an empty one parts paragraphs."""

    lines: tuple[Text, ...]


@frozen(slots=True)
class Cell:
    """A cell of a table: lines below one another."""

    lines: tuple[Text, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.lines)


@frozen(slots=True)
class Row:
    """A row of a table. `depth` is how far it stands inside of other rows."""

    cells: tuple[Cell, ...]
    kind: str = PLAIN_ROW
    depth: int = 0


@frozen(slots=True)
class Column:
    """A column of a table; `number` puts it to the right."""

    title: str
    number: bool = False


@frozen(slots=True)
class Table:
    """A table; the first cell of each row is what the row is about."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    kind: str = ""


@frozen(slots=True)
class Section:
    """A part of the page under a heading, with its own anchor."""

    title: Text
    anchor: str
    blocks: tuple[Block, ...] = ()
    note: str = ""


Block = Paragraph | Bullets | Terms | Quote | Table | Section


@frozen(slots=True)
class Page:
    """The whole page."""

    title: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...] = field()
    foot: Text = ()


def cell(*lines: Part) -> Cell:
    """A cell with some lines; empty ones are left out."""
    return Cell(tuple(text for text in (say(line) for line in lines) if text))


def without_empty_columns(table: Table) -> Table:
    """The table without columns in which nothing stands, the first column excepted."""
    kept = [
        number
        for number in range(len(table.columns))
        if not number or any(not row.cells[number].is_empty for row in table.rows)
    ]
    rows = tuple(Row(tuple(row.cells[number] for number in kept), row.kind, row.depth) for row in table.rows)
    return Table(table.caption, tuple(table.columns[number] for number in kept), rows, table.kind)
