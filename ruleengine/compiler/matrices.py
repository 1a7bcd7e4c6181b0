"""Matrices: axes, the cells that stand in them, and what a cell says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from attrs import define, field

from ruleengine.compiler.axes import Axes
from ruleengine.compiler.calls import STATUS_WORDS
from ruleengine.compiler.context import CompiledMatrix, qualified
from ruleengine.compiler.measures import description_of, only
from ruleengine.compiler.scope import Scope, Symbol
from ruleengine.diagnostics import did_you_mean
from ruleengine.syntax import tree as t
from ruleengine.tree import ruleset as r

#: What `matrix.NAME` means already, so no field of a cell is called so.
OWN_PARTS = ("cell", "label", "owner", "text")


@define(slots=True, eq=False)
class _Cells:
    """The cells of a matrix in the order of their numbers, and those that are declared or are labels alone by name."""

    found: list[r.MatrixCell] = field(factory=list)
    declared: dict[str, int] = field(factory=dict)
    labels: dict[str, int] = field(factory=dict)


class Matrices(Axes):
    """Compiles the matrices of one module."""

    def compile_matrix(self, symbol: Symbol) -> CompiledMatrix:
        """The evaluation node of a matrix."""
        node = symbol.node
        assert isinstance(node, t.Matrix)
        name = self.context.unique(qualified(symbol))
        axes = self.axes_of(node)
        cells = self._declared_cells(node)
        rows = tuple(self._matrix_rows(node, axes, cells)) if axes is not None else ()
        otherwise = only(node.statements, t.MatrixOtherwise, self)
        beside = None if otherwise is None else self._number(otherwise.cell, cells)
        if axes is not None:
            self._check_complete(node, axes, rows, otherwise is not None)
            self.check_gaps(node, axes, otherwise is not None)
        description = description_of(node.statements, "matrix", self)
        matrix = r.Matrix(
            name, node.name, node.title or node.name, axes or (), tuple(cells.found), rows, beside,
            otherwise.span.line if otherwise is not None else 0, description,
            visible=self.module.is_root or bool(symbol.label), span=node.span,
        )  # fmt: skip
        self.context.matrices[name] = matrix
        return CompiledMatrix(matrix)

    # ── cells ──

    def _declared_cells(self, node: t.Matrix) -> _Cells:
        cells = _Cells()
        for statement in node.statements:
            if not isinstance(statement, t.Cell):
                continue
            if statement.name in cells.declared:
                message = f"the cell `{statement.name}` is declared twice"
                self.context.report("RE202", statement.name_span, message, "keep one of them")
            elif statement.name in STATUS_WORDS:
                self.context.report(
                    "RE202", statement.name_span, f"`{statement.name}` already means something after `is`",
                    "choose another name for this cell",
                )  # fmt: skip
            cells.declared.setdefault(statement.name, len(cells.found))
            texts = tuple(self._texts(statement))
            title = statement.title or statement.name
            cells.found.append(r.MatrixCell(statement.name, title, texts, span=statement.span))
        return cells

    def _texts(self, cell: t.Cell) -> Iterator[r.CellText]:
        seen: set[str] = set()
        for statement in cell.statements:
            key = statement.key if isinstance(statement, t.CellText) else statement.name
            own = isinstance(statement, t.CellField) and key in OWN_PARTS
            if key in seen or own:
                message = (
                    f"`{key}` stands twice in this cell" if not own else f"`{key}` is no name for a field"
                )
                remedy = "keep one of them" if not own else f"write `{key} …`, or choose another name"
                self.context.report("RE202", statement.span, message, remedy)
            seen.add(key)
            kind = key if isinstance(statement, t.CellText) else "field"
            yield r.CellText(kind, key, self.text_with_values(statement.text, Scope()))

    def _number(self, use: t.CellUse, cells: _Cells) -> int:
        """The number of a cell where it is used; -1 for `na`, and after a report."""
        word = use.word
        if word is None:
            return -1
        if word.name in cells.declared:
            return cells.declared[word.name]
        if not word.quoted:
            hint = did_you_mean(word.name, cells.declared) or (
                f"declare it: `cell {word.name}`, or write a label in quotes"
            )
            self.context.report("RE201", word.span, f"unknown cell `{word.name}`", hint)
            return -1
        if word.name not in cells.labels:
            cells.labels[word.name] = len(cells.found)
            cells.found.append(r.MatrixCell("", word.name, (), span=word.span))
        return cells.labels[word.name]

    # ── rows ──

    def _matrix_rows(self, node: t.Matrix, axes: Sequence[r.Axis], cells: _Cells) -> Iterator[r.MatrixRow]:
        blocks: set[tuple[str, ...]] = set()
        seen: set[tuple[str, ...]] = set()
        for statement in node.statements:
            if isinstance(statement, t.MatrixRow):
                if len(axes) > 2:
                    self.context.report(
                        "RE213", statement.span, "in a matrix with `blocks` every row stands in a block",
                        f"write it in `for {axes[2].values[0] if axes[2].values else '…'} {{ … }}`",
                    )  # fmt: skip
                    continue
                yield from self._row(statement, (), axes, cells, seen)
            elif isinstance(statement, t.MatrixBlock):
                values = self._block_values(statement, axes, blocks)
                for row in statement.rows if values is not None else ():
                    yield from self._row(row, values or (), axes, cells, seen)

    def _block_values(
        self, node: t.MatrixBlock, axes: Sequence[r.Axis], seen: set[tuple[str, ...]]
    ) -> tuple[str, ...] | None:
        """The values that a block is for; None after a report."""
        further = axes[2:]
        if not further:
            remedy = "add a line such as `blocks account.size: large, small`"
            self.context.report("RE213", node.span, "this matrix has no `blocks`", remedy)
            return None
        if len(node.values) != len(further):
            named = " and ".join(f"`{axis.label}`" for axis in further)
            message = f"a block is for one value of {named}, and this has {len(node.values)}"
            self.context.report("RE316", node.span, message)
            return None
        known = [self.is_value(word, axis) for word, axis in zip(node.values, further, strict=True)]
        values = tuple(word.name for word in node.values)
        if values in seen:
            self.context.report(
                "RE202", node.span, f"there are two blocks for {_listed(values)}", "keep one of them"
            )
            return None
        seen.add(values)
        return values if all(known) else None

    def _row(
        self,
        node: t.MatrixRow,
        block: tuple[str, ...],
        axes: Sequence[r.Axis],
        cells: _Cells,
        seen: set[tuple[str, ...]],
    ) -> Iterator[r.MatrixRow]:
        rows, columns = axes[0], axes[1]
        numbers = tuple(self._number(use, cells) for use in node.cells)
        if not self.is_value(node.value, rows):
            return
        values = (node.value.name, *block)
        if values in seen:
            self.context.report(
                "RE202", node.value.span, f"there are two rows for `{node.value.name}`", "keep one of them"
            )
            return
        seen.add(values)
        if len(numbers) != len(columns.values):
            self.context.report(
                "RE316", node.span, f"this row has {len(numbers)} cells, the matrix has {len(columns.values)} columns",
                f"the columns are {_listed(columns.values)}; `na` stands where there is nothing",
            )  # fmt: skip
            numbers = (*numbers, *[-1] * len(columns.values))[: len(columns.values)]
        yield r.MatrixRow(values, numbers, span=node.span)

    def _check_complete(
        self, node: t.Matrix, axes: Sequence[r.Axis], rows: Sequence[r.MatrixRow], beside: bool
    ) -> None:
        """Report what has no row or no block, unless `otherwise` is for it."""
        if beside or node.name in self.module.damaged:
            return
        written = {row.values for row in rows}
        blocks = list(product(*(axis.values for axis in axes[2:])))
        for block in blocks:
            lacking = [value for value in axes[0].values if (value, *block) not in written]
            if not lacking:
                continue
            where = f" for {_listed(block)}" if block else ""
            if block and len(lacking) == len(axes[0].values):
                place = next((b.span for b in self._blocks(node) if _names(b) == block), None)
                if place is None:
                    self.context.report(
                        "RE111", node.name_span, f"`{node.name}` has no block{where}",
                        f"add `for {', '.join(block)} {{ … }}`, or `otherwise gives …`",
                    )  # fmt: skip
                    continue
            if not any(self._was_reported(b) for b in self._blocks(node) if _names(b) == block):
                self.context.report(
                    "RE111", node.name_span, f"`{node.name}` has no row for {_listed(lacking)}{where}",
                    f"add `{lacking[0]} gives …`, or `otherwise gives …`",
                )  # fmt: skip

    def _blocks(self, node: t.Matrix) -> list[t.MatrixBlock]:
        return [statement for statement in node.statements if isinstance(statement, t.MatrixBlock)]

    def _was_reported(self, node: t.MatrixBlock) -> bool:
        """Whether something in a block was reported, so that its rows say nothing more."""
        return any(
            report.span.path == node.span.path and node.span.start <= report.span.start < node.span.end
            for report in self.context.diagnostics
        )


def _names(node: t.MatrixBlock) -> tuple[str, ...]:
    return tuple(word.name for word in node.values)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
