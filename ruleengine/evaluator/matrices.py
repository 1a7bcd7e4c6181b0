"""Evaluation tree → Python text, for matrices.

A matrix becomes one local that is NA, or the tuple (name of the cell or None, label, number of the cell); what a cell says
is one local more for its owner, its text and each field, where somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ruleengine.evaluator.results import report_invalid
from ruleengine.evaluator.runtime import Problems
from ruleengine.evaluator.triggers import TriggerWriter
from ruleengine.evaluator.writer import Code
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.cells import Part, part_of, places_of
from ruleengine.values import NA


class Beside:
    """Makes the NA for values that are known and have no row, column or block."""

    def __init__(self, node: r.Matrix, hidden: Sequence[bool]) -> None:
        self.label = node.label
        self.axes = node.axes
        self.hidden = tuple(hidden)
        self.code = "" if node.visible else "RE505"  # what a result shows is reported there, and once

    def __call__(self, *values: str) -> NA:
        text = f"`{self.label}` has no cell for these values"
        for axis, hidden, value in zip(self.axes, self.hidden, values, strict=True):
            if value not in axis.values:
                kind = axis.kind.removesuffix("s")
                text = f"`{self.label}` has no {kind} for {_spoken(axis, value, hidden)}"
                break
        return NA("invalid", text, "", self.code)


def _spoken(axis: r.Axis, value: str, hidden: bool) -> str:
    """One value of an axis, as one would say it."""
    if hidden:
        return f"this `{axis.label}`"
    if value == "":
        return "an account in none of the segments"
    return f"{axis.label} {value}"


def matrix_result(
    found: Any,
    at: dict[str, Any],
    texts: dict[str, Any],
    fields: dict[str, Any],
    line: int | None,
    place: tuple[int, str],
    problems: Problems,
) -> dict[str, Any]:
    """What a result says of a matrix; `place` is where it is declared, and its name."""
    shown = {key: None if value.__class__ is NA or value == "" else value for key, value in at.items()}
    if found.__class__ is NA:
        beside = found.reason == "invalid" and not any(value.__class__ is NA for value in at.values())
        report_invalid(NA("invalid", found.text, "", "RE505") if beside else found, *place, problems)
        return {
            "status": found.reason, "cell": None, "label": None, "owner": None, "text": None, "fields": {}, "at": shown,
            "reason": found.describe(), "line": line,
        }  # fmt: skip
    said = {key: None if value.__class__ is NA else value for key, value in texts.items()}
    own = {key: value for key, value in fields.items() if value.__class__ is not NA}
    return {
        "status": "scored", "cell": found[0], "label": found[1], **said, "fields": own, "at": shown, "reason": None,
        "line": line,
    }  # fmt: skip


class MatrixWriter(TriggerWriter):
    """Writes matrices."""

    def matrix(self, node: r.Matrix) -> None:
        """Write which cell it is, and what that says."""
        asked = self.parts_asked.get(node.name, ())
        self.matrices[node.name] = node
        self.out.line("")
        self.out.line(f"# {node.span.line}: matrix {node.label}")
        axes = [self.value_of(axis.subject) for axis in node.axes]
        key = f"({', '.join(code.text for code in axes)})"
        grid = self.names.constant(dict(self._grid(node)), "grid")
        otherwise = self._otherwise(node, axes)
        found = self.names.variable(node.name, "x_")
        self.out.line(f"{found} = {self.guarded(axes, f'{grid}.get({key}) or {otherwise}', na=True).text}")
        parts = list(dict.fromkeys((text.kind, text.name) for cell in node.cells for text in cell.texts))
        for part in parts:
            if self.tracing or part in asked:
                self._part(node, found, part)
        if self.tracing and node.visible:
            self._matrix_result(node, found, axes, key, parts)

    def _hidden(self, node: r.Matrix) -> list[bool]:
        return [self.secrets.hides(axis.subject) for axis in node.axes]

    def _grid(self, node: r.Matrix) -> Iterator[tuple[tuple[str, ...], Any]]:
        """The cell for the values of all axes: its name, its label, its number; or why there is none."""
        hidden = self._hidden(node)
        for values, number, _ in places_of(node):
            if number >= 0:
                cell = node.cells[number]
                yield values, (cell.name or None, cell.label, number)
            else:
                spoken = [
                    _spoken(axis, value, hides)
                    for axis, value, hides in zip(node.axes, values, hidden, strict=True)
                ]
                yield values, NA("not_applicable", f"`{node.label}` has nothing for {', '.join(spoken)}")

    def _otherwise(self, node: r.Matrix, axes: Sequence[Code]) -> str:
        if node.otherwise is None:
            beside = self.names.constant(Beside(node, self._hidden(node)), "beside")
            return f"{beside}({', '.join(code.text for code in axes)})"
        if node.otherwise < 0:
            nothing = NA("not_applicable", f"`{node.label}` has nothing for these values")
            return self.names.constant(nothing, "nothing")
        cell = node.cells[node.otherwise]
        return self.names.constant((cell.name or None, cell.label, node.otherwise), "otherwise")

    # ── what a cell says ──

    def part_name(self, matrix: str, part: Part) -> str:
        """The local that holds a text of the cell."""
        return self.names.variable(f"{matrix}.{' '.join(part)}", "x_")

    def _part(self, node: r.Matrix, found: str, part: Part) -> None:
        """Write one text of the cell, or why there is none; texts with values are put together where they are needed."""
        said: list[Any] = []
        moving: list[tuple[int, r.TextWithValues]] = []
        for number, cell in enumerate(node.cells):
            text = next((text.text for text in cell.texts if (text.kind, text.name) == part), None)
            if text is None:
                said.append(NA("missing", f"the cell “{cell.label}” has no {part[1]}"))
                continue
            plain = [piece for piece in text.parts if isinstance(piece, str)]
            said.append("".join(plain))
            if len(plain) < len(text.parts):
                moving.append((number, text))
        name = self.part_name(node.name, part)
        texts = self.names.constant(tuple(said), "texts")
        self.out.line(f"{name} = {found} if {found}.__class__ is NA else {texts}[{found}[2]]")
        for number, text in moving:
            with self.out.block(f"if {found}.__class__ is not NA and {found}[2] == {number}"):
                self.out.line(f"{name} = {self.text_with_values(text)}")

    # ── what others ask ──

    def matrix_reference(self, node: e.Reference) -> Code:
        """A text of the cell that it is."""
        found = self.names.variable(node.name, "x_")
        if node.part == "label":
            return Code(f"({found} if {found}.__class__ is NA else {found}[1])", na=True)
        if node.part == "cell":
            alone = self.names.constant(NA("missing", "here is a label alone, no cell"), "label_alone")
            text = (
                f"({found} if {found}.__class__ is NA else {found}[0] if {found}[0] is not None else {alone})"
            )
            return self.atom(Code(text, na=True))
        part = part_of(node)
        if not any(
            (text.kind, text.name) == part for cell in self.matrices[node.name].cells for text in cell.texts
        ):
            none = self.names.constant(NA("missing", f"no cell has any {node.part}"), "nothing_said")
            return Code(f"({found} if {found}.__class__ is NA else {none})", na=True)
        return Code(self.part_name(node.name, part), na=True, atom=True)

    def cell_of(self, node: e.Reference) -> tuple[Code, list[str]]:
        """The name of the cell (or NA), and the names of all."""
        found = self.names.variable(node.name, "x_")
        text = f"({found} if {found}.__class__ is NA else {found}[0])"
        return self.atom(Code(text, na=True)), [cell.name for cell in self.matrices[node.name].cells]

    def locals_of_matrix(self, node: e.Reference) -> list[str]:
        """The locals that a reference to a matrix reads."""
        part = part_of(node)
        texts = [part] if part[0] in ("owner", "text", "field") else []
        known = {(text.kind, text.name) for cell in self.matrices[node.name].cells for text in cell.texts}
        return [
            self.names.variable(node.name, "x_"),
            *(self.part_name(node.name, each) for each in texts if each in known),
        ]

    # ── results ──

    def _matrix_result(
        self, node: r.Matrix, found: str, axes: Sequence[Code], key: str, parts: Sequence[Part]
    ) -> None:
        hidden = self._hidden(node)
        pairs = zip(node.axes, axes, hidden, strict=True)
        at = ", ".join(f"{axis.label!r}: {'None' if hides else code.text}" for axis, code, hides in pairs)
        texts = ", ".join(
            f"{name!r}: {self.part_name(node.name, (name, name)) if (name, name) in parts else 'NA_TEXT'}"
            for name in ("owner", "text")
        )
        fields = ", ".join(
            f"{name!r}: {self.part_name(node.name, (kind, name))}" for kind, name in parts if kind == "field"
        )
        lines = self.names.constant({values: line for values, _, line in places_of(node)}, "lines")
        beside = node.otherwise_line or None
        known = "".join(f"None if {code.text}.__class__ is NA else " for code in axes if code.na)
        result = self.names.variable(node.name, "result_")
        self.out.line(
            f"{result} = matrix_result({found}, {{{at}}}, {{{texts}}}, {{{fields}}}, {known}{lines}.get({key}, {beside}), "
            f"({node.span.line}, {node.name!r}), problems)"
        )
        self.shown_matrices.append((node.span.start, node.name, result))

    matrices: dict[str, r.Matrix]
    parts_asked: dict[str, set[Part]]


def parts_asked(references: Iterator[e.Reference]) -> dict[str, set[Part]]:
    """For each matrix that an expression asks about, the parts of its cell that are asked for."""
    found: dict[str, set[Part]] = {}
    for node in references:
        if node.kind == "matrix":
            found.setdefault(node.name, set()).add(part_of(node))
    return found


MATRIX_GLOBALS: dict[str, Any] = {"matrix_result": matrix_result, "NA_TEXT": NA("missing")}
