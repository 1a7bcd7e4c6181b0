"""Evaluation tree → Python functions for parts of a program, each of which takes what the others have computed.

A unit is a named value, a segment, a measure or a scorecard. In: a program and the steps to compute, those that are given,
and those that are wanted. Out: `function(facts, as_of, months, problems, previous, *given)`, which takes a tuple for each given
unit and returns one for each wanted unit, as wide as `width_of` says. Guaranteed: values do not depend on where the cut is
made. What nobody asks for is None, and outcomes of measures lack their lines and reasons, so that equal ones can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from attrs import evolve, frozen

from ruleengine.evaluator.blocks import Place
from ruleengine.evaluator.generate import GLOBALS, ProgramWriter
from ruleengine.evaluator.runtime import NOTHING_COUNTS
from ruleengine.evaluator.writer import Code
from ruleengine.source import Span
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.needs import Needs, needs_of_scores
from ruleengine.tree.walk import walk

Unit = r.Let | r.Segment | r.Measure | r.Scorecard

#: What other steps ask of the units of a program: (name, part), where a part is value, stale, computed, coverage, near.
Asked = frozenset[tuple[str, str]]


#: Asked of everything: why a scorecard or group is NA.
REASONS = ("", "reasons")


def asked_of(programs: Iterable[r.Program]) -> Asked:
    """What the expressions of some programs ask of measures and scorecards beyond score, band and points."""
    found: set[tuple[str, str]] = set()
    for program in programs:
        if needs_of_scores(program).reasons:
            found.add(REASONS)
        cards = {step.name: step for step in program.steps if isinstance(step, r.Scorecard)}
        for node in walk(program):
            if isinstance(node, e.Reference):
                found.update((name, node.part) for name in _meant(node, cards))
            elif isinstance(node, e.IsMeasureStatus):
                words = ["stale"] if "stale" in node.words else []
                parts = [*words, node.subject.part]
                found.update((name, part) for name in _meant(node.subject, cards) for part in parts)
    return frozenset((name, _part(part)) for name, part in found)


def _part(part: str) -> str:
    if part.startswith("computed"):
        return "computed"
    return "near" if part == "borderline" else part


def _meant(node: e.Reference, cards: dict[str, r.Scorecard]) -> list[str]:
    """What a reference may be about: what it names, and the member that stands at its path."""
    names = [node.name]
    if node.path and node.name in cards:
        children: tuple[r.Member | r.Block, ...] = (cards[node.name].block,)
        for label in node.path.split("."):
            inside = [child for block in children if isinstance(block, r.Block) for child in block.children]
            children = tuple(child for child in inside if child.label == label)
        names += [child.name for child in children if isinstance(child, r.Member)]
    return names


def width_of(step: Unit) -> int:
    """How many values make up a unit."""
    return 4 if isinstance(step, r.Measure) else 7 if isinstance(step, r.Scorecard) else 1


@frozen(slots=True)
class UnitRequest:
    """What a function is made of: the steps to write in their order, the units that are given, those that are returned.

    A given or wanted unit that the program does not have is None with its width. `weights` are paths in the wanted scorecard
    whose weights are given too, after the units.
    """

    steps: tuple[r.Step, ...]
    given: tuple[Unit | int, ...]
    wanted: tuple[Unit | int, ...]
    weights: tuple[str, ...] = ()


def unit_function(program: r.Program, request: UnitRequest, asked: Asked) -> Callable[..., Any]:
    """The function for some units of a program."""
    calls = _called(program, request.steps)
    part = evolve(
        program,
        steps=request.steps,
        definitions=tuple(each for each in program.definitions if each.key in calls),
        tables=tuple(each for each in program.tables if each.key in calls),
        assumptions=(),
    )
    writer = UnitWriter(part, asked)
    text = writer.write_units(request)
    namespace: dict[str, Any] = {**GLOBALS, **writer.names.objects}
    exec(compile(text, f"<{program.name}>", "exec"), namespace)
    found: Callable[..., Any] = namespace["unit"]
    return found


def _called(program: r.Program, steps: Sequence[r.Step]) -> set[str]:
    """The definitions and tables that some steps call, through one another."""
    bodies: dict[str, r.Definition | r.Table] = {each.key: each for each in program.definitions}
    bodies |= {each.key: each for each in program.tables}
    found: set[str] = set()
    waiting: list[Any] = [steps]
    while waiting:
        for node in walk(waiting.pop()):
            if isinstance(node, e.CallDefinition) and node.instance not in found:
                found.add(node.instance)
                waiting.append(bodies[node.instance])
    return found


class UnitWriter(ProgramWriter):
    """Writes some steps of a program."""

    def __init__(self, program: r.Program, asked: Asked) -> None:
        super().__init__(program, {}, tracing=False, needs=Needs(program.steps))
        self.conditions = {}
        self.asked = asked
        self.weights_needed |= {name for name, part in asked if part == "coverage"}
        self.near_asked |= {name for name, part in asked if part == "near"}
        self.given_weights: dict[tuple[str, str], str] = {}

    def text_of(self, span: Span) -> str:
        """Nothing: the words of reasons are not shown."""
        return ""

    def write_units(self, request: UnitRequest) -> str:
        """The text of the function."""
        taken = [(self.names.temporary("given"), self._take(unit)) for unit in request.given]
        given = [parameter for parameter, _ in taken]
        card = next((unit.name for unit in request.wanted if isinstance(unit, r.Scorecard)), "")
        for path in request.weights:
            self.given_weights[card, path] = self.names.variable(f"{card}.{path}", "weight_")
        given += self.given_weights.values()
        self.out.depth = 0
        self.out.line(f"def unit({', '.join(['facts, as_of, months, problems, previous', *given])}):")
        self.out.depth = 1
        for parameter, names in taken:
            self.out.line(f"{', '.join(names)}, = {parameter}")
        self.read_facts(self._facts_read_first())
        for step in request.steps:
            self._step(step)
        found = "".join(f"({', '.join(self._give(unit))},), " for unit in request.wanted)
        self.out.line(f"return ({found})")
        return "\n".join([*self.preamble, *self.out.lines, ""])

    # ── what is given ──

    def _take(self, unit: Unit | int) -> list[str]:
        """The locals of a unit that is given, which is then known as if it had been written here."""
        if isinstance(unit, int):
            return [self.names.temporary("absent") for _ in range(unit)]
        if isinstance(unit, r.Measure):
            return self._take_measure(unit)
        if isinstance(unit, r.Scorecard):
            return self._take_card(unit)
        name = self.names.variable(unit.name)
        self.variables[unit.name] = Code(name, na=True, atom=True)
        return [name]

    def _take_measure(self, unit: r.Measure) -> list[str]:
        self.measures[unit.name] = unit
        if unit.limits:
            self.limited.add(unit.name)
        value = self.names.variable(f"{unit.name}.value", "v_")
        return [
            self.names.variable(unit.name, "m_"),
            value,
            self.names.variable(f"{unit.name}.stale", "s_"),
            self.names.variable(unit.name, "c_"),
        ]

    def _take_card(self, unit: r.Scorecard) -> list[str]:
        self.cards[unit.name] = unit
        what, points, band = (self.names.variable(unit.name, prefix) for prefix in ("n_", "p_", "b_"))
        computed, computed_band = (self.names.variable(f"{unit.name}.", prefix) for prefix in ("c_", "cb_"))
        place = Place("", unit.block, what, points, band)
        place.computed, place.computed_band = computed, computed_band
        self.places[unit.name, ""] = place
        near, coverage = (self.names.variable(unit.name, prefix) for prefix in ("near_", "coverage_"))
        return [what, points, band, computed, computed_band, near, coverage]

    def _weights(self, block: r.Block, place: Place) -> None:
        super()._weights(block, place)
        for child in place.children:
            child.weight = self.given_weights.get((self.current_card.name, child.path), child.weight)

    def _passed_up(self, place: Place) -> str:
        if REASONS in self.asked:
            return super()._passed_up(place)
        return self.names.constant(NOTHING_COUNTS, "nothing_counts")

    # ── what is wanted ──

    def _give(self, unit: Unit | int) -> list[str]:
        if isinstance(unit, int):
            return ["None"] * unit
        if isinstance(unit, r.Measure):
            return self._give_measure(unit)
        if isinstance(unit, r.Scorecard):
            return self._give_card(unit)
        return [self.variables[unit.name].text]

    def _wanted(self, unit: Unit, part: str, text: str) -> str:
        return text if (unit.name, part) in self.asked else "None"

    def _give_measure(self, unit: r.Measure) -> list[str]:
        outcome = self.names.variable(unit.name, "m_")
        computed = self.names.variable(unit.name, "c_") if unit.name in self.limited else outcome
        has_stale = unit.fresh is not None and unit.fresh.stale is not None
        stale = self.names.variable(f"{unit.name}.stale", "s_") if has_stale else "False"
        return [
            _outcome(outcome),
            self._wanted(unit, "value", self.names.variable(f"{unit.name}.value", "v_")),
            self._wanted(unit, "stale", stale),
            self._wanted(unit, "computed", _outcome(computed)),
        ]

    def _give_card(self, unit: r.Scorecard) -> list[str]:
        place = self.places[unit.name, ""]
        near, coverage = (self.names.variable(unit.name, prefix) for prefix in ("near_", "coverage_"))
        return [
            place.what,
            place.points,
            place.band,
            self._wanted(unit, "computed", place.computed or place.what),
            self._wanted(unit, "computed", place.computed_band or place.band),
            self._wanted(unit, "near", near),
            self._wanted(unit, "coverage", coverage),
        ]


def _outcome(name: str) -> str:
    """An outcome without its line and reason."""
    return f"({name} if {name}.__class__ is NA else ({name}[0], {name}[1], None, None, {name}[4]))"
