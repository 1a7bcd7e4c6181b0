"""Blocks, and the file as the outermost of them: entries with their comments, before they become lines.

In: nodes in the order of the source. Out: a `Body` of entries. A block that the author wrote on one line is
one entry without a body if it fits; comments belong to what they stand before, or to what they stand
beside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import define

from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting import words
from ruleengine.syntax.formatting.document import WIDTH, Align, Document, Remark, flat, must_break
from ruleengine.syntax.formatting.matrices import MatrixPrinter
from ruleengine.syntax.formatting.rows import Alignable, Form, plain_form
from ruleengine.syntax.formatting.tests import CASES_INDENT, TestPrinter


@define(slots=True)
class Body:
    """What stands between braces: comments beside the opening one, entries, comments at the end."""

    entries: list[Entry]
    opening: tuple[Remark, ...]
    closing: tuple[Remark, ...]


@define(slots=True)
class Entry:
    """One statement or item with the comments before and beside it.

    `body` is there if it is a block over several lines, and stands `inner` columns further right; `after_blank`: an
    empty line stands right before it.
    """

    node: t.Node
    alignable: Alignable
    body: Body | None = None
    leading: tuple[Remark, ...] = ()
    trailing: tuple[Remark, ...] = ()
    after_blank: bool = False
    inner: int = 2


class BlockPrinter(MatrixPrinter, TestPrinter):
    """Prints blocks and files; `indent` is the column at which an entry begins."""

    def body(self, nodes: Sequence[t.Node], kind: str, end: int, indent: int) -> Body:
        """The entries of a block that ends at offset `end`, with all comments up to there."""
        opening = self.remarks.take_beside(nodes[0].span.start if nodes else end)
        entries = []
        for number, node in enumerate(nodes):
            next_start = nodes[number + 1].span.start if number + 1 < len(nodes) else end
            entries.append(self._with_remarks(node, kind, next_start, indent))
        return Body(entries, opening, self.remarks.take_before(end))

    def _with_remarks(self, node: t.Node, kind: str, next_start: int, indent: int) -> Entry:
        leading = self.remarks.take_before(node.span.start)
        entry = self._entry(node, kind, indent)
        entry.leading = leading
        entry.trailing = self.remarks.take_before(node.span.end) + self.remarks.take_beside(next_start)
        entry.after_blank = self.remarks.after_blank(node.span.start)
        entry.alignable.after_blank = entry.after_blank or any(remark.after_blank for remark in leading)
        return entry

    def _entry(self, node: t.Node, kind: str, indent: int) -> Entry:
        match node:
            case t.Header():
                head = f"ruleset {words.name(node.name)} {node.version}"
                return self._block(node, head, node.statements, "header", indent)
            case t.BandSet():
                return self._block(node, self._band_set_head(node), node.bands, "", indent)
            case t.Table():
                self.cell_count = max((len(row.cells) for row in node.rows if row.cells), default=1)
                return self._block(node, self._table_head(node), node.rows, "", indent)
            case t.Measure() | t.Trigger() | t.Template() | t.Checklist() | t.Matrix():
                keyword = type(node).__name__.lower()
                return self._block(node, self._titled(keyword, node), node.statements, keyword, indent)
            case t.Scorecard():
                return self._block(node, self._titled("scorecard", node), node.statements, "card", indent)
            case t.Test():
                return self._block(node, f"test {words.quoted(node.title)}", node.statements, "test", indent)
            case t.Cases():
                return self._cases(node, indent)
            case t.MatrixBlock():
                return self._block(node, self.block_head(node), node.rows, "", indent)
            case t.Cell() if node.statements:
                return self._cell_block(node, indent)
            case t.Weights():
                return self._block(node, self._weights_head(node), node.entries, "", indent)
            case t.Rate():
                return self._rate(node, indent)
            case t.Group():
                return self._group(node, indent)
            case _:
                return Entry(node, self.statement(node, kind))

    def _cases(self, node: t.Cases, indent: int) -> Entry:
        """The cases of a test, or all on one line."""
        self.measure_cases(node)
        entry = self._block(node, self.cases_head(node, aligned=False), node.rows, "", indent, CASES_INDENT)
        if entry.body is not None:
            entry.alignable.plain = (self.cases_head(node, aligned=True), " {")
        return entry

    # ── heads ──

    def _titled(
        self, keyword: str, node: t.Measure | t.Scorecard | t.Trigger | t.Template | t.Checklist | t.Matrix
    ) -> str:
        title = f" {words.quoted(node.title)}" if node.title is not None else ""
        return f"{keyword} {words.name(node.name)}{title}"

    def _band_set_head(self, node: t.BandSet) -> str:
        steps = "" if node.step is None else f" of steps of {node.step}"
        return f"bands {words.name(node.name)}" + (" of whole numbers" if node.step == "1" else steps)

    def _table_head(self, node: t.Table) -> Document:
        """`hits first` is what a table does anyway, so it is written only where the author wrote it."""
        parameters = Align(self.comma_list(node.parameters, self.parameter))
        first_row = node.rows[0].span.start if node.rows else node.span.end
        said = re.search(r"\)\s*hits\b", self.remarks.source.text[node.name_span.end : first_row])
        hits = f" hits {node.hits}" if said or node.hits != "first" else ""
        return (f"table {words.name(node.name)}(", parameters, f"){hits}")

    def _weights_head(self, node: t.Weights) -> Document:
        if node.segment is not None:
            return f"weights for {words.word_name(node.segment)}"
        return ("weights when ", self.expression(node.condition) if node.condition is not None else "")

    # ── blocks ──

    def _block(
        self,
        node: t.Node,
        head: Document,
        statements: Sequence[t.Node],
        inner_kind: str,
        indent: int,
        inner: int = 2,
    ) -> Entry:
        body, inside = self._inside(node, head, statements, inner_kind, indent, inner)
        return Entry(node, Alignable("", (), (head, " ", inside)), body, inner=inner)

    def _rate(self, node: t.Rate, indent: int) -> Entry:
        if node.condition is None:
            return self._block(node, "rate", node.rows, "", indent)
        head = ("rate when ", self.expression(node.condition))
        body, inside = self._inside(node, head, node.rows, "", indent)
        form = Form((head,), inside, strict=True)
        return Entry(node, Alignable("rate", (form,), plain_form(form)), body)

    def _group(self, node: t.Group, indent: int) -> Entry:
        title = words.quoted(node.title) if node.title is not None else ""
        weight = words.weight(node.weight) if node.weight is not None else ""
        columns = (f"group {words.name(node.name)}", title, weight)
        head = " ".join(column for column in columns if column)
        body, inside = self._inside(node, head, node.statements, "card", indent)
        form = Form(columns, inside, strict=True)
        return Entry(node, Alignable("group" if body is None else "", (form,), plain_form(form)), body)

    def _cell_block(self, node: t.Cell, indent: int) -> Entry:
        columns = self.cell_columns(node)
        head = " ".join(column for column in columns if column)
        body, inside = self._inside(node, head, node.statements, "cell", indent)
        form = Form(columns, inside, strict=True)
        return Entry(node, Alignable("cell" if body is None else "", (form,), plain_form(form)), body)

    def _inside(
        self,
        node: t.Node,
        head: Document,
        statements: Sequence[t.Node],
        inner_kind: str,
        indent: int,
        inner: int = 2,
    ) -> tuple[Body | None, str]:
        """What stands behind the head: the whole block, or its opening brace and a body."""
        one_line = not self.remarks.line_end_between(node.span.start, node.span.end)
        body = self.body(statements, inner_kind, node.span.end, indent + inner)
        if not (body.entries or body.opening or body.closing):
            return None, "{ }"
        if one_line and not must_break(head) and not any(_has_lines(entry) for entry in body.entries):
            inside = f"{{ {' ; '.join(flat(entry.alignable.plain) for entry in body.entries)} }}"
            if indent + len(flat(head)) + 1 + len(inside) <= WIDTH:
                return None, inside
        return body, "{"


def _has_lines(entry: Entry) -> bool:
    return entry.body is not None or must_break(entry.alignable.plain)
