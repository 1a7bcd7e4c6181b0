"""The axes of a matrix: bands, choices, texts or segments, and the values that have a row, a column or a block."""

from __future__ import annotations

from collections.abc import Sequence

from ruleengine.compiler import units
from ruleengine.compiler.measures import only
from ruleengine.compiler.scope import Scope
from ruleengine.compiler.triggers import Triggers
from ruleengine.diagnostics import did_you_mean
from ruleengine.syntax import tree as t
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import TEXT, Kind, Type

#: What an axis over segments is called in a result.
SEGMENTS = "segments"
#: The value of an axis over segments for an account that is in none of them.
IN_NONE = ""


class Axes(Triggers):
    """Compiles the axes of the matrices of one module."""

    def axes_of(self, node: t.Matrix) -> tuple[r.Axis, ...] | None:
        """Rows, columns, and further axes; None after a report that leaves nothing to look at."""
        written = [statement for statement in node.statements if isinstance(statement, t.Axis)]
        found: list[t.Axis] = []
        for kind in ("rows", "columns"):
            axis = only([each for each in written if each.kind == kind], t.Axis, self)
            if axis is not None:
                found.append(axis)
            elif node.name not in self.module.damaged:
                example = "rows health" if kind == "rows" else "columns account.growth: high, medium, low"
                self.context.report(
                    "RE111", node.name_span, f"`{node.name}` does not say what its {kind} are",
                    f"for example `{example}`",
                )  # fmt: skip
        found += [each for each in written if each.kind == "blocks"]
        axes = [self._axis(axis, node) for axis in found]
        labels: set[str] = set()
        for axis in axes:
            if axis is not None and axis.label in labels:
                message = f"`{axis.label}` is an axis twice"
                self.context.report("RE202", axis.span, message, "remove one of them")
                return None
            labels |= {axis.label} if axis is not None else set()
        complete = len(found) >= 2 and {"rows", "columns"} <= {axis.kind for axis in found}
        sound = [axis for axis in axes if axis is not None]
        return tuple(sound) if complete and len(sound) == len(axes) else None

    def _axis(self, node: t.Axis, matrix: t.Matrix) -> r.Axis | None:
        if node.subject is None:
            return self._segments(node)
        subject = self._banded(node.subject, Scope())
        if subject is None:
            subject = self.elaborate(node.subject, Scope())
        if units.is_any(subject.type):
            return None
        if not units.is_text(subject.type):
            bandless = isinstance(subject, e.Reference) and subject.part in ("points", "score")
            self.context.report(
                "RE301", node.subject.span,
                "this has no bands, so it cannot be an axis" if bandless
                else f"an axis goes by bands, by a choice or by a text, and this is {units.named(subject.type)}",
                "make segments of it: `columns segments: large, small`",
            )  # fmt: skip
            return None
        label = " ".join(self.module.source.text[node.subject.span.start : node.subject.span.end].split())
        values = self._axis_values(node, subject, matrix)
        return r.Axis(label, node.kind, subject, values, span=node.span) if values else None

    def _segments(self, node: t.Axis) -> r.Axis | None:
        branches = []
        for word in self._once(node.values):
            holds = self.segment(word)
            if units.is_any(holds.type):
                return None
            branches.append(e.Branch(holds, e.Constant(word.name, type=TEXT, span=word.span)))
        names = tuple(word.name for word in self._once(node.values))
        none = e.Constant(IN_NONE, type=TEXT, span=node.span)
        kind = Type(Kind.CHOICE, choices=(*names, IN_NONE))
        subject = e.Choose(tuple(branches), none, type=kind, span=node.span)
        return r.Axis(SEGMENTS, node.kind, subject, names, span=node.span)

    def _once(self, words: Sequence[t.Word]) -> list[t.Word]:
        """The values of an axis, each once."""
        kept: dict[str, t.Word] = {}
        for word in words:
            if word.name in kept:
                self.context.report(
                    "RE202", word.span, f"`{word.name}` stands twice on this axis", "keep one of them"
                )
            kept.setdefault(word.name, word)
        return list(kept.values())

    def _axis_values(self, node: t.Axis, subject: e.Expression, matrix: t.Matrix) -> tuple[str, ...]:
        """The values of an axis: as listed, else all that there can be, else those that rows and blocks are for."""
        known = subject.type.choices
        if node.values:
            words = self._once(node.values)
            for word in words:
                if known and word.name not in known:
                    self._unknown(word, known, node, _is_band(subject))
            return tuple(word.name for word in words if not known or word.name in known)
        if known:
            return known
        derived = () if node.kind == "columns" else _written(node, matrix)
        if not derived and matrix.name not in self.module.damaged:
            self.context.report(
                "RE111", node.span, f"the values of these {node.kind} are not known",
                f"list them: `{node.kind} … : high, medium, low`",
            )  # fmt: skip
        return derived

    def is_value(self, word: t.Word, axis: r.Axis) -> bool:
        """Whether a word is a value of an axis; reported when it is not."""
        if word.name in axis.values:
            return True
        self._unknown(word, axis.values, axis, _is_band(axis.subject))
        return False

    def _unknown(self, word: t.Word, known: Sequence[str], axis: t.Axis | r.Axis, band: bool) -> None:
        label = axis.label if isinstance(axis, r.Axis) else "this"
        listed = ", ".join(f"`{name}`" for name in known[:8])
        if label == SEGMENTS:
            message, code = f"`{word.name}` is no segment of the {axis.kind}", "RE304"
        elif band:
            message, code = f"`{word.name}` is no band here", "RE204"
        else:
            message, code = f"`{word.name}` is no value of `{label}`", "RE304"
            if not isinstance(axis, r.Axis):
                message = f'this is never "{word.name}"'
        hint = did_you_mean(word.name, known) or f"there are {listed}"
        self.context.report(code, word.span, message, hint)

    def check_gaps(self, node: t.Matrix, axes: Sequence[r.Axis], beside: bool) -> None:
        """Warn of values that can be and that no row, column or block is for."""
        for axis in axes if not beside else ():
            known = axis.subject.type.choices if axis.label != SEGMENTS else ()
            lacking = [value for value in known if value not in axis.values]
            if lacking:
                shown = ", ".join(f"`{value}`" for value in lacking)
                self.context.report(
                    "RE401", axis.span, f"`{node.name}` has no {axis.kind.removesuffix('s')} for {shown}",
                    "list it, or say what there is `otherwise`",
                )  # fmt: skip


def _is_band(subject: e.Expression) -> bool:
    return isinstance(subject, e.Reference) and subject.part in ("band", "computed_band")


def _written(node: t.Axis, matrix: t.Matrix) -> tuple[str, ...]:
    """The values for which rows or blocks are written, in their order."""
    blocks = [statement for statement in matrix.statements if isinstance(statement, t.MatrixBlock)]
    if node.kind == "rows":
        rows = [statement for statement in matrix.statements if isinstance(statement, t.MatrixRow)]
        rows += [row for block in blocks for row in block.rows]
        return tuple(dict.fromkeys(row.value.name for row in rows))
    axes = [axis for axis in matrix.statements if isinstance(axis, t.Axis) and axis.kind == "blocks"]
    place = next(place for place, axis in enumerate(axes) if axis is node)
    return tuple(dict.fromkeys(block.values[place].name for block in blocks if len(block.values) > place))
