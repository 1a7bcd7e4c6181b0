"""Rows of an emitted query as result documents, and result documents as such rows.

In: a row as a dictionary of its columns, records as dictionaries inside. Out: the document that the evaluator gives, with
its keys in its order, so that both print the same bytes; and back. Guaranteed: what a document leaves out is NULL in a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from ruleengine.columnar.types import ColumnKind, ColumnType

Document = dict[str, Any]

#: The columns that say what a row is and are no part of its document.
_BESIDE = ("position", "irregular")
_ORDER = (
    "id", "as_of", "ruleset", "engine", "scorecards", "measures", "triggers", "matrices", "outputs", "segments",
    "assumptions", "problems",
)  # fmt: skip
_RECORDS = frozenset(("scorecards", "measures", "matrices", "outputs"))
_OF_LIMITS = ("computed_band", "computed_points", "override", "limits")
_ASSUMED = ("path", "reason")


@frozen(slots=True)
class Shape:
    """The columns of a result, and for each trigger its own fields, each with its name in the record of all."""

    columns: tuple[tuple[str, ColumnType], ...]
    trigger_fields: Mapping[str, tuple[tuple[str, str], ...]]

    @property
    def kept(self) -> tuple[tuple[str, ColumnType], ...]:
        """The columns that are part of the document."""
        return tuple(each for each in self.columns if each[0] not in _BESIDE)


# ── From rows ───────────────────────────────────────────────────────────────────────────────────────────────────────


def document_of(row: Document, shape: Shape) -> Document:
    """The document of a row, whose records become part of it."""
    found: Document = {name: row.get(name) for name in _ORDER}
    for name in _ORDER[4:]:
        if found[name] is None:
            found[name] = {} if name in _RECORDS else []
    found["as_of"] = found["as_of"].isoformat()
    for card in found["scorecards"].values():
        _tidy_limits(card)
        for node in card.setdefault("nodes", {}).values():
            _leave_out(node, ("imputed",))
    for measure in found["measures"].values():
        if "limits" in measure:
            if measure["limits"] is None:
                for name in _OF_LIMITS:
                    del measure[name]
            else:
                _tidy_limits(measure)
    found["triggers"] = [_trigger(each, shape) for each in found["triggers"]]
    found["matrices"] = {name: _matrix(each) for name, each in found["matrices"].items()}
    found["assumptions"] = [_assumption(each) for each in found["assumptions"]]
    found["problems"] = [problem_of(each) for each in found["problems"]]
    return found


def problem_of(record: Document) -> Document:
    """A problem as a document has it."""
    optional = ("of", "pointer")
    return {name: value for name, value in record.items() if value is not None or name not in optional}


def _leave_out(record: Document, names: Iterable[str]) -> None:
    for name in names:
        if name in record and record[name] is None:
            del record[name]


def _tidy_limits(record: Document) -> None:
    """What acted says either a band or a score."""
    if record["override"] is not None:
        _leave_out(record["override"], ("band", "score"))
    for limit in record["limits"]:
        _leave_out(limit, ("band", "score"))


def _trigger(record: Document, shape: Shape) -> Document:
    fields = record.pop("fields", None) or {}
    own = {name: fields[slot] for name, slot in shape.trigger_fields[record["name"]]}
    after = {name: record.pop(name) for name in ("flagged", "line")}
    return {**record, "fields": own, **after}


def _matrix(record: Document) -> Document:
    own = record.pop("fields", None) or {}
    after = {name: record.pop(name) for name in ("at", "reason", "line")}
    said = {name: text for name, text in own.items() if text is not None}
    return {**record, "fields": said, **after}


def _assumption(record: Document) -> Document:
    values = (value for name, value in record.items() if name not in _ASSUMED and value is not None)
    return {"path": record["path"], "value": next(values, None), "reason": record["reason"]}


# ── To rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def row_of(document: Document, shape: Shape) -> Document:
    """The row of a document: every column, NULL where it has nothing, with values of the types of the columns."""
    prepared = dict(document)
    prepared["triggers"] = [_with_slots(each, shape) for each in document["triggers"]]
    kinds = dict(shape.columns)
    if "assumptions" in kinds:
        prepared["assumptions"] = [
            _with_value_slot(each, kinds["assumptions"]) for each in document["assumptions"]
        ]
    return {name: fitted(prepared.get(name), kind) for name, kind in shape.kept}


def _with_slots(trigger: Document, shape: Shape) -> Document:
    own = trigger["fields"]
    slots = shape.trigger_fields.get(trigger["name"], ())
    return {**trigger, "fields": {slot: own.get(name) for name, slot in slots}}


def _with_value_slot(assumption: Document, kind: ColumnType) -> Document:
    value = assumption["value"]
    names = [name for name, _ in (kind.element or kind).fields if name not in _ASSUMED]
    fields = dict((kind.element or kind).fields)
    slot = next((name for name in names if _fits(value, fields[name])), names[0] if names else "")
    return {"path": assumption["path"], "reason": assumption["reason"], slot: value}


_CLASSES: Mapping[ColumnKind, tuple[type, ...]] = {
    ColumnKind.BOOLEAN: (bool,),
    ColumnKind.INTEGER: (int,),
    ColumnKind.DOUBLE: (float, int),
    ColumnKind.LIST: (list,),
    ColumnKind.RECORD: (dict,),
}


def _fits(value: Any, kind: ColumnType) -> bool:
    return value.__class__ in _CLASSES.get(kind.kind, (str,))


def fitted(value: Any, kind: ColumnType) -> Any:
    """A value of a document as a column holds it; NULL for a whole number that no 64 bits hold."""
    if value is None:
        return None
    if kind.kind is ColumnKind.LIST and kind.element is not None:
        return [fitted(each, kind.element) for each in value]
    if kind.kind is ColumnKind.RECORD:
        return {name: fitted(value.get(name), each) for name, each in kind.fields}
    if kind.kind is ColumnKind.DOUBLE:
        return float(value)
    if kind.kind is ColumnKind.INTEGER:
        return int(value) if isinstance(value, int | float) and -(2**63) <= value < 2**63 else None
    if kind.kind is ColumnKind.TEXT:
        return value if isinstance(value, str) else str(value)
    if kind.kind is ColumnKind.DATE and isinstance(value, str):
        from datetime import date

        return date.fromisoformat(value)
    return value
