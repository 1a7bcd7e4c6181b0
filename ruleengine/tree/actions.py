"""Evaluation nodes for what a ruleset says to do: texts with values in them, triggers, matrices.

`ruleset.py` gives them and all others one place.
"""

from __future__ import annotations

from attrs import field, frozen

from ruleengine.source import Span
from ruleengine.tree.expressions import Expression

# ── Texts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True, eq=False, repr=False)
class Placeholder:
    """A value in a text; `percent` when it is shown as a percentage."""

    value: Expression
    percent: bool


@frozen(slots=True, eq=False, repr=False)
class TextWithValues:
    """A text: words and values by turns."""

    parts: tuple[str | Placeholder, ...]
    span: Span = field(kw_only=True)


# ── Triggers ────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True, eq=False, repr=False)
class Alternative:
    """One `when` of a trigger, with the reason that it gives."""

    condition: Expression
    because: TextWithValues | None
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class TriggerField:
    """A free field of a trigger. `standing` is the default that is flagged for as long as it stands, or None."""

    name: str
    value: Expression
    standing: Expression | None


@frozen(slots=True, eq=False, repr=False)
class Trigger:
    """What to do for an account: it fires when one of its alternatives holds.

    `position` is where the root declares or imports it: triggers are listed in this order.
    """

    name: str
    label: str
    title: str
    alternatives: tuple[Alternative, ...]
    kind: str
    severity: str
    playbook: TextWithValues | None
    reason: TextWithValues | None
    due: Expression | None
    fields: tuple[TriggerField, ...]
    description: str
    position: int = 0
    visible: bool = True
    span: Span = field(kw_only=True)


# ── Matrices ────────────────────────────────────────────────────────────────────────────────────────────────────────


@frozen(slots=True, eq=False, repr=False)
class Axis:
    """One axis: its value is a text, and `values` are those that have rows, columns or blocks; `label` as written."""

    label: str
    kind: str
    subject: Expression
    values: tuple[str, ...]
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class MatrixCell:
    """What a cell says. `name` is empty for a label alone; `texts` are its owner, its text and its fields by name."""

    name: str
    label: str
    texts: tuple[CellText, ...]
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class CellText:
    """A text of a cell; `kind` is owner, text or field."""

    kind: str
    name: str
    text: TextWithValues


@frozen(slots=True, eq=False, repr=False)
class MatrixRow:
    """A row: its value, then those of its blocks; for each column the number of its cell, -1 for `na`."""

    values: tuple[str, ...]
    cells: tuple[int, ...]
    span: Span = field(kw_only=True)


@frozen(slots=True, eq=False, repr=False)
class Matrix:
    """Cells over axes: rows, columns, further ones. `otherwise` is the cell for values beside them, or None."""

    name: str
    label: str
    title: str
    axes: tuple[Axis, ...]
    cells: tuple[MatrixCell, ...]
    rows: tuple[MatrixRow, ...]
    otherwise: int | None
    otherwise_line: int
    description: str
    visible: bool = True
    span: Span = field(kw_only=True)
