"""How one account is evaluated under any subset of the edits: units, what each rests on, and which edits are in it.

In: the hybrids of two programs, and the scorecards that are compared. Out: a `Plan`: the units (named values, segments,
measures, scorecards) in an order in which each comes after those that it takes from, with functions for each way in which the
edits inside it can be made, compiled when first needed. Guaranteed: an edit is inside every unit whose own value it can
change while all that the unit takes stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from attrs import define, field, frozen

from ruleengine.compare.weights import members_below, weights_changed
from ruleengine.evaluator.units import Asked, Unit, UnitRequest, asked_of, unit_function, width_of
from ruleengine.tree import expressions as e
from ruleengine.tree import ruleset as r
from ruleengine.tree.needs import given_by
from ruleengine.tree.walk import walk

#: What tells a part of a program apart: its class and its name or key.
Part = tuple[str, str]
EVERYTHING: Part = ("everything", "")


class Hybrids(Protocol):
    """Programs with some edits made."""

    def program(self, chosen: frozenset[str]) -> r.Program:
        """The program with these edits made, by id, and no others."""


@frozen(slots=True)
class WeightEdit:
    """An edit, by its bit, that only changes weights of a scorecard.

    `members` are the units that the weights are of: where all these are NA, the edit makes no difference. `given`: path, old
    and new weight of each, where functions take the weights; empty where each set of edits has a function of its own.
    """

    bit: int
    members: tuple[int, ...]
    given: tuple[tuple[str, float, float], ...]


@define(slots=True, eq=False)
class PlannedUnit:
    """A unit: where it takes from (numbers of units), the edits inside it as bits, and the sections of the facts it reads.

    `functions` holds a function for each way in which the edits inside have been made, by their bits, but for those whose
    weights it takes.
    """

    number: int
    name: str
    step: Unit
    inputs: tuple[int, ...]
    bits: int
    sections: frozenset[str]
    width: int
    weights: tuple[WeightEdit, ...] = ()
    functions: dict[int, Callable[..., Any]] = field(factory=dict)


class Plan:
    """The units of two programs that the compared scorecards rest on."""

    def __init__(self, hybrids: Hybrids, edits: Sequence[str], cards: Sequence[str]) -> None:
        self.hybrids = hybrids
        self.edits = tuple(edits)
        every = frozenset(self.edits)
        self.old, self.new = hybrids.program(frozenset()), hybrids.program(every)
        self._steps = [_Steps(self.old), _Steps(self.new)]
        self.asked: Asked = asked_of((self.old, self.new))
        self._not_given = self._always_inside()
        self._touched = [self._parts_touched(edit, every) for edit in self.edits]
        self.units: list[PlannedUnit] = []
        self._numbers: dict[str, int] = {}
        for card in cards:
            self._plan(card)
        self.cards = {card: self._numbers[card] for card in cards}

    # ── planning ──

    def _always_inside(self) -> set[str]:
        """What can only be computed where it is used: somebody sees more of it than a unit gives."""
        found: set[str] = set()
        for program in (self.old, self.new):
            for step in program.steps:
                for node in walk(step):
                    if isinstance(node, e.Reasons):
                        found.add(node.card)
                    elif isinstance(node, e.Reference) and (
                        node.part.startswith("past") or (node.path and node.name != _name(step))
                    ):
                        found.add(node.name)
        return found

    def _parts_touched(self, edit: str, every: frozenset[str]) -> frozenset[Part]:
        """The parts of a program that are not the same objects when an edit is made."""
        alone, without = self.hybrids.program(frozenset([edit])), self.hybrids.program(every - {edit})
        return frozenset([*_differing(self.old, alone), *_differing(self.new, without)])

    def _plan(self, name: str) -> int:
        """The number of a unit; those that it takes from come before it."""
        if name in self._numbers:
            return self._numbers[name]
        stack: list[tuple[str, Iterator[str]]] = [(name, iter(self._taken(name)))]
        while stack:
            current, rest = stack[-1]
            following = next((each for each in rest if each not in self._numbers), None)
            if following is not None:
                stack.append((following, iter(self._taken(following))))
                continue
            stack.pop()
            if current not in self._numbers:
                self._numbers[current] = len(self.units)
                self.units.append(self._unit(current))
        return self._numbers[name]

    def _taken(self, name: str) -> list[str]:
        return list(dict.fromkeys(taken for steps in self._steps for taken in self._reach(steps, name)[1]))

    def _reach(self, steps: _Steps, name: str) -> tuple[list[r.Step], list[str]]:
        """The steps inside a unit, in the order of the program, and the names of the units that it takes."""
        start = steps.by_name.get(name)
        if start is None:
            return [], []
        inside: dict[int, r.Step] = {id(start): start}
        taken: dict[str, None] = {}
        waiting = [start]
        while waiting:
            for asked in steps.needs(waiting.pop()):
                found = steps.by_name.get(asked)
                if found is None or id(found) in inside:
                    continue
                if isinstance(found, _UNITS) and found.name not in self._not_given:
                    taken[found.name] = None
                else:
                    inside[id(found)] = found
                    waiting.append(found)
        return [step for step in steps.order if id(step) in inside], list(taken)

    def _unit(self, name: str) -> PlannedUnit:
        inside: set[Part] = {EVERYTHING}
        sections: set[str] = set()
        for steps in self._steps:
            own, taken = self._reach(steps, name)
            inside.update(part for step in own for part in steps.parts(step))
            sections.update(steps.sections(own))
            seen = [steps.by_name[each] for each in taken]
            inside.update(part for each in seen for part in steps.seen_parts(each))
        step = next(
            found for found in (steps.by_name.get(name) for steps in self._steps) if found is not None
        )
        assert isinstance(step, _UNITS)
        inputs = tuple(self._numbers[taken] for taken in self._taken(name))
        bits = 0
        for number, touched in enumerate(self._touched):
            if touched & inside or any(self._seen_otherwise(self.units[i].name, number) for i in inputs):
                bits |= 1 << number
        weights = self._weights(name, bits, inside) if isinstance(step, r.Scorecard) else ()
        return PlannedUnit(
            len(self.units), name, step, inputs, bits, frozenset(sections), width_of(step), weights
        )  # fmt: skip

    def _weights(self, name: str, bits: int, inside: set[Part]) -> tuple[WeightEdit, ...]:
        """The edits that only change weights of a scorecard."""
        found: dict[int, dict[str, tuple[float, float] | None]] = {}
        for number, edit in enumerate(self.edits):
            if bits >> number & 1 and self._touched[number] & inside == {("Scorecard", name)}:
                paths = self._paths_weighed(name, edit)
                if paths is not None:
                    found[number] = paths
        every = [path for paths in found.values() for path in paths]
        edits = []
        for number, paths in found.items():
            given = [(path, *pair) for path, pair in paths.items() if pair and every.count(path) == 1]
            cards = [card for card in (_card(self.old, name), _card(self.new, name)) if card is not None]
            members = {member.name for card in cards for member in members_below(card, frozenset(paths))}
            if all(self._says_nothing_of_missing(member) for member in members):
                units = tuple(sorted(self._numbers[member] for member in members))
                edits.append(WeightEdit(1 << number, units, tuple(given) if len(given) == len(paths) else ()))
        return tuple(edits)

    def _paths_weighed(self, name: str, edit: str) -> dict[str, tuple[float, float] | None] | None:
        """The paths whose weights an edit changes, with the old and the new one; None when it changes anything else."""
        every = frozenset(self.edits)
        found: list[dict[str, tuple[float, float] | None]] = []
        sides = (
            (self.old, self.hybrids.program(frozenset([edit]))),
            (self.hybrids.program(every - {edit}), self.new),
        )
        for before, after in sides:
            one, other = _card(before, name), _card(after, name)
            if one is None or other is None:
                return None
            paths = weights_changed(one, other, self.asked)
            if paths is None:
                return None
            found.append(paths)
        return found[0] if found[0] == found[1] else dict.fromkeys([*found[0], *found[1]])

    def _says_nothing_of_missing(self, name: str) -> bool:
        """Whether nothing stands in for a member where it is missing."""
        found = [steps.by_name.get(name) for steps in self._steps]
        return all(step.missing is None for step in found if isinstance(step, r.Measure))

    def _seen_otherwise(self, name: str, number: int) -> bool:
        """Whether an edit changes what others know of a unit beside its value, such as what stands in for missing data."""
        if not any(part[1] == name for part in self._touched[number]):
            return False
        edit, every = self.edits[number], frozenset(self.edits)
        pairs = [(self.old, frozenset([edit])), (self.new, every - {edit})]
        return any(
            _known(program, name) != _known(self.hybrids.program(chosen), name) for program, chosen in pairs
        )

    # ── functions ──

    def function(self, unit: PlannedUnit, bits: int) -> Callable[..., Any]:
        """The function of a unit with the edits of these bits made, but for weights that it takes; compiled when needed."""
        found = unit.functions.get(bits)
        if found is None:
            found = unit.functions[bits] = self._compile(unit, bits)
        return found

    def _compile(self, unit: PlannedUnit, bits: int) -> Callable[..., Any]:
        chosen = frozenset(edit for number, edit in enumerate(self.edits) if bits >> number & 1)
        program = self.hybrids.program(chosen)
        steps = _Steps(program)
        own, _ = self._reach(steps, unit.name)
        given = tuple(
            steps.unit(self.units[number].name) or self.units[number].width for number in unit.inputs
        )
        wanted = steps.unit(unit.name) or unit.width
        weights = tuple(path for edit in unit.weights for path, _, _ in edit.given)
        return unit_function(program, UnitRequest(tuple(own), given, (wanted,), weights), self.asked)

    def base_function(self, numbers: Sequence[int]) -> Callable[..., Any]:
        """The function that gives some units with no edit made, in this order."""
        steps = self._steps[0]
        inside = {id(step) for unit in self.units for step in self._reach(steps, unit.name)[0]}
        own = tuple(step for step in steps.order if id(step) in inside)
        units = (self.units[number] for number in numbers)
        wanted = tuple(steps.unit(unit.name) or unit.width for unit in units)
        return unit_function(self.old, UnitRequest(own, (), wanted), self.asked)


class _Steps:
    """The steps of a program by what they give, and what each needs."""

    def __init__(self, program: r.Program) -> None:
        self.order = program.steps
        self.by_name: dict[str, r.Step] = {}
        for step in program.steps:
            names = (step.name,) if isinstance(step, r.Scorecard) else given_by(step)
            self.by_name.update(dict.fromkeys(names, step))
        self.bodies: dict[str, r.Definition | r.Table] = {each.key: each for each in program.definitions}
        self.bodies |= {each.key: each for each in program.tables}
        self._nodes: dict[int, list[Any]] = {}

    def unit(self, name: str) -> Unit | None:
        """The unit of a name, where the program has it."""
        found = self.by_name.get(name)
        return found if isinstance(found, _UNITS) else None

    def nodes(self, step: r.Step) -> list[Any]:
        """The nodes of a step, and of all definitions and tables that it calls."""
        found = self._nodes.get(id(step))
        if found is None:
            found, called = [], set[str]()
            waiting: list[Any] = [step]
            while waiting:
                for node in walk(waiting.pop()):
                    found.append(node)
                    if isinstance(node, e.CallDefinition) and node.instance not in called:
                        called.add(node.instance)
                        waiting.append(self.bodies[node.instance])
            self._nodes[id(step)] = found
        return found

    def needs(self, step: r.Step) -> Iterator[str]:
        """The names that a step asks for."""
        for node in self.nodes(step):
            if isinstance(node, r.Member):
                yield node.name
                member = self.by_name.get(node.name)
                if isinstance(member, r.Measure) and member.missing is not None:
                    yield from (found.name for found in walk(member.missing) if isinstance(found, _NAMING))
            elif isinstance(node, _NAMING):
                yield node.name
            elif isinstance(node, e.Reasons):
                yield node.card

    def parts(self, step: r.Step) -> Iterator[Part]:
        """The parts of the program that make up a step: it, what it calls, and its bands."""
        yield (type(step).__name__, _name(step))
        for node in self.nodes(step):
            if isinstance(node, e.CallDefinition):
                yield ("call", node.instance)
            elif isinstance(node, r.Measure | r.Scorecard):
                yield ("bands", node.bands)

    def seen_parts(self, step: r.Step) -> Iterator[Part]:
        """The parts that others look into when they take a unit: its bands."""
        if isinstance(step, r.Measure | r.Scorecard):
            yield ("bands", step.bands)

    def sections(self, steps: Iterable[r.Step]) -> Iterator[str]:
        """The sections of the facts that some steps read."""
        for step in steps:
            for node in self.nodes(step):
                if isinstance(node, e.Fact):
                    yield node.path[0]


_NAMING = (e.Variable, e.Reference, e.Said)
_UNITS = (r.Let, r.Segment, r.Measure, r.Scorecard)


def _name(step: r.Step) -> str:
    if isinstance(step, r.Check):
        return f"{step.kind} {step.text}"
    return str(step.case) if isinstance(step, r.Probe) else step.name


def _parts_of(program: r.Program) -> dict[Part, object]:
    found: dict[Part, object] = {(type(step).__name__, _name(step)): step for step in program.steps}
    found |= {("call", each.key): each for each in program.definitions}
    found |= {("call", each.key): each for each in program.tables}
    found |= {("bands", each.key): each for each in program.band_sets}
    return found


def _differing(first: r.Program, second: r.Program) -> Iterator[Part]:
    one, other = _parts_of(first), _parts_of(second)
    for part in one.keys() | other.keys():
        nowhere_used = part[0] in ("bands", "call") and not (part in one and part in other)
        if one.get(part) is not other.get(part) and not nowhere_used:
            yield part
    if first.zone != second.zone:
        yield EVERYTHING


def _card(program: r.Program, name: str) -> r.Scorecard | None:
    return next((s for s in program.steps if isinstance(s, r.Scorecard) and s.name == name), None)


def _known(program: r.Program, name: str) -> Mapping[str, Any] | None:
    """What others know of a unit when they are written, beside the values that it gives."""
    step = next((each for each in program.steps if _name(each) == name), None)
    if isinstance(step, r.Measure):
        outcomes = {type(row.outcome) for block in step.rates for row in block.rows}
        return {
            "bands": step.bands, "as given": step.as_given, "limits": bool(step.limits), "outcomes": outcomes,
            "scores": any(limit.score is not None for limit in step.limits), "banded": step.banded_points,
            "stale": step.fresh is not None and step.fresh.stale is not None,
            "missing": None if step.missing is None else id(step.missing),
        }  # fmt: skip
    if isinstance(step, r.Scorecard):
        return {"bands": step.bands, "rollup": step.block.rollup, "borderline": step.borderline is None}
    return None if step is None else {}
