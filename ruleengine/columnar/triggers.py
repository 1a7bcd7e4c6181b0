"""Evaluation tree → SQL, for triggers: whether each fires, what it says, and the list of those that fired.

The free fields of all triggers stand in one record (`Slots`); `trigger_fields` tells for each trigger the names of its own,
and where in that record they are, because NULL is a value here and not a field that is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import evolve, field, frozen

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import NotEmitted
from ruleengine.columnar.logic import kleene
from ruleengine.columnar.slots import Slots
from ruleengine.columnar.types import INTEGER, TEXT, ColumnType, list_of, record_of
from ruleengine.columnar.value import PLAIN, Form, Value, stored_type
from ruleengine.columnar.wording import WordingEmitter
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.walk import walk
from ruleengine.values import NA, Kind, Type
from ruleengine.values import TEXT as TEXT_TYPE

NOT_FIRED = NA("not_applicable", "the trigger does not fire")
_TEXTS = list_of(TEXT)
_LIST_OF_TEXTS = Type(Kind.LIST, element=TEXT_TYPE)


@frozen(slots=True, eq=False)
class Fired:
    """What a trigger says where it fires: the parts of its record, and the SQL of its free fields by their slots."""

    position: int
    fires: Sql
    parts: Mapping[str, Sql]
    fields: Mapping[str, Sql] = field(factory=dict)


class TriggerEmitter(WordingEmitter):
    """Emits triggers."""

    @cached_property
    def said(self) -> dict[tuple[str, str], Value]:
        """Parts of what triggers say, by the trigger and the part, NA where it does not fire."""
        return {}

    @cached_property
    def fired(self) -> list[Fired]:
        """The triggers that a result shows, in the order in which they were emitted."""
        return []

    @cached_property
    def trigger_slots(self) -> Slots:
        """The free fields of all triggers."""
        return Slots()

    @cached_property
    def trigger_fields(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """For each trigger its free fields in their order, each with its name in the record of all."""
        return {}

    @cached_property
    def _asked_parts(self) -> dict[str, list[str]]:
        """The parts of triggers that expressions ask for."""
        found: dict[str, dict[str, None]] = {}
        for node in walk(self.program):
            if isinstance(node, e.Said) and node.kind == "trigger":
                found.setdefault(node.name, {})[node.part] = None
        return {name: list(parts) for name, parts in found.items()}

    def trigger(self, node: r.Trigger) -> None:
        """Emit one trigger."""
        with self.owned(node.name, f"trigger {node.label}, line {node.span.line}"):
            tests = [self.value_of(each.condition) for each in node.alternatives]
            fires = self.kept(kleene("or", tests), f"{node.name} fires")
            self.variables[node.name] = fires
            asked = self._asked_parts.get(node.name, [])
            if not asked and not node.visible:
                return
            because, reason = self._because(node, tests, fires.sql)
            if node.visible:
                self._shows(node, tests, fires.sql, because, reason)
            for part in asked:
                self.said[node.name, part] = self._part(node, part, fires, reason)

    # ── what it says ──

    def _because(self, node: r.Trigger, tests: list[Value], fires: Sql) -> tuple[Sql, Sql]:
        """The reasons of the alternatives that hold, and the reason in one text; the latter may be NULL."""
        said = [
            (test.sql, self.text_with_values(each.because, test.sql))
            for each, test in zip(node.alternatives, tests, strict=True)
            if each.because is not None
        ]
        if node.reason is not None:
            joined = self.text_with_values(node.reason, fires)
        if len(said) == 1 and len(tests) == 1:
            because = self.dialect.list_of([said[0][1]], TEXT)
            alone = said[0][1]
        else:
            texts = self.dialect.list_of([b.case([pair]) for pair in said], TEXT)
            because = self.dialect.kept(texts, b.is_known) if said else texts
            if said:
                because = self.named(b.case([(fires, because)]), f"{node.name} because")
            alone = self.dialect.joined(because, "; ") if said else b.null(TEXT)
        if node.reason is None:
            joined = _unless_empty(alone)
        return because, joined

    def _shows(self, node: r.Trigger, tests: list[Value], fires: Sql, because: Sql, reason: Sql) -> None:
        lines = [
            (test.sql, b.integer(each.span.line)) for test, each in zip(tests, node.alternatives, strict=True)
        ]
        playbook = b.null(TEXT) if node.playbook is None else self.text_with_values(node.playbook, fires)
        parts = {
            "name": b.text(node.name), "title": b.text(node.title), "kind": _text_or_null(node.kind),
            "severity": _text_or_null(node.severity), "playbook": playbook, "reason": reason, "because": because,
            "due": b.null(TEXT) if node.due is None else self._shown_due(node.due), "flagged": self._flagged(node),
            "line": b.cast(b.case(lines, b.integer(node.span.line)), INTEGER),
        }  # fmt: skip
        fields: dict[str, Sql] = {}
        names: list[tuple[str, str]] = []
        for each in node.fields:
            sql, kind = self.shown(self.value_of(each.value), each.value)
            slot = self.trigger_slots.place(each.name, kind)
            fields[slot] = sql
            names.append((each.name, slot))
        self.trigger_fields[node.name] = tuple(names)
        self.fired.append(Fired(node.position, fires, parts, fields))

    def _shown_due(self, due: e.Expression) -> Sql:
        sql, _ = self.shown(self.value_of(due), due)
        return sql

    def _flagged(self, node: r.Trigger) -> Sql:
        """The fields whose default still stands."""
        standing: list[Sql] = []
        for each in node.fields:
            if each.standing is not None:
                alike = self.same_values(self.value_of(each.value), self.value_of(each.standing))
                standing.append(b.case([(alike, b.text(each.name))]))
        listed = self.dialect.list_of(standing, TEXT)
        return self.dialect.kept(listed, b.is_known) if standing else listed

    def triggers(self) -> tuple[Sql, ColumnType]:
        """The list of what the triggers say that fired, in the order of the ruleset, and its type."""
        slots = self.trigger_slots
        inner = [("fields", record_of(slots.fields.items()))] if slots.fields else []
        element = record_of([*_SAID_BEFORE, *inner, *_SAID_AFTER])
        entries = [
            b.case([(each.fires, self.dialect.record(self._entry(each, slots)))])
            for each in sorted(self.fired, key=lambda each: each.position)
        ]
        none = self.dialect.list_of([], element)
        if not entries:
            return none, list_of(element)
        listed = self.dialect.kept(self.dialect.list_of(entries, element), b.is_known)
        any_fires = b.disjunction([each.fires for each in self.fired])
        return b.case([(any_fires, listed)], none), list_of(element)

    def _entry(self, fired: Fired, slots: Slots) -> list[tuple[str, Sql]]:
        entry = [(name, fired.parts[name]) for name, _ in _SAID_BEFORE]
        if slots.fields:
            entry.append(("fields", self.dialect.record(slots.filled(fired.fields))))
        return [*entry, *((name, fired.parts[name]) for name, _ in _SAID_AFTER)]

    # ── parts of it as values ──

    def _on_said(self, node: e.Said) -> Value:
        if node.kind != "trigger":
            raise NotEmitted(f"`{self.text_of(node.span)}` is a text of a template", node.span)
        return self.said[node.name, node.part]

    def _part(self, node: r.Trigger, part: str, fires: Value, reason: Sql) -> Value:
        """A part of what a trigger says, NA where it does not fire."""
        said = self._said(node, part, reason, fires.sql)
        not_fired = self.reasons.code(NOT_FIRED)
        branches = [(b.is_null(fires.sql), fires.code)] if fires.codes else []
        branches.append((b.negation(fires.sql), b.integer(not_fired)))
        codes = fires.codes | {not_fired} | said.codes
        na = b.case(branches, said.code) if said.codes else b.case(branches[:-1], b.integer(not_fired))
        nothing = b.null(stored_type(said.type, said.form))
        found = evolve(
            said, sql=b.case([(fires.sql, said.sql)], nothing), na=na, form=evolve(said.form, codes=codes)
        )
        return self.kept(evolve(found, atom=False), f"{node.name} {part}")

    def _said(self, node: r.Trigger, part: str, reason: Sql, fires: Sql) -> Value:
        says_nothing = Form(frozenset([self.code("missing", f"`{node.label}` says no `{part}`")]))
        if part == "reason":
            form = PLAIN if node.reason is not None else says_nothing
            return Value(reason, TEXT_TYPE, None, form)
        if part in ("kind", "severity"):
            word = node.kind if part == "kind" else node.severity
            return Value(_text_or_null(word), TEXT_TYPE, None, PLAIN if word else says_nothing)
        if part == "playbook":
            if node.playbook is None:
                return Value(b.null(TEXT), TEXT_TYPE, None, says_nothing)
            return Value(self.text_with_values(node.playbook, fires), TEXT_TYPE)
        if part == "flagged":
            return Value(self._flagged(node), _LIST_OF_TEXTS)
        values = {"due": node.due, **{each.name: each.value for each in node.fields if each.name != "due"}}
        value = values[part]
        return Value(b.null(TEXT), TEXT_TYPE, None, says_nothing) if value is None else self.value_of(value)


def _unless_empty(said: Sql) -> Sql:
    """A text; NULL for the empty one."""
    return b.function("nullif", said, b.text(""))


def _text_or_null(said: str) -> Sql:
    return b.text(said) if said else b.null(TEXT)


_SAID_BEFORE: tuple[tuple[str, ColumnType], ...] = (
    ("name", TEXT), ("title", TEXT), ("kind", TEXT), ("severity", TEXT), ("playbook", TEXT), ("reason", TEXT),
    ("because", _TEXTS), ("due", TEXT),
)  # fmt: skip
_SAID_AFTER: tuple[tuple[str, ColumnType], ...] = (("flagged", _TEXTS), ("line", INTEGER))
