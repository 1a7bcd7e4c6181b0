"""The small changes of what is no expression: rows and what they give, weights, bands, freshness, limits, grace.

In: a program and its sources. Out: its mutants, in the order of the file. Guaranteed: the same ruleset gives the same mutants;
nothing that is only text is changed, nor claims about the ruleset (`invariant`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from ruleengine.casebook.mutation import numbers
from ruleengine.casebook.mutation.conditions import Conditions
from ruleengine.casebook.mutation.context import Around, Notes
from ruleengine.casebook.mutation.mutant import Mutant
from ruleengine.casebook.mutation.weights import Weights
from ruleengine.source import Source, Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.values import NUMBER, Kind

_REMOVED = "(taken away)"
_UNLESS = re.compile(r"\s+unless\b[^\"]*$")
_POLICIES = {"redistribute": "as zero", "redistribute flat": "redistribute", "impute": "redistribute",
             "as zero": "redistribute", "require all": "redistribute"}  # fmt: skip


def mutants_of(program: r.Program, sources: Mapping[str, Source], imports: bool = False) -> list[Mutant]:
    """All mutants of a ruleset; of what it imports only with `imports`."""
    notes = Notes.of(program, sources, imports)
    _Rules(notes).run()
    return sorted(
        notes.found, key=lambda each: (each.span.path != program.path, each.span.path, each.span.start)
    )


class _Rules:
    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.conditions = Conditions(notes)
        self.weights = Weights(notes, self.conditions)
        self.bands = notes.index.bands

    def run(self) -> None:
        program = self.notes.program
        for each in program.assumptions:
            self._visit(each.value, Around("assume " + ".".join(each.path), each.span))
        for bands in program.band_sets:
            self.weights.bands(bands)
        for definition in program.definitions:
            self._visit(definition.body, Around(definition.name, definition.span))
        for table in program.tables:
            self._table(table)
        for step in program.steps:
            if self.notes.is_own(step.span):
                self._step(step)

    def _visit(self, node: e.Expression | None, around: Around) -> None:
        if node is not None:
            self.conditions.visit(node, around)

    def _step(self, step: r.Step) -> None:
        if isinstance(step, r.Measure):
            self._measure(step)
        elif isinstance(step, r.Scorecard):
            self._card(step)
        elif isinstance(step, r.Segment):
            self._visit(step.condition, Around(step.label, step.span, segment=True))
            self._opposite(step, step.condition, Around(step.label, step.span, segment=True))
        elif isinstance(step, r.Let | r.Output):
            self._visit(step.value, Around(step.label, step.span))
        elif isinstance(step, r.Check) and step.kind == "problem":
            self._visit(step.condition, Around("problem", step.span))
        elif isinstance(step, r.Trigger):
            self._trigger(step)
        elif isinstance(step, r.Matrix):
            self._matrix(step)

    def _opposite(self, step: r.Segment, condition: e.Expression, around: Around) -> None:
        """The segment is everybody else."""
        text = self.notes.words.text(condition.span)
        if isinstance(condition, e.Compare | e.Logic | e.Between) and condition.span.path == step.span.path:
            if isinstance(condition, e.Compare) and condition.operator in ("=", "!="):
                return  # `!=` for `=` is the same
            said = self.notes.words.replaced(step.span, condition.span, f"not ({text})")
            self.notes.add(
                "segment", around, step,
                lambda each: attrs.evolve(each, condition=e.Not(each.condition, type=each.condition.type, span=each.condition.span)),
                said, condition.span,
            )  # fmt: skip

    # ── measures ──

    def _measure(self, node: r.Measure) -> None:
        around = Around(node.label, node.span)
        for let in node.lets:
            self._visit(let.value, around.at(let.span))
        if node.value is not None:
            self._visit(node.value, around.at(node.value.span))
            self._unless(node, node.value, around)
        for place, applies in enumerate(node.applies):
            self._visit(applies.condition, Around(node.label, applies.span, segment=True))
            self._removed("segment", node, "applies", place, applies.span, around)
        for block in node.rates:
            self._rate(node, block, around)
        if node.fresh is not None:
            self._fresh(node, node.fresh, around)
        self._limits(node, node.limits, node.bands, around)
        self._missing(node, node.missing, around)
        if node.baseline is not None:
            self._visit(node.baseline, around.at(node.baseline.span))

    def _unless(self, node: r.Measure, value: e.Expression, around: Around) -> None:
        """A criterion counts whatever the others say."""
        if not (node.checklist and isinstance(value, e.Choose) and value.branches[0].value.span == node.span):
            return
        text = self.notes.words.replaced(node.span, node.span, "")[0]
        self.notes.add(
            "condition", around, node, lambda each: attrs.evolve(each, value=each.value.otherwise),
            (text, _UNLESS.sub("", text)),
        )  # fmt: skip

    def _rate(self, node: r.Measure, block: r.RateBlock, around: Around) -> None:
        if block.condition is not None:
            self._visit(block.condition, around.at(_head(block)))
        for place, row in enumerate(block.rows):
            at = around.at(row.span)
            self._visit(row.condition, at)
            outcome = row.outcome
            if isinstance(outcome, r.BandOutcome):
                self._other_band(node, row, outcome, at)
            elif not isinstance(outcome, r.NaOutcome):
                self._outcome(outcome, at)
            if len(block.rows) > 1 and not node.checklist:
                self._removed("row", block, "rows", place, row.span, around)

    def _outcome(self, outcome: r.Outcome, at: Around) -> None:
        for name in ("value", "low", "high", "start", "end", "edges"):
            found = getattr(outcome, name, None)
            for each in found if isinstance(found, tuple) else (found,):
                if isinstance(each, e.Expression):
                    self._visit(each, at if self._within(each, at) else at.at(each.span))

    def _within(self, node: e.Expression, at: Around) -> bool:
        return at.shown.start <= node.span.start and node.span.end <= at.shown.end

    def _other_band(self, node: r.Measure, row: r.Row, outcome: r.BandOutcome, at: Around) -> None:
        bands = self.bands[node.bands].bands
        position = outcome.position + 1 if outcome.position + 1 < len(bands) else outcome.position - 1
        name, other = bands[outcome.position].name, bands[position].name
        said = None if node.checklist else self.notes.words.other_band(row.span, name, other)
        said = said or (f"{node.label}: {name}", f"{node.label}: {other}")
        self.notes.add(
            "outcome", at, row, lambda each: attrs.evolve(each, outcome=r.BandOutcome(position)), said
        )

    def _removed(self, kind: str, holder: Any, name: str, place: int, span: Span, around: Around) -> None:
        """One of several is taken away."""
        text = self.notes.words.replaced(span, span, "")[0]

        def make(node: Any) -> Any:
            items = getattr(node, name)
            return attrs.evolve(node, **{name: (*items[:place], *items[place + 1 :])})

        self.notes.add(kind, around, holder, make, (text, _REMOVED), span)

    def _fresh(self, node: r.Measure, fresh: r.Fresh, around: Around) -> None:
        at = around.at(fresh.span)
        self._visit(fresh.by, at)
        for word in ("stale", "expired"):
            length = getattr(fresh, word)
            if length is None:
                continue
            unit = getattr(fresh, f"{word}_unit")
            for way in (1, -1):
                if length + way >= 0:
                    said = self._duration(fresh.span, f"{word} after", length, length + way, unit)
                    self.notes.add("freshness", at, fresh, _setting(**{word: length + way}), said)
        if fresh.stale is not None and fresh.expired is not None:
            for word in ("stale", "expired"):
                text = self.notes.words.replaced(fresh.span, fresh.span, "")[0]
                self.notes.add(
                    "freshness",
                    at,
                    fresh,
                    _setting(**{word: None}),
                    (text, f"{text}, without `{word} after`"),
                )
        else:
            text = self.notes.words.replaced(fresh.span, fresh.span, "")[0]
            self.notes.add("freshness", at, node, _setting(fresh=None), (text, _REMOVED), fresh.span)

    def _duration(self, span: Span, word: str, old: float, new: float, unit: str) -> tuple[str, str]:
        """A duration that is no expression, where it stands behind some words."""
        text = self.notes.words.text(span)
        found = re.search(rf"{word}\s+([\d_.]+)", text)
        if found is not None and float(found.group(1).replace("_", "")) == old:
            start, end = (span.start + place for place in found.span(1))
            return self.notes.words.edited(span, [(start, end, numbers.plain(new))])
        return f"{word} {numbers.plain(old)} {unit}", f"{word} {numbers.plain(new)} {unit}"

    # ── limits, policies, grace ──

    def _limits(self, holder: Any, limits: tuple[r.Limit, ...], bands: str, around: Around) -> None:
        for place, limit in enumerate(limits):
            at = around.at(limit.span)
            self._visit(limit.condition, at)
            self._visit(limit.score, at)
            self._removed("limit", holder, "limits", place, limit.span, around)
            if limit.band is not None:
                scale = self.bands[bands]
                other = limit.band + 1 if limit.band + 1 < len(scale.bands) else limit.band - 1
                name, new = scale.bands[limit.band].name, scale.bands[other].name
                said = self.notes.words.other_band(limit.span, name, new) or (
                    f"{limit.kind} {name}",
                    f"{limit.kind} {new}",
                )
                self.notes.add("limit", at, limit, _setting(band=other), said)

    def _missing(self, holder: Any, missing: r.Missing | None, around: Around) -> None:
        if missing is None:
            return
        at = around.at(missing.span)
        text = self.notes.words.replaced(missing.span, missing.span, "")[0]
        self._visit(missing.value, at)
        if missing.policy in _POLICIES:
            other = _POLICIES[missing.policy]
            value = e.Constant(0, type=NUMBER, span=missing.span) if other == "as zero" else None
            make = _setting(policy=other, value=value, band=None)
            if other == "redistribute" and isinstance(holder, r.Measure):
                self.notes.add("missing", at, holder, _setting(missing=None), (text, _REMOVED), missing.span)
            else:
                self.notes.add("missing", at, missing, make, (text, f"missing {other}"))
        else:
            self.notes.add("missing", at, holder, _setting(missing=None), (text, _REMOVED), missing.span)
        if missing.number is not None and missing.total is not None:
            for number in (missing.number - 1, missing.number + 1):
                if 0 < number <= missing.total:
                    said = text, f"missing require {number} of {missing.total}"
                    self.notes.add("missing", at, missing, _setting(number=number), said)

    def _card(self, node: r.Scorecard) -> None:
        around = Around(node.label, node.span)
        self._block(node, node.block, around)
        self._visit(
            node.borderline, around.at(node.borderline.span) if node.borderline is not None else around
        )
        grace = node.grace
        if grace is not None:
            at = around.at(grace.span)
            self._visit(grace.start, at)
            for way in (1, -1):
                if grace.length + way >= 0:
                    said = self._duration(grace.span, "first", grace.length, grace.length + way, grace.unit)
                    self.notes.add("missing", at, grace, _setting(length=grace.length + way), said)
            text = self.notes.words.replaced(grace.span, grace.span, "")[0]
            self.notes.add("missing", at, node, _setting(grace=None), (text, _REMOVED), grace.span)
            if grace.excepted:
                self.notes.add(
                    "missing", at, grace, _setting(excepted=()), (text, f"{text}, without the exceptions")
                )

    def _block(self, card: r.Scorecard, block: r.Block, around: Around) -> None:
        self.weights.block(block, around)
        if block.formula is not None:
            self._visit(block.formula, around.at(block.formula.span))
        for place, column in enumerate(block.columns):
            self._visit(column.condition, around.at(column.span))
            self._removed("weight", block, "columns", place, column.span, around)
        self._missing(block, block.missing, around)
        self._limits(block, block.limits, card.bands, around)
        if block.rounding is not None:
            digits, mode = block.rounding
            said = f"round {digits}", f"round {digits + 1}"
            self.notes.add(
                "calculation", around, block, _setting(rounding=(digits + 1, mode)), said, block.span
            )
        for child in block.children:
            if isinstance(child, r.Block):
                self._block(card, child, around)

    # ── tables, triggers, matrices ──

    def _table(self, table: r.Table) -> None:
        around = Around(table.name, table.span)
        for place, row in enumerate(table.rows):
            at = around.at(row.span)
            self._visit(row.condition, at)
            self._visit(row.result, at)
            if len(table.rows) > 1 and self.notes.is_own(row.span) and self.notes.first(row):
                self._removed("row", table, "rows", place, row.span, around)
                self._other_result(table, place, at)

    def _other_result(self, table: r.Table, place: int, at: Around) -> None:
        """A row gives the result of the next one that gives another."""
        own = table.rows[place].result
        if not isinstance(own, e.Constant):
            return
        following = (*table.rows[place + 1 :], *table.rows[:place])
        other = next(
            (
                row.result
                for row in following
                if isinstance(row.result, e.Constant) and row.result.value != own.value
            ),
            None,
        )
        if other is not None and own.type.kind is not Kind.NUMBER:
            said = self.notes.words.replaced(at.shown, own.span, self.notes.words.text(other.span))
            self.notes.add("outcome", at, own, _setting(value=other.value), said)

    def _trigger(self, node: r.Trigger) -> None:
        around = Around(node.label, node.span)
        for place, each in enumerate(node.alternatives):
            self._visit(each.condition, around.at(each.span))
            if len(node.alternatives) > 1:
                self._removed("row", node, "alternatives", place, each.span, around)
        if node.due is not None:
            self._visit(node.due, around.at(node.due.span))
        for field in node.fields:
            self._visit(field.value, around.at(field.value.span))

    def _matrix(self, node: r.Matrix) -> None:
        around = Around(node.label, node.span)
        for axis in node.axes:
            self._visit(axis.subject, around.at(axis.span))
        for row in node.rows:
            for place in range(len(row.cells) - 1):
                first, second = row.cells[place], row.cells[place + 1]
                if first != second:
                    self._swapped(node, row, place, around)

    def _swapped(self, node: r.Matrix, row: r.MatrixRow, place: int, around: Around) -> None:
        """Two neighbouring cells of a row of a matrix change places."""
        cells = list(row.cells)
        names = [
            "na" if number < 0 else node.cells[number].name or f'"{node.cells[number].label}"'
            for number in cells[place : place + 2]
        ]
        cells[place], cells[place + 1] = cells[place + 1], cells[place]
        where = " ".join(row.values)
        said = f"{where} gives {names[0]}, {names[1]}", f"{where} gives {names[1]}, {names[0]}"
        self.notes.add("outcome", around, row, _setting(cells=tuple(cells)), said)


def _setting(**fields: Any) -> Any:
    return lambda node: attrs.evolve(node, **fields)


def _head(block: r.RateBlock) -> Span:
    """`rate when …`, without its rows."""
    condition = block.condition
    return (
        block.span
        if condition is None
        else attrs.evolve(block.span, end=max(condition.span.end, block.span.start))
    )
