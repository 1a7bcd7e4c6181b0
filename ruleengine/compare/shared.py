"""One account under all subsets of the edits: every measure is computed once for each way in which it can come out.

In: a plan, the facts of an account (before and after, when time is compared too). Out: for each compared scorecard a `Game`:
the edits that touch the account there, and score and band for any subset of them. The causes are bits: first the edits of the
ruleset in their order, then sections of the facts that differ, last the time. Guaranteed: as exact as scoring the account with
each ruleset by itself; where more than `LISTED` causes meet in one place nothing is listed beforehand, and subsets are computed
when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from attrs import define, field, frozen

from ruleengine.compare.plan import Plan, PlannedUnit
from ruleengine.evaluator.program import Evaluator
from ruleengine.evaluator.runtime import clean
from ruleengine.evaluator.work import AccountProblems
from ruleengine.values import NA

#: Up to so many causes that meet in one place all subsets are computed at once.
LISTED = 12

Outcome = tuple[float | None, str | None]


@frozen(slots=True)
class Moment:
    """The facts of an account and the as-of date on one side."""

    facts: dict[str, Any]
    as_of: date


@define(slots=True, eq=False)
class _State:
    """What is known of a unit for one account. `relevant`: the bits on which it depends; `own`: those inside itself.

    `table` gives the number of its value for each subset of these; None where they are too many to list. Values that are
    equal have one number. `known` gives the number for what the unit has been computed with: bits, and the numbers of the
    inputs that vary (`varying`: their places among the inputs, and units).
    """

    relevant: int
    table: dict[int, int] | None
    values: list[tuple[Any, ...]]
    own: int = 0
    varying: Sequence[tuple[int, int]] = ()
    known: dict[tuple[int, ...], int] = field(factory=dict)
    outcomes: dict[tuple[Any, ...], int] = field(factory=dict)

    def number_of(self, values: tuple[Any, ...]) -> int:
        """The number of a value; a new one when it is equal to none before."""
        if len(values) == 2:  # score and band
            if not self.outcomes:
                self.outcomes[self.values[0]] = 0
            number = self.outcomes.setdefault(values, len(self.values))
        else:
            equal = (place for place, known in enumerate(self.values) if same(values, known))
            number = next(equal, len(self.values))
        if number == len(self.values):
            self.values.append(values)
        return number


class Game:
    """Score and band of one scorecard for one account, for every subset of the causes that touch it.

    `players` are the numbers of these causes; bit i of a mask stands for `players[i]`. `exact` says that each of them makes a
    difference in some subset; otherwise some may not.
    """

    __slots__ = ("_account", "_bits", "_unit", "exact", "players")

    def __init__(self, account: _Account, unit: PlannedUnit, state: _State) -> None:
        self._account, self._unit = account, unit
        self.players = tuple(bits_of(state.relevant))
        self._bits = tuple(1 << player for player in self.players)
        self.exact = state.table is not None

    def value(self, mask: int) -> Outcome:
        """Final score and band with the causes of the mask; None where there is none."""
        causes = 0
        for bit in self._bits:
            if mask & 1:
                causes |= bit
            mask >>= 1
        return self._account.outcome(self._unit, causes)


class SharedEvaluation:
    """Evaluates accounts under a plan. `sections` are those of the facts that may differ; none when facts are given once."""

    def __init__(self, plan: Plan, sections: Sequence[str] = (), over_time: bool = False) -> None:
        self.plan = plan
        self.sections = tuple(sections)
        self.first_section = len(plan.edits)
        self.time_bit = 1 << self.first_section + len(self.sections) if over_time else 0
        self._evaluator = Evaluator(plan.old)  # for its tables of dates
        taken = {number for unit in plan.units for number in unit.inputs}
        self.last = frozenset(set(plan.cards.values()) - taken)
        self.code_bits = [
            unit.bits & ~sum(edit.bit for edit in unit.weights if edit.given) for unit in plan.units
        ]
        self.section_bits = [self._bits_of_sections(unit) for unit in plan.units]
        self.affected = self._units_affected()
        seen = {number for unit in self.affected for number in (unit.number, *unit.inputs)}
        self.seen = tuple(sorted(seen.union(plan.cards.values())))
        self.base = plan.base_function(self.seen)

    def clock(self, as_of: date) -> tuple[int, Any]:
        """A date as generated functions take it: its number, and its table of months."""
        day = as_of.toordinal()
        return day, self._evaluator.months(day)

    def usable(self, previous: dict[str, Any] | None, moment: Moment) -> dict[str, Any] | None:
        """The earlier result, or None where it cannot be used on the day: it may be of a later one."""
        if previous is None:
            return None
        return self._evaluator.usable_previous(previous, moment.facts, moment.as_of)

    def _bits_of_sections(self, unit: PlannedUnit) -> int:
        """The bits of the sections that a unit reads."""
        places = (i for i, name in enumerate(self.sections) if name in unit.sections)
        return sum(1 << self.first_section + i for i in places)

    def _units_affected(self) -> list[PlannedUnit]:
        """The units that some cause can change, in order; the values of the others are those of the base."""
        if self.time_bit:
            return list(self.plan.units)
        affected: set[int] = set()
        for unit in self.plan.units:
            if unit.bits or self.section_bits[unit.number] or not affected.isdisjoint(unit.inputs):
                affected.add(unit.number)
        return [unit for unit in self.plan.units if unit.number in affected]

    @property
    def causes(self) -> tuple[tuple[str, str], ...]:
        """Name and kind of every cause, by its number: edits, then `data: section`, then `time`."""
        found = [(edit, "ruleset") for edit in self.plan.edits]
        found += [(f"data: {name}", "data") for name in self.sections]
        return (*found, *([("time", "time")] if self.time_bit else []))

    def games(
        self, old: Moment, new: Moment | None = None, previous: dict[str, Any] | None = None
    ) -> dict[str, Game]:
        """A game for each compared scorecard. Without `new` only the ruleset differs."""
        account = _Account(self, old, new or old, previous)
        account.evaluate()
        found = {}
        for card, number in self.plan.cards.items():
            found[card] = Game(account, self.plan.units[number], account.states[number])
        return found


class _Account:
    """The evaluation of one account."""

    __slots__ = ("_clocks", "_previous", "_shared", "_worlds", "new", "old", "states", "varying")

    def __init__(
        self, shared: SharedEvaluation, old: Moment, new: Moment, previous: dict[str, Any] | None
    ) -> None:
        self._shared, self.old, self.new = shared, old, new
        self._previous = tuple(shared.usable(previous, moment) for moment in (old, new))
        self._clocks = shared.clock(old.as_of), shared.clock(new.as_of)
        self._worlds: dict[int, dict[str, Any]] = {}
        self.states: dict[int, _State] = {}
        self.varying = self._varying()

    def _varying(self) -> int:
        """The bits of the sections in which the facts differ, and of the time when the dates do."""
        shared, old, new = self._shared, self.old, self.new
        found = shared.time_bit if old.as_of != new.as_of else 0
        if old.facts is not new.facts:
            for place, name in enumerate(shared.sections):
                if old.facts.get(name) != new.facts.get(name):
                    found |= 1 << shared.first_section + place
        return found

    def evaluate(self) -> None:
        """Find what every unit depends on, and its values."""
        shared = self._shared
        base = shared.base(self.old.facts, *self._clocks[0], AccountProblems(), self._previous[0])
        for number, values in zip(shared.seen, base, strict=True):
            self.states[number] = _State(0, {0: 0}, [self._final(number, values)])
        for unit in shared.affected:
            self._evaluate(unit)

    def _final(self, number: int, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """The values of a unit; of a scorecard that no other unit takes, score and band as they are printed."""
        if number not in self._shared.last:
            return values
        what, band = values[0], values[2]
        return (clean(what) if what.__class__ is float else None, band)

    def _own_bits(self, unit: PlannedUnit) -> int:
        """The bits that a unit itself is made with: edits inside, sections that it reads, time."""
        around = self._shared.section_bits[unit.number] | self._shared.time_bit
        return unit.bits | (self.varying & around)

    def _evaluate(self, unit: PlannedUnit) -> None:
        states = self.states
        own = relevant = self._own_bits(unit) & ~self._without_effect(unit)
        varying = [(place, taken) for place, taken in enumerate(unit.inputs) if states[taken].relevant]
        for _, taken in varying:
            relevant |= states[taken].relevant
        if not relevant:
            return
        state = states[unit.number]
        state.own, state.varying = own, varying
        state.known[(0, *[0 for _ in varying])] = 0
        tables = [(states[taken].table, states[taken].relevant) for _, taken in varying]
        if relevant.bit_count() > LISTED or any(table is None for table, _ in tables):
            state.relevant, state.table = relevant, None
            return
        table = {}
        for mask in subsets(relevant):
            key = (mask & own, *[listed[mask & part] for listed, part in tables])  # type: ignore[index]  # none is None
            number = state.known.get(key)
            table[mask] = self._compute(unit, state, key) if number is None else number
        if len(state.values) == 1:
            return
        state.relevant = depends = dependence(table, relevant)
        state.table = {mask: table[mask] for mask in subsets(depends)} if depends != relevant else table

    def _without_effect(self, unit: PlannedUnit) -> int:
        """The bits that only change weights of what is NA whatever is done."""
        bits = 0
        for edit in unit.weights:
            states = [self.states[number] for number in edit.members]
            if all(
                state.table and all(values[0].__class__ is NA for values in state.values) for state in states
            ):
                bits |= edit.bit
        return bits

    def outcome(self, unit: PlannedUnit, mask: int) -> Outcome:
        """Score and band of a scorecard for a subset of all causes."""
        values = self.states[unit.number].values[self.number(unit, mask)]
        if len(values) == 2:
            return values[0], values[1]
        what, band = values[0], values[2]
        return (clean(what) if what.__class__ is float else None), band

    def number(self, unit: PlannedUnit, mask: int) -> int:
        """The number of the value of a unit for a subset of all causes."""
        state = self.states[unit.number]
        if state.table is not None:
            return state.table[mask & state.relevant]
        units = self._shared.plan.units
        key = (mask & state.own, *[self.number(units[taken], mask) for _, taken in state.varying])
        found = state.known.get(key)
        return self._compute(unit, state, key) if found is None else found

    def _compute(self, unit: PlannedUnit, state: _State, key: tuple[int, ...]) -> int:
        """Compute a unit with edits made and values given as the key says; the number of what comes out."""
        made, states, shared = key[0], self.states, self._shared
        given: list[Any] = [states[taken].values[0] for taken in unit.inputs]
        for (place, taken), number in zip(state.varying, key[1:], strict=True):
            given[place] = states[taken].values[number]
        for edit in unit.weights:
            given.extend([new if made & edit.bit else old for _, old, new in edit.given])
        function = shared.plan.function(unit, made & shared.code_bits[unit.number])
        later = 1 if made & shared.time_bit else 0
        [values] = function(
            self._facts(made), *self._clocks[later], AccountProblems(), self._previous[later], *given
        )
        values = self._final(unit.number, values)
        number = state.number_of(values)
        state.known[key] = number
        return number

    def _facts(self, mask: int) -> dict[str, Any]:
        """The facts with some sections as they are in the new ones."""
        sections = mask & self.varying & ~self._shared.time_bit
        if not sections:
            return self.old.facts
        found = self._worlds.get(sections)
        if found is None:
            found = self._worlds[sections] = dict(self.old.facts)
            for place, name in enumerate(self._shared.sections):
                if sections >> self._shared.first_section + place & 1:
                    found.pop(name, None)
                    if name in self.new.facts:
                        found[name] = self.new.facts[name]
        return found


def same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether the values of a unit are equal; NA of the same reason is."""
    for first, second in zip(one, other, strict=True):
        if first is second:
            continue
        if first.__class__ is NA or second.__class__ is NA:
            if first.__class__ is not second.__class__ or first.reason != second.reason:
                return False
        elif first != second:
            return False
    return True


@lru_cache(maxsize=4096)
def subsets(mask: int) -> tuple[int, ...]:
    """All masks within a mask, the empty one first."""
    found = []
    part = 0
    while True:
        found.append(part)
        if part == mask:
            return tuple(found)
        part = (part - mask) & mask


@lru_cache(maxsize=4096)
def bits_of(mask: int) -> tuple[int, ...]:
    """The numbers of the bits of a mask."""
    return tuple(place for place in range(mask.bit_length()) if mask >> place & 1)


def dependence(table: Mapping[int, int], mask: int) -> int:
    """The bits of a mask on which a table of all its subsets depends."""
    found = 0
    for place in bits_of(mask):
        bit = 1 << place
        if any(number != table[part ^ bit] for part, number in table.items()):
            found |= bit
    return found
