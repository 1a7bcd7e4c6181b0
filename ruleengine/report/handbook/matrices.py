"""Matrices as grids, and templates with their texts, as sections of the page.

In: the program. Out: for each matrix a grid and a table of its cells; for each template what it is written for and its
text. Values in texts stand in braces, in words.
"""

from __future__ import annotations

from attrs import frozen

from ruleengine.report.handbook.measures import place_of
from ruleengine.report.handbook.page import (
    Block,
    Cell,
    Column,
    Paragraph,
    Quote,
    Row,
    Section,
    Table,
    Terms,
    cell,
    without_empty_columns,
)
from ruleengine.report.handbook.triggers import text_words
from ruleengine.report.words.conditions import Words
from ruleengine.report.words.names import Names, anchor, band_run
from ruleengine.report.words.text import Part, Text, capital, joined, listed, quiet, say, strong
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r


@frozen(slots=True)
class Matrices:
    """Writes matrices and templates."""

    words: Words

    @property
    def names(self) -> Names:
        """The names of the program."""
        return self.words.names

    # ── matrices ──

    def matrices(self) -> tuple[Section, ...]:
        """A section for each matrix."""
        return tuple(self._matrix(step) for step in self.names.program.steps if isinstance(step, r.Matrix))

    def _matrix(self, matrix: r.Matrix) -> Section:
        blocks: list[Block] = [Paragraph(say(matrix.description))] if matrix.description else []
        blocks.append(self._grid(matrix))
        if matrix.otherwise is not None:
            blocks.append(Paragraph(say("Anything else: ", *self._label(matrix, matrix.otherwise)), "note"))
        cells = self._cells(matrix)
        if cells is not None:
            blocks.append(cells)
        title = say(matrix.title or self.names.human(matrix.label))
        return Section(title, anchor("matrix", matrix.name), tuple(blocks), place_of(matrix.span))

    def _grid(self, matrix: r.Matrix) -> Table:
        rows_axis, columns_axis, *further = matrix.axes
        heads = [_plain_head(self.value(columns_axis, value)) for value in columns_axis.values]
        first = f"{self._axis_title(rows_axis)} / {self._axis_title(columns_axis)}"
        columns = (Column(first), *(Column(head) for head in heads))
        rows: list[Row] = []
        block: tuple[str, ...] = ()
        for row in matrix.rows:
            own, others = row.values[0], row.values[1:]
            if others and others != block:
                block = others
                named = [
                    say(f"{self._axis_title(axis)} ", self.value(axis, value))
                    for axis, value in zip(further, others, strict=True)
                ]
                rows.append(
                    Row((cell(strong("For "), joined(named, ", ")), *(cell() for _ in heads)), "group")
                )
            cells = (Cell(self._label(matrix, number)) for number in row.cells)
            rows.append(Row((cell(self.value(rows_axis, own)), *cells)))
        return Table(matrix.title or matrix.label, columns, tuple(rows), "grid")

    def _axis_title(self, axis: r.Axis) -> str:
        subject = axis.subject
        if isinstance(subject, e.Reference) and subject.kind == "measure":
            return self.names.measure(subject.name).text
        if isinstance(subject, e.Reference) and subject.kind == "card":
            return self.names.card(subject.name).text
        return self.names.human(axis.label.replace(".", "_")).capitalize()

    def value(self, axis: r.Axis, value: str) -> Text:
        """A value of an axis: a band with its tone, a segment by its title, any other word as it is."""
        if isinstance(axis.subject, e.Reference):
            bands = self.names.bands_of(axis.subject)
            positions = {band.name: position for position, band in enumerate(bands)}
            if value in positions:
                return say(band_run(bands, positions[value]))
        segments = {
            s.label: self.names.variables[s.name]
            for s in self.names.program.steps
            if isinstance(s, r.Segment)
        }
        return say(segments[value]) if axis.label == "segments" and value in segments else say(value)

    def _label(self, matrix: r.Matrix, number: int) -> tuple[Text, ...]:
        """What a cell is called, and who owns it."""
        if number < 0:
            return (say(quiet("not applicable")),)
        found = matrix.cells[number]
        owner = [text_words(self.words, each.text) for each in found.texts if each.kind == "owner"]
        return (
            say(strong(found.label or self.names.human(found.name))),
            *(say(quiet("by "), each) for each in owner),
        )

    def _cells(self, matrix: r.Matrix) -> Table | None:
        fields = list(dict.fromkeys(t.name for each in matrix.cells for t in each.texts if t.kind == "field"))
        kinds = ["owner", "text", *fields]
        rows = []
        for each in matrix.cells:
            texts = {
                t.name if t.kind == "field" else t.kind: text_words(self.words, t.text) for t in each.texts
            }
            if texts:
                name = strong(each.label or self.names.human(each.name))
                rows.append(Row((cell(name), *(cell(texts.get(kind, ())) for kind in kinds))))
        if not rows:
            return None
        heads = (Column("Cell"), *(Column(capital(say(self.names.human(kind)))[0].text) for kind in kinds))
        return without_empty_columns(Table(f"Cells of {matrix.title or matrix.label}", heads, tuple(rows)))

    # ── templates ──

    def templates(self) -> Section | None:
        """The texts that are written for accounts."""
        blocks = [self._template(step) for step in self.names.program.steps if isinstance(step, r.Template)]
        return Section(say("Texts for accounts"), "templates", tuple(blocks)) if blocks else None

    def _template(self, template: r.Template) -> Section:
        condition = template.condition
        written_for = self.words.condition(condition) if condition is not None else say("every account")
        pairs: list[tuple[str, Text]] = [("Written for", written_for), ("Format", say(template.format))]
        if template.subject is not None:
            pairs.append(("Subject", text_words(self.words, template.subject)))
        if template.labels:
            labels: list[Part] = [text_words(self.words, label) for label in template.labels]
            pairs.append(("Labels", listed(labels)))
        blocks: list[Block] = [Paragraph(say(template.description))] if template.description else []
        body = tuple(text_words(self.words, line) for line in template.body)
        blocks += [Terms(tuple(pairs)), Quote(body)]
        title = say(template.title or self.names.human(template.label))
        return Section(title, anchor("template", template.name), tuple(blocks), place_of(template.span))


def _plain_head(text: Text) -> str:
    return "".join(run.text for run in text)
