"""Evaluation tree → SQL, for matrices.

A matrix becomes one column, the number of its cell, NULL where it has none. What a cell says is a choice by that number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from attrs import frozen

from ruleengine.columnar import build as b
from ruleengine.columnar.bands import chosen
from ruleengine.columnar.build import Sql
from ruleengine.columnar.logic import always, has_reason
from ruleengine.columnar.problems import ProblemEmitter, status_of
from ruleengine.columnar.triggers import TriggerEmitter
from ruleengine.columnar.types import INTEGER, TEXT, ColumnType, record_of
from ruleengine.columnar.value import Form, Value, all_codes, first_code
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.cells import Part, part_of, places_of
from ruleengine.values import FLAG, NA, NUMBER
from ruleengine.values import TEXT as TEXT_TYPE

#: What stands at the places of a matrix, by the values of its axes.
Grid = Mapping[tuple[str, ...], Sql]
LABEL_ALONE = NA("missing", "here is a label alone, no cell")


@frozen(slots=True, eq=False)
class Placed:
    """Where an account is in a matrix: the values of the axes, the number of the cell (or NA), and the line of its row."""

    node: r.Matrix
    axes: tuple[Value, ...]
    hidden: tuple[bool, ...]
    cell: Value
    #: The code of the NA for known values that have no row, column or block; None where these have a cell.
    beside: int | None


class MatrixEmitter(TriggerEmitter, ProblemEmitter):
    """Emits matrices."""

    @cached_property
    def placed(self) -> dict[str, Placed]:
        """The matrices that have been emitted, by name."""
        return {}

    @cached_property
    def _parts_said(self) -> dict[tuple[str, Part], Value]:
        return {}

    @cached_property
    def shown_matrices(self) -> list[tuple[int, str, Sql, ColumnType]]:
        """Of each matrix of the result: where it is declared, its name, what it says, and the type of that."""
        return []

    def matrix(self, node: r.Matrix) -> None:
        """Emit one matrix, and its problem."""
        with self.owned(node.name, f"matrix {node.label}, line {node.span.line}"):
            placed = self.placed[node.name] = self._place(node)
            if node.visible:
                self._report(placed)
                sql, kind = self._result(placed)
                self.shown_matrices.append((node.span.start, node.name, sql, kind))

    def matrices(self) -> tuple[Sql, ColumnType] | None:
        """What the matrices give, by name; None where there are none."""
        if not self.shown_matrices:
            return None
        found = sorted(self.shown_matrices, key=lambda each: each[:2])
        fields = [(name, sql) for _, name, sql, _ in found]
        return self.dialect.record(fields), record_of((name, kind) for _, name, _, kind in found)

    # ── which cell it is ──

    def _place(self, node: r.Matrix) -> Placed:
        axes = tuple(self.value_of(axis.subject, f"{node.name} {axis.label}") for axis in node.axes)
        hidden = tuple(self.secrets.hides(axis.subject) for axis in node.axes)
        numbers: dict[tuple[str, ...], Sql] = {}
        nothing: dict[tuple[str, ...], int] = {}
        for values, number, _ in places_of(node):
            numbers[values] = b.integer(number) if number >= 0 else b.null(INTEGER)
            nothing.pop(values, None)
            if number < 0:
                nothing[values] = self._nothing(node, values, hidden)
        beside = self._beside(node, axes, hidden)
        keys = [axis.sql for axis in axes]
        otherwise = node.otherwise if node.otherwise is not None and node.otherwise >= 0 else None
        other = b.null(INTEGER) if otherwise is None else b.integer(otherwise)
        found = by_place(keys, numbers, other)
        unknown = [b.is_null(axis.sql) for axis in axes if axis.codes]
        sql = b.case([(b.disjunction(unknown), b.null(INTEGER))], found) if unknown else found
        codes = all_codes(axes) | set(nothing.values()) | ({beside} if beside is not None else set())
        last = b.integer(beside) if beside is not None else b.null(INTEGER)
        na = by_place(keys, {values: b.integer(code) for values, code in nothing.items()}, last)
        value = Value(sql, NUMBER, first_code(axes, na), Form(frozenset(codes)))
        return Placed(node, axes, hidden, self.kept(value, f"{node.name} cell"), beside)

    def _nothing(self, node: r.Matrix, values: Sequence[str], hidden: Sequence[bool]) -> int:
        said = [
            _spoken(axis, value, hides) for axis, value, hides in zip(node.axes, values, hidden, strict=True)
        ]
        return self.code("not_applicable", f"`{node.label}` has nothing for {', '.join(said)}")

    def _beside(self, node: r.Matrix, axes: Sequence[Value], hidden: Sequence[bool]) -> int | None:
        """The code for values that have no place; None where a cell is declared for these."""
        if node.otherwise is not None:
            if node.otherwise >= 0:
                return None
            return self.code("not_applicable", f"`{node.label}` has nothing for these values")
        code = "" if node.visible else "RE505"  # what a result shows is reported there, and once
        words = self._words_beside(node, axes, hidden)
        return self.reasons.with_words(NA("invalid", f"`{node.label}` has no place", "", code), words)

    def _words_beside(
        self, node: r.Matrix, axes: Sequence[Value], hidden: Sequence[bool]
    ) -> Callable[[], Sql]:
        def words() -> Sql:
            branches: list[tuple[Sql, Sql]] = []
            for axis, value, hides in zip(node.axes, axes, hidden, strict=True):
                test = b.negation(b.one_of(value.sql, [b.text(each) for each in axis.values]))
                start = f"`{node.label}` has no {axis.kind.removesuffix('s')} for "
                if hides:
                    branches.append((test, b.text(start + _spoken(axis, "", hides))))
                    continue
                said = b.case(
                    [(b.compare("=", value.sql, b.text("")), b.text(_spoken(axis, "", False)))],
                    b.concat([b.text(f"{axis.label} "), value.sql]),
                )
                branches.append((test, b.concat([b.text(start), said])))
            return b.case(branches, b.text(f"`{node.label}` has no cell for these values"))

        return words

    # ── what the cell says ──

    def _text_of_cell(self, placed: Placed, part: Part) -> Value:
        """One text of the cell, NA where that has none."""
        known = self._parts_said.get((placed.node.name, part))
        if known is None:
            known = self._parts_said[placed.node.name, part] = self._said_by_cell(placed, part)
        return known

    def _said_by_cell(self, placed: Placed, part: Part) -> Value:
        cell, said, codes = placed.cell, list[Sql | None](), list[Sql | None]()
        own: set[int] = set()
        for number, each in enumerate(placed.node.cells):
            text = next((text.text for text in each.texts if (text.kind, text.name) == part), None)
            if text is not None:
                said.append(self.text_with_values(text, b.compare("=", cell.sql, b.integer(number))))
                codes.append(None)
                continue
            code = self.code("missing", f"the cell “{each.label}” has no {part[1]}")
            own.add(code)
            said.append(None)
            codes.append(b.integer(code))
        sql = chosen(cell.sql, said, b.null(TEXT))
        na = first_code([cell], chosen(cell.sql, codes, b.null(INTEGER))) if own else cell.na
        name = f"{placed.node.name} {part[0] if part[0] == part[1] else ' '.join(part)}"
        return self.kept(Value(sql, TEXT_TYPE, na, Form(cell.codes | own)), name)

    # ── what others ask ──

    def reference(self, node: e.Reference) -> Value:
        """A text of the cell of a matrix, or a number of something else."""
        if node.kind != "matrix":
            return super().reference(node)
        placed = self.placed[node.name]
        cells, cell = placed.node.cells, placed.cell
        if node.part == "label":
            labels = chosen(cell.sql, [b.text(each.label) for each in cells], b.null(TEXT))
            return Value(labels, TEXT_TYPE, cell.na, cell.form)
        if node.part == "cell":
            return self._name_of_cell(placed)
        part = part_of(node)
        if not any((text.kind, text.name) == part for each in cells for text in each.texts):
            nothing = self.code("missing", f"no cell has any {node.part}")
            na = first_code([cell], b.integer(nothing))
            return Value(b.null(TEXT), TEXT_TYPE, na, Form(cell.codes | {nothing}))
        return self._text_of_cell(placed, part)

    def _name_of_cell(self, placed: Placed) -> Value:
        cells, cell = placed.node.cells, placed.cell
        names = [b.text(each.name) if each.name else b.null(TEXT) for each in cells]
        sql = chosen(cell.sql, names, b.null(TEXT))
        if all(each.name for each in cells):
            return Value(sql, TEXT_TYPE, cell.na, cell.form)
        alone = self.reasons.code(LABEL_ALONE)
        return Value(sql, TEXT_TYPE, first_code([cell], b.integer(alone)), Form(cell.codes | {alone}))

    def band_of(self, node: e.Reference) -> Value:
        """The number of the cell of a matrix, or the band of something else."""
        return self.placed[node.name].cell if node.kind == "matrix" else super().band_of(node)

    def status_test(self, node: e.Reference, words: tuple[str, ...]) -> Value:
        """Whether a matrix has a cell, or none for one of some reasons; or the status of something else."""
        if node.kind != "matrix":
            return super().status_test(node, words)
        cell = self.placed[node.name].cell
        reasons = [word for word in words if word not in ("scored", "stale")]
        tests = [b.is_known(cell.sql) if cell.codes else b.TRUE()] if "scored" in words else []
        if reasons:
            tests.append(has_reason(cell, reasons))
        return Value(b.disjunction(tests), FLAG) if tests else always(False)

    # ── results ──

    def _report(self, placed: Placed) -> None:
        """The problem of a matrix: no place for known values, or an axis that is invalid by itself."""
        node, cell = placed.node, placed.cell
        beside = placed.beside if node.otherwise is None else None
        others = cell.codes - {beside} if beside is not None else cell.codes
        if beside is not None:
            test = b.conjunction([b.is_null(cell.sql), b.compare("=", cell.code, b.integer(beside))])
            words = b.concat([b.text(f"{node.name}: "), self.reasons.words(beside)])
            self.problem(b.coalesce(test, b.FALSE()), "RE505", words, node.span.line, node.name)
        self.report_codes(b.is_null(cell.sql), cell.code, others, node.span.line, node.name)

    def _result(self, placed: Placed) -> tuple[Sql, ColumnType]:
        node, cell = placed.node, placed.cell
        parts = list(dict.fromkeys((text.kind, text.name) for each in node.cells for text in each.texts))
        names = [b.text(each.name) if each.name else b.null(TEXT) for each in node.cells]
        labels = [b.text(each.label) for each in node.cells]
        scored = b.text("scored")
        unavailable = b.is_null(cell.sql)
        reason = b.case([(unavailable, self.words_of(cell.code, cell.codes))]) if cell.codes else b.null(TEXT)
        lines = {values: b.integer(line) for values, _, line in places_of(node)}
        beside = b.integer(node.otherwise_line) if node.otherwise_line else b.null(INTEGER)
        known = b.conjunction([b.is_known(axis.sql) for axis in placed.axes])
        line = b.case([(known, by_place([axis.sql for axis in placed.axes], lines, beside))])
        fields = [
            ("status", b.case([(unavailable, status_of(cell.code, cell.codes))], scored) if cell.codes else scored),
            ("cell", chosen(cell.sql, names, b.null(TEXT))), ("label", chosen(cell.sql, labels, b.null(TEXT))),
            ("owner", self._shown_text(placed, ("owner", "owner"), parts)),
            ("text", self._shown_text(placed, ("text", "text"), parts)),
        ]  # fmt: skip
        types: list[tuple[str, ColumnType]] = [(name, TEXT) for name, _ in fields]
        own = [part for part in parts if part[0] == "field"]
        if own:
            said = [(name, self._text_of_cell(placed, (kind, name)).sql) for kind, name in own]
            fields.append(("fields", self.dialect.record(said)))
            types.append(("fields", record_of((name, TEXT) for _, name in own)))
        fields += [("at", self._at(placed)), ("reason", reason), ("line", b.cast(line, INTEGER))]
        at = record_of((axis.label, TEXT) for axis in node.axes)
        return self.dialect.record(fields), record_of(
            [*types, ("at", at), ("reason", TEXT), ("line", INTEGER)]
        )

    def _shown_text(self, placed: Placed, part: Part, parts: Sequence[Part]) -> Sql:
        return self._text_of_cell(placed, part).sql if part in parts else b.null(TEXT)

    def _at(self, placed: Placed) -> Sql:
        shown = [
            (axis.label, b.null(TEXT) if hides else b.function("nullif", value.sql, b.text("")))
            for axis, value, hides in zip(placed.node.axes, placed.axes, placed.hidden, strict=True)
        ]
        return self.dialect.record(shown)


def by_place(keys: Sequence[Sql], grid: Grid, otherwise: Sql) -> Sql:
    """What stands at the place that some keys say: a choice by the first key, inside of which there is one by the next."""
    if not grid:
        return otherwise
    if not keys:
        return grid[()]
    rows: dict[str, dict[tuple[str, ...], Sql]] = {}
    for (first, *rest), found in grid.items():
        rows.setdefault(first, {})[tuple(rest)] = found
    branches = [
        (b.compare("=", keys[0], b.text(value)), by_place(keys[1:], inner, otherwise))
        for value, inner in rows.items()
    ]
    return b.case(branches, otherwise)


def _spoken(axis: r.Axis, value: str, hidden: bool) -> str:
    """One value of an axis, as one would say it."""
    if hidden:
        return f"this `{axis.label}`"
    return f"{axis.label} {value}" if value else "an account in none of the segments"
