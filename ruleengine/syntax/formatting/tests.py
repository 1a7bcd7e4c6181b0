"""Statements of ruleset tests; the columns of `cases` stand under one another, the head among them.

An author decides one thing more here: where the lines of records and lists end, because facts are long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ruleengine.syntax import tree as t
from ruleengine.syntax.formatting import words
from ruleengine.syntax.formatting.document import Align, Break, Document, Fill, Indent, flat, must_break
from ruleengine.syntax.formatting.expressions import SUM, ExpressionPrinter
from ruleengine.syntax.formatting.remarks import Remarks
from ruleengine.syntax.formatting.rows import Alignable
from ruleengine.syntax.formatting.statements import StatementPrinter

#: How far the rows of `cases` stand to the right of the word: under what follows it.
CASES_INDENT = 7
#: The rows of `cases` are aligned only up to this width.
_WIDEST_ROW = 100


class TestPrinter(StatementPrinter):
    """Prints the statements of tests, and all others."""

    #: The widths of the columns of the cases that are being printed; none where they are not aligned.
    case_widths: tuple[int, ...] = ()

    def statement(self, node: t.Node, kind: str) -> Alignable:
        """The entry for one statement."""
        printer = _STATEMENTS.get(type(node))
        return super().statement(node, kind) if printer is None else printer(self, node, kind)

    def _test_day(self, node: t.TestDay, kind: str) -> Alignable:
        return self._keyword(kind, "as of", self.expression(node.day))

    def _test_facts(self, node: t.TestFacts, kind: str) -> Alignable:
        return self._keyword(kind, "facts", self._document(node))

    def _test_previous(self, node: t.TestPrevious, kind: str) -> Alignable:
        day: Document = ("as of ", self.expression(node.day), " ") if node.day is not None else ""
        return self._keyword(kind, "previous", (day, self._document(node)))

    def _document(self, node: t.TestFacts | t.TestPrevious) -> Document:
        if node.record is not None:
            return self.data(node.record)
        identity: Document = (" id ", self.expression(node.id)) if node.id is not None else ""
        return (words.quoted(node.path or ""), identity)

    def _test_change(self, node: t.TestChange, kind: str) -> Alignable:
        return self._keyword(kind, "with", (self.expression(node.path), " = ", self.data(node.value)))

    def data(self, node: t.Expression) -> Document:
        """A value as it stands in facts: records and lists with the line ends of their author."""
        if isinstance(node, t.Record):
            return self._enclosed("{", node, node.fields, self._data_field, "}")
        if isinstance(node, t.ListLiteral):
            return self._enclosed("[", node, node.items, self.data, "]")
        return self.expression(node)

    def _data_field(self, node: t.RecordField) -> Document:
        return (f"{words.field_name(node.name)}: ", self.data(node.value))

    def _enclosed(
        self,
        opening: str,
        node: t.Node,
        nodes: Sequence[t.Node],
        print_one: Callable[[Any], Document],
        closing: str,
    ) -> Document:
        if not nodes:
            return f"{opening}{closing}"
        start = nodes[0].span.start
        if not self.remarks.line_end_between(node.span.start, start):
            return (opening, Align(self.comma_list(nodes, print_one, keep=True)), closing)
        first = Break("", True, self.remarks.take_before(start))
        inside = Indent((first, self.comma_list(nodes, print_one, keep=True)))
        return (opening, inside, Break("", True), closing)

    def _expect(self, node: t.Expect, kind: str) -> Alignable:
        tolerance: Document = ""
        if node.tolerance is not None:
            tolerance = (" to within ", self.expression(node.tolerance, SUM))
        return self._keyword(kind, "expect", (self.expression(node.condition), tolerance))

    def _expect_problem(self, node: t.ExpectProblem, kind: str) -> Alignable:
        text = f" {words.quoted(node.text)}" if node.text is not None else ""
        return self._keyword(kind, "expect", f"{'no ' if node.absent else ''}problem{text}")

    # ── cases ──

    def cases_head(self, node: t.Cases, aligned: bool) -> Document:
        """`cases meeting, expected`, its columns as wide as the rows below if `aligned`."""
        names = [words.word_name(word) for word in node.columns]
        return f"cases  {_padded(names, self.case_widths if aligned else ())}"

    def measure_cases(self, node: t.Cases) -> None:
        """Find the widths of the columns: of the head, and of every row that can stand on one line."""
        plain = ExpressionPrinter(Remarks(self.remarks.source, ()))
        commented = [comment.span.start for comment in self.remarks.comments]
        rows = [[words.word_name(word) for word in node.columns]]
        for row in node.rows:
            inside = any(row.span.start <= start < row.span.end for start in commented)
            cells = [plain.expression(cell) for cell in row.cells]
            if not inside and _is_narrow(cells):
                rows.append([flat(cell) for cell in cells])
        count = max(len(row) for row in rows)
        widths = [max(len(row[number]) for row in rows if number < len(row)) for number in range(count)]
        self.case_widths = tuple(widths) if sum(widths) + 2 * count <= _WIDEST_ROW else ()

    def _case_row(self, node: t.CaseRow, kind: str) -> Alignable:
        last = len(node.cells) - 1
        cells: list[Document] = []
        parts: list[Document] = []
        for number, cell in enumerate(node.cells):
            if number:
                gap = self.break_between(node.cells[number - 1].span.end, cell.span.start)
                parts.append(Break(" ", False, gap.remarks))
            cells.append(self.expression(cell))
            parts.append((cells[-1], "," * (number < last)))
        row = Alignable("", (), Indent(Fill(tuple(parts))))
        if not must_break(row.plain) and _is_narrow(cells) and len(cells) <= len(self.case_widths):
            row.aligned = _padded([flat(cell) for cell in cells], self.case_widths)
        return row


def _is_narrow(cells: Sequence[Document]) -> bool:
    """Whether the cells of a row stand on one line.

    INVARIANT: the answer is the same for what comes out of it: a row that is too wide stays so, however it is broken.
    """
    wide = sum(len(flat(cell)) + 2 for cell in cells) > _WIDEST_ROW
    return not wide and not any(must_break(cell) for cell in cells)


def _padded(texts: Sequence[str], widths: Sequence[int]) -> str:
    """Texts with commas between them, each as wide as its column."""
    columns = [f"{text}, " for text in texts[:-1]]
    if widths:
        columns = [column.ljust(width + 2) for column, width in zip(columns, widths, strict=False)]
    return "".join(columns) + texts[-1]


_STATEMENTS: dict[type[t.Node], Callable[[TestPrinter, Any, str], Alignable]] = {
    t.TestDay: TestPrinter._test_day,
    t.TestFacts: TestPrinter._test_facts,
    t.TestChange: TestPrinter._test_change,
    t.TestPrevious: TestPrinter._test_previous,
    t.Expect: TestPrinter._expect,
    t.ExpectProblem: TestPrinter._expect_problem,
    t.CaseRow: TestPrinter._case_row,
}
