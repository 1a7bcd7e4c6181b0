"""A whole program as terms: what each scorecard, trigger, matrix and output gives an account, and what decided it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ruleengine.analysis.solver.atoms import Atoms
from ruleengine.analysis.solver.bands import Rated
from ruleengine.analysis.solver.blocks import Blocks, Place
from ruleengine.analysis.solver.opaque import Environment
from ruleengine.analysis.solver.rows import kleene
from ruleengine.analysis.solver.terms import (
    NOTHING,
    Flag,
    Value,
    both,
    choose,
    compare,
    either,
    either_value,
    guarded,
    missing,
    no,
    reasons,
)  # fmt: skip
from ruleengine.checker.index import Index
from ruleengine.source import Source
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.cells import places_of
from ruleengine.tree.walk import walk


class Encoding(Blocks):
    """The terms of one program over some atoms."""

    def __init__(
        self,
        program: r.Program,
        sources: Mapping[str, Source],
        atoms: Atoms,
        side: int = 0,
        settle: Callable[[Encoding, r.Measure | r.Scorecard], None] | None = None,
    ) -> None:
        super().__init__(program, Index(program, sources, program.path, {}), atoms, side)
        self.sets = {found.key: found for found in program.band_sets}
        self.nodes = {step.name: step for step in program.steps if isinstance(step, r.Measure)}
        self.cards = {step.name: step for step in program.steps if isinstance(step, r.Scorecard)}
        self.matrices = {step.name: step for step in program.steps if isinstance(step, r.Matrix)}
        bodies: list[r.Definition | r.Table] = [*program.definitions, *program.tables]
        self.bodies = {found.key: found for found in bodies}
        self.measures, self.computed_of, self.places, self.found = {}, {}, {}, {}
        self.linked = set()
        self.settle = settle
        self.graces: dict[str, Flag] = {}
        self.triggers: dict[str, Value] = {}
        self.cells: dict[str, Value] = {}
        self.outputs: dict[str, Value] = {}
        self.checks: dict[int, Value] = {}
        asked = [node for node in walk(program) if isinstance(node, e.Reference)]
        self.was = {node.name for node in asked if node.part == "past_band"}
        for body in bodies:
            self.names[body.key.partition("(")[0]] = f"#{atoms.number_of(self._body(body))}"
        for step in program.steps:
            self._step(step)

    def _body(self, body: r.Definition | r.Table) -> Any:
        return (self._shape(body), body.key)

    def _step(self, step: r.Step) -> None:
        if isinstance(step, r.Let):
            self.let(step)
        elif isinstance(step, r.Segment):
            found = self.variables[step.name] = self.expression(step.condition, {})
            self.named(step.name, step.condition)
            self.mark(step, found.is_true())
        elif isinstance(step, r.Measure):
            self.measure(step, step.name)
            if self.settle is not None:
                self.settle(self, step)
            if step.name in self.was:
                self.past(step)
        elif isinstance(step, r.Scorecard):
            self._scorecard(step)
            if self.settle is not None:
                self.settle(self, step)
        elif isinstance(step, r.Trigger):
            self._trigger(step)
        elif isinstance(step, r.Matrix):
            self.cells[step.name] = self._matrix(step)
        elif isinstance(step, r.Output):
            found = self.outputs[step.name] = self.expression(step.value, {})
            self.variables[f"output {step.name}"] = found
            self.named(f"output {step.name}", step.value)
        elif isinstance(step, r.Check):
            found = self.checks[id(step)] = self.expression(step.condition, {})
            self.mark(step, found.is_false() if step.kind == "always" else found.is_true())

    # ── scorecards ──

    def _scorecard(self, node: r.Scorecard) -> None:
        self.card = node
        in_grace: Flag = False
        if node.grace is not None:
            start = self.day(node.grace.start, {})
            in_grace = both(start.present, self.younger(start.term, node.grace.length, node.grace.unit))
            self.mark(node.grace, in_grace)
        self.graces[node.name] = in_grace
        self.block(node.block, None, in_grace)

    def final(self, card: str) -> Rated:
        """What a scorecard gives in the end."""
        return self.places[card, ""].what

    # ── triggers, matrices ──

    def _trigger(self, node: r.Trigger) -> None:
        tests = [self.expression(each.condition, {}) for each in node.alternatives]
        for each, test in zip(node.alternatives, tests, strict=True):
            self.mark(each, test.is_true())
        found = self.triggers[node.name] = kleene("or", tests)
        self.variables[node.name] = found
        self.names[node.name] = f"trigger {self.side} {node.name}"
        self.mark(node, found.is_true())

    def _matrix(self, node: r.Matrix) -> Value:
        """The number of the cell; NA where there is none for the values of the axes."""
        axes = [self.expression(axis.subject, {}) for axis in node.axes]
        if any(axis.term is NOTHING for axis in axes):
            return guarded(axes, NOTHING)
        beside = missing("invalid")
        if node.otherwise is not None:
            beside = missing("not_applicable") if node.otherwise < 0 else Value(node.otherwise)
        found = beside
        for values, number, _ in reversed(list(places_of(node))):
            here = both(
                *(
                    compare("=", axis.term, self.atoms.code(value))
                    for axis, value in zip(axes, values, strict=True)
                )
            )
            found = either_value(here, missing("not_applicable") if number < 0 else Value(number), found)
        whole = guarded(axes, found.term)
        known = whole.present
        return Value(
            found.term,
            reasons([*whole.na.items(), *((name, both(known, flag)) for name, flag in found.na.items())]),
        )

    # ── references ──

    def _on_reference(self, node: e.Reference, around: Environment) -> Value | None:
        if node.kind == "matrix":
            return self._of_matrix(node)
        if "band" in node.part:
            return self._band_name(node)
        if node.kind == "measure":
            return self.of_measure(node.name, node.part)
        if node.part in ("score", "computed_score"):
            return self._score_at(node)
        return self._coverage(node) if node.part == "coverage" else None

    def _of_matrix(self, node: e.Reference) -> Value | None:
        found, matrix = self.cells[node.name], self.matrices[node.name]
        if node.part not in ("label", "cell"):
            return None
        value = Value(NOTHING, found.na)
        for number, cell in enumerate(matrix.cells):
            text = cell.label if node.part == "label" else cell.name
            said = Value(self.atoms.code(text)) if text else missing("missing")
            value = either_value(compare("=", found.term, number), said, value)
        names = dict.fromkeys((*found.na, *value.na))
        known = found.present
        na = reasons(
            (name, either(found.na.get(name, False), both(known, value.na.get(name, False))))
            for name in names
        )
        return Value(value.term, na)

    def _band_name(self, node: e.Reference) -> Value:
        """The band of a measure or a card as a text."""
        found = self.band_at(node)
        key = self._key_of(node)
        names = [band.name for band in self.sets[key].bands] if key else []
        text: Any = NOTHING
        for position, name in enumerate(names):
            code = self.atoms.code(name)
            text = code if text is NOTHING else choose(compare("=", found.term, position), code, text)
        return Value(text, found.na)

    def _key_of(self, node: e.Reference) -> str:
        """The band set of what a reference means."""
        if node.kind == "measure":
            return self.nodes[node.name].bands
        place = self.places[node.name, node.path]
        return self._bands_of(place) if isinstance(place.node, r.Member) else self.cards[node.name].bands

    def band_at(self, node: e.Reference) -> Value:
        """The band of a measure, a card, or a part of a card; as a position."""
        if node.kind == "matrix":
            return self.cells[node.name]
        if node.kind == "measure":
            return self.of_measure(node.name, node.part)
        place = self.places[node.name, node.path]
        computed = node.part == "computed_band"
        if isinstance(place.node, r.Member):
            return self._at_place(place, self.band_at(_of_member(node, place.node)))
        rated = place.computed if computed and place.computed is not None else place.what
        return rated.position()

    def _score_at(self, node: e.Reference) -> Value:
        place = self.places[node.name, node.path]
        computed = node.part == "computed_score"
        if isinstance(place.node, r.Member):
            if not computed:
                return place.points
            inner = _of_member(node, place.node)
            found = self._on_reference(inner, {})
            assert found is not None
            return self._at_place(place, found)
        if computed:
            return (place.computed or place.what).number()
        return place.points if node.kind == "node" else place.what.number()

    def _at_place(self, place: Place, found: Value) -> Value:
        """What a member has wherever it stands, unless it is in grace at this place."""
        return either_value(place.in_grace, missing("grace"), found)

    def _coverage(self, node: e.Reference) -> Value | None:
        place = self.places[node.name, ""]
        leaves = list(place.leaves())
        above, below = self.coverage_parts(leaves, self.nominal(place))
        if above is None or below is None:
            return None
        nothing = compare("<=", below, 0)
        return guarded([], self.atoms.quotient(above, below), nothing, "missing")

    # ── bands and statuses ──

    def _on_isband(self, node: e.IsBand, around: Environment) -> Value:
        found = self.band_at(node.subject)
        return guarded([found], either(*(compare("=", found.term, position) for position in node.positions)))

    def _on_isbandthanband(self, node: e.IsBandThanBand, around: Environment) -> Value:
        assert isinstance(node.left, e.Reference)
        left, right = self.band_at(node.left), self.expression(node.right, around)
        operator = ">" if node.relation == "worse" else "<"
        position: Any = len(node.names)
        for number, name in enumerate(node.names):
            position = choose(compare("=", right.term, self.atoms.code(name)), number, position)
        return guarded([left, right], compare(operator, left.term, position))

    def _on_ismeasurestatus(self, node: e.IsMeasureStatus, around: Environment) -> Value:
        return Value(self._has_status(node.subject, node.words))

    def _has_status(self, node: e.Reference, words: tuple[str, ...]) -> Flag:
        computed = node.part == "computed_status"
        if node.kind == "measure":
            return self.measure_status(node.name, words, computed)
        if node.kind == "matrix":
            found = self.cells[node.name]
            return either(found.present if "scored" in words else False, found.lacks(words))
        place = self.places[node.name, node.path]
        if isinstance(place.node, r.Member):
            found = self._has_status(_of_member(node, place.node), words)
            if "grace" in words:
                return either(place.in_grace, found)
            return both(no(place.in_grace), found)
        rated = place.computed if computed and place.computed is not None else place.what
        tests = [rated.present] if "scored" in words else []
        return either(*tests, *(rated.na.get(word, False) for word in words))

    # ── what the earlier result and triggers say: nothing is known of it ──

    def _on_previous(self, node: e.Previous, around: Environment) -> Value | None:
        return None

    def _on_said(self, node: e.Said, around: Environment) -> Value | None:
        return None


def _of_member(node: e.Reference, member: r.Member) -> e.Reference:
    """The same part of a member, as it is wherever it stands."""
    kind = "measure" if member.kind == "measure" else "card"
    return e.Reference(kind, member.name, node.part, type=node.type, span=node.span)
